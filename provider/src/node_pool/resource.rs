//! The attributes of a node pool and the calls of its life.
//!
//! CreateClusterNodePool, ModifyClusterNodePool and DeleteClusterNodepool each start a task; nodes that come and go
//! make them slow: minutes for some nodes, and up to half an hour for a drain that a disruption budget holds up. Reads
//! go to DescribeClusterNodePools, shared by all pools of a cluster that are read at the same time, and fall back to
//! DescribeClusterNodePoolDetail. The plan of a new pool asks for the same list, to know that there is such a cluster.
//!
//! Left out, and why: see `coverage.md`. In short: kubelet and operating system settings (ModifyNodePoolNodeConfig),
//! upgrades of the nodes (an operation, not a setting), and what only edge and Lingjun pools have.

use std::collections::BTreeMap;

use ack_client::{Client, NodePoolState};
use secrecy::SecretString;
use serde_json::json;
use tf_provider::{
    Computed, Context, Diagnostic, Diagnostics, Fault, FaultKind, Lifecycle, OptionalComputed, Plan, Progress,
    Resource, Set, View, name_prefix,
};

use super::fields::{DataDisk, Management, Runtime, Scaling, Spot, SystemDisk, Taint};
use super::{checks, place, plan, refusal, request};
use crate::bridge::{Connection, Error, Task};
use crate::checks::{self as values, filled};
use crate::tags::{self, Tags};
use crate::{ids, region};

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
pub(crate) struct NodePool {
    /// Region, which is that of the cluster. Without it, the provider's region when the node pool is created; a node pool
    /// that exists stays where it is.
    #[attr(keep, check = values::region, replace = "a node pool lives where its cluster lives")]
    pub(crate) region: OptionalComputed<String>,
    /// Id of the cluster, such as `c1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d`.
    #[attr(check = ids::cluster, replace = "a node pool cannot move to another cluster")]
    pub(crate) cluster_id: String,
    /// Id of the node pool, such as `np1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d`.
    #[attr(keep)]
    pub(crate) id: Computed<String>,
    /// Name, unique in the cluster: letters, digits, Chinese characters, hyphens and underscores, not starting with a
    /// hyphen. This or `name_prefix` is required.
    #[attr(len = 1..=63, check = values::name, conflicts(name_prefix), keep_unless(name_prefix))]
    pub(crate) name: OptionalComputed<String>,
    /// Beginning of the name, in place of `name`: 26 digits and letters are added that make it unique. A name that begins
    /// so already stays. With `lifecycle { create_before_destroy = true }`, a replacement is there before the old nodes go.
    /// What a run leaves behind that was killed while it created the node pool, the next one does not find.
    #[attr(len = 1..=37, check = values::name, unread)]
    pub(crate) name_prefix: Option<String>,

    /// Instance types of new nodes, such as `ecs.g7.xlarge`, in order of preference.
    #[attr(len = 1..=10, check = checks::instance_types, doubt = checks::usual_instance_types)]
    pub(crate) instance_types: Vec<String>,
    /// vSwitches of new nodes, in order of preference; they decide the zones.
    #[attr(len = 1..=8, check = ids::vswitches, doubt = checks::no_twin)]
    pub(crate) vswitch_ids: Vec<String>,
    /// Number of nodes; not together with `scaling`. A change adds nodes, or drains and releases them; `0` leaves none.
    #[attr(range = 0..=5000)]
    pub(crate) desired_size: OptionalComputed<i64>,
    /// Lets the service change the number of nodes with the load.
    #[attr(
        may_replace = "the service fixes the kind of scaling when the pool is created, of a pool that is not scaled, too"
    )]
    pub(crate) scaling: Option<Scaling>,
    /// Number of nodes to begin with, for a pool without `desired_size`; after an import, the size that was found. It
    /// counts only when the pool is created: for a pool that exists, another number is no change, and one where there was
    /// none is only written down.
    #[attr(range = 0..=5000, read_once)]
    pub(crate) initial_size: OptionalComputed<i64>,
    /// Number of nodes that there are.
    #[attr(keep_unless(desired_size, scaling))]
    pub(crate) current_size: Computed<i64>,

    /// How new nodes are paid for: `PostPaid` as they are used, `PrePaid` by subscription.
    #[attr(default = "PostPaid", one_of("PostPaid", "PrePaid"))]
    pub(crate) instance_charge_type: String,
    /// Length of the subscription, in `period_unit`. Needed with `PrePaid`, and allowed only there.
    #[attr(range = 1..=60, keep_unless(instance_charge_type))]
    pub(crate) period: OptionalComputed<i64>,
    /// Unit of `period` and `auto_renew_period`. Only with `PrePaid`; without it, the service chooses.
    #[attr(one_of("Month", "Week"), keep_unless(instance_charge_type))]
    pub(crate) period_unit: OptionalComputed<String>,
    /// Whether a subscription renews itself. Only with `PrePaid`.
    #[attr(default = false)]
    pub(crate) auto_renew: bool,
    /// Length of a renewal, in `period_unit`. Only with `PrePaid`; without it, the service chooses.
    #[attr(range = 1..=60, keep_unless(instance_charge_type))]
    pub(crate) auto_renew_period: OptionalComputed<i64>,
    /// Makes new nodes spot instances.
    pub(crate) spot: Option<Spot>,
    /// How new nodes are spread over the zones of `vswitch_ids`: `PRIORITY` by their order, `COST_OPTIMIZED` by price,
    /// `BALANCE` evenly.
    #[attr(default = "PRIORITY", check = filled, known("PRIORITY", "COST_OPTIMIZED", "BALANCE"))]
    pub(crate) multi_az_policy: String,
    /// What becomes of instances that scaling removes: `release` gives them back, `recycle` stops them and starts them
    /// again when they are needed.
    #[attr(default = "release", check = filled, known("release", "recycle"))]
    pub(crate) scaling_policy: String,
    /// Deployment set that spreads new nodes over hosts.
    #[attr(check = ids::deployment_set, doubt = ids::usual_deployment_set)]
    pub(crate) deployment_set_id: Option<String>,

    /// System disk of new nodes. What is left out, the service chooses. Without the whole object, the disk stays as it
    /// is; `system_disk = {}` ends encryption, bursting, provisioned I/O and snapshots, and clears `categories`.
    pub(crate) system_disk: OptionalComputed<SystemDisk>,
    /// Data disks of new nodes. The last one holds container images and the kubelet's data.
    #[attr(len = 0..=10)]
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
    pub(crate) image_type: OptionalComputed<String>,
    /// Image of new nodes, such as one of your own. Without it, the service chooses one of `image_type`. Once set, it can
    /// be changed but not removed.
    #[attr(check = filled, keep_unless(image_type))]
    pub(crate) image_id: OptionalComputed<String>,
    /// Container runtime of new nodes. Without it, the service chooses.
    pub(crate) runtime: OptionalComputed<Runtime>,
    /// Key pair for logging in to new nodes.
    #[attr(check = filled, conflicts(password))]
    pub(crate) key_pair: Option<String>,
    /// Password for logging in to new nodes, with at least three of: upper case letters, lower case letters, digits,
    /// special characters. It is sent when `password_version` changes, and taken away when both are removed.
    #[attr(write_only, len = 8..=30, check = checks::password, requires(password_version), conflicts(key_pair))]
    pub(crate) password: Option<SecretString>,
    /// Any number; change it to send `password` again.
    #[attr(unread, requires(password))]
    pub(crate) password_version: Option<i64>,
    /// Whether to log in as `ecs-user` instead of `root`.
    #[attr(default = false, replace = "the service fixes the login user when the pool is created")]
    pub(crate) login_as_non_root: bool,

    /// Security groups of new nodes. Without it, the service chooses that of the cluster; to go back to it later, name
    /// it.
    #[attr(len = 1.., check = ids::security_groups)]
    pub(crate) security_group_ids: OptionalComputed<Set<String>>,
    /// RAM role of the nodes. Without it, the service chooses that of the cluster. For a pool that exists and of which the
    /// service reports no role, it is recorded in the state and has no effect.
    #[attr(keep, check = filled, replace = "the service fixes the RAM role of the nodes when the pool is created")]
    pub(crate) ram_role_name: OptionalComputed<String>,
    /// How public addresses of new nodes are paid for. Without it, the service chooses.
    #[attr(one_of("PayByTraffic", "PayByBandwidth"), requires(internet_max_bandwidth_out))]
    pub(crate) internet_charge_type: OptionalComputed<String>,
    /// Bandwidth in Mbit/s of the public addresses of new nodes; with `0` they have none. Without it, a new pool gives
    /// them none, and an existing one goes on as before.
    #[attr(range = 0..=100)]
    pub(crate) internet_max_bandwidth_out: OptionalComputed<i64>,
    /// RDS instances whose allow-lists get the addresses of the nodes.
    pub(crate) rds_instances: Option<Set<String>>,

    /// Labels of the nodes, those that are there included. Keys are names of letters, digits, `-`, `_` and `.`, such as
    /// `tier`, with a domain before it or without, such as `example.com/tier`; values are like names, or empty. Labels
    /// that the service adds do not show.
    #[attr(len = 0..=20, check = checks::labels, doubt = checks::usual_labels)]
    pub(crate) labels: Option<BTreeMap<String, String>>,
    /// Taints of the nodes, those that are there included: `NoExecute` evicts pods at once.
    pub(crate) taints: Option<Set<Taint>>,
    /// Whether new nodes join unschedulable.
    #[attr(default = false)]
    pub(crate) unschedulable: bool,
    /// CPU management policy of the kubelet on new nodes.
    #[attr(default = "none", one_of("none", "static"))]
    pub(crate) cpu_policy: String,
    /// Pattern of the names of new nodes: `customized,<prefix>,ip,<suffix>`. Without it, the service chooses; an empty
    /// text clears it.
    #[attr(doubt = checks::usual_node_names)]
    pub(crate) node_name_mode: OptionalComputed<String>,
    /// Whether the agent of CloudMonitor is installed on new nodes.
    #[attr(default = false)]
    pub(crate) cms_enabled: bool,
    /// Script that runs on a new node before it joins the cluster, as plain text: at most 32 KiB.
    #[attr(check = checks::script, doubt = checks::usual_script)]
    pub(crate) pre_user_data: Option<String>,
    /// Script that runs on a new node after it has joined the cluster, as plain text: at most 32 KiB.
    #[attr(check = checks::script, doubt = checks::usual_script)]
    pub(crate) user_data: Option<String>,

    /// Makes the node pool a managed one: the service repairs, upgrades and patches its nodes, those that are there
    /// included.
    pub(crate) management: Option<Management>,
    /// Resource group of the pool and its instances. Without it, the service chooses that of the cluster.
    #[attr(check = ids::resource_group, doubt = ids::usual_resource_group)]
    pub(crate) resource_group_id: OptionalComputed<String>,
    /// Tags of the instances of new nodes: at most 20, keys of 1 to 128 characters, values of at most 128.
    #[attr(check = checks::pool_tags)]
    pub(crate) tags: Option<BTreeMap<String, String>>,
    /// Tags of the instances of new nodes with the provider's `default_tags`, without those that the service adds; null if
    /// there are none.
    pub(crate) tags_all: Computed<BTreeMap<String, String>>,

    /// Whether a destroy leaves the node pool as it is and only takes it out of the state; it still goes with its cluster.
    /// The value of the last apply counts.
    #[attr(unread)]
    pub(crate) skip_destroy: Option<bool>,
    /// State: `active`, or what the pool is busy with.
    #[attr(keep)]
    pub(crate) state: Computed<String>,
    /// Id of the scaling group behind the node pool.
    #[attr(keep)]
    pub(crate) scaling_group_id: Computed<String>,
}

/// A node pool as the service describes it, and the region that it was asked in.
#[derive(Clone, Debug)]
pub(crate) struct Remote {
    pub(super) pool: ack_client::NodePool,
    pub(super) region: String,
    /// The provider's default tags, which are not the resource's own.
    pub(super) default_tags: Tags,
}

impl NodePool {
    fn client(&self, cx: &Context<'_, Connection>) -> Result<Client, Error> {
        cx.service().client(&self.region)
    }

    /// The name, empty before the first read of an import.
    pub(super) fn own_name(&self) -> &str {
        self.name.get().map_or("", String::as_str)
    }

    /// The id, empty before create.
    fn pool_id(&self) -> &str {
        self.id.get().map_or("", String::as_str)
    }

    /// The user's tags and the provider's default ones. What was stored before those were recorded has only its own.
    pub(super) fn all_tags(&self) -> Tags {
        self.tags_all.get().or(self.tags.as_ref()).cloned().unwrap_or_default()
    }

    fn merge_tags(&mut self, cx: &Context<'_, Connection>) {
        let none = Tags::new();
        let default = cx.service().default_tags().unwrap_or(&none);
        tags::show(&mut self.tags_all, tags::merged(default, self.tags.as_ref().unwrap_or(&none)));
    }

    /// The pool of this name in this cluster, if there is one.
    async fn namesake(&self, client: &Client) -> Result<Option<ack_client::NodePool>, Error> {
        let pools = client.describe_cluster_node_pools(&self.cluster_id).await?;
        Ok(pools.into_iter().find(|pool| pool.nodepool_info.name == self.own_name()))
    }

    /// Why a pool cannot be created beside another one of its name.
    fn name_taken(&self, by: &ack_client::NodePool, client: &Client) -> Error {
        let id = &by.nodepool_info.nodepool_id;
        if by.status.state == Some(NodePoolState::Deleting) {
            let summary = format!("The name \"{}\" is still taken", self.own_name());
            let detail = format!("The node pool {id} of that name is being deleted.");
            return Fault::new(FaultKind::Busy, summary, detail).at(Self::NAME).into();
        }
        place::taken(self.own_name(), &self.cluster_id, id, client.region()).into()
    }

    async fn modify(
        &self,
        change: &ack_client::ModifyClusterNodePool,
        cx: &Context<'_, Connection>,
    ) -> Result<(), Error> {
        let client = self.client(cx)?;
        cx.run(|| async {
            let answer =
                client.modify_cluster_node_pool(&self.cluster_id, self.pool_id(), change).await.map_err(refusal::of)?;
            Ok(Task::of(&client, answer.task_id, answer.request_id))
        })
        .await
    }
}

impl Lifecycle for NodePool {
    type Service = Connection;
    type Remote = Remote;

    fn validate(config: &View<'_, Self>, diagnostics: &mut Diagnostics) {
        plan::validate(config, diagnostics);
    }

    fn notice(stored: &View<'_, Self>, connection: &Connection) {
        if let Some(id) = stored.get(Self::ID).known() {
            connection.run().manage(&id);
        }
    }

    async fn plan(plan: &mut Plan<'_, Self>, connection: Option<&Connection>) -> Result<(), Error> {
        plan::plan(plan, connection).await
    }

    async fn create(&mut self, cx: &Context<'_, Connection>) -> Result<Option<Task>, Error> {
        let client = self.client(cx)?;
        name_prefix::fill(&mut self.name, self.name_prefix.as_deref());
        // Asked first, so that a pool of this name that turns up after a lost answer is the one that was asked for.
        if let Some(other) = self.namesake(&client).await? {
            return Err(self.name_taken(&other, &client));
        }
        self.merge_tags(cx);
        cx.set_note(plan::OWN_IMAGE, json!(self.image_id.get()));
        let request = request::create(self);
        let send = || async {
            let made = client.create_cluster_node_pool(&self.cluster_id, &request).await.map_err(refusal::of)?;
            Ok((made.nodepool_id, Task::of(&client, made.task_id, made.request_id)))
        };
        let made = || async { Ok(self.namesake(&client).await?.map(|pool| (pool.nodepool_info.nodepool_id, None))) };
        let (id, task) = cx.once(send, made).await?;
        self.id.set(id);
        Ok(task)
    }

    async fn complete(&mut self, cx: &Context<'_, Connection>) -> Result<(), Error> {
        match request::switch_scaling_on(self) {
            Some(change) => self.modify(&change, cx).await,
            None => Ok(()),
        }
    }

    async fn read(&self, cx: &Context<'_, Connection>) -> Result<Remote, Error> {
        let client = self.client(cx)?;
        let pool = client.read_node_pool(&self.cluster_id, self.pool_id()).await?;
        let found = pool.nodepool_info.region_id.as_deref();
        let id = format!("{}:{}", self.cluster_id, self.pool_id());
        region::check_import::<Self>(&id, self.region.get(), found, Self::REGION)?;
        cx.set_note(plan::SCALING_TYPE, json!(pool.auto_scaling.as_ref().and_then(|scaling| scaling.kind.as_ref())));
        let default_tags = cx.service().default_tags().cloned().unwrap_or_default();
        Ok(Remote { pool, region: client.region().to_owned(), default_tags })
    }

    fn progress(remote: &Remote) -> Progress {
        let status = &remote.pool.status;
        match &status.state {
            Some(NodePoolState::Active) => Progress::Ready,
            Some(NodePoolState::Deleting) => Progress::Deleting,
            Some(state @ (NodePoolState::Failed | NodePoolState::DeleteFailed)) => {
                Progress::Failed(failure(state, &remote.pool))
            }
            // A word of the service that is not known here.
            Some(state) if state.as_str().ends_with("_failed") => Progress::Failed(failure(state, &remote.pool)),
            Some(state) => Progress::Pending(state.to_string()),
            None => Progress::Pending("unknown".to_owned()),
        }
    }

    fn absorb(&mut self, remote: &Remote) {
        self.absorb_remote(remote);
    }

    async fn update(&mut self, prior: &Self, remote: &Remote, cx: &Context<'_, Connection>) -> Result<(), Error> {
        // The service calls such a pool busy, and would for ever.
        if let Progress::Failed(reason) = Self::progress(remote) {
            return Err(Fault::other("The node pool cannot be changed", reason).into());
        }
        name_prefix::fill(&mut self.name, self.name_prefix.as_deref());
        self.merge_tags(cx);
        if self.image_id != prior.image_id {
            cx.set_note(plan::OWN_IMAGE, json!(self.image_id.get()));
        }
        match request::modify(self, prior, &remote.pool) {
            Some(change) => self.modify(&change, cx).await,
            None => Ok(()),
        }
    }

    async fn delete(&self, cx: &Context<'_, Connection>) -> Result<Option<Task>, Error> {
        if self.skip_destroy == Some(true) {
            let why = "`skip_destroy` is on. Terraform no longer manages it, and its nodes go on to run and to cost.";
            cx.warn(Diagnostic::warning(format!("The node pool \"{}\" stays", self.own_name()), why));
            // As far as Terraform is concerned it is gone, and there is nothing to wait for.
            return Err(Fault::new(FaultKind::NotFound, "The node pool stays", why).into());
        }
        let client = self.client(cx)?;
        // Without force the service refuses a pool that still has nodes; destroying it means them, too.
        let answer = client.delete_cluster_nodepool(&self.cluster_id, self.pool_id(), true).await?;
        Ok(Task::of(&client, answer.task_id, answer.request_id))
    }
}

/// What is wrong with a pool, and what to do.
fn failure(state: &NodePoolState, pool: &ack_client::NodePool) -> String {
    let reasons: Vec<&str> = pool
        .status
        .conditions
        .iter()
        .filter(|condition| condition.status.as_deref() == Some("False"))
        .filter_map(|condition| condition.message.as_deref())
        .collect();
    let next = match state {
        NodePoolState::DeleteFailed => "Remove the cause, and destroy it again.",
        _ => "Destroy it, or replace it with `terraform apply -replace=<address>`.",
    };
    let reasons = if reasons.is_empty() { String::new() } else { format!(" {}", reasons.join(" ")) };
    format!("The node pool {} is in state \"{state}\".{reasons} {next}", pool.nodepool_info.nodepool_id)
}
