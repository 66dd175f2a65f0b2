//! The rules that Terraform's core enforces on plans and results, checked on our side first: core's words blame the
//! provider, ours name the rule and the attribute.

use std::collections::BTreeSet;
use std::fmt;

use crate::path::Path;
use crate::schema::{Attribute, Kind, Nesting, Presence};
use crate::value::Value;

static NULL: Value = Value::Null;

fn member<'v>(object: &'v Value, name: &str) -> &'v Value {
    if object.is_unknown() { object } else { object.get(name).unwrap_or(&NULL) }
}

/// A rule of planned objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanRule {
    /// An object is planned where there is a configuration, and none elsewhere.
    Existence,
    /// A write-only value is not planned.
    WriteOnly,
    /// A configured value is planned as configured or as stored.
    Configured,
    /// Only a computed value is planned where nothing is configured.
    Computed,
    /// A configured object is neither null nor unknown.
    Nested,
    /// A list has as many elements as configured.
    ListLength,
    /// A map has the configured keys.
    MapKeys,
    /// A set has as many elements as configured.
    SetCount,
}

impl fmt::Display for PlanRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Existence => "An object must be planned where there is a configuration, and none elsewhere.",
            Self::WriteOnly => "A write-only value must not be planned.",
            Self::Configured => "The planned value is neither the configured nor the stored one.",
            Self::Computed => "A value was planned for an attribute that is not set and not computed.",
            Self::Nested => "A configured object was planned as null or unknown.",
            Self::ListLength => "The planned list does not have as many elements as the configured one.",
            Self::MapKeys => "The planned map does not have the configured keys.",
            Self::SetCount => "The planned set does not have as many elements as the configured one.",
        })
    }
}

/// A rule of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultRule {
    /// A known planned value is what comes of it.
    Value,
    /// A list has as many elements as planned.
    ListLength,
    /// A map has the planned keys.
    MapKeys,
    /// Every element of a set fits a planned one, and the reverse.
    SetElements,
    /// A set does not grow; it may shrink when elements turn out to be the same.
    SetGrowth,
}

/// What a planned object breaks: the path and the rule.
pub fn plan_violations(
    attributes: &[Attribute],
    config: &Value,
    prior: &Value,
    planned: &Value,
) -> Vec<(Path, PlanRule)> {
    let mut found = Vec::new();
    if planned.is_unknown() || (planned.is_null() != config.is_null()) {
        found.push((Path::root(), PlanRule::Existence));
    }
    plan_object(attributes, config, prior, planned, &Path::root(), &mut found);
    found
}

fn plan_object(
    attributes: &[Attribute],
    config: &Value,
    prior: &Value,
    planned: &Value,
    path: &Path,
    found: &mut Vec<(Path, PlanRule)>,
) {
    for a in attributes {
        plan_attribute(
            a,
            member(config, a.name),
            member(prior, a.name),
            member(planned, a.name),
            &path.attribute(a.name),
            found,
        );
    }
}

fn plan_attribute(
    a: &Attribute,
    config: &Value,
    prior: &Value,
    planned: &Value,
    path: &Path,
    found: &mut Vec<(Path, PlanRule)>,
) {
    if a.write_only {
        if !planned.is_null() {
            found.push((path.clone(), PlanRule::WriteOnly));
        }
        return;
    }
    if planned == config || (!prior.is_null() && !config.is_null() && planned == prior) {
        return;
    }
    let free = match a.presence {
        Presence::Computed => true,
        Presence::OptionalComputed => config.is_null(),
        Presence::Required | Presence::Optional => false,
    };
    if free {
        return;
    }
    if config.is_null() {
        found.push((path.clone(), PlanRule::Computed));
        return;
    }
    let Kind::Nested(nesting, attributes) = &a.kind else {
        found.push((path.clone(), PlanRule::Configured));
        return;
    };
    if planned.is_null() || planned.is_unknown() {
        found.push((path.clone(), PlanRule::Nested));
        return;
    }
    match (nesting, config, planned) {
        (Nesting::Single, Value::Object(_), Value::Object(_)) => {
            plan_object(attributes, config, prior, planned, path, found);
        }
        (Nesting::List, Value::List(configured), Value::List(elements)) if configured.len() == elements.len() => {
            for (i, (c, p)) in configured.iter().zip(elements).enumerate() {
                plan_object(
                    attributes,
                    c,
                    prior.elements().unwrap_or_default().get(i).unwrap_or(&NULL),
                    p,
                    &path.index(i as i64),
                    found,
                );
            }
        }
        (Nesting::Map, Value::Map(configured), Value::Map(members)) if configured.keys().eq(members.keys()) => {
            for (key, c) in configured {
                plan_object(attributes, c, member(prior, key), &members[key], &path.key(key), found);
            }
        }
        (Nesting::Set, Value::Set(configured), Value::Set(elements)) if count(configured) == count(elements) => {}
        (Nesting::Single, ..) => found.push((path.clone(), PlanRule::Nested)),
        (Nesting::List, ..) => found.push((path.clone(), PlanRule::ListLength)),
        (Nesting::Map, ..) => found.push((path.clone(), PlanRule::MapKeys)),
        (Nesting::Set, ..) => found.push((path.clone(), PlanRule::SetCount)),
    }
}

/// How many elements a set has: what is not wholly known counts as different from everything.
fn count(elements: &[Value]) -> usize {
    let known: BTreeSet<&Value> = elements.iter().filter(|e| e.is_wholly_known()).collect();
    known.len() + elements.iter().filter(|e| !e.is_wholly_known()).count()
}

/// The paths at which a result breaks what was planned. Unknown parts of the plan may become anything.
pub fn apply_violations(attributes: &[Attribute], planned: &Value, result: &Value) -> Vec<Path> {
    result_violations(attributes, planned, result).into_iter().map(|(path, _)| path).collect()
}

/// The same with the rules.
pub fn result_violations(attributes: &[Attribute], planned: &Value, result: &Value) -> Vec<(Path, ResultRule)> {
    let mut found = Vec::new();
    for a in attributes.iter().filter(|a| !a.write_only) {
        differences(member(planned, a.name), member(result, a.name), &Path::from(a.name), &mut found);
    }
    found
}

fn differences(planned: &Value, result: &Value, path: &Path, found: &mut Vec<(Path, ResultRule)>) {
    // Equal parts need no look inside, which for large sets would be a look at every pair.
    if planned.is_unknown() || planned == result {
        return;
    }
    match (planned, result) {
        (Value::Object(before), Value::Object(after)) => {
            for (name, value) in before {
                differences(value, after.get(name).unwrap_or(&NULL), &path.attribute(name), found);
            }
        }
        (Value::Map(before), Value::Map(after)) => {
            let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
            for key in keys {
                match (before.get(key), after.get(key)) {
                    (Some(before), Some(after)) => differences(before, after, &path.key(key), found),
                    _ => found.push((path.key(key), ResultRule::MapKeys)),
                }
            }
        }
        (Value::List(before), Value::List(after)) | (Value::Tuple(before), Value::Tuple(after)) => {
            if before.len() != after.len() {
                return found.push((path.clone(), ResultRule::ListLength));
            }
            for (i, (before, after)) in before.iter().zip(after).enumerate() {
                differences(before, after, &path.index(i as i64), found);
            }
        }
        (Value::Set(before), Value::Set(after)) => set_differences(before, after, path, found),
        _ => found.push((path.clone(), ResultRule::Value)),
    }
}

fn set_differences(before: &[Value], after: &[Value], path: &Path, found: &mut Vec<(Path, ResultRule)>) {
    let fits = |p: &Value, r: &Value| {
        let mut inside = Vec::new();
        differences(p, r, path, &mut inside);
        inside.is_empty()
    };
    // Only an element that is not wholly known may fit another one.
    let (planned, results): (BTreeSet<&Value>, BTreeSet<&Value>) = (before.iter().collect(), after.iter().collect());
    let open: Vec<&Value> = before.iter().filter(|p| !p.is_wholly_known()).collect();
    let covered = before.iter().all(|p| match p.is_wholly_known() {
        true => results.contains(p),
        false => after.iter().any(|r| fits(p, r)),
    });
    let expected = after.iter().all(|r| planned.contains(r) || open.iter().any(|p| fits(p, r)));
    if !covered || !expected {
        found.push((path.clone(), ResultRule::SetElements));
    } else if count(after) > count(before) {
        found.push((path.clone(), ResultRule::SetGrowth));
    }
}

#[cfg(test)]
mod tests;
