//! ModifyCluster, UpgradeCluster and MigrateCluster.

use serde_json::{Value, json};

use super::create::{check_maintenance_window, complete_maintenance_window, master_url, public_address, rrsa};
use super::{begin, check_name, check_running, check_unique_name, cluster_task};
use crate::call::{Answer, Call};
use crate::error::ApiError;
use crate::machine::{Work, duration};
use crate::merge_patch::merge;
use crate::store::{Change, Cluster, Target, World};
use crate::version;

/// What a call changes: the detail answer, the settings that are not read there, and how long it takes.
#[derive(Default)]
struct Patch {
    detail: Value,
    settings: Value,
    seconds: f64,
}

impl Patch {
    fn detail(&mut self, field: &str, value: Value, seconds: f64) {
        self.detail[field] = value;
        self.seconds = self.seconds.max(seconds);
    }

    fn settings(&mut self, field: &str, value: Value, seconds: f64) {
        self.settings[field] = value;
        self.seconds = self.seconds.max(seconds);
    }
}

/// ModifyCluster: only what is sent changes, when the task succeeds.
pub(crate) fn modify(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id").to_owned();
    check_running(world, &cluster_id)?;
    let mut patch = Patch { detail: json!({}), settings: json!({}), seconds: duration::SETTING };
    let fresh_address = public_address(&mut world.ids);
    for (field, value) in call.body.as_object().into_iter().flatten() {
        take(world, &cluster_id, call, field, value, &fresh_address, &mut patch)?;
    }
    if world.assumptions.cluster_spec_hides_deletion_protection
        && patch.detail.get("cluster_spec").is_some()
        && let Some(fields) = patch.detail.as_object_mut()
    {
        fields.remove("deletion_protection");
    }
    begin(world, &cluster_id, "updating")?;
    let changes = vec![
        Change::Merge(Target::Settings(cluster_id.clone()), patch.settings),
        Change::Merge(Target::Cluster(cluster_id.clone()), patch.detail),
    ];
    let task_id = cluster_task(world, "cluster_modify", &cluster_id, vec![("ModifyCluster", patch.seconds)], changes);
    Ok(json!({"cluster_id": cluster_id, "task_id": task_id}))
}

/// Takes one field of the request into the patch.
fn take(
    world: &World,
    cluster_id: &str,
    call: &Call,
    field: &str,
    value: &Value,
    fresh_address: &str,
    patch: &mut Patch,
) -> Result<(), ApiError> {
    let cluster = world.cluster(cluster_id)?;
    let text = value.as_str().unwrap_or_default();
    // Older clients send empty texts for what they do not mean to change.
    if value == "" && world.assumptions.zero_means_unset {
        return Ok(());
    }
    match field {
        "cluster_name" => {
            check_name(&world.assumptions, field, text)?;
            check_unique_name(world, text, Some(cluster_id))?;
            patch.detail("name", value.clone(), duration::SETTING);
        }
        "cluster_spec" => {
            if !cluster.is_pro() {
                return Err(ApiError::invalid(field, "a Basic cluster becomes a Pro cluster with MigrateCluster only"));
            }
            patch.detail(field, value.clone(), duration::CONTROL_PLANE_RESTART);
        }
        "deletion_protection" | "resource_group_id" => patch.detail(field, value.clone(), duration::SETTING),
        "timezone" | "security_group_id" => patch.detail(field, value.clone(), duration::CONTROL_PLANE_RESTART),
        "vswitch_ids" => {
            let ids: Vec<_> = value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            if ids.is_empty() || ids.len() > 5 {
                return Err(ApiError::invalid(field, "1 to 5 vSwitches are needed"));
            }
            patch.detail("vswitch_id", json!(ids.join(",")), 0.0);
            patch.detail(field, value.clone(), duration::CONTROL_PLANE_RESTART);
        }
        "maintenance_window" => {
            if world.assumptions.maintenance_needs_pro && !cluster.is_pro() && value["enable"] == true {
                return Err(ApiError::invalid(field, "this needs a cluster_spec of ack.pro.small or larger"));
            }
            check_maintenance_window(value)?;
            let mut window = cluster.detail[field].clone();
            merge(&mut window, value);
            complete_maintenance_window(&mut window);
            patch.detail(field, window, duration::SETTING);
        }
        "operation_policy" => {
            let on = value["cluster_auto_upgrade"]["enabled"] == true;
            if world.assumptions.maintenance_needs_pro && !cluster.is_pro() && on {
                return Err(ApiError::invalid(field, "this needs a cluster_spec of ack.pro.small or larger"));
            }
            patch.detail(field, value.clone(), duration::SETTING);
        }
        "enable_rrsa" => {
            let block = rrsa(cluster_id, &cluster.detail["region_id"], value == true);
            let block = if value == true { block } else { without_rrsa(&cluster.detail["rrsa_config"]) };
            patch.detail("rrsa_config", block, duration::CONTROL_PLANE_RESTART);
        }
        "api_server_eip" => take_public_address(cluster, call, value == true, fresh_address, patch)?,
        "api_server_eip_id" if call.body.get("api_server_eip").is_none() => {
            return Err(ApiError::invalid(field, "it goes with api_server_eip"));
        }
        "api_server_custom_cert_sans" => {
            let mut names = value["subject_alternative_names"].as_array().cloned().unwrap_or_default();
            if value["action"] != "overwrite" {
                let mut all = cluster.detail["extra_sans"].as_array().cloned().unwrap_or_default();
                names.retain(|name| !all.contains(name));
                all.append(&mut names);
                names = all;
            }
            patch.detail("extra_sans", json!(names), duration::CONTROL_PLANE_RESTART);
        }
        "control_plane_endpoints_config" => patch.detail(field, value.clone(), duration::CONTROL_PLANE_RESTART),
        "control_plane_config" if cluster.text("cluster_type") != "Kubernetes" => {
            return Err(ApiError::invalid(field, "only dedicated clusters have it"));
        }
        "control_plane_config" => {
            let mut masters = value.clone();
            merge(&mut masters, &json!({"login_password": null}));
            patch.detail(field, masters, duration::CONTROL_PLANE_RESTART);
        }
        "system_events_logging" => patch.settings(field, value.clone(), duration::SETTING),
        // Taken with another field, or deprecated and without effect; those with a sunset are refused before.
        _ => {}
    }
    Ok(())
}

/// The name of a cluster in the path: a call that no SDK has any more. It takes effect at once.
pub(crate) fn rename(world: &mut World, call: &Call) -> Answer {
    let (cluster_id, name) = (call.path("cluster_id").to_owned(), call.path("name").to_owned());
    world.cluster(&cluster_id)?;
    check_name(&world.assumptions, "name", &name)?;
    check_unique_name(world, &name, Some(&cluster_id))?;
    world.apply(Change::Merge(Target::Cluster(cluster_id), json!({"name": name})));
    Ok(Value::Null)
}

/// UpdateKMSEncryption: Secrets are encrypted with a key, or no longer.
pub(crate) fn update_encryption(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id").to_owned();
    let key = call.body["kms_key_id"].as_str().filter(|key| !key.is_empty());
    let key = match (call.body["disable_encryption"] == true, key) {
        (true, _) => Value::Null,
        (false, Some(key)) => json!(key),
        (false, None) => return Err(ApiError::invalid("kms_key_id", "it is needed unless disable_encryption is true")),
    };
    if !world.cluster(&cluster_id)?.is_pro() {
        return Err(ApiError::invalid("kms_key_id", "this needs a cluster_spec of ack.pro.small or larger"));
    }
    begin(world, &cluster_id, "updating")?;
    let changes = vec![Change::Merge(Target::Settings(cluster_id.clone()), json!({"kms_key_id": key}))];
    let stages = vec![("ModifyCluster", duration::CONTROL_PLANE_RESTART)];
    cluster_task(world, "cluster_modify", &cluster_id, stages, changes);
    Ok(Value::Null)
}

/// CreateAutoscalingConfig: how the pools that scale by themselves do so. Nothing reads it back.
pub(crate) fn configure_autoscaling(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id").to_owned();
    begin(world, &cluster_id, "updating")?;
    let changes = vec![Change::Merge(Target::Settings(cluster_id.clone()), json!({"autoscaling": call.body}))];
    let stages = vec![("ModifyCluster", duration::SETTING)];
    let task_id = cluster_task(world, "cluster_modify", &cluster_id, stages, changes);
    Ok(json!({"cluster_id": cluster_id, "task_id": task_id}))
}

/// A merge patch that leaves only `enabled: false` of an RRSA block.
fn without_rrsa(block: &Value) -> Value {
    let mut patch: serde_json::Map<_, _> =
        block.as_object().into_iter().flatten().map(|(name, _)| (name.clone(), Value::Null)).collect();
    patch.insert("enabled".to_owned(), json!(false));
    Value::Object(patch)
}

/// Binds or unbinds the public address of the API server.
fn take_public_address(
    cluster: &Cluster,
    call: &Call,
    bind: bool,
    fresh_address: &str,
    patch: &mut Patch,
) -> Result<(), ApiError> {
    let eip_id = call.body["api_server_eip_id"].as_str().filter(|id| !id.is_empty());
    let (eip_id, address) = match (bind, eip_id) {
        (true, None) => return Err(ApiError::invalid("api_server_eip_id", "it is needed when api_server_eip is true")),
        (true, Some(id)) => (json!(id), json!(fresh_address)),
        (false, _) => (Value::Null, Value::Null),
    };
    patch.settings("own_api_server_eip", json!(bind), duration::PUBLIC_ADDRESS);
    patch.settings("api_server_eip_id", eip_id, duration::PUBLIC_ADDRESS);
    patch.settings("public_address", address.clone(), duration::PUBLIC_ADDRESS);
    let mut changed = Cluster {
        id: cluster.id.clone(),
        detail: Value::Null,
        settings: cluster.settings.clone(),
        node_pools: indexmap::IndexMap::new(),
        addons: indexmap::IndexMap::new(),
    };
    changed.settings["public_address"] = address;
    patch.detail("master_url", master_url(&changed), duration::PUBLIC_ADDRESS);
    Ok(())
}

/// UpgradeCluster: the control plane, one published minor at a time; nodes follow by UpgradeClusterNodepool.
pub(crate) fn upgrade(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id").to_owned();
    let cluster = world.cluster(&cluster_id)?;
    let next = call.body["next_version"].as_str().or(call.body["version"].as_str()).unwrap_or_default().to_owned();
    let current = cluster.text("current_version").to_owned();
    version::check_upgrade(&current, &next)?;
    let behind = cluster
        .node_pools
        .values()
        .find(|pool| !pool.nodes.is_empty() && version::minor(&pool.kubernetes_version) < version::minor(&current));
    if let Some(pool) = behind.filter(|_| world.assumptions.upgrade_needs_matching_nodes) {
        let text = format!(
            "node pool {} is at {}: its nodes have to reach {current} before the control plane moves on",
            pool.id, pool.kubernetes_version
        );
        return Err(ApiError::invalid("next_version", text));
    }
    begin(world, &cluster_id, "upgrading")?;
    let target = Target::Cluster(cluster_id.clone());
    let following = version::upgradable(&next).first().copied().unwrap_or_default();
    let again = super::running_again(world, &cluster_id);
    let work = Work {
        parameters: call.body.clone(),
        success: vec![
            Change::Merge(target, json!({"current_version": next, "next_version": following})),
            again.clone(),
        ],
        failure: vec![again],
        controllable: true,
        ..Work::on_cluster(
            "cluster_upgrade",
            &cluster_id,
            vec![("PreCheck", 60.0), ("UpgradeControlPlane", duration::CLUSTER_UPGRADE - 60.0)],
        )
    };
    let task_id = world.start_task(work);
    Ok(json!({"cluster_id": cluster_id, "task_id": task_id}))
}

/// MigrateCluster: Basic to Pro.
pub(crate) fn migrate(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id").to_owned();
    let cluster = world.cluster(&cluster_id)?;
    if cluster.text("cluster_spec") != "ack.standard" {
        return Err(ApiError::invalid(
            "cluster_id",
            format!("the cluster is {} already, only Basic clusters migrate", cluster.text("cluster_spec")),
        ));
    }
    begin(world, &cluster_id, "updating")?;
    let changes = vec![Change::Merge(Target::Cluster(cluster_id.clone()), json!({"cluster_spec": "ack.pro.small"}))];
    let task_id = cluster_task(
        world,
        "cluster_migrate",
        &cluster_id,
        vec![("MigrateControlPlane", duration::CLUSTER_MIGRATE)],
        changes,
    );
    Ok(json!({"cluster_id": cluster_id, "task_id": task_id}))
}
