//! Changes to a cluster: settings, versions, migration, tags, logs.

use serde_json::{Value, json};

use crate::client::Client;

fn modify(client: &Client, id: &str, body: Value) -> crate::client::Answer {
    client.call("ModifyCluster", "PUT", &format!("/api/v2/clusters/{id}"), body)
}

#[test]
fn changes_come_with_the_end_of_their_task() {
    let client = Client::start();
    let id = client.cluster();
    let answer =
        modify(&client, &id, json!({"cluster_name": "other", "deletion_protection": true, "timezone": "UTC"})).ok();
    assert_eq!(
        (client.describe(&id)["state"].clone(), client.describe(&id)["name"].clone()),
        (json!("updating"), json!("prod"))
    );
    assert_eq!(modify(&client, &id, json!({"cluster_name": "third"})).code(), "400 ErrorClusterState");
    client.pass(62);
    let detail = client.describe(&id);
    assert_eq!(client.task(&answer["task_id"])["state"], "success");
    assert_eq!(
        (&detail["state"], &detail["name"], &detail["timezone"]),
        (&json!("running"), &json!("other"), &json!("UTC"))
    );
    assert_eq!(detail["vpc_id"], "vpc-1");
    let delete = || client.call("DeleteCluster", "DELETE", &format!("/clusters/{id}"), Value::Null);
    assert_eq!(delete().code(), "400 InvalidOperation.DeletionProtection");
    // Seen live: together with a specification, the protection is silently left as it is.
    modify(&client, &id, json!({"cluster_spec": "ack.pro.small", "deletion_protection": false})).ok();
    client.pass(100);
    assert_eq!(client.describe(&id)["deletion_protection"], true);
    modify(&client, &id, json!({"deletion_protection": false})).ok();
    client.pass(7);
    delete().ok();
    assert_eq!(delete().code(), "400 ErrorClusterState");
}

#[test]
fn the_public_address_needs_its_id_and_its_time() {
    let client = Client::start();
    let id = client.cluster();
    assert_eq!(modify(&client, &id, json!({"api_server_eip": true})).code(), "400 InvalidParameter.ApiServerEipId");
    modify(&client, &id, json!({"api_server_eip": true, "api_server_eip_id": "eip-1"})).ok();
    client.pass(128);
    assert!(!client.describe(&id)["master_url"].as_str().unwrap().contains("203.0.113"));
    client.pass(3);
    assert!(client.describe(&id)["master_url"].as_str().unwrap().contains("203.0.113"));
    let resources =
        client.call("DescribeClusterResources", "GET", &format!("/clusters/{id}/resources"), Value::Null).ok();
    let eip = resources.as_array().unwrap().iter().find(|row| row["instance_id"] == "eip-1").unwrap();
    assert_eq!(eip["auto_create"], 0);
    modify(&client, &id, json!({"api_server_eip": false})).ok();
    client.pass(131);
    assert!(!client.describe(&id)["master_url"].as_str().unwrap().contains("203.0.113"));
}

#[test]
fn blocks_merge_and_names_of_certificates_append() {
    let client = Client::start();
    let id = client.cluster();
    modify(&client, &id, json!({"maintenance_window": {"enable": true}, "enable_rrsa": true})).ok();
    client.pass(70);
    let detail = client.describe(&id);
    assert_eq!(detail["maintenance_window"]["duration"], "3h");
    assert!(detail["rrsa_config"]["issuer"].as_str().unwrap().contains(&id));
    modify(&client, &id, json!({"enable_rrsa": false, "api_server_custom_cert_sans": {"action": "append", "subject_alternative_names": ["a.example"]}})).ok();
    client.pass(70);
    assert_eq!(client.describe(&id)["rrsa_config"], json!({"enabled": false}));
    assert_eq!(client.describe(&id)["extra_sans"], json!(["a.example"]));
}

#[test]
fn versions_go_up_one_minor_at_a_time() {
    let client = Client::start();
    let id = client.cluster();
    let upgrade = |version: &str| {
        client.call(
            "UpgradeCluster",
            "POST",
            &format!("/api/v2/clusters/{id}/upgrade"),
            json!({"next_version": version, "master_only": true}),
        )
    };
    assert_eq!(upgrade("1.34.6-aliyun.1").code(), "400 InvalidParameter.NextVersion");
    let pool = client.pool(&id);
    let answer = upgrade("1.36.1-aliyun.1").ok();
    assert_eq!(client.describe(&id)["state"], "upgrading");
    let control = |action: &str, verb: &str| {
        client.call(action, "POST", &format!("/tasks/{}/{verb}", answer["task_id"].as_str().unwrap()), Value::Null)
    };
    control("PauseTask", "pause").ok();
    client.pass(1000);
    assert_eq!(client.task(&answer["task_id"])["state"], "paused");
    control("ResumeTask", "resume").ok();
    client.pass(302);
    assert_eq!(client.describe(&id)["current_version"], "1.36.1-aliyun.1");
    assert_eq!(control("CancelTask", "cancel").code(), "400 ErrCancelTask");
    let refusal = upgrade("1.36.2-aliyun.1").refused();
    assert!(refusal.contains("its nodes have to reach 1.36.1-aliyun.1"), "{refusal}");
    let place = format!("/clusters/{id}/nodepools/{pool}/upgrade");
    client.call("UpgradeClusterNodepool", "POST", &place, json!({"kubernetes_version": "1.36.1-aliyun.1"})).ok();
    assert_eq!(client.describe_pool(&id, &pool)["status"]["state"], "updating");
    client.pass(330);
    upgrade("1.36.2-aliyun.1").ok();
}

#[test]
fn basic_becomes_pro_by_migration_only() {
    let client = Client::start();
    let id = client.create_cluster(json!({"cluster_spec": "ack.standard"}));
    client.pass(400);
    assert_eq!(
        modify(&client, &id, json!({"cluster_spec": "ack.pro.small"})).code(),
        "400 InvalidParameter.ClusterSpec"
    );
    let migrate = || client.call("MigrateCluster", "POST", &format!("/clusters/{id}/migrate"), json!({}));
    migrate().ok();
    client.pass(700);
    assert_eq!(client.describe(&id)["cluster_spec"], "ack.pro.small");
    assert_eq!(migrate().code(), "400 InvalidParameter.ClusterId");
}

#[test]
fn tags_change_by_either_way() {
    let client = Client::start();
    let id = client.cluster();
    client.call("ModifyClusterTags", "POST", &format!("/clusters/{id}/tags"), json!([{"key": "b", "value": "1"}])).ok();
    client.call("TagResources", "PUT", "/tags", json!({"region_id": "cn-hangzhou", "resource_ids": [id], "resource_type": "CLUSTER", "tags": [{"key": "a", "value": "2"}]})).ok();
    let ids = format!("%5B%22{id}%22%5D");
    let listed = client
        .call(
            "ListTagResources",
            "GET",
            &format!("/tags?region_id=cn-hangzhou&resource_ids={ids}&resource_type=CLUSTER"),
            Value::Null,
        )
        .ok();
    let rows = listed["tag_resources"]["tag_resource"].as_array().unwrap();
    let keys: Vec<_> = rows.iter().map(|row| row["tag_key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["a", "ack.aliyun.com", "b"]);
    client
        .call(
            "UntagResources",
            "DELETE",
            &format!("/tags?region_id=cn-hangzhou&resource_ids={ids}&resource_type=CLUSTER&tag_keys=%5B%22a%22%5D"),
            Value::Null,
        )
        .ok();
    assert_eq!(client.describe(&id)["tags"][1]["key"], "b");
}

#[test]
fn logs_are_switched_by_their_own_calls() {
    let client = Client::start();
    let id = client.cluster();
    let audit = || client.call("GetClusterAuditProject", "GET", &format!("/clusters/{id}/audit"), Value::Null).ok();
    assert_eq!(audit()["audit_enabled"], false);
    client
        .call("UpdateClusterAuditLogConfig", "PUT", &format!("/clusters/{id}/audit_log"), json!({"disable": false}))
        .ok();
    client.pass(10);
    assert_eq!(audit(), json!({"audit_enabled": true, "sls_project_name": format!("k8s-log-{id}")}));
    let update = |body| client.call("UpdateControlPlaneLog", "PUT", &format!("/clusters/{id}/controlplanelog"), body);
    assert_eq!(update(json!({"components": ["nonsense"]})).code(), "400 InvalidParameter.Components");
    update(json!({"components": ["apiserver"], "log_ttl": "60"})).ok();
    client.pass(10);
    let log =
        client.call("CheckControlPlaneLogEnable", "GET", &format!("/clusters/{id}/controlplanelog"), Value::Null).ok();
    assert_eq!((&log["components"], &log["log_ttl"]), (&json!(["apiserver"]), &json!("60")));
}

#[test]
fn a_repeated_change_gets_the_first_answer() {
    let client = Client::start();
    let id = client.cluster();
    let change = json!({"timezone": "UTC", "client_token": "t"});
    let first = modify(&client, &id, change.clone()).ok();
    assert_eq!(modify(&client, &id, change).ok()["task_id"], first["task_id"]);
}

#[test]
fn deleting_a_cluster_ends_what_goes_on_in_it() {
    let client = Client::start();
    let id = client.cluster();
    let task = client.create_pool(&id, json!({})).ok()["task_id"].clone();
    client.call("DeleteCluster", "DELETE", &format!("/clusters/{id}"), Value::Null).ok();
    assert_eq!(client.task(&task)["state"], "canceled");
    client.pass(200);
    assert_eq!(
        (client.describe(&id)["state"].clone(), client.describe(&id)["size"].clone()),
        (json!("deleting"), json!(0))
    );
}

/// Live it took 4 to 5 seconds; there are clients that delete right behind the change.
#[test]
fn deletion_protection_counts_at_once_where_that_is_assumed() {
    let client = Client::start();
    let id = client.cluster();
    let delete = || client.call("DeleteCluster", "DELETE", &format!("/clusters/{id}"), serde_json::Value::Null);
    modify(&client, &id, json!({"deletion_protection": true})).ok();
    assert_eq!(client.describe(&id)["deletion_protection"], false, "the task is not over yet");
    client.pass(7);
    assert_eq!(delete().code(), "400 InvalidOperation.DeletionProtection");
    client.assume(json!({"deletion_protection_waits_for_task": false}));
    modify(&client, &id, json!({"deletion_protection": false})).ok();
    assert_eq!(client.describe(&id)["deletion_protection"], false);
    // The task is over, and its cluster not yet given back, when the deletion begins.
    client.pass(6);
    delete().ok();
    client.pass(2);
    assert_eq!(client.describe(&id)["state"], "deleting");
}
