//! The members of values that may be no objects.

use crate::value::Value;

pub(super) static NULL: Value = Value::Null;

/// A member of an object: unknown, if the object is, and null, if it has none.
pub(super) fn member<'v>(object: &'v Value, name: &str) -> &'v Value {
    if object.is_unknown() { object } else { object.get(name).unwrap_or(&NULL) }
}
