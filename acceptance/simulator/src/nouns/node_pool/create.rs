//! CreateClusterNodePool: the rules for a new pool, what it looks like, and the task that builds it.

use serde_json::{Value, json};

use super::defaults;
use super::kind::{KIND, check_cluster, key, name, sort_sets, work};
use super::nodes::resize;
use super::settings::{check_settings, is_empty};
use super::size::{check_node_quota, check_size};
use crate::call::{Answer, Call};
use crate::clock::seconds;
use crate::clusters::is_pro;
use crate::error::ApiError;
use crate::machine::Work;
use crate::name::check_name;
use crate::objects::{Key, Object};
use crate::store::{Birth, Change, World, in_state};
use crate::{duration, record, tag, version};

/// What a read shows instead of a password.
const MASKED: &str = "******";

/// CreateClusterNodePool.
pub(super) fn create(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.cluster_id();
    check_cluster(world, &cluster_id)?;
    let size = check(world, &cluster_id, &call.body)?;
    let pool = build(world, &cluster_id, &call.body, size)?;
    let mut stages = vec![("CreateScalingGroup", duration::NODE_POOL_CREATE)];
    if size > 0 {
        stages.push(("AddNodes", duration::NODE_BOOTSTRAP));
    }
    let work = Work {
        success: ready(&pool, size),
        failure: vec![resize(&pool, 0), in_state(&pool, "failed")],
        ..work("nodepool_create", &pool, stages)
    };
    let task_id = world.start_task(work);
    Ok(json!({"nodepool_id": pool.id, "task_id": task_id}))
}

/// The pools that CreateCluster names are built with the cluster.
pub(super) fn at_birth(world: &mut World, cluster_id: &str, request: &Value) -> Result<Birth, ApiError> {
    let mut birth = Birth::default();
    let mut with_nodes = false;
    for body in request["nodepools"].as_array().into_iter().flatten() {
        let size = check(world, cluster_id, body)?;
        let pool = build(world, cluster_id, body, size)?;
        with_nodes |= size > 0;
        birth.success.extend(ready(&pool, size));
    }
    if with_nodes {
        birth.stages.push(("AddNodes", duration::NODE_BOOTSTRAP));
    }
    Ok(birth)
}

/// What makes a new pool usable.
fn ready(pool: &Key, size: usize) -> Vec<Change> {
    vec![resize(pool, size), in_state(pool, "active")]
}

/// Checks a new pool and gives the number of its first nodes.
fn check(world: &World, cluster_id: &str, body: &Value) -> Result<usize, ApiError> {
    let assumptions = &world.assumptions;
    let cluster = world.cluster(cluster_id)?;
    let name = body["nodepool_info"]["name"].as_str().unwrap_or_default();
    check_name(assumptions, "nodepool_info.name", name)?;
    check_unique_name(world, cluster_id, name, None)?;
    let quota = if is_pro(cluster) { assumptions.pro_node_pool_quota } else { assumptions.basic_node_pool_quota };
    if world.objects.within(cluster_id, KIND.name).count() >= quota {
        return Err(ApiError::bad_request(
            "QuotaExceeded.NodePool",
            format!("cluster {cluster_id} has {quota} node pools, which is its quota"),
        ));
    }
    let group = &body["scaling_group"];
    if is_empty(&group["instance_types"]) && is_empty(&group["instance_patterns"]) {
        return Err(ApiError::invalid("scaling_group.instance_types", "instance_types or instance_patterns is needed"));
    }
    check_settings(world, cluster, body, body)?;
    let size = check_size(body, &Value::Null, 0)?;
    check_node_quota(world, cluster, size, 0)?;
    Ok(size)
}

/// Refuses a name that another pool of the cluster has.
pub(super) fn check_unique_name(
    world: &World,
    cluster_id: &str,
    wanted: &str,
    own_id: Option<&str>,
) -> Result<(), ApiError> {
    let mut pools = world.objects.within(cluster_id, KIND.name);
    if pools.any(|pool| name(pool) == wanted && own_id != Some(pool.id())) {
        let text = format!("nodepool name {wanted} is already exist in cluster {cluster_id}");
        return Err(ApiError::bad_request("InvalidParameter.Name", text));
    }
    Ok(())
}

/// Puts the pool there as it is while it is built.
fn build(world: &mut World, cluster_id: &str, body: &Value, size: usize) -> Result<Key, ApiError> {
    let cluster = world.cluster(cluster_id)?.record.clone();
    let id = world.ids.node_pool();
    let now = world.stamp();
    let mut record = record::kept(&KIND, body);
    for block in ["auto_scaling", "kubernetes_config", "management", "scaling_group"] {
        if record.get(block).is_none() {
            record[block] = json!({});
        }
    }
    defaults::fill(&mut record);
    let current = cluster["current_version"].as_str().unwrap_or_default().to_owned();

    let info = &mut record["nodepool_info"];
    info["nodepool_id"] = json!(id);
    info["created"] = json!(now);
    info["updated"] = json!(now);
    info["is_default"] = json!(false);
    info["region_id"] = cluster["region_id"].clone();
    set_default(info, "type", json!("ess"));
    set_default(info, "resource_group_id", cluster["resource_group_id"].clone());

    let group = &mut record["scaling_group"];
    group["scaling_group_id"] = json!(world.ids.resource("asg"));
    // Only who has set a size reads one.
    if body["count"].as_i64().is_some_and(|count| count != 0) {
        set_default(group, "desired_size", json!(size));
    }
    set_default(group, "image_type", json!("AliyunLinux3"));
    let image =
        group["image_type"].as_str().and_then(version::image).unwrap_or("aliyun_3_x64_20G_alibase_20260120.vhd");
    set_default(group, "image_id", json!(image));
    set_default(group, "system_disk_size", json!(120));
    set_default(group, "spot_strategy", json!("NoSpot"));
    if world.assumptions.node_pool_defaults_shown {
        set_default(group, "platform", json!("AliyunLinux"));
        set_default(group, "ram_role_name", cluster["worker_ram_role_name"].clone());
    }
    let groups = match (&group["security_group_ids"], &group["security_group_id"]) {
        (list, _) if !is_empty(list) => list.clone(),
        (_, Value::String(one)) if !one.is_empty() => json!([one]),
        _ => json!([cluster["security_group_id"]]),
    };
    group["security_group_id"] = groups[0].clone();
    group["security_group_ids"] = groups;
    mask_password(group);

    let config = &mut record["kubernetes_config"];
    if world.assumptions.node_pool_defaults_shown {
        set_default(config, "node_name_mode", json!("nodeip"));
    }
    let runtime = config["runtime"].as_str().unwrap_or("containerd");
    let runtime_version = version::runtime_version(runtime, &current);
    set_default(config, "runtime_version", json!(runtime_version));
    if world.assumptions.node_pool_additions {
        complete_sets(&mut record, cluster_id, &id);
    }
    record["status"] = json!({"state": if size > 0 { "scaling" } else { "initial" }});
    record::shown(&KIND, &mut record);
    let key = key(cluster_id, &id);
    let hidden = json!({
        "nodes": [],
        "kubernetes_version": current,
        "containerd_config": null,
        "initial_nodes": size,
        "removing_nodes": 0,
    });
    let readable_from = world.now() + seconds(world.assumptions.node_pool_read_lag_seconds);
    world.apply(Change::Put(Object { key: key.clone(), record, hidden, readable_from }));
    Ok(key)
}

fn set_default(object: &mut Value, field: &str, value: Value) {
    if object.get(field).is_none_or(|given| *given == "") {
        object[field] = value;
    }
}

/// Replaces a password that was given by its mask.
pub(super) fn mask_password(group: &mut Value) {
    if group.get("login_password").is_some() {
        group["login_password"] = json!(MASKED);
    }
}

/// Adds the labels and tags of the service's own to the lists that are there (both lists for a new pool), and sorts.
pub(super) fn complete_sets(record: &mut Value, cluster_id: &str, node_pool_id: &str) {
    let own = [(tag::SERVER_TAG, cluster_id), ("alibabacloud.com/nodepool-id", node_pool_id)];
    for (block, field) in [("scaling_group", "tags"), ("kubernetes_config", "labels")] {
        let Some(block) = record.get_mut(block) else { continue };
        if !block[field].is_array() {
            block[field] = json!([]);
        }
        for (key, value) in own {
            if let Some(items) = block[field].as_array_mut()
                && !items.iter().any(|item| item["key"] == key)
            {
                items.push(json!({"key": key, "value": value}));
            }
        }
    }
    sort_sets(record);
}
