//! What a schema must obey before Terraform sees it. Terraform's own check comes at the first use, blames the provider,
//! and stops every command.

use std::collections::BTreeSet;

use super::{Attribute, Keep, Kind, Nesting, Presence, Schema, Shown};
use crate::path::Path;
use crate::value::Type;

/// What a schema is of, as far as the rules differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SchemaOf {
    Provider,
    Resource,
    DataSource,
    EphemeralResource,
    List,
    Action,
    /// The attributes are the parameters.
    Function,
}

impl SchemaOf {
    /// As people say it.
    fn spoken(self) -> &'static str {
        match self {
            Self::Provider => "a provider block",
            Self::Resource => "a resource",
            Self::DataSource => "a data source",
            Self::EphemeralResource => "an ephemeral resource",
            Self::List => "a list",
            Self::Action => "an action",
            Self::Function => "a function",
        }
    }

    /// Names at the top that Terraform has given a meaning. The attributes of a list stand in a block of their own.
    fn reserved(self) -> &'static [&'static str] {
        match self {
            Self::Provider => &["alias", "count", "depends_on", "for_each", "lifecycle", "locals", "source", "version"],
            Self::List | Self::Function => &[],
            _ => &["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"],
        }
    }

    /// Whether the service may write a value of it.
    fn gives_back(self) -> bool {
        matches!(self, Self::Resource | Self::DataSource | Self::EphemeralResource)
    }
}

/// What is around an attribute.
#[derive(Clone, Copy)]
struct Around {
    of: SchemaOf,
    collection: bool,
    set: bool,
}

/// What a schema breaks, one sentence each; empty for a good one.
pub(crate) fn broken_rules(schema: &Schema, of: SchemaOf) -> Vec<String> {
    let mut broken = Vec::new();
    if schema.version < 0 {
        broken.push("The version is negative.".to_owned());
    }
    if schema.description.trim().is_empty() {
        broken.push("It has no description.".to_owned());
    }
    for name in of.reserved() {
        if schema.attribute(name).is_some() {
            broken.push(format!("`{name}` belongs to Terraform in {}.", of.spoken()));
        }
    }
    object(&schema.attributes, &Path::root(), Around { of, collection: false, set: false }, &mut broken);
    broken
}

/// What a name breaks; `None` for a good one.
pub(crate) fn broken_name(name: &str) -> Option<String> {
    (!is_name(name)).then(|| format!("`{name}` is not a name in lower case."))
}

/// Lower-case letters, digits and underscores, a letter first. What HCL calls an identifier may have more.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Whether a value of the type can be given back: Terraform's decoder crashes on collections of several types.
pub(crate) fn is_sound(ty: &Type) -> bool {
    !dynamic_inside(ty)
}

fn object(attributes: &[Attribute], path: &Path, around: Around, broken: &mut Vec<String>) {
    let names: BTreeSet<_> = attributes.iter().map(|a| a.name).collect();
    for (i, a) in attributes.iter().enumerate() {
        let path = path.attribute(a.name);
        let mut rule = |holds: bool, what: &str| {
            if !holds {
                broken.push(format!("`{path}` {what}."));
            }
        };
        rule(attributes[..i].iter().all(|earlier| earlier.name != a.name), "is there twice");
        rule(is_name(a.name), "is not a name in lower case");
        rule(!a.description.trim().is_empty(), "has no description");
        rule(!a.write_only || !a.presence.is_computed(), "is write-only and computed");
        rule(!a.write_only || !around.set, "is write-only inside of a set");
        let resource = around.of == SchemaOf::Resource;
        rule(!a.write_only || resource, "is write-only, which only attributes of resources can be");
        let replaces = a.replace.or(a.may_replace).is_some();
        rule(!replaces || !around.set, "forces a new object from inside of a set, where Terraform does not see it");
        let lives = replaces || a.keep != Keep::Never || a.shown != Shown::Always;
        rule(!lives || resource, "has a word of an object with a life of its own");
        rule(a.shown == Shown::Always || a.presence.is_configurable(), "is only computed, but no read shows it");
        // A default is computed, and only what reads a list's configuration fills it in all the same.
        let given_back = a.presence.is_computed() && (a.default.is_none() || around.of != SchemaOf::List);
        rule(!given_back || around.of.gives_back(), "is computed, but nothing is given back here");
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
                    of: around.of,
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
        broken_rules(
            &Schema { version: 0, description: "Something.", deprecated: None, attributes },
            SchemaOf::Resource,
        )
        .join(" ")
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
        case(&|a| a.name = "other", "is there twice");
        case(&|a| a.description = " ", "no description");
        case(&|a| (a.write_only, a.presence) = (true, Presence::OptionalComputed), "write-only and computed");
        case(&|a| a.default = Some("x".into()), "a default, but either side");
        case(
            &|a| (a.default, a.presence) = (Some(Value::Bool(true)), Presence::OptionalComputed),
            "a default of another type",
        );
        case(&|a| a.keep = Keep::Always, "kept but not computed");
        case(&|a| (a.replace, a.presence) = (Some("x"), Presence::Computed), "only computed");
        case(&|a| (a.shown, a.presence) = (Shown::Never, Presence::Computed), "no read shows it");
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
        name.write_only = false;
        for reason in [Attribute { replace: Some("x"), ..name.clone() }, Attribute { may_replace: Some("x"), ..name }] {
            case(&|a| a.kind = Kind::Nested(Nesting::Set, vec![reason.clone()]), "from inside of a set");
        }
        let empty = Schema { version: -1, description: "", deprecated: None, attributes: vec![] };
        let found = broken_rules(&empty, SchemaOf::Resource).join(" ");
        assert!(found.contains("negative") && found.contains("no description"), "{found}");
    }

    #[test]
    fn what_is_for_resources_is_refused_elsewhere() {
        let found = |attribute: &Attribute, of| {
            let nested = Attribute {
                kind: Kind::Nested(Nesting::List, vec![attribute.clone()]),
                ..text("nested", Presence::Optional)
            };
            let schema = |attributes| Schema { version: 0, description: "Something.", deprecated: None, attributes };
            let (flat, nested) = (schema(vec![attribute.clone()]), schema(vec![nested]));
            [broken_rules(&flat, of).join(" "), broken_rules(&nested, of).join(" ")]
        };
        let user = text("name", Presence::Optional);
        let service = text("name", Presence::OptionalComputed);
        let write_only = Attribute { write_only: true, ..user.clone() };
        let replace = Attribute { replace: Some("x"), ..user };
        let keep = Attribute { keep: Keep::Always, ..service.clone() };
        let default = Attribute { default: Some("x".into()), ..service.clone() };
        let without_life = [
            SchemaOf::Provider,
            SchemaOf::DataSource,
            SchemaOf::EphemeralResource,
            SchemaOf::List,
            SchemaOf::Action,
            SchemaOf::Function,
        ];
        for of in without_life {
            for (attribute, expected) in
                [(&write_only, "is write-only"), (&replace, "a life of its own"), (&keep, "a life of its own")]
            {
                for found in found(attribute, of) {
                    assert!(found.contains(expected), "{of:?}: {expected:?} not in {found:?}");
                }
            }
            let takes = |attribute| found(attribute, of).iter().all(String::is_empty);
            assert_eq!(takes(&service), matches!(of, SchemaOf::DataSource | SchemaOf::EphemeralResource), "{of:?}");
            assert_eq!(takes(&default), takes(&service) || of == SchemaOf::List, "{of:?}");
        }
        for attribute in [&write_only, &replace, &keep, &service, &default] {
            assert_eq!(found(attribute, SchemaOf::Resource), ["", ""]);
        }
    }

    #[test]
    fn names_that_terraform_has_given_a_meaning_are_refused_at_the_top() {
        let found = |name: &'static str, of| {
            let attributes = vec![text(name, Presence::Optional)];
            !broken_rules(&Schema { version: 0, description: "Something.", deprecated: None, attributes }, of)
                .is_empty()
        };
        for name in ["alias", "version", "source", "for_each", "locals"] {
            assert!(found(name, SchemaOf::Provider), "{name}");
        }
        for of in [SchemaOf::Resource, SchemaOf::DataSource, SchemaOf::EphemeralResource, SchemaOf::Action] {
            assert!(found("count", of) && found("provider", of) && !found("version", of), "{of:?}");
        }
        assert!(!found("count", SchemaOf::List) && !found("count", SchemaOf::Function));
    }
}
