//! What clients that work against the live service send, beyond the documents, and what they then expect to read.

use serde_json::{Value, json};

use crate::client::{Client, cluster, pool};

fn meta_data(detail: &Value) -> Value {
    serde_json::from_str(detail["meta_data"].as_str().unwrap()).unwrap()
}

#[test]
fn deprecated_fields_of_a_cluster_are_carried_out() {
    let client = Client::start();
    let id = client.create_cluster(json!({
        "name": "tf_test_update", "enable_rrsa": true, "custom_san": "a.example,b.example", "load_balancer_spec": "slb.s2.small",
        "cis_enabled": true, "num_of_nodes": 2, "worker_instance_types": ["ecs.g7.xlarge"], "key_pair": "k",
        "worker_system_disk_size": 120, "worker_data_disks": [{"size": "100", "category": "cloud_ssd"}], "period": 0,
    }));
    client.pass(400);
    let detail = client.describe(&id);
    assert_eq!((&detail["name"], &detail["rrsa_config"]["enabled"]), (&json!("tf_test_update"), &json!(true)));
    assert_eq!(detail["extra_sans"], json!(["a.example", "b.example"]));
    assert_eq!(meta_data(&detail)["ExtraCertSAN"], json!(["a.example", "b.example"]));
    assert_eq!(detail["size"], 2);
    assert!(detail.get("timezone").is_none(), "nobody gave one");
    let pools = client.call("DescribeClusterNodePools", "GET", &format!("/clusters/{id}/nodepools"), Value::Null).ok();
    let group = &pools["nodepools"][0]["scaling_group"];
    assert_eq!((&group["security_hardening_os"], &group["system_disk_size"]), (&json!(true), &json!(120)));

    let strict = Client::start_strictly();
    for (field, value) in [("enable_rrsa", json!(true)), ("num_of_nodes", json!(1)), ("load_balancer_spec", json!(""))]
    {
        let refusal = strict.call("CreateCluster", "POST", "/clusters", cluster(json!({field: value}))).refused();
        assert!(refusal.contains("the field is no longer accepted"), "{field}: {refusal}");
    }
    strict.assume(json!({"deprecated_fields": "ignored"}));
    let id = strict.create_cluster(json!({"enable_rrsa": true}));
    assert_eq!(strict.describe(&id)["rrsa_config"]["enabled"], false);
}

#[test]
fn the_service_chooses_a_network() {
    let client = Client::start();
    let network = |changes: Value| {
        let id = client.create_cluster(changes);
        client.pass(400);
        let addons = client
            .call("ListClusterAddonInstances", "GET", &format!("/clusters/{id}/addon_instances"), Value::Null)
            .ok();
        let names = addons["addons"].as_array().unwrap().iter().filter_map(|addon| addon["name"].as_str());
        let name = names.map(str::to_owned).find(|name| ["flannel", "terway-eniip"].contains(&name.as_str()));
        let detail = client.describe(&id);
        (name.unwrap_or_default(), detail["container_cidr"].clone(), detail["node_cidr_mask"].clone())
    };
    let flannel = |range: &str, mask: &str| ("flannel".to_owned(), json!(range), json!(mask));
    assert_eq!(network(json!({"addons": null})), flannel("10.100.0.0/16", "26"));
    let terway = json!({"addons": [], "container_cidr": null, "pod_vswitch_ids": ["vsw-9"], "node_cidr_mask": "25"});
    assert_eq!(network(terway), ("terway-eniip".to_owned(), Value::Null, json!("25")));
    // Neither: a range that is in nobody's way, here neither in the services' nor in that of a neighbour.
    assert_eq!(network(json!({"addons": null, "container_cidr": null})), flannel("172.16.0.0/16", "26"));
    assert_eq!(network(json!({"addons": null, "container_cidr": null})), flannel("172.17.0.0/16", "26"));
    let zones = json!({"addons": [{"name": "terway-eniip"}], "container_cidr": null, "vpcid": null, "vswitch_ids": null, "zone_ids": ["z"]});
    assert_eq!(network(zones).0, "terway-eniip");
    assert_eq!(network(json!({"addons": null, "profile": "Serverless", "container_cidr": null})).0, "");
}

#[test]
fn kinds_that_the_documents_leave_out_are_built() {
    let client = Client::start();
    for changes in [
        json!({"cluster_spec": "ack.standard", "maintenance_window": {"enable": true, "weekly_period": "", "recurrence": "FREQ=WEEKLY;BYDAY=MO"}}),
        json!({"cluster_spec": "ack.standard", "profile": "Serverless", "addons": null, "maintenance_window": {"enable": true}}),
        json!({"kubernetes_version": "1.30.1-aliyun.1"}),
        json!({"cluster_type": "Kubernetes", "cluster_spec": null, "master_count": 3, "master_instance_types": ["ecs.g7.xlarge"], "login_password": "Hello1234"}),
        json!({"addons": [{"name": "flannel", "version": "v0.15.1.22-20a397e6-aliyun"}]}),
    ] {
        client.admin("POST", "/reset", Value::Null);
        let id = client.create_cluster(changes.clone());
        client.pass(400);
        let detail = client.describe(&id);
        assert_eq!(detail["state"], "running", "{changes}");
        if changes["cluster_type"] == "Kubernetes" {
            assert_eq!(detail["control_plane_config"], json!({"size": 3, "instance_types": ["ecs.g7.xlarge"]}));
            assert!(!client.admin("GET", "/snapshot", Value::Null).to_string().contains("Hello1234"));
        }
        let strict = Client::start_strictly();
        assert!(strict.call("CreateCluster", "POST", "/clusters", cluster(changes.clone())).status >= 400, "{changes}");
    }
}

#[test]
fn versions_that_clusters_still_have_are_told() {
    let client = Client::start();
    let ask = |query: &str| {
        let place = format!("/api/v1/metadata/versions?ClusterType=ManagedKubernetes&{query}&Region=cn-hangzhou");
        client.call("DescribeKubernetesVersionMetadata", "GET", &place, Value::Null)
    };
    let versions = |query: &str| {
        let rows = ask(query).ok();
        rows.as_array().unwrap().iter().map(|row| row["version"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(versions("KubernetesVersion=1.34"), ["1.34.6-aliyun.1", "1.34.1-aliyun.1"]);
    assert_eq!(versions("KubernetesVersion=1.30.1-aliyun.1&Profile=Acs"), ["1.30.1-aliyun.1"]);
    let row = ask("KubernetesVersion=1.30.1-aliyun.1&QueryUpgradableVersion=true").ok()[0].clone();
    assert_eq!(row["upgradable_versions"], json!(["1.31.9-aliyun.1", "1.30.14-aliyun.1"]));
    assert_eq!(row["creatable"], false);
    assert_eq!(ask("KubernetesVersion=1.29").code(), "400 InvalidParameter.KubernetesVersion");
}

#[test]
fn add_ons_take_what_the_catalogue_does_not_have() {
    let client = Client::start();
    let id = client.cluster();
    let call = |action: &str, verb: &str, item: Value| {
        client.call(action, "POST", &format!("/clusters/{id}/components/{verb}"), json!([item]))
    };
    let version = |name: &str| {
        client.pass(100);
        let place = format!("/clusters/{id}/addon_instances/{name}");
        client.call("GetClusterAddonInstance", "GET", &place, Value::Null).ok()["version"].clone()
    };
    call("InstallClusterAddons", "install", json!({"name": "ack-keda", "version": ""})).ok();
    assert_eq!(version("ack-keda"), "v2.17.0");
    call("InstallClusterAddons", "install", json!({"name": "ack-node-local-dns", "version": "1.5.6"})).ok();
    assert_eq!(version("ack-node-local-dns"), "1.5.6");
    let place = format!("/addons/ack-node-local-dns?cluster_id={id}&version=1.5.6");
    let newer = client.call("DescribeAddon", "GET", &place, Value::Null).ok()["newer_versions"].clone();
    assert_eq!(newer.as_array().unwrap().len(), 2, "all of the catalogue: {newer}");
    let upgrade = |item: Value| call("UpgradeClusterAddons", "upgrade", item);
    upgrade(json!({"component_name": "ack-node-local-dns", "next_version": "1.6.1"})).ok();
    assert_eq!(version("ack-node-local-dns"), "1.6.1");
    assert_eq!(
        upgrade(json!({"component_name": "ack-node-local-dns", "next_version": "1.5.15"})).code(),
        "400 InvalidParameter.NextVersion"
    );
    upgrade(json!({"component_name": "ack-node-local-dns", "config": "{\"a\":1}"})).ok();
    assert_eq!(version("ack-node-local-dns"), "1.6.1");
    assert_eq!(
        call("InstallClusterAddons", "install", json!({"name": "nonsense", "version": ""})).code(),
        "404 AddonNotFound"
    );
    client.assume(json!({"catalogue_versions_only": true}));
    assert_eq!(
        call("InstallClusterAddons", "install", json!({"name": "gatekeeper", "version": ""})).code(),
        "400 InvalidParameter.Version"
    );
}

#[test]
fn a_pool_reads_as_it_was_written() {
    let client = Client::start();
    let cluster = client.cluster();
    let body = json!({
        "nodepool_info": {"name": "with_underscore"},
        "scaling_group": {"desired_size": null, "system_disk_category": "cloud_essd", "spot_strategy": "SpotAsPriceGo",
            "spot_price_limit": [{"instance_type": "t", "price_limit": "1"}], "platform": "AliyunLinux3", "spot_instance_pools": 0,
            "tags": [{"Key": "z", "Value": "1"}, {"Key": "a", "Value": "2"}]},
        "management": {"enable": true, "upgrade_config": {"surge": 1, "surge_percentage": 10, "max_unavailable": 0}},
    });
    let id = client.create_pool(&cluster, body).ok()["nodepool_id"].as_str().unwrap().to_owned();
    client.pass(200);
    let read = client.describe_pool(&cluster, &id);
    let group = &read["scaling_group"];
    assert_eq!(
        group["tags"],
        json!([{"key": "z", "value": "1"}, {"key": "a", "value": "2"}]),
        "nothing added or sorted"
    );
    assert_eq!(read["kubernetes_config"]["labels"], json!([{"key": "tier", "value": "web"}]));
    for absent in ["desired_size", "system_disk_performance_level", "spot_instance_pools"] {
        assert!(group.get(absent).is_none(), "{absent}: {group}");
    }
    assert_eq!(read["management"]["upgrade_config"], json!({"surge": 1, "surge_percentage": 10}));
    assert_eq!(
        (&group["platform"], &read["kubernetes_config"]["node_name_mode"]),
        (&json!("AliyunLinux3"), &json!("nodeip"))
    );
    assert_eq!(group["ram_role_name"], client.describe(&cluster)["worker_ram_role_name"]);

    let counted =
        pool(json!({"nodepool_info": {"name": "counted"}, "scaling_group": {"desired_size": null}, "count": 3}));
    let place = format!("/clusters/{cluster}/nodepools");
    let id =
        client.call("CreateClusterNodePool", "POST", &place, counted).ok()["nodepool_id"].as_str().unwrap().to_owned();
    client.pass(200);
    let read = client.describe_pool(&cluster, &id);
    assert_eq!((&read["status"]["total_nodes"], &read["scaling_group"]["desired_size"]), (&json!(3), &json!(3)));
}

#[test]
fn a_change_is_held_to_what_the_pool_has() {
    let client = Client::start();
    let cluster = client.cluster();
    let changes =
        json!({"scaling_group": {"system_disk_category": "cloud_auto", "spot_strategy": "SpotWithPriceLimit"}});
    let id = client.create_pool(&cluster, changes).ok()["nodepool_id"].as_str().unwrap().to_owned();
    client.pass(200);
    client.assume(json!({"documented_exclusions": true}));
    let modify = |body: Value| {
        let answer = client.call("ModifyClusterNodePool", "PUT", &format!("/clusters/{cluster}/nodepools/{id}"), body);
        client.pass(20);
        answer
    };
    let burst = || modify(json!({"scaling_group": {"system_disk_bursting_enabled": true}}));
    burst().ok();
    modify(json!({"scaling_group": {"spot_price_limit": [{"instance_type": "t", "price_limit": "1"}]}})).ok();
    let group = client.describe_pool(&cluster, &id)["resource_group_id"].clone();
    modify(json!({"nodepool_info": {"resource_group_id": ""}, "scaling_group": {"system_disk_category": "cloud_essd", "system_disk_bursting_enabled": false}})).ok();
    assert_eq!(client.describe_pool(&cluster, &id)["resource_group_id"], group, "an empty one changes nothing");
    assert_eq!(burst().code(), "400 InvalidParameter.SystemDiskBurstingEnabled");

    let configure = |body: Value| {
        let place = format!("/clusters/{cluster}/nodepools/{id}/node_config");
        client.call("ModifyNodePoolNodeConfig", "PUT", &place, body).ok();
        client.pass(100);
        client.describe_pool(&cluster, &id)["node_config"].clone()
    };
    configure(
        json!({"kubelet_config": {"maxPods": 64, "evictionHard": {"memory.available": "1Gi"}}, "os_config": {"sysctl": {"a": "1"}}}),
    );
    let config = configure(json!({"kubelet_config": {"registryBurst": 5}, "containerd_config": {"limitNoFile": 9}}));
    assert_eq!(
        config,
        json!({"kubelet_configuration": {"registryBurst": 5}, "node_os_config": {"sysctl": {"a": "1"}}}),
        "a block that is sent is all there is of it"
    );
    let snapshot = client.admin("GET", "/snapshot", Value::Null).to_string();
    assert!(snapshot.contains(r#""containerd_config":{"limitNoFile":9}"#), "{snapshot}");
}

#[test]
fn what_is_left_out_of_a_change_stays() {
    let client = Client::start();
    let id = client.create_cluster(
        json!({"resource_group_id": "rg-1", "audit_log_config": {"enabled": true, "sls_project_name": "mine"}}),
    );
    client.pass(400);
    let call = |action: &str, path: &str, body: Value| {
        let answer = client.call(action, "PUT", &format!("/clusters/{id}/{path}"), body).ok();
        client.pass(10);
        answer
    };
    let log = |body: Value| {
        call("UpdateControlPlaneLog", "controlplanelog", body);
        client.call("CheckControlPlaneLogEnable", "GET", &format!("/clusters/{id}/controlplanelog"), Value::Null).ok()
    };
    log(json!({"components": ["apiserver"], "log_ttl": "60", "log_project": "mine"}));
    let after = log(json!({"components": ["apiserver", "kcm"]}));
    assert_eq!((&after["log_ttl"], &after["log_project"]), (&json!("60"), &json!("mine")));
    assert_eq!(log(json!({"log_ttl": "7"}))["components"], json!(["apiserver", "kcm"]));
    assert_eq!(log(json!({"components": []}))["log_project"], "mine");

    let audit = |body: Value| {
        call("UpdateClusterAuditLogConfig", "audit_log", body);
        client.call("GetClusterAuditProject", "GET", &format!("/clusters/{id}/audit"), Value::Null).ok()
    };
    assert_eq!(audit(json!({"disable": true})), json!({"audit_enabled": false, "sls_project_name": "mine"}));
    assert_eq!(audit(json!({"disable": false})), json!({"audit_enabled": true, "sls_project_name": "mine"}));

    let body = json!({"resource_group_id": "", "timezone": "UTC"});
    client.call("ModifyCluster", "PUT", &format!("/api/v2/clusters/{id}"), body).ok();
    client.pass(100);
    let detail = client.describe(&id);
    assert_eq!((&detail["resource_group_id"], &detail["timezone"]), (&json!("rg-1"), &json!("UTC")));
}

#[test]
fn vswitches_are_among_the_resources_of_a_cluster() {
    let client = Client::start();
    let id = client.cluster();
    let rows = client.call("DescribeClusterResources", "GET", &format!("/clusters/{id}/resources"), Value::Null).ok();
    let vswitches: Vec<_> = rows.as_array().unwrap().iter().filter(|row| row["resource_type"] == "VSWITCH").collect();
    assert_eq!(vswitches.len(), 2);
    assert_eq!((&vswitches[0]["instance_id"], &vswitches[0]["auto_create"]), (&json!("vsw-1"), &json!(0)));
}
