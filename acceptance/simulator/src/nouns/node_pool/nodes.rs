//! Nodes of the pools: how many there are, which, and taking single ones out.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::kind::{KIND, check_active, check_cluster, key, nodes, work};
use crate::call::{Answer, Call};
use crate::clock::stamp_utc;
use crate::duration;
use crate::error::ApiError;
use crate::machine::Work;
use crate::objects::Key;
use crate::store::{Change, World, in_state};

/// Gives a pool that many nodes: new ones join, the newest leave.
pub(super) fn resize(pool: &Key, size: usize) -> Change {
    Change::Rule(to_size, pool.clone(), json!(size))
}

fn to_size(world: &mut World, key: &Key, size: &Value) {
    let size = size.as_u64().and_then(|size| usize::try_from(size).ok()).unwrap_or_default();
    let Ok(cluster) = world.cluster(&key.parent) else { return };
    let (region, version) = (cluster.text("region_id").to_owned(), cluster.text("current_version").to_owned());
    let now = stamp_utc(world.now());
    let Some(pool) = world.objects.get_mut(key) else { return };
    let mut all = nodes(pool).to_vec();
    if all.is_empty() {
        // New nodes join at the control plane's version.
        pool.hidden["kubernetes_version"] = json!(version);
    }
    all.truncate(size);
    let group = &pool.record["scaling_group"];
    let instance_type = group["instance_types"][0].as_str().unwrap_or("ecs.g7.xlarge").to_owned();
    while all.len() < size {
        let address = format!("192.168.{}.{}", world.ids.number() % 256, 1 + world.ids.number() % 254);
        let name = format!("{region}.{address}");
        all.push(json!({
            "creation_time": now,
            "expired_time": "2099-12-31T15:59:00Z",
            "host_name": name,
            "node_name": name,
            "image_id": group["image_id"],
            "instance_charge_type": group["instance_charge_type"],
            "instance_id": world.ids.resource("i"),
            "instance_name": format!("worker-k8s-for-cs-{}", key.parent),
            "instance_role": "Worker",
            "instance_status": "Running",
            "instance_type": instance_type,
            "instance_type_family": instance_type.rsplit_once('.').map_or("", |(family, _)| family),
            "ip_address": [address],
            "is_aliyun_node": true,
            "node_status": "Ready",
            "nodepool_id": key.id,
            "source": "ess",
            "spot_strategy": group["spot_strategy"],
            "state": "running",
            "error_message": "",
        }));
    }
    pool.hidden["nodes"] = Value::Array(all);
    pool.hidden["initial_nodes"] = json!(0);
    pool.hidden["removing_nodes"] = json!(0);
    follow(&mut pool.record, size);
}

/// Takes single instances out; the pool's desired size follows.
fn without(pool: &Key, instance_ids: &[String]) -> Change {
    Change::Rule(take_out, pool.clone(), json!(instance_ids))
}

fn take_out(world: &mut World, key: &Key, instance_ids: &Value) {
    let Some(pool) = world.objects.get_mut(key) else { return };
    let mut all = nodes(pool).to_vec();
    all.retain(|node| !instance_ids.as_array().is_some_and(|ids| ids.contains(&node["instance_id"])));
    pool.hidden["removing_nodes"] = json!(0);
    follow(&mut pool.record, all.len());
    pool.hidden["nodes"] = Value::Array(all);
}

/// The desired size, where there is one, follows what was done to the nodes.
fn follow(record: &mut Value, size: usize) {
    if let Some(desired) = record["scaling_group"].get_mut("desired_size") {
        *desired = json!(size);
    }
}

/// DescribeClusterNodes. Instances that have not joined yet are not in it.
pub(super) fn list(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id");
    world.cluster(cluster_id)?;
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
    let pools = world.objects.within(cluster_id, KIND.name).filter(|candidate| {
        let given = &candidate.record["kubernetes_config"]["labels"];
        let has = |label: &str| {
            let (key, value) = label.split_once('=').unwrap_or((label, ""));
            given.as_array().into_iter().flatten().any(|label| label["key"] == key && label["value"] == value)
        };
        pool.is_none_or(|pool| candidate.id() == pool) && labels.iter().all(|label| has(label))
    });
    let listed = |name: &str, node: &Value, field: &str| {
        call.query_text(name).is_none_or(|list| list.split(',').any(|wanted| node[field] == wanted))
    };
    let found: Vec<_> = pools
        .flat_map(nodes)
        .filter(|node| {
            ["all", "running"].contains(&call.query_text("state").unwrap_or("all"))
                && listed("instanceIds", node, "instance_id")
                && listed("nodeNames", node, "node_name")
                && call
                    .query_text("nodeIps")
                    .is_none_or(|list| list.split(',').any(|address| node["ip_address"][0] == address))
        })
        .collect();
    let shown: Vec<_> = found.iter().skip((page - 1).saturating_mul(size)).take(size).collect();
    Ok(json!({"nodes": shown, "page": {"page_number": page, "page_size": size, "total_count": found.len()}}))
}

/// RemoveNodePoolNodes.
pub(super) fn remove(world: &mut World, call: &Call) -> Answer {
    let key = key(call.path("cluster_id"), call.path("nodepool_id"));
    let present = nodes(check_active(world, &key)?);
    let by_name = call.query.get("nodes").and_then(Value::as_array).into_iter().flatten();
    let by_name = by_name.filter_map(|name| {
        present.iter().find(|node| node["node_name"] == *name).map(|node| node["instance_id"].clone())
    });
    let by_id = call.query.get("instance_ids").and_then(Value::as_array).into_iter().flatten().cloned();
    let instance_ids: Vec<String> = by_id.chain(by_name).filter_map(|id| id.as_str().map(str::to_owned)).collect();
    let unknown = instance_ids.iter().find(|id| !present.iter().any(|node| node["instance_id"] == **id));
    if let Some(id) = unknown {
        return Err(ApiError::invalid("instance_ids", format!("{id} is no node of nodepool {}", key.id)));
    }
    if instance_ids.is_empty() {
        return Err(ApiError::invalid("instance_ids", "at least one is needed"));
    }
    let work = work("cluster_node_delete", &key, Vec::new());
    let leaving = IndexMap::from([(key, instance_ids)]);
    let task_id = start(world, leaving, work, Value::Object(call.query.clone()));
    Ok(json!({"task_id": task_id}))
}

/// DeleteClusterNodes: by name, whatever pool they are in.
pub(super) fn delete(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.cluster_id();
    check_cluster(world, &cluster_id)?;
    let mut leaving: IndexMap<Key, Vec<String>> = IndexMap::new();
    for name in call.body["nodes"].as_array().into_iter().flatten() {
        let pools = world.objects.within(&cluster_id, KIND.name);
        let mut all = pools.flat_map(|pool| nodes(pool).iter().map(move |node| (&pool.key, node)));
        let found = all.find(|(_, node)| node["node_name"] == *name || node["instance_id"] == *name);
        let Some((pool, node)) = found else {
            return Err(ApiError::invalid("nodes", format!("{name} is no node of cluster {cluster_id}")));
        };
        let instance_id = node["instance_id"].as_str().unwrap_or_default().to_owned();
        leaving.entry(pool.clone()).or_default().push(instance_id);
    }
    if leaving.is_empty() {
        return Err(ApiError::invalid("nodes", "at least one is needed"));
    }
    for pool in leaving.keys() {
        check_active(world, pool)?;
    }
    let work = Work::on_cluster("cluster_node_delete", &cluster_id, Vec::new());
    let task_id = start(world, leaving, work, call.body.clone());
    Ok(json!({"cluster_id": cluster_id, "task_id": task_id}))
}

/// RemoveClusterNodes, the old form of the same: it answers nothing.
pub(super) fn delete_silently(world: &mut World, call: &Call) -> Answer {
    delete(world, call).map(|_| Value::Null)
}

/// Starts the task that takes instances out of their pools.
fn start(world: &mut World, leaving: IndexMap<Key, Vec<String>>, work: Work, parameters: Value) -> String {
    let (mut success, mut failure) = (Vec::new(), Vec::new());
    for (pool, instance_ids) in leaving {
        world.apply(Change::Hide(pool.clone(), json!({"removing_nodes": instance_ids.len()})));
        world.apply(in_state(&pool, "removing"));
        let active = in_state(&pool, "active");
        success.extend([without(&pool, &instance_ids), active.clone()]);
        failure.extend([without(&pool, &[]), active]);
    }
    let stages = vec![("DrainNodes", duration::SCALE_IN)];
    world.start_task(Work { parameters, success, failure, stages, ..work })
}
