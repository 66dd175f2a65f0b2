//! The rules that a provider as a whole obeys. Terraform's own check comes at the first use, blames the provider, and stops
//! every command; some of the rules it does not check at all, and fails later.

use std::collections::BTreeSet;

use super::Server;
use crate::function::DynFunction;
use crate::lifecycle::DynResource;
use crate::provider::{Catalogue, Named, Provider};
use crate::schema::rules::{SchemaOf, broken_name, broken_rules, is_sound};
use crate::schema::{Attribute, Kind, Schema};
use crate::value::Type;

impl<P: Provider> Server<P> {
    /// What the provider breaks, one sentence each; empty for a good one. Meant for a test in each provider.
    pub fn broken_rules() -> Vec<String> {
        Self::unchecked().breaks()
    }

    pub(super) fn breaks(&self) -> Vec<String> {
        let mut broken = Broken::default();
        if P::NAME.contains('_') || broken_name(P::NAME).is_some() {
            broken.add("The provider", [format!("`{}` is not a name in lower case and without underscores.", P::NAME)]);
        }
        broken.add("The provider", broken_rules(&self.provider_schema, SchemaOf::Provider));
        broken.names("resource", &self.resources);
        broken.names("data source", &self.data_sources);
        broken.names("ephemeral resource", &self.ephemeral_resources);
        broken.names("list", &self.list_resources);
        broken.names("action", &self.actions);
        broken.names("function", &self.functions);
        for resource in self.resources.iter() {
            broken.schema("resource", resource.name(), resource.schema(), SchemaOf::Resource);
            broken.add(&format!("The resource `{}`", resource.name()), identity(resource));
        }
        for data_source in self.data_sources.iter() {
            broken.schema("data source", data_source.name(), data_source.schema(), SchemaOf::DataSource);
        }
        for ephemeral in self.ephemeral_resources.iter() {
            broken.schema("ephemeral resource", ephemeral.name(), ephemeral.schema(), SchemaOf::EphemeralResource);
        }
        for list in self.list_resources.iter() {
            broken.schema("list", list.name(), list.schema(), SchemaOf::List);
            if self.resources.get(list.name()).is_none() {
                broken.add(&format!("The list `{}`", list.name()), ["There is no resource of that name.".to_owned()]);
            }
        }
        for action in self.actions.iter() {
            broken.schema("action", action.name(), action.schema(), SchemaOf::Action);
        }
        for function in self.functions.iter() {
            broken.add(&format!("The function `{}`", function.name()), signature(function));
        }
        broken.0
    }
}

#[derive(Default)]
struct Broken(Vec<String>);

impl Broken {
    fn add(&mut self, what: &str, rules: impl IntoIterator<Item = String>) {
        self.0.extend(rules.into_iter().map(|rule| format!("{what}: {rule}")));
    }

    fn schema(&mut self, kind: &str, name: &str, schema: &Schema, of: SchemaOf) {
        self.add(&format!("The {kind} `{name}`"), broken_rules(schema, of));
    }

    /// What the names of a catalogue break.
    fn names<T: Named + ?Sized>(&mut self, kind: &str, catalogue: &Catalogue<T>) {
        let mut seen = BTreeSet::new();
        for name in catalogue.iter().map(Named::name) {
            let what = format!("The {kind} `{name}`");
            self.add(&what, broken_name(name));
            if !seen.insert(name) {
                self.add(&what, ["There are two of that name.".to_owned()]);
            }
        }
    }
}

/// What the identity of a resource breaks. It is flat: made of strings, numbers and bools, and lists of those.
fn identity<S>(resource: &(dyn DynResource<S> + 'static)) -> Vec<String> {
    let mut broken = Vec::new();
    let mut seen = BTreeSet::new();
    if resource.identity_version() < 0 {
        broken.push("The version of the identity is negative.".to_owned());
    }
    if resource.identity_attributes().is_empty() {
        broken.push("It has no identity.".to_owned());
    }
    for part in resource.identity_attributes() {
        if !seen.insert(part.name) {
            broken.push(format!("`{}` is in the identity twice.", part.name));
        }
        match resource.schema().attribute(part.name) {
            None => broken.push(format!("`{}` is in the identity, but not an attribute.", part.name)),
            Some(a) if a.write_only => {
                broken.push(format!("`{}` is in the identity, but write-only.", part.name));
            }
            Some(Attribute { kind: Kind::Value(ty), .. }) if identifies(ty) => {}
            Some(_) => broken.push(format!(
                "`{}` is in the identity, but neither a string, a number, a bool nor a list of those.",
                part.name
            )),
        }
    }
    broken
}

fn identifies(ty: &Type) -> bool {
    let primitive = |ty: &Type| matches!(ty, Type::String | Type::Number | Type::Bool);
    match ty {
        Type::List(element) => primitive(element),
        ty => primitive(ty),
    }
}

/// What the parameters of a function and its result break.
fn signature(function: &(dyn DynFunction + 'static)) -> Vec<String> {
    let parameters = function.parameters().iter().chain(function.variadic()).map(|parameter| &parameter.attribute);
    let schema = Schema {
        version: 0,
        description: function.description(),
        deprecated: None,
        attributes: parameters.cloned().collect(),
    };
    let mut broken = broken_rules(&schema, SchemaOf::Function);
    if !is_sound(&function.output()) {
        broken.push("The result has a collection of values of any type.".to_owned());
    }
    broken
}

#[cfg(test)]
mod tests;
