use tf_provider::{Computed, Model, Resource};

/// A disk.
#[derive(Clone, Model)]
#[attr(sensitive)]
struct Disk {
    /// The size.
    size: i64,
}

/// A machine.
#[derive(Clone, Resource)]
#[resource(identity(id))]
struct Machine {
    /// The id.
    #[resource(version = 1)]
    id: Computed<String>,
}

fn main() {}
