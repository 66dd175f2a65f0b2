//! What all kinds without a life of their own have in common: a schema, a configuration that is checked, and one that is
//! read.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Model, View};
use crate::operation::validate_object;
use crate::path::Path;
use crate::schema::{Schema, with_defaults};
use crate::value::Value;

/// The schema of a kind without versions.
pub(crate) fn schema<M: Model>() -> Schema {
    Schema { version: 0, description: M::DESCRIPTION, deprecated: M::DEPRECATED, attributes: M::attributes() }
}

/// Checks a configuration that may hold unknown values, by its schema and then by the author's rules.
pub(crate) fn validate<M: Model>(
    schema: &Schema,
    config: &Value,
    rules: impl FnOnce(&View<'_, M>, &mut Diagnostics),
) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    // Only managed resources can have write-only attributes.
    validate_object(&schema.attributes, config, &Path::root(), false, &mut diagnostics);
    rules(&View::new(config), &mut diagnostics);
    diagnostics
}

/// Reads a configuration that is wholly known, with its defaults.
pub(crate) fn read<M: Model>(schema: &Schema, config: Value) -> Result<M, Diagnostics> {
    M::from_members(with_defaults(&schema.attributes, config), &Path::root()).map_err(|error| {
        Diagnostic::error("The configuration cannot be used", format!("{error}.")).at(error.path).into()
    })
}
