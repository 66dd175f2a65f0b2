//! ValidateProviderConfig: checks the provider block.

use super::Server;
use crate::diagnostic::Diagnostics;
use crate::model::View;
use crate::operation::validate_object;
use crate::path::Path;
use crate::provider::Provider;
use crate::value::Value;

impl<P: Provider> Server<P> {
    /// Checks a provider block that may hold unknown values.
    pub(crate) fn validate_provider(&self, config: &Value) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        validate_object(&self.provider_schema.attributes, config, &Path::root(), true, &mut diagnostics);
        P::validate(&View::new(config), &mut diagnostics);
        diagnostics
    }
}
