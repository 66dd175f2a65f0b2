//! Where attributes stand in the documents of a service: the data of `#[api(...)]`. What is made of it is
//! [`document`](crate::document)'s.

use serde_json::Value as Json;

use crate::value::Value;

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
#[derive(Clone, Copy, Debug)]
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

impl Binding {
    /// Without a word.
    pub const PLAIN: Self = Self {
        at: None,
        create: None,
        modify: None,
        read: None,
        only: None,
        form: None,
        switch: None,
        whole: false,
        own: false,
    };
}
