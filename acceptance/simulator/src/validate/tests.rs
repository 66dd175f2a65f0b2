//! What is refused, by which name, and what is read into a request that is not written as documented.

use super::*;
use crate::operations::find;

fn check(action: &str, body_text: &str) -> Result<Value, ApiError> {
    body(find(action).unwrap(), body_text.as_bytes(), &Assumptions::default())
}

fn check_strictly(action: &str, body_text: &str) -> Result<Value, ApiError> {
    body(find(action).unwrap(), body_text.as_bytes(), &Assumptions::strict())
}

fn message(result: Result<Value, ApiError>) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.status, 400);
    format!("{} / {}", error.code, error.message)
}

#[test]
fn a_wrong_type_reads_like_the_service_says_it() {
    let text =
        r#"{"nodepool_info":{"name":"a"},"scaling_group":{"vswitch_ids":["v"],"data_disks":[{"encrypted":true}]}}"#;
    assert_eq!(
        message(check("CreateClusterNodePool", text)),
        "InvalidParameter.Format / Unmarshal type error: expected=string, got=bool, field=scaling_group.data_disks.encrypted"
    );
}

#[test]
fn an_unknown_field_is_named_with_its_nearest_neighbour() {
    let text = r#"{"name":"a","region_id":"r","vpc_id":"v"}"#;
    assert_eq!(
        message(check("CreateCluster", text)),
        "InvalidParameter.UnknownField / CreateCluster has no field vpc_id (nearest known: vpcid)"
    );
}

#[test]
fn values_ranges_and_required_fields_are_named() {
    assert_eq!(
        message(check("CreateCluster", r#"{"name":"a","region_id":"r","cluster_type":"Managed"}"#)),
        "InvalidParameter.ClusterType / cluster_type: \"Managed\" is none of Kubernetes, ManagedKubernetes, ExternalKubernetes"
    );
    assert_eq!(
        message(check("CreateCluster", r#"{"name":"a"}"#)),
        "InvalidParameter.RegionId / region_id: the field is required"
    );
    assert_eq!(
        message(check("CreateCluster", r#"{"name":"a","region_id":"r","maintenance_window":{"duration":"25h"}}"#)),
        "InvalidParameter.Duration / maintenance_window.duration: \"25h\" is not in the range 1 to 24"
    );
    assert_eq!(
        message(check(
            "CreateCluster",
            r#"{"name":"a","region_id":"r","maintenance_window":{"weekly_period":"Monday,Noday"}}"#
        )),
        "InvalidParameter.WeeklyPeriod / maintenance_window.weekly_period: \"Monday,Noday\" is none of Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday"
    );
    assert!(check("UpgradeClusterNodepool", r#"{"rolling_policy":{"batch_interval":0}}"#).is_ok());
}

#[test]
fn retired_fields_name_their_successor_where_they_are_refused() {
    assert_eq!(
        message(check_strictly("ModifyCluster", r#"{"instance_deletion_protection":true}"#)),
        "InvalidParameter.InstanceDeletionProtection / instance_deletion_protection: the field has had no effect since 2026-07-04"
    );
    assert_eq!(
        message(check_strictly("CreateCluster", r#"{"name":"a","region_id":"r","key_pair":"k"}"#)),
        "InvalidParameter.KeyPair / key_pair: the field is no longer accepted; use control_plane_config.key_pair or nodepools.scaling_group.key_pair"
    );
    let pods = r#"{"name":"a","region_id":"r","pod_vswitch_ids":["v"]}"#;
    assert!(check_strictly("CreateCluster", pods).is_ok());
    let platform = r#"{"nodepool_info":{"name":"a"},"scaling_group":{"vswitch_ids":["v"],"platform":"AliyunLinux3"}}"#;
    assert!(message(check_strictly("CreateClusterNodePool", platform)).contains("is none of CentOS"));

    assert!(check("ModifyCluster", r#"{"instance_deletion_protection":true}"#).is_ok());
    assert!(check("CreateClusterNodePool", platform).is_ok());
    let values =
        check("CreateCluster", r#"{"name":"a","region_id":"r","load_balancer_spec":"slb.s9","charge_type":1}"#);
    assert_eq!(values.unwrap(), serde_json::json!({"name": "a", "region_id": "r"}));
}

#[test]
fn names_of_fields_come_in_any_case() {
    let text = r#"{"region_id":"r","resource_ids":["c"],"resource_type":"CLUSTER","tags":[{"Key":"a","Value":"b"}]}"#;
    assert_eq!(check("TagResources", text).unwrap()["tags"], serde_json::json!([{"key": "a", "value": "b"}]));
    let refusal = message(check_strictly("TagResources", text));
    assert!(refusal.contains("TagResources has no field tags[0].Key (nearest known: key)"), "{refusal}");
    // Names that the caller makes up stay as they are.
    let text = r#"{"kubelet_config":{"featureGates":{"KubeletCgroupV2":true},"MAXPODS":9}}"#;
    assert_eq!(
        check("ModifyNodePoolNodeConfig", text).unwrap()["kubelet_config"],
        serde_json::json!({"featureGates": {"KubeletCgroupV2": true}, "maxPods": 9})
    );
}

#[test]
fn zeros_and_empty_words_stand_for_nothing() {
    let text = r#"{"nodepool_info":{"name":"a"},"scaling_group":{"vswitch_ids":["v"],"spot_strategy":"","spot_instance_pools":0,
        "system_disk_size":0,"internet_max_bandwidth_out":0,"desired_size":0,"data_disks":[{"size":0,"category":""}]}}"#;
    assert_eq!(
        check("CreateClusterNodePool", text).unwrap()["scaling_group"],
        serde_json::json!({"vswitch_ids": ["v"], "internet_max_bandwidth_out": 0, "desired_size": 0, "data_disks": [{}]})
    );
    assert!(message(check_strictly("CreateClusterNodePool", text)).contains("is not in the range"));
    assert!(check("ModifyCluster", r#"{"maintenance_window":{"weekly_period":""}}"#).is_ok());
    assert!(check("UpgradeClusterNodepool", r#"{"rolling_policy":{"pause_policy":"NoPause"}}"#).is_ok());
}

#[test]
fn null_means_absent() {
    let value =
        check("ModifyCluster", r#"{"cluster_name":"a","timezone":null,"maintenance_window":{"enable":null}}"#).unwrap();
    assert_eq!(value, serde_json::json!({"cluster_name": "a", "maintenance_window": {}}));
}

#[test]
fn queries_are_typed_by_name() {
    let operation = find("DeleteCluster").unwrap();
    let typed =
        query(operation, "retain_all_resources=True&retain_resources=%5B%22a%22%5D", &Assumptions::default()).unwrap();
    assert_eq!(Value::Object(typed), serde_json::json!({"retain_all_resources": true, "retain_resources": ["a"]}));
    let unset = query(operation, "retain_all_resources=", &Assumptions::default());
    assert_eq!(unset, Ok(Map::new()), "an empty text is no flag");
    assert!(query(operation, "retain_all_resources=", &Assumptions::strict()).is_err());
    let error = query(operation, "retain_all=true", &Assumptions::default()).unwrap_err();
    assert_eq!(error.message, "DeleteCluster has no query parameter retain_all (nearest known: retain_all_resources)");
    let error = query(operation, "retain_all_resources=yes", &Assumptions::default()).unwrap_err();
    assert_eq!(error.message, "Unmarshal type error: expected=bool, got=string \"yes\", field=retain_all_resources");
}
