//! UpgradeResourceIdentity: brings a stored identity into the present shape.

use super::Server;
use crate::diagnostic::Diagnostics;
use crate::provider::Provider;
use crate::value::Value;

impl<P: Provider> Server<P> {
    /// Reads the stored JSON of any version.
    ///
    /// # Errors
    /// The resource type is unknown, or the JSON cannot be brought into the present shape.
    pub(crate) fn upgrade_identity(&self, type_name: &str, version: i64, json: &[u8]) -> Result<Value, Diagnostics> {
        self.resource(type_name)?.upgrade_identity(version, json)
    }
}
