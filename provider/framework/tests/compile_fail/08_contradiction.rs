use tf_provider::{Computed, Model};

/// A disk.
#[derive(Clone, Model)]
struct Disk {
    /// The password.
    #[attr(write_only, replace = "It cannot change.")]
    password: Option<String>,
    /// The token.
    #[attr(default = "none", write_only)]
    token: String,
    /// The address.
    #[attr(keep, keep_unless(token))]
    address: Computed<String>,
}

fn main() {}
