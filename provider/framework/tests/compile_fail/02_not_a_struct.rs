use tf_provider::Model;

/// A disk.
#[derive(Clone, Model)]
enum Disk {
    /// Fast.
    Fast,
}

/// A size.
#[derive(Clone, Model)]
struct Size(i64);

fn main() {}
