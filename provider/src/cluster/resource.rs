//! A managed cluster: its declaration and its life.
//!
//! | step | calls |
//! |---|---|
//! | plan | DescribeKubernetesVersionMetadata, only when the version changes |
//! | create | DescribeClustersForRegion (is there one already?), CreateCluster, its task: about five minutes; then ModifyCluster for what a creation does not take |
//! | read | DescribeClusterDetail |
//! | import | the same, DescribeClusterResources and GetClusterAddonInstance, for what the first does not show |
//! | update | one ModifyCluster a group of settings, MigrateCluster from Basic to Pro, UpgradeCluster once a minor version (about five minutes each), TagResources and UntagResources |
//! | delete | DescribeClusterResources, DeleteCluster, its task: about five minutes |
//!
//! Deletion protection is not sent with the creation. It is switched on when the cluster is ready, so that a creation
//! that failed or was interrupted can be removed. An EIP of the user's is attached then, too: CreateCluster takes none.
//!
//! Each ModifyCluster carries one group of settings, because mixed ones have been seen to be dropped in part under a task
//! that succeeds. Every creation has one client token for all its retries; before it, a cluster of the same name in the
//! same VPC is taken for what an earlier, cut off run has left, and is not made a second time.
//!
//! Left out: every kind but the managed one, worker nodes (`ack_node_pool`), add-ons (`ack_addon`), logs, RRSA and load
//! balancers of the control plane. `coverage.md` lists every field of the API with its attribute, or with the reason why
//! it has none.

use std::collections::BTreeMap;

use tf_provider::{
    Computed, Context, Diagnostics, Fault, Lifecycle, OptionalComputed, Plan, Progress, Resource, Set, StringEnum, View,
};

use super::import::Imported;
use super::maintenance::{AutoUpgrade, MaintenanceWindow};
use super::network::{DEFAULT_SERVICE_CIDR, check_pod_cidr, check_service_cidr};
use super::tags::{self, Tags};
use super::version::Version;
use super::{create, delete, plan, read, update};
use crate::bridge::{Connection, Error, Task};

/// A Kubernetes cluster with a control plane that the service runs.
///
/// The cluster has no nodes of its own: add them with `ack_node_pool`. Creating or deleting one takes about five minutes.
/// Settings that the service can change are changed in place; the others say that a change replaces the cluster, and while
/// `deletion_protection` is on, such a change is refused when it is planned.
#[derive(Clone, Resource)]
#[resource(
    name = "cluster",
    identity(region?, id),
    timeouts(create = "40m", update = "60m", delete = "30m"),
    protected_by = deletion_protection
)]
pub(crate) struct Cluster {
    /// Region id, such as `cn-hangzhou`. Defaults to the provider's region. A change replaces the cluster.
    #[attr(keep, replace = "a cluster cannot move to another region")]
    pub(crate) region: OptionalComputed<String>,
    /// Id of the cluster, such as `c1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d`.
    #[attr(keep)]
    pub(crate) id: Computed<String>,
    /// Name: 1 to 63 letters, digits, Chinese characters or hyphens, not starting with a hyphen. Changed in place.
    #[attr(check = plan::check_name)]
    pub(crate) name: String,
    /// Kind of cluster. Only `managed` so far, which is the default: the service runs the control plane. A change replaces
    /// the cluster.
    #[attr(default = ClusterType::Managed, replace = "the service does not turn a cluster into one of another kind")]
    pub(crate) r#type: ClusterType,
    /// Size of the control plane: `ack.standard` (Basic, the default), or one of the Pro ones `ack.pro.small`,
    /// `ack.pro.xlarge`, `ack.pro.2xlarge` and `ack.pro.4xlarge`. Changed in place, from Basic to Pro too; the way back
    /// from Pro to Basic replaces the cluster.
    #[attr(default = Spec::Basic)]
    pub(crate) spec: Spec,
    /// Kubernetes version: the beginning of one, such as `1.34`, for the newest that begins so, or a full one, such as
    /// `1.34.1-aliyun.1`. Without it, the newest when the cluster is created. Raise it to upgrade the control plane in
    /// place, minor version by minor version; existing nodes keep theirs. It is the least that the cluster must have: an
    /// automatic upgrade beyond it is no difference. Versions do not go back.
    pub(crate) version: OptionalComputed<Version>,
    /// Full version that the control plane has.
    #[attr(keep_unless(version))]
    pub(crate) current_version: Computed<String>,
    /// VPC of the cluster. A change replaces the cluster.
    #[attr(replace = "a cluster cannot move to another VPC")]
    pub(crate) vpc_id: String,
    /// vSwitches of the control plane, 1 to 5, best in different zones. Changed in place; the API server restarts.
    #[attr(len = 1..=5)]
    pub(crate) vswitch_ids: Set<String>,
    /// Security group of the control plane and, by default, of nodes. Without it, the service makes one. Changed in place;
    /// the API server restarts.
    #[attr(conflicts(is_enterprise_security_group))]
    pub(crate) security_group_id: OptionalComputed<String>,
    /// Whether the security group that the service makes is an advanced one, which holds more addresses. Counts only when
    /// the cluster is created; a change replaces the cluster.
    #[attr(keep, replace = "the kind of a security group is fixed when the service makes it")]
    pub(crate) is_enterprise_security_group: OptionalComputed<bool>,
    /// How pods get their addresses: `flannel` from `pod_cidr`, or `terway-eniip` from `pod_vswitch_ids`. A change replaces
    /// the cluster.
    #[attr(replace = "the network of pods is fixed when the cluster is created")]
    pub(crate) network_plugin: NetworkPlugin,
    /// Addresses of pods under Flannel, which needs it: a private range such as `10.64.0.0/16` that overlaps neither with
    /// the VPC nor with `service_cidr`. A change replaces the cluster.
    #[attr(check = check_pod_cidr, replace = "the addresses of pods are fixed when the cluster is created")]
    pub(crate) pod_cidr: Option<String>,
    /// Prefix length of the part of `pod_cidr` that each node takes under Flannel: 24 to 28, that is 256 to 16 addresses.
    /// Defaults to the service's choice. A change replaces the cluster.
    #[attr(keep, range = 24..=28, replace = "the addresses of pods are fixed when the cluster is created")]
    pub(crate) node_cidr_mask: OptionalComputed<i64>,
    /// vSwitches of pods under Terway, which needs them, by zone: `{ "cn-hangzhou-h" = ["vsw-..."] }`. Counts only when the
    /// cluster is created; add more later by the configuration of the add-on `terway-eniip`. A change replaces the cluster.
    #[attr(keep, check = plan::check_pod_vswitch_ids, replace = "this is the network that the cluster is created with; the add-on `terway-eniip` takes further vSwitches")]
    pub(crate) pod_vswitch_ids: OptionalComputed<BTreeMap<String, Vec<String>>>,
    /// Addresses of services: a private range with a prefix of /16 to /24 that overlaps neither with the VPC nor with
    /// `pod_cidr`. Defaults to `172.19.0.0/20`. A change replaces the cluster.
    #[attr(default = DEFAULT_SERVICE_CIDR, check = check_service_cidr, replace = "the addresses of services are fixed when the cluster is created")]
    pub(crate) service_cidr: String,
    /// How services reach their pods: `ipvs`, `iptables`, or `nftables` from Kubernetes 1.35 on. Defaults to the service's
    /// choice, `ipvs`. A change replaces the cluster.
    #[attr(keep, replace = "the proxy mode is fixed when the cluster is created")]
    pub(crate) proxy_mode: OptionalComputed<ProxyMode>,
    /// Domain of the names inside the cluster. Defaults to the service's choice, `cluster.local`. A change replaces the
    /// cluster.
    #[attr(keep, check = plan::check_cluster_domain, replace = "the domain is fixed when the cluster is created")]
    pub(crate) cluster_domain: OptionalComputed<String>,
    /// Whether the API server can be reached from the internet, through an elastic IP address (EIP). Defaults to `false`.
    /// Changed in place within about two minutes, in which the API server restarts. The service makes an EIP only for a new
    /// cluster: to switch this on later, name one in `api_server_eip_id`.
    #[attr(default = false)]
    pub(crate) endpoint_public_access: bool,
    /// EIP for the API server, instead of one that the service makes; needs `endpoint_public_access = true`. Changed in
    /// place; the API server is not reachable from the internet meanwhile.
    pub(crate) api_server_eip_id: Option<String>,
    /// Existing load balancer (CLB) for the API server: private, not shared, without listeners. Counts only when the cluster
    /// is created; a change replaces the cluster.
    #[attr(keep, replace = "the load balancer of the API server is fixed when the cluster is created")]
    pub(crate) load_balancer_id: OptionalComputed<String>,
    /// Further names and addresses in the certificate of the API server. Changed in place; the API server restarts.
    #[attr(len = 1..)]
    pub(crate) extra_sans: Option<Set<String>>,
    /// Whether the service makes a NAT gateway, so that nodes and pods reach the internet. Counts only when the cluster is
    /// created; a change replaces the cluster.
    #[attr(keep, replace = "the service makes a NAT gateway only together with the cluster")]
    pub(crate) snat_entry: OptionalComputed<bool>,
    /// Time zone, such as `Asia/Shanghai`. Defaults to the service's choice. Changed in place; the API server restarts, and
    /// only new nodes take it over.
    pub(crate) timezone: OptionalComputed<String>,
    /// Resource group. Defaults to the account's default one. Changed in place.
    pub(crate) resource_group_id: OptionalComputed<String>,
    /// Tags: at most 20, keys of 1 to 64 characters, values of at most 128. Changed in place.
    #[attr(check = tags::check)]
    pub(crate) tags: Option<BTreeMap<String, String>>,
    /// Tags of the cluster with the provider's `default_tags`; without those that the service adds.
    pub(crate) tags_all: Computed<BTreeMap<String, String>>,
    /// Whether the service refuses to delete the cluster, and Terraform to plan its destruction or replacement. Defaults to
    /// `true`. Changed in place.
    #[attr(default = true)]
    pub(crate) deletion_protection: bool,
    /// Weekly time at which the service may do maintenance. Pro only. Changed in place; remove it to switch it off.
    pub(crate) maintenance_window: Option<MaintenanceWindow>,
    /// Automatic upgrades of Kubernetes, in the maintenance window. Pro only. Changed in place; remove it to switch them
    /// off.
    pub(crate) auto_upgrade: Option<AutoUpgrade>,
    /// Id of a KMS key that encrypts the cluster's Secrets in the control plane's database. Pro only. A change replaces the
    /// cluster.
    #[attr(keep, replace = "the key is given when the cluster is created")]
    pub(crate) encryption_provider_key: OptionalComputed<String>,
    /// State of the cluster: `running` when it is ready.
    #[attr(keep)]
    pub(crate) state: Computed<String>,
    /// When the cluster was created, in RFC 3339.
    #[attr(keep)]
    pub(crate) created: Computed<String>,
    /// URL of the API server from the internet; null unless `endpoint_public_access` is on.
    #[attr(keep_unless(endpoint_public_access, api_server_eip_id))]
    pub(crate) api_server_endpoint: Computed<String>,
    /// URL of the API server from inside the VPC.
    #[attr(keep)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, StringEnum)]
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
}

impl Spec {
    /// Whether it is one of the Pro ones.
    pub(crate) fn is_pro(self) -> bool {
        self != Self::Basic
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, StringEnum)]
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
}

/// A cluster as it was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Remote {
    /// The service's answer.
    pub(crate) cluster: ack_client::Cluster,
    /// The provider's default tags, which are not the resource's own.
    pub(crate) default_tags: Tags,
    /// What more was found out, because nothing was known of the cluster before.
    pub(crate) imported: Option<Imported>,
}

impl Cluster {
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

impl Lifecycle for Cluster {
    type Service = Connection;
    type Remote = Remote;

    fn validate(config: &View<'_, Self>, diagnostics: &mut Diagnostics) {
        plan::validate(config, diagnostics);
    }

    async fn plan(plan: &mut Plan<'_, Self>, service: Option<&Connection>) -> Result<(), Error> {
        plan::plan(plan, service).await
    }

    async fn create(&mut self, cx: &Context<'_, Connection>) -> Result<Option<Task>, Error> {
        create::create(self, cx).await
    }

    async fn recover(&mut self, cx: &Context<'_, Connection>) -> Result<bool, Error> {
        create::recover(self, cx).await
    }

    async fn complete(&mut self, cx: &Context<'_, Connection>) -> Result<(), Error> {
        update::complete(self, cx).await
    }

    async fn read(&self, cx: &Context<'_, Connection>) -> Result<Remote, Error> {
        read::read(self, cx).await
    }

    fn progress(remote: &Remote) -> Progress {
        read::progress(&remote.cluster)
    }

    fn absorb(&mut self, remote: &Remote) {
        super::absorb::absorb(self, remote);
    }

    async fn update(&mut self, prior: &Self, remote: &Remote, cx: &Context<'_, Connection>) -> Result<(), Error> {
        update::update(self, prior, remote, cx).await
    }

    async fn delete(&self, cx: &Context<'_, Connection>) -> Result<Option<Task>, Error> {
        delete::delete(self, cx).await
    }
}
