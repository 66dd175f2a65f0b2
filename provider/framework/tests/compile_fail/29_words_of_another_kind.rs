//! What has no life of its own has no use for the words of one.

use tf_provider::{Action, Computed, DataSource, EphemeralResource, Model, Resource};

/// A shelf.
#[derive(Clone, DataSource)]
struct Shelf {
    /// Where it is.
    #[attr(replace = "it is nailed to the wall", keep)]
    place: Computed<String>,
}

/// A key.
#[derive(Clone, EphemeralResource)]
#[ephemeral_resource(name = "Key", timeout = "soon")]
struct Key {
    /// Its code.
    #[attr(write_only)]
    code: Option<String>,
}

/// Dusts a shelf.
#[derive(Clone, Action)]
#[action(identity(place))]
struct Dust {
    /// How long it took.
    minutes: Computed<i64>,
    /// How often.
    count: i64,
}

/// A book.
#[derive(Clone, Resource)]
#[resource(identity(titles))]
struct Book {
    /// Its titles.
    #[attr(variadic)]
    titles: Vec<String>,
}

/// A page.
#[derive(Clone, Model)]
struct Page {
    /// Its lines.
    #[attr(variadic)]
    lines: Vec<String>,
}

fn main() {}
