//! The description of an object: its attributes, who writes each of them, and the rules that its values obey.
//!
//! A schema is data. It is derived from a documented struct (see [`Model`](crate::Model)) and everything else is
//! derived from it: what Terraform is told, how a plan is made, what is checked, and the registry page.

pub(crate) mod binding;
pub(crate) mod rules;

use std::collections::BTreeMap;
use std::fmt;

use self::binding::Binding;
use crate::path::{Path, Step};
use crate::value::{Type, Value};

/// Who writes an attribute's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The user must.
    Required,
    /// The user may; without it the value is null.
    Optional,
    /// The service does; the user cannot.
    Computed,
    /// The user may; without it the service does.
    OptionalComputed,
}

impl Presence {
    /// Whether the user may write it.
    pub fn is_configurable(self) -> bool {
        self != Self::Computed
    }

    /// Whether the service may write it.
    pub const fn is_computed(self) -> bool {
        matches!(self, Self::Computed | Self::OptionalComputed)
    }
}

/// How a nested object repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// One object.
    Single,
    /// A list of objects.
    List,
    /// A set of objects.
    Set,
    /// A map of objects by string key.
    Map,
}

/// What an attribute holds.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A value of a type.
    Value(Type),
    /// Objects with attributes of their own.
    Nested(Nesting, Vec<Attribute>),
}

impl Kind {
    /// The type of the whole value, nested objects included.
    pub fn ty(&self) -> Type {
        match self {
            Self::Value(ty) => ty.clone(),
            Self::Nested(nesting, attributes) => {
                let object = object_type(attributes);
                match nesting {
                    Nesting::Single => object,
                    Nesting::List => Type::List(Box::new(object)),
                    Nesting::Set => Type::Set(Box::new(object)),
                    Nesting::Map => Type::Map(Box::new(object)),
                }
            }
        }
    }
}

/// When the value of a computed attribute survives an update in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Never: any update may change it, so its plan is "known after apply".
    Never,
    /// Always: no update in place can change it.
    Always,
    /// Unless one of these attributes changes.
    Unless(&'static [&'static str]),
}

/// Which reads show the value of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// All of them.
    Always,
    /// Only the first one, that of an import.
    OnImport,
    /// None: what is stored is what the user wrote.
    Never,
}

/// A rule that one value obeys, checked as soon as the value is known.
#[derive(Clone)]
pub enum Check {
    /// A number without a fraction that fits into 64 bits.
    Whole,
    /// Characters of a string, elements of a collection: from least to most, both included.
    Length(usize, usize),
    /// A number from least to most, both included.
    Range(f64, f64),
    /// One of these strings.
    OneOf(Vec<&'static str>),
    /// Every element of a collection obeys this.
    Each(Box<Check>),
    /// A rule in code. It answers what is wrong, as the end of the sentence "The value ...".
    Function(fn(&Value) -> Result<(), String>),
}

impl Check {
    /// What is wrong with a known, non-null value; `Ok` where it cannot be judged yet.
    pub fn apply(&self, value: &Value) -> Result<(), String> {
        match self {
            Self::Whole => match value.as_number() {
                Some(number) if number.as_i64().is_none() => match number.as_f64() {
                    float if float.fract() == 0.0 || !float.is_finite() => {
                        Err(format!("must be a whole number from {} to {}", i64::MIN, i64::MAX))
                    }
                    float => Err(format!("must be a whole number{}", but_is(float))),
                },
                _ => Ok(()),
            },
            Self::Length(least, most) => {
                let (found, unit) = match value {
                    Value::String(text) => (text.chars().count(), "characters"),
                    Value::Map(members) => (members.len(), "elements"),
                    Value::List(elements) | Value::Set(elements) => (elements.len(), "elements"),
                    _ => return Ok(()),
                };
                if (*least..=*most).contains(&found) {
                    return Ok(());
                }
                if (*least, *most, found) == (1, usize::MAX, 0) {
                    return Err("must not be empty".to_owned());
                }
                Err(format!("must have {} {unit}, but has {found}", bounds(least, most, *most == usize::MAX)))
            }
            Self::Range(least, most) => match value.as_number().map(crate::value::Number::as_f64) {
                Some(number) if !(*least..=*most).contains(&number) => {
                    Err(format!("must be {}{}", bounds(least, most, *most == f64::MAX), but_is(number)))
                }
                _ => Ok(()),
            },
            Self::OneOf(allowed) => match value.as_str() {
                Some(text) if !allowed.contains(&text) => Err(format!("must be {}", quoted(allowed))),
                _ => Ok(()),
            },
            Self::Each(check) => match value {
                Value::Map(members) => members.values().try_for_each(|v| check.apply_known(v)),
                _ => value.elements().unwrap_or_default().iter().try_for_each(|v| check.apply_known(v)),
            },
            Self::Function(check) => check(value),
        }
    }

    /// The same for a value that may be null or unknown: nothing is wrong with that.
    pub(crate) fn apply_known(&self, value: &Value) -> Result<(), String> {
        if value.is_null() || value.is_unknown() { Ok(()) } else { self.apply(value) }
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str("Whole"),
            Self::Length(least, most) => write!(f, "Length({least}, {most})"),
            Self::Range(least, most) => write!(f, "Range({least}, {most})"),
            Self::OneOf(allowed) => write!(f, "OneOf({allowed:?})"),
            Self::Each(check) => write!(f, "Each({check:?})"),
            Self::Function(_) => f.write_str("Function"),
        }
    }
}

/// What is wrong with a value by all of its rules. Of a number that is neither whole nor in its range, the one sentence
/// tells both.
pub(crate) fn broken(checks: &[Check], value: &Value) -> Vec<String> {
    let range = checks.iter().find_map(|check| match check {
        Check::Range(least, most) if *most == f64::MAX => Some(format!("of at least {least}")),
        Check::Range(least, most) => Some(format!("from {least} to {most}")),
        _ => None,
    });
    let wrong = checks.iter().map(|check| (check, check.apply(value)));
    let mut broken = Vec::new();
    for (check, wrong) in wrong.filter_map(|(check, wrong)| Some((check, wrong.err()?))) {
        match (check, &range, value.as_number()) {
            (Check::Whole, Some(range), Some(number)) => {
                return vec![format!("must be a whole number {range}{}", but_is(number.as_f64()))];
            }
            _ => broken.push(wrong),
        }
    }
    broken
}

/// The number itself, where it is short enough to be read.
fn but_is(number: f64) -> String {
    if number.abs() < 1e15 { format!(", but is {number}") } else { String::new() }
}

fn bounds(least: &impl fmt::Display, most: &impl fmt::Display, unbounded: bool) -> String {
    if unbounded { format!("at least {least}") } else { format!("from {least} to {most}") }
}

/// `"a", "b" or "c"`, for messages about values.
pub fn quoted(words: &[&str]) -> String {
    joined(words.iter().map(|word| format!("{word:?}")), "or")
}

/// `"a", "b" and "c"`.
pub(crate) fn listed(words: &[&str]) -> String {
    joined(words.iter().map(|word| format!("{word:?}")), "and")
}

/// The same for messages about attributes, whose names stand in backticks.
pub(crate) fn either_named(attributes: &[&str]) -> String {
    joined(attributes.iter().map(|name| format!("`{name}`")), "or")
}

/// The same for attributes of which each is meant.
pub(crate) fn all_named(attributes: &[&str]) -> String {
    joined(attributes.iter().map(|name| format!("`{name}`")), "and")
}

fn joined(words: impl Iterator<Item = String>, conjunction: &str) -> String {
    let words: Vec<String> = words.collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {conjunction} {last}", rest.join(", ")),
        _ => words.join(""),
    }
}

/// One attribute of an object.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name in configuration.
    pub name: &'static str,
    /// Markdown for the registry page; the first sentence stands alone.
    pub description: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Who writes it.
    pub presence: Presence,
    /// Hidden in Terraform's output. It is still in the state: secrets belong into write-only attributes.
    pub sensitive: bool,
    /// Sent to the provider, never stored in plan or state.
    pub write_only: bool,
    /// Why the user should stop using it, and what to use instead.
    pub deprecated: Option<&'static str>,
    /// The value when the user writes none.
    pub default: Option<Value>,
    /// The reason why a change means a new object.
    pub replace: Option<&'static str>,
    /// The reason why some changes mean a new object; which ones, the resource's plan function decides.
    pub may_replace: Option<&'static str>,
    /// Whether the value survives an update in place. Only for computed attributes.
    pub keep: Keep,
    /// Which reads show it.
    pub shown: Shown,
    /// Siblings that may not be set together with this one.
    pub conflicts: &'static [&'static str],
    /// Siblings that must be set together with this one.
    pub requires: &'static [&'static str],
    /// Rules that its value obeys.
    pub checks: Vec<Check>,
    /// Rules whose breach is only warned of: what is known of the service may be out of date.
    pub doubts: Vec<Check>,
    /// Where it stands in the documents of the service. `None`: nobody has said.
    pub binding: Option<&'static Binding>,
    /// Whether two spellings mean the same, so that the stored one is kept. `None`: only equal values do.
    pub same: Option<fn(&Value, &Value) -> bool>,
}

impl Attribute {
    /// An attribute of a kind, with no rule attached.
    pub fn new(name: &'static str, description: &'static str, kind: Kind, presence: Presence) -> Self {
        Self {
            name,
            description,
            kind,
            presence,
            sensitive: false,
            write_only: false,
            deprecated: None,
            default: None,
            replace: None,
            may_replace: None,
            keep: Keep::Never,
            shown: Shown::Always,
            conflicts: &[],
            requires: &[],
            checks: Vec::new(),
            doubts: Vec::new(),
            binding: None,
            same: None,
        }
    }

    /// Whether two values of this attribute mean the same.
    pub fn same(&self, a: &Value, b: &Value) -> bool {
        a == b || (a.is_wholly_known() && b.is_wholly_known() && self.same.is_some_and(|same| same(a, b)))
    }
}

/// The type of an object with these attributes.
pub fn object_type(attributes: &[Attribute]) -> Type {
    Type::Object(attributes.iter().map(|a| (a.name.to_owned(), a.kind.ty())).collect())
}

/// An object of these attributes that is null everywhere.
pub fn null_object(attributes: &[Attribute]) -> BTreeMap<String, Value> {
    attributes.iter().map(|a| (a.name.to_owned(), Value::Null)).collect()
}

/// The members of a known configuration, with defaults in place of nulls, nested objects included.
pub(crate) fn with_defaults(attributes: &[Attribute], config: Value) -> BTreeMap<String, Value> {
    let Value::Object(mut members) = config else {
        return null_object(attributes);
    };
    for a in attributes {
        let Some(value) = members.get_mut(a.name) else {
            continue;
        };
        if value.is_null() {
            *value = a.default.clone().unwrap_or(Value::Null);
        } else if let Kind::Nested(_, attributes) = &a.kind {
            let object =
                |value: Value| if value.is_null() { value } else { Value::Object(with_defaults(attributes, value)) };
            *value = match std::mem::replace(value, Value::Null) {
                Value::List(elements) => Value::List(elements.into_iter().map(object).collect()),
                Value::Set(elements) => Value::Set(elements.into_iter().map(object).collect()),
                Value::Map(members) => Value::Map(members.into_iter().map(|(k, v)| (k, object(v))).collect()),
                single => object(single),
            };
        }
    }
    members
}

/// Gives the write-only members of an object, nested ones included, the values that `source` has in their places: null,
/// where it has none.
pub(crate) fn set_write_only(attributes: &[Attribute], object: &mut Value, source: &Value) {
    let Value::Object(members) = object else {
        return;
    };
    for a in attributes {
        let from = source.get(a.name).unwrap_or(&Value::Null);
        let (nested, value) = match (&a.kind, members.get_mut(a.name)) {
            _ if a.write_only => {
                members.insert(a.name.to_owned(), from.clone());
                continue;
            }
            (Kind::Nested(_, nested), Some(value)) => (nested, value),
            _ => continue,
        };
        match value {
            Value::List(elements) => {
                for (i, element) in elements.iter_mut().enumerate() {
                    let from = from.elements().and_then(|from| from.get(i)).unwrap_or(&Value::Null);
                    set_write_only(nested, element, from);
                }
            }
            Value::Map(elements) => {
                for (key, element) in elements {
                    set_write_only(nested, element, from.get(key).unwrap_or(&Value::Null));
                }
            }
            // The elements of a set have none: nothing would tell which is whose.
            single => set_write_only(nested, single, from),
        }
    }
}

/// The schema of a resource, a data source or the provider block.
#[derive(Clone, Debug)]
pub struct Schema {
    /// The version of the stored state; it only grows.
    pub version: i64,
    /// Markdown for the registry page.
    pub description: &'static str,
    /// Why the user should stop using it, and what to use instead.
    pub deprecated: Option<&'static str>,
    /// The attributes at the top.
    pub attributes: Vec<Attribute>,
}

impl Schema {
    /// The type of the whole object.
    pub fn ty(&self) -> Type {
        object_type(&self.attributes)
    }

    /// The attribute at a path, nested ones included.
    pub fn at(&self, path: &Path) -> Option<&Attribute> {
        let mut names = path.steps().iter().filter_map(|step| match step {
            Step::Attribute(name) => Some(name),
            Step::Key(_) | Step::Index(_) => None,
        });
        let first = self.attribute(names.next()?)?;
        names.try_fold(first, |outer, name| match &outer.kind {
            Kind::Nested(_, attributes) => attributes.iter().find(|a| a.name == *name),
            Kind::Value(_) => None,
        })
    }

    /// The attribute of that name at the top.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name == name)
    }
}
