//! What has no life of its own has no use for the words of one, inside of its objects neither.

use tf_provider::{Action, Computed, DataSource, EphemeralResource, Function, ListResource, Model, OptionalComputed};

/// A page.
#[derive(Clone, Model)]
struct Page {
    /// Its number.
    #[attr(replace = "it is printed")]
    number: i64,
}

/// A cover.
#[derive(Clone, Model)]
struct Cover {
    /// Its colour.
    #[attr(default = "red")]
    colour: String,
}

/// A title.
#[derive(Clone, Model)]
struct Title {
    /// Its text.
    text: OptionalComputed<String>,
}

/// A shelf.
#[derive(Clone, DataSource)]
struct Shelf {
    /// Its pages.
    pages: Computed<Vec<Page>>,
    /// Allowed.
    cover: Option<Cover>,
    /// Allowed.
    title: Option<Title>,
}

/// A key.
#[derive(Clone, EphemeralResource)]
struct Key {
    /// A page.
    page: Option<Page>,
}

/// Dusts a shelf.
#[derive(Clone, Action)]
struct Dust {
    /// Covers.
    covers: Vec<Cover>,
    /// Titles.
    titles: Vec<Title>,
    /// A secret.
    #[attr(write_only)]
    secret: Option<String>,
}

/// Reads.
#[derive(Clone, Function)]
struct Reading {
    /// A cover.
    cover: Cover,
}

/// Finds books.
#[derive(Clone, ListResource)]
struct Books {
    /// Allowed, were the resource named.
    cover: Cover,
    /// A title.
    title: Title,
}

fn main() {}
