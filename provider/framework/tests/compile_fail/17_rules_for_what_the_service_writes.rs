use tf_provider::{Computed, Model};

/// A disk.
#[derive(Clone, Model)]
struct Disk {
    /// The address.
    #[attr(replace = "It cannot change.", len = 1..)]
    address: Computed<String>,
}

fn main() {}
