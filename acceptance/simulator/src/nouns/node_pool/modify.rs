//! Changes to a node pool: settings, size, node configuration.

use serde_json::{Map, Value, json};

use super::create::{check_unique_name, complete_sets, create, mask_password};
use super::kind::{KIND, check_active, key, name, nodes, work};
use super::nodes::resize;
use super::settings::check_settings;
use super::size::{check_node_quota, check_size};
use crate::call::{Answer, Call};
use crate::error::ApiError;
use crate::machine::Work;
use crate::merge_patch::{merge, replacing};
use crate::name::check_name;
use crate::objects::Key;
use crate::store::{Change, World, in_state};
use crate::{deprecated, duration, record};

/// The pool that a call names in its path.
pub(super) fn named(call: &Call) -> Key {
    key(call.path("cluster_id"), call.path("nodepool_id"))
}

/// ModifyClusterNodePool: only what is sent changes, when the task succeeds.
pub(super) fn modify(world: &mut World, call: &Call) -> Answer {
    let key = named(call);
    let pool = check_active(world, &key)?;
    let cluster = world.cluster(&key.parent)?;
    if let Some(name) = call.body["nodepool_info"]["name"].as_str() {
        check_name(&world.assumptions, "nodepool_info.name", name)?;
        check_unique_name(world, &key.parent, name, Some(&key.id))?;
    }
    let mut whole = pool.record.clone();
    merge(&mut whole, &call.body);
    check_settings(world, cluster, &call.body, &whole)?;
    let present = nodes(pool).len();
    let size = check_size(&call.body, &pool.record, present)?;
    check_node_quota(world, cluster, size, present)?;

    let mut patch = record::kept(&KIND, &call.body);
    // The flag of this block is text here and a boolean in reads; the vendor says that it is dead.
    merge(&mut patch, &json!({"eflo_node_group": null}));
    change_login(&mut patch);
    size_as_shown(&mut patch, &pool.record, size);
    if patch["nodepool_info"]["resource_group_id"] == "" {
        patch["nodepool_info"]["resource_group_id"] = pool.record["nodepool_info"]["resource_group_id"].clone();
    }
    if world.assumptions.node_pool_additions {
        add_own_sets(&mut patch, &key.parent, &key.id);
    }
    let changes = vec![Change::Merge(key.clone(), patch)];
    let task_id = change_pool(world, "nodepool_update", &key, changes, size, call.body.clone());
    Ok(json!({"nodepool_id": key.id, "task_id": task_id}))
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
    pool: &Key,
    mut changes: Vec<Change>,
    size: usize,
    parameters: Value,
) -> String {
    let present = world.objects.get(pool).map_or(0, |pool| nodes(pool).len());
    let (during, stages) = match size.cmp(&present) {
        std::cmp::Ordering::Greater => ("scaling", vec![("AddNodes", duration::SCALE_OUT)]),
        std::cmp::Ordering::Less => ("removing", vec![("DrainNodes", duration::SCALE_IN)]),
        std::cmp::Ordering::Equal => ("updating", vec![("ModifyNodePool", duration::NODE_POOL_MODIFY)]),
    };
    let on_the_way =
        json!({"initial_nodes": size.saturating_sub(present), "removing_nodes": present.saturating_sub(size)});
    world.apply(Change::Hide(pool.clone(), on_the_way));
    world.apply(in_state(pool, during));
    changes.extend([resize(pool, size), in_state(pool, "active")]);
    let work = Work {
        parameters,
        success: changes,
        failure: vec![resize(pool, present), in_state(pool, "active")],
        ..work(kind, pool, stages)
    };
    world.start_task(work)
}

/// ScaleClusterNodePool: `count` more nodes.
pub(super) fn scale(world: &mut World, call: &Call) -> Answer {
    let key = named(call);
    let pool = check_active(world, &key)?;
    let present = nodes(pool).len();
    let count = call.body["count"]
        .as_u64()
        .and_then(|count| usize::try_from(count).ok())
        .filter(|count| (1..=500).contains(count));
    let count = count.ok_or_else(|| ApiError::invalid("count", "it has to be from 1 to 500"))?;
    check_size(&json!({"count": count}), &pool.record, present)?;
    let size = present + count;
    check_node_quota(world, world.cluster(&key.parent)?, size, present)?;
    let changes = vec![Change::Merge(key.clone(), json!({"scaling_group": {"desired_size": size}}))];
    let task_id = change_pool(world, "cluster_scaleout", &key, changes, size, call.body.clone());
    Ok(json!({"task_id": task_id}))
}

/// ScaleOutCluster, from before there were node pools: more nodes in the default pool, which is made when it is not there.
pub(super) fn scale_out_cluster(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.cluster_id();
    world.cluster(&cluster_id)?;
    let default_pool = |world: &World| {
        let mut pools = world.objects.within(&cluster_id, KIND.name);
        pools.find(|pool| name(pool) == deprecated::DEFAULT_POOL).map(|pool| pool.id().to_owned())
    };
    let existing = default_pool(world);
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
pub(super) fn modify_node_config(world: &mut World, call: &Call) -> Answer {
    let key = named(call);
    let pool = check_active(world, &key)?;
    let mut config = json!({});
    for (sent, shown) in [("kubelet_config", "kubelet_configuration"), ("os_config", "node_os_config")] {
        if let Some(block) = call.body.get(sent) {
            config[shown] = replacing(&pool.record["node_config"][shown], block);
        }
    }
    let stages = vec![("ModifyNodeConfig", batches(call, nodes(pool).len()) * duration::NODE_BOOTSTRAP)];
    if let Some(block) = call.body.get("containerd_config") {
        // No read of the API shows it.
        let patch = json!({"containerd_config": replacing(&pool.hidden["containerd_config"], block)});
        world.apply(Change::Hide(key.clone(), patch));
    }
    world.apply(in_state(&key, "updating"));
    let work = Work {
        parameters: call.body.clone(),
        success: vec![Change::Merge(key.clone(), json!({"node_config": config})), in_state(&key, "active")],
        failure: vec![in_state(&key, "active")],
        ..work("nodepool_update", &key, stages)
    };
    let task_id = world.start_task(work);
    Ok(json!({"nodepool_id": key.id, "task_id": task_id}))
}

/// Drift: a changed size also changes the nodes, as an autoscaler would, which leaves no wish behind.
pub(super) fn drifted(world: &mut World, key: &Key, patch: &Value) {
    let Some(size) = patch["scaling_group"]["desired_size"].as_u64() else { return };
    world.apply(resize(key, usize::try_from(size).unwrap_or(usize::MAX).min(5000)));
    if world.objects.get(key).is_some_and(|pool| pool.record["auto_scaling"]["enable"] == true) {
        world.apply(Change::Merge(key.clone(), json!({"scaling_group": {"desired_size": null}})));
    }
}

/// How many batches the nodes make under the call's rolling policy; at least one.
pub(super) fn batches(call: &Call, nodes: usize) -> f64 {
    let parallel = call.body["rolling_policy"]["max_parallelism"].as_u64().unwrap_or(10).max(1);
    (nodes as f64 / parallel as f64).ceil().max(1.0)
}
