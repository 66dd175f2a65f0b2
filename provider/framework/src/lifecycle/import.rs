//! Import: from an id or an identity to a first state.

use std::collections::BTreeMap;

use super::ImportBy;
use crate::diagnostic::Diagnostic;
use crate::path::Path;
use crate::resource::IdentityAttribute;
use crate::value::Value;

/// The form of the id: the parts of the identity joined by colons, those in brackets may be left out.
pub(super) fn id_form(attributes: &[IdentityAttribute]) -> String {
    let mut form = String::new();
    for (i, a) in attributes.iter().enumerate() {
        let colon = if i + 1 < attributes.len() { ":" } else { "" };
        form += &if a.required { format!("<{}>{colon}", a.name) } else { format!("[<{}>{colon}]", a.name) };
    }
    form
}

/// The identity attributes that an import gives.
pub(super) fn members(attributes: &[IdentityAttribute], by: ImportBy) -> Result<BTreeMap<String, Value>, Diagnostic> {
    match by {
        ImportBy::Id(id) => {
            let parts: Vec<&str> = id.split(':').collect();
            let required = attributes.iter().filter(|a| a.required).count();
            let all = parts.len() == attributes.len();
            if parts.iter().any(|part| part.is_empty()) || !(all || parts.len() == required) {
                return Err(Diagnostic::error(
                    "The import id has another form",
                    format!("The id must be `{}`, but is `{id}`.", id_form(attributes)),
                ));
            }
            let named = attributes.iter().filter(|a| all || a.required);
            Ok(named.zip(parts).map(|(a, part)| (a.name.to_owned(), Value::from(part))).collect())
        }
        ImportBy::Identity(identity) => {
            for a in attributes.iter().filter(|a| a.required) {
                if identity.get(a.name).is_none_or(Value::is_null) {
                    return Err(Diagnostic::error(
                        "The import identity is incomplete",
                        format!("Set `{}` in the `identity` of the import block.", a.name),
                    )
                    .at(Path::from(a.name)));
                }
            }
            Ok(attributes.iter().filter_map(|a| identity.get(a.name).map(|v| (a.name.to_owned(), v.clone()))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDENTITY: &[IdentityAttribute] = &[
        IdentityAttribute { name: "region", required: false },
        IdentityAttribute { name: "shelf", required: true },
        IdentityAttribute { name: "book", required: true },
    ];

    fn by_id(id: &str) -> Result<BTreeMap<String, Value>, Diagnostic> {
        members(IDENTITY, ImportBy::Id(id.to_owned()))
    }

    #[test]
    fn optional_parts_of_an_id_may_be_left_out() {
        assert_eq!(by_id("s:b").unwrap().len(), 2);
        assert_eq!(by_id("r:s:b").unwrap()["region"], Value::from("r"));
    }

    #[test]
    fn an_id_of_another_form_is_refused_with_the_form() {
        for id in ["", "s", "s:", "r:s:b:x", ":s:b"] {
            let error = by_id(id).unwrap_err();
            assert!(error.detail.contains("[<region>:]<shelf>:<book>"), "{id}: {}", error.detail);
        }
    }
}
