//! A cluster as the service describes it.

use serde::Deserialize;

use super::settings::{AutoMode, ControlPlaneConfig, InternalDns, MaintenanceWindow, OperationPolicy};
use crate::tag::Tag;
use crate::wire::{self, open_enum};

open_enum! {
    /// State of a cluster.
    pub enum ClusterState {
        /// Being built.
        Initial = "initial",
        /// Building it failed; it stays until it is deleted.
        Failed = "failed",
        /// Building it took too long.
        CreateTimeout = "create_timeout",
        /// Ready; the state in which changes are accepted.
        Running = "running",
        /// A change or an add-on is being worked on.
        Updating = "updating",
        /// A change failed.
        UpdatingFailed = "updating_failed",
        /// Its version is being upgraded.
        Upgrading = "upgrading",
        /// Nodes are being added.
        Scaling = "scaling",
        /// Nodes are being removed.
        Removing = "removing",
        /// Nodes are being drained.
        Draining = "draining",
        /// It moves to another kind of cluster.
        Migrating = "migrating",
        /// Not active.
        Inactive = "inactive",
        /// Not reachable.
        Unavailable = "unavailable",
        /// Stopped.
        Stopped = "stopped",
        /// Being deleted.
        Deleting = "deleting",
        /// Deleted; rarely seen, a read gives not found.
        Deleted = "deleted",
        /// Deleting it failed; deleting may be tried again.
        DeleteFailed = "delete_failed" | "deleteFailed",
        /// Registered, its agent has not connected yet.
        Waiting = "waiting",
        /// Registered, its agent has lost the connection.
        Disconnected = "disconnected",
    }
}

/// A cluster (DescribeClusterDetail). Records of lists are the same with less in them: what they lack is `None` or empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Cluster {
    /// Cluster id.
    #[serde(deserialize_with = "wire::or_default")]
    pub cluster_id: String,
    /// Name.
    #[serde(deserialize_with = "wire::or_default")]
    pub name: String,
    /// State.
    pub state: Option<ClusterState>,
    /// Region.
    pub region_id: Option<String>,
    /// `ManagedKubernetes`, `Kubernetes` or `ExternalKubernetes`.
    pub cluster_type: Option<String>,
    /// `Default`, `Edge`, `Serverless`, `Lingjun`, ...
    pub profile: Option<String>,
    /// `ack.standard`, `ack.pro.small`, ...
    pub cluster_spec: Option<String>,
    /// Version it was created with.
    pub init_version: Option<String>,
    /// Version it has, such as `1.32.1-aliyun.1`.
    pub current_version: Option<String>,
    /// Version it can be upgraded to.
    pub next_version: Option<String>,
    /// VPC.
    pub vpc_id: Option<String>,
    /// vSwitches of the control plane. Empty if the service says `null`.
    #[serde(deserialize_with = "wire::or_default")]
    pub vswitch_ids: Vec<String>,
    /// Security group.
    pub security_group_id: Option<String>,
    /// CIDR of pods.
    pub container_cidr: Option<String>,
    /// CIDR of services.
    pub service_cidr: Option<String>,
    /// Length of a node's pod prefix, as text.
    #[serde(deserialize_with = "wire::text")]
    pub node_cidr_mask: Option<String>,
    /// `ipv4` or `dual`.
    pub ip_stack: Option<String>,
    /// `ipvs`, `iptables` or `nftables`.
    pub proxy_mode: Option<String>,
    /// Domain of the cluster.
    pub cluster_domain: Option<String>,
    /// Time zone.
    pub timezone: Option<String>,
    /// More names in the API server's certificate.
    #[serde(deserialize_with = "wire::or_default")]
    pub extra_sans: Vec<String>,
    /// How the API server is reached, as JSON text; see [`api_server_urls`](Self::api_server_urls).
    pub master_url: Option<String>,
    /// Load balancers and names of the API server.
    pub control_plane_endpoints_config: Option<ControlPlaneEndpoints>,
    /// Control plane nodes of a dedicated cluster.
    pub control_plane_config: Option<ControlPlaneConfig>,
    /// Deletion is refused.
    #[serde(deserialize_with = "wire::boolean")]
    pub deletion_protection: Option<bool>,
    /// When the service may do maintenance.
    pub maintenance_window: Option<MaintenanceWindow>,
    /// Automatic upgrades.
    pub operation_policy: Option<OperationPolicy>,
    /// Intelligent managed mode.
    pub auto_mode: Option<AutoMode>,
    /// RAM roles for service accounts.
    pub rrsa_config: Option<RrsaDetail>,
    /// Resource group.
    pub resource_group_id: Option<String>,
    /// RAM role of the workers.
    pub worker_ram_role_name: Option<String>,
    /// Number of nodes.
    #[serde(deserialize_with = "wire::integer")]
    pub size: Option<i64>,
    /// Tags.
    #[serde(deserialize_with = "wire::or_default")]
    pub tags: Vec<Tag>,
    /// More about it, as JSON text.
    pub meta_data: Option<String>,
    /// When it was made, RFC 3339.
    pub created: Option<String>,
    /// When it last changed, RFC 3339.
    pub updated: Option<String>,
}

impl Cluster {
    /// The URLs of the API server, out of `master_url`. Both are `None` while the cluster is being built.
    pub fn api_server_urls(&self) -> ApiServerUrls {
        // The text is empty or broken JSON until the API server has its endpoints: no URL is what there is to say.
        self.master_url.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }
}

/// URLs of the API server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ApiServerUrls {
    /// From the internet; `None` if it is not exposed.
    #[serde(rename = "api_server_endpoint", deserialize_with = "wire::non_empty")]
    pub public: Option<String>,
    /// From inside the VPC.
    #[serde(rename = "intranet_api_server_endpoint", deserialize_with = "wire::non_empty")]
    pub intranet: Option<String>,
}

/// How the API server is reached.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ControlPlaneEndpoints {
    /// Its name inside VPCs.
    pub internal_dns_config: Option<InternalDns>,
    /// Its load balancers.
    #[serde(deserialize_with = "wire::or_default")]
    pub load_balancers_config: Vec<LoadBalancerEndpoint>,
}

/// A load balancer in front of the API server.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct LoadBalancerEndpoint {
    /// `private` or `public`.
    pub endpoint_type: Option<String>,
    /// Id of the instance.
    pub load_balancer_id: Option<String>,
    /// Its address.
    pub endpoint: Option<String>,
}

/// RAM roles for service accounts.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct RrsaDetail {
    /// On or off.
    pub enabled: Option<bool>,
    /// Issuers, joined with commas; the first is the `iss` of tokens.
    pub issuer: Option<String>,
    /// Audience of tokens.
    pub audience: Option<String>,
    /// Name of the OIDC provider.
    pub oidc_name: Option<String>,
    /// ARN of the OIDC provider.
    pub oidc_arn: Option<String>,
    /// Where the keys are published.
    pub jwks_url: Option<String>,
    /// Where the OIDC configuration is published.
    pub open_api_configuration_url: Option<String>,
    /// Longest life of a token.
    #[serde(deserialize_with = "wire::text")]
    pub max_oidc_token_expiration: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_is_read_with_nulls_unknown_fields_and_numbers_as_text() {
        let cluster: Cluster = serde_json::from_str(
            r#"{"cluster_id":"c1","name":"n","state":"running","vswitch_ids":null,"tags":null,"node_cidr_mask":26,
                "size":"3","deletion_protection":true,"maintenance_window":{"enable":false,"exclusions":null},
                "control_plane_config":{"size":3,"instance_types":null,"login_password":"***"},
                "a_field_of_next_year":{"x":[1]}}"#,
        )
        .unwrap();
        assert_eq!(cluster.state, Some(ClusterState::Running));
        assert!(cluster.vswitch_ids.is_empty() && cluster.tags.is_empty());
        assert_eq!((cluster.node_cidr_mask.as_deref(), cluster.size), (Some("26"), Some(3)));
        assert_eq!(cluster.maintenance_window.unwrap().enable, Some(false));
        let control_plane = cluster.control_plane_config.unwrap().settings;
        assert_eq!(control_plane.size, Some(3));
        assert!(control_plane.login_password.is_none());
    }

    #[test]
    fn the_urls_of_the_api_server_are_read_out_of_their_text() {
        let urls = |text: Option<&str>| {
            Cluster { master_url: text.map(str::to_owned), ..Cluster::default() }.api_server_urls()
        };
        assert_eq!(
            urls(Some(r#"{"api_server_endpoint":"","intranet_api_server_endpoint":"https://10.0.0.1:6443"}"#)),
            ApiServerUrls { public: None, intranet: Some("https://10.0.0.1:6443".to_owned()) }
        );
        for text in [None, Some(""), Some("{}"), Some("not json")] {
            assert_eq!(urls(text), ApiServerUrls::default(), "{text:?}");
        }
    }
}
