//! The deprecated readers of add-ons that clients still call. Their answers have no documented form: it is read from those
//! clients.

use serde_json::{Map, Value, json};

use super::catalogue;
use super::kind::{KIND, installed};
use crate::call::{Answer, Call};
use crate::objects::Object;
use crate::store::World;

/// DescribeClusterAddonsUpgradeStatus: how the last operation on each add-on stands, by name. One that is not installed is
/// not in it.
pub(super) fn upgrade_statuses(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id");
    world.cluster(cluster_id)?;
    let names = call.query["componentIds"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let rows = names.filter_map(|name| {
        let addon = installed(world, cluster_id, name).ok()?;
        Some((name.to_owned(), upgrade_status_of(addon)))
    });
    Ok(Value::Object(rows.collect()))
}

/// DescribeClusterAddonUpgradeStatus: the same for one.
pub(super) fn upgrade_status(world: &mut World, call: &Call) -> Answer {
    installed(world, call.path("cluster_id"), call.path("component_id")).map(upgrade_status_of)
}

fn upgrade_status_of(addon: &Object) -> Value {
    let status = match addon.state() {
        "active" => "Success",
        "upgrading" | "updating" => "Upgrading",
        _ => "running",
    };
    json!({
        "addon_info": {"component_name": addon.id(), "version": addon.record["version"]},
        "can_upgrade": next_version(addon).is_some(),
        "tasks": {"status": status},
    })
}

/// DescribeClusterAddonsVersion: what is installed, by name.
pub(super) fn versions(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id");
    world.cluster(cluster_id)?;
    let rows: Map<_, _> = world
        .objects
        .within(cluster_id, KIND.name)
        .map(|addon| {
            let name = addon.id();
            let next = next_version(addon);
            let row = json!({
                "component_name": name,
                "version": addon.record["version"],
                "next_version": next.unwrap_or_default(),
                "can_upgrade": next.is_some(),
                "required": catalogue::find(name).is_some_and(|addon| addon.system),
                "changed": "",
                "exist": true,
                "message": "",
                "value": addon.record["config"],
            });
            (name.to_owned(), row)
        })
        .collect();
    Ok(Value::Object(rows))
}

/// The newest version that an installed add-on can go to.
fn next_version(addon: &Object) -> Option<&'static str> {
    let offered = catalogue::find(addon.id())?;
    offered.newer_than(addon.text("version")).first().copied()
}
