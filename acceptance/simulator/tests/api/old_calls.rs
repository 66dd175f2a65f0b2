//! Calls that clients still make although there are newer ones, and those that every client makes while it reads.

use std::io::Write as _;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha1::Sha1;

use crate::client::{Answer, Client, cluster};

fn names(rows: &Value) -> Vec<&str> {
    rows.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

#[test]
fn signatures_of_2015_are_verified() {
    let client = Client::start();
    let send = |nonce: &str, secret: &str| {
        let date = jiff::Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let marks =
            format!("x-acs-signature-method:HMAC-SHA1\nx-acs-signature-nonce:{nonce}\nx-acs-version:2015-12-15");
        let text = format!("GET\napplication/json\n\n\n{date}\n{marks}\n/api/v1/clusters?name=a b&page_size=5");
        let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        let signature = BASE64_STANDARD.encode(mac.finalize().into_bytes());
        let mut stream = client.connect();
        let fields = marks.replace(':', ": ").replace('\n', "\r\n");
        write!(
            stream,
            "GET /api/v1/clusters?page_size=5&name=a%20b HTTP/1.1\r\nhost: x\r\naccept: application/json\r\ndate: {date}\r\n{fields}\r\nauthorization: acs simulator-id:{signature}\r\n\r\n"
        )
        .unwrap();
        Answer::receive(&stream).unwrap()
    };
    assert_eq!(send("n1", "simulator-secret").ok()["clusters"], json!([]));
    assert_eq!(send("n1", "simulator-secret").code(), "400 SignatureNonceUsed");
    assert_eq!(send("n2", "wrong").code(), "400 SignatureDoesNotMatch");
}

#[test]
fn the_old_list_has_everything_at_once() {
    let client = Client::start();
    client.create_cluster(json!({"resource_group_id": "rg-1"}));
    client.create_cluster(json!({"name": "edge", "vpcid": "vpc-2", "region_id": "cn-beijing", "profile": "Edge"}));
    client.pass(400);
    let list = |query: &str| client.call("DescribeClusters", "GET", &format!("/clusters{query}"), Value::Null).ok();
    assert_eq!(names(&list("")), ["prod", "edge"]);
    assert_eq!(names(&list("?name=ro")), ["prod"]);
    assert_eq!(names(&list("?clusterType=ManagedKubernetes&resource_group_id=rg-1")), ["prod"]);
    assert_eq!(names(&list("?clusterType=ExternalKubernetes")), [""; 0]);
}

#[test]
fn resource_group_and_name_come_in_the_path() {
    let client = Client::start();
    let place = "/resource_groups/rg-7/clusters";
    let id = client.call("CreateCluster", "POST", place, cluster(json!({}))).ok()["cluster_id"].clone();
    let id = id.as_str().unwrap();
    assert_eq!(client.describe(id)["resource_group_id"], "rg-7");
    client.pass(400);
    let rename =
        |name: &str| client.call("ModifyClusterName", "POST", &format!("/clusters/{id}/name/{name}"), Value::Null);
    rename("new_name").ok();
    let detail = client.describe(id);
    assert_eq!((&detail["name"], &detail["state"]), (&json!("new_name"), &json!("running")), "at once, without a task");
    assert_eq!(rename("-no").code(), "400 InvalidParameter.Name");
}

#[test]
fn add_ons_are_read_the_old_way() {
    let client = Client::start();
    let id = client.cluster();
    let status = |names: &str| {
        let place = format!("/clusters/{id}/components/upgradestatus?componentIds={names}");
        client.call("DescribeClusterAddonsUpgradeStatus", "GET", &place, Value::Null).ok()
    };
    let both = "%5B%22coredns%22%2C%22nonsense%22%5D";
    assert_eq!(
        status(both),
        json!({"coredns": {
            "addon_info": {"component_name": "coredns", "version": "v1.12.1.3-a5bd1a3-aliyun"},
            "can_upgrade": false, "tasks": {"status": "Success"},
        }})
    );
    let change = json!({"config": "{\"ReplicaCount\":\"3\"}"});
    client.call("ModifyClusterAddon", "POST", &format!("/clusters/{id}/components/coredns/config"), change).ok();
    assert_eq!(status(both)["coredns"]["tasks"]["status"], "Upgrading");
    client.pass(100);
    let one = |name: &str| {
        let place = format!("/clusters/{id}/components/{name}/upgradestatus");
        client.call("DescribeClusterAddonUpgradeStatus", "GET", &place, Value::Null)
    };
    assert_eq!(one("coredns").ok()["tasks"]["status"], "Success");
    assert_eq!(one("nonsense").code(), "404 AddonNotFound");
    let place = format!("/clusters/{id}/components/version");
    let versions = client.call("DescribeClusterAddonsVersion", "GET", &place, Value::Null).ok();
    assert_eq!((&versions["flannel"]["required"], &versions["csi-plugin"]["required"]), (&json!(true), &json!(false)));
}

#[test]
fn nodes_come_and_go_without_a_word_of_pools() {
    let client = Client::start();
    let id = client.cluster();
    let scale = |workers: Value| {
        let mut body = json!({"count": 2, "key_pair": "k", "vswitch_ids": ["vsw-1"], "worker_instance_types": workers,
            "worker_system_disk_category": "cloud_essd", "worker_system_disk_size": 120});
        body["worker_data_disks"] = json!([{"category": "cloud_essd", "size": "200"}]);
        client.call("ScaleOutCluster", "POST", &format!("/api/v2/clusters/{id}"), body)
    };
    assert_eq!(scale(json!([])).code(), "400 InvalidParameter.WorkerInstanceTypes");
    for total in [2, 4] {
        let task = scale(json!(["ecs.g7.xlarge"])).ok()["task_id"].clone();
        client.pass(200);
        assert_eq!(client.task(&task)["state"], "success");
        assert_eq!(client.describe(&id)["size"], total);
    }
    let pools = client.call("DescribeClusterNodePools", "GET", &format!("/clusters/{id}/nodepools"), Value::Null).ok();
    assert_eq!(pools["nodepools"].as_array().unwrap().len(), 1);
    assert_eq!(pools["nodepools"][0]["nodepool_info"]["name"], "default-nodepool");
    assert_eq!(pools["nodepools"][0]["scaling_group"]["data_disks"][0]["size"], 200);

    let nodes = || {
        let nodes = client.call("DescribeClusterNodes", "GET", &format!("/clusters/{id}/nodes"), Value::Null).ok();
        nodes["nodes"].as_array().unwrap().iter().map(|node| node["node_name"].clone()).collect::<Vec<_>>()
    };
    let place = format!("/api/v2/clusters/{id}/nodes/remove");
    let remove = |nodes: Value| client.call("RemoveClusterNodes", "POST", &place, json!({"nodes": nodes}));
    assert_eq!(remove(json!(["stranger"])).code(), "400 InvalidParameter.Nodes");
    let before = nodes();
    assert!(remove(json!([before[1]])).ok().is_null());
    client.pass(107);
    let delete = json!({"nodes": [before[0]], "drain_node": true, "release_node": true});
    let answer = client.call("DeleteClusterNodes", "POST", &format!("/clusters/{id}/nodes"), delete).ok();
    client.pass(107);
    assert_eq!(client.task(&answer["task_id"])["task_type"], "cluster_node_delete");
    assert_eq!(nodes(), before[2..]);
    let pools = client.call("DescribeClusterNodePools", "GET", &format!("/clusters/{id}/nodepools"), Value::Null).ok();
    assert_eq!(pools["nodepools"][0]["scaling_group"]["desired_size"], 2);
}

#[test]
fn a_kubeconfig_says_where_the_cluster_is() {
    let client = Client::start();
    let id = client.create_cluster(json!({"endpoint_public_access": true}));
    client.pass(400);
    let read = |query: &str| {
        let answer = client
            .call("DescribeClusterUserKubeconfig", "GET", &format!("/k8s/{id}/user_config{query}"), Value::Null)
            .ok();
        let config: Value = serde_json::from_str(answer["config"].as_str().unwrap()).unwrap();
        let user = config["users"][0]["user"]["client-certificate-data"].as_str().unwrap();
        assert!(BASE64_STANDARD.decode(user).unwrap().starts_with(b"-----BEGIN CERTIFICATE-----"));
        (config["clusters"][0]["cluster"]["server"].as_str().unwrap().to_owned(), answer["expiration"].clone())
    };
    let (public, long) = read("");
    let (private, short) = read("?PrivateIpAddress=true&TemporaryDurationMinutes=15");
    assert!(public.starts_with("https://203.0.113.") && private.starts_with("https://192.168."), "{public} {private}");
    assert!(short.as_str() < long.as_str(), "{short} {long}");
    let old =
        client.call("DescribeClusterV2UserKubeconfig", "GET", &format!("/api/v2/k8s/{id}/user_config"), Value::Null);
    assert!(old.ok()["config"].as_str().unwrap().contains(&id));
}

#[test]
fn encryption_and_autoscaling_have_calls_of_their_own() {
    let client = Client::start();
    let id = client.cluster();
    let encrypt = |body: Value| client.call("UpdateKMSEncryption", "PUT", &format!("/clusters/{id}/kms"), body);
    let capabilities = || {
        let text = client.describe(&id)["meta_data"].as_str().unwrap().to_owned();
        serde_json::from_str::<Value>(&text).unwrap()["Capabilities"].clone()
    };
    assert_eq!(encrypt(json!({})).code(), "400 InvalidParameter.KmsKeyId");
    encrypt(json!({"kms_key_id": "key-1"})).ok();
    client.pass(100);
    assert_eq!(
        capabilities(),
        json!({"DisableEncryption": false, "EncryptionKMSKeyId": "key-1", "NodeCIDRMask": "26"})
    );
    encrypt(json!({"disable_encryption": true})).ok();
    client.pass(100);
    assert_eq!(capabilities(), json!({"DisableEncryption": true, "NodeCIDRMask": "26"}));
    let config = json!({"cool_down_duration": "10", "expander": "least-waste"});
    let answer = client
        .call("CreateAutoscalingConfig", "POST", &format!("/cluster/{id}/autoscale/config/"), config.clone())
        .ok();
    client.pass(10);
    assert_eq!(client.task(&answer["task_id"])["state"], "success");
    assert_eq!(client.admin("GET", "/snapshot", Value::Null)["clusters"][0]["settings"]["autoscaling"], config);
    client.call("OpenAckService", "POST", "/service/open?type=propayasgo", Value::Null).ok();
}
