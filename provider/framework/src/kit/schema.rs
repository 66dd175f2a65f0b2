//! From the wire's schemas to the framework's, as far as core's rules need them.

use std::collections::BTreeMap;

use tfplugin::v6;
use tfplugin::v6::schema::object::NestingMode;
use tonic::Request;

use super::failure::{Failure, diagnosed, refused};
use super::process::Process;
use super::transport::{self, Client};
use crate::schema::{Attribute, Kind as Shape, Nesting, Presence, object_type};
use crate::value::Type;

const STEP: &str = "schema";

/// All that a provider says of itself.
#[derive(Clone)]
pub struct Schemas {
    pub(super) provider: Kind,
    pub(super) resources: BTreeMap<String, Kind>,
    pub(super) data_sources: BTreeMap<String, Kind>,
    pub(super) ephemeral_resources: BTreeMap<String, Kind>,
    pub(super) list_resources: BTreeMap<String, Kind>,
    pub(super) actions: BTreeMap<String, Kind>,
    pub(super) functions: BTreeMap<String, v6::Function>,
    pub(super) server_capabilities: v6::ServerCapabilities,
}

/// What core knows of a type of resources, data sources and so on. Only resources have versions and identities.
#[derive(Clone)]
pub(super) struct Kind {
    pub(super) attributes: Vec<Attribute>,
    pub(super) ty: Type,
    pub(super) version: i64,
    pub(super) identity: Option<Type>,
}

impl Schemas {
    /// Asks a provider in a process of its own.
    ///
    /// # Errors
    /// A call fails, or the schema is one that core refuses.
    pub async fn ask(process: &Process) -> Result<Self, Failure> {
        Self::read(&mut transport::to(process.channel())).await
    }

    /// Whether a process of the provider works without being asked for the schema.
    pub fn is_optional(&self) -> bool {
        self.server_capabilities.get_provider_schema_optional
    }

    pub(super) async fn read(client: &mut Client) -> Result<Self, Failure> {
        let reply = client.get_provider_schema(Request::new(v6::get_provider_schema::Request {})).await;
        let schemas = reply.map_err(|status| refused(STEP, &status))?.into_inner();
        diagnosed(STEP, &schemas.diagnostics)?;
        let reply =
            client.get_resource_identity_schemas(Request::new(v6::get_resource_identity_schemas::Request {})).await;
        let identities = reply.map_err(|status| refused(STEP, &status))?.into_inner().identity_schemas;

        let kinds = |schemas: BTreeMap<String, v6::Schema>| {
            let kinds = schemas.into_iter().map(|(name, schema)| {
                let kind = Kind::read(Some(&schema), identities.get(&name))?;
                Ok((name, kind))
            });
            kinds.collect::<Result<BTreeMap<_, _>, Failure>>()
        };
        let lists = schemas.list_resource_schemas;
        if let Some(alone) = lists.keys().find(|name| !identities.contains_key(*name)) {
            return Err(Failure::new(STEP, format!("there is no resource type {alone} with an identity to list")));
        }
        let actions = schemas.action_schemas.into_iter();
        let actions = actions.map(|(name, action)| (name, action.schema.unwrap_or_default()));
        Ok(Self {
            provider: Kind::read(schemas.provider.as_ref(), None)?,
            resources: kinds(schemas.resource_schemas)?,
            data_sources: kinds(schemas.data_source_schemas)?,
            ephemeral_resources: kinds(schemas.ephemeral_resource_schemas)?,
            list_resources: kinds(lists)?,
            actions: kinds(actions.collect())?,
            functions: schemas.functions,
            server_capabilities: schemas.server_capabilities.unwrap_or_default(),
        })
    }
}

impl Kind {
    fn read(schema: Option<&v6::Schema>, identity: Option<&v6::ResourceIdentitySchema>) -> Result<Self, Failure> {
        let attributes = attributes(schema)?;
        let ty = object_type(&attributes);
        let version = schema.map_or(0, |schema| schema.version);
        let identity = identity.map(self::identity).transpose()?;
        Ok(Self { attributes, ty, version, identity })
    }
}

/// The attributes of a block. Nested blocks are refused: attributes have taken their place in protocol 6.
fn attributes(schema: Option<&v6::Schema>) -> Result<Vec<Attribute>, Failure> {
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
        None => Shape::Value(ty(&a.name, &a.r#type)?),
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
            Shape::Nested(nesting, object.attributes.iter().map(attribute).collect::<Result<_, _>>()?)
        }
    };
    // A schema lives as long as the test that asks for it.
    let name: &'static str = Box::leak(a.name.clone().into_boxed_str());
    Ok(Attribute { write_only: a.write_only, sensitive: a.sensitive, ..Attribute::new(name, "", kind, presence) })
}

/// The type of an identity.
fn identity(schema: &v6::ResourceIdentitySchema) -> Result<Type, Failure> {
    let members = schema.identity_attributes.iter().map(|a| Ok((a.name.clone(), ty(&a.name, &a.r#type)?)));
    Ok(Type::Object(members.collect::<Result<_, Failure>>()?))
}

/// A type as the wire spells it.
pub(super) fn ty(name: &str, json: &[u8]) -> Result<Type, Failure> {
    Type::from_json(json).map_err(|error| Failure::new("schema", format!("the type of {name}: {error}")))
}
