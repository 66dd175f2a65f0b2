//! From attributes to the bodies of calls.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde_json::{Map, Value as Json, json};

use super::places::join;
use super::{Body, Change, Document};
use crate::model::Model;
use crate::path::Path;
use crate::schema::{Attribute, Kind, Nesting, Presence};
use crate::value::{Type, Value};

/// The body of the call that creates an object. What is not set, what is false by default, and an empty text are not in it.
pub fn create<M: Model>(model: &M) -> Body {
    let mut body = Body::new();
    write(&M::attributes(), &model.to_members(), "", &mut body);
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

/// Writes the members of an object that is created.
fn write(attributes: &[Attribute], members: &BTreeMap<String, Value>, base: &str, body: &mut Body) {
    for a in attributes.iter().filter(|a| a.is_bound()) {
        let Some(place) = a.place(Document::Create).map(|place| join(base, place)) else { continue };
        let binding = a.binding.unwrap_or_default();
        match (&a.kind, members.get(a.name).unwrap_or(&Value::Null), binding.form) {
            (Kind::Nested(Nesting::Single, inner), Value::Object(members), None) => {
                if let Some(switch) = binding.switch {
                    body.put(&join(&place, switch), true);
                }
                write(inner, members, &place, body);
            }
            (Kind::Nested(Nesting::Single, inner), Value::Null, None) if means_defaults(a, inner) => {
                write(inner, &defaults(inner), &place, body);
            }
            (_, Value::String(secret), None) if a.sensitive => {
                body.secrets.push((place, SecretString::from(secret.as_str())));
            }
            (_, value, _) => {
                if let Some(plain) = stated(a, value, Document::Create) {
                    body.put(&place, plain);
                }
            }
        }
    }
}

/// Writes what differs in one attribute of an object that is changed.
fn differ(a: &Attribute, before: &Value, after: &Value, base: &str, body: &mut Body) {
    let Some(place) = a.place(Document::Modify).filter(|_| a.is_bound()).map(|place| join(base, place)) else { return };
    if a.write_only || a.same(before, after) {
        return;
    }
    let binding = a.binding.unwrap_or_default();
    let Kind::Nested(Nesting::Single, inner) = &a.kind else {
        if !after.is_null() || !is_left_to_the_service(a) {
            body.put(&place, plain(a, after, Document::Modify));
        }
        return;
    };
    if binding.form.is_some() {
        body.put(&place, plain(a, after, Document::Modify));
        return;
    }
    if let Some(switch) = binding.switch {
        body.put(&join(&place, switch), !after.is_null());
    }
    if after.is_null() && (binding.switch.is_some() || is_left_to_the_service(a)) {
        return;
    }
    let nothing = BTreeMap::new();
    let (old, new) = (before.members().unwrap_or(&nothing), after.members().unwrap_or(&nothing));
    for member in inner.iter().filter(|member| member.is_bound()) {
        let (old, new) = (old.get(member.name).unwrap_or(&Value::Null), new.get(member.name).unwrap_or(&Value::Null));
        if !binding.whole {
            differ(member, old, new, &place, body);
        } else if let Some(name) = member.place(Document::Modify)
            // What a whole leaves out is cleared. Of one that is taken back, the defaults are sent.
            && (!new.is_null() || (after.is_null() && !is_left_to_the_service(member)))
        {
            body.put(&join(&place, name), plain(member, new, Document::Modify));
        }
    }
}

/// Whether a value that is not set is chosen by the service. With a default it is not, though Terraform calls both computed.
fn is_left_to_the_service(a: &Attribute) -> bool {
    a.presence == Presence::OptionalComputed && a.default.is_none()
}

/// Whether an object that is not set is the same as one with the defaults of its members.
pub(super) fn means_defaults(a: &Attribute, members: &[Attribute]) -> bool {
    let binding = a.binding.unwrap_or_default();
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
    let says_nothing = match (&plain, a.binding.unwrap_or_default().form) {
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
    if let Some(form) = a.binding.unwrap_or_default().form {
        return (form.write)(value);
    }
    match &a.kind {
        Kind::Nested(Nesting::Single, attributes) => element(attributes, value, document),
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
