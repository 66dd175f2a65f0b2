//! Reading an object.

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::driver::Driver;
use super::notes::{MakeAnew, Unfinished};
use super::{Outcome, Stored, drift, identity};
use crate::diagnostic::Diagnostic;
use crate::fault::{Fault, FaultKind};
use crate::operation::Context;
use crate::path::Path;
use crate::progress::Progress;
use crate::resource::{ErrorOf, Lifecycle};
use crate::service::Service as _;
use crate::value::Value;

impl<R: Lifecycle> Driver<R> {
    pub(super) async fn refresh(&self, stored: Stored, service: &R::Service, cancel: &CancellationToken) -> Outcome {
        let (members, limits) = Self::split(stored.state.clone());
        let mut model = match R::from_members(members, &Path::root()) {
            Ok(model) => model,
            Err(error) => {
                return Outcome::failed(
                    stored,
                    Diagnostic::error("The stored state cannot be used", format!("{error}.")),
                );
            }
        };
        let cx = Self::begin("read", "Reading", &limits, service, cancel, &stored);
        let is_new = Unfinished::read(&stored.private).is_some();
        let remote = self.read_lasting(&model, is_new, &cx).await;
        let (mut private, mut diagnostics) = cx.into_notes();
        let remote = match remote {
            Ok(remote) => remote,
            Err(error) => {
                let fault: Fault = error.into();
                if fault.kind == FaultKind::NotFound {
                    let stored = Stored { state: Value::Null, identity: stored.identity, private };
                    return Outcome { stored, diagnostics };
                }
                diagnostics.push(fault);
                return Outcome { stored: Stored { private, ..stored }, diagnostics };
            }
        };
        let mut make_anew = None;
        match R::progress(&remote) {
            // It is not gone: the deletion may fail, and until its end there is no room for a new one.
            Progress::Deleting => {
                make_anew = Some(MakeAnew::Deleting);
                diagnostics.push(Diagnostic::warning(
                    format!("The {} is being deleted", R::SPOKEN),
                    "It stays in the state until it is gone. A destroy waits for that; an apply waits, too, and then makes a new one.",
                ));
            }
            Progress::Failed(reason) if is_new => {
                make_anew = Some(MakeAnew::CreationFailed);
                diagnostics.push(Diagnostic::warning(format!("The {} is in a failed state", R::SPOKEN), reason));
            }
            Progress::Failed(reason) => {
                diagnostics.push(Diagnostic::warning(format!("The {} is in a failed state", R::SPOKEN), reason));
            }
            Progress::Ready | Progress::Pending(_) => {}
        }
        diagnostics.extend(R::trouble(&remote));
        MakeAnew::write(make_anew, &mut private);
        model.absorb(&remote);
        let state = self.state(&model, limits);
        let new_identity = self.identity_of(&state);
        let named = self.has_identity(&state);
        let stable = named.and_then(|()| identity::check_stable(R::IDENTITY, &stored.identity, &new_identity));
        if let Err(wrong) = stable {
            diagnostics.push(wrong);
            return Outcome { stored: Stored { private, ..stored }, diagnostics };
        }
        drift::note(&mut private, &self.schema, &stored.state, &state);
        Outcome { stored: Stored { state, identity: new_identity, private }, diagnostics }
    }

    /// Reads the object. That a new one is not found, or failed, counts only when it stays so: reads lag behind the
    /// creation, and what one has shown, the next may not show yet.
    pub(super) async fn read_lasting(
        &self,
        model: &R,
        is_new: bool,
        cx: &Context<'_, R::Service>,
    ) -> Result<R::Remote, ErrorOf<R>> {
        let started = Instant::now();
        loop {
            let read: Result<R::Remote, Fault> = cx.call(|| model.read(cx)).await.map_err(Into::into);
            let may_pass = match &read {
                Ok(remote) => matches!(R::progress(remote), Progress::Failed(_)),
                Err(fault) => fault.kind == FaultKind::NotFound,
            };
            if !is_new || !may_pass || started.elapsed() >= cx.service().read_lag() {
                return read.map_err(Into::into);
            }
            cx.pause(started, "It was not there, or had failed.").await?;
        }
    }

    /// Reads the object until it is ready.
    pub(super) async fn await_ready(
        &self,
        model: &R,
        is_new: bool,
        cx: &Context<'_, R::Service>,
    ) -> Result<R::Remote, ErrorOf<R>> {
        cx.until(|| async {
            let remote = self.read_lasting(model, is_new, cx).await?;
            Ok((R::progress(&remote), remote))
        })
        .await
    }
}
