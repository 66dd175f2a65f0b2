//! A noun that is a row: its calls do what its row says, and nothing of it is written anywhere else.

use serde_json::{Value, json};

use crate::client::{Answer, Client};

fn create(client: &Client, cluster: &str, body: Value) -> Answer {
    client.call("CreateAutoRepairPolicy", "POST", &format!("/clusters/{cluster}/auto_repair_policies"), body)
}

fn on(client: &Client, action: &str, method: &str, cluster: &str, policy: &str, body: Value) -> Answer {
    client.call(action, method, &format!("/clusters/{cluster}/auto_repair_policies/{policy}"), body)
}

fn describe(client: &Client, cluster: &str, policy: &str) -> Answer {
    on(client, "DescribeAutoRepairPolicy", "GET", cluster, policy, Value::Null)
}

fn rules(procedure: &str) -> Value {
    json!([{
        "incidents": [{"name": "Node.FaultNeedReboot.HOST", "type": "system"}],
        "repair_procedure": [{"name": procedure, "config": {"grace": 3}, "intervention": {"enable": true, "type": "label"}}],
    }])
}

#[test]
fn a_policy_is_made_read_changed_listed_and_deleted() {
    let client = Client::start();
    let cluster = client.cluster();
    let sent =
        json!({"name": "reboots", "resource_type": "nodepool", "resource_sub_type": "ess", "rules": rules("Drain")});
    let policy = create(&client, &cluster, sent.clone()).ok()["policy_id"].as_str().unwrap().to_owned();
    assert!(policy.starts_with("r-"), "{policy}");
    let mut expected = sent;
    expected["id"] = json!(policy);
    expected["resource_ids"] = json!([]);
    assert_eq!(describe(&client, &cluster, &policy).ok(), expected);

    let modify = |body: Value| on(&client, "ModifyAutoRepairPolicy", "PUT", &cluster, &policy, body);
    modify(json!({"rules": rules("RebootNode")})).ok();
    expected["rules"] = rules("RebootNode");
    let list = |cluster: &str| {
        let place = format!("/clusters/{cluster}/auto_repair_policies");
        client.call("ListAutoRepairPolicies", "GET", &place, Value::Null)
    };
    assert_eq!(list(&cluster).ok()["items"], json!([expected]), "the name stayed");
    assert_eq!(modify(json!({"resource_type": "cluster"})).code(), "400 InvalidParameter.UnknownField");

    let snapshot = client.admin("GET", "/snapshot", Value::Null);
    assert_eq!(snapshot["clusters"][0]["auto_repair_policies"][&policy]["name"], "reboots");
    client.admin(
        "POST",
        "/mutate",
        json!({"cluster_id": cluster, "auto_repair_policy_id": policy, "patch": {"name": "by hand"}}),
    );
    assert_eq!(describe(&client, &cluster, &policy).ok()["name"], "by hand");

    let delete = || on(&client, "DeleteAutoRepairPolicy", "DELETE", &cluster, &policy, Value::Null);
    delete().ok();
    assert_eq!(delete().code(), "404 ErrorAutoRepairPolicyNotFound");
    assert_eq!(describe(&client, &cluster, &policy).code(), "404 ErrorAutoRepairPolicyNotFound");
    assert_eq!(list(&cluster).ok()["items"], json!([]));
}

#[test]
fn a_policy_belongs_to_its_cluster_and_goes_with_it() {
    let client = Client::start();
    let cluster = client.cluster();
    let other = client.create_cluster(json!({"container_cidr": "10.101.0.0/16"}));
    assert_eq!(create(&client, "c-nowhere", json!({"name": "a"})).code(), "404 ErrorClusterNotFound");
    let policy = create(&client, &cluster, json!({"name": "a"})).ok()["policy_id"].as_str().unwrap().to_owned();
    assert_eq!(describe(&client, &other, &policy).code(), "404 ErrorAutoRepairPolicyNotFound");
    assert_eq!(describe(&client, "c-nowhere", &policy).code(), "404 ErrorClusterNotFound");
    client.call("DeleteCluster", "DELETE", &format!("/clusters/{cluster}"), Value::Null).ok();
    assert_eq!(describe(&client, &cluster, &policy).ok()["name"], "a");
    client.pass(400);
    assert_eq!(describe(&client, &cluster, &policy).code(), "404 ErrorClusterNotFound");
}

#[test]
fn a_policy_shows_the_pools_that_name_it() {
    let client = Client::start();
    let cluster = client.cluster();
    let pool = client.pool(&cluster);
    let policy = create(&client, &cluster, json!({"name": "a"})).ok()["policy_id"].as_str().unwrap().to_owned();
    let place = format!("/clusters/{cluster}/nodepools/{pool}");
    let named = json!({"management": {"enable": true, "auto_repair_policy": {"auto_repair_policy_id": policy}}});
    client.call("ModifyClusterNodePool", "PUT", &place, named).ok();
    client.pass(20);
    assert_eq!(describe(&client, &cluster, &policy).ok()["resource_ids"], json!([pool]));
}
