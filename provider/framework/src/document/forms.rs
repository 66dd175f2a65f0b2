//! Forms that more than one attribute has.

use serde_json::{Value as Json, json};

use super::Form;
use super::read::truth;
use crate::value::Value;

/// A whole number that travels as text.
pub const NUMBER_AS_TEXT: Form = Form {
    write: |value| json!(value.as_number().map(ToString::to_string).unwrap_or_default()),
    read: |found| match found {
        Json::String(text) => text.parse::<i64>().ok().map(Value::from),
        found => found.as_i64().map(Value::from),
    },
};

/// A flag that travels as text.
pub const FLAG_AS_TEXT: Form = Form {
    write: |value| json!(value.as_bool().unwrap_or_default().to_string()),
    read: |found| truth(found).map(Value::Bool),
};

/// A number for which 0 is the same as none.
pub const NOT_ZERO: Form = Form {
    write: |value| json!(value.as_number().and_then(crate::value::Number::as_i64).unwrap_or_default()),
    read: |found| {
        match found {
            Json::String(text) => text.parse::<i64>().ok(),
            found => found.as_i64(),
        }
        .filter(|number| *number != 0)
        .map(Value::from)
    },
};

/// The text of a JSON document that travels as what it is.
pub const JSON: Form = Form {
    write: |value| value.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default(),
    read: |found| (!found.is_null() && *found != json!({})).then(|| Value::from(found.to_string().as_str())),
};

/// A set of texts that travels as one, joined with commas.
pub const COMMAS: Form = Form {
    write: |value| {
        let mut words: Vec<&str> = value.elements().unwrap_or_default().iter().filter_map(Value::as_str).collect();
        words.sort_unstable();
        json!(words.join(","))
    },
    read: |found| {
        let words = found.as_str()?.split(',').map(str::trim).filter(|word| !word.is_empty());
        let words: Vec<Value> = words.map(Value::from).collect();
        (!words.is_empty()).then_some(Value::Set(words))
    },
};
