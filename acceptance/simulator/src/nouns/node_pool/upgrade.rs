//! UpgradeClusterNodepool.

use serde_json::json;

use super::kind::{check_active, nodes, version as version_of, work};
use super::modify::{batches, named};
use crate::call::{Answer, Call};
use crate::error::ApiError;
use crate::machine::Work;
use crate::store::{Change, World, in_state};
use crate::{duration, version};

/// UpgradeClusterNodepool: kubelet, runtime or image of the nodes, never beyond the control plane.
pub(super) fn upgrade(world: &mut World, call: &Call) -> Answer {
    let key = named(call);
    let pool = check_active(world, &key)?;
    let control_plane = world.cluster(&key.parent)?.text("current_version");
    let present = version_of(pool);
    let wanted = call.body["kubernetes_version"].as_str().filter(|version| !version.is_empty());
    if let Some(version) = wanted.filter(|version| *version != control_plane && *version != present) {
        let text = format!("{version} is neither the control plane's version {control_plane} nor the nodes' {present}");
        return Err(ApiError::invalid("kubernetes_version", text));
    }
    let version = wanted.unwrap_or(present).to_owned();
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
    let stages = vec![("PreCheck", 30.0), ("UpgradeNodes", batches(call, nodes(pool).len()) * batch)];
    world.apply(in_state(&key, "updating"));
    let work = Work {
        parameters: call.body.clone(),
        success: vec![
            Change::Hide(key.clone(), json!({"kubernetes_version": version})),
            Change::Merge(key.clone(), patch),
            in_state(&key, "active"),
        ],
        failure: vec![in_state(&key, "active")],
        controllable: true,
        ..work("nodepool_upgrade", &key, stages)
    };
    let task_id = world.start_task(work);
    Ok(json!({"task_id": task_id}))
}
