//! Body of CreateCluster.

use serde::Serialize;

use super::settings::{AutoMode, ControlPlaneConfig, EndpointLoadBalancer, MaintenanceWindow, OperationPolicy};
use crate::tag::Tag;
use crate::wire::sparse;

sparse! {
    /// A cluster to build (CreateCluster).
    ///
    /// Left out are the fields that the vendor marks old, and `nodepools`: pools are made by
    /// [`create_cluster_node_pool`](crate::Client::create_cluster_node_pool).
    #[derive(Clone, Debug, Default, Serialize)]
    pub struct CreateCluster {
        /// 1 to 63 characters: digits, letters, Chinese characters, `-`, not first.
        pub name: String,
        /// Region; the client's own if `None`.
        pub region_id: Option<String>,
        /// By this the service recognises a repetition of the request.
        pub client_token: Option<String>,
        /// `ManagedKubernetes`, `Kubernetes` (dedicated) or `ExternalKubernetes` (registered).
        pub cluster_type: Option<String>,
        /// Of a managed cluster: `Default`, `Edge`, `Serverless`, `Lingjun`, `Acs`.
        pub profile: Option<String>,
        /// Of a managed cluster: `ack.standard` (default), `ack.pro.small`, `ack.pro.xlarge`, ...
        pub cluster_spec: Option<String>,
        /// Version; the newest if `None`.
        pub kubernetes_version: Option<String>,
        /// VPC. It is called `vpc_id` when it is read.
        pub vpcid: Option<String>,
        /// vSwitches of the control plane.
        pub vswitch_ids: Option<Vec<String>>,
        /// Zones in which to build a network, if no VPC is given. Managed clusters only.
        pub zone_ids: Option<Vec<String>>,
        /// vSwitches of pods under Terway. Marked old, in favour of the configuration of `terway-eniip`, but reported to
        /// be needed all the same.
        pub pod_vswitch_ids: Option<Vec<String>>,
        /// CIDR of pods under Flannel.
        pub container_cidr: Option<String>,
        /// CIDR of services; default `172.19.0.0/20`.
        pub service_cidr: Option<String>,
        /// Length of a node's pod prefix under Flannel, as text; default `26`.
        pub node_cidr_mask: Option<String>,
        /// `ipv4` or `dual`.
        pub ip_stack: Option<String>,
        /// `ipvs` (default), `iptables`, or `nftables` from 1.35 on.
        pub proxy_mode: Option<String>,
        /// Domain of the cluster; `cluster.local`.
        pub cluster_domain: Option<String>,
        /// Make a NAT gateway so that nodes and pods reach the internet.
        pub snat_entry: Option<bool>,
        /// Expose the API server to the internet by an EIP.
        pub endpoint_public_access: Option<bool>,
        /// Existing CLB for the API server.
        pub load_balancer_id: Option<String>,
        /// Network load balancers for the API server; replaces the two above.
        pub control_plane_endpoints_config: Option<CreateControlPlaneEndpoints>,
        /// Existing security group; excludes the next.
        pub security_group_id: Option<String>,
        /// Make an advanced security group (default) rather than a basic one.
        pub is_enterprise_security_group: Option<bool>,
        /// Add-ons to install, or to leave out of what is installed by default. One for the network is required.
        pub addons: Option<Vec<ClusterAddon>>,
        /// Control plane nodes of a dedicated cluster.
        pub control_plane_config: Option<ControlPlaneConfig>,
        /// Refuse deletion.
        pub deletion_protection: Option<bool>,
        /// When the service may do maintenance.
        pub maintenance_window: Option<MaintenanceWindow>,
        /// Automatic upgrades.
        pub operation_policy: Option<OperationPolicy>,
        /// RAM roles for service accounts.
        pub rrsa_config: Option<ClusterRrsa>,
        /// Intelligent managed mode.
        pub auto_mode: Option<AutoMode>,
        /// Audit log of the API server.
        pub audit_log_config: Option<ClusterAuditLog>,
        /// Control plane components whose logs are collected.
        pub controlplane_log_components: Option<Vec<String>>,
        /// Log project for them; default `k8s-log-<cluster id>`.
        pub controlplane_log_project: Option<String>,
        /// Days to keep them, as text; default `30`.
        pub controlplane_log_ttl: Option<String>,
        /// KMS key that encrypts Secrets at rest. Pro only.
        pub encryption_provider_key: Option<String>,
        /// More names for the API server's certificate.
        pub extra_sans: Option<Vec<String>>,
        /// Issuer of service account tokens.
        pub service_account_issuer: Option<String>,
        /// Audiences of service account tokens, joined with commas.
        pub api_audiences: Option<String>,
        /// CA certificate of the user's own.
        pub user_ca: Option<String>,
        /// Time zone, such as `Asia/Shanghai`.
        pub timezone: Option<String>,
        /// Resource group.
        pub resource_group_id: Option<String>,
        /// Up to 20 tags.
        pub tags: Option<Vec<Tag>>,
        /// SSH from the internet to the nodes of a dedicated cluster.
        pub ssh_flags: Option<bool>,
    }
}

sparse! {
    /// An add-on to install with the cluster, or not to.
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct ClusterAddon {
        /// Name, such as `terway-eniip`.
        pub name: String,
        /// Version; the default one if `None`.
        pub version: Option<String>,
        /// Settings, as JSON text.
        pub config: Option<String>,
        /// Do not install it although it belongs to the default ones.
        pub disabled: Option<bool>,
    }
}

sparse! {
    /// Audit log of the API server, on create.
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct ClusterAuditLog {
        /// On or off.
        pub enabled: Option<bool>,
        /// Log project; default `k8s-log-<cluster id>`.
        pub sls_project_name: Option<String>,
    }
}

sparse! {
    /// RAM roles for service accounts, on create.
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct ClusterRrsa {
        /// On or off.
        pub enabled: Option<bool>,
    }
}

sparse! {
    /// How the API server is reached, on create.
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct CreateControlPlaneEndpoints {
        /// Its name inside VPCs.
        pub internal_dns_config: Option<CreateInternalDns>,
        /// Its load balancers.
        pub load_balancers_config: Option<Vec<EndpointLoadBalancer>>,
    }
}

sparse! {
    /// The API server's name inside VPCs, on create.
    #[derive(Clone, Debug, Default, PartialEq, Serialize)]
    pub struct CreateInternalDns {
        /// VPCs in which the name resolves.
        pub bind_vpcs: Option<Vec<String>>,
    }
}
