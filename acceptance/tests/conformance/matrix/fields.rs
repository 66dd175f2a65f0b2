//! Where attributes stand in requests, and where two documents differ.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tf_provider::Document;
use tf_provider::document::places;
use tf_provider::schema::{Attribute, Kind, Nesting, Presence};

use crate::samples::is_at;

/// Every attribute that the user can write, nested ones included, by its dotted name.
pub(super) fn visit(attributes: &[Attribute], outer: &str, see: &mut dyn FnMut(&str, &Attribute)) {
    for a in attributes.iter().filter(|a| a.presence.is_configurable()) {
        let name = if outer.is_empty() { a.name.to_owned() } else { format!("{outer}.{}", a.name) };
        see(&name, a);
        if let Kind::Nested(_, inner) = &a.kind
            && name != "timeouts"
        {
            visit(inner, &name, see);
        }
    }
}

/// The places of a change that are an attribute's, and those that go with it because an object is sent as a whole.
#[derive(Debug, Default)]
pub(super) struct Claims {
    pub(super) own: Vec<String>,
    pub(super) beside: Vec<String>,
    /// The place of the list that it is an element's of, or of the object that is sent as a whole.
    pub(super) list: Option<String>,
    /// The place that a service ignores which ignores the attribute, if that is not each of its own.
    pub(super) as_one: Option<String>,
}

pub(super) fn claims(attributes: &[Attribute], name: &str) -> Claims {
    let outer: Vec<&str> = name.match_indices('.').map(|(i, _)| &name[..i]).collect();
    let whole = outer.iter().find(|outer| {
        find(attributes, outer).is_some_and(|a| {
            matches!(a.kind, Kind::Nested(Nesting::List | Nesting::Set | Nesting::Map, _))
                || a.binding.is_some_and(|binding| binding.whole)
        })
    });
    let mut claims = Claims::default();
    let changed = places(attributes, Document::Modify);
    // What no call of changes takes, other calls do, under the name that it has in a create.
    let is_changed = changed.iter().any(|(_, owner)| is_at(owner, name));
    let changed = if is_changed { changed } else { places(attributes, Document::Create) };
    for (place, owner) in &changed {
        let is_switch = || {
            let switch = find(attributes, owner).and_then(|a| a.binding?.switch);
            outer.contains(&owner.as_str()) && switch.is_some()
        };
        if is_at(owner, name) {
            claims.own.push(place.clone());
        } else if whole.is_some_and(|whole| is_at(owner, whole)) || is_switch() {
            claims.beside.push(place.clone());
        }
    }
    let group = |outer: &str| {
        let inside = changed.iter().filter(|(_, owner)| owner.starts_with(&format!("{outer}.")));
        let group = inside.map(|(place, _)| place.clone()).reduce(|group, place| common(&group, &place))?;
        // One member alone says no less than the group.
        let group = if changed.iter().any(|(place, _)| *place == group) { group.rsplit_once('.')?.0 } else { &group };
        let is_of_it_alone = group.rsplit('.').next() == outer.rsplit('.').next();
        is_of_it_alone.then(|| group.to_owned())
    };
    claims.list = whole.and_then(|whole| group(whole));
    let is_list = |a: &Attribute| matches!(a.kind, Kind::Nested(Nesting::List | Nesting::Set, _));
    let is_in_list = whole.and_then(|whole| find(attributes, whole)).is_some_and(is_list);
    // Of an element that lacks what it must have, or has by default, a read tells what was wanted.
    let is_filled_in = |a: &Attribute| a.presence == Presence::Required || a.default.is_some();
    claims.as_one = match is_in_list && find(attributes, name).is_some_and(is_filled_in) {
        true => claims.list.clone(),
        false => group(name),
    };
    claims
}

/// The names with which both places begin.
fn common(one: &str, other: &str) -> String {
    let both = one.split('.').zip(other.split('.')).take_while(|(one, other)| one == other);
    both.map(|(name, _)| name).collect::<Vec<_>>().join(".")
}

pub(super) fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    let (first, rest) = name.split_once('.').map_or((name, None), |(first, rest)| (first, Some(rest)));
    let a = attributes.iter().find(|a| a.name == first)?;
    match (rest, &a.kind) {
        (None, _) => Some(a),
        (Some(rest), Kind::Nested(_, inner)) => find(inner, rest),
        (Some(_), Kind::Value(_)) => None,
    }
}

fn join(outer: &str, name: &str) -> String {
    if outer.is_empty() { name.to_owned() } else { format!("{outer}.{name}") }
}

/// The fields of a document; elements of lists go without their position.
pub(super) fn leaves(document: &Value, path: &str, found: &mut BTreeSet<String>) {
    match document {
        Value::Object(members) if !members.is_empty() || path.is_empty() => {
            members.iter().for_each(|(name, member)| leaves(member, &join(path, name), found));
        }
        Value::Array(elements) if elements.iter().any(Value::is_object) => {
            elements.iter().for_each(|element| leaves(element, path, found));
        }
        Value::Null if path.is_empty() => {}
        _ => drop(found.insert(path.to_owned())),
    }
}

/// Where two documents differ.
pub(super) fn differences(before: &Value, after: &Value, path: &str, found: &mut BTreeSet<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for name in before.keys().chain(after.keys()) {
                let at = |object: &serde_json::Map<String, Value>| object.get(name).cloned().unwrap_or_default();
                differences(&at(before), &at(after), &join(path, name), found);
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            before.iter().zip(after).for_each(|(before, after)| differences(before, after, path, found));
        }
        // An object that comes or goes is its members.
        (Value::Object(_), Value::Null) => differences(before, &json!({}), path, found),
        (Value::Null, Value::Object(_)) => differences(&json!({}), after, path, found),
        (before, after) if before != after => drop(found.insert(path.to_owned())),
        _ => {}
    }
}
