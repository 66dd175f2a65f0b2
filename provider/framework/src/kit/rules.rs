//! Core's rules, on decoded values. The rules of values are those of [`conformance`]; the rest is about the whole.
//!
//! Each function stops where core stops to look further.

use std::collections::BTreeMap;

use tfplugin::v6;

use super::failure::Violation;
use super::rule::Rule;
use crate::conformance::{self, PlanRule, ResultRule};
use crate::path::Path;
use crate::schema::{Attribute, Kind};
use crate::value::{Refinement, Type, Value};

/// A breach that is about the whole.
pub(super) fn broken(rule: Rule, text: &str) -> Violation {
    Violation::new(rule, Path::root(), text)
}

/// The rules of a planned object.
pub(super) fn plan(
    attributes: &[Attribute],
    config: &Value,
    prior: &Value,
    planned: &Value,
    replace: &[Path],
) -> Vec<Violation> {
    let kept = write_only(attributes, planned, &Path::root());
    if !kept.is_empty() {
        return kept;
    }
    let values = conformance::plan_violations(attributes, config, prior, planned);
    // What is wrong about the whole is wrong about all its parts.
    if values.iter().any(|(_, rule)| *rule == PlanRule::Existence) {
        return vec![broken(Rule::Existence, "a destroy is planned as null, and everything else as an object")];
    }
    let values = values.into_iter().map(|(path, rule)| {
        let broken = match rule {
            PlanRule::Existence => Rule::Existence,
            PlanRule::WriteOnly => Rule::WriteOnly,
            PlanRule::Configured => Rule::Configured,
            PlanRule::Computed => Rule::Computed,
            PlanRule::Nested => Rule::Nested,
            PlanRule::ListLength => Rule::ListLength,
            PlanRule::MapKeys => Rule::MapKeys,
            PlanRule::SetCount => Rule::SetCount,
        };
        Violation::new(broken, path, rule.to_string())
    });
    let nowhere = replace.iter().filter(|path| prior.at(path).is_none() && planned.at(path).is_none());
    let text = "forces a new object, but is in neither the stored nor the planned one";
    values.chain(nowhere.map(|path| Violation::new(Rule::ReplacePath, path.clone(), text))).collect()
}

/// The rules of an open ephemeral resource: those of the plan of a new object.
pub(super) fn ephemeral(attributes: &[Attribute], config: &Value, result: &Value) -> Vec<Violation> {
    let values = conformance::plan_violations(attributes, config, &Value::Null, result);
    values.into_iter().map(|(path, rule)| Violation::new(Rule::Ephemeral, path, rule.to_string())).collect()
}

/// The rules of the plan that core makes once more when it applies.
pub(super) fn final_plan(attributes: &[Attribute], first: &Value, last: &Value) -> Vec<Violation> {
    let changed = conformance::apply_violations(attributes, first, last);
    let text = "was planned otherwise before";
    changed.into_iter().map(|path| Violation::new(Rule::FinalPlan, path, text)).collect()
}

/// The rules of what an apply gives back.
pub(super) fn apply(attributes: &[Attribute], planned: &Value, result: &Value) -> Vec<Violation> {
    if planned.is_null() != result.is_null() && !result.is_unknown() {
        return vec![broken(Rule::Result, "an object is there after create and update, and gone after destroy")];
    }
    let found = state(attributes, result);
    if !found.is_empty() {
        return found;
    }
    let values = conformance::result_violations(attributes, planned, result).into_iter();
    let violation = |(path, rule)| {
        let (rule, text) = match rule {
            ResultRule::Value => (Rule::AppliedValue, "is not what was planned"),
            ResultRule::ListLength => (Rule::AppliedLength, "is not as long as it was planned"),
            ResultRule::MapKeys => (Rule::AppliedKeys, "is a key that was not planned, or is missing"),
            ResultRule::SetElements => (Rule::AppliedElements, "does not have the planned elements"),
            ResultRule::SetGrowth => (Rule::AppliedGrowth, "has more elements than were planned"),
        };
        Violation::new(rule, path, text)
    };
    values.map(violation).collect()
}

/// What was promised of values that were not known yet.
pub(super) fn promises(promises: &BTreeMap<String, Refinement>, result: &Value) -> Vec<Violation> {
    let is_kept = |name: &str, promise: &Refinement| match result.get(name) {
        None => true,
        Some(value) => {
            let begins = |prefix: &String| value.as_str().is_some_and(|text| text.starts_with(prefix));
            !value.is_null() && promise.prefix.as_ref().is_none_or(begins)
        }
    };
    let broken = promises.iter().filter(|(name, promise)| !is_kept(name, promise));
    let text = "does not keep what was promised while it was not known";
    broken.map(|(name, _)| Violation::new(Rule::Promise, Path::from(name.as_str()), text)).collect()
}

/// The rules of a state, wherever it comes from.
pub(super) fn state(attributes: &[Attribute], state: &Value) -> Vec<Violation> {
    let found = write_only(attributes, state, &Path::root());
    if found.is_empty() { known(state).into_iter().collect() } else { found }
}

/// The rules of a state that has to be there.
pub(super) fn object(attributes: &[Attribute], object: &Value) -> Vec<Violation> {
    if object.is_null() { vec![broken(Rule::Result, "there is no object")] } else { state(attributes, object) }
}

/// The rule of what has to be known.
pub(super) fn known(value: &Value) -> Option<Violation> {
    (!value.is_wholly_known()).then(|| broken(Rule::Unknown, "not everything is known"))
}

/// The rule of clients of today, which let nothing wait.
pub(super) fn deferral(deferred: Option<&v6::Deferred>) -> Option<Violation> {
    deferred.map(|_| broken(Rule::Deferral, "deferred, although that was not allowed"))
}

/// The rule of frameworks of today.
pub(super) fn type_system(is_legacy: bool) -> Option<Violation> {
    is_legacy
        .then(|| broken(Rule::LegacyTypeSystem, "claims the old type system, for which core overlooks what is wrong"))
}

/// The rules of an identity. One that is not known yet is null.
pub(super) fn identity(ty: Option<&Type>, before: &Value, now: &Value, must_be_known: bool) -> Option<Violation> {
    ty?;
    let is_known = |identity: &Value| !identity.is_null() && identity.is_wholly_known();
    if must_be_known && !is_known(now) {
        return Some(broken(Rule::Identity, "the identity is missing or not known"));
    }
    let changed = is_known(before) && is_known(now) && before != now;
    changed.then(|| broken(Rule::IdentityStability, "the identity changed"))
}

/// What a state says otherwise than another one.
pub(super) fn same(rule: Rule, expected: &Value, found: &Value, text: &str) -> Vec<Violation> {
    let (Value::Object(before), Value::Object(after)) = (expected, found) else {
        return if expected == found { Vec::new() } else { vec![broken(rule, text)] };
    };
    let names = before.keys().filter(|name| before.get(*name) != after.get(*name));
    names.map(|name| Violation::new(rule, Path::from(name.as_str()), text)).collect()
}

fn write_only(attributes: &[Attribute], object: &Value, path: &Path) -> Vec<Violation> {
    let mut found = Vec::new();
    for a in attributes {
        let Some(value) = object.get(a.name).filter(|value| !value.is_null()) else {
            continue;
        };
        let path = path.attribute(a.name);
        if a.write_only {
            found.push(Violation::new(Rule::WriteOnly, path, "a write-only value is never kept"));
        } else if let Kind::Nested(_, inner) = &a.kind {
            match value {
                Value::Map(members) => {
                    found.extend(members.iter().flat_map(|(key, m)| write_only(inner, m, &path.key(key))));
                }
                Value::List(elements) | Value::Set(elements) => {
                    let each = elements.iter().zip(0..);
                    found.extend(each.flat_map(|(element, i)| write_only(inner, element, &path.index(i))));
                }
                single => found.extend(write_only(inner, single, &path)),
            }
        }
    }
    found
}
