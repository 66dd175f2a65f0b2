//! Scalars: strings, numbers, booleans and secrets.

use secrecy::{ExposeSecret, SecretString};

use super::{AttributeValue, mismatch};
use crate::path::Path;
use crate::schema::{Check, Kind};
use crate::value::{Number, Type, Value, ValueError};

impl AttributeValue for String {
    type Inner = Self;

    fn kind() -> Kind {
        Kind::Value(Type::String)
    }

    fn from_value(value: Value, path: &Path) -> Result<Self, ValueError> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(mismatch(&other, "a string", path)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.clone())
    }

    fn blank() -> Self {
        String::new()
    }
}

impl AttributeValue for SecretString {
    const SENSITIVE: bool = true;
    type Inner = Self;

    fn kind() -> Kind {
        Kind::Value(Type::String)
    }

    fn from_value(value: Value, path: &Path) -> Result<Self, ValueError> {
        String::from_value(value, path).map(SecretString::from)
    }

    fn to_value(&self) -> Value {
        Value::String(self.expose_secret().to_owned())
    }

    fn blank() -> Self {
        SecretString::default()
    }
}

impl AttributeValue for bool {
    type Inner = Self;

    fn kind() -> Kind {
        Kind::Value(Type::Bool)
    }

    fn from_value(value: Value, path: &Path) -> Result<Self, ValueError> {
        value.as_bool().ok_or_else(|| mismatch(&value, "true or false", path))
    }

    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }

    fn blank() -> Self {
        false
    }
}

impl AttributeValue for i64 {
    type Inner = Self;

    fn kind() -> Kind {
        Kind::Value(Type::Number)
    }

    fn checks() -> Vec<Check> {
        vec![Check::Whole]
    }

    fn from_value(value: Value, path: &Path) -> Result<Self, ValueError> {
        value.as_number().and_then(Number::as_i64).ok_or_else(|| mismatch(&value, "a whole number", path))
    }

    fn to_value(&self) -> Value {
        Value::from(*self)
    }

    fn blank() -> Self {
        0
    }
}

/// A number whose digits are all kept.
impl AttributeValue for Number {
    type Inner = Self;

    fn kind() -> Kind {
        Kind::Value(Type::Number)
    }

    fn from_value(value: Value, path: &Path) -> Result<Self, ValueError> {
        match value {
            Value::Number(number) => Ok(number),
            other => Err(mismatch(&other, "a number", path)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Number(self.clone())
    }

    fn blank() -> Self {
        Self::from(0)
    }
}

/// A number of some 15 digits. What the user writes with more, such as `1 / 3`, is refused: Terraform compares all
/// digits, so those that get lost would be an error of the apply. [`Number`] takes any.
impl AttributeValue for f64 {
    type Inner = Self;

    fn kind() -> Kind {
        Kind::Value(Type::Number)
    }

    fn checks() -> Vec<Check> {
        fn exact(value: &Value) -> Result<(), String> {
            match value.as_number() {
                Some(number) if Number::try_from(number.as_f64()).as_ref() != Ok(number) => {
                    Err("cannot be represented exactly. Use at most 15 significant digits, and nothing beyond 1e308; \
                     `floor(x * 1000) / 1000` rounds to three decimals"
                        .to_owned())
                }
                _ => Ok(()),
            }
        }
        vec![Check::Function(exact)]
    }

    fn from_value(value: Value, path: &Path) -> Result<Self, ValueError> {
        value.as_number().map(Number::as_f64).ok_or_else(|| mismatch(&value, "a number", path))
    }

    fn to_value(&self) -> Value {
        Value::from(*self)
    }

    fn blank() -> Self {
        0.0
    }
}
