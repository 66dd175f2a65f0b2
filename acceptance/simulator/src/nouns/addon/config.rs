//! The settings of an add-on: JSON as text, with the add-on's defaults below what was given.

use serde_json::Value;

use super::catalogue::Addon;
use crate::error::ApiError;
use crate::merge_patch::merge;

/// The config as it is stored: the add-on's defaults with what was given on top, as JSON text.
pub(super) fn complete(addon: &Addon, name: &str, given: Option<&str>) -> Result<String, ApiError> {
    let mut config = addon.default_config();
    if let Some(text) = given.filter(|text| !text.is_empty()) {
        let given: Value = serde_json::from_str(text).map_err(|error| malformed(name, &error.to_string()))?;
        if !given.is_object() {
            return Err(malformed(name, "it is no object"));
        }
        merge(&mut config, &given);
    }
    Ok(config.to_string())
}

fn malformed(name: &str, why: &str) -> ApiError {
    ApiError::bad_request(
        "InvalidParameter.Format",
        format!("config of add-on {name} is no JSON object in a string: {why}"),
    )
}
