//! Whether the state, the configuration and the service agree, and whether nothing was destroyed that was well.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use serde_json::Value;

use super::drift::Taken;
use super::wanted::{CLUSTER, Removed, Wanted};
use crate::{Simulator, Workspace};

/// A resource in the state.
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) kind: String,
    pub(super) name: String,
    /// Of an add-on, its name.
    pub(super) id: String,
    /// Tainted, or deposed by a replacement.
    is_flawed: bool,
}

/// The resources in the state file.
pub(super) fn state(workspace: &Workspace) -> anyhow::Result<Vec<Resource>> {
    let text = workspace.read("terraform.tfstate");
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let state: Value = serde_json::from_slice(&text).context("the state file is broken")?;
    let mut found = Vec::new();
    for resource in state["resources"].as_array().into_iter().flatten() {
        for instance in resource["instances"].as_array().into_iter().flatten() {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let attributes = &instance["attributes"];
            let kind = text(&resource["type"]);
            let id = if kind == "ack_addon" { &attributes["name"] } else { &attributes["id"] };
            let is_flawed = !instance["status"].is_null() || !instance["deposed"].is_null();
            found.push(Resource { name: text(&resource["name"]), id: text(id), kind, is_flawed });
        }
    }
    Ok(found)
}

/// What an object of the service is called, and where it is in a configuration.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) address: String,
}

/// All clusters and node pools that the service has.
pub(super) fn objects(simulator: &Simulator) -> anyhow::Result<Vec<Object>> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut all = Vec::new();
    for cluster in simulator.clusters()? {
        let name = text(&cluster["detail"]["name"]);
        all.push(Object { id: text(&cluster["id"]), address: format!("ack_cluster.{name}"), name });
        for pool in cluster["node_pools"].as_object().into_iter().flat_map(serde_json::Map::values) {
            let name = text(&pool["record"]["nodepool_info"]["name"]);
            all.push(Object { id: text(&pool["id"]), address: format!("ack_node_pool.{name}"), name });
        }
    }
    Ok(all)
}

/// What is not as it was wanted, one line each. Everything has to be at rest.
pub(super) fn differences(
    simulator: &Simulator,
    workspace: &Workspace,
    wanted: &Wanted,
) -> anyhow::Result<Vec<String>> {
    let mut told = Vec::new();
    let state = state(workspace)?;
    for resource in state.iter().filter(|resource| resource.is_flawed) {
        told.push(format!("{}.{} is tainted or deposed in the state", resource.kind, resource.name));
    }
    let clusters = simulator.clusters()?;
    let [cluster] = &clusters[..] else {
        told.push(format!("there are {} clusters in place of one", clusters.len()));
        return Ok(told);
    };
    let id_in_state = |kind: &str, name: &str| {
        let same = state.iter().find(|resource| resource.kind == kind && resource.name == name);
        same.map(|resource| resource.id.as_str())
    };
    let mut expect = |what: &str, found: &Value, wanted: &Value| {
        if found != wanted {
            told.push(format!("{what} is {found}, not {wanted}"));
        }
    };
    expect("the id of the cluster in the state", &id_in_state("ack_cluster", CLUSTER).into(), &cluster["id"]);
    let detail = &cluster["detail"];
    expect("the state of the cluster", &detail["state"], &"running".into());
    expect("the protection of the cluster", &(detail["deletion_protection"] == true).into(), &wanted.protected.into());
    let version = detail["current_version"].as_str().unwrap_or_default();
    expect("that the version begins as wanted", &version.starts_with(wanted.version).into(), &true.into());
    let tag = of_key(&detail["tags"], "stage");
    expect("the tag of the cluster", &tag.into(), &wanted.tag.map(|tag| format!("s{tag}")).into());

    let pools: Vec<&Value> = cluster["node_pools"].as_object().into_iter().flat_map(|pools| pools.values()).collect();
    let mut names = Vec::new();
    for pool in pools {
        let record = &pool["record"];
        let name = record["nodepool_info"]["name"].as_str().unwrap_or_default();
        names.push(name);
        let Some(pool_wanted) = wanted.pools.get(name) else { continue };
        let what = |field: &str| format!("the {field} of {name}");
        expect(&what("id in the state"), &id_in_state("ack_node_pool", name).into(), &pool["id"]);
        expect(&what("state"), &record["status"]["state"], &"active".into());
        let nodes = pool["nodes"].as_array().map_or(0, Vec::len);
        expect(&what("number of nodes"), &nodes.into(), &pool_wanted.size.into());
        let label = of_key(&record["kubernetes_config"]["labels"], "team");
        expect(&what("label"), &label.into(), &pool_wanted.team.map(|team| format!("t{team}")).into());
    }
    names.sort_unstable();
    expect("the list of node pools", &names.into(), &wanted.pools.keys().cloned().collect::<Vec<_>>().into());
    for name in wanted.addons.keys() {
        let addon = &cluster["addons"][*name];
        expect(&format!("the state of {name}"), &addon["state"], &"active".into());
        expect(&format!("{name} in the state"), &id_in_state("ack_addon", name).into(), &(*name).into());
        if let Some((key, value)) = wanted.setting(name) {
            let config: Value =
                addon["config"].as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
            expect(&format!("{key} of {name}"), &config[key], &value.into());
        }
    }
    let expected = 1 + wanted.pools.len() + wanted.addons.len();
    expect("the number of resources in the state", &state.len().into(), &expected.into());
    Ok(told)
}

/// The value that a list of labels or tags has for a key.
fn of_key<'a>(list: &'a Value, key: &str) -> Option<&'a str> {
    list.as_array()?.iter().find(|pair| pair["key"] == key)?["value"].as_str()
}

/// What was well and was destroyed all the same, by one of the tasks from `first` on. `known` has the names of the pools
/// that there were before, by their ids.
pub(super) fn destroyed(
    simulator: &Simulator,
    first: usize,
    removed: &Removed,
    taken: &Taken,
    known: &BTreeMap<String, String>,
) -> anyhow::Result<Vec<String>> {
    let tasks = simulator.tasks()?;
    let id = |task: &Value| task["target"][1].as_str().unwrap_or_default().to_owned();
    let named = |task: &Value| {
        let addons = task["parameters"]["addons"].as_array().into_iter().flatten();
        addons.filter_map(|addon| addon["name"].as_str().or(addon["addon_name"].as_str()).map(str::to_owned)).collect()
    };
    let failed = |kind: &'static str| tasks.iter().filter(move |task| task["kind"] == kind && task["state"] == "fail");
    let never_well: BTreeSet<String> =
        failed("cluster_create").chain(failed("nodepool_create")).map(id).chain(taken.ids.iter().cloned()).collect();
    let never_installed: BTreeSet<String> =
        failed("cluster_addon_install").flat_map(|task| -> Vec<String> { named(task) }).collect();
    let mut told = Vec::new();
    for task in tasks.iter().skip(first) {
        let cluster_id = task["cluster_id"].as_str().unwrap_or_default();
        if removed.cluster || never_well.contains(cluster_id) {
            continue;
        }
        match task["kind"].as_str().unwrap_or_default() {
            "cluster_delete" => told.push(format!("the cluster {cluster_id} was well and was deleted")),
            "nodepool_delete" => {
                let id = id(task);
                let on_purpose = known.get(&id).is_some_and(|name| removed.pools.contains(name));
                if !on_purpose && !never_well.contains(&id) {
                    told.push(format!("the node pool {id} was well and was deleted"));
                }
            }
            "cluster_addon_uninstall" => {
                let names: Vec<String> = named(task);
                let well = |name: &&String| !removed.addons.contains(name.as_str()) && !never_installed.contains(*name);
                told.extend(
                    names.iter().filter(well).map(|name| format!("the add-on {name} was well and was uninstalled")),
                );
            }
            _ => {}
        }
    }
    Ok(told)
}
