//! The attributes of a schema one by one, for the tests that have a row for each.

use tf_provider::schema::{Attribute, Kind, Presence};

/// Visits every attribute that the user can write, nested ones included, by its dotted name. The timeouts are
/// Terraform's own.
pub(crate) fn configurable(attributes: &[Attribute], see: &mut dyn FnMut(&str, &Attribute)) {
    below("", attributes, see);
}

fn below(prefix: &str, attributes: &[Attribute], see: &mut dyn FnMut(&str, &Attribute)) {
    for a in attributes.iter().filter(|a| a.name != "timeouts" && a.presence.is_configurable()) {
        let name = format!("{prefix}{}", a.name);
        see(&name, a);
        if let Kind::Nested(_, members) = &a.kind {
            below(&format!("{name}."), members, see);
        }
    }
}

/// The dotted names of those that a test is about, in their order.
pub(crate) fn names(attributes: &[Attribute], is_meant: impl Fn(&Attribute) -> bool) -> Vec<String> {
    let mut names = Vec::new();
    configurable(attributes, &mut |name, a| {
        if is_meant(a) {
            names.push(name.to_owned());
        }
    });
    names.sort();
    names
}

/// Whether an attribute may be left out.
pub(crate) fn is_optional(a: &Attribute) -> bool {
    a.presence != Presence::Required
}

/// Whether a change of an attribute is carried out on the object that is there.
pub(crate) fn is_mutable(a: &Attribute) -> bool {
    a.replace.is_none()
}
