use tf_provider::StringEnum;

/// How fast a disk is.
#[derive(Clone, StringEnum)]
#[value("category")]
enum Category {
    Slow,
    /// Fast.
    #[value("Slow")]
    Fast,
    /// Faster.
    #[value]
    Faster,
    /// Fastest.
    #[value = "fastest"]
    Fastest,
    /// Empty.
    #[value("")]
    Empty,
    /// Two.
    #[value("one")]
    #[value("two")]
    Two,
}

fn main() {}
