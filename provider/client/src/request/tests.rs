//! Requests as they are built.

use serde_json::json;

use super::*;
use crate::operations;

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
