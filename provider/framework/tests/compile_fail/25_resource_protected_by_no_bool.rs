use tf_provider::{Computed, Resource};

/// A machine.
#[derive(Clone, Resource)]
#[resource(identity(id), protected_by = protection)]
struct Machine {
    /// The id.
    id: Computed<String>,
    /// Whether it must stay.
    protection: String,
}

fn main() {}
