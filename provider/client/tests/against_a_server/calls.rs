//! Calls of any operation, in JSON.

use ack_client::{Request, operations};
use serde_json::{Value, json};

use super::requests::{clusters, create_pool};
use super::server::{Recorded, Reply, Server, refusal};

#[tokio::test]
async fn a_body_arrives_whole_on_every_attempt_and_the_answer_names_its_task() {
    let server = Server::start(|_, before| match before {
        0 => refusal(503, "Throttling.User"),
        _ => Reply::Json(200, json!({"nodepool_id": "np1", "task_id": "T-1", "request_id": "R-made"})),
    })
    .await;
    let made = server.client().call(&create_pool("a")).await.unwrap();
    assert_eq!(made.body["nodepool_id"], "np1");
    assert_eq!((made.task, made.request_id.as_deref()), (Some("T-1".into()), Some("R-made")));
    let log = server.log();
    assert_eq!(log.len(), 2);
    for request in log {
        assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/clusters/c1/nodepools"));
        let group = json!({"instance_types": ["t"], "login_password": "s3cret"});
        assert_eq!(request.body, Some(json!({"nodepool_info": {"name": "a"}, "scaling_group": group})));
    }
}

#[tokio::test]
async fn a_creation_without_an_id_leaves_a_doubt() {
    for answer in
        [json!({}), json!([]), json!({"code": "ErrorClusterState", "message": "m"}), json!({"nodepool_id": ""})]
    {
        let server = Server::start(move |_, _| Reply::Json(200, answer.clone())).await;
        let error = server.client().call(&create_pool("a")).await.unwrap_err();
        assert!(error.is_uncertain() && error.operation() == Some("CreateClusterNodePool"), "{error}");
        assert_eq!(server.log().len(), 1, "it is not sent twice");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_told_before_anything_is_sent() {
    let server = Server::start(|_, _| Reply::Json(200, json!({}))).await;
    let wrong = [
        Request::of(&operations::DELETE_CLUSTER, &[]),
        Request::of(&operations::DELETE_CLUSTER, &[("cluster_id", "c1"), ("force", "true")]),
        Request::of(&operations::DELETE_CLUSTER, &[("cluster_id", "")]),
        Request::of(&operations::DELETE_CLUSTER, &[("cluster_id", "c1")]).body_json(json!({})),
        Request::of(&operations::DELETE_CLUSTER, &[("cluster_id", "c1")]).query("retain_resources", "r-1"),
    ];
    for request in wrong {
        let error = server.client().call(&request).await.unwrap_err();
        assert!(error.to_string().contains("nothing was sent") && !error.is_uncertain(), "{error}");
    }
    let error = server.client().shared(&create_pool("a")).await.unwrap_err();
    assert!(error.to_string().contains("CreateClusterNodePool writes, and cannot be shared"), "{error}");
    assert!(server.log().is_empty());
}

fn policies(request: &Recorded, before: usize) -> Reply {
    match request.method.as_str() {
        "GET" => Reply::Json(200, json!({"policies": [{"id": "p1"}], "number": before})),
        _ => Reply::Json(200, json!({})),
    }
}

#[tokio::test]
async fn any_read_is_shared_by_its_path_and_query_until_its_cluster_is_written_to() {
    let server = Server::start(policies).await;
    let client = server.client();
    let read = async |cluster: &str, query: &[(&str, &str)]| -> Value {
        let arguments: Vec<_> = [("cluster_id", cluster)].into_iter().chain(query.iter().copied()).collect();
        let list = Request::of(&operations::LIST_CLUSTER_CHECKS, &arguments);
        client.shared(&list).await.unwrap().body["number"].clone()
    };
    let (a, b) = tokio::join!(read("c1", &[]), read("c1", &[]));
    assert_eq!((a, b), (json!(0), json!(0)));
    assert_eq!(read("c1", &[("type", "upgrade")]).await, 1, "another question");
    assert_eq!(server.log()[1].query["type"], "upgrade");
    assert_eq!(read("c2", &[]).await, 2, "another cluster");
    let policy = [("cluster_id", "c1"), ("policy_id", "p1")];
    client.call(&Request::of(&operations::DELETE_AUTO_REPAIR_POLICY, &policy)).await.unwrap();
    assert_eq!(read("c1", &[]).await, 4, "written to");
    assert_eq!(read("c2", &[]).await, 2, "not written to");
}

#[tokio::test]
async fn what_is_about_no_cluster_is_read_anew_after_any_write() {
    let server = Server::start(policies).await;
    let client = server.client();
    let read = async || {
        let list = Request::of(&operations::LIST_ADDONS, &[("region_id", "cn-hangzhou")]);
        client.shared(&list).await.unwrap().body["number"].clone()
    };
    assert_eq!((read().await, read().await), (json!(0), json!(0)));
    client.call(&Request::of(&operations::DELETE_TEMPLATE, &[("template_id", "t1")])).await.unwrap();
    assert_eq!(read().await, 2);
    client.call(&Request::of(&operations::DELETE_CLUSTER, &[("cluster_id", "c1")])).await.unwrap();
    assert_eq!(read().await, 4);
}

#[tokio::test]
async fn what_is_documented_to_answer_nothing_answers_with_the_id_of_its_request() {
    let server = Server::start(|_, _| Reply::Headed(200, ("x-acs-request-id", "R-modify"), Value::Null)).await;
    let of = [("cluster_id", "c1"), ("component_id", "coredns")];
    let request = Request::of(&operations::MODIFY_CLUSTER_ADDON, &of).body_json(json!({"config": "{}"}));
    let started = server.client().call(&request).await.unwrap();
    assert_eq!((started.task, started.request_id.as_deref()), (None, Some("R-modify")));
    assert_eq!(server.log()[0].body, Some(json!({"config": "{}"})));
}

#[tokio::test]
async fn pages_are_read_to_the_last_and_tasks_are_found_in_them() {
    let server = Server::start(|request, _| {
        let number: usize = request.query["page_number"].parse().unwrap();
        let (list, id) =
            if request.path.ends_with("/tasks") { ("tasks", "task_id") } else { ("clusters", "cluster_id") };
        let records =
            (50 * (number - 1)..120.min(50 * number)).map(|n| json!({id: format!("x{n}"), "state": "running"}));
        let records: Vec<_> = records.collect();
        Reply::Json(200, json!({list: records, "page_info": {"total_count": "120", "page_number": number}}))
    })
    .await;
    let client = server.client();
    let found = client.pages(&clusters("cn-hangzhou").query("name", "x"), "clusters").await.unwrap();
    assert_eq!((found.len(), &found[119]["cluster_id"]), (120, &json!("x119")));
    let log = server.log();
    assert_eq!(log.len(), 3);
    assert!(log.iter().all(|page| page.query["page_size"] == "50" && page.query["name"] == "x"));
    let tasks = client.describe_cluster_tasks("c1").await.unwrap();
    assert_eq!((tasks.len(), tasks[119].task_id.clone()), (120, Some("x119".into())));
}
