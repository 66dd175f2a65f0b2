//! Checking a configuration against the schema, before anything else sees it.

use crate::diagnostic::Diagnostics;
use crate::path::Path;
use crate::schema::{Attribute, Kind, Presence, named};
use crate::value::{Type, Value};

/// Checks an object: deprecations, exclusive and dependent siblings, write-only support, and each value's rules.
/// Unknown values are passed over; they come again when they are known.
pub fn validate_object(
    attributes: &[Attribute],
    config: &Value,
    path: &Path,
    write_only_allowed: bool,
    diagnostics: &mut Diagnostics,
) {
    let Value::Object(members) = config else {
        return;
    };
    let is_null = |name: &str| members.get(name).is_none_or(Value::is_null);
    // What is unknown may come to be null.
    let is_set = |name: &str| members.get(name).is_some_and(|v| !v.is_null() && !v.is_unknown());
    for a in attributes {
        let path = path.attribute(a.name);
        let Some(value) = members.get(a.name).filter(|v| !v.is_null()) else {
            // Terraform refuses an attribute that is left out, but not one that is `null`.
            if a.presence == Presence::Required {
                diagnostics.error(path.clone(), format!("`{path}` must have a value"), "It is required, but null.");
            }
            continue;
        };
        if has_null_element(value, &a.kind.ty()) {
            diagnostics.error(
                path.clone(),
                format!("An element of `{path}` is null"),
                "Each must have a value. Leave out those that have none, as with `[for x in … : x if x != null]`.",
            );
        }
        if let Some(instead) = a.deprecated {
            diagnostics.warning(path.clone(), format!("`{path}` is deprecated"), instead);
        }
        if a.write_only && !write_only_allowed {
            diagnostics.error(
                path.clone(),
                format!("`{path}` needs a newer Terraform"),
                "It is write-only, so that its value never reaches the state. Use Terraform 1.11 or OpenTofu 1.11, or newer.",
            );
        }
        let rivals: Vec<&str> = a.conflicts.iter().copied().filter(|name| is_set(name) && is_set(a.name)).collect();
        if !rivals.is_empty() {
            diagnostics.error(
                path.clone(),
                format!("`{path}` cannot be set together with {}", named(&rivals)),
                "Remove one of them.",
            );
        }
        let missing: Vec<&str> = a.requires.iter().copied().filter(|name| is_null(name) && is_set(a.name)).collect();
        if !missing.is_empty() {
            diagnostics.error(path.clone(), format!("`{path}` needs {}", named(&missing)), "Set both, or none.");
        }
        if value.is_unknown() {
            continue;
        }
        for check in &a.checks {
            if let Err(wrong) = check.apply(value) {
                diagnostics.error(path.clone(), format!("Invalid value for `{path}`"), format!("The value {wrong}."));
            }
        }
        if let Kind::Nested(_, attributes) = &a.kind {
            each_object(value, &path, &mut |object, path| {
                validate_object(attributes, object, path, write_only_allowed, diagnostics);
            });
        }
    }
}

/// Whether an element of a collection is null, at any depth. What is in an object, and values of any type, are judged
/// elsewhere.
fn has_null_element(value: &Value, ty: &Type) -> bool {
    let wrong = |element: &Value, ty: &Type| element.is_null() || has_null_element(element, ty);
    match ty {
        Type::List(ty) | Type::Set(ty) if **ty != Type::Dynamic => {
            value.elements().unwrap_or_default().iter().any(|element| wrong(element, ty))
        }
        Type::Map(ty) if **ty != Type::Dynamic => match value {
            Value::Map(members) => members.values().any(|member| wrong(member, ty)),
            _ => false,
        },
        _ => false,
    }
}

/// Visits every object of a nested attribute with its path. Elements of a set have none of their own.
fn each_object(value: &Value, path: &Path, visit: &mut dyn FnMut(&Value, &Path)) {
    match value {
        Value::Object(_) => visit(value, path),
        Value::List(elements) => {
            for (i, element) in elements.iter().enumerate() {
                visit(element, &path.index(i as i64));
            }
        }
        Value::Map(members) => {
            for (key, member) in members {
                visit(member, &path.key(key));
            }
        }
        Value::Set(elements) => {
            for element in elements {
                visit(element, path);
            }
        }
        _ => {}
    }
}
