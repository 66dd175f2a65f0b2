//! What a creation leaves to a later apply: nothing healthy is destroyed, and nothing is forgotten.

mod bookshelf;

use std::time::Duration;

use bookshelf::{Core, Misbehaviour, texts};
use tf_provider::FaultKind;
use tf_provider::private::Private;
use tf_provider::value::Value;
use tokio::time::Instant;

/// A book with pages and a lock, which is the last step of its creation.
fn locked(core: &Core) -> Value {
    core.config(&[("title", "Emma".into()), ("pages", 400.into()), ("locked", true.into())])
}

/// A creation that stops at its last step but one.
async fn unfinished() -> (Core, Value) {
    let mut core = Core::new();
    core.library.next("protect", Misbehaviour::Fail(FaultKind::Other));
    let config = locked(&core);
    let outcome = core.apply(&config).await;
    assert!(!outcome.diagnostics.has_errors(), "{}", texts(&outcome.diagnostics));
    (core, config)
}

/// What the second read and all after it show.
fn then_lasting(shown: Misbehaviour) -> Vec<Misbehaviour> {
    let mut script = vec![Misbehaviour::Behave];
    script.resize(1000, shown);
    script
}

/// R22, R39: whatever goes wrong behind the create call, as long as the object may be well: Terraform would destroy an
/// object whose creation ended with an error. The next apply finishes it, with and without a refresh.
#[tokio::test(start_paused = true)]
async fn whatever_fails_behind_a_create_is_finished_by_the_next_apply() {
    let fail = |kind| Misbehaviour::Fail(kind);
    let steps = [
        ("asking for the task", "task", vec![fail(FaultKind::Other)], "task refused"),
        ("the task's answer", "task", vec![fail(FaultKind::Uncertain)], "task refused"),
        ("a panic", "task", vec![Misbehaviour::Panic], "the librarian fainted"),
        ("the first read", "read", vec![fail(FaultKind::Other)], "read refused"),
        ("no answer to a read", "read", vec![fail(FaultKind::Uncertain)], "read refused"),
        ("what a creation does not take", "complete", vec![fail(FaultKind::Other)], "complete refused"),
        ("a field that is ignored", "create", vec![Misbehaviour::Ignore("pages")], "did not apply `pages`"),
        ("the protection", "protect", vec![fail(FaultKind::Other)], "protect refused"),
        ("the protection's answer", "protect", vec![fail(FaultKind::Uncertain)], "protect refused"),
        ("the read behind it", "read", vec![Misbehaviour::Behave, fail(FaultKind::Other)], "read refused"),
        ("a failed state behind it", "read", then_lasting(Misbehaviour::Shows("burnt")), "caught fire"),
        ("no object behind it", "read", then_lasting(fail(FaultKind::NotFound)), "read refused"),
    ];
    for (step, call, script, why) in steps {
        for refreshed in [true, false] {
            let mut core = Core::new();
            core.library.room(|room| room.script.insert(call, script.clone().into()));
            let config = locked(&core);
            let outcome = core.apply(&config).await;
            let said = texts(&outcome.diagnostics);
            assert!(!outcome.diagnostics.has_errors(), "{step}: an error taints\n{said}");
            assert!(said.contains("Warning") && said.contains("b1 is not finished"), "{step}: {said}");
            assert!(said.contains(why) && said.contains("The next apply finishes it"), "{step}: {said}");
            assert!(said.contains("`locked`"), "{step}: it says what may not be in effect: {said}");
            assert_eq!(core.state("id"), "b1".into(), "{step}");
            assert_eq!(core.state("pages"), 400.into(), "{step}: Terraform wants what was planned");

            core.library.room(|room| room.script.clear());
            if refreshed {
                core.refresh().await;
            }
            let plan = core.plan(&config).await;
            assert!(plan.replace.is_empty(), "{step}");
            assert_ne!(plan.planned.state, core.stored.state, "{step}: there is something left to do");
            assert_eq!(plan.planned.state.get("revision"), Some(&Value::Unknown), "{step}: it is not known yet");
            assert_eq!(plan.planned.state.get("id"), Some(&"b1".into()), "{step}");
            let outcome = core.apply(&config).await;
            assert!(outcome.diagnostics.is_empty(), "{step}: {}", texts(&outcome.diagnostics));
            let record = core.library.only();
            assert_eq!((record.pages, record.locked), (Some(400), true), "{step}");
            core.refresh().await;
            assert_eq!(core.plan(&config).await.planned.state, core.stored.state, "{step}");
            assert_eq!((core.calls("create"), core.calls("delete")), (1, 0), "{step}");
            assert!(core.calls("complete") > 0, "{step}");
            assert_eq!(core.stored.private, Private::default(), "{step}: all notes are done with");
        }
    }
}

/// Reads lag behind a creation, and a state may show for a moment that is none.
#[tokio::test(start_paused = true)]
async fn what_a_new_object_shows_for_a_moment_does_not_count() {
    for passing in [Misbehaviour::Fail(FaultKind::NotFound), Misbehaviour::Shows("burnt")] {
        for already_seen in [false, true] {
            let mut script = vec![passing.clone(); 5];
            if already_seen {
                script.insert(0, Misbehaviour::Behave);
            }
            let mut core = Core::new();
            core.library.room(|room| room.script.insert("read", script.into()));
            let outcome = core.apply(&locked(&core)).await;
            assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
            assert!(core.library.only().locked);
        }

        // The same when an interrupted creation is read again.
        let (mut core, config) = unfinished().await;
        core.library.room(|room| room.script.insert("read", vec![passing; 5].into()));
        core.refresh().await;
        assert_eq!(core.state("id"), "b1".into());
        assert!(core.plan(&config).await.replace.is_empty());
    }
}

/// What is of no use is replaced by the next apply, and that is what its error says to Terraform.
#[tokio::test(start_paused = true)]
async fn an_object_that_failed_for_good_or_is_gone_is_tainted() {
    for (lasting, why) in [
        (Misbehaviour::Shows("burnt"), "Error: Creating the book failed: It caught fire."),
        (Misbehaviour::Fail(FaultKind::NotFound), "Error: read refused"),
    ] {
        let mut core = Core::new();
        core.library.room(|room| room.script.insert("read", vec![lasting; 1000].into()));
        let begun = Instant::now();
        let outcome = core.apply(&locked(&core)).await;
        let said = texts(&outcome.diagnostics);
        assert!(said.contains(why), "{said}");
        assert!((12..20).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
        assert_eq!(core.state("id"), "b1".into());
        assert!(!core.library.only().locked, "what is tainted must be removable");
    }
}

/// Protected and tainted would be stuck: no apply and no destroy gets past that.
#[tokio::test(start_paused = true)]
async fn a_protected_object_is_never_tainted() {
    for lasting in [Misbehaviour::Shows("burnt"), Misbehaviour::Fail(FaultKind::NotFound)] {
        let mut core = Core::new();
        let script = [vec![Misbehaviour::Behave], vec![lasting; 1000]].concat();
        core.library.room(|room| room.script.insert("read", script.into()));
        let config = locked(&core);
        let outcome = core.apply(&config).await;
        assert!(core.library.only().locked);
        assert!(!outcome.diagnostics.has_errors(), "{}", texts(&outcome.diagnostics));
        core.library.room(|room| room.script.clear());
        core.refresh().await;
        let outcome = core.apply(&config).await;
        assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
    }
}

/// R04: a field that the service keeps ignoring is an error of the apply that follows, and destroys nothing.
#[tokio::test(start_paused = true)]
async fn a_field_that_is_always_ignored_is_an_error_that_destroys_nothing() {
    let mut core = Core::new();
    let config = locked(&core);
    core.library.next("create", Misbehaviour::Ignore("pages"));
    core.apply(&config).await;
    for _ in 0..3 {
        core.refresh().await;
        assert_eq!(core.state("pages"), Value::Null, "a refresh shows what is");
        core.library.room(|room| room.script.insert("update", vec![Misbehaviour::Ignore("pages"); 2].into()));
        let outcome = core.apply(&config).await;
        let said = texts(&outcome.diagnostics);
        assert!(said.contains("Error at pages: The service did not apply `pages`"), "{said}");
    }
    assert_eq!((core.calls("create"), core.calls("delete")), (1, 0));
    let outcome = core.apply(&core.config(&[("title", "Emma".into()), ("locked", true.into())])).await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
}

/// The same with a field that cannot be changed in place: a new object would be asked for the same again.
#[tokio::test(start_paused = true)]
async fn an_ignored_field_that_cannot_change_does_not_replace_the_object() {
    let mut core = Core::new();
    let paper = |core: &Core, paper: &str| core.config(&[("title", "Emma".into()), ("paper", paper.into())]);
    let config = paper(&core, "vellum");
    core.library.next("create", Misbehaviour::Ignore("paper"));
    core.apply(&config).await;
    for refreshed in [false, true, true] {
        if refreshed {
            core.refresh().await;
            assert_eq!(core.state("paper"), "plain".into());
            let plan = core.plan(&config).await;
            assert!(plan.replace.is_empty(), "{:?}", plan.replace);
            let said = texts(&plan.diagnostics);
            assert!(said.contains("Warning at paper: The service did not apply `paper`"), "{said}");
        }
        let outcome = core.apply(&config).await;
        let said = texts(&outcome.diagnostics);
        assert!(said.contains("Error at paper: The service did not apply `paper`"), "{said}");
    }
    // What the user writes anew is another matter.
    assert!(!core.plan(&paper(&core, "papyrus")).await.replace.is_empty());
    let outcome = core.apply(&paper(&core, "plain")).await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
    assert_eq!(core.stored.private, Private::default());
    assert_eq!((core.calls("create"), core.calls("delete")), (1, 0));
}

/// A creation that was interrupted, and then failed: the next plan says that it replaces what never came to be.
#[tokio::test(start_paused = true)]
async fn an_unfinished_object_that_failed_is_replaced() {
    let (mut core, config) = unfinished().await;
    core.library.room(|room| room.records.values_mut().for_each(|r| r.state = "burnt".to_owned()));
    let outcome = core.refresh().await;
    assert!(texts(&outcome.diagnostics).contains("Warning: The book is in a failed state: It caught fire."));
    let plan = core.plan(&config).await;
    assert!(!plan.diagnostics.has_errors(), "{}", texts(&plan.diagnostics));
    assert_eq!(plan.replace.iter().map(ToString::to_string).collect::<Vec<_>>(), ["id"]);
    let again = core.plan_in_place_of(plan.planned.identity, plan.planned.private, &config).await;
    assert!(!again.diagnostics.has_errors(), "{}", texts(&again.diagnostics));
    assert_eq!(again.planned.private, Private::default());

    // One that is protected is unlocked first; then it is replaced.
    core.library.room(|room| room.records.values_mut().for_each(|r| r.locked = true));
    core.refresh().await;
    assert!(core.plan(&config).await.replace.is_empty());
    let unlocked = core.config(&[("title", "Emma".into()), ("pages", 400.into())]);
    let outcome = core.apply(&unlocked).await;
    assert!(outcome.diagnostics.has_errors());
    assert!(!core.library.only().locked);
    core.refresh().await;
    assert!(!core.plan(&unlocked).await.replace.is_empty());

    // One that was finished is left alone: it may have nodes, and people who know what to do.
    let (mut core, config) = unfinished().await;
    core.apply(&config).await;
    core.library.room(|room| room.records.values_mut().for_each(|r| r.state = "burnt".to_owned()));
    core.refresh().await;
    assert_eq!(core.plan(&config).await.planned.state, core.stored.state);
}

/// R39: an object that is being deleted is not gone.
#[tokio::test(start_paused = true)]
async fn a_deletion_that_goes_on_is_waited_for() {
    let begin = async |core: &mut Core| {
        core.apply(&core.config(&[("title", "Emma".into())])).await;
        core.library.next("delete", Misbehaviour::TaskHangs);
        let cancel = core.cancel.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(3)).await;
            cancel.cancel();
        });
        let outcome = core.destroy().await;
        assert!(texts(&outcome.diagnostics).contains("Error: Deleting the book was interrupted"));
        core.run_again();
        let said = texts(&core.refresh().await.diagnostics);
        assert!(said.contains("Warning: The book is being deleted: It stays in the state until it is gone."), "{said}");
        assert_eq!(core.state("id"), "b1".into());
    };
    let end = |core: &Core, end: fn(&mut bookshelf::Room)| {
        let library = core.library.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(60)).await;
            library.room(end);
        })
    };
    // What the service answers to a second call is its affair.
    for again in [FaultKind::Busy, FaultKind::Other, FaultKind::Uncertain] {
        let mut core = Core::new();
        begin(&mut core).await;
        core.library.room(|room| room.script.insert("delete", vec![Misbehaviour::Fail(again); 1000].into()));
        let gone = end(&core, |room| {
            room.records.clear();
            room.script.clear();
        });
        let outcome = core.destroy().await;
        assert!(gone.is_finished(), "{again:?}: it did not wait");
        assert!(outcome.diagnostics.is_empty(), "{again:?}: {}", texts(&outcome.diagnostics));
        assert!(core.stored.state.is_null());
    }

    let mut core = Core::new();
    begin(&mut core).await;
    core.library.next("delete", Misbehaviour::Fail(FaultKind::Other));
    end(&core, |room| room.records.values_mut().for_each(|r| r.state = "burnt".to_owned()));
    let said = texts(&core.destroy().await.diagnostics);
    assert!(said.contains("Error: Deleting the book failed: It caught fire."), "{said}");
    assert_eq!(core.state("id"), "b1".into(), "what was not deleted is in the state");

    // An apply makes a new one in its place, and protection is not in its way.
    let mut core = Core::new();
    begin(&mut core).await;
    core.library.room(|room| room.records.values_mut().for_each(|r| r.locked = true));
    core.refresh().await;
    let config = locked(&core);
    let plan = core.plan(&config).await;
    assert!(!plan.diagnostics.has_errors(), "{}", texts(&plan.diagnostics));
    assert_eq!(plan.replace.len(), 1);
    let again = core.plan_in_place_of(plan.planned.identity, plan.planned.private, &config).await;
    assert!(!again.diagnostics.has_errors(), "{}", texts(&again.diagnostics));
}

/// R43: Terraform plans a `-replace` as a creation in the end, and shows nothing of the old object but the notes of its
/// first plan.
#[tokio::test(start_paused = true)]
async fn a_protected_object_is_not_replaced_without_a_cause_in_the_configuration() {
    let mut core = Core::new();
    let config = locked(&core);
    core.apply(&config).await;
    let first = core.plan(&config).await;
    assert!(first.replace.is_empty() && !first.diagnostics.has_errors());
    // OpenTofu and Terraform before 1.12 have no identity.
    for identity in [Value::Null, first.planned.identity] {
        let plan = core.plan_in_place_of(identity, first.planned.private.clone(), &config).await;
        let said = texts(&plan.diagnostics);
        assert!(said.contains("Error at locked: `locked` stops the replacement of this book: `-replace`"), "{said}");
    }

    // Without protection nothing is in the way, nor for an object that is not there.
    let open = core.config(&[("title", "Emma".into()), ("pages", 400.into())]);
    core.apply(&open).await;
    let first = core.plan(&open).await;
    for private in [first.planned.private, Private::default()] {
        let plan = core.plan_in_place_of(core.stored.identity.clone(), private, &config).await;
        assert!(plan.diagnostics.is_empty(), "{}", texts(&plan.diagnostics));
    }
    assert_eq!(core.stored.private, Private::default(), "the note is for the second plan alone");
    let plan = core.plan_in_place_of(Value::Null, Private::default(), &config).await;
    assert!(plan.diagnostics.is_empty());
}
