//! The row of node pools, what of one follows from its nodes, and when it bears an operation.

use serde_json::{Value, json};

use crate::assumptions::Assumptions;
use crate::clusters::{check_exclusive, wrong_state};
use crate::error::ApiError;
use crate::machine::Work;
use crate::objects::{Key, Kind, Object, Objects};
use crate::store::World;

pub(super) static KIND: Kind = Kind {
    name: "nodepool",
    parameter: "nodepool_id",
    one: "node_pool_id",
    all: "node_pools",
    create: "CreateClusterNodePool",
    read: "DescribeClusterNodePoolDetail",
    id: "nodepool_info.nodepool_id",
    state: "status.state",
    updated: "nodepool_info.updated",
    not_found: ApiError::node_pool_not_found,
    answer,
    arrange,
    ..Kind::PLAIN
};

pub(super) fn key(cluster_id: &str, node_pool_id: &str) -> Key {
    Key::new(&KIND, cluster_id, node_pool_id)
}

pub(super) fn name(pool: &Object) -> &str {
    pool.text("nodepool_info.name")
}

/// The items of DescribeClusterNodes, oldest first.
pub(super) fn nodes(pool: &Object) -> &[Value] {
    pool.hidden["nodes"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// What its nodes run; no read of the API shows it.
pub(super) fn version(pool: &Object) -> &str {
    pool.hidden["kubernetes_version"].as_str().unwrap_or_default()
}

/// The detail answer: its counters follow from the nodes.
fn answer(_: &Objects, pool: &Object) -> Value {
    let count = |field: &str| pool.hidden[field].as_u64().unwrap_or_default();
    let (nodes, initial, removing) = (nodes(pool).len() as u64, count("initial_nodes"), count("removing_nodes"));
    let ready = nodes.saturating_sub(removing);
    let mut answer = pool.record.clone();
    let status = &mut answer["status"];
    status["total_nodes"] = json!(nodes + initial);
    status["serving_nodes"] = json!(ready);
    status["healthy_nodes"] = json!(ready);
    status["initial_nodes"] = json!(initial);
    status["removing_nodes"] = json!(removing);
    status["failed_nodes"] = json!(0);
    status["offline_nodes"] = json!(0);
    status["conditions"] = json!([]);
    answer
}

fn arrange(assumptions: &Assumptions, record: &mut Value) {
    if assumptions.node_pool_additions {
        sort_sets(record);
    }
}

/// Sorts tags, labels and taints by key, as the service returns them.
pub(super) fn sort_sets(record: &mut Value) {
    for (block, field) in [("scaling_group", "tags"), ("kubernetes_config", "labels"), ("kubernetes_config", "taints")]
    {
        if let Some(items) = record.get_mut(block).and_then(|block| block.get_mut(field)).and_then(Value::as_array_mut)
        {
            items.sort_by(|one, other| one["key"].as_str().cmp(&other["key"].as_str()));
        }
    }
}

/// Refuses an operation on the pools of a cluster that is not in a state for it.
pub(super) fn check_cluster(world: &World, cluster_id: &str) -> Result<(), ApiError> {
    let cluster = world.cluster(cluster_id)?;
    let busy = ["updating", "upgrading", "scaling"].contains(&cluster.state());
    if cluster.state() != "running" && (world.assumptions.node_pool_operations_need_running_cluster || !busy) {
        return Err(wrong_state(cluster));
    }
    check_exclusive(world, cluster_id)
}

/// Refuses an operation on a pool that is busy with another one, or whose cluster is.
pub(super) fn check_active<'a>(world: &'a World, pool: &Key) -> Result<&'a Object, ApiError> {
    check_cluster(world, &pool.parent)?;
    let pool = world.find(&KIND, &pool.parent, &pool.id)?;
    if pool.state() == "active" { Ok(pool) } else { Err(wrong_pool_state(pool)) }
}

pub(super) fn wrong_pool_state(pool: &Object) -> ApiError {
    let text = format!("cannot operate nodepool when nodepool state is {}", pool.state());
    ApiError::bad_request("InvalidNodePoolStatus.Forbidden", text)
}

/// Work on a node pool.
pub(super) fn work(kind: &'static str, pool: &Key, stages: Vec<(&'static str, f64)>) -> Work {
    Work { target: (KIND.name, pool.id.clone()), ..Work::on_cluster(kind, &pool.parent, stages) }
}
