//! From attributes to the bodies of calls.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde_json::{Map, Value as Json, json};

use super::places::join;
use super::{Binding, Body, Change, Document};
use crate::model::Model;
use crate::path::Path;
use crate::schema::{Attribute, Kind, Nesting, Presence};
use crate::value::{Type, Value};

/// The body of the call that creates an object. What is not set, what is false by default, and an empty text are not in it.
pub fn create<M: Model>(model: &M) -> Body {
    let mut body = Body::new();
    write(&M::attributes(), &model.to_members(), Part::at(Document::Create, ""), &mut body);
    body
}

/// What differs between two objects, attribute by attribute, for a service that takes one change at a time. Write-only
/// values are not compared: what is stored does not have them.
pub fn changes<M: Model>(before: &M, after: &M) -> Vec<Change> {
    let (before, after) = (before.to_members(), after.to_members());
    let changed = |a: &Attribute| {
        let mut body = Body::new();
        differ(a, &before[a.name], &after[a.name], "", &mut body);
        (!body.is_empty()).then(|| Change { attribute: Path::root().attribute(a.name), body })
    };
    M::attributes().iter().filter_map(changed).collect()
}

/// Several changes as one body, for a service that takes all at once.
pub fn together(changes: Vec<Change>) -> Body {
    let mut all = Body::new();
    for change in changes {
        merge(&mut all.json, change.body.json);
        all.secrets.extend(change.body.secrets);
    }
    all
}

/// Puts the members of one document into another one.
pub fn merge(into: &mut Json, from: Json) {
    match (into, from) {
        (Json::Object(into), Json::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name).or_insert(Json::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

/// A part of a body.
#[derive(Clone, Copy)]
struct Part<'a> {
    document: Document,
    /// The place of the object whose members are written.
    base: &'a str,
    /// Whether the object is sent as a whole, with what says nothing.
    whole: bool,
}

impl<'a> Part<'a> {
    fn at(document: Document, base: &'a str) -> Self {
        Self { document, base, whole: false }
    }
}

/// Writes the members of an object where nothing was before.
fn write(attributes: &[Attribute], members: &BTreeMap<String, Value>, part: Part<'_>, body: &mut Body) {
    for a in attributes.iter().filter(|a| a.is_bound()) {
        let Some(place) = a.place(part.document).map(|place| join(part.base, place)) else { continue };
        let binding = a.binding.unwrap_or(&Binding::PLAIN);
        let within = Part { base: &place, whole: binding.whole, ..part };
        match (&a.kind, members.get(a.name).unwrap_or(&Value::Null), binding.form) {
            (Kind::Nested(Nesting::Single, inner), Value::Object(members), None) => {
                if let Some(switch) = binding.switch {
                    body.put(&join(&place, switch), true);
                }
                write(inner, members, within, body);
            }
            (Kind::Nested(Nesting::Single, inner), Value::Null, None) if means_defaults(a, inner) => {
                write(inner, &defaults(inner), within, body);
            }
            (_, Value::String(secret), None) if a.sensitive => {
                body.secrets.push((place, SecretString::from(secret.as_str())));
            }
            (_, Value::Null, _) => {}
            (_, value, _) if part.whole => body.put(&place, plain(a, value, part.document)),
            (_, value, _) => {
                if let Some(plain) = stated(a, value, part.document) {
                    body.put(&place, plain);
                }
            }
        }
    }
}

/// Writes what differs in one attribute of an object that is changed.
fn differ(a: &Attribute, before: &Value, after: &Value, base: &str, body: &mut Body) {
    let Some(place) = a.place(Document::Modify).filter(|_| a.is_bound()).map(|place| join(base, place)) else { return };
    let is_same = |after| a.same(before, after);
    if a.write_only || is_same(after) || (after.is_null() && a.default.as_ref().is_some_and(is_same)) {
        return;
    }
    let binding = a.binding.unwrap_or(&Binding::PLAIN);
    let nothing_is_sent = after.is_null() && is_left_to_the_service(a);
    let inner = match &a.kind {
        Kind::Nested(Nesting::Single, inner) if binding.form.is_none() => inner,
        _ if nothing_is_sent => return,
        _ => return body.put(&place, plain(a, after, Document::Modify)),
    };
    if let Some(switch) = binding.switch {
        body.put(&join(&place, switch), !after.is_null());
    }
    match (before.members(), after.members()) {
        (None, Some(new)) => {
            write(inner, new, Part { whole: binding.whole, ..Part::at(Document::Modify, &place) }, body);
        }
        (Some(_), Some(new)) if binding.whole => {
            write(inner, new, Part { whole: true, ..Part::at(Document::Modify, &place) }, body);
        }
        (Some(old), Some(new)) => {
            for member in inner {
                differ(member, &old[member.name], &new[member.name], &place, body);
            }
        }
        (_, None) if binding.switch.is_some() || nothing_is_sent => {}
        (_, None) if means_defaults(a, inner) => {
            write(inner, &defaults(inner), Part { whole: true, ..Part::at(Document::Modify, &place) }, body);
        }
        (old, None) => {
            for member in inner {
                let old = old.and_then(|old| old.get(member.name)).unwrap_or(&Value::Null);
                differ(member, old, &Value::Null, &place, body);
            }
        }
    }
}

/// Whether a value that is not set is chosen by the service. With a default it is not, though Terraform calls both computed.
fn is_left_to_the_service(a: &Attribute) -> bool {
    a.presence == Presence::OptionalComputed && a.default.is_none()
}

/// Whether an object that is not set is the same as one with the defaults of its members.
pub(super) fn means_defaults(a: &Attribute, members: &[Attribute]) -> bool {
    let binding = a.binding.unwrap_or(&Binding::PLAIN);
    binding.whole && binding.switch.is_none() && members.iter().all(|member| member.default.is_some())
}

/// The object in which every member has its default.
pub(super) fn defaults(attributes: &[Attribute]) -> BTreeMap<String, Value> {
    attributes.iter().map(|a| (a.name.to_owned(), a.default.clone().unwrap_or(Value::Null))).collect()
}

/// The value as it is sent where nothing was before: none, if it says no more than that.
fn stated(a: &Attribute, value: &Value, document: Document) -> Option<Json> {
    if value.is_null() || (value.as_bool() == Some(false) && a.default.as_ref() == Some(value)) {
        return None;
    }
    let plain = plain(a, value, document);
    let says_nothing = match (&plain, a.binding.unwrap_or(&Binding::PLAIN).form) {
        // An empty list may mean that there is to be none, where the service would choose some.
        (Json::Array(_) | Json::Object(_), _) => false,
        (plain, Some(form)) => *plain == (form.write)(&Value::Null),
        (plain, None) => plain == "",
    };
    (!says_nothing).then_some(plain)
}

/// The value as it is sent, and for null what clears it: its default, or the empty value.
pub(super) fn plain(a: &Attribute, value: &Value, document: Document) -> Json {
    let value = match (value, &a.default) {
        (Value::Null, Some(default)) => default,
        (value, _) => value,
    };
    if let Some(form) = a.binding.unwrap_or(&Binding::PLAIN).form {
        return (form.write)(value);
    }
    match &a.kind {
        Kind::Nested(Nesting::Single, attributes) => {
            let mut object = element(attributes, value, document);
            if let Some(switch) = a.binding.unwrap_or(&Binding::PLAIN).switch {
                put(&mut object, switch, Json::Bool(!value.is_null()));
            }
            object
        }
        Kind::Nested(Nesting::Map, attributes) => match value {
            Value::Map(members) => members
                .iter()
                .map(|(key, value)| (key.clone(), element(attributes, value, document)))
                .collect::<Map<_, _>>()
                .into(),
            _ => json!({}),
        },
        Kind::Nested(_, attributes) => {
            value.elements().unwrap_or_default().iter().map(|value| element(attributes, value, document)).collect()
        }
        Kind::Value(ty) => scalar(ty, value),
    }
}

/// An object that is sent as a whole: what says nothing is left out, and so cleared.
fn element(attributes: &[Attribute], value: &Value, document: Document) -> Json {
    let mut object = json!({});
    let Some(members) = value.members() else { return object };
    for a in attributes.iter().filter(|a| a.is_bound()) {
        // An element that is replaced as a whole has all that an element has which is created.
        let Some(place) = a.place(document).or_else(|| a.place(Document::Create)) else { continue };
        if let Some(plain) = members.get(a.name).and_then(|value| stated(a, value, document)) {
            put(&mut object, place, plain);
        }
    }
    object
}

fn scalar(ty: &Type, value: &Value) -> Json {
    match ty {
        Type::Bool => Json::Bool(value.as_bool().unwrap_or_default()),
        Type::Number => number(value).unwrap_or_else(|| json!(0)),
        Type::List(inner) => value.elements().unwrap_or_default().iter().map(|value| scalar(inner, value)).collect(),
        // In an order that does not change from call to call.
        Type::Set(inner) => {
            let elements = value.elements().unwrap_or_default().iter();
            let mut elements: Vec<Json> = elements.map(|value| scalar(inner, value)).collect();
            elements.sort_by_key(Json::to_string);
            Json::Array(elements)
        }
        Type::Map(inner) => match value {
            Value::Map(members) => {
                members.iter().map(|(key, value)| (key.clone(), scalar(inner, value))).collect::<Map<_, _>>().into()
            }
            _ => json!({}),
        },
        _ => json!(value.as_str().unwrap_or_default()),
    }
}

fn number(value: &Value) -> Option<Json> {
    let number = value.as_number()?;
    Some(number.as_i64().map_or_else(|| json!(number.as_f64()), Json::from))
}

pub(super) fn put(document: &mut Json, place: &str, value: Json) {
    let slot = place.split('.').fold(document, |object, name| {
        if !object.is_object() {
            *object = json!({});
        }
        &mut object[name]
    });
    *slot = value;
}
