//! Resources: nothing is found in a good provider, and each rule finds its own mutant.

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::json;
use tf_provider::Server;
use tf_provider::kit::{Choices, Core, Failure, Rule};
use tfplugin::v6;

use crate::bookshelf::Books;
use crate::example::Notes;
use crate::spoilt::{self, Answer, Mutant, Spoil, Spoilt};

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
            book.check_remade(&["paper", "timeouts"]).await?;
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

/// Goes the whole way, and answers how it ended.
async fn journey(step: &'static str, spoil: Spoil) -> Result<(), Failure> {
    let core = Core::start(Spoilt::<Books>::new(step, spoil), json!({})).await?;
    let mut book = core.resource(BOOK)?;
    let seals = json!({"front": {"sign": "lion", "inside": "for Emma"}});
    book.converge(&json!({"title": "Emma", "pages": 400, "code": "1234"})).await?;
    book.converge(&json!({"title": "Emma", "pages": 401})).await?;
    book.converge(&json!({"title": "Emma", "pages": 401, "shelf": "B"})).await?;
    book.check_import(&["timeouts"]).await?;
    book.check_remade(&["timeouts"]).await?;
    let id = book.state().get("id").and_then(|id| id.as_str()).unwrap_or_default().to_owned();
    core.resource(BOOK)?.import(&id).await?;
    book.converge(&json!({"title": "Emma", "pages": 401, "shelf": "B", "seals": seals})).await?;
    book.destroy().await
}

#[tokio::test(start_paused = true)]
async fn an_unspoilt_journey_ends_well() {
    if let Err(failure) = journey("plan", |_| {}).await {
        panic!("{failure}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_mutant_is_found() {
    for mutant in MUTANTS {
        let (_, step, spoil) = *mutant;
        spoilt::assert_found(*mutant, journey(step, spoil).await);
    }
}

fn secret(answer: &mut Answer<'_>) {
    answer.set("code", "1234");
}

fn unknown_revision(answer: &mut Answer<'_>) {
    answer.set("revision", spoilt::unknown());
}

fn another_number(answer: &mut Answer<'_>) {
    answer.set_identity("id", "b99");
}

/// Counts the calls of a mutant.
macro_rules! count {
    () => {{
        static COUNT: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);
        COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
    }};
}

pub(crate) const MUTANTS: &[Mutant] = &[
    (Rule::Type, "plan", spoilt::another_type),
    (Rule::Type, "apply", spoilt::another_type),
    (Rule::Type, "read", spoilt::another_type),
    (Rule::Type, "import", spoilt::another_type),
    (Rule::Type, "upgrade", spoilt::another_type),
    (Rule::Type, "generate", spoilt::another_type),
    (Rule::WriteOnly, "plan", secret),
    (Rule::WriteOnly, "apply", secret),
    (Rule::WriteOnly, "read", secret),
    (Rule::WriteOnly, "import", secret),
    (Rule::WriteOnly, "upgrade", secret),
    (Rule::WriteOnly, "apply", |answer| {
        // One of an object inside.
        answer.edit("seals", |seals| {
            if let rmpv::Value::Map(seals) = seals
                && let Some((_, rmpv::Value::Map(seal))) = seals.first_mut()
            {
                seal.retain(|(name, _)| name.as_str() != Some("inside"));
                seal.push(("inside".into(), "for Emma".into()));
            }
        });
    }),
    (Rule::Unknown, "apply", unknown_revision),
    (Rule::Unknown, "apply", spoilt::nothing_known),
    (Rule::Unknown, "read", unknown_revision),
    (Rule::Unknown, "import", unknown_revision),
    (Rule::Unknown, "upgrade", unknown_revision),
    (Rule::Unknown, "generate", |answer| answer.set("title", spoilt::unknown())),
    (Rule::Deferral, "plan", spoilt::deferred),
    (Rule::Deferral, "read", spoilt::deferred),
    (Rule::Deferral, "import", spoilt::deferred),
    (Rule::LegacyTypeSystem, "plan", |answer| {
        if let Answer::Plan(reply, _) = answer {
            reply.legacy_type_system = true;
        }
    }),
    (Rule::LegacyTypeSystem, "apply", |answer| {
        if let Answer::Apply(reply, _) = answer {
            reply.legacy_type_system = true;
        }
    }),
    (Rule::Existence, "plan", |answer| {
        if !answer.is_destroy() {
            spoilt::nothing(answer);
        }
    }),
    (Rule::Existence, "plan", spoilt::nothing_known),
    (Rule::Existence, "plan", |answer| {
        if let Answer::Plan(reply, asked) = answer
            && spoilt::is_null(asked.config.as_ref())
        {
            reply.planned_state = asked.prior_state.clone();
        }
    }),
    (Rule::Configured, "plan", |answer| answer.set("title", "Another")),
    (Rule::Configured, "plan", |answer| answer.set("pages", spoilt::unknown())),
    // Not configured, and not the service's to write.
    (Rule::Computed, "plan", |answer| answer.set("paper", "thick")),
    (Rule::MapKeys, "plan", |answer| {
        answer.edit("seals", |seals| {
            if let rmpv::Value::Map(seals) = seals {
                seals.clear();
            }
        });
    }),
    (Rule::ReplacePath, "plan", |answer| {
        if let Answer::Plan(reply, _) = answer {
            use v6::attribute_path::{Step, step::Selector};
            let steps = vec![Step { selector: Some(Selector::AttributeName("nowhere".to_owned())) }];
            reply.requires_replace = vec![v6::AttributePath { steps }];
        }
    }),
    // Another value each time.
    (Rule::FinalPlan, "plan again", |answer| answer.set("revision", count!())),
    (Rule::FinalPlan, "plan again", |answer| {
        if let Answer::Plan(_, asked) = answer
            && spoilt::is_unknown(asked.config.as_ref(), "title")
        {
            // A guess, which the plan with the title does not make.
            answer.set("revision", 1);
        }
    }),
    (Rule::FinalAction, "plan again", |answer| {
        if let Answer::Plan(reply, asked) = answer
            && spoilt::is_unknown(asked.config.as_ref(), "shelf")
        {
            reply.requires_replace.clear();
        }
    }),
    (Rule::FinalAction, "plan again", |answer| {
        // The apply finds out that the object cannot be changed.
        if let Answer::Plan(reply, asked) = answer
            && !spoilt::is_null(asked.prior_state.as_ref())
            && !spoilt::is_unknown(asked.config.as_ref(), "title")
            && !reply.planned_state.as_ref().is_some_and(|planned| Some(planned) == asked.prior_state.as_ref())
            && count!() > 0
        {
            use v6::attribute_path::{Step, step::Selector};
            let steps = vec![Step { selector: Some(Selector::AttributeName("pages".to_owned())) }];
            reply.requires_replace = vec![v6::AttributePath { steps }];
        }
    }),
    (Rule::AppliedValue, "apply", |answer| answer.set("pages", 7)),
    (Rule::Promise, "apply", |answer| {
        // That a new object has an id is certain before it is known.
        if !answer.is_update() && !answer.is_destroy() {
            answer.set("id", rmpv::Value::Nil);
        }
    }),
    (Rule::AppliedKeys, "apply", |answer| {
        answer.edit("seals", |seals| {
            if let rmpv::Value::Map(seals) = seals {
                seals.clear();
            }
        });
    }),
    (Rule::Result, "apply", |answer| {
        if !answer.is_destroy() {
            spoilt::nothing(answer);
        }
    }),
    (Rule::Result, "apply", |answer| {
        if let Answer::Apply(reply, asked) = answer
            && spoilt::is_null(asked.config.as_ref())
        {
            reply.new_state = asked.prior_state.clone();
        }
    }),
    (Rule::Result, "import", |answer| {
        if let Answer::Import(_, asked) = answer
            && asked.identity.is_none()
        {
            spoilt::nothing(answer);
        }
    }),
    (Rule::Result, "upgrade", spoilt::nothing),
    (Rule::Result, "upgrade", |answer| *answer.object().expect("a state") = None),
    (Rule::Identity, "plan", |answer| {
        if answer.is_update() {
            answer.set_identity("id", spoilt::unknown());
        }
    }),
    (Rule::Identity, "plan", |answer| {
        if answer.is_update() {
            spoilt::no_identity(answer);
        }
    }),
    (Rule::Identity, "apply", spoilt::no_identity),
    (Rule::Identity, "apply", |answer| answer.set_identity("id", spoilt::unknown())),
    (Rule::Identity, "read", spoilt::no_identity),
    (Rule::Identity, "read", |answer| answer.set_identity("id", spoilt::unknown())),
    (Rule::Identity, "import", |answer| {
        if let Answer::Import(_, asked) = answer
            && asked.identity.is_some()
        {
            spoilt::no_identity(answer);
        }
    }),
    (Rule::IdentityType, "plan", spoilt::another_identity_type),
    (Rule::IdentityType, "apply", spoilt::another_identity_type),
    (Rule::IdentityType, "read", spoilt::another_identity_type),
    (Rule::IdentityType, "import", spoilt::another_identity_type),
    (Rule::IdentityStability, "plan", |answer| {
        if answer.is_update() {
            another_number(answer);
        }
    }),
    (Rule::IdentityStability, "apply", |answer| {
        if answer.is_update() {
            another_number(answer);
        }
    }),
    (Rule::IdentityStability, "read", another_number),
    (Rule::Convergence, "plan again", |answer| {
        if answer.is_update() {
            unknown_revision(answer);
        }
    }),
    (Rule::Drift, "read", |answer| answer.set("initials", "Z")),
    (Rule::ImportFinds, "import", |answer| {
        if let Answer::Import(reply, _) = answer {
            reply.imported_resources.clear();
        }
    }),
    (Rule::ImportFindsOne, "import", |answer| {
        if let Answer::Import(reply, _) = answer {
            let twice = reply.imported_resources.clone();
            reply.imported_resources.extend(twice);
        }
    }),
    (Rule::ImportType, "import", |answer| {
        if let Answer::Import(reply, _) = answer {
            reply.imported_resources[0].type_name.clear();
        }
    }),
    (Rule::Upgrade, "upgrade", |answer| answer.set("pages", 8)),
    (Rule::GeneratedLegal, "generate", |answer| answer.set("pages", 13)),
    (Rule::GeneratedSame, "generate", |answer| answer.set("pages", 14)),
    // The service would choose another one.
    (Rule::GeneratedWhole, "generate", |answer| answer.set("shelf", rmpv::Value::Nil)),
];
