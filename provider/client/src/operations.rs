//! The operations of the API as data: what a request is made of.
//!
//! The routes are generated from `proto/cs/operations.json`, the one description of the API in this project, by
//! `UPDATE=1 cargo test -p ack-client --test operations`.

use http::Method;

#[rustfmt::skip]
mod routes;

pub use routes::*;

/// One operation of the API.
#[derive(Debug)]
#[non_exhaustive]
pub struct Operation {
    /// Its name, such as `ModifyCluster`; also what the header `x-acs-action` says.
    pub action: &'static str,
    /// HTTP method.
    pub method: Method,
    /// The path, with the names of its arguments in braces: `/clusters/{cluster_id}`.
    pub path: &'static str,
    /// The parameters of its query, with how each is written.
    pub query: &'static [(&'static str, Encoding)],
    /// What its body is.
    pub body: Shape,
    /// What its answer is.
    pub answer: Shape,
    /// Carrying it out twice is the same as once: it reads, it sets a state, or it takes away.
    pub repeatable: bool,
}

/// How a parameter of a query is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Text,
    /// In decimal digits.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A list, as compact JSON.
    Json,
    /// A list, its elements joined with commas.
    Commas,
}

/// What a body or an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// There is none.
    Nothing,
    /// A JSON object.
    Object,
    /// A JSON list.
    List,
    /// A text.
    Text,
}

/// The operation of that name.
pub fn by_action(action: &str) -> Option<&'static Operation> {
    ALL.iter().copied().find(|operation| operation.action == action)
}

impl Operation {
    /// It changes something.
    pub fn is_write(&self) -> bool {
        self.method != Method::GET
    }

    /// The parts of the path: each either as it is, or the name of an argument.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part> {
        self.path.split('/').skip(1).map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => Part::Argument(name),
            None => Part::Fixed(part),
        })
    }

    /// How a parameter of the query is written.
    pub(crate) fn parameter(&self, name: &str) -> Option<(&'static str, Encoding)> {
        self.query.iter().copied().find(|(known, _)| *known == name)
    }
}

/// A part of a path, between two slashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Fixed(&'static str),
    Argument(&'static str),
}
