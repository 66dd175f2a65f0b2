//! HMAC-SHA1 over date, `x-acs-` headers, path and query: the scheme of 2015, which older clients still sign with.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use hmac::Hmac;
use jiff::fmt::rfc2822::DateTimeParser;
use md5::{Digest as _, Md5};
use percent_encoding::percent_decode_str;
use sha1::Sha1;

use super::claim::{Claim, SignedRequest, fits, header, incomplete};
use crate::error::ApiError;

/// What stands before the key id in `Authorization`.
pub(super) const SCHEME: &str = "acs ";
/// Two headers say which signature it is; a request may leave them out.
const MARKS: [(&str, &str); 2] = [("x-acs-signature-method", "HMAC-SHA1"), ("x-acs-signature-version", "1.0")];

/// Reads a request; `fields` is `id:signature`.
pub(super) fn claim<'a>(request: &SignedRequest<'a>, fields: &'a str) -> Result<Claim<'a>, ApiError> {
    let (key_id, signature) =
        fields.trim().split_once(':').ok_or_else(|| incomplete("Authorization is not acs <id>:<signature>"))?;
    for (name, expected) in MARKS {
        if let Some(sent) = header(request.headers, name)
            && sent != expected
        {
            return Err(incomplete(&format!("{name} is {sent}, but {SCHEME}signatures have {expected}")));
        }
    }
    if header(request.headers, "x-acs-signature-nonce").is_none() {
        return Err(incomplete("x-acs-signature-nonce is missing"));
    }
    let date = header(request.headers, "date").and_then(|date| DateTimeParser::new().parse_timestamp(date).ok());
    Ok(Claim {
        key_id,
        // All headers that start with x-acs- are covered.
        covers_token: true,
        date,
        date_header: "Date",
        date_example: "Fri, 02 Jan 2026 03:04:05 GMT",
        // Nothing else covers the body; most clients leave it out.
        body_named: header(request.headers, "content-md5"),
        body_header: "Content-MD5",
        body_hash: BASE64_STANDARD.encode(Md5::digest(request.body)),
        strings_to_sign: Ok(resources(request).iter().map(|resource| string_to_sign(request, resource)).collect()),
        signature: BASE64_STANDARD.decode(signature).unwrap_or_default(),
        fits: fits::<Hmac<Sha1>>,
    })
}

fn string_to_sign(request: &SignedRequest<'_>, resource: &str) -> String {
    let plain = |name: &str| header(request.headers, name).unwrap_or_default();
    let mut lines: Vec<_> = request
        .headers
        .iter()
        .filter(|(name, _)| name.as_str().starts_with("x-acs-"))
        .map(|(name, value)| format!("{name}:{}\n", value.to_str().unwrap_or_default().trim()))
        .collect();
    lines.sort();
    let (accept, hash, kind, date) = (plain("accept"), plain("content-md5"), plain("content-type"), plain("date"));
    format!("{}\n{accept}\n{hash}\n{kind}\n{date}\n{}{resource}", request.method, lines.concat())
}

/// Path and query as they are signed: sorted, decoded. The vendor's libraries disagree on two things, so there are four
/// forms: whether the path is signed as sent or decoded, and whether an empty value leaves its `=` behind.
fn resources(request: &SignedRequest<'_>) -> Vec<String> {
    let mut pairs: Vec<_> = url::form_urlencoded::parse(request.query.as_bytes()).collect();
    pairs.sort();
    let query = |empty_has_sign: bool| {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| match value.is_empty() && !empty_has_sign {
                true => name.to_string(),
                false => format!("{name}={value}"),
            })
            .collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    };
    let decoded = percent_decode_str(request.path).decode_utf8_lossy();
    let mut forms = Vec::new();
    for path in [request.path, &decoded] {
        for empty_has_sign in [true, false] {
            forms.push(format!("{path}{}", query(empty_has_sign)));
        }
    }
    forms
}
