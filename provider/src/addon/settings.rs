//! The settings of an add-on as JSON: the user's keys among those of the service.
//!
//! The service answers with all settings, its own defaults included. Only the keys that the user set are compared, at
//! every depth, also in the objects of a list; a list has as many elements as the user gave it. A key that the user set
//! to null, or to an object without any value, asks for nothing that could be missing. Numbers are compared by value.

use serde_json::{Map, Number, Value};

/// The keys that lead to a setting.
pub(super) type KeyPath = Vec<String>;

/// The settings in an answer of the service; no settings if there are none, or none that can be read.
pub(super) fn read(text: Option<&str>) -> Value {
    readable(text).unwrap_or_else(|| Value::Object(Map::new()))
}

/// The settings in an answer of the service, which may be empty; `None` if they are no JSON object.
pub(super) fn readable(text: Option<&str>) -> Option<Value> {
    match text.map(str::trim) {
        None | Some("" | "null") => Some(Value::Object(Map::new())),
        Some(text) => serde_json::from_str(text).ok().filter(Value::is_object),
    }
}

/// Whether every key that is set in `wanted` has the same value in `present`.
pub(super) fn covers(present: &Value, wanted: &Value) -> bool {
    match (present, wanted) {
        (Value::Object(present), Value::Object(wanted)) => {
            wanted.iter().all(|(key, value)| covers(member(present, key), value))
        }
        (Value::Null, Value::Object(wanted)) => wanted.values().all(|value| covers(&Value::Null, value)),
        (Value::Array(present), Value::Array(wanted)) => {
            present.len() == wanted.len() && present.iter().zip(wanted).all(|(present, value)| covers(present, value))
        }
        (Value::Number(present), Value::Number(wanted)) => is_same_number(present, wanted),
        (present, wanted) => present == wanted,
    }
}

/// A member of an object; a missing one is null.
fn member<'o>(object: &'o Map<String, Value>, key: &str) -> &'o Value {
    object.get(key).unwrap_or(&Value::Null)
}

/// `1` and `1.0` are the same.
fn is_same_number(a: &Number, b: &Number) -> bool {
    a == b || ((a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64())
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
        (Value::Array(present), Value::Array(wanted)) => Value::Array(
            present
                .iter()
                .enumerate()
                .map(|(i, present)| wanted.get(i).map_or_else(|| present.clone(), |wanted| restricted(present, wanted)))
                .collect(),
        ),
        (present, _) => present.clone(),
    }
}

/// Writes every key of `wanted` into `settings`, where it is not the same already. A list is written as a whole.
pub(super) fn merge(settings: &mut Value, wanted: &Value) {
    match (settings, wanted) {
        (Value::Object(settings), Value::Object(wanted)) => {
            for (key, value) in wanted {
                if !covers(member(settings, key), value) {
                    merge(settings.entry(key.as_str()).or_insert(Value::Null), value);
                }
            }
        }
        (settings, wanted) => settings.clone_from(wanted),
    }
}

/// The settings that `before` has and `after` has no more. Those of an object that gave way to another kind of value
/// are overwritten, not forgotten.
pub(super) fn forgotten(before: &Value, after: Option<&Value>) -> Vec<KeyPath> {
    let (Value::Object(members), None | Some(Value::Object(_))) = (before, after) else {
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

/// The part of `wanted` that `before` does not have already.
pub(super) fn difference(before: &Value, wanted: &Value) -> Value {
    match (before, wanted) {
        (Value::Object(before), Value::Object(wanted)) => Value::Object(
            wanted
                .iter()
                .filter(|(key, value)| !covers(member(before, key), value))
                .map(|(key, value)| (key.clone(), difference(member(before, key), value)))
                .collect(),
        ),
        (_, wanted) => wanted.clone(),
    }
}

/// The settings that both have, with values that differ, unless `present` has its default.
pub(super) fn conflicts(present: &Value, wanted: &Value, schema: &Value) -> Vec<KeyPath> {
    fn search(present: &Value, wanted: &Value, schema: &Value, path: &[String], found: &mut Vec<KeyPath>) {
        match (present, wanted) {
            (Value::Null, _) => {}
            (Value::Object(present), Value::Object(wanted)) => {
                for (key, value) in wanted {
                    let path = [path, std::slice::from_ref(key)].concat();
                    search(member(present, key), value, schema, &path, found);
                }
            }
            (present, wanted) if covers(present, wanted) || default_of(schema, path) == Some(present) => {}
            _ => found.push(path.to_vec()),
        }
    }
    let mut found = Vec::new();
    search(present, wanted, schema, &[], &mut found);
    found
}

/// The settings without those that are as they would be anyway.
pub(super) fn without_defaults(present: &Value, schema: &Value) -> Value {
    fn chosen(present: &Value, schema: &Value, path: &[String]) -> Option<Value> {
        if !path.is_empty() && default_of(schema, path) == Some(present) {
            return None;
        }
        match present {
            Value::Object(members) if !members.is_empty() => {
                let inside = |(key, value): (&String, &Value)| {
                    let path = [path, std::slice::from_ref(key)].concat();
                    chosen(value, schema, &path).map(|value| (key.clone(), value))
                };
                let members: Map<String, Value> = members.iter().filter_map(inside).collect();
                (!members.is_empty()).then_some(Value::Object(members))
            }
            present => Some(present.clone()),
        }
    }
    chosen(present, schema, &[]).unwrap_or_else(|| Value::Object(Map::new()))
}

/// A setting by its keys.
pub(super) fn at<'s>(settings: &'s Value, path: &[String]) -> Option<&'s Value> {
    path.iter().try_fold(settings, |value, key| value.get(key))
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
    fn what_the_service_adds_to_the_objects_of_a_list_is_no_difference() {
        let present = json!({"registries": [{"id": "cri-1", "region": ""}, {"id": "cri-2", "region": ""}]});
        assert!(covers(&present, &json!({"registries": [{"id": "cri-1"}, {"id": "cri-2"}]})));
        for other in
            [json!([{"id": "cri-1"}]), json!([{"id": "cri-2"}, {"id": "cri-1"}]), json!([]), json!({"id": "cri-1"})]
        {
            assert!(!covers(&present, &json!({"registries": other})), "{other}");
        }
        let drifted = restricted(&present, &json!({"registries": [{"id": "cri-0"}]}));
        assert_eq!(drifted, json!({"registries": [{"id": "cri-1"}, {"id": "cri-2", "region": ""}]}));
    }

    #[test]
    fn numbers_are_compared_by_value() {
        let equal = |a: &str, b: &str| covers(&read(Some(a)), &read(Some(b)));
        assert!(equal(r#"{"n":1}"#, r#"{"n":1.0}"#));
        assert!(equal(r#"{"n":[100.0]}"#, r#"{"n":[1e2]}"#));
        assert!(!equal(r#"{"n":1}"#, r#"{"n":1.5}"#));
        assert!(!equal(r#"{"n":9007199254740993}"#, r#"{"n":9007199254740992}"#), "whole numbers are exact");
        assert!(!equal(r#"{"n":1}"#, r#"{"n":"1"}"#));
    }

    #[test]
    fn what_asks_for_nothing_may_be_missing() {
        let present = json!({"a": "1"});
        for wanted in [json!({"b": null}), json!({"b": {}}), json!({"b": {"c": null}, "a": "1"})] {
            assert!(covers(&present, &wanted), "{wanted}");
            let mut settings = present.clone();
            merge(&mut settings, &wanted);
            assert_eq!(settings, present, "nothing to write");
        }
        for wanted in [json!({"a": null}), json!({"b": []}), json!({"b": ""}), json!({"b": {"c": false}})] {
            assert!(!covers(&present, &wanted), "{wanted}");
        }
    }

    #[test]
    fn a_list_that_differs_is_written_as_a_whole() {
        let mut settings = json!({"same": [{"id": 1, "added": 0}], "other": [{"id": 1, "added": 0}]});
        merge(&mut settings, &json!({"same": [{"id": 1}], "other": [{"id": 2}]}));
        assert_eq!(settings, json!({"same": [{"id": 1, "added": 0}], "other": [{"id": 2}]}));
    }

    #[test]
    fn an_object_that_gives_way_to_a_text_leaves_nothing_behind() {
        let before = json!({"mode": {"kind": "a"}});
        assert_eq!(forgotten(&before, Some(&json!({"mode": "b"}))), Vec::<KeyPath>::new());
        let mut settings = before;
        merge(&mut settings, &json!({"mode": "b"}));
        assert_eq!(settings, json!({"mode": "b"}));
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
    fn only_what_is_new_is_a_difference() {
        let before = json!({"a": 1, "deep": {"b": 1, "c": 2}, "list": [1]});
        let wanted = json!({"a": 1, "deep": {"b": 1, "c": 3}, "list": [1, 2], "new": {"d": true}});
        assert_eq!(difference(&before, &wanted), json!({"deep": {"c": 3}, "list": [1, 2], "new": {"d": true}}));
        assert_eq!(difference(&before, &before), json!({}));
        assert_eq!(difference(&Value::Null, &wanted), wanted);
    }

    #[test]
    fn a_value_that_somebody_chose_is_a_conflict_and_a_default_is_none() {
        let schema = json!({"properties": {"default": {"default": ""}}});
        let present = json!({"default": "", "chosen": "x", "deep": {"same": 1, "other": 2}});
        let wanted = json!({"default": "y", "chosen": "y", "missing": 1, "deep": {"same": 1, "other": 3}});
        assert_eq!(conflicts(&present, &wanted, &schema), [path(&["chosen"]), path(&["deep", "other"])]);
        assert_eq!(conflicts(&present, &present, &schema), Vec::<KeyPath>::new());
    }

    #[test]
    fn what_is_at_its_default_is_left_out_also_where_an_enclosing_object_says_so() {
        let schema = json!({"properties": {"a": {"default": 1}, "deep": {"default": {"b": 1}}}});
        let present = json!({"a": 1, "deep": {"b": 1, "c": 2}, "empty": {}, "x": [1]});
        assert_eq!(without_defaults(&present, &schema), json!({"deep": {"c": 2}, "empty": {}, "x": [1]}));
        assert_eq!(without_defaults(&json!({"a": 1, "deep": {"b": 1}}), &schema), json!({}));
        assert_eq!(without_defaults(&present, &Value::Null), present);
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
        for (text, readable_text) in
            [(None, true), (Some(""), true), (Some("null"), true), (Some("not json"), false), (Some("[1]"), false)]
        {
            assert_eq!(read(text), json!({}), "{text:?}");
            assert_eq!(readable(text).is_some(), readable_text, "{text:?}");
        }
        assert_eq!(read(Some(r#"{"a":1}"#)), json!({"a": 1}));
    }
}
