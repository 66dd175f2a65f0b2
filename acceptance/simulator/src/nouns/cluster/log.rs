//! Control plane logs and the audit log of a cluster.

use serde_json::{Value, json};

use super::kind::key;
use crate::call::{Answer, Call};
use crate::error::ApiError;
use crate::machine::Work;
use crate::store::{Change, World};
use crate::{clusters, duration};

/// Components whose logs can be collected.
const COMPONENTS: [&str; 14] = [
    "apiserver",
    "kcm",
    "scheduler",
    "ccm",
    "controlplane-events",
    "alb",
    "cluster-autoscaler",
    "ack-goatscaler",
    "kuberay-operator",
    "coredns",
    "gatekeeper",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
];

/// The project that logs go to unless another is named.
pub(super) fn default_project(cluster_id: &str) -> String {
    format!("k8s-log-{cluster_id}")
}

/// Checks a list of components and a span in days, as CreateCluster and UpdateControlPlaneLog take them.
pub(super) fn check_control_plane_log(field: &str, components: &Value, days: &Value) -> Result<(), ApiError> {
    for component in components.as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !COMPONENTS.contains(&component) && component != "cloud-controller-manager" {
            let known = COMPONENTS.join(", ");
            return Err(ApiError::invalid(field, format!("{component} is no component with logs; known: {known}")));
        }
    }
    match days.as_str() {
        Some(text) if !text.parse::<u32>().is_ok_and(|days| (1..=3000).contains(&days)) => {
            Err(ApiError::invalid("log_ttl", format!("{text:?} is no number of days from 1 to 3000")))
        }
        _ => Ok(()),
    }
}

/// CheckControlPlaneLogEnable.
pub(super) fn describe_control_plane_log(world: &mut World, call: &Call) -> Answer {
    let settings = &world.cluster(call.path("cluster_id"))?.hidden["control_plane_log"];
    Ok(json!({
        "aliuid": "1000000000000001",
        "components": settings.get("components").unwrap_or(&json!([])),
        "log_project": settings.get("log_project").unwrap_or(&json!("")),
        "log_ttl": settings.get("log_ttl").unwrap_or(&json!("")),
    }))
}

/// UpdateControlPlaneLog: what is left out stays; an empty list of components means off.
pub(super) fn update_control_plane_log(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id").to_owned();
    check_control_plane_log("components", &call.body["components"], &call.body["log_ttl"])?;
    let mut log = world.cluster(&cluster_id)?.hidden["control_plane_log"].clone();
    if log.is_null() {
        log = json!({"components": [], "log_project": default_project(&cluster_id), "log_ttl": "30"});
    }
    for field in ["components", "log_project", "log_ttl"] {
        if let Some(value) = call.body.get(field).filter(|value| *value != "") {
            log[field] = value.clone();
        }
    }
    update_settings(world, &cluster_id, json!({"control_plane_log": log}))
}

/// GetClusterAuditProject.
pub(super) fn describe_audit(world: &mut World, call: &Call) -> Answer {
    let audit = &world.cluster(call.path("cluster_id"))?.hidden["audit"];
    Ok(json!({
        "audit_enabled": audit["enabled"] == true,
        "sls_project_name": audit.get("project").unwrap_or(&json!("")),
    }))
}

/// UpdateClusterAuditLogConfig: switches on, off, or to another project. One that is off keeps its project.
pub(super) fn update_audit(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id").to_owned();
    let present = &world.cluster(&cluster_id)?.hidden["audit"];
    let given = call.body["sls_project_name"].as_str().filter(|name| !name.is_empty());
    let project = given.or(present["project"].as_str()).map_or_else(|| default_project(&cluster_id), str::to_owned);
    let audit = json!({"enabled": call.body["disable"] != true, "project": project});
    update_settings(world, &cluster_id, json!({"audit": audit}))
}

fn update_settings(world: &mut World, cluster_id: &str, patch: Value) -> Answer {
    let stages = vec![("ModifyCluster", duration::SETTING)];
    let success = vec![Change::Hide(key(cluster_id), patch)];
    clusters::operate(world, Work { success, ..Work::on_cluster("cluster_modify", cluster_id, stages) }, "updating")
}
