//! Node pools for the tests.

use std::collections::BTreeMap;

use secrecy::ExposeSecret as _;
use serde_json::json;
use tf_provider::document::Body;
use tf_provider::{Model as _, Path};

use super::life::Remote;
use super::resource::NodePool;

/// A pool of which only what is required is set.
pub(super) fn pool() -> NodePool {
    let mut pool = NodePool::from_members(BTreeMap::new(), &Path::root()).unwrap();
    pool.region.set("cn-hangzhou".to_owned());
    pool.cluster_id = "c1".to_owned();
    pool.name.set("workers".to_owned());
    pool.instance_types = vec!["ecs.g7.xlarge".to_owned(), "ecs.g6.xlarge".to_owned()];
    pool.vswitch_ids = vec!["vsw-b".to_owned(), "vsw-a".to_owned()];
    pool.instance_charge_type = "PostPaid".to_owned();
    pool.multi_az_policy = "PRIORITY".to_owned();
    pool.scaling_policy = "release".to_owned();
    pool.cpu_policy = "none".to_owned();
    pool
}

/// What the service answers for [`pool`] with two nodes: its defaults and its own labels and tags are in it.
pub(super) fn answer() -> serde_json::Value {
    json!({
        "nodepool_info": {"nodepool_id": "np1", "name": "workers", "type": "ess", "region_id": "cn-hangzhou", "resource_group_id": "rg-1"},
        "status": {"state": "active", "total_nodes": 2, "conditions": null},
        "scaling_group": {
            "desired_size": 2, "scaling_group_id": "asg-1", "ram_role_name": "KubernetesWorkerRole-1",
            "instance_types": ["ecs.g6.xlarge", "ecs.g7.xlarge"], "vswitch_ids": ["vsw-a", "vsw-b"],
            "instance_charge_type": "PostPaid", "period": 1, "period_unit": "Month", "auto_renew": true, "auto_renew_period": 1,
            "image_type": "AliyunLinux3", "image_id": "aliyun_3.vhd", "key_pair": "", "login_password": "******",
            "security_group_ids": ["sg-1"], "security_group_id": "sg-1",
            "system_disk_category": "cloud_efficiency", "system_disk_size": 120, "system_disk_performance_level": "",
            "system_disk_provisioned_iops": 0, "data_disks": null,
            "multi_az_policy": "PRIORITY", "scaling_policy": "release",
            "spot_strategy": "NoSpot", "spot_price_limit": [], "deploymentset_id": "", "rds_instances": [],
            "tags": [{"key": "ack.aliyun.com", "value": "c1"}]
        },
        "auto_scaling": {"enable": false, "type": "cpu", "min_instances": 0, "max_instances": 0},
        "kubernetes_config": {
            "labels": [{"key": "alibabacloud.com/nodepool-id", "value": "np1"}], "taints": [],
            "runtime": "containerd", "runtime_version": "1.6.28", "cpu_policy": "none", "cms_enabled": false,
            "unschedulable": false, "user_data": "", "node_name_mode": ""
        },
        "management": {"enable": false}
    })
}

/// The same answer with changes: objects merge, everything else replaces.
pub(super) fn answer_with(changes: &serde_json::Value) -> Remote {
    let mut answer = answer();
    merge(&mut answer, changes);
    remote(&answer)
}

/// An answer, read in the provider's region without default tags.
pub(super) fn remote(answer: &serde_json::Value) -> Remote {
    Remote { pool: answer.clone(), region: "cn-hangzhou".to_owned(), default_tags: BTreeMap::new() }
}

/// Objects merge, everything else replaces.
pub(super) fn merge(into: &mut serde_json::Value, changes: &serde_json::Value) {
    match (into, changes) {
        (serde_json::Value::Object(into), serde_json::Value::Object(changes)) => {
            for (name, change) in changes {
                merge(into.entry(name).or_insert(serde_json::Value::Null), change);
            }
        }
        (into, change) => *into = change.clone(),
    }
}

/// A body with its secrets, as it goes to the wire.
pub(super) fn whole(body: &Body) -> serde_json::Value {
    let mut whole = body.clone();
    body.secrets.iter().for_each(|(place, secret)| whole.put(place, secret.expose_secret()));
    whole.json
}
