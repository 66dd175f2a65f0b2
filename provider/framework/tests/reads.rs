//! Reading while the service is out of order, and objects that are there and do not work. Time is tokio's, and paused.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tf_provider::lifecycle::{Driver, DynResource as _, ImportBy, Outcome, Stored};
use tf_provider::value::Value;
use tf_provider::{Computed, Context, Diagnostic, Fault, FaultKind, Lifecycle, Progress, Resource, Service, Severity};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A lamp.
#[derive(Clone, Resource)]
#[resource(identity(id), timeouts(read = "2m"))]
struct Lamp {
    /// Number of the lamp.
    #[attr(keep)]
    id: Computed<String>,
    /// What it looks like.
    state: Computed<String>,
}

/// Answers after so many refusals.
struct House {
    refusals: AtomicU32,
    state: &'static str,
}

impl Service for House {
    type Error = Fault;
    type Task = std::convert::Infallible;

    async fn task(&self, task: &Self::Task) -> Result<Progress, Fault> {
        match *task {}
    }
}

impl Lifecycle for Lamp {
    type Service = House;
    type Remote = &'static str;

    async fn create(&mut self, _: &Context<'_, House>) -> Result<Option<std::convert::Infallible>, Fault> {
        Err(Fault::other("No lamps are made here", ""))
    }

    async fn read(&self, cx: &Context<'_, House>) -> Result<&'static str, Fault> {
        let house = cx.service();
        match house.refusals.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)) {
            Ok(_) => Err(Fault::new(FaultKind::Unavailable, "Reading the lamp failed", "No current.")),
            Err(_) => Ok(house.state),
        }
    }

    fn progress(remote: &&'static str) -> Progress {
        match *remote {
            "dim" => Progress::Pending("dim".to_owned()),
            _ => Progress::Ready,
        }
    }

    fn trouble(remote: &&'static str) -> Option<Diagnostic> {
        (*remote == "dim").then(|| Diagnostic::warning("The lamp is dim", "Clean it."))
    }

    fn absorb(&mut self, remote: &&'static str) {
        self.id.set("l1".to_owned());
        self.state.set((*remote).to_owned());
    }

    async fn update(&mut self, _: &Self, _: &&'static str, _: &Context<'_, House>) -> Result<(), Fault> {
        Ok(())
    }

    async fn delete(&self, _: &Context<'_, House>) -> Result<Option<std::convert::Infallible>, Fault> {
        Ok(None)
    }
}

fn stored(driver: &Driver<Lamp>, limit: Option<&str>) -> Stored {
    let mut stored = driver.import(ImportBy::Id("l1".to_owned())).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    if let (Some(limit), Value::Object(members)) = (limit, &mut stored.state) {
        members.insert("timeouts".to_owned(), Value::Object([("read".to_owned(), limit.into())].into()));
    }
    stored
}

async fn read(refusals: u32, state: &'static str, limit: Option<&str>) -> (Outcome, Duration) {
    let driver = Driver::<Lamp>::new();
    let house = House { refusals: refusals.into(), state };
    let begun = Instant::now();
    let outcome = driver.read(stored(&driver, limit), &house, &CancellationToken::new()).await;
    (outcome, begun.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_out_of_order_is_read_again_until_it_answers() {
    let (outcome, took) = read(12, "bright", None).await;
    assert!(outcome.diagnostics.is_empty(), "{:?}", outcome.diagnostics);
    assert_eq!(outcome.stored.state.get("state"), Some(&"bright".into()));
    assert!(took > Duration::from_secs(2), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_stays_out_of_order_is_given_up_at_the_limit_which_is_named() {
    for (limit, seconds, text) in [(None, 100..=120, "2m"), (Some("10m"), 580..=600, "10m")] {
        let (outcome, took) = read(u32::MAX, "bright", limit).await;
        let errors: Vec<_> = outcome.diagnostics.iter().collect();
        let [error] = errors[..] else { panic!("{errors:?}") };
        assert_eq!(error.summary, "Reading the lamp failed");
        let end = format!("Reading is repeated for up to {text}, as `timeouts.read` says. Nothing was changed.");
        assert_eq!(error.detail, format!("No current.\n\n{end}"));
        assert!(seconds.contains(&took.as_secs()), "{took:?}");
        assert_eq!(outcome.stored.state.get("id"), Some(&"l1".into()), "it stays in the state");
    }
}

#[tokio::test(start_paused = true)]
async fn an_object_that_does_not_work_is_warned_about() {
    let (outcome, _) = read(0, "dim", None).await;
    let warnings: Vec<_> = outcome.diagnostics.iter().collect();
    let [warning] = warnings[..] else { panic!("{warnings:?}") };
    assert_eq!((warning.severity, warning.summary.as_str()), (Severity::Warning, "The lamp is dim"));
    assert_eq!(outcome.stored.state.get("state"), Some(&"dim".into()));
    let (outcome, _) = read(0, "bright", None).await;
    assert!(outcome.diagnostics.is_empty());
}
