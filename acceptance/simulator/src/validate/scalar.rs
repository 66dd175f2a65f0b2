//! Single values: what lists and ranges allow.

use serde_json::Value;

use crate::error::ApiError;
use crate::operations::Schema;

/// Values that are in use although the documented lists lack them: field, value.
const FURTHER_VALUES: [(&str, &str); 5] = [
    ("profile", "Acs"),
    ("profile", "Lingjun"),
    ("Profile", "Acs"),
    ("Profile", "Lingjun"),
    ("rolling_policy.pause_policy", "NoPause"),
];
/// A value outside the documented range that switches the matter off. For the bandwidth it is assumed: the documents have
/// 1 to 100, the vendor's own provider takes 0 to 100.
const OUTSIDE_RANGE: [(&str, f64); 2] =
    [("rolling_policy.batch_interval", 0.0), ("scaling_group.internet_max_bandwidth_out", 0.0)];

/// Holds a single value to its list and its range.
pub(super) fn scalar(schema: &Schema, path: &str, value: &Value) -> Result<(), ApiError> {
    let plain = without_indices(path);
    if !schema.values.is_empty() {
        let allowed = |candidate: &Value| {
            schema.values.contains(candidate)
                || FURTHER_VALUES.iter().any(|(field, further)| *field == plain && candidate == further)
        };
        let legal = match value.as_str().filter(|_| schema.comma_list) {
            Some(list) => list.is_empty() || list.split(',').all(|item| allowed(&Value::from(item.trim()))),
            None => allowed(value) || value == "",
        };
        if !legal {
            let list: Vec<_> = schema.values.iter().map(|allowed| allowed.to_string().replace('"', "")).collect();
            return Err(ApiError::invalid(path, format!("{value} is none of {}", list.join(", "))));
        }
    }
    if let Some([low, high]) = schema.range
        && value != ""
    {
        let exempt = |number: f64| OUTSIDE_RANGE.contains(&(plain.as_str(), number));
        let numbers = numbers(value);
        if numbers.is_empty() || !numbers.iter().all(|&number| (low..=high).contains(&number) || exempt(number)) {
            return Err(ApiError::invalid(path, format!("{value} is not in the range {low} to {high}")));
        }
    }
    Ok(())
}

/// The numbers in a value: itself, `3h`, `100%`, or both ends of `30000-32767`.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Number(number) => number.as_f64().into_iter().collect(),
        Value::String(text) => {
            let parts: Result<Vec<f64>, _> =
                text.split('-').map(|part| part.trim_end_matches(['h', '%']).parse::<f64>()).collect();
            parts.unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

pub(super) fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

pub(super) fn without_indices(path: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for letter in path.chars() {
        match letter {
            '[' => inside = true,
            ']' => inside = false,
            _ if !inside => plain.push(letter),
            _ => {}
        }
    }
    plain
}
