//! Node pools of a cluster.

mod create;
mod detail;
mod management;
mod modify;
mod node_config;
mod scaling_group;

use serde::Deserialize;

use crate::call::Object;
use crate::request::Request;
use crate::task::{TaskId, TaskStarted};
use crate::{Client, Error, operations, wire};

pub use create::{
    CreateClusterNodePool, CreateNodePoolInfo, CreateScalingGroup, NodeComponent, NodeComponentConfig, NodeEnv,
};
pub use detail::{NodePool, NodePoolCondition, NodePoolInfo, NodePoolState, NodePoolStatus, ScalingGroupDetail};
pub use management::{
    AutoRepairPolicy, AutoScaling, AutoUpgradePolicy, AutoVulFixPolicy, EfloNodeGroup, KubernetesConfig, Management,
    Taint, TeeConfig,
};
pub use modify::{ModifyClusterNodePool, ModifyNodePoolInfo};
pub use node_config::{Hugepage, KubeletConfig, KubeletTracing, NodeConfig, NodeOsConfig, ReservedMemory};
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
        let request = Request::of(&operations::CREATE_CLUSTER_NODE_POOL, &[("cluster_id", cluster_id)]);
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
        let of = [("cluster_id", cluster_id), ("nodepool_id", nodepool_id)];
        self.send_for_object(&Request::of(&operations::DESCRIBE_CLUSTER_NODE_POOL_DETAIL, &of)).await
    }

    /// Reads one node pool out of the list of its siblings, which all who ask within about two seconds share
    /// (DescribeClusterNodePools).
    ///
    /// Any write to the cluster by this client makes the next reader ask again. The list lacks `host_network`,
    /// `intranet`, `scaling_group.instance_metadata_options` and `status.conditions`; a pool that it does not hold is
    /// read by itself, so that only the service's own word says that it is [gone](Error::is_not_found).
    pub async fn read_node_pool(&self, cluster_id: &str, nodepool_id: &str) -> Result<NodePool, Error> {
        let list = Request::of(&operations::DESCRIBE_CLUSTER_NODE_POOLS, &[("cluster_id", cluster_id)])
            .must_answer("nodepools[].nodepool_info.nodepool_id");
        let pools = self.shared(&list).await?;
        match pools.element("nodepools", |pool| pool["nodepool_info"]["nodepool_id"] == nodepool_id) {
            Some(pool) => pools.typed(&list, pool),
            None => self.describe_cluster_node_pool_detail(cluster_id, nodepool_id).await,
        }
    }

    /// Lists the node pools of a cluster (DescribeClusterNodePools). Not paged.
    pub async fn describe_cluster_node_pools(&self, cluster_id: &str) -> Result<Vec<NodePool>, Error> {
        let request = Request::of(&operations::DESCRIBE_CLUSTER_NODE_POOLS, &[("cluster_id", cluster_id)]);
        self.send_for_object(&request).await.map(|list: NodePools| list.nodepools)
    }

    /// Changes a node pool (ModifyClusterNodePool). What is `None` stays as it is.
    pub async fn modify_cluster_node_pool(
        &self,
        cluster_id: &str,
        nodepool_id: &str,
        change: &ModifyClusterNodePool,
    ) -> Result<TaskStarted, Error> {
        let of = [("cluster_id", cluster_id), ("nodepool_id", nodepool_id)];
        self.send_for_object(&Request::of(&operations::MODIFY_CLUSTER_NODE_POOL, &of).body(change)).await
    }

    /// Deletes a node pool (DeleteClusterNodepool). Without `force` a pool that still has nodes is refused.
    pub async fn delete_cluster_nodepool(
        &self,
        cluster_id: &str,
        nodepool_id: &str,
        force: bool,
    ) -> Result<TaskStarted, Error> {
        let of = [("cluster_id", cluster_id), ("nodepool_id", nodepool_id)];
        self.send_for_object(&Request::of(&operations::DELETE_CLUSTER_NODEPOOL, &of).query("force", force)).await
    }
}
