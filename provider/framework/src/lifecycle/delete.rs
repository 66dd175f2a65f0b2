//! Delete: what is on its way out is waited for, and what fails to go stays in the state.

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::driver::Driver;
use super::read::failed;
use super::{ApplyRequest, Context, Outcome, Stored, apply, timeouts};
use crate::fault::{Fault, FaultKind};
use crate::path::Path;
use crate::provider::Service as _;
use crate::resource::{ErrorOf, Lifecycle, Progress};
use crate::value::Value;

impl<R: Lifecycle> Driver<R> {
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
            Err(error) => return failed(stored, apply::unusable(&error)),
        };
        let limit = timeouts::limit(&limits, &R::TIMEOUTS, "delete");
        let subject = format!("Deleting the {}", R::SPOKEN);
        let cx = Context::new(service, cancel, "delete", subject, limit, stored.private.clone());
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
        match cx.call(|| model.delete(cx)).await {
            Ok(Some(task)) => {
                if let Err(error) = cx.settle(&task).await {
                    // What was to be deleted may have gone with what it was in.
                    let read = cx.guard(model.read(cx)).await.map_err(Into::<Fault>::into);
                    return Err(match read {
                        Err(fault) if fault.kind == FaultKind::NotFound => fault.into(),
                        _ => error,
                    });
                }
            }
            Ok(None) => {}
            Err(error) => {
                let fault: Fault = error.into();
                let goes_on = matches!(fault.kind, FaultKind::Other | FaultKind::Uncertain)
                    && cx.guard(model.read(cx)).await.is_ok_and(|remote| R::progress(&remote) == Progress::Deleting);
                // An earlier run, or somebody else, has begun it.
                if !goes_on {
                    return Err(fault.into());
                }
            }
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
                Progress::Ready if asked.elapsed() > cx.service().read_lag() => Progress::Failed(format!(
                    "The service accepted the delete and ended its task, but the {} is there and ready. Something else may have made it anew. Apply again.",
                    R::SPOKEN
                )),
                Progress::Ready => Progress::Pending("still there".to_owned()),
                other => other,
            };
            Ok((progress, ()))
        })
        .await
    }
}
