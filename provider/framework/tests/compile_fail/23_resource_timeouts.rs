use tf_provider::{Computed, Resource};

/// A machine.
#[derive(Clone, Resource)]
#[resource(identity(id), timeouts(create = "40 minutes", read = 5, update = "1m", update = "2m", open = "1m", delete = "0s"))]
struct Machine {
    /// The id.
    id: Computed<String>,
}

/// A key.
#[derive(Clone, Resource)]
#[resource(identity(id), timeouts = "5m")]
struct Key {
    /// The id.
    id: Computed<String>,
}

fn main() {}
