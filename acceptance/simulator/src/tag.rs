//! The rules of tags and labels, the same for whatever has some.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::assumptions::Assumptions;
use crate::error::ApiError;

/// Starts that are the vendor's own.
const RESERVED: [&str; 4] = ["aliyun", "acs:", "http://", "https://"];
const AT_MOST: usize = 20;
/// The tag that the service adds to what it makes; its value is the cluster's id.
pub(crate) const SERVER_TAG: &str = "ack.aliyun.com";

/// Checks a list of tags or labels: count, lengths, reserved starts, no key twice.
pub(crate) fn check(field: &str, tags: &Value, longest_key: usize) -> Result<(), ApiError> {
    let tags = tags.as_array().map(Vec::as_slice).unwrap_or_default();
    if tags.len() > AT_MOST {
        return Err(ApiError::invalid(field, format!("{} are given, at most {AT_MOST} are allowed", tags.len())));
    }
    let mut keys = HashSet::new();
    for tag in tags {
        let key = tag["key"].as_str().unwrap_or_default();
        let value = tag["value"].as_str().unwrap_or_default();
        if key.is_empty() || key.chars().count() > longest_key || value.chars().count() > 128 {
            let rule = format!("key {key:?} must have 1 to {longest_key} characters and its value at most 128");
            return Err(ApiError::invalid(field, rule));
        }
        if key != SERVER_TAG && RESERVED.iter().any(|start| key.starts_with(start)) {
            return Err(ApiError::invalid(
                field,
                format!("key {key:?} must not start with any of {}", RESERVED.join(", ")),
            ));
        }
        if !keys.insert(key) {
            return Err(ApiError::invalid(field, format!("key {key:?} is given twice")));
        }
    }
    Ok(())
}

/// The tags as they are stored: with the service's own, and sorted.
pub(crate) fn complete(assumptions: &Assumptions, cluster_id: &str, tags: &Value) -> Value {
    let mut tags = tags.as_array().cloned().unwrap_or_default();
    if assumptions.server_additions {
        if !tags.iter().any(|tag| tag["key"] == SERVER_TAG) {
            tags.push(json!({"key": SERVER_TAG, "value": cluster_id}));
        }
        tags.sort_by(|one, other| one["key"].as_str().cmp(&other["key"].as_str()));
    }
    for tag in &mut tags {
        if let Some(fields) = tag.as_object_mut() {
            fields.entry("value").or_insert_with(|| json!(""));
        }
    }
    Value::Array(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_held_to_their_rules() {
        let tags = |list: &[(&str, &str)]| {
            list.iter().map(|(key, value)| json!({"key": key, "value": value})).collect::<Value>()
        };
        assert!(check("tags", &tags(&[("team", "a"), ("stage", "")]), 64).is_ok());
        assert!(check("tags", &tags(&[("aliyun-team", "a")]), 64).is_err());
        assert!(check("tags", &tags(&[("a", "1"), ("a", "2")]), 64).unwrap_err().message.contains("twice"));
        assert!(check("tags", &tags(&[(&"k".repeat(65), "")]), 64).is_err());
        assert!(
            check("tags", &Value::Array(vec![json!({"key": "a"}); 21]), 64).unwrap_err().message.contains("at most 20")
        );
    }
}
