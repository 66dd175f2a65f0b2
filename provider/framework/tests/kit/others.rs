//! Every kind beyond resources: the example provider keeps the rules, and each rule finds its own mutant.

use serde_json::{Value as Json, json};
use tempfile::TempDir;
use tf_provider::Server;
use tf_provider::kit::{Core, Failure, Rule, Source};
use tf_provider::value::Value;
use tfplugin::v6;
use tfplugin::v6::invoke_action::event::{Progress, Type as ActionEvent};
use tfplugin::v6::provider_server::Provider;

use crate::example::Notes;
use crate::spoilt::{self, Answer, Mutant, Spoilt};

/// Starts core on an empty folder.
async fn start(provider: impl Provider) -> Result<(Core, TempDir), Failure> {
    let folder = tempfile::tempdir().expect("a folder");
    let core = Core::start(provider, json!({"folder": folder.path()})).await?;
    Ok((core, folder))
}

/// Has every kind do what it is for.
async fn journey(provider: impl Provider) -> Result<(), Failure> {
    let (core, folder) = start(provider).await?;
    for name in ["a", "b", "c"] {
        let mut note = core.resource("notes_note")?;
        note.converge(&json!({"name": name, "text": "x"})).await?;
        core.check_data_source(&note, &[]).await?;
    }

    let read = core.read_data_source("notes_notes", &json!({"prefix": "a"})).await?;
    assert_eq!(read.get("names"), Some(&Value::List(vec!["a".into()])));

    let mut lock = core.open("notes_lock", &json!({"name": "x"})).await?;
    assert_eq!(lock.result().get("token"), Some(&"token-of-x".into()));
    assert!(lock.renew_at().is_some());
    lock.renew().await?;
    assert_eq!(std::fs::read_to_string(folder.path().join(".x-lock.txt")).expect("a lock"), "held, and renewed");
    lock.close().await?;
    assert!(!folder.path().join(".x-lock.txt").exists());

    let found = core.list("notes_note", &json!({}), 2, true).await?;
    let names: Vec<_> = found.iter().map(|found| found.display_name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    assert!(found.iter().all(|found| found.object.as_ref().is_some_and(|note| note.get("text") == Some(&"x".into()))));
    assert_eq!(core.list("notes_note", &json!({"prefix": "c"}), 9, false).await?.len(), 1);

    let said = core.invoke("notes_stamp", &json!({"notes": ["a", "b"], "line": "y"})).await?;
    assert_eq!(said, ["stamped a", "stamped b"]);

    assert_eq!(core.call("slug", &[json!("Buy Milk!")]).await?, "buy-milk".into());
    assert_eq!(core.call("lines", &[Json::Null, json!("a"), json!("b")]).await?, "a\nb\n".into());
    let any = json!({"type": "bool", "value": true});
    assert_eq!(core.call("describe", &[any]).await?.as_str(), Some("bool"));

    let state = json!({"filename": "/notes/c.txt", "content": "x"});
    let source = Source {
        provider: "registry.terraform.io/hashicorp/local",
        type_name: "local_file",
        version: 0,
        state: &state,
    };
    let moved = core.take_over(&source, "notes_note").await?;
    assert_eq!(moved.state().get("length"), Some(&1.into()));
    Ok(())
}

#[tokio::test]
async fn the_example_keeps_the_rules_of_every_kind() {
    if let Err(failure) = journey(Server::<Notes>::new()).await {
        panic!("{failure}");
    }
}

#[tokio::test]
async fn what_the_provider_refuses_is_told_with_its_step() -> Result<(), Failure> {
    let (core, _folder) = start(Server::<Notes>::new()).await?;
    let said = |failed: Result<(), Failure>| failed.expect_err("a refusal").to_string();
    let failed = core.call("slug", &[json!("!")]).await.map(drop);
    assert_eq!(said(failed), "at call\n- argument 0: there is no letter and no digit in it");
    let failed = core.call("slug", &[Json::Null]).await.map(drop);
    assert_eq!(said(failed), "at call\n- the argument `text` must not be null");
    assert_eq!(said(core.call("slug", &[]).await.map(drop)), "at call\n- too few arguments");
    let failed = core.invoke("notes_stamp", &json!({"notes": [], "line": "y"})).await.map(drop);
    assert!(said(failed).starts_with("at validate\n- Invalid value for `notes`"));
    let failed = core.invoke("notes_stamp", &json!({"notes": ["gone"], "line": "y"})).await.map(drop);
    assert!(said(failed).starts_with("at invoke\n- The note gone cannot be used"));
    Ok(())
}

#[tokio::test]
async fn every_mutant_is_found() {
    for mutant in MUTANTS {
        let (_, step, spoil) = *mutant;
        spoilt::assert_found(*mutant, journey(Spoilt::<Notes>::new(step, spoil)).await);
    }
}

pub(crate) const MUTANTS: &[Mutant] = &[
    (Rule::Type, "move", spoilt::another_type),
    (Rule::Type, "read data", spoilt::another_type),
    (Rule::Type, "open", spoilt::another_type),
    (Rule::Type, "list", spoilt::another_type),
    (Rule::Type, "call", spoilt::another_type),
    (Rule::Unknown, "move", spoilt::nothing_known),
    (Rule::Unknown, "move", |answer| answer.set("length", spoilt::unknown())),
    (Rule::Unknown, "read data", |answer| answer.set("names", spoilt::unknown())),
    (Rule::Unknown, "list", |answer| answer.set("length", spoilt::unknown())),
    (Rule::Deferral, "read data", spoilt::deferred),
    (Rule::Deferral, "open", spoilt::deferred),
    (Rule::Deferral, "plan action", spoilt::deferred),
    (Rule::DataSame, "read data", |answer| answer.set("length", 7)),
    (Rule::Result, "move", spoilt::nothing),
    (Rule::Result, "read data", spoilt::nothing),
    (Rule::Identity, "move", spoilt::no_identity),
    (Rule::Identity, "move", |answer| answer.set_identity("name", spoilt::unknown())),
    (Rule::Identity, "list", spoilt::no_identity),
    (Rule::IdentityType, "move", spoilt::another_identity_type),
    (Rule::IdentityType, "list", spoilt::another_identity_type),
    (Rule::MoveCapability, "move", |answer| {
        if let Answer::Schema(reply) = answer
            && let Some(capabilities) = &mut reply.server_capabilities
        {
            capabilities.move_resource_state = false;
        }
    }),
    (Rule::Ephemeral, "open", |answer| answer.set("name", "another")),
    (Rule::Ephemeral, "open", spoilt::nothing),
    (Rule::ListObject, "list", |answer| *answer.object().expect("an object") = None),
    (Rule::ActionEnd, "invoke", |answer| {
        if let Answer::Action(events) = answer {
            events.pop();
        }
    }),
    (Rule::ActionEvent, "invoke", |answer| {
        if let Answer::Action(events) = answer {
            events[0].r#type = None;
        }
    }),
    (Rule::ActionSilence, "invoke", |answer| {
        if let Answer::Action(events) = answer {
            let late = Progress { message: "one more thing".to_owned() };
            events.push(v6::invoke_action::Event { r#type: Some(ActionEvent::Progress(late)) });
        }
    }),
    (Rule::Function, "call", |answer| {
        static COUNT: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);
        let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        *answer.object().expect("a result") = Some(spoilt::encoded(&format!("result {count}").into()));
    }),
];
