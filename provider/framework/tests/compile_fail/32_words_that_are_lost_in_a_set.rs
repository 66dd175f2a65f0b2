//! Terraform cannot tell which element of a set was which.

use tf_provider::{Model, Set};

/// A seal.
#[derive(Clone, PartialEq, Model)]
struct Seal {
    /// What it shows.
    #[attr(replace = "it cannot be taken off")]
    sign: String,
}

/// A note.
#[derive(Clone, PartialEq, Model)]
struct Note {
    /// What it says.
    #[attr(write_only)]
    text: Option<String>,
}

/// A page with notes.
#[derive(Clone, PartialEq, Model)]
struct Page {
    /// The notes.
    notes: Vec<Note>,
}

/// A book.
#[derive(Clone, Model)]
struct Book {
    /// Its seals.
    seals: Option<Set<Seal>>,
    /// Its pages.
    pages: Set<Page>,
    /// Allowed: its pages in order.
    sorted: Vec<Page>,
}

/// A shelf.
#[derive(Clone, Model)]
struct Shelf {
    /// Told once: at the set.
    book: Book,
}

fn main() {}
