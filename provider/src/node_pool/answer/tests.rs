use serde_json::json;
use tf_provider::{Model as _, Set};

use super::*;
use crate::node_pool::fields::{AutoUpgradePolicy, Scaling, Spot, Taint};
use crate::node_pool::samples::{answer, answer_with, pool, remote};

fn absorbed(mut pool: NodePool, changes: &serde_json::Value) -> NodePool {
    pool.absorb_remote(&answer_with(changes));
    pool
}

fn imported(changes: &serde_json::Value) -> NodePool {
    let blank = NodePool::from_members(std::collections::BTreeMap::new(), &tf_provider::Path::root()).unwrap();
    absorbed(blank, changes)
}

#[test]
fn what_the_service_adds_by_itself_does_not_show() {
    let pool = absorbed(pool(), &json!({}));
    assert_eq!(pool.instance_types, ["ecs.g7.xlarge", "ecs.g6.xlarge"], "the user's order stays");
    assert_eq!(pool.vswitch_ids, ["vsw-b", "vsw-a"]);
    assert_eq!((&pool.labels, &pool.taints, &pool.tags), (&None, &None, &None));
    assert_eq!((&pool.key_pair, &pool.deployment_set_id, &pool.rds_instances), (&None, &None, &None));
    assert_eq!((&pool.user_data, &pool.spot, &pool.management), (&None, &None, &None));
    assert!(pool.data_disks.is_none());
    // A subscription's fields mean nothing without one.
    assert_eq!((pool.period.get(), pool.auto_renew), (None, false));
    let disk = pool.system_disk.get().unwrap();
    assert_eq!((disk.size.get(), disk.performance_level.get(), disk.provisioned_iops), (Some(&120), None, None));
}

#[test]
fn nulls_everywhere_are_the_defaults() {
    let mut bare = answer();
    for block in ["scaling_group", "kubernetes_config"] {
        for value in bare[block].as_object_mut().unwrap().values_mut() {
            *value = serde_json::Value::Null;
        }
    }
    bare["auto_scaling"] = serde_json::Value::Null;
    bare["management"] = serde_json::Value::Null;
    let mut absorbed = pool();
    absorbed.absorb_remote(&remote(&bare));
    assert_eq!(absorbed.multi_az_policy, "PRIORITY");
    assert_eq!((absorbed.cms_enabled, absorbed.unschedulable, absorbed.login_as_non_root), (false, false, false));
    assert_eq!((&absorbed.scaling, absorbed.desired_size.get()), (&None, Some(&2)));
}

#[test]
fn an_import_fills_everything_and_leaves_nothing_to_change() {
    let pool = imported(&json!({
        "scaling_group": {"tags": [{"key": "ack.aliyun.com", "value": "c1"}, {"key": "cost", "value": "42"}]},
        "kubernetes_config": {
            "user_data": "ZWNobyBi",
            "labels": [{"key": "alibabacloud.com/nodepool-id", "value": "np1"}, {"key": "team", "value": "web"}],
            "taints": [{"key": "gpu", "value": "", "effect": "NoSchedule"}],
        },
        "management": {"enable": true, "auto_repair": true, "auto_repair_policy": {"restart_node": true}},
    }));
    assert_eq!((pool.region.get().unwrap().as_str(), pool.id.get().unwrap().as_str()), ("cn-hangzhou", "np1"));
    assert_eq!((pool.initial_size.get(), pool.current_size.get()), (Some(&2), Some(&2)));
    assert_eq!(pool.user_data.as_deref(), Some("echo b"));
    assert_eq!(pool.labels.as_ref().unwrap().keys().collect::<Vec<_>>(), ["team"]);
    assert_eq!(pool.tags.as_ref().unwrap().keys().collect::<Vec<_>>(), ["cost"]);
    let taint = Taint { key: "gpu".to_owned(), value: None, effect: "NoSchedule".to_owned() };
    assert_eq!(pool.taints, Some([taint].into_iter().collect::<Set<_>>()));
    assert!(pool.management.as_ref().is_some_and(|m| m.auto_repair_policy.is_none()), "default policies do not show");
}

#[test]
fn the_size_of_a_pool_that_scales_is_nobodys_wish() {
    let scales =
        json!({"auto_scaling": {"enable": true, "min_instances": 1, "max_instances": 9}, "status": {"total_nodes": 7}});
    let pool = absorbed(pool(), &scales);
    assert_eq!((pool.desired_size.get(), pool.current_size.get()), (None, Some(&7)));
    assert_eq!(pool.scaling, Some(Scaling { min: 1, max: 9, r#type: "cpu".to_owned() }));
}

#[test]
fn the_first_size_stays_what_it_was() {
    let mut before = pool();
    before.initial_size.set(5);
    assert_eq!(absorbed(before, &json!({})).initial_size.get(), Some(&5));
}

#[test]
fn drift_shows() {
    let pool = absorbed(
        pool(),
        &json!({
            "scaling_group": {"key_pair": "other", "vswitch_ids": ["vsw-c"]},
            "kubernetes_config": {"cpu_policy": "static", "labels": [{"key": "hand", "value": "made"}]},
        }),
    );
    assert_eq!((pool.cpu_policy.as_str(), pool.key_pair.as_deref()), ("static", Some("other")));
    assert_eq!(pool.vswitch_ids, ["vsw-c"]);
    assert_eq!(pool.labels.unwrap().keys().collect::<Vec<_>>(), ["hand"]);
}

#[test]
fn data_disks_are_read_with_the_services_text_for_a_flag() {
    let pool = imported(&json!({"scaling_group": {"data_disks": [
        {"category": "cloud_essd", "size": "200", "encrypted": "true", "performance_level": ""},
        {"category": "cloud_efficiency", "size": 100, "encrypted": "false", "provisioned_iops": 0},
    ]}}));
    let disks = pool.data_disks.unwrap();
    assert_eq!((disks[0].encrypted, disks[0].size.get()), (true, Some(&200)));
    assert_eq!((disks[1].encrypted, disks[1].provisioned_iops), (false, None));
}

#[test]
fn a_price_keeps_the_users_spelling() {
    let mut before = pool();
    before.spot = Some(Spot {
        strategy: "SpotWithPriceLimit".to_owned(),
        price_limits: Some([("ecs.g7.xlarge".to_owned(), "0.50".to_owned())].into()),
        ..Spot::default()
    });
    let answer = |price: &str| {
        json!({"scaling_group": {
            "spot_strategy": "SpotWithPriceLimit",
            "spot_price_limit": [{"instance_type": "ecs.g7.xlarge", "price_limit": price}],
        }})
    };
    let prices = |pool: NodePool| pool.spot.unwrap().price_limits.unwrap()["ecs.g7.xlarge"].clone();
    assert_eq!(prices(absorbed(before.clone(), &answer("0.5"))), "0.50");
    assert_eq!(prices(absorbed(before, &answer("0.6"))), "0.6");
}

#[test]
fn a_policy_that_is_not_reported_is_what_was_asked_for() {
    let mut before = pool();
    before.management = imported(&json!({"management": {"enable": true}})).management;
    let policy = AutoUpgradePolicy { auto_upgrade_kubelet: true, auto_upgrade_runtime: true, auto_upgrade_os: true };
    before.management.as_mut().unwrap().auto_upgrade_policy = Some(policy.clone());
    let after = absorbed(
        before,
        &json!({"management": {"enable": true, "auto_upgrade_policy": {"auto_upgrade_kubelet": true}}}),
    );
    assert_eq!(after.management.unwrap().auto_upgrade_policy, Some(policy));
}
