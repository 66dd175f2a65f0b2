//! Node pools of a cluster.

mod create;
mod detail;
mod management;
mod modify;
mod node;
mod node_config;
mod scaling_group;

use http::Method;
use serde::{Deserialize, Serialize};

use crate::call::{Object, Request};
use crate::task::{TaskId, TaskStarted};
use crate::wire::{self, sparse};
use crate::{Client, Error};

pub use create::{
    CreateClusterNodePool, CreateNodePoolInfo, CreateScalingGroup, NodeComponent, NodeComponentConfig, NodeEnv,
};
pub use detail::{NodePool, NodePoolCondition, NodePoolInfo, NodePoolState, NodePoolStatus, ScalingGroupDetail};
pub use management::{
    AutoRepairPolicy, AutoScaling, AutoUpgradePolicy, AutoVulFixPolicy, EfloNodeGroup, KubernetesConfig, Management,
    Taint, TeeConfig,
};
pub use modify::{ModifyClusterNodePool, ModifyNodePoolInfo};
pub use node::{Node, NodeFilter, RemoveNodePoolNodes};
pub use node_config::{
    ContainerdConfig, Hugepage, KubeletConfig, KubeletTracing, ModifyNodePoolNodeConfig, NodeConfig, NodeOsConfig,
    NodeRollingPolicy, ReservedMemory,
};
pub use scaling_group::{
    CpuOptions, DataDisk, DiskInit, InstancePattern, PrivatePoolOptions, ResourcePoolOptions, ScalingGroup, SpotPrice,
};

/// Answer of CreateClusterNodePool.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct NodePoolCreated {
    /// Id of the new pool.
    pub nodepool_id: String,
    /// The task that builds it.
    #[serde(default, deserialize_with = "wire::non_empty")]
    pub task_id: Option<TaskId>,
    /// Id of the request in the service's records.
    #[serde(default, deserialize_with = "wire::non_empty")]
    pub request_id: Option<String>,
}

sparse! {
    /// Body of UpgradeClusterNodepool: what the nodes of a pool are moved to.
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct UpgradeClusterNodePool {
        /// Kubernetes version of the kubelet.
        pub kubernetes_version: Option<String>,
        /// Image.
        pub image_id: Option<String>,
        /// Container runtime.
        pub runtime_type: Option<String>,
        /// Version of the container runtime.
        pub runtime_version: Option<String>,
        /// Nodes, by name; all if empty or `None`.
        pub node_names: Option<Vec<String>>,
        /// Replace the system disk rather than upgrade in place.
        pub use_replace: Option<bool>,
        /// Go on although the precheck warns.
        pub ignore_warning_check: Option<bool>,
        /// How many nodes at a time.
        pub rolling_policy: Option<UpgradeRollingPolicy>,
    }
}

sparse! {
    /// How an upgrade goes through the nodes.
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct UpgradeRollingPolicy {
        /// Nodes at a time: 1 to 10; default 10.
        pub max_parallelism: Option<i64>,
        /// Failed nodes that are tolerated; default 0.
        pub max_failed_nodes: Option<i64>,
        /// Minutes between batches: 0, or 5 to 120.
        pub batch_interval: Option<i64>,
        /// `FirstBatch`, `EveryBatch` or `NotPause`.
        pub pause_policy: Option<String>,
    }
}

impl Object for NodePoolCreated {
    fn lacks(&self) -> Option<&'static str> {
        self.nodepool_id.is_empty().then_some("nodepool_id")
    }

    fn task(&self) -> Option<&TaskId> {
        self.task_id.as_ref()
    }
}

impl Object for NodePool {
    fn lacks(&self) -> Option<&'static str> {
        self.nodepool_info.nodepool_id.is_empty().then_some("nodepool_info.nodepool_id")
    }

    fn state(&self) -> Option<&str> {
        self.status.state.as_ref().map(NodePoolState::as_str)
    }
}

/// All pools of a cluster. Whether the service leaves the field out when there is none is not known: a pool that is
/// looked for here and not found is read by itself.
#[derive(Deserialize)]
struct NodePools {
    #[serde(default, deserialize_with = "wire::or_default")]
    nodepools: Vec<NodePool>,
}

impl Object for NodePools {
    fn lacks(&self) -> Option<&'static str> {
        self.nodepools.iter().find_map(NodePool::lacks)
    }
}

#[derive(Serialize)]
struct ScaleClusterNodePool {
    count: i64,
}

impl Client {
    /// Adds a node pool (CreateClusterNodePool). Answers at once.
    ///
    /// There is no client token for this call, so a lost answer is not retried and the error is
    /// [uncertain](Error::is_uncertain): look for a pool of that name. The name is unique in a cluster, and one that is
    /// taken is a [conflict](Error::is_conflict).
    pub async fn create_cluster_node_pool(
        &self,
        cluster_id: &str,
        pool: &CreateClusterNodePool,
    ) -> Result<NodePoolCreated, Error> {
        let path = ["clusters", cluster_id, "nodepools"];
        let request = Request::new("CreateClusterNodePool", Method::POST, &path);
        self.send_for_object(&request.named(&pool.nodepool_info.name).body(pool)).await
    }

    /// Reads one node pool in full, always from the service (DescribeClusterNodePoolDetail).
    ///
    /// A pool that has only just been made may not be found for a moment.
    pub async fn describe_cluster_node_pool_detail(
        &self,
        cluster_id: &str,
        nodepool_id: &str,
    ) -> Result<NodePool, Error> {
        let path = ["clusters", cluster_id, "nodepools", nodepool_id];
        self.send_for_object(&Request::new("DescribeClusterNodePoolDetail", Method::GET, &path)).await
    }

    /// Reads one node pool out of the list of its siblings, which all who ask within about two seconds share
    /// (DescribeClusterNodePools).
    ///
    /// Any write to the cluster by this client makes the next reader ask again. The list lacks `host_network`,
    /// `intranet`, `scaling_group.instance_metadata_options` and `status.conditions`; a pool that it does not hold is
    /// read by itself, so that only the service's own word says that it is [gone](Error::is_not_found).
    pub async fn read_node_pool(&self, cluster_id: &str, nodepool_id: &str) -> Result<NodePool, Error> {
        let pools = self.shared_node_pools(cluster_id).await?;
        match pools.iter().find(|pool| pool.nodepool_info.nodepool_id == nodepool_id) {
            Some(pool) => Ok(pool.clone()),
            None => self.describe_cluster_node_pool_detail(cluster_id, nodepool_id).await,
        }
    }

    /// Lists the node pools of a cluster (DescribeClusterNodePools). Not paged.
    pub async fn describe_cluster_node_pools(&self, cluster_id: &str) -> Result<Vec<NodePool>, Error> {
        let path = ["clusters", cluster_id, "nodepools"];
        let list: NodePools =
            self.send_for_object(&Request::new("DescribeClusterNodePools", Method::GET, &path)).await?;
        Ok(list.nodepools)
    }

    /// Changes a node pool (ModifyClusterNodePool). What is `None` stays as it is.
    pub async fn modify_cluster_node_pool(
        &self,
        cluster_id: &str,
        nodepool_id: &str,
        change: &ModifyClusterNodePool,
    ) -> Result<TaskStarted, Error> {
        let path = ["clusters", cluster_id, "nodepools", nodepool_id];
        self.send_for_object(&Request::new("ModifyClusterNodePool", Method::PUT, &path).body(change)).await
    }

    /// Changes kubelet, containerd and operating system settings of a pool's nodes, batch by batch
    /// (ModifyNodePoolNodeConfig).
    pub async fn modify_node_pool_node_config(
        &self,
        cluster_id: &str,
        nodepool_id: &str,
        change: &ModifyNodePoolNodeConfig,
    ) -> Result<TaskStarted, Error> {
        let path = ["clusters", cluster_id, "nodepools", nodepool_id, "node_config"];
        self.send_for_object(&Request::new("ModifyNodePoolNodeConfig", Method::PUT, &path).body(change)).await
    }

    /// Deletes a node pool (DeleteClusterNodepool). Without `force` a pool that still has nodes is refused.
    pub async fn delete_cluster_nodepool(
        &self,
        cluster_id: &str,
        nodepool_id: &str,
        force: bool,
    ) -> Result<TaskStarted, Error> {
        let path = ["clusters", cluster_id, "nodepools", nodepool_id];
        self.send_for_object(&Request::new("DeleteClusterNodepool", Method::DELETE, &path).query("force", force)).await
    }

    /// Moves a pool's nodes to another kubelet, image or runtime version, in batches (UpgradeClusterNodepool).
    pub async fn upgrade_cluster_nodepool(
        &self,
        cluster_id: &str,
        nodepool_id: &str,
        upgrade: &UpgradeClusterNodePool,
    ) -> Result<TaskStarted, Error> {
        let path = ["clusters", cluster_id, "nodepools", nodepool_id, "upgrade"];
        self.send_for_object(&Request::new("UpgradeClusterNodepool", Method::POST, &path).body(upgrade)).await
    }

    /// Adds `count` nodes, at most 500 (ScaleClusterNodePool). It is a difference, not a size: to reach a size set
    /// `scaling_group.desired_size` with [`modify_cluster_node_pool`](Self::modify_cluster_node_pool).
    pub async fn scale_cluster_node_pool(
        &self,
        cluster_id: &str,
        nodepool_id: &str,
        count: i64,
    ) -> Result<TaskStarted, Error> {
        let path = ["clusters", cluster_id, "nodepools", nodepool_id];
        let request = Request::new("ScaleClusterNodePool", Method::POST, &path).body(&ScaleClusterNodePool { count });
        self.send_for_object(&request).await
    }
}
