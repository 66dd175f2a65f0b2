//! The documented defaults of a node pool's fields, which reads show although nobody set them.

use serde_json::Value;

use crate::operations::{self, Schema};

/// Fills the documented defaults into the blocks of a pool.
pub(super) fn fill(record: &mut Value) {
    let operation = operations::find("CreateClusterNodePool");
    if let Some(schema) = operation.and_then(|operation| operation.body.as_ref()) {
        fill_block(schema, record, "");
    }
    // The service takes the first of the list when only the list is given.
    let first = record["scaling_group"]["system_disk_categories"][0].clone();
    if first.is_string() {
        record["scaling_group"]["system_disk_category"] = first;
    }
}

fn fill_block(schema: &Schema, value: &mut Value, path: &str) {
    match value {
        Value::Object(fields) => {
            for (name, field) in &schema.properties {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                if let Some(default) = &field.default
                    && !field.deprecated
                    && fields.get(name).is_none_or(|given| *given == "" && stands_for_nothing(field))
                    && is_in_effect(&path, fields)
                {
                    fields.insert(name.clone(), default.clone());
                }
                if let Some(inner) = fields.get_mut(name) {
                    fill_block(field, inner, &path);
                }
            }
        }
        Value::Array(items) => {
            if let Some(item_schema) = &schema.items {
                items.iter_mut().for_each(|item| fill_block(item_schema, item, path));
            }
        }
        _ => {}
    }
}

/// Whether an empty text is none of the values that a field can have: clients send it for what is not set.
fn stands_for_nothing(schema: &Schema) -> bool {
    !schema.values.is_empty() || schema.range.is_some()
}

/// Whether a default counts, given its neighbours: blocks that are switched off stay as they are.
fn is_in_effect(path: &str, neighbours: &serde_json::Map<String, Value>) -> bool {
    let on = |field: &str| neighbours.get(field).is_some_and(|value| *value == true);
    match path {
        "auto_scaling.enable" | "management.enable" => true,
        // Clients that leave it out read nothing.
        "management.upgrade_config.max_unavailable" => false,
        "scaling_group.auto_renew" | "scaling_group.auto_renew_period" | "scaling_group.period_unit" => {
            neighbours.get("instance_charge_type").is_some_and(|kind| *kind == "PrePaid")
        }
        _ if path.matches('.').count() == 1
            && (path.starts_with("auto_scaling.") || path.starts_with("management.")) =>
        {
            on("enable")
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn defaults_are_filled_where_they_count() {
        let mut record = json!({"auto_scaling": {}, "management": {"enable": true, "upgrade_config": {"surge": 1}}, "scaling_group": {"data_disks": [{"size": 200}]}, "kubernetes_config": {"taints": [{"key": "a"}]}});
        fill(&mut record);
        assert_eq!(record["auto_scaling"], json!({"enable": false}));
        assert_eq!(record["management"]["auto_repair"], true);
        assert_eq!(record["management"]["upgrade_config"], json!({"surge": 1}));
        assert_eq!(
            record["scaling_group"]["data_disks"],
            json!([{"size": 200, "category": "cloud_efficiency", "encrypted": "false"}])
        );
        assert_eq!(record["scaling_group"]["instance_charge_type"], "PostPaid");
        assert_eq!(record["scaling_group"].get("period_unit"), None);
        assert_eq!(record["kubernetes_config"]["taints"], json!([{"key": "a", "effect": "NoSchedule"}]));
    }
}
