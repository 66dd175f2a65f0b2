use serde_json::{Value, json};
use similar_asserts::assert_eq;
use tf_provider::{OptionalComputed, Set};

use super::*;
use crate::node_pool::fields::{
    AutoRepairPolicy as RepairPolicy, DataDisk, Management as Managed, Runtime, Scaling, Spot, SystemDisk, Taint,
};
use crate::node_pool::samples::{answer_with, pool, whole};

fn scaling(min: i64, max: i64) -> Option<Scaling> {
    Some(Scaling { min, max, r#type: "cpu".to_owned() })
}

fn managed() -> Managed {
    Managed {
        auto_repair: true,
        auto_repair_policy: None,
        auto_upgrade: true,
        auto_upgrade_policy: None,
        auto_vul_fix: true,
        auto_vul_fix_policy: None,
        auto_fault_diagnosis: OptionalComputed::default(),
    }
}

fn map(key: &str, value: &str) -> Option<std::collections::BTreeMap<String, String>> {
    Some([(key.to_owned(), value.to_owned())].into())
}

fn created(pool: &NodePool) -> Value {
    whole(&create(pool))
}

/// The update that `change` makes of a pool that was as `before` left it.
fn updated(before: impl Fn(&mut NodePool), change: impl Fn(&mut NodePool)) -> Option<Value> {
    let mut old = pool();
    before(&mut old);
    let mut new = old.clone();
    change(&mut new);
    modify(&new, &old, &answer_with(&json!({})).pool).as_ref().map(whole)
}

fn nothing(_: &mut NodePool) {}

#[test]
fn a_small_pool_is_created_with_what_is_required() {
    let mut pool = pool();
    pool.desired_size.set(2);
    assert_eq!(
        created(&pool),
        json!({
            "nodepool_info": {"name": "workers"},
            "scaling_group": {
                "desired_size": 2,
                "instance_types": ["ecs.g7.xlarge", "ecs.g6.xlarge"],
                "vswitch_ids": ["vsw-b", "vsw-a"],
                "instance_charge_type": "PostPaid",
                "multi_az_policy": "PRIORITY",
                "scaling_policy": "release",
            },
            "kubernetes_config": {"cpu_policy": "none"},
        })
    );
}

/// The body of a pool in which everything is set.
const EVERYTHING: &str = r#"{
    "nodepool_info": {"name": "workers", "resource_group_id": "rg-1"},
    "scaling_group": {
        "desired_size": 3,
        "instance_types": ["ecs.g7.xlarge", "ecs.g6.xlarge"],
        "vswitch_ids": ["vsw-b", "vsw-a"],
        "instance_charge_type": "PrePaid", "period": 1, "period_unit": "Month",
        "auto_renew": true, "auto_renew_period": 2,
        "image_type": "AliyunLinux3", "image_id": "m-1", "login_password": "Hello1234",
        "login_as_non_root": true, "security_group_ids": ["sg-1", "sg-2"], "ram_role_name": "nodes",
        "system_disk_category": "cloud_essd", "system_disk_size": 120, "system_disk_performance_level": "PL1",
        "system_disk_encrypted": true, "system_disk_encrypt_algorithm": "aes-256",
        "system_disk_kms_key_id": "key-1", "system_disk_bursting_enabled": true,
        "system_disk_provisioned_iops": 100, "system_disk_snapshot_policy_id": "sp-1",
        "data_disks": [{
            "category": "cloud_auto", "size": 200, "encrypted": "true", "kms_key_id": "key-2",
            "disk_name": "data", "device": "/dev/xvdb", "snapshot_id": "s-1",
            "auto_snapshot_policy_id": "sp-2", "bursting_enabled": true, "provisioned_iops": 200
        }],
        "multi_az_policy": "COST_OPTIMIZED", "scaling_policy": "recycle", "deploymentset_id": "ds-1",
        "spot_strategy": "SpotWithPriceLimit",
        "spot_price_limit": [{"instance_type": "ecs.g7.xlarge", "price_limit": "0.39"}],
        "spot_instance_pools": 2, "spot_instance_remedy": true, "compensate_with_on_demand": true,
        "on_demand_base_capacity": 1, "on_demand_percentage_above_base_capacity": 50,
        "internet_charge_type": "PayByTraffic", "internet_max_bandwidth_out": 5,
        "rds_instances": ["rm-1"], "tags": [{"key": "cost", "value": "42"}]
    },
    "kubernetes_config": {
        "labels": [{"key": "team", "value": "web"}],
        "taints": [{"key": "gpu", "effect": "NoSchedule"}],
        "runtime": "containerd", "runtime_version": "1.6.28", "cpu_policy": "static", "cms_enabled": true,
        "node_name_mode": "customized,a,ip,b", "unschedulable": true,
        "pre_user_data": "ZWNobyBh", "user_data": "ZWNobyBi"
    },
    "management": {
        "enable": true, "auto_repair": true, "auto_upgrade": true, "auto_vul_fix": true,
        "auto_repair_policy": {
            "restart_node": true, "approval_required": false,
            "max_parallel_repairing_nodes": "1", "max_unhealthy_nodes_threshold": "100%"
        },
        "auto_upgrade_policy": {
            "auto_upgrade_kubelet": true, "auto_upgrade_runtime": true, "auto_upgrade_os": false
        },
        "auto_vul_fix_policy": {"restart_node": true, "vul_level": "asap", "exclude_packages": "kernel"}
    }
}"#;

#[test]
fn a_pool_with_everything_is_created_with_everything() {
    let mut pool = pool();
    pool.initial_size.set(3);
    pool.resource_group_id.set("rg-1".to_owned());
    pool.instance_charge_type = "PrePaid".to_owned();
    pool.period.set(1);
    pool.period_unit.set("Month".to_owned());
    pool.auto_renew = true;
    pool.auto_renew_period.set(2);
    pool.spot = Some(Spot {
        strategy: "SpotWithPriceLimit".to_owned(),
        price_limits: map("ecs.g7.xlarge", "0.39"),
        instance_pools: 2.into(),
        instance_remedy: true,
        compensate_with_on_demand: true,
        on_demand_base_capacity: 1.into(),
        on_demand_percentage_above_base_capacity: 50.into(),
    });
    pool.multi_az_policy = "COST_OPTIMIZED".to_owned();
    pool.scaling_policy = "recycle".to_owned();
    pool.deployment_set_id = Some("ds-1".to_owned());
    pool.system_disk.set(SystemDisk {
        category: "cloud_essd".to_owned().into(),
        categories: None,
        size: 120.into(),
        performance_level: "PL1".to_owned().into(),
        encrypted: true,
        encrypt_algorithm: "aes-256".to_owned().into(),
        kms_key_id: Some("key-1".to_owned()),
        bursting_enabled: true,
        provisioned_iops: Some(100),
        snapshot_policy_id: Some("sp-1".to_owned()),
    });
    pool.data_disks = Some(vec![DataDisk {
        category: "cloud_auto".to_owned().into(),
        size: 200.into(),
        performance_level: OptionalComputed::default(),
        encrypted: true,
        kms_key_id: Some("key-2".to_owned()),
        disk_name: "data".to_owned().into(),
        device: "/dev/xvdb".to_owned().into(),
        snapshot_id: Some("s-1".to_owned()),
        auto_snapshot_policy_id: Some("sp-2".to_owned()),
        bursting_enabled: true,
        provisioned_iops: Some(200),
    }]);
    pool.image_type.set("AliyunLinux3".to_owned());
    pool.image_id.set("m-1".to_owned());
    pool.runtime.set(Runtime { name: "containerd".to_owned(), version: "1.6.28".to_owned().into() });
    pool.password = Some("Hello1234".into());
    pool.login_as_non_root = true;
    pool.security_group_ids.set(["sg-2".to_owned(), "sg-1".to_owned()].into_iter().collect::<Set<_>>());
    pool.ram_role_name.set("nodes".to_owned());
    pool.internet_charge_type.set("PayByTraffic".to_owned());
    pool.internet_max_bandwidth_out.set(5);
    pool.rds_instances = Some(["rm-1".to_owned()].into_iter().collect());
    pool.labels = map("team", "web");
    pool.taints =
        Some([Taint { key: "gpu".to_owned(), value: None, effect: "NoSchedule".to_owned() }].into_iter().collect());
    pool.unschedulable = true;
    pool.cpu_policy = "static".to_owned();
    pool.node_name_mode.set("customized,a,ip,b".to_owned());
    pool.cms_enabled = true;
    pool.pre_user_data = Some("echo a".to_owned());
    pool.user_data = Some("echo b".to_owned());
    pool.management = Some(managed());
    pool.tags = map("cost", "42");
    let expected: Value = serde_json::from_str(EVERYTHING).unwrap();
    assert_eq!(created(&pool), expected);
}

#[test]
fn scaling_from_the_start_goes_without_a_size() {
    let mut pool = pool();
    pool.scaling = scaling(1, 5);
    let body = created(&pool);
    assert_eq!(body["auto_scaling"], json!({"enable": true, "min_instances": 1, "max_instances": 5, "type": "cpu"}));
    assert_eq!(body["scaling_group"].get("desired_size"), None);
    assert!(switch_scaling_on(&pool).is_none());
}

#[test]
fn a_first_size_comes_before_scaling() {
    let mut pool = pool();
    pool.scaling = scaling(1, 5);
    pool.initial_size.set(3);
    let body = created(&pool);
    assert_eq!(body["auto_scaling"], json!({"enable": false, "type": "cpu"}));
    assert_eq!(body["scaling_group"]["desired_size"], 3);
    assert_eq!(
        whole(&switch_scaling_on(&pool).unwrap()),
        json!({"auto_scaling": {"enable": true, "min_instances": 1, "max_instances": 5}})
    );
}

#[test]
fn an_update_of_nothing_sends_nothing() {
    assert_eq!(updated(nothing, nothing), None);
    // What only counts on create, and what the service decides, is no change.
    assert_eq!(updated(nothing, |pool| pool.initial_size.set(7)), None);
    assert_eq!(updated(|pool| pool.desired_size.set(2), |pool| pool.desired_size.set(None)), None);
    assert_eq!(updated(|pool| pool.image_id.set("m-1".to_owned()), |pool| pool.image_id.set(None)), None);
}

#[test]
fn an_update_sends_only_what_differs() {
    let name = updated(nothing, |pool| pool.name.set("other".to_owned()));
    assert_eq!(name, Some(json!({"nodepool_info": {"name": "other"}})));
    let types = updated(nothing, |pool| pool.instance_types = vec!["ecs.g8.xlarge".to_owned()]);
    assert_eq!(types, Some(json!({"scaling_group": {"instance_types": ["ecs.g8.xlarge"]}})));
    let size = updated(|pool| pool.desired_size.set(2), |pool| pool.desired_size.set(3));
    assert_eq!(size, Some(json!({"scaling_group": {"desired_size": 3}})));
    let script = updated(nothing, |pool| pool.user_data = Some("echo b".to_owned()));
    assert_eq!(script, Some(json!({"kubernetes_config": {"user_data": "ZWNobyBi"}})));
    let agent = updated(|pool| pool.cms_enabled = true, |pool| pool.cms_enabled = false);
    assert_eq!(agent, Some(json!({"kubernetes_config": {"cms_enabled": false}})));
}

#[test]
fn limits_and_size_move_together_when_scaling_is_switched() {
    let on = updated(
        |pool| pool.desired_size.set(2),
        |pool| {
            pool.scaling = scaling(1, 5);
            pool.desired_size.set(None);
        },
    );
    assert_eq!(on, Some(json!({"auto_scaling": {"enable": true, "min_instances": 1, "max_instances": 5}})));
    let limits = updated(|pool| pool.scaling = scaling(1, 5), |pool| pool.scaling = scaling(2, 5));
    assert_eq!(limits, Some(json!({"auto_scaling": {"enable": true, "min_instances": 2, "max_instances": 5}})));
    let off = updated(
        |pool| pool.scaling = scaling(1, 5),
        |pool| {
            pool.scaling = None;
            pool.desired_size.set(4);
        },
    );
    assert_eq!(off, Some(json!({"auto_scaling": {"enable": false}, "scaling_group": {"desired_size": 4}})));
}

#[test]
fn labels_and_taints_go_to_the_nodes_and_leave_the_services_own_alone() {
    let labels = updated(|pool| pool.labels = map("team", "web"), |pool| pool.labels = map("team", "api"));
    assert_eq!(
        labels,
        Some(json!({
            "kubernetes_config": {"labels": [
                {"key": "team", "value": "api"},
                {"key": "alibabacloud.com/nodepool-id", "value": "np1"},
            ]},
            "update_nodes": true,
        }))
    );
    let taint = Taint { key: "gpu".to_owned(), value: Some("a".to_owned()), effect: "NoExecute".to_owned() };
    let taints = updated(nothing, |pool| pool.taints = Some([taint.clone()].into_iter().collect()));
    assert_eq!(
        taints,
        Some(json!({
            "kubernetes_config": {"taints": [{"key": "gpu", "value": "a", "effect": "NoExecute"}]},
            "update_nodes": true,
        }))
    );
    let tags = updated(|pool| pool.tags = map("cost", "42"), |pool| pool.tags = None);
    assert_eq!(tags, Some(json!({"scaling_group": {"tags": [{"key": "ack.aliyun.com", "value": "c1"}]}})));
}

#[test]
fn what_is_no_longer_set_is_sent_empty() {
    let cleared = updated(
        |pool| {
            pool.key_pair = Some("ops".to_owned());
            pool.deployment_set_id = Some("ds-1".to_owned());
            pool.rds_instances = Some(["rm-1".to_owned()].into_iter().collect());
            pool.data_disks = Some(vec![DataDisk::default()]);
            pool.user_data = Some("echo b".to_owned());
            pool.pre_user_data = Some("echo a".to_owned());
        },
        |pool| {
            pool.key_pair = None;
            pool.deployment_set_id = None;
            pool.rds_instances = None;
            pool.data_disks = None;
            pool.user_data = None;
            pool.pre_user_data = None;
        },
    );
    assert_eq!(
        cleared,
        Some(json!({
            "scaling_group": {"key_pair": "", "deploymentset_id": "", "rds_instances": [], "data_disks": []},
            "kubernetes_config": {"user_data": "", "pre_user_data": ""},
        }))
    );
}

#[test]
fn spot_is_switched_off_by_its_own_word() {
    let spot = |price: &str| {
        Some(Spot {
            strategy: "SpotWithPriceLimit".to_owned(),
            price_limits: map("ecs.g7.xlarge", price),
            ..Spot::default()
        })
    };
    let off = updated(|pool| pool.spot = spot("0.4"), |pool| pool.spot = None);
    assert_eq!(off, Some(json!({"scaling_group": {"spot_strategy": "NoSpot", "spot_price_limit": []}})));
    // A limit is refused without its strategy.
    let price = updated(|pool| pool.spot = spot("0.4"), |pool| pool.spot = spot("0.5"));
    assert_eq!(
        price,
        Some(json!({"scaling_group": {
            "spot_strategy": "SpotWithPriceLimit",
            "spot_price_limit": [{"instance_type": "ecs.g7.xlarge", "price_limit": "0.5"}],
        }}))
    );
}

#[test]
fn management_goes_with_its_switch() {
    let off = updated(|pool| pool.management = Some(managed()), |pool| pool.management = None);
    assert_eq!(off, Some(json!({"management": {"enable": false}})));
    let upgrade = updated(
        |pool| pool.management = Some(managed()),
        |pool| pool.management = Some(Managed { auto_upgrade: false, ..managed() }),
    );
    assert_eq!(upgrade, Some(json!({"management": {"enable": true, "auto_upgrade": false}})));
    let careful = RepairPolicy {
        restart_node: false,
        max_parallel_repairing_nodes: "1".to_owned(),
        max_unhealthy_nodes_threshold: "100%".to_owned(),
        approval_required: false,
    };
    let policy = updated(
        |pool| pool.management = Some(Managed { auto_repair_policy: Some(careful.clone()), ..managed() }),
        |pool| pool.management = Some(managed()),
    );
    assert_eq!(
        policy,
        Some(json!({"management": {"enable": true, "auto_repair_policy": {
            "restart_node": true, "approval_required": false,
            "max_parallel_repairing_nodes": "1", "max_unhealthy_nodes_threshold": "100%",
        }}}))
    );
}

#[test]
fn a_password_is_sent_when_its_version_changes() {
    let with = |version: i64| {
        move |pool: &mut NodePool| {
            pool.password = Some("Hello1234".into());
            pool.password_version = Some(version);
        }
    };
    assert_eq!(updated(with(1), with(1)), None);
    assert_eq!(updated(with(1), with(2)), Some(json!({"scaling_group": {"login_password": "Hello1234"}})));
}
