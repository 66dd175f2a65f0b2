//! ReadDataSource: reads what exists.

use super::Server;
use crate::diagnostic::Diagnostics;
use crate::provider::Provider;
use crate::value::Value;

impl<P: Provider> Server<P> {
    /// Reads a data source whose configuration is wholly known.
    ///
    /// # Errors
    /// The data source is unknown, or the provider is not configured.
    pub(crate) async fn read_data_source(
        &self,
        type_name: &str,
        config: Value,
    ) -> Result<(Value, Diagnostics), Diagnostics> {
        let data_source = self.find(&self.data_sources, "data source", type_name)?;
        let session = self.configured()?;
        Ok(data_source.read(config, &session.service, &session.cancel).await)
    }
}
