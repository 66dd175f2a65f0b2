//! JSON merge patch (RFC 7396): objects merge, `null` removes, everything else replaces.

use serde_json::{Map, Value};

/// Applies `patch` to `target`.
pub(crate) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(fields) = target else { return };
    for (name, change) in changes {
        if change.is_null() {
            fields.remove(name);
        } else {
            merge(fields.entry(name).or_insert(Value::Null), change);
        }
    }
}

/// The patch that turns `present` into `wanted`, nothing of it left.
pub(crate) fn replacing(present: &Value, wanted: &Value) -> Value {
    let (Value::Object(present), Value::Object(wanted)) = (present, wanted) else { return wanted.clone() };
    let mut patch: Map<_, _> = present.keys().map(|name| (name.clone(), Value::Null)).collect();
    for (name, field) in wanted {
        patch.insert(name.clone(), replacing(present.get(name).unwrap_or(&Value::Null), field));
    }
    Value::Object(patch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn objects_merge_null_removes_and_lists_replace() {
        let mut target = json!({"a": {"b": 1, "c": 2}, "d": [1, 2], "e": 1});
        merge(&mut target, &json!({"a": {"b": 3}, "d": [9], "e": null, "f": {"g": null, "h": 1}}));
        assert_eq!(target, json!({"a": {"b": 3, "c": 2}, "d": [9], "f": {"h": 1}}));
    }

    #[test]
    fn a_replacement_leaves_nothing_behind() {
        let mut target = json!({"a": {"b": 1, "c": 2}, "d": 1, "e": [1]});
        let wanted = json!({"a": {"c": 3}, "e": [2], "f": {"g": 1}});
        let patch = replacing(&target, &wanted);
        merge(&mut target, &patch);
        assert_eq!(target, wanted);
    }
}
