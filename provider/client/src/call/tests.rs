//! Requests as they are built, and answers as they are read.

use super::*;
use crate::operations;
use serde_json::json;

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

fn problem(request: &Request) -> String {
    request.check().unwrap_err().to_string()
}

#[test]
fn a_request_is_built_as_it_will_be_signed() {
    let request = Request::of(&operations::DELETE_CLUSTER, &[("cluster_id", "c/1 ü"), ("keep_slb", "true")])
        .query("retain_all_resources", false)
        .query("retain_resources", None::<Vec<String>>)
        .query("delete_options", json!([{"a": "b c"}]));
    assert_eq!(request.path(), "/clusters/c%2F1%20%C3%BC");
    assert_eq!(
        request.query_string(),
        "delete_options=%5B%7B%22a%22%3A%22b%20c%22%7D%5D&keep_slb=true&retain_all_resources=false"
    );
    assert!(request.body_bytes().is_none());
    assert_eq!(request.cluster_id(), Some("c/1 ü"));
    request.check().unwrap();
    let slash = Request::of(&operations::CREATE_AUTOSCALING_CONFIG, &[("cluster_id", "c1")]);
    assert_eq!(slash.path(), "/cluster/c1/autoscale/config/");
    let old = Request::of(&operations::GET_CLUSTER_AUDIT_PROJECT, &[("clusterid", "c1")]);
    assert_eq!((old.path().as_str(), old.cluster_id()), ("/clusters/c1/audit", Some("c1")));
}

#[test]
fn an_id_that_would_make_another_path_is_never_sent() {
    for id in ["", ".", ".."] {
        let error = problem(&Request::of(&operations::DELETE_CLUSTER, &[("cluster_id", id)]));
        assert!(error.contains("DeleteCluster was given an id that is empty or made of dots (cluster_id)"), "{error}");
    }
}

#[test]
fn arguments_are_those_of_the_operation() {
    let modify = |arguments: &[(&str, &str)]| Request::of(&operations::MODIFY_CLUSTER_NODE_POOL, arguments);
    let both = [("cluster_id", "c1"), ("nodepool_id", "np1")];
    modify(&both).check().unwrap();
    let missing = problem(&modify(&both[..1]));
    assert!(missing.contains("ModifyClusterNodePool was given no nodepool_id; nothing was sent"), "{missing}");
    let unknown = problem(&modify(&[both[0], both[1], ("pool", "np1")]));
    assert!(unknown.contains("ModifyClusterNodePool has no argument pool; nothing was sent"), "{unknown}");
    assert!(problem(&modify(&both).query("force", true)).contains("has no argument force"));
}

#[test]
fn parameters_of_the_query_are_written_as_the_operation_has_them() {
    let written = |operation, name, value: Value| {
        let request = Request::of(operation, &[("cluster_id", "c1"), ("nodepool_id", "np1"), ("uid", "1")]);
        let encoding = operations::Operation::parameter(operation, name).unwrap().1;
        let text = encoding.written(&value);
        assert_eq!(request.query(name, value).query_string().is_empty(), text.is_none());
        text
    };
    let nodes = &operations::REMOVE_NODE_POOL_NODES;
    assert_eq!(written(nodes, "instance_ids", json!(["i-1", "i-2"])).unwrap(), r#"["i-1","i-2"]"#);
    assert_eq!(written(nodes, "instance_ids", json!("i-1")), None);
    assert_eq!(written(nodes, "drain_node", json!(true)).unwrap(), "true");
    assert_eq!(written(nodes, "drain_node", json!("false")).unwrap(), "false");
    assert_eq!(written(nodes, "drain_node", json!("yes")), None);
    let users = &operations::CLEAN_USER_PERMISSIONS;
    assert_eq!(written(users, "ClusterIds", json!(["c1", "c2"])).unwrap(), "c1,c2");
    let tasks = &operations::DESCRIBE_CLUSTER_TASKS;
    assert_eq!(written(tasks, "page_number", json!(3)).unwrap(), "3");
    assert_eq!(written(tasks, "page_number", json!("three")), None);
    assert_eq!(written(tasks, "page_number", json!([3])), None);
    let listed = Request::of(&operations::DESCRIBE_CLUSTER_TASKS, &[("cluster_id", "c1"), ("page_number", "three")]);
    assert!(problem(&listed).contains(r#"DescribeClusterTasks cannot be given "three" as page_number"#));
}

#[test]
fn only_a_post_must_not_be_repeated() {
    let request = |operation| Request::of(operation, &[]);
    assert!(request(&operations::DESCRIBE_REGIONS).is_repeatable());
    assert!(request(&operations::TAG_RESOURCES).is_repeatable());
    assert!(request(&operations::DELETE_CLUSTER).is_repeatable());
    assert!(!request(&operations::CREATE_CLUSTER).is_repeatable());
    assert!(request(&operations::CREATE_CLUSTER).repeatable().is_repeatable());
    // These set a state.
    assert!(request(&operations::MODIFY_CLUSTER_ADDON).is_repeatable());
    assert!(request(&operations::MODIFY_CLUSTER_TAGS).is_repeatable());
}

fn create_pool() -> Request {
    Request::of(&operations::CREATE_CLUSTER_NODE_POOL, &[("cluster_id", "c1")])
}

#[test]
fn a_secret_is_in_the_body_and_nowhere_else() {
    let place = "scaling_group.login_password";
    let orders = [
        create_pool().body_json(json!({"scaling_group": {"size": 1}})).secret(place, "s3cret".into()),
        create_pool().secret(place, "s3cret".into()).body_json(json!({"scaling_group": {"size": 1}})),
    ];
    for request in orders {
        let body: Value = serde_json::from_slice(request.body_bytes().unwrap()).unwrap();
        assert_eq!(body, json!({"scaling_group": {"size": 1, "login_password": "s3cret"}}));
        assert!(!request.json.to_string().contains("s3cret"), "a JSON value holds it");
        assert!(!format!("{request:?}").contains("s3cret"));
        request.check().unwrap();
    }
}

#[test]
fn a_body_is_what_the_operation_takes() {
    let install = || Request::of(&operations::INSTALL_CLUSTER_ADDONS, &[("cluster_id", "c1")]);
    create_pool().body_json(json!({})).check().unwrap();
    install().body_json(json!([{"name": "coredns"}])).check().unwrap();
    let delete = Request::of(&operations::DELETE_CLUSTER, &[("cluster_id", "c1")]);
    let wrong = [
        create_pool().body_json(json!([])),
        create_pool().body_json(Value::Null),
        install().body_json(json!({})),
        delete.body_json(json!({})),
        create_pool().body_json(json!({"scaling_group": 1})).secret("scaling_group.login_password", "s".into()),
    ];
    for request in wrong {
        assert!(problem(&request).contains("; nothing was sent"), "{}", problem(&request));
    }
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
fn an_answer_without_what_makes_it_the_object_is_none() {
    let lacks = |body: &'static str| answer(200, &[], body).object::<crate::Cluster>("Any").unwrap_err().to_string();
    for body in ["{}", r#"{"cluster_id":""}"#, r#"{"cluster_id":null,"name":"prod"}"#] {
        assert!(lacks(body).contains("it has no `cluster_id` (HTTP 200"), "{body}: {}", lacks(body));
    }
    assert!(lacks(" []").contains("it is a list instead of an object"), "{}", lacks(" []"));
    assert!(answer(200, &[], "[]").object::<TaskStarted>("Any").is_err());
    assert_eq!(answer(200, &[], "{}").object::<TaskStarted>("Any").unwrap(), TaskStarted::default());
}

#[test]
fn an_answer_that_cannot_be_read_says_where() {
    let strange = answer(200, &[], r#"{"items":3}"#).read::<Vec<String>>("ListAddons").unwrap_err();
    assert!(strange.to_string().contains("expected a sequence"), "{strange}");
    let empty = answer(200, &[], "").read::<serde_json::Value>("ListAddons").unwrap_err();
    assert!(empty.to_string().contains("it is empty"), "{empty}");
}

#[test]
fn a_request_without_an_answer_has_an_id_all_the_same() {
    let header = &[("x-acs-request-id", "R-header")][..];
    for (headers, body, request_id) in [
        (header, "", Some("R-header")),
        (header, "null", Some("R-header")),
        (header, "OK", Some("R-header")),
        (header, "{}", Some("R-header")),
        (header, r#"{"requestId":"R-body"}"#, Some("R-body")),
        (&[], r#"{"request_id":"R-body"}"#, Some("R-body")),
        (&[], "", None),
    ] {
        let started = answer(200, headers, body).started();
        assert_eq!((started.task_id, started.request_id.as_deref()), (None, request_id), "{body}");
    }
    let named = answer(200, &[], r#"{"task_id":"T-1"}"#).started();
    assert_eq!(named.task_id, Some(crate::TaskId::from("T-1")));
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
