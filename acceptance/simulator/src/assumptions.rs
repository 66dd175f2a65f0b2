//! What the simulator assumes because no source settles it: one table, served at `/_simulator/assumptions`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How many operations a cluster bears at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusivity {
    /// One operation on a node pool at a time; operations on the cluster itself need it `running`.
    NodePool,
    /// One operation at a time on the whole cluster, its node pools included.
    Cluster,
}

/// How the keys of an error body are spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorSpelling {
    /// `code`, `message`, `requestId`.
    Lower,
    /// `Code`, `Message`, `RequestId`.
    Upper,
    /// Both.
    Both,
}

/// What a detail read shows for a field that was never set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnsetFields {
    /// The key is absent.
    Absent,
    /// The zero value of its type: `""`, `0`, `false`, `[]`, `{}`.
    Zero,
    /// `null`.
    Null,
}

/// What happens to a field that the vendor marks deprecated in CreateCluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeprecatedFields {
    /// Taken for its successor where it has one, else dropped.
    CarriedOut,
    /// Taken and dropped.
    Ignored,
    /// HTTP 400 that names the field and its successor.
    Refused,
}

macro_rules! assumptions {
    ($($(#[doc = $why:literal])+ $name:ident: $kind:ty = $default:expr;)+) => {
        /// The assumptions that can be switched, each with its documented default.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct Assumptions {
            $($(#[doc = $why])+ pub $name: $kind,)+
        }

        impl Default for Assumptions {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }

        impl Assumptions {
            /// One row a switch: name, value, default, and why it is an assumption.
            fn rows(&self) -> Vec<Value> {
                let standard = Self::default();
                vec![$(json!({
                    "name": stringify!($name),
                    "value": self.$name,
                    "default": standard.$name,
                    "why": concat!($($why),+).trim(),
                    "switch": true,
                }),)+]
            }
        }
    };
}

assumptions! {
    /// `cluster`: one operation at a time on a whole cluster. Pools are known to be serialised each for itself; across
    /// pools nothing is confirmed.
    exclusivity: Exclusivity = Exclusivity::NodePool;
    /// Whether node pool operations need the cluster in `running`. When false, `updating`, `upgrading` and `scaling` do too.
    node_pool_operations_need_running_cluster: bool = false;
    /// Simulated seconds by which cluster and event lists lag behind; documented as 1-10, the value is ours.
    list_lag_seconds: f64 = 2.0;
    /// Simulated seconds in which a new node pool still reads as ErrorNodePoolNotFound; another provider retries that.
    node_pool_read_lag_seconds: f64 = 0.0;
    /// Simulated seconds between the success of a task and the cluster being `running` again: task success is known to
    /// come first, the span is ours.
    running_after_task_seconds: f64 = 2.0;
    /// Simulated seconds until the task of ModifyClusterAddon appears in the task list; only "after a while" is known.
    addon_modify_task_lag_seconds: f64 = 10.0;
    /// Whether a second cluster of the same name is refused. Old clients handled that error; today it is unconfirmed.
    unique_cluster_names: bool = false;
    /// Whether pod ranges of clusters in one VPC must not overlap, as the documents demand.
    refuse_overlapping_clusters: bool = true;
    /// Whether `management.enable` is refused while ack-node-problem-detector is not installed (seen live once).
    management_needs_node_problem_detector: bool = false;
    /// Whether ModifyCluster drops `deletion_protection` when `cluster_spec` comes in the same call (seen live).
    cluster_spec_hides_deletion_protection: bool = true;
    /// Whether nodes must have reached the control plane's minor version before the next upgrade of the control plane.
    upgrade_needs_matching_nodes: bool = true;
    /// Keys of error bodies; the SDKs accept either spelling, which one the service uses is unconfirmed.
    error_spelling: ErrorSpelling = ErrorSpelling::Lower;
    /// What detail reads show for fields that were never set; never measured.
    unset_fields: UnsetFields = UnsetFields::Absent;
    /// CreateCluster's deprecated fields: announced as ignored or refused since 2026-07-04, yet clients that are in use
    /// against the live service still send them. Refused also means that fields without effect are refused elsewhere.
    deprecated_fields: DeprecatedFields = DeprecatedFields::CarriedOut;
    /// Whether names of fields have to be spelt in the documented case. The service's type errors are those of a decoder
    /// that takes any case, and clients send `Key` and `Value`.
    exact_field_names: bool = false;
    /// Whether a number 0 or an empty word that is not among the legal values counts as left out: older clients send them
    /// for whatever is not set.
    zero_means_unset: bool = true;
    /// Whether names of clusters and node pools may have underscores. The documents do not list them, clients that are in
    /// use against the live service do.
    underscores_in_names: bool = true;
    /// Whether a new cluster has to name its network add-on. If not, the service chooses: terway-eniip when there are
    /// `pod_vswitch_ids`, else flannel. Inferred from clients; with neither pod vSwitches nor a range for pods, the
    /// documents have a default range only where the service makes the VPC.
    network_addon_needed: bool = false;
    /// Whether a new cluster can only have one of the three newest minors. The documents disagree on whether that limit is
    /// the console's alone.
    newest_minors_only: bool = false;
    /// Whether add-ons are offered in the catalogue's versions only. The live catalogue has others, and an installation
    /// without a version takes the newest.
    catalogue_versions_only: bool = false;
    /// Whether only add-ons of the catalogue can be installed. The live catalogue has others; with a version named, they
    /// are taken as they come.
    catalogue_addons_only: bool = false;
    /// Whether an operation on add-ons needs the cluster in `running`, and so waits for the one before. Inferred from a
    /// vendor client that does wait. When false, such operations may go on side by side, each on add-ons of its own.
    addon_operations_need_running_cluster: bool = true;
    /// Whether ModifyCluster switches deletion protection when its task succeeds, 4 to 5 seconds later as seen live. When
    /// false, it counts at once, and a call that changes nothing else leaves the cluster `running`: there are clients that
    /// delete right behind it.
    deletion_protection_waits_for_task: bool = true;
    /// Whether settings that the documents call exclusive or dependent are held to that where clients send them
    /// together: `surge` with `surge_percentage`, `spot_price_limit` without `SpotWithPriceLimit`.
    documented_exclusions: bool = false;
    /// Whether maintenance windows and automatic upgrades need a Pro cluster, as the documents say. Clients set windows on
    /// Basic and serverless ones.
    maintenance_needs_pro: bool = false;
    /// Whether dedicated clusters can still be created. The documents say that this ended in 2024; clients still do it.
    dedicated_clusters: bool = true;
    /// Whether the same `client_token` of CreateCluster gets the first answer again, for good. The field is new and has no
    /// comment.
    client_token_is_known_again: bool = true;
    /// Whether an unknown field is refused. The service may well ignore it; a test bed must not.
    refuse_unknown_fields: bool = true;
    /// Whether the service adds a tag of its own to every cluster and returns the tags sorted by key.
    server_additions: bool = true;
    /// Whether the service adds labels and tags of its own to node pools, and returns labels, taints and tags sorted by
    /// key. Clients that compare these lists as they are would never come to rest if it did.
    node_pool_additions: bool = false;
    /// Whether a node pool shows a platform (AliyunLinux), a node name mode (nodeip) and a RAM role (the cluster's worker
    /// role) that nobody gave. Clients expect them; only nodeip was seen, in a sample.
    node_pool_defaults_shown: bool = true;
    /// Code of the refusal to delete a protected cluster; the real one is unconfirmed.
    deletion_protection_code: String = "InvalidOperation.DeletionProtection".to_owned();
    /// Code of the refusal to delete a node pool that has nodes, without `force`; the real one is unconfirmed.
    node_pool_not_empty_code: String = "InvalidOperation.NodePoolNotEmpty".to_owned();
    /// Code of the refusal to uninstall a system add-on; the real one is unconfirmed.
    required_addon_code: String = "InvalidOperation.AddonRequired".to_owned();
    /// Code for a quota that is used up (only third-party notes name it).
    cluster_quota_code: String = "QuotaExceeded.Cluster".to_owned();
    /// Clusters of Basic specification in the account: 2 by the quota page.
    basic_cluster_quota: usize = 2;
    /// Clusters of Pro specification in the account: 100 by the quota page.
    pro_cluster_quota: usize = 100;
    /// Node pools of a Basic cluster: 10 by the quota page, which disagrees with DescribeUserQuota.
    basic_node_pool_quota: usize = 10;
    /// Node pools of a Pro cluster: 100 by the quota page, which disagrees with DescribeUserQuota.
    pro_node_pool_quota: usize = 100;
}

/// Assumptions without a switch: name, what is assumed, why it had to be.
const FIXED: &[(&str, &str, &str)] = &[
    (
        "clearing",
        "an empty list or text clears the field that it is sent for",
        "which fields of the modify calls can be cleared was never measured; the vendor's Python SDK sends an empty list for every list of objects that its caller left out of a block",
    ),
    ("success_status", "200 for every success", "documents and client code disagree between 200 and 202"),
    (
        "network_addresses",
        "a VPC's own address range is not known",
        "no API of the product tells it, so overlap with the VPC is not checked",
    ),
    ("patch_versions", "the patch versions in the version table", "only 1.36.2, 1.35.7 and 1.32.1 were seen"),
    ("addon_versions", "the version numbers in the add-on catalogue", "only a few real ones are public"),
    (
        "default_addons",
        "coredns, metrics-server, csi-plugin, csi-provisioner, storage-operator, cloud-controller-manager and the network add-on",
        "no list of defaults by cluster kind was found",
    ),
    (
        "addon_installing_state",
        "an add-on is `installing` until its task ends",
        "the documents do not list that state, a vendor client waits on it",
    ),
    (
        "inline_node_pools",
        "`nodepools` of CreateCluster are built with the cluster",
        "one live report says that they had no effect",
    ),
    (
        "task_types",
        "`nodepool_create` and `nodepool_delete` beside the documented types of tasks and events",
        "the documented lists have no type for either",
    ),
    (
        "task_event_action",
        "`start` at the beginning of a task, `end` at its end",
        "a sample shows `start`, nothing else is known",
    ),
    (
        "task_not_found_code",
        "`ErrorTaskNotFound` for a task that there is not",
        "no source names one; it is made after those for clusters and node pools",
    ),
    (
        "desired_size",
        "it reads as it was last set; not at all when nobody set it, or while the pool scales by itself",
        "never measured; clients compare it with what they sent",
    ),
    (
        "values_nobody_gave",
        "the time zone of a cluster, the performance level of a disk and `max_unavailable` are not made up",
        "clients that leave them out read nothing back",
    ),
    (
        "default_pod_range",
        "the first of 172.16.0.0/16 to 172.31.0.0/16 that is free, for a cluster that names neither a network nor a range",
        "the documents have 172.16.0.0/16 for a VPC that the service makes",
    ),
    (
        "worker_fields",
        "`worker_*` and `num_of_nodes` of CreateCluster and ScaleOutCluster make a node pool named default-nodepool",
        "the successors are documented, the name is known from clients that look for it",
    ),
    (
        "old_calls",
        "the forms of POST /clusters/{id}/name/{name} and POST /resource_groups/{id}/clusters, and the answers of DescribeClusterAddonsUpgradeStatus and DescribeClusterAddonsVersion",
        "read from clients; the first takes effect at once, without a task",
    ),
    (
        "vswitches_among_resources",
        "DescribeClusterResources lists them with the type VSWITCH",
        "known from a client that looks for it; the other types are spelt otherwise",
    ),
    (
        "node_settings",
        "each block of ModifyNodePoolNodeConfig replaces the whole block before",
        "inferred from clients; what is not sent stays",
    ),
    (
        "control_plane_log",
        "UpdateControlPlaneLog keeps what is left out, and the audit log its project when it is switched off",
        "inferred from clients",
    ),
    (
        "empty_settings",
        "an empty text in ModifyCluster and an empty resource group of a node pool change nothing",
        "inferred from clients that send them for what is not set",
    ),
    (
        "not_simulated_code",
        "400 NotSimulated for operations that are not simulated",
        "clients repeat a 5xx for minutes, and take a 404 for an object that is gone",
    ),
    (
        "auto_repair_policies",
        "their calls take effect at once, names need not be unique, `ErrorAutoRepairPolicyNotFound` (404) for one that there is not, `resource_ids` are the node pools that name the policy",
        "the documents say that the calls are not open yet; the code is made after those for clusters and node pools",
    ),
    (
        "kubeconfig",
        "it has the form of a kubeconfig, but its certificates are no certificates",
        "there is no API server behind it",
    ),
    ("type_error_code", "`InvalidParameter.Format` for a wrong JSON type", "the text was seen live, the code was not"),
];

impl Assumptions {
    /// Every request is held to the documents, also where clients are known to get away with less: for those who want to
    /// be sure of what they send.
    pub fn strict() -> Self {
        Self {
            deprecated_fields: DeprecatedFields::Refused,
            exact_field_names: true,
            zero_means_unset: false,
            underscores_in_names: false,
            network_addon_needed: true,
            newest_minors_only: true,
            catalogue_versions_only: true,
            catalogue_addons_only: true,
            documented_exclusions: true,
            maintenance_needs_pro: true,
            dedicated_clusters: false,
            ..Self::default()
        }
    }

    /// The whole table as it is served: every switch with its present value, then what has no switch.
    pub(crate) fn table(&self) -> Value {
        let mut rows = self.rows();
        rows.extend(FIXED.iter().map(
            |(name, value, why)| json!({"name": name, "value": value, "default": value, "why": why, "switch": false}),
        ));
        Value::Array(rows)
    }

    /// A copy with the given switches changed; unknown names and wrong types are refused by name.
    pub(crate) fn with(&self, changes: &Value) -> Result<Self, String> {
        let mut all = serde_json::to_value(self).map_err(|error| error.to_string())?;
        let (Some(all_fields), Some(changes)) = (all.as_object_mut(), changes.as_object()) else {
            return Err("send one JSON object of names and values; GET lists the names".to_owned());
        };
        for (name, value) in changes {
            all_fields.insert(name.clone(), value.clone());
        }
        serde_json::from_value(all).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_change_by_name_and_unknown_names_are_refused() {
        let changed = Assumptions::default().with(&json!({"exclusivity": "cluster", "list_lag_seconds": 0})).unwrap();
        assert_eq!(changed.exclusivity, Exclusivity::Cluster);
        assert_eq!(changed.list_lag_seconds, 0.0);
        assert!(Assumptions::default().with(&json!({"exclusivty": "cluster"})).unwrap_err().contains("exclusivty"));
    }

    /// Those that tell the service's behaviour are the same either way: strictness is about requests only.
    #[test]
    fn strictness_only_refuses_more() {
        let (strict, usual) = (Assumptions::strict(), Assumptions::default());
        assert_ne!(strict, usual);
        let row = |assumptions: &Assumptions, name: &str| {
            let table = assumptions.table();
            table.as_array().unwrap().iter().find(|row| row["name"] == name).unwrap()["value"].clone()
        };
        for name in ["node_pool_additions", "unset_fields", "exclusivity", "list_lag_seconds", "refuse_unknown_fields"]
        {
            assert_eq!(row(&strict, name), row(&usual, name), "{name}");
        }
    }

    #[test]
    fn every_row_says_why() {
        for row in Assumptions::default().table().as_array().unwrap() {
            assert!(row["why"].as_str().unwrap().len() > 10, "{row}");
        }
    }
}
