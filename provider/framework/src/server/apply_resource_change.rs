//! ApplyResourceChange: carries out a planned change.

use super::Server;
use crate::diagnostic::Diagnostics;
use crate::lifecycle::{ApplyRequest, Outcome};
use crate::provider::Provider;

impl<P: Provider> Server<P> {
    /// Creates, updates or deletes an object. After a failure the outcome still holds what exists.
    ///
    /// # Errors
    /// The resource type is unknown, or the provider is not configured.
    pub(crate) async fn apply(&self, type_name: &str, request: ApplyRequest) -> Result<Outcome, Diagnostics> {
        let resource = self.resource(type_name)?;
        let session = self.configured()?;
        Ok(resource.apply(request, &session.service, &session.cancel).await)
    }
}
