//! A request as data: an operation, its arguments, its body. No network in here.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::Method;
use secrecy::SecretString;
use serde_json::Value;

use crate::Error;
use crate::body::{self, Spliced};
use crate::operations::{Encoding, Operation, Part, Shape};
use crate::sign::encode;
use crate::text::{self, tame};

/// A request of the API, before it is signed and sent.
///
/// What is wrong with it (an argument that is missing or that the operation does not know) is told by the call, before
/// anything is sent. `Debug` leaves the body out: it may hold passwords.
#[derive(Clone)]
pub struct Request {
    operation: &'static Operation,
    segments: Vec<String>,
    cluster: Option<String>,
    query: Vec<(&'static str, String)>,
    json: Value,
    secrets: Vec<(String, SecretString)>,
    body: Option<Bytes>,
    member: Option<Cow<'static, str>>,
    name: Option<String>,
    problem: Option<String>,
}

impl Request {
    /// A request of an operation. The arguments are those of its path, all of them, and of its query, by the names of the
    /// API; lists of the query, and what may be unset, are for [`query`](Self::query).
    pub fn of(operation: &'static Operation, arguments: &[(&str, &str)]) -> Self {
        let mut request = Self {
            operation,
            segments: Vec::new(),
            cluster: None,
            query: Vec::new(),
            json: Value::Null,
            secrets: Vec::new(),
            body: None,
            member: None,
            name: None,
            problem: None,
        };
        for part in operation.parts() {
            let segment = match part {
                Part::Fixed(part) => part.to_owned(),
                Part::Argument(name) => request.path_argument(name, arguments),
            };
            request.segments.push(segment);
        }
        let of_path = |name: &str| operation.parts().any(|part| matches!(part, Part::Argument(known) if known == name));
        arguments
            .iter()
            .filter(|(name, _)| !of_path(name))
            .fold(request, |request, (name, value)| request.query(name, *value))
    }

    fn path_argument(&mut self, name: &'static str, arguments: &[(&str, &str)]) -> String {
        let Some((_, value)) = arguments.iter().find(|(known, _)| *known == name) else {
            self.problem(format!("was given no {name}"));
            return String::new();
        };
        if matches!(*value, "" | "." | "..") {
            // Left in, it would make another path: GET /clusters/ lists, where GET /clusters/{id} reads one.
            self.problem(format!("was given an id that is empty or made of dots ({name})"));
        }
        // Two spellings are in use.
        if matches!(name, "cluster_id" | "clusterid") {
            self.cluster = Some((*value).to_owned());
        }
        (*value).to_owned()
    }

    fn problem(&mut self, problem: impl fmt::Display) {
        self.problem.get_or_insert_with(|| format!("{} {problem}; nothing was sent", self.operation.action));
    }

    /// Adds a parameter of the query, written as the operation has it: a text, a number, a boolean, or a list. Nothing is
    /// sent for `None`.
    #[must_use]
    pub fn query(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        match self.operation.parameter(name) {
            _ if value.is_null() => {}
            None => self.problem(format!("has no argument {name}")),
            Some((name, encoding)) => match encoding.written(&value) {
                Some(text) => self.query.push((name, text)),
                None => self.problem(format!("cannot be given {value} as {name}")),
            },
        }
        self
    }

    /// Sets the body, as compact JSON. What must not rest in a JSON value comes in by [`secret`](Self::secret).
    #[must_use]
    pub fn body_json(mut self, body: Value) -> Self {
        self.json = body;
        self.spliced()
    }

    /// Puts a secret into the body, at a dotted place such as `scaling_group.login_password`. It goes to the wire and
    /// nowhere else: the buffer that it is written into is wiped when the request is dropped.
    #[must_use]
    pub fn secret(mut self, place: &str, secret: SecretString) -> Self {
        self.secrets.push((place.to_owned(), secret));
        self.spliced()
    }

    fn spliced(mut self) -> Self {
        let fits = match self.operation.body {
            Shape::Object => self.json.is_object() || self.json.is_null() && !self.secrets.is_empty(),
            Shape::List => self.json.is_array(),
            Shape::Nothing | Shape::Text => false,
        };
        if !fits {
            self.problem("takes no such body");
        }
        match body::written(&Spliced::new(&self.json, &self.secrets)) {
            Ok(body) => self.body = Some(body),
            Err(error) => self.problem(format!("cannot be given this body: {error}")),
        }
        self
    }

    /// Says by which name the log is to call the object that this creates: it has no id yet.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(tame(name, text::WORD));
        self
    }

    /// Says without which member an answer to [`Client::call`](crate::Client::call) is none: its dotted place, such as
    /// `nodepool_info.nodepool_id`; `nodepools[].nodepool_info.nodepool_id` is one that each element of a list has.
    #[must_use]
    pub fn must_answer(mut self, member: impl Into<Cow<'static, str>>) -> Self {
        self.member = Some(member.into());
        self
    }

    /// API name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation.action
    }

    /// HTTP method.
    pub fn method(&self) -> &Method {
        &self.operation.method
    }

    /// The path as sent, encoded.
    pub fn path(&self) -> String {
        self.segments.iter().flat_map(|segment| ["/".to_owned(), encode(segment)]).collect()
    }

    /// What the call is about, for the log: the path as people read it, without its first slash.
    pub(crate) fn object(&self) -> String {
        self.segments.join("/")
    }

    /// The name of what it creates, if it has one.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The query as sent and signed: encoded, sorted by name; empty if there is none.
    pub fn query_string(&self) -> String {
        let mut parameters: Vec<_> = self.query.iter().collect();
        parameters.sort_by_key(|(name, _)| *name);
        parameters.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
    }

    /// The body as sent.
    pub fn body_bytes(&self) -> Option<&Bytes> {
        self.body.as_ref()
    }

    /// Repeating it is harmless even if it has been carried out.
    pub fn is_repeatable(&self) -> bool {
        self.operation.repeatable
    }

    /// It changes something.
    pub fn is_write(&self) -> bool {
        self.operation.is_write()
    }

    /// The cluster it is about, if its path names one.
    pub(crate) fn cluster_id(&self) -> Option<&str> {
        self.cluster.as_deref()
    }

    /// What its answer is.
    pub(crate) fn answers_in(&self) -> Shape {
        self.operation.answer
    }

    /// The member without which an answer is none.
    pub(crate) fn member(&self) -> Option<&str> {
        self.member.as_deref()
    }

    /// Refuses what must not be sent.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match &self.problem {
            Some(problem) => Err(Error::configuration(problem.clone())),
            None => Ok(()),
        }
    }
}

impl Encoding {
    /// A value as it is written, if it can be.
    fn written(self, value: &Value) -> Option<String> {
        let scalar = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        };
        match self {
            Self::Text => scalar(value),
            Self::Integer => scalar(value).filter(|text| text.parse::<i64>().is_ok()),
            Self::Boolean => scalar(value).filter(|text| text.parse::<bool>().is_ok()),
            Self::Json => value.is_array().then(|| value.to_string()),
            Self::Commas => {
                let elements: Option<Vec<String>> = value.as_array()?.iter().map(scalar).collect();
                elements.map(|elements| elements.join(","))
            }
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation())
            .field("method", &self.method())
            .field("path", &self.path())
            .field("query", &self.query_string())
            .field("body_length", &self.body.as_ref().map(Bytes::len))
            .finish()
    }
}

#[cfg(test)]
mod tests;
