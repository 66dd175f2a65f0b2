//! How an answer is read. No network in here.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::Error;
use crate::error::Kind;
use crate::text::{self, tame};

/// Characters of a strange answer that are shown in an error.
const EXCERPT: usize = 200;

/// Most bytes of an answer in which an error of the service is looked for: none is longer than a page.
const LONGEST_ERROR: usize = 1 << 20;

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
    pub(crate) fn read(&self, operation: &'static str) -> Result<Value, Error> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let cause = if self.body.is_empty() { "it is empty".to_owned() } else { error.to_string() };
            self.unreadable(operation, cause)
        })
    }

    pub(crate) fn is_list(&self) -> bool {
        self.body.trim_ascii_start().starts_with(b"[")
    }

    pub(crate) fn unreadable(&self, operation: &'static str, cause: String) -> Error {
        let cause = tame(&cause, text::MESSAGE);
        Error::new(operation, Kind::Answer { status: self.status, cause, request_id: self.request_id() })
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
