//! The rules of the schema by which a plan is made, attribute by attribute.

use std::collections::BTreeMap;

use super::member::{NULL, member};
use super::prior_elements::PriorElements;
use crate::path::Path;
use crate::schema::{Attribute, Keep, Kind, Nesting, Presence, Shown};
use crate::value::Value;

/// What the first pass makes of an attribute.
pub(super) fn draft(a: &Attribute, config: &Value, prior: &Value, proposed: &Value, creating: bool) -> Value {
    if a.write_only {
        return Value::Null;
    }
    if config.is_null() {
        return match &a.default {
            Some(default) => default.clone(),
            None if !a.presence.is_computed() => Value::Null,
            // No read would fill it in.
            None if creating && a.shown != Shown::Always => Value::Null,
            None if creating => Value::Unknown,
            None => prior.clone(),
        };
    }
    if !prior.is_null() && a.same(prior, config) {
        return prior.clone();
    }
    match &a.kind {
        Kind::Value(_) => config.clone(),
        Kind::Nested(nesting, attributes) => draft_nested(*nesting, attributes, config, prior, proposed),
    }
}

fn draft_nested(nesting: Nesting, attributes: &[Attribute], config: &Value, prior: &Value, proposed: &Value) -> Value {
    let object = |config: &Value, prior: &Value, proposed: &Value| match config {
        Value::Object(_) => {
            let mut planned: BTreeMap<String, Value> = attributes
                .iter()
                .map(|a| {
                    let value = draft(
                        a,
                        member(config, a.name),
                        member(prior, a.name),
                        member(proposed, a.name),
                        prior.is_null(),
                    );
                    (a.name.to_owned(), value)
                })
                .collect();
            forget_dependents(attributes, config, prior, &mut planned);
            Value::Object(planned)
        }
        other => other.clone(),
    };
    let at = |value: &Value, i: usize| value.elements().unwrap_or_default().get(i).cloned().unwrap_or(Value::Null);
    match (nesting, config) {
        (Nesting::Single, _) => object(config, prior, proposed),
        (Nesting::List, Value::List(elements)) => {
            Value::List(elements.iter().enumerate().map(|(i, c)| object(c, &at(prior, i), &at(proposed, i))).collect())
        }
        (Nesting::Map, Value::Map(members)) => Value::Map(
            members.iter().map(|(k, c)| (k.clone(), object(c, member(prior, k), member(proposed, k)))).collect(),
        ),
        (Nesting::Set, Value::Set(elements)) => {
            let mut before = PriorElements::new(attributes, prior);
            Value::Set(elements.iter().map(|c| object(c, before.find(c).unwrap_or(&NULL), &NULL)).collect())
        }
        (_, other) => other.clone(),
    }
}

/// The attributes at the top that a configuration sets too late: they count when an object is created, and this one has
/// no value of them yet. Such a value is recorded, and nothing else happens.
pub(crate) fn only_recorded<'a>(
    attributes: &'a [Attribute],
    config: &'a Value,
    prior: &'a Value,
) -> impl Iterator<Item = &'a Attribute> {
    let is_set = |value: &Value| !value.is_null() && !value.is_unknown();
    let is_new = move |a: &&Attribute| member(prior, a.name).is_null() && is_set(member(config, a.name));
    attributes.iter().filter(|a| !prior.is_null() && a.replace.is_some()).filter(is_new)
}

/// Makes the computed values inside of an attribute unknown that do not survive any change of the resource.
pub(super) fn forget_inside(a: &Attribute, config: &Value, planned: &mut Value) {
    let Kind::Nested(_, attributes) = &a.kind else { return };
    let object = |config: &Value, planned: &mut Value| {
        let Value::Object(members) = planned else { return };
        for a in attributes {
            let (config, Some(planned)) = (member(config, a.name), members.get_mut(a.name)) else { continue };
            if a.presence == Presence::Computed && matches!(a.keep, Keep::Never) {
                *planned = Value::Unknown;
            } else {
                forget_inside(a, config, planned);
            }
        }
    };
    match (config, planned) {
        (Value::List(configured), Value::List(elements)) | (Value::Set(configured), Value::Set(elements)) => {
            configured.iter().zip(elements).for_each(|(config, planned)| object(config, planned));
        }
        (Value::Map(configured), Value::Map(members)) => {
            configured.iter().zip(members.values_mut()).for_each(|((_, config), planned)| object(config, planned));
        }
        (config @ Value::Object(_), planned) => object(config, planned),
        _ => {}
    }
}

/// Makes the computed values of a nested object unknown that do not survive the change of a sibling.
fn forget_dependents(attributes: &[Attribute], config: &Value, prior: &Value, planned: &mut BTreeMap<String, Value>) {
    if prior.is_null() {
        return;
    }
    let changed: Vec<&str> =
        attributes.iter().filter(|a| !a.same(member(prior, a.name), &planned[a.name])).map(|a| a.name).collect();
    for a in attributes {
        if let Keep::Unless(others) = a.keep
            && a.default.is_none()
            && member(config, a.name).is_null()
            && others.iter().any(|other| changed.contains(other))
        {
            planned.insert(a.name.to_owned(), Value::Unknown);
        }
    }
}

/// Notes the paths whose change forces a new object. A value that is new where there was none never does: it was not
/// recorded before (by an import, or by an older version of the provider), which says nothing about the object.
pub(super) fn forced(a: &Attribute, prior: &Value, planned: &Value, path: &Path, replace: &mut Vec<Path>) {
    if prior.is_null() || a.same(prior, planned) {
        return;
    }
    if a.replace.is_some() {
        if !replace.contains(path) {
            replace.push(path.clone());
        }
        return;
    }
    if let Kind::Nested(nesting, attributes) = &a.kind {
        let mut inside = |prior: &Value, planned: &Value, path: &Path| {
            for a in attributes {
                forced(a, member(prior, a.name), member(planned, a.name), &path.attribute(a.name), replace);
            }
        };
        match (nesting, prior, planned) {
            (Nesting::Single, Value::Object(_), Value::Object(_)) => inside(prior, planned, path),
            (Nesting::List, Value::List(before), Value::List(after)) => {
                for (i, (before, after)) in before.iter().zip(after).enumerate() {
                    inside(before, after, &path.index(i as i64));
                }
            }
            (Nesting::Map, Value::Map(before), Value::Map(after)) => {
                for (key, before) in before {
                    if let Some(after) = after.get(key) {
                        inside(before, after, &path.key(key));
                    }
                }
            }
            _ => {}
        }
    }
}
