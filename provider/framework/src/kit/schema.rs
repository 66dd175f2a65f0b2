//! From the wire's schemas to the framework's, as far as core's rules need them.

use tfplugin::v6;
use tfplugin::v6::schema::object::NestingMode;

use super::Failure;
use crate::schema::{Attribute, Kind, Nesting, Presence};
use crate::value::Type;

/// The attributes of a block. Nested blocks are refused: attributes have taken their place in protocol 6.
pub(super) fn attributes(schema: Option<&v6::Schema>) -> Result<Vec<Attribute>, Failure> {
    let block = schema.and_then(|schema| schema.block.as_ref());
    let block = block.ok_or_else(|| Failure::new("schema", "a schema has no block, which crashes Terraform"))?;
    if let Some(nested) = block.block_types.first() {
        let what = format!("the kit knows no nested blocks, such as {}: use nested attributes", nested.type_name);
        return Err(Failure::new("schema", what));
    }
    block.attributes.iter().map(attribute).collect()
}

fn attribute(a: &v6::schema::Attribute) -> Result<Attribute, Failure> {
    let presence = match (a.required, a.optional, a.computed) {
        (true, false, false) => Presence::Required,
        (false, true, false) => Presence::Optional,
        (false, false, true) => Presence::Computed,
        (false, true, true) => Presence::OptionalComputed,
        _ => return Err(Failure::new("schema", format!("{} is neither required nor optional nor computed", a.name))),
    };
    let kind = match &a.nested_type {
        None => Kind::Value(ty(&a.name, &a.r#type)?),
        Some(object) => {
            let nesting = match object.nesting() {
                NestingMode::Single => Nesting::Single,
                NestingMode::List => Nesting::List,
                NestingMode::Set => Nesting::Set,
                NestingMode::Map => Nesting::Map,
                NestingMode::Invalid => {
                    return Err(Failure::new("schema", format!("{} has no nesting mode", a.name)));
                }
            };
            Kind::Nested(nesting, object.attributes.iter().map(attribute).collect::<Result<_, _>>()?)
        }
    };
    // A schema lives as long as the test that asks for it.
    let name: &'static str = Box::leak(a.name.clone().into_boxed_str());
    Ok(Attribute { write_only: a.write_only, sensitive: a.sensitive, ..Attribute::new(name, "", kind, presence) })
}

/// The type of an identity.
pub(super) fn identity(schema: &v6::ResourceIdentitySchema) -> Result<Type, Failure> {
    let members = schema.identity_attributes.iter().map(|a| Ok((a.name.clone(), ty(&a.name, &a.r#type)?)));
    Ok(Type::Object(members.collect::<Result<_, Failure>>()?))
}

/// A type as the wire spells it.
pub(super) fn ty(name: &str, json: &[u8]) -> Result<Type, Failure> {
    Type::from_json(json).map_err(|error| Failure::new("schema", format!("the type of {name}: {error}")))
}
