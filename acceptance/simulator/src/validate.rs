//! Requests are held to the facts in `operations.json`; whatever is wrong is named.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::assumptions::{Assumptions, DeprecatedFields};
use crate::deprecated;
use crate::error::ApiError;
use crate::operations::{Kind, Operation, Schema};

mod reading;
mod scalar;

use reading::{drop_nulls, drop_unset, recase};
use scalar::{join, scalar, without_indices};

/// Marked required, yet only so when something else is not given: the nouns check these.
const CONDITIONALLY_REQUIRED: [&str; 6] = [
    "scaling_group.instance_types",
    "kubernetes_config.runtime_version",
    "tag_keys",
    "next_version",
    "key_pair",
    "login_password",
];
/// Marked deprecated in CreateCluster, yet still needed: Terway's pod vSwitches.
const DEPRECATED_BUT_NEEDED: [&str; 1] = ["pod_vswitch_ids"];
/// The query as typed values by name.
pub(crate) fn query(
    operation: &Operation,
    raw: &str,
    assumptions: &Assumptions,
) -> Result<Map<String, Value>, ApiError> {
    let parameters = &operation.query;
    let mut values = Map::new();
    for (name, text) in url::form_urlencoded::parse(raw.as_bytes()) {
        let Some(parameter) = parameters.iter().find(|parameter| parameter.name == name) else {
            if assumptions.refuse_unknown_fields {
                return Err(unknown(
                    &operation.action,
                    "query parameter",
                    &name,
                    parameters.iter().map(|parameter| &parameter.name),
                ));
            }
            continue;
        };
        // Older clients send these for what is not set.
        let is_number = matches!(parameter.schema.kind, Kind::Integer | Kind::Number);
        let nothing = text.is_empty() && parameter.schema.kind != Kind::String || text == "0" && is_number;
        if nothing && assumptions.zero_means_unset {
            continue;
        }
        let value = typed(&name, parameter.encoding.as_deref(), parameter.schema.kind, &text)?;
        let checker = Checker { operation, assumptions };
        checker.value(&parameter.schema, &name, &value)?;
        if values.insert(name.clone().into_owned(), value).is_some() {
            return Err(ApiError::invalid(&name, "the parameter was sent twice"));
        }
    }
    for parameter in parameters {
        if required(&parameter.schema, &parameter.name) && !values.contains_key(&parameter.name) {
            return Err(missing(&parameter.name));
        }
    }
    Ok(values)
}

/// Reads a query value: plain text by type, JSON text, or a comma-joined list.
fn typed(name: &str, encoding: Option<&str>, kind: Kind, text: &str) -> Result<Value, ApiError> {
    let wrong = |expected: &str| type_error(expected, &format!("string {text:?}"), name);
    match (encoding, kind) {
        (Some("json-text"), _) => serde_json::from_str(text).map_err(|_| wrong("JSON text")),
        (Some(_), _) => Ok(text.split(',').map(Value::from).collect()),
        (None, Kind::Integer) => text.parse::<i64>().map(Value::from).map_err(|_| wrong("integer")),
        (None, Kind::Number) => text.parse::<f64>().map(Value::from).map_err(|_| wrong("number")),
        // The vendor's Python SDK sends `True`, the others `true`.
        (None, Kind::Boolean) => match text {
            "true" | "True" => Ok(Value::Bool(true)),
            "false" | "False" => Ok(Value::Bool(false)),
            _ => Err(wrong("bool")),
        },
        (None, _) => Ok(Value::from(text)),
    }
}

/// The body, with `null` fields left out, which mean the same as absent ones.
pub(crate) fn body(operation: &Operation, raw: &[u8], assumptions: &Assumptions) -> Result<Value, ApiError> {
    let Some(schema) = &operation.body else {
        return if raw.is_empty() || raw == b"{}" {
            Ok(Value::Null)
        } else {
            Err(ApiError::bad_request("InvalidParameter.Body", format!("{} takes no body", operation.action)))
        };
    };
    let mut value: Value = match raw {
        [] if schema.kind == Kind::Array => Value::Array(Vec::new()),
        [] => Value::Object(Map::new()),
        _ => serde_json::from_slice(raw).map_err(|error| {
            ApiError::bad_request("InvalidParameter.Format", format!("the body is no JSON: {error}"))
        })?,
    };
    drop_nulls(&mut value);
    if !assumptions.exact_field_names {
        recase(schema, &mut value);
    }
    let checker = Checker { operation, assumptions };
    let mut old = Map::new();
    if operation.action == "CreateCluster"
        && assumptions.deprecated_fields != DeprecatedFields::Refused
        && let Some(fields) = value.as_object_mut()
    {
        let names: Vec<_> = fields.keys().filter(|name| is_refused_as_deprecated(schema, name)).cloned().collect();
        old.extend(names.into_iter().filter_map(|name| fields.remove_entry(&name)));
        // Nobody looks at them closely, but what is of another type cannot be carried out.
        old.retain(|name, value| checker.value(&schema.properties[name], name, value).is_ok());
    }
    if assumptions.zero_means_unset {
        drop_unset(schema, "", &mut value);
    }
    checker.value(schema, "", &value)?;
    if assumptions.deprecated_fields == DeprecatedFields::CarriedOut
        && let Some(fields) = value.as_object_mut()
    {
        deprecated::carry_out(schema, &old, fields);
    }
    Ok(value)
}

fn is_refused_as_deprecated(schema: &Schema, name: &str) -> bool {
    !DEPRECATED_BUT_NEEDED.contains(&name) && schema.properties.get(name).is_some_and(|field| field.deprecated)
}

fn required(schema: &Schema, path: &str) -> bool {
    schema.required && schema.default.is_none() && !CONDITIONALLY_REQUIRED.iter().any(|known| path.ends_with(known))
}

struct Checker<'a> {
    operation: &'a Operation,
    assumptions: &'a Assumptions,
}

impl Checker<'_> {
    fn value(&self, schema: &Schema, path: &str, value: &Value) -> Result<(), ApiError> {
        let fits = match schema.kind {
            Kind::String => value.is_string(),
            Kind::Integer => value.is_i64() || value.is_u64(),
            Kind::Number => value.is_number(),
            Kind::Boolean => value.is_boolean(),
            Kind::Object => value.is_object(),
            Kind::Array => value.is_array(),
            Kind::Any => true,
        };
        if !fits {
            return Err(type_error(kind_name(schema.kind), json_kind(value), path));
        }
        match value {
            Value::Object(fields) => self.object(schema, path, fields),
            Value::Array(items) => {
                let Some(item_schema) = &schema.items else { return Ok(()) };
                items
                    .iter()
                    .enumerate()
                    .try_for_each(|(index, item)| self.value(item_schema, &format!("{path}[{index}]"), item))
            }
            // Whoever takes a deprecated field does not look at it closely.
            _ if schema.deprecated && self.assumptions.deprecated_fields != DeprecatedFields::Refused => Ok(()),
            _ => scalar(schema, path, value),
        }
    }

    fn object(&self, schema: &Schema, path: &str, fields: &Map<String, Value>) -> Result<(), ApiError> {
        if schema.free_form {
            return Ok(());
        }
        for (name, value) in fields {
            let field_path = join(path, name);
            if let Some(item) = &schema.additional_properties {
                self.value(item, &field_path, value)?;
                continue;
            }
            match schema.properties.get(name) {
                Some(field) => {
                    self.not_retired(field, &field_path)?;
                    self.value(field, &field_path, value)?;
                }
                None if self.assumptions.refuse_unknown_fields => {
                    return Err(unknown(&self.operation.action, "field", &field_path, schema.properties.keys()));
                }
                None => {}
            }
        }
        for (name, field) in &schema.properties {
            let field_path = join(path, name);
            if required(field, &field_path) && !fields.contains_key(name) {
                return Err(missing(&field_path));
            }
        }
        Ok(())
    }

    /// Refuses fields that have lost their effect, and deprecated ones at the top of CreateCluster.
    fn not_retired(&self, field: &Schema, path: &str) -> Result<(), ApiError> {
        if self.assumptions.deprecated_fields != DeprecatedFields::Refused {
            return Ok(());
        }
        let instead = match field.successors.as_slice() {
            [] => String::new(),
            successors => format!("; use {}", successors.join(" or ")),
        };
        if let Some(day) = &field.sunset {
            return Err(ApiError::invalid(path, format!("the field has had no effect since {day}{instead}")));
        }
        if field.deprecated
            && self.operation.action == "CreateCluster"
            && !path.contains('.')
            && !DEPRECATED_BUT_NEEDED.contains(&path)
        {
            return Err(ApiError::invalid(path, format!("the field is no longer accepted{instead}")));
        }
        Ok(())
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::String => "string",
        Kind::Integer => "integer",
        Kind::Number => "number",
        Kind::Boolean => "bool",
        Kind::Object => "object",
        Kind::Array => "array",
        Kind::Any => "any",
    }
}

fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The text of the service's own JSON decoder, which names the field without list positions.
fn type_error(expected: &str, got: &str, path: &str) -> ApiError {
    let field = if path.is_empty() { "(body)".to_owned() } else { without_indices(path) };
    ApiError::bad_request(
        "InvalidParameter.Format",
        format!("Unmarshal type error: expected={expected}, got={got}, field={field}"),
    )
}

fn missing(path: &str) -> ApiError {
    ApiError::invalid(path, "the field is required")
}

fn unknown<'a>(action: &str, what: &str, path: &str, known: impl Iterator<Item = &'a String>) -> ApiError {
    let last = path.rsplit('.').next().unwrap_or(path);
    let letters =
        |name: &str| name.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect::<HashSet<_>>();
    let wanted = letters(last);
    // The nearest known name helps with casing and plural slips, the common cause.
    let near = known.max_by_key(|name| {
        let have = letters(name);
        (have.intersection(&wanted).count() as i64) - (have.symmetric_difference(&wanted).count() as i64)
    });
    let hint = near.map(|name| format!(" (nearest known: {name})")).unwrap_or_default();
    ApiError::bad_request("InvalidParameter.UnknownField", format!("{action} has no {what} {path}{hint}"))
}

#[cfg(test)]
mod tests;
