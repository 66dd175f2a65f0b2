use tf_provider::Model;

/// A disk.
#[derive(Clone, Model)]
struct Disk {
    /// The size.
    #[attr(check = is_short)]
    size: i64,
}

fn is_short(label: &str) -> Result<(), String> {
    if label.len() < 10 { Ok(()) } else { Err("must be short".to_owned()) }
}

fn main() {}
