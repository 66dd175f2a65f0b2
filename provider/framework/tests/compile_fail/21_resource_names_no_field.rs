use tf_provider::{Computed, Resource};

/// A machine.
#[derive(Clone, Resource)]
#[resource(identity(region?, id, id), protected_by = protection)]
struct Machine {
    /// The id.
    id: Computed<String>,
}

fn main() {}
