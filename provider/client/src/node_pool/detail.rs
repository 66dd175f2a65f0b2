//! A node pool as the service describes it.

use serde::Deserialize;

use super::create::NodeComponent;
use super::management::{AutoScaling, EfloNodeGroup, KubernetesConfig, Management, TeeConfig};
use super::node_config::NodeConfig;
use super::scaling_group::{CpuOptions, ScalingGroup};
use crate::cluster::{AutoMode, InstanceMetadataOptions};
use crate::wire::{self, open_enum};

open_enum! {
    /// State of a node pool. Changes are accepted only while it is `active`.
    pub enum NodePoolState {
        /// Being built.
        Initial = "initial",
        /// Ready.
        Active = "active",
        /// Nodes are being added.
        Scaling = "scaling",
        /// Nodes are being removed.
        Removing = "removing" | "removing_nodes",
        /// A change is being worked on.
        Updating = "updating",
        /// Being deleted.
        Deleting = "deleting",
        /// Building it failed.
        Failed = "failed",
        /// Deleting it failed; deleting may be tried again.
        DeleteFailed = "delete_failed",
    }
}

/// A node pool (DescribeClusterNodePoolDetail). Records of the list lack `host_network`, `intranet`,
/// `scaling_group.instance_metadata_options` and `status.conditions`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct NodePool {
    /// Name, id, type.
    #[serde(deserialize_with = "wire::or_default")]
    pub nodepool_info: NodePoolInfo,
    /// State and counters.
    #[serde(deserialize_with = "wire::or_default")]
    pub status: NodePoolStatus,
    /// The instances.
    #[serde(deserialize_with = "wire::or_default")]
    pub scaling_group: ScalingGroupDetail,
    /// Automatic scaling.
    pub auto_scaling: Option<AutoScaling>,
    /// How nodes join the cluster.
    pub kubernetes_config: Option<KubernetesConfig>,
    /// What the service does by itself.
    pub management: Option<Management>,
    /// Kubelet and operating system.
    pub node_config: Option<NodeConfig>,
    /// Components on the nodes.
    #[serde(deserialize_with = "wire::or_default")]
    pub node_components: Vec<NodeComponent>,
    /// Confidential computing.
    pub tee_config: Option<TeeConfig>,
    /// Intelligent managed mode.
    pub auto_mode: Option<AutoMode>,
    /// Lingjun node group.
    pub eflo_node_group: Option<EfloNodeGroup>,
    /// Edge: `basic` or `private`.
    pub interconnect_mode: Option<String>,
    /// Edge: pods use the network of the host.
    pub host_network: Option<bool>,
    /// Edge: nodes of the pool do not reach each other.
    pub intranet: Option<bool>,
}

/// Name, id and type of a pool.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct NodePoolInfo {
    /// Id of the pool.
    #[serde(deserialize_with = "wire::or_default")]
    pub nodepool_id: String,
    /// Name.
    #[serde(deserialize_with = "wire::or_default")]
    pub name: String,
    /// `ess`, `edge` or `lingjun`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Region.
    pub region_id: Option<String>,
    /// Resource group.
    pub resource_group_id: Option<String>,
    /// The cluster's default pool, which cannot be deleted.
    pub is_default: Option<bool>,
    /// When it was made, RFC 3339.
    pub created: Option<String>,
    /// When it last changed, RFC 3339.
    pub updated: Option<String>,
}

/// State and counters of a pool.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct NodePoolStatus {
    /// State.
    pub state: Option<NodePoolState>,
    /// All nodes.
    #[serde(deserialize_with = "wire::integer")]
    pub total_nodes: Option<i64>,
    /// Nodes whose instance is in service. This follows the scaling group, not Kubernetes.
    #[serde(deserialize_with = "wire::integer")]
    pub healthy_nodes: Option<i64>,
    /// Nodes that serve.
    #[serde(deserialize_with = "wire::integer")]
    pub serving_nodes: Option<i64>,
    /// Nodes being set up.
    #[serde(deserialize_with = "wire::integer")]
    pub initial_nodes: Option<i64>,
    /// Nodes being removed.
    #[serde(deserialize_with = "wire::integer")]
    pub removing_nodes: Option<i64>,
    /// Nodes that failed.
    #[serde(deserialize_with = "wire::integer")]
    pub failed_nodes: Option<i64>,
    /// Nodes out of reach; what the console calls failed.
    #[serde(deserialize_with = "wire::integer")]
    pub offline_nodes: Option<i64>,
    /// Conditions; in the detail read only.
    #[serde(deserialize_with = "wire::or_default")]
    pub conditions: Vec<NodePoolCondition>,
}

/// A condition of a pool.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct NodePoolCondition {
    /// Kind of condition.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// `True`, `False` or `Unknown`.
    pub status: Option<String>,
    /// Short reason.
    pub reason: Option<String>,
    /// Text for people.
    pub message: Option<String>,
    /// When it last changed.
    pub last_transition_time: Option<String>,
}

/// Scaling group of a pool.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ScalingGroupDetail {
    /// What can be changed by ModifyClusterNodePool.
    #[serde(flatten)]
    pub settings: ScalingGroup,
    /// Id of the scaling group in Auto Scaling.
    pub scaling_group_id: Option<String>,
    /// The first of `settings.security_group_ids`.
    pub security_group_id: Option<String>,
    /// Options of the CPU.
    pub cpu_options: Option<CpuOptions>,
    /// Access to the metadata service; in the detail read only.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_is_read_with_nulls_and_without_its_masked_password() {
        let pool: NodePool = serde_json::from_str(
            r#"{"nodepool_info":{"nodepool_id":"np1","name":"default","type":"ess","is_default":true},
                "status":{"state":"removing_nodes","total_nodes":"2","conditions":null},
                "scaling_group":{"instance_types":["ecs.g7.large"],"vswitch_ids":null,"login_password":"******",
                    "system_disk_size":120,"data_disks":[{"size":"200","encrypted":true}],"scaling_group_id":"asg-1",
                    "ram_role_name":"role","instance_patterns":[{"memory":8,"cores":null}]},
                "auto_scaling":{"enable":false,"type":"cpu"},"management":null,"node_components":null,"surprise":1}"#,
        )
        .unwrap();
        assert_eq!(pool.nodepool_info.kind.as_deref(), Some("ess"));
        assert_eq!((pool.status.state, pool.status.total_nodes), (Some(NodePoolState::Removing), Some(2)));
        let group = pool.scaling_group;
        assert_eq!(group.scaling_group_id.as_deref(), Some("asg-1"));
        assert_eq!(group.ram_role_name.as_deref(), Some("role"));
        assert_eq!(group.settings.system_disk_size, Some(120));
        assert!(group.settings.login_password.is_none() && group.settings.vswitch_ids.is_none());
        let disk = &group.settings.data_disks.unwrap()[0];
        assert_eq!((disk.size, disk.encrypted.as_deref()), (Some(200), Some("true")));
        assert_eq!(group.settings.instance_patterns.unwrap()[0].memory, Some(8.0));
        assert!(pool.management.is_none() && pool.node_components.is_empty());
    }
}
