//! ConfigureProvider: makes the service that all later calls use.

use std::sync::{Arc, PoisonError};

use tokio_util::sync::CancellationToken;

use super::{Server, Session};
use crate::diagnostic::Diagnostics;
use crate::model::View;
use crate::provider::Provider;
use crate::value::Value;

impl<P: Provider> Server<P> {
    /// Configures the provider, or configures it anew.
    ///
    /// # Errors
    /// The configuration is known to be unusable.
    pub(crate) fn configure(&self, config: &Value, terraform_version: &str) -> Result<(), Diagnostics> {
        let service = Arc::new(P::configure(&View::new(config), terraform_version)?);
        let session = Session { service, cancel: CancellationToken::new(), known: config.is_wholly_known() };
        *self.session.write().unwrap_or_else(PoisonError::into_inner) = Some(session);
        Ok(())
    }
}
