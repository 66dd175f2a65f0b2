//! Node pools: life, size, rules, partial changes, nodes.

use serde_json::{Value, json};

use crate::client::{Answer, Client};

fn modify(client: &Client, cluster: &str, pool: &str, body: Value) -> Answer {
    client.call("ModifyClusterNodePool", "PUT", &format!("/clusters/{cluster}/nodepools/{pool}"), body)
}

fn delete(client: &Client, cluster: &str, pool: &str, query: &str) -> Answer {
    client.call("DeleteClusterNodepool", "DELETE", &format!("/clusters/{cluster}/nodepools/{pool}{query}"), Value::Null)
}

#[test]
fn a_pool_is_built_and_shows_what_the_service_adds() {
    let client = Client::start();
    client.assume(json!({"node_pool_additions": true}));
    let cluster = client.cluster();
    let answer = client.create_pool(&cluster, json!({})).ok();
    let pool = answer["nodepool_id"].as_str().unwrap();
    let detail = client.describe_pool(&cluster, pool);
    assert_eq!((&detail["status"]["state"], &detail["status"]["initial_nodes"]), (&json!("scaling"), &json!(2)));
    assert_eq!(
        modify(&client, &cluster, pool, json!({"nodepool_info": {"name": "b"}})).refused(),
        "400 InvalidNodePoolStatus.Forbidden cannot operate nodepool when nodepool state is scaling"
    );
    client.pass(180);
    let detail = client.describe_pool(&cluster, pool);
    assert_eq!((&detail["status"]["state"], &detail["status"]["healthy_nodes"]), (&json!("active"), &json!(2)));
    assert_eq!(client.describe(&cluster)["size"], 2);
    let group = &detail["scaling_group"];
    assert_eq!(
        (&group["instance_charge_type"], &group["data_disks"][0]["encrypted"]),
        (&json!("PostPaid"), &json!("false"))
    );
    assert_eq!(detail["kubernetes_config"]["taints"], json!([{"key": "only", "value": "web", "effect": "NoSchedule"}]));
    let labels: Vec<_> = detail["kubernetes_config"]["labels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|label| label["key"].as_str().unwrap())
        .collect();
    assert_eq!(labels, ["ack.aliyun.com", "alibabacloud.com/nodepool-id", "tier"]);
    let listed = client
        .call(
            "DescribeClusterNodePools",
            "GET",
            &format!("/clusters/{cluster}/nodepools?NodepoolName=workers"),
            Value::Null,
        )
        .ok();
    assert_eq!(listed["nodepools"][0]["nodepool_info"]["nodepool_id"], pool);
    assert!(listed["nodepools"][0]["status"].get("conditions").is_none());
}

#[test]
fn bad_pools_are_refused_by_field() {
    let client = Client::start_strictly();
    let cluster = client.cluster();
    client.pool(&cluster);
    let group = |group: Value| json!({"nodepool_info": {"name": "b"}, "scaling_group": group});
    for (changes, expected) in [
        (json!({}), "400 InvalidParameter.Name"),
        (group(json!({"login_password": "Hello1234"})), "400 InvalidParameter.KeyPair"),
        (group(json!({"key_pair": null, "login_password": "weak"})), "400 InvalidParameter.LoginPassword"),
        (group(json!({"instance_types": null})), "400 InvalidParameter.InstanceTypes"),
        (group(json!({"vswitch_ids": []})), "400 InvalidParameter.VswitchIds"),
        (group(json!({"system_disk_size": 10})), "400 InvalidParameter.SystemDiskSize"),
        (
            group(json!({"spot_price_limit": [{"instance_type": "t", "price_limit": "1"}]})),
            "400 InvalidParameter.SpotPriceLimit",
        ),
        (group(json!({"image_type": "Windows"})), "400 InvalidParameter.ImageType"),
        (group(json!({"system_disk_bursting_enabled": true})), "400 InvalidParameter.SystemDiskBurstingEnabled"),
        (
            json!({"nodepool_info": {"name": "b"}, "management": {"upgrade_config": {"surge": 1, "surge_percentage": 10}}}),
            "400 InvalidParameter.Surge",
        ),
        (group(json!({"desired_size": -1})), "400 InvalidParameter.DesiredSize"),
        (
            json!({"nodepool_info": {"name": "b"}, "auto_scaling": {"enable": true, "max_instances": 3}}),
            "400 InvalidDesiredSizeOrCount.NotNull",
        ),
        (
            json!({"nodepool_info": {"name": "b"}, "kubernetes_config": {"runtime": "docker"}}),
            "400 InvalidParameter.Runtime",
        ),
    ] {
        assert_eq!(client.create_pool(&cluster, changes.clone()).code(), expected, "{changes}");
    }
    let managed = json!({"nodepool_info": {"name": "b"}, "management": {"enable": true}});
    client.assume(json!({"management_needs_node_problem_detector": true}));
    assert_eq!(client.create_pool(&cluster, managed.clone()).code(), "400 InvalidParameter.Management");
    client.assume(json!({"management_needs_node_problem_detector": false}));
    client.create_pool(&cluster, managed).ok();
}

#[test]
fn only_what_is_sent_changes() {
    let client = Client::start();
    client.assume(json!({"node_pool_additions": true}));
    let cluster = client.cluster();
    let pool = client.pool(&cluster);
    let mut before = client.describe_pool(&cluster, &pool);
    modify(&client, &cluster, &pool, json!({"kubernetes_config": {"labels": [{"key": "tier", "value": "db"}]}})).ok();
    assert_eq!(client.describe_pool(&cluster, &pool)["status"]["state"], "updating");
    client.pass(15);
    let mut after = client.describe_pool(&cluster, &pool);
    assert_eq!(after["kubernetes_config"]["labels"][2], json!({"key": "tier", "value": "db"}));
    for detail in [&mut before, &mut after] {
        detail["kubernetes_config"]["labels"] = Value::Null;
        detail["nodepool_info"]["updated"] = Value::Null;
    }
    assert_eq!(before, after);
    modify(&client, &cluster, &pool, json!({"scaling_group": {"login_password": "Hello1234"}})).ok();
    client.pass(15);
    let group = client.describe_pool(&cluster, &pool)["scaling_group"].clone();
    assert_eq!((&group["login_password"], group.get("key_pair")), (&json!("******"), None));
}

#[test]
fn size_moves_by_wish_or_by_autoscaling() {
    let client = Client::start();
    let cluster = client.cluster();
    let pool = client.pool(&cluster);
    let size = |client: &Client| {
        let detail = client.describe_pool(&cluster, &pool);
        (
            detail["status"]["state"].as_str().unwrap().to_owned(),
            detail["status"]["healthy_nodes"].clone(),
            detail["scaling_group"]["desired_size"].clone(),
        )
    };
    modify(&client, &cluster, &pool, json!({"scaling_group": {"desired_size": 3}})).ok();
    assert_eq!(size(&client), ("scaling".to_owned(), json!(2), json!(2)));
    client.pass(67);
    assert_eq!(size(&client), ("active".to_owned(), json!(3), json!(3)));
    modify(&client, &cluster, &pool, json!({"scaling_group": {"desired_size": 1}})).ok();
    assert_eq!(size(&client).0, "removing");
    client.pass(107);
    assert_eq!(size(&client), ("active".to_owned(), json!(1), json!(1)));
    client
        .call("ScaleClusterNodePool", "POST", &format!("/clusters/{cluster}/nodepools/{pool}"), json!({"count": 1}))
        .ok();
    client.pass(67);
    modify(&client, &cluster, &pool, json!({"auto_scaling": {"enable": true, "min_instances": 3, "max_instances": 5}}))
        .ok();
    client.pass(67);
    // A pool that scales by itself has no size that somebody wants.
    assert_eq!(size(&client), ("active".to_owned(), json!(3), Value::Null));
    assert_eq!(
        modify(&client, &cluster, &pool, json!({"scaling_group": {"desired_size": 4}})).code(),
        "400 InvalidDesiredSizeOrCount.NotNull"
    );
    modify(&client, &cluster, &pool, json!({"auto_scaling": {"enable": false}})).ok();
    client.pass(15);
    assert_eq!(size(&client), ("active".to_owned(), json!(3), json!(3)));
}

#[test]
fn a_pool_with_nodes_goes_only_by_force() {
    let client = Client::start();
    let cluster = client.cluster();
    let pool = client.pool(&cluster);
    assert_eq!(delete(&client, &cluster, &pool, "").code(), "400 InvalidOperation.NodePoolNotEmpty");
    delete(&client, &cluster, &pool, "?force=true").ok();
    assert_eq!(client.describe_pool(&cluster, &pool)["status"]["state"], "deleting");
    assert_eq!(delete(&client, &cluster, &pool, "?force=true").code(), "400 InvalidNodePoolStatus.Forbidden");
    client.pass(137);
    assert_eq!(delete(&client, &cluster, &pool, "").code(), "404 ErrorNodePoolNotFound");
    assert_eq!(client.describe(&cluster)["size"], 0);
}

#[test]
fn nodes_are_listed_and_taken_out() {
    let client = Client::start();
    let cluster = client.cluster();
    let pool = client.pool(&cluster);
    let nodes = |query: &str| {
        client.call("DescribeClusterNodes", "GET", &format!("/clusters/{cluster}/nodes?{query}"), Value::Null).ok()
    };
    assert_eq!(nodes("nodeLabels=tier%3Dweb")["page"]["total_count"], 2);
    assert_eq!(nodes("nodeLabels=tier%3Ddb")["nodes"], json!([]));
    let page = nodes("pageNumber=2&pageSize=1");
    assert_eq!((page["nodes"].as_array().unwrap().len(), &page["page"]["total_count"]), (1, &json!(2)));
    let id = page["nodes"][0]["instance_id"].as_str().unwrap();
    let remove = |id: &str| {
        client.call(
            "RemoveNodePoolNodes",
            "DELETE",
            &format!("/clusters/{cluster}/nodepools/{pool}/nodes?instance_ids=%5B%22{id}%22%5D"),
            Value::Null,
        )
    };
    assert_eq!(remove("i-none").code(), "400 InvalidParameter.InstanceIds");
    remove(id).ok();
    assert_eq!(client.describe_pool(&cluster, &pool)["status"]["removing_nodes"], 1);
    client.pass(107);
    assert_eq!(nodes("")["page"]["total_count"], 1);
    assert_eq!(client.describe_pool(&cluster, &pool)["scaling_group"]["desired_size"], 1);
}

#[test]
fn pools_work_side_by_side_unless_the_cluster_takes_one_operation() {
    let client = Client::start();
    let cluster = client.cluster();
    let create = |name: &str| client.create_pool(&cluster, json!({"nodepool_info": {"name": name}}));
    create("a").ok();
    create("b").ok();
    client.assume(json!({"exclusivity": "cluster"}));
    let refusal = create("c").refused();
    assert!(refusal.starts_with("400 ErrorClusterState") && refusal.contains("busy with task T-"), "{refusal}");
    client.pass(180);
    create("c").ok();
}

#[test]
fn a_basic_cluster_holds_ten_nodes() {
    let client = Client::start();
    let cluster = client.create_cluster(json!({"cluster_spec": "ack.standard"}));
    client.pass(400);
    assert_eq!(
        client.create_pool(&cluster, json!({"scaling_group": {"desired_size": 11}})).code(),
        "400 QuotaExceeded.Node"
    );
    client.create_pool(&cluster, json!({"scaling_group": {"desired_size": 10}})).ok();
}

#[test]
fn pools_named_with_the_cluster_are_built_with_it() {
    let client = Client::start();
    let cluster = client.create_cluster(json!({"nodepools": [crate::client::pool(json!({"kubernetes_config": {"runtime": "containerd", "runtime_version": "2.1.5"}}))]}));
    assert_eq!(client.describe(&cluster)["size"], 0);
    client.pass(400);
    assert_eq!(client.describe(&cluster)["size"], 2);
}

#[test]
fn node_settings_show_under_their_other_name() {
    let client = Client::start();
    let cluster = client.cluster();
    let pool = client.pool(&cluster);
    let place = format!("/clusters/{cluster}/nodepools/{pool}/node_config");
    client.call("ModifyNodePoolNodeConfig", "PUT", &place, json!({"kubelet_config": {"maxPods": 64}})).ok();
    client.pass(60);
    assert_eq!(client.describe_pool(&cluster, &pool)["node_config"]["kubelet_configuration"]["maxPods"], 64);
}
