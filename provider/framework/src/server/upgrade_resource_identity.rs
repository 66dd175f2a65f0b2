//! UpgradeResourceIdentity: brings a stored identity into the present shape.

use super::Server;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::provider::Provider;
use crate::value::{Value, json};

impl<P: Provider> Server<P> {
    /// Reads the stored JSON of any version: parts that are new are null until the next read.
    ///
    /// # Errors
    /// The resource type is unknown, or the JSON does not fit.
    pub(crate) fn upgrade_identity(&self, type_name: &str, bytes: &[u8]) -> Result<Value, Diagnostics> {
        let ty = self.resource(type_name)?.identity_type();
        json::decode(bytes, &ty, json::Strictness::Lenient).map_err(|error| {
            Diagnostic::error(
                "The stored identity cannot be read",
                format!("{error}. Remove the resource from the state and import it again."),
            )
            .into()
        })
    }
}
