//! The life of a node pool without a service, for the tests: planned, created, changed, and read again.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use tf_provider::conformance::apply_violations;
use tf_provider::lifecycle::{Driver, DynResource as _, PlanRequest, PlanResponse, Stored};
use tf_provider::private::Private;
use tf_provider::value::{Value, json as codec};
use tf_provider::{Model as _, Path, name_prefix};

use super::NodePool;
use super::body::{create, modify};
use super::plan::OWN_IMAGE;
use super::samples::{answer, merge, remote, whole};

/// A pool that is as a configuration says.
pub(super) struct Pool {
    model: NodePool,
    pub(super) state: Value,
    /// What the service answers.
    pub(super) answer: Json,
    private: Private,
}

/// A plan for it, and what it makes the service be sent.
pub(super) struct Change {
    model: NodePool,
    pub(super) planned: Value,
    /// The body of ModifyClusterNodePool.
    pub(super) body: Option<Json>,
}

impl Pool {
    /// A pool that was created so.
    pub(super) async fn created(changes: &Json) -> Self {
        let plan =
            plan(Stored { state: Value::Null, identity: Value::Null, private: Private::default() }, changes).await;
        let wanted = wanted(&legal(&plan, changes).planned.state, changes);
        let mut answer = answer();
        merge(&mut answer, &whole(&create(&wanted)));
        if let Some(region) = changes.get("region") {
            answer["nodepool_info"]["region_id"] = region.clone();
        }
        let mut private = Private::default();
        private.set(OWN_IMAGE, json!(wanted.image_id.get()));
        let (model, state) = read(wanted, &answer);
        Self { model, state, answer, private }
    }

    /// What a plan with another configuration says.
    pub(super) async fn plan(&self, changes: &Json) -> PlanResponse {
        let stored = Stored { state: self.state.clone(), identity: Value::Null, private: self.private.clone() };
        plan(stored, changes).await
    }

    /// A change in place to another configuration.
    pub(super) async fn change(&self, changes: &Json) -> Change {
        let plan = self.plan(changes).await;
        let replaced: Vec<String> = plan.replace.iter().map(Path::to_string).collect();
        assert_eq!(replaced, [""; 0], "{changes}");
        let planned = legal(&plan, changes).planned.state.clone();
        let model = wanted(&planned, changes);
        let body = modify(&model, &self.model, &remote(&self.answer).pool);
        Change { model, planned, body: body.as_ref().map(whole) }
    }
}

impl Change {
    /// Where the pool is not as it was planned, when the service answers so after the change.
    pub(super) fn violations(&self, answer: &Json) -> Vec<String> {
        let (_, state) = read(self.model.clone(), answer);
        let schema = Driver::<NodePool>::new();
        let violations = apply_violations(&schema.schema().attributes, &self.planned, &state);
        violations.iter().map(Path::to_string).collect()
    }
}

/// A configuration of what is required, with changes.
pub(super) fn config(changes: &Json) -> Value {
    let mut config = json!({
        "cluster_id": "c1", "name": "workers", "instance_types": ["ecs.g7.xlarge"], "vswitch_ids": ["vsw-a"]
    });
    merge(&mut config, changes);
    let ty = Driver::<NodePool>::new().schema().ty();
    codec::decode(config.to_string().as_bytes(), &ty, codec::Strictness::Lenient).unwrap()
}

async fn plan(prior: Stored, changes: &Json) -> PlanResponse {
    let config = config(changes);
    let driver = Driver::<NodePool>::new();
    let found = driver.validate(&config, true);
    assert!(!found.has_errors(), "{changes}: {found:?}");
    driver.plan(PlanRequest { prior, proposed: config.clone(), config }, None).await
}

fn legal<'p>(plan: &'p PlanResponse, changes: &Json) -> &'p PlanResponse {
    assert!(!plan.diagnostics.has_errors(), "{changes}: {:?}", plan.diagnostics);
    plan
}

/// The pool of a plan, with nothing for what is not known, and the password of the configuration.
fn wanted(planned: &Value, changes: &Json) -> NodePool {
    fn known(value: Value) -> Value {
        match value {
            Value::Unknown => Value::Null,
            Value::List(elements) => Value::List(elements.into_iter().map(known).collect()),
            Value::Object(members) => Value::Object(members.into_iter().map(|(k, v)| (k, known(v))).collect()),
            value => value,
        }
    }
    let Value::Object(mut members) = known(planned.clone()) else { panic!("no object is planned") };
    if let Some(password) = changes.get("password").and_then(Json::as_str) {
        members.insert("password".to_owned(), password.into());
    }
    let mut pool = NodePool::from_members(members, &Path::root()).unwrap();
    name_prefix::fill(&mut pool.name, pool.name_prefix.as_deref());
    pool
}

/// What the service takes and does not report.
const UNREPORTED: [&str; 2] = ["auto_upgrade_runtime", "auto_upgrade_os"];

/// The pool as it is read when the service has this.
fn read(mut pool: NodePool, answer: &Json) -> (NodePool, Value) {
    let mut answer = answer.clone();
    if let Some(policy) = answer["management"]["auto_upgrade_policy"].as_object_mut() {
        policy.retain(|name, _| !UNREPORTED.contains(&name.as_str()));
    }
    pool.absorb_remote(&remote(&answer));
    let mut members: BTreeMap<String, Value> = pool.to_members();
    members.insert("timeouts".to_owned(), Value::Null);
    (pool, Value::Object(members))
}
