//! Update; and the end of a creation that an earlier apply did not finish.

use tokio_util::sync::CancellationToken;

use super::create::Appeared;
use super::driver::Driver;
use super::notes::{self, Unfinished};
use super::{ApplyRequest, Outcome, Stored, apply, identity};
use crate::fault::Fault;
use crate::operation::Context;
use crate::path::Path;
use crate::progress::Progress;
use crate::resource::{ErrorOf, Lifecycle};

impl<R: Lifecycle> Driver<R> {
    pub(super) async fn update(
        &self,
        request: ApplyRequest,
        service: &R::Service,
        cancel: &CancellationToken,
    ) -> Outcome {
        let (stored, prior) = Self::before(&request);
        let (mut prior, (mut model, limits)) = match (prior, self.desired(&request)) {
            (Ok(prior), Ok(desired)) => (prior, desired),
            (Err(error), _) | (_, Err(error)) => return Outcome::failed(stored, apply::unusable(&error)),
        };
        let unfinished = Unfinished::read(&stored.private);
        let cx = Self::begin("update", "Updating", &limits, service, cancel, &stored);
        let result: Result<(), ErrorOf<R>> = async {
            let remote = match &unfinished {
                Some(_) => self.finish_creation(&mut prior, &cx).await?,
                None => cx.call(|| prior.read(&cx)).await?,
            };
            if R::progress(&remote) == Progress::Deleting {
                return Err(self.being_deleted().into());
            }
            cx.guard(model.update(&prior, &remote, &cx)).await?;
            let remote = self.await_ready(&model, false, &cx).await?;
            self.verify(&mut model, remote, &request, None, &cx).await?;
            match unfinished.as_ref().and_then(|unfinished| self.held(unfinished, &request)) {
                Some(held) => Err(held.into()),
                None => Ok(()),
            }
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
        let (mut private, mut diagnostics) = cx.into_notes();
        notes::forget(&mut private);
        let state = self.settled_state(&model, limits, &request, &mut diagnostics);
        let identity = self.named(&state, &mut diagnostics);
        if let Err(unstable) = identity::check_stable(R::IDENTITY, &stored.identity, &identity) {
            diagnostics.push(unstable);
        }
        Outcome { stored: Stored { state, identity, private }, diagnostics }
    }

    /// Does what the creation left to do, and what it was asked for then: `prior` says that, not the configuration, which
    /// may have changed. Then `prior` becomes what the service really has, so that the update brings the rest.
    async fn finish_creation(&self, prior: &mut R, cx: &Context<'_, R::Service>) -> Result<R::Remote, ErrorOf<R>> {
        let remote = match self.await_new(prior, cx).await? {
            Appeared::Ready(_) => {
                cx.guard(prior.complete(cx)).await?;
                self.read_lasting(prior, true, cx).await?
            }
            // Completing it is in vain. A change may be what mends it, or switches its protection off.
            Appeared::Failed(remote, _) => remote,
            Appeared::Gone(fault) => return Err(fault.into()),
        };
        prior.absorb(&remote);
        Ok(remote)
    }

    fn being_deleted(&self) -> Fault {
        Fault::other(
            format!("The {} is being deleted", R::SPOKEN),
            "It cannot be changed any more. Run the same command again: the new plan waits until it is gone, and makes a new one.",
        )
    }

    /// The error for what the plan kept as it is, because the creation had asked for it in vain.
    fn held(&self, unfinished: &Unfinished, request: &ApplyRequest) -> Option<Fault> {
        let ignored =
            unfinished.ignored(&self.schema.attributes, |a| self.wanted(a, &request.config), &request.planned.state);
        ignored.first().map(|a| {
            self.not_taken(
                &Path::from(a.name),
                "creation",
                "Write the value that it has, or replace it with `terraform apply -replace=<address>`.",
            )
        })
    }
}
