//! What CreateCluster still takes although the vendor has deprecated it: the reference data names the successors.

use serde_json::{Map, Value, json};

use crate::error::ApiError;
use crate::operations::{self, Schema};

/// The node pool that the `worker_*` fields stand for.
pub(crate) const DEFAULT_POOL: &str = "default-nodepool";

/// Adds the successors of deprecated fields to a request. Successors that are there already stay as they are.
pub(crate) fn carry_out(schema: &Schema, old: &Map<String, Value>, request: &mut Map<String, Value>) {
    let mut pool = json!({"nodepool_info": {"name": DEFAULT_POOL}});
    let dedicated = request.get("cluster_type").is_some_and(|kind| kind == "Kubernetes");
    for (name, value) in old {
        let Some(field) = schema.properties.get(name) else { continue };
        // The words of os_type are not those of its successor, an image type.
        if is_unset(value) || name == "os_type" {
            continue;
        }
        for successor in &field.successors {
            if let Some(path) = successor.strip_prefix("nodepools.") {
                put(&mut pool, path, in_pool(name, value));
            } else if dedicated || !successor.starts_with("control_plane_config.") {
                put_first(request, successor, instead(name, value));
            }
        }
    }
    if let Some(pool) = with_workers(pool, request) {
        put_first(request, "nodepools", json!([pool]));
    }
}

/// The default pool as ScaleOutCluster describes it: by the same fields, but for the number of nodes.
pub(crate) fn workers(body: &Value) -> Result<Value, ApiError> {
    let schema = operations::find("CreateCluster").and_then(|operation| operation.body.as_ref());
    let (Some(schema), Some(fields)) = (schema, body.as_object()) else { return Ok(Value::Null) };
    let (mut old, mut request) = (fields.clone(), fields.clone());
    if let Some(count) = old.remove("count") {
        old.insert("num_of_nodes".to_owned(), count);
    }
    carry_out(schema, &old, &mut request);
    let pool = request.get("nodepools").map(|pools| pools[0].clone());
    pool.ok_or_else(|| ApiError::invalid("worker_instance_types", "at least one is needed"))
}

fn is_unset(value: &Value) -> bool {
    *value == "" || *value == 0 || *value == json!([]) || *value == json!({})
}

/// The pool, if there is something to make nodes of.
fn with_workers(mut pool: Value, request: &Map<String, Value>) -> Option<Value> {
    let group = &mut pool["scaling_group"];
    group.get("instance_types")?;
    if group.get("vswitch_ids").is_none() {
        group["vswitch_ids"] = request.get("vswitch_ids").cloned().unwrap_or_default();
    }
    Some(pool)
}

/// The value of a field's successor outside of node pools.
fn instead(name: &str, value: &Value) -> Value {
    match (name, value.as_str()) {
        ("enable_rrsa", _) => json!({"enabled": value}),
        ("zone_id", _) => json!([value]),
        ("custom_san", Some(text)) => text.split(',').map(str::trim).collect(),
        _ => value.clone(),
    }
}

/// The value of a field's successor in a node pool: sizes of disks were texts.
fn in_pool(name: &str, value: &Value) -> Value {
    let mut value = value.clone();
    if name == "worker_data_disks" {
        for disk in value.as_array_mut().into_iter().flatten() {
            if let Some(size) = disk["size"].as_str().and_then(|size| size.parse::<u32>().ok()) {
                disk["size"] = json!(size);
            }
        }
    }
    value
}

fn put_first(request: &mut Map<String, Value>, path: &str, value: Value) {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let field = request.entry(first).or_insert(Value::Null);
    if rest.is_empty() {
        // SDKs send empty lists for what is not set.
        if field.is_null() || is_unset(field) {
            *field = value;
        }
    } else {
        put(field, rest, value);
    }
}

/// What is no block where there should be one is left to the check of types.
fn put(block: &mut Value, path: &str, value: Value) {
    let mut place = block;
    for name in path.split('.') {
        if !place.is_null() && !place.is_object() {
            return;
        }
        place = &mut place[name];
    }
    if place.is_null() {
        *place = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::find;

    fn carried_out(request: Value) -> Value {
        let schema = find("CreateCluster").and_then(|operation| operation.body.as_ref()).unwrap();
        let is_old = |name: &String| schema.properties[name].deprecated;
        let (old, mut rest): (Map<_, _>, Map<_, _>) =
            request.as_object().unwrap().clone().into_iter().partition(|(name, _)| is_old(name));
        carry_out(schema, &old, &mut rest);
        Value::Object(rest)
    }

    #[test]
    fn successors_take_over() {
        assert_eq!(
            carried_out(
                json!({"enable_rrsa": true, "custom_san": "a.example, b.example", "zone_id": "z", "nat_gateway": true})
            ),
            json!({"rrsa_config": {"enabled": true}, "extra_sans": ["a.example", "b.example"], "zone_ids": ["z"], "snat_entry": true})
        );
        let both =
            json!({"enable_rrsa": true, "rrsa_config": {"enabled": false}, "soc_enabled": true, "custom_san": ""});
        assert_eq!(carried_out(both), json!({"rrsa_config": {"enabled": false}}));
    }

    #[test]
    fn workers_become_a_pool() {
        let request = json!({
            "vswitch_ids": ["vsw-1"], "num_of_nodes": 2, "worker_instance_types": ["ecs.g7.xlarge"], "key_pair": "k",
            "worker_system_disk_size": 120, "worker_data_disks": [{"size": "200", "category": "cloud_essd"}],
        });
        let pool = carried_out(request)["nodepools"][0].clone();
        assert_eq!(
            pool,
            json!({
                "nodepool_info": {"name": DEFAULT_POOL},
                "scaling_group": {
                    "vswitch_ids": ["vsw-1"], "desired_size": 2, "instance_types": ["ecs.g7.xlarge"], "key_pair": "k",
                    "system_disk_size": 120, "data_disks": [{"size": 200, "category": "cloud_essd"}],
                },
            })
        );
        // Masters have settings of their own only where the user has masters.
        assert_eq!(carried_out(json!({"key_pair": "k"})), json!({}));
        let dedicated = carried_out(json!({"key_pair": "k", "cluster_type": "Kubernetes"}));
        assert_eq!(dedicated["control_plane_config"], json!({"key_pair": "k"}));
    }
}
