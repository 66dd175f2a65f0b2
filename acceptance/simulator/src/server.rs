//! From a request on the wire to an answer: route, signature, faults, validation, operation, log.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode, header, request::Parts};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::call::Call;
use crate::clock::stamp;
use crate::connection::{Connection, CuttableListener};
use crate::error::ApiError;
use crate::faults::{self, Verdict};
use crate::nouns::handler;
use crate::operations::{Operation, Route, route};
use crate::signature::{self, SignedRequest};
use crate::simulation::{LoggedCall, Service};
use crate::{admin, validate};

/// Larger than any request of the API, small enough to be harmless.
const BODY_LIMIT: usize = 4 << 20;
const API_VERSION: &str = "2015-12-15";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-acs-request-id");
const RETRY_AFTER: HeaderName = HeaderName::from_static("x-acs-retry-after");

/// Serves until `stopped` resolves.
pub(crate) async fn serve(
    service: Arc<Service>,
    listener: tokio::net::TcpListener,
    stopped: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let router = Router::new().fallback(answer).with_state(service).into_make_service_with_connect_info::<Connection>();
    axum::serve(CuttableListener(listener), router).with_graceful_shutdown(stopped).await
}

async fn answer(
    State(service): State<Arc<Service>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = match to_bytes(body, BODY_LIMIT).await {
        Ok(body) => body,
        Err(_) => {
            return reply(
                413,
                json!({"code": "RequestEntityTooLarge", "message": "the body exceeds 4 MiB or was cut off"}),
            );
        }
    };
    if let Some(path) = parts.uri.path().strip_prefix("/_simulator") {
        let (status, value) = admin::answer(&service, parts.method.as_str(), path, &body);
        return reply(status, value);
    }
    // A call that has arrived is carried out, even when its caller does not wait for the answer.
    let call = tokio::spawn(async move { answer_call(&service, &connection, &parts, &body).await });
    call.await.unwrap_or_else(|error| {
        reply(500, json!({"code": "InternalError", "message": format!("ack-simulator failed: {error}")}))
    })
}

/// What came in, and what the log needs of it.
struct Received<'a> {
    parts: &'a Parts,
    body: &'a Bytes,
    /// Empty for what is no operation.
    action: &'a str,
    request_id: String,
}

async fn answer_call(service: &Service, connection: &Connection, parts: &Parts, body: &Bytes) -> Response {
    let routed = route(parts.method.as_str(), parts.uri.path());
    let action = match &routed {
        Route::Operation(operation, _) => operation.action.as_str(),
        Route::Unknown(_) => "",
    };
    let request_id = service.lock().world.ids.request();
    let received = Received { parts, body, action, request_id };
    let outcome = match admit(service, connection, parts, body, routed) {
        Ok((routed, verdict)) => {
            if verdict.delay_ms > 0 {
                tokio::time::sleep(Duration::from_millis(verdict.delay_ms)).await;
            }
            if verdict.reset {
                connection.reset();
            } else if verdict.drop_before || verdict.drop_after {
                connection.cut();
            }
            if verdict.reset || verdict.drop_before {
                record(service, &received, true, 0, &Value::Null);
                return reply(500, Value::Null);
            }
            if let Some((status, text)) = verdict.answer {
                record(service, &received, false, status, &Value::Null);
                return reply_with_text(status, text);
            }
            carry_out(service, parts, body, routed, verdict)
        }
        Err(error) => Err(error),
    };
    let retry_after = outcome.as_ref().err().and_then(|error| error.retry_after_ms);
    let (status, value) = match outcome {
        Ok(value) => (200, with_request_id(action, value, &received.request_id)),
        Err(error) => (error.status, error.body(&received.request_id, service.lock().world.assumptions.error_spelling)),
    };
    record(service, &received, connection.is_cut(), status, &value);
    let mut response = reply(status, value);
    response.headers_mut().extend(HeaderValue::from_str(&received.request_id).map(|id| (REQUEST_ID, id)));
    response.headers_mut().extend(retry_after.map(|span| (RETRY_AFTER, HeaderValue::from(span))));
    response
}

type Routed = (&'static Operation, indexmap::IndexMap<String, String>);

/// Checks everything that comes before the operation itself, and lets the faults decide.
fn admit(
    service: &Service,
    connection: &Connection,
    parts: &Parts,
    body: &Bytes,
    routed: Route,
) -> Result<(Routed, Verdict), ApiError> {
    let (operation, path) = match routed {
        Route::Operation(operation, path) => (operation, path),
        Route::Unknown(methods) => return Err(unknown_route(parts, &methods)),
    };
    let simulation = &mut *service.lock();
    if service.config.check_signatures {
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = host.or_else(|| parts.uri.authority().map(http::uri::Authority::as_str));
        let request = SignedRequest {
            method: parts.method.as_str(),
            path: parts.uri.path(),
            query: parts.uri.query().unwrap_or_default(),
            headers: &parts.headers,
            host: host.unwrap_or_default(),
            body,
        };
        signature::verify(&request, &service.config.credentials, &mut simulation.nonces, Timestamp::now())?;
    }
    expect_header(parts, "x-acs-action", &operation.action)?;
    expect_header(parts, "x-acs-version", API_VERSION)?;
    let ids = &mut simulation.world.ids;
    let verdict = faults::judge(&mut simulation.faults, &operation.action, connection.idle(), ids);
    Ok(((operation, path), verdict))
}

fn unknown_route(parts: &Parts, methods: &[&str]) -> ApiError {
    let (method, path) = (&parts.method, parts.uri.path());
    let hint = match methods {
        [] => String::new(),
        methods => format!("; the path takes {}", methods.join(", ")),
    };
    ApiError::new(404, "InvalidAction.NotFound", format!("{method} {path} is no operation of CS {API_VERSION}{hint}"))
}

/// A header that is there must say what the route says; without signatures both may be left out.
fn expect_header(parts: &Parts, name: &str, expected: &str) -> Result<(), ApiError> {
    match parts.headers.get(name).and_then(|value| value.to_str().ok()) {
        Some(value) if value != expected => Err(ApiError::new(
            404,
            "InvalidAction.NotFound",
            format!("{name} is {value}, but {} {} is {expected}", parts.method, parts.uri.path()),
        )),
        _ => Ok(()),
    }
}

/// Validates and runs the operation.
fn carry_out(
    service: &Service,
    parts: &Parts,
    body: &Bytes,
    routed: Routed,
    verdict: Verdict,
) -> Result<Value, ApiError> {
    if let Some(error) = verdict.error {
        return Err(error);
    }
    let (operation, path) = routed;
    let Some(run) = handler(&operation.action) else {
        let note = if operation.deprecated { ", which the vendor has deprecated" } else { "" };
        let text = format!("ack-simulator does not simulate {}{note}", operation.action);
        return Err(ApiError::bad_request("NotSimulated", text));
    };
    let world = &mut service.lock().world;
    let query = validate::query(operation, parts.uri.query().unwrap_or_default(), &world.assumptions)?;
    let mut body = validate::body(operation, body, &world.assumptions)?;
    for field in &verdict.ignored_fields {
        faults::remove_field(&mut body, field);
    }
    world.settle();
    let is_known_again = world.assumptions.client_token_is_known_again;
    let token = body["client_token"].as_str().filter(|token| is_known_again && !token.is_empty());
    let token = token.map(|token| format!("{} {} {token}", operation.action, parts.uri.path()));
    if let Some(answer) = token.as_ref().and_then(|token| world.client_tokens.get(token)) {
        return Ok(answer.clone());
    }
    world.next_task_failure = verdict.task_failure;
    let answer = run(world, &Call { operation, path, query, body });
    world.next_task_failure = None;
    world.publish();
    if let (Some(token), Ok(answer)) = (token, &answer) {
        world.client_tokens.insert(token, answer.clone());
    }
    answer
}

/// Adds the request id under the key that this operation's answer has for it.
fn with_request_id(action: &str, mut value: Value, request_id: &str) -> Value {
    let schema = crate::operations::find(action).and_then(|operation| operation.answer_schema.as_ref());
    if let (Some(schema), Value::Object(fields)) = (schema, &mut value) {
        for key in ["request_id", "requestId", "RequestId"] {
            if schema.properties.contains_key(key) {
                fields.insert(key.to_owned(), json!(request_id));
            }
        }
    }
    value
}

fn record(service: &Service, received: &Received<'_>, dropped: bool, status: u16, answer: &Value) {
    let Received { parts, body, action, request_id } = received;
    let mut body = serde_json::from_slice(body).unwrap_or(Value::Null);
    mask(&mut body);
    let code = if status < 400 { None } else { answer["code"].as_str().or(answer["Code"].as_str()) };
    let mut simulation = service.lock();
    let call = LoggedCall {
        n: 0,
        operation: (*action).to_owned(),
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        body,
        status,
        code: code.unwrap_or_default().to_owned(),
        request_id: request_id.clone(),
        dropped,
        simulated_time: stamp(simulation.world.clock.now()),
    };
    if service.config.echo {
        let fate = if call.dropped { "connection cut".to_owned() } else { format!("{status} {}", call.code) };
        eprintln!("{} {} {} {} -> {}", call.simulated_time, call.operation, call.method, call.path, fate.trim_end());
    }
    simulation.note(call);
}

/// Hides what the log must not keep.
fn mask(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let name = name.to_lowercase();
                if ["password", "secret", "user_ca"].iter().any(|word| name.contains(word)) {
                    *field = json!("******");
                } else {
                    mask(field);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

fn reply(status: u16, value: Value) -> Response {
    let body = if value.is_null() { Body::empty() } else { Body::from(value.to_string()) };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}

/// What stands between the service and its clients answers in HTML.
fn reply_with_text(status: u16, text: String) -> Response {
    let is_json = serde_json::from_str::<Value>(&text).is_ok();
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if is_json { "application/json; charset=utf-8" } else { "text/html" };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_wherever_they_are() {
        let mut body = json!({"nodepools": [{"scaling_group": {"login_password": "Hello1234", "key_pair": "k"}}], "client_token": "t"});
        mask(&mut body);
        assert_eq!(
            body,
            json!({"nodepools": [{"scaling_group": {"login_password": "******", "key_pair": "k"}}], "client_token": "t"})
        );
    }
}
