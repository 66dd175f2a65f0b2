//! Core's merge of a configuration with what is stored: the proposal that every plan begins with.

use std::collections::BTreeMap;

use crate::schema::{Attribute, Kind, Nesting, Presence};
use crate::value::Value;

static NULL: Value = Value::Null;

fn member<'v>(object: &'v Value, name: &str) -> &'v Value {
    object.get(name).unwrap_or(&NULL)
}

/// The configuration where it is set; else what is stored, for what the service may write.
pub(super) fn proposed(attributes: &[Attribute], prior: &Value, config: &Value) -> Value {
    if config.is_null() || config.is_unknown() {
        return config.clone();
    }
    let merged: BTreeMap<String, Value> = attributes
        .iter()
        .map(|a| (a.name.to_owned(), attribute(a, member(prior, a.name), member(config, a.name))))
        .collect();
    Value::Object(merged)
}

fn attribute(a: &Attribute, prior: &Value, config: &Value) -> Value {
    let computed = a.presence.is_computed();
    match &a.kind {
        Kind::Nested(nesting, attributes) if config.is_known() && !config.is_null() => {
            nested(*nesting, attributes, prior, config)
        }
        // A stored object that the user had configured goes when the configuration goes.
        Kind::Nested(_, attributes) if config.is_null() && computed => {
            if has_configured(attributes, prior) {
                Value::Null
            } else {
                prior.clone()
            }
        }
        _ if config.is_null() && computed => prior.clone(),
        _ => config.clone(),
    }
}

fn nested(nesting: Nesting, attributes: &[Attribute], prior: &Value, config: &Value) -> Value {
    match (nesting, config) {
        (Nesting::List, Value::List(elements)) => {
            let before = prior.elements().unwrap_or_default();
            let merged = elements.iter().enumerate();
            Value::List(merged.map(|(i, c)| proposed(attributes, before.get(i).unwrap_or(&NULL), c)).collect())
        }
        (Nesting::Map, Value::Map(members)) => Value::Map(
            members.iter().map(|(key, c)| (key.clone(), proposed(attributes, member(prior, key), c))).collect(),
        ),
        (Nesting::Set, Value::Set(elements)) => {
            let mut left: Vec<&Value> = prior.elements().unwrap_or_default().iter().collect();
            let merged = elements.iter().map(|c| {
                let fitting = left.iter().position(|p| fits(attributes, c, p));
                let before = fitting.map_or(&NULL, |i| left.remove(i));
                proposed(attributes, before, c)
            });
            Value::Set(merged.collect())
        }
        (Nesting::Single, _) => proposed(attributes, prior, config),
        (_, other) => other.clone(),
    }
}

/// Whether a stored element is the configured one: the same in everything that is configured.
fn fits(attributes: &[Attribute], config: &Value, prior: &Value) -> bool {
    attributes.iter().all(|a| {
        let (configured, stored) = (member(config, a.name), member(prior, a.name));
        (configured.is_null() && a.presence.is_computed()) || configured == stored
    })
}

fn has_configured(attributes: &[Attribute], prior: &Value) -> bool {
    let object = |value: &Value| {
        attributes.iter().any(|a| {
            let stored = member(value, a.name);
            let users_alone = matches!(a.presence, Presence::Optional | Presence::Required);
            !stored.is_null() && users_alone
        })
    };
    match prior {
        Value::Object(_) => object(prior),
        Value::Map(members) => members.values().any(object),
        other => other.elements().unwrap_or_default().iter().any(object),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Type;

    fn text(name: &'static str, presence: Presence) -> Attribute {
        Attribute::new(name, "", Kind::Value(Type::String), presence)
    }

    fn object(members: &[(&str, &str)]) -> Value {
        Value::object(
            members.iter().map(|(name, text)| (*name, if text.is_empty() { Value::Null } else { Value::from(*text) })),
        )
    }

    #[test]
    fn what_only_the_user_writes_is_the_configurations_and_the_rest_stays() {
        let attributes = [
            text("required", Presence::Required),
            text("optional", Presence::Optional),
            text("either", Presence::OptionalComputed),
            text("computed", Presence::Computed),
        ];
        let prior = object(&[("required", "a"), ("optional", "b"), ("either", "c"), ("computed", "d")]);
        let config = object(&[("required", "x"), ("optional", ""), ("either", ""), ("computed", "")]);
        let expected = object(&[("required", "x"), ("optional", ""), ("either", "c"), ("computed", "d")]);
        assert_eq!(proposed(&attributes, &prior, &config), expected);
        assert_eq!(proposed(&attributes, &Value::Null, &config).get("either"), Some(&Value::Null));
    }

    #[test]
    fn elements_are_matched_by_index_key_or_what_is_configured() {
        let inner = vec![text("name", Presence::Required), text("id", Presence::Computed)];
        let of = |nesting| Attribute::new("items", "", Kind::Nested(nesting, inner.clone()), Presence::Optional);
        let stored = [object(&[("name", "a"), ("id", "1")]), object(&[("name", "b"), ("id", "2")])];
        let wanted = [object(&[("name", "b"), ("id", "")]), object(&[("name", "c"), ("id", "")])];
        let merge = |nesting, prior: Value, config: Value| {
            let whole =
                proposed(&[of(nesting)], &Value::object([("items", prior)]), &Value::object([("items", config)]));
            whole.get("items").cloned().unwrap()
        };
        let list = merge(Nesting::List, Value::List(stored.to_vec()), Value::List(wanted.to_vec()));
        assert_eq!(list.elements().unwrap()[0], object(&[("name", "b"), ("id", "1")]), "by index");
        let set = merge(Nesting::Set, Value::Set(stored.to_vec()), Value::Set(wanted.to_vec()));
        assert!(set.elements().unwrap().contains(&object(&[("name", "b"), ("id", "2")])), "by what is configured");
        assert!(set.elements().unwrap().contains(&object(&[("name", "c"), ("id", "")])));
    }

    #[test]
    fn an_object_that_was_configured_goes_with_its_configuration() {
        let inner = |presence| vec![text("name", presence)];
        let stored = Value::object([("box", object(&[("name", "a")]))]);
        let nothing = Value::object([("box", Value::Null)]);
        for (presence, stays) in [(Presence::Optional, false), (Presence::OptionalComputed, true)] {
            let kind = Kind::Nested(Nesting::Single, inner(presence));
            let a = Attribute::new("box", "", kind, Presence::OptionalComputed);
            assert_eq!(proposed(&[a], &stored, &nothing) == stored, stays, "{presence:?}");
        }
    }
}
