//! Audit log and control plane logs of a cluster.

use http::Method;
use serde::{Deserialize, Serialize};

use crate::call::{Object, Request};
use crate::task::TaskStarted;
use crate::wire::{self, sparse};
use crate::{Client, Error};

sparse! {
    /// Collection of control plane logs (CheckControlPlaneLogEnable, UpdateControlPlaneLog).
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct ControlPlaneLog {
        /// Components whose logs are collected. An empty list switches it off.
        pub components: Option<Vec<String>>,
        /// Log project; default `k8s-log-<cluster id>`.
        pub log_project: Option<String>,
        /// Days to keep them, 1 to 3000, as text; default `30`.
        #[serde(deserialize_with = "wire::text")]
        pub log_ttl: Option<String>,
        /// Account that owns the log project.
        #[serde(deserialize_with = "wire::text")]
        pub aliuid: Option<String>,
    }
}

/// Where the audit log goes (GetClusterAuditProject).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct AuditProject {
    /// On or off.
    pub audit_enabled: Option<bool>,
    /// Log project.
    pub sls_project_name: Option<String>,
}

sparse! {
    /// A change of the audit log (UpdateClusterAuditLogConfig).
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct AuditLogConfig {
        /// True switches it off; false switches it on or changes it.
        pub disable: Option<bool>,
        /// Log project; can be changed for managed clusters only.
        pub sls_project_name: Option<String>,
    }
}

impl Object for ControlPlaneLog {}

impl Object for AuditProject {}

impl Client {
    /// Reads which control plane logs are collected (CheckControlPlaneLogEnable).
    pub async fn check_control_plane_log_enable(&self, cluster_id: &str) -> Result<ControlPlaneLog, Error> {
        let path = ["clusters", cluster_id, "controlplanelog"];
        self.send_for_object(&Request::new("CheckControlPlaneLogEnable", Method::GET, &path)).await
    }

    /// Changes which control plane logs are collected (UpdateControlPlaneLog).
    pub async fn update_control_plane_log(
        &self,
        cluster_id: &str,
        log: &ControlPlaneLog,
    ) -> Result<TaskStarted, Error> {
        let path = ["clusters", cluster_id, "controlplanelog"];
        self.send_for_object(&Request::new("UpdateControlPlaneLog", Method::PUT, &path).body(log)).await
    }

    /// Reads where the audit log goes (GetClusterAuditProject).
    pub async fn get_cluster_audit_project(&self, cluster_id: &str) -> Result<AuditProject, Error> {
        self.send_for_object(&Request::new("GetClusterAuditProject", Method::GET, &["clusters", cluster_id, "audit"]))
            .await
    }

    /// Switches the audit log on or off, or moves it (UpdateClusterAuditLogConfig).
    pub async fn update_cluster_audit_log_config(
        &self,
        cluster_id: &str,
        config: &AuditLogConfig,
    ) -> Result<TaskStarted, Error> {
        let path = ["clusters", cluster_id, "audit_log"];
        self.send_for_object(&Request::new("UpdateClusterAuditLogConfig", Method::PUT, &path).body(config)).await
    }
}
