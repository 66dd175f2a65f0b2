//! How a body is read before it is checked: what stands for nothing is taken out, and names get the documented case.

use serde_json::Value;

use super::scalar::{join, scalar};
use crate::operations::Schema;

/// Takes out fields that are `null`, which mean the same as absent ones.
pub(super) fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// Gives fields the documented case; a field that is there in it already wins.
pub(super) fn recase(schema: &Schema, value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let strangers: Vec<_> =
                fields.keys().filter(|name| !schema.properties.contains_key(*name)).cloned().collect();
            for name in strangers {
                let known = schema.properties.keys().find(|known| known.eq_ignore_ascii_case(&name));
                if let Some(known) = known.filter(|known| !fields.contains_key(*known))
                    && let Some(field) = fields.remove(&name)
                {
                    fields.insert(known.clone(), field);
                }
            }
            for (name, field) in fields {
                if let Some(schema) = schema.properties.get(name).or(schema.additional_properties.as_deref()) {
                    recase(schema, field);
                }
            }
        }
        Value::Array(items) => {
            if let Some(schema) = &schema.items {
                items.iter_mut().for_each(|item| recase(schema, item));
            }
        }
        _ => {}
    }
}

/// Takes out the zeros and empty words that no rule allows: they stand for what is not set.
pub(super) fn drop_unset(schema: &Schema, path: &str, value: &mut Value) {
    match value {
        Value::Object(fields) => fields.retain(|name, field| {
            let Some(schema) = schema.properties.get(name) else { return true };
            let path = join(path, name);
            drop_unset(schema, &path, field);
            let zero = *field == 0 || *field == 0.0;
            !(*field == "" && !schema.values.is_empty() || zero && scalar(schema, &path, field).is_err())
        }),
        Value::Array(items) => {
            if let Some(schema) = &schema.items {
                items.iter_mut().for_each(|item| drop_unset(schema, path, item));
            }
        }
        _ => {}
    }
}
