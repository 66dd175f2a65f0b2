//! Settings of a node pool beside its scaling group, of the same shape when they are written and when they are read.

use serde::{Deserialize, Serialize};

use crate::tag::Tag;
use crate::wire::{self, sparse};

sparse! {
    /// Automatic scaling.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct AutoScaling {
        /// On: the size follows the load. Off: `scaling_group.desired_size` rules, and the rest here counts for nothing.
        pub enable: Option<bool>,
        /// Fewest nodes: 0 to `max_instances`.
        pub min_instances: Option<i64>,
        /// Most nodes: up to 2000.
        pub max_instances: Option<i64>,
        /// `cpu` (default), `gpu`, `gpushare` or `spot`. Fixed when the pool is created.
        #[serde(rename = "type")]
        pub kind: Option<String>,
    }
}

sparse! {
    /// How nodes join the cluster.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct KubernetesConfig {
        /// Labels of the nodes, up to 20.
        pub labels: Option<Vec<Tag>>,
        /// Taints of the nodes.
        pub taints: Option<Vec<Taint>>,
        /// `containerd` (default), `Sandboxed-Container.runv` (up to 1.31) or `docker` (up to 1.22).
        pub runtime: Option<String>,
        /// Version of the runtime.
        pub runtime_version: Option<String>,
        /// `none` (default) or `static`.
        pub cpu_policy: Option<String>,
        /// Install the agent of CloudMonitor.
        pub cms_enabled: Option<bool>,
        /// Pattern of node names, such as `customized,aliyun,ip,com`.
        pub node_name_mode: Option<String>,
        /// New nodes take no pods.
        pub unschedulable: Option<bool>,
        /// Script that runs before the node joins, in base64.
        pub pre_user_data: Option<String>,
        /// Script that runs after the node has joined, in base64.
        pub user_data: Option<String>,
    }
}

sparse! {
    /// A taint of nodes.
    #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(default)]
    pub struct Taint {
        /// Key.
        #[serde(deserialize_with = "wire::or_default")]
        pub key: String,
        /// Value.
        pub value: Option<String>,
        /// `NoSchedule` (default), `NoExecute` or `PreferNoSchedule`.
        pub effect: Option<String>,
    }
}

sparse! {
    /// What the service does to a managed pool by itself. Everything here takes effect only with `enable`.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct Management {
        /// The pool is a managed one.
        pub enable: Option<bool>,
        /// Repair nodes.
        pub auto_repair: Option<bool>,
        /// How.
        pub auto_repair_policy: Option<AutoRepairPolicy>,
        /// Upgrade nodes.
        pub auto_upgrade: Option<bool>,
        /// How.
        pub auto_upgrade_policy: Option<AutoUpgradePolicy>,
        /// Fix vulnerabilities.
        pub auto_vul_fix: Option<bool>,
        /// How.
        pub auto_vul_fix_policy: Option<AutoVulFixPolicy>,
        /// Diagnose failing instances.
        pub auto_fault_diagnosis: Option<bool>,
        /// Replace nodes that differ from the pool. Pools in intelligent managed mode only.
        pub drift_enabled: Option<bool>,
    }
}

sparse! {
    /// How nodes are repaired.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct AutoRepairPolicy {
        /// Nodes may be restarted.
        pub restart_node: Option<bool>,
        /// A person must agree first.
        pub approval_required: Option<bool>,
        /// Nodes at a time: a number or a percentage.
        #[serde(deserialize_with = "wire::text")]
        pub max_parallel_repairing_nodes: Option<String>,
        /// Do nothing when more than this are unhealthy: a number or a percentage.
        #[serde(deserialize_with = "wire::text")]
        pub max_unhealthy_nodes_threshold: Option<String>,
    }
}

sparse! {
    /// What is upgraded by itself.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct AutoUpgradePolicy {
        /// The kubelet; default true.
        pub auto_upgrade_kubelet: Option<bool>,
        /// The container runtime; default true. Not read back.
        pub auto_upgrade_runtime: Option<bool>,
        /// The operating system; default false. Not read back.
        pub auto_upgrade_os: Option<bool>,
    }
}

sparse! {
    /// How vulnerabilities are fixed.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct AutoVulFixPolicy {
        /// Nodes may be restarted.
        pub restart_node: Option<bool>,
        /// Levels to fix, joined with commas: `asap` (default), `later`, `nntf`.
        pub vul_level: Option<String>,
        /// Packages to leave alone, joined with commas; default `kernel`.
        pub exclude_packages: Option<String>,
    }
}

sparse! {
    /// Confidential computing.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct TeeConfig {
        /// On or off.
        pub tee_enable: Option<bool>,
    }
}

sparse! {
    /// The Lingjun node group behind a pool of type `lingjun`.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct EfloNodeGroup {
        /// Lingjun cluster.
        pub cluster_id: Option<String>,
        /// Node group in it.
        pub group_id: Option<String>,
        /// RAM role of the nodes.
        pub worker_ram_role_name: Option<String>,
        /// New nodes of the group join by themselves.
        pub auto_attach_enabled: Option<bool>,
    }
}
