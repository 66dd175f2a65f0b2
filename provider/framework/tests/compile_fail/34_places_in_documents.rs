use tf_provider::{Computed, Model, OptionalComputed, Resource};

/// A disk.
#[derive(Clone, Model)]
#[api]
struct Disk {
    /// A word that there is not.
    #[api(att = "disk.size")]
    size: i64,
    /// Words twice, without a value, and of another type.
    #[api(at = "a", at = "b", create, switch = 1)]
    kind: String,
    /// Words that contradict each other.
    #[api(own, whole)]
    key: String,
    /// A place in a document that it is not in, and a document that there is not.
    #[api(modify = "b", only(create, read))]
    name: OptionalComputed<String>,
    /// A document that there is not.
    #[api(only(update))]
    state: Computed<String>,
    /// A form that is none.
    #[api(form = "text")]
    mask: i64,
}

/// An object in no document.
#[derive(Clone, Model)]
struct Free {
    /// Nothing makes this count.
    #[api(at = "x")]
    name: String,
}

/// A resource.
#[derive(Clone, Resource)]
#[resource(identity(id))]
#[api(create = "CreateThing", update = "ModifyThing")]
struct Thing {
    /// Id.
    id: Computed<String>,
}

fn main() {}
