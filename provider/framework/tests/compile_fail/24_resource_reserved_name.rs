use tf_provider::{Computed, Resource};

/// A machine.
#[derive(Clone, Resource)]
#[resource(identity(id))]
struct Machine {
    /// The id.
    id: Computed<String>,
    /// How many.
    count: i64,
    /// Time limits.
    timeouts: Option<String>,
}

fn main() {}
