use tf_provider::{Computed, Model};

/// A disk.
#[derive(Clone, Model)]
struct Disk {
    /// The size.
    #[attr(conflicts(sise), requires(label, label))]
    size: Option<i64>,
    /// The label.
    #[attr(requires(label))]
    label: Option<String>,
    /// The address.
    #[attr(keep_unless(colour))]
    address: Computed<String>,
}

fn main() {}
