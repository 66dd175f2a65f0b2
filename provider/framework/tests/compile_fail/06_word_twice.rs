use tf_provider::Model;

/// A disk.
#[derive(Clone, Model)]
struct Disk {
    /// The size.
    #[attr(range = 1..=10)]
    #[attr(sensitive, range = 1..=100)]
    size: i64,
}

fn main() {}
