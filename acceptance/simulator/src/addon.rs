//! Add-ons of a cluster: installed ones here, what can be installed in [`catalogue`].

use indexmap::IndexMap;
use serde_json::{Value, json};

use crate::assumptions::Assumptions;
use crate::call::{Answer, Call};
use crate::cluster::{begin, running_again};
use crate::error::ApiError;
use crate::machine::{Work, duration};
use crate::merge_patch::merge;
use crate::store::{Change, Target, World};

mod catalogue;
pub(crate) mod old;

use catalogue::Addon;

/// The add-ons that make a cluster's network; the last two are those of older clusters.
const NETWORKS: [&str; 4] = ["flannel", "terway-eniip", "terway", "terway-eni"];

/// ListAddons.
pub(crate) fn list_catalogue(world: &mut World, call: &Call) -> Answer {
    check_scope(world, call)?;
    let addons: Vec<_> = catalogue::all().iter().map(Addon::answer).collect();
    Ok(json!({"addons": addons}))
}

/// DescribeAddon. For a version, `newer_versions` has those it can be upgraded to; without one, all.
pub(crate) fn describe_catalogue(world: &mut World, call: &Call) -> Answer {
    check_scope(world, call)?;
    let addon = known(call.path("addon_name"))?;
    let mut answer = addon.answer();
    let offered = match call.query_text("version") {
        Some(version) => {
            check_version(&world.assumptions, addon, "version", version)?;
            answer["version"] = json!(version);
            addon.newer_than(version)
        }
        None => addon.versions,
    };
    let offered: Vec<_> = offered
        .iter()
        .map(|version| json!({"version": version, "upgradable": true, "minimum_cluster_version": "1.22.0"}))
        .collect();
    answer["newer_versions"] = json!(offered);
    Ok(answer)
}

/// The catalogue is asked for a cluster, or for a kind of cluster with all five parameters.
fn check_scope(world: &World, call: &Call) -> Result<(), ApiError> {
    if let Some(cluster_id) = call.query_text("cluster_id") {
        return world.cluster(cluster_id).map(|_| ());
    }
    let kind = ["region_id", "cluster_type", "profile", "cluster_spec", "cluster_version"];
    match kind.iter().find(|field| call.query_text(field).is_none()) {
        Some(field) => {
            Err(ApiError::invalid(field, format!("without cluster_id, all of {} are needed", kind.join(", "))))
        }
        None => Ok(()),
    }
}

/// ListClusterAddonInstances.
pub(crate) fn list(world: &mut World, call: &Call) -> Answer {
    let cluster = world.cluster(call.path("cluster_id"))?;
    let addons = cluster
        .addons
        .values()
        .map(|addon| json!({"name": addon["name"], "version": addon["version"], "state": addon["state"]}));
    Ok(json!({"addons": addons.collect::<Vec<_>>()}))
}

/// GetClusterAddonInstance.
pub(crate) fn describe(world: &mut World, call: &Call) -> Answer {
    installed(world, call.path("cluster_id"), call.path("instance_name")).cloned()
}

fn installed<'a>(world: &'a World, cluster_id: &str, name: &str) -> Result<&'a Value, ApiError> {
    world.cluster(cluster_id)?.addons.get(name).ok_or_else(|| ApiError::addon_not_found(name))
}

fn known(name: &str) -> Result<&'static Addon, ApiError> {
    catalogue::find(name).ok_or_else(|| ApiError::addon_not_found(name))
}

fn check_version(assumptions: &Assumptions, addon: &Addon, field: &str, version: &str) -> Result<(), ApiError> {
    let plausible = version.trim_start_matches('v').starts_with(|letter: char| letter.is_ascii_digit());
    if addon.versions.contains(&version) || plausible && version.contains('.') && !assumptions.catalogue_versions_only {
        return Ok(());
    }
    Err(ApiError::invalid(
        field,
        format!("{} has no version {version}; it has {}", addon.name, addon.versions.join(", ")),
    ))
}

/// The add-ons of a new cluster: what every managed cluster gets, and what was asked for; by name.
pub(crate) fn for_new_cluster(assumptions: &Assumptions, request: &Value) -> Result<IndexMap<String, Value>, ApiError> {
    let asked: Vec<_> = request["addons"].as_array().into_iter().flatten().collect();
    let name_of = |addon: &Value| addon["name"].as_str().unwrap_or_default().to_owned();
    check_network_addon(request)?;
    let mut addons = IndexMap::new();
    for addon in catalogue::all().iter().filter(|addon| addon.by_default) {
        addons.insert(addon.name.to_owned(), record(addon, addon.newest(), None)?);
    }
    for wanted in asked {
        let name = name_of(wanted);
        if wanted["disabled"] == true {
            if catalogue::find(&name).is_none_or(|addon| !addon.system) {
                addons.shift_remove(&name);
            }
            continue;
        }
        let addon = known(&name)?;
        let version = wanted["version"].as_str().filter(|version| !version.is_empty()).unwrap_or(addon.newest());
        check_version(assumptions, addon, "addons.version", version)?;
        addons.insert(name, record(addon, version, wanted["config"].as_str())?);
        if addon.name == "terway-eniip" {
            let companion = known("terway-controlplane")?;
            if !addons.contains_key(companion.name) {
                addons.insert(companion.name.to_owned(), record(companion, companion.newest(), None)?);
            }
        }
    }
    Ok(addons)
}

/// Whether a request for a new cluster asks for an add-on.
pub(crate) fn asks_for(request: &Value, name: &str) -> bool {
    request["addons"].as_array().into_iter().flatten().any(|addon| addon["name"] == name && addon["disabled"] != true)
}

/// Whether a request is for a cluster with nodes and names no network add-on.
pub(crate) fn lacks_network(request: &Value) -> bool {
    let without_nodes = ["Serverless", "Acs"].iter().any(|profile| request["profile"] == *profile);
    let external = request["cluster_type"] == "ExternalKubernetes";
    !without_nodes && !external && !NETWORKS.iter().any(|name| asks_for(request, name))
}

/// A cluster with nodes needs exactly one network add-on; Flannel needs a pod range, Terway pod vSwitches unless the
/// service makes the network.
fn check_network_addon(request: &Value) -> Result<(), ApiError> {
    if ["Serverless", "Acs"].iter().any(|profile| request["profile"] == *profile) {
        return Ok(());
    }
    let has = |field: &str| request.get(field).is_some_and(|value| *value != "" && *value != json!([]));
    match (asks_for(request, "flannel"), asks_for(request, "terway-eniip")) {
        (false, false) if lacks_network(request) => {
            Err(ApiError::invalid("addons", "a network add-on is required: flannel or terway-eniip"))
        }
        (true, true) => Err(ApiError::invalid("addons", "flannel and terway-eniip exclude each other")),
        (true, false) if !has("container_cidr") => {
            Err(ApiError::invalid("container_cidr", "flannel needs a range for pods"))
        }
        (false, true) if has("vpcid") && !has("pod_vswitch_ids") && !terway_names_vswitches(request) => {
            Err(ApiError::invalid(
                "addons",
                "terway-eniip needs pod vSwitches: its config {\"PodVswitchId\":{\"<zone>\":[\"<vswitch>\"]}}, or pod_vswitch_ids",
            ))
        }
        _ => Ok(()),
    }
}

fn terway_names_vswitches(request: &Value) -> bool {
    let addon = request["addons"].as_array().into_iter().flatten().find(|addon| addon["name"] == "terway-eniip");
    let config =
        addon.and_then(|addon| addon["config"].as_str()).and_then(|config| serde_json::from_str::<Value>(config).ok());
    config.is_some_and(|config| !config["PodVswitchId"].is_null())
}

/// An installed add-on as reads show it.
fn record(addon: &Addon, version: &str, config: Option<&str>) -> Result<Value, ApiError> {
    let logging = match addon.category {
        "network" | "core" => json!({"capable": true, "enabled": false, "log_project": "", "logstore": ""}),
        _ => json!({"capable": false, "enabled": false, "log_project": "", "logstore": ""}),
    };
    Ok(json!({
        "name": addon.name,
        "version": version,
        "state": "active",
        "config": complete_config(addon, config)?,
        "logging": logging,
    }))
}

/// The config as it is stored: the add-on's defaults with what was given on top, as JSON text.
fn complete_config(addon: &Addon, given: Option<&str>) -> Result<String, ApiError> {
    let mut config = addon.default_config();
    if let Some(text) = given.filter(|text| !text.is_empty()) {
        let given: Value = serde_json::from_str(text).map_err(|error| malformed(addon.name, &error.to_string()))?;
        if !given.is_object() {
            return Err(malformed(addon.name, "it is no object"));
        }
        merge(&mut config, &given);
    }
    Ok(config.to_string())
}

fn malformed(name: &str, why: &str) -> ApiError {
    ApiError::bad_request(
        "InvalidParameter.Format",
        format!("config of add-on {name} is no JSON object in a string: {why}"),
    )
}

pub(crate) fn set_all_states(world: &mut World, cluster_id: &str, state: &str) {
    let names: Vec<_> =
        world.cluster(cluster_id).map(|cluster| cluster.addons.keys().cloned().collect()).unwrap_or_default();
    for name in names {
        world.apply(merge_addon(cluster_id, &name, json!({"state": state})));
    }
}

fn merge_addon(cluster_id: &str, name: &str, patch: Value) -> Change {
    Change::Merge(Target::Addon(cluster_id.to_owned(), name.to_owned()), patch)
}

/// What one add-on does during an operation, after it, and after its failure.
struct Step {
    during: Change,
    success: Change,
    failure: Change,
}

/// Runs one operation on several add-ons: the cluster is `updating` until it is over.
fn operate(world: &mut World, call: &Call, kind: &'static str, stage: &'static str, steps: Vec<Step>) -> Answer {
    let cluster_id = call.path("cluster_id").to_owned();
    begin(world, &cluster_id, "updating")?;
    let (mut success, mut failure) = (Vec::new(), Vec::new());
    for step in steps {
        world.apply(step.during);
        success.push(step.success);
        failure.push(step.failure);
    }
    success.push(running_again(world, &cluster_id));
    failure.push(running_again(world, &cluster_id));
    let work = Work {
        parameters: json!({"addons": call.body}),
        success,
        failure,
        ..Work::on_cluster(kind, &cluster_id, vec![(stage, duration::ADDON)])
    };
    let task_id = world.start_task(work);
    Ok(json!({"cluster_id": cluster_id, "task_id": task_id}))
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
pub(crate) fn install(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id");
    let cluster = world.cluster(cluster_id)?;
    let names = names(call, "name")?;
    let mut steps = Vec::new();
    for (name, item) in names.iter().zip(call.items()) {
        let addon = known(name)?;
        let given = item["version"].as_str().unwrap_or_default();
        let newest = given.is_empty() && !world.assumptions.catalogue_versions_only;
        let version = if newest { addon.newest() } else { given };
        check_version(&world.assumptions, addon, "version", version)?;
        if cluster.addons.contains_key(name) {
            return Err(ApiError::bad_request(
                "AddonAlreadyInstalled",
                format!("addon {name} is installed already: modify or upgrade it"),
            ));
        }
        let rival = [("flannel", "terway-eniip"), ("terway-eniip", "flannel")]
            .into_iter()
            .find(|(one, other)| one == name && cluster.addons.contains_key(*other));
        if let Some((_, other)) = rival {
            return Err(ApiError::invalid(
                "name",
                format!("{name} excludes {other}, the network add-on is fixed for life"),
            ));
        }
        let active = record(addon, version, item["config"].as_str())?;
        let mut installing = active.clone();
        installing["state"] = json!("installing");
        steps.push(Step {
            during: merge_addon(cluster_id, name, installing),
            success: merge_addon(cluster_id, name, active),
            failure: Change::Remove(Target::Addon(cluster_id.to_owned(), name.clone())),
        });
    }
    operate(world, call, "cluster_addon_install", "InstallAddons", steps)
}

/// UpgradeClusterAddons; a config that comes along replaces the one before.
pub(crate) fn upgrade(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id");
    let names = names(call, "component_name")?;
    let mut steps = Vec::new();
    for (name, item) in names.iter().zip(call.items()) {
        let present = installed(world, cluster_id, name)?;
        let addon = known(name)?;
        // Without a version, only the config changes.
        let next = match item["next_version"].as_str().filter(|next| !next.is_empty()) {
            None if world.assumptions.catalogue_versions_only => {
                return Err(ApiError::invalid("next_version", "the field is required"));
            }
            None => present["version"].as_str().unwrap_or_default(),
            Some(next) => {
                check_version(&world.assumptions, addon, "next_version", next)?;
                // Where a version of the catalogue stands among the others; what is not in it is taken as it comes.
                let position = |version: &str| addon.versions.iter().position(|known| version == *known);
                let present = present["version"].as_str().unwrap_or_default();
                let older = position(next).zip(position(present)).is_some_and(|(next, present)| next >= present);
                if older || next == present {
                    let text = format!("{name} is at {present}, {next} is not newer");
                    return Err(ApiError::invalid("next_version", text));
                }
                next
            }
        };
        let mut after = json!({"state": "active", "version": next});
        if let Some(config) = item["config"].as_str() {
            after["config"] = json!(complete_config(addon, Some(config))?);
        }
        steps.push(Step {
            during: merge_addon(cluster_id, name, json!({"state": "upgrading"})),
            success: merge_addon(cluster_id, name, after),
            failure: merge_addon(cluster_id, name, json!({"state": "active"})),
        });
    }
    operate(world, call, "cluster_addon_upgrade", "UpgradeAddons", steps)
}

/// UnInstallClusterAddons.
pub(crate) fn uninstall(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id");
    let names = names(call, "name")?;
    let mut steps = Vec::new();
    for name in &names {
        installed(world, cluster_id, name)?;
        if known(name).is_ok_and(|addon| addon.system) {
            let code = world.assumptions.required_addon_code.clone();
            return Err(ApiError::bad_request(
                code,
                format!("addon {name} is required by the cluster and cannot be uninstalled"),
            ));
        }
        steps.push(Step {
            during: merge_addon(cluster_id, name, json!({"state": "deleting"})),
            success: Change::Remove(Target::Addon(cluster_id.to_owned(), name.clone())),
            failure: merge_addon(cluster_id, name, json!({"state": "active"})),
        });
    }
    operate(world, call, "cluster_addon_uninstall", "UninstallAddons", steps)
}

/// ModifyClusterAddon: replaces the config. It answers no task id, and its task shows up late.
pub(crate) fn modify(world: &mut World, call: &Call) -> Answer {
    let (cluster_id, name) = (call.path("cluster_id").to_owned(), call.path("component_id").to_owned());
    installed(world, &cluster_id, &name)?;
    let config = complete_config(known(&name)?, call.body["config"].as_str())?;
    begin(world, &cluster_id, "updating")?;
    world.apply(merge_addon(&cluster_id, &name, json!({"state": "updating"})));
    let active = json!({"state": "active"});
    let work = Work {
        target: ("addon", name.clone()),
        parameters: call.body.clone(),
        success: vec![
            merge_addon(&cluster_id, &name, json!({"state": "active", "config": config})),
            running_again(world, &cluster_id),
        ],
        failure: vec![merge_addon(&cluster_id, &name, active), running_again(world, &cluster_id)],
        hidden_for: world.assumptions.addon_modify_task_lag_seconds,
        ..Work::on_cluster("cluster_addon_modify", &cluster_id, vec![("ModifyAddon", duration::ADDON)])
    };
    world.start_task(work);
    Ok(Value::Null)
}
