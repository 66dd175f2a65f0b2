use tf_provider::Model;

/// A disk.
#[derive(Clone, Model)]
struct Disk {
    /// The size.
    #[attr(keep)]
    size: i64,
    /// The label.
    #[attr(keep_unless(size))]
    label: Option<String>,
}

fn main() {}
