//! Reading an object.

use tokio_util::sync::CancellationToken;

use super::driver::Driver;
use super::{Context, Outcome, Stored, drift, identity, timeouts};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fault::{Fault, FaultKind};
use crate::path::Path;
use crate::resource::{ErrorOf, Lifecycle, Progress};
use crate::value::Value;

impl<R: Lifecycle> Driver<R> {
    pub(super) async fn refresh(&self, stored: Stored, service: &R::Service, cancel: &CancellationToken) -> Outcome {
        let (members, limits) = Self::split(stored.state.clone());
        let mut model = match R::from_members(members, &Path::root()) {
            Ok(model) => model,
            Err(error) => {
                return failed(stored, Diagnostic::error("The stored state cannot be used", format!("{error}.")));
            }
        };
        let limit = timeouts::limit(&limits, &R::TIMEOUTS, "read");
        let cx = Context::new(service, cancel, "read", limit, stored.private.clone());
        let remote = cx.call(|| model.read(&cx)).await;
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
        match R::progress(&remote) {
            Progress::Deleting => {
                diagnostics.push(Diagnostic::warning(
                    format!("The {} is being deleted", R::SPOKEN),
                    "Something other than this Terraform run asked for it. It counts as gone.",
                ));
                let stored = Stored { state: Value::Null, identity: stored.identity, private };
                return Outcome { stored, diagnostics };
            }
            Progress::Failed(reason) => {
                diagnostics.push(Diagnostic::warning(format!("The {} is in a failed state", R::SPOKEN), reason));
            }
            Progress::Ready | Progress::Pending(_) => {}
        }
        diagnostics.extend(R::trouble(&remote));
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

    /// Reads the object until it is ready.
    pub(super) async fn await_ready(&self, model: &R, cx: &Context<'_, R::Service>) -> Result<R::Remote, ErrorOf<R>> {
        cx.until(|| async {
            let remote = model.read(cx).await?;
            Ok((R::progress(&remote), remote))
        })
        .await
    }
}

/// An outcome that leaves everything as it was stored.
pub(super) fn failed(stored: Stored, why: impl Into<Diagnostic>) -> Outcome {
    Outcome { stored, diagnostics: Diagnostics::from(why.into()) }
}
