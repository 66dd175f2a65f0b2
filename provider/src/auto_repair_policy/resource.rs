//! A policy of repairs. Its life is four plain calls, none of which starts a task. The vendor's description of the API says
//! that they are not open to every account yet.

use serde_json::Value as Answer;
use tf_provider::bound::{Bound, Listed};
use tf_provider::document::forms;
use tf_provider::{Computed, Json, Model, OptionalComputed, Resource};

use crate::bridge::Connection;
use crate::checks::{self, filled};
use crate::ids;

/// A policy that says what the service does about nodes that have an incident, such as a faulty GPU.
///
/// Node pools name the policy that holds for them.
#[derive(Clone, Debug, Resource)]
#[resource(identity(region?, cluster_id, id), timeouts(create = "2m", read = "2m", update = "2m", delete = "2m"))]
#[api(create = "CreateAutoRepairPolicy", modify = "ModifyAutoRepairPolicy", read = "DescribeAutoRepairPolicy")]
pub(crate) struct AutoRepairPolicy {
    /// Region, which is that of the cluster. Without it, the provider's region when the policy is created; a policy that
    /// exists stays where it is.
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
    #[attr(default = "nodepool", check = filled, known("nodepool"), replace = "a policy is for one kind of thing")]
    pub(crate) resource_type: String,
    /// Which kind of that: `ess` is node pools of ECS instances.
    #[attr(default = "ess", check = filled, known("ess"), replace = "a policy is for one kind of thing")]
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
    #[attr(len = 1..)]
    pub(crate) name: String,
    /// Kind, such as `system`.
    #[attr(check = filled)]
    pub(crate) r#type: Option<String>,
}

/// A step of a repair.
#[derive(Clone, Debug, PartialEq, Model)]
#[api]
pub(crate) struct Step {
    /// Name, such as `Drain`.
    #[attr(len = 1..)]
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
    #[attr(default = "label", check = filled, known("label"))]
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
    #[attr(len = 1..)]
    pub(crate) key: String,
    /// Value, such as `approved`.
    #[attr(check = filled)]
    pub(crate) value: Option<String>,
}

impl Bound for AutoRepairPolicy {
    type Service = Connection;

    const DELETE: &'static str = "DeleteAutoRepairPolicy";
    const LISTED: Option<Listed> = Some(Listed { operation: "ListAutoRepairPolicies", member: "items" });

    fn arguments(&self) -> Vec<(&'static str, String)> {
        let id = self.id.get().map(|id| ("policy_id", id.clone()));
        [("cluster_id", self.cluster_id.clone())].into_iter().chain(id).collect()
    }

    fn place(&self) -> Option<&str> {
        self.region.get().map(String::as_str)
    }

    fn created(&mut self, answer: &Answer) {
        // The answer to a creation names the id otherwise than a list does.
        let id = answer["policy_id"].as_str().or(answer["id"].as_str());
        self.id.set(id.map(str::to_owned));
    }

    fn absorbed(&mut self, _answer: &Answer, region: &str) {
        self.region.set(region.to_owned());
    }

    fn is(&self, listed: &Answer) -> bool {
        listed["name"] == self.name.as_str()
    }
}
