//! Ephemeral resources, as core holds them.

use std::time::SystemTime;

use bytes::Bytes;
use serde_json::Value as Json;
use tfplugin::v6;
use tonic::Request;

use super::core::{Core, find};
use super::failure::{Failure, diagnosed, held, refused};
use super::object::decode;
use super::rules;
use super::transport::Client;
use super::wire::{configuration, encode};
use crate::value::Value;

/// An open ephemeral resource.
pub struct Opened {
    client: Client,
    type_name: String,
    result: Value,
    renew_at: Option<SystemTime>,
    opened: Bytes,
    renewed: Option<Bytes>,
}

impl Core {
    /// Validates and opens an ephemeral resource.
    ///
    /// # Errors
    /// The provider refuses it, or breaks a rule of plans, which hold for it as for a new object.
    pub async fn open(&self, type_name: &str, config: &Json) -> Result<Opened, Failure> {
        const STEP: &str = "open";
        let kind = find(&self.schemas.ephemeral_resources, "ephemeral resource", type_name)?;
        let value = configuration(&kind.attributes, config)?;
        let (mut client, type_name) = (self.client.clone(), type_name.to_owned());
        let config = encode(&value, &kind.ty)?;
        let request =
            v6::validate_ephemeral_resource_config::Request { type_name: type_name.clone(), config: config.clone() };
        let reply = client.validate_ephemeral_resource_config(Request::new(request)).await;
        diagnosed("validate", &reply.map_err(|status| refused("validate", &status))?.into_inner().diagnostics)?;

        let request =
            v6::open_ephemeral_resource::Request { type_name: type_name.clone(), config, client_capabilities: None };
        let reply = client.open_ephemeral_resource(Request::new(request)).await;
        let reply = reply.map_err(|status| refused(STEP, &status))?.into_inner();
        diagnosed(STEP, &reply.diagnostics)?;
        held(STEP, rules::deferral(reply.deferred.as_ref()))?;
        let result = decode(STEP, reply.result, &kind.ty)?;
        held(STEP, rules::ephemeral(&kind.attributes, &value, &result))?;
        let renew_at = reply.renew_at.and_then(|at| SystemTime::try_from(at).ok());
        let opened = reply.private.unwrap_or_default();
        Ok(Opened { client, type_name, result, renew_at, opened, renewed: None })
    }
}

impl Opened {
    /// What it gave.
    pub fn result(&self) -> &Value {
        &self.result
    }

    /// When it has to be renewed, if ever.
    pub fn renew_at(&self) -> Option<SystemTime> {
        self.renew_at
    }

    /// Renews it now, with the private data of the last renewal.
    ///
    /// # Errors
    /// The provider fails.
    pub async fn renew(&mut self) -> Result<(), Failure> {
        const STEP: &str = "renew";
        let private = self.renewed.as_ref().unwrap_or(&self.opened).clone();
        let request =
            v6::renew_ephemeral_resource::Request { type_name: self.type_name.clone(), private: Some(private) };
        let reply = self.client.renew_ephemeral_resource(Request::new(request)).await;
        let reply = reply.map_err(|status| refused(STEP, &status))?.into_inner();
        diagnosed(STEP, &reply.diagnostics)?;
        self.renew_at = reply.renew_at.and_then(|at| SystemTime::try_from(at).ok());
        self.renewed = reply.private;
        Ok(())
    }

    /// Closes it. Core hands over the private data of the opening, not of a renewal.
    ///
    /// # Errors
    /// The provider fails.
    pub async fn close(mut self) -> Result<(), Failure> {
        const STEP: &str = "close";
        let request = v6::close_ephemeral_resource::Request { type_name: self.type_name, private: Some(self.opened) };
        let reply = self.client.close_ephemeral_resource(Request::new(request)).await;
        diagnosed(STEP, &reply.map_err(|status| refused(STEP, &status))?.into_inner().diagnostics)
    }
}
