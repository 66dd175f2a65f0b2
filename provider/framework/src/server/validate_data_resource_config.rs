//! ValidateDataResourceConfig: checks the configuration of a data source.

use super::Server;
use crate::diagnostic::Diagnostics;
use crate::provider::Provider;
use crate::value::Value;

impl<P: Provider> Server<P> {
    /// Checks a configuration that may hold unknown values. Asks the service nothing.
    ///
    /// # Errors
    /// The data source is unknown.
    pub(crate) fn validate_data_source(&self, type_name: &str, config: &Value) -> Result<Diagnostics, Diagnostics> {
        Ok(self.find(&self.data_sources, "data source", type_name)?.validate(config))
    }
}
