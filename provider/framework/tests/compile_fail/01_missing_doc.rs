use tf_provider::Model;

#[derive(Clone, Model)]
struct Disk {
    size: i64,
    ///
    label: Option<String>,
}

fn main() {}
