use tf_provider::Model;

/// A disk.
#[derive(Clone, Model)]
struct Disk {
    /// The label.
    #[attr(len = 1..64)]
    label: String,
    /// The name.
    #[attr(len = 63..=1)]
    name: String,
    /// The alias.
    #[attr(len = 0..)]
    alias: String,
    /// The size.
    #[attr(range = ..=100)]
    size: i64,
    /// The speed.
    #[attr(range = 1.0..=MOST)]
    speed: f64,
}

fn main() {}
