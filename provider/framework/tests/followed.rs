//! R46: what the driver advises works, done step by step as it is said.

mod bookshelf;

use bookshelf::{Core, Misbehaviour, texts};
use tf_provider::FaultKind;
use tf_provider::lifecycle::{DynResource as _, ImportBy};
use tf_provider::value::Value;

fn emma(core: &Core) -> Value {
    core.config(&[("title", "Emma".into())])
}

/// With a limit for one operation.
fn limited(core: &Core, operation: &str, limit: &str) -> Value {
    let limits = ["create", "update", "delete"].map(|name| {
        let limit = if name == operation { Value::from(limit) } else { Value::Null };
        (name.to_owned(), limit)
    });
    core.config(&[("title", "Emma".into()), ("timeouts", Value::Object(limits.into()))])
}

/// "Terraform was interrupted before it began. Apply again."
#[tokio::test(start_paused = true)]
async fn what_was_not_started_is_done_by_the_next_apply() {
    let mut core = Core::new();
    core.cancel.cancel();
    let config = emma(&core);
    let said = texts(&core.apply(&config).await.diagnostics);
    assert!(said.contains("was not started") && said.contains("Apply again."), "{said}");
    assert_eq!((core.stored.state.is_null(), core.calls("create")), (true, 0));
    core.run_again();
    let outcome = core.apply(&config).await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
    assert_eq!(core.plan(&config).await.planned.state, core.stored.state);
}

/// "Wait for it to end and apply again, or raise `timeouts.create`."
#[tokio::test(start_paused = true)]
async fn a_time_limit_that_is_raised_lets_the_operation_end() {
    let busy = || vec![Misbehaviour::Fail(FaultKind::Busy); 200];
    for (second, is_over) in [("90s", true), ("24h", false)] {
        let mut core = Core::new();
        core.library.room(|room| room.script.insert("create", busy().into()));
        let said = texts(&core.apply(&limited(&core, "create", "90s")).await.diagnostics);
        assert!(said.contains("apply again, or raise `timeouts.create`"), "{said}");
        if is_over {
            core.library.room(|room| room.script.clear());
        }
        let config = limited(&core, "create", second);
        let outcome = core.apply(&config).await;
        assert!(outcome.diagnostics.is_empty(), "{second}: {}", texts(&outcome.diagnostics));
        assert_eq!(core.plan(&config).await.planned.state, core.stored.state);
    }
}

/// "Look whether the service is well, and try again."
#[tokio::test(start_paused = true)]
async fn a_read_that_was_given_up_is_tried_again() {
    let mut core = Core::new();
    let config = emma(&core);
    core.apply(&config).await;
    core.library.next("read", Misbehaviour::Silence);
    let said = texts(&core.refresh().await.diagnostics);
    assert!(said.contains("Look whether the service is well, and try again."), "{said}");
    let outcome = core.refresh().await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
    assert_eq!(core.plan(&config).await.planned.state, core.stored.state);
}

/// "The service accepted the delete and ended its task, but the book is there and ready. (...) Apply again."
#[tokio::test(start_paused = true)]
async fn a_delete_that_was_ignored_is_made_again() {
    let mut core = Core::new();
    core.apply(&emma(&core)).await;
    core.library.next("delete", Misbehaviour::Ignore("everything"));
    let said = texts(&core.destroy().await.diagnostics);
    assert!(said.contains("Apply again."), "{said}");
    let outcome = core.destroy().await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
    assert!(core.stored.state.is_null());
}

/// "It cannot be changed any more. Run the same command again: the new plan waits until it is gone, and makes a new one."
#[tokio::test(start_paused = true)]
async fn what_is_deleted_behind_a_plan_is_made_anew_by_the_same_command() {
    let mut core = Core::new();
    core.apply(&emma(&core)).await;
    core.library.room(|room| room.records.values_mut().for_each(|r| r.state = "pulping".to_owned()));
    let config = core.config(&[("title", "Emma".into()), ("pages", 400.into())]);
    let said = texts(&core.apply(&config).await.diagnostics);
    assert!(said.contains("Run the same command again"), "{said}");
    core.refresh().await;
    let plan = core.plan(&config).await;
    assert!(!plan.diagnostics.has_errors(), "{}", texts(&plan.diagnostics));
    assert_eq!(plan.replace.len(), 1);
    // Terraform applies a replacement in two steps.
    let library = core.library.clone();
    tokio::spawn(async move {
        tokio::time::sleep(std::time::Duration::from_secs(60)).await;
        library.room(|room| room.records.clear());
    });
    let outcome = core.destroy().await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
    let outcome = core.apply(&config).await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
    assert_eq!(core.library.only().pages, Some(400));
}

/// "Remove the resource from the state and import it again", and the same of an object that never comes to be moved.
#[tokio::test(start_paused = true)]
async fn a_state_that_cannot_be_read_is_forgotten_and_imported() {
    let mut core = Core::new();
    let config = emma(&core);
    core.apply(&config).await;
    let created = core.stored.state.clone();
    let said = texts(&core.driver.upgrade(1, b"[").unwrap_err());
    assert!(said.contains("or remove the resource from the state and import it again"), "{said}");
    core.stored = bookshelf::nothing();
    core.import(ImportBy::Id("b1".to_owned())).unwrap();
    core.refresh().await;
    assert_eq!(core.stored.state, created);
    assert_eq!(core.plan(&config).await.planned.state, core.stored.state);
}

/// "Set `id` in the `identity` of the import block."
#[tokio::test(start_paused = true)]
async fn an_identity_is_completed_as_the_error_says() {
    let mut core = Core::new();
    core.apply(&emma(&core)).await;
    let identity = |id: Value| ImportBy::Identity(Value::object([("shelf", Value::Null), ("id", id)]));
    core.stored = bookshelf::nothing();
    let said = texts(&core.import(identity(Value::Null)).unwrap_err());
    assert!(said.contains("Set `id` in the `identity` of the import block."), "{said}");
    core.import(identity("b1".into())).unwrap();
    let outcome = core.refresh().await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
    assert_eq!(core.state("title"), "Emma".into());
}

/// "Use an import block with `identity = { ... }` instead of `id`."
#[tokio::test(start_paused = true)]
async fn what_no_id_can_name_is_imported_by_its_identity() {
    let mut core = Core::new();
    core.apply(&core.config(&[("title", "Emma".into()), ("shelf", "A:1".into())])).await;
    core.stored = bookshelf::nothing();
    let said = texts(&core.import(ImportBy::Id("A:1:b1".to_owned())).unwrap_err());
    assert!(said.contains("Use an import block with `identity"), "{said}");
    let identity = Value::object([("shelf", "A:1".into()), ("id", "b1".into())]);
    core.import(ImportBy::Identity(identity)).unwrap();
    let outcome = core.refresh().await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
    assert_eq!(core.state("shelf"), "A:1".into());
}

/// "A plan that is protected": the advice of the destroy and of the replacement.
#[tokio::test(start_paused = true)]
async fn protection_is_switched_off_first_as_the_error_says() {
    let mut core = Core::new();
    let with = |core: &Core, shelf: &str, locked: bool| {
        core.config(&[("title", "Emma".into()), ("shelf", shelf.into()), ("locked", locked.into())])
    };
    core.apply(&with(&core, "A", true)).await;
    let said = texts(&core.plan(&Value::Null).await.diagnostics);
    assert!(said.contains("To go on, set `locked = false`, apply that first, and then destroy the book."), "{said}");
    let said = texts(&core.plan(&with(&core, "B", true)).await.diagnostics);
    assert!(said.contains("To go on, undo it, set `locked = false`, apply that first, and then make it again."));
    assert!(core.plan(&with(&core, "B", false)).await.diagnostics.has_errors(), "not both at once");
    let outcome = core.apply(&with(&core, "A", false)).await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
    assert!(!core.plan(&with(&core, "B", false)).await.diagnostics.has_errors());
    assert!(!core.plan(&Value::Null).await.diagnostics.has_errors());
    let outcome = core.destroy().await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
}
