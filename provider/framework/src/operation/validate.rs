//! Checking a configuration against the schema, before anything else sees it.

use crate::diagnostic::Diagnostics;
use crate::path::{Path, Step};
use crate::schema::{Attribute, Check, Kind, Presence, all_named, broken, either_named, listed};
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
    for (place, a) in attributes.iter().enumerate() {
        let path = path.attribute(a.name);
        let Some(value) = members.get(a.name).filter(|v| !v.is_null()) else {
            // Terraform refuses an attribute that is left out, but not one that is `null`.
            if a.presence == Presence::Required {
                diagnostics.error(
                    path.clone(),
                    format!("`{path}` must have a value"),
                    "It is required, so it cannot be null.",
                );
            }
            continue;
        };
        if let Some(null) = null_element(value, &a.kind.ty()) {
            let advice = match null.step {
                Some(Step::Key(_)) => "`{ for key, value in … : key => value if value != null }`",
                _ => "`[for x in … : x if x != null]`",
            };
            let element = match &null.step {
                Some(_) => format!("`{}`", null.at(&path)),
                None => format!("An element of `{path}`"),
            };
            diagnostics.error(
                path.clone(),
                format!("{element} is null"),
                format!("Give it a value, or leave it out; {advice} leaves out all that are null."),
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
        // A pair that names each other is one mistake, told at the first of the two.
        let is_told = |name: &str| attributes[..place].iter().any(|b| b.name == name && b.conflicts.contains(&a.name));
        let is_rival = |name: &&str| is_set(name) && is_set(a.name) && !is_told(name);
        let rivals: Vec<&str> = a.conflicts.iter().copied().filter(is_rival).collect();
        if !rivals.is_empty() {
            diagnostics.error(
                path.clone(),
                format!("`{path}` cannot be set together with {}", either_named(&rivals)),
                "Remove one of them.",
            );
        }
        let missing: Vec<&str> = a.requires.iter().copied().filter(|name| is_null(name) && is_set(a.name)).collect();
        if !missing.is_empty() {
            diagnostics.error(
                path.clone(),
                format!("`{path}` needs {}", all_named(&missing)),
                format!("Set {} as well, or remove `{path}`.", all_named(&missing)),
            );
        }
        if value.is_unknown() {
            continue;
        }
        let wrong = broken(&a.checks, value);
        if wrong.is_empty() {
            warn_of_doubts(a, value, &path, diagnostics);
        }
        for wrong in wrong {
            diagnostics.error(path.clone(), format!("Invalid value for `{path}`"), format!("The value {wrong}."));
        }
        if let Kind::Nested(_, attributes) = &a.kind {
            each_object(value, &path, &mut |object, path| {
                validate_object(attributes, object, path, write_only_allowed, diagnostics);
            });
        }
    }
}

/// Warns of a value that is legal as far as anyone can tell, and still not one that is known.
fn warn_of_doubts(a: &Attribute, value: &Value, path: &Path, diagnostics: &mut Diagnostics) {
    for doubt in &a.doubts {
        let (list, inner) = match doubt {
            Check::Each(inner) => (true, &**inner),
            other => (false, other),
        };
        let Err(wrong) = doubt.apply(value) else { continue };
        let detail = match inner {
            Check::OneOf(known) => {
                let subject = if list { "A value here" } else { "The value" };
                format!(
                    "{subject} is not among those that this version of the provider knows: {}. It is sent as it is, and the service may refuse it.",
                    listed(known)
                )
            }
            _ => format!("The value {wrong}. It is sent as it is, and the service may refuse it."),
        };
        diagnostics.warning(path.clone(), format!("Unusual value for `{path}`"), detail);
    }
}

/// Where a collection has an element that is null.
struct NullElement {
    /// How to get from the collection to the element. None in a set, whose elements have no names.
    step: Option<Step>,
    /// The same for the element of that element.
    inside: Option<Box<NullElement>>,
}

impl NullElement {
    fn at(&self, collection: &Path) -> Path {
        let here = match &self.step {
            Some(Step::Key(key)) => collection.key(key),
            Some(Step::Index(index)) => collection.index(*index),
            _ => collection.clone(),
        };
        self.inside.as_ref().map_or(here.clone(), |inside| inside.at(&here))
    }
}

/// The first element of a collection that is null, at any depth. What is in an object, and values of any type, are judged
/// elsewhere.
fn null_element(value: &Value, ty: &Type) -> Option<NullElement> {
    let find = |element: &Value, ty: &Type, step: Option<Step>| {
        if element.is_null() {
            return Some(NullElement { step, inside: None });
        }
        null_element(element, ty).map(|inside| NullElement { step, inside: Some(Box::new(inside)) })
    };
    match (ty, value) {
        (Type::List(ty) | Type::Set(ty) | Type::Map(ty), _) if **ty == Type::Dynamic => None,
        (Type::List(ty), Value::List(elements)) => {
            elements.iter().enumerate().find_map(|(i, element)| find(element, ty, Some(Step::Index(i as i64))))
        }
        (Type::Set(ty), Value::Set(elements)) => elements.iter().find_map(|element| find(element, ty, None)),
        (Type::Map(ty), Value::Map(members)) => {
            members.iter().find_map(|(key, member)| find(member, ty, Some(Step::Key(key.clone()))))
        }
        _ => None,
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
