//! The places of attributes in documents.

use serde_json::Value as Json;

use super::{Binding, Document};
use crate::path::Path;
use crate::schema::{Attribute, Kind};

/// Every place of a document that an attribute has, with the attribute's dotted name. Those that code takes care of are
/// among them.
pub fn places(attributes: &[Attribute], document: Document) -> Vec<(String, String)> {
    let mut found = Vec::new();
    claim(attributes, document, "", "", &mut found);
    found
}

/// The place of the attribute with a dotted name.
pub fn place(attributes: &[Attribute], name: &str, document: Document) -> Option<String> {
    places(attributes, document).into_iter().find(|(_, attribute)| attribute == name).map(|(place, _)| place)
}

/// The attribute that stands at a field, as errors name one: `ContainerCidr` for `container_cidr`.
pub fn attribute_of(attributes: &[Attribute], field: &str) -> Option<Path> {
    let mut snake = String::new();
    for letter in field.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    let all = Document::ALL.into_iter().flat_map(|document| places(attributes, document));
    let found = all.filter(|(place, _)| place.rsplit('.').next() == Some(&snake)).map(|(_, name)| name);
    // Of objects, only the members have places; whoever means one calls it by its name.
    let object = || attributes.iter().find(|a| a.name == snake).map(|a| a.name.to_owned());
    let name = found.min_by_key(String::len).or_else(object)?;
    Some(name.split('.').fold(Path::root(), |path, step| path.attribute(step)))
}

fn claim(attributes: &[Attribute], document: Document, base: &str, outer: &str, found: &mut Vec<(String, String)>) {
    for a in attributes {
        let Some(place) = a.place(document).map(|place| join(base, place)) else { continue };
        let name = join(outer, a.name);
        let binding = a.binding.unwrap_or(&Binding::PLAIN);
        if let Some(switch) = binding.switch {
            found.push((join(&place, switch), name.clone()));
        }
        match &a.kind {
            Kind::Nested(_, inner) if binding.form.is_none() && inner.iter().any(|member| member.binding.is_some()) => {
                claim(inner, document, &place, &name, found);
            }
            _ => found.push((place, name)),
        }
    }
}

/// A place within a place. A `*` takes the name.
pub(super) fn join(base: &str, name: &str) -> String {
    match base {
        "" => name.to_owned(),
        base if base.contains('*') => base.replace('*', name),
        base => format!("{base}.{name}"),
    }
}

/// What is at a place, if anything is.
pub fn at<'j>(document: &'j Json, place: &str) -> Option<&'j Json> {
    place.split('.').try_fold(document, |object, name| object.get(name)).filter(|found| !found.is_null())
}

pub(super) fn at_mut<'j>(document: &'j mut Json, place: &str) -> Option<&'j mut Json> {
    place.split('.').try_fold(document, |object, name| object.get_mut(name))
}
