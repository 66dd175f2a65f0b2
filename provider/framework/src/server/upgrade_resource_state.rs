//! UpgradeResourceState: brings a stored state into the present shape.

use super::Server;
use crate::diagnostic::Diagnostics;
use crate::provider::Provider;
use crate::value::Value;

impl<P: Provider> Server<P> {
    /// Reads the stored JSON of any version. Members that the schema no longer has are dropped, new ones are null.
    ///
    /// # Errors
    /// The version is unknown, or the JSON does not fit the schema.
    pub(crate) fn upgrade(&self, type_name: &str, version: i64, json: &[u8]) -> Result<Value, Diagnostics> {
        let resource = self.resource(type_name)?;
        let state = resource.upgrade(version, json)?;
        // A tainted object is seen here and nowhere else before Terraform plans the one that replaces it.
        if let Some(session) = self.session() {
            resource.notice(&state, &session.service);
        }
        Ok(state)
    }
}
