//! Core's rules, on decoded values. The rules of values are those of [`conformance`]; the rest is about the whole.

use tfplugin::v6;

use super::failure::{Rule, Violation};
use crate::conformance;
use crate::path::Path;
use crate::schema::{Attribute, Kind};
use crate::value::{Type, Value};

/// The rules of a planned object.
pub(super) fn plan(
    attributes: &[Attribute],
    config: &Value,
    prior: &Value,
    planned: &Value,
    replace: &[Path],
) -> Vec<Violation> {
    let mut found = write_only(attributes, planned, &Path::root());
    if planned.is_null() != config.is_null() || planned.is_unknown() {
        let text = "a destroy is planned as null, and everything else as an object";
        found.push(Violation::new(Rule::Existence, Path::root(), text));
        return found;
    }
    let broken = conformance::plan_violations(attributes, config, prior, planned);
    found.extend(broken.into_iter().map(|(path, rule)| Violation::new(Rule::Plan, path, rule.to_string())));
    for path in replace {
        if prior.at(path).is_none() && planned.at(path).is_none() {
            let text = "forces a new object, but is in neither the stored nor the planned one";
            found.push(Violation::new(Rule::ReplacePath, path.clone(), text));
        }
    }
    found
}

/// The rules of the plan that core makes once more when it applies.
pub(super) fn final_plan(attributes: &[Attribute], first: &Value, last: &Value) -> Vec<Violation> {
    let changed = conformance::apply_violations(attributes, first, last);
    let text = "was planned otherwise before";
    changed.into_iter().map(|path| Violation::new(Rule::FinalPlan, path, text)).collect()
}

/// The rules of what an apply gives back.
pub(super) fn apply(attributes: &[Attribute], planned: &Value, result: &Value) -> Vec<Violation> {
    let mut found = write_only(attributes, result, &Path::root());
    if planned.is_null() != result.is_null() {
        let text = "an object is there after create and update, and gone after destroy";
        found.push(Violation::new(Rule::Result, Path::root(), text));
        return found;
    }
    found.extend(known(result));
    let broken = conformance::apply_violations(attributes, planned, result);
    found.extend(broken.into_iter().map(|path| Violation::new(Rule::Apply, path, "is not what was planned")));
    found
}

/// The rules of a state, wherever it comes from.
pub(super) fn state(attributes: &[Attribute], state: &Value) -> Vec<Violation> {
    let mut found = write_only(attributes, state, &Path::root());
    found.extend(known(state));
    found
}

/// The rule of what must not be null.
pub(super) fn there(object: &Value) -> Vec<Violation> {
    let missing = object.is_null().then(|| Violation::new(Rule::Result, Path::root(), "there is no object"));
    missing.into_iter().collect()
}

/// The rule of clients of today, which let nothing wait.
pub(super) fn deferral(deferred: Option<&v6::Deferred>) -> Option<Violation> {
    deferred.map(|_| Violation::new(Rule::Plan, Path::root(), "deferred, although that was not allowed"))
}

/// The rules of an identity. One that is not known yet is null.
pub(super) fn identity(ty: Option<&Type>, before: &Value, now: &Value, must_be_known: bool) -> Vec<Violation> {
    if ty.is_none() {
        return Vec::new();
    }
    let rule = |rule, text: &str| vec![Violation::new(rule, Path::root(), text)];
    if must_be_known && (now.is_null() || !now.is_wholly_known()) {
        return rule(Rule::Identity, "the identity is missing or not known");
    }
    if before.is_wholly_known() && !before.is_null() && now.is_wholly_known() && !now.is_null() && before != now {
        return rule(Rule::IdentityStability, "the identity changed");
    }
    Vec::new()
}

/// What a state says otherwise than another one.
pub(super) fn same(rule: Rule, expected: &Value, found: &Value, text: &str) -> Vec<Violation> {
    let (Value::Object(before), Value::Object(after)) = (expected, found) else {
        let differs = expected != found;
        return if differs { vec![Violation::new(rule, Path::root(), text)] } else { Vec::new() };
    };
    let names = before.keys().filter(|name| before.get(*name) != after.get(*name));
    names.map(|name| Violation::new(rule, Path::from(name.as_str()), text)).collect()
}

fn known(state: &Value) -> Option<Violation> {
    let text = "a state has no unknown values";
    (!state.is_wholly_known()).then(|| Violation::new(Rule::Unknown, Path::root(), text))
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
