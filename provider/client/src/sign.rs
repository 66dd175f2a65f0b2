//! Signatures by ACS3-HMAC-SHA256. Pure: everything that goes in is given, the date and the nonce too.
//!
//! Signed are `host`, `content-type` and the `x-acs-` headers, the set that the vendor's TypeScript SDK signs, so that a
//! proxy which rewrites `user-agent` or `accept` breaks nothing.

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

use crate::credentials::Credentials;
use crate::operations::VERSION;

/// Content type of every request that has a body.
const CONTENT_TYPE: &str = "application/json; charset=utf-8";

/// Everything but letters, digits, `-`, `_`, `.` and `~` is percent-encoded, in paths and in queries.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Percent-encodes one path segment or query value as the signature wants it.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// One attempt of a request, before it is signed.
pub(crate) struct Attempt<'a> {
    pub(crate) operation: &'a str,
    pub(crate) method: &'a str,
    /// Host with the port if it is not the scheme's own.
    pub(crate) host: &'a str,
    /// Path as sent, encoded.
    pub(crate) path: &'a str,
    /// Query as sent: encoded, sorted by name, `""` if there is none.
    pub(crate) query: &'a str,
    /// Body as sent, or `None`.
    pub(crate) body: Option<&'a [u8]>,
    /// `YYYY-MM-DDTHH:MM:SSZ`.
    pub(crate) date: &'a str,
    /// Unique for every attempt.
    pub(crate) nonce: &'a str,
}

impl Attempt<'_> {
    /// The headers to send, `authorization` last. `host` is among them because it is signed.
    pub(crate) fn sign(&self, credentials: &Credentials) -> Vec<(&'static str, String)> {
        let mut headers = self.signed_headers(credentials);
        let canonical = self.canonical_request(&headers);
        let signature = signature(&canonical, credentials);
        let authorization = format!(
            "ACS3-HMAC-SHA256 Credential={},SignedHeaders={},Signature={signature}",
            credentials.access_key_id(),
            names(&headers)
        );
        headers.push(("authorization", authorization));
        headers
    }

    /// The headers that are signed, sorted by name.
    fn signed_headers(&self, credentials: &Credentials) -> Vec<(&'static str, String)> {
        let mut headers = Vec::with_capacity(10);
        if self.body.is_some() {
            headers.push(("content-type", CONTENT_TYPE.to_owned()));
        }
        headers.push(("host", self.host.to_owned()));
        if let Some(token) = credentials.security_token() {
            headers.push(("x-acs-accesskey-id", credentials.access_key_id().to_owned()));
            headers.push(("x-acs-security-token", token.expose_secret().to_owned()));
        }
        headers.push(("x-acs-action", self.operation.to_owned()));
        headers.push(("x-acs-content-sha256", hex_sha256(self.body.unwrap_or_default())));
        headers.push(("x-acs-date", self.date.to_owned()));
        headers.push(("x-acs-signature-nonce", self.nonce.to_owned()));
        headers.push(("x-acs-version", VERSION.to_owned()));
        headers.sort_unstable_by_key(|(name, _)| *name);
        headers
    }

    fn canonical_request(&self, headers: &[(&'static str, String)]) -> String {
        let header_lines: String = headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
        let payload_hash = hex_sha256(self.body.unwrap_or_default());
        let path = if self.path.is_empty() { "/" } else { self.path };
        [self.method, path, self.query, &header_lines, &names(headers), &payload_hash].join("\n")
    }
}

fn names(headers: &[(&'static str, String)]) -> String {
    headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";")
}

fn signature(canonical_request: &str, credentials: &Credentials) -> String {
    let string_to_sign = format!("ACS3-HMAC-SHA256\n{}", hex_sha256(canonical_request.as_bytes()));
    let mut mac = Hmac::<Sha256>::new_from_slice(credentials.access_key_secret().expose_secret().as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(string_to_sign.as_bytes());
    base16ct::lower::encode_string(&mac.finalize().into_bytes())
}

fn hex_sha256(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "cs.cn-hangzhou.aliyuncs.com";
    const DATE: &str = "2026-01-02T03:04:05Z";
    const NONCE: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_read_is_signed_as_the_vendors_sdk_signs_it() {
        let query = format!("nodeLabels={}&pageNumber=1&pageSize=50", encode("app=nginx,env=a b~c*"));
        let attempt = Attempt {
            operation: "DescribeClusterNodes",
            method: "GET",
            host: HOST,
            path: "/clusters/c0123456789abcdef0123456789abcdef/nodes",
            query: &query,
            body: None,
            date: DATE,
            nonce: NONCE,
        };
        let credentials = Credentials::new("testid", "testsecret", None);
        let canonical = attempt.canonical_request(&attempt.signed_headers(&credentials));
        similar_asserts::assert_eq!(
            canonical,
            "GET\n\
             /clusters/c0123456789abcdef0123456789abcdef/nodes\n\
             nodeLabels=app%3Dnginx%2Cenv%3Da%20b~c%2A&pageNumber=1&pageSize=50\n\
             host:cs.cn-hangzhou.aliyuncs.com\n\
             x-acs-action:DescribeClusterNodes\n\
             x-acs-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n\
             x-acs-date:2026-01-02T03:04:05Z\n\
             x-acs-signature-nonce:0123456789abcdef0123456789abcdef\n\
             x-acs-version:2015-12-15\n\
             \n\
             host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(
            hex_sha256(canonical.as_bytes()),
            "36d703f43f36da0ec37ed82f040e88953355b564186c9a4ec0c1076859bed195"
        );
        let headers = attempt.sign(&credentials);
        let (name, authorization) = headers.last().unwrap();
        assert_eq!(*name, "authorization");
        assert_eq!(
            authorization,
            "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;\
             x-acs-signature-nonce;x-acs-version,\
             Signature=13f47e07d8b9311061b761d7736a88043bbde410ccab7b824c9e4a623914d82d"
        );
    }

    #[test]
    fn a_body_and_a_token_are_signed_as_the_vendors_sdk_signs_them() {
        let attempt = Attempt {
            operation: "ScaleClusterNodePool",
            method: "POST",
            host: HOST,
            path: "/clusters/c0123456789abcdef0123456789abcdef/nodepools/np0123456789abcdef0123456789abcdef",
            query: "",
            body: Some(br#"{"count":2}"#),
            date: DATE,
            nonce: NONCE,
        };
        let credentials = Credentials::new("STS.testid", "testsecret", Some("testtoken".into()));
        let canonical = attempt.canonical_request(&attempt.signed_headers(&credentials));
        assert_eq!(
            hex_sha256(canonical.as_bytes()),
            "2a0f9a8bca4a30fc1c4ec93db629e92cc397e9ae16a7f4280a078bdfef3ec66e",
            "{canonical}"
        );
        let headers = attempt.sign(&credentials);
        let (_, authorization) = headers.last().unwrap();
        assert_eq!(
            authorization,
            "ACS3-HMAC-SHA256 Credential=STS.testid,SignedHeaders=content-type;host;x-acs-accesskey-id;x-acs-action;\
             x-acs-content-sha256;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version,\
             Signature=4b5e4be97030392a65593b332a509dfab2cb02d6b418dbc64edd39afd87b972e"
        );
    }

    proptest::proptest! {
        /// What is encoded decodes to what it was, and holds nothing that means something in a path or a query.
        #[test]
        fn encoding_is_lossless_and_neutral(text in ".*") {
            let encoded = encode(&text);
            proptest::prop_assert!(encoded.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~%".contains(c)));
            proptest::prop_assert_eq!(percent_encoding::percent_decode_str(&encoded).decode_utf8().unwrap(), text);
        }
    }
}
