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
use crate::schema::{Attribute, Presence, Shown};
use crate::value::Value;

pub use places::{attribute_of, place, places};
pub use read::absorb;
pub use write::{changes, create, merge, together};

/// The documents of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Document {
    /// The body of the call that creates it.
    Create,
    /// The body of the call that changes it.
    Modify,
    /// The answer of the call that reads it.
    Read,
}

impl Document {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Create, Self::Modify, Self::Read];
}

/// Where an attribute stands in the documents, and in which form: the words of `#[api(...)]`.
///
/// Without a word the place is the attribute's name. A value that the service writes is read; one that replaces the object
/// is created and read; one that is write-only or never shown is not read; all others are created, changed and read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Binding {
    /// `at`: the place in all documents. Names joined with dots; a `*` takes the names of an object's members.
    pub at: Option<&'static str>,
    /// `create`: the place in the body of a create.
    pub create: Option<&'static str>,
    /// `modify`: the place in the body of a change.
    pub modify: Option<&'static str>,
    /// `read`: the place in an answer.
    pub read: Option<&'static str>,
    /// `only(...)`: the documents that it is in.
    pub only: Option<&'static [Document]>,
    /// `form`: how the value looks in documents, where it is not what JSON has for its type.
    pub form: Option<Form>,
    /// `switch`: of an object, the flag beside its members that says whether there is one.
    pub switch: Option<&'static str>,
    /// `whole`: of an object, a change sends it as a whole. Where all its members have defaults, none means these.
    pub whole: bool,
    /// `own`: code does it. The places that are written beside it are those which the code takes care of.
    pub own: bool,
}

/// How a value looks in documents.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// The value as it is sent; null is asked for to clear it.
    pub write: fn(&Value) -> Json,
    /// The value of an answer; `None` where it says that there is none.
    pub read: fn(&Json) -> Option<Value>,
}

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
