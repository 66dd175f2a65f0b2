//! Tags of clusters, by either of the two ways that the API has.

use serde_json::{Map, Value, json};

use super::kind::key;
use crate::call::{Answer, Call};
use crate::error::ApiError;
use crate::store::{Change, World};
use crate::tag::{check, complete};

/// ModifyClusterTags: the given tags are all there are; no task.
pub(super) fn replace(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id").to_owned();
    world.cluster(&cluster_id)?;
    check("tags", &call.body, 64)?;
    store(world, &cluster_id, &call.body);
    Ok(Value::Null)
}

fn store(world: &mut World, cluster_id: &str, tags: &Value) {
    let tags = complete(&world.assumptions, cluster_id, tags);
    world.apply(Change::Merge(key(cluster_id), json!({"tags": tags})));
}

/// TagResources: adds tags, and replaces those of the same key.
pub(super) fn tag(world: &mut World, call: &Call) -> Answer {
    let added = &call.body["tags"];
    check("tags", added, 64)?;
    for cluster_id in clusters(world, &call.body["resource_ids"], &call.body["region_id"])? {
        let mut tags = tag_map(&world.cluster(&cluster_id)?.record["tags"]);
        tags.extend(tag_map(added));
        let tags = tags.into_iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
        check("tags", &tags, 64)?;
        store(world, &cluster_id, &tags);
    }
    Ok(json!({}))
}

/// UntagResources: takes keys away, or all of them.
pub(super) fn untag(world: &mut World, call: &Call) -> Answer {
    let empty = json!([]);
    let keys = call.query.get("tag_keys").unwrap_or(&empty).as_array().cloned().unwrap_or_default();
    let all = call.query_flag("all") && keys.is_empty();
    if keys.is_empty() && !all {
        return Err(ApiError::invalid("tag_keys", "the field is required unless all is true"));
    }
    for cluster_id in clusters(world, &call.query["resource_ids"], &call.query["region_id"])? {
        let mut tags = world.cluster(&cluster_id)?.record["tags"].as_array().cloned().unwrap_or_default();
        tags.retain(|tag| !all && !keys.contains(&tag["key"]));
        store(world, &cluster_id, &Value::Array(tags));
    }
    Ok(json!({}))
}

/// ListTagResources.
pub(super) fn list(world: &mut World, call: &Call) -> Answer {
    let wanted = call.query.get("tags").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut rows = Vec::new();
    for cluster_id in clusters(world, &call.query["resource_ids"], &call.query["region_id"])? {
        let tags = tag_map(&world.cluster(&cluster_id)?.record["tags"]);
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
        if world.cluster(id)?.record["region_id"] != *region {
            return Err(ApiError::cluster_not_found(id));
        }
    }
    Ok(ids)
}
