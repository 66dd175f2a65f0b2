//! Body of ModifyClusterNodePool.

use serde::Serialize;

use super::management::{AutoScaling, KubernetesConfig, Management, TeeConfig};
use super::scaling_group::ScalingGroup;
use crate::wire::sparse;

sparse! {
    /// Changes to a node pool (ModifyClusterNodePool). `None` leaves alone; an empty list or text is sent as such.
    ///
    /// Send sizes only when they are to change: a size that is sent is acted on.
    #[derive(Clone, Debug, Default, Serialize)]
    pub struct ModifyClusterNodePool {
        /// Name and resource group.
        pub nodepool_info: Option<ModifyNodePoolInfo>,
        /// The instances.
        pub scaling_group: Option<ScalingGroup>,
        /// Automatic scaling; `kind` is fixed.
        pub auto_scaling: Option<AutoScaling>,
        /// How nodes join the cluster.
        pub kubernetes_config: Option<KubernetesConfig>,
        /// What the service does by itself.
        pub management: Option<Management>,
        /// Confidential computing.
        pub tee_config: Option<TeeConfig>,
        /// Push labels and taints to the nodes that are there.
        pub update_nodes: Option<bool>,
        /// Work on several nodes at a time.
        pub concurrency: Option<bool>,
    }
}

sparse! {
    /// Name and resource group of a pool.
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct ModifyNodePoolInfo {
        /// New name.
        pub name: Option<String>,
        /// New resource group.
        pub resource_group_id: Option<String>,
    }
}
