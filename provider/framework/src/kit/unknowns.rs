//! Configurations in which something is not known yet.

use std::collections::BTreeMap;

use crate::path::Path;
use crate::schema::{Attribute, Kind, Nesting, Presence};
use crate::value::Value;

/// The configuration with each value that a user can write made unknown in turn, at every depth.
pub(super) fn each(attributes: &[Attribute], config: &Value) -> Vec<(Path, Value)> {
    let mut found = Vec::new();
    object(attributes, config, &Path::root(), &|inside| inside, &mut found);
    found
}

/// Puts a value in the place of a part, and gives the whole.
type Whole<'a> = &'a dyn Fn(Value) -> Value;

fn object(attributes: &[Attribute], config: &Value, path: &Path, whole: Whole<'_>, found: &mut Vec<(Path, Value)>) {
    let Value::Object(members) = config else {
        return;
    };
    for a in attributes.iter().filter(|a| a.presence != Presence::Computed) {
        let path = path.attribute(a.name);
        let whole = |inside| whole(Value::Object(with(members, a.name, inside)));
        found.push((path.clone(), whole(Value::Unknown)));
        let nested = match &a.kind {
            Kind::Nested(Nesting::Single, attributes) => {
                object(attributes, &members[a.name], &path, &whole, found);
                continue;
            }
            Kind::Nested(_, attributes) => Some(&attributes[..]),
            Kind::Value(_) => None,
        };
        elements(nested, &members[a.name], &path, &whole, found);
    }
}

/// The elements of a collection; those of a nested attribute have attributes.
fn elements(
    nested: Option<&[Attribute]>,
    collection: &Value,
    path: &Path,
    whole: Whole<'_>,
    found: &mut Vec<(Path, Value)>,
) {
    let mut element = |value: &Value, path: Path, whole: Whole<'_>| {
        found.push((path.clone(), whole(Value::Unknown)));
        if let Some(attributes) = nested {
            object(attributes, value, &path, whole, found);
        }
    };
    match collection {
        Value::Map(members) => {
            for (key, member) in members {
                element(member, path.key(key), &|inside| whole(Value::Map(with(members, key, inside))));
            }
        }
        Value::List(all) => {
            for (i, value) in all.iter().enumerate() {
                element(value, path.index(i as i64), &|inside| whole(Value::List(at(all, i, inside))));
            }
        }
        Value::Set(all) => {
            for (i, value) in all.iter().enumerate() {
                element(value, path.index(i as i64), &|inside| whole(Value::Set(at(all, i, inside))));
            }
        }
        _ => {}
    }
}

fn with(members: &BTreeMap<String, Value>, name: &str, value: Value) -> BTreeMap<String, Value> {
    let mut members = members.clone();
    members.insert(name.to_owned(), value);
    members
}

fn at(elements: &[Value], i: usize, value: Value) -> Vec<Value> {
    let mut elements = elements.to_vec();
    elements[i] = value;
    elements
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Type;

    #[test]
    fn every_value_is_unknown_once() {
        let text = |name, presence| Attribute::new(name, "", Kind::Value(Type::String), presence);
        let disk = vec![text("kind", Presence::Required), text("id", Presence::Computed)];
        let attributes = [
            text("name", Presence::Optional),
            Attribute::new("disks", "", Kind::Nested(Nesting::List, disk), Presence::Optional),
            Attribute::new("tags", "", Kind::Value(Type::Map(Box::new(Type::String))), Presence::Optional),
        ];
        let config = Value::object([
            ("name", Value::Null),
            ("disks", Value::List(vec![Value::object([("kind", Value::from("ssd")), ("id", Value::Null)])])),
            ("tags", Value::Map(BTreeMap::from([("a".to_owned(), Value::from("b"))]))),
        ]);
        let found = each(&attributes, &config);
        let paths: Vec<String> = found.iter().map(|(path, _)| path.to_string()).collect();
        assert_eq!(paths, ["name", "disks", "disks[0]", "disks[0].kind", "tags", "tags[\"a\"]"]);
        for (path, early) in &found {
            assert_eq!(early.at(path), Some(&Value::Unknown), "{path}");
        }
    }
}
