//! Import: from an id or an identity to a first state.

use std::collections::BTreeMap;

use super::ImportBy;
use crate::declaration::IdentityAttribute;
use crate::diagnostic::Diagnostic;
use crate::path::Path;
use crate::schema::Attribute;
use crate::value::{Number, Type, Value};

/// The form of the id: the parts of the identity joined by colons, those in brackets may be left out.
pub(super) fn id_form(attributes: &[IdentityAttribute]) -> String {
    let mut form = String::new();
    for (i, a) in attributes.iter().enumerate() {
        let colon = if i + 1 < attributes.len() { ":" } else { "" };
        form += &if a.required { format!("<{}>{colon}", a.name) } else { format!("[<{}>{colon}]", a.name) };
    }
    form
}

/// The identity attributes that an import gives. `ty` is the type of the identity, `schema` are the attributes of the
/// object.
pub(super) fn members(
    attributes: &[IdentityAttribute],
    ty: &Type,
    schema: &[Attribute],
    by: ImportBy,
) -> Result<BTreeMap<String, Value>, Diagnostic> {
    match by {
        ImportBy::Id(id) => {
            let parts: Vec<&str> = id.split(':').collect();
            let required = attributes.iter().filter(|a| a.required).count();
            let all = parts.len() == attributes.len();
            if parts.iter().any(|part| part.is_empty()) || !(all || parts.len() == required) {
                let mut detail = format!("{} It is `{id}`.", expected(attributes, schema));
                if parts.len() > attributes.len() {
                    detail += &format!(" {}", by_identity(attributes, "A part that contains a colon cannot"));
                }
                return Err(Diagnostic::error(INVALID, detail));
            }
            let named = attributes.iter().filter(|a| all || a.required);
            named.zip(parts).map(|(a, text)| Ok((a.name.to_owned(), part(attributes, a.name, ty, text)?))).collect()
        }
        ImportBy::Identity(identity) => {
            for a in attributes.iter().filter(|a| a.required) {
                if identity.get(a.name).is_none_or(Value::is_null) {
                    return Err(Diagnostic::error(
                        "Incomplete import identity",
                        format!("Set `{}` in the `identity` of the import block.", a.name),
                    )
                    .at(Path::from(a.name)));
                }
            }
            Ok(attributes.iter().filter_map(|a| identity.get(a.name).map(|v| (a.name.to_owned(), v.clone()))).collect())
        }
    }
}

/// The value that a part of the id is.
fn part(attributes: &[IdentityAttribute], name: &str, ty: &Type, text: &str) -> Result<Value, Diagnostic> {
    let ty = match ty {
        Type::Object(types) => types.get(name),
        _ => None,
    };
    let (value, kind) = match ty {
        Some(Type::Number) => (text.parse::<Number>().ok().map(Value::Number), "a number"),
        Some(Type::Bool) => (text.parse::<bool>().ok().map(Value::Bool), "`true` or `false`"),
        Some(Type::String) | None => (Some(Value::from(text)), "text"),
        Some(_) => {
            let detail = by_identity(attributes, &format!("`{name}` is a list, which cannot"));
            return Err(Diagnostic::error("This object cannot be imported by an ID", detail));
        }
    };
    value.ok_or_else(|| {
        let form = id_form(attributes);
        Diagnostic::error(INVALID, format!("In `{form}`, `{name}` must be {kind}, but is `{text}`."))
    })
}

const INVALID: &str = "Invalid import ID";

/// The form of the id in words, with an example if the descriptions of all parts have one.
fn expected(identity: &[IdentityAttribute], attributes: &[Attribute]) -> String {
    let example = |parts: Vec<&IdentityAttribute>| {
        let parts: Option<Vec<&str>> = parts.into_iter().map(|part| example(part.name, attributes)).collect();
        parts.map(|parts| format!("`{}`", parts.join(":")))
    };
    let shortest = example(identity.iter().filter(|part| part.required).collect());
    let whole = example(identity.iter().collect()).filter(|whole| Some(whole) != shortest.as_ref());
    let examples: Vec<String> = shortest.into_iter().chain(whole).collect();
    let such_as = if examples.is_empty() { String::new() } else { format!(", such as {}", examples.join(" or ")) };
    format!("The ID must have the form `{}`{such_as}.", id_form(identity))
}

/// The example that the description of an attribute gives: the code behind "such as".
fn example<'a>(name: &str, attributes: &'a [Attribute]) -> Option<&'a str> {
    let description = attributes.iter().find(|a| a.name == name)?.description;
    Some(description.split_once("such as `")?.1.split_once('`')?.0)
}

/// The way out for an object that no id can name.
fn by_identity(attributes: &[IdentityAttribute], what: &str) -> String {
    let names: Vec<_> = attributes.iter().map(|a| format!("`{}`", a.name)).collect();
    format!(
        "{what} be written in an ID. Use an import block with `identity = {{ ... }}` instead of `id`, and give {} there; \
         that needs Terraform 1.12 or OpenTofu 1.12, or newer.",
        names.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Kind, Presence};

    const IDENTITY: &[IdentityAttribute] = &[
        IdentityAttribute { name: "region", required: false },
        IdentityAttribute { name: "shelf", required: true },
        IdentityAttribute { name: "book", required: true },
    ];

    fn by_id(id: &str) -> Result<BTreeMap<String, Value>, Diagnostic> {
        let ty = Type::object([("region", Type::String), ("shelf", Type::String), ("book", Type::String)]);
        let attribute = |name, description| {
            Attribute::new(name, description, Kind::Value(Type::String), Presence::OptionalComputed)
        };
        let schema = [
            attribute("region", "Region, such as `north`."),
            attribute("shelf", "Shelf, such as `s-1`. Without it, such as `nothing`."),
            attribute("book", "Book, such as `b-2`."),
        ];
        members(IDENTITY, &ty, &schema, ImportBy::Id(id.to_owned()))
    }

    #[test]
    fn parts_are_of_the_types_of_their_attributes() {
        let part = |ty: Type, id: &str| {
            let attributes = [IdentityAttribute { name: "part", required: true }];
            members(&attributes, &Type::object([("part", ty)]), &[], ImportBy::Id(id.to_owned()))
                .map(|mut members| members.remove("part").unwrap_or(Value::Null))
                .map_err(|error| error.detail)
        };
        assert_eq!(part(Type::String, "7"), Ok("7".into()));
        assert_eq!(part(Type::Number, "7"), Ok(7.into()));
        assert_eq!(part(Type::Bool, "true"), Ok(true.into()));
        assert!(part(Type::Number, "seven").unwrap_err().contains("must be a number, but is `seven`"));
        assert!(part(Type::Bool, "1").unwrap_err().contains("must be `true` or `false`"));
        assert!(part(Type::list(Type::String), "a").unwrap_err().contains("Use an import block with `identity"));
    }

    #[test]
    fn a_part_with_a_colon_is_imported_by_identity() {
        let error = by_id("r:s:b:x").unwrap_err();
        assert_eq!(
            error.detail,
            "The ID must have the form `[<region>:]<shelf>:<book>`, such as `s-1:b-2` or `north:s-1:b-2`. It is `r:s:b:x`. A part that contains a colon cannot be written in an ID. Use an import block with `identity = { ... }` instead of `id`, and give `region`, `shelf`, `book` there; that needs Terraform 1.12 or OpenTofu 1.12, or newer."
        );
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
            assert_eq!(error.summary, "Invalid import ID");
            let form =
                "The ID must have the form `[<region>:]<shelf>:<book>`, such as `s-1:b-2` or `north:s-1:b-2`. It is";
            assert!(error.detail.starts_with(form), "{id}: {}", error.detail);
        }
    }
}
