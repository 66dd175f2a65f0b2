//! From the wire.

use bytes::Bytes;
use tfplugin::v6;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::value::{Type, Value, ValueError, json, msgpack};

/// A value of a type; absent is null.
pub(super) fn value(value: Option<v6::DynamicValue>, ty: &Type) -> Result<Value, Diagnostics> {
    let Some(value) = value else {
        return Ok(Value::Null);
    };
    let decoded = if !value.msgpack.is_empty() {
        msgpack::decode(&value.msgpack, ty)
    } else if !value.json.is_empty() {
        json::decode(&value.json, ty, json::Strictness::Strict)
    } else {
        Ok(Value::Null)
    };
    decoded.map_err(|error| illegible(&error))
}

/// The JSON of a stored state.
pub(super) fn raw_state(state: Option<v6::RawState>) -> Result<Bytes, Diagnostics> {
    match state {
        Some(state) if !state.json.is_empty() => Ok(state.json),
        _ => Err(Diagnostic::error(
            "The stored state is in a form that this provider never wrote",
            "It contains no JSON. Remove the resource from the state and import it again.",
        )
        .into()),
    }
}

/// A stored state as JSON, of a type that is not known here.
pub(super) fn stored_json(bytes: &[u8]) -> Result<serde_json::Value, Diagnostics> {
    serde_json::from_slice(bytes).map_err(|error| {
        Diagnostic::error("The stored state cannot be read", format!("It is not JSON: {error}.")).into()
    })
}

fn illegible(error: &ValueError) -> Diagnostics {
    Diagnostic::error(
        "A value from Terraform does not fit the schema",
        format!("{error}. Terraform and the provider disagree about the schema; run `terraform init -upgrade` and try again."),
    )
    .at(error.path.clone())
    .into()
}
