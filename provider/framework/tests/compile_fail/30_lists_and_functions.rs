//! A list says what it lists; only the last parameter of a function takes several arguments.

use tf_provider::{Computed, Function, ListResource};

/// Finds books.
#[derive(Clone, ListResource)]
struct Nothing {
    /// Only these.
    prefix: Option<String>,
}

/// Finds books.
#[derive(Clone, ListResource)]
#[list_resource(resource = "Book", name = "books")]
struct Books {
    /// How many there are.
    count: Computed<i64>,
}

/// Joins.
#[derive(Clone, Function)]
struct Join {
    /// First.
    #[attr(variadic)]
    parts: Vec<String>,
    /// Last.
    #[attr(variadic, default = "-")]
    separator: String,
}

fn main() {}
