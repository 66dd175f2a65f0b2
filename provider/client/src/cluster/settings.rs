//! Settings of a cluster that have the same shape when they are written and when they are read.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::wire::{self, Field, sparse};

sparse! {
    /// Intelligent managed mode (of a cluster, and of a node pool in such a cluster).
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct AutoMode {
        /// On or off.
        pub enable: Option<bool>,
    }
}

sparse! {
    /// When the service may do maintenance. Pro only.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct MaintenanceWindow {
        /// On or off; off by default.
        pub enable: Option<bool>,
        /// Begin: `15:04:05Z`, or RFC 3339 with milliseconds.
        pub maintenance_time: Option<String>,
        /// Length: `1h` to `24h`; default `3h`.
        pub duration: Option<String>,
        /// Weekdays in English, joined with commas; default `Thursday`.
        pub weekly_period: Option<String>,
        /// RFC 5545 rule, `FREQ=WEEKLY` only, without `COUNT` and `UNTIL`.
        pub recurrence: Option<String>,
        /// Spans without maintenance, at most 10.
        pub exclusions: Option<Vec<MaintenanceExclusion>>,
    }
}

sparse! {
    /// A span in which some or all maintenance is left out.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct MaintenanceExclusion {
        /// Unique name, 1 to 63 characters.
        pub name: Option<String>,
        /// Text for people.
        pub description: Option<String>,
        /// `NoOperations`, `NoUpgrades`, `NoMinorUpgrades` or `NoCVEPatch`.
        pub scope: Option<String>,
        /// Begin, RFC 3339.
        pub start_time: Option<String>,
        /// End, RFC 3339; 30 days after the begin at most, 180 for `NoMinorUpgrades`.
        pub end_time: Option<String>,
    }
}

sparse! {
    /// What the service does by itself.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct OperationPolicy {
        /// Automatic upgrades.
        pub cluster_auto_upgrade: Option<AutoUpgrade>,
    }
}

sparse! {
    /// Automatic upgrades of a cluster.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct AutoUpgrade {
        /// On or off; off by default.
        pub enabled: Option<bool>,
        /// `patch`, `stable` (second newest minor) or `rapid` (newest minor).
        pub channel: Option<String>,
    }
}

sparse! {
    /// Access to the metadata service of an ECS instance.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct InstanceMetadataOptions {
        /// `optional` (default) or `required`: whether a session token is demanded.
        pub http_tokens: Option<String>,
    }
}

sparse! {
    /// The API server's name inside VPCs, as ModifyCluster takes it and the detail read shows it.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct InternalDns {
        /// On or off.
        pub enabled: Option<bool>,
        /// VPCs in which the name resolves.
        pub bind_vpcs: Option<Vec<String>>,
    }
}

sparse! {
    /// A load balancer in front of the API server.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct EndpointLoadBalancer {
        /// `private` or `public`.
        pub endpoint_type: Option<String>,
        /// Id of an NLB instance.
        pub load_balancer_id: Option<String>,
    }
}

sparse! {
    /// Control plane nodes of a dedicated cluster, when it is created and when it is read.
    #[derive(Clone, Debug, Default, Serialize, Deserialize)]
    #[serde(default)]
    pub struct ControlPlaneConfig {
        /// What can be changed later, too.
        #[serde(flatten)]
        pub settings: ControlPlaneSettings,
        /// Access to the metadata service.
        pub instance_metadata_options: Option<InstanceMetadataOptions>,
    }
}

sparse! {
    /// Control plane nodes of a dedicated cluster: what ModifyCluster takes.
    #[derive(Clone, Debug, Default, Serialize, Deserialize)]
    #[serde(default)]
    pub struct ControlPlaneSettings {
        /// Number of nodes: 3 or 5; can only grow.
        #[serde(deserialize_with = "wire::integer")]
        pub size: Option<i64>,
        /// Instance types.
        pub instance_types: Option<Vec<String>>,
        /// Image.
        pub image_id: Option<String>,
        /// `AliyunLinux3`, `Custom`, ...
        pub image_type: Option<String>,
        /// Name of a key pair; excludes the password.
        pub key_pair: Option<String>,
        /// Password of root. Never read back.
        #[serde(serialize_with = "wire::secret", skip_deserializing)]
        pub login_password: Option<SecretString>,
        /// `PostPaid` (default) or `PrePaid`.
        pub charge_type: Option<String>,
        /// Months to pay for: 1, 2, 3, 6, 12, 24, 36, 48, 60.
        pub period: Option<i64>,
        /// `Month`.
        pub period_unit: Option<String>,
        /// Renew by itself at the end of the period.
        pub auto_renew: Option<bool>,
        /// Months of a renewal: 1, 2, 3, 6, 12.
        pub auto_renew_period: Option<i64>,
        /// Disk category, such as `cloud_essd`.
        pub system_disk_category: Option<String>,
        /// GiB, 40 to 500; default 120.
        pub system_disk_size: Option<i64>,
        /// `PL0` to `PL3`, for ESSD.
        pub system_disk_performance_level: Option<String>,
        /// Performance bursts, for `cloud_auto`.
        pub system_disk_bursting_enabled: Option<bool>,
        /// Provisioned I/O operations a second, for `cloud_auto`.
        pub system_disk_provisioned_iops: Option<i64>,
        /// Policy of automatic snapshots.
        pub system_disk_snapshot_policy_id: Option<String>,
        /// Deployment set.
        pub deploymentset_id: Option<String>,
        /// `none` (default) or `static`.
        pub cpu_policy: Option<String>,
        /// Install the agent of CloudMonitor.
        pub cloud_monitor_flags: Option<bool>,
        /// Ports of NodePort services, `30000-32767` by default. Old on create.
        pub node_port_range: Option<String>,
        /// Container runtime, `containerd`. Old on create.
        pub runtime: Option<String>,
        /// Alibaba Cloud's security hardening of the system.
        pub security_hardening_os: Option<bool>,
        /// Hardening by MLPS level 3.
        pub soc_enabled: Option<bool>,
    }
}

impl Field for ControlPlaneSettings {}
