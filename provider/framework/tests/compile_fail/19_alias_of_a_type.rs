use tf_provider::Model;

type MaybeSize = Option<i64>;

/// A disk.
#[derive(Clone, Model)]
struct Disk {
    /// The size.
    #[attr(default = 40)]
    size: MaybeSize,
}

fn main() {}
