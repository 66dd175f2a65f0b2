//! ValidateListResourceConfig and ListResource.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use tokio::sync::mpsc;
use tracing::Instrument as _;

use super::Server;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fault::Fault;
use crate::list::{DynList, ListEvent, ListRequest};
use crate::provider::Provider;

/// How many objects may wait for Terraform to take them.
const WAITING: usize = 16;

impl<P: Provider> Server<P> {
    /// The list of that type.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn list(&self, type_name: &str) -> Result<&Arc<dyn DynList<P::Service>>, Diagnostics> {
        self.find(&self.list_resources, "list resource", type_name)
    }

    /// Begins to find objects. Ends when all are found, or when nobody takes any more.
    ///
    /// # Errors
    /// The type is unknown, or the provider is not configured.
    pub(crate) fn begin_list(
        &self,
        type_name: &str,
        request: ListRequest,
    ) -> Result<mpsc::Receiver<ListEvent>, Diagnostics> {
        let list = Arc::clone(self.list(type_name)?);
        let session = self.configured()?;
        let (events, receiver) = mpsc::channel(WAITING);
        let work = async move {
            let listener = events.clone();
            let work = AssertUnwindSafe(list.list(request, &session.service, &session.cancel, events)).catch_unwind();
            tokio::select! {
                ended = work => if let Err(payload) = ended {
                    // Without a word, it would look like a list that found no more.
                    let _ = listener.send(ListEvent::telling(Diagnostic::from(Fault::panic("list", &*payload)))).await;
                },
                () = listener.closed() => {}
            }
        };
        // What it logs is of this call.
        tokio::spawn(work.in_current_span());
        Ok(receiver)
    }
}
