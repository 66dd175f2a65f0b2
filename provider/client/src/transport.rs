//! The one HTTP stack: connections, TLS, one attempt of one request.
//!
//! It never repeats and never follows anything by itself: a repetition needs a new signature, and a signature holds for
//! one host and path only.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use uuid::Uuid;

use crate::call::Answer;
use crate::credentials::{Credentials, CredentialsProvider};
use crate::endpoint::Endpoint;
use crate::error::{Error, Kind};
use crate::request::Request;
use crate::retry::Limits;
use crate::sign::Attempt;

/// Most bytes of an answer that are read, decompressed: many times the longest list of the service.
const LONGEST_ANSWER: usize = 64 << 20;

const UNREACHABLE: &str = "check that the endpoint and the region are right and that it can be reached from here (DNS, firewall, HTTPS_PROXY)";
const UNTRUSTED: &str =
    "if a proxy inspects TLS between here and there, set SSL_CERT_FILE to a PEM file that holds its CA certificate";
const OUTDATED: &str = "check the clock of this machine; if it is right, the certificate of the endpoint has expired";
const OF_ANOTHER_HOST: &str = "check that the endpoint is right; its certificate was issued for another host";
const NO_TLS: &str = "the endpoint does not speak TLS; if it is a local simulator, write http:// in front of it";

pub(crate) struct Transport {
    http: reqwest::Client,
    credentials: Arc<dyn CredentialsProvider>,
}

impl Transport {
    /// A transport for this endpoint and, if it is an HTTPS one, for all others. Makes no connection.
    pub(crate) fn new(
        endpoint: &Endpoint,
        limits: &Limits,
        user_agent: &str,
        credentials: Arc<dyn CredentialsProvider>,
    ) -> Result<Self, Error> {
        let user_agent = HeaderValue::from_str(user_agent).map_err(|_| {
            Error::configuration("the user agent holds characters that a header cannot; use printable ASCII")
        })?;
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(endpoint.is_https())?)
            .user_agent(user_agent)
            .connect_timeout(limits.connect)
            .pool_idle_timeout(limits.idle_connection)
            // The signed `host` is a header of HTTP/1.1, which is also what the vendor's SDKs speak.
            .http1_only()
            .retry(reqwest::retry::never())
            .redirect(reqwest::redirect::Policy::none());
        if endpoint.is_loopback() {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| {
            Error::configuration(format!("the HTTP client cannot be set up: {}", root_cause(&error)))
        })?;
        Ok(Self { http, credentials })
    }

    /// Signs the request anew, sends it, and reads the whole answer, within `limit`.
    pub(crate) async fn attempt(
        &self,
        request: &Request,
        endpoint: &Endpoint,
        limit: Duration,
    ) -> Result<Answer, Error> {
        let credentials = self.credentials.credentials().await?;
        let (url, headers) = signed(request, endpoint, &credentials)?;
        let mut message = self.http.request(request.method().clone(), url).headers(headers);
        if let Some(body) = request.body_bytes() {
            message = message.body(body.clone());
        }
        let exchange = async {
            let mut response = message.send().await.map_err(|error| failure(&error, endpoint))?;
            endpoint.set_answered();
            let status = response.status().as_u16();
            let headers = std::mem::take(response.headers_mut());
            let mut body = Vec::new();
            loop {
                match response.chunk().await {
                    Ok(None) => return Ok(Answer { status, headers, body: body.into() }),
                    Ok(Some(chunk)) if body.len() + chunk.len() <= LONGEST_ANSWER => body.extend_from_slice(&chunk),
                    Ok(Some(_)) => {
                        let cause = format!("it is longer than {} MB, and no more is read", LONGEST_ANSWER >> 20);
                        return Err(Kind::Answer { status, cause, request_id: None });
                    }
                    Err(error) if error.is_decode() => {
                        let cause = format!("it cannot be decompressed ({})", root_cause(&error));
                        return Err(Kind::Answer { status, cause, request_id: None });
                    }
                    Err(error) => return Err(failure(&error, endpoint)),
                }
            }
        };
        match tokio::time::timeout(limit, exchange).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(kind)) => Err(Error::new(request.operation(), kind)),
            Err(_) => {
                Err(Error::new(request.operation(), Kind::Timeout { endpoint: endpoint.origin().to_owned(), limit }))
            }
        }
    }
}

/// URL and headers of one attempt, with a date and a nonce of its own.
fn signed(request: &Request, endpoint: &Endpoint, credentials: &Credentials) -> Result<(String, HeaderMap), Error> {
    let (path, query) = (request.path(), request.query_string());
    let attempt = Attempt {
        operation: request.operation(),
        method: request.method().as_str(),
        host: endpoint.host(),
        path: &path,
        query: &query,
        body: request.body_bytes().map(AsRef::as_ref),
        date: &Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        nonce: &Uuid::new_v4().simple().to_string(),
    };
    let mut headers = HeaderMap::new();
    headers.insert(http::header::ACCEPT, HeaderValue::from_static("application/json"));
    for (name, value) in attempt.sign(credentials) {
        let mut value = HeaderValue::from_str(&value).map_err(|_| {
            // Only the credentials come from outside.
            Error::credentials(
                "the access key id or the security token holds a line break or another character that a header \
                 cannot carry; copy it again",
            )
        })?;
        value.set_sensitive(matches!(name, "authorization" | "x-acs-security-token"));
        headers.insert(HeaderName::from_static(name), value);
    }
    let mark = if query.is_empty() { "" } else { "?" };
    Ok((format!("{}{path}{mark}{query}", endpoint.origin()), headers))
}

fn tls(needed: bool) -> Result<ClientConfig, Error> {
    let cannot = |error: rustls::Error| {
        Error::configuration(format!(
            "TLS cannot be set up: {error}; install the CA certificates of the system (package ca-certificates), or \
             set SSL_CERT_FILE to a PEM file that holds them"
        ))
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(cannot)?;
    // An endpoint on plain HTTP must work on a machine that has no CA certificates.
    let builder = if needed {
        builder.with_platform_verifier().map_err(cannot)?
    } else {
        builder.with_root_certificates(RootCertStore::empty())
    };
    Ok(builder.with_no_client_auth())
}

fn failure(error: &reqwest::Error, endpoint: &Endpoint) -> Kind {
    let endpoint = endpoint.origin().to_owned();
    let cause = root_cause(error);
    if !error.is_connect() {
        return Kind::Broken { endpoint, cause };
    }
    let tls = chain(error).find_map(|error| error.downcast_ref::<rustls::Error>());
    let advice = tls.and_then(advice_on_tls);
    Kind::Connect { endpoint, cause, advice: advice.unwrap_or(UNREACHABLE), permanent: advice.is_some() }
}

/// What to do about a failure of TLS that does not pass by itself.
fn advice_on_tls(error: &rustls::Error) -> Option<&'static str> {
    use rustls::CertificateError as Certificate;
    Some(match error {
        rustls::Error::InvalidCertificate(reason) => match reason {
            Certificate::Expired
            | Certificate::ExpiredContext { .. }
            | Certificate::NotValidYet
            | Certificate::NotValidYetContext { .. } => OUTDATED,
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => OF_ANOTHER_HOST,
            _ => UNTRUSTED,
        },
        // What came instead of a handshake is mostly an answer in plain HTTP.
        rustls::Error::InvalidMessage(_) => NO_TLS,
        _ => return None,
    })
}

/// The innermost reason: reqwest's own text only repeats the URL.
fn root_cause(error: &(dyn StdError + 'static)) -> String {
    chain(error).last().unwrap_or(error).to_string()
}

/// The error and what caused it, outermost first.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| match error.downcast_ref::<std::io::Error>() {
        // An I/O error that wraps another passes it over: its `source` is the source of the wrapped one.
        Some(error) => error.get_ref().map(|inner| inner as &(dyn StdError + 'static)),
        None => error.source(),
    })
}
