//! Terraform's core: what it knows of a provider, and the values that it sends.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value as Json;
use tfplugin::v6;
use tfplugin::v6::provider_server::Provider;
use tonic::Request;

use super::failure::{Failure, diagnosed, refused};
use super::object::Object;
use super::process::Process;
use super::schema::Schemas;
use super::transport::{self, Client};
use super::wire::{configuration, encode};
use crate::value::Value;

/// Terraform's core, as far as a provider sees it.
pub struct Core {
    pub(super) client: Client,
    pub(super) client_capabilities: v6::ClientCapabilities,
    pub(super) schemas: Schemas,
}

/// What Terraform 1.16 can do. It knows nested blocks that are computed, too, but the kit knows no nested blocks.
const CAPABILITIES: v6::ClientCapabilities = v6::ClientCapabilities {
    deferral_allowed: false,
    write_only_attributes_allowed: true,
    store_planned_private: true,
    computed_blocks_allowed: false,
};

pub(super) fn find<'a, T>(all: &'a BTreeMap<String, T>, what: &str, name: &str) -> Result<&'a T, Failure> {
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
