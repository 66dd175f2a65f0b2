//! The settings of an add-on as JSON: the user's keys among those of the service.
//!
//! The service answers with all settings, its own defaults included. Only the keys that the user set are compared, at
//! every depth; lists are compared as a whole.

use serde_json::{Map, Value};

/// The keys that lead to a setting.
pub(super) type KeyPath = Vec<String>;

/// The settings in an answer of the service; no settings if there are none, or none that can be read.
pub(super) fn read(text: Option<&str>) -> Value {
    text.and_then(|text| serde_json::from_str(text).ok())
        .filter(Value::is_object)
        .unwrap_or_else(|| Value::Object(Map::new()))
}

/// Whether every key that is set in `wanted` has the same value in `present`.
pub(super) fn covers(present: &Value, wanted: &Value) -> bool {
    match (present, wanted) {
        (Value::Object(present), Value::Object(wanted)) => {
            wanted.iter().all(|(key, value)| present.get(key).is_some_and(|present| covers(present, value)))
        }
        (present, wanted) => present == wanted,
    }
}

/// The part of `present` that `wanted` speaks of: the user's keys with the service's values.
pub(super) fn restricted(present: &Value, wanted: &Value) -> Value {
    match (present, wanted) {
        (Value::Object(present), Value::Object(wanted)) => Value::Object(
            wanted
                .iter()
                .filter_map(|(key, value)| present.get(key).map(|present| (key.clone(), restricted(present, value))))
                .collect(),
        ),
        (present, _) => present.clone(),
    }
}

/// Writes every key of `wanted` into `settings`.
pub(super) fn merge(settings: &mut Value, wanted: &Value) {
    match (settings, wanted) {
        (Value::Object(settings), Value::Object(wanted)) => {
            for (key, value) in wanted {
                merge(settings.entry(key.as_str()).or_insert(Value::Null), value);
            }
        }
        (settings, wanted) => settings.clone_from(wanted),
    }
}

/// The settings that `before` has and `after` has no more.
pub(super) fn forgotten(before: &Value, after: Option<&Value>) -> Vec<KeyPath> {
    let Value::Object(members) = before else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (key, before) in members {
        let after = after.and_then(|after| after.get(key));
        let inside = forgotten(before, after);
        if inside.is_empty() && after.is_none() {
            found.push(vec![key.clone()]);
        }
        found.extend(inside.into_iter().map(|path| [vec![key.clone()], path].concat()));
    }
    found
}

/// The default of a setting in a JSON schema: its own, else the part of an enclosing object's.
pub(super) fn default_of<'s>(schema: &'s Value, path: &[String]) -> Option<&'s Value> {
    let own = match path.split_first() {
        None => return schema.get("default"),
        Some((key, rest)) => schema.get("properties").and_then(|properties| default_of(properties.get(key)?, rest)),
    };
    own.or_else(|| path.iter().try_fold(schema.get("default")?, |value, key| value.get(key)))
}

/// Takes a setting back to its default, or out of the settings if that is not known. Answers whether the setting was
/// there and its default is not known.
pub(super) fn reset(settings: &mut Value, path: &[String], default: Option<&Value>) -> bool {
    let Some((key, around)) = path.split_last() else {
        return false;
    };
    let object = around.iter().try_fold(settings, |value, key| value.get_mut(key)).and_then(Value::as_object_mut);
    match (object, default) {
        (None, _) => false,
        (Some(object), Some(default)) => {
            object.insert(key.clone(), default.clone());
            false
        }
        (Some(object), None) => object.remove(key).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn path(keys: &[&str]) -> KeyPath {
        keys.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn only_the_keys_that_the_user_set_are_compared() {
        let present = json!({"a": "1", "added": true, "deep": {"b": [1, 2], "added": 0}});
        assert!(covers(&present, &json!({})));
        assert!(covers(&present, &json!({"deep": {"b": [1, 2]}, "a": "1"})));
        for other in
            [json!({"a": 1}), json!({"deep": {"b": [2, 1]}}), json!({"deep": {"c": 0}}), json!({"a": {"b": 1}})]
        {
            assert!(!covers(&present, &other), "{other}");
        }
    }

    #[test]
    fn drift_shows_the_users_keys_with_the_services_values() {
        let present = json!({"a": "2", "added": true, "deep": {"b": 1, "added": 0}});
        let wanted = json!({"a": "1", "gone": 1, "deep": {"b": 1}});
        assert_eq!(restricted(&present, &wanted), json!({"a": "2", "deep": {"b": 1}}));
    }

    #[test]
    fn a_merge_leaves_other_keys_alone() {
        let mut settings = json!({"a": "1", "added": true, "deep": {"b": 1, "added": 0}});
        merge(&mut settings, &json!({"a": "2", "new": {"x": 1}, "deep": {"b": null}}));
        assert_eq!(settings, json!({"a": "2", "added": true, "deep": {"b": null, "added": 0}, "new": {"x": 1}}));
    }

    #[test]
    fn what_is_forgotten_is_named_by_its_deepest_keys() {
        let before = json!({"a": 1, "deep": {"b": 1, "c": {}}, "list": [1]});
        assert_eq!(forgotten(&before, Some(&before)), Vec::<KeyPath>::new());
        assert_eq!(forgotten(&before, Some(&json!({"a": 2, "deep": {"c": {}}, "list": []}))), [path(&["deep", "b"])]);
        assert_eq!(
            forgotten(&before, None),
            [path(&["a"]), path(&["deep", "b"]), path(&["deep", "c"]), path(&["list"])]
        );
    }

    #[test]
    fn a_default_is_found_at_the_key_or_in_an_enclosing_object() {
        let schema = json!({"properties": {
            "a": {"default": "x"},
            "deep": {"default": {"b": 1, "c": 2}, "properties": {"b": {"default": 3}, "d": {"type": "string"}}},
        }});
        for (keys, default) in [
            (vec!["a"], Some(json!("x"))),
            (vec!["deep", "b"], Some(json!(3))),
            (vec!["deep", "c"], Some(json!(2))),
            (vec!["deep", "d"], None),
            (vec!["unheard-of"], None),
        ] {
            assert_eq!(default_of(&schema, &path(&keys)), default.as_ref(), "{keys:?}");
        }
    }

    #[test]
    fn a_reset_writes_the_default_or_takes_the_setting_out() {
        let mut settings = json!({"a": 1, "deep": {"b": 1, "c": 2}});
        assert!(!reset(&mut settings, &path(&["a"]), Some(&json!(0))));
        assert!(reset(&mut settings, &path(&["deep", "b"]), None));
        assert!(!reset(&mut settings, &path(&["deep", "gone"]), None));
        assert_eq!(settings, json!({"a": 0, "deep": {"c": 2}}));
    }

    #[test]
    fn settings_that_cannot_be_read_count_as_none() {
        for text in [None, Some(""), Some("not json"), Some("[1]")] {
            assert_eq!(read(text), json!({}), "{text:?}");
        }
        assert_eq!(read(Some(r#"{"a":1}"#)), json!({"a": 1}));
    }
}
