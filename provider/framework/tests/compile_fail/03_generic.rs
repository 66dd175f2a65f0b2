use tf_provider::Model;

/// A disk.
#[derive(Clone, Model)]
struct Disk<T> {
    /// The size.
    size: T,
}

fn main() {}
