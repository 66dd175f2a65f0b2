//! One object and what core keeps of it.

use bytes::Bytes;
use serde_json::Value as Json;
use tfplugin::v6;
use tonic::Request;

use super::failure::{Failure, Rule, Violation, diagnosed, held, refused};
use super::proposed::proposed;
use super::transport::Client;
use super::{Kind, configuration, encode, rules, unknowns};
use crate::path::{Path, Step};
use crate::value::{Type, Value, json, msgpack};

/// What clients of today can do.
fn capabilities() -> Option<v6::ClientCapabilities> {
    Some(v6::ClientCapabilities { write_only_attributes_allowed: true, ..Default::default() })
}

/// An object of a resource type, with what core keeps of it: state, identity, private data.
pub struct Object {
    client: Client,
    type_name: String,
    kind: Kind,
    state: Value,
    identity: Value,
    private: Bytes,
}

/// A plan that keeps to the rules.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The object as it will be.
    pub state: Value,
    /// The paths that force a new object.
    pub replace: Vec<Path>,
    /// Warnings of the provider.
    pub warnings: Vec<String>,
    config: Value,
    identity: Value,
    private: Bytes,
    /// The plan of the new object, if there has to be one.
    create: Option<Box<Planned>>,
}

impl Object {
    pub(super) fn new(client: Client, type_name: &str, kind: Kind) -> Self {
        let type_name = type_name.to_owned();
        Self { client, type_name, kind, state: Value::Null, identity: Value::Null, private: Bytes::new() }
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

    async fn validate_value(&mut self, config: &Value) -> Result<(), Failure> {
        let request = v6::validate_resource_config::Request {
            type_name: self.type_name.clone(),
            config: encode(config, &self.kind.ty)?,
            client_capabilities: capabilities(),
        };
        let reply = self.client.validate_resource_config(Request::new(request)).await;
        diagnosed("validate", &reply.map_err(|status| refused("validate", &status))?.into_inner().diagnostics)
    }

    /// Plans a change to a configuration; to `Json::Null`, the destroy.
    ///
    /// # Errors
    /// The provider refuses it, or breaks a rule of plans.
    pub async fn plan(&mut self, config: &Json) -> Result<Planned, Failure> {
        let config = if config.is_null() { Value::Null } else { configuration(&self.kind.attributes, config)? };
        let prior = self.state.clone();
        self.plan_from(&prior, &config).await
    }

    async fn plan_from(&mut self, prior: &Value, config: &Value) -> Result<Planned, Failure> {
        let (private, identity) = (self.private.clone(), self.identity.clone());
        let mut planned = self.plan_once(prior, config, private, &identity).await?;
        if !prior.is_null() && !planned.replace.is_empty() {
            let create = self.plan_create(&planned).await?;
            planned.create = Some(Box::new(create));
        }
        Ok(planned)
    }

    /// Plans the new object of a replacement. Core gives along what the plan of the change said.
    async fn plan_create(&mut self, change: &Planned) -> Result<Planned, Failure> {
        self.plan_once(&Value::Null, &change.config, change.private.clone(), &change.identity).await
    }

    async fn plan_once(
        &mut self,
        prior: &Value,
        config: &Value,
        private: Bytes,
        prior_identity: &Value,
    ) -> Result<Planned, Failure> {
        const STEP: &str = "plan";
        let kind = self.kind.clone();
        let request = v6::plan_resource_change::Request {
            type_name: self.type_name.clone(),
            prior_state: encode(prior, &kind.ty)?,
            proposed_new_state: encode(&proposed(&kind.attributes, prior, config), &kind.ty)?,
            config: encode(config, &kind.ty)?,
            prior_private: private,
            client_capabilities: capabilities(),
            prior_identity: self.wire_identity(prior_identity)?,
            ..Default::default()
        };
        let reply = self.client.plan_resource_change(Request::new(request)).await;
        let reply = reply.map_err(|status| refused(STEP, &status))?.into_inner();
        diagnosed(STEP, &reply.diagnostics)?;
        let state = decode(STEP, reply.planned_state, &kind.ty)?;
        let identity = self.decode_identity(STEP, reply.planned_identity)?;
        let replace: Vec<Path> = reply.requires_replace.iter().map(path).collect();
        let mut broken = rules::plan(&kind.attributes, config, prior, &state, &replace);
        let updates = !prior.is_null() && !config.is_null() && replace.is_empty();
        // A new object has an identity of its own.
        let before = if prior.is_null() { &Value::Null } else { prior_identity };
        broken.extend(rules::identity(kind.identity.as_ref(), before, &identity, updates));
        broken.extend(rules::deferral(reply.deferred.as_ref()));
        held(STEP, broken)?;
        let warnings = reply.diagnostics.iter().map(|d| format!("{}: {}", d.summary, d.detail)).collect();
        let (config, private) = (config.clone(), reply.planned_private);
        Ok(Planned { state, replace, warnings, config, identity, private, create: None })
    }

    /// Plans with one value after the other not known yet, null ones too, as if it came from an object that is still to be
    /// made: what such a plan knows, the plan with all values must say, too.
    ///
    /// # Errors
    /// The provider refuses an unknown value, or breaks a rule of plans.
    pub async fn check_unknowns(&mut self, config: &Json) -> Result<(), Failure> {
        let config = configuration(&self.kind.attributes, config)?;
        for (path, early) in unknowns::each(&self.kind.attributes, &config) {
            self.check_unknown(&config, &early).await.map_err(|mut failure| {
                failure.errors.push(format!("while `{path}` was not known"));
                failure
            })?;
        }
        Ok(())
    }

    async fn check_unknown(&mut self, config: &Value, early: &Value) -> Result<(), Failure> {
        self.validate_value(early).await?;
        let prior = self.state.clone();
        let first = self.plan_from(&prior, early).await?;
        let mut last = self.plan_from(&prior, config).await?;
        let mut broken = Vec::new();
        let planned = match &first.create {
            Some(create) => {
                last = self.plan_create(&Planned { config: config.clone(), ..first.clone() }).await?;
                create
            }
            None => &first,
        };
        if last.create.is_some() {
            let text = "forces a new object, which the plan before did not say";
            broken.extend(last.replace.iter().map(|path| Violation::new(Rule::FinalPlan, path.clone(), text)));
        } else {
            broken.extend(rules::final_plan(&self.kind.attributes, &planned.state, &last.state));
        }
        held("plan again", broken)
    }

    /// Applies a plan: plans it once more, as core does, and carries it out; a new object takes the place of one that
    /// cannot be changed. What the provider answers is kept even if it breaks a rule.
    ///
    /// # Errors
    /// The provider fails, or breaks a rule of results.
    pub async fn apply(&mut self, planned: &Planned) -> Result<(), Failure> {
        let (prior, first, again) = match &planned.create {
            Some(create) => {
                self.destroy().await?;
                (Value::Null, &**create, self.plan_create(planned).await?)
            }
            None => (self.state.clone(), planned, self.plan_from(&self.state.clone(), &planned.config).await?),
        };
        held("plan again", rules::final_plan(&self.kind.attributes, &first.state, &again.state))?;
        self.apply_once(&prior, &again).await
    }

    async fn apply_once(&mut self, prior: &Value, planned: &Planned) -> Result<(), Failure> {
        const STEP: &str = "apply";
        let kind = self.kind.clone();
        let request = v6::apply_resource_change::Request {
            type_name: self.type_name.clone(),
            prior_state: encode(prior, &kind.ty)?,
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
        let stable = rules::identity(kind.identity.as_ref(), &self.identity, &identity, !state.is_null());
        let broken = rules::apply(&kind.attributes, &planned.state, &state);
        self.private = reply.private;
        self.identity = if state.is_null() { Value::Null } else { identity };
        self.state = state;
        // Core looks at the result of a failed apply no further.
        diagnosed(STEP, &reply.diagnostics)?;
        held(STEP, broken.into_iter().chain(stable).collect())
    }

    /// Reads the object. A state that is null then says that it is gone.
    ///
    /// # Errors
    /// The provider fails, or breaks a rule of states.
    pub async fn refresh(&mut self) -> Result<(), Failure> {
        const STEP: &str = "read";
        let kind = self.kind.clone();
        let request = v6::read_resource::Request {
            type_name: self.type_name.clone(),
            current_state: encode(&self.state, &kind.ty)?,
            private: self.private.clone(),
            client_capabilities: capabilities(),
            current_identity: self.wire_identity(&self.identity)?,
            ..Default::default()
        };
        let reply = self.client.read_resource(Request::new(request)).await;
        let reply = reply.map_err(|status| refused(STEP, &status))?.into_inner();
        diagnosed(STEP, &reply.diagnostics)?;
        let state = decode(STEP, reply.new_state, &kind.ty)?;
        let identity = self.decode_identity(STEP, reply.new_identity)?;
        let mut broken = rules::state(&kind.attributes, &state);
        broken.extend(rules::identity(kind.identity.as_ref(), &self.identity, &identity, !state.is_null()));
        self.private = reply.private;
        self.identity = if state.is_null() { Value::Null } else { identity };
        self.state = state;
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
        let again = self.plan(config).await?;
        held("plan again", rules::same(Rule::Convergence, &self.state, &again.state, "is planned to change once more"))
    }

    /// Destroys the object.
    ///
    /// # Errors
    /// A step fails or breaks a rule.
    pub async fn destroy(&mut self) -> Result<(), Failure> {
        let before = self.state.clone();
        let planned = self.plan_from(&before, &Value::Null).await?;
        self.apply_once(&before, &planned).await
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
        held(
            STEP,
            rules::same(Rule::Upgrade, &self.state, &upgraded, "is another one after an upgrade of its own version"),
        )
    }

    /// Imports the object of that id, as `terraform import` does, and reads it.
    ///
    /// # Errors
    /// A step fails or breaks a rule.
    pub async fn import(&mut self, id: &str) -> Result<(), Failure> {
        self.import_by(id, None).await
    }

    async fn import_by(&mut self, id: &str, identity: Option<v6::ResourceIdentityData>) -> Result<(), Failure> {
        const STEP: &str = "import";
        let request = v6::import_resource_state::Request {
            type_name: self.type_name.clone(),
            id: id.to_owned(),
            identity,
            client_capabilities: capabilities(),
        };
        let reply = self.client.import_resource_state(Request::new(request)).await;
        let reply = reply.map_err(|status| refused(STEP, &status))?.into_inner();
        diagnosed(STEP, &reply.diagnostics)?;
        let [imported] = <[_; 1]>::try_from(reply.imported_resources).map_err(|found| {
            let text = format!("found {} objects", found.len());
            Failure::breaking(STEP, Violation::new(Rule::Import, Path::root(), text))
        })?;
        self.keep(STEP, imported.state, imported.identity, imported.private)?;
        self.refresh().await
    }

    /// Imports the object once more, by its identity, and compares: `except` are the attributes that no read shows. Then
    /// asks for its configuration, which must be legal and change nothing.
    ///
    /// # Errors
    /// A step fails or breaks a rule.
    pub async fn check_import(&mut self, except: &[&str]) -> Result<(), Failure> {
        let mut copy = Object::new(self.client.clone(), &self.type_name, self.kind.clone());
        copy.import_by("", self.wire_identity(&self.identity)?).await?;
        let mut differ = rules::same(Rule::Import, &self.state, &copy.state, "is another one after an import");
        differ.retain(|violation| !except.iter().any(|name| violation.path == Path::from(*name)));
        held("import", differ)?;
        copy.check_generated().await
    }

    /// Asks for the configuration of the stored object, as core does for `-generate-config-out`: it must be legal, and
    /// change nothing.
    async fn check_generated(&mut self) -> Result<(), Failure> {
        const STEP: &str = "generate";
        let (kind, state) = (self.kind.clone(), self.state.clone());
        let request = v6::generate_resource_config::Request {
            type_name: self.type_name.clone(),
            state: encode(&state, &kind.ty)?,
        };
        let reply = self.client.generate_resource_config(Request::new(request)).await;
        let reply = reply.map_err(|status| refused(STEP, &status))?.into_inner();
        diagnosed(STEP, &reply.diagnostics)?;
        let config = decode(STEP, reply.config, &kind.ty)?;
        let generated = |mut failure: Failure| {
            let text = format!("the generated configuration is refused: {failure}");
            failure.violations.push(Violation::new(Rule::Generated, Path::root(), text));
            failure
        };
        self.validate_value(&config).await.map_err(generated)?;
        let planned = self.plan_from(&state, &config).await.map_err(generated)?;
        held(STEP, rules::same(Rule::Generated, &state, &planned.state, "changes by the generated configuration"))
    }

    /// Keeps what an import or a move gave.
    pub(super) fn keep(
        &mut self,
        step: &'static str,
        state: Option<v6::DynamicValue>,
        identity: Option<v6::ResourceIdentityData>,
        private: Bytes,
    ) -> Result<(), Failure> {
        self.state = decode(step, state, &self.kind.ty)?;
        self.identity = self.decode_identity(step, identity)?;
        self.private = private;
        held(step, rules::state(&self.kind.attributes, &self.state))
    }

    fn wire_identity(&self, identity: &Value) -> Result<Option<v6::ResourceIdentityData>, Failure> {
        let Some(ty) = self.kind.identity.as_ref().filter(|_| !identity.is_null()) else {
            return Ok(None);
        };
        Ok(Some(v6::ResourceIdentityData { identity_data: encode(identity, ty)? }))
    }

    fn decode_identity(
        &self,
        step: &'static str,
        identity: Option<v6::ResourceIdentityData>,
    ) -> Result<Value, Failure> {
        match (&self.kind.identity, identity) {
            (Some(ty), Some(identity)) => decode(step, identity.identity_data, ty),
            _ => Ok(Value::Null),
        }
    }
}

/// A value of its type; one of another type breaks a rule.
pub(super) fn decode(step: &'static str, value: Option<v6::DynamicValue>, ty: &Type) -> Result<Value, Failure> {
    let Some(value) = value.filter(|value| !value.msgpack.is_empty()) else {
        return Ok(Value::Null);
    };
    msgpack::decode(&value.msgpack, ty)
        .map_err(|error| Failure::breaking(step, Violation::new(Rule::Type, error.path.clone(), error.reason.clone())))
}

fn path(path: &v6::AttributePath) -> Path {
    use v6::attribute_path::step::Selector;
    let steps = path.steps.iter().filter_map(|step| step.selector.as_ref());
    steps.fold(Path::root(), |path, selector| {
        path.step(match selector {
            Selector::AttributeName(name) => Step::Attribute(name.clone()),
            Selector::ElementKeyString(key) => Step::Key(key.clone()),
            Selector::ElementKeyInt(index) => Step::Index(*index),
        })
    })
}
