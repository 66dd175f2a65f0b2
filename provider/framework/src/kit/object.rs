//! One object and what core keeps of it.

use bytes::Bytes;
use serde_json::Value as Json;
use tfplugin::v6;
use tonic::Request;

use super::failure::{Failure, Violation, diagnosed, held, refused};
use super::planned::{Action, Planned};
use super::rule::Rule;
use super::rules;
use super::schema::Kind;
use super::transport::Client;
use super::wire::{configuration, encode};
use crate::value::{Type, Value, json, msgpack};

/// An object of a resource type, with what core keeps of it: state, identity, private data.
pub struct Object {
    pub(super) client: Client,
    pub(super) client_capabilities: v6::ClientCapabilities,
    pub(super) server_capabilities: v6::ServerCapabilities,
    pub(super) type_name: String,
    pub(super) kind: Kind,
    pub(super) state: Value,
    pub(super) identity: Value,
    pub(super) private: Bytes,
}

impl Object {
    /// An object of the same type of which nothing is known yet.
    pub(super) fn another(&self) -> Self {
        Self {
            client: self.client.clone(),
            client_capabilities: self.client_capabilities,
            server_capabilities: self.server_capabilities,
            type_name: self.type_name.clone(),
            kind: self.kind.clone(),
            state: Value::Null,
            identity: Value::Null,
            private: Bytes::new(),
        }
    }

    /// The stored object; null if there is none.
    pub fn state(&self) -> &Value {
        &self.state
    }

    /// Its identity; null if there is none.
    pub fn identity(&self) -> &Value {
        &self.identity
    }

    /// Validates a configuration.
    ///
    /// # Errors
    /// The provider refuses it.
    pub async fn validate(&mut self, config: &Json) -> Result<(), Failure> {
        let config = configuration(&self.kind.attributes, config)?;
        self.validate_value(&config).await
    }

    pub(super) async fn validate_value(&mut self, config: &Value) -> Result<(), Failure> {
        let request = v6::validate_resource_config::Request {
            type_name: self.type_name.clone(),
            config: encode(config, &self.kind.ty)?,
            client_capabilities: Some(self.client_capabilities),
        };
        let reply = self.client.validate_resource_config(Request::new(request)).await;
        diagnosed("validate", &reply.map_err(|status| refused("validate", &status))?.into_inner().diagnostics)
    }

    /// Applies a plan: plans it once more, as core does, and carries it out; a new object takes the place of one that
    /// cannot be changed. What the provider answers is kept even if it breaks a rule.
    ///
    /// # Errors
    /// The provider fails, or breaks a rule of results.
    pub async fn apply(&mut self, planned: &Planned) -> Result<(), Failure> {
        match planned.action() {
            Action::Destroy => return self.apply_once(planned).await,
            Action::Replace => self.destroy().await?,
            Action::Nothing | Action::Create | Action::Update => {}
        }
        let again = self.plan_again(planned, &planned.config).await?;
        if again.action() == Action::Nothing { Ok(()) } else { self.apply_once(&again).await }
    }

    async fn apply_once(&mut self, planned: &Planned) -> Result<(), Failure> {
        const STEP: &str = "apply";
        let kind = self.kind.clone();
        let request = v6::apply_resource_change::Request {
            type_name: self.type_name.clone(),
            prior_state: encode(&self.state, &kind.ty)?,
            planned_state: encode(&planned.state, &kind.ty)?,
            config: encode(&planned.config, &kind.ty)?,
            planned_private: planned.private.clone(),
            planned_identity: self.wire_identity(&planned.identity)?,
            ..Default::default()
        };
        let reply = self.client.apply_resource_change(Request::new(request)).await;
        let reply = reply.map_err(|status| refused(STEP, &status))?.into_inner();
        let state = decode(STEP, reply.new_state, &kind.ty)?;
        let identity = self.decode_identity(STEP, reply.new_identity)?;
        let mut broken = rules::apply(&kind.attributes, &planned.state, &state);
        broken.extend(rules::promises(&planned.promises, &state));
        // Core looks at the identity of an object that is otherwise right.
        if broken.is_empty() {
            broken.extend(rules::identity(kind.identity.as_ref(), &self.identity, &identity, !state.is_null()));
        }
        self.keep(state, identity, reply.private);
        // Core looks at the result of a failed apply no further.
        diagnosed(STEP, &reply.diagnostics)?;
        held(STEP, rules::type_system(reply.legacy_type_system))?;
        held(STEP, broken)
    }

    /// Reads the object. A state that is null then says that it is gone.
    ///
    /// # Errors
    /// The provider fails, or breaks a rule of states.
    pub async fn refresh(&mut self) -> Result<(), Failure> {
        let identity = self.identity.clone();
        self.read(&identity).await
    }

    /// Reads the object, which must keep this identity.
    pub(super) async fn read(&mut self, identity: &Value) -> Result<(), Failure> {
        const STEP: &str = "read";
        let kind = self.kind.clone();
        let request = v6::read_resource::Request {
            type_name: self.type_name.clone(),
            current_state: encode(&self.state, &kind.ty)?,
            private: self.private.clone(),
            client_capabilities: Some(self.client_capabilities),
            current_identity: self.wire_identity(&self.identity)?,
            ..Default::default()
        };
        let reply = self.client.read_resource(Request::new(request)).await;
        let reply = reply.map_err(|status| refused(STEP, &status))?.into_inner();
        diagnosed(STEP, &reply.diagnostics)?;
        held(STEP, rules::deferral(reply.deferred.as_ref()))?;
        let state = decode(STEP, reply.new_state, &kind.ty)?;
        let found = self.decode_identity(STEP, reply.new_identity)?;
        let mut broken = rules::state(&kind.attributes, &state);
        broken.extend(rules::identity(kind.identity.as_ref(), identity, &found, !state.is_null()));
        self.keep(state, found, reply.private);
        held(STEP, broken)
    }

    /// The whole way to a configuration: validate, plan (with unknown values before), apply, a state that reads as it was
    /// written, through an upgrade of its own version too, and a second plan with nothing left to do.
    ///
    /// # Errors
    /// A step fails or breaks a rule.
    pub async fn converge(&mut self, config: &Json) -> Result<(), Failure> {
        self.validate(config).await?;
        self.check_unknowns(config).await?;
        let planned = self.plan(config).await?;
        self.apply(&planned).await?;
        self.check_upgrade().await?;
        let applied = self.state.clone();
        self.refresh().await?;
        held("read", rules::same(Rule::Drift, &applied, &self.state, "reads otherwise than it was applied"))?;
        self.check_convergence(config).await
    }

    /// Destroys the object.
    ///
    /// # Errors
    /// A step fails or breaks a rule.
    pub async fn destroy(&mut self) -> Result<(), Failure> {
        let planned = self.plan_value(&Value::Null).await?;
        self.apply_once(&planned).await
    }

    /// Reads the stored state in its present version, as core does with every state: nothing may change.
    async fn check_upgrade(&mut self) -> Result<(), Failure> {
        const STEP: &str = "upgrade";
        let stored = json::encode(&self.state, &self.kind.ty).map_err(|e| Failure::new(STEP, format!("{e}")))?;
        let request = v6::upgrade_resource_state::Request {
            type_name: self.type_name.clone(),
            version: self.kind.version,
            raw_state: Some(v6::RawState { json: stored.into(), ..Default::default() }),
        };
        let reply = self.client.upgrade_resource_state(Request::new(request)).await;
        let reply = reply.map_err(|status| refused(STEP, &status))?.into_inner();
        diagnosed(STEP, &reply.diagnostics)?;
        let upgraded = decode(STEP, reply.upgraded_state, &self.kind.ty)?;
        held(STEP, rules::object(&self.kind.attributes, &upgraded))?;
        let text = "is another one after an upgrade of its own version";
        held(STEP, rules::same(Rule::Upgrade, &self.state, &upgraded, text))
    }

    /// Keeps what a call gave. Of what is gone nothing is kept.
    pub(super) fn keep(&mut self, state: Value, identity: Value, private: Bytes) {
        let gone = state.is_null();
        self.identity = if gone { Value::Null } else { identity };
        self.private = if gone { Bytes::new() } else { private };
        self.state = state;
    }

    pub(super) fn wire_identity(&self, identity: &Value) -> Result<Option<v6::ResourceIdentityData>, Failure> {
        let Some(ty) = self.kind.identity.as_ref().filter(|_| !identity.is_null()) else {
            return Ok(None);
        };
        Ok(Some(v6::ResourceIdentityData { identity_data: encode(identity, ty)? }))
    }

    pub(super) fn decode_identity(
        &self,
        step: &'static str,
        identity: Option<v6::ResourceIdentityData>,
    ) -> Result<Value, Failure> {
        match (&self.kind.identity, identity) {
            (Some(ty), Some(identity)) => decode_as(Rule::IdentityType, step, identity.identity_data, ty),
            _ => Ok(Value::Null),
        }
    }
}

/// A value of its type; one of another type breaks a rule.
pub(super) fn decode(step: &'static str, value: Option<v6::DynamicValue>, ty: &Type) -> Result<Value, Failure> {
    decode_as(Rule::Type, step, value, ty)
}

/// The same with the rule that is broken.
pub(super) fn decode_as(
    rule: Rule,
    step: &'static str,
    value: Option<v6::DynamicValue>,
    ty: &Type,
) -> Result<Value, Failure> {
    let Some(value) = value.filter(|value| !value.msgpack.is_empty()) else {
        return Ok(Value::Null);
    };
    msgpack::decode(&value.msgpack, ty)
        .map_err(|error| Failure::breaking(step, vec![Violation::new(rule, error.path.clone(), error.reason.clone())]))
}
