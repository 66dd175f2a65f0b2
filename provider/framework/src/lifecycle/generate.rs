//! From a state to the configuration that a user would write for it.

use std::collections::BTreeMap;

use crate::path::{Path, Step};
use crate::schema::{Attribute, Kind, Presence, Schema};
use crate::value::Value;

/// The configuration of an object: all that a new one like it needs. Left out is what only the service writes, what is
/// the default anyway, what is never stored, and what contradicts another attribute.
pub(super) fn configuration(attributes: &[Attribute], state: &Value) -> Value {
    let Value::Object(members) = state else {
        return Value::Null;
    };
    let mut config: BTreeMap<String, Value> = BTreeMap::new();
    for a in attributes {
        let value =
            members.get(a.name).filter(|value| is_written(a, value)).map_or(Value::Null, |value| inside(a, value));
        config.insert(a.name.to_owned(), value);
    }
    // Of attributes that exclude each other one stays: none for a deprecated one, and one that is the user's alone rather
    // than one that the service may have chosen.
    let mut set: Vec<&Attribute> = attributes.iter().filter(|a| !config[a.name].is_null()).collect();
    set.sort_by_key(|a| (a.deprecated.is_some(), a.presence.is_computed()));
    let mut kept: Vec<&Attribute> = Vec::new();
    for a in &set {
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

/// Makes a configuration obey the rules of the resource's author as well: with a default written out where one is
/// wanted, and without what the service has chosen where that is not. `faults` are the places of what is wrong.
pub(super) fn obeying(
    schema: &Schema,
    state: &Value,
    mut config: Value,
    faults: impl Fn(&Value) -> Vec<Option<Path>>,
) -> Value {
    let mut wrong = faults(&config);
    let try_with = |other: Option<Value>, config: &mut Value, wrong: &mut Vec<Option<Path>>| {
        let Some(other) = other.filter(|_| !wrong.is_empty()) else { return };
        let left = faults(&other);
        if left.len() < wrong.len() {
            (*config, *wrong) = (other, left);
        }
    };
    for a in &schema.attributes {
        try_with(with(a, state, &config), &mut config, &mut wrong);
    }
    let named: Vec<Path> = wrong.iter().flatten().cloned().collect();
    let chosen = schema.attributes.iter().filter(|a| a.presence == Presence::OptionalComputed);
    for path in named.into_iter().chain(chosen.map(|a| Path::from(a.name))) {
        try_with(without(schema, &path, &config), &mut config, &mut wrong);
    }
    config
}

/// A configuration with an attribute that was left out, if there is anything to write.
fn with(a: &Attribute, state: &Value, config: &Value) -> Option<Value> {
    let value = state.get(a.name).filter(|value| a.presence.is_configurable() && !a.write_only && !value.is_null())?;
    let mut members = config.members()?.clone();
    let left_out = members.get(a.name).is_none_or(Value::is_null);
    members.insert(a.name.to_owned(), inside(a, value));
    left_out.then_some(Value::Object(members))
}

/// A configuration without the attribute at a path, if it is there and may be left out.
fn without(schema: &Schema, path: &Path, config: &Value) -> Option<Value> {
    schema.at(path).filter(|a| a.presence != Presence::Required)?;
    let mut config = config.clone();
    let value = path.steps().iter().try_fold(&mut config, |value, step| match (value, step) {
        (Value::Object(members), Step::Attribute(name)) => members.get_mut(name),
        (Value::Map(members), Step::Key(key)) => members.get_mut(key),
        (Value::List(elements), Step::Index(i)) => elements.get_mut(usize::try_from(*i).ok()?),
        _ => None,
    })?;
    let was_set = !value.is_null();
    *value = Value::Null;
    was_set.then_some(config)
}

/// Whether the attribute has to be written for a new object to get this value.
fn is_written(a: &Attribute, value: &Value) -> bool {
    a.presence.is_configurable() && !a.write_only && !a.default.as_ref().is_some_and(|default| a.same(default, value))
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
    use crate::schema::Nesting;
    use crate::value::Type;

    fn text(name: &'static str, presence: Presence) -> Attribute {
        Attribute::new(name, "Something.", Kind::Value(Type::String), presence)
    }

    #[test]
    fn all_that_a_new_object_needs_is_written_and_nothing_else() {
        let mut with_default = text("size", Presence::OptionalComputed);
        with_default.default = Some("small".into());
        let mut changed = text("colour", Presence::OptionalComputed);
        changed.default = Some("red".into());
        let mut secret = text("password", Presence::Optional);
        secret.write_only = true;
        let mut first = text("by_id", Presence::Optional);
        first.conflicts = &["by_name"];
        let mut chosen = text("group", Presence::OptionalComputed);
        chosen.conflicts = &["owner"];
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
            chosen,
            text("owner", Presence::Optional),
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
            ("group", "everybody".into()),
            ("owner", "ann".into()),
            ("unit", "kg".into()),
            ("amount", Value::Null),
            ("label", "l".into()),
            ("tag", "t".into()),
        ]);
        let config = configuration(&attributes, &state);
        let set: Vec<&str> =
            attributes.iter().map(|a| a.name).filter(|name| !config.get(name).unwrap().is_null()).collect();
        assert_eq!(set, ["label", "name", "zone", "colour", "by_id", "owner"]);
    }

    /// Two sizes exclude each other, says the author: one inside, one at the top. A colour wants its tone, too.
    fn faults(config: &Value) -> Vec<Option<Path>> {
        let is_set = |value: Option<&Value>| value.is_some_and(|value| !value.is_null());
        let inside = config.get("disk").and_then(|disk| disk.get("size"));
        let mut faults = Vec::new();
        if is_set(config.get("size")) && is_set(inside) {
            faults.push(Some(Path::from("disk").attribute("size")));
        }
        if is_set(config.get("colour")) && !is_set(config.get("tone")) {
            faults.push(None);
        }
        faults
    }

    #[test]
    fn what_contradicts_a_rule_in_code_is_left_out_and_what_one_wants_is_written_out() {
        let mut tone = text("tone", Presence::OptionalComputed);
        tone.default = Some("light".into());
        let disk = vec![text("size", Presence::OptionalComputed), text("kind", Presence::OptionalComputed)];
        let attributes = vec![
            text("size", Presence::OptionalComputed),
            text("colour", Presence::Optional),
            tone,
            Attribute::new("disk", "A disk.", Kind::Nested(Nesting::Single, disk), Presence::OptionalComputed),
        ];
        let schema = Schema { version: 0, description: "Something.", deprecated: None, attributes };
        let state = Value::object([
            ("size", Value::from("1")),
            ("colour", "red".into()),
            ("tone", "light".into()),
            ("disk", Value::object([("size", Value::from("1")), ("kind", "fast".into())])),
        ]);
        let config = configuration(&schema.attributes, &state);
        assert_eq!(faults(&config).len(), 2);
        let config = obeying(&schema, &state, config, faults);
        assert_eq!(faults(&config), []);
        let mut expected = state;
        if let Value::Object(members) = &mut expected {
            members.insert("disk".to_owned(), Value::object([("size", Value::Null), ("kind", "fast".into())]));
        }
        assert_eq!(config, expected);
    }

    /// Without a place, whatever the service may have chosen is tried.
    #[test]
    fn a_fault_without_a_place_is_mended_if_something_chosen_can_go() {
        let attributes = vec![text("name", Presence::Required), text("zone", Presence::OptionalComputed)];
        let schema = Schema { version: 0, description: "Something.", deprecated: None, attributes };
        let state = Value::object([("name", Value::from("n")), ("zone", "z".into())]);
        let faults = |config: &Value| match config.get("zone") {
            Some(Value::Null) => Vec::new(),
            _ => vec![None],
        };
        let config = obeying(&schema, &state, configuration(&schema.attributes, &state), faults);
        assert_eq!(config, Value::object([("name", Value::from("n")), ("zone", Value::Null)]));
        let never = |_: &Value| vec![Some(Path::from("name"))];
        let config = obeying(&schema, &state, configuration(&schema.attributes, &state), never);
        assert_eq!(config, state, "what nothing mends stays as it is");
    }
}
