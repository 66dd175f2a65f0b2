use tf_provider::{Computed, Resource};

/// A machine.
#[derive(Clone, Resource)]
struct Machine {
    /// The id.
    id: Computed<String>,
}

/// A key.
#[derive(Clone, Resource)]
#[resource(identity())]
struct Key {
    /// The id.
    id: Computed<String>,
}

fn main() {}
