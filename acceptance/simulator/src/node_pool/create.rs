//! CreateClusterNodePool: the rules for a new pool, what it looks like, and the task that builds it.

use serde_json::{Value, json};

use super::{NodePool, check_cluster, defaults, restrict, sort_sets, state, work};
use crate::assumptions::Assumptions;
use crate::call::{Answer, Call};
use crate::clock::seconds;
use crate::cluster::check_name;
use crate::error::ApiError;
use crate::machine::{Work, duration};
use crate::operations;
use crate::store::{Change, Cluster, World};
use crate::{tag, version};

/// What a read shows instead of a password.
const MASKED: &str = "******";

/// CreateClusterNodePool.
pub(crate) fn create(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id").to_owned();
    check_cluster(world, &cluster_id)?;
    let size = check(&world.assumptions, world.cluster(&cluster_id)?, &call.body)?;
    let cluster = world.cluster(&cluster_id)?.detail.clone();
    let pool = build(world, &cluster, &call.body, size);
    let node_pool_id = pool.id.clone();
    world.cluster_mut(&cluster_id)?.node_pools.insert(node_pool_id.clone(), pool);

    let mut stages = vec![("CreateScalingGroup", duration::NODE_POOL_CREATE)];
    if size > 0 {
        stages.push(("AddNodes", duration::NODE_BOOTSTRAP));
    }
    let work = Work {
        success: ready(&cluster_id, &node_pool_id, size),
        failure: vec![
            Change::Resize { cluster_id: cluster_id.clone(), node_pool_id: node_pool_id.clone(), size: 0 },
            state(&cluster_id, &node_pool_id, "failed"),
        ],
        ..work("nodepool_create", &cluster_id, &node_pool_id, stages)
    };
    let task_id = world.start_task(work);
    Ok(json!({"nodepool_id": node_pool_id, "task_id": task_id}))
}

/// What makes a new pool usable.
pub(crate) fn ready(cluster_id: &str, node_pool_id: &str, size: usize) -> Vec<Change> {
    vec![
        Change::Resize { cluster_id: cluster_id.to_owned(), node_pool_id: node_pool_id.to_owned(), size },
        state(cluster_id, node_pool_id, "active"),
    ]
}

/// Checks a new pool and gives the number of its first nodes.
pub(crate) fn check(assumptions: &Assumptions, cluster: &Cluster, body: &Value) -> Result<usize, ApiError> {
    let name = body["nodepool_info"]["name"].as_str().unwrap_or_default();
    check_name(assumptions, "nodepool_info.name", name)?;
    check_unique_name(cluster, name, None)?;
    let quota = if cluster.is_pro() { assumptions.pro_node_pool_quota } else { assumptions.basic_node_pool_quota };
    if cluster.node_pools.len() >= quota {
        return Err(ApiError::bad_request(
            "QuotaExceeded.NodePool",
            format!("cluster {} has {quota} node pools, which is its quota", cluster.id),
        ));
    }
    let group = &body["scaling_group"];
    if is_empty(&group["instance_types"]) && is_empty(&group["instance_patterns"]) {
        return Err(ApiError::invalid("scaling_group.instance_types", "instance_types or instance_patterns is needed"));
    }
    check_settings(assumptions, cluster, body, body)?;
    let size = check_size(body, &Value::Null, 0)?;
    check_node_quota(cluster, size, 0)?;
    Ok(size)
}

fn is_empty(list: &Value) -> bool {
    list.as_array().is_none_or(Vec::is_empty)
}

/// Refuses a name that another pool of the cluster has.
pub(super) fn check_unique_name(cluster: &Cluster, name: &str, own_id: Option<&str>) -> Result<(), ApiError> {
    let taken = cluster.node_pools.values().any(|pool| pool.name() == name && own_id != Some(pool.id.as_str()));
    if taken {
        let text = format!("nodepool name {name} is already exist in cluster {}", cluster.id);
        return Err(ApiError::bad_request("InvalidParameter.Name", text));
    }
    Ok(())
}

pub(super) fn check_node_quota(cluster: &Cluster, size: usize, present: usize) -> Result<(), ApiError> {
    let total = cluster.node_count() - present + size;
    let quota = if cluster.is_pro() { 5000 } else { 10 };
    if total > quota && size > present {
        return Err(ApiError::bad_request(
            "QuotaExceeded.Node",
            format!("cluster {} would have {total} nodes, its quota is {quota}", cluster.id),
        ));
    }
    Ok(())
}

/// The size that a pool is to have: by autoscaling limits or by `desired_size`, never by both.
///
/// `record` is what is stored of the pool (null for a new one), `present` its number of nodes.
pub(super) fn check_size(body: &Value, record: &Value, present: usize) -> Result<usize, ApiError> {
    let scaling = |field: &str| body["auto_scaling"].get(field).unwrap_or(&record["auto_scaling"][field]);
    let desired = body["scaling_group"]["desired_size"].as_i64();
    // The old name of a new pool's size. Older clients send 0 for none.
    let count = body["count"].as_i64().filter(|count| *count != 0);
    if scaling("enable") == true {
        if desired.is_some() || count.is_some() {
            let text = "scaling_group.desired_size and count must not be given while auto_scaling.enable is true";
            return Err(ApiError::bad_request("InvalidDesiredSizeOrCount.NotNull", text));
        }
        let (least, most) =
            (scaling("min_instances").as_i64().unwrap_or(0), scaling("max_instances").as_i64().unwrap_or(0));
        if !(0..=most).contains(&least) || most > 2000 {
            let text = format!("0 <= min_instances ({least}) <= max_instances ({most}) <= 2000 does not hold");
            return Err(ApiError::invalid("auto_scaling.min_instances", text));
        }
        let (least, most) = (usize::try_from(least).unwrap_or(0), usize::try_from(most).unwrap_or(0));
        return Ok(present.clamp(least, most));
    }
    match desired.or(count.filter(|_| record.is_null())) {
        None => Ok(present),
        Some(desired @ 0..=5000) => Ok(usize::try_from(desired).unwrap_or(present)),
        Some(desired) => {
            Err(ApiError::invalid("scaling_group.desired_size", format!("{desired} is not from 0 to 5000")))
        }
    }
}

/// The rules that hold for new pools and for changes alike. `whole` is the pool as it is to become: what a change does not
/// send, it has already.
pub(super) fn check_settings(
    assumptions: &Assumptions,
    cluster: &Cluster,
    body: &Value,
    whole: &Value,
) -> Result<(), ApiError> {
    let group = &body["scaling_group"];
    let config = &body["kubernetes_config"];
    let given =
        |field: &str| group.get(field).is_some_and(|value| *value != "" && *value != json!([]) && *value != json!({}));
    for (field, most) in [("vswitch_ids", 8), ("instance_types", 10), ("data_disks", 10)] {
        let path = format!("scaling_group.{field}");
        match group[field].as_array().map(Vec::len) {
            Some(count) if count > most => {
                return Err(ApiError::invalid(&path, format!("{count} are given, at most {most} are allowed")));
            }
            Some(0) if field == "vswitch_ids" => return Err(ApiError::invalid(&path, "at least one is needed")),
            _ => {}
        }
    }
    for (one, other) in [("key_pair", "login_password"), ("private_pool_options", "resource_pool_options")] {
        if given(one) && given(other) {
            return Err(ApiError::invalid(
                &format!("scaling_group.{one}"),
                format!("it excludes scaling_group.{other}"),
            ));
        }
    }
    if let Some(password) = group["login_password"].as_str().filter(|password| !password.is_empty()) {
        check_password(password)?;
        if group["image_type"] == "ContainerOS" {
            return Err(ApiError::invalid("scaling_group.login_password", "ContainerOS takes key_pair only"));
        }
    }
    let whole = &whole["scaling_group"];
    if assumptions.documented_exclusions && given("spot_price_limit") && whole["spot_strategy"] != "SpotWithPriceLimit"
    {
        return Err(ApiError::invalid("scaling_group.spot_price_limit", "it needs spot_strategy SpotWithPriceLimit"));
    }
    let may_burst = whole["system_disk_category"] == "cloud_auto"
        || whole["system_disk_categories"].as_array().is_some_and(|list| list.contains(&json!("cloud_auto")));
    if group["system_disk_bursting_enabled"] == true && !may_burst {
        return Err(ApiError::invalid(
            "scaling_group.system_disk_bursting_enabled",
            "it needs system_disk_category cloud_auto",
        ));
    }
    if let Some(image_type) = group["image_type"].as_str().filter(|kind| kind.starts_with("Windows"))
        && version::minor(cluster.text("current_version")) >= 28
    {
        return Err(ApiError::invalid(
            "scaling_group.image_type",
            format!("{image_type} pools cannot be created on Kubernetes 1.28 or newer"),
        ));
    }
    let upgrade = &body["management"]["upgrade_config"];
    if assumptions.documented_exclusions && upgrade.get("surge").is_some() && upgrade.get("surge_percentage").is_some()
    {
        return Err(ApiError::invalid("management.upgrade_config.surge", "it excludes surge_percentage"));
    }
    if assumptions.management_needs_node_problem_detector
        && body["management"]["enable"] == true
        && !cluster.addons.contains_key("ack-node-problem-detector")
    {
        return Err(ApiError::bad_request(
            "InvalidParameter.Management",
            "management.enable needs the add-on ack-node-problem-detector",
        ));
    }
    check_runtime(cluster, config)?;
    tag::check("scaling_group.tags", &group["tags"], 128)?;
    tag::check("kubernetes_config.labels", &config["labels"], 64)?;
    check_taints(&config["taints"])
}

/// 8 to 30 characters of at least three of the four classes.
fn check_password(password: &str) -> Result<(), ApiError> {
    let classes = [
        password.chars().any(|letter| letter.is_ascii_lowercase()),
        password.chars().any(|letter| letter.is_ascii_uppercase()),
        password.chars().any(|letter| letter.is_ascii_digit()),
        password.chars().any(|letter| !letter.is_ascii_alphanumeric()),
    ];
    let strong = classes.iter().filter(|class| **class).count() >= 3;
    if strong && (8..=30).contains(&password.chars().count()) {
        return Ok(());
    }
    Err(ApiError::invalid(
        "scaling_group.login_password",
        "it needs 8 to 30 characters of three of: lower case, upper case, digits, others",
    ))
}

fn check_runtime(cluster: &Cluster, config: &Value) -> Result<(), ApiError> {
    let newest = match config["runtime"].as_str() {
        Some("docker") => 22,
        Some("Sandboxed-Container.runv") => 31,
        _ => return Ok(()),
    };
    if version::minor(cluster.text("current_version")) > newest {
        return Err(ApiError::invalid(
            "kubernetes_config.runtime",
            format!("{} is offered up to Kubernetes 1.{newest}", config["runtime"]),
        ));
    }
    Ok(())
}

fn check_taints(taints: &Value) -> Result<(), ApiError> {
    for taint in taints.as_array().into_iter().flatten() {
        if taint["key"].as_str().is_none_or(str::is_empty) {
            return Err(ApiError::invalid("kubernetes_config.taints", "every taint needs a key"));
        }
    }
    Ok(())
}

/// The pool as it is stored while it is built; `cluster` is the detail answer of its cluster.
pub(crate) fn build(world: &mut World, cluster: &Value, body: &Value, size: usize) -> NodePool {
    let id = world.ids.node_pool();
    let now = world.stamp();
    let mut record = body.clone();
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
        complete_sets(&mut record, cluster["cluster_id"].as_str().unwrap_or_default(), &id);
    }
    record["status"] = json!({"state": if size > 0 { "scaling" } else { "initial" }});
    shown(&mut record);
    NodePool {
        id,
        record,
        nodes: Vec::new(),
        kubernetes_version: current,
        containerd_config: Value::Null,
        initial_nodes: size,
        removing_nodes: 0,
        readable_from: world.now() + seconds(world.assumptions.node_pool_read_lag_seconds),
    }
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

/// Keeps what reads show.
pub(super) fn shown(record: &mut Value) {
    let operation = operations::find("DescribeClusterNodePoolDetail");
    if let Some(schema) = operation.and_then(|operation| operation.answer_schema.as_ref()) {
        restrict(schema, record);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_comes_from_one_side_only() {
        let error = check_size(
            &json!({"auto_scaling": {"enable": true, "max_instances": 3}, "scaling_group": {"desired_size": 2}}),
            &Value::Null,
            0,
        );
        assert_eq!(error.unwrap_err().code, "InvalidDesiredSizeOrCount.NotNull");
        assert_eq!(
            check_size(
                &json!({"auto_scaling": {"enable": true, "min_instances": 1, "max_instances": 3}}),
                &Value::Null,
                0
            )
            .unwrap(),
            1
        );
        let record = json!({"auto_scaling": {"enable": true, "min_instances": 1, "max_instances": 3}});
        assert!(check_size(&json!({"scaling_group": {"desired_size": 2}}), &record, 2).is_err());
        assert_eq!(check_size(&json!({"auto_scaling": {"enable": false}}), &record, 2).unwrap(), 2);
        assert_eq!(check_size(&json!({"auto_scaling": {"max_instances": 1}}), &record, 2).unwrap(), 1);
    }

    #[test]
    fn passwords_need_three_classes() {
        assert!(check_password("Hello1234").is_ok());
        for weak in ["hello1234", "Hi1!", "HELLO!!!!"] {
            assert!(check_password(weak).is_err(), "{weak}");
        }
    }
}
