//! The wrappers that say who writes a value, and the collections.

use std::collections::{BTreeMap, BTreeSet};

use super::{AttributeValue, Words, mismatch};
use crate::path::Path;
use crate::schema::{Check, Kind, Nesting, Presence};
use crate::value::{Type, Value, ValueError};

/// A value that the service writes. Empty until it did.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Computed<T>(Option<T>);

/// A value that the user may write, and the service does otherwise. Empty means: the service may choose.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OptionalComputed<T>(Option<T>);

macro_rules! slot {
    ($wrapper:ident, $presence:expr) => {
        impl<T> $wrapper<T> {
            /// The value, if there is one.
            pub fn get(&self) -> Option<&T> {
                self.0.as_ref()
            }

            /// Writes the value.
            pub fn set(&mut self, value: impl Into<Option<T>>) {
                self.0 = value.into();
            }
        }

        impl<T> Default for $wrapper<T> {
            fn default() -> Self {
                Self(None)
            }
        }

        impl<T> From<T> for $wrapper<T> {
            fn from(value: T) -> Self {
                Self(Some(value))
            }
        }

        impl<T: AttributeValue> AttributeValue for $wrapper<T> {
            const PRESENCE: Presence = $presence;
            const SENSITIVE: bool = T::SENSITIVE;
            const WORDS: Words = T::WORDS;
            type Inner = T;

            fn kind() -> Kind {
                T::kind()
            }

            fn checks() -> Vec<Check> {
                T::checks()
            }

            fn doubts() -> Vec<Check> {
                T::doubts()
            }

            fn same() -> Option<fn(&Value, &Value) -> bool> {
                T::same()
            }

            fn from_value(value: Value, path: &Path) -> Result<Self, ValueError> {
                match value {
                    Value::Null | Value::Unknown => Ok(Self(None)),
                    value => T::from_value(value, path).map(|value| Self(Some(value))),
                }
            }

            fn to_value(&self) -> Value {
                self.0.as_ref().map_or(Value::Null, T::to_value)
            }

            fn blank() -> Self {
                Self(None)
            }
        }
    };
}

slot!(Computed, Presence::Computed);
slot!(OptionalComputed, Presence::OptionalComputed);

impl<T: AttributeValue> AttributeValue for Option<T> {
    const PRESENCE: Presence = Presence::Optional;
    const SENSITIVE: bool = T::SENSITIVE;
    const WORDS: Words = T::WORDS;
    type Inner = T;

    fn kind() -> Kind {
        T::kind()
    }

    fn checks() -> Vec<Check> {
        T::checks()
    }

    fn doubts() -> Vec<Check> {
        T::doubts()
    }

    fn same() -> Option<fn(&Value, &Value) -> bool> {
        T::same()
    }

    fn from_value(value: Value, path: &Path) -> Result<Self, ValueError> {
        if value.is_null() { Ok(None) } else { T::from_value(value, path).map(Some) }
    }

    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_value)
    }

    fn blank() -> Self {
        None
    }
}

/// A collection without order. Two sets are equal when they hold the same elements, and two elements are the same when
/// Terraform sees the same values.
#[derive(Clone, Debug)]
pub struct Set<T>(Vec<T>);

impl<T: PartialEq> Set<T> {
    /// Whether the set holds this element.
    pub fn contains(&self, element: &T) -> bool {
        self.0.contains(element)
    }
}

impl<T> Set<T> {
    /// The elements in no particular order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// The elements in no particular order.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl<T: AttributeValue> Set<T> {
    /// The elements in an order that is theirs, which makes large sets quick to compare.
    fn values(&self) -> BTreeSet<Value> {
        self.0.iter().map(T::to_value).collect()
    }
}

impl<T: AttributeValue> PartialEq for Set<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.values() == other.values()
    }
}

impl<T: AttributeValue> Eq for Set<T> {}

impl<T: AttributeValue> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(iter: I) -> Self {
        let mut values = BTreeSet::new();
        Self(iter.into_iter().filter(|element| values.insert(element.to_value())).collect())
    }
}

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

fn collection_kind(element: Kind, nesting: Nesting, collection: fn(Box<Type>) -> Type) -> Kind {
    match element {
        Kind::Nested(Nesting::Single, attributes) => Kind::Nested(nesting, attributes),
        other => Kind::Value(collection(Box::new(other.ty()))),
    }
}

fn each(checks: Vec<Check>) -> Vec<Check> {
    checks.into_iter().map(|check| Check::Each(Box::new(check))).collect()
}

fn read_elements<T: AttributeValue>(elements: Vec<Value>, path: &Path) -> Result<Vec<T>, ValueError> {
    elements.into_iter().enumerate().map(|(i, v)| T::from_value(v, &path.index(i as i64))).collect()
}

impl<T: AttributeValue> AttributeValue for Vec<T> {
    const WORDS: Words = T::WORDS;
    type Inner = Self;

    fn kind() -> Kind {
        collection_kind(T::kind(), Nesting::List, Type::List)
    }

    fn checks() -> Vec<Check> {
        each(T::checks())
    }

    fn doubts() -> Vec<Check> {
        each(T::doubts())
    }

    fn from_value(value: Value, path: &Path) -> Result<Self, ValueError> {
        match value {
            Value::List(elements) => read_elements(elements, path),
            other => Err(mismatch(&other, "a list", path)),
        }
    }

    fn to_value(&self) -> Value {
        Value::List(self.iter().map(T::to_value).collect())
    }

    fn blank() -> Self {
        Vec::new()
    }
}

impl<T: AttributeValue> AttributeValue for Set<T> {
    const WORDS: Words = T::WORDS.in_set();
    type Inner = Self;

    fn kind() -> Kind {
        collection_kind(T::kind(), Nesting::Set, Type::Set)
    }

    fn checks() -> Vec<Check> {
        each(T::checks())
    }

    fn doubts() -> Vec<Check> {
        each(T::doubts())
    }

    fn from_value(value: Value, path: &Path) -> Result<Self, ValueError> {
        match value {
            Value::Set(elements) => read_elements(elements, path).map(|e: Vec<T>| e.into_iter().collect()),
            other => Err(mismatch(&other, "a set", path)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Set(self.0.iter().map(T::to_value).collect())
    }

    fn blank() -> Self {
        Self::default()
    }
}

impl<T: AttributeValue> AttributeValue for BTreeMap<String, T> {
    const WORDS: Words = T::WORDS;
    type Inner = Self;

    fn kind() -> Kind {
        collection_kind(T::kind(), Nesting::Map, Type::Map)
    }

    fn checks() -> Vec<Check> {
        each(T::checks())
    }

    fn doubts() -> Vec<Check> {
        each(T::doubts())
    }

    fn from_value(value: Value, path: &Path) -> Result<Self, ValueError> {
        match value {
            Value::Map(members) => {
                members.into_iter().map(|(k, v)| T::from_value(v, &path.key(&k)).map(|v| (k, v))).collect()
            }
            other => Err(mismatch(&other, "a map", path)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Map(self.iter().map(|(k, v)| (k.clone(), v.to_value())).collect())
    }

    fn blank() -> Self {
        BTreeMap::new()
    }
}
