//! What a provider notes about an object beside its state. Terraform stores it unread and unshown.

use std::collections::BTreeMap;

use serde_json::Value;

/// Notes by name, as JSON. Names that start with a dot are the framework's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Private(BTreeMap<String, Value>);

impl Private {
    /// Reads what [`to_bytes`](Self::to_bytes) wrote. Anything else counts as no notes: they are a help, never needed.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).map(Self).unwrap_or_default()
    }

    /// The notes as bytes; empty when there are none.
    pub fn to_bytes(&self) -> Vec<u8> {
        if self.0.is_empty() {
            return Vec::new();
        }
        // A map of JSON values with string keys always serialises.
        serde_json::to_vec(&self.0).unwrap_or_default()
    }

    /// A note.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Writes a note, or removes it with `Value::Null`.
    pub fn set(&mut self, name: &str, note: Value) {
        if note.is_null() {
            self.0.remove(name);
        } else {
            self.0.insert(name.to_owned(), note);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_survive_the_way_through_terraform() {
        let mut private = Private::default();
        assert!(private.to_bytes().is_empty());
        private.set("token", "t-1".into());
        assert_eq!(Private::from_bytes(&private.to_bytes()), private);
        private.set("token", Value::Null);
        assert_eq!(private, Private::default());
        assert_eq!(Private::from_bytes(b"of another provider"), Private::default());
    }
}
