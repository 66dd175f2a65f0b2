//! Configurations as core sends them.

use serde_json::Value as Json;
use tfplugin::v6;

use super::failure::Failure;
use crate::schema::{Attribute, null_object};
use crate::value::{Type, Value, json, msgpack};

/// A configuration, in which what is left out is null.
pub(super) fn configuration(attributes: &[Attribute], config: &Json) -> Result<Value, Failure> {
    let whole = fill(attributes, config);
    let ty = crate::schema::object_type(attributes);
    json::decode(whole.to_string().as_bytes(), &ty, json::Strictness::Strict)
        .map_err(|error| Failure::new("configuration", format!("{error}")))
}

/// Adds the attributes that are left out, as nulls, at every depth.
pub(super) fn fill(attributes: &[Attribute], config: &Json) -> Json {
    use crate::schema::{Kind, Nesting};
    let Json::Object(given) = config else {
        return config.clone();
    };
    let mut whole: serde_json::Map<String, Json> =
        null_object(attributes).into_keys().map(|name| (name, Json::Null)).collect();
    for (name, value) in given {
        let kind = attributes.iter().find(|a| a.name == name).map(|a| &a.kind);
        let value = match (kind, value) {
            (Some(Kind::Nested(Nesting::Single, inner)), value) => fill(inner, value),
            (Some(Kind::Nested(Nesting::Map, inner)), Json::Object(members)) => {
                Json::Object(members.iter().map(|(key, member)| (key.clone(), fill(inner, member))).collect())
            }
            (Some(Kind::Nested(_, inner)), Json::Array(elements)) => {
                Json::Array(elements.iter().map(|element| fill(inner, element)).collect())
            }
            (_, value) => value.clone(),
        };
        whole.insert(name.clone(), value);
    }
    Json::Object(whole)
}

pub(super) fn encode(value: &Value, ty: &Type) -> Result<Option<v6::DynamicValue>, Failure> {
    let msgpack = msgpack::encode(value, ty).map_err(|error| Failure::new("encode", format!("{error}")))?;
    Ok(Some(v6::DynamicValue { msgpack: msgpack.into(), ..Default::default() }))
}
