//! The elements that a nested set had before, found by what is configured.

use std::collections::BTreeMap;

use super::member::member;
use crate::schema::Attribute;
use crate::value::Value;

/// Terraform has already matched the elements of a set with the prior ones by their configured parts; the element that fits
/// is found again by the same parts. They are indexed, for sets may be large.
pub(super) struct PriorElements<'a> {
    attributes: &'a [Attribute],
    elements: &'a [Value],
    /// By which parts are configured, and then by their values.
    indices: BTreeMap<Vec<&'static str>, Index<'a>>,
}

type Index<'a> = BTreeMap<Vec<&'a Value>, Vec<&'a Value>>;

impl<'a> PriorElements<'a> {
    pub(super) fn new(attributes: &'a [Attribute], prior: &'a Value) -> Self {
        Self { attributes, elements: prior.elements().unwrap_or_default(), indices: BTreeMap::new() }
    }

    /// The first element that has the configured parts.
    pub(super) fn find(&mut self, config: &'a Value) -> Option<&'a Value> {
        // Values that may differ and still mean the same are no key.
        let exact = self.attributes.iter().filter(|a| a.same.is_none() && is_compared(a, config));
        let parts: Vec<&'static str> = exact.map(|a| a.name).collect();
        let key = |element: &'a Value| parts.iter().map(|name| member(element, name)).collect::<Vec<_>>();
        let index = self.indices.entry(parts.clone()).or_insert_with(|| {
            let mut index = Index::new();
            for element in self.elements {
                index.entry(key(element)).or_default().push(element);
            }
            index
        });
        let candidates = index.get(&key(config))?;
        candidates.iter().copied().find(|element| configured_parts_equal(self.attributes, config, element))
    }
}

fn configured_parts_equal(attributes: &[Attribute], config: &Value, prior: &Value) -> bool {
    let mut compared = attributes.iter().filter(|a| is_compared(a, config));
    compared.all(|a| a.same(member(config, a.name), member(prior, a.name)))
}

/// Whether the attribute counts for what element of a set this is: what the service may fill in does not.
fn is_compared(a: &Attribute, config: &Value) -> bool {
    !(member(config, a.name).is_null() && a.presence.is_computed())
}
