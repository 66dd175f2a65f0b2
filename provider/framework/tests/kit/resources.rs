//! Resources: nothing is found in a good provider, and each rule finds its own mutant.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::{Value as Json, json};
use tf_provider::Server;
use tf_provider::kit::{Choices, Core, Failure, Rule};
use tf_provider::value::{Type, Value, msgpack};
use tfplugin::v6;

use crate::bookshelf::Books;
use crate::example::Notes;
use crate::spoilt;

const BOOK: &str = "books_book";

#[tokio::test(start_paused = true)]
async fn a_good_provider_passes_with_every_configuration() {
    let choices = Choices::of(json!({"title": "Emma"}))
        .with("title", [json!("Emma"), json!("Persuasion")])
        .with("shelf", [json!("A"), json!("B")])
        .with("pages", [json!(12), json!(400)])
        .with("paper", [json!("thin")])
        .with("code", [json!("1234")])
        .with("timeouts", [json!({"create": "5m"})]);
    let numbers = vec(any::<u8>(), choices.len());
    let mut runner = TestRunner::deterministic();
    for _ in 0..40 {
        let mut config = || choices.pick(&numbers.new_tree(&mut runner).expect("numbers").current());
        let (first, second) = (config(), config());
        let core = Core::start(Server::<Books>::new(), json!({})).await.expect("a good provider");
        let mut book = core.resource(BOOK).expect("a book");
        let journey = async {
            book.converge(&first).await?;
            book.converge(&second).await?;
            book.check_import(&["paper", "timeouts"]).await?;
            book.destroy().await
        };
        if let Err(failure) = journey.await {
            panic!("{first} and then {second}: {failure}");
        }
    }
}

#[tokio::test]
async fn the_example_passes() -> Result<(), Failure> {
    let folder = tempfile::tempdir().expect("a folder");
    let core = Core::start(Server::<Notes>::new(), json!({"folder": folder.path()})).await?;
    let mut note = core.resource("notes_note")?;
    note.converge(&json!({"name": "a", "text": "one"})).await?;
    note.converge(&json!({"name": "a"})).await?;
    note.converge(&json!({"name": "b", "text": "two"})).await?;
    note.check_import(&[]).await?;
    note.destroy().await
}

#[tokio::test]
async fn what_the_provider_refuses_is_told_with_its_step() {
    let core = Core::start(Server::<Books>::new(), json!({})).await.expect("a good provider");
    let failure = core.resource(BOOK).expect("a book").converge(&json!({"title": "Emma", "pages": 13})).await;
    let failure = failure.expect_err("13 pages are refused");
    assert_eq!(failure.to_string(), "at validate\n- Unlucky number of pages: Take 12 or 14.");
    assert!(core.resource("books_cd").is_err());
}

/// A provider whose answers are spoilt.
struct Spoilt {
    inner: Server<Books>,
    spoil: Spoil,
}

type Spoil = fn(&mut Answer<'_>);

enum Answer<'a> {
    Plan(&'a mut v6::plan_resource_change::Response, &'a v6::plan_resource_change::Request),
    Apply(&'a mut v6::apply_resource_change::Response, &'a v6::apply_resource_change::Request),
    Read(&'a mut v6::read_resource::Response),
    Import(&'a mut v6::import_resource_state::Response),
    Upgrade(&'a mut v6::upgrade_resource_state::Response),
    Generate(&'a mut v6::generate_resource_config::Response),
}

spoilt! {
    Spoilt;
    validate_resource_config => |_, _, _| {};
    plan_resource_change => |own, reply, asked| (own.spoil)(&mut Answer::Plan(reply, asked));
    apply_resource_change => |own, reply, asked| (own.spoil)(&mut Answer::Apply(reply, asked));
    read_resource => |own, reply, _| (own.spoil)(&mut Answer::Read(reply));
    import_resource_state => |own, reply, _| (own.spoil)(&mut Answer::Import(reply));
    upgrade_resource_state => |own, reply, _| (own.spoil)(&mut Answer::Upgrade(reply));
    generate_resource_config => |own, reply, _| (own.spoil)(&mut Answer::Generate(reply));
}

fn book_type() -> Type {
    Server::<Books>::new().resource(BOOK).expect("a book").schema().ty()
}

fn identity_type() -> Type {
    Server::<Books>::new().resource(BOOK).expect("a book").identity_type()
}

/// Changes a member of an encoded object.
fn change(value: &mut Option<v6::DynamicValue>, ty: &Type, name: &str, to: Value) {
    let bytes = value.as_ref().map(|value| value.msgpack.clone()).unwrap_or_default();
    if let Ok(Value::Object(mut members)) = msgpack::decode(&bytes, ty) {
        members.insert(name.to_owned(), to);
        *value = encoded(&Value::Object(members), ty);
    }
}

fn encoded(value: &Value, ty: &Type) -> Option<v6::DynamicValue> {
    let msgpack = msgpack::encode(value, ty).expect("a value of the type").into();
    Some(v6::DynamicValue { msgpack, ..Default::default() })
}

fn set(value: &mut Option<v6::DynamicValue>, name: &str, to: impl Into<Value>) {
    change(value, &book_type(), name, to.into());
}

fn is_destroy(config: Option<&v6::DynamicValue>) -> bool {
    config.is_none_or(|config| config.msgpack.as_ref() == [0xc0])
}

fn is_unknown(config: Option<&v6::DynamicValue>, name: &str) -> bool {
    let config = config.and_then(|config| msgpack::decode(&config.msgpack, &book_type()).ok());
    config.is_some_and(|config| config.get(name).is_some_and(Value::is_unknown))
}

/// Goes the whole way, and answers how it ended.
async fn journey(spoil: Spoil) -> Result<(), Failure> {
    let core = Core::start(Spoilt { inner: Server::new(), spoil }, json!({})).await?;
    let mut book = core.resource(BOOK)?;
    let config: Json = json!({"title": "Emma", "pages": 400, "code": "1234"});
    book.converge(&config).await?;
    book.converge(&json!({"title": "Emma", "pages": 401})).await?;
    book.converge(&json!({"title": "Emma", "pages": 401, "shelf": "B"})).await?;
    book.check_import(&["timeouts"]).await?;
    book.destroy().await
}

#[tokio::test(start_paused = true)]
async fn an_unspoilt_journey_ends_well() {
    journey(|_| {}).await.expect("nothing is wrong");
}

#[tokio::test(start_paused = true)]
async fn every_rule_finds_its_mutant() {
    let mutants: &[(Rule, Spoil)] = &[
        (Rule::Type, |answer| {
            if let Answer::Plan(reply, _) = answer {
                reply.planned_state = encoded(&Value::from("no object"), &Type::String);
            }
        }),
        (Rule::WriteOnly, |answer| {
            if let Answer::Plan(reply, _) = answer {
                set(&mut reply.planned_state, "code", "1234");
            }
        }),
        (Rule::WriteOnly, |answer| {
            if let Answer::Apply(reply, _) = answer {
                set(&mut reply.new_state, "code", "1234");
            }
        }),
        (Rule::WriteOnly, |answer| {
            if let Answer::Read(reply) = answer {
                set(&mut reply.new_state, "code", "1234");
            }
        }),
        (Rule::Existence, |answer| {
            if let Answer::Plan(reply, asked) = answer
                && !is_destroy(asked.config.as_ref())
            {
                reply.planned_state = encoded(&Value::Null, &book_type());
            }
        }),
        (Rule::Existence, |answer| {
            if let Answer::Plan(reply, asked) = answer
                && is_destroy(asked.config.as_ref())
            {
                reply.planned_state = asked.prior_state.clone();
            }
        }),
        (Rule::Plan, |answer| {
            if let Answer::Plan(reply, _) = answer {
                set(&mut reply.planned_state, "title", "Another");
            }
        }),
        (Rule::Plan, |answer| {
            if let Answer::Plan(reply, _) = answer {
                // Not configured, and not the service's to write.
                set(&mut reply.planned_state, "paper", "thick");
            }
        }),
        (Rule::Plan, |answer| {
            if let Answer::Plan(reply, _) = answer {
                reply.deferred = Some(v6::Deferred { reason: v6::deferred::Reason::AbsentPrereq.into() });
            }
        }),
        (Rule::ReplacePath, |answer| {
            if let Answer::Plan(reply, _) = answer {
                use v6::attribute_path::{Step, step::Selector};
                let steps = vec![Step { selector: Some(Selector::AttributeName("nowhere".to_owned())) }];
                reply.requires_replace = vec![v6::AttributePath { steps }];
            }
        }),
        (Rule::FinalPlan, |answer| {
            if let Answer::Plan(reply, _) = answer {
                // Another value each time.
                static COUNT: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);
                let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                set(&mut reply.planned_state, "revision", count);
            }
        }),
        (Rule::FinalPlan, |answer| {
            if let Answer::Plan(reply, asked) = answer
                && is_unknown(asked.config.as_ref(), "title")
            {
                // A guess, which the plan with the title does not make.
                set(&mut reply.planned_state, "revision", 1);
            }
        }),
        (Rule::FinalPlan, |answer| {
            if let Answer::Plan(reply, asked) = answer
                && is_unknown(asked.config.as_ref(), "shelf")
            {
                reply.requires_replace.clear();
            }
        }),
        (Rule::Apply, |answer| {
            if let Answer::Apply(reply, _) = answer {
                set(&mut reply.new_state, "pages", 7);
            }
        }),
        (Rule::Unknown, |answer| {
            if let Answer::Apply(reply, _) = answer {
                set(&mut reply.new_state, "revision", Value::Unknown);
            }
        }),
        (Rule::Unknown, |answer| {
            if let Answer::Read(reply) = answer {
                set(&mut reply.new_state, "revision", Value::Unknown);
            }
        }),
        (Rule::Result, |answer| {
            if let Answer::Apply(reply, asked) = answer
                && !is_destroy(asked.config.as_ref())
            {
                reply.new_state = encoded(&Value::Null, &book_type());
            }
        }),
        (Rule::Result, |answer| {
            if let Answer::Apply(reply, asked) = answer
                && is_destroy(asked.config.as_ref())
            {
                reply.new_state = asked.prior_state.clone();
            }
        }),
        (Rule::Identity, |answer| {
            if let Answer::Apply(reply, _) = answer {
                reply.new_identity = None;
            }
        }),
        (Rule::IdentityStability, |answer| {
            if let Answer::Read(reply) = answer
                && let Some(identity) = &mut reply.new_identity
            {
                change(&mut identity.identity_data, &identity_type(), "id", "b99".into());
            }
        }),
        (Rule::Convergence, |answer| {
            if let Answer::Plan(reply, asked) = answer
                && asked.prior_state.as_ref().is_some_and(|prior| prior.msgpack.as_ref() != [0xc0])
            {
                set(&mut reply.planned_state, "revision", Value::Unknown);
            }
        }),
        (Rule::Drift, |answer| {
            if let Answer::Read(reply) = answer {
                set(&mut reply.new_state, "initials", "Z");
            }
        }),
        (Rule::Import, |answer| {
            if let Answer::Import(reply) = answer {
                reply.imported_resources.clear();
            }
        }),
        (Rule::Import, |answer| {
            if let Answer::Import(reply) = answer {
                let twice = reply.imported_resources.clone();
                reply.imported_resources.extend(twice);
            }
        }),
        (Rule::Upgrade, |answer| {
            if let Answer::Upgrade(reply) = answer {
                set(&mut reply.upgraded_state, "pages", 8);
            }
        }),
        (Rule::Generated, |answer| {
            if let Answer::Generate(reply) = answer {
                set(&mut reply.config, "pages", 13);
            }
        }),
        (Rule::Generated, |answer| {
            if let Answer::Generate(reply) = answer {
                set(&mut reply.config, "pages", 14);
            }
        }),
    ];
    for (i, (rule, spoil)) in mutants.iter().enumerate() {
        match journey(*spoil).await {
            Ok(()) => panic!("mutant {i} of {rule:?} was not found"),
            Err(failure) => assert!(failure.breaks(*rule), "mutant {i} of {rule:?} was taken for: {failure}"),
        }
    }
    let covered: BTreeSet<Rule> = mutants.iter().map(|(rule, _)| *rule).collect();
    assert_eq!(covered.len(), 16, "a rule has no mutant");
}
