//! Add-ons: what is there from the start, and the four operations on them.

use serde_json::{Value, json};

use crate::client::{Answer, Client};

fn operate(client: &Client, action: &str, cluster: &str, verb: &str, body: Value) -> Answer {
    client.call(action, "POST", &format!("/clusters/{cluster}/components/{verb}"), body)
}

fn describe(client: &Client, cluster: &str, name: &str) -> Answer {
    client.call("GetClusterAddonInstance", "GET", &format!("/clusters/{cluster}/addon_instances/{name}"), Value::Null)
}

#[test]
fn a_managed_cluster_comes_with_its_add_ons() {
    let client = Client::start();
    let addons = json!([{"name": "terway-eniip", "config": "{\"PodVswitchId\":{\"cn-hangzhou-h\":[\"vsw-9\"]}}"}, {"name": "metrics-server", "disabled": true}]);
    let cluster = client.create_cluster(json!({"addons": addons, "container_cidr": null}));
    let list = || {
        client
            .call("ListClusterAddonInstances", "GET", &format!("/clusters/{cluster}/addon_instances"), Value::Null)
            .ok()
    };
    assert_eq!(list()["addons"], json!([]));
    client.pass(400);
    let rows = list();
    let names: Vec<_> = rows["addons"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    for name in ["coredns", "csi-plugin", "terway-eniip", "terway-controlplane"] {
        assert!(names.contains(&name), "{names:?}");
    }
    assert!(!names.contains(&"metrics-server") && !names.contains(&"flannel"), "{names:?}");
    let config: Value =
        serde_json::from_str(describe(&client, &cluster, "terway-eniip").ok()["config"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&config["ENITrunking"], &config["PodVswitchId"]["cn-hangzhou-h"][0]),
        (&json!("true"), &json!("vsw-9"))
    );
    assert!(client.describe(&cluster).get("container_cidr").is_none());
}

#[test]
fn an_add_on_is_installed_upgraded_and_taken_off() {
    let client = Client::start();
    let cluster = client.cluster();
    let install = |version: &str, config: &str| {
        operate(
            &client,
            "InstallClusterAddons",
            &cluster,
            "install",
            json!([{"name": "nginx-ingress-controller", "version": version, "config": config}]),
        )
    };
    assert_eq!(install("v0", "").code(), "400 InvalidParameter.Version");
    assert_eq!(install("v1.11.5-aliyun.1", "[]").code(), "400 InvalidParameter.Format");
    assert_eq!(describe(&client, &cluster, "nginx-ingress-controller").code(), "404 AddonNotFound");
    let answer = install("v1.11.5-aliyun.1", "{\"x\":1}").ok();
    assert_eq!(client.describe(&cluster)["state"], "updating");
    assert_eq!(describe(&client, &cluster, "nginx-ingress-controller").ok()["state"], "installing");
    assert_eq!(install("v1.11.5-aliyun.1", "").code(), "400 AddonAlreadyInstalled");
    client.pass(60);
    assert_eq!(client.task(&answer["task_id"])["state"], "success");
    assert_eq!(
        operate(&client, "UnInstallClusterAddons", &cluster, "uninstall", json!([{"name": "metrics-server"}])).code(),
        "400 ErrorClusterState"
    );
    client.pass(2);
    let addon = describe(&client, &cluster, "nginx-ingress-controller").ok();
    assert_eq!(
        (&addon["state"], &addon["config"]),
        (&json!("active"), &json!("{\"IngressSlbNetworkType\":\"internet\",\"x\":1}"))
    );

    let upgrade = |version: &str| {
        operate(
            &client,
            "UpgradeClusterAddons",
            &cluster,
            "upgrade",
            json!([{"component_name": "nginx-ingress-controller", "next_version": version}]),
        )
    };
    assert_eq!(upgrade("v1.9.3-aliyun.1").code(), "400 InvalidParameter.NextVersion");
    upgrade("v1.12.6-aliyun.1").ok();
    assert_eq!(describe(&client, &cluster, "nginx-ingress-controller").ok()["state"], "upgrading");
    client.pass(62);
    assert_eq!(describe(&client, &cluster, "nginx-ingress-controller").ok()["version"], "v1.12.6-aliyun.1");

    let uninstall =
        |name: &str| operate(&client, "UnInstallClusterAddons", &cluster, "uninstall", json!([{"name": name}]));
    assert_eq!(uninstall("coredns").code(), "400 InvalidOperation.AddonRequired");
    uninstall("nginx-ingress-controller").ok();
    client.pass(62);
    assert_eq!(uninstall("nginx-ingress-controller").code(), "404 AddonNotFound");
}

#[test]
fn a_modified_add_on_has_a_task_that_shows_late() {
    let client = Client::start();
    let cluster = client.cluster();
    let modify = |config: &str| {
        client.call(
            "ModifyClusterAddon",
            "POST",
            &format!("/clusters/{cluster}/components/coredns/config"),
            json!({"config": config}),
        )
    };
    assert_eq!(modify("{").code(), "400 InvalidParameter.Format");
    assert!(modify("{\"ReplicaCount\":\"3\"}").ok().is_null());
    let newest = || {
        client.call("DescribeClusterTasks", "GET", &format!("/clusters/{cluster}/tasks"), Value::Null).ok()["tasks"][0]
            ["task_type"]
            .clone()
    };
    assert_eq!(
        (describe(&client, &cluster, "coredns").ok()["state"].clone(), newest()),
        (json!("updating"), json!("cluster_create"))
    );
    client.pass(10);
    assert_eq!(newest(), "cluster_addon_modify");
    client.pass(52);
    let config: Value =
        serde_json::from_str(describe(&client, &cluster, "coredns").ok()["config"].as_str().unwrap()).unwrap();
    assert_eq!(config, json!({"ComputeResource": "", "ReplicaCount": "3"}));
}

#[test]
fn the_catalogue_needs_a_cluster_or_its_kind() {
    let client = Client::start();
    let list = |query: &str| client.call("ListAddons", "GET", &format!("/addons{query}"), Value::Null);
    assert_eq!(list("").code(), "400 InvalidParameter.RegionId");
    let kind = "?cluster_spec=ack.pro.small&cluster_type=ManagedKubernetes&cluster_version=1.35.2-aliyun.1&profile=Default&region_id=cn-hangzhou";
    assert!(list(kind).ok()["addons"].as_array().unwrap().len() > 30);
    let addon = client.call("DescribeAddon", "GET", &format!("/addons/coredns{kind}"), Value::Null).ok();
    let schema: Value = serde_json::from_str(addon["config_schema"].as_str().unwrap()).unwrap();
    assert_eq!(schema["properties"]["ReplicaCount"]["default"], "2");
    assert_eq!(
        client.call("DescribeAddon", "GET", &format!("/addons/nonsense{kind}"), Value::Null).code(),
        "404 AddonNotFound"
    );
}

#[test]
fn a_version_in_the_catalogue_has_only_newer_ones_to_go_to() {
    let client = Client::start();
    let cluster = client.cluster();
    let describe = |version: &str| {
        let path = format!("/addons/nginx-ingress-controller?cluster_id={cluster}{version}");
        client.call("DescribeAddon", "GET", &path, Value::Null)
    };
    let newer = |version: &str| -> Vec<String> {
        let answer = describe(&format!("&version={version}")).ok();
        assert_eq!(answer["version"], version);
        let rows = answer["newer_versions"].as_array().unwrap();
        rows.iter().map(|row| row["version"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(newer("v1.9.3-aliyun.1"), ["v1.12.6-aliyun.1", "v1.11.5-aliyun.1"]);
    assert_eq!(newer("v1.11.5-aliyun.1"), ["v1.12.6-aliyun.1"]);
    assert_eq!(newer("v1.12.6-aliyun.1"), Vec::<String>::new());
    assert_eq!(describe("&version=v0").code(), "400 InvalidParameter.Version");

    let list = client.call("ListAddons", "GET", &format!("/addons?cluster_id={cluster}"), Value::Null).ok();
    assert!(list["addons"].as_array().unwrap().iter().all(|addon| addon.get("newer_versions").is_none()));
    let unversioned = describe("").ok();
    assert_eq!(unversioned["version"], "v1.12.6-aliyun.1");
    assert_eq!(unversioned["newer_versions"].as_array().unwrap().len(), 3);
}

/// The live catalogue has more than this one, so a name alone is no reason to refuse.
#[test]
fn what_is_not_in_the_catalogue_is_installed_by_its_version() {
    let client = Client::start();
    let cluster = client.create_cluster(json!({"addons": [
        {"name": "flannel"}, {"name": "ack-brand-new", "version": "1.0.2", "config": "{\"a\":1}"},
    ]}));
    client.pass(400);
    let addon = describe(&client, &cluster, "ack-brand-new").ok();
    assert_eq!((&addon["version"], &addon["config"]), (&json!("1.0.2"), &json!("{\"a\":1}")));
    let offer =
        |name: &str| client.call("DescribeAddon", "GET", &format!("/addons/{name}?cluster_id={cluster}"), Value::Null);
    assert_eq!(offer("ack-brand-new").ok()["version"], "1.0.2");
    assert_eq!(offer("ack-newer-still").code(), "404 AddonNotFound");

    let install = |name: &str, version: &str| {
        let body = json!([{"name": name, "version": version}]);
        operate(&client, "InstallClusterAddons", &cluster, "install", body)
    };
    assert_eq!(install("ack-newer-still", "").code(), "404 AddonNotFound");
    assert_eq!(install("ACK newer still", "1.0.0").code(), "404 AddonNotFound");
    assert_eq!(install("ack-newer-still", "soon").code(), "400 InvalidParameter.Version");
    client.assume(json!({"catalogue_addons_only": true}));
    assert_eq!(install("ack-newer-still", "1.0.0").code(), "404 AddonNotFound");
    client.assume(json!({"catalogue_addons_only": false}));
    install("ack-newer-still", "1.0.0").ok();
    client.pass(62);
    let next = json!([{"component_name": "ack-newer-still", "next_version": "1.1.0"}]);
    operate(&client, "UpgradeClusterAddons", &cluster, "upgrade", next).ok();
    client.pass(62);
    assert_eq!(describe(&client, &cluster, "ack-newer-still").ok()["version"], "1.1.0");
    let body = json!([{"name": "ack-newer-still"}, {"name": "ack-brand-new"}]);
    operate(&client, "UnInstallClusterAddons", &cluster, "uninstall", body).ok();
    client.pass(62);
    assert_eq!(describe(&client, &cluster, "ack-newer-still").code(), "404 AddonNotFound");
}

#[test]
fn several_add_ons_come_in_one_call_and_several_calls_only_where_that_is_assumed() {
    let client = Client::start();
    let cluster = client.cluster();
    let install = |names: &[&str]| {
        let body: Value = names.iter().map(|name| json!({"name": name, "version": ""})).collect();
        operate(&client, "InstallClusterAddons", &cluster, "install", body)
    };
    install(&["gatekeeper", "ack-node-local-dns"]).ok();
    assert_eq!(install(&["ack-kruise"]).code(), "400 ErrorClusterState");
    client.pass(62);

    client.assume(json!({"addon_operations_need_running_cluster": false}));
    install(&["ack-kruise"]).ok();
    client.pass(30);
    install(&["nginx-ingress-controller"]).ok();
    assert_eq!(
        operate(&client, "UnInstallClusterAddons", &cluster, "uninstall", json!([{"name": "ack-kruise"}])).code(),
        "400 ErrorClusterState",
        "what is being installed cannot be removed"
    );
    client.pass(33);
    assert_eq!(describe(&client, &cluster, "ack-kruise").ok()["state"], "active");
    assert_eq!(describe(&client, &cluster, "nginx-ingress-controller").ok()["state"], "installing");
    assert_eq!(client.describe(&cluster)["state"], "updating", "the other one is still at it");
    client.pass(30);
    assert_eq!(client.describe(&cluster)["state"], "running");
}
