use tf_provider::StringEnum;

/// Not an enum.
#[derive(Clone, StringEnum)]
struct Category {
    /// The name.
    name: String,
}

/// Nothing.
#[derive(Clone, StringEnum)]
enum Nothing {}

/// Holds data.
#[derive(Clone, StringEnum)]
enum Size {
    /// Small.
    Small,
    /// Any.
    Custom(i64),
}

/// Has parameters.
#[derive(Clone, StringEnum)]
enum Of<T> {
    /// One.
    One(T),
}

fn main() {}
