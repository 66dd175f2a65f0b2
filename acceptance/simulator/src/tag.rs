//! Tags of clusters, by either of the two ways that the API has.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::call::{Answer, Call};
use crate::error::ApiError;
use crate::store::{Change, Target, World};

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
pub(crate) fn complete(world: &World, cluster_id: &str, tags: &Value) -> Value {
    let mut tags = tags.as_array().cloned().unwrap_or_default();
    if world.assumptions.server_additions {
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

/// ModifyClusterTags: the given tags are all there are; no task.
pub(crate) fn replace(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id").to_owned();
    world.cluster(&cluster_id)?;
    check("tags", &call.body, 64)?;
    store(world, &cluster_id, &call.body);
    Ok(Value::Null)
}

fn store(world: &mut World, cluster_id: &str, tags: &Value) {
    let tags = complete(world, cluster_id, tags);
    world.apply(Change::Merge(Target::Cluster(cluster_id.to_owned()), json!({"tags": tags})));
}

/// TagResources: adds tags, and replaces those of the same key.
pub(crate) fn tag(world: &mut World, call: &Call) -> Answer {
    let added = &call.body["tags"];
    check("tags", added, 64)?;
    for cluster_id in clusters(world, &call.body["resource_ids"], &call.body["region_id"])? {
        let mut tags = tag_map(&world.cluster(&cluster_id)?.detail["tags"]);
        tags.extend(tag_map(added));
        let tags = tags.into_iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
        check("tags", &tags, 64)?;
        store(world, &cluster_id, &tags);
    }
    Ok(json!({}))
}

/// UntagResources: takes keys away, or all of them.
pub(crate) fn untag(world: &mut World, call: &Call) -> Answer {
    let empty = json!([]);
    let keys = call.query.get("tag_keys").unwrap_or(&empty).as_array().cloned().unwrap_or_default();
    let all = call.query_flag("all") && keys.is_empty();
    if keys.is_empty() && !all {
        return Err(ApiError::invalid("tag_keys", "the field is required unless all is true"));
    }
    for cluster_id in clusters(world, &call.query["resource_ids"], &call.query["region_id"])? {
        let mut tags = world.cluster(&cluster_id)?.detail["tags"].as_array().cloned().unwrap_or_default();
        tags.retain(|tag| !all && !keys.contains(&tag["key"]));
        store(world, &cluster_id, &Value::Array(tags));
    }
    Ok(json!({}))
}

/// ListTagResources.
pub(crate) fn list(world: &mut World, call: &Call) -> Answer {
    let wanted = call.query.get("tags").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut rows = Vec::new();
    for cluster_id in clusters(world, &call.query["resource_ids"], &call.query["region_id"])? {
        let tags = tag_map(&world.cluster(&cluster_id)?.detail["tags"]);
        let fits = wanted.iter().all(|tag| {
            let value = tag["key"].as_str().and_then(|key| tags.get(key));
            value.is_some_and(|value| tag.get("value").is_none_or(|wanted| wanted == value))
        });
        if fits {
            rows.extend(tags.into_iter().map(|(key, value)| {
                json!({"resource_id": cluster_id, "resource_type": "ALIYUN::CS::CLUSTER", "tag_key": key, "tag_value": value})
            }));
        }
    }
    Ok(json!({"tag_resources": {"tag_resource": rows}, "next_token": ""}))
}

fn tag_map(tags: &Value) -> Map<String, Value> {
    let tags = tags.as_array().map(Vec::as_slice).unwrap_or_default();
    tags.iter()
        .filter_map(|tag| {
            Some((tag["key"].as_str()?.to_owned(), tag.get("value").cloned().unwrap_or_else(|| json!(""))))
        })
        .collect()
}

/// The clusters that a call names, all of which have to be in its region.
fn clusters(world: &World, ids: &Value, region: &Value) -> Result<Vec<String>, ApiError> {
    let ids: Vec<_> = ids.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    if ids.is_empty() || ids.len() > 50 {
        return Err(ApiError::invalid("resource_ids", "1 to 50 ids are needed"));
    }
    for id in &ids {
        if world.cluster(id)?.detail["region_id"] != *region {
            return Err(ApiError::cluster_not_found(id));
        }
    }
    Ok(ids)
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
