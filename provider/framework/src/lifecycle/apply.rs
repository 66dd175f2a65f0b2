//! Create, update and delete: the order of things, and what is left in the state when one of them goes wrong.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::driver::Driver;
use super::read::failed;
use super::{ApplyRequest, Context, Outcome, Stored, identity, timeouts};
use crate::conformance;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::fault::{Fault, FaultKind};
use crate::path::{Path, Step};
use crate::resource::{ErrorOf, Lifecycle, Progress, TaskOf};
use crate::schema::set_write_only;
use crate::value::{Value, ValueError};

/// How long a written value may take to show in reads before it counts as ignored. The service's reads lag behind
/// its writes by up to ten seconds.
const READ_LAG: Duration = Duration::from_secs(12);

impl<R: Lifecycle> Driver<R> {
    /// The planned object as plain values, write-only ones from the configuration.
    fn desired(&self, request: &ApplyRequest) -> Result<(R, Value), ValueError> {
        let mut planned = request.planned.state.clone();
        set_write_only(&self.schema.attributes, &mut planned, &request.config);
        let (members, limits) = Self::split(planned);
        Ok((R::from_members(members, &Path::root())?, limits))
    }

    pub(super) async fn create(
        &self,
        request: ApplyRequest,
        service: &R::Service,
        cancel: &CancellationToken,
    ) -> Outcome {
        let nothing = Stored { state: Value::Null, identity: Value::Null, private: request.planned.private.clone() };
        let (mut model, limits) = match self.desired(&request) {
            Ok(desired) => desired,
            Err(error) => return failed(nothing, unusable(&error)),
        };
        let limit = timeouts::limit(&limits, &R::TIMEOUTS, "create");
        let cx = Context::new(service, cancel, "create", limit, request.planned.private.clone());
        let before = self.identity_of(&Value::Object(model.to_members()));
        let result = self.create_steps(&mut model, &request, &cx).await;
        let exists = match &result {
            Ok(()) => true,
            Err(_) if cx.has_adopted() => false,
            Err((true, _)) => true,
            Err((false, _)) => self.identity_of(&Value::Object(model.to_members())) != before,
        };
        let (private, mut diagnostics) = cx.into_notes();
        if let Err((_, fault)) = result {
            // A create that was interrupted, or took too long, is not a failed one: the object comes to be, and the next
            // plan reads how it went. An error would taint it, and the next apply would destroy it.
            let cut_short = exists && matches!(fault.kind, FaultKind::Cancelled | FaultKind::TimedOut);
            let mut diagnostic = Diagnostic::from(fault);
            if cut_short {
                diagnostic.severity = Severity::Warning;
            }
            diagnostics.push(diagnostic);
        }
        if !exists {
            return Outcome { stored: Stored { private, ..nothing }, diagnostics };
        }
        let state = self.settled_state(&model, limits, &request, &mut diagnostics);
        let identity = self.named(&state, &mut diagnostics);
        Outcome { stored: Stored { state, identity, private }, diagnostics }
    }

    /// The identity of an object that exists.
    fn named(&self, state: &Value, diagnostics: &mut Diagnostics) -> Value {
        if !diagnostics.has_errors()
            && let Err(nameless) = self.has_identity(state)
        {
            diagnostics.push(nameless);
        }
        self.identity_of(state)
    }

    /// Answers with a failure whether the object exists all the same.
    async fn create_steps(
        &self,
        model: &mut R,
        request: &ApplyRequest,
        cx: &Context<'_, R::Service>,
    ) -> Result<(), (bool, Fault)> {
        let task = match self.send_create(model, cx).await {
            Ok(task) => task,
            Err(fault) if fault.kind == FaultKind::Uncertain => match cx.guard(model.recover(cx)).await {
                Ok(true) => None,
                // Nothing certain was found: the lost call is what there is to tell.
                _ => return Err((false, fault)),
            },
            Err(fault) => return Err((false, fault)),
        };
        let ready = async {
            if let Some(task) = task {
                cx.settle(&task).await?;
            }
            let remote = self.await_ready(model, cx).await?;
            cx.guard(model.complete(cx)).await?;
            let completed = model.clone();
            self.verify(model, remote, request, R::PROTECTED_BY, cx).await?;
            if R::PROTECTED_BY.is_none() {
                return Ok(());
            }
            // Last of all: what fails before leaves a tainted object, which has to be removable.
            model.clone_from(&completed);
            cx.guard(model.protect(cx)).await?;
            let remote = self.await_ready(model, cx).await?;
            self.verify(model, remote, request, None, cx).await
        };
        // Whatever happens from here on, the object exists: a panic that left this function would lose its id.
        match AssertUnwindSafe(ready).catch_unwind().await {
            Ok(result) => result.map_err(|error: ErrorOf<R>| (true, error.into())),
            Err(payload) => Err((true, Fault::panic("create", &*payload))),
        }
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

    pub(super) async fn update(
        &self,
        request: ApplyRequest,
        service: &R::Service,
        cancel: &CancellationToken,
    ) -> Outcome {
        let stored = Stored {
            state: request.prior.clone(),
            identity: request.planned.identity.clone(),
            private: request.planned.private.clone(),
        };
        let (before, _) = Self::split(request.prior.clone());
        let prior = R::from_members(before, &Path::root());
        let (mut prior, (mut model, limits)) = match (prior, self.desired(&request)) {
            (Ok(prior), Ok(desired)) => (prior, desired),
            (Err(error), _) | (_, Err(error)) => return failed(stored, unusable(&error)),
        };
        let limit = timeouts::limit(&limits, &R::TIMEOUTS, "update");
        let cx = Context::new(service, cancel, "update", limit, stored.private.clone());
        let result: Result<(), ErrorOf<R>> = async {
            let remote = cx.call(|| prior.read(&cx)).await?;
            cx.guard(model.update(&prior, &remote, &cx)).await?;
            let remote = self.await_ready(&model, &cx).await?;
            self.verify(&mut model, remote, &request, None, &cx).await
        }
        .await;
        if let Err(error) = result {
            let fault: Fault = error.into();
            // What the service took of the change is in the state, so that the next plan shows what is left of it.
            // A verified-but-ignored change has already been read.
            let limits_before = Self::split(request.prior.clone()).1;
            if let Ok(remote) = cx.guard(prior.read(&cx)).await {
                prior.absorb(&remote);
            }
            let (private, mut diagnostics) = cx.into_notes();
            diagnostics.push(fault);
            let state = self.state(&prior, limits_before);
            return Outcome { stored: Stored { state, private, ..stored }, diagnostics };
        }
        let (private, mut diagnostics) = cx.into_notes();
        let state = self.settled_state(&model, limits, &request, &mut diagnostics);
        let identity = self.named(&state, &mut diagnostics);
        if let Err(unstable) = identity::check_stable(R::IDENTITY, &stored.identity, &identity) {
            diagnostics.push(unstable);
        }
        Outcome { stored: Stored { state, identity, private }, diagnostics }
    }

    pub(super) async fn delete(
        &self,
        request: ApplyRequest,
        service: &R::Service,
        cancel: &CancellationToken,
    ) -> Outcome {
        let stored = Stored {
            state: request.prior.clone(),
            identity: request.planned.identity.clone(),
            private: request.planned.private.clone(),
        };
        let (members, limits) = Self::split(request.prior.clone());
        let model = match R::from_members(members, &Path::root()) {
            Ok(model) => model,
            Err(error) => return failed(stored, unusable(&error)),
        };
        let limit = timeouts::limit(&limits, &R::TIMEOUTS, "delete");
        let cx = Context::new(service, cancel, "delete", limit, stored.private.clone());
        let result = self.delete_steps(&model, &cx).await;
        let (private, mut diagnostics) = cx.into_notes();
        match result.map_err(Into::<Fault>::into) {
            Err(fault) if fault.kind != FaultKind::NotFound => {
                diagnostics.push(fault);
                Outcome { stored: Stored { private, ..stored }, diagnostics }
            }
            _ => Outcome { stored: Stored { state: Value::Null, identity: stored.identity, private }, diagnostics },
        }
    }

    /// Ends with a "not found" once the object is gone.
    async fn delete_steps(&self, model: &R, cx: &Context<'_, R::Service>) -> Result<(), ErrorOf<R>> {
        if let Some(task) = cx.call(|| model.delete(cx)).await? {
            cx.settle(&task).await?;
        }
        let asked = Instant::now();
        cx.until(|| async {
            let remote = match model.read(cx).await {
                Ok(remote) => remote,
                Err(error) => {
                    let fault: Fault = error.into();
                    return if fault.kind == FaultKind::NotFound {
                        Ok((Progress::Ready, ()))
                    } else {
                        Err(fault.into())
                    };
                }
            };
            let progress = match R::progress(&remote) {
                Progress::Ready if asked.elapsed() > READ_LAG => Progress::Failed(format!(
                    "The service accepted the delete and ended its task, but the {} is there and ready. Something else may have made it anew; apply again.",
                    R::SPOKEN
                )),
                Progress::Ready => Progress::Pending("still there".to_owned()),
                other => other,
            };
            Ok((progress, ()))
        })
        .await
    }

    /// Writes the service's answer into the model, reading again until what was written shows; names the attribute
    /// that the service ignored, unless it is `except`.
    async fn verify(
        &self,
        model: &mut R,
        mut remote: R::Remote,
        request: &ApplyRequest,
        except: Option<&str>,
        cx: &Context<'_, R::Service>,
    ) -> Result<(), ErrorOf<R>> {
        let wanted = model.clone();
        let started = Instant::now();
        loop {
            model.clone_from(&wanted);
            model.absorb(&remote);
            let Some((path, name)) = self.ignored(model, request, except) else {
                return Ok(());
            };
            if started.elapsed() > READ_LAG {
                return Err(Fault::other(
                    format!("The service did not take over `{path}`"),
                    format!(
                        "It accepted the {} of this {}, but still reports another value for `{name}`. Apply again; if that changes nothing, the service does not allow this value here, and the configuration has to follow.",
                        if request.prior.is_null() { "create" } else { "update" },
                        R::SPOKEN,
                    ),
                )
                .at(path)
                .into());
            }
            cx.pause(started, &format!("`{path}` still had another value.")).await?;
            remote = cx.guard(wanted.read(cx)).await?;
        }
    }

    /// The first attribute that the user set and the service reports otherwise.
    fn ignored(&self, model: &R, request: &ApplyRequest, except: Option<&str>) -> Option<(Path, String)> {
        let state = self.state(model, Value::Null);
        conformance::apply_violations(&self.schema.attributes, &request.planned.state, &state)
            .into_iter()
            .filter_map(|path| {
                let Some(Step::Attribute(name)) = path.steps().first() else {
                    return None;
                };
                let name = name.clone();
                let set = request.config.get(&name).is_some_and(|v| !v.is_null())
                    || self.schema.attribute(&name).is_some_and(|a| a.default.is_some() || !a.presence.is_computed());
                (set && name != timeouts::NAME && except != Some(&name)).then_some((path, name))
            })
            .next()
    }

    /// The state after a change. A computed value that was promised to stay stays until the next refresh shows how it
    /// moved meanwhile: Terraform does not allow a plan to be wrong, not even by what others do at the same time.
    fn settled_state(&self, model: &R, limits: Value, request: &ApplyRequest, diagnostics: &mut Diagnostics) -> Value {
        let mut state = self.state(model, limits);
        if diagnostics.has_errors() {
            return state;
        }
        let moved = conformance::apply_violations(&self.schema.attributes, &request.planned.state, &state);
        if let Value::Object(members) = &mut state {
            for path in moved {
                let Some(Step::Attribute(name)) = path.steps().first() else {
                    continue;
                };
                if let Some(planned) = request.planned.state.get(name).filter(|v| v.is_wholly_known()) {
                    members.insert(name.clone(), planned.clone());
                }
            }
        }
        state
    }
}

fn unusable(error: &ValueError) -> Fault {
    Fault::other(
        "The planned object cannot be used",
        format!("{error}. This is a bug in the provider; please report it."),
    )
    .at(error.path.clone())
}
