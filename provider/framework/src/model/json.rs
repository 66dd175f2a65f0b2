//! JSON text as an attribute: compared as a value, stored as the user wrote it.

use std::fmt;

use super::{AttributeValue, mismatch};
use crate::path::Path;
use crate::schema::{Check, Kind};
use crate::value::{Type, Value, ValueError};

/// A JSON document in a string. Two texts of the same document are the same value.
#[derive(Clone)]
pub struct Json {
    text: String,
    document: serde_json::Value,
}

impl Json {
    /// Reads a document.
    ///
    /// # Errors
    /// The text is not JSON; the error says where.
    pub fn parse(text: impl Into<String>) -> Result<Self, serde_json::Error> {
        let text = text.into();
        serde_json::from_str(&text).map(|document| Self { text, document })
    }

    /// The text as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The document.
    pub fn document(&self) -> &serde_json::Value {
        &self.document
    }
}

impl From<serde_json::Value> for Json {
    fn from(document: serde_json::Value) -> Self {
        Self { text: document.to_string(), document }
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.document == other.document
    }
}

impl fmt::Debug for Json {
    /// Prints no content: a document may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Json({} bytes)", self.text.len())
    }
}

fn document(value: &Value) -> Option<serde_json::Value> {
    serde_json::from_str(value.as_str()?).ok()
}

impl AttributeValue for Json {
    type Inner = Self;

    fn kind() -> Kind {
        Kind::Value(Type::String)
    }

    fn checks() -> Vec<Check> {
        fn well_formed(value: &Value) -> Result<(), String> {
            let Some(text) = value.as_str() else {
                return Ok(());
            };
            serde_json::from_str::<serde_json::Value>(text).map(|_| ()).map_err(|e| {
                format!("is not valid JSON at line {}, column {}; write it with jsonencode()", e.line(), e.column())
            })
        }
        vec![Check::Function(well_formed)]
    }

    fn same() -> Option<fn(&Value, &Value) -> bool> {
        Some(|a, b| document(a).is_some_and(|a| Some(a) == document(b)))
    }

    fn from_value(value: Value, path: &Path) -> Result<Self, ValueError> {
        match value {
            Value::String(text) => {
                Self::parse(text).map_err(|e| ValueError { path: path.clone(), reason: format!("must be JSON: {e}") })
            }
            other => Err(mismatch(&other, "a string that holds JSON", path)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.text.clone())
    }

    fn blank() -> Self {
        serde_json::Value::Null.into()
    }
}
