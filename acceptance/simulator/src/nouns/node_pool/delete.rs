//! DeleteClusterNodepool.

use serde_json::{Value, json};

use super::kind::{KIND, check_cluster, key, nodes, work, wrong_pool_state};
use crate::call::{Answer, Call};
use crate::duration;
use crate::error::ApiError;
use crate::machine::Work;
use crate::store::{Change, World, in_state};

/// DeleteClusterNodepool.
pub(super) fn delete(world: &mut World, call: &Call) -> Answer {
    let key = key(call.path("cluster_id"), call.path("nodepool_id"));
    check_cluster(world, &key.parent)?;
    let pool = world.find(&KIND, &key.parent, &key.id)?;
    if !["active", "failed", "delete_failed"].contains(&pool.state()) {
        return Err(wrong_pool_state(pool));
    }
    let nodes = nodes(pool).len();
    if nodes > 0 && !call.query_flag("force") {
        let text = format!("nodepool {} has {nodes} nodes: remove them first, or send force=true", key.id);
        return Err(ApiError::bad_request(world.assumptions.node_pool_not_empty_code.clone(), text));
    }
    let mut stages = vec![("DeleteScalingGroup", duration::NODE_POOL_DELETE)];
    if nodes > 0 {
        stages.insert(0, ("DrainNodes", duration::SCALE_IN));
    }
    world.apply(in_state(&key, "deleting"));
    let work = Work {
        parameters: Value::Object(call.query.clone()),
        success: vec![Change::Remove(key.clone())],
        failure: vec![in_state(&key, "delete_failed")],
        ..work("nodepool_delete", &key, stages)
    };
    let task_id = world.start_task(work);
    Ok(json!({"task_id": task_id}))
}
