//! Calls that must not be carried out twice, whose answers get lost. Time is tokio's, and paused.

mod bookshelf;

use bookshelf::{Core, Misbehaviour, texts};
use tf_provider::FaultKind;
use tf_provider::lifecycle::Outcome;
use tokio::time::Instant;

const LOST: Misbehaviour = Misbehaviour::Fail(FaultKind::Uncertain);
const NOT_LISTED: Misbehaviour = Misbehaviour::Shows("nothing");

/// Creates a book while the calls and the looks behind them go as written.
async fn create(calls: &[Misbehaviour], looks: &[Misbehaviour]) -> (Core, Outcome) {
    let mut core = Core::new();
    core.library.room(|room| {
        room.script.insert("create", calls.to_vec().into());
        room.script.insert("look", looks.to_vec().into());
    });
    let config = core.config(&[("title", "Emma".into())]);
    let outcome = core.apply(&config).await;
    (core, outcome)
}

fn books(core: &Core) -> usize {
    core.library.room(|room| room.records.len())
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_carried_out_is_not_sent_again_even_if_it_shows_late() {
    for looks in [vec![], vec![NOT_LISTED; 5]] {
        let (core, outcome) = create(&[Misbehaviour::LoseAnswer], &looks).await;
        assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
        assert_eq!((core.calls("create"), books(&core), core.state("id")), (1, 1, "b1".into()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_not_carried_out_is_sent_again_once_reads_have_caught_up() {
    let begun = Instant::now();
    let (core, outcome) = create(&[LOST, LOST], &[]).await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
    assert_eq!((core.calls("create"), books(&core), core.state("id")), (3, 1, "b1".into()));
    assert!(begun.elapsed().as_secs() >= 2 * 12, "it was looked for as long as reads may lag: {:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn answers_that_keep_getting_lost_are_told_in_the_end() {
    let (core, outcome) = create(&vec![LOST; 100], &[]).await;
    let said = texts(&outcome.diagnostics);
    assert!(said.contains("Error: create refused"), "{said}");
    assert_eq!((core.calls("create"), books(&core)), (11, 0));
    assert!(core.stored.state.is_null());
}

/// The first call was carried out and shows late, so the second one is refused, because there is one of that name.
#[tokio::test(start_paused = true)]
async fn a_refusal_after_a_lost_answer_may_be_that_of_a_call_that_was_carried_out() {
    let calls = [Misbehaviour::LoseAnswer, Misbehaviour::Fail(FaultKind::Other)];
    // Longer than the service says that reads may lag.
    let (core, outcome) = create(&calls, &vec![NOT_LISTED; 26]).await;
    assert!(outcome.diagnostics.is_empty(), "{}", texts(&outcome.diagnostics));
    assert_eq!((core.calls("create"), books(&core), core.state("id")), (2, 1, "b1".into()));
    // Without one it is a refusal like others.
    let (core, outcome) = create(&[LOST, Misbehaviour::Fail(FaultKind::Other)], &[]).await;
    assert!(outcome.diagnostics.has_errors());
    assert_eq!((core.calls("create"), books(&core)), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_refused_is_neither_looked_for_nor_repeated() {
    let (core, outcome) = create(&[Misbehaviour::Fail(FaultKind::Other)], &[]).await;
    assert!(outcome.diagnostics.has_errors());
    assert_eq!((core.calls("create"), core.calls("look")), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_look_that_fails_leaves_the_lost_call_to_tell() {
    let (core, outcome) = create(&[Misbehaviour::LoseAnswer], &[Misbehaviour::Fail(FaultKind::Unavailable)]).await;
    let said = texts(&outcome.diagnostics);
    assert!(said.contains("Error: The answer was lost: The connection broke."), "{said}");
    assert!(said.contains("It could not be seen: look refused. For the test."), "{said}");
    assert_eq!(core.calls("create"), 1, "it is not sent again");
}
