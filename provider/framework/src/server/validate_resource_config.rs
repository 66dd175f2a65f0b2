//! ValidateResourceConfig: checks a configuration without the service.

use super::Server;
use crate::diagnostic::Diagnostics;
use crate::provider::Provider;
use crate::value::Value;

impl<P: Provider> Server<P> {
    /// Checks a configuration that may hold unknown values.
    ///
    /// # Errors
    /// The resource type is unknown.
    pub(crate) fn validate(
        &self,
        type_name: &str,
        config: &Value,
        write_only_allowed: bool,
    ) -> Result<Diagnostics, Diagnostics> {
        Ok(self.resource(type_name)?.validate(config, write_only_allowed))
    }
}
