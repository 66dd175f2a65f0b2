//! The stored object of another resource type, to be taken over by a resource.

use crate::private::Private;

/// The stored object of another resource type, to be taken over.
#[derive(Clone, Debug)]
pub struct Moved {
    /// Source address of its provider, as `host/namespace/name`.
    pub provider: String,
    /// Its resource type, such as `other_thing`.
    pub type_name: String,
    /// The version of its state.
    pub version: i64,
    /// The state as it was stored.
    pub state: serde_json::Value,
    /// The identity as it was stored; null if there was none.
    pub identity: serde_json::Value,
    /// The notes beside it. Only those of a provider of this framework can be read; of another one there are none.
    pub private: Private,
}

impl Moved {
    /// Whether it is of this type of the provider `namespace/name`. The host makes no difference, for there are mirrors
    /// and two registries, nor do the namespaces of the time when a provider had none.
    pub fn is(&self, provider: &str, type_name: &str) -> bool {
        let mut given = self.provider.rsplit('/');
        let (name, namespace) = (given.next().unwrap_or_default(), given.next().unwrap_or("-"));
        let (expected_namespace, expected_name) = provider.split_once('/').unwrap_or(("-", provider));
        self.type_name == type_name
            && name == expected_name
            && (namespace == expected_namespace || ["-", "hashicorp"].contains(&namespace))
    }

    /// A string of the state; `None` if it is absent or empty.
    pub fn text(&self, attribute: &str) -> Option<&str> {
        self.state.get(attribute)?.as_str().filter(|text| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(provider: &str) -> Moved {
        Moved {
            provider: provider.to_owned(),
            type_name: "other_thing".to_owned(),
            version: 0,
            state: serde_json::json!({"id": "t-1", "name": ""}),
            identity: serde_json::Value::Null,
            private: Private::default(),
        }
    }

    #[test]
    fn a_source_is_known_by_every_spelling_of_its_address() {
        for spelling in [
            "registry.terraform.io/acme/other",
            "registry.opentofu.org/acme/other",
            "mirror.example.org/acme/other",
            "registry.terraform.io/-/other",
            "registry.terraform.io/hashicorp/other",
            "hashicorp/other",
            "acme/other",
            "-/other",
            "other",
        ] {
            assert!(from(spelling).is("acme/other", "other_thing"), "{spelling}");
            assert!(!from(spelling).is("acme/other", "other_part"), "{spelling}");
            assert!(!from(spelling).is("acme/another", "other_thing"), "{spelling}");
        }
        for stranger in ["registry.terraform.io/rival/other", "rival/other", "registry.terraform.io/acme/another", ""] {
            assert!(!from(stranger).is("acme/other", "other_thing"), "{stranger}");
        }
    }

    #[test]
    fn an_empty_text_is_none() {
        let source = from("other");
        assert_eq!((source.text("id"), source.text("name"), source.text("size")), (Some("t-1"), None, None));
    }
}
