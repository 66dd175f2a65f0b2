//! A managed cluster: its declaration.
//!
//! | step | calls |
//! |---|---|
//! | plan | DescribeKubernetesVersionMetadata, only when the version changes; for a new cluster DescribeClustersForRegion, once for all of them |
//! | create | DescribeClustersForRegion (is there one already?), CreateCluster, its task: about five minutes; then ModifyCluster for what a creation does not take |
//! | read | DescribeClusterDetail |
//! | import | the same, DescribeClusterResources and GetClusterAddonInstance, for what the first does not show |
//! | update | one ModifyCluster a group of settings, MigrateCluster from Basic to Pro, UpgradeCluster once a minor version (about five minutes each), TagResources and UntagResources |
//! | delete | DescribeClusterResources, DeleteCluster, its task: about five minutes |
//!
//! Deletion protection is not sent with the creation. It is switched on when the cluster is ready, so that one that failed
//! to come to be can be removed. An EIP of the user's is attached then, too: CreateCluster takes none.
//!
//! Each ModifyCluster carries one group of settings, because mixed ones have been seen to be dropped in part under a task
//! that succeeds. Every creation has one client token for all its retries; before it, a cluster of the same name in the
//! same VPC is taken for what an earlier, cut off run has left, and is not made a second time.
//!
//! Left out: every kind but the managed one, worker nodes (`ack_node_pool`), add-ons (`ack_addon`), logs, RRSA and load
//! balancers of the control plane. `coverage.md` lists every field of the API with its attribute, or with the reason why
//! it has none.

use std::collections::BTreeMap;

use tf_provider::document::forms;
use tf_provider::{Computed, Fault, OptionalComputed, Resource, Set, StringEnum};

use super::maintenance::{AutoUpgrade, MaintenanceWindow};
use super::network::{DEFAULT_SERVICE_CIDR, check_pod_cidr, check_service_cidr};
use super::version::Version;
use super::{tags, validate};
use crate::{checks, ids};

/// A Kubernetes cluster with a control plane that the service runs.
///
/// The cluster has no nodes of its own: add them with `ack_node_pool`. Creating or deleting one takes about five minutes.
///
/// ## Changes
///
/// While `deletion_protection` is on, a change that replaces the cluster is refused when it is planned, and so is
/// `-replace`. Terraform does not show providers what is tainted: the plan can only warn of that, and the service refuses
/// to delete the cluster in the apply.
///
/// An attribute that is removed from the configuration goes back to its default, or is cleared. One that the service
/// chooses when it is left out, or that counts only when the cluster is created, keeps the value that it has.
#[derive(Clone, Resource)]
#[resource(
    name = "cluster",
    identity(region?, id),
    timeouts(create = "40m", read = "2m", update = "60m", delete = "30m"),
    protected_by = deletion_protection
)]
#[api(create = "CreateCluster", modify = "ModifyCluster", read = "DescribeClusterDetail")]
pub(crate) struct Cluster {
    /// Region, such as `cn-hangzhou`. Without it, the provider's region when the cluster is created; a cluster that exists
    /// stays where it is.
    #[attr(keep, check = checks::region, replace = "a cluster cannot move to another region")]
    #[api(at = "region_id")]
    pub(crate) region: OptionalComputed<String>,
    /// Id of the cluster, such as `c1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d`.
    #[attr(keep)]
    #[api(at = "cluster_id")]
    pub(crate) id: Computed<String>,
    /// Name: letters, digits, Chinese characters, hyphens and underscores, not starting with a hyphen. This or
    /// `name_prefix` is required. The provider makes no second cluster of a name in a VPC.
    #[attr(len = 1..=63, check = checks::name, conflicts(name_prefix), keep_unless(name_prefix))]
    #[api(modify = "cluster_name")]
    pub(crate) name: OptionalComputed<String>,
    /// Beginning of the name, in place of `name`: 26 digits and letters are added that make it unique. A name that begins
    /// so already stays. With `lifecycle { create_before_destroy = true }`, a replacement is there before the old cluster
    /// goes. If a run is killed while it creates the cluster, the next run does not find what it made.
    #[attr(len = 1..=37, check = checks::name, unread)]
    #[api(own)]
    pub(crate) name_prefix: Option<String>,
    /// Kind of cluster: the service runs the control plane of a `managed` one.
    #[attr(default = ClusterType::Managed, replace = "the service does not turn a cluster into one of another kind")]
    #[api(own, at = "cluster_type", only(create, read))]
    pub(crate) r#type: ClusterType,
    /// Size of the control plane: `ack.standard` is Basic, the others are Pro; `ack.pro.4xlarge` is for accounts on an
    /// allow-list.
    #[attr(default = Spec::Basic, may_replace = "a Pro cluster cannot become a Basic one")]
    #[api(at = "cluster_spec")]
    pub(crate) spec: Spec,
    /// Kubernetes version: the beginning of one, such as `1.34`, for the newest that begins so, or a full one, such as
    /// `1.34.1-aliyun.1`. Without it, the newest when the cluster is created. Raise it to upgrade the control plane, minor
    /// version by minor version; existing nodes keep theirs. It is the least that the cluster must have: an upgrade beyond
    /// it, whoever makes it, is no difference, and neither is a lower version than before. Versions do not go back.
    #[api(own, create = "kubernetes_version")]
    pub(crate) version: OptionalComputed<Version>,
    /// Full version that the control plane has.
    #[attr(keep_unless(version))]
    pub(crate) current_version: Computed<String>,
    /// VPC of the cluster.
    #[attr(check = ids::vpc, replace = "a cluster cannot move to another VPC")]
    #[api(create = "vpcid")]
    pub(crate) vpc_id: String,
    /// vSwitches of the control plane, usually up to five, preferably in different zones. The API server restarts when they
    /// change.
    #[attr(len = 1.., check = ids::vswitch_set, doubt = validate::usual_vswitches)]
    pub(crate) vswitch_ids: Set<String>,
    /// Security group of the control plane and, by default, of nodes. Without it, the service makes one. The API server
    /// restarts when it changes. A configuration that is generated for an imported cluster names the group even if the
    /// service made it: remove it there before you create another cluster from that configuration.
    #[attr(check = ids::security_group, conflicts(is_enterprise_security_group))]
    pub(crate) security_group_id: OptionalComputed<String>,
    /// Whether the security group that the service makes is an advanced one, which holds more addresses. Without it, the
    /// service chooses.
    #[attr(keep, unread, replace = "the kind of a security group is fixed when the service makes it")]
    pub(crate) is_enterprise_security_group: OptionalComputed<bool>,
    /// How pods get their addresses: `flannel` from `pod_cidr`, `terway-eniip` from `pod_vswitch_ids`. Without it, the one
    /// whose addresses are set.
    #[attr(keep, replace = "the network of pods is fixed when the cluster is created")]
    #[api(own, create = "addons")]
    pub(crate) network_plugin: OptionalComputed<NetworkPlugin>,
    /// Addresses of pods under Flannel, which needs it: a private range such as `10.64.0.0/16` that overlaps neither with
    /// the VPC nor with `service_cidr`.
    #[attr(check = check_pod_cidr, replace = "the addresses of pods are fixed when the cluster is created")]
    #[api(at = "container_cidr")]
    pub(crate) pod_cidr: Option<String>,
    /// Prefix length of the part of `pod_cidr` that each node takes under Flannel: `24` is 256 addresses, `28` is 16.
    /// Without it, the service chooses.
    #[attr(keep, range = 24..=28, replace = "the addresses of pods are fixed when the cluster is created")]
    #[api(form = forms::NUMBER_AS_TEXT)]
    pub(crate) node_cidr_mask: OptionalComputed<i64>,
    /// vSwitches of pods under Terway, which needs them, by zone: `{ "cn-hangzhou-h" = ["vsw-..."] }`.
    #[attr(keep, read_once, check = validate::check_pod_vswitch_ids, replace = "this is the network that the cluster is created with; the add-on `terway-eniip` takes further vSwitches")]
    #[api(own)]
    pub(crate) pod_vswitch_ids: OptionalComputed<BTreeMap<String, Vec<String>>>,
    /// Addresses of services: a private range with a prefix of /16 to /24 that overlaps neither with the VPC nor with
    /// `pod_cidr`.
    #[attr(default = DEFAULT_SERVICE_CIDR, check = check_service_cidr, replace = "the addresses of services are fixed when the cluster is created")]
    pub(crate) service_cidr: String,
    /// How services reach their pods; `nftables` needs Kubernetes 1.35. Without it, the service takes `ipvs`.
    #[attr(keep, replace = "the proxy mode is fixed when the cluster is created")]
    pub(crate) proxy_mode: OptionalComputed<ProxyMode>,
    /// Domain of the names inside the cluster. Without it, the service takes `cluster.local`.
    #[attr(keep, check = validate::check_cluster_domain, replace = "the domain is fixed when the cluster is created")]
    pub(crate) cluster_domain: OptionalComputed<String>,
    /// Whether the API server can be reached from the internet, through an elastic IP address (EIP). A change takes about
    /// two minutes, in which the API server restarts. The service makes an EIP only for a new cluster: to switch this on
    /// later, name one in `api_server_eip_id`.
    #[attr(default = false)]
    #[api(own, create = "endpoint_public_access", modify = "api_server_eip")]
    pub(crate) endpoint_public_access: bool,
    /// EIP for the API server, instead of one that the service makes; needs `endpoint_public_access = true`. While it
    /// changes, the API server cannot be reached from the internet. Once set, it can be removed only together with
    /// `endpoint_public_access`.
    #[attr(read_once, check = ids::eip)]
    #[api(own, modify = "api_server_eip_id")]
    pub(crate) api_server_eip_id: Option<String>,
    /// Existing load balancer (CLB) for the API server: private, not shared, without listeners. Without it, the service
    /// makes one.
    #[attr(keep, read_once, check = ids::load_balancer, doubt = ids::usual_load_balancer, replace = "the load balancer of the API server is fixed when the cluster is created")]
    pub(crate) load_balancer_id: OptionalComputed<String>,
    /// Further names and addresses in the certificate of the API server. The API server restarts when they change.
    #[attr(len = 1.., check = checks::hosts)]
    #[api(modify = "api_server_custom_cert_sans.subject_alternative_names")]
    pub(crate) extra_sans: Option<Set<String>>,
    /// Whether the service makes a NAT gateway, so that nodes and pods reach the internet. Without it, the service makes
    /// none.
    #[attr(keep, read_once, replace = "the service makes a NAT gateway only together with the cluster")]
    pub(crate) snat_entry: OptionalComputed<bool>,
    /// Time zone, such as `Asia/Shanghai`. Without it, the service chooses. The API server restarts when it changes, and
    /// only new nodes get it.
    #[attr(check = checks::filled, doubt = checks::usual_timezone)]
    pub(crate) timezone: OptionalComputed<String>,
    /// Resource group. Without it, the service chooses the account's default one.
    #[attr(check = ids::resource_group, doubt = ids::usual_resource_group)]
    pub(crate) resource_group_id: OptionalComputed<String>,
    /// Tags: at most 20, keys of 1 to 64 characters, values of at most 128.
    #[attr(check = tags::check)]
    #[api(own, at = "tags", only(create, read))]
    pub(crate) tags: Option<BTreeMap<String, String>>,
    /// Tags of the cluster with the provider's `default_tags`, without those that the service adds; null if there are none.
    #[api(own)]
    pub(crate) tags_all: Computed<BTreeMap<String, String>>,
    /// Whether the service refuses to delete the cluster, and Terraform to plan its destruction or replacement.
    #[attr(default = true)]
    #[api(only(modify, read))]
    pub(crate) deletion_protection: bool,
    /// Weekly time at which the service may do maintenance. Without it, there is none. Pro only.
    #[api(switch = "enable", whole)]
    pub(crate) maintenance_window: Option<MaintenanceWindow>,
    /// Automatic upgrades of Kubernetes, in the maintenance window. Without it, there are none. Pro only.
    #[api(own, at = "operation_policy.cluster_auto_upgrade")]
    pub(crate) auto_upgrade: Option<AutoUpgrade>,
    /// Id of a KMS key that encrypts the cluster's Secrets in the control plane's database. Pro only.
    #[attr(keep, read_once, check = checks::filled, replace = "the key is given when the cluster is created")]
    pub(crate) encryption_provider_key: OptionalComputed<String>,
    /// State of the cluster: `running` when it is ready.
    #[attr(keep)]
    pub(crate) state: Computed<String>,
    /// When the cluster was created, in RFC 3339.
    #[attr(keep)]
    pub(crate) created: Computed<String>,
    /// URL of the API server from the internet; null unless `endpoint_public_access` is on.
    #[attr(keep_unless(endpoint_public_access, api_server_eip_id))]
    #[api(own, read = "master_url")]
    pub(crate) api_server_endpoint: Computed<String>,
    /// URL of the API server from inside the VPC.
    #[attr(keep)]
    #[api(own)]
    pub(crate) api_server_intranet_endpoint: Computed<String>,
    /// RAM role of nodes.
    #[attr(keep)]
    pub(crate) worker_ram_role_name: Computed<String>,
}

/// Kinds of clusters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, StringEnum)]
pub(crate) enum ClusterType {
    /// The service runs the control plane.
    #[value("managed")]
    Managed,
}

/// Sizes of a control plane.
#[derive(Clone, Debug, PartialEq, Eq, StringEnum)]
pub(crate) enum Spec {
    /// Basic: free, at most 10 nodes.
    #[value("ack.standard")]
    Basic,
    /// Pro, of a size that follows the load.
    #[value("ack.pro.small")]
    Pro,
    /// Pro, provisioned.
    #[value("ack.pro.xlarge")]
    ProXlarge,
    /// Pro, provisioned, larger.
    #[value("ack.pro.2xlarge")]
    Pro2xlarge,
    /// Pro, provisioned, largest. For accounts on an allow-list.
    #[value("ack.pro.4xlarge")]
    Pro4xlarge,
    /// One that came later.
    Other(String),
}

impl Spec {
    /// Whether it is one of the Pro ones, as all are that came later.
    pub(crate) fn is_pro(&self) -> bool {
        *self != Self::Basic
    }
}

/// Networks of pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, StringEnum)]
pub(crate) enum NetworkPlugin {
    /// An overlay with addresses of its own.
    #[value("flannel")]
    Flannel,
    /// Addresses of the VPC, several a network interface.
    #[value("terway-eniip")]
    Terway,
}

/// Ways from a service to its pods.
#[derive(Clone, Debug, PartialEq, Eq, StringEnum)]
pub(crate) enum ProxyMode {
    /// The kernel's load balancer.
    #[value("ipvs")]
    Ipvs,
    /// Packet filter rules.
    #[value("iptables")]
    Iptables,
    /// Packet filter rules of the newer kind.
    #[value("nftables")]
    Nftables,
    /// One that came later.
    Other(String),
}

impl Cluster {
    /// The name, empty before the first read of an import.
    pub(crate) fn own_name(&self) -> &str {
        self.name.get().map_or("", String::as_str)
    }

    /// The id, which every object has from the answer to its creation on.
    pub(crate) fn known_id(&self) -> Result<&str, Fault> {
        self.id.get().map(String::as_str).ok_or_else(|| {
            Fault::other(
                "The cluster has no id",
                "Its state was written without one. Remove it from the state and import the cluster again.",
            )
        })
    }
}
