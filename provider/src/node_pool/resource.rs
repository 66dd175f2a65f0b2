//! The attributes of a node pool.
//!
//! CreateClusterNodePool, ModifyClusterNodePool and DeleteClusterNodepool each start a task; nodes that come and go
//! make them slow: minutes for some nodes, and up to half an hour for a drain that a disruption budget holds up. Reads
//! go to DescribeClusterNodePools, shared by all pools of a cluster that are read at the same time, and fall back to
//! DescribeClusterNodePoolDetail. The plan of a new pool asks for the same list, to know that there is such a cluster.
//!
//! Left out, and why: see `coverage.md`. In short: kubelet and operating system settings (ModifyNodePoolNodeConfig),
//! upgrades of the nodes (an operation, not a setting), and what only edge and Lingjun pools have.

use std::collections::BTreeMap;

use secrecy::SecretString;
use tf_provider::document::forms;
use tf_provider::{Computed, OptionalComputed, Resource, Set};

use super::checks;
use super::fields::{DataDisk, Management, Runtime, Scaling, Spot, SystemDisk, Taint};
use crate::checks::{self as values, filled};
use crate::forms::SCRIPT;
use crate::ids;
use crate::tags::Tags;

/// How subscriptions are paid for.
pub(super) const PREPAID: &str = "PrePaid";

/// A node pool of an ACK cluster: a group of nodes of one kind, and how many of them there are.
///
/// ## Sizes
///
/// Either `desired_size` says how many nodes there are, or `scaling` lets the service decide within limits. With
/// neither, the number stays as it is. A size that the service changes by itself is not reverted, and when `scaling` is
/// removed, the nodes that are there stay.
///
/// ## Changes
///
/// An attribute that is about new nodes concerns those that are added after the change: the nodes that are there keep
/// what they were made with until they are replaced.
///
/// An attribute that is removed from the configuration goes back to its default, or is cleared. One that the service
/// chooses when it is left out keeps the value that it has; if there is a value that clears it, its description names
/// it.
///
/// ## Destroy
///
/// Destroying a node pool drains and releases its nodes. Subscription instances are removed from the cluster but not
/// released. With `skip_destroy` the node pool stays, and Terraform only forgets it.
#[derive(Clone, Debug, Resource)]
#[resource(
    name = "node_pool",
    identity(region?, cluster_id, id),
    timeouts(create = "90m", read = "2m", update = "90m", delete = "90m"),
)]
#[api(create = "CreateClusterNodePool", modify = "ModifyClusterNodePool", read = "DescribeClusterNodePoolDetail")]
pub(crate) struct NodePool {
    /// Region, which is that of the cluster. Without it, the provider's region when the node pool is created; a node pool
    /// that exists stays where it is.
    #[attr(keep, check = values::region, replace = "a node pool lives where its cluster lives")]
    #[api(own, read = "nodepool_info.region_id", only(read))]
    pub(crate) region: OptionalComputed<String>,
    /// Id of the cluster, such as `c1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d`.
    #[attr(check = ids::cluster, replace = "a node pool cannot move to another cluster")]
    #[api(own)]
    pub(crate) cluster_id: String,
    /// Id of the node pool, such as `np1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d`.
    #[attr(keep)]
    #[api(at = "nodepool_info.nodepool_id")]
    pub(crate) id: Computed<String>,
    /// Name, unique in the cluster: letters, digits, Chinese characters, hyphens and underscores, not starting with a
    /// hyphen. This or `name_prefix` is required.
    #[attr(len = 1..=63, check = values::name, conflicts(name_prefix), keep_unless(name_prefix))]
    #[api(at = "nodepool_info.name")]
    pub(crate) name: OptionalComputed<String>,
    /// Beginning of the name, in place of `name`: 26 digits and letters are added that make it unique. A name that begins
    /// so already stays. With `lifecycle { create_before_destroy = true }`, a replacement is there before the old nodes go.
    /// What a run leaves behind that was killed while it created the node pool, the next one does not find.
    #[attr(len = 1..=37, check = values::name, unread)]
    #[api(own)]
    pub(crate) name_prefix: Option<String>,

    /// Instance types of new nodes, such as `ecs.g7.xlarge`, in order of preference.
    #[attr(len = 1..=10, check = checks::instance_types, doubt = checks::usual_instance_types)]
    #[api(at = "scaling_group.instance_types")]
    pub(crate) instance_types: Vec<String>,
    /// vSwitches of new nodes, in order of preference; they decide the zones.
    #[attr(len = 1..=8, check = ids::vswitches, doubt = checks::no_twin)]
    #[api(at = "scaling_group.vswitch_ids")]
    pub(crate) vswitch_ids: Vec<String>,
    /// Number of nodes; not together with `scaling`. A change adds nodes, or drains and releases them; `0` leaves none.
    #[attr(range = 0..=5000)]
    #[api(own, at = "scaling_group.desired_size")]
    pub(crate) desired_size: OptionalComputed<i64>,
    /// Lets the service change the number of nodes with the load.
    #[attr(
        may_replace = "the service fixes the kind of scaling when the pool is created, of a pool that is not scaled, too"
    )]
    #[api(at = "auto_scaling", switch = "enable", whole)]
    pub(crate) scaling: Option<Scaling>,
    /// Number of nodes to begin with, for a pool without `desired_size`; after an import, the size that was found. It
    /// counts only when the pool is created: for a pool that exists, another number is no change, and one where there was
    /// none is only written down.
    #[attr(range = 0..=5000, read_once)]
    #[api(own)]
    pub(crate) initial_size: OptionalComputed<i64>,
    /// Number of nodes that there are.
    #[attr(keep_unless(desired_size, scaling))]
    #[api(at = "status.total_nodes")]
    pub(crate) current_size: Computed<i64>,

    /// How new nodes are paid for: `PostPaid` as they are used, `PrePaid` by subscription.
    #[attr(default = "PostPaid", one_of("PostPaid", "PrePaid"))]
    #[api(at = "scaling_group.instance_charge_type")]
    pub(crate) instance_charge_type: String,
    /// Length of the subscription, in `period_unit`. Needed with `PrePaid`, and allowed only there.
    #[attr(range = 1..=60, keep_unless(instance_charge_type))]
    #[api(at = "scaling_group.period")]
    pub(crate) period: OptionalComputed<i64>,
    /// Unit of `period` and `auto_renew_period`. Only with `PrePaid`; without it, the service chooses.
    #[attr(one_of("Month", "Week"), keep_unless(instance_charge_type))]
    #[api(at = "scaling_group.period_unit")]
    pub(crate) period_unit: OptionalComputed<String>,
    /// Whether a subscription renews itself. Only with `PrePaid`.
    #[attr(default = false)]
    #[api(at = "scaling_group.auto_renew")]
    pub(crate) auto_renew: bool,
    /// Length of a renewal, in `period_unit`. Only with `PrePaid`; without it, the service chooses.
    #[attr(range = 1..=60, keep_unless(instance_charge_type))]
    #[api(at = "scaling_group.auto_renew_period")]
    pub(crate) auto_renew_period: OptionalComputed<i64>,
    /// Makes new nodes spot instances.
    #[api(at = "scaling_group")]
    pub(crate) spot: Option<Spot>,
    /// How new nodes are spread over the zones of `vswitch_ids`: `PRIORITY` by their order, `COST_OPTIMIZED` by price,
    /// `BALANCE` evenly.
    #[attr(default = "PRIORITY", check = filled, known("PRIORITY", "COST_OPTIMIZED", "BALANCE"))]
    #[api(at = "scaling_group.multi_az_policy")]
    pub(crate) multi_az_policy: String,
    /// What becomes of instances that scaling removes: `release` gives them back, `recycle` stops them and starts them
    /// again when they are needed.
    #[attr(default = "release", check = filled, known("release", "recycle"))]
    #[api(at = "scaling_group.scaling_policy")]
    pub(crate) scaling_policy: String,
    /// Deployment set that spreads new nodes over hosts.
    #[attr(check = ids::deployment_set, doubt = ids::usual_deployment_set)]
    #[api(at = "scaling_group.deploymentset_id")]
    pub(crate) deployment_set_id: Option<String>,

    /// System disk of new nodes. What is left out, the service chooses. Without the whole object, the disk stays as it
    /// is; `system_disk = {}` ends encryption, bursting, provisioned I/O and snapshots, and clears `categories`.
    #[api(at = "scaling_group.system_disk_*")]
    pub(crate) system_disk: OptionalComputed<SystemDisk>,
    /// Data disks of new nodes. The last one holds container images and the kubelet's data.
    #[attr(len = 0..=10)]
    #[api(at = "scaling_group.data_disks")]
    pub(crate) data_disks: Option<Vec<DataDisk>>,

    /// Operating system of new nodes. Without it, the service chooses.
    #[attr(
        check = filled,
        known(
            "AliyunLinux3",
            "AliyunLinux3Arm64",
            "AliyunLinux3Security",
            "AliyunLinux3ContainerOptimized",
            "ContainerOS",
            "AliyunLinux",
            "AliyunLinuxSecurity",
            "AliyunLinuxUEFI",
            "CentOS",
            "Windows",
            "WindowsCore"
        ),
        keep_unless(image_id)
    )]
    #[api(at = "scaling_group.image_type")]
    pub(crate) image_type: OptionalComputed<String>,
    /// Image of new nodes, such as one of your own. Without it, the service chooses one of `image_type`. Once set, it can
    /// be changed but not removed.
    #[attr(check = filled, keep_unless(image_type))]
    #[api(at = "scaling_group.image_id")]
    pub(crate) image_id: OptionalComputed<String>,
    /// Container runtime of new nodes. Without it, the service chooses.
    #[api(at = "kubernetes_config")]
    pub(crate) runtime: OptionalComputed<Runtime>,
    /// Key pair for logging in to new nodes.
    #[attr(check = filled, conflicts(password))]
    #[api(at = "scaling_group.key_pair")]
    pub(crate) key_pair: Option<String>,
    /// Password for logging in to new nodes, with at least three of: upper case letters, lower case letters, digits,
    /// special characters. It is sent when `password_version` changes, and taken away when both are removed.
    #[attr(write_only, len = 8..=30, check = checks::password, requires(password_version), conflicts(key_pair))]
    #[api(at = "scaling_group.login_password")]
    pub(crate) password: Option<SecretString>,
    /// Any number; change it to send `password` again.
    #[attr(unread, requires(password))]
    #[api(own)]
    pub(crate) password_version: Option<i64>,
    /// Whether to log in as `ecs-user` instead of `root`.
    #[attr(default = false, replace = "the service fixes the login user when the pool is created")]
    #[api(at = "scaling_group.login_as_non_root")]
    pub(crate) login_as_non_root: bool,

    /// Security groups of new nodes. Without it, the service chooses that of the cluster; to go back to it later, name
    /// it.
    #[attr(len = 1.., check = ids::security_groups)]
    #[api(at = "scaling_group.security_group_ids")]
    pub(crate) security_group_ids: OptionalComputed<Set<String>>,
    /// RAM role of the nodes. Without it, the service chooses that of the cluster. For a pool that exists and of which the
    /// service reports no role, it is recorded in the state and has no effect.
    #[attr(keep, check = filled, replace = "the service fixes the RAM role of the nodes when the pool is created")]
    #[api(at = "scaling_group.ram_role_name")]
    pub(crate) ram_role_name: OptionalComputed<String>,
    /// How public addresses of new nodes are paid for. Without it, the service chooses.
    #[attr(one_of("PayByTraffic", "PayByBandwidth"), requires(internet_max_bandwidth_out))]
    #[api(at = "scaling_group.internet_charge_type")]
    pub(crate) internet_charge_type: OptionalComputed<String>,
    /// Bandwidth in Mbit/s of the public addresses of new nodes; with `0` they have none. Without it, a new pool gives
    /// them none, and an existing one goes on as before.
    #[attr(range = 0..=100)]
    #[api(at = "scaling_group.internet_max_bandwidth_out", form = forms::NOT_ZERO)]
    pub(crate) internet_max_bandwidth_out: OptionalComputed<i64>,
    /// RDS instances whose allow-lists get the addresses of the nodes.
    #[api(at = "scaling_group.rds_instances")]
    pub(crate) rds_instances: Option<Set<String>>,

    /// Labels of the nodes, those that are there included. Keys are names of letters, digits, `-`, `_` and `.`, such as
    /// `tier`, with a domain before it or without, such as `example.com/tier`; values are like names, or empty. Labels
    /// that the service adds do not show.
    #[attr(len = 0..=20, check = checks::labels, doubt = checks::usual_labels)]
    #[api(own, at = "kubernetes_config.labels")]
    pub(crate) labels: Option<BTreeMap<String, String>>,
    /// Taints of the nodes, those that are there included: `NoExecute` evicts pods at once.
    #[api(own, at = "kubernetes_config.taints")]
    pub(crate) taints: Option<Set<Taint>>,
    /// Whether new nodes join unschedulable.
    #[attr(default = false)]
    #[api(at = "kubernetes_config.unschedulable")]
    pub(crate) unschedulable: bool,
    /// CPU management policy of the kubelet on new nodes.
    #[attr(default = "none", one_of("none", "static"))]
    #[api(at = "kubernetes_config.cpu_policy")]
    pub(crate) cpu_policy: String,
    /// Pattern of the names of new nodes: `customized,<prefix>,ip,<suffix>`. Without it, the service chooses; an empty
    /// text clears it.
    #[attr(doubt = checks::usual_node_names)]
    #[api(at = "kubernetes_config.node_name_mode")]
    pub(crate) node_name_mode: OptionalComputed<String>,
    /// Whether the agent of CloudMonitor is installed on new nodes.
    #[attr(default = false)]
    #[api(at = "kubernetes_config.cms_enabled")]
    pub(crate) cms_enabled: bool,
    /// Script that runs on a new node before it joins the cluster, as plain text: at most 32 KiB.
    #[attr(check = checks::script, doubt = checks::usual_script)]
    #[api(at = "kubernetes_config.pre_user_data", form = SCRIPT)]
    pub(crate) pre_user_data: Option<String>,
    /// Script that runs on a new node after it has joined the cluster, as plain text: at most 32 KiB.
    #[attr(check = checks::script, doubt = checks::usual_script)]
    #[api(at = "kubernetes_config.user_data", form = SCRIPT)]
    pub(crate) user_data: Option<String>,

    /// Makes the node pool a managed one: the service repairs, upgrades and patches its nodes, those that are there
    /// included.
    #[api(switch = "enable")]
    pub(crate) management: Option<Management>,
    /// Resource group of the pool and its instances. Without it, the service chooses that of the cluster.
    #[attr(check = ids::resource_group, doubt = ids::usual_resource_group)]
    #[api(at = "nodepool_info.resource_group_id")]
    pub(crate) resource_group_id: OptionalComputed<String>,
    /// Tags of the instances of new nodes: at most 20, keys of 1 to 128 characters, values of at most 128.
    #[attr(check = checks::pool_tags)]
    #[api(own, at = "scaling_group.tags")]
    pub(crate) tags: Option<BTreeMap<String, String>>,
    /// Tags of the instances of new nodes with the provider's `default_tags`, without those that the service adds; null if
    /// there are none.
    #[api(own)]
    pub(crate) tags_all: Computed<BTreeMap<String, String>>,

    /// Whether a destroy leaves the node pool as it is and only takes it out of the state; it still goes with its cluster.
    /// The value of the last apply counts.
    #[attr(unread)]
    #[api(own)]
    pub(crate) skip_destroy: Option<bool>,
    /// State: `active`, or what the pool is busy with.
    #[attr(keep)]
    #[api(at = "status.state")]
    pub(crate) state: Computed<String>,
    /// Id of the scaling group behind the node pool.
    #[attr(keep)]
    #[api(at = "scaling_group.scaling_group_id")]
    pub(crate) scaling_group_id: Computed<String>,
}

impl NodePool {
    /// The name, empty before the first read of an import.
    pub(super) fn own_name(&self) -> &str {
        self.name.get().map_or("", String::as_str)
    }

    /// The id, empty before create.
    pub(super) fn pool_id(&self) -> &str {
        self.id.get().map_or("", String::as_str)
    }

    /// The user's tags and the provider's default ones. What was stored before those were recorded has only its own.
    pub(super) fn all_tags(&self) -> Tags {
        self.tags_all.get().or(self.tags.as_ref()).cloned().unwrap_or_default()
    }
}
