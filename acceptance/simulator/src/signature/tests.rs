use http::HeaderMap;

use super::*;

const CLUSTER: &str = "/clusters/c0123456789abcdef0123456789abcdef";
const NOW: &str = "2026-01-02T03:10:00Z";

/// A signed request. The secret of both keys is `testsecret`; the vendor SDK's signer made the signatures of
/// ACS3-HMAC-SHA256, Python's own `hmac` those of HMAC-SHA1.
struct Vector {
    method: &'static str,
    path: String,
    query: &'static str,
    body: &'static str,
    headers: Vec<(&'static str, &'static str)>,
    authorization: String,
}

fn get() -> Vector {
    Vector {
        method: "GET",
        path: format!("{CLUSTER}/nodes"),
        query: "pageSize=50&nodeLabels=app%3Dnginx%2Cenv%3Da+b~c%2A&pageNumber=1",
        body: "",
        headers: vec![
            ("x-acs-version", "2015-12-15"),
            ("x-acs-signature-nonce", "0123456789abcdef0123456789abcdef"),
            ("user-agent", "unsigned"),
        ],
        authorization: String::new(),
    }
}

fn post() -> Vector {
    let mut vector = get();
    vector.headers.extend([
        ("content-type", "application/json; charset=utf-8"),
        ("x-acs-accesskey-id", "STS.testid"),
        ("x-acs-security-token", "testtoken"),
    ]);
    Vector {
        method: "POST",
        path: format!("{CLUSTER}/nodepools/np0123456789abcdef0123456789abcdef"),
        query: "",
        body: r#"{"count":2}"#,
        ..vector
    }
}

/// A vector with today's signature.
fn acs3(mut vector: Vector, action: &'static str, hash: &'static str, key_id: &str, signature: &str) -> Vector {
    vector.headers.extend([
        ("x-acs-action", action),
        ("x-acs-date", "2026-01-02T03:04:05Z"),
        ("x-acs-content-sha256", hash),
    ]);
    let mut names: Vec<_> = vector.headers.iter().map(|(name, _)| *name).filter(|name| *name != "user-agent").collect();
    names.push("host");
    names.sort_unstable();
    let names = names.join(";");
    let authorization = format!("ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={signature}");
    Vector { authorization, ..vector }
}

fn acs3_get() -> Vector {
    acs3_get_by("testid")
}

fn acs3_get_by(key_id: &str) -> Vector {
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let signature = "13f47e07d8b9311061b761d7736a88043bbde410ccab7b824c9e4a623914d82d";
    acs3(get(), "DescribeClusterNodes", hash, key_id, signature)
}

fn acs3_post() -> Vector {
    let hash = "57413ce83ee1d989e384dfd3a82c6e2d9052a23c4204706bd2d7df11aa4c2d7c";
    let signature = "4b5e4be97030392a65593b332a509dfab2cb02d6b418dbc64edd39afd87b972e";
    acs3(post(), "ScaleClusterNodePool", hash, "STS.testid", signature)
}

/// A vector with the signature of 2015.
fn roa(mut vector: Vector, authorization: &str) -> Vector {
    vector.headers.extend([
        ("accept", "application/json"),
        ("date", "Fri, 02 Jan 2026 03:04:05 GMT"),
        ("x-acs-signature-method", "HMAC-SHA1"),
        ("x-acs-signature-version", "1.0"),
    ]);
    Vector { authorization: authorization.to_owned(), ..vector }
}

fn roa_get() -> Vector {
    roa(get(), "acs testid:JwfVI2E5o1FstQUq6gtkZKqcCto=")
}

fn roa_post() -> Vector {
    let mut vector = roa(post(), "acs STS.testid:rU/tvCE7ofoIRuhnvPfDAqYEnlk=");
    vector.headers.push(("content-md5", "oYt2nnIdJGK00wV//nrAwA=="));
    vector
}

fn roa_list(authorization: &str) -> Vector {
    roa(Vector { path: "/api/v1/clusters".to_owned(), query: "name=", ..get() }, authorization)
}

fn check(vector: &Vector, change: impl FnOnce(&mut HeaderMap), now: &str) -> Result<(), ApiError> {
    let mut headers = HeaderMap::new();
    for (name, value) in &vector.headers {
        headers.insert(*name, value.parse().unwrap());
    }
    headers.insert("authorization", vector.authorization.parse().unwrap());
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
    verify(&request, &credentials, &mut Nonces::default(), now.parse().unwrap())
}

fn code(vector: &Vector, change: impl FnOnce(&mut HeaderMap)) -> String {
    check(vector, change, NOW).unwrap_err().code
}

fn put(name: &'static str, value: &'static str) -> impl FnOnce(&mut HeaderMap) {
    move |headers| drop(headers.insert(name, value.parse().unwrap()))
}

fn without(name: &'static str) -> impl FnOnce(&mut HeaderMap) {
    move |headers| drop(headers.remove(name))
}

#[test]
fn a_nonce_counts_once() {
    let mut nonces = Nonces::default();
    let now = NOW.parse().unwrap();
    assert_eq!(nonces.check("a", now), Ok(()));
    assert_eq!(nonces.check("a", now).unwrap_err().code, "SignatureNonceUsed");
}

#[test]
fn the_vectors_verify() {
    for vector in [
        acs3_get(),
        acs3_post(),
        roa_get(),
        roa_post(),
        // The same request as two libraries sign it.
        roa_list("acs testid:+8uU+3ZMwPHvYcOQhxWNwAXe2R8="),
        roa_list("acs testid:06v81w/cjWff0d56vH/u1KzBt50="),
    ] {
        assert_eq!(check(&vector, |_| {}, NOW), Ok(()), "{}", vector.authorization);
    }
}

#[test]
fn every_covered_part_matters() {
    for (get, post) in [(acs3_get as fn() -> Vector, acs3_post as fn() -> Vector), (roa_get, roa_post)] {
        for changed in [
            Vector { method: "DELETE", ..get() },
            Vector { path: CLUSTER.to_owned(), ..get() },
            Vector { query: "pageSize=51", ..get() },
            Vector { body: r#"{"count":3}"#, ..post() },
        ] {
            assert_eq!(code(&changed, |_| {}), "SignatureDoesNotMatch", "{} {}", changed.method, changed.path);
        }
        for name in ["x-acs-version", "x-acs-signature-nonce"] {
            assert_eq!(code(&get(), put(name, "other")), "SignatureDoesNotMatch", "{name}");
        }
        assert_eq!(code(&post(), put("content-type", "a/b")), "SignatureDoesNotMatch");
    }
    assert_eq!(code(&acs3_get(), put("x-acs-action", "DeleteCluster")), "SignatureDoesNotMatch");
    assert_eq!(code(&acs3_post(), put("x-acs-content-sha256", "00")), "SignatureDoesNotMatch");
    // Headers that are added are covered, too.
    assert_eq!(code(&roa_get(), put("x-acs-action", "DeleteCluster")), "SignatureDoesNotMatch");
    assert_eq!(code(&roa_get(), put("accept", "text/plain")), "SignatureDoesNotMatch");
}

#[test]
fn keys_tokens_and_dates_are_checked() {
    let other = "acs other:JwfVI2E5o1FstQUq6gtkZKqcCto=";
    for (get, post, other, date) in [
        (acs3_get(), acs3_post(), acs3_get_by("other"), "x-acs-date"),
        (roa_get(), roa_post(), roa(get(), other), "date"),
    ] {
        assert_eq!(code(&other, |_| {}), "InvalidAccessKeyId.NotFound");
        assert_eq!(check(&get, |_| {}, "2026-01-02T03:20:00Z").unwrap_err().code, "InvalidTimeStamp.Expired");
        assert_eq!(code(&get, put(date, "yesterday")), "InvalidTimeStamp.Format");
        assert_eq!(code(&get, without("authorization")), "MissingAccessKeyId");
        assert_eq!(code(&get, without("x-acs-signature-nonce")), "IncompleteSignature");
        assert_eq!(code(&post, without("x-acs-security-token")), "MissingSecurityToken");
        let wrong = "InvalidSecurityToken.MismatchWithAccessKey";
        assert_eq!(code(&post, put("x-acs-security-token", "other")), wrong);
    }
}

#[test]
fn what_is_no_signature_is_told_so() {
    assert_eq!(code(&roa_get(), put("x-acs-signature-version", "2.0")), "IncompleteSignature");
    assert_eq!(code(&roa(get(), "acs testid"), |_| {}), "IncompleteSignature");
    assert_eq!(code(&roa(get(), "Basic x"), |_| {}), "IncompleteSignature");
    let half = "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=host,Signature=00";
    assert_eq!(code(&Vector { authorization: half.to_owned(), ..acs3_get() }, |_| {}), "IncompleteSignature");
}
