//! How a body is read before it is checked: what stands for nothing is taken out, and names get the documented case.

use serde_json::Value;

use super::{join, scalar};
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
