//! R05: what becomes of each optional attribute that the user takes back.
//!
//! Each row has a configuration with the attribute and one in which it is taken back: left out, or with the value that
//! clears it. What the service is sent then is the whole request, and a service that does as it is told answers what
//! was planned.

use serde_json::{Value as Json, json};
use similar_asserts::assert_eq;
use tf_provider::Path;
use tf_provider::lifecycle::{Driver, DynResource as _};
use tf_provider::schema::{Attribute, Kind};
use tf_provider::value::{Type, Value};

use super::NodePool;
use super::journey::{Pool, config};
use super::samples::merge;
use crate::attributes;

struct Row {
    attribute: &'static str,
    before: Json,
    after: Json,
    outcome: Outcome,
}

#[derive(PartialEq)]
enum Outcome {
    /// ModifyClusterNodePool with this body.
    Sent(Json),
    /// The plan is empty, for a reason: there is no such thing as a pool without a value.
    Kept(&'static str),
    /// The plan is a new pool.
    Replaced,
    /// The plan is an error with this summary.
    Refused(&'static str),
    /// The configuration is wrong already.
    Invalid(&'static str),
}

fn sent(attribute: &'static str, before: Json, after: Json, body: Json) -> Row {
    Row { attribute, before, after, outcome: Outcome::Sent(body) }
}

fn kept(attribute: &'static str, before: Json, after: Json, because: &'static str) -> Row {
    Row { attribute, before, after, outcome: Outcome::Kept(because) }
}

fn replaced(attribute: &'static str, before: Json, after: Json) -> Row {
    Row { attribute, before, after, outcome: Outcome::Replaced }
}

fn group(fields: Json) -> Json {
    json!({"scaling_group": fields})
}

fn rows() -> Vec<Row> {
    let rows = [sizes(), payment(), system_disk(), data_disks(), instances(), kubernetes(), management()];
    rows.into_iter().flatten().collect()
}

fn sizes() -> Vec<Row> {
    let scaling = |kind: &str| json!({"scaling": {"min": 1, "max": 5, "type": kind}});
    vec![
        kept("region", json!({"region": "cn-beijing"}), json!({}), "a pool is in a region"),
        sent("desired_size", json!({"desired_size": 3}), json!({"desired_size": 0}), group(json!({"desired_size": 0}))),
        sent(
            "scaling",
            scaling("cpu"),
            json!({}),
            json!({"auto_scaling": {"enable": false}, "scaling_group": {"desired_size": 2}}),
        ),
        Row {
            attribute: "name",
            before: json!({}),
            after: json!({"name": null}),
            outcome: Outcome::Invalid("`name` must have a value"),
        },
        sent(
            "name_prefix",
            json!({"name": null, "name_prefix": "w-"}),
            json!({}),
            json!({"nodepool_info": {"name": "workers"}}),
        ),
        replaced("scaling.type", scaling("gpu"), json!({"scaling": {"min": 1, "max": 5}})),
        sent("skip_destroy", json!({"skip_destroy": true}), json!({}), json!({})),
        kept("initial_size", json!({"initial_size": 3}), json!({}), "it counts only when the pool is created"),
    ]
}

fn payment() -> Vec<Row> {
    let subscription = json!({
        "instance_charge_type": "PrePaid", "period": 1, "period_unit": "Month", "auto_renew_period": 2
    });
    let ends = |attribute| {
        let paid = group(json!({"instance_charge_type": "PostPaid"}));
        sent(attribute, subscription.clone(), json!({}), paid)
    };
    let renewing = json!({"instance_charge_type": "PrePaid", "period": 1, "auto_renew": true});
    let ending = json!({"instance_charge_type": "PrePaid", "period": 1});
    let spot = |options: Json| {
        let mut spot = json!({"strategy": "SpotAsPriceGo"});
        merge(&mut spot, &options);
        json!({"spot": spot, "multi_az_policy": "COST_OPTIMIZED"})
    };
    let limits = json!({"spot": {"strategy": "SpotWithPriceLimit", "price_limits": {"ecs.g7.xlarge": "0.4"}}});
    vec![
        ends("instance_charge_type"),
        ends("period"),
        ends("period_unit"),
        ends("auto_renew_period"),
        sent("auto_renew", renewing, ending, group(json!({"auto_renew": false}))),
        sent(
            "spot",
            spot(json!({})),
            json!({"multi_az_policy": "COST_OPTIMIZED"}),
            group(json!({"spot_strategy": "NoSpot"})),
        ),
        sent(
            "spot.price_limits",
            limits,
            json!({"spot": {"strategy": "SpotAsPriceGo"}}),
            group(json!({"spot_strategy": "SpotAsPriceGo", "spot_price_limit": []})),
        ),
        kept("spot.instance_pools", spot(json!({"instance_pools": 2})), spot(json!({})), "there is at least one"),
        sent(
            "spot.instance_remedy",
            spot(json!({"instance_remedy": true})),
            spot(json!({})),
            group(json!({"spot_instance_remedy": false})),
        ),
        sent(
            "spot.compensate_with_on_demand",
            spot(json!({"compensate_with_on_demand": true})),
            spot(json!({})),
            group(json!({"compensate_with_on_demand": false})),
        ),
        sent(
            "spot.on_demand_base_capacity",
            spot(json!({"on_demand_base_capacity": 1})),
            spot(json!({"on_demand_base_capacity": 0})),
            group(json!({"on_demand_base_capacity": 0})),
        ),
        sent(
            "spot.on_demand_percentage_above_base_capacity",
            spot(json!({"on_demand_percentage_above_base_capacity": 20})),
            spot(json!({"on_demand_percentage_above_base_capacity": 0})),
            group(json!({"on_demand_percentage_above_base_capacity": 0})),
        ),
        sent(
            "multi_az_policy",
            json!({"multi_az_policy": "BALANCE"}),
            json!({}),
            group(json!({"multi_az_policy": "PRIORITY"})),
        ),
        sent(
            "scaling_policy",
            json!({"scaling_policy": "recycle"}),
            json!({}),
            group(json!({"scaling_policy": "release"})),
        ),
        sent(
            "deployment_set_id",
            json!({"deployment_set_id": "ds-1"}),
            json!({}),
            group(json!({"deploymentset_id": ""})),
        ),
    ]
}

fn system_disk() -> Vec<Row> {
    let disk = |options: Json| json!({"system_disk": options});
    let auto = |options: Json| {
        let mut auto = json!({"category": "cloud_auto"});
        merge(&mut auto, &options);
        disk(auto)
    };
    vec![
        kept("system_disk", disk(json!({"size": 60})), json!({}), "a node has a system disk"),
        kept("system_disk.category", auto(json!({})), disk(json!({})), "a disk has a category"),
        sent(
            "system_disk.categories",
            disk(json!({"categories": ["cloud_auto", "cloud_essd"]})),
            disk(json!({})),
            group(json!({"system_disk_categories": []})),
        ),
        kept("system_disk.size", disk(json!({"size": 60})), disk(json!({})), "a disk has a size"),
        kept(
            "system_disk.performance_level",
            disk(json!({"category": "cloud_essd", "performance_level": "PL1"})),
            disk(json!({"category": "cloud_essd"})),
            "a disk of this category has a level; others have none",
        ),
        sent(
            "system_disk.encrypted",
            disk(json!({"encrypted": true})),
            disk(json!({})),
            group(json!({"system_disk_encrypted": false})),
        ),
        kept(
            "system_disk.encrypt_algorithm",
            disk(json!({"encrypted": true, "encrypt_algorithm": "aes-256"})),
            disk(json!({"encrypted": true})),
            "an encrypted disk has an algorithm; `encrypted = false` ends the encryption",
        ),
        sent(
            "system_disk.kms_key_id",
            disk(json!({"encrypted": true, "kms_key_id": "key-1"})),
            disk(json!({"encrypted": true})),
            group(json!({"system_disk_kms_key_id": ""})),
        ),
        sent(
            "system_disk.bursting_enabled",
            auto(json!({"bursting_enabled": true})),
            auto(json!({})),
            group(json!({"system_disk_bursting_enabled": false})),
        ),
        sent(
            "system_disk.provisioned_iops",
            auto(json!({"provisioned_iops": 2000})),
            auto(json!({})),
            group(json!({"system_disk_provisioned_iops": 0})),
        ),
        sent(
            "system_disk.snapshot_policy_id",
            disk(json!({"snapshot_policy_id": "sp-1"})),
            disk(json!({})),
            group(json!({"system_disk_snapshot_policy_id": ""})),
        ),
    ]
}

/// The list of data disks is replaced as a whole.
fn data_disks() -> Vec<Row> {
    let disks = |disk: Json| json!({"data_disks": [disk]});
    let auto = |options: Json| {
        let mut auto = json!({"category": "cloud_auto", "size": 100});
        merge(&mut auto, &options);
        disks(auto)
    };
    let plain = || group(auto(json!({})));
    let cleared = |attribute, options: Json| sent(attribute, auto(options), auto(json!({})), plain());
    vec![
        sent("data_disks", auto(json!({})), json!({}), group(json!({"data_disks": []}))),
        kept("data_disks.category", auto(json!({})), disks(json!({"size": 100})), "a disk has a category"),
        kept("data_disks.size", auto(json!({})), disks(json!({"category": "cloud_auto"})), "a disk has a size"),
        kept(
            "data_disks.performance_level",
            disks(json!({"category": "cloud_essd", "size": 100, "performance_level": "PL1"})),
            disks(json!({"category": "cloud_essd", "size": 100})),
            "a disk of this category has a level; others have none",
        ),
        cleared("data_disks.encrypted", json!({"encrypted": true})),
        sent(
            "data_disks.kms_key_id",
            auto(json!({"encrypted": true, "kms_key_id": "key-1"})),
            auto(json!({"encrypted": true})),
            group(auto(json!({"encrypted": "true"}))),
        ),
        sent("data_disks.disk_name", auto(json!({"disk_name": "images"})), auto(json!({"disk_name": ""})), plain()),
        kept("data_disks.device", auto(json!({"device": "/dev/xvdb"})), auto(json!({})), "a disk is a device"),
        cleared("data_disks.snapshot_id", json!({"snapshot_id": "s-1"})),
        cleared("data_disks.auto_snapshot_policy_id", json!({"auto_snapshot_policy_id": "sp-1"})),
        cleared("data_disks.bursting_enabled", json!({"bursting_enabled": true})),
        cleared("data_disks.provisioned_iops", json!({"provisioned_iops": 2000})),
    ]
}

fn instances() -> Vec<Row> {
    let password = || json!({"password": "Hello1234", "password_version": 1});
    let public = |charge: Json| json!({"internet_max_bandwidth_out": 5, "internet_charge_type": charge});
    vec![
        kept("image_type", json!({"image_type": "ContainerOS"}), json!({}), "a node has an operating system"),
        Row {
            attribute: "image_id",
            before: json!({"image_id": "m-1"}),
            after: json!({"image_type": "ContainerOS"}),
            outcome: Outcome::Refused("`image_id` cannot be removed"),
        },
        kept("runtime", json!({"runtime": {"name": "containerd"}}), json!({}), "a node has a container runtime"),
        kept(
            "runtime.version",
            json!({"runtime": {"name": "containerd", "version": "1.6.20"}}),
            json!({"runtime": {"name": "containerd"}}),
            "a runtime has a version",
        ),
        sent("key_pair", json!({"key_pair": "ops"}), json!({}), group(json!({"key_pair": ""}))),
        sent("password", password(), json!({}), group(json!({"login_password": ""}))),
        sent("password_version", password(), json!({}), group(json!({"login_password": ""}))),
        replaced("login_as_non_root", json!({"login_as_non_root": true}), json!({})),
        kept(
            "security_group_ids",
            json!({"security_group_ids": ["sg-2"]}),
            json!({}),
            "a node has a security group; that of the cluster can be named",
        ),
        kept("ram_role_name", json!({"ram_role_name": "nodes"}), json!({}), "a node has a role"),
        kept(
            "internet_charge_type",
            public(json!("PayByTraffic")),
            public(Json::Null),
            "public addresses are paid for in one way or the other; without bandwidth there are none",
        ),
        sent(
            "internet_max_bandwidth_out",
            public(json!("PayByTraffic")),
            json!({"internet_max_bandwidth_out": 0}),
            group(json!({"internet_max_bandwidth_out": 0})),
        ),
        sent("rds_instances", json!({"rds_instances": ["rm-1"]}), json!({}), group(json!({"rds_instances": []}))),
        kept("resource_group_id", json!({"resource_group_id": "rg-2"}), json!({}), "a pool is in a resource group"),
        sent("tags", json!({"tags": {"stage": "test"}}), json!({}), group(json!({"tags": []}))),
    ]
}

fn kubernetes() -> Vec<Row> {
    let config = |fields: Json| json!({"kubernetes_config": fields});
    let on_nodes = |fields: Json| json!({"kubernetes_config": fields, "update_nodes": true});
    let taint = |value: Json| json!({"taints": [{"key": "batch", "value": value, "effect": "NoSchedule"}]});
    vec![
        sent("labels", json!({"labels": {"team": "web"}}), json!({}), on_nodes(json!({"labels": []}))),
        sent("taints", taint(json!("true")), json!({}), on_nodes(json!({"taints": []}))),
        sent(
            "taints.value",
            taint(json!("true")),
            taint(Json::Null),
            on_nodes(json!({"taints": [{"key": "batch", "effect": "NoSchedule"}]})),
        ),
        sent("unschedulable", json!({"unschedulable": true}), json!({}), config(json!({"unschedulable": false}))),
        sent("cpu_policy", json!({"cpu_policy": "static"}), json!({}), config(json!({"cpu_policy": "none"}))),
        sent(
            "node_name_mode",
            json!({"node_name_mode": "customized,a,ip,b"}),
            json!({"node_name_mode": ""}),
            config(json!({"node_name_mode": ""})),
        ),
        sent("cms_enabled", json!({"cms_enabled": true}), json!({}), config(json!({"cms_enabled": false}))),
        sent("pre_user_data", json!({"pre_user_data": "echo a"}), json!({}), config(json!({"pre_user_data": ""}))),
        sent("user_data", json!({"user_data": "echo b"}), json!({}), config(json!({"user_data": ""}))),
    ]
}

fn management() -> Vec<Row> {
    let managed = |options: Json| json!({"management": options});
    let on = |options: Json| {
        let mut on = json!({"enable": true});
        merge(&mut on, &options);
        managed(on)
    };
    let default = |attribute, name: &str, value: bool| {
        sent(attribute, managed(json!({name: !value})), managed(json!({})), on(json!({name: value})))
    };
    let repair = json!({"auto_repair_policy": {
        "restart_node": true, "approval_required": false,
        "max_parallel_repairing_nodes": "1", "max_unhealthy_nodes_threshold": "100%",
    }});
    let upgrade = json!({"auto_upgrade_policy": {
        "auto_upgrade_kubelet": true, "auto_upgrade_runtime": true, "auto_upgrade_os": false,
    }});
    let vul_fix = json!({"auto_vul_fix_policy": {
        "restart_node": true, "vul_level": "asap", "exclude_packages": "kernel",
    }});
    let policy = |attribute: &'static str, value: Json, whole: &Json| {
        let (policy, member) = attribute.trim_start_matches("management.").split_once('.').unwrap();
        let before = managed(json!({policy: {member: value}}));
        sent(attribute, before, managed(json!({policy: {}})), on(whole.clone()))
    };
    let mut rows = vec![
        sent("management", managed(json!({})), json!({}), json!({"management": {"enable": false}})),
        default("management.auto_repair", "auto_repair", true),
        default("management.auto_upgrade", "auto_upgrade", true),
        default("management.auto_vul_fix", "auto_vul_fix", true),
        sent(
            "management.auto_fault_diagnosis",
            managed(json!({"auto_fault_diagnosis": true})),
            managed(json!({"auto_fault_diagnosis": false})),
            on(json!({"auto_fault_diagnosis": false})),
        ),
        policy("management.auto_repair_policy.restart_node", json!(false), &repair),
        policy("management.auto_repair_policy.approval_required", json!(true), &repair),
        policy("management.auto_repair_policy.max_parallel_repairing_nodes", json!("10%"), &repair),
        policy("management.auto_repair_policy.max_unhealthy_nodes_threshold", json!("50%"), &repair),
        policy("management.auto_upgrade_policy.auto_upgrade_kubelet", json!(false), &upgrade),
        policy("management.auto_upgrade_policy.auto_upgrade_runtime", json!(false), &upgrade),
        policy("management.auto_upgrade_policy.auto_upgrade_os", json!(true), &upgrade),
        policy("management.auto_vul_fix_policy.restart_node", json!(false), &vul_fix),
        policy("management.auto_vul_fix_policy.vul_level", json!("asap,later"), &vul_fix),
        policy("management.auto_vul_fix_policy.exclude_packages", json!(""), &vul_fix),
    ];
    for (attribute, changed, whole) in [
        ("management.auto_repair_policy", json!({"auto_repair_policy": {"restart_node": false}}), repair),
        ("management.auto_upgrade_policy", json!({"auto_upgrade_policy": {"auto_upgrade_os": true}}), upgrade),
        ("management.auto_vul_fix_policy", json!({"auto_vul_fix_policy": {"restart_node": false}}), vul_fix),
    ] {
        rows.push(sent(attribute, managed(changed), managed(json!({})), on(whole)));
    }
    rows
}

#[test]
fn every_optional_attribute_can_be_taken_back_or_says_why_not() {
    let mut rows: Vec<_> = rows().iter().map(|row| row.attribute).collect();
    rows.sort_unstable();
    assert_eq!(rows, attributes::names(&Driver::<NodePool>::new().schema().attributes, attributes::is_optional));
}

#[tokio::test]
async fn what_is_taken_back_reaches_the_service_and_is_read_as_it_was_planned() {
    for Row { attribute, before, after, outcome } in rows() {
        let pool = Pool::created(&before).await;
        match outcome {
            Outcome::Replaced => {
                let paths: Vec<String> = pool.plan(&after).await.replace.iter().map(Path::to_string).collect();
                assert_eq!(paths, [attribute], "{attribute}");
            }
            Outcome::Refused(summary) => {
                let plan = pool.plan(&after).await;
                let told: Vec<&str> = plan.diagnostics.iter().map(|d| d.summary.as_str()).collect();
                assert_eq!(told, [summary], "{attribute}");
            }
            Outcome::Invalid(summary) => {
                let found = Driver::<NodePool>::new().validate(&config(&after), true);
                let told: Vec<&str> = found.iter().map(|d| d.summary.as_str()).collect();
                assert_eq!(told, [summary], "{attribute}");
            }
            Outcome::Sent(body) => {
                let change = pool.change(&after).await;
                assert_eq!(change.body.clone().unwrap_or_else(|| json!({})), body, "{attribute}");
                let mut answer = pool.answer.clone();
                merge(&mut answer, &body);
                assert_eq!(change.violations(&answer), [""; 0], "{attribute} is read otherwise");
            }
            Outcome::Kept(because) => {
                let change = pool.change(&after).await;
                assert_eq!(change.body, None, "{attribute}: {because}");
                assert_eq!(change.planned, pool.state, "{attribute}: {because}");
            }
        }
    }
}

/// The service tells no image that it chose from one of the user's; only the latter cannot be taken back.
#[tokio::test]
async fn an_image_that_the_service_chose_is_no_image_of_the_users() {
    let pool = Pool::created(&json!({"image_type": "AliyunLinux3"})).await;
    let change = pool.change(&json!({"image_type": "ContainerOS"})).await;
    assert_eq!(change.body, Some(group(json!({"image_type": "ContainerOS"}))));
}

/// A renewal that stays switched on would count again with the next subscription.
#[tokio::test]
async fn the_end_of_a_subscription_ends_its_renewal() {
    let pool = Pool::created(&json!({"instance_charge_type": "PrePaid", "period": 1, "auto_renew": true})).await;
    let ended = json!({"instance_charge_type": "PostPaid", "auto_renew": false});
    assert_eq!(pool.change(&json!({})).await.body, Some(group(ended)));
}

/// Texts for which an empty one is something that can be had.
const MAY_BE_EMPTY: &[&str] = &[
    "data_disks.disk_name",
    "management.auto_vul_fix_policy.exclude_packages",
    "node_name_mode",
    "pre_user_data",
    "taints.value",
    "user_data",
];

/// An empty text that means nothing would be read as null, against the plan: it is refused instead.
#[test]
fn an_empty_text_is_refused_where_it_means_nothing() {
    let mut taken = Vec::new();
    attributes::configurable(&Driver::<NodePool>::new().schema().attributes, &mut |name, a: &Attribute| {
        let is_text = matches!(a.kind, Kind::Value(Type::String));
        if is_text && attributes::is_optional(a) && a.checks.iter().all(|check| check.apply(&Value::from("")).is_ok()) {
            taken.push(name.to_owned());
        }
    });
    taken.sort();
    assert_eq!(taken, MAY_BE_EMPTY);
}
