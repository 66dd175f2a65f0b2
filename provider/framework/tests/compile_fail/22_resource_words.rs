use tf_provider::{Computed, Resource};

/// A machine.
#[derive(Clone, Resource)]
#[resource(identity(id), import(id), spoken = " ", version = "1", name = "Machine", identity(id), protected_by = "id")]
struct Machine {
    /// The id.
    id: Computed<String>,
}

fn main() {}
