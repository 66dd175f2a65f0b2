//! A resource as a data source: an object that exists, whoever manages it, read by its identity.

use std::sync::LazyLock;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::driver::Driver;
use super::{identity, timeouts};
use crate::data_source::DynDataSource;
use crate::declaration::IdentityAttribute;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::fault::{Fault, FaultKind};
use crate::named::Named;
use crate::operation::{Context, Limit, validate_object};
use crate::path::Path;
use crate::private::Private;
use crate::progress::Progress;
use crate::resource::Lifecycle;
use crate::schema::{Attribute, Kind, Presence, Schema, Shown, null_object};
use crate::value::Value;

/// A resource type whose objects are only looked at.
pub(crate) struct Existing<R> {
    /// Made when something is read, because every start of a provider makes this.
    driver: LazyLock<Driver<R>>,
    schema: Schema,
}

impl<R: Lifecycle> Existing<R> {
    /// Derives the schema from that of the resource: its identity is asked for, and all else that is read is told.
    pub(crate) fn new() -> Self {
        let attributes = R::attributes().into_iter().filter(is_read);
        let attributes = attributes.map(|a| match R::IDENTITY.iter().find(|part| part.name == a.name) {
            Some(part) => asked(a, *part),
            None => told(a),
        });
        let kind = R::DESCRIPTION.split("\n\n").next().unwrap_or_default();
        let description =
            format!("{kind}\n\nReads one that exists, whoever manages it. If there is none, that is an error.");
        let schema = Schema {
            version: 0,
            description: kept(description),
            deprecated: R::DEPRECATED,
            attributes: attributes.collect(),
        };
        Self { driver: LazyLock::new(Driver::new), schema }
    }

    /// The error for an object that does not exist.
    fn missing(&self, config: &Value, fault: &Fault) -> Diagnostic {
        let part = |a: &IdentityAttribute| match config.get(a.name).filter(|value| !value.is_null()) {
            Some(Value::String(text)) => format!("`{} = {text:?}`", a.name),
            Some(Value::Number(number)) => format!("`{} = {number}`", a.name),
            Some(Value::Bool(truth)) => format!("`{} = {truth}`", a.name),
            Some(_) => format!("`{}`", a.name),
            None => format!("`{}` as the provider has it", a.name),
        };
        let parts: Vec<String> = R::IDENTITY.iter().map(part).collect();
        let missing = Diagnostic::error(
            format!("There is no such {}", R::SPOKEN),
            format!(
                "It was looked for by {}. A data source reads what exists already.\n\n{}: {}",
                parts.join(", "),
                fault.summary,
                fault.detail
            ),
        );
        let last = R::IDENTITY.iter().rev().find(|a| a.required);
        match last {
            Some(last) => missing.at(Path::from(last.name)),
            None => missing,
        }
    }
}

/// Whether reading tells it.
fn is_read(a: &Attribute) -> bool {
    let inside = match &a.kind {
        Kind::Nested(_, members) => members.iter().any(is_read),
        Kind::Value(_) => true,
    };
    !a.write_only && a.shown != Shown::Never && inside
}

/// A part of the identity, under the rules that the resource has for it.
fn asked(a: Attribute, part: IdentityAttribute) -> Attribute {
    let heading = heading(a.description);
    let (description, presence) = if part.required {
        (heading, Presence::Required)
    } else {
        (format!("{heading} Without it, that of the provider."), Presence::OptionalComputed)
    };
    Attribute {
        sensitive: a.sensitive,
        deprecated: a.deprecated,
        checks: a.checks,
        doubts: a.doubts,
        ..Attribute::new(a.name, kept(description), a.kind, presence)
    }
}

/// An attribute that is only read, and so are those inside.
fn told(a: Attribute) -> Attribute {
    let kind = match a.kind {
        Kind::Nested(nesting, members) => {
            Kind::Nested(nesting, members.into_iter().filter(is_read).map(told).collect())
        }
        kind => kind,
    };
    Attribute {
        sensitive: a.sensitive,
        deprecated: a.deprecated,
        ..Attribute::new(a.name, kept(heading(a.description)), kind, Presence::Computed)
    }
}

/// What an attribute is: the first sentence of its description, or the part before a semicolon. The rest tells how to
/// write it and what a change does.
fn heading(description: &str) -> String {
    let mut in_code = false;
    let end = description.char_indices().find(|(i, c)| {
        in_code ^= *c == '`';
        let rest = &description[i + c.len_utf8()..];
        !in_code && matches!(c, '.' | ';') && rest.starts_with(char::is_whitespace)
    });
    let heading = end.map_or(description, |(i, _)| &description[..i]);
    format!("{}.", heading.trim_end().trim_end_matches('.'))
}

/// A text of a schema, which is made once and lives as long as the process.
fn kept(text: String) -> &'static str {
    text.leak()
}

/// The members of an object that have an attribute.
pub(crate) fn restricted(attributes: &[Attribute], value: Value) -> Value {
    let each = |values: Vec<Value>| values.into_iter().map(|value| restricted(attributes, value)).collect();
    match value {
        Value::Object(mut members) => {
            let member = |a: &Attribute| {
                let value = members.remove(a.name).unwrap_or(Value::Null);
                let value = match &a.kind {
                    Kind::Nested(_, inside) => restricted(inside, value),
                    Kind::Value(_) => value,
                };
                (a.name.to_owned(), value)
            };
            Value::Object(attributes.iter().map(member).collect())
        }
        Value::List(elements) => Value::List(each(elements)),
        Value::Set(elements) => Value::Set(each(elements)),
        Value::Map(members) => {
            Value::Map(members.into_iter().map(|(key, value)| (key, restricted(attributes, value))).collect())
        }
        other => other,
    }
}

impl<R: Lifecycle> Named for Existing<R> {
    fn name(&self) -> &'static str {
        R::NAME
    }
}

#[async_trait]
impl<R: Lifecycle> DynDataSource<R::Service> for Existing<R> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        validate_object(&self.schema.attributes, config, &Path::root(), false, &mut diagnostics);
        diagnostics
    }

    async fn read(&self, config: Value, service: &R::Service, cancel: &CancellationToken) -> (Value, Diagnostics) {
        // What is known of it is what an import would know.
        let mut members = null_object(&R::attributes());
        members.extend(R::IDENTITY.iter().filter_map(|a| Some((a.name.to_owned(), config.get(a.name)?.clone()))));
        let asked = identity::of_state(R::IDENTITY, &Value::Object(members.clone()));
        let mut model = match R::from_members(members, &Path::root()) {
            Ok(model) => model,
            Err(error) => {
                let wrong = Diagnostic::error("The configuration cannot be used", format!("{error}."));
                return (Value::Null, wrong.at(error.path).into());
            }
        };
        let limit = Limit::fixed(timeouts::limit(&Value::Null, &R::TIMEOUTS, "read").duration);
        let subject = format!("Reading the {}", R::SPOKEN);
        let cx = Context::new(service, cancel, "read", subject, limit, Private::default());
        let remote = cx.call(|| model.read(&cx)).await;
        let (_, mut diagnostics) = cx.into_notes();
        let remote = match remote.map_err(Into::<Fault>::into) {
            Ok(remote) => remote,
            Err(fault) => {
                let missing = fault.kind == FaultKind::NotFound;
                diagnostics.push(if missing { self.missing(&config, &fault) } else { fault.into() });
                return (Value::Null, diagnostics);
            }
        };
        if R::progress(&remote) == Progress::Deleting {
            diagnostics.push(Diagnostic::warning(
                format!("The {} is being deleted", R::SPOKEN),
                "What is read of it now will soon be true no more.",
            ));
        }
        model.absorb(&remote);
        let state = self.driver.state(&model, Value::Null);
        let named = self.driver.has_identity(&state);
        let same = named.and_then(|()| identity::check_stable(R::IDENTITY, &asked, &self.driver.identity_of(&state)));
        if let Err(wrong) = same {
            diagnostics.push(wrong);
            return (Value::Null, diagnostics);
        }
        (restricted(&self.schema.attributes, state), diagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_says_what_it_is_and_not_how_to_write_it() {
        for (description, expected) in [
            ("Number of pages.", "Number of pages."),
            ("Number of pages. Without it, none.", "Number of pages."),
            ("Number of pages; not together with `size`. More.", "Number of pages."),
            ("Version, such as `1.34. x; y` or 1.35.\nMore.", "Version, such as `1.34. x; y` or 1.35."),
            ("Without an end", "Without an end."),
        ] {
            assert_eq!(heading(description), expected);
        }
    }
}
