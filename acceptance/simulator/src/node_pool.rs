//! Node pools: reading, listing and deleting; [`create`] and [`modify`] hold the rest, `node` the nodes.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::call::{Answer, Call};
use crate::cluster::{check_exclusive, wrong_state};
use crate::error::ApiError;
use crate::machine::{Work, duration};
use crate::operations::Schema;
use crate::store::{Change, Target, World};

pub(crate) mod create;
mod defaults;
pub(crate) mod modify;

/// One node pool.
#[derive(Debug, Serialize)]
pub(crate) struct NodePool {
    pub(crate) id: String,
    /// The answer of DescribeClusterNodePoolDetail, but for the counters of `status`.
    pub(crate) record: Value,
    /// The items of DescribeClusterNodes, oldest first.
    pub(crate) nodes: Vec<Value>,
    /// What its nodes run; no read of the API shows it.
    pub(crate) kubernetes_version: String,
    /// The containerd settings; no read of the API shows them either.
    pub(crate) containerd_config: Value,
    /// Nodes on their way in and out while the pool is scaled.
    pub(crate) initial_nodes: usize,
    pub(crate) removing_nodes: usize,
    /// Reads fail before that moment.
    pub(crate) readable_from: Timestamp,
}

impl NodePool {
    pub(crate) fn state(&self) -> &str {
        self.record["status"]["state"].as_str().unwrap_or_default()
    }

    pub(crate) fn name(&self) -> &str {
        self.record["nodepool_info"]["name"].as_str().unwrap_or_default()
    }

    /// The detail answer.
    fn answer(&self) -> Value {
        let mut answer = self.record.clone();
        let ready = self.nodes.len().saturating_sub(self.removing_nodes);
        let status = &mut answer["status"];
        status["total_nodes"] = json!(self.nodes.len() + self.initial_nodes);
        status["serving_nodes"] = json!(ready);
        status["healthy_nodes"] = json!(ready);
        status["initial_nodes"] = json!(self.initial_nodes);
        status["removing_nodes"] = json!(self.removing_nodes);
        status["failed_nodes"] = json!(0);
        status["offline_nodes"] = json!(0);
        status["conditions"] = json!([]);
        answer
    }
}

/// Refuses an operation on the pools of a cluster that is not in a state for it.
pub(crate) fn check_cluster(world: &World, cluster_id: &str) -> Result<(), ApiError> {
    let cluster = world.cluster(cluster_id)?;
    let busy = ["updating", "upgrading", "scaling"].contains(&cluster.state());
    if cluster.state() != "running" && (world.assumptions.node_pool_operations_need_running_cluster || !busy) {
        return Err(wrong_state(cluster));
    }
    check_exclusive(world, cluster_id)
}

/// Refuses an operation on a pool that is busy with another one.
pub(crate) fn check_active(world: &World, cluster_id: &str, node_pool_id: &str) -> Result<(), ApiError> {
    let pool = world.node_pool(cluster_id, node_pool_id)?;
    if pool.state() == "active" { Ok(()) } else { Err(wrong_pool_state(pool)) }
}

fn wrong_pool_state(pool: &NodePool) -> ApiError {
    let text = format!("cannot operate nodepool when nodepool state is {}", pool.state());
    ApiError::bad_request("InvalidNodePoolStatus.Forbidden", text)
}

/// The change of a pool's state.
pub(crate) fn state(cluster_id: &str, node_pool_id: &str, state: &str) -> Change {
    Change::Merge(Target::NodePool(cluster_id.to_owned(), node_pool_id.to_owned()), json!({"status": {"state": state}}))
}

/// Work on a node pool.
pub(crate) fn work(kind: &'static str, cluster_id: &str, node_pool_id: &str, stages: Vec<(&'static str, f64)>) -> Work {
    Work { target: ("nodepool", node_pool_id.to_owned()), ..Work::on_cluster(kind, cluster_id, stages) }
}

/// DescribeClusterNodePoolDetail.
pub(crate) fn describe(world: &mut World, call: &Call) -> Answer {
    let node_pool_id = call.path("nodepool_id");
    let pool = world.node_pool(call.path("cluster_id"), node_pool_id)?;
    if pool.readable_from > world.now() {
        return Err(ApiError::node_pool_not_found(node_pool_id));
    }
    Ok(world.with_unset_fields("DescribeClusterNodePoolDetail", pool.answer()))
}

/// DescribeClusterNodePools.
pub(crate) fn list(world: &mut World, call: &Call) -> Answer {
    let cluster = world.cluster(call.path("cluster_id"))?;
    let name = call.query_text("NodepoolName");
    let record =
        call.operation.answer_schema.as_ref().and_then(|schema| schema.properties.get("nodepools")?.items.as_deref());
    let pools = cluster
        .node_pools
        .values()
        .filter(|pool| pool.readable_from <= world.now() && name.is_none_or(|name| pool.name() == name));
    let rows = pools.map(|pool| {
        let mut row = pool.answer();
        if let Some(schema) = record {
            restrict(schema, &mut row);
        }
        row
    });
    let answer = json!({"nodepools": rows.collect::<Vec<_>>()});
    Ok(world.with_unset_fields("DescribeClusterNodePools", answer))
}

/// DeleteClusterNodepool.
pub(crate) fn delete(world: &mut World, call: &Call) -> Answer {
    let (cluster_id, node_pool_id) = (call.path("cluster_id").to_owned(), call.path("nodepool_id").to_owned());
    check_cluster(world, &cluster_id)?;
    let pool = world.node_pool(&cluster_id, &node_pool_id)?;
    if !["active", "failed", "delete_failed"].contains(&pool.state()) {
        return Err(wrong_pool_state(pool));
    }
    let nodes = pool.nodes.len();
    if nodes > 0 && !call.query_flag("force") {
        let text = format!("nodepool {node_pool_id} has {nodes} nodes: remove them first, or send force=true");
        return Err(ApiError::bad_request(world.assumptions.node_pool_not_empty_code.clone(), text));
    }
    let mut stages = vec![("DeleteScalingGroup", duration::NODE_POOL_DELETE)];
    if nodes > 0 {
        stages.insert(0, ("DrainNodes", duration::SCALE_IN));
    }
    world.apply(state(&cluster_id, &node_pool_id, "deleting"));
    let work = Work {
        parameters: Value::Object(call.query.clone()),
        success: vec![Change::Remove(Target::NodePool(cluster_id.clone(), node_pool_id.clone()))],
        failure: vec![state(&cluster_id, &node_pool_id, "delete_failed")],
        ..work("nodepool_delete", &cluster_id, &node_pool_id, stages)
    };
    let task_id = world.start_task(work);
    Ok(json!({"task_id": task_id}))
}

/// Takes out what an answer has no field for.
pub(crate) fn restrict(schema: &Schema, value: &mut Value) {
    match value {
        Value::Object(fields) if !schema.free_form && schema.additional_properties.is_none() => {
            fields.retain(|name, _| schema.properties.contains_key(name));
            for (name, field) in fields.iter_mut() {
                restrict(&schema.properties[name], field);
            }
        }
        Value::Array(items) => {
            if let Some(item_schema) = &schema.items {
                items.iter_mut().for_each(|item| restrict(item_schema, item));
            }
        }
        _ => {}
    }
}

/// Sorts tags, labels and taints by key, as the service returns them.
pub(crate) fn sort_sets(record: &mut Value) {
    for (block, field) in [("scaling_group", "tags"), ("kubernetes_config", "labels"), ("kubernetes_config", "taints")]
    {
        if let Some(items) = record.get_mut(block).and_then(|block| block.get_mut(field)).and_then(Value::as_array_mut)
        {
            items.sort_by(|one, other| one["key"].as_str().cmp(&other["key"].as_str()));
        }
    }
}
