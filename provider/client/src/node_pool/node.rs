//! The nodes of a cluster and of its pools.

use http::Method;
use serde::Deserialize;

use crate::call::{Object, Request};
use crate::task::TaskStarted;
use crate::{Client, Error, paging, wire};

/// Which nodes to list; `None` does not restrict.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeFilter {
    /// Node pool.
    pub nodepool_id: Option<String>,
    /// `all` (default), `running`, `removing`, `initial` or `failed`.
    pub state: Option<String>,
    /// Instance ids, joined with commas.
    pub instance_ids: Option<String>,
    /// Addresses, joined with commas.
    pub node_ips: Option<String>,
    /// Names, joined with commas.
    pub node_names: Option<String>,
    /// Labels `key=value`, joined with commas; all must match.
    pub node_labels: Option<String>,
}

/// A node (DescribeClusterNodes).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Node {
    /// ECS instance.
    #[serde(deserialize_with = "wire::or_default")]
    pub instance_id: String,
    /// Name of the instance.
    pub instance_name: Option<String>,
    /// Name in Kubernetes, such as `cn-hangzhou.192.168.0.1`.
    pub node_name: Option<String>,
    /// Host name.
    pub host_name: Option<String>,
    /// Node pool.
    pub nodepool_id: Option<String>,
    /// `Master` or `Worker`.
    pub instance_role: Option<String>,
    /// Instance type.
    pub instance_type: Option<String>,
    /// Family of the instance type.
    pub instance_type_family: Option<String>,
    /// `PrePaid` or `PostPaid`.
    pub instance_charge_type: Option<String>,
    /// `NoSpot`, `SpotWithPriceLimit` or `SpotAsPriceGo`.
    pub spot_strategy: Option<String>,
    /// Image.
    pub image_id: Option<String>,
    /// Addresses.
    #[serde(deserialize_with = "wire::or_default")]
    pub ip_address: Vec<String>,
    /// It is an ECS instance.
    pub is_aliyun_node: Option<bool>,
    /// `pending`, `running`, `starting`, `stopping` or `stopped`.
    pub state: Option<String>,
    /// State of the ECS instance.
    pub instance_status: Option<String>,
    /// `Ready`, `NotReady`, `Unknown` or `Offline`.
    pub node_status: Option<String>,
    /// What went wrong.
    pub error_message: Option<String>,
    /// Where it comes from, such as `ess`.
    pub source: Option<String>,
    /// When it was made, RFC 3339.
    pub creation_time: Option<String>,
    /// When its subscription ends, RFC 3339.
    pub expired_time: Option<String>,
}

/// Which instances to remove from a pool, and how (RemoveNodePoolNodes; sent in the query).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RemoveNodePoolNodes {
    /// Instances.
    pub instance_ids: Vec<String>,
    /// Drain the nodes first.
    pub drain_node: Option<bool>,
    /// Release the instances. Those paid for in advance are not released.
    pub release_node: Option<bool>,
    /// Work on several nodes at a time; default false.
    pub concurrency: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Page {
    #[serde(deserialize_with = "wire::or_default")]
    nodes: Vec<Node>,
    #[serde(deserialize_with = "wire::or_default")]
    page: paging::PageInfo,
}

impl Object for Page {}

impl Client {
    /// Lists nodes, all pages (DescribeClusterNodes).
    pub async fn describe_cluster_nodes(&self, cluster_id: &str, filter: &NodeFilter) -> Result<Vec<Node>, Error> {
        let request = Request::new("DescribeClusterNodes", Method::GET, &["clusters", cluster_id, "nodes"])
            .query_if("nodepool_id", filter.nodepool_id.as_ref())
            .query_if("state", filter.state.as_ref())
            .query_if("instanceIds", filter.instance_ids.as_ref())
            .query_if("nodeIps", filter.node_ips.as_ref())
            .query_if("nodeNames", filter.node_names.as_ref())
            .query_if("nodeLabels", filter.node_labels.as_ref());
        paging::all(|number, size| {
            let request = request.clone().query("pageNumber", number).query("pageSize", size);
            async move {
                let page: Page = self.send_for_object(&request).await?;
                Ok((page.nodes, page.page))
            }
        })
        .await
    }

    /// Removes instances from a pool and lowers its desired size by as many (RemoveNodePoolNodes).
    pub async fn remove_node_pool_nodes(
        &self,
        cluster_id: &str,
        nodepool_id: &str,
        removal: &RemoveNodePoolNodes,
    ) -> Result<TaskStarted, Error> {
        let path = ["clusters", cluster_id, "nodepools", nodepool_id, "nodes"];
        let request = Request::new("RemoveNodePoolNodes", Method::DELETE, &path)
            .query_json("instance_ids", Some(&removal.instance_ids))
            .query_if("drain_node", removal.drain_node)
            .query_if("release_node", removal.release_node)
            .query_if("concurrency", removal.concurrency);
        self.send_for_object(&request).await
    }
}
