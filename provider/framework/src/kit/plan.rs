//! Plans, as core asks for them: the first, that of a replacement, and the one of the apply.

use bytes::Bytes;
use serde_json::Value as Json;
use tfplugin::v6;
use tonic::Request;

use super::failure::{Failure, diagnosed, held, refused};
use super::object::{Object, decode};
use super::planned::{Action, Before, Planned};
use super::proposed::proposed;
use super::rule::Rule;
use super::wire::{configuration, encode};
use super::{rules, unknowns};
use crate::path::{Path, Step};
use crate::value::{Value, msgpack};

const STEP: &str = "plan";
const AGAIN: &str = "plan again";

impl Object {
    /// Plans a change to a configuration; to `Json::Null`, the destroy.
    ///
    /// # Errors
    /// The provider refuses it, or breaks a rule of plans.
    pub async fn plan(&mut self, config: &Json) -> Result<Planned, Failure> {
        let config = if config.is_null() { Value::Null } else { configuration(&self.kind.attributes, config)? };
        self.plan_value(&config).await
    }

    pub(super) async fn plan_value(&mut self, config: &Value) -> Result<Planned, Failure> {
        let before = self.stored();
        self.plan_from(&before, config).await
    }

    fn stored(&self) -> Before {
        let (state, identity, private) = (self.state.clone(), self.identity.clone(), self.private.clone());
        Before { state, identity, private, planned_private: Bytes::new() }
    }

    async fn plan_from(&mut self, before: &Before, config: &Value) -> Result<Planned, Failure> {
        let mut planned = self.plan_once(before, config).await?;
        if !before.state.is_null() && planned.replace.iter().any(|path| planned.is_changed(path)) {
            // Core gives along what the plan of the change said.
            let (identity, private) = (planned.identity.clone(), planned.private.clone());
            let create = self.plan_once(&Before { identity, private, ..Before::nothing() }, config).await?;
            planned.create = Some(Box::new(create));
        }
        Ok(planned)
    }

    async fn plan_once(&mut self, before: &Before, config: &Value) -> Result<Planned, Failure> {
        let kind = self.kind.clone();
        let prior = &before.state;
        if config.is_null() && !self.server_capabilities.plan_destroy {
            return Ok(Planned::destroy(before));
        }
        let request = v6::plan_resource_change::Request {
            type_name: self.type_name.clone(),
            prior_state: encode(prior, &kind.ty)?,
            proposed_new_state: encode(&proposed(&kind.attributes, prior, config), &kind.ty)?,
            config: encode(config, &kind.ty)?,
            prior_private: before.private.clone(),
            planned_private: before.planned_private.clone(),
            client_capabilities: Some(self.client_capabilities),
            prior_identity: self.wire_identity(&before.identity)?,
            ..Default::default()
        };
        let reply = self.client.plan_resource_change(Request::new(request)).await;
        let reply = reply.map_err(|status| refused(STEP, &status))?.into_inner();
        diagnosed(STEP, &reply.diagnostics)?;
        held(STEP, rules::deferral(reply.deferred.as_ref()))?;
        held(STEP, rules::type_system(reply.legacy_type_system))?;
        let promised = reply.planned_state.as_ref().map(|state| msgpack::refinements(&state.msgpack, &kind.ty));
        let promises = promised.and_then(Result::ok).unwrap_or_default();
        let state = decode(STEP, reply.planned_state, &kind.ty)?;
        let replace: Vec<Path> = reply.requires_replace.iter().map(path).collect();
        held(STEP, rules::plan(&kind.attributes, config, prior, &state, &replace))?;
        let identity = self.decode_identity(STEP, reply.planned_identity)?;
        let warnings = reply.diagnostics.iter().map(|d| format!("{}: {}", d.summary, d.detail)).collect();
        let (config, private) = (config.clone(), reply.planned_private);
        let planned = Planned {
            state,
            replace,
            warnings,
            config,
            identity,
            private,
            prior: prior.clone(),
            promises,
            create: None,
        };
        // A new object has an identity of its own, and a destroyed one needs none.
        let replaces = planned.replace.iter().any(|path| planned.is_changed(path));
        if !prior.is_null() && !planned.state.is_null() && !replaces {
            held(STEP, rules::identity(kind.identity.as_ref(), &before.identity, &planned.identity, true))?;
        }
        Ok(planned)
    }

    /// The plan that core makes when it applies another one, with a configuration that may be known better by then. Of a
    /// replacement there is only the new object left to plan: core has destroyed the old one.
    ///
    /// What the first plan noted is handed over by clients that keep it. The others hand over the notes of the stored
    /// object, of which there are none for a new one.
    pub(super) async fn plan_again(&mut self, first: &Planned, config: &Value) -> Result<Planned, Failure> {
        let (first, mut before) = match &first.create {
            Some(create) => (&**create, Before::nothing()),
            None => (first, self.stored()),
        };
        if self.client_capabilities.store_planned_private {
            before.planned_private = first.private.clone();
        }
        let last = self.plan_from(&before, config).await?;
        let (was, is) = (first.action(), last.action());
        if was != is && (was, is) != (Action::Update, Action::Nothing) {
            let text = format!("the plan of the apply is to {is:?}, and the one before was to {was:?}");
            held(AGAIN, [rules::broken(Rule::FinalAction, &text)])?;
        }
        held(AGAIN, rules::final_plan(&self.kind.attributes, &first.state, &last.state))?;
        Ok(last)
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
        let first = self.plan_value(early).await?;
        self.plan_again(&first, config).await.map(drop)
    }

    /// After an apply, the plan of the same configuration has nothing left to do.
    pub(super) async fn check_convergence(&mut self, config: &Json) -> Result<(), Failure> {
        let again = self.plan(config).await?;
        held(AGAIN, rules::same(Rule::Convergence, &self.state, &again.state, "is planned to change once more"))
    }
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
