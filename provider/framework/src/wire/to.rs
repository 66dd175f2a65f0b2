//! To the wire.

use std::collections::BTreeMap;

use tfplugin::v6;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::docs::{self, Subject};
use crate::function::{DynFunction, Parameter};
use crate::lifecycle::{Deferral, DynResource, default_timeout};
use crate::path::{Path, Step};
use crate::provider::{Catalogue, Named, Provider};
use crate::schema::{Attribute, Kind, Nesting, Presence, Schema};
use crate::server::Server;
use crate::value::{Refinement, Type, Value, ValueError, msgpack};

pub(super) fn value(value: &Value, ty: &Type) -> Result<v6::DynamicValue, Diagnostics> {
    encoded(msgpack::encode(value, ty))
}

/// A planned object, with what is certain of its unknown attributes.
pub(super) fn planned(
    object: &Value,
    ty: &Type,
    refinements: &BTreeMap<&'static str, Refinement>,
) -> Result<v6::DynamicValue, Diagnostics> {
    encoded(msgpack::encode_refined(object, ty, refinements))
}

fn encoded(bytes: Result<Vec<u8>, ValueError>) -> Result<v6::DynamicValue, Diagnostics> {
    match bytes {
        Ok(bytes) => Ok(v6::DynamicValue { msgpack: bytes.into(), json: bytes::Bytes::new() }),
        Err(error) => Err(Diagnostic::error(
            "A value of the provider does not fit its own schema",
            format!("{error}. This is a bug in the provider; please report it."),
        )
        .at(error.path)
        .into()),
    }
}

/// A null identity is left out: it is not known yet.
pub(super) fn identity(identity: &Value, ty: &Type) -> Result<Option<v6::ResourceIdentityData>, Diagnostics> {
    if identity.is_null() {
        return Ok(None);
    }
    Ok(Some(v6::ResourceIdentityData { identity_data: Some(value(identity, ty)?) }))
}

/// Why an object has to wait, for a client that lets it: from any other, the answer would be an error of the provider.
pub(super) fn deferred(why: Option<Deferral>, client: Option<&v6::ClientCapabilities>) -> Option<v6::Deferred> {
    use v6::deferred::Reason;
    let reason = match why.filter(|_| client.is_some_and(|client| client.deferral_allowed))? {
        Deferral::ProviderUnknown => Reason::ProviderConfigUnknown,
        Deferral::PrerequisiteAbsent => Reason::AbsentPrereq,
    };
    Some(v6::Deferred { reason: reason.into() })
}

/// Most characters of a summary and of a detail. What is longer was written by something gone wrong.
const SUMMARY: usize = 500;
pub(super) const DETAIL: usize = 10_000;

pub(super) fn diagnostics(diagnostics: Diagnostics) -> Vec<v6::Diagnostic> {
    diagnostics
        .into_iter()
        .map(|d| v6::Diagnostic {
            severity: match d.severity {
                Severity::Error => v6::diagnostic::Severity::Error,
                Severity::Warning => v6::diagnostic::Severity::Warning,
            }
            .into(),
            summary: fit_for_a_terminal(&d.summary, SUMMARY).replace('\n', " "),
            detail: fit_for_a_terminal(&d.detail, DETAIL),
            attribute: d.attribute.as_ref().map(line),
        })
        .collect()
}

/// A text for people, which may hold what others wrote: cut, and without characters that a terminal would obey.
/// Terraform prints it as it is.
pub(super) fn fit_for_a_terminal(text: &str, limit: usize) -> String {
    let harmless = |character: char| match character {
        '\n' | '\t' => character,
        // They reverse the direction of what follows.
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        control if control.is_control() => ' ',
        other => other,
    };
    let mut fit: String = text.chars().take(limit).map(harmless).collect();
    let more = text.chars().skip(limit).count();
    if more > 0 {
        fit.push_str(&format!("… ({more} more characters)"));
    }
    fit
}

/// The attribute at the top: Terraform finds no line for what is inside a nested attribute, and would show that of the
/// whole block. The text says where inside.
fn line(inside: &Path) -> v6::AttributePath {
    let mut whole = path(inside);
    whole.steps.truncate(1);
    whole
}

pub(super) fn path(path: &Path) -> v6::AttributePath {
    use v6::attribute_path::step::Selector;
    let steps = path
        .steps()
        .iter()
        .map(|step| v6::attribute_path::Step {
            selector: Some(match step {
                Step::Attribute(name) => Selector::AttributeName(name.clone()),
                Step::Key(key) => Selector::ElementKeyString(key.clone()),
                Step::Index(index) => Selector::ElementKeyInt(*index),
            }),
        })
        .collect();
    v6::AttributePath { steps }
}

fn capabilities() -> v6::ServerCapabilities {
    v6::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    }
}

pub(super) fn metadata<P: Provider>(server: &Server<P>) -> v6::get_metadata::Response {
    use v6::get_metadata::{
        ActionMetadata, DataSourceMetadata, EphemeralMetadata, FunctionMetadata, ListResourceMetadata, ResourceMetadata,
    };
    fn names<P: Provider, K: Named + ?Sized, T>(
        server: &Server<P>,
        catalogue: &Catalogue<K>,
        entry: impl Fn(String) -> T,
    ) -> Vec<T> {
        catalogue.iter().map(|item| entry(server.type_name(item))).collect()
    }
    v6::get_metadata::Response {
        server_capabilities: Some(capabilities()),
        resources: names(server, &server.resources, |type_name| ResourceMetadata { type_name }),
        data_sources: names(server, &server.data_sources, |type_name| DataSourceMetadata { type_name }),
        ephemeral_resources: names(server, &server.ephemeral_resources, |type_name| EphemeralMetadata { type_name }),
        list_resources: names(server, &server.list_resources, |type_name| ListResourceMetadata { type_name }),
        actions: names(server, &server.actions, |type_name| ActionMetadata { type_name }),
        functions: server.functions.iter().map(|f| FunctionMetadata { name: f.name().to_owned() }).collect(),
        ..Default::default()
    }
}

pub(super) fn provider_schema<P: Provider>(server: &Server<P>) -> v6::get_provider_schema::Response {
    v6::get_provider_schema::Response {
        provider: Some(schema(server.provider_schema())),
        server_capabilities: Some(capabilities()),
        resource_schemas: by_type_name(server, &server.resources, resource_schema),
        data_source_schemas: by_type_name(server, &server.data_sources, |d| schema(d.schema())),
        ephemeral_resource_schemas: by_type_name(server, &server.ephemeral_resources, |e| schema(e.schema())),
        list_resource_schemas: by_type_name(server, &server.list_resources, |l| schema(l.schema())),
        action_schemas: by_type_name(server, &server.actions, |a| v6::ActionSchema {
            schema: Some(schema(a.schema())),
        }),
        functions: functions(server),
        ..Default::default()
    }
}

pub(super) fn functions<P: Provider>(server: &Server<P>) -> BTreeMap<String, v6::Function> {
    server.functions.iter().map(|f| (f.name().to_owned(), function(f))).collect()
}

fn function(function: &dyn DynFunction) -> v6::Function {
    let description = function.description();
    v6::Function {
        parameters: function.parameters().iter().map(parameter).collect(),
        variadic_parameter: function.variadic().map(parameter),
        r#return: Some(v6::function::Return { r#type: function.output().to_json().into() }),
        summary: description.lines().next().unwrap_or_default().to_owned(),
        description: description.to_owned(),
        description_kind: v6::StringKind::Markdown.into(),
        deprecation_message: function.deprecated().unwrap_or_default().to_owned(),
    }
}

fn parameter(parameter: &Parameter) -> v6::function::Parameter {
    v6::function::Parameter {
        name: parameter.attribute.name.to_owned(),
        r#type: parameter.ty().to_json().into(),
        allow_null_value: parameter.null,
        allow_unknown_values: parameter.unknown,
        description: docs::description(&parameter.attribute, Subject::Plain),
        description_kind: v6::StringKind::Markdown.into(),
    }
}

pub(super) fn identity_schemas<P: Provider>(server: &Server<P>) -> v6::get_resource_identity_schemas::Response {
    v6::get_resource_identity_schemas::Response {
        identity_schemas: by_type_name(server, &server.resources, identity_schema),
        ..Default::default()
    }
}

fn by_type_name<P: Provider, K: Named + ?Sized, T>(
    server: &Server<P>,
    catalogue: &Catalogue<K>,
    f: impl Fn(&K) -> T,
) -> BTreeMap<String, T> {
    catalogue.iter().map(|item| (server.type_name(item), f(item))).collect()
}

fn identity_schema<S>(resource: &(dyn DynResource<S> + 'static)) -> v6::ResourceIdentitySchema {
    let identity_attributes = resource
        .identity_attributes()
        .iter()
        .filter_map(|identity| {
            let a = resource.schema().attribute(identity.name)?;
            Some(v6::resource_identity_schema::IdentityAttribute {
                name: a.name.to_owned(),
                r#type: a.kind.ty().to_json().into(),
                required_for_import: identity.required,
                optional_for_import: !identity.required,
                description: a.description.to_owned(),
            })
        })
        .collect();
    v6::ResourceIdentitySchema { version: resource.identity_version(), identity_attributes }
}

fn resource_schema<S>(resource: &(dyn DynResource<S> + 'static)) -> v6::Schema {
    let mut schema = schema_of(resource.schema(), Subject::Resource);
    let attributes = schema.block.iter_mut().flat_map(|block| &mut block.attributes);
    let timeouts = attributes.filter(|a| a.name == docs::TIMEOUTS).filter_map(|a| a.nested_type.as_mut());
    for limit in timeouts.flat_map(|timeouts| &mut timeouts.attributes) {
        limit.description += &format!(" Default: `{}`.", default_timeout(&resource.timeouts(), &limit.name));
    }
    schema
}

fn schema(schema: &Schema) -> v6::Schema {
    schema_of(schema, Subject::Plain)
}

fn schema_of(schema: &Schema, subject: Subject) -> v6::Schema {
    v6::Schema {
        version: schema.version,
        block: Some(v6::schema::Block {
            version: schema.version,
            attributes: schema.attributes.iter().map(|a| attribute(a, subject)).collect(),
            description: schema.description.to_owned(),
            description_kind: v6::StringKind::Markdown.into(),
            deprecated: schema.deprecated.is_some(),
            deprecation_message: schema.deprecated.unwrap_or_default().to_owned(),
            ..Default::default()
        }),
    }
}

fn attribute(a: &Attribute, subject: Subject) -> v6::schema::Attribute {
    let (ty, nested_type) = match &a.kind {
        Kind::Value(ty) => (ty.to_json().into(), None),
        Kind::Nested(nesting, attributes) => {
            (bytes::Bytes::new(), Some(nested(*nesting, attributes, subject.inside(a))))
        }
    };
    v6::schema::Attribute {
        name: a.name.to_owned(),
        r#type: ty,
        nested_type,
        description: docs::description(a, subject),
        description_kind: v6::StringKind::Markdown.into(),
        required: a.presence == Presence::Required,
        optional: matches!(a.presence, Presence::Optional | Presence::OptionalComputed),
        computed: a.presence.is_computed(),
        sensitive: a.sensitive,
        write_only: a.write_only,
        deprecated: a.deprecated.is_some(),
        deprecation_message: a.deprecated.unwrap_or_default().to_owned(),
    }
}

#[allow(deprecated, reason = "the message has fields that nobody may use")]
fn nested(nesting: Nesting, attributes: &[Attribute], subject: Subject) -> v6::schema::Object {
    use v6::schema::object::NestingMode;
    v6::schema::Object {
        attributes: attributes.iter().map(|a| attribute(a, subject)).collect(),
        nesting: match nesting {
            Nesting::Single => NestingMode::Single,
            Nesting::List => NestingMode::List,
            Nesting::Set => NestingMode::Set,
            Nesting::Map => NestingMode::Map,
        }
        .into(),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_reaches_the_terminal_cut_and_clean() {
        let evil = "\u{1b}[2J\u{9b}31m\u{202e}line\r\n\u{7}".repeat(20_000);
        let [shown] = &diagnostics(Diagnostic::error(evil.as_str(), evil.as_str()).into())[..] else { panic!() };
        for (text, limit) in [(&shown.summary, 600), (&shown.detail, 11_000)] {
            assert!(text.chars().count() < limit, "{}", text.chars().count());
            assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{text:?}");
            assert!(text.ends_with(" more characters)"), "{text:?}");
        }
        assert!(!shown.summary.contains('\n'), "a summary is one line");
    }

    #[test]
    fn ordinary_texts_stay_as_they_are() {
        let text = "Two lines:\n\t\"集群\" – ready.";
        assert_eq!(fit_for_a_terminal(text, DETAIL), text);
    }
}
