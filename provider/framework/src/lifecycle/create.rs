//! Create, and what of it is left to a later apply.
//!
//! Terraform destroys an object whose creation ended with an error. So an error is only answered when the object is of no
//! use: its creation task failed, it is gone, or it is failed for good. Whatever else happens once the create call has
//! answered, the object stays with a warning and a note, and the next plan lets an update finish it.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::driver::Driver;
use super::notes::{self, Unfinished};
use super::{ApplyRequest, Outcome, Stored, apply, timeouts};
use crate::conformance;
use crate::diagnostic::{Diagnostic, Severity};
use crate::fault::{Fault, FaultKind};
use crate::operation::Context;
use crate::progress::Progress;
use crate::resource::{ErrorOf, Lifecycle, TaskOf};
use crate::service::Service as _;
use crate::value::Value;

/// Where a creation ended before its end.
enum Stopped {
    /// Before there was an object.
    Before(Fault),
    /// With an object that is of no use.
    Useless(Fault),
    /// With an object that can be finished.
    Unfinished(Fault),
}

impl<R: Lifecycle> Driver<R> {
    pub(super) async fn create(
        &self,
        mut request: ApplyRequest,
        service: &R::Service,
        cancel: &CancellationToken,
    ) -> Outcome {
        notes::forget(&mut request.planned.private);
        let nothing = Stored { state: Value::Null, identity: Value::Null, private: request.planned.private.clone() };
        let (mut model, limits) = match self.desired(&request) {
            Ok(desired) => desired,
            Err(error) => return Outcome::failed(nothing, apply::unusable(&error)),
        };
        let cx = Self::begin("create", "Creating", &limits, service, cancel, &nothing);
        let before = self.identity_of(&Value::Object(model.to_members()));
        let result = self.create_steps(&mut model, &request, &cx).await;
        let adopted = cx.has_adopted();
        let (mut private, mut diagnostics) = cx.into_notes();
        let named = || self.identity_of(&Value::Object(model.to_members())) != before;
        match result {
            Ok(()) => {}
            Err(Stopped::Before(fault) | Stopped::Useless(fault) | Stopped::Unfinished(fault)) if adopted => {
                diagnostics.push(fault);
                return Outcome { stored: Stored { private, ..nothing }, diagnostics };
            }
            Err(Stopped::Before(fault)) if !named() => {
                diagnostics.push(fault);
                return Outcome { stored: Stored { private, ..nothing }, diagnostics };
            }
            Err(Stopped::Useless(fault)) => diagnostics.push(fault),
            Err(Stopped::Before(fault) | Stopped::Unfinished(fault)) => {
                diagnostics.push(self.unfinished(fault, &model, &request));
                let noted = Unfinished::of_creation(&self.schema.attributes, &request.planned.state);
                Unfinished::write(Some(&noted), &mut private);
            }
        }
        let state = self.settled_state(&model, limits, &request, &mut diagnostics);
        let identity = self.named(&state, &mut diagnostics);
        Outcome { stored: Stored { state, identity, private }, diagnostics }
    }

    /// What to tell of an object that exists and is not finished. The state has to say what was planned, so this is where
    /// the user learns what is not so yet.
    fn unfinished(&self, fault: Fault, model: &R, request: &ApplyRequest) -> Diagnostic {
        let cut_short = matches!(fault.kind, FaultKind::Cancelled | FaultKind::TimedOut);
        let mut diagnostic = Diagnostic::from(fault);
        diagnostic.severity = Severity::Warning;
        let state = self.state(model, Value::Null);
        if !cut_short {
            // Terraform shows warnings of one summary as one, so each object has its own.
            let names: Vec<&str> =
                R::IDENTITY.iter().filter_map(|a| state.get(a.name).and_then(Value::as_str)).collect();
            diagnostic.detail = format!("{}.\n\n{}", diagnostic.summary, diagnostic.detail);
            diagnostic.summary = format!("The {} {} is not finished", R::SPOKEN, names.join(":"));
        }
        diagnostic.detail += &format!(
            "\n\nThe {} exists and is in the state. The next apply finishes it, and does not make it anew.",
            R::SPOKEN
        );
        let violations = conformance::apply_violations(&self.schema.attributes, &request.planned.state, &state);
        let mut pending: Vec<String> = violations
            .iter()
            .filter_map(notes::top)
            .filter(|name| *name != timeouts::NAME)
            .map(|name| format!("`{name}`"))
            .collect();
        if let Some(name) = R::PROTECTED_BY
            && request.planned.state.get(name).and_then(Value::as_bool) == Some(true)
        {
            pending.push(format!("`{name}`"));
        }
        pending.sort();
        pending.dedup();
        if !pending.is_empty() {
            diagnostic.detail += &format!(
                " Until then the state shows {} as planned, which may not be in effect yet.",
                pending.join(", ")
            );
        }
        diagnostic
    }

    async fn create_steps(
        &self,
        model: &mut R,
        request: &ApplyRequest,
        cx: &Context<'_, R::Service>,
    ) -> Result<(), Stopped> {
        let task = match self.send_create(model, cx).await {
            Ok(task) => task,
            Err(fault) => return Err(Stopped::Before(fault)),
        };
        // Whatever happens from here on, the object exists: a panic that left this function would lose its id.
        let ready = AssertUnwindSafe(self.ready_steps(task, model, request, cx)).catch_unwind().await;
        ready.unwrap_or_else(|payload| Err(Stopped::Unfinished(Fault::panic("create", &*payload))))
    }

    /// From the create call's answer to an object that is all that was asked for.
    async fn ready_steps(
        &self,
        task: Option<TaskOf<R>>,
        model: &mut R,
        request: &ApplyRequest,
        cx: &Context<'_, R::Service>,
    ) -> Result<(), Stopped> {
        let unfinished = |error: ErrorOf<R>| Stopped::Unfinished(error.into());
        if let Some(task) = task {
            cx.settle(&task).await.map_err(|error| match error.into() {
                fault if fault.kind == FaultKind::Failed => Stopped::Useless(fault),
                fault => Stopped::Unfinished(fault),
            })?;
        }
        let remote = match self.await_new(model, cx).await.map_err(unfinished)? {
            Appeared::Ready(remote) => remote,
            Appeared::Failed(_, reason) => return Err(Stopped::Useless(cx.failed(reason))),
            Appeared::Gone(fault) => return Err(Stopped::Useless(fault)),
        };
        cx.guard(model.complete(cx)).await.map_err(unfinished)?;
        let completed = model.clone();
        self.verify(model, remote, request, R::PROTECTED_BY, cx).await.map_err(unfinished)?;
        if R::PROTECTED_BY.is_none() {
            return Ok(());
        }
        // Last of all, because what is protected cannot be removed. From here on nothing may taint the object: Terraform
        // would try to replace it, and neither an apply nor a destroy would get past the protection.
        let unprotected = std::mem::replace(model, completed);
        let protected = async {
            cx.guard(model.protect(cx)).await?;
            let remote = self.await_ready(model, true, cx).await?;
            self.verify(model, remote, request, None, cx).await
        };
        protected.await.map_err(|error| {
            *model = unprotected;
            unfinished(error)
        })
    }

    async fn send_create(&self, model: &mut R, cx: &Context<'_, R::Service>) -> Result<Option<TaskOf<R>>, Fault> {
        let started = Instant::now();
        loop {
            let fault: Fault = match cx.guard(model.create(cx)).await {
                Ok(task) => return Ok(task),
                Err(error) => error.into(),
            };
            if fault.kind != FaultKind::Busy {
                return Err(fault);
            }
            cx.pause(started, &fault.detail).await.map_err(Into::into)?;
        }
    }

    /// Reads a new object until it is ready. That it is not found, or failed, counts only when it stays so: reads lag
    /// behind the creation.
    pub(super) async fn await_new(
        &self,
        model: &R,
        cx: &Context<'_, R::Service>,
    ) -> Result<Appeared<R::Remote>, ErrorOf<R>> {
        let started = Instant::now();
        let lag = cx.service().read_lag();
        let mut unwell: Option<Instant> = None;
        loop {
            let mut lasts = || unwell.get_or_insert_with(Instant::now).elapsed() >= lag;
            let state = match cx.call(|| model.read(cx)).await {
                Ok(remote) => match R::progress(&remote) {
                    Progress::Ready => return Ok(Appeared::Ready(remote)),
                    Progress::Failed(reason) if lasts() => return Ok(Appeared::Failed(remote, reason)),
                    Progress::Failed(_) => "failed".to_owned(),
                    progress => {
                        unwell = None;
                        match progress {
                            Progress::Pending(state) => state,
                            _ => "deleting".to_owned(),
                        }
                    }
                },
                Err(error) => match error.into() {
                    fault if fault.kind != FaultKind::NotFound => return Err(fault.into()),
                    fault if lasts() => return Ok(Appeared::Gone(fault)),
                    _ => "not found".to_owned(),
                },
            };
            cx.pause(started, &format!("It was last seen in state \"{state}\".")).await?;
        }
    }
}

/// What became of a new object.
pub(super) enum Appeared<T> {
    Ready(T),
    Failed(T, String),
    Gone(Fault),
}
