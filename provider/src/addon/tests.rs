//! An add-on from plan to destroy, driven as Terraform drives it, against a service that answers as a test says.

use std::sync::Mutex;

use serde_json::{Value as Document, json};
use similar_asserts::assert_eq;
use tf_provider::lifecycle::{ApplyRequest, Driver, DynResource as _, ImportBy, Outcome, PlanRequest, Stored};
use tf_provider::private::Private;
use tf_provider::value::{Value, json as codec};
use tf_provider::{Diagnostic, Maybe, Severity};

use super::Addon;
use crate::Connection;
use crate::bridge::tests::service::{Answer, Question, REQUEST_ID, Service};
use crate::run::Run;

fn driver() -> Driver<Addon> {
    Driver::new()
}

/// An object with these attributes, and null for the others.
fn object(attributes: Document) -> Value {
    codec::decode(attributes.to_string().as_bytes(), &driver().schema().ty(), codec::Strictness::Lenient).unwrap()
}

fn config(changes: &Document) -> Value {
    let mut attributes = json!({"cluster_id": "c1", "name": "loongcollector"});
    attributes.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    object(attributes)
}

/// The state of an installed one, with changes.
fn stored(changes: &Document) -> Stored {
    let mut attributes = json!({
        "region": "cn-hangzhou", "cluster_id": "c1", "name": "loongcollector", "version": "v1", "state": "active"
    });
    attributes.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    Stored { state: object(attributes), identity: Value::Null, private: Private::default() }
}

/// What is left to do to come from the state to a configuration: the plan and the apply of it.
async fn change(service: &Service, prior: Stored, to: &Document) -> Outcome {
    let (config, connection) = (config(to), service.connection());
    // Terraform proposes what is stored where the configuration says nothing.
    let proposed = config.clone();
    let request = PlanRequest { prior: prior.clone(), config: config.clone(), proposed };
    let plan = driver().plan(request, Some(&connection)).await;
    assert_eq!(errors(plan.diagnostics.iter()), [""; 0]);
    let request = ApplyRequest { prior: prior.state, planned: plan.planned, config };
    driver().apply(request, &connection, &Default::default()).await
}

async fn destroy(service: &Service, prior: Stored) -> Outcome {
    let planned = Stored { state: Value::Null, ..prior.clone() };
    let request = ApplyRequest { prior: prior.state, planned, config: Value::Null };
    driver().apply(request, &service.connection(), &Default::default()).await
}

fn errors<'d>(diagnostics: impl Iterator<Item = &'d Diagnostic>) -> Vec<String> {
    let errors = diagnostics.filter(|diagnostic| diagnostic.severity == Severity::Error);
    errors.map(|error| format!("{}\n\n{}", error.summary, error.detail)).collect()
}

/// Plays a cluster with one add-on that the cluster does not require: its settings are what was written last, and the
/// task of a change of settings is `T-own`.
struct Cluster {
    settings: Mutex<String>,
    /// How the task of a change of settings ends.
    outcome: Document,
}

impl Cluster {
    fn new(settings: &str, outcome: Document) -> Self {
        Self { settings: Mutex::new(settings.to_owned()), outcome }
    }

    fn answer(&self, question: &Question) -> Answer {
        let instance = json!({"name": "loongcollector", "version": "v1", "state": "active"});
        Answer::Json(
            200,
            match question.operation.as_str() {
                "DescribeClusterDetail" => json!({"cluster_id": "c1", "region_id": "cn-hangzhou"}),
                "ListClusterAddonInstances" => json!({"addons": [instance]}),
                "GetClusterAddonInstance" => {
                    let mut whole = instance;
                    whole["config"] = json!(*self.settings.lock().unwrap());
                    whole
                }
                "ModifyClusterAddon" => {
                    if self.outcome["state"] == "success" {
                        *self.settings.lock().unwrap() = question.body["config"].as_str().unwrap().to_owned();
                    }
                    Document::Null
                }
                "DescribeClusterTasks" => match question.before {
                    0 => tasks(&["T-old"]),
                    _ => tasks(&["T-own", "T-old"]),
                },
                "DescribeTaskInfo" if question.path == "/tasks/T-own" => self.outcome.clone(),
                "DescribeAddon" => json!({"name": "loongcollector", "supported_actions": ["Upgrade", "Uninstall"]}),
                "UnInstallClusterAddons" => json!({"task_id": "T-uninstall"}),
                other => panic!("{other} {}", question.path),
            },
        )
    }
}

fn tasks(ids: &[&str]) -> Document {
    let task = |id: &&str| json!({"task_id": id, "task_type": "cluster_addon_modify", "state": "running"});
    json!({"tasks": ids.iter().map(task).collect::<Vec<_>>()})
}

fn success() -> Document {
    json!({"state": "success"})
}

fn refused(status: u16, code: &str) -> Answer {
    Answer::Json(status, json!({"code": code, "message": "not now"}))
}

/// R24.
#[tokio::test]
async fn a_failed_change_of_settings_names_its_task_and_its_request() {
    let failed = json!({"state": "fail", "current_stage": "ModifyAddon", "error": {"code": "400", "message": "no"}});
    let cluster = Cluster::new(r#"{"a":"1"}"#, failed);
    let service = Service::start(move |question| cluster.answer(question)).await;
    let outcome =
        change(&service, stored(&json!({"config": r#"{"a":"1"}"#})), &json!({"config": r#"{"a":"2"}"#})).await;
    assert_eq!(
        errors(outcome.diagnostics.iter()),
        [format!(
            "Updating the add-on failed\n\n\
             400: no.\n\n\
             The task ended as \"fail\" at stage ModifyAddon. Task: T-own. Request id: {REQUEST_ID}. Remove the cause, \
             and run Terraform again."
        )]
    );
    assert_eq!(outcome.stored.state.get("config"), Some(&Value::from(r#"{"a":"1"}"#)));
}

/// Another add-on's change went on while this one was refused as too early: its task, which failed, is not taken for
/// the own one.
#[tokio::test]
async fn the_task_of_a_change_that_had_to_wait_is_its_own() {
    let cluster = Cluster::new(r#"{"a":"1"}"#, success());
    let service = Service::start(move |question| match (question.operation.as_str(), question.before) {
        ("ModifyClusterAddon", 0) => refused(400, "ErrorClusterState"),
        ("DescribeClusterTasks", 0) => Answer::Json(200, tasks(&[])),
        ("DescribeClusterTasks", 1) => Answer::Json(200, tasks(&["T-others"])),
        ("DescribeClusterTasks", _) => Answer::Json(200, tasks(&["T-own", "T-others"])),
        _ => cluster.answer(question),
    })
    .await;
    let outcome =
        change(&service, stored(&json!({"config": r#"{"a":"1"}"#})), &json!({"config": r#"{"a":"2"}"#})).await;
    assert_eq!(errors(outcome.diagnostics.iter()), [""; 0]);
    assert_eq!(service.bodies("ModifyClusterAddon").len(), 2);
}

/// R26: the call replaces all settings, so those of others go along, although an add-on without `config` is read
/// without settings.
#[tokio::test]
async fn the_first_settings_of_the_user_leave_those_of_others_alone() {
    let cluster = Cluster::new(r#"{"a":"1","added":[{"by":"the service"}]}"#, success());
    let service = Service::start(move |question| cluster.answer(question)).await;
    let outcome = change(&service, stored(&json!({})), &json!({"config": r#"{"a":"2"}"#})).await;
    assert_eq!(errors(outcome.diagnostics.iter()), [""; 0]);
    let sent = service.bodies("ModifyClusterAddon");
    assert_eq!(sent, [json!({"config": r#"{"a":"2","added":[{"by":"the service"}]}"#})]);
    assert_eq!(outcome.stored.state.get("config"), Some(&Value::from(r#"{"a":"2"}"#)));
}

#[tokio::test]
async fn settings_that_cannot_be_read_are_not_overwritten() {
    let cluster = Cluster::new("mode: yaml", success());
    let service = Service::start(move |question| cluster.answer(question)).await;
    let outcome = change(&service, stored(&json!({})), &json!({"config": r#"{"a":"2"}"#})).await;
    let errors = errors(outcome.diagnostics.iter());
    assert!(errors.len() == 1 && errors[0].contains("are not a JSON object"), "{errors:?}");
    assert_eq!(service.bodies("ModifyClusterAddon").len(), 0);

    // R46: without `config` the rest can be changed.
    let outcome = change(&service, outcome.stored, &json!({"skip_destroy": true})).await;
    assert_eq!(self::errors(outcome.diagnostics.iter()), [""; 0]);
    assert_eq!(outcome.stored.state.get("skip_destroy"), Some(&Value::from(true)));
}

/// One call shows all that are not managed by their settings; the others, and those that are imported, are read one by
/// one, because the list has no settings.
#[tokio::test]
async fn an_add_on_without_settings_is_read_out_of_the_list() {
    let cluster = Cluster::new(r#"{"a":"9","added":1}"#, success());
    let service = Service::start(move |question| cluster.answer(question)).await;
    let connection = service.connection();
    let read = async |stored: Stored| {
        let outcome = driver().read(stored, &connection, &Default::default()).await;
        assert_eq!(errors(outcome.diagnostics.iter()), [""; 0]);
        outcome.stored.state.get("config").cloned()
    };
    for _ in 0..3 {
        assert_eq!(read(stored(&json!({}))).await, Some(Value::Null));
    }
    assert_eq!(service.operations(), ["ListClusterAddonInstances"]);
    assert_eq!(read(stored(&json!({"config": r#"{"a":"1"}"#}))).await, Some(Value::from(r#"{"a":"9"}"#)));
    assert_eq!(read(stored(&json!({"version": null}))).await, Some(Value::from(r#"{"a":"9","added":1}"#)));
    // An import asks the cluster, too, where it is.
    let reads = ["GetClusterAddonInstance", "DescribeClusterDetail", "GetClusterAddonInstance", "DescribeAddon"];
    assert_eq!(service.operations()[1..], reads);
}

/// R26: an upgrade by somebody else is no difference as long as no version is set.
#[tokio::test]
async fn a_version_that_is_not_pinned_never_differs() {
    let cluster = Cluster::new("{}", success());
    let service = Service::start(move |question| cluster.answer(question)).await;
    let prior = stored(&json!({"version": "v0.9"}));
    let refreshed = driver().read(prior, &service.connection(), &Default::default()).await.stored;
    assert_eq!(refreshed.state.get("current_version"), Some(&Value::from("v1")));
    let (config, proposed) = (config(&json!({})), refreshed.state.clone());
    let request = PlanRequest { prior: refreshed.clone(), config, proposed };
    let plan = driver().plan(request, Some(&service.connection())).await;
    assert_eq!(plan.planned.state, refreshed.state);
}

/// R05: what was set is unset without a call, and no longer sent.
#[tokio::test]
async fn the_clean_up_that_was_unset_is_not_sent() {
    let cluster = Cluster::new("{}", success());
    let service = Service::start(move |question| match question.operation.as_str() {
        "ListClusterAddonInstances" if question.before > 0 => Answer::Json(200, json!({"addons": []})),
        "GetClusterAddonInstance" => refused(404, "AddonNotFound"),
        "DescribeTaskInfo" => Answer::Json(200, success()),
        _ => cluster.answer(question),
    })
    .await;
    let outcome = change(&service, stored(&json!({"cleanup_cloud_resources": true})), &json!({})).await;
    assert_eq!(errors(outcome.diagnostics.iter()), [""; 0]);
    assert_eq!(outcome.stored.state.get("cleanup_cloud_resources"), Some(&Value::Null));
    assert_eq!(service.operations(), ["ListClusterAddonInstances"], "an unset answer is nobody's business yet");

    let outcome = destroy(&service, outcome.stored).await;
    assert_eq!(errors(outcome.diagnostics.iter()), [""; 0]);
    assert_eq!(outcome.stored.state, Value::Null);
    assert_eq!(service.bodies("UnInstallClusterAddons"), [json!([{"name": "loongcollector"}])]);
}

/// R26.
#[tokio::test]
async fn a_destroy_of_what_the_cluster_requires_writes_nothing_and_warns_once() {
    let service = Service::start(|question| match question.operation.as_str() {
        "DescribeAddon" => Answer::Json(200, json!({"name": "loongcollector", "supported_actions": ["Upgrade"]})),
        other => panic!("{other}"),
    })
    .await;
    let outcome = destroy(&service, stored(&json!({}))).await;
    assert_eq!(outcome.stored.state, Value::Null);
    let told: Vec<_> = outcome.diagnostics.iter().map(|told| (told.severity, told.summary.as_str())).collect();
    assert_eq!(told, [(Severity::Warning, "The add-on `loongcollector` stays installed")]);
    assert_eq!(service.operations(), ["DescribeAddon"]);
}

/// R26: what has the wanted settings is adopted without a write, and the user is told.
#[tokio::test]
async fn an_installed_add_on_is_adopted_and_only_told() {
    let cluster = Cluster::new(r#"{"a":"1","added":true}"#, success());
    let service = Service::start(move |question| cluster.answer(question)).await;
    let nothing = Stored { state: Value::Null, identity: Value::Null, private: Private::default() };
    let outcome = change(&service, nothing, &json!({"config": r#"{"a":"1"}"#})).await;
    assert_eq!(errors(outcome.diagnostics.iter()), [""; 0]);
    let told: Vec<_> = outcome.diagnostics.iter().map(|told| (told.severity, told.summary.as_str())).collect();
    assert_eq!(told, [(Severity::Warning, "The add-on `loongcollector` is already installed; adopted")]);
    assert_eq!(outcome.stored.state.get("config"), Some(&Value::from(r#"{"a":"1"}"#)));
    assert_eq!(outcome.stored.state.get("version"), Some(&Value::from("v1")));
    let reads = ["DescribeClusterDetail", "GetClusterAddonInstance"];
    assert!(service.operations().iter().all(|operation| reads.contains(&operation.as_str())), "no write");
}

/// R48, R49: an add-on is installed in the region of its cluster, and once.
#[tokio::test]
async fn an_add_on_that_has_no_place_is_refused_by_the_plan() {
    let cluster = Cluster::new("{}", success());
    let service = Service::start(move |question| cluster.answer(question)).await;
    let connection = service.connection().in_run(Run::of("1.11.4"));
    let plan = async |changes: Document| {
        let prior = Stored { state: Value::Null, identity: Value::Null, private: Private::default() };
        let config = config(&changes);
        let plan = driver().plan(PlanRequest { prior, proposed: config.clone(), config }, Some(&connection)).await;
        let errors = plan.diagnostics.iter().filter(|d| d.severity == Severity::Error);
        errors.map(|error| error.summary.clone()).collect::<Vec<_>>()
    };
    let elsewhere = plan(json!({"region": "cn-beijing", "name": "coredns"})).await;
    assert_eq!(elsewhere, ["Cluster c1 is in region cn-hangzhou, not in cn-beijing"]);
    assert_eq!(plan(json!({})).await, [""; 0]);
    assert_eq!(plan(json!({})).await, ["The add-on `loongcollector` of cluster c1 is configured twice"]);
    // R46: in the next run one of them is removed.
    let connection = service.connection().in_run(Run::of("1.11.4"));
    let config = config(&json!({}));
    let prior = Stored { state: Value::Null, identity: Value::Null, private: Private::default() };
    let plan = driver().plan(PlanRequest { prior, proposed: config.clone(), config }, Some(&connection)).await;
    assert!(!plan.diagnostics.has_errors());
}

/// R48: an add-on does not tell where it is, but its cluster does.
#[tokio::test]
async fn an_import_finds_the_region_of_the_cluster() {
    let cluster = Cluster::new("{}", success());
    let service = Service::start(move |question| cluster.answer(question)).await;
    let beijing = Connection::new(Ok(service.client.clone()), Some("cn-beijing".to_owned()), Maybe::Null);
    let read = async |id: &str| {
        let imported = driver().import(ImportBy::Id(id.to_owned())).unwrap();
        driver().read(imported, &beijing, &Default::default()).await
    };
    let found = read("c1:loongcollector").await;
    assert_eq!(errors(found.diagnostics.iter()), [""; 0]);
    assert_eq!(found.stored.state.get("region"), Some(&Value::from("cn-hangzhou")));
    let wrong = read("cn-beijing:c1:loongcollector").await;
    let told: Vec<_> = wrong.diagnostics.iter().map(|d| d.summary.as_str()).collect();
    assert_eq!(told, ["The add-on c1:loongcollector is in region cn-hangzhou, not in cn-beijing"]);
}

/// Without a way back nothing is refused for what others did; what they set is taken back or left alone, as it is asked
/// for.
#[tokio::test]
async fn what_others_set_later_is_taken_back_or_preserved() {
    let wanted = r#"{"a":"2","b":"1"}"#;
    for (policy, sent) in [
        (Document::Null, r#"{"a":"2","b":"1","c":"theirs"}"#),
        (json!("overwrite"), r#"{"a":"2","b":"1","c":"theirs"}"#),
        (json!("preserve"), r#"{"a":"2","b":"theirs","c":"theirs"}"#),
    ] {
        let cluster = Cluster::new(r#"{"a":"1","b":"theirs","c":"theirs"}"#, success());
        let service = Service::start(move |question| cluster.answer(question)).await;
        let with = |config: &str| json!({"config": config, "resolve_conflicts_on_update": policy});
        let prior = stored(&with(r#"{"a":"1","b":"1"}"#));
        let refreshed = driver().read(prior, &service.connection(), &Default::default()).await.stored;
        let same = if policy == "preserve" { "1" } else { "theirs" };
        let expected = format!(r#"{{"a":"1","b":"{same}"}}"#);
        assert_eq!(refreshed.state.get("config"), Some(&Value::from(expected.as_str())), "{policy}");

        let outcome = change(&service, refreshed, &with(wanted)).await;
        assert_eq!(errors(outcome.diagnostics.iter()), [""; 0], "{policy}");
        assert_eq!(service.bodies("ModifyClusterAddon"), [json!({"config": sent})], "{policy}");
        assert_eq!(outcome.stored.state.get("config"), Some(&Value::from(wanted)), "{policy}");
    }
}

/// A key that is taken out of `config` goes back to its default, unless others have changed it and that is preserved.
#[tokio::test]
async fn what_is_preserved_is_not_reset_either() {
    let cluster = Cluster::new(r#"{"a":"1","b":"theirs"}"#, success());
    let service = Service::start(move |question| cluster.answer(question)).await;
    let with = |config: &str| json!({"config": config, "resolve_conflicts_on_update": "preserve"});
    let outcome = change(&service, stored(&with(r#"{"a":"1","b":"1"}"#)), &with("{}")).await;
    assert_eq!(errors(outcome.diagnostics.iter()), [""; 0]);
    assert_eq!(service.bodies("ModifyClusterAddon"), [json!({"config": r#"{"b":"theirs"}"#})]);
}

/// R04, also where drift does not show.
#[tokio::test]
async fn preserved_settings_that_the_service_ignores_are_told() {
    let cluster = Cluster::new(r#"{"a":"1"}"#, success());
    let service = Service::start(move |question| match question.operation.as_str() {
        "ModifyClusterAddon" => Answer::Json(200, Document::Null),
        _ => cluster.answer(question),
    })
    .await;
    let with = |config: &str| json!({"config": config, "resolve_conflicts_on_update": "preserve"});
    let outcome = change(&service, stored(&with(r#"{"a":"1"}"#)), &with(r#"{"a":"2"}"#)).await;
    let errors = errors(outcome.diagnostics.iter());
    assert!(errors.len() == 1 && errors[0].starts_with("The service did not apply `config`"), "{errors:?}");

    // R46: applied again that changes nothing, and `config` follows.
    let outcome = change(&service, outcome.stored, &with(r#"{"a":"2"}"#)).await;
    assert_eq!(outcome.diagnostics.iter().filter(|d| d.severity == Severity::Error).count(), 1);
    let outcome = change(&service, outcome.stored, &with(r#"{"a":"1"}"#)).await;
    assert_eq!(self::errors(outcome.diagnostics.iter()), [""; 0]);
}

/// What is installed with other settings is adopted only if they may be overwritten: the plan says so, and so does an
/// apply whose plan could not look. Settings that are missing, or at their default, are in nobody's way.
#[tokio::test]
async fn an_add_on_with_settings_of_others_is_adopted_only_if_they_may_be_overwritten() {
    let nothing = || Stored { state: Value::Null, identity: Value::Null, private: Private::default() };
    for (policy, found, adopted) in [
        (json!("none"), r#"{"a":"theirs","b":"1"}"#, false),
        (json!("none"), r#"{"a":"","other":"theirs"}"#, true),
        (json!("overwrite"), r#"{"a":"theirs"}"#, true),
        (Document::Null, r#"{"a":"theirs"}"#, true),
    ] {
        let cluster = Cluster::new(found, success());
        let service = Service::start(move |question| match question.operation.as_str() {
            "DescribeAddon" => {
                let schema = json!({"properties": {"a": {"default": ""}}});
                Answer::Json(
                    200,
                    json!({"name": "loongcollector", "version": "v1", "config_schema": schema.to_string()}),
                )
            }
            _ => cluster.answer(question),
        })
        .await;
        let connection = service.connection();
        let attributes = json!({"config": r#"{"a":"1","b":"1"}"#, "resolve_conflicts_on_create": policy});
        let config = config(&attributes);
        let request = PlanRequest { prior: nothing(), proposed: config.clone(), config: config.clone() };
        let blind = driver()
            .plan(PlanRequest { prior: nothing(), proposed: config.clone(), config: config.clone() }, None)
            .await;
        let plan = driver().plan(request, Some(&connection)).await;
        let request = ApplyRequest { prior: Value::Null, planned: blind.planned, config };
        let outcome = driver().apply(request, &connection, &Default::default()).await;
        for diagnostics in [&plan.diagnostics, &outcome.diagnostics] {
            let told = errors(diagnostics.iter());
            if adopted {
                assert_eq!(told, [""; 0], "{policy} {found}");
            } else {
                let starts =
                    told[0].starts_with("The add-on `loongcollector` is already installed with other settings");
                assert!(told.len() == 1 && starts && told[0].contains("for `a`, and"), "{told:?}");
            }
        }
        assert_eq!(outcome.stored.state.is_null(), !adopted);
        assert_eq!(service.bodies("ModifyClusterAddon").len(), usize::from(adopted), "{policy} {found}");
    }
}

/// R46: each of the three ways out of settings that are in the way.
#[tokio::test]
async fn what_is_installed_is_adopted_in_each_way_that_the_error_offers() {
    let cluster = Cluster::new(r#"{"a":"theirs","b":"1"}"#, success());
    let service = Service::start(move |question| match question.operation.as_str() {
        "DescribeAddon" => Answer::Json(200, json!({"name": "loongcollector", "version": "v1", "config_schema": "{}"})),
        _ => cluster.answer(question),
    })
    .await;
    for (wanted, policy, refused) in [
        (r#"{"a":"1","b":"1"}"#, "none", true),
        (r#"{"a":"theirs","b":"1"}"#, "none", false),
        (r#"{"b":"1"}"#, "none", false),
        (r#"{"a":"1","b":"1"}"#, "overwrite", false),
    ] {
        let config = config(&json!({"config": wanted, "resolve_conflicts_on_create": policy}));
        let prior = Stored { state: Value::Null, identity: Value::Null, private: Private::default() };
        let request = PlanRequest { prior, proposed: config.clone(), config };
        let plan = driver().plan(request, Some(&service.connection())).await;
        assert_eq!(plan.diagnostics.has_errors(), refused, "{wanted} {policy}: {:?}", plan.diagnostics);
    }
}

/// What is to stay installed is forgotten without a call.
#[tokio::test]
async fn a_destroy_that_is_skipped_writes_nothing_and_warns() {
    let service = Service::start(|question| panic!("{}", question.operation)).await;
    let outcome = destroy(&service, stored(&json!({"skip_destroy": true}))).await;
    assert_eq!(outcome.stored.state, Value::Null);
    let told: Vec<_> = outcome.diagnostics.iter().map(|told| (told.severity, told.summary.as_str())).collect();
    assert_eq!(told, [(Severity::Warning, "The add-on `loongcollector` stays installed")]);
    assert_eq!(service.operations(), [""; 0]);
}

/// A cluster bears one operation on its add-ons at a time: those of this process wait for their turn instead of trying,
/// each call is made once, and one that is interrupted while it waits holds up nobody.
#[tokio::test]
async fn add_ons_of_a_cluster_queue() {
    const COUNT: usize = 12;
    /// What is installed, and what is being installed, with how often that was asked for.
    type Inside = (std::collections::BTreeSet<String>, Option<(String, usize)>);
    let inside: Mutex<Inside> = Mutex::default();
    let service = Service::start(move |question| {
        let (installed, busy) = &mut *inside.lock().unwrap();
        let name = question.path.rsplit('/').next().unwrap_or_default().to_owned();
        match question.operation.as_str() {
            "GetClusterAddonInstance" if installed.contains(&name) => {
                Answer::Json(200, json!({"name": name, "version": "v1", "state": "active"}))
            }
            "GetClusterAddonInstance" => refused(404, "AddonNotFound"),
            "ListClusterAddonInstances" => {
                let addons = installed.iter().map(|name| json!({"name": name, "version": "v1", "state": "active"}));
                Answer::Json(200, json!({"addons": addons.collect::<Vec<_>>()}))
            }
            "DescribeAddon" => Answer::Json(200, json!({"name": "x", "version": "v1"})),
            "InstallClusterAddons" if busy.is_some() => refused(400, "ErrorClusterState"),
            "InstallClusterAddons" => {
                let name = question.body[0]["name"].as_str().unwrap().to_owned();
                *busy = Some((name.clone(), 0));
                Answer::Json(200, json!({"task_id": format!("T-{name}")}))
            }
            "DescribeTaskInfo" => match busy.take() {
                Some((name, 2)) => {
                    installed.insert(name);
                    Answer::Json(200, success())
                }
                Some((name, asked)) => {
                    *busy = Some((name, asked + 1));
                    Answer::Json(200, json!({"state": "running"}))
                }
                None => Answer::Json(200, success()),
            },
            other => panic!("{other}"),
        }
    })
    .await;
    let connection = std::sync::Arc::new(service.connection());
    let mut work = tokio::task::JoinSet::new();
    for number in 0..COUNT {
        let connection = std::sync::Arc::clone(&connection);
        work.spawn(async move {
            let mut attributes = json!({"name": format!("addon-{number}"), "version": "v1"});
            if number == COUNT - 1 {
                // It comes last, and gives up while others are at work.
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                attributes["timeouts"] = json!({"create": "1s"});
            }
            let config = config(&attributes);
            let nothing = Stored { state: Value::Null, identity: Value::Null, private: Private::default() };
            let request = PlanRequest { prior: nothing, proposed: config.clone(), config: config.clone() };
            let planned = driver().plan(request, None).await.planned;
            let request = ApplyRequest { prior: Value::Null, planned, config };
            let outcome = driver().apply(request, &*connection, &Default::default()).await;
            (number, errors(outcome.diagnostics.iter()))
        });
    }
    while let Some(outcome) = work.join_next().await {
        let (number, told) = outcome.unwrap();
        if number == COUNT - 1 {
            assert!(
                told.len() == 1 && told[0].contains("Another add-on of the cluster was still being worked on"),
                "{told:?}"
            );
        } else {
            assert_eq!(told, [""; 0], "{number}");
        }
    }
    assert_eq!(service.bodies("InstallClusterAddons").len(), COUNT - 1, "each call is made once");
}
