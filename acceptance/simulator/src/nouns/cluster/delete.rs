//! DeleteCluster: what is in the cluster goes with it.

use serde_json::{Value, json};

use super::kind::key;
use crate::call::{Answer, Call};
use crate::clusters::{check_exclusive, wrong_state};
use crate::duration;
use crate::error::ApiError;
use crate::machine::Work;
use crate::store::{Change, World, in_state};

/// States in which a cluster can be deleted.
const DELETABLE: [&str; 7] =
    ["running", "failed", "delete_failed", "inactive", "unavailable", "waiting", "disconnected"];

/// DeleteCluster.
pub(super) fn delete(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.cluster_id();
    let cluster = world.cluster(&cluster_id)?;
    if cluster.record["deletion_protection"] == true {
        let code = world.assumptions.deletion_protection_code.clone();
        let text = format!("cluster {cluster_id} has deletion protection: switch deletion_protection off first");
        return Err(ApiError::bad_request(code, text));
    }
    if !DELETABLE.contains(&cluster.state()) {
        return Err(wrong_state(cluster));
    }
    check_exclusive(world, &cluster_id)?;
    world.abandon_tasks(&cluster_id);
    let cluster = key(&cluster_id);
    world.apply(in_state(&cluster, "deleting"));
    set_all_states(world, &cluster_id, "deleting");
    let stages = vec![
        ("DeleteNodePools", duration::CLUSTER_DELETE * 0.4),
        ("DeleteControlPlane", duration::CLUSTER_DELETE * 0.4),
        ("ReleaseResources", duration::CLUSTER_DELETE * 0.2),
    ];
    let work = Work {
        parameters: Value::Object(call.query.clone()),
        success: vec![Change::Remove(cluster.clone())],
        failure: vec![in_state(&cluster, "delete_failed")],
        ..Work::on_cluster("cluster_delete", &cluster_id, stages)
    };
    let task_id = world.start_task(work);
    Ok(json!({"cluster_id": cluster_id, "task_id": task_id}))
}

/// Puts everything in a cluster that has a state into another one.
fn set_all_states(world: &mut World, cluster_id: &str, state: &str) {
    let inside = world.objects.iter().filter(|object| object.key.parent == cluster_id);
    let with_state = inside.filter(|object| !object.key.kind.state.is_empty());
    let keys: Vec<_> = with_state.map(|object| object.key.clone()).collect();
    for key in keys {
        world.apply(in_state(&key, state));
    }
}
