//! Faults: errors, lost replies, resets, failing tasks, ignored fields.

use std::io::ErrorKind;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Client, cluster};

fn clusters(client: &Client) -> usize {
    client.admin("GET", "/snapshot", Value::Null)["clusters"].as_array().unwrap().len()
}

#[test]
fn an_error_strikes_as_often_as_asked() {
    let client = Client::start();
    client.admin("POST", "/faults", json!({"operation": "DescribeRegions", "kind": "error", "status": 503, "code": "ServiceUnavailable", "message": "later", "times": 2}));
    let call = || client.call("DescribeRegions", "GET", "/regions", Value::Null);
    assert_eq!(call().refused(), "503 ServiceUnavailable later");
    assert_eq!(call().code(), "503 ServiceUnavailable");
    call().ok();
    assert_eq!(client.admin("GET", "/faults", Value::Null)["faults"][0]["struck"], 2);
}

#[test]
fn an_answer_is_given_in_place_of_the_services() {
    let client = Client::start();
    for (status, body) in [(502, "<html>Bad Gateway</html>"), (200, "[]"), (200, "")] {
        let fault = json!({"operation": "CreateCluster", "kind": "answer", "status": status, "body": body, "times": 1});
        client.admin("POST", "/faults", fault);
        // Not by `call`, which checks that an answer is one of the service's.
        let answer = client.send(&client.request("CreateCluster", "POST", "/clusters", &cluster(json!({})))).unwrap();
        assert_eq!((answer.status, &answer.body), (status, &serde_json::from_str(body).unwrap_or_default()));
    }
    assert_eq!(clusters(&client), 0, "it was carried out");
    client.call("CreateCluster", "POST", "/clusters", cluster(json!({}))).ok();
}

#[test]
fn a_connection_is_cut_before_or_after_the_work() {
    let client = Client::start();
    let create =
        || client.send(&client.request("CreateCluster", "POST", "/clusters", &cluster(json!({"client_token": "t"}))));
    client.admin(
        "POST",
        "/faults",
        json!({"operation": "CreateCluster", "kind": "drop", "drop_when": "before", "times": 1}),
    );
    assert!(create().is_none());
    assert_eq!(clusters(&client), 0);
    client.admin(
        "POST",
        "/faults",
        json!({"operation": "CreateCluster", "kind": "drop", "drop_when": "after", "times": 1}),
    );
    assert!(create().is_none());
    assert_eq!(clusters(&client), 1);
    let answer = create().unwrap().ok();
    assert_eq!(clusters(&client), 1, "the same token gets the first cluster");
    assert!(client.describe(answer["cluster_id"].as_str().unwrap()).is_object());
    let log = client.admin("GET", "/requests", Value::Null);
    let dropped: Vec<_> =
        log["requests"].as_array().unwrap().iter().map(|row| row["dropped"].as_bool().unwrap()).collect();
    assert_eq!(dropped, [true, true, false, false]);
}

#[test]
fn a_connection_that_was_idle_too_long_is_reset_by_the_next_call() {
    let client = Client::start();
    let create = client.request("CreateCluster", "POST", "/clusters", &cluster(json!({})));
    let regions = || client.request("DescribeRegions", "GET", "/regions", &Value::Null);
    let reset_after = |idle_ms: u32| {
        client.admin("DELETE", "/faults", Value::Null);
        client.admin("POST", "/faults", json!({"operation": "*", "kind": "idle_reset", "idle_ms": idle_ms}));
    };
    let connection = client.connect();
    client.send_on(&connection, &regions()).unwrap().ok();
    reset_after(3_600_000);
    client.send_on(&connection, &regions()).unwrap().ok();
    reset_after(20);
    sleep(Duration::from_millis(25));
    assert_eq!(client.send_on(&connection, &create).unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(clusters(&client), 0, "it was carried out");
    assert_eq!(client.admin("GET", "/requests", Value::Null)["requests"][2]["dropped"], true);
    reset_after(3_600_000);
    client.send(&regions()).unwrap().ok();
}

#[test]
fn a_failing_task_leaves_a_failed_cluster_that_can_be_deleted() {
    let client = Client::start();
    client.admin("POST", "/faults", json!({"operation": "CreateCluster", "kind": "task", "task": {"code": "InvalidVSwitchId.IpNotEnough", "message": "no addresses left"}, "times": 1}));
    let answer = client.call("CreateCluster", "POST", "/clusters", cluster(json!({}))).ok();
    client.pass(400);
    let task = client.task(&answer["task_id"]);
    assert_eq!(
        (&task["state"], &task["error"]),
        (&json!("fail"), &json!({"code": "InvalidVSwitchId.IpNotEnough", "message": "no addresses left"}))
    );
    let id = answer["cluster_id"].as_str().unwrap();
    assert_eq!(client.describe(id)["state"], "failed");
    assert_eq!(client.create_pool(id, json!({})).code(), "400 ErrorClusterState");
    client.call("DeleteCluster", "DELETE", &format!("/clusters/{id}"), Value::Null).ok();
    client.pass(400);
    assert_eq!(clusters(&client), 0);
}

#[test]
fn a_failing_change_leaves_things_as_they_were() {
    let client = Client::start();
    let id = client.cluster();
    let pool = client.pool(&id);
    let fail = |operation: &str| {
        client.admin("POST", "/faults", json!({"operation": operation, "kind": "task", "task": {"code": "BadRequest", "message": "no"}, "times": 1}))
    };
    fail("ModifyClusterNodePool");
    client
        .call(
            "ModifyClusterNodePool",
            "PUT",
            &format!("/clusters/{id}/nodepools/{pool}"),
            json!({"scaling_group": {"desired_size": 4}}),
        )
        .ok();
    client.pass(100);
    let detail = client.describe_pool(&id, &pool);
    assert_eq!((&detail["status"]["state"], &detail["status"]["total_nodes"]), (&json!("active"), &json!(2)));
    fail("DeleteClusterNodepool");
    let delete = || {
        client.call(
            "DeleteClusterNodepool",
            "DELETE",
            &format!("/clusters/{id}/nodepools/{pool}?force=true"),
            Value::Null,
        )
    };
    delete().ok();
    client.pass(100);
    assert_eq!(client.describe_pool(&id, &pool)["status"]["state"], "delete_failed");
    delete().ok();
    client.pass(200);
    assert_eq!(delete().code(), "404 ErrorNodePoolNotFound");
    fail("DeleteCluster");
    client.call("DeleteCluster", "DELETE", &format!("/clusters/{id}"), Value::Null).ok();
    client.pass(400);
    assert_eq!(client.describe(&id)["state"], "delete_failed");
}

#[test]
fn a_field_can_be_taken_and_ignored() {
    let client = Client::start();
    let id = client.create_cluster(json!({"timezone": "Asia/Shanghai"}));
    client.pass(400);
    client.admin("POST", "/faults", json!({"operation": "ModifyCluster", "kind": "ignore_field", "field": "timezone"}));
    client
        .call(
            "ModifyCluster",
            "PUT",
            &format!("/api/v2/clusters/{id}"),
            json!({"timezone": "UTC", "cluster_name": "b"}),
        )
        .ok();
    client.pass(100);
    assert_eq!(
        (client.describe(&id)["timezone"].clone(), client.describe(&id)["name"].clone()),
        (json!("Asia/Shanghai"), json!("b"))
    );
}

#[test]
fn a_delay_holds_up_the_answer() {
    let client = Client::start();
    client.admin(
        "POST",
        "/faults",
        json!({"operation": "DescribeRegions", "kind": "delay", "delay_ms": 30, "times": 1}),
    );
    let begun = std::time::Instant::now();
    client.call("DescribeRegions", "GET", "/regions", Value::Null).ok();
    assert!(begun.elapsed().as_millis() >= 30);
}

#[test]
fn error_keys_are_spelt_as_the_switch_says() {
    let client = Client::start();
    client.assume(json!({"error_spelling": "upper"}));
    let answer = client.call("DescribeClusterDetail", "GET", "/clusters/c0", Value::Null);
    assert_eq!(
        (answer.status, &answer.body["Code"], answer.body.get("code")),
        (404, &json!("ErrorClusterNotFound"), None)
    );
}

#[test]
fn stopping_closes_the_port() {
    let client = Client::start();
    let address = client.simulator.url().replace("http://", "");
    client.simulator.stop();
    client.simulator.stop();
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn throttling_says_when_to_come_back() {
    let client = Client::start();
    let fault = json!({"operation": "*", "kind": "error", "status": 400, "code": "Throttling.User", "retry_after_ms": 250, "times": 1});
    client.admin("POST", "/faults", fault);
    let answer = client.call("DescribeRegions", "GET", "/regions", Value::Null);
    assert_eq!(answer.header("x-acs-retry-after"), Some("250"));
    assert_eq!(answer.code(), "400 Throttling.User");
}
