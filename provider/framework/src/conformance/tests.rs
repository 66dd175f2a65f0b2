//! Each rule with an offender.

use std::collections::BTreeMap;

use super::*;
use crate::value::Type;

fn attribute(name: &'static str, kind: Kind, presence: Presence) -> Attribute {
    Attribute::new(name, "", kind, presence)
}

fn text(name: &'static str, presence: Presence) -> Attribute {
    attribute(name, Kind::Value(Type::String), presence)
}

fn object(members: &[(&str, Value)]) -> Value {
    Value::Object(members.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect())
}

/// The rule that a plan of one attribute breaks.
fn plan(a: Attribute, config: Value, prior: Value, planned: Value) -> Option<PlanRule> {
    let whole = |value: Value| object(&[(a.name, value)]);
    let (config, prior, planned) = (whole(config), whole(prior), whole(planned));
    plan_violations(&[a], &config, &prior, &planned).first().map(|(_, rule)| *rule)
}

#[test]
fn a_configured_value_is_planned_as_configured_or_as_stored() {
    for presence in [Presence::Required, Presence::Optional, Presence::OptionalComputed] {
        let a = || text("a", presence);
        assert_eq!(plan(a(), "x".into(), Value::Null, "x".into()), None);
        assert_eq!(plan(a(), "x".into(), "X".into(), "X".into()), None, "the stored spelling");
        assert_eq!(plan(a(), "x".into(), "X".into(), "y".into()), Some(PlanRule::Configured));
        assert!(plan(a(), "x".into(), Value::Null, Value::Unknown).is_some());
    }
}

#[test]
fn only_computed_values_may_be_planned_freely() {
    assert_eq!(plan(text("a", Presence::Computed), Value::Null, Value::Null, Value::Unknown), None);
    assert_eq!(plan(text("a", Presence::OptionalComputed), Value::Null, "x".into(), "y".into()), None);
    let broken = plan(text("a", Presence::Optional), Value::Null, "x".into(), "x".into());
    assert_eq!(broken, Some(PlanRule::Computed));
}

#[test]
fn a_write_only_value_is_never_planned() {
    let mut a = text("a", Presence::Optional);
    a.write_only = true;
    assert_eq!(plan(a.clone(), "x".into(), Value::Null, Value::Null), None);
    assert_eq!(plan(a, "x".into(), Value::Null, "x".into()), Some(PlanRule::WriteOnly));
}

#[test]
fn the_object_itself_is_planned_where_it_is_configured() {
    let some = object(&[]);
    assert!(plan_violations(&[], &some, &Value::Null, &some).is_empty());
    for (config, planned) in [(&some, &Value::Null), (&Value::Null, &some), (&some, &Value::Unknown)] {
        assert_eq!(plan_violations(&[], config, &Value::Null, planned).len(), 1);
    }
}

#[test]
fn nested_objects_keep_their_elements_and_follow_the_rules_inside() {
    let inner = vec![text("set", Presence::Required), text("made", Presence::Computed)];
    let element = |set: &str, made: Value| object(&[("set", set.into()), ("made", made)]);
    let map = |v: Value| Value::Map(BTreeMap::from([("k".to_owned(), v)]));
    let wrap: [(Nesting, &dyn Fn(Value) -> Value); 3] =
        [(Nesting::Single, &|v| v), (Nesting::List, &|v| Value::List(vec![v])), (Nesting::Map, &map)];
    for (nesting, wrap) in wrap {
        let a = || attribute("a", Kind::Nested(nesting, inner.clone()), Presence::Optional);
        let config = wrap(element("x", Value::Null));
        assert_eq!(plan(a(), config.clone(), Value::Null, wrap(element("x", Value::Unknown))), None);
        assert!(plan(a(), config.clone(), Value::Null, wrap(element("y", Value::Null))).is_some(), "{nesting:?}");
        assert_eq!(plan(a(), config.clone(), Value::Null, Value::Null), Some(PlanRule::Nested));
        assert_eq!(plan(a(), config, Value::Null, Value::Unknown), Some(PlanRule::Nested));
    }
    let two = [element("x", Value::Null), element("y", Value::Null)];
    let one = [element("x", "m".into())];
    let collections =
        [(Nesting::List, PlanRule::ListLength), (Nesting::Set, PlanRule::SetCount), (Nesting::Map, PlanRule::MapKeys)];
    for (nesting, rule) in collections {
        let of = |all: &[Value]| match nesting {
            Nesting::List => Value::List(all.to_vec()),
            Nesting::Set => Value::Set(all.to_vec()),
            _ => Value::Map(all.iter().enumerate().map(|(i, v)| (i.to_string(), v.clone())).collect()),
        };
        let a = || attribute("a", Kind::Nested(nesting, inner.clone()), Presence::Optional);
        assert_eq!(plan(a(), of(&two), Value::Null, of(&one)), Some(rule), "fewer than configured");
        assert_eq!(plan(a(), of(&one), Value::Null, of(&two)), Some(rule), "more than configured");
    }
}

/// Whether a result of one attribute keeps what was planned.
fn kept(planned: Value, result: Value) -> bool {
    let a = text("a", Presence::OptionalComputed);
    apply_violations(&[a], &object(&[("a", planned)]), &object(&[("a", result)])).is_empty()
}

#[test]
fn a_result_keeps_what_was_planned_and_fills_in_the_rest() {
    assert!(kept("x".into(), "x".into()));
    assert!(!kept("x".into(), "y".into()));
    assert!(!kept("x".into(), Value::Null));
    assert!(!kept(Value::Null, "x".into()));
    assert!(kept(Value::Unknown, "x".into()));
    assert!(kept(Value::Unknown, Value::Null));
    let list = |v: &[Value]| Value::List(v.to_vec());
    assert!(kept(list(&["x".into(), Value::Unknown]), list(&["x".into(), "y".into()])));
    assert!(!kept(list(&["x".into()]), list(&["x".into(), "y".into()])));
    let set = |v: &[Value]| Value::Set(v.to_vec());
    assert!(kept(set(&["x".into(), "y".into()]), set(&["y".into(), "x".into()])));
    assert!(!kept(set(&["x".into()]), set(&["x".into(), "y".into()])), "a set may not grow");
    assert!(!kept(set(&["x".into(), "y".into()]), set(&["x".into()])));
    assert!(kept(set(&[Value::Unknown, Value::Unknown]), set(&["x".into()])), "elements may turn out to be the same");
    assert!(kept(set(&[Value::Unknown, Value::Unknown]), set(&["x".into(), "y".into()])));
    assert!(kept(set(&["x".into(), Value::Unknown]), set(&["x".into()])));
    assert!(!kept(set(&[Value::Unknown]), set(&["x".into(), "y".into()])), "one element does not become two");
    assert!(!kept(set(&["x".into(), Value::Unknown]), set(&["x".into(), "y".into(), "z".into()])));
    let map = |k: &str| Value::Map(BTreeMap::from([(k.to_owned(), "v".into())]));
    assert!(kept(map("a"), map("a")));
    assert!(!kept(map("a"), map("b")));
    assert!(kept(object(&[("m", Value::Unknown)]), object(&[("m", "x".into())])));
}
