//! What an operation is given: the service, a time limit, and a way to be stopped.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::limit::{Limit, TIMEOUTS, duration_text};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fault::{Fault, FaultKind};
use crate::private::Private;
use crate::progress::Progress;
use crate::service::Service;

/// How long a call that is under way may go on after the operation was interrupted, or its time is over.
const GRACE: Duration = Duration::from_millis(1500);
const SHORTEST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// How often a call is sent again whose answer was lost and which was not carried out. A network that resets idle
/// connections may have several at hand.
const REPEATS: u32 = 10;

/// One running operation on one object.
pub struct Context<'a, S> {
    service: &'a S,
    cancel: &'a CancellationToken,
    operation: &'static str,
    /// The operation as the beginning of a sentence: "Creating the api key".
    subject: String,
    limit: Limit,
    deadline: Instant,
    notes: Mutex<(Private, Diagnostics)>,
    adopted: AtomicBool,
}

impl<'a, S: Service> Context<'a, S> {
    pub(crate) fn new(
        service: &'a S,
        cancel: &'a CancellationToken,
        operation: &'static str,
        subject: impl Into<String>,
        limit: Limit,
        private: Private,
    ) -> Self {
        let notes = Mutex::new((private, Diagnostics::new()));
        let deadline = Instant::now() + limit.duration;
        Self {
            service,
            cancel,
            operation,
            subject: subject.into(),
            limit,
            deadline,
            notes,
            adopted: AtomicBool::new(false),
        }
    }

    /// The configured provider.
    pub fn service(&self) -> &'a S {
        self.service
    }

    /// Tells the user something that does not stop the operation.
    pub fn warn(&self, warning: Diagnostic) {
        self.with_notes(|(_, diagnostics)| diagnostics.push(warning));
    }

    /// A note kept with the object; see [`Private`].
    pub fn note(&self, name: &str) -> Option<serde_json::Value> {
        self.with_notes(|(private, _)| private.get(name).cloned())
    }

    /// Writes a note, or removes it with `Value::Null`.
    pub fn set_note(&self, name: &str, note: serde_json::Value) {
        self.with_notes(|(private, _)| private.set(name, note));
    }

    /// Says that the object of this create was there before. If the create fails all the same, nothing goes into the
    /// state, so that the next apply adopts the object again; in the state it would be tainted, and destroyed.
    pub fn adopt(&self) {
        self.adopted.store(true, Ordering::Relaxed);
    }

    pub(crate) fn has_adopted(&self) -> bool {
        self.adopted.load(Ordering::Relaxed)
    }

    fn with_notes<T>(&self, f: impl FnOnce(&mut (Private, Diagnostics)) -> T) -> T {
        f(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn into_notes(self) -> (Private, Diagnostics) {
        self.notes.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a call, again and again while the service is busy with another operation; and if the operation is a read,
    /// while the service is out of order.
    ///
    /// # Errors
    /// What the call answers; or the operation was interrupted or ran out of time.
    pub async fn call<T, F, A>(&self, send: F) -> Result<T, S::Error>
    where
        F: Fn() -> A,
        A: Future<Output = Result<T, S::Error>>,
    {
        let started = Instant::now();
        let mut outage: Option<Fault> = None;
        loop {
            let fault: Fault = match self.guard(send()).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error.into(),
            };
            match fault.kind {
                FaultKind::Busy => {
                    tracing::debug!(operation = self.operation, reason = %fault.summary, "the service is busy; waiting");
                }
                FaultKind::Unavailable if self.operation == "read" => {
                    tracing::warn!(reason = %fault.summary, "the service is out of order; reading is repeated");
                    outage = Some(fault.clone());
                }
                // What went wrong before says more than that a call was cut off.
                FaultKind::TimedOut => return Err(outage.map_or(fault, |outage| self.outlasted(outage)).into()),
                _ => return Err(fault.into()),
            }
            if let Err(error) = self.pause(started, &fault.detail).await {
                let end: Fault = error.into();
                return Err(match outage {
                    Some(outage) if end.kind == FaultKind::TimedOut => self.outlasted(outage),
                    _ => end,
                }
                .into());
            }
        }
    }

    /// Makes a call that must not be carried out twice. When its answer is lost, `carried_out` looks for what it would have
    /// answered, again and again until reads have caught up ([`Service::read_lag`]); only if there is nothing, the call is
    /// sent again. A refusal after a lost answer may be that of a call which was carried out, so that is looked at, too.
    ///
    /// # Errors
    /// What the call answers, also if its answers keep getting lost; or the operation was interrupted or ran out of time.
    pub async fn once<T, F, A, L, B>(&self, send: F, carried_out: L) -> Result<T, S::Error>
    where
        F: Fn() -> A,
        A: Future<Output = Result<T, S::Error>>,
        L: Fn() -> B,
        B: Future<Output = Result<Option<T>, S::Error>>,
    {
        let started = Instant::now();
        let mut lost = 0;
        loop {
            let fault: Fault = match self.guard(send()).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error.into(),
            };
            let unanswered = fault.kind == FaultKind::Uncertain;
            lost += u32::from(unanswered);
            if lost == 0 || matches!(fault.kind, FaultKind::Cancelled | FaultKind::TimedOut) {
                return Err(fault.into());
            }
            tracing::warn!(operation = self.operation, reason = %fault.summary, "looking whether the call was carried out");
            match self.look(&carried_out).await {
                Ok(Some(answer)) => return Ok(answer),
                Ok(None) if unanswered && lost <= REPEATS => {}
                Ok(None) => return Err(fault.into()),
                // That nothing is known of the call says more than why.
                Err(error) => {
                    let why: Fault = error.into();
                    let detail = format!("{}\n\nIt could not be seen: {}. {}", fault.detail, why.summary, why.detail);
                    return Err(Fault { detail, ..fault }.into());
                }
            }
            self.pause(started, &fault.detail).await?;
        }
    }

    /// Looks again and again until it is there, or reads have caught up with what was written.
    async fn look<T, L, B>(&self, ask: L) -> Result<Option<T>, S::Error>
    where
        L: Fn() -> B,
        B: Future<Output = Result<Option<T>, S::Error>>,
    {
        let started = Instant::now();
        loop {
            let found = self.guard(ask()).await?;
            if found.is_some() || started.elapsed() >= self.service.read_lag() {
                return Ok(found);
            }
            self.pause(started, "It did not show yet.").await?;
        }
    }

    /// Waits for something in this process, such as a turn in a queue. `last_seen` is a sentence that says for what.
    ///
    /// # Errors
    /// The operation was interrupted or ran out of time.
    pub async fn wait<T>(&self, what: impl Future<Output = T>, last_seen: &str) -> Result<T, S::Error> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(self.cancelled(last_seen).into()),
            () = tokio::time::sleep_until(self.deadline) => Err(self.timed_out(last_seen).into()),
            what = what => Ok(what),
        }
    }

    /// The fault of a service that was out of order until there was no time left.
    fn outlasted(&self, outage: Fault) -> Fault {
        let limit = duration_text(self.limit.duration);
        let setting = self.limit.setting.map(|setting| format!(", as `{TIMEOUTS}.{setting}` says"));
        let detail = format!(
            "{}\n\nReading is repeated for up to {limit}{}. Nothing was changed.",
            outage.detail,
            setting.unwrap_or_default()
        );
        Fault { detail, ..outage }
    }

    /// Makes a call as [`call`](Self::call) does, and waits for the task that its answer names.
    ///
    /// # Errors
    /// What the call answers, why the task failed, or the operation was interrupted or ran out of time.
    pub async fn run<F, A>(&self, send: F) -> Result<(), S::Error>
    where
        F: Fn() -> A,
        A: Future<Output = Result<Option<S::Task>, S::Error>>,
    {
        match self.call(send).await? {
            Some(task) => self.settle(&task).await,
            None => Ok(()),
        }
    }

    /// Waits until a task is done.
    ///
    /// # Errors
    /// Why the task failed, or the operation was interrupted or ran out of time.
    pub async fn settle(&self, task: &S::Task) -> Result<(), S::Error> {
        self.until(|| async {
            match self.service.task(task).await {
                Ok(progress) => Ok((progress, ())),
                Err(error) => match error.into() {
                    // The service forgets old tasks; the object itself tells how it went.
                    fault if fault.kind == FaultKind::NotFound => Ok((Progress::Ready, ())),
                    fault => Err(fault.into()),
                },
            }
        })
        .await
        .map_err(|error| {
            let mut fault: Fault = error.into();
            if fault.kind == FaultKind::TimedOut {
                fault.detail = format!("{} Task: {task}.", fault.detail);
            }
            fault.into()
        })
    }

    /// Asks again and again until the answer is "ready", and returns what came with it.
    ///
    /// # Errors
    /// The answer is "failed", asking fails, or the operation was interrupted or ran out of time.
    pub async fn until<T, F, A>(&self, ask: F) -> Result<T, S::Error>
    where
        F: Fn() -> A,
        A: Future<Output = Result<(Progress, T), S::Error>>,
    {
        let started = Instant::now();
        loop {
            let state = match self.guard(ask()).await? {
                (Progress::Ready, answer) => return Ok(answer),
                (Progress::Failed(reason), _) => {
                    return Err(self.failed(reason).into());
                }
                (Progress::Deleting, _) => "deleting".to_owned(),
                (Progress::Pending(state), _) => state,
            };
            self.pause(started, &format!("It was last seen in state \"{state}\".")).await?;
        }
    }

    /// Lets a call finish for a moment after an interrupt and after the time limit, and turns a panic into a failure of
    /// this operation alone.
    pub(crate) async fn guard<T>(&self, call: impl Future<Output = Result<T, S::Error>>) -> Result<T, S::Error> {
        const LAST_SEEN: &str = "A call was still without an answer.";
        let cut_short = async {
            let fault = tokio::select! {
                biased;
                () = self.cancel.cancelled() => self.cancelled(LAST_SEEN),
                () = tokio::time::sleep_until(self.deadline) => self.timed_out(LAST_SEEN),
            };
            tokio::time::sleep(GRACE).await;
            fault
        };
        tokio::select! {
            biased;
            result = AssertUnwindSafe(call).catch_unwind() => match result {
                Ok(result) => result,
                Err(payload) => Err(Fault::panic(self.operation, &*payload).into()),
            },
            fault = cut_short => Err(fault.into()),
        }
    }

    /// Sleeps for a share of the time waited so far: short operations are seen early, long ones cost few calls.
    pub(crate) async fn pause(&self, started: Instant, last_seen: &str) -> Result<(), S::Error> {
        let pause = (started.elapsed() / 6).clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
        if Instant::now() + pause > self.deadline {
            return Err(self.timed_out(last_seen).into());
        }
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(self.cancelled(last_seen).into()),
            () = tokio::time::sleep(pause) => Ok(()),
        }
    }

    /// The fault that the service reports the end of the work as a failure.
    pub(crate) fn failed(&self, reason: String) -> Fault {
        Fault::new(FaultKind::Failed, format!("{} failed", self.subject), reason)
    }

    fn timed_out(&self, last_seen: &str) -> Fault {
        let remedy = match self.limit.setting {
            Some(setting) => format!(
                "The service goes on with it. Wait for it to end and apply again, or raise `{TIMEOUTS}.{setting}`."
            ),
            None => "Look whether the service is well, and try again.".to_owned(),
        };
        Fault::new(
            FaultKind::TimedOut,
            format!("{} took longer than {}", self.subject, duration_text(self.limit.duration)),
            format!("{last_seen} {remedy}"),
        )
    }

    fn cancelled(&self, last_seen: &str) -> Fault {
        Fault::new(
            FaultKind::Cancelled,
            format!("{} was interrupted", self.subject),
            format!("{last_seen} The service goes on with what it has begun."),
        )
    }
}
