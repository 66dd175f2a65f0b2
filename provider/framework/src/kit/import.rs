//! Objects that core did not make: imports and moves, and the configuration that is written for them.

use serde_json::Value as Json;
use tfplugin::v6;
use tfplugin::v6::import_resource_state::ImportedResource;
use tonic::Request;

use super::core::Core;
use super::failure::{Failure, Violation, diagnosed, held, refused};
use super::object::{Object, decode};
use super::rule::Rule;
use super::rules;
use super::wire::encode;
use crate::path::Path;
use crate::schema::{Attribute, Kind};
use crate::value::Value;

const GENERATE: &str = "generate";

/// The stored object of another resource type, or of another provider.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// Source address of its provider, as `host/namespace/name`.
    pub provider: &'a str,
    /// Its resource type.
    pub type_name: &'a str,
    /// The version of its state.
    pub version: i64,
    /// Its state.
    pub state: &'a Json,
}

impl Core {
    /// Moves an object of another resource type to one of this type, and reads it.
    ///
    /// # Errors
    /// The provider refuses it, or breaks a rule of states.
    pub async fn take_over(&self, source: &Source<'_>, type_name: &str) -> Result<Object, Failure> {
        const STEP: &str = "move";
        let mut object = self.resource(type_name)?;
        if !object.server_capabilities.move_resource_state {
            held(
                STEP,
                [rules::broken(Rule::MoveCapability, "the provider does not say that it takes over other types")],
            )?;
        }
        let request = v6::move_resource_state::Request {
            source_provider_address: source.provider.to_owned(),
            source_type_name: source.type_name.to_owned(),
            source_schema_version: source.version,
            source_state: Some(v6::RawState { json: source.state.to_string().into(), ..Default::default() }),
            target_type_name: type_name.to_owned(),
            ..Default::default()
        };
        let reply = object.client.move_resource_state(Request::new(request)).await;
        let reply = reply.map_err(|status| refused(STEP, &status))?.into_inner();
        diagnosed(STEP, &reply.diagnostics)?;
        let state = decode(STEP, reply.target_state, &object.kind.ty)?;
        held(STEP, rules::object(&object.kind.attributes, &state))?;
        let identity = object.decode_identity(STEP, reply.target_identity)?;
        held(STEP, rules::identity(object.kind.identity.as_ref(), &Value::Null, &identity, true))?;
        object.keep(state, identity, reply.target_private);
        object.refresh().await?;
        Ok(object)
    }
}

impl Object {
    /// Imports the object of that id, as an import block does, and reads it.
    ///
    /// # Errors
    /// A step fails or breaks a rule.
    pub async fn import(&mut self, id: &str) -> Result<(), Failure> {
        self.import_by(id, &Value::Null).await
    }

    async fn import_by(&mut self, id: &str, identity: &Value) -> Result<(), Failure> {
        const STEP: &str = "import";
        let request = v6::import_resource_state::Request {
            type_name: self.type_name.clone(),
            id: id.to_owned(),
            identity: self.wire_identity(identity)?,
            client_capabilities: Some(self.client_capabilities),
        };
        let by_identity = request.identity.is_some();
        let reply = self.client.import_resource_state(Request::new(request)).await;
        let reply = reply.map_err(|status| refused(STEP, &status))?.into_inner();
        diagnosed(STEP, &reply.diagnostics)?;
        held(STEP, rules::deferral(reply.deferred.as_ref()))?;
        let imported = self.only(STEP, reply.imported_resources)?;
        let state = decode(STEP, imported.state, &self.kind.ty)?;
        // An identity is enough to read an object by, an id is not.
        let attributes = &self.kind.attributes;
        held(STEP, if by_identity { rules::state(attributes, &state) } else { rules::object(attributes, &state) })?;
        let identity = self.decode_identity(STEP, imported.identity)?;
        held(STEP, rules::identity(self.kind.identity.as_ref(), &Value::Null, &identity, by_identity))?;
        (self.state, self.identity, self.private) = (state, identity, imported.private);
        // An id may be a part of the identity, which the read completes.
        self.read(&Value::Null).await
    }

    fn only(&self, step: &'static str, found: Vec<ImportedResource>) -> Result<ImportedResource, Failure> {
        let count = found.len();
        let mut found = found.into_iter();
        let wrong = match (found.next(), count) {
            (Some(only), 1) if only.type_name == self.type_name => return Ok(only),
            (Some(_), 1) => rules::broken(Rule::ImportType, "found an object of another type, or of none"),
            (Some(_), _) => rules::broken(Rule::ImportFindsOne, &format!("found {count} objects")),
            (None, _) => rules::broken(Rule::ImportFinds, "found nothing, and does not say why"),
        };
        Err(Failure::breaking(step, vec![wrong]))
    }

    /// Imports the object once more, by its identity, and compares: `except` are the attributes that no read shows. Then
    /// asks for its configuration, which must be legal and change nothing.
    ///
    /// # Errors
    /// A step fails or breaks a rule.
    pub async fn check_import(&mut self, except: &[&str]) -> Result<(), Failure> {
        let mut copy = self.another();
        copy.import_by("", &self.identity).await?;
        let mut differ = rules::same(Rule::ImportSame, &self.state, &copy.state, "is another one after an import");
        differ.retain(|violation| !except.iter().any(|name| violation.path == Path::from(*name)));
        held("import", differ)?;
        copy.check_generated().await
    }

    /// Asks for the configuration of the stored object, as core does for `-generate-config-out`: it must be legal, and
    /// change nothing. Core itself writes one for providers that do not.
    async fn check_generated(&mut self) -> Result<(), Failure> {
        let Some(config) = self.generated().await? else { return Ok(()) };
        let illegal = |failure: Failure| {
            let text = format!("the generated configuration is refused: {failure}");
            Failure::breaking(GENERATE, vec![rules::broken(Rule::GeneratedLegal, &text)])
        };
        self.validate_value(&config).await.map_err(illegal)?;
        let planned = self.plan_value(&config).await.map_err(illegal)?;
        let text = "changes by the generated configuration";
        held(GENERATE, rules::same(Rule::GeneratedSame, &self.state, &planned.state, text))
    }

    async fn generated(&mut self) -> Result<Option<Value>, Failure> {
        if !self.server_capabilities.generate_resource_config {
            return Ok(None);
        }
        let ty = self.kind.ty.clone();
        let state = encode(&self.state, &ty)?;
        let request = v6::generate_resource_config::Request { type_name: self.type_name.clone(), state };
        let reply = self.client.generate_resource_config(Request::new(request)).await;
        let reply = reply.map_err(|status| refused(GENERATE, &status))?.into_inner();
        diagnosed(GENERATE, &reply.diagnostics)?;
        let config = decode(GENERATE, reply.config, &ty)?;
        held(GENERATE, rules::known(&config))?;
        Ok(Some(config))
    }

    /// Imports the object once more, destroys it, and makes it anew from the configuration that is generated for the
    /// import: all that users can write must be as it was. `except` are the attributes that no read shows.
    ///
    /// # Errors
    /// A step fails or breaks a rule.
    pub async fn check_remade(&mut self, except: &[&str]) -> Result<(), Failure> {
        let mut copy = self.another();
        copy.import_by("", &self.identity).await?;
        let Some(config) = copy.generated().await? else { return Ok(()) };
        let before = self.state.clone();
        self.destroy().await?;
        let planned = self.plan_value(&config).await?;
        self.apply(&planned).await?;
        let mut lost = Vec::new();
        compare(&self.kind.attributes, &before, &self.state, &Path::root(), &mut lost);
        lost.retain(|path| !except.iter().any(|name| path.steps().first() == Path::from(*name).steps().first()));
        let text = "is not what it was before the object was made anew from the generated configuration";
        held(GENERATE, lost.into_iter().map(|path| Violation::new(Rule::GeneratedWhole, path, text)))
    }
}

/// Where an object is not as another one was, as far as users can write it. What the service may choose, and had not told,
/// may be anything.
fn compare(attributes: &[Attribute], before: &Value, after: &Value, path: &Path, differ: &mut Vec<Path>) {
    for a in attributes.iter().filter(|a| a.presence.is_configurable()) {
        let path = path.attribute(a.name);
        let (before, after) = (before.get(a.name).unwrap_or(&Value::Null), after.get(a.name).unwrap_or(&Value::Null));
        match (&a.kind, before, after) {
            (_, Value::Null, _) if a.presence.is_computed() => {}
            (Kind::Nested(_, inside), Value::Object(_), Value::Object(_)) => {
                compare(inside, before, after, &path, differ);
            }
            (Kind::Nested(_, inside), Value::List(old), Value::List(new)) if old.len() == new.len() => {
                for ((old, new), i) in old.iter().zip(new).zip(0..) {
                    compare(inside, old, new, &path.index(i), differ);
                }
            }
            _ if before == after => {}
            _ => differ.push(path),
        }
    }
}
