//! What either scheme reads out of a request.

use hmac::{KeyInit, Mac};
use http::HeaderMap;
use jiff::Timestamp;

use crate::error::ApiError;

/// The parts of a request that a signature covers.
#[derive(Clone, Copy)]
pub(crate) struct SignedRequest<'a> {
    pub(crate) method: &'a str,
    /// The path as sent, still encoded.
    pub(crate) path: &'a str,
    /// The query as sent, without the question mark.
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    /// The `host` header, or the authority in HTTP/2.
    pub(crate) host: &'a str,
    pub(crate) body: &'a [u8],
}

/// Who a request says that it comes from, and what it gives as proof.
pub(super) struct Claim<'a> {
    pub(super) key_id: &'a str,
    /// Whether the signature covers a security token.
    pub(super) covers_token: bool,
    pub(super) date: Option<Timestamp>,
    pub(super) date_header: &'static str,
    pub(super) date_example: &'static str,
    /// The hash of the body by its header, if it has to be right, and that of the body that arrived.
    pub(super) body_named: Option<&'a str>,
    pub(super) body_header: &'static str,
    pub(super) body_hash: String,
    /// The forms of what may have been signed, at least one; an error when a part of it was not sent.
    pub(super) strings_to_sign: Result<Vec<String>, ApiError>,
    pub(super) signature: Vec<u8>,
    /// Whether a secret and a text make a signature.
    pub(super) fits: fn(&str, &str, &[u8]) -> bool,
}

/// [`Claim::fits`] of a scheme that signs by an HMAC.
pub(super) fn fits<M: Mac + KeyInit>(secret: &str, text: &str, signature: &[u8]) -> bool {
    let mut mac = <M as KeyInit>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac.verify_slice(signature).is_ok()
}

pub(super) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

pub(super) fn incomplete(what: &str) -> ApiError {
    ApiError::bad_request(
        "IncompleteSignature",
        format!("The request signature does not conform to Aliyun standards: {what}."),
    )
}
