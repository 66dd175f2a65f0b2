//! Installing, upgrading, changing and removing add-ons; the cluster is `updating` until it is over.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::catalogue::{self, Addon};
use super::config;
use super::kind::{installed, key};
use super::offer::{check_version, known, known_or_stranger, wanted};
use crate::call::{Answer, Call};
use crate::clusters::{self, check_exclusive, check_running};
use crate::duration;
use crate::error::ApiError;
use crate::machine::Work;
use crate::objects::{Key, Object};
use crate::store::{Birth, Change, World, in_state};

/// The add-ons of a new cluster: what every managed cluster gets, and what was asked for.
pub(super) fn at_birth(world: &mut World, cluster_id: &str, request: &Value) -> Result<Birth, ApiError> {
    if request["cluster_type"] == "ExternalKubernetes" {
        return Ok(Birth::default());
    }
    let mut addons = IndexMap::new();
    for addon in catalogue::all().iter().filter(|addon| addon.by_default) {
        addons.insert(addon.name, record(addon, addon.name, addon.newest(), None)?);
    }
    for asked in request["addons"].as_array().into_iter().flatten() {
        let name = asked["name"].as_str().unwrap_or_default();
        if asked["disabled"] == true {
            if catalogue::find(name).is_none_or(|addon| !addon.system) {
                addons.shift_remove(name);
            }
            continue;
        }
        let version = asked["version"].as_str().filter(|version| !version.is_empty());
        let (addon, version) = wanted(&world.assumptions, "addons.version", name, version)?;
        addons.insert(name, record(addon, name, version, asked["config"].as_str())?);
        if name == "terway-eniip" {
            let companion = known("terway-controlplane")?;
            if !addons.contains_key(companion.name) {
                addons.insert(companion.name, record(companion, companion.name, companion.newest(), None)?);
            }
        }
    }
    let there = |(name, record)| Change::Put(Object::new(key(cluster_id, name), record));
    Ok(Birth { success: addons.into_iter().map(there).collect(), ..Birth::default() })
}

/// An installed add-on as reads show it.
fn record(addon: &Addon, name: &str, version: &str, config: Option<&str>) -> Result<Value, ApiError> {
    let capable = ["network", "core"].contains(&addon.category);
    Ok(json!({
        "name": name,
        "version": version,
        "state": "active",
        "config": config::complete(addon, name, config)?,
        "logging": {"capable": capable, "enabled": false, "log_project": "", "logstore": ""},
    }))
}

/// What one add-on does during an operation, after it, and after its failure.
struct Step {
    during: Change,
    success: Change,
    failure: Change,
}

/// Runs one operation on several add-ons.
fn operate(world: &mut World, call: &Call, kind: &'static str, stage: &'static str, steps: Vec<Step>) -> Answer {
    let cluster_id = call.cluster_id();
    let mut during = Vec::new();
    let (mut success, mut failure) = (Vec::new(), Vec::new());
    for step in steps {
        during.push(step.during);
        success.push(step.success);
        failure.push(step.failure);
    }
    let work = Work {
        parameters: json!({"addons": call.body}),
        success,
        failure,
        ..Work::on_cluster(kind, &cluster_id, vec![(stage, duration::ADDON)])
    };
    start(world, work, during)
}

/// Starts an operation: alone in a cluster that is `running`, or, where that is assumed, beside other such operations.
fn start(world: &mut World, work: Work, during: Vec<Change>) -> Answer {
    let answer = if world.assumptions.addon_operations_need_running_cluster {
        clusters::operate(world, work, "updating")?
    } else {
        operate_beside(world, work, &during)?
    };
    world.apply_all(during);
    Ok(answer)
}

/// Starts an operation that may have others beside it; the last one to end gives the cluster back.
fn operate_beside(world: &mut World, work: Work, during: &[Change]) -> Answer {
    if works(world, &work.cluster_id) {
        check_exclusive(world, &work.cluster_id)?;
    } else {
        check_running(world, &work.cluster_id)?;
    }
    for change in during {
        if let Change::Merge(addon, _) = change {
            check_free(world, addon)?;
        }
    }
    let cluster = world.cluster(&work.cluster_id)?.key.clone();
    let rest = vec![Change::Rule(at_rest, cluster.clone(), Value::Null)];
    let rest = Change::After(world.assumptions.running_after_task_seconds, rest);
    let Work { mut success, mut failure, .. } = work;
    success.push(rest.clone());
    failure.push(rest);
    world.apply(in_state(&cluster, "updating"));
    let task_id = world.start_task(Work { success, failure, ..work });
    Ok(json!({"cluster_id": cluster.id, "task_id": task_id}))
}

fn at_rest(world: &mut World, cluster: &Key, _: &Value) {
    if !works(world, &cluster.id) {
        clusters::come_to_rest(world, cluster, &Value::Null);
    }
}

/// Whether add-ons of the cluster are being worked on.
fn works(world: &World, cluster_id: &str) -> bool {
    let mut tasks = world.tasks.values().filter(|task| task.cluster_id == cluster_id && !task.is_over());
    tasks.any(|task| task.kind.starts_with("cluster_addon_"))
}

fn check_free(world: &World, addon: &Key) -> Result<(), ApiError> {
    match world.objects.get(addon) {
        Some(addon) if addon.state() != "active" => Err(ApiError::bad_request(
            "ErrorClusterState",
            format!("addon {} is {}, the operation needs another state", addon.id(), addon.state()),
        )),
        _ => Ok(()),
    }
}

/// Refuses an empty list and one that names an add-on twice.
fn names(call: &Call, field: &str) -> Result<Vec<String>, ApiError> {
    let mut names = Vec::new();
    for item in call.items() {
        let name = item[field].as_str().unwrap_or_default().to_owned();
        if names.contains(&name) {
            return Err(ApiError::invalid(field, format!("{name} is given twice")));
        }
        names.push(name);
    }
    if names.is_empty() { Err(ApiError::invalid(field, "at least one add-on is needed")) } else { Ok(names) }
}

/// InstallClusterAddons.
pub(super) fn install(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id");
    world.cluster(cluster_id)?;
    let names = names(call, "name")?;
    let mut steps = Vec::new();
    for (name, item) in names.iter().zip(call.items()) {
        let given = item["version"].as_str().unwrap_or_default();
        let newest = given.is_empty() && !world.assumptions.catalogue_versions_only;
        let version = (!newest).then_some(given);
        let (addon, version) = wanted(&world.assumptions, "version", name, version)?;
        let present = |name: &str| installed(world, cluster_id, name).is_ok();
        if present(name) {
            return Err(ApiError::bad_request(
                "AddonAlreadyInstalled",
                format!("addon {name} is installed already: modify or upgrade it"),
            ));
        }
        let rival = [("flannel", "terway-eniip"), ("terway-eniip", "flannel")]
            .into_iter()
            .find(|(one, other)| one == name && present(other));
        if let Some((_, other)) = rival {
            return Err(ApiError::invalid(
                "name",
                format!("{name} excludes {other}, the network add-on is fixed for life"),
            ));
        }
        let mut record = record(addon, name, version, item["config"].as_str())?;
        record["state"] = json!("installing");
        let key = key(cluster_id, name);
        steps.push(Step {
            during: Change::Put(Object::new(key.clone(), record)),
            success: in_state(&key, "active"),
            failure: Change::Remove(key),
        });
    }
    operate(world, call, "cluster_addon_install", "InstallAddons", steps)
}

/// UpgradeClusterAddons; a config that comes along replaces the one before.
pub(super) fn upgrade(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id");
    let names = names(call, "component_name")?;
    let mut steps = Vec::new();
    for (name, item) in names.iter().zip(call.items()) {
        let present = installed(world, cluster_id, name)?.text("version");
        let addon = known_or_stranger(name);
        // Without a version, only the config changes.
        let next = match item["next_version"].as_str().filter(|next| !next.is_empty()) {
            None if world.assumptions.catalogue_versions_only => {
                return Err(ApiError::invalid("next_version", "the field is required"));
            }
            None => present,
            Some(next) => {
                check_version(&world.assumptions, addon, name, "next_version", next)?;
                // Where a version of the catalogue stands among the others; what is not in it is taken as it comes.
                let position = |version: &str| addon.versions.iter().position(|known| version == *known);
                let older = position(next).zip(position(present)).is_some_and(|(next, present)| next >= present);
                if older || next == present {
                    let text = format!("{name} is at {present}, {next} is not newer");
                    return Err(ApiError::invalid("next_version", text));
                }
                next
            }
        };
        let mut after = json!({"state": "active", "version": next});
        if let Some(text) = item["config"].as_str() {
            after["config"] = json!(config::complete(addon, name, Some(text))?);
        }
        let key = key(cluster_id, name);
        steps.push(Step {
            during: in_state(&key, "upgrading"),
            success: Change::Merge(key.clone(), after),
            failure: in_state(&key, "active"),
        });
    }
    operate(world, call, "cluster_addon_upgrade", "UpgradeAddons", steps)
}

/// UnInstallClusterAddons.
pub(super) fn uninstall(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id");
    let names = names(call, "name")?;
    let mut steps = Vec::new();
    for name in &names {
        installed(world, cluster_id, name)?;
        if known_or_stranger(name).system {
            let code = world.assumptions.required_addon_code.clone();
            return Err(ApiError::bad_request(
                code,
                format!("addon {name} is required by the cluster and cannot be uninstalled"),
            ));
        }
        let key = key(cluster_id, name);
        steps.push(Step {
            during: in_state(&key, "deleting"),
            success: Change::Remove(key.clone()),
            failure: in_state(&key, "active"),
        });
    }
    operate(world, call, "cluster_addon_uninstall", "UninstallAddons", steps)
}

/// ModifyClusterAddon: replaces the config. It answers no task id, and its task shows up late.
pub(super) fn modify(world: &mut World, call: &Call) -> Answer {
    let (cluster_id, name) = (call.cluster_id(), call.path("component_id"));
    installed(world, &cluster_id, name)?;
    let config = config::complete(known_or_stranger(name), name, call.body["config"].as_str())?;
    let key = key(&cluster_id, name);
    let work = Work {
        target: ("addon", name.to_owned()),
        parameters: call.body.clone(),
        success: vec![Change::Merge(key.clone(), json!({"state": "active", "config": config}))],
        failure: vec![in_state(&key, "active")],
        hidden_for: world.assumptions.addon_modify_task_lag_seconds,
        ..Work::on_cluster("cluster_addon_modify", &cluster_id, vec![("ModifyAddon", duration::ADDON)])
    };
    start(world, work, vec![in_state(&key, "updating")])?;
    Ok(Value::Null)
}
