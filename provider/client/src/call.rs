//! One call as data: what is asked, and how the answer is read. No network in here.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::Error;
use crate::body::{self, Spliced};
use crate::error::Kind;
use crate::operations::{Encoding, Operation, Part, Shape};
use crate::sign::encode;
use crate::task::{TaskId, TaskStarted};
use crate::text::{self, tame};

/// Characters of a strange answer that are shown in an error.
const EXCERPT: usize = 200;

/// Most bytes of an answer in which an error of the service is looked for: none is longer than a page.
const LONGEST_ERROR: usize = 1 << 20;

/// An answer that stands for one object, or for the start of a task.
pub(crate) trait Object: DeserializeOwned {
    /// The field, by its name in the API, without which an answer is not this object.
    fn lacks(&self) -> Option<&'static str> {
        None
    }

    /// The state that it tells, for the log.
    fn state(&self) -> Option<&str> {
        None
    }

    /// The task that it names, for the log.
    fn task(&self) -> Option<&TaskId> {
        None
    }
}

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
    repeatable: bool,
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
            repeatable: operation.repeatable,
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

    /// Sets the body, as compact JSON. Its buffer is wiped when the request is dropped.
    #[must_use]
    pub(crate) fn body(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match body::written(body) {
            Ok(json) => self.body = Some(json),
            Err(error) => self.problem(format!("cannot be given this body: {error}")),
        }
        self
    }

    /// Sets the body. What must not rest in a JSON value comes in by [`secret`](Self::secret).
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
        let (json, secrets) = (std::mem::take(&mut self.json), std::mem::take(&mut self.secrets));
        let request = self.body(&Spliced::new(&json, &secrets));
        Self { json, secrets, ..request }
    }

    /// Says that carrying this POST out twice is the same as once (it sets a state, it adds nothing).
    #[must_use]
    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
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
        self.repeatable
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

/// An answer of the service, or of whatever stands at the endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// The fields of an error, each in every spelling that has been seen. Read one by one and left as they are, because
/// whatever stands at the endpoint may have written them.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Said<'a> {
    #[serde(borrow)]
    code: Option<&'a RawValue>,
    #[serde(borrow, rename = "Code")]
    upper_code: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow, rename = "Message")]
    upper_message: Option<&'a RawValue>,
    #[serde(borrow, rename = "requestId")]
    request_id: Option<&'a RawValue>,
    #[serde(borrow, rename = "RequestId")]
    upper_request_id: Option<&'a RawValue>,
    #[serde(borrow, rename = "request_id")]
    snake_request_id: Option<&'a RawValue>,
}

impl<'a> Said<'a> {
    fn of(body: &'a [u8]) -> Self {
        let short = body.get(..LONGEST_ERROR).is_none();
        // A list would be read as the fields in their order.
        let object = body.trim_ascii_start().starts_with(b"{");
        if short && object { serde_json::from_slice(body).unwrap_or_default() } else { Self::default() }
    }

    fn code(&self) -> Option<String> {
        self.code.and_then(word).or_else(|| self.upper_code.and_then(word)).map(|code| tame(&code, text::WORD))
    }

    fn message(&self) -> Option<String> {
        let message = self.message.and_then(word).or_else(|| self.upper_message.and_then(word));
        message.map(|message| tame(&message, text::MESSAGE))
    }

    fn request_id(&self) -> Option<String> {
        let id = [self.request_id, self.upper_request_id, self.snake_request_id].into_iter().flatten().find_map(word);
        id.map(|id| tame(&id, text::WORD))
    }
}

/// Some answers of other services call their success by a code, too, in a word or as a number.
fn is_code_of_an_error(code: &str) -> bool {
    code.starts_with(|first: char| first.is_ascii_alphabetic())
        && !["success", "ok"].iter().any(|success| code.eq_ignore_ascii_case(success))
}

/// A text that is not empty, or a number as text.
fn word(value: &RawValue) -> Option<String> {
    match serde_json::from_str(value.get()).ok()? {
        Word::Text(text) => Some(text).filter(|text| !text.is_empty()),
        Word::Number(number) => Some(number.to_string()),
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Word {
    Text(String),
    Number(serde_json::Number),
}

impl Answer {
    /// The answer, if the service accepted the request.
    ///
    /// A success that holds an error code contradicts itself, and is a failure all the same.
    pub(crate) fn accepted(self, operation: &'static str) -> Result<Self, Error> {
        let succeeded = (200..300).contains(&self.status);
        let refused = || Said::of(&self.body).code().is_some_and(|code| is_code_of_an_error(&code));
        if succeeded && !refused() { Ok(self) } else { Err(self.error(operation)) }
    }

    /// Reads the body of an accepted answer.
    pub(crate) fn read<T: DeserializeOwned>(&self, operation: &'static str) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let cause = if self.body.is_empty() { "it is empty".to_owned() } else { error.to_string() };
            self.unreadable(operation, cause)
        })
    }

    /// Reads an accepted answer that has to be a whole object.
    pub(crate) fn object<T: Object>(&self, operation: &'static str) -> Result<T, Error> {
        if self.is_list() {
            return Err(self.unreadable(operation, "it is a list instead of an object".to_owned()));
        }
        let object: T = self.read(operation)?;
        match object.lacks() {
            Some(field) => Err(self.unreadable(operation, format!("it has no `{field}`"))),
            None => Ok(object),
        }
    }

    pub(crate) fn is_list(&self) -> bool {
        self.body.trim_ascii_start().starts_with(b"[")
    }

    pub(crate) fn unreadable(&self, operation: &'static str, cause: String) -> Error {
        let cause = tame(&cause, text::MESSAGE);
        Error::new(operation, Kind::Answer { status: self.status, cause, request_id: self.request_id() })
    }

    /// Reads an accepted answer that is documented to have no body. One that is there all the same may say more; the id
    /// of the request is at least in the header.
    pub(crate) fn started(&self) -> TaskStarted {
        let said: Option<TaskStarted> = serde_json::from_slice(&self.body).ok().flatten();
        let TaskStarted { task_id, request_id } = said.unwrap_or_default();
        TaskStarted { task_id, request_id: request_id.or_else(|| self.request_id()) }
    }

    /// How long the service asks to be left alone: `x-acs-retry-after` in milliseconds, else `Retry-After` in seconds.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let number = |name| self.headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok().filter(|n| *n > 0);
        number("x-acs-retry-after")
            .map(Duration::from_millis)
            .or_else(|| number("retry-after").map(Duration::from_secs))
    }

    fn error(&self, operation: &'static str) -> Error {
        let said = Said::of(&self.body);
        let Some(code) = said.code() else {
            return self.unreadable(operation, self.strangeness());
        };
        let kind = Kind::Service {
            status: self.status,
            code,
            message: said.message().unwrap_or_default(),
            request_id: self.request_id(),
            throttled: self.status == 429 || self.headers.contains_key("x-acs-retry-after"),
        };
        Error::new(operation, kind)
    }

    /// Says what came instead of an error of the service.
    fn strangeness(&self) -> String {
        if (300..400).contains(&self.status) {
            let target = self.headers.get("location").and_then(|target| target.to_str().ok());
            let target = target.map(|target| format!(" to {}", tame(target, EXCERPT))).unwrap_or_default();
            return format!("it is a redirect{target}, which is never followed");
        }
        // No character is longer than four bytes.
        let beginning = self.body.trim_ascii_start();
        let beginning = String::from_utf8_lossy(&beginning[..beginning.len().min(EXCERPT * 4)]);
        match beginning.trim_end() {
            "" => "it has no error code and no text".to_owned(),
            text => {
                let excerpt: String = text.chars().take(EXCERPT).collect();
                format!("it has no error code; it begins \"{}\"", tame(&excerpt, EXCERPT))
            }
        }
    }

    /// The id of the request, from the body, else from the header.
    pub(crate) fn request_id(&self) -> Option<String> {
        Said::of(&self.body)
            .request_id()
            .or_else(|| Some(tame(self.headers.get("x-acs-request-id")?.to_str().ok()?, text::WORD)))
    }
}

#[cfg(test)]
mod tests;
