//! An identity is flat: text, whole numbers, bools, and lists of those.

use std::collections::BTreeMap;

use tf_provider::{Computed, Model, Resource, StringEnum};

/// Where it stands.
#[derive(Clone, Model)]
struct Place {
    /// The shelf.
    shelf: String,
}

/// What it is.
#[derive(Clone, StringEnum)]
enum Genre {
    /// It tells a story.
    Novel,
}

/// A book.
#[derive(Clone, Resource)]
#[resource(identity(id, place?, weight?, labels?, code?, genre, pages, authors))]
struct Book {
    /// The id.
    id: Computed<String>,
    /// The place.
    place: Place,
    /// The weight.
    weight: Option<f64>,
    /// Its labels.
    labels: Option<BTreeMap<String, String>>,
    /// Its secret.
    #[attr(write_only)]
    code: Option<String>,
    /// What is allowed: the name of a value.
    genre: Genre,
    /// A whole number.
    pages: i64,
    /// A list.
    authors: Vec<String>,
}

fn main() {}
