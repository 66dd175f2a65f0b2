//! Terraform's values and types, and the two encodings they travel in.
//!
//! A [`Value`] says what kind it is, but not its full [`Type`]: an empty list does not know its element type, a null
//! nothing at all. So both encodings, [`msgpack`] (the plugin protocol) and [`json`] (stored state), are driven by a type,
//! which comes from the schema.
//!
//! No error, and no `Debug` text, of this module ever contains the content of a value: any value may be a secret.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::path::{Path, Step};

mod error;
pub mod json;
pub mod msgpack;
mod number;
#[cfg(test)]
pub(crate) mod strategies;
mod types;

pub use error::ValueError;
pub use number::{Number, NumberError};
pub use types::Type;

/// How deep values may nest inside each other. Terraform's own values stay below ten; the bound keeps hostile input from
/// exhausting the stack.
const MAX_DEPTH: usize = 128;

/// A value as Terraform has it: maybe null, maybe not known yet, otherwise of one of Terraform's kinds.
///
/// Equality is that of the content: sets compare without order, numbers by their decimal value, strings in Unicode normal
/// form C. Two unknown values are equal here, although what they turn out to be may differ. The order is total and
/// agrees with equality, but has no meaning beyond that.
#[derive(Clone)]
pub enum Value {
    /// Not set.
    Null,
    /// Not known before apply.
    Unknown,
    /// True or false.
    Bool(bool),
    /// A number of any size and precision.
    Number(Number),
    /// A text. [`From`] and decoding give it in Unicode normal form C, as Terraform has it.
    String(String),
    /// Elements of one type, in order.
    List(Vec<Value>),
    /// Elements of one type, without order.
    Set(Vec<Value>),
    /// Elements of one type, by key.
    Map(BTreeMap<String, Value>),
    /// Elements of a type each, in order.
    Tuple(Vec<Value>),
    /// Attributes by name. A block is an object of its attributes and nested blocks.
    Object(BTreeMap<String, Value>),
    /// The value of an attribute whose type is [`Type::Dynamic`], with the type it has.
    Dynamic(Box<Dynamic>),
}

/// What is certain of a value that is not known yet: it does not come to be null. It may always be ignored; a provider
/// that says it has to keep it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refinement {
    /// What a text begins with.
    pub prefix: Option<String>,
}

/// A value of a dynamically typed attribute, together with its type.
///
/// A null or unknown value whose type nobody knows is plain [`Value::Null`] or [`Value::Unknown`] instead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dynamic {
    /// The type of `value`, never [`Type::Dynamic`] itself.
    pub ty: Type,
    /// The value.
    pub value: Value,
}

fn attribute(name: &str) -> Step {
    Step::Attribute(name.to_owned())
}

fn key(key: &str) -> Step {
    Step::Key(key.to_owned())
}

fn index(position: usize) -> Step {
    Step::Index(i64::try_from(position).unwrap_or(i64::MAX))
}

/// Adds a decoded member, whose name must be new. `step` leads to it, for the error.
fn insert_once(
    members: &mut BTreeMap<String, Value>,
    name: String,
    value: Value,
    step: fn(&str) -> Step,
) -> Result<(), ValueError> {
    match members.entry(name) {
        Entry::Vacant(entry) => {
            entry.insert(value);
            Ok(())
        }
        Entry::Occupied(entry) => Err(ValueError::twice().inside(step(entry.key()))),
    }
}

/// The text in Unicode normal form C, which Terraform brings every string to.
fn normalised(text: String) -> String {
    if is_nfc(&text) { text } else { text.nfc().collect() }
}

impl Value {
    /// An object of these attributes.
    pub fn object<N: Into<String>>(attributes: impl IntoIterator<Item = (N, Value)>) -> Self {
        Self::Object(attributes.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// Whether the value is null. Looks through [`Value::Dynamic`], as all accessors do.
    pub fn is_null(&self) -> bool {
        matches!(self.concrete(), Self::Null)
    }

    /// Whether the value itself is not known yet.
    pub fn is_unknown(&self) -> bool {
        matches!(self.concrete(), Self::Unknown)
    }

    /// Whether the value itself is known; values inside it need not be.
    pub fn is_known(&self) -> bool {
        !self.is_unknown()
    }

    /// Whether the value and everything inside it is known.
    pub fn is_wholly_known(&self) -> bool {
        match self.concrete() {
            Self::Unknown => false,
            Self::List(elements) | Self::Set(elements) | Self::Tuple(elements) => {
                elements.iter().all(Self::is_wholly_known)
            }
            Self::Map(members) | Self::Object(members) => members.values().all(Self::is_wholly_known),
            _ => true,
        }
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self.concrete() {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if this is a bool.
    pub fn as_bool(&self) -> Option<bool> {
        match self.concrete() {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The number, if this is one.
    pub fn as_number(&self) -> Option<&Number> {
        match self.concrete() {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The elements, if this is a list, set or tuple.
    pub fn elements(&self) -> Option<&[Value]> {
        match self.concrete() {
            Self::List(elements) | Self::Set(elements) | Self::Tuple(elements) => Some(elements),
            _ => None,
        }
    }

    /// The members, if this is a map or an object.
    pub fn members(&self) -> Option<&BTreeMap<String, Value>> {
        match self.concrete() {
            Self::Map(members) | Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The attribute of an object, or the element of a map, with this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.members()?.get(name)
    }

    /// The value at `path`, counted from this value. `None` if a step leads nowhere, which includes every step into a null
    /// or unknown value.
    pub fn at(&self, path: &Path) -> Option<&Value> {
        path.steps().iter().try_fold(self, |value, step| match (step, value.concrete()) {
            (Step::Attribute(name), Self::Object(attributes)) => attributes.get(name),
            (Step::Key(key), Self::Map(members)) => members.get(key),
            (Step::Index(index), around) => around.elements()?.get(usize::try_from(*index).ok()?),
            _ => None,
        })
    }

    /// What the value is, in Terraform's words: `null`, `unknown`, `bool`, `number`, `string`, `list`, `set`, `map`,
    /// `tuple`, `object` or `dynamic`.
    pub fn kind_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Unknown => "unknown",
            Self::Bool(_) => "bool",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::List(_) => "list",
            Self::Set(_) => "set",
            Self::Map(_) => "map",
            Self::Tuple(_) => "tuple",
            Self::Object(_) => "object",
            Self::Dynamic(_) => "dynamic",
        }
    }

    /// The value behind the type of a dynamic one, else the value.
    fn concrete(&self) -> &Value {
        match self {
            Self::Dynamic(dynamic) => dynamic.value.concrete(),
            value => value,
        }
    }
}

/// Shows the shape only: kinds, attribute names and sizes of collections. A stray `{:?}` must not leak a password.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(elements) | Self::Set(elements) | Self::Tuple(elements) => {
                write!(f, "{}({})", self.kind_name(), elements.len())
            }
            Self::Map(members) => write!(f, "map({})", members.len()),
            Self::Object(attributes) => {
                f.write_str("object ")?;
                f.debug_map().entries(attributes).finish()
            }
            Self::Dynamic(dynamic) => write!(f, "dynamic {:?}", dynamic.value),
            _ => f.write_str(self.kind_name()),
        }
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::String(a), Self::String(b)) => compare_normalised(a, b),
            (Self::List(a), Self::List(b)) | (Self::Tuple(a), Self::Tuple(b)) => a.cmp(b),
            (Self::Set(a), Self::Set(b)) => distinct(a).cmp(&distinct(b)),
            (Self::Map(a), Self::Map(b)) | (Self::Object(a), Self::Object(b)) => a.cmp(b),
            (Self::Dynamic(a), Self::Dynamic(b)) => a.cmp(b),
            _ => self.kind_name().cmp(other.kind_name()),
        }
    }
}

fn compare_normalised(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.nfc().cmp(b.nfc()) }
}

/// The elements of a set in one order. Doubles merge, unless they hold something unknown: those may turn out to differ.
fn distinct(elements: &[Value]) -> Vec<&Value> {
    let mut sorted: Vec<&Value> = elements.iter().collect();
    sorted.sort();
    sorted.dedup_by(|a, b| a == b && a.is_wholly_known());
    sorted
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Value {}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(normalised(text))
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

impl From<f64> for Value {
    /// The number with the fewest digits that is read back as this `f64`. "Not a number", which Terraform does not have,
    /// is null.
    fn from(float: f64) -> Self {
        Number::try_from(float).map_or(Self::Null, Self::Number)
    }
}

macro_rules! from_integers {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Value {
            fn from(integer: $integer) -> Self {
                Self::Number(Number::from(integer))
            }
        }
    )*};
}

from_integers! { i8 i16 i32 i64 u8 u16 u32 u64 }

impl<T: Into<Value>> From<Option<T>> for Value {
    /// `None` is null.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

#[cfg(test)]
mod tests;
