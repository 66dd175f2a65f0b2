//! ValidateEphemeralResourceConfig, OpenEphemeralResource, RenewEphemeralResource and CloseEphemeralResource.

use std::sync::Arc;

use super::Server;
use crate::diagnostic::Diagnostics;
use crate::ephemeral::{DynEphemeral, Opened};
use crate::private::Private;
use crate::provider::Provider;
use crate::value::Value;

impl<P: Provider> Server<P> {
    /// The ephemeral resource of that type.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn ephemeral(&self, type_name: &str) -> Result<&Arc<dyn DynEphemeral<P::Service>>, Diagnostics> {
        self.find(&self.ephemeral_resources, "ephemeral resource", type_name)
    }

    /// Opens one whose configuration is wholly known.
    ///
    /// # Errors
    /// The type is unknown, or the provider is not configured.
    pub(crate) async fn open(&self, type_name: &str, config: Value) -> Result<Opened, Diagnostics> {
        let ephemeral = self.ephemeral(type_name)?;
        let session = self.configured()?;
        Ok(ephemeral.open(config, &session.service, &session.cancel).await)
    }

    /// Renews one.
    ///
    /// # Errors
    /// The type is unknown, or the provider is not configured.
    pub(crate) async fn renew(&self, type_name: &str, private: Private) -> Result<Opened, Diagnostics> {
        let ephemeral = self.ephemeral(type_name)?;
        let session = self.configured()?;
        Ok(ephemeral.renew(private, &session.service, &session.cancel).await)
    }

    /// Closes one, also after an interrupt: what was opened is not left open.
    ///
    /// # Errors
    /// The type is unknown, or the provider is not configured.
    pub(crate) async fn close(&self, type_name: &str, private: Private) -> Result<Diagnostics, Diagnostics> {
        let ephemeral = self.ephemeral(type_name)?;
        let session = self.configured()?;
        Ok(ephemeral.close(private, &session.service, &tokio_util::sync::CancellationToken::new()).await)
    }
}
