//! A server on a loopback port: it records every request, checks its signature, and answers as a test says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ack_client::{Client, Credentials, Limits};
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use sha2::{Digest, Sha256};

const SECRET: &str = "testsecret";

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    pub(crate) operation: String,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) body: Option<Value>,
    pub(crate) headers: HeaderMap,
}

impl Recorded {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// What a test lets the server say.
pub(crate) enum Reply {
    Json(u16, Value),
    /// With one more header.
    Headed(u16, (&'static str, &'static str), Value),
    /// Nothing, ever.
    Silence,
}

/// An error of the service.
pub(crate) fn refusal(status: u16, code: &str) -> Reply {
    Reply::Json(status, serde_json::json!({"code": code, "message": "m", "requestId": "R1"}))
}

pub(crate) struct Server {
    pub(crate) origin: String,
    log: Arc<Mutex<Vec<Recorded>>>,
}

impl Server {
    /// Starts; `reply` gets the request and how many came before it.
    pub(crate) async fn start(reply: impl Fn(&Recorded, usize) -> Reply + Send + Sync + 'static) -> Self {
        let log = Arc::new(Mutex::new(Vec::new()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (reply, written) = (Arc::new(reply), Arc::clone(&log));
        let router = axum::Router::new().fallback(move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
            let (reply, log) = (Arc::clone(&reply), Arc::clone(&written));
            async move {
                if let Some(problem) = signature_problem(&method, &uri, &headers, &body) {
                    return (StatusCode::BAD_REQUEST, problem).into_response();
                }
                let request = recorded(method, &uri, headers, &body);
                let before = {
                    let mut log = log.lock().unwrap();
                    log.push(request.clone());
                    log.len() - 1
                };
                respond(reply(&request, before)).await
            }
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { origin, log }
    }

    /// What has arrived so far.
    pub(crate) fn log(&self) -> Vec<Recorded> {
        self.log.lock().unwrap().clone()
    }

    pub(crate) fn operations(&self) -> Vec<String> {
        self.log().into_iter().map(|request| request.operation).collect()
    }

    pub(crate) fn client(&self) -> Client {
        client(&self.origin, brisk())
    }
}

/// Limits on the scale of milliseconds.
pub(crate) fn brisk() -> Limits {
    let mut limits = Limits::default();
    limits.first_pause = Duration::from_millis(1);
    limits.longest_pause = Duration::from_millis(4);
    limits.attempt = Duration::from_millis(400);
    limits.call = Duration::from_secs(2);
    limits
}

pub(crate) fn client(origin: &str, limits: Limits) -> Client {
    Client::builder()
        .region("cn-hangzhou")
        .endpoint(origin)
        .credentials(Credentials::new("STS.testid", SECRET, Some("testtoken".into())))
        .user_agent_suffix("tests")
        .limits(limits)
        .build()
        .unwrap()
}

async fn respond(reply: Reply) -> Response {
    let json = |status: u16, value: Value| {
        (StatusCode::from_u16(status).unwrap(), [("content-type", "application/json")], value.to_string())
    };
    match reply {
        Reply::Json(status, value) => json(status, value).into_response(),
        Reply::Headed(status, header, value) => ([header], json(status, value)).into_response(),
        Reply::Silence => std::future::pending().await,
    }
}

fn recorded(method: Method, uri: &Uri, headers: HeaderMap, body: &[u8]) -> Recorded {
    let decode = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let query = uri.query().unwrap_or_default();
    Recorded {
        operation: headers["x-acs-action"].to_str().unwrap().to_owned(),
        method,
        path: uri.path().to_owned(),
        query: query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (decode(name), decode(value)))
            .collect(),
        body: (!body.is_empty()).then(|| serde_json::from_slice(body).unwrap()),
        headers,
    }
}

/// Verifies the signature as the service does: over what arrived, and over the headers that the request names.
fn signature_problem(method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let hex = |bytes: &[u8]| base16ct::lower::encode_string(bytes);
    let authorization = headers["authorization"].to_str().unwrap();
    let part = |name: &str| {
        let (_, rest) = authorization.split_once(name).unwrap();
        rest.split(',').next().unwrap().to_owned()
    };
    let names = part("SignedHeaders=");
    let lines: String =
        names.split(';').map(|name| format!("{name}:{}\n", headers[name].to_str().unwrap().trim())).collect();
    let hash = hex(&Sha256::digest(body));
    if headers["x-acs-content-sha256"] != hash {
        return Some("the hash is not that of the body".to_owned());
    }
    let canonical = format!("{method}\n{}\n{}\n{lines}\n{names}\n{hash}", uri.path(), uri.query().unwrap_or_default());
    let to_sign = format!("ACS3-HMAC-SHA256\n{}", hex(&Sha256::digest(canonical.as_bytes())));
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(to_sign.as_bytes());
    let expected = hex(&mac.finalize().into_bytes());
    (part("Signature=") != expected).then(|| format!("the signature does not fit:\n{canonical}"))
}
