//! HMAC-SHA1 over date, `x-acs-` headers, path and query: the scheme of 2015, which older clients still sign with.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use md5::{Digest as _, Md5};
use percent_encoding::percent_decode_str;
use sha1::Sha1;

use super::{SignedRequest, check_date, check_token, find_credential, header, incomplete, mismatch};
use crate::config::Credential;
use crate::error::ApiError;

/// What stands before the key id in `Authorization`.
pub(super) const SCHEME: &str = "acs ";
/// Two headers say which signature it is; a request may leave them out.
const MARKS: [(&str, &str); 2] = [("x-acs-signature-method", "HMAC-SHA1"), ("x-acs-signature-version", "1.0")];

/// Checks key, token, date, the body if it is covered, and the signature, in that order. `fields` is `id:signature`.
pub(super) fn verify(
    request: &SignedRequest<'_>,
    fields: &str,
    credentials: &[Credential],
    now: Timestamp,
) -> Result<(), ApiError> {
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
    let credential = find_credential(credentials, key_id)?;
    // All headers that start with x-acs- are covered.
    check_token(request.headers, credential, true)?;
    let date = header(request.headers, "date").and_then(|date| DateTimeParser::new().parse_timestamp(date).ok());
    check_date("Date", date, "Fri, 02 Jan 2026 03:04:05 GMT", now)?;

    // Nothing else covers the body; most clients leave it out.
    let hash = BASE64_STANDARD.encode(Md5::digest(request.body));
    if header(request.headers, "content-md5").is_some_and(|sent| sent != hash) {
        return Err(mismatch(&format!("Content-MD5 of the body that arrived is {hash}")));
    }
    let sent = BASE64_STANDARD.decode(signature).unwrap_or_default();
    let candidates: Vec<_> =
        resources(request).into_iter().map(|resource| string_to_sign(request, &resource)).collect();
    let fits = |text: &String| {
        let mut mac = Hmac::<Sha1>::new_from_slice(credential.access_key_secret.as_bytes())
            .expect("HMAC takes keys of any length");
        mac.update(text.as_bytes());
        mac.verify_slice(&sent).is_ok()
    };
    if candidates.iter().any(fits) {
        return Ok(());
    }
    Err(mismatch(&format!("server string to sign is: {:?}", candidates[0])))
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

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::super::Nonces;
    use super::*;

    /// Made with nothing but Python's own `hmac`: key secret `testsecret`.
    const PATH: &str = "/clusters/c0123456789abcdef0123456789abcdef";
    const DATE: &str = "Fri, 02 Jan 2026 03:04:05 GMT";
    const NOW: &str = "2026-01-02T03:10:00Z";

    struct Vector {
        method: &'static str,
        path: String,
        query: &'static str,
        body: &'static str,
        headers: Vec<(&'static str, &'static str)>,
        authorization: &'static str,
    }

    fn get() -> Vector {
        Vector {
            method: "GET",
            path: format!("{PATH}/nodes"),
            query: "pageSize=50&nodeLabels=app%3Dnginx%2Cenv%3Da+b~c%2A&pageNumber=1",
            body: "",
            headers: Vec::new(),
            authorization: "acs testid:JwfVI2E5o1FstQUq6gtkZKqcCto=",
        }
    }

    fn post() -> Vector {
        Vector {
            method: "POST",
            path: format!("{PATH}/nodepools/np0123456789abcdef0123456789abcdef"),
            query: "",
            body: r#"{"count":2}"#,
            headers: vec![
                ("content-type", "application/json; charset=utf-8"),
                ("content-md5", "oYt2nnIdJGK00wV//nrAwA=="),
                ("x-acs-accesskey-id", "STS.testid"),
                ("x-acs-security-token", "testtoken"),
            ],
            authorization: "acs STS.testid:rU/tvCE7ofoIRuhnvPfDAqYEnlk=",
        }
    }

    fn list(authorization: &'static str, query: &'static str) -> Vector {
        Vector { path: "/api/v1/clusters".to_owned(), query, authorization, ..get() }
    }

    fn check(vector: &Vector, change: impl FnOnce(&mut HeaderMap), now: &str) -> Result<(), ApiError> {
        let mut headers = HeaderMap::new();
        let common = [
            ("accept", "application/json"),
            ("date", DATE),
            ("x-acs-signature-method", "HMAC-SHA1"),
            ("x-acs-signature-nonce", "0123456789abcdef0123456789abcdef"),
            ("x-acs-signature-version", "1.0"),
            ("x-acs-version", "2015-12-15"),
            ("user-agent", "unsigned"),
            ("authorization", vector.authorization),
        ];
        for (name, value) in common.into_iter().chain(vector.headers.iter().copied()) {
            headers.insert(name, value.parse().unwrap());
        }
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

    fn code(result: Result<(), ApiError>) -> String {
        result.unwrap_err().code
    }

    #[test]
    fn the_vectors_verify() {
        assert_eq!(check(&get(), |_| {}, NOW), Ok(()));
        assert_eq!(check(&post(), |_| {}, NOW), Ok(()));
        // The same request as two libraries sign it.
        assert_eq!(check(&list("acs testid:+8uU+3ZMwPHvYcOQhxWNwAXe2R8=", "name="), |_| {}, NOW), Ok(()));
        assert_eq!(check(&list("acs testid:06v81w/cjWff0d56vH/u1KzBt50=", "name="), |_| {}, NOW), Ok(()));
    }

    #[test]
    fn every_covered_part_matters() {
        assert_eq!(code(check(&Vector { method: "DELETE", ..get() }, |_| {}, NOW)), "SignatureDoesNotMatch");
        assert_eq!(code(check(&Vector { path: PATH.to_owned(), ..get() }, |_| {}, NOW)), "SignatureDoesNotMatch");
        assert_eq!(code(check(&Vector { query: "pageSize=51", ..get() }, |_| {}, NOW)), "SignatureDoesNotMatch");
        assert_eq!(code(check(&Vector { body: r#"{"count":3}"#, ..post() }, |_| {}, NOW)), "SignatureDoesNotMatch");
        for (name, value) in [("x-acs-action", "DeleteCluster"), ("accept", "text/plain"), ("content-type", "a/b")] {
            let change = |headers: &mut HeaderMap| drop(headers.insert(name, value.parse().unwrap()));
            assert_eq!(code(check(&get(), change, NOW)), "SignatureDoesNotMatch", "{name}");
        }
    }

    #[test]
    fn keys_tokens_and_dates_are_checked() {
        let other = Vector { authorization: "acs other:JwfVI2E5o1FstQUq6gtkZKqcCto=", ..get() };
        assert_eq!(code(check(&other, |_| {}, NOW)), "InvalidAccessKeyId.NotFound");
        assert_eq!(code(check(&get(), |_| {}, "2026-01-02T03:20:00Z")), "InvalidTimeStamp.Expired");
        let without = |name: &'static str| move |headers: &mut HeaderMap| drop(headers.remove(name));
        assert_eq!(code(check(&get(), without("date"), NOW)), "InvalidTimeStamp.Format");
        assert_eq!(code(check(&post(), without("x-acs-security-token"), NOW)), "MissingSecurityToken");
        assert_eq!(code(check(&get(), without("x-acs-signature-nonce"), NOW)), "IncompleteSignature");
        let v2 = |headers: &mut HeaderMap| drop(headers.insert("x-acs-signature-version", "2.0".parse().unwrap()));
        assert_eq!(code(check(&get(), v2, NOW)), "IncompleteSignature");
        assert_eq!(code(check(&Vector { authorization: "acs testid", ..get() }, |_| {}, NOW)), "IncompleteSignature");
        assert_eq!(code(check(&Vector { authorization: "Basic x", ..get() }, |_| {}, NOW)), "IncompleteSignature");
    }
}
