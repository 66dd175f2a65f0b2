use tf_provider::Model;

/// A disk.
#[derive(Clone, Model)]
struct Disk {
    /// The size.
    #[attr(replace, sensitive = true, deprecated = "", check = |size| Ok(()))]
    size: i64,
    /// The label.
    #[attr(replace = 5, one_of(), requires = size, default)]
    label: String,
}

fn main() {}
