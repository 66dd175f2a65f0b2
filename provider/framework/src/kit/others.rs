//! Data sources, lists, actions and functions, as core asks for them.

use serde_json::Value as Json;
use tfplugin::v6;
use tfplugin::v6::invoke_action::event::Type as ActionEvent;
use tonic::Request;

use super::core::{Core, find};
use super::failure::{Failure, diagnosed, held, refused};
use super::object::{Object, decode, decode_as};
use super::rule::Rule;
use super::rules::{self, broken};
use super::schema::{self, Kind};
use super::wire::{configuration, encode};
use crate::lifecycle::restricted;
use crate::path::Path;
use crate::value::{Value, json};

const READ_DATA: &str = "read data";

/// What a list found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Its identity.
    pub identity: Value,
    /// What people call it.
    pub display_name: String,
    /// The whole object, if it was asked for.
    pub object: Option<Value>,
}

impl Core {
    /// Validates and reads a data source.
    ///
    /// # Errors
    /// The provider refuses it, or breaks a rule of states.
    pub async fn read_data_source(&self, type_name: &str, config: &Json) -> Result<Value, Failure> {
        const STEP: &str = READ_DATA;
        let kind = find(&self.schemas.data_sources, "data source", type_name)?;
        let config = encode(&configuration(&kind.attributes, config)?, &kind.ty)?;
        let (mut client, type_name) = (self.client.clone(), type_name.to_owned());
        let request =
            v6::validate_data_resource_config::Request { type_name: type_name.clone(), config: config.clone() };
        let reply = client.validate_data_resource_config(Request::new(request)).await;
        diagnosed("validate", &reply.map_err(|status| refused("validate", &status))?.into_inner().diagnostics)?;

        let request = v6::read_data_source::Request { type_name, config, ..Default::default() };
        let reply = client.read_data_source(Request::new(request)).await;
        let reply = reply.map_err(|status| refused(STEP, &status))?.into_inner();
        diagnosed(STEP, &reply.diagnostics)?;
        held(STEP, rules::deferral(reply.deferred.as_ref()))?;
        let state = decode(STEP, reply.state, &kind.ty)?;
        held(STEP, rules::object(&kind.attributes, &state))?;
        Ok(state)
    }

    /// Reads the data source of the same name as the object's type, by the identity of the object, and compares what both
    /// have: `except` are the attributes that the object does not have from reading.
    ///
    /// # Errors
    /// The provider refuses it, or tells something else than the object's state.
    pub async fn check_data_source(&self, object: &Object, except: &[&str]) -> Result<(), Failure> {
        let ty = object.kind.identity.as_ref().ok_or_else(|| Failure::new("schema", "it has no identity"))?;
        let identity =
            json::encode(object.identity(), ty).map_err(|error| Failure::new("encode", error.to_string()))?;
        let identity = serde_json::from_slice(&identity).map_err(|error| Failure::new("encode", error.to_string()))?;
        let read = self.read_data_source(&object.type_name, &identity).await?;
        let kind = find(&self.schemas.data_sources, "data source", &object.type_name)?;
        let state = restricted(&kind.attributes, object.state().clone());
        let mut differ = rules::same(Rule::DataSame, &state, &read, "is not what the state of the resource says");
        differ.retain(|violation| !except.iter().any(|name| violation.path == Path::from(*name)));
        held(READ_DATA, differ)
    }

    /// Validates a list and reads what it finds, up to `limit`; `whole` asks for whole objects.
    ///
    /// # Errors
    /// The provider refuses it, or breaks a rule of lists.
    pub async fn list(&self, type_name: &str, config: &Json, limit: i64, whole: bool) -> Result<Vec<Found>, Failure> {
        const STEP: &str = "list";
        let kind = find(&self.schemas.list_resources, "list resource", type_name)?;
        let resource = find(&self.schemas.resources, "resource type", type_name)?;
        let config = encode(&configuration(&kind.attributes, config)?, &kind.ty)?;
        let (mut client, type_name) = (self.client.clone(), type_name.to_owned());
        // Core says neither the limit nor what is asked for when it validates.
        let request = v6::validate_list_resource_config::Request {
            type_name: type_name.clone(),
            config: config.clone(),
            ..Default::default()
        };
        let reply = client.validate_list_resource_config(Request::new(request)).await;
        diagnosed("validate", &reply.map_err(|status| refused("validate", &status))?.into_inner().diagnostics)?;

        let request = v6::list_resource::Request { type_name, config, include_resource_object: whole, limit };
        let reply = client.list_resource(Request::new(request)).await;
        let mut events = reply.map_err(|status| refused(STEP, &status))?.into_inner();
        let (mut found, limit) = (Vec::new(), usize::try_from(limit).unwrap_or_default());
        // Core stops to read at the limit.
        while found.len() < limit {
            let Some(event) = events.message().await.map_err(|status| refused(STEP, &status))? else {
                break;
            };
            diagnosed(STEP, &event.diagnostic)?;
            if event.identity.is_some() || event.diagnostic.is_empty() {
                found.push(read_found(resource, event, whole)?);
            }
        }
        Ok(found)
    }

    /// Validates, plans and invokes an action. Answers what it said on its way.
    ///
    /// # Errors
    /// The provider refuses it, it fails, or the provider breaks a rule of actions.
    pub async fn invoke(&self, type_name: &str, config: &Json) -> Result<Vec<String>, Failure> {
        const STEP: &str = "invoke";
        let kind = find(&self.schemas.actions, "action", type_name)?;
        let config = encode(&configuration(&kind.attributes, config)?, &kind.ty)?;
        let (mut client, type_name) = (self.client.clone(), type_name.to_owned());
        let request = v6::validate_action_config::Request { type_name: type_name.clone(), config: config.clone() };
        let reply = client.validate_action_config(Request::new(request)).await;
        diagnosed("validate", &reply.map_err(|status| refused("validate", &status))?.into_inner().diagnostics)?;
        let (action_type, client_capabilities) = (type_name, None);
        let request =
            v6::plan_action::Request { action_type: action_type.clone(), config: config.clone(), client_capabilities };
        let reply = client.plan_action(Request::new(request)).await;
        let reply = reply.map_err(|status| refused("plan action", &status))?.into_inner();
        diagnosed("plan action", &reply.diagnostics)?;
        held("plan action", rules::deferral(reply.deferred.as_ref()))?;

        let request = v6::invoke_action::Request { action_type, config, client_capabilities };
        let reply = client.invoke_action(Request::new(request)).await;
        let mut events = reply.map_err(|status| refused(STEP, &status))?.into_inner();
        let (mut said, mut end) = (Vec::new(), None);
        while let Some(event) = events.message().await.map_err(|status| refused(STEP, &status))? {
            let (rule, wrong) = match (event.r#type, &end) {
                (None, _) => (Rule::ActionEvent, "an event says nothing, which crashes Terraform"),
                (Some(_), Some(_)) => (Rule::ActionSilence, "an event comes after the end"),
                (Some(ActionEvent::Progress(progress)), None) => {
                    said.push(progress.message);
                    continue;
                }
                (Some(ActionEvent::Completed(completed)), None) => {
                    end = Some(completed.diagnostics);
                    continue;
                }
            };
            return Err(Failure::breaking(STEP, vec![broken(rule, wrong)]));
        }
        let Some(end) = end else {
            let text = "it never says that it is over, which Terraform takes for success";
            return Err(Failure::breaking(STEP, vec![broken(Rule::ActionEnd, text)]));
        };
        diagnosed(STEP, &end)?;
        Ok(said)
    }

    /// Calls a function, twice. An argument of any type is written as `{"type": "string", "value": "x"}`.
    ///
    /// # Errors
    /// Core would not make this call, the function refuses an argument, or the provider breaks a rule of functions.
    pub async fn call(&self, name: &str, arguments: &[Json]) -> Result<Value, Failure> {
        const STEP: &str = "call";
        let function = find(&self.schemas.functions, "function", name)?;
        let mut parameters = function.parameters.iter().chain(function.variadic_parameter.iter().cycle());
        let mut encoded = Vec::new();
        for argument in arguments {
            let parameter = parameters.next().ok_or_else(|| Failure::new(STEP, "too many arguments"))?;
            if argument.is_null() && !parameter.allow_null_value {
                return Err(Failure::new(STEP, format!("the argument `{}` must not be null", parameter.name)));
            }
            let ty = schema::ty(&parameter.name, &parameter.r#type)?;
            let value = json::decode(argument.to_string().as_bytes(), &ty, json::Strictness::Strict);
            let value = value.map_err(|error| Failure::new(STEP, format!("`{}`: {error}", parameter.name)))?;
            encoded.extend(encode(&value, &ty)?);
        }
        if arguments.len() < function.parameters.len() {
            return Err(Failure::new(STEP, "too few arguments"));
        }
        let result = function.r#return.as_ref().map(|result| schema::ty("the result", &result.r#type)).transpose()?;
        let result = result.ok_or_else(|| Failure::new("schema", format!("the function {name} gives nothing")))?;
        let mut client = self.client.clone();
        let mut call = async || {
            let request = v6::call_function::Request { name: name.to_owned(), arguments: encoded.clone() };
            let reply = client.call_function(Request::new(request)).await;
            let reply = reply.map_err(|status| refused(STEP, &status))?.into_inner();
            match reply.error {
                Some(error) => {
                    let at = error.function_argument.map(|i| format!("argument {i}: ")).unwrap_or_default();
                    Err(Failure::new(STEP, format!("{at}{}", error.text)))
                }
                None => decode(STEP, reply.result, &result),
            }
        };
        let (first, second) = (call().await?, call().await?);
        if first != second {
            held(STEP, [broken(Rule::Function, "the same arguments give another result")])?;
        }
        Ok(first)
    }
}

fn read_found(resource: &Kind, event: v6::list_resource::Event, whole: bool) -> Result<Found, Failure> {
    const STEP: &str = "list";
    let ty = resource.identity.as_ref();
    let identity = event.identity.and_then(|identity| identity.identity_data).zip(ty);
    let identity = identity.map(|(identity, ty)| decode_as(Rule::IdentityType, STEP, Some(identity), ty));
    let identity = identity.transpose()?.unwrap_or(Value::Null);
    held(STEP, rules::identity(ty, &Value::Null, &identity, true))?;
    let object = event.resource_object.map(|object| decode(STEP, Some(object), &resource.ty)).transpose()?;
    match &object {
        Some(object) => held(STEP, rules::state(&resource.attributes, object))?,
        None if whole => held(STEP, [broken(Rule::ListObject, "an object is missing that was asked for")])?,
        None => {}
    }
    Ok(Found { identity, display_name: event.display_name, object })
}
