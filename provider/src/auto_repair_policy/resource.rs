//! A policy of repairs: four plain calls, none of which starts a task. The vendor has not opened them to all accounts yet.

use tf_provider::bound::{Bound, Listed};
use tf_provider::document::forms;
use tf_provider::{Computed, Json, Model, OptionalComputed, Resource};

use crate::bridge::Connection;
use crate::{checks, ids};

/// What the service does about nodes that have an incident. Node pools name the policy; not open to all accounts yet.
#[derive(Clone, Debug, Resource)]
#[resource(identity(region?, cluster_id, id), timeouts(create = "2m", read = "2m", update = "2m", delete = "2m"))]
#[api(create = "CreateAutoRepairPolicy", modify = "ModifyAutoRepairPolicy", read = "DescribeAutoRepairPolicy")]
pub(crate) struct AutoRepairPolicy {
    /// Region, which is that of the cluster. Without it, the provider's region when the policy is created.
    #[attr(keep, check = checks::region, replace = "a policy lives where its cluster lives")]
    #[api(own)]
    pub(crate) region: OptionalComputed<String>,
    /// Id of the cluster, such as `c1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d`.
    #[attr(check = ids::cluster, replace = "a policy belongs to one cluster")]
    #[api(own)]
    pub(crate) cluster_id: String,
    /// Id of the policy, such as `r-1a2b3c4d5e6f7a8b9`.
    #[attr(keep)]
    pub(crate) id: Computed<String>,
    /// Name.
    #[attr(len = 1..)]
    pub(crate) name: String,
    /// What the policy is for.
    #[attr(default = "nodepool", check = checks::filled, known("nodepool"), replace = "a policy is for one kind of thing")]
    pub(crate) resource_type: String,
    /// Which kind of that: `ess` is node pools of ECS instances.
    #[attr(default = "ess", check = checks::filled, known("ess"), replace = "a policy is for one kind of thing")]
    pub(crate) resource_sub_type: String,
    /// Rules: which incidents are repaired, and how.
    #[attr(len = 1..)]
    pub(crate) rules: Vec<Rule>,
    /// Ids of the node pools that have the policy.
    pub(crate) resource_ids: Computed<Vec<String>>,
}

/// Incidents, and the repair for them.
#[derive(Clone, Debug, PartialEq, Model)]
#[api]
pub(crate) struct Rule {
    /// Incidents that the rule is about.
    #[attr(len = 1..)]
    pub(crate) incidents: Vec<Incident>,
    /// Steps of the repair, in order.
    pub(crate) repair_procedure: Option<Vec<Step>>,
}

/// An incident.
#[derive(Clone, Debug, PartialEq, Model)]
#[api]
pub(crate) struct Incident {
    /// Name, such as `Node.FaultNeedReboot.HOST`.
    pub(crate) name: String,
    /// Kind, such as `system`.
    pub(crate) r#type: Option<String>,
}

/// A step of a repair.
#[derive(Clone, Debug, PartialEq, Model)]
#[api]
pub(crate) struct Step {
    /// Name, such as `Drain`.
    pub(crate) name: String,
    /// Settings of the step as the text of a JSON object; write them with `jsonencode`.
    #[api(form = forms::JSON)]
    pub(crate) config: Option<Json>,
    /// Asks a person before the step, through labels of the node.
    #[api(switch = "enable")]
    pub(crate) intervention: Option<Intervention>,
}

/// How a person is asked.
#[derive(Clone, Debug, PartialEq, Model)]
#[api]
pub(crate) struct Intervention {
    /// Means of asking.
    #[attr(default = "label", check = checks::filled, known("label"))]
    pub(crate) r#type: String,
    /// Label by which the service asks.
    pub(crate) inquiring_label: Option<Label>,
    /// Label by which a person agrees.
    pub(crate) approved_label: Option<Label>,
}

/// A label of a node.
#[derive(Clone, Debug, PartialEq, Model)]
#[api]
pub(crate) struct Label {
    /// Key, such as `k8s.aliyun.com/incident`.
    pub(crate) key: String,
    /// Value, such as `approved`.
    pub(crate) value: Option<String>,
}

impl Bound for AutoRepairPolicy {
    type Service = Connection;

    const ARGUMENTS: &'static [(&'static str, &'static str)] = &[("cluster_id", "cluster_id"), ("policy_id", "id")];
    const CREATED: &'static str = "policy_id";
    const DELETE: &'static str = "DeleteAutoRepairPolicy";
    const LISTED: Option<Listed> = Some(Listed { operation: "ListAutoRepairPolicies", member: "items", by: "name" });
}
