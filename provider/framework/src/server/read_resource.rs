//! ReadResource: brings a stored state up to date.

use super::Server;
use crate::diagnostic::Diagnostics;
use crate::lifecycle::{Outcome, Stored};
use crate::provider::Provider;

impl<P: Provider> Server<P> {
    /// Reads an object; a null state in the outcome means that it is gone.
    ///
    /// # Errors
    /// The resource type is unknown, or the provider is not configured.
    pub(crate) async fn read(&self, type_name: &str, stored: Stored) -> Result<Outcome, Diagnostics> {
        let resource = self.resource(type_name)?;
        let session = self.configured()?;
        let outcome = resource.read(stored, &session.service, &session.cancel).await;
        resource.notice(&outcome.stored.state, &session.service);
        Ok(outcome)
    }
}
