//! ValidateActionConfig, PlanAction and InvokeAction.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use tokio::sync::{mpsc, oneshot};
use tracing::Instrument as _;

use super::Server;
use crate::action::{DynAction, Reporter};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fault::Fault;
use crate::provider::Provider;
use crate::value::Value;

/// An action that was begun: its progress while it goes on, then how it ended.
pub(crate) struct Invocation {
    pub(crate) progress: mpsc::UnboundedReceiver<String>,
    pub(crate) ended: oneshot::Receiver<Diagnostics>,
}

impl<P: Provider> Server<P> {
    /// The action of that type.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn action(&self, type_name: &str) -> Result<&Arc<dyn DynAction<P::Service>>, Diagnostics> {
        self.find(&self.actions, "action", type_name)
    }

    /// Checks a planned invocation.
    ///
    /// # Errors
    /// The type is unknown.
    pub(crate) async fn plan_action(&self, type_name: &str, config: &Value) -> Result<Diagnostics, Diagnostics> {
        let session = self.session();
        Ok(self.action(type_name)?.plan(config, session.as_ref().map(|s| &*s.service)).await)
    }

    /// Begins an action. It ends with StopProvider, or when nobody listens any more.
    ///
    /// # Errors
    /// The type is unknown, or the provider is not configured.
    pub(crate) fn begin_action(&self, type_name: &str, config: Value) -> Result<Invocation, Diagnostics> {
        let action = Arc::clone(self.action(type_name)?);
        let session = self.configured()?;
        let (reporter, progress) = Reporter::new();
        let (mut end, ended) = oneshot::channel();
        let work = async move {
            let cancel = session.cancel.child_token();
            let work = AssertUnwindSafe(action.invoke(config, &session.service, &cancel, reporter)).catch_unwind();
            tokio::pin!(work);
            let outcome = tokio::select! {
                outcome = &mut work => outcome,
                () = end.closed() => {
                    cancel.cancel();
                    work.await
                }
            };
            let outcome = outcome.unwrap_or_else(|payload| Diagnostic::from(Fault::panic("action", &*payload)).into());
            // Nobody may be listening any more.
            let _ = end.send(outcome);
        };
        // What it logs is of this call.
        tokio::spawn(work.in_current_span());
        Ok(Invocation { progress, ended })
    }
}
