use tf_provider::Model;

/// A disk.
#[derive(Clone, Model)]
struct Disk {
    /// The label.
    #[attr(range = 1..=10)]
    label: Option<String>,
    /// The size.
    #[attr(len = 1..=10)]
    size: i64,
    /// The zones.
    #[attr(one_of("a", "b"))]
    zones: Vec<String>,
}

fn main() {}
