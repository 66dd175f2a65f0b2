//! Values of any type, and values that may not be known yet.

use super::{AttributeValue, Maybe, Words, mismatch};
use crate::path::Path;
use crate::schema::{Check, Kind, Presence};
use crate::value::{Dynamic, Type, Value, ValueError};

/// A value of the type that the user's has.
impl AttributeValue for Dynamic {
    type Inner = Self;

    fn kind() -> Kind {
        Kind::Value(Type::Dynamic)
    }

    fn from_value(value: Value, path: &Path) -> Result<Self, ValueError> {
        match value {
            Value::Dynamic(dynamic) => Ok(*dynamic),
            other => Err(mismatch(&other, "a value with a type", path)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Dynamic(Box::new(self.clone()))
    }

    fn blank() -> Self {
        Self { ty: Type::Bool, value: Value::Null }
    }
}

/// A parameter of a function that takes null and values that are not known yet.
impl<T: AttributeValue> AttributeValue for Maybe<T> {
    const PRESENCE: Presence = Presence::Optional;
    const SENSITIVE: bool = T::SENSITIVE;
    const TAKES_UNKNOWN: bool = true;
    const WORDS: Words = T::WORDS;
    type Inner = T;

    fn kind() -> Kind {
        T::kind()
    }

    fn checks() -> Vec<Check> {
        T::checks()
    }

    fn same() -> Option<fn(&Value, &Value) -> bool> {
        T::same()
    }

    fn from_value(value: Value, path: &Path) -> Result<Self, ValueError> {
        match value {
            // Also a null of a type, which is how one arrives where any type is taken.
            value if value.is_null() => Ok(Self::Null),
            value if !value.is_wholly_known() => Ok(Self::Unknown),
            value => T::from_value(value, path).map(Self::Known),
        }
    }

    fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Unknown => Value::Unknown,
            Self::Known(value) => value.to_value(),
        }
    }

    fn blank() -> Self {
        Self::Null
    }
}
