//! A kit that plays Terraform's core against a provider, inside a test: it makes the calls that core makes, in core's
//! order, with the values that core would send, and holds every answer to the rules that core enforces.
//!
//! It works on the wire: calls go through the generated client and server of the protocol, schemas are those that the
//! provider answers. So it judges a provider whatever that is written with, in this process ([`Core::start`]) or in one of
//! its own ([`Core::attach`]).
//!
//! ```no_run
//! # async fn test(provider: impl tfplugin::v6::provider_server::Provider) -> Result<(), Box<dyn std::error::Error>> {
//! use serde_json::json;
//! use tf_provider::kit::Core;
//!
//! let core = Core::start(provider, json!({"region": "somewhere"})).await?;
//! let mut shelf = core.resource("books_shelf")?;
//! // Validate, plan, apply, plan again (which must be empty), read.
//! shelf.converge(&json!({"name": "poetry"})).await?;
//! shelf.converge(&json!({"name": "prose"})).await?;
//! shelf.check_import(&[]).await?;
//! shelf.check_remade(&[]).await?;
//! shelf.destroy().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Data sources, ephemeral resources, lists, actions, functions and moves have a method of [`Core`] each.
//!
//! A rule that is broken, an error of the provider and a plan that is not empty where it must be are a [`Failure`], which
//! says at which step, and what.

mod choices;
mod ephemeral;
mod failure;
mod import;
mod object;
mod others;
mod plan;
mod process;
mod proposed;
mod rule;
mod rules;
mod schema;
mod transport;
mod unknowns;

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value as Json;
use tfplugin::v6::provider_server::Provider;
use tfplugin::v6::{self};
use tonic::Request;

pub use self::choices::Choices;
pub use self::ephemeral::Opened;
pub use self::failure::{Failure, Violation};
pub use self::import::Source;
pub use self::object::Object;
pub use self::others::Found;
pub use self::plan::Planned;
pub use self::process::{Caller, Certificate, Handshake, Process};
pub use self::rule::Rule;
pub use self::schema::Schemas;

use self::failure::{diagnosed, refused};
use self::schema::Kind;
use self::transport::Client;
use crate::schema::{Attribute, null_object};
use crate::value::{Type, Value, json, msgpack};

/// Terraform's core, as far as a provider sees it.
pub struct Core {
    client: Client,
    client_capabilities: v6::ClientCapabilities,
    schemas: Schemas,
}

/// What Terraform 1.16 can do. It knows nested blocks that are computed, too, but the kit knows no nested blocks.
const CAPABILITIES: v6::ClientCapabilities = v6::ClientCapabilities {
    deferral_allowed: false,
    write_only_attributes_allowed: true,
    store_planned_private: true,
    computed_blocks_allowed: false,
};

fn find<'a, T>(all: &'a BTreeMap<String, T>, what: &str, name: &str) -> Result<&'a T, Failure> {
    all.get(name).ok_or_else(|| Failure::new("schema", format!("there is no {what} {name}")))
}

impl Core {
    /// Asks a provider in this process for its schemas, validates the provider block, and configures the provider with it.
    /// Arguments that `config` leaves out are null.
    ///
    /// # Errors
    /// A call fails, or the schema is one that core refuses.
    pub async fn start(provider: impl Provider, config: Json) -> Result<Self, Failure> {
        let mut client = transport::here(provider);
        let schemas = Schemas::read(&mut client).await?;
        Self::configured(client, schemas, &config).await
    }

    /// The same with a provider in a process of its own, whatever that is written in.
    ///
    /// # Errors
    /// A call fails, or the schema is one that core refuses.
    pub async fn attach(process: &Process, config: Json) -> Result<Self, Failure> {
        let schemas = Schemas::ask(process).await?;
        Self::attach_with(process, schemas, config).await
    }

    /// The same with schemas that another process of the provider gave: core asks one process only, if the provider says
    /// that it may.
    ///
    /// # Errors
    /// A call fails.
    pub async fn attach_with(process: &Process, schemas: Schemas, config: Json) -> Result<Self, Failure> {
        Self::configured(transport::to(process.channel()), schemas, &config).await
    }

    async fn configured(mut client: Client, schemas: Schemas, config: &Json) -> Result<Self, Failure> {
        let config = encode(&configuration(&schemas.provider.attributes, config)?, &schemas.provider.ty)?;
        let request = v6::validate_provider_config::Request { config: config.clone() };
        let reply = client.validate_provider_config(Request::new(request)).await;
        diagnosed(
            "validate the provider",
            &reply.map_err(|s| refused("validate the provider", &s))?.into_inner().diagnostics,
        )?;
        let request = v6::configure_provider::Request {
            config,
            // No version of Terraform: it plans a new object more than once, which Terraform does not.
            terraform_version: "kit".to_owned(),
            client_capabilities: Some(CAPABILITIES),
        };
        let reply = client.configure_provider(Request::new(request)).await;
        diagnosed("configure", &reply.map_err(|status| refused("configure", &status))?.into_inner().diagnostics)?;
        Ok(Self { client, client_capabilities: CAPABILITIES, schemas })
    }

    /// From here on plays a Terraform before 1.16, or OpenTofu, which keep nothing of what a plan noted until its apply
    /// plans once more.
    #[must_use]
    pub fn before_1_16(mut self) -> Self {
        self.client_capabilities.store_planned_private = false;
        self
    }

    /// An object of a resource type, which is not there yet.
    ///
    /// # Errors
    /// There is no such type.
    pub fn resource(&self, type_name: &str) -> Result<Object, Failure> {
        let kind = find(&self.schemas.resources, "resource type", type_name)?;
        Ok(Object {
            client: self.client.clone(),
            client_capabilities: self.client_capabilities,
            server_capabilities: self.schemas.server_capabilities,
            type_name: type_name.to_owned(),
            kind: kind.clone(),
            state: Value::Null,
            identity: Value::Null,
            private: Bytes::new(),
        })
    }

    /// The names of all resource types.
    pub fn resource_types(&self) -> impl Iterator<Item = &str> {
        self.schemas.resources.keys().map(String::as_str)
    }
}

/// A configuration, in which what is left out is null.
fn configuration(attributes: &[Attribute], config: &Json) -> Result<Value, Failure> {
    let whole = fill(attributes, config);
    let ty = crate::schema::object_type(attributes);
    json::decode(whole.to_string().as_bytes(), &ty, json::Strictness::Strict)
        .map_err(|error| Failure::new("configuration", format!("{error}")))
}

/// Adds the attributes that are left out, as nulls, at every depth.
fn fill(attributes: &[Attribute], config: &Json) -> Json {
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

fn encode(value: &Value, ty: &Type) -> Result<Option<v6::DynamicValue>, Failure> {
    let msgpack = msgpack::encode(value, ty).map_err(|error| Failure::new("encode", format!("{error}")))?;
    Ok(Some(v6::DynamicValue { msgpack: msgpack.into(), ..Default::default() }))
}
