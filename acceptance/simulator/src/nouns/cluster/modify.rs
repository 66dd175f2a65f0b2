//! ModifyCluster and the other calls that change settings. What is sent is kept, when the task succeeds; here is only what
//! has rules of its own.

use serde_json::{Map, Value, json};

use super::create::{check_maintenance_window, complete_maintenance_window, joined, master_url, public_address, rrsa};
use super::kind::{KIND, check_unique_name, key};
use crate::call::{Answer, Call};
use crate::clusters::{check_running, is_pro, operate};
use crate::duration;
use crate::error::ApiError;
use crate::machine::Work;
use crate::merge_patch::merge;
use crate::name::check_name;
use crate::objects::Object;
use crate::record::kept;
use crate::store::{Change, World};

/// Fields whose change restarts the control plane. The others are plain settings.
const RESTARTING: [&str; 8] = [
    "cluster_spec",
    "timezone",
    "security_group_id",
    "vswitch_ids",
    "enable_rrsa",
    "api_server_custom_cert_sans",
    "control_plane_endpoints_config",
    "control_plane_config",
];

/// What a call changes: what reads show, and what they do not.
struct Patch {
    record: Value,
    hidden: Value,
}

/// ModifyCluster: only what is sent changes, when the task succeeds.
pub(super) fn modify(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.cluster_id();
    check_running(world, &cluster_id)?;
    let fresh_address = public_address(&mut world.ids);
    let mut fields = call.body.as_object().cloned().unwrap_or_default();
    if world.assumptions.zero_means_unset {
        // Older clients send empty texts for what they do not mean to change.
        fields.retain(|_, value| *value != "");
    }
    let mut patch = Patch { record: kept(&KIND, &Value::Object(fields.clone())), hidden: json!({}) };
    let cluster = world.cluster(&cluster_id)?;
    for (field, value) in &fields {
        rule(world, cluster, field, value, &mut patch)?;
    }
    let mut seconds = duration::SETTING;
    if fields.keys().any(|field| RESTARTING.contains(&field.as_str())) {
        seconds = duration::CONTROL_PLANE_RESTART;
    }
    if take_public_address(cluster, &fields, &fresh_address, &mut patch)? {
        seconds = duration::PUBLIC_ADDRESS;
    }
    if world.assumptions.cluster_spec_hides_deletion_protection
        && fields.contains_key("cluster_spec")
        && let Some(fields) = patch.record.as_object_mut()
    {
        fields.remove("deletion_protection");
    }
    let mut state = "updating";
    if !world.assumptions.deletion_protection_waits_for_task
        && let Some(protected) = patch.record.get("deletion_protection").cloned()
    {
        if fields.len() == 1 {
            state = "running";
        }
        world.apply(Change::Merge(key(&cluster_id), json!({"deletion_protection": protected})));
    }
    let success = vec![Change::Hide(key(&cluster_id), patch.hidden), Change::Merge(key(&cluster_id), patch.record)];
    let stages = vec![("ModifyCluster", seconds)];
    operate(world, Work { success, ..Work::on_cluster("cluster_modify", &cluster_id, stages) }, state)
}

/// What has a rule of its own: a check, or another form when it is read.
fn rule(world: &World, cluster: &Object, field: &str, value: &Value, patch: &mut Patch) -> Result<(), ApiError> {
    let needs_pro = |needed: bool| match needed && world.assumptions.maintenance_needs_pro && !is_pro(cluster) {
        true => Err(ApiError::invalid(field, "this needs a cluster_spec of ack.pro.small or larger")),
        false => Ok(()),
    };
    match field {
        "cluster_name" => {
            let name = value.as_str().unwrap_or_default();
            check_name(&world.assumptions, field, name)?;
            check_unique_name(world, name, Some(cluster.id()))?;
        }
        "cluster_spec" if !is_pro(cluster) => {
            return Err(ApiError::invalid(field, "a Basic cluster becomes a Pro cluster with MigrateCluster only"));
        }
        "vswitch_ids" => {
            if !(1..=5).contains(&value.as_array().map_or(0, Vec::len)) {
                return Err(ApiError::invalid(field, "1 to 5 vSwitches are needed"));
            }
            patch.record["vswitch_id"] = json!(joined(value));
        }
        "maintenance_window" => {
            needs_pro(value["enable"] == true)?;
            check_maintenance_window(value)?;
            let mut window = cluster.record[field].clone();
            merge(&mut window, value);
            complete_maintenance_window(&mut window);
            patch.record[field] = window;
        }
        "operation_policy" => needs_pro(value["cluster_auto_upgrade"]["enabled"] == true)?,
        "enable_rrsa" => {
            patch.record["rrsa_config"] = match value == true {
                true => rrsa(cluster.id(), &cluster.record["region_id"], true),
                false => without_rrsa(&cluster.record["rrsa_config"]),
            };
        }
        "api_server_custom_cert_sans" => {
            let mut names = value["subject_alternative_names"].as_array().cloned().unwrap_or_default();
            if value["action"] != "overwrite" {
                let mut all = cluster.record["extra_sans"].as_array().cloned().unwrap_or_default();
                names.retain(|name| !all.contains(name));
                all.append(&mut names);
                names = all;
            }
            patch.record["extra_sans"] = json!(names);
        }
        "control_plane_config" => {
            if cluster.text("cluster_type") != "Kubernetes" {
                return Err(ApiError::invalid(field, "only dedicated clusters have it"));
            }
            merge(&mut patch.record[field], &json!({"login_password": null}));
        }
        "system_events_logging" => patch.hidden[field] = value.clone(),
        _ => {}
    }
    Ok(())
}

/// Binds or unbinds the public address of the API server, if that is asked for.
fn take_public_address(
    cluster: &Object,
    fields: &Map<String, Value>,
    fresh_address: &str,
    patch: &mut Patch,
) -> Result<bool, ApiError> {
    let eip_id = fields.get("api_server_eip_id").and_then(Value::as_str).filter(|id| !id.is_empty());
    let bind = fields.get("api_server_eip").map(|bind| *bind == true);
    let (eip_id, address) = match (bind, eip_id) {
        (None, None) => return Ok(false),
        (None, Some(_)) => return Err(ApiError::invalid("api_server_eip_id", "it goes with api_server_eip")),
        (Some(true), None) => {
            return Err(ApiError::invalid("api_server_eip_id", "it is needed when api_server_eip is true"));
        }
        (Some(true), Some(id)) => (json!(id), json!(fresh_address)),
        (Some(false), _) => (Value::Null, Value::Null),
    };
    let change = json!({"own_api_server_eip": bind, "api_server_eip_id": eip_id, "public_address": address});
    let mut settings = cluster.hidden.clone();
    merge(&mut settings, &change);
    for (name, value) in change.as_object().into_iter().flatten() {
        patch.hidden[name] = value.clone();
    }
    patch.record["master_url"] = master_url(&settings);
    Ok(true)
}

/// The name of a cluster in the path: a call that no SDK has any more. It takes effect at once.
pub(super) fn rename(world: &mut World, call: &Call) -> Answer {
    let (cluster_id, name) = (call.path("cluster_id").to_owned(), call.path("name").to_owned());
    world.cluster(&cluster_id)?;
    check_name(&world.assumptions, "name", &name)?;
    check_unique_name(world, &name, Some(&cluster_id))?;
    world.apply(Change::Merge(key(&cluster_id), json!({"name": name})));
    Ok(Value::Null)
}

/// UpdateKMSEncryption: Secrets are encrypted with a key, or no longer.
pub(super) fn update_encryption(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id").to_owned();
    let given = call.body["kms_key_id"].as_str().filter(|id| !id.is_empty());
    let key_id = match (call.body["disable_encryption"] == true, given) {
        (true, _) => Value::Null,
        (false, Some(id)) => json!(id),
        (false, None) => return Err(ApiError::invalid("kms_key_id", "it is needed unless disable_encryption is true")),
    };
    if !is_pro(world.cluster(&cluster_id)?) {
        return Err(ApiError::invalid("kms_key_id", "this needs a cluster_spec of ack.pro.small or larger"));
    }
    let success = vec![Change::Hide(key(&cluster_id), json!({"kms_key_id": key_id}))];
    let stages = vec![("ModifyCluster", duration::CONTROL_PLANE_RESTART)];
    operate(world, Work { success, ..Work::on_cluster("cluster_modify", &cluster_id, stages) }, "updating")?;
    Ok(Value::Null)
}

/// CreateAutoscalingConfig: how the pools that scale by themselves do so. Nothing reads it back.
pub(super) fn configure_autoscaling(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.cluster_id();
    let success = vec![Change::Hide(key(&cluster_id), json!({"autoscaling": call.body}))];
    let stages = vec![("ModifyCluster", duration::SETTING)];
    operate(world, Work { success, ..Work::on_cluster("cluster_modify", &cluster_id, stages) }, "updating")
}

/// A merge patch that leaves only `enabled: false` of an RRSA block.
fn without_rrsa(block: &Value) -> Value {
    let mut patch: serde_json::Map<_, _> =
        block.as_object().into_iter().flatten().map(|(name, _)| (name.clone(), Value::Null)).collect();
    patch.insert("enabled".to_owned(), json!(false));
    Value::Object(patch)
}
