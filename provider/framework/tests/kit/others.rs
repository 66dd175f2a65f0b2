//! Every kind beyond resources: the example provider keeps the rules, and each rule finds its own mutant.

use serde_json::{Value as Json, json};
use tempfile::TempDir;
use tf_provider::Server;
use tf_provider::kit::{Core, Failure, Rule, Source};
use tf_provider::value::{Type, Value, msgpack};
use tfplugin::v6;
use tfplugin::v6::invoke_action::event::{Progress, Type as ActionEvent};
use tfplugin::v6::provider_server::Provider;

use crate::example::Notes;
use crate::spoilt;

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
        core.resource("notes_note")?.converge(&json!({"name": name, "text": "x"})).await?;
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

/// A provider whose answers are spoilt.
struct Spoilt {
    inner: Server<Notes>,
    spoil: Spoil,
}

type Spoil = fn(&mut Answer<'_>);

enum Answer<'a> {
    Data(&'a mut v6::read_data_source::Response),
    Open(&'a mut v6::open_ephemeral_resource::Response),
    PlanAction(&'a mut v6::plan_action::Response),
    Call(&'a mut v6::call_function::Response),
    Move(&'a mut v6::move_resource_state::Response),
    List(&'a mut Vec<v6::list_resource::Event>),
    Action(&'a mut Vec<v6::invoke_action::Event>),
}

spoilt! {
    Spoilt;
    validate_resource_config => |_, _, _| {};
    plan_resource_change => |_, _, _| {};
    apply_resource_change => |_, _, _| {};
    read_resource => |_, _, _| {};
    upgrade_resource_state => |_, _, _| {};
    validate_data_resource_config => |_, _, _| {};
    read_data_source => |own, reply, _| (own.spoil)(&mut Answer::Data(reply));
    validate_ephemeral_resource_config => |_, _, _| {};
    open_ephemeral_resource => |own, reply, _| (own.spoil)(&mut Answer::Open(reply));
    renew_ephemeral_resource => |_, _, _| {};
    close_ephemeral_resource => |_, _, _| {};
    validate_list_resource_config => |_, _, _| {};
    validate_action_config => |_, _, _| {};
    plan_action => |own, reply, _| (own.spoil)(&mut Answer::PlanAction(reply));
    call_function => |own, reply, _| (own.spoil)(&mut Answer::Call(reply));
    move_resource_state => |own, reply, _| (own.spoil)(&mut Answer::Move(reply));
    @ streams
    list_resource => |own, events| (own.spoil)(&mut Answer::List(events));
    invoke_action => |own, events| (own.spoil)(&mut Answer::Action(events));
}

fn encoded(value: &Value, ty: &Type) -> Option<v6::DynamicValue> {
    let msgpack = msgpack::encode(value, ty).expect("a value of the type").into();
    Some(v6::DynamicValue { msgpack, ..Default::default() })
}

fn null() -> Option<v6::DynamicValue> {
    encoded(&Value::Null, &Type::String)
}

fn names(names: Value) -> Option<v6::DynamicValue> {
    let ty = [("prefix".to_owned(), Type::String), ("names".to_owned(), Type::list(Type::String))];
    encoded(&Value::object([("prefix", "a".into()), ("names", names)]), &Type::Object(ty.into()))
}

#[tokio::test]
async fn every_rule_finds_its_mutant() {
    let mutants: &[(Rule, Spoil)] = &[
        (Rule::Result, |answer| {
            if let Answer::Data(reply) = answer {
                reply.state = null();
            }
        }),
        (Rule::Unknown, |answer| {
            if let Answer::Data(reply) = answer {
                reply.state = names(Value::Unknown);
            }
        }),
        (Rule::Type, |answer| {
            if let Answer::Data(reply) = answer {
                reply.state = encoded(&"a".into(), &Type::String);
            }
        }),
        (Rule::Plan, |answer| {
            if let Answer::Data(reply) = answer {
                reply.deferred = Some(v6::Deferred { reason: v6::deferred::Reason::AbsentPrereq.into() });
            }
        }),
        (Rule::Plan, |answer| {
            if let Answer::Open(reply) = answer {
                let ty = [("name".to_owned(), Type::String), ("token".to_owned(), Type::String)];
                let other = Value::object([("name", "y".into()), ("token", "t".into())]);
                reply.result = encoded(&other, &Type::Object(ty.into()));
            }
        }),
        (Rule::Existence, |answer| {
            if let Answer::Open(reply) = answer {
                reply.result = null();
            }
        }),
        (Rule::Plan, |answer| {
            if let Answer::PlanAction(reply) = answer {
                reply.deferred = Some(v6::Deferred { reason: v6::deferred::Reason::ProviderConfigUnknown.into() });
            }
        }),
        (Rule::Function, |answer| {
            if let Answer::Call(reply) = answer {
                static COUNT: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);
                let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                reply.result = encoded(&format!("result {count}").into(), &Type::String);
            }
        }),
        (Rule::Result, |answer| {
            if let Answer::Move(reply) = answer {
                reply.target_state = null();
            }
        }),
        (Rule::Unknown, |answer| {
            if let Answer::Move(reply) = answer {
                reply.target_state = reply.target_state.take().map(|state| v6::DynamicValue {
                    // An unknown where there is an object.
                    msgpack: [0xd4, 0, 0].to_vec().into(),
                    ..state
                });
            }
        }),
        (Rule::Identity, |answer| {
            if let Answer::List(events) = answer {
                events[0].identity = None;
            }
        }),
        (Rule::List, |answer| {
            if let Answer::List(events) = answer {
                events[0].resource_object = None;
            }
        }),
        (Rule::Action, |answer| {
            if let Answer::Action(events) = answer {
                events.pop();
            }
        }),
        (Rule::Action, |answer| {
            if let Answer::Action(events) = answer {
                events[0].r#type = None;
            }
        }),
        (Rule::Action, |answer| {
            if let Answer::Action(events) = answer {
                let late = Progress { message: "one more thing".to_owned() };
                events.push(v6::invoke_action::Event { r#type: Some(ActionEvent::Progress(late)) });
            }
        }),
    ];
    for (i, (rule, spoil)) in mutants.iter().enumerate() {
        match journey(Spoilt { inner: Server::new(), spoil: *spoil }).await {
            Ok(()) => panic!("mutant {i} of {rule:?} was not found"),
            Err(failure) => assert!(failure.breaks(*rule), "mutant {i} of {rule:?} was taken for: {failure}"),
        }
    }
}
