use tf_provider::Model;

/// A disk.
#[derive(Clone, Model)]
struct Disk {
    /// The size.
    #[attr(default = "40")]
    size: i64,
}

fn main() {}
