//! Identity: what names an object for good, taken from its attributes.

use std::collections::BTreeMap;

use crate::declaration::IdentityAttribute;
use crate::diagnostic::Diagnostic;
use crate::schema::Schema;
use crate::value::{Type, Value};

/// The type of the identity: the named attributes with their types.
pub(super) fn identity_type(attributes: &[IdentityAttribute], schema: &Schema) -> Type {
    Type::Object(
        attributes
            .iter()
            .filter_map(|a| schema.attribute(a.name).map(|attribute| (a.name.to_owned(), attribute.kind.ty())))
            .collect(),
    )
}

/// The identity of a state; null if the state is, or if a part that must be there is not known yet.
pub(super) fn of_state(attributes: &[IdentityAttribute], state: &Value) -> Value {
    let members: BTreeMap<_, _> =
        attributes.iter().map(|a| (a.name.to_owned(), state.get(a.name).cloned().unwrap_or(Value::Null))).collect();
    let complete = attributes.iter().all(|a| !a.required || !members[a.name].is_null());
    if complete && members.values().all(Value::is_wholly_known) { Value::Object(members) } else { Value::Null }
}

/// An object that exists has what names it.
pub(super) fn check_present(attributes: &[IdentityAttribute], state: &Value) -> Result<(), Diagnostic> {
    let missing = attributes.iter().find(|a| a.required && state.get(a.name).is_none_or(Value::is_null));
    missing.map_or(Ok(()), |a| {
        Err(Diagnostic::error(
            format!("The object has no `{}`", a.name),
            "It is a part of its identity. This is a bug in the provider: an object that exists can be named. Please report it.",
        )
        .at(crate::path::Path::from(a.name)))
    })
}

/// An object never changes its identity. Parts that were not recorded before may appear.
pub(super) fn check_stable(attributes: &[IdentityAttribute], before: &Value, after: &Value) -> Result<(), Diagnostic> {
    for a in attributes {
        let (Some(before), Some(after)) = (before.get(a.name), after.get(a.name)) else {
            continue;
        };
        if !before.is_null() && before != after {
            return Err(Diagnostic::error(
                "The identity of the object changed",
                format!("Its `{}` is not what it was. This is a bug in the provider: an object keeps its identity for life. Please report it.", a.name),
            )
            .at(crate::path::Path::from(a.name)));
        }
    }
    Ok(())
}
