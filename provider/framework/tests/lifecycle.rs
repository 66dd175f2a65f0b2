//! The driver: the order of things, and what is left when one of them goes wrong. Time is tokio's, and paused.

mod bookshelf;

use std::time::Duration;

use bookshelf::{Core, Misbehaviour, texts};
use tf_provider::FaultKind;
use tf_provider::lifecycle::{DynResource as _, ImportBy};
use tf_provider::value::Value;

fn title(core: &Core, title: &str) -> Value {
    core.config(&[("title", title.into())])
}

#[tokio::test(start_paused = true)]
async fn after_a_create_the_next_plan_is_empty() {
    let mut core = Core::new();
    let config = core.config(&[("title", "Emma".into()), ("pages", 400.into())]);
    let outcome = core.apply(&config).await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
    assert_eq!(core.state("id"), "b1".into());
    assert_eq!(core.stored.identity.get("id"), Some(&"b1".into()));
    core.refresh().await;
    assert_eq!(core.plan(&config).await.planned.state, core.stored.state);
}

#[tokio::test(start_paused = true)]
async fn a_failing_task_leaves_the_object_in_the_state() {
    let mut core = Core::new();
    core.library.next("create", Misbehaviour::TaskFails);
    let outcome = core.apply(&title(&core, "Emma")).await;
    let said = texts(&outcome.diagnostics);
    assert!(said.contains("Creating the book failed: The printer is broken (code 42)."), "{said}");
    assert_eq!(core.state("id"), "b1".into());
    assert_eq!(core.stored.identity.get("id"), Some(&"b1".into()));
    assert!(core.stored.state.is_wholly_known());
}

#[tokio::test(start_paused = true)]
async fn a_task_that_the_service_has_forgotten_is_over() {
    let mut core = Core::new();
    core.library.next("task", Misbehaviour::Fail(FaultKind::NotFound));
    let outcome = core.apply(&title(&core, "Emma")).await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
    assert_eq!(core.state("id"), "b1".into());
}

#[tokio::test(start_paused = true)]
async fn an_adopted_object_whose_create_fails_stays_out_of_the_state() {
    let mut core = Core::new();
    core.library.next("create", Misbehaviour::AdoptThenFail);
    let outcome = core.apply(&title(&core, "Emma")).await;
    assert!(outcome.diagnostics.has_errors());
    assert!(core.stored.state.is_null(), "in the state it would be tainted, and the next apply would destroy it");
    assert_eq!(core.library.room(|room| room.records.len()), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refused_create_leaves_nothing() {
    let mut core = Core::new();
    core.library.next("create", Misbehaviour::Fail(FaultKind::Other));
    let outcome = core.apply(&title(&core, "Emma")).await;
    assert!(outcome.diagnostics.has_errors());
    assert!(core.stored.state.is_null());
}

#[tokio::test(start_paused = true)]
async fn a_busy_service_is_waited_for() {
    let mut core = Core::new();
    for _ in 0..5 {
        core.library.next("create", Misbehaviour::Fail(FaultKind::Busy));
    }
    let outcome = core.apply(&title(&core, "Emma")).await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
    assert_eq!(core.library.room(|room| room.calls.iter().filter(|c| **c == "create").count()), 6);
}

#[tokio::test(start_paused = true)]
async fn an_interrupt_ends_soon_and_does_not_taint() {
    let mut core = Core::new();
    core.library.next("create", Misbehaviour::TaskHangs);
    let cancel = core.cancel.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(60)).await;
        cancel.cancel();
    });
    let begun = tokio::time::Instant::now();
    let config = title(&core, "Emma");
    let outcome = core.apply(&config).await;
    assert!(begun.elapsed() < Duration::from_secs(62), "{:?}", begun.elapsed());
    assert!(!outcome.diagnostics.has_errors(), "{}", texts(&outcome.diagnostics));
    assert!(texts(&outcome.diagnostics).contains("Warning: Creating the book was interrupted"));
    assert_eq!(core.state("id"), "b1".into());
    // The next run converges without another create.
    core.run_again();
    core.refresh().await;
    let outcome = core.apply(&config).await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
    assert_eq!(core.plan(&config).await.planned.state, core.stored.state);
    assert_eq!(core.calls("create"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_time_limit_names_the_setting_and_keeps_the_object() {
    let mut core = Core::new();
    core.library.next("create", Misbehaviour::TaskHangs);
    let limits = Value::Object(
        [("create", Value::from("90s")), ("update", Value::Null), ("delete", Value::Null)]
            .map(|(k, v)| (k.to_owned(), v))
            .into(),
    );
    let config = core.config(&[("title", "Emma".into()), ("timeouts", limits)]);
    let outcome = core.apply(&config).await;
    let said = texts(&outcome.diagnostics);
    assert!(said.contains("Warning: Creating the book took longer than 1m30s"), "{said}");
    assert!(said.contains("timeouts.create") && said.contains("Task: hangs"), "{said}");
    assert_eq!(core.state("id"), "b1".into());

    // Without an object there is nothing to keep.
    let mut core = Core::new();
    core.library.room(|room| room.script.insert("create", vec![Misbehaviour::Fail(FaultKind::Busy); 1000].into()));
    let outcome = core.apply(&config).await;
    assert!(texts(&outcome.diagnostics).contains("Error: Creating the book took longer than 1m30s"));
    assert!(core.stored.state.is_null());
}

#[tokio::test(start_paused = true)]
async fn a_call_without_an_answer_ends_with_the_time_limit() {
    let mut core = Core::new();
    core.library.next("create", Misbehaviour::Silence);
    let begun = tokio::time::Instant::now();
    let config = title(&core, "Emma");
    let said = texts(&core.apply(&config).await.diagnostics);
    assert!(
        said.contains("Error: Creating the book took longer than 10m") && said.contains("without an answer"),
        "{said}"
    );
    assert!(said.contains("raise `timeouts.create`"), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(10 * 60 + 2), "{:?}", begun.elapsed());
    assert!(core.stored.state.is_null());

    core.apply(&config).await;
    core.library.next("read", Misbehaviour::Silence);
    let begun = tokio::time::Instant::now();
    let said = texts(&core.refresh().await.diagnostics);
    // There is no `timeouts.read` to raise.
    assert!(said.contains("Reading the book took longer than 20m") && !said.contains("timeouts"), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(20 * 60 + 2), "{:?}", begun.elapsed());
    assert_eq!(core.state("id"), "b1".into());
}

/// R22: wherever a create is cut short, the object is in the state, an interrupt ends it soon, and the next run finishes it
/// instead of making another one.
#[tokio::test(start_paused = true)]
async fn a_create_that_is_cut_short_at_any_step_is_finished_by_the_next_run() {
    let busy = || vec![Misbehaviour::Fail(FaultKind::Busy); 1000];
    let steps = [
        ("the task", "create", vec![Misbehaviour::TaskHangs]),
        ("getting ready", "create", vec![Misbehaviour::Stuck]),
        ("the verification", "create", vec![Misbehaviour::Ignore("pages")]),
        ("the protection", "protect", busy()),
    ];
    for (step, call, script) in steps {
        for interrupted in [false, true] {
            let mut core = Core::new();
            core.library.room(|room| room.script.insert(call, script.clone().into()));
            let limits = [("create", "5s".into()), ("update", Value::Null), ("delete", Value::Null)];
            let config = core.config(&[
                ("title", "Emma".into()),
                ("pages", 400.into()),
                ("locked", true.into()),
                ("timeouts", Value::object(limits)),
            ]);
            if interrupted {
                let cancel = core.cancel.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_secs(3)).await;
                    cancel.cancel();
                });
            }
            let begun = tokio::time::Instant::now();
            let outcome = core.apply(&config).await;
            let said = texts(&outcome.diagnostics);
            assert!(begun.elapsed() < Duration::from_secs(5), "{step}: {:?}", begun.elapsed());
            assert!(!outcome.diagnostics.has_errors(), "{step}: {said}");
            let why =
                if interrupted { "Creating the book was interrupted" } else { "Creating the book took longer than 5s" };
            assert!(said.contains(&format!("Warning: {why}")), "{step}: {said}");
            assert_eq!(core.state("id"), "b1".into(), "{step}");

            core.run_again();
            core.library.room(|room| {
                room.script.clear();
                room.records.values_mut().for_each(|record| record.state = "ready".to_owned());
            });
            core.refresh().await;
            let outcome = core.apply(&config).await;
            assert!(outcome.diagnostics.is_empty(), "{step}: {}", texts(&outcome.diagnostics));
            let record = core.library.only();
            assert_eq!((record.pages, record.locked), (Some(400), true), "{step}");
            assert_eq!(core.plan(&config).await.planned.state, core.stored.state, "{step}");
            let creates = core.library.room(|room| room.calls.iter().filter(|call| **call == "create").count());
            assert_eq!(creates, 1, "{step}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_update_sends_what_changed_and_keeps_what_took_when_it_fails() {
    let mut core = Core::new();
    core.apply(&title(&core, "Emma")).await;
    core.library.room(|room| room.calls.clear());
    core.library.next("update", Misbehaviour::TaskHangs);
    core.library.room(|room| room.script.clear());
    let both = core.config(&[("title", "Lady Susan".into()), ("pages", 80.into())]);
    core.library.room(|room| {
        let refuse_second = [Misbehaviour::Ignore("nothing"), Misbehaviour::Fail(FaultKind::Other)];
        room.script.insert("update", refuse_second.into());
    });
    let outcome = core.apply(&both).await;
    assert!(outcome.diagnostics.has_errors());
    assert_eq!(core.state("title"), "Lady Susan".into(), "the first call took");
    assert!(core.state("pages").is_null(), "the second did not");
    let outcome = core.apply(&both).await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
    assert_eq!(core.state("pages"), 80.into());
}

#[tokio::test(start_paused = true)]
async fn an_optional_attribute_can_be_unset() {
    let mut core = Core::new();
    let config = core.config(&[("title", "Emma".into()), ("pages", 400.into())]);
    core.apply(&config).await;
    core.apply(&title(&core, "Emma")).await;
    assert_eq!(core.library.only().pages, None);
}

#[tokio::test(start_paused = true)]
async fn a_delete_ends_when_the_object_is_gone_and_keeps_it_when_it_is_not() {
    let mut core = Core::new();
    core.apply(&title(&core, "Emma")).await;
    core.library.next("delete", Misbehaviour::TaskFails);
    let outcome = core.destroy().await;
    assert!(texts(&outcome.diagnostics).contains("Deleting the book failed"));
    assert_eq!(core.state("id"), "b1".into());
    let outcome = core.destroy().await;
    assert!(outcome.diagnostics.is_empty());
    assert!(core.stored.state.is_null());
}

/// The service gives up deleting what goes with the object that it was in.
#[tokio::test(start_paused = true)]
async fn a_delete_whose_task_fails_is_done_all_the_same_if_the_object_is_gone() {
    let mut core = Core::new();
    core.apply(&title(&core, "Emma")).await;
    core.library.next("task", Misbehaviour::Fail(FaultKind::Failed));
    let outcome = core.destroy().await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
    assert!(core.stored.state.is_null());
}

#[tokio::test(start_paused = true)]
async fn a_delete_that_the_service_ignores_is_an_error_and_not_an_endless_wait() {
    let mut core = Core::new();
    core.apply(&title(&core, "Emma")).await;
    core.library.next("delete", Misbehaviour::Ignore("everything"));
    let begun = tokio::time::Instant::now();
    let outcome = core.destroy().await;
    assert!(texts(&outcome.diagnostics).contains("the book is there and ready"), "{}", texts(&outcome.diagnostics));
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert_eq!(core.state("id"), "b1".into());
}

#[tokio::test(start_paused = true)]
async fn deleting_what_is_already_gone_is_done() {
    let mut core = Core::new();
    core.apply(&title(&core, "Emma")).await;
    core.library.room(|room| room.records.clear());
    let outcome = core.destroy().await;
    assert!(outcome.diagnostics.is_empty());
    assert!(core.stored.state.is_null());
}

#[tokio::test(start_paused = true)]
async fn a_missing_object_is_gone() {
    let mut core = Core::new();
    core.apply(&title(&core, "Emma")).await;
    core.library.room(|room| room.records.clear());
    let begun = tokio::time::Instant::now();
    let outcome = core.refresh().await;
    assert!(core.stored.state.is_null() && outcome.diagnostics.is_empty());
    assert!(begun.elapsed().is_zero(), "only a new object is waited for");
}

#[tokio::test(start_paused = true)]
async fn a_failed_object_stays_in_the_state_with_a_warning() {
    let mut core = Core::new();
    core.apply(&title(&core, "Emma")).await;
    core.library.room(|room| room.records.values_mut().for_each(|r| r.state = "burnt".to_owned()));
    let outcome = core.refresh().await;
    assert_eq!(core.state("id"), "b1".into());
    assert!(texts(&outcome.diagnostics).contains("It caught fire."));
}

#[tokio::test(start_paused = true)]
async fn an_error_while_reading_keeps_the_state() {
    let mut core = Core::new();
    core.apply(&title(&core, "Emma")).await;
    core.library.next("read", Misbehaviour::Fail(FaultKind::Other));
    let outcome = core.refresh().await;
    assert!(outcome.diagnostics.has_errors());
    assert_eq!(core.state("id"), "b1".into());
}

#[tokio::test(start_paused = true)]
async fn an_import_by_id_or_identity_is_completed_by_the_read() {
    let mut core = Core::new();
    let config = title(&core, "Emma");
    core.apply(&config).await;
    let created = core.stored.state.clone();
    let identity = Value::Object([("shelf".to_owned(), Value::Null), ("id".to_owned(), "b1".into())].into());
    for by in [ImportBy::Id("b1".into()), ImportBy::Id("A:b1".into()), ImportBy::Identity(identity)] {
        core.stored = bookshelf::nothing();
        core.import(by).unwrap();
        core.refresh().await;
        assert_eq!(core.stored.state, created);
        assert_eq!(core.stored.identity.get("shelf"), Some(&"A".into()));
        assert_eq!(core.plan(&config).await.planned.state, core.stored.state);
    }
    assert!(texts(&core.import(ImportBy::Id("a:b:c".into())).unwrap_err()).contains("[<shelf>:]<id>"));
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_a_failure_of_its_operation_and_loses_nothing() {
    let mut core = Core::new();
    core.library.next("create", Misbehaviour::Panic);
    let outcome = core.apply(&title(&core, "Emma")).await;
    assert!(texts(&outcome.diagnostics).contains("the librarian fainted"));
    core.library.next("task", Misbehaviour::Panic);
    core.apply(&title(&core, "Emma")).await;
    assert_eq!(core.state("id"), "b1".into(), "the panic came after the create");
}

#[tokio::test(start_paused = true)]
async fn a_write_only_value_reaches_the_service_and_nothing_else() {
    let mut core = Core::new();
    let config = core.config(&[("title", "Emma".into()), ("code", "s3cret".into())]);
    let planned = core.plan(&config).await.planned.state;
    assert!(planned.get("code").is_some_and(Value::is_null));
    core.apply(&config).await;
    assert_eq!(core.library.only().code, "s3cret");
    assert!(core.state("code").is_null());
}

#[tokio::test(start_paused = true)]
async fn a_write_only_value_of_a_nested_object_reaches_the_service_and_nothing_else() {
    let mut core = Core::new();
    let seal = |inside: Value| Value::object([("sign", "lion".into()), ("inside", inside)]);
    let seals = |inside: Value| Value::Map([("front".to_owned(), seal(inside))].into());
    let config = core.config(&[("title", "Emma".into()), ("seals", seals("s3cret".into()))]);
    assert_eq!(core.plan(&config).await.planned.state.get("seals"), Some(&seals(Value::Null)));
    core.apply(&config).await;
    assert_eq!(core.library.only().seals, ["s3cret"]);
    assert_eq!(core.state("seals"), seals(Value::Null));
}

#[tokio::test(start_paused = true)]
async fn an_object_that_changes_its_identity_is_reported() {
    let mut core = Core::new();
    core.apply(&title(&core, "Emma")).await;
    core.library.room(|room| room.records.values_mut().for_each(|r| r.shelf = "Z".to_owned()));
    let outcome = core.refresh().await;
    assert!(texts(&outcome.diagnostics).contains("Error at shelf: The identity of the object changed"));
}

/// R34: an update that would give an object another identity is refused before anything is done.
#[tokio::test(start_paused = true)]
async fn a_plan_that_changes_the_identity_is_reported() {
    let mut core = Core::new();
    core.apply(&title(&core, "Emma")).await;
    core.stored.identity = Value::object([("shelf", "A".into()), ("id", "b7".into())]);
    let said = texts(&core.plan(&core.config(&[("title", "Emma".into()), ("pages", 7.into())])).await.diagnostics);
    assert!(said.contains("Error at id: The identity of the object changed"), "{said}");
}

/// R34: an object that exists can be named.
#[tokio::test(start_paused = true)]
async fn an_object_without_an_identity_is_reported() {
    let mut core = Core::new();
    let config = title(&core, "Emma");
    core.apply(&config).await;
    let nameless = |room: &mut bookshelf::Room| room.nameless = true;
    core.library.room(nameless);
    let said = texts(&core.refresh().await.diagnostics);
    assert!(said.contains("Error at id: The object has no `id`"), "{said}");
    assert_eq!(core.state("id"), "b1".into(), "what was stored stays");
    let outcome = core.apply(&core.config(&[("title", "Emma".into()), ("pages", 7.into())])).await;
    assert!(outcome.diagnostics.has_errors());

    let mut core = Core::new();
    core.library.room(nameless);
    let said = texts(&core.apply(&config).await.diagnostics);
    assert!(said.contains("Error at id: The object has no `id`"), "{said}");
}

/// A value that an older version stored, before its attribute was write-only, is not carried on.
#[test]
fn stored_states_lose_what_is_write_only() {
    let core = Core::new();
    for (version, title) in [(0, "name"), (1, "title")] {
        let stored = format!(
            r#"{{"{title}":"Emma","id":"b1","code":"s3cret","seals":{{"front":{{"sign":"lion","inside":"s3cret"}}}}}}"#
        );
        let state = core.driver.upgrade(version, stored.as_bytes()).unwrap();
        assert_eq!(state.get("title"), Some(&"Emma".into()));
        assert!(!format!("{state:?}").contains("s3cret"), "{state:?}");
    }
}

#[test]
fn stored_states_of_all_versions_are_read() {
    let core = Core::new();
    let old = br#"{"name":"Emma","id":"b1","gone":true}"#;
    let state = core.driver.upgrade(0, old).unwrap();
    assert_eq!(state.get("title"), Some(&"Emma".into()));
    let now = br#"{"title":"Emma","id":"b1"}"#;
    assert_eq!(core.driver.upgrade(1, now).unwrap(), state);
    assert!(core.driver.upgrade(7, now).is_err());
    assert!(core.driver.upgrade(1, b"[").is_err());
}

/// A plan may refuse what the user wrote, and then says how to destroy; what others changed since the last apply it does
/// not refuse.
#[tokio::test(start_paused = true)]
async fn what_the_user_wrote_may_be_refused_and_what_the_world_did_is_not() {
    let pages = |core: &Core, pages: i64| core.config(&[("title", "Emma".into()), ("pages", pages.into())]);
    let mut core = Core::new();
    let written = pages(&core, 6000);
    core.apply(&written).await;
    let thinner = pages(&core, 5500);
    let said = texts(&core.plan(&thinner).await.diagnostics);
    assert!(
        said.contains("Error at pages: Pages are not torn out") && said.contains("`terraform destroy -refresh=false`"),
        "{said}"
    );

    core.library.room(|room| room.records.values_mut().for_each(|record| record.pages = Some(7000)));
    for _ in 0..2 {
        core.refresh().await;
        let plan = core.plan(&written).await;
        assert!(texts(&plan.diagnostics).contains("Warning at pages: Somebody wrote more pages"));
        assert_eq!(plan.planned.state, core.stored.state, "nothing changes");
        assert!(core.plan(&thinner).await.diagnostics.has_errors(), "that is what the user wrote");
    }

    // It is drift as long as nobody asks for anything else, other changes notwithstanding.
    let other = core.config(&[("title", "Emma II".into()), ("pages", 6000.into())]);
    core.apply(&other).await;
    assert_eq!((core.state("title"), core.state("pages")), ("Emma II".into(), 7000.into()));
    assert!(!core.plan(&other).await.diagnostics.has_errors());
    let thicker = core.config(&[("title", "Emma II".into()), ("pages", 8000.into())]);
    core.apply(&thicker).await;
    assert!(core.plan(&other).await.diagnostics.has_errors());
}

/// What is protected is not destroyed without a change that has to be planned, so the way around the plan is not offered.
#[tokio::test(start_paused = true)]
async fn a_refused_plan_of_what_is_protected_does_not_offer_a_way_that_is_closed() {
    let config = |core: &Core, pages: i64| {
        core.config(&[("title", "Emma".into()), ("pages", pages.into()), ("locked", true.into())])
    };
    let mut core = Core::new();
    let written = config(&core, 6000);
    core.apply(&written).await;
    let said = texts(&core.plan(&config(&core, 5500)).await.diagnostics);
    assert!(said.contains("Pages are not torn out") && !said.contains("-refresh=false"), "{said}");
}
