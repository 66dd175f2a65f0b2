//! Answers as they are read.

use super::*;

fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &'static str) -> Answer {
    let headers = headers
        .iter()
        .map(|(name, value)| (http::HeaderName::from_static(name), http::HeaderValue::from_static(value)))
        .collect();
    Answer { status, headers, body: Bytes::from_static(body.as_bytes()) }
}

fn error(status: u16, headers: &[(&'static str, &'static str)], body: &'static str) -> Error {
    answer(status, headers, body).accepted("DescribeClusterDetail").unwrap_err()
}

#[test]
fn an_error_is_read_in_both_spellings() {
    for body in [
        r#"{"code":"ErrorClusterNotFound","message":"gone","requestId":"R1","status":404}"#,
        r#"{"Code":"ErrorClusterNotFound","Message":"gone","RequestId":"R1"}"#,
        r#"{"code":"ErrorClusterNotFound","message":"gone","request_id":"R1"}"#,
    ] {
        let error = error(404, &[], body);
        assert!(error.is_not_found());
        assert_eq!(error.to_string(), "DescribeClusterDetail: ErrorClusterNotFound: gone (HTTP 404, request id R1)");
    }
    let from_header = error(400, &[("x-acs-request-id", "R2")], r#"{"code":400,"message":""}"#);
    assert_eq!((from_header.code(), from_header.request_id()), (Some("400"), Some("R2")));
}

#[test]
fn an_answer_from_something_else_is_not_taken_for_the_service() {
    let error = error(404, &[], "<html>404 page not found</html>");
    assert!(!error.is_not_found() && !error.is_retryable());
    assert!(error.to_string().contains("it begins \"<html>404"), "{error}");
    assert!(error.to_string().contains("check that the endpoint"), "{error}");
    let redirect = super::tests::error(302, &[("location", "http://elsewhere")], "");
    assert!(redirect.to_string().contains("a redirect to http://elsewhere, which is never followed"), "{redirect}");
    assert!(super::tests::error(502, &[], "bad gateway").is_retryable());
}

#[test]
fn too_many_requests_without_an_error_code_are_throttling_too() {
    for body in ["", "<html>slow down</html>", "{}", "[]", r#"{"code":null}"#] {
        let error = error(429, &[], body);
        assert!(error.is_throttled() && error.is_retryable() && !error.may_have_been_executed(), "{body}: {error}");
    }
}

/// A gateway that answers everything with 200 must not make anybody believe that something is done, or gone.
#[test]
fn a_success_that_holds_an_error_code_is_a_failure() {
    for body in [
        r#"{"code":"ErrorClusterNotFound","message":"gone","requestId":"R1"}"#,
        r#"{"Code":"ErrorClusterNotFound","Message":"gone","RequestId":"R1"}"#,
    ] {
        let error = error(200, &[], body);
        assert_eq!(error.to_string(), "DescribeClusterDetail: ErrorClusterNotFound: gone (HTTP 200, request id R1)");
        assert!(!error.is_not_found() && error.may_have_been_executed(), "{body}");
    }
    assert!(error(200, &[], r#"{"code":"Throttling.User"}"#).is_retryable());
    for body in
        [r#"{"code":"success"}"#, r#"{"code":200}"#, r#"{"code":"0"}"#, r#"{"code":""}"#, r#"{"code":{}}"#, "[]"]
    {
        assert!(answer(200, &[], Box::leak(body.to_owned().into_boxed_str())).accepted("Any").is_ok(), "{body}");
    }
}

#[test]
fn an_answer_that_cannot_be_read_says_where() {
    let strange = answer(200, &[], r#"{"items":3"#).read("ListAddons").unwrap_err();
    assert!(strange.to_string().contains("EOF while parsing an object at line 1 column 10"), "{strange}");
    let empty = answer(200, &[], "").read("ListAddons").unwrap_err();
    assert!(empty.to_string().contains("it is empty"), "{empty}");
}

#[test]
fn a_request_has_an_id_whatever_the_answer() {
    let header = &[("x-acs-request-id", "R-header")][..];
    for (headers, body, request_id) in [
        (header, "", Some("R-header")),
        (header, "OK", Some("R-header")),
        (header, "{}", Some("R-header")),
        (header, r#"{"requestId":"R-body"}"#, Some("R-body")),
        (&[], r#"{"request_id":"R-body"}"#, Some("R-body")),
        (&[], r#"{"RequestId":"R-body"}"#, Some("R-body")),
        (&[], "", None),
    ] {
        assert_eq!(answer(200, headers, body).request_id().as_deref(), request_id, "{body}");
    }
}

#[test]
fn an_error_without_a_text_says_so_and_has_an_empty_message() {
    for body in [r#"{"code":"Wrong"}"#, r#"{"code":"Wrong","message":""}"#, r#"{"code":"Wrong","message":null}"#] {
        let error = error(400, &[], body);
        assert_eq!(
            error.to_string(),
            "DescribeClusterDetail: Wrong: no further text (HTTP 400, no request id)",
            "{body}"
        );
        assert_eq!(error.message(), "", "{body}");
    }
}

#[test]
fn the_message_of_an_answer_that_is_none_leaves_the_request_id_out() {
    let error = error(404, &[("x-acs-request-id", "R1")], "");
    assert_eq!(
        error.message(),
        "the answer cannot be read: it has no error code and no text (HTTP 404); check that the endpoint is one of \
         Container Service"
    );
    assert_eq!(error.request_id(), Some("R1"));
}

#[test]
fn the_service_says_how_long_to_wait_in_milliseconds_or_seconds() {
    assert_eq!(answer(503, &[("x-acs-retry-after", "250")], "").retry_after(), Some(Duration::from_millis(250)));
    assert_eq!(answer(503, &[("retry-after", "2")], "").retry_after(), Some(Duration::from_secs(2)));
    assert_eq!(
        answer(503, &[("x-acs-retry-after", "0"), ("retry-after", "2")], "").retry_after(),
        Some(Duration::from_secs(2))
    );
    assert_eq!(answer(503, &[("retry-after", "soon")], "").retry_after(), None);
}

#[test]
fn a_server_that_says_when_to_come_back_is_throttling() {
    let body = r#"{"code":"Busy.Whatever","message":"m"}"#;
    assert!(error(429, &[], body).is_throttled());
    assert!(error(400, &[("x-acs-retry-after", "100")], body).is_throttled());
    assert!(!error(400, &[], body).is_throttled());
}
