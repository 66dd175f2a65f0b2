//! A node pool from plan to apply, driven as Terraform drives it, against a service that answers as a test says.

use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};
use similar_asserts::assert_eq;
use tf_provider::lifecycle::{
    ApplyRequest, Driver, DynResource as _, ImportBy, Outcome, PlanRequest, PlanResponse, Stored,
};
use tf_provider::private::Private;
use tf_provider::value::{Value, json as codec};
use tf_provider::{Diagnostics, Maybe};

use super::NodePool;
use super::samples::{answer, merge};
use crate::Connection;
use crate::bridge::tests::service::{Answer, Question, Service};
use crate::run::Run;
use crate::tags::Tags;

/// Terraform, with a provider that has these default tags, and a service with one pool.
struct Scene {
    service: Service,
    connection: Connection,
}

impl Scene {
    async fn open(default_tags: &[(&str, &str)]) -> Self {
        let pool = Arc::new(Mutex::new(None));
        let service = Service::start(move |question| reply(question, &mut pool.lock().unwrap())).await;
        let connection = connection(&service, default_tags);
        Self { service, connection }
    }

    /// The same service, with other default tags.
    fn with_default_tags(self, default_tags: &[(&str, &str)]) -> Self {
        Self { connection: connection(&self.service, default_tags), ..self }
    }

    async fn plan(&self, prior: &Stored, changes: &Json) -> PlanResponse {
        let config = config(changes);
        let request = PlanRequest { prior: prior.clone(), proposed: config.clone(), config };
        Driver::<NodePool>::new().plan(request, Some(&self.connection)).await
    }

    /// Plans, applies, and reads again as the next plan does.
    async fn apply(&self, prior: &Stored, changes: &Json) -> Stored {
        let plan = self.plan(prior, changes).await;
        assert!(!plan.diagnostics.has_errors(), "{changes}: {:?}", plan.diagnostics);
        assert_eq!(plan.replace, []);
        let request = ApplyRequest { prior: prior.state.clone(), planned: plan.planned, config: config(changes) };
        let driver = Driver::<NodePool>::new();
        let applied = driver.apply(request, &self.connection, &Default::default()).await;
        let Outcome { stored, diagnostics } = applied;
        assert_eq!(told(&diagnostics), [""; 0], "{changes}");
        self.read(stored).await
    }

    async fn read(&self, stored: Stored) -> Stored {
        let read = Driver::<NodePool>::new().read(stored, &self.connection, &Default::default()).await;
        assert_eq!(told(&read.diagnostics), [""; 0]);
        read.stored
    }

    async fn assert_plan_empty(&self, stored: &Stored, changes: &Json) {
        let plan = self.plan(stored, changes).await;
        assert_eq!((plan.planned.state, told(&plan.diagnostics)), (stored.state.clone(), vec![]));
    }

    fn sent(&self) -> Vec<Json> {
        self.service.bodies("ModifyClusterNodePool")
    }
}

fn connection(service: &Service, default_tags: &[(&str, &str)]) -> Connection {
    let tags: Tags = default_tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Connection::new(Ok(service.client.clone()), Some("cn-hangzhou".to_owned()), Maybe::Known(tags))
}

/// Plays a service that never tells the role of a pool's nodes.
fn reply(question: &Question, pool: &mut Option<Json>) -> Answer {
    let reply = match question.operation.as_str() {
        "DescribeClusterDetail" => json!({"cluster_id": "c1", "region_id": "cn-hangzhou"}),
        "DescribeClusterNodePoolDetail" => pool.clone().unwrap(),
        "DescribeClusterNodePools" => json!({"nodepools": pool.as_slice()}),
        "CreateClusterNodePool" => {
            let mut created = answer();
            created["scaling_group"]["ram_role_name"] = json!("");
            merge(&mut created, &question.body);
            *pool = Some(created);
            json!({"nodepool_id": "np1", "task_id": "T-1"})
        }
        "ModifyClusterNodePool" => {
            merge(pool.as_mut().unwrap(), &question.body);
            json!({"nodepool_id": "np1", "task_id": "T-2"})
        }
        "DescribeTaskInfo" => json!({"state": "success"}),
        other => panic!("{other}"),
    };
    Answer::Json(200, reply)
}

/// A configuration of what is required, with changes.
fn config(changes: &Json) -> Value {
    let mut config = json!({
        "cluster_id": "c1", "name": "workers", "desired_size": 2, "instance_types": ["ecs.g7.xlarge"],
        "vswitch_ids": ["vsw-a"],
    });
    merge(&mut config, changes);
    let ty = Driver::<NodePool>::new().schema().ty();
    codec::decode(config.to_string().as_bytes(), &ty, codec::Strictness::Lenient).unwrap()
}

fn nothing() -> Stored {
    Stored { state: Value::Null, identity: Value::Null, private: Private::default() }
}

fn told(diagnostics: &Diagnostics) -> Vec<String> {
    diagnostics.iter().map(|diagnostic| diagnostic.summary.clone()).collect()
}

fn tags(pairs: &[(&str, &str)]) -> Json {
    pairs.iter().map(|(key, value)| json!({"key": key, "value": value})).collect()
}

#[tokio::test]
async fn default_tags_are_created_changed_and_taken_away_with_the_pool() {
    let scene = Scene::open(&[("by", "terraform"), ("stage", "dev")]).await;
    let own = json!({"tags": {"stage": "live"}});
    let plan = scene.plan(&nothing(), &own).await;
    let merged = Value::Map([("by".to_owned(), "terraform".into()), ("stage".to_owned(), "live".into())].into());
    assert_eq!(plan.planned.state.get("tags_all"), Some(&merged));
    let stored = scene.apply(&nothing(), &own).await;
    let sent = scene.service.bodies("CreateClusterNodePool");
    assert_eq!(sent[0]["scaling_group"]["tags"], tags(&[("by", "terraform"), ("stage", "live")]));
    assert_eq!(stored.state.get("tags"), config(&own).get("tags"));
    scene.assert_plan_empty(&stored, &own).await;

    let scene = scene.with_default_tags(&[("by", "tofu")]);
    let stored = scene.read(stored).await;
    let stored = scene.apply(&stored, &own).await;
    assert_eq!(scene.sent(), [json!({"scaling_group": {"tags": tags(&[("by", "tofu"), ("stage", "live")])}})]);
    scene.assert_plan_empty(&stored, &own).await;

    let scene = scene.with_default_tags(&[]);
    let stored = scene.read(stored).await;
    let stored = scene.apply(&stored, &json!({})).await;
    assert_eq!(scene.sent()[1], json!({"scaling_group": {"tags": []}}));
    scene.assert_plan_empty(&stored, &json!({})).await;
}

#[tokio::test]
async fn an_imported_pool_has_the_default_tags_and_those_of_the_user() {
    let scene = Scene::open(&[("by", "terraform"), ("stage", "dev")]).await;
    let own = json!({"tags": {"stage": "live", "team": "web"}});
    let created = scene.apply(&nothing(), &own).await;
    let id = tf_provider::lifecycle::ImportBy::Id("c1:np1".to_owned());
    let imported = scene.read(Driver::<NodePool>::new().import(id).unwrap()).await;
    for name in ["tags", "tags_all"] {
        assert_eq!(imported.state.get(name), created.state.get(name), "{name}");
    }
    scene.assert_plan_empty(&imported, &own).await;
}

/// A state from before the default tags were recorded: no difference but that, and no call of its own.
#[tokio::test]
async fn tags_that_were_never_recorded_together_are_no_difference() {
    let scene = Scene::open(&[]).await;
    let own = json!({"tags": {"stage": "live"}});
    let mut stored = scene.apply(&nothing(), &own).await;
    if let Value::Object(members) = &mut stored.state {
        members.insert("tags_all".to_owned(), Value::Null);
    }
    let stored = scene.apply(&stored, &own).await;
    assert_eq!(scene.sent(), [] as [Json; 0]);
    scene.assert_plan_empty(&stored, &own).await;
}

#[tokio::test]
async fn tags_are_judged_together_with_the_default_ones() {
    let scene = Scene::open(&[("acs:by", "terraform")]).await;
    let plan = scene.plan(&nothing(), &json!({"tags": {"stage": "live"}})).await;
    assert_eq!(told(&plan.diagnostics), ["Invalid `tags` in combination with the provider's `default_tags`"]);
    // R46: either of the two is changed.
    let scene = scene.with_default_tags(&[("by", "terraform")]);
    assert_eq!(told(&scene.plan(&nothing(), &json!({"tags": {"stage": "live"}})).await.diagnostics), [""; 0]);
    let many: serde_json::Map<String, Json> = (0..20).map(|i| (format!("k{i}"), json!("v"))).collect();
    let plan = scene.plan(&nothing(), &json!({"tags": many})).await;
    assert_eq!(told(&plan.diagnostics), ["Invalid `tags` in combination with the provider's `default_tags`"]);
    let fewer: serde_json::Map<String, Json> = many.into_iter().take(19).collect();
    assert_eq!(told(&scene.plan(&nothing(), &json!({"tags": fewer})).await.diagnostics), [""; 0]);
}

/// R10: a role that is written for a pool that exists makes no new pool and no failure: it is written down.
#[tokio::test]
async fn a_role_that_comes_too_late_is_written_down_and_changes_nothing() {
    let scene = Scene::open(&[]).await;
    let stored = scene.apply(&nothing(), &json!({})).await;
    assert_eq!(stored.state.get("ram_role_name"), Some(&Value::Null));
    let late = json!({"ram_role_name": "nodes"});
    let plan = scene.plan(&stored, &late).await;
    assert_eq!(told(&plan.diagnostics), ["`ram_role_name` has no effect on an existing node pool"]);
    let stored = scene.apply(&stored, &late).await;
    assert_eq!(scene.sent(), [] as [Json; 0]);
    assert_eq!(stored.state.get("ram_role_name"), Some(&Value::from("nodes")));
    scene.assert_plan_empty(&stored, &late).await;
}

/// The service goes on with an image that it was given: whoever takes it back is told, and nobody else.
#[tokio::test]
async fn an_image_of_the_users_is_remembered_until_another_takes_its_place() {
    let scene = Scene::open(&[]).await;
    let own = json!({"image_id": "m-1"});
    let created = scene.apply(&nothing(), &own).await;
    scene.assert_plan_empty(&created, &own).await;
    for without in [json!({}), json!({"image_type": "ContainerOS"})] {
        let plan = scene.plan(&created, &without).await;
        assert_eq!(told(&plan.diagnostics), ["`image_id` cannot be removed"], "{without}");
    }
    // A new pool may have the image that the service chooses.
    let plan = scene.plan(&created, &json!({"login_as_non_root": true})).await;
    assert_eq!((plan.replace.len(), told(&plan.diagnostics)), (1, vec![]));

    let changed = scene.apply(&created, &json!({"image_id": "m-2"})).await;
    assert_eq!(scene.sent(), [json!({"scaling_group": {"image_id": "m-2"}})]);
    let plan = scene.plan(&changed, &json!({})).await;
    assert_eq!(told(&plan.diagnostics), ["`image_id` cannot be removed"]);
    // Of an imported pool nobody knows whose choice the image was.
    let imported = Stored { private: Private::default(), ..changed };
    scene.assert_plan_empty(&imported, &json!({})).await;
}

/// R46: a name that is taken can be taken over by the import that the error spells out.
#[tokio::test]
async fn a_pool_that_is_in_the_way_is_imported_as_the_error_says() {
    let scene = Scene::open(&[]).await;
    let first = scene.apply(&nothing(), &json!({})).await;
    let planned = scene.plan(&nothing(), &json!({})).await.planned;
    let request = ApplyRequest { prior: Value::Null, planned, config: config(&json!({})) };
    let refused = Driver::<NodePool>::new().apply(request, &scene.connection, &Default::default()).await;
    assert!(refused.stored.state.is_null());
    let told = refused.diagnostics.iter().next().map(|told| told.detail.clone()).unwrap_or_default();
    let (_, command) = told.split_once("`terraform import <address> ").expect("a command");
    let id = command.split('`').next().unwrap_or_default().to_owned();
    let imported = Driver::<NodePool>::new().import(ImportBy::Id(id)).expect("an id as it is taken");
    let found = scene.read(imported).await;
    assert_eq!(found.state.get("id"), first.state.get("id"));
    scene.assert_plan_empty(&found, &json!({})).await;
}

/// What is to stay is forgotten without a call.
#[tokio::test]
async fn a_destroy_that_is_skipped_writes_nothing_and_warns() {
    let scene = Scene::open(&[]).await;
    let stored = scene.apply(&nothing(), &json!({"skip_destroy": true})).await;
    let before = scene.service.operations().len();
    let planned = Stored { state: Value::Null, ..stored.clone() };
    let request = ApplyRequest { prior: stored.state, planned, config: Value::Null };
    let outcome = Driver::<NodePool>::new().apply(request, &scene.connection, &Default::default()).await;
    assert_eq!(told(&outcome.diagnostics), ["The node pool \"workers\" stays"]);
    assert!(outcome.stored.state.is_null() && !outcome.diagnostics.has_errors());
    assert_eq!(scene.service.operations().len(), before, "a call was made");
}

/// The kept pool would have the name of the one in its place. R46: either way out that the error names is open.
#[tokio::test]
async fn a_kept_pool_is_replaced_only_under_another_name() {
    let scene = Scene::open(&[]).await;
    let kept = json!({"skip_destroy": true});
    let stored = scene.apply(&nothing(), &kept).await;
    let replacing = |changes: Json| {
        let mut all = json!({"skip_destroy": true, "login_as_non_root": true});
        merge(&mut all, &changes);
        all
    };
    for changes in [json!({}), json!({"skip_destroy": false})] {
        let plan = scene.plan(&stored, &replacing(changes)).await;
        assert_eq!(
            told(&plan.diagnostics),
            ["The node pool that is to be replaced would stay, with the name of the new one"]
        );
    }
    let renamed = scene.plan(&stored, &replacing(json!({"name": "others"}))).await;
    assert!(!renamed.diagnostics.has_errors() && !renamed.replace.is_empty(), "{:?}", renamed.diagnostics);
    let stored = scene.apply(&stored, &json!({"skip_destroy": false})).await;
    let plan = scene.plan(&stored, &replacing(json!({"skip_destroy": false}))).await;
    assert!(!plan.diagnostics.has_errors() && !plan.replace.is_empty(), "{:?}", plan.diagnostics);
}

/// R48: the service would make the pool, and the next read would not find it.
#[tokio::test]
async fn a_pool_in_another_region_than_its_cluster_is_refused_by_the_plan() {
    let scene = Scene::open(&[]).await;
    let plan = scene.plan(&nothing(), &json!({"region": "cn-beijing"})).await;
    assert_eq!(told(&plan.diagnostics), ["Cluster c1 is in region cn-hangzhou, not in cn-beijing"]);
    assert!(plan.diagnostics.iter().all(|d| d.detail.ends_with("Set `region = \"cn-hangzhou\"`.")));
    let plan = scene.plan(&nothing(), &json!({"region": "cn-hangzhou"})).await;
    assert_eq!(told(&plan.diagnostics), [""; 0]);
    let details = scene.service.operations().iter().filter(|operation| *operation == "DescribeClusterDetail").count();
    assert_eq!(details, 1, "a cluster never moves");
}

/// R46: with the right ID, or the right region, there is a cluster.
#[tokio::test]
async fn a_cluster_that_is_not_there_is_found_where_the_warning_says_to_look() {
    let service = Service::start(|question| match question.operation.as_str() {
        "DescribeClusterDetail" if question.path.contains("/c1") => {
            Answer::Json(200, json!({"cluster_id": "c1", "region_id": "cn-hangzhou"}))
        }
        "DescribeClusterDetail" => Answer::Json(404, json!({"code": "ErrorClusterNotFound", "message": "none"})),
        "DescribeClusterNodePools" if question.path.contains("/c1") => Answer::Json(200, json!({"nodepools": []})),
        "DescribeClusterNodePools" => Answer::Json(404, json!({"code": "ErrorClusterNotFound", "message": "none"})),
        other => panic!("{other}"),
    })
    .await;
    let scene = Scene { connection: connection(&service, &[]), service };
    let wrong = scene.plan(&nothing(), &json!({"cluster_id": "c404"})).await;
    assert_eq!(told(&wrong.diagnostics), ["There is no cluster c404"]);
    assert!(wrong.diagnostics.iter().all(|d| d.detail.contains("Check the ID, the `region`, and which account")));
    assert_eq!(told(&scene.plan(&nothing(), &json!({})).await.diagnostics), [""; 0]);
}

/// R48.
#[tokio::test]
async fn an_import_by_another_region_says_where_the_pool_is() {
    let scene = Scene::open(&[]).await;
    let _ = scene.apply(&nothing(), &json!({})).await;
    let driver = Driver::<NodePool>::new();
    let id = tf_provider::lifecycle::ImportBy::Id("cn-beijing:c1:np1".to_owned());
    let read = driver.read(driver.import(id).unwrap(), &scene.connection, &Default::default()).await;
    assert_eq!(told(&read.diagnostics), ["The node pool c1:np1 is in region cn-hangzhou, not in cn-beijing"]);
    assert!(read.diagnostics.iter().all(|d| d.detail.contains("`cn-hangzhou:c1:np1` as the import ID")));
}

/// R49: a name that is taken is told by the plan, but never to the replacement of the pool that has it.
#[tokio::test]
async fn a_name_that_another_pool_has_is_refused_by_the_plan() {
    let scene = Scene::open(&[]).await;
    let stored = scene.apply(&nothing(), &json!({})).await;
    let plan = scene.plan(&nothing(), &json!({})).await;
    assert_eq!(told(&plan.diagnostics), ["The cluster already has a node pool named \"workers\": np1"]);
    assert!(plan.diagnostics.iter().all(|d| d.detail.contains("`terraform import <address> cn-hangzhou:c1:np1`")));
    let other = scene.plan(&nothing(), &json!({"name": "others"})).await;
    assert_eq!(told(&other.diagnostics), [""; 0]);
    // Terraform has it in its state: it may be tainted, or about to be replaced.
    Driver::<NodePool>::new().notice(&stored.state, &scene.connection);
    let plan = scene.plan(&nothing(), &json!({})).await;
    assert_eq!(told(&plan.diagnostics), [""; 0]);
}

/// R49.
#[tokio::test]
async fn two_new_pools_of_one_name_are_refused_by_the_plan() {
    let mut scene = Scene::open(&[]).await;
    scene.connection = scene.connection.in_run(Run::of("1.11.4"));
    let first = scene.plan(&nothing(), &json!({})).await;
    assert_eq!(told(&first.diagnostics), [""; 0]);
    let second = scene.plan(&nothing(), &json!({})).await;
    assert_eq!(told(&second.diagnostics), ["Two new node pools of cluster c1 are named \"workers\""]);
    for name in [json!({"name": "others"}), json!({"name": null, "name_prefix": "workers"})] {
        assert_eq!(told(&scene.plan(&nothing(), &name).await.diagnostics), [""; 0], "{name}");
    }
}

#[tokio::test]
async fn a_name_is_made_from_its_prefix_and_stays() {
    let scene = Scene::open(&[]).await;
    let prefixed = |prefix: &str| json!({"name": null, "name_prefix": prefix});
    let plan = scene.plan(&nothing(), &prefixed("web-")).await;
    assert_eq!(plan.planned.state.get("name"), Some(&Value::Unknown));
    assert_eq!(plan.refinements["name"].prefix.as_deref(), Some("web-"));
    assert_eq!(plan.refinements["id"].prefix, None);
    let stored = scene.apply(&nothing(), &prefixed("web-")).await;
    let name = stored.state.get("name").and_then(Value::as_str).unwrap();
    assert!(tf_provider::name_prefix::is_made_from(name, "web-"), "{name}");
    scene.assert_plan_empty(&stored, &prefixed("web-")).await;
    // Another prefix is another name, in place.
    let renamed = scene.apply(&stored, &prefixed("api-")).await;
    let name = renamed.state.get("name").and_then(Value::as_str).unwrap();
    assert!(tf_provider::name_prefix::is_made_from(name, "api-"), "{name}");
    assert_eq!(scene.sent(), [json!({"nodepool_info": {"name": name}})]);
}
