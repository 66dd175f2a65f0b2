//! What a schema of the API does to a document: cuts it to its fields, fills defaults in, shows what was never set.

use serde_json::{Map, Value, json};

use crate::assumptions::UnsetFields;
use crate::operations::{Kind, Schema};

/// Takes out what the schema has no field for.
pub(crate) fn cut(schema: &Schema, value: &mut Value) {
    match value {
        Value::Object(fields) if !schema.free_form && schema.additional_properties.is_none() => {
            fields.retain(|name, _| schema.properties.contains_key(name));
            for (name, field) in fields.iter_mut() {
                cut(&schema.properties[name], field);
            }
        }
        Value::Array(items) => {
            if let Some(item_schema) = &schema.items {
                items.iter_mut().for_each(|item| cut(item_schema, item));
            }
        }
        _ => {}
    }
}

/// Fills the documented defaults into the blocks that are there. `counts` says whether one does, by its path and its
/// neighbours: blocks that are switched off stay as they are.
pub(crate) fn fill_defaults(schema: &Schema, value: &mut Value, counts: fn(&str, &Map<String, Value>) -> bool) {
    fill_block(schema, value, "", counts);
}

fn fill_block(schema: &Schema, value: &mut Value, path: &str, counts: fn(&str, &Map<String, Value>) -> bool) {
    match value {
        Value::Object(fields) => {
            for (name, field) in &schema.properties {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                if let Some(default) = &field.default
                    && !field.deprecated
                    && fields.get(name).is_none_or(|given| *given == "" && stands_for_nothing(field))
                    && counts(&path, fields)
                {
                    fields.insert(name.clone(), default.clone());
                }
                if let Some(inner) = fields.get_mut(name) {
                    fill_block(field, inner, &path, counts);
                }
            }
        }
        Value::Array(items) => {
            if let Some(item_schema) = &schema.items {
                items.iter_mut().for_each(|item| fill_block(item_schema, item, path, counts));
            }
        }
        _ => {}
    }
}

/// Whether an empty text is none of the values that a field can have: clients send it for what is not set.
fn stands_for_nothing(schema: &Schema) -> bool {
    !schema.values.is_empty() || schema.range.is_some()
}

/// Shows fields that were never set the way the switch asks for.
pub(crate) fn fill_unset(schema: &Schema, value: &mut Value, how: UnsetFields) {
    if how == UnsetFields::Absent {
        return;
    }
    if let (Value::Array(elements), Some(items)) = (&mut *value, &schema.items) {
        elements.iter_mut().for_each(|element| fill_unset(items, element, how));
    }
    let Value::Object(fields) = value else { return };
    for (name, field) in &schema.properties {
        let entry = fields.entry(name).or_insert_with(|| match (how, field.kind) {
            (UnsetFields::Zero, Kind::String) => json!(""),
            (UnsetFields::Zero, Kind::Integer | Kind::Number) => json!(0),
            (UnsetFields::Zero, Kind::Boolean) => json!(false),
            (UnsetFields::Zero, Kind::Array) => json!([]),
            (UnsetFields::Zero, Kind::Object) => json!({}),
            _ => Value::Null,
        });
        fill_unset(field, entry, how);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations;

    #[test]
    fn a_document_is_cut_to_the_fields_that_there_are() {
        let schema = operations::find("DescribeClusterNodePoolDetail").unwrap().answer_schema.as_ref().unwrap();
        let mut document = json!({
            "nodepool_info": {"name": "a", "colour": "red"}, "count": 3,
            "scaling_group": {"data_disks": [{"size": 20, "shape": "round"}]},
        });
        cut(schema, &mut document);
        assert_eq!(document, json!({"nodepool_info": {"name": "a"}, "scaling_group": {"data_disks": [{"size": 20}]}}));
    }
}
