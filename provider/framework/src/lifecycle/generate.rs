//! From a state to the configuration that a user would write for it.

use std::collections::BTreeMap;

use crate::schema::{Attribute, Kind, Presence};
use crate::value::Value;

/// The configuration of an object: without what only the service writes, what it chose, what is the default anyway,
/// what is never stored, and what contradicts an attribute before it.
pub(super) fn configuration(attributes: &[Attribute], state: &Value) -> Value {
    let Value::Object(members) = state else {
        return Value::Null;
    };
    let mut config: BTreeMap<String, Value> = BTreeMap::new();
    for a in attributes {
        let value =
            members.get(a.name).filter(|value| is_users(a, value)).map_or(Value::Null, |value| inside(a, value));
        config.insert(a.name.to_owned(), value);
    }
    // Of attributes that exclude each other the first stays, and none for a deprecated one.
    let set: Vec<&Attribute> = attributes.iter().filter(|a| !config[a.name].is_null()).collect();
    let (current, deprecated): (Vec<&Attribute>, Vec<_>) = set.iter().partition(|a| a.deprecated.is_none());
    let mut kept: Vec<&Attribute> = Vec::new();
    for a in current.into_iter().chain(deprecated) {
        let contradicts = |other: &&Attribute| a.conflicts.contains(&other.name) || other.conflicts.contains(&a.name);
        let lonely = a.requires.iter().any(|name| !set.iter().any(|other| other.name == *name));
        if kept.iter().any(contradicts) || lonely {
            config.insert(a.name.to_owned(), Value::Null);
        } else {
            kept.push(a);
        }
    }
    Value::Object(config)
}

/// A configuration with an attribute that was left out, if there is anything to write.
pub(super) fn with(a: &Attribute, state: &Value, config: &Value) -> Option<Value> {
    let value = state.get(a.name).filter(|value| a.presence.is_configurable() && !value.is_null())?;
    let mut members = config.members()?.clone();
    let left_out = members.get(a.name).is_none_or(Value::is_null);
    members.insert(a.name.to_owned(), inside(a, value));
    left_out.then_some(Value::Object(members))
}

/// Whether the user would have to write it. What the service chooses when it is left out stays as it is without it.
fn is_users(a: &Attribute, value: &Value) -> bool {
    if a.write_only {
        return false;
    }
    match (a.presence, &a.default) {
        (Presence::Computed, _) => false,
        (_, Some(default)) => !a.same(default, value),
        (Presence::OptionalComputed, None) => false,
        (Presence::Required | Presence::Optional, None) => true,
    }
}

fn inside(a: &Attribute, value: &Value) -> Value {
    let Kind::Nested(_, attributes) = &a.kind else {
        return value.clone();
    };
    match value {
        Value::List(elements) => Value::List(elements.iter().map(|e| configuration(attributes, e)).collect()),
        Value::Set(elements) => Value::Set(elements.iter().map(|e| configuration(attributes, e)).collect()),
        Value::Map(members) => {
            Value::Map(members.iter().map(|(k, e)| (k.clone(), configuration(attributes, e))).collect())
        }
        single => configuration(attributes, single),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Type;

    fn text(name: &'static str, presence: Presence) -> Attribute {
        Attribute::new(name, "Something.", Kind::Value(Type::String), presence)
    }

    #[test]
    fn only_what_the_user_has_to_write_is_left() {
        let mut with_default = text("size", Presence::OptionalComputed);
        with_default.default = Some("small".into());
        let mut changed = text("colour", Presence::OptionalComputed);
        changed.default = Some("red".into());
        let mut secret = text("password", Presence::Optional);
        secret.write_only = true;
        let mut first = text("by_id", Presence::Optional);
        first.conflicts = &["by_name"];
        let mut lonely = text("unit", Presence::Optional);
        lonely.requires = &["amount"];
        let mut old = text("label", Presence::Optional);
        old.deprecated = Some("Use `title` instead.");
        let mut older = text("tag", Presence::Optional);
        older.deprecated = Some("Use `colour` instead.");
        older.conflicts = &["colour"];
        let attributes = [
            older,
            old,
            text("name", Presence::Required),
            text("id", Presence::Computed),
            text("zone", Presence::OptionalComputed),
            with_default,
            changed,
            secret,
            first,
            text("by_name", Presence::Optional),
            lonely,
            text("amount", Presence::Optional),
        ];
        let state = Value::object([
            ("name", Value::from("n")),
            ("id", "i".into()),
            ("zone", "z".into()),
            ("size", "small".into()),
            ("colour", "blue".into()),
            ("password", Value::Null),
            ("by_id", "1".into()),
            ("by_name", "one".into()),
            ("unit", "kg".into()),
            ("amount", Value::Null),
            ("label", "l".into()),
            ("tag", "t".into()),
        ]);
        let config = configuration(&attributes, &state);
        let set: Vec<&str> =
            attributes.iter().map(|a| a.name).filter(|name| !config.get(name).unwrap().is_null()).collect();
        assert_eq!(set, ["label", "name", "colour", "by_id"]);
    }
}
