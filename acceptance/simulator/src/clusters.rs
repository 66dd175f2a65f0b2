//! What every noun may know of the cluster that it lives in: whether it bears an operation now, and how it comes back to
//! rest; its size and its specification.

use serde_json::{Value, json};

use crate::assumptions::Exclusivity;
use crate::error::ApiError;
use crate::machine::Work;
use crate::objects::{Key, Object, Objects};
use crate::store::{Change, World, in_state};

pub(crate) fn is_pro(cluster: &Object) -> bool {
    cluster.text("cluster_spec").starts_with("ack.pro")
}

/// The nodes of all pools of a cluster.
pub(crate) fn node_count(objects: &Objects, cluster_id: &str) -> usize {
    let pools = objects.within(cluster_id, "nodepool");
    pools.map(|pool| pool.hidden["nodes"].as_array().map_or(0, Vec::len)).sum()
}

/// Refuses a cluster operation unless the cluster is `running` and, where a cluster bears one operation at a time,
/// nothing else goes on in it.
pub(crate) fn check_running(world: &World, cluster_id: &str) -> Result<(), ApiError> {
    let cluster = world.cluster(cluster_id)?;
    if cluster.state() != "running" {
        return Err(wrong_state(cluster));
    }
    check_exclusive(world, cluster_id)
}

/// Refuses what comes while another operation runs, if a cluster bears only one.
pub(crate) fn check_exclusive(world: &World, cluster_id: &str) -> Result<(), ApiError> {
    match world.running_task(cluster_id) {
        Some(task) if world.assumptions.exclusivity == Exclusivity::Cluster => Err(ApiError::bad_request(
            "ErrorClusterState",
            format!("cluster {cluster_id} is busy with task {} ({})", task.id, task.kind),
        )),
        _ => Ok(()),
    }
}

pub(crate) fn wrong_state(cluster: &Object) -> ApiError {
    ApiError::bad_request(
        "ErrorClusterState",
        format!("cluster {} is {}, the operation needs another state", cluster.id(), cluster.state()),
    )
}

/// The change that makes a cluster usable again, a moment after its task has ended.
pub(crate) fn running_again(world: &World, cluster: &Key) -> Change {
    let running = Change::Rule(come_to_rest, cluster.clone(), Value::Null);
    match world.assumptions.running_after_task_seconds {
        delay if delay > 0.0 => Change::After(delay, vec![running]),
        _ => running,
    }
}

/// Nothing is left to do in a cluster, unless its deletion has begun meanwhile.
pub(crate) fn come_to_rest(world: &mut World, cluster: &Key, _: &Value) {
    if world.objects.get(cluster).is_some_and(|cluster| cluster.state() != "deleting") {
        world.apply(in_state(cluster, "running"));
    }
}

/// An operation that is one task on a cluster: checks that it may begin, puts the cluster into `state`, and gives it back as
/// `running`, whatever comes of the task.
pub(crate) fn operate(world: &mut World, work: Work, state: &str) -> Result<Value, ApiError> {
    check_running(world, &work.cluster_id)?;
    let cluster = world.cluster(&work.cluster_id)?.key.clone();
    world.apply(in_state(&cluster, state));
    let Work { mut success, mut failure, .. } = work;
    success.push(running_again(world, &cluster));
    failure.push(running_again(world, &cluster));
    let task_id = world.start_task(Work { success, failure, ..work });
    Ok(json!({"cluster_id": cluster.id, "task_id": task_id}))
}
