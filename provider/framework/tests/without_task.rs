//! A noun whose create call starts no task, on a service whose reads lag behind. Time is tokio's, and paused.

use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tf_provider::lifecycle::{ApplyRequest, Driver, DynResource as _, Outcome, PlanRequest, Stored};
use tf_provider::private::Private;
use tf_provider::value::Value;
use tf_provider::{Computed, Context, Fault, FaultKind, Lifecycle, Progress, Resource, Service, Severity};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A permission.
#[derive(Clone, Debug, Resource)]
#[resource(identity(id))]
struct Permission {
    /// Number of the permission.
    #[attr(keep)]
    id: Computed<String>,
    /// Role that it gives.
    role: String,
}

/// Shows what was written only after a while.
struct Office {
    shows_after: Duration,
    granted: Mutex<Vec<(String, Instant)>>,
}

const LAG: Duration = Duration::from_secs(7);

impl Office {
    fn granted(&self) -> MutexGuard<'_, Vec<(String, Instant)>> {
        self.granted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service for Office {
    type Error = Fault;
    type Task = Infallible;

    fn read_lag(&self) -> Duration {
        LAG
    }

    async fn task(&self, task: &Infallible) -> Result<Progress, Fault> {
        match *task {}
    }
}

impl Lifecycle for Permission {
    type Service = Office;
    type Remote = String;

    async fn create(&mut self, cx: &Context<'_, Office>) -> Result<Option<Infallible>, Fault> {
        cx.service().granted().push((self.role.clone(), Instant::now()));
        self.id.set("p1".to_owned());
        Ok(None)
    }

    async fn read(&self, cx: &Context<'_, Office>) -> Result<String, Fault> {
        let granted = cx.service().granted();
        let shown = granted.last().filter(|(_, at)| at.elapsed() >= cx.service().shows_after);
        shown.map(|(role, _)| role.clone()).ok_or_else(|| Fault::new(FaultKind::NotFound, "No such permission", ""))
    }

    fn progress(_: &String) -> Progress {
        Progress::Ready
    }

    fn absorb(&mut self, role: &String) {
        self.role.clone_from(role);
    }

    async fn update(&mut self, _: &Self, _: &String, _: &Context<'_, Office>) -> Result<(), Fault> {
        Ok(())
    }

    async fn delete(&self, _: &Context<'_, Office>) -> Result<Option<Infallible>, Fault> {
        Ok(None)
    }
}

async fn apply(shows_after: Duration) -> (Outcome, usize) {
    let driver = Driver::<Permission>::new();
    let office = Office { shows_after, granted: Mutex::default() };
    let nothing = Stored { state: Value::Null, identity: Value::Null, private: Private::default() };
    let config = Value::Object([("id".to_owned(), Value::Null), ("role".to_owned(), "admin".into())].into());
    let request = PlanRequest { prior: nothing, config: config.clone(), proposed: config.clone() };
    let planned = driver.plan(request, Some(&office)).await.planned;
    let request = ApplyRequest { prior: Value::Null, planned, config };
    let outcome = driver.apply(request, &office, &CancellationToken::new()).await;
    let calls = office.granted().len();
    (outcome, calls)
}

#[tokio::test(start_paused = true)]
async fn what_is_not_found_right_after_its_creation_is_waited_for() {
    for seconds in [0, 1, 6] {
        let (outcome, calls) = apply(Duration::from_secs(seconds)).await;
        // An error would taint it, and a warning would leave something to the next apply.
        assert!(outcome.diagnostics.is_empty(), "{seconds} s: {:?}", outcome.diagnostics);
        assert_eq!(outcome.stored.state.get("id"), Some(&"p1".into()));
        assert_eq!(outcome.stored.private, Private::default(), "nothing is left to do");
        assert_eq!(calls, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_still_not_found_when_reads_have_caught_up_is_gone() {
    let (outcome, _) = apply(LAG * 10).await;
    let said: Vec<_> = outcome.diagnostics.iter().map(|d| (d.severity, d.summary.as_str())).collect();
    assert_eq!(said, [(Severity::Error, "No such permission")]);
}
