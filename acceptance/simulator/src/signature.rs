//! Verification of signatures: of today's scheme over whatever headers the request says it signed ([`acs3`]), and of the
//! one of 2015 that older clients still use ([`roa`]). A scheme reads what a request claims; the claim is judged here.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::config::Credential;
use crate::error::ApiError;

mod acs3;
mod claim;
mod roa;

pub(crate) use claim::SignedRequest;
use claim::{Claim, header, incomplete};

/// How far the signing date may be off.
const SKEW_SECONDS: i64 = 15 * 60;

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
    let claim = if let Some(fields) = authorization.strip_prefix(acs3::ALGORITHM) {
        acs3::claim(request, fields)?
    } else if let Some(fields) = authorization.strip_prefix(roa::SCHEME) {
        roa::claim(request, fields)?
    } else {
        return Err(incomplete(&format!("only {} and the older HMAC-SHA1 are accepted", acs3::ALGORITHM)));
    };
    judge(claim, request, credentials, now)?;
    nonces.check(header(request.headers, "x-acs-signature-nonce").unwrap_or_default(), now)
}

fn judge(
    claim: Claim<'_>,
    request: &SignedRequest<'_>,
    credentials: &[Credential],
    now: Timestamp,
) -> Result<(), ApiError> {
    let credential = credentials
        .iter()
        .find(|credential| credential.access_key_id == claim.key_id)
        .ok_or_else(|| ApiError::new(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found."))?;
    check_token(request, credential, claim.covers_token)?;
    check_date(&claim, now)?;
    if claim.body_named.is_some_and(|named| named != claim.body_hash) {
        return Err(mismatch(&format!("{} of the body that arrived is {}", claim.body_header, claim.body_hash)));
    }
    let fits = |text: &String| (claim.fits)(&credential.access_key_secret, text, &claim.signature);
    let texts = claim.strings_to_sign?;
    if texts.iter().any(fits) {
        return Ok(());
    }
    Err(mismatch(&format!("server string to sign is: {:?}", texts[0])))
}

fn mismatch(detail: &str) -> ApiError {
    ApiError::bad_request(
        "SignatureDoesNotMatch",
        format!("Specified signature does not match our calculation. {detail}"),
    )
}

/// The security token has to be the one that belongs to the key, and to be covered by the signature.
fn check_token(request: &SignedRequest<'_>, credential: &Credential, covered: bool) -> Result<(), ApiError> {
    let token = header(request.headers, "x-acs-security-token").filter(|token| !token.is_empty());
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
fn check_date(claim: &Claim<'_>, now: Timestamp) -> Result<(), ApiError> {
    let (name, example) = (claim.date_header, claim.date_example);
    let date = claim.date.ok_or_else(|| {
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
mod tests;
