//! Changes to a node pool: settings, size, node configuration, versions.

use serde_json::{Map, Value, json};

use super::create::{
    check_node_quota, check_settings, check_size, check_unique_name, complete_sets, create, mask_password, shown,
};
use super::{NodePool, check_active, check_cluster, state, work};
use crate::call::{Answer, Call};
use crate::cluster::{check_name, deprecated};
use crate::error::ApiError;
use crate::machine::{Work, duration};
use crate::merge_patch::{merge, replacing};
use crate::store::{Change, Target, World};
use crate::version;

/// Blocks that are ModifyClusterNodePool's own and not part of a pool.
const NOT_STORED: [&str; 2] = ["concurrency", "update_nodes"];

/// ModifyClusterNodePool: only what is sent changes, when the task succeeds.
pub(crate) fn modify(world: &mut World, call: &Call) -> Answer {
    let (cluster_id, node_pool_id) = (call.path("cluster_id").to_owned(), call.path("nodepool_id").to_owned());
    check_cluster(world, &cluster_id)?;
    check_active(world, &cluster_id, &node_pool_id)?;
    let cluster = world.cluster(&cluster_id)?;
    let pool = world.node_pool(&cluster_id, &node_pool_id)?;
    if let Some(name) = call.body["nodepool_info"]["name"].as_str() {
        check_name(&world.assumptions, "nodepool_info.name", name)?;
        check_unique_name(cluster, name, Some(&node_pool_id))?;
    }
    let mut whole = pool.record.clone();
    merge(&mut whole, &call.body);
    check_settings(&world.assumptions, cluster, &call.body, &whole)?;
    let present = pool.nodes.len();
    let size = check_size(&call.body, &pool.record, present)?;
    check_node_quota(cluster, size, present)?;

    let mut patch = call.body.clone();
    if let Some(fields) = patch.as_object_mut() {
        NOT_STORED.iter().for_each(|field| drop(fields.remove(*field)));
    }
    // The flag of this block is text here and a boolean in reads; the vendor says that it is dead.
    merge(&mut patch, &json!({"eflo_node_group": null}));
    change_login(&mut patch);
    size_as_shown(&mut patch, &pool.record, size);
    if patch["nodepool_info"]["resource_group_id"] == "" {
        merge(&mut patch, &json!({"nodepool_info": {"resource_group_id": null}}));
        patch["nodepool_info"]["resource_group_id"] = pool.record["nodepool_info"]["resource_group_id"].clone();
    }
    if world.assumptions.node_pool_additions {
        add_own_sets(&mut patch, &cluster_id, &node_pool_id);
    }
    shown(&mut patch);
    let changes = vec![Change::Merge(Target::NodePool(cluster_id.clone(), node_pool_id.clone()), patch)];
    let task_id = change_pool(world, "nodepool_update", &cluster_id, &node_pool_id, changes, size, call.body.clone());
    Ok(json!({"nodepool_id": node_pool_id, "task_id": task_id}))
}

/// A pool that scales by itself shows no size; one that no longer does keeps the size that it has.
fn size_as_shown(patch: &mut Value, record: &Value, size: usize) {
    match (&patch["auto_scaling"]["enable"], &record["auto_scaling"]["enable"]) {
        (Value::Bool(true), _) => patch["scaling_group"]["desired_size"] = Value::Null,
        (Value::Bool(false), Value::Bool(true)) => patch["scaling_group"]["desired_size"] = json!(size),
        _ => {}
    }
}

/// A key pair takes the place of a password and the other way round: in a merge patch, `null` removes.
fn change_login(patch: &mut Value) {
    let Some(group) = patch.get_mut("scaling_group") else { return };
    let given = |field: &str| group[field].as_str().is_some_and(|text| !text.is_empty());
    match (given("key_pair"), given("login_password")) {
        (true, false) => group["login_password"] = Value::Null,
        (false, true) => {
            mask_password(group);
            group["key_pair"] = Value::Null;
        }
        _ => {}
    }
}

fn add_own_sets(patch: &mut Value, cluster_id: &str, node_pool_id: &str) {
    let mut complete = patch.clone();
    complete_sets(&mut complete, cluster_id, node_pool_id);
    for (block, field) in [("scaling_group", "tags"), ("kubernetes_config", "labels")] {
        if patch[block].get(field).is_some() {
            patch[block][field] = complete[block][field].clone();
        }
    }
}

/// Starts a task that applies changes and brings the pool to a size; the state tells which way it goes.
fn change_pool(
    world: &mut World,
    kind: &'static str,
    cluster_id: &str,
    node_pool_id: &str,
    mut changes: Vec<Change>,
    size: usize,
    parameters: Value,
) -> String {
    let mut stages = vec![("ModifyNodePool", duration::NODE_POOL_MODIFY)];
    let mut during = "updating";
    if let Some(pool) = world.clusters.get_mut(cluster_id).and_then(|cluster| cluster.node_pools.get_mut(node_pool_id))
    {
        let present = pool.nodes.len();
        pool.initial_nodes = size.saturating_sub(present);
        pool.removing_nodes = present.saturating_sub(size);
        match size.cmp(&present) {
            std::cmp::Ordering::Greater => (during, stages) = ("scaling", vec![("AddNodes", duration::SCALE_OUT)]),
            std::cmp::Ordering::Less => (during, stages) = ("removing", vec![("DrainNodes", duration::SCALE_IN)]),
            std::cmp::Ordering::Equal => {}
        }
    }
    world.apply(state(cluster_id, node_pool_id, during));
    let resize =
        |size| Change::Resize { cluster_id: cluster_id.to_owned(), node_pool_id: node_pool_id.to_owned(), size };
    let present = world.node_pool(cluster_id, node_pool_id).map_or(0, |pool| pool.nodes.len());
    changes.extend([resize(size), state(cluster_id, node_pool_id, "active")]);
    let work = Work {
        parameters,
        success: changes,
        failure: vec![resize(present), state(cluster_id, node_pool_id, "active")],
        ..work(kind, cluster_id, node_pool_id, stages)
    };
    world.start_task(work)
}

/// ScaleClusterNodePool: `count` more nodes.
pub(crate) fn scale(world: &mut World, call: &Call) -> Answer {
    let (cluster_id, node_pool_id) = (call.path("cluster_id").to_owned(), call.path("nodepool_id").to_owned());
    check_cluster(world, &cluster_id)?;
    check_active(world, &cluster_id, &node_pool_id)?;
    let cluster = world.cluster(&cluster_id)?;
    let pool = world.node_pool(&cluster_id, &node_pool_id)?;
    let count = call.body["count"]
        .as_u64()
        .and_then(|count| usize::try_from(count).ok())
        .filter(|count| (1..=500).contains(count));
    let count = count.ok_or_else(|| ApiError::invalid("count", "it has to be from 1 to 500"))?;
    check_size(&json!({"count": count}), &pool.record, pool.nodes.len())?;
    let size = pool.nodes.len() + count;
    check_node_quota(cluster, size, pool.nodes.len())?;
    let target = Target::NodePool(cluster_id.clone(), node_pool_id.clone());
    let changes = vec![Change::Merge(target, json!({"scaling_group": {"desired_size": size}}))];
    let task_id = change_pool(world, "cluster_scaleout", &cluster_id, &node_pool_id, changes, size, call.body.clone());
    Ok(json!({"task_id": task_id}))
}

/// ScaleOutCluster, from before there were node pools: more nodes in the default pool, which is made when it is not there.
pub(crate) fn scale_out_cluster(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id").to_owned();
    let is_default = |pool: &&NodePool| pool.name() == deprecated::DEFAULT_POOL;
    let existing = world.cluster(&cluster_id)?.node_pools.values().find(is_default).map(|pool| pool.id.clone());
    let mut call =
        Call { operation: call.operation, path: call.path.clone(), query: Map::new(), body: call.body.clone() };
    let mut answer = match existing {
        Some(node_pool_id) => {
            call.path.insert("nodepool_id".to_owned(), node_pool_id);
            scale(world, &call)?
        }
        None => {
            call.body = deprecated::workers(&call.body)?;
            create(world, &call)?
        }
    };
    answer["cluster_id"] = json!(cluster_id);
    merge(&mut answer, &json!({"nodepool_id": null}));
    Ok(answer)
}

/// ModifyNodePoolNodeConfig: kubelet, containerd and operating system settings, batch by batch. A block that is sent is all
/// there is from then on.
pub(crate) fn modify_node_config(world: &mut World, call: &Call) -> Answer {
    let (cluster_id, node_pool_id) = (call.path("cluster_id").to_owned(), call.path("nodepool_id").to_owned());
    check_cluster(world, &cluster_id)?;
    check_active(world, &cluster_id, &node_pool_id)?;
    let pool = world.node_pool(&cluster_id, &node_pool_id)?;
    let mut config = json!({});
    for (sent, shown) in [("kubelet_config", "kubelet_configuration"), ("os_config", "node_os_config")] {
        if let Some(block) = call.body.get(sent) {
            config[shown] = replacing(&pool.record["node_config"][shown], block);
        }
    }
    let nodes = pool.nodes.len();
    let target = Target::NodePool(cluster_id.clone(), node_pool_id.clone());
    let changes =
        vec![Change::Merge(target, json!({"node_config": config})), state(&cluster_id, &node_pool_id, "active")];
    if let Some(block) = call.body.get("containerd_config")
        && let Some(pool) = world.cluster_mut(&cluster_id)?.node_pools.get_mut(&node_pool_id)
    {
        pool.containerd_config = block.clone();
    }
    world.apply(state(&cluster_id, &node_pool_id, "updating"));
    let work = Work {
        parameters: call.body.clone(),
        success: changes,
        failure: vec![state(&cluster_id, &node_pool_id, "active")],
        ..work(
            "nodepool_update",
            &cluster_id,
            &node_pool_id,
            vec![("ModifyNodeConfig", batches(call, nodes) * duration::NODE_BOOTSTRAP)],
        )
    };
    let task_id = world.start_task(work);
    Ok(json!({"nodepool_id": node_pool_id, "task_id": task_id}))
}

/// How many batches the nodes make under the call's rolling policy; at least one.
fn batches(call: &Call, nodes: usize) -> f64 {
    let parallel = call.body["rolling_policy"]["max_parallelism"].as_u64().unwrap_or(10).max(1);
    (nodes as f64 / parallel as f64).ceil().max(1.0)
}

/// UpgradeClusterNodepool: kubelet, runtime or image of the nodes, never beyond the control plane.
pub(crate) fn upgrade(world: &mut World, call: &Call) -> Answer {
    let (cluster_id, node_pool_id) = (call.path("cluster_id").to_owned(), call.path("nodepool_id").to_owned());
    check_cluster(world, &cluster_id)?;
    check_active(world, &cluster_id, &node_pool_id)?;
    let control_plane = world.cluster(&cluster_id)?.text("current_version").to_owned();
    let pool = world.node_pool(&cluster_id, &node_pool_id)?;
    let wanted = call.body["kubernetes_version"].as_str().filter(|version| !version.is_empty());
    if let Some(version) = wanted.filter(|version| *version != control_plane && *version != pool.kubernetes_version) {
        let text = format!(
            "{version} is neither the control plane's version {control_plane} nor the nodes' {}",
            pool.kubernetes_version
        );
        return Err(ApiError::invalid("kubernetes_version", text));
    }
    let nodes = pool.nodes.len();
    let version = wanted.map_or_else(|| pool.kubernetes_version.clone(), str::to_owned);
    let mut patch = json!({"kubernetes_config": {}, "scaling_group": {}});
    let runtime = call.body["runtime_type"]
        .as_str()
        .or(pool.record["kubernetes_config"]["runtime"].as_str())
        .unwrap_or("containerd");
    if call.body.get("runtime_type").is_some() || call.body.get("runtime_version").is_some() {
        let default = json!(version::runtime_version(runtime, &version));
        patch["kubernetes_config"] = json!({
            "runtime": runtime,
            "runtime_version": call.body.get("runtime_version").unwrap_or(&default),
        });
    }
    if let Some(image) = call.body.get("image_id").filter(|image| **image != "") {
        patch["scaling_group"]["image_id"] = image.clone();
    }
    let batch =
        if call.body["use_replace"] == true { duration::NODE_REPLACE_BATCH } else { duration::NODE_UPGRADE_BATCH };
    world.apply(state(&cluster_id, &node_pool_id, "updating"));
    let work = Work {
        parameters: call.body.clone(),
        success: vec![
            Change::NodeVersion { cluster_id: cluster_id.clone(), node_pool_id: node_pool_id.clone(), version },
            Change::Merge(Target::NodePool(cluster_id.clone(), node_pool_id.clone()), patch),
            state(&cluster_id, &node_pool_id, "active"),
        ],
        failure: vec![state(&cluster_id, &node_pool_id, "active")],
        controllable: true,
        ..work(
            "nodepool_upgrade",
            &cluster_id,
            &node_pool_id,
            vec![("PreCheck", 30.0), ("UpgradeNodes", batches(call, nodes) * batch)],
        )
    };
    let task_id = world.start_task(work);
    Ok(json!({"task_id": task_id}))
}
