//! The nested objects of a node pool.

use std::collections::BTreeMap;

use tf_provider::document::forms;
use tf_provider::{Model, OptionalComputed};

use super::checks;
use crate::checks::filled;
use crate::forms::PRICES;
use crate::ids;

/// What a pool is scaled for unless its creation says otherwise.
pub(crate) const DEFAULT_SCALING_TYPE: &str = "cpu";

/// Limits of automatic scaling.
#[derive(Clone, Debug, PartialEq, Model)]
#[api]
pub(crate) struct Scaling {
    /// Fewest nodes, at most `max`.
    #[attr(range = 0..=2000)]
    #[api(at = "min_instances")]
    pub(crate) min: i64,
    /// Most nodes; a value below the present size removes nodes.
    #[attr(range = 0..=2000)]
    #[api(at = "max_instances")]
    pub(crate) max: i64,
    /// What the nodes are scaled for: ordinary instances, GPUs, shared GPUs or spot instances.
    #[attr(
        default = DEFAULT_SCALING_TYPE,
        check = filled,
        known("cpu", "gpu", "gpushare", "spot"),
        replace = "the service fixes the kind of scaling when the pool is created"
    )]
    pub(crate) r#type: String,
}

/// System disk of each node.
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[api]
pub(crate) struct SystemDisk {
    /// Category; not together with `categories`.
    #[attr(
        check = filled,
        known("cloud_essd", "cloud_auto", "cloud_essd_entry", "cloud_ssd", "cloud_efficiency"),
        keep_unless(categories)
    )]
    pub(crate) category: OptionalComputed<String>,
    /// Categories in order of preference, for when one is sold out in a zone.
    #[attr(known("cloud_essd", "cloud_auto", "cloud_essd_entry", "cloud_ssd", "cloud_efficiency"))]
    pub(crate) categories: Option<Vec<String>>,
    /// Size in GiB, not below the size of the image.
    #[attr(range = 20..=2048)]
    pub(crate) size: OptionalComputed<i64>,
    /// Performance level of a `cloud_essd` disk.
    #[attr(check = filled, known("PL0", "PL1", "PL2", "PL3"), keep_unless(category, categories))]
    pub(crate) performance_level: OptionalComputed<String>,
    /// Whether the disk is encrypted.
    #[attr(default = false)]
    pub(crate) encrypted: bool,
    /// Algorithm of the encryption.
    #[attr(check = filled, known("aes-256"))]
    pub(crate) encrypt_algorithm: OptionalComputed<String>,
    /// KMS key for the encryption. Without it, the service's own key is used.
    #[attr(check = filled)]
    pub(crate) kms_key_id: Option<String>,
    /// Whether a `cloud_auto` disk may burst.
    #[attr(default = false)]
    pub(crate) bursting_enabled: bool,
    /// Provisioned I/O operations per second of a `cloud_auto` disk, at most 1000 for each GiB.
    #[attr(range = 0..=50_000)]
    pub(crate) provisioned_iops: Option<i64>,
    /// Policy of automatic snapshots.
    #[attr(check = ids::snapshot_policy, doubt = ids::usual_snapshot_policy)]
    pub(crate) snapshot_policy_id: Option<String>,
}

/// A data disk of each node.
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[api]
pub(crate) struct DataDisk {
    /// Category. Without it, the service chooses.
    #[attr(
        check = filled,
        known(
            "cloud_essd",
            "cloud_auto",
            "cloud_essd_entry",
            "cloud_ssd",
            "cloud_efficiency",
            "cloud",
            "elastic_ephemeral_disk_standard",
            "elastic_ephemeral_disk_premium"
        )
    )]
    pub(crate) category: OptionalComputed<String>,
    /// Size in GiB. Without it, the service chooses.
    #[attr(range = 40..=32_768)]
    pub(crate) size: OptionalComputed<i64>,
    /// Performance level of a `cloud_essd` disk. Without it, the service chooses.
    #[attr(check = filled, known("PL0", "PL1", "PL2", "PL3"), keep_unless(category))]
    pub(crate) performance_level: OptionalComputed<String>,
    /// Whether the disk is encrypted.
    #[attr(default = false)]
    #[api(form = forms::FLAG_AS_TEXT)]
    pub(crate) encrypted: bool,
    /// KMS key for the encryption. Without it, the service's own key is used.
    #[attr(check = filled)]
    pub(crate) kms_key_id: Option<String>,
    /// Name of the disk. Without it, the service chooses; an empty text clears it.
    pub(crate) disk_name: OptionalComputed<String>,
    /// Device, from `/dev/xvdb` to `/dev/xvdz`. Without it, the service chooses.
    #[attr(check = filled, doubt = checks::usual_device)]
    pub(crate) device: OptionalComputed<String>,
    /// Snapshot that the disk is made from.
    #[attr(check = ids::snapshot, doubt = ids::usual_snapshot)]
    pub(crate) snapshot_id: Option<String>,
    /// Policy of automatic snapshots.
    #[attr(check = ids::snapshot_policy, doubt = ids::usual_snapshot_policy)]
    pub(crate) auto_snapshot_policy_id: Option<String>,
    /// Whether a `cloud_auto` disk may burst.
    #[attr(default = false)]
    pub(crate) bursting_enabled: bool,
    /// Provisioned I/O operations per second of a `cloud_auto` disk, at most 1000 for each GiB.
    #[attr(range = 0..=50_000)]
    pub(crate) provisioned_iops: Option<i64>,
}

/// Container runtime.
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[api]
pub(crate) struct Runtime {
    /// Name: `containerd`, or up to Kubernetes 1.31 `Sandboxed-Container.runv`.
    #[attr(check = filled, known("containerd", "Sandboxed-Container.runv"))]
    #[api(at = "runtime")]
    pub(crate) name: String,
    /// Version. Without it, the service chooses the one that it recommends for the Kubernetes version.
    #[attr(check = filled, keep_unless(name))]
    #[api(at = "runtime_version")]
    pub(crate) version: OptionalComputed<String>,
}

/// A taint of the nodes.
#[derive(Clone, Debug, PartialEq, Eq, Model)]
#[api]
pub(crate) struct Taint {
    /// Key: a name of letters, digits, `-`, `_` and `.`, such as `gpu`, with a domain before it or without, such as
    /// `example.com/gpu`.
    #[attr(check = checks::taint_key)]
    pub(crate) key: String,
    /// Value: letters, digits, `-`, `_` and `.`.
    #[attr(check = checks::taint_value)]
    pub(crate) value: Option<String>,
    /// What becomes of pods that do not tolerate it.
    #[attr(one_of("NoSchedule", "PreferNoSchedule", "NoExecute"))]
    pub(crate) effect: String,
}

/// Spot instances.
#[derive(Clone, Debug, Default, PartialEq, Model)]
#[api]
pub(crate) struct Spot {
    /// `SpotAsPriceGo` pays the market price, up to the pay-as-you-go price; `SpotWithPriceLimit` pays up to
    /// `price_limits`; `NoSpot` is the same as no `spot` at all.
    #[attr(one_of("NoSpot", "SpotAsPriceGo", "SpotWithPriceLimit"))]
    #[api(at = "spot_strategy")]
    pub(crate) strategy: String,
    /// Highest price per hour by instance type, such as `{ "ecs.g7.xlarge" = "0.39" }`. Only with
    /// `SpotWithPriceLimit`.
    #[api(at = "spot_price_limit", form = PRICES)]
    pub(crate) price_limits: Option<BTreeMap<String, String>>,
    /// Number of instance types to spread spot instances over. Only with `multi_az_policy = "COST_OPTIMIZED"`; without
    /// it, the service chooses.
    #[attr(range = 1..=10)]
    #[api(at = "spot_instance_pools", form = forms::NOT_ZERO)]
    pub(crate) instance_pools: OptionalComputed<i64>,
    /// Whether an instance that is about to be reclaimed is replaced beforehand.
    #[attr(default = false)]
    #[api(at = "spot_instance_remedy")]
    pub(crate) instance_remedy: bool,
    /// Whether pay-as-you-go instances stand in when there are no spot instances. Only with
    /// `multi_az_policy = "COST_OPTIMIZED"`.
    #[attr(default = false)]
    pub(crate) compensate_with_on_demand: bool,
    /// Least number of pay-as-you-go instances. Only with `multi_az_policy = "COST_OPTIMIZED"`; without it,
    /// the service chooses.
    #[attr(range = 0..=1000)]
    pub(crate) on_demand_base_capacity: OptionalComputed<i64>,
    /// Percentage of pay-as-you-go instances above the base capacity. Only with `multi_az_policy = "COST_OPTIMIZED"`;
    /// without it, the service chooses.
    #[attr(range = 0..=100)]
    pub(crate) on_demand_percentage_above_base_capacity: OptionalComputed<i64>,
}

/// What the service does to the nodes by itself.
#[derive(Clone, Debug, PartialEq, Model)]
#[api]
pub(crate) struct Management {
    /// Whether nodes that fail are repaired.
    #[attr(default = true)]
    pub(crate) auto_repair: bool,
    /// How nodes are repaired; without it, its defaults hold.
    #[api(whole)]
    pub(crate) auto_repair_policy: Option<AutoRepairPolicy>,
    /// Whether nodes are upgraded, in the maintenance window of the cluster.
    #[attr(default = true)]
    pub(crate) auto_upgrade: bool,
    /// What is upgraded; without it, its defaults hold.
    #[api(whole)]
    pub(crate) auto_upgrade_policy: Option<AutoUpgradePolicy>,
    /// Whether vulnerabilities of the operating system are fixed.
    #[attr(default = true)]
    pub(crate) auto_vul_fix: bool,
    /// How vulnerabilities are fixed; without it, its defaults hold.
    #[api(whole)]
    pub(crate) auto_vul_fix_policy: Option<AutoVulFixPolicy>,
    /// Whether instances that fail are diagnosed. Without it, the service chooses.
    pub(crate) auto_fault_diagnosis: OptionalComputed<bool>,
}

/// How nodes are repaired.
#[derive(Clone, Debug, PartialEq, Model)]
#[api]
pub(crate) struct AutoRepairPolicy {
    /// Whether a repair may restart a node.
    #[attr(default = true)]
    pub(crate) restart_node: bool,
    /// Nodes that are repaired at a time: a number, or a percentage such as `10%`.
    #[attr(default = "1", check = count_or_share)]
    pub(crate) max_parallel_repairing_nodes: String,
    /// Above this share of unhealthy nodes nothing is repaired: a number, or a percentage.
    #[attr(default = "100%", check = count_or_share)]
    pub(crate) max_unhealthy_nodes_threshold: String,
    /// Whether a person has to agree to each repair.
    #[attr(default = false)]
    pub(crate) approval_required: bool,
}

/// What is upgraded.
#[derive(Clone, Debug, PartialEq, Model)]
#[api]
pub(crate) struct AutoUpgradePolicy {
    /// Whether the kubelet follows the control plane.
    #[attr(default = true)]
    pub(crate) auto_upgrade_kubelet: bool,
    /// Whether the container runtime is upgraded.
    #[attr(default = true, unread)]
    pub(crate) auto_upgrade_runtime: bool,
    /// Whether the operating system is upgraded.
    #[attr(default = false, unread)]
    pub(crate) auto_upgrade_os: bool,
}

/// How vulnerabilities are fixed.
#[derive(Clone, Debug, PartialEq, Model)]
#[api]
pub(crate) struct AutoVulFixPolicy {
    /// Whether a fix may restart a node.
    #[attr(default = true)]
    pub(crate) restart_node: bool,
    /// Levels to fix, joined with commas: `asap` (high), `later` (medium), `nntf` (low).
    #[attr(default = "asap", check = vul_levels)]
    pub(crate) vul_level: String,
    /// Packages that are not updated, joined with commas; an empty text excludes none.
    #[attr(default = "kernel")]
    pub(crate) exclude_packages: String,
}

/// The rule for limits that are a number of nodes, or a share of them.
fn count_or_share(limit: &str) -> Result<(), String> {
    let number = limit.strip_suffix('%').unwrap_or(limit);
    if number.starts_with(|first: char| first.is_ascii_digit()) && number.parse::<u32>().is_ok_and(|number| number > 0)
    {
        return Ok(());
    }
    Err(format!("must be a number of nodes such as \"2\", or a percentage such as \"10%\", but is {limit:?}"))
}

fn vul_levels(levels: &str) -> Result<(), String> {
    match levels.split(',').find(|level| !["asap", "later", "nntf"].contains(&level.trim())) {
        None => Ok(()),
        Some(other) => {
            Err(format!("must be made of \"asap\", \"later\" and \"nntf\", joined with commas, but has \"{other}\""))
        }
    }
}
