use tf_provider::{Model, OptionalComputed};

/// A disk.
#[derive(Clone, Model)]
struct Disk {
    /// The password.
    #[attr(write_only)]
    password: OptionalComputed<String>,
}

fn main() {}
