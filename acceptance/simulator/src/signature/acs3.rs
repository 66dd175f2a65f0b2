//! ACS3-HMAC-SHA256, the scheme of today's SDKs.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::{SignedRequest, check_date, check_token, find_credential, header, incomplete, mismatch};
use crate::config::Credential;
use crate::error::ApiError;

pub(super) const ALGORITHM: &str = "ACS3-HMAC-SHA256";
/// Headers without which a signature would protect too little.
const MUST_BE_SIGNED: [&str; 6] =
    ["host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"];
/// Everything but letters, digits, `-`, `_`, `.` and `~` is encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Checks key, token, date, payload hash and signature, in that order. `fields` is what follows the algorithm.
pub(super) fn verify(
    request: &SignedRequest<'_>,
    fields: &str,
    credentials: &[Credential],
    now: Timestamp,
) -> Result<(), ApiError> {
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
    let credential = find_credential(credentials, key_id)?;
    check_token(request.headers, credential, names.contains(&"x-acs-security-token"))?;
    let date = header(request.headers, "x-acs-date").and_then(|date| date.parse().ok());
    check_date("x-acs-date", date, "2026-01-02T03:04:05Z", now)?;

    let hash = base16ct::lower::encode_string(&Sha256::digest(request.body));
    if header(request.headers, "x-acs-content-sha256") != Some(hash.as_str()) {
        return Err(mismatch(&format!("x-acs-content-sha256 of the body that arrived is {hash}")));
    }
    let string_to_sign = string_to_sign(request, &names, &hash)
        .map_err(|name| incomplete(&format!("signed header {name} was not sent")))?;
    let mut mac =
        Hmac::<Sha256>::new_from_slice(credential.access_key_secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(string_to_sign.as_bytes());
    let sent = base16ct::lower::decode_vec(signature).unwrap_or_default();
    mac.verify_slice(&sent).map_err(|_| mismatch(&format!("server string to sign is: {string_to_sign:?}")))
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

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::super::Nonces;
    use super::*;

    /// The vendor SDK's signer made these two vectors: key secret `testsecret`, date 2026-01-02T03:04:05Z.
    const PATH: &str = "/clusters/c0123456789abcdef0123456789abcdef";

    struct Vector {
        method: &'static str,
        path: String,
        query: &'static str,
        key_id: &'static str,
        token: Option<&'static str>,
        body: &'static str,
        action: &'static str,
        signature: &'static str,
    }

    fn get() -> Vector {
        Vector {
            method: "GET",
            path: format!("{PATH}/nodes"),
            query: "pageSize=50&nodeLabels=app%3Dnginx%2Cenv%3Da+b~c%2A&pageNumber=1",
            key_id: "testid",
            token: None,
            body: "",
            action: "DescribeClusterNodes",
            signature: "13f47e07d8b9311061b761d7736a88043bbde410ccab7b824c9e4a623914d82d",
        }
    }

    fn post() -> Vector {
        Vector {
            method: "POST",
            path: format!("{PATH}/nodepools/np0123456789abcdef0123456789abcdef"),
            query: "",
            key_id: "STS.testid",
            token: Some("testtoken"),
            body: r#"{"count":2}"#,
            action: "ScaleClusterNodePool",
            signature: "4b5e4be97030392a65593b332a509dfab2cb02d6b418dbc64edd39afd87b972e",
        }
    }

    fn check(vector: &Vector, change: impl FnOnce(&mut HeaderMap), now: &str) -> Result<(), ApiError> {
        let mut headers = HeaderMap::new();
        let mut put = |name: &'static str, value: &str| {
            headers.insert(name, value.parse().unwrap());
        };
        put("x-acs-action", vector.action);
        put("x-acs-version", "2015-12-15");
        put("x-acs-date", "2026-01-02T03:04:05Z");
        put("x-acs-signature-nonce", "0123456789abcdef0123456789abcdef");
        put("x-acs-content-sha256", &base16ct::lower::encode_string(&Sha256::digest(vector.body.as_bytes())));
        put("user-agent", "unsigned");
        let mut names = vec![
            "host",
            "x-acs-action",
            "x-acs-content-sha256",
            "x-acs-date",
            "x-acs-signature-nonce",
            "x-acs-version",
        ];
        if let Some(token) = vector.token {
            put("content-type", "application/json; charset=utf-8");
            put("x-acs-accesskey-id", vector.key_id);
            put("x-acs-security-token", token);
            names.extend(["content-type", "x-acs-accesskey-id", "x-acs-security-token"]);
            names.sort_unstable();
        }
        let authorization = format!(
            "{ALGORITHM} Credential={},SignedHeaders={},Signature={}",
            vector.key_id,
            names.join(";"),
            vector.signature
        );
        put("authorization", &authorization);
        change(&mut headers);
        let credentials =
            [Credential::new("testid", "testsecret"), Credential::with_token("STS.testid", "testsecret", "testtoken")];
        let request = SignedRequest {
            method: vector.method,
            path: &vector.path,
            query: vector.query,
            headers: &headers,
            host: "cs.cn-hangzhou.aliyuncs.com",
            body: vector.body.as_bytes(),
        };
        super::super::verify(&request, &credentials, &mut Nonces::default(), now.parse().unwrap())
    }

    const NOW: &str = "2026-01-02T03:10:00Z";

    #[test]
    fn the_published_vectors_verify() {
        assert_eq!(check(&get(), |_| {}, NOW), Ok(()));
        assert_eq!(check(&post(), |_| {}, NOW), Ok(()));
    }

    fn code(result: Result<(), ApiError>) -> String {
        result.unwrap_err().code
    }

    #[test]
    fn every_covered_part_matters() {
        assert_eq!(code(check(&Vector { method: "PUT", ..get() }, |_| {}, NOW)), "SignatureDoesNotMatch");
        assert_eq!(
            code(check(&Vector { path: "/clusters".to_owned(), ..get() }, |_| {}, NOW)),
            "SignatureDoesNotMatch"
        );
        assert_eq!(code(check(&Vector { query: "pageSize=51", ..get() }, |_| {}, NOW)), "SignatureDoesNotMatch");
        let other_action = |headers: &mut HeaderMap| {
            headers.insert("x-acs-action", "DeleteCluster".parse().unwrap());
        };
        assert_eq!(code(check(&get(), other_action, NOW)), "SignatureDoesNotMatch");
        let other_body = |headers: &mut HeaderMap| {
            headers.insert("x-acs-content-sha256", "00".parse().unwrap());
        };
        assert_eq!(code(check(&post(), other_body, NOW)), "SignatureDoesNotMatch");
    }

    #[test]
    fn keys_tokens_and_dates_are_checked() {
        assert_eq!(code(check(&Vector { key_id: "other", ..get() }, |_| {}, NOW)), "InvalidAccessKeyId.NotFound");
        assert_eq!(code(check(&get(), |_| {}, "2026-01-02T03:20:00Z")), "InvalidTimeStamp.Expired");
        let without_token = |headers: &mut HeaderMap| {
            headers.remove("x-acs-security-token");
        };
        assert_eq!(code(check(&post(), without_token, NOW)), "MissingSecurityToken");
        let without_authorization = |headers: &mut HeaderMap| {
            headers.remove("authorization");
        };
        assert_eq!(code(check(&get(), without_authorization, NOW)), "MissingAccessKeyId");
    }
}
