//! What a schema must obey before Terraform sees it. Terraform's own check comes at the first use, blames the provider,
//! and stops every command.

use std::collections::BTreeSet;

use super::{Attribute, Keep, Kind, Nesting, Presence, Schema};
use crate::path::Path;
use crate::value::Type;

/// What is around an attribute.
#[derive(Clone, Copy, Default)]
struct Around {
    collection: bool,
    set: bool,
}

/// What a schema breaks, one sentence each; empty for a good one. Meant for a test in each provider.
pub fn broken_rules(schema: &Schema) -> Vec<String> {
    let mut broken = Vec::new();
    if schema.version < 0 {
        broken.push("The version is negative.".to_owned());
    }
    object(&schema.attributes, &Path::root(), Around::default(), &mut broken);
    broken
}

fn object(attributes: &[Attribute], path: &Path, around: Around, broken: &mut Vec<String>) {
    let names: BTreeSet<_> = attributes.iter().map(|a| a.name).collect();
    if names.len() < attributes.len() {
        broken.push(format!("Two attributes of `{path}` have the same name."));
    }
    for a in attributes {
        let path = path.attribute(a.name);
        let mut rule = |holds: bool, what: &str| {
            if !holds {
                broken.push(format!("`{path}` {what}."));
            }
        };
        let letters = a.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        rule(letters && a.name.starts_with(|c: char| c.is_ascii_lowercase()), "is not a name in lower case");
        rule(!a.description.trim().is_empty(), "has no description");
        rule(!a.write_only || !a.presence.is_computed(), "is write-only and computed");
        rule(!a.write_only || !around.set, "is write-only inside of a set");
        rule(!a.write_only || a.default.is_none(), "is write-only and has a default");
        rule(
            a.default.is_none() || a.presence == Presence::OptionalComputed,
            "has a default, but either side may not write it",
        );
        rule(a.keep == Keep::Never || a.presence.is_computed(), "is kept but not computed");
        rule(a.presence != Presence::Computed || a.replace.is_none(), "forces a new object but is only computed");
        rule(
            a.replace.or(a.may_replace).is_none_or(|reason| !reason.is_empty()),
            "forces a new object without a reason",
        );
        rule(a.replace.is_none() || a.may_replace.is_none(), "forces a new object both always and sometimes");
        let mut siblings = a.conflicts.iter().chain(a.requires);
        rule(siblings.all(|s| names.contains(s) && *s != a.name), "names a sibling that is none");
        if let Keep::Unless(others) = a.keep {
            rule(others.iter().all(|s| names.contains(s)), "is kept unless an attribute changes that is none");
        }
        if let Some(default) = &a.default {
            rule(a.kind.ty().conforms(default).is_ok(), "has a default of another type");
            rule(a.checks.iter().all(|check| check.apply(default).is_ok()), "has a default that breaks its own rules");
        }
        match &a.kind {
            Kind::Value(ty) => {
                rule(!dynamic_inside(ty), "has a collection of values of any type");
                rule(!around.collection || !ty.has_dynamic(), "is of any type inside of a collection");
            }
            Kind::Nested(nesting, attributes) => {
                rule(!attributes.is_empty(), "is an object without attributes");
                let around = Around {
                    collection: around.collection || *nesting != Nesting::Single,
                    set: around.set || *nesting == Nesting::Set,
                };
                object(attributes, &path, around, broken);
            }
        }
    }
}

/// Terraform's decoder crashes on collections whose elements have different types.
fn dynamic_inside(ty: &Type) -> bool {
    match ty {
        Type::List(t) | Type::Set(t) | Type::Map(t) => t.has_dynamic(),
        Type::Tuple(types) => types.iter().any(dynamic_inside),
        Type::Object(members) => members.values().any(dynamic_inside),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn text(name: &'static str, presence: Presence) -> Attribute {
        Attribute::new(name, "Something.", Kind::Value(Type::String), presence)
    }

    fn broken(attribute: Attribute) -> String {
        let attributes = vec![attribute, text("other", Presence::Optional)];
        broken_rules(&Schema { version: 0, description: "", attributes }).join(" ")
    }

    #[test]
    fn a_good_attribute_breaks_nothing() {
        for presence in [Presence::Required, Presence::Optional, Presence::Computed, Presence::OptionalComputed] {
            assert_eq!(broken(text("name", presence)), "");
        }
    }

    #[test]
    fn each_rule_finds_its_offender() {
        let mut name = text("name", Presence::Optional);
        let case = |change: &dyn Fn(&mut Attribute), expected: &str| {
            let mut attribute = text("name", Presence::Optional);
            change(&mut attribute);
            let found = broken(attribute);
            assert!(found.contains(expected), "{expected:?} not in {found:?}");
        };
        case(&|a| a.name = "Name", "not a name in lower case");
        case(&|a| a.name = "other", "have the same name");
        case(&|a| a.description = " ", "no description");
        case(&|a| (a.write_only, a.presence) = (true, Presence::OptionalComputed), "write-only and computed");
        case(&|a| a.default = Some("x".into()), "a default, but either side");
        case(
            &|a| (a.default, a.presence) = (Some(Value::Bool(true)), Presence::OptionalComputed),
            "a default of another type",
        );
        case(&|a| a.keep = Keep::Always, "kept but not computed");
        case(&|a| (a.replace, a.presence) = (Some("x"), Presence::Computed), "only computed");
        case(&|a| a.replace = Some(""), "without a reason");
        case(&|a| a.conflicts = &["nobody"], "a sibling that is none");
        case(&|a| a.requires = &["name"], "a sibling that is none");
        case(&|a| (a.keep, a.presence) = (Keep::Unless(&["nobody"]), Presence::Computed), "that is none");
        case(&|a| a.kind = Kind::Value(Type::List(Box::new(Type::Dynamic))), "values of any type");
        case(&|a| a.kind = Kind::Nested(Nesting::Single, vec![]), "without attributes");
        let any = |name| Attribute::new(name, "Something.", Kind::Value(Type::Dynamic), Presence::Optional);
        let single = |inner| Attribute {
            kind: Kind::Nested(Nesting::Single, vec![inner]),
            ..text("object", Presence::Optional)
        };
        assert_eq!(broken(single(any("anything"))), "");
        for nesting in [Nesting::List, Nesting::Set, Nesting::Map] {
            case(&|a| a.kind = Kind::Nested(nesting, vec![any("anything")]), "`name.anything` is of any type inside");
            case(&|a| a.kind = Kind::Nested(nesting, vec![single(any("anything"))]), "any type inside of a collection");
        }
        name.write_only = true;
        case(&|a| a.kind = Kind::Nested(Nesting::Set, vec![name.clone()]), "inside of a set");
        assert!(broken_rules(&Schema { version: -1, description: "", attributes: vec![] })[0].contains("negative"));
    }
}
