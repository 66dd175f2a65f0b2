//! StopProvider: winds down what is running.

use super::Server;
use crate::provider::Provider;

impl<P: Provider> Server<P> {
    /// Interrupts all operations. The process lives on: Terraform may still read, and shuts it down when it is done.
    pub(crate) fn stop(&self) {
        tracing::info!("Terraform asked to stop; operations end as soon as their state is safe");
        if let Some(session) = self.session() {
            session.cancel.cancel();
        }
    }
}
