//! GenerateResourceConfig: from a state to the configuration that a user would write for it.

use super::Server;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::provider::Provider;
use crate::value::Value;

impl<P: Provider> Server<P> {
    /// The configuration of an object.
    ///
    /// # Errors
    /// The type is unknown, or there is no object: Terraform 1.14.0 sends none.
    pub(crate) fn generate(&self, type_name: &str, state: &Value) -> Result<Value, Diagnostics> {
        let resource = self.resource(type_name)?;
        if state.is_null() {
            return Err(Diagnostic::error(
                "Terraform asked to generate configuration for an object without a state",
                "This is a bug in Terraform 1.14.0. Use 1.14.1 or newer.",
            )
            .into());
        }
        Ok(resource.generate(state))
    }
}
