//! UpgradeCluster and MigrateCluster.

use serde_json::json;

use super::kind::key;
use crate::call::{Answer, Call};
use crate::clusters::operate;
use crate::error::ApiError;
use crate::machine::Work;
use crate::store::{Change, World};
use crate::{duration, version};

/// UpgradeCluster: the control plane, one published minor at a time; nodes follow by UpgradeClusterNodepool.
pub(super) fn upgrade(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.cluster_id();
    let cluster = world.cluster(&cluster_id)?;
    let next = call.body["next_version"].as_str().or(call.body["version"].as_str()).unwrap_or_default().to_owned();
    let current = cluster.text("current_version");
    version::check_upgrade(current, &next)?;
    if world.assumptions.upgrade_needs_matching_nodes {
        check_nodes(world, &cluster_id, current)?;
    }
    let following = version::upgradable(&next).first().copied().unwrap_or_default();
    let work = Work {
        parameters: call.body.clone(),
        success: vec![Change::Merge(key(&cluster_id), json!({"current_version": next, "next_version": following}))],
        controllable: true,
        ..Work::on_cluster(
            "cluster_upgrade",
            &cluster_id,
            vec![("PreCheck", 60.0), ("UpgradeControlPlane", duration::CLUSTER_UPGRADE - 60.0)],
        )
    };
    operate(world, work, "upgrading")
}

/// Refuses to go on while nodes are a minor version behind the control plane.
fn check_nodes(world: &World, cluster_id: &str, current: &str) -> Result<(), ApiError> {
    for pool in world.objects.within(cluster_id, "nodepool") {
        let present = pool.hidden["kubernetes_version"].as_str().unwrap_or_default();
        let has_nodes = pool.hidden["nodes"].as_array().is_some_and(|nodes| !nodes.is_empty());
        if has_nodes && version::minor(present) < version::minor(current) {
            let text = format!(
                "node pool {} is at {present}: its nodes have to reach {current} before the control plane moves on",
                pool.id()
            );
            return Err(ApiError::invalid("next_version", text));
        }
    }
    Ok(())
}

/// MigrateCluster: Basic to Pro.
pub(super) fn migrate(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.cluster_id();
    let spec = world.cluster(&cluster_id)?.text("cluster_spec");
    if spec != "ack.standard" {
        let text = format!("the cluster is {spec} already, only Basic clusters migrate");
        return Err(ApiError::invalid("cluster_id", text));
    }
    let success = vec![Change::Merge(key(&cluster_id), json!({"cluster_spec": "ack.pro.small"}))];
    let stages = vec![("MigrateControlPlane", duration::CLUSTER_MIGRATE)];
    operate(world, Work { success, ..Work::on_cluster("cluster_migrate", &cluster_id, stages) }, "updating")
}
