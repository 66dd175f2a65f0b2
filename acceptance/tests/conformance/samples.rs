//! What the attributes of each resource can be: one row for each that the user can write, with two values, from which both
//! the journeys and the matrix of changes are made.

mod addon;
mod auto_repair_policy;
mod cluster;
mod node_pool;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use tf_provider::kit::Choices;

pub(crate) use addon::addon;
pub(crate) use auto_repair_policy::auto_repair_policy;
pub(crate) use cluster::cluster;
pub(crate) use node_pool::node_pool;

/// The samples of a resource.
pub(crate) struct Samples {
    /// What every object has.
    pub(crate) base: Value,
    /// What it has besides on a journey, because it could not be taken back.
    from_the_start: Value,
    /// Attributes whose values are in the way of what comes next on a journey.
    not_on_the_way: &'static [&'static str],
    pub(crate) rows: Vec<Sample>,
}

/// An attribute, nested ones by their dotted names, and configurations about it.
pub(crate) struct Sample {
    pub(crate) attribute: &'static str,
    /// What is set without it.
    pub(crate) unset: Value,
    /// The same with two values of it.
    pub(crate) values: [Value; 2],
}

/// An attribute alone.
fn alone(attribute: &'static str, first: Value, second: Value) -> Sample {
    beside(attribute, json!({}), first, second)
}

/// An attribute that counts only together with others.
fn beside(attribute: &'static str, others: Value, first: Value, second: Value) -> Sample {
    let with = |value| {
        let mut config = others.clone();
        put(&mut config, attribute, value);
        config
    };
    Sample { attribute, values: [with(first), with(second)], unset: others }
}

/// An attribute that changes only together with others.
fn together(attribute: &'static str, unset: Value, first: Value, second: Value) -> Sample {
    Sample { attribute, unset, values: [first, second] }
}

impl Samples {
    /// The configurations of a journey. Rows that set the same attribute exclude each other.
    pub(crate) fn choices(&self) -> Choices {
        let mut groups: Vec<(BTreeSet<String>, Vec<Value>)> = Vec::new();
        let rows = self.rows.iter().filter(|row| !self.not_on_the_way.iter().any(|name| is_at(row.attribute, name)));
        for way in rows.flat_map(|row| &row.values) {
            let keys: BTreeSet<String> = way.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
            let (mut same, others) = groups.into_iter().partition(|(names, _)| !names.is_disjoint(&keys));
            let mut group = (keys, vec![way.clone()]);
            let same: &mut Vec<(BTreeSet<String>, Vec<Value>)> = &mut same;
            for (names, ways) in same.drain(..) {
                group.0.extend(names);
                group.1.extend(ways);
            }
            groups = others;
            groups.push(group);
        }
        let start = Choices::of(self.config(&self.from_the_start));
        groups.into_iter().fold(start, |choices, (_, ways)| choices.with_one_of(ways))
    }

    /// A whole configuration.
    pub(crate) fn config(&self, with: &Value) -> Value {
        let mut config = self.base.clone();
        members(&mut config).extend(with.as_object().into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())));
        config
    }
}

/// Whether a path is this one, or in it.
pub(crate) fn is_at(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn members(value: &mut Value) -> &mut Map<String, Value> {
    value.as_object_mut().expect("an object")
}

/// Gives an attribute a value; in lists, that of the first element.
pub(crate) fn put(config: &mut Value, attribute: &str, value: Value) {
    let inside = match config {
        Value::Array(elements) => elements.first_mut().expect("an element"),
        config => config,
    };
    match attribute.split_once('.') {
        None => drop(members(inside).insert(attribute.to_owned(), value)),
        Some((first, rest)) => {
            put(members(inside).entry(first).or_insert_with(|| json!({})), rest, value);
        }
    }
}
