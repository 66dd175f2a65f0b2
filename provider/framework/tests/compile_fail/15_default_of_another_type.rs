use tf_provider::{Model, StringEnum};

/// How fast a disk is.
#[derive(Clone, StringEnum)]
enum Category {
    /// Fast.
    Fast,
}

/// A disk.
#[derive(Clone, Model)]
struct Disk {
    /// How fast it is.
    #[attr(default = "Fast")]
    category: Category,
}

fn main() {}
