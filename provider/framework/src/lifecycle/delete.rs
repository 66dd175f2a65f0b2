//! Delete: what is on its way out is waited for, and what fails to go stays in the state.

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::driver::Driver;
use super::notes::MakeAnew;
use super::{ApplyRequest, Outcome, Stored, apply};
use crate::fault::{Fault, FaultKind};
use crate::operation::Context;
use crate::progress::Progress;
use crate::resource::{ErrorOf, Lifecycle};
use crate::service::Service as _;
use crate::value::Value;

impl<R: Lifecycle> Driver<R> {
    pub(super) async fn delete(
        &self,
        request: ApplyRequest,
        service: &R::Service,
        cancel: &CancellationToken,
    ) -> Outcome {
        let (stored, model) = Self::before(&request);
        let model = match model {
            Ok(model) => model,
            Err(error) => return Outcome::failed(stored, apply::unusable(&error)),
        };
        let (_, limits) = Self::split(request.prior);
        let cx = Self::begin("delete", "Deleting", &limits, service, cancel, &stored);
        let result = self.delete_steps(&model, MakeAnew::read(&stored.private) == Some(MakeAnew::Deleting), &cx).await;
        let (private, mut diagnostics) = cx.into_notes();
        match result.map_err(Into::<Fault>::into) {
            Err(fault) if fault.kind != FaultKind::NotFound => {
                diagnostics.push(fault);
                Outcome { stored: Stored { private, ..stored }, diagnostics }
            }
            _ => Outcome { stored: Stored { state: Value::Null, identity: stored.identity, private }, diagnostics },
        }
    }

    /// Ends with a "not found" once the object is gone. What was `seen_going` is not deleted once more.
    async fn delete_steps(&self, model: &R, seen_going: bool, cx: &Context<'_, R::Service>) -> Result<(), ErrorOf<R>> {
        if !(seen_going && Self::is_going(model, cx).await) {
            Self::start_delete(model, cx).await?;
        }
        Self::await_gone(model, cx).await
    }

    async fn is_going(model: &R, cx: &Context<'_, R::Service>) -> bool {
        cx.guard(model.read(cx)).await.is_ok_and(|remote| R::progress(&remote) == Progress::Deleting)
    }

    async fn start_delete(model: &R, cx: &Context<'_, R::Service>) -> Result<(), ErrorOf<R>> {
        let fault: Fault = match cx.call(|| model.delete(cx)).await {
            Ok(None) => return Ok(()),
            Ok(Some(task)) => match cx.settle(&task).await {
                Ok(()) => return Ok(()),
                Err(error) => return Err(Self::despite(error.into(), model, cx).await),
            },
            Err(error) => error.into(),
        };
        let uncertain = matches!(fault.kind, FaultKind::Other | FaultKind::Uncertain);
        // An earlier run, or somebody else, has begun it.
        if uncertain && Self::is_going(model, cx).await { Ok(()) } else { Err(fault.into()) }
    }

    /// "Not found" instead of why a deletion failed, if the object is gone all the same: with what it was in, which shows
    /// once reads have caught up.
    async fn despite(fault: Fault, model: &R, cx: &Context<'_, R::Service>) -> ErrorOf<R> {
        let failed = Instant::now();
        while fault.kind == FaultKind::Failed && failed.elapsed() < cx.service().read_lag() {
            match cx.guard(model.read(cx)).await.map_err(Into::<Fault>::into) {
                Err(gone) if gone.kind == FaultKind::NotFound => return gone.into(),
                _ if cx.pause(failed, &fault.detail).await.is_err() => break,
                _ => {}
            }
        }
        fault.into()
    }

    async fn await_gone(model: &R, cx: &Context<'_, R::Service>) -> Result<(), ErrorOf<R>> {
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
