//! Nodes of the pools: how many there are, which, and taking single ones out.

use indexmap::IndexMap;

use serde_json::{Value, json};

use crate::call::{Answer, Call};
use crate::error::ApiError;
use crate::machine::{Work, duration};
use crate::node_pool::{check_active, check_cluster, state, work};
use crate::store::{Change, World, stamp_utc};

impl World {
    /// Gives a pool that many nodes: new ones join, the newest leave.
    pub(crate) fn resize_node_pool(&mut self, cluster_id: &str, node_pool_id: &str, size: usize) {
        let now = stamp_utc(self.now());
        let Some(cluster) = self.clusters.get_mut(cluster_id) else { return };
        let (region, version) = (cluster.text("region_id").to_owned(), cluster.text("current_version").to_owned());
        let Some(pool) = cluster.node_pools.get_mut(node_pool_id) else { return };
        if pool.nodes.is_empty() {
            // New nodes join at the control plane's version.
            pool.kubernetes_version = version;
        }
        pool.nodes.truncate(size);
        let group = &pool.record["scaling_group"];
        let instance_type = group["instance_types"][0].as_str().unwrap_or("ecs.g7.xlarge").to_owned();
        while pool.nodes.len() < size {
            let address = format!("192.168.{}.{}", self.ids.number() % 256, 1 + self.ids.number() % 254);
            let name = format!("{region}.{address}");
            pool.nodes.push(json!({
                "creation_time": now,
                "expired_time": "2099-12-31T15:59:00Z",
                "host_name": name,
                "node_name": name,
                "image_id": group["image_id"],
                "instance_charge_type": group["instance_charge_type"],
                "instance_id": self.ids.resource("i"),
                "instance_name": format!("worker-k8s-for-cs-{cluster_id}"),
                "instance_role": "Worker",
                "instance_status": "Running",
                "instance_type": instance_type,
                "instance_type_family": instance_type.rsplit_once('.').map_or("", |(family, _)| family),
                "ip_address": [address],
                "is_aliyun_node": true,
                "node_status": "Ready",
                "nodepool_id": node_pool_id,
                "source": "ess",
                "spot_strategy": group["spot_strategy"],
                "state": "running",
                "error_message": "",
            }));
        }
        pool.initial_nodes = 0;
        pool.removing_nodes = 0;
        follow(&mut pool.record, size);
    }

    /// Takes single instances out; the pool's desired size follows.
    pub(crate) fn remove_nodes(&mut self, cluster_id: &str, node_pool_id: &str, instance_ids: &[String]) {
        let pool = self.clusters.get_mut(cluster_id).and_then(|cluster| cluster.node_pools.get_mut(node_pool_id));
        if let Some(pool) = pool {
            pool.nodes.retain(|node| !instance_ids.iter().any(|id| node["instance_id"] == *id));
            pool.removing_nodes = 0;
            follow(&mut pool.record, pool.nodes.len());
        }
    }
}

/// The desired size, where there is one, follows what was done to the nodes.
fn follow(record: &mut Value, size: usize) {
    if let Some(desired) = record["scaling_group"].get_mut("desired_size") {
        *desired = json!(size);
    }
}

/// DescribeClusterNodes. Instances that have not joined yet are not in it.
pub(crate) fn list(world: &mut World, call: &Call) -> Answer {
    let cluster = world.cluster(call.path("cluster_id"))?;
    let pool = call.query_text("nodepool_id");
    let number = |name: &str, default: usize| -> Result<usize, ApiError> {
        let Some(text) = call.query_text(name) else { return Ok(default) };
        text.parse()
            .ok()
            .filter(|number| *number > 0)
            .ok_or_else(|| ApiError::invalid(name, format!("{text:?} is no positive number")))
    };
    let (page, size) = (number("pageNumber", 1)?, number("pageSize", 10)?);
    let labels: Vec<_> = call.query_text("nodeLabels").map(|labels| labels.split(',').collect()).unwrap_or_default();
    let pools = cluster.node_pools.values().filter(|candidate| {
        let given = &candidate.record["kubernetes_config"]["labels"];
        let has = |label: &str| {
            let (key, value) = label.split_once('=').unwrap_or((label, ""));
            given.as_array().into_iter().flatten().any(|label| label["key"] == key && label["value"] == value)
        };
        pool.is_none_or(|pool| candidate.id == pool) && labels.iter().all(|label| has(label))
    });
    let listed = |name: &str, node: &Value, field: &str| {
        call.query_text(name).is_none_or(|list| list.split(',').any(|wanted| node[field] == wanted))
    };
    let nodes: Vec<_> = pools
        .flat_map(|pool| &pool.nodes)
        .filter(|node| {
            ["all", "running"].contains(&call.query_text("state").unwrap_or("all"))
                && listed("instanceIds", node, "instance_id")
                && listed("nodeNames", node, "node_name")
                && call
                    .query_text("nodeIps")
                    .is_none_or(|list| list.split(',').any(|address| node["ip_address"][0] == address))
        })
        .collect();
    let shown: Vec<_> = nodes.iter().skip((page - 1).saturating_mul(size)).take(size).collect();
    Ok(json!({"nodes": shown, "page": {"page_number": page, "page_size": size, "total_count": nodes.len()}}))
}

/// RemoveNodePoolNodes.
pub(crate) fn remove(world: &mut World, call: &Call) -> Answer {
    let (cluster_id, node_pool_id) = (call.path("cluster_id").to_owned(), call.path("nodepool_id").to_owned());
    check_cluster(world, &cluster_id)?;
    check_active(world, &cluster_id, &node_pool_id)?;
    let pool = world.node_pool(&cluster_id, &node_pool_id)?;
    let by_name = call.query.get("nodes").and_then(Value::as_array).into_iter().flatten();
    let by_name = by_name.filter_map(|name| {
        pool.nodes.iter().find(|node| node["node_name"] == *name).map(|node| node["instance_id"].clone())
    });
    let by_id = call.query.get("instance_ids").and_then(Value::as_array).into_iter().flatten().cloned();
    let instance_ids: Vec<String> = by_id.chain(by_name).filter_map(|id| id.as_str().map(str::to_owned)).collect();
    let unknown = instance_ids.iter().find(|id| !pool.nodes.iter().any(|node| node["instance_id"] == **id));
    if let Some(id) = unknown {
        return Err(ApiError::invalid("instance_ids", format!("{id} is no node of nodepool {node_pool_id}")));
    }
    if instance_ids.is_empty() {
        return Err(ApiError::invalid("instance_ids", "at least one is needed"));
    }
    let leaving = IndexMap::from([(node_pool_id.clone(), instance_ids)]);
    let work = work("cluster_node_delete", &cluster_id, &node_pool_id, Vec::new());
    let task_id = take_out(world, leaving, work, Value::Object(call.query.clone()));
    Ok(json!({"task_id": task_id}))
}

/// DeleteClusterNodes: by name, whatever pool they are in.
pub(crate) fn delete(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id").to_owned();
    check_cluster(world, &cluster_id)?;
    let mut leaving: IndexMap<String, Vec<String>> = IndexMap::new();
    for name in call.body["nodes"].as_array().into_iter().flatten() {
        let pools = world.cluster(&cluster_id)?.node_pools.values();
        let nodes = pools.flat_map(|pool| pool.nodes.iter().map(move |node| (pool.id.clone(), node)));
        let found = nodes.into_iter().find(|(_, node)| node["node_name"] == *name || node["instance_id"] == *name);
        let Some((node_pool_id, node)) = found else {
            return Err(ApiError::invalid("nodes", format!("{name} is no node of cluster {cluster_id}")));
        };
        let instance_id = node["instance_id"].as_str().unwrap_or_default().to_owned();
        leaving.entry(node_pool_id).or_default().push(instance_id);
    }
    if leaving.is_empty() {
        return Err(ApiError::invalid("nodes", "at least one is needed"));
    }
    for node_pool_id in leaving.keys() {
        check_active(world, &cluster_id, node_pool_id)?;
    }
    let work = Work::on_cluster("cluster_node_delete", &cluster_id, Vec::new());
    let task_id = take_out(world, leaving, work, call.body.clone());
    Ok(json!({"cluster_id": cluster_id, "task_id": task_id}))
}

/// RemoveClusterNodes, the old form of the same: it answers nothing.
pub(crate) fn delete_silently(world: &mut World, call: &Call) -> Answer {
    delete(world, call).map(|_| Value::Null)
}

/// Starts the task that takes instances out of their pools.
fn take_out(world: &mut World, leaving: IndexMap<String, Vec<String>>, work: Work, parameters: Value) -> String {
    let cluster_id = work.cluster_id.clone();
    let (mut success, mut failure) = (Vec::new(), Vec::new());
    for (node_pool_id, instance_ids) in leaving {
        let cluster = world.clusters.get_mut(&cluster_id);
        if let Some(pool) = cluster.and_then(|cluster| cluster.node_pools.get_mut(&node_pool_id)) {
            pool.removing_nodes = instance_ids.len();
        }
        world.apply(state(&cluster_id, &node_pool_id, "removing"));
        let remove = |instance_ids| Change::RemoveNodes {
            cluster_id: cluster_id.clone(),
            node_pool_id: node_pool_id.clone(),
            instance_ids,
        };
        let active = state(&cluster_id, &node_pool_id, "active");
        success.extend([remove(instance_ids), active.clone()]);
        failure.extend([remove(Vec::new()), active]);
    }
    let stages = vec![("DrainNodes", duration::SCALE_IN)];
    world.start_task(Work { parameters, success, failure, stages, ..work })
}
