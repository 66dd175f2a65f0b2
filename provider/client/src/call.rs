//! One call as data: what is asked, and how the answer is read. No network in here.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::Error;
use crate::error::Kind;
use crate::sign::encode;
use crate::task::TaskStarted;

/// Characters of a strange answer that are shown in an error.
const EXCERPT: usize = 200;

/// A request of the API, before it is signed and sent.
///
/// The typed methods of [`Client`](crate::Client) build these. It is public so that an operation without a typed method
/// can be called with [`Client::send`](crate::Client::send). `Debug` leaves the body out: it may hold passwords.
#[derive(Clone)]
pub struct Request {
    operation: &'static str,
    method: Method,
    segments: Vec<String>,
    query: Vec<(&'static str, String)>,
    body: Option<Bytes>,
    repeatable: bool,
    problem: Option<String>,
}

impl Request {
    /// A request of `operation` (its API name, such as `DescribeClusterDetail`) on the path made of `segments`, which
    /// are encoded one by one. The segments are the path: `&["clusters", id, "nodepools"]`.
    ///
    /// GET, PUT and DELETE may be repeated when it is not known whether they were carried out; a POST may not, unless
    /// [`repeatable`](Self::repeatable) says so.
    pub fn new(operation: &'static str, method: Method, segments: &[&str]) -> Self {
        let problem = segments.iter().any(|segment| matches!(*segment, "" | "." | "..")).then(|| {
            // Left in, it would make another path: GET /clusters/ lists, where GET /clusters/{id} reads one.
            format!("{operation} was given an id that is empty or made of dots; nothing was sent")
        });
        Self {
            operation,
            repeatable: method != Method::POST,
            method,
            segments: segments.iter().map(|segment| (*segment).to_owned()).collect(),
            query: Vec::new(),
            body: None,
            problem,
        }
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// Adds a query parameter if there is a value.
    #[must_use]
    pub fn query_if(self, name: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// Adds a list or an object as compact JSON in one query parameter, if there is one.
    #[must_use]
    pub fn query_json(mut self, name: &'static str, value: Option<&impl Serialize>) -> Self {
        match value.map(serde_json::to_string) {
            None => self,
            Some(Ok(json)) => self.query(name, json),
            Some(Err(error)) => {
                self.problem = Some(format!("{}: the parameter {name} cannot be written: {error}", self.operation));
                self
            }
        }
    }

    /// Sets the body, as compact JSON. Its buffer is wiped when the request is dropped.
    #[must_use]
    pub fn body(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(body) {
            Ok(json) => self.body = Some(Bytes::from_owner(Zeroizing::new(json))),
            Err(error) => self.problem = Some(format!("{}: the body cannot be written: {error}", self.operation)),
        }
        self
    }

    /// Says that carrying this POST out twice is the same as once (it sets a state, it adds nothing).
    #[must_use]
    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// API name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// HTTP method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path as sent, encoded.
    pub fn path(&self) -> String {
        self.segments.iter().flat_map(|segment| ["/".to_owned(), encode(segment)]).collect()
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
        self.repeatable
    }

    /// It changes something.
    pub fn is_write(&self) -> bool {
        self.method != Method::GET
    }

    /// The cluster it is about, if it is about one.
    pub(crate) fn cluster_id(&self) -> Option<&str> {
        let clusters = self.segments.iter().position(|segment| segment == "clusters")?;
        self.segments.get(clusters + 1).map(String::as_str)
    }

    /// Refuses what must not be sent.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match &self.problem {
            Some(problem) => Err(Error::configuration(problem.clone())),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("path", &self.path())
            .field("query", &self.query_string())
            .field("body_length", &self.body.as_ref().map(Bytes::len))
            .finish()
    }
}

/// An answer of the service, or of whatever stands at the endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The answer, if the service accepted the request.
    pub(crate) fn accepted(self, operation: &'static str) -> Result<Self, Error> {
        if (200..300).contains(&self.status) { Ok(self) } else { Err(self.error(operation)) }
    }

    /// Reads the body of an accepted answer.
    pub(crate) fn read<T: DeserializeOwned>(&self, operation: &'static str) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let cause = if self.body.is_empty() { "it is empty".to_owned() } else { error.to_string() };
            Error::new(operation, Kind::Answer { status: self.status, cause, request_id: self.request_id(None) })
        })
    }

    /// Reads an accepted answer that is documented to have no body. One that is there all the same may say more; the id
    /// of the request is at least in the header.
    pub(crate) fn started(&self) -> TaskStarted {
        let said: Option<TaskStarted> = serde_json::from_slice(&self.body).ok().flatten();
        let TaskStarted { task_id, request_id } = said.unwrap_or_default();
        TaskStarted { task_id, request_id: self.request_id(request_id) }
    }

    /// How long the service asks to be left alone: `x-acs-retry-after` in milliseconds, else `Retry-After` in seconds.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let number = |name| self.headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok().filter(|n| *n > 0);
        number("x-acs-retry-after")
            .map(Duration::from_millis)
            .or_else(|| number("retry-after").map(Duration::from_secs))
    }

    fn error(&self, operation: &'static str) -> Error {
        let body: Option<Value> = serde_json::from_slice(&self.body).ok();
        let text = |names: &[&str]| {
            names.iter().find_map(|name| match body.as_ref()?.get(name)? {
                Value::String(text) if !text.is_empty() => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            })
        };
        let request_id = self.request_id(text(&["requestId", "RequestId", "request_id"]));
        let kind = match text(&["code", "Code"]) {
            Some(code) => Kind::Service {
                status: self.status,
                code,
                message: text(&["message", "Message"]).unwrap_or_default(),
                request_id,
                throttled: self.status == 429 || self.headers.contains_key("x-acs-retry-after"),
            },
            None => Kind::Answer { status: self.status, cause: self.strangeness(), request_id },
        };
        Error::new(operation, kind)
    }

    /// Says what came instead of an error of the service.
    fn strangeness(&self) -> String {
        if (300..400).contains(&self.status) {
            return "it is a redirect, which is never followed".to_owned();
        }
        let text = String::from_utf8_lossy(&self.body);
        match text.trim() {
            "" => "it has no error code and no text".to_owned(),
            text => format!("it has no error code; it begins \"{}\"", text.chars().take(EXCERPT).collect::<String>()),
        }
    }

    fn request_id(&self, in_body: Option<String>) -> Option<String> {
        in_body.or_else(|| Some(self.headers.get("x-acs-request-id")?.to_str().ok()?.to_owned()))
    }
}

#[cfg(test)]
mod tests;
