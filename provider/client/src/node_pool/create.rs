//! Body of CreateClusterNodePool.

use serde::{Deserialize, Serialize};

use super::management::{AutoScaling, EfloNodeGroup, KubernetesConfig, Management, TeeConfig};
use super::node_config::NodeConfig;
use super::scaling_group::{CpuOptions, ScalingGroup};
use crate::JsonObject;
use crate::cluster::{AutoMode, InstanceMetadataOptions};
use crate::wire::{self, Field, sparse};

sparse! {
    /// A node pool to add (CreateClusterNodePool).
    #[derive(Clone, Debug, Default, Serialize)]
    pub struct CreateClusterNodePool {
        /// Name, type, resource group.
        pub nodepool_info: CreateNodePoolInfo,
        /// The instances.
        pub scaling_group: CreateScalingGroup,
        /// Automatic scaling.
        pub auto_scaling: Option<AutoScaling>,
        /// How nodes join the cluster.
        pub kubernetes_config: Option<KubernetesConfig>,
        /// What the service does by itself.
        pub management: Option<Management>,
        /// Kubelet and operating system.
        pub node_config: Option<NodeConfig>,
        /// Components on the nodes.
        pub node_components: Option<Vec<NodeComponent>>,
        /// Confidential computing.
        pub tee_config: Option<TeeConfig>,
        /// Intelligent managed mode; the cluster must have it, too.
        pub auto_mode: Option<AutoMode>,
        /// Lingjun node group.
        pub eflo_node_group: Option<EfloNodeGroup>,
        /// Edge: `basic` (over the internet) or `private`.
        pub interconnect_mode: Option<String>,
        /// Edge: pods use the network of the host.
        pub host_network: Option<bool>,
        /// Edge: nodes of the pool do not reach each other.
        pub intranet: Option<bool>,
    }
}

sparse! {
    /// Name, type and resource group of a new pool.
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct CreateNodePoolInfo {
        /// Unique in the cluster; 1 to 63 characters.
        pub name: String,
        /// `ess`, `edge`, `lingjun` or `hybrid`.
        #[serde(rename = "type")]
        pub kind: Option<String>,
        /// Resource group, also of the instances.
        pub resource_group_id: Option<String>,
    }
}

impl Field for CreateNodePoolInfo {}

sparse! {
    /// Scaling group of a new pool.
    #[derive(Clone, Debug, Default, Serialize)]
    pub struct CreateScalingGroup {
        /// What can be changed later, too.
        #[serde(flatten)]
        pub settings: ScalingGroup,
        /// Options of the CPU.
        pub cpu_options: Option<CpuOptions>,
        /// Access to the metadata service.
        pub instance_metadata_options: Option<InstanceMetadataOptions>,
        /// Log in as `ecs-user` rather than root.
        pub login_as_non_root: Option<bool>,
        /// RAM role of the nodes.
        pub ram_role_name: Option<String>,
        /// Alibaba Cloud's security hardening of the system.
        pub security_hardening_os: Option<bool>,
        /// Hardening by MLPS level 3.
        pub soc_enabled: Option<bool>,
    }
}

impl Field for CreateScalingGroup {}

sparse! {
    /// A component on the nodes.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct NodeComponent {
        /// Name.
        #[serde(deserialize_with = "wire::or_default")]
        pub name: String,
        /// Version.
        pub version: Option<String>,
        /// Settings.
        pub config: Option<NodeComponentConfig>,
    }
}

sparse! {
    /// Settings of a component on the nodes.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct NodeComponentConfig {
        /// Free form.
        pub custom_config: Option<JsonObject>,
        /// Environment variables.
        pub envs: Option<Vec<NodeEnv>>,
    }
}

sparse! {
    /// An environment variable.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct NodeEnv {
        /// Name.
        #[serde(deserialize_with = "wire::or_default")]
        pub name: String,
        /// Value.
        pub value: Option<String>,
    }
}
