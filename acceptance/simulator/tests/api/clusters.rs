//! Clusters: life on the simulated clock, rules, lists, the admin interface.

use ack_simulator::{ClockMode, Config};
use serde_json::{Value, json};

use crate::client::{Client, cluster};

#[test]
fn a_cluster_is_built_step_by_step() {
    let client = Client::start();
    let extras = json!({"endpoint_public_access": true, "encryption_provider_key": "key-1"});
    let answer = client.call("CreateCluster", "POST", "/clusters", cluster(extras)).ok();
    let id = answer["cluster_id"].as_str().unwrap();
    assert_eq!((id.len(), client.describe(id)["state"].clone()), (33, json!("initial")));
    assert_eq!(client.describe(id)["master_url"], "");
    assert_eq!(client.task(&answer["task_id"])["state"], "running");
    client.pass(100);
    let task = client.task(&answer["task_id"]);
    assert_eq!(
        (&task["current_stage"], &task["task_type"], &task["target"]["id"]),
        (&json!("CreateControlPlane"), &json!("cluster_create"), &json!(id))
    );
    client.pass(204);
    // The task is over, the cluster needs a moment more.
    assert_eq!(client.task(&answer["task_id"])["state"], "success");
    assert_eq!(client.describe(id)["state"], "initial");
    client.pass(2);
    let detail = client.describe(id);
    assert_eq!(
        (&detail["state"], &detail["size"], &detail["current_version"]),
        (&json!("running"), &json!(0), &json!("1.35.2-aliyun.1"))
    );
    assert!(detail["master_url"].as_str().unwrap().contains("https://203.0.113."));
    assert_eq!(detail["tags"], json!([{"key": "ack.aliyun.com", "value": id}, {"key": "team", "value": "a"}]));
    assert_eq!(detail["vswitch_id"], "vsw-1,vsw-2");
    let meta_data: Value = serde_json::from_str(detail["meta_data"].as_str().unwrap()).unwrap();
    assert_eq!(meta_data["Capabilities"]["EncryptionKMSKeyId"], "key-1");
}

#[test]
fn lists_lag_behind_reads() {
    let client = Client::start();
    let id = client.create_cluster(json!({}));
    let listed = |action: &str, place: &str| {
        client.call(action, "GET", place, Value::Null).ok()["clusters"].as_array().unwrap().clone()
    };
    assert!(listed("DescribeClustersForRegion", "/regions/cn-hangzhou/clusters").is_empty());
    client.pass(2);
    let rows = listed("DescribeClustersForRegion", "/regions/cn-hangzhou/clusters");
    assert_eq!((&rows[0]["cluster_id"], &rows[0]["state"]), (&json!(id), &json!("initial")));
    assert!(rows[0].get("master_url").is_none());
    assert!(listed("DescribeClustersForRegion", "/regions/cn-beijing/clusters").is_empty());
    client.pass(400);
    assert_eq!(listed("DescribeClustersV1", "/api/v1/clusters?name=rod")[0]["state"], "running");
    assert!(listed("DescribeClustersV1", "/api/v1/clusters?name=test").is_empty());
    client.call("DeleteCluster", "DELETE", &format!("/clusters/{id}"), Value::Null).ok();
    assert_eq!(client.describe(&id)["state"], "deleting");
    client.pass(299);
    client.describe(&id);
    client.pass(1);
    assert_eq!(
        client.call("DescribeClusterDetail", "GET", &format!("/clusters/{id}"), Value::Null).code(),
        "404 ErrorClusterNotFound"
    );
    assert_eq!(listed("DescribeClustersV1", "/api/v1/clusters")[0]["state"], "deleting");
    client.pass(2);
    assert!(listed("DescribeClustersV1", "/api/v1/clusters").is_empty());
}

#[test]
fn the_timer_runs_as_fast_as_it_is_told() {
    let client = Client::start_with(Config { clock: ClockMode::Timer { speed: 100_000.0 }, ..Config::default() });
    let id = client.create_cluster(json!({}));
    let begun = std::time::Instant::now();
    while client.describe(&id)["state"] != "running" {
        assert!(begun.elapsed().as_secs() < 20, "306 simulated seconds take 3 ms at that speed");
    }
}

#[test]
fn bad_clusters_are_refused_by_field() {
    let client = Client::start_strictly();
    let code = |changes: Value| client.call("CreateCluster", "POST", "/clusters", cluster(changes)).code();
    for (changes, expected) in [
        (json!({"name": "-x"}), "400 InvalidParameter.Name"),
        (json!({"name": "a_b"}), "400 InvalidParameter.Name"),
        (json!({"Name": "a"}), "400 InvalidParameter.UnknownField"),
        (json!({"enable_rrsa": true}), "400 InvalidParameter.EnableRrsa"),
        (
            json!({"cluster_spec": "ack.standard", "maintenance_window": {"enable": true}}),
            "400 InvalidParameter.MaintenanceWindow",
        ),
        (json!({"region_id": "mars-1"}), "400 InvalidParameter.RegionId"),
        (json!({"kubernetes_version": "1.31.9-aliyun.1"}), "400 InvalidParameter.KubernetesVersion"),
        (json!({"kubernetes_version": "1.99.0-aliyun.1"}), "400 InvalidParameter.KubernetesVersion"),
        (json!({"service_cidr": "172.19.0.0/28"}), "400 InvalidParameter.ServiceCidr"),
        (json!({"container_cidr": "8.8.8.0/24"}), "400 InvalidParameter.ContainerCidr"),
        (json!({"container_cidr": "172.16.0.0/12"}), "400 InvalidParameter.ContainerCidr"),
        (json!({"container_cidr": null}), "400 InvalidParameter.ContainerCidr"),
        (json!({"addons": []}), "400 InvalidParameter.Addons"),
        (json!({"addons": [{"name": "terway-eniip"}]}), "400 InvalidParameter.Addons"),
        (json!({"addons": [{"name": "flannel"}, {"name": "nonsense"}]}), "404 AddonNotFound"),
        (json!({"addons": [{"name": "flannel", "config": "{"}]}), "400 InvalidParameter.Format"),
        (json!({"vpcid": null}), "400 InvalidParameter.VswitchIds"),
        (
            json!({"security_group_id": "sg-1", "is_enterprise_security_group": true}),
            "400 InvalidParameter.SecurityGroupId",
        ),
        (
            json!({"cluster_spec": "ack.standard", "encryption_provider_key": "k"}),
            "400 InvalidParameter.EncryptionProviderKey",
        ),
        (json!({"cluster_type": "Kubernetes"}), "400 QuotaExceeded.Cluster"),
        (json!({"tags": [{"key": "acs:x"}]}), "400 InvalidParameter.Tags"),
        (
            json!({"nodepools": [{"nodepool_info": {"name": ""}, "scaling_group": {"vswitch_ids": ["v"], "instance_types": ["t"]}}]}),
            "400 InvalidParameter.Name",
        ),
    ] {
        assert_eq!(code(changes.clone()), expected, "{changes}");
    }
    assert_eq!(client.admin("GET", "/snapshot", Value::Null)["clusters"], json!([]));
}

#[test]
fn neighbours_in_a_vpc_must_not_overlap() {
    let client = Client::start();
    client.create_cluster(json!({}));
    let refusal =
        client.call("CreateCluster", "POST", "/clusters", cluster(json!({"container_cidr": "10.96.0.0/12"}))).refused();
    assert!(refusal.contains("overlaps with 10.100.0.0/16 of cluster c"), "{refusal}");
    client.create_cluster(json!({"vpcid": "vpc-2"}));
    client.assume(json!({"refuse_overlapping_clusters": false}));
    client.create_cluster(json!({}));
}

#[test]
fn one_token_makes_one_cluster() {
    let client = Client::start();
    let create = |token: &str| client.create_cluster(json!({"client_token": token, "container_cidr": "10.1.0.0/16"}));
    client.assume(json!({"refuse_overlapping_clusters": false}));
    let first = create("t1");
    assert_eq!(create("t1"), first);
    assert_ne!(create("t2"), first);
}

#[test]
fn names_are_unique_only_where_that_is_assumed() {
    let client = Client::start();
    client.create_cluster(json!({}));
    client.create_cluster(json!({"vpcid": "vpc-2"}));
    client.assume(json!({"unique_cluster_names": true}));
    assert_eq!(
        client.call("CreateCluster", "POST", "/clusters", cluster(json!({"vpcid": "vpc-3"}))).code(),
        "400 ErrorClusterNameAlreadyExist"
    );
}

#[test]
fn basic_clusters_have_a_quota_of_two() {
    let client = Client::start();
    for vpc in ["vpc-2", "vpc-3"] {
        client.create_cluster(json!({"cluster_spec": "ack.standard", "vpcid": vpc}));
    }
    let third = cluster(json!({"cluster_spec": "ack.standard", "vpcid": "vpc-4"}));
    assert_eq!(client.call("CreateCluster", "POST", "/clusters", third).code(), "400 QuotaExceeded.Cluster");
    client.create_cluster(json!({"vpcid": "vpc-4"}));
}

#[test]
fn version_metadata_tells_the_next_step() {
    let client = Client::start();
    let list = |query: &str| {
        client
            .call(
                "DescribeKubernetesVersionMetadata",
                "GET",
                &format!("/api/v1/metadata/versions?{query}"),
                Value::Null,
            )
            .ok()
    };
    let creatable = list("ClusterType=ManagedKubernetes&Region=cn-hangzhou");
    assert!(creatable.as_array().unwrap().iter().all(|row| row["creatable"] == true));
    let supported = list("ClusterType=ManagedKubernetes&Mode=supported&Region=cn-hangzhou");
    assert!(supported.as_array().unwrap().len() > creatable.as_array().unwrap().len());
    let one = list(
        "ClusterType=ManagedKubernetes&KubernetesVersion=1.34.6-aliyun.1&QueryUpgradableVersion=true&Region=cn-hangzhou",
    );
    assert_eq!(one[0]["upgradable_versions"], json!(["1.35.7-aliyun.1", "1.35.2-aliyun.1"]));
}

#[test]
fn unset_fields_read_as_the_switch_says() {
    let client = Client::start();
    let id = client.cluster();
    assert!(client.describe(&id).get("extra_sans").is_none());
    client.assume(json!({"unset_fields": "zero"}));
    assert_eq!(client.describe(&id)["extra_sans"], json!([]));
}

#[test]
fn drift_deletion_and_reset_come_through_the_admin_interface() {
    let client = Client::start();
    let seeded = client.admin(
        "POST",
        "/seed",
        json!({"clusters": [crate::client::cluster(json!({"node_pools": [crate::client::pool(json!({}))]}))]}),
    );
    let (id, pool) = (
        seeded["clusters"][0]["cluster_id"].as_str().unwrap(),
        seeded["clusters"][0]["node_pool_ids"][0].as_str().unwrap(),
    );
    assert_eq!(
        (client.describe(id)["state"].clone(), client.describe(id)["size"].clone()),
        (json!("running"), json!(2))
    );
    client.admin("POST", "/mutate", json!({"cluster_id": id, "patch": {"name": "drifted"}}));
    assert_eq!(client.describe(id)["name"], "drifted");
    client.admin(
        "POST",
        "/mutate",
        json!({"cluster_id": id, "node_pool_id": pool, "patch": {"scaling_group": {"desired_size": 5}}}),
    );
    assert_eq!(client.describe_pool(id, pool)["status"]["total_nodes"], 5);
    client.admin("POST", "/mutate", json!({"cluster_id": id, "addon": "coredns", "patch": {"config": "{}"}}));
    client.admin("POST", "/delete", json!({"cluster_id": id, "node_pool_id": pool}));
    assert_eq!(
        client
            .call("DescribeClusterNodePoolDetail", "GET", &format!("/clusters/{id}/nodepools/{pool}"), Value::Null)
            .code(),
        "404 ErrorNodePoolNotFound"
    );
    client.admin("POST", "/delete", json!({"cluster_id": id}));
    assert_eq!(
        client.call("DescribeClusterDetail", "GET", &format!("/clusters/{id}"), Value::Null).code(),
        "404 ErrorClusterNotFound"
    );
    client.admin("POST", "/reset", Value::Null);
    assert_eq!(client.admin("GET", "/", Value::Null)["requests"], 0);
}

#[test]
fn events_and_tasks_of_a_cluster_are_listed() {
    let client = Client::start();
    let id = client.cluster();
    let events =
        client.call("DescribeClusterEvents", "GET", &format!("/clusters/{id}/events?page_size=1"), Value::Null).ok();
    assert_eq!(
        (&events["page_info"]["total_count"], &events["events"][0]["data"]["reason"]),
        (&json!(2), &json!("Succeeded"))
    );
    assert_eq!(events["events"][0]["subject"], id, "an event is about an object");
    let events = client.call("DescribeEventsForRegion", "GET", "/regions/cn-beijing/events", Value::Null).ok();
    assert_eq!(events["events"], json!([]));
    let tasks = client.call("DescribeClusterTasks", "GET", &format!("/clusters/{id}/tasks"), Value::Null).ok();
    assert_eq!(tasks["tasks"][0]["task_type"], "cluster_create");
}

#[test]
fn the_clock_can_be_switched_while_it_runs() {
    let client = Client::start();
    let id = client.create_cluster(json!({}));
    let set = |mode: Value| client.simulator.admin("PUT", "/clock", &mode);
    set(json!({"mode": "timer", "speed": 1_000_000})).unwrap();
    let begun = std::time::Instant::now();
    while client.describe(&id)["state"] != "running" {
        assert!(begun.elapsed().as_secs() < 20, "306 simulated seconds take less than 1 ms at that speed");
    }
    set(json!({"mode": "manual"})).unwrap();
    assert_eq!(client.admin("GET", "/clock", Value::Null), client.admin("GET", "/clock", Value::Null));
    assert!(set(json!({"mode": "timer", "speed": 0})).is_err());
    assert!(set(json!({"mode": "sundial"})).is_err());
}
