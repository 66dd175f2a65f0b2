//! Clusters.

mod create;
mod detail;
mod modify;
mod settings;
mod version;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::call::Object;
use crate::request::Request;
use crate::task::{TaskId, TaskStarted};
use crate::wire::{self, sparse};
use crate::{Client, Error, JsonObject, operations, paging};

pub use create::{
    ClusterAddon, ClusterAuditLog, ClusterRrsa, CreateCluster, CreateControlPlaneEndpoints, CreateInternalDns,
};
pub use detail::{ApiServerUrls, Cluster, ClusterState, ControlPlaneEndpoints, LoadBalancerEndpoint, RrsaDetail};
pub use modify::{ApiServerCertSans, ModifyCluster, ModifyControlPlaneEndpoints, SystemEventsLogging};
pub use settings::{
    AutoMode, AutoUpgrade, ControlPlaneConfig, ControlPlaneSettings, EndpointLoadBalancer, InstanceMetadataOptions,
    InternalDns, MaintenanceExclusion, MaintenanceWindow, OperationPolicy,
};
pub use version::{KubernetesVersion, KubernetesVersionQuery, NodeImage, Runtime};

/// Answer of CreateCluster.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ClusterCreated {
    /// Id of the new cluster: reserved at once, usable when the task has succeeded.
    pub cluster_id: String,
    /// The task that builds it.
    #[serde(default, deserialize_with = "wire::non_empty")]
    pub task_id: Option<TaskId>,
    /// Id of the request in the service's records.
    #[serde(default, deserialize_with = "wire::non_empty")]
    pub request_id: Option<String>,
}

/// What to list; `None` does not restrict.
#[derive(Clone, Debug, Default)]
pub struct ClusterFilter {
    /// Id of a cluster.
    pub cluster_id: Option<String>,
    /// Name, or part of one: a match is not an equal name.
    pub name: Option<String>,
    /// `Kubernetes`, `ManagedKubernetes` or `ExternalKubernetes`.
    pub cluster_type: Option<String>,
    /// `ack.standard`, `ack.pro.small`, ...
    pub cluster_spec: Option<String>,
    /// `Default`, `Edge`, `Serverless`, `LingJun` (spelt like that here).
    pub profile: Option<String>,
}

/// What DeleteCluster takes along and what it leaves (sent in the query).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteCluster {
    /// Keep every resource that belongs to the cluster. The service's default is false.
    pub retain_all_resources: Option<bool>,
    /// Ids of resources to keep.
    pub retain_resources: Option<Vec<String>>,
    /// What to do by type of resource. Defaults of the service: `SLB` is deleted; `ALB`, `SLS_Data`,
    /// `SLS_ControlPlane` and `PrivateZone` are kept.
    pub delete_options: Option<Vec<DeleteOption>>,
}

/// What to do with one type of resource.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeleteOption {
    /// `SLB`, `ALB`, `SLS_Data`, `SLS_ControlPlane` or `PrivateZone`.
    pub resource_type: String,
    /// `delete` or `retain`.
    pub delete_mode: String,
}

sparse! {
    /// Body of UpgradeCluster.
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct UpgradeCluster {
        /// Version to go to: the next minor at most.
        pub next_version: Option<String>,
        /// Upgrade the control plane only, not the nodes.
        pub master_only: Option<bool>,
    }
}

/// A cloud resource that is tied to a cluster (DescribeClusterResources).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ClusterResource {
    /// Cluster id.
    pub cluster_id: Option<String>,
    /// Id of the resource.
    pub instance_id: Option<String>,
    /// Type in the form of ROS, such as `ALIYUN::VPC::NatGateway`.
    pub resource_type: Option<String>,
    /// `CREATE_COMPLETE`, `DELETE_IN_PROGRESS`, ...
    pub state: Option<String>,
    /// 1 if ACK made it, 0 if it was brought along.
    #[serde(deserialize_with = "wire::integer")]
    pub auto_create: Option<i64>,
    /// `user`, `system` or `addon`.
    pub creator_type: Option<String>,
    /// What deleting the cluster does to it.
    pub delete_behavior: Option<DeleteBehavior>,
    /// More, as JSON text.
    pub resource_info: Option<String>,
    /// When it was made.
    pub created: Option<String>,
    /// More; free form.
    pub extra_info: Option<Value>,
    /// The Kubernetes object it belongs to.
    pub associated_object: Option<JsonObject>,
}

/// What deleting a cluster does to a resource of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct DeleteBehavior {
    /// It is deleted unless told otherwise.
    pub delete_by_default: Option<bool>,
    /// It can be told otherwise.
    pub changeable: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ClusterPage {
    clusters: Option<Vec<Cluster>>,
    page_info: Option<paging::PageInfo>,
}

impl Object for ClusterCreated {
    fn lacks(&self) -> Option<&'static str> {
        self.cluster_id.is_empty().then_some("cluster_id")
    }

    fn task(&self) -> Option<&TaskId> {
        self.task_id.as_ref()
    }
}

impl Object for Cluster {
    fn lacks(&self) -> Option<&'static str> {
        self.cluster_id.is_empty().then_some("cluster_id")
    }

    fn state(&self) -> Option<&str> {
        self.state.as_ref().map(ClusterState::as_str)
    }
}

/// A page that says nothing about clusters is not one without any: from an empty list follows that there is none.
impl Object for ClusterPage {
    fn lacks(&self) -> Option<&'static str> {
        match &self.clusters {
            None => self.page_info.is_none().then_some("clusters"),
            Some(clusters) => clusters.iter().find_map(Cluster::lacks),
        }
    }
}

impl Client {
    /// Starts building a cluster (CreateCluster). Answers at once.
    ///
    /// A failure may be [uncertain](Error::is_uncertain). It is not documented that the service recognises a repetition by
    /// its `client_token`: look for the cluster first, then repeat with the same token.
    pub async fn create_cluster(&self, cluster: &CreateCluster) -> Result<ClusterCreated, Error> {
        let mut cluster = cluster.clone();
        cluster.region_id.get_or_insert_with(|| self.region().to_owned());
        let request = Request::of(&operations::CREATE_CLUSTER, &[]).named(&cluster.name).body(&cluster);
        self.send_for_object(&request).await
    }

    /// Reads one cluster in full (DescribeClusterDetail).
    pub async fn describe_cluster_detail(&self, cluster_id: &str) -> Result<Cluster, Error> {
        let request = Request::of(&operations::DESCRIBE_CLUSTER_DETAIL, &[("cluster_id", cluster_id)]);
        self.send_for_object(&request).await
    }

    /// Lists the clusters of the client's region, all pages (DescribeClustersForRegion).
    ///
    /// Records are short: no `master_url`, no maintenance window, no operation policy, and more. A change may take 1 to
    /// 10 seconds to show.
    pub async fn describe_clusters_for_region(&self, filter: &ClusterFilter) -> Result<Vec<Cluster>, Error> {
        let request = Request::of(&operations::DESCRIBE_CLUSTERS_FOR_REGION, &[("region_id", self.region())])
            .query("cluster_id", filter.cluster_id.as_deref())
            .query("name", filter.name.as_deref())
            .query("cluster_type", filter.cluster_type.as_deref())
            .query("cluster_spec", filter.cluster_spec.as_deref())
            .query("profile", filter.profile.as_deref());
        paging::all(|page_number, page_size| {
            let request = request.clone().query("page_number", page_number).query("page_size", page_size);
            async move {
                let page: ClusterPage = self.send_for_object(&request).await?;
                Ok((page.clusters.unwrap_or_default(), page.page_info.unwrap_or_default()))
            }
        })
        .await
    }

    /// Changes settings of a cluster (ModifyCluster). What is `None` stays as it is.
    ///
    /// Send one kind of change at a time and read afterwards: mixed ones have been seen to be dropped in part, under a
    /// task that succeeds.
    pub async fn modify_cluster(&self, cluster_id: &str, change: &ModifyCluster) -> Result<TaskStarted, Error> {
        let request = Request::of(&operations::MODIFY_CLUSTER, &[("cluster_id", cluster_id)]);
        self.send_for_object(&request.body(change)).await
    }

    /// Tears a cluster down (DeleteCluster). It is gone when reading it gives [not found](Error::is_not_found).
    pub async fn delete_cluster(&self, cluster_id: &str, options: &DeleteCluster) -> Result<TaskStarted, Error> {
        let modes = options.delete_options.as_ref().map(|modes| json!(modes));
        let request = Request::of(&operations::DELETE_CLUSTER, &[("cluster_id", cluster_id)])
            .query("retain_all_resources", options.retain_all_resources)
            .query("retain_resources", options.retain_resources.clone())
            .query("delete_options", modes);
        self.send_for_object(&request).await
    }

    /// Upgrades the control plane by one minor at most (UpgradeCluster).
    pub async fn upgrade_cluster(&self, cluster_id: &str, upgrade: &UpgradeCluster) -> Result<TaskStarted, Error> {
        let request = Request::of(&operations::UPGRADE_CLUSTER, &[("cluster_id", cluster_id)]);
        self.send_for_object(&request.body(upgrade)).await
    }

    /// Moves a Basic cluster to Pro (MigrateCluster). The bucket of a dedicated cluster's backup is optional.
    pub async fn migrate_cluster(
        &self,
        cluster_id: &str,
        oss_bucket_name: Option<&str>,
        oss_bucket_endpoint: Option<&str>,
    ) -> Result<TaskStarted, Error> {
        let bucket = [("oss_bucket_name", oss_bucket_name), ("oss_bucket_endpoint", oss_bucket_endpoint)];
        let body: JsonObject =
            bucket.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?)))).collect();
        let request = Request::of(&operations::MIGRATE_CLUSTER, &[("cluster_id", cluster_id)]);
        self.send_for_object(&request.body(&body)).await
    }

    /// Lists the cloud resources of a cluster (DescribeClusterResources), with those of its add-ons if asked.
    pub async fn describe_cluster_resources(
        &self,
        cluster_id: &str,
        with_addon_resources: bool,
    ) -> Result<Vec<ClusterResource>, Error> {
        let request = Request::of(&operations::DESCRIBE_CLUSTER_RESOURCES, &[("cluster_id", cluster_id)])
            .query("with_addon_resources", with_addon_resources);
        self.send(&request).await
    }
}
