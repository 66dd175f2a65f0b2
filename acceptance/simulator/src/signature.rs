//! Verification of signatures: of today's scheme over whatever headers the request says it signed ([`acs3`]), and of the
//! one of 2015 that older clients still use ([`roa`]).

use std::collections::HashMap;

use http::HeaderMap;
use jiff::Timestamp;

use crate::config::Credential;
use crate::error::ApiError;

mod acs3;
mod roa;

/// How far the signing date may be off.
const SKEW_SECONDS: i64 = 15 * 60;

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

/// Nonces seen within the window in which their request would still be accepted.
#[derive(Debug, Default)]
pub(crate) struct Nonces {
    seen: HashMap<String, i64>,
}

impl Nonces {
    fn check(&mut self, nonce: &str, now: Timestamp) -> Result<(), ApiError> {
        if self.seen.len() > 10_000 {
            self.seen.retain(|_, second| now.as_second() - *second <= SKEW_SECONDS);
        }
        if self.seen.insert(nonce.to_owned(), now.as_second()).is_none() {
            return Ok(());
        }
        Err(ApiError::bad_request(
            "SignatureNonceUsed",
            "Specified signature nonce was used already: make a new one for every try.",
        ))
    }
}

/// Checks key, token, date, what else the scheme covers, and the signature; then that the nonce is new.
pub(crate) fn verify(
    request: &SignedRequest<'_>,
    credentials: &[Credential],
    nonces: &mut Nonces,
    now: Timestamp,
) -> Result<(), ApiError> {
    let authorization = header(request.headers, "authorization").ok_or_else(|| {
        ApiError::bad_request(
            "MissingAccessKeyId",
            "AccessKeyId is mandatory for this action: the request has no Authorization header.",
        )
    })?;
    if let Some(fields) = authorization.strip_prefix(acs3::ALGORITHM) {
        acs3::verify(request, fields, credentials, now)?;
    } else if let Some(fields) = authorization.strip_prefix(roa::SCHEME) {
        roa::verify(request, fields, credentials, now)?;
    } else {
        return Err(incomplete(&format!("only {} and the older HMAC-SHA1 are accepted", acs3::ALGORITHM)));
    }
    nonces.check(header(request.headers, "x-acs-signature-nonce").unwrap_or_default(), now)
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn incomplete(what: &str) -> ApiError {
    ApiError::bad_request(
        "IncompleteSignature",
        format!("The request signature does not conform to Aliyun standards: {what}."),
    )
}

fn mismatch(detail: &str) -> ApiError {
    ApiError::bad_request(
        "SignatureDoesNotMatch",
        format!("Specified signature does not match our calculation. {detail}"),
    )
}

/// The key pair of that id.
fn find_credential<'a>(credentials: &'a [Credential], key_id: &str) -> Result<&'a Credential, ApiError> {
    credentials
        .iter()
        .find(|credential| credential.access_key_id == key_id)
        .ok_or_else(|| ApiError::new(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."))
}

/// The security token has to be the one that belongs to the key, and to be covered by the signature.
fn check_token(headers: &HeaderMap, credential: &Credential, covered: bool) -> Result<(), ApiError> {
    let token = header(headers, "x-acs-security-token").filter(|token| !token.is_empty());
    match (&credential.security_token, token) {
        (None, None) => Ok(()),
        (Some(expected), Some(sent)) if expected == sent && covered => Ok(()),
        (Some(_), None) => {
            Err(ApiError::bad_request("MissingSecurityToken", "SecurityToken is mandatory for this action."))
        }
        _ => Err(ApiError::bad_request(
            "InvalidSecurityToken.MismatchWithAccessKey",
            "Specified SecurityToken mismatch with the AccessKey.",
        )),
    }
}

/// The date has to be there, in its form, and near enough.
fn check_date(name: &str, date: Option<Timestamp>, example: &str, now: Timestamp) -> Result<(), ApiError> {
    let date = date.ok_or_else(|| {
        ApiError::bad_request(
            "InvalidTimeStamp.Format",
            format!("Specified {name} is not well formatted, it must be like {example}."),
        )
    })?;
    if date.duration_since(now).as_secs().abs() > SKEW_SECONDS {
        return Err(ApiError::bad_request(
            "InvalidTimeStamp.Expired",
            format!("Specified {name} {date} is more than 15 minutes off {now}."),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_counts_once() {
        let mut nonces = Nonces::default();
        let now = "2026-01-02T03:10:00Z".parse().unwrap();
        assert_eq!(nonces.check("a", now), Ok(()));
        assert_eq!(nonces.check("a", now).unwrap_err().code, "SignatureNonceUsed");
    }
}
