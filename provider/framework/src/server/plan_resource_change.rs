//! PlanResourceChange: says what a change will be.

use super::Server;
use crate::diagnostic::Diagnostics;
use crate::lifecycle::{PlanRequest, PlanResponse};
use crate::provider::Provider;

impl<P: Provider> Server<P> {
    /// Plans a create, an update or a destroy.
    ///
    /// # Errors
    /// The resource type is unknown.
    pub(crate) async fn plan(&self, type_name: &str, request: PlanRequest) -> Result<PlanResponse, Diagnostics> {
        let session = self.session();
        let service = session.as_ref().map(|s| &*s.service);
        let resource = self.resource(type_name)?;
        if let Some(service) = service {
            resource.notice(&request.prior.state, service);
        }
        Ok(resource.plan(request, service).await)
    }
}
