use tf_provider::Model;

/// A disk.
#[derive(Clone, Model)]
struct Disk {
    /// The size.
    #[attr(name = "Size-GiB")]
    size: i64,
    /// The label.
    dataLabel: String,
    /// The kind.
    #[attr(name = "size_2")]
    kind: String,
    /// The second size.
    size_2: i64,
}

fn main() {}
