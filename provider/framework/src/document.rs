//! Attributes as documents of a service: what is sent when an object is created and changed, and what is read.
//!
//! Where an attribute stands in them is said beside it, in `#[api(...)]`; see [`Binding`]. What becomes of a value that is
//! not set follows from who writes it: one that the user takes back is sent as its default or empty, what the service may
//! choose is left to it.
//!
//! A document is JSON. Secrets are not: they rest beside it in a [`Body`] until it is written.

pub mod forms;
mod places;
mod read;
mod write;

use std::fmt;

use secrecy::SecretString;
use serde_json::Value as Json;

use crate::path::Path;
pub use crate::schema::binding::{Binding, Document, Form};
use crate::schema::{Attribute, Presence, Shown};

pub use places::{at, attribute_of, place, places};
pub use read::absorb;
pub use write::{changes, create, merge, together};

/// The body of a call, and the secrets that belong into it.
#[derive(Clone, Default)]
pub struct Body {
    /// The body without its secrets.
    pub json: Json,
    /// Secrets by their place.
    pub secrets: Vec<(String, SecretString)>,
}

impl Body {
    /// A body that is an object without members.
    pub fn new() -> Self {
        Self { json: Json::Object(serde_json::Map::new()), secrets: Vec::new() }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.secrets.is_empty() && self.json.as_object().is_some_and(serde_json::Map::is_empty)
    }

    /// Puts a value at a place.
    pub fn put(&mut self, place: &str, value: impl Into<Json>) {
        write::put(&mut self.json, place, value.into());
    }

    /// Takes away what is at a place.
    pub fn remove(&mut self, place: &str) {
        let (object, name) = match place.rsplit_once('.') {
            Some((outer, name)) => (places::at_mut(&mut self.json, outer), name),
            None => (Some(&mut self.json), place),
        };
        if let Some(object) = object.and_then(Json::as_object_mut) {
            object.remove(name);
        }
    }

    /// What is at a place, if anything is.
    pub fn at(&self, place: &str) -> Option<&Json> {
        places::at(&self.json, place)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secrets: Vec<&str> = self.secrets.iter().map(|(place, _)| place.as_str()).collect();
        f.debug_struct("Body").field("json", &self.json).field("secrets", &secrets).finish()
    }
}

/// A change of one attribute at the top, and what it makes the body of the call.
#[derive(Clone, Debug)]
pub struct Change {
    /// The attribute.
    pub attribute: Path,
    /// The body.
    pub body: Body,
}

impl Attribute {
    /// Its place in a document, relative to the object that it is in.
    pub(crate) fn place(&self, document: Document) -> Option<&'static str> {
        let binding = self.binding.as_ref()?;
        let written = match document {
            Document::Create => binding.create,
            Document::Modify => binding.modify,
            Document::Read => binding.read,
        };
        let has = match binding.only {
            Some(only) => only.contains(&document),
            None => written.is_some() || self.stands_in(document),
        };
        let default = (!binding.own).then_some(self.name);
        has.then(|| written.or(binding.at).or(default)).flatten()
    }

    /// Whether such a value is in a document unless something else is said.
    fn stands_in(&self, document: Document) -> bool {
        match document {
            Document::Create => self.presence != Presence::Computed,
            Document::Modify => self.presence != Presence::Computed && self.replace.is_none(),
            Document::Read => !self.write_only && self.shown == Shown::Always,
        }
    }

    /// Whether the engine does it, and no code.
    fn is_bound(&self) -> bool {
        self.binding.is_some_and(|binding| !binding.own)
    }
}

#[cfg(test)]
mod tests;
