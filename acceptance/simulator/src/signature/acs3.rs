//! ACS3-HMAC-SHA256, the scheme of today's SDKs.

use hmac::Hmac;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::claim::{Claim, SignedRequest, fits, header, incomplete};
use crate::error::ApiError;

pub(super) const ALGORITHM: &str = "ACS3-HMAC-SHA256";
/// Headers without which a signature would protect too little.
const MUST_BE_SIGNED: [&str; 6] =
    ["host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"];
/// Everything but letters, digits, `-`, `_`, `.` and `~` is encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Reads a request; `fields` is what follows the algorithm.
pub(super) fn claim<'a>(request: &SignedRequest<'a>, fields: &'a str) -> Result<Claim<'a>, ApiError> {
    let field = |name: &str| {
        fields
            .split(',')
            .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
            .ok_or_else(|| incomplete(&format!("{name} is missing in Authorization")))
    };
    let key_id = field("Credential")?;
    let names: Vec<&str> = field("SignedHeaders")?.split(';').collect();
    let signature = field("Signature")?;
    for name in MUST_BE_SIGNED {
        if !names.contains(&name) {
            return Err(incomplete(&format!("{name} is not among the signed headers")));
        }
    }
    let hash = base16ct::lower::encode_string(&Sha256::digest(request.body));
    let string_to_sign = string_to_sign(request, &names, &hash)
        .map_err(|name| incomplete(&format!("signed header {name} was not sent")));
    Ok(Claim {
        key_id,
        covers_token: names.contains(&"x-acs-security-token"),
        date: header(request.headers, "x-acs-date").and_then(|date| date.parse().ok()),
        date_header: "x-acs-date",
        date_example: "2026-01-02T03:04:05Z",
        body_named: Some(header(request.headers, "x-acs-content-sha256").unwrap_or_default()),
        body_header: "x-acs-content-sha256",
        body_hash: hash,
        strings_to_sign: string_to_sign.map(|text| vec![text]),
        signature: base16ct::lower::decode_vec(signature).unwrap_or_default(),
        fits: fits::<Hmac<Sha256>>,
    })
}

/// The string to sign; the error is the name of a signed header that is not there.
fn string_to_sign<'a>(request: &SignedRequest<'_>, names: &[&'a str], hash: &str) -> Result<String, &'a str> {
    let mut sorted = names.to_vec();
    sorted.sort_unstable();
    let mut lines = String::new();
    for name in sorted {
        let value = if name == "host" {
            request.host.trim().to_owned()
        } else {
            let mut values: Vec<_> =
                request.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).map(str::trim).collect();
            if values.is_empty() {
                return Err(name);
            }
            values.sort_unstable();
            values.join(",")
        };
        lines.push_str(&format!("{name}:{value}\n"));
    }
    let path = if request.path.is_empty() { "/" } else { request.path };
    let canonical = format!(
        "{}\n{path}\n{}\n{lines}\n{}\n{hash}",
        request.method,
        canonical_query(request.query),
        names.join(";"),
    );
    Ok(format!("{ALGORITHM}\n{}", base16ct::lower::encode_string(&Sha256::digest(canonical.as_bytes()))))
}

/// Sorted by name; values decoded (clients send spaces as `+` or `%20`) and encoded again, names left as they are.
fn canonical_query(query: &str) -> String {
    let mut pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    pairs.sort();
    let pairs: Vec<_> =
        pairs.iter().map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, ENCODED))).collect();
    pairs.join("&")
}
