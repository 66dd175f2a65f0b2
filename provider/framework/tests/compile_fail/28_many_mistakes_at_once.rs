use tf_provider::{Computed, Resource};

#[derive(Clone, Resource)]
#[resource(timeouts(create = "soon"))]
struct Machine {
    id: Computed<String>,
    /// The name.
    #[attr(immutable, conflicts(label))]
    name: Option<String>,
}

fn main() {}
