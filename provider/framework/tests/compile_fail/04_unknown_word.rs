use tf_provider::Model;

/// A disk.
#[derive(Clone, Model)]
struct Disk {
    /// The size.
    #[attr(force_new, serde::skip)]
    size: i64,
}

fn main() {}
