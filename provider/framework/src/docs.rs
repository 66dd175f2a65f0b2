//! Registry pages: a schema in, Markdown out, in the layout that the registries of Terraform and OpenTofu read.
//!
//! | page | file |
//! |---|---|
//! | [`provider_page`] | `docs/index.md` |
//! | [`resource_page`] | `docs/resources/<name>.md` |
//! | [`data_source_page`] | `docs/data-sources/<name>.md` |
//! | [`ephemeral_resource_page`] | `docs/ephemeral-resources/<name>.md` |
//! | [`list_resource_page`] | `docs/list-resources/<name>.md` |
//! | [`action_page`] | `docs/actions/<name>.md` |
//! | [`function_page`] | `docs/functions/<name>.md` |
//!
//! All text comes from the doc comments and the rules of the schema; examples are passed in.

mod attribute;
mod text;

pub(crate) use self::attribute::{Subject, TIMEOUTS, description};
use crate::action::DynAction;
use crate::data_source::DynDataSource;
use crate::declaration::IdentityAttribute;
use crate::ephemeral::DynEphemeral;
use crate::function::{DynFunction, Parameter};
use crate::lifecycle::{DynResource, default_timeout};
use crate::list::DynList;
use crate::provider::Provider;
use crate::schema::{Attribute, Kind, Nesting, Schema, Shown};

/// The page of the provider block. `example` is Terraform code.
pub fn provider_page<P: Provider>(example: &str) -> String {
    use crate::model::Model as _;
    let name = P::NAME;
    let description = P::Config::DESCRIPTION;
    let mut sections = vec![
        // The registries file it under no category, and refuse one.
        front_matter(&format!("{name} Provider"), "", description),
        format!("# {name} Provider"),
        text::paragraphs(description).join("\n\n"),
        example_usage(example),
    ];
    sections.extend(argument_reference(&P::Config::attributes(), Subject::Plain));
    page(&sections)
}

/// The page of a resource. `provider` is the prefix of the names, `example` is Terraform code, and `import` the shell
/// command that imports an object.
pub fn resource_page<S>(provider: &str, resource: &dyn DynResource<S>, example: &str, import: &str) -> String {
    let name = format!("{provider}_{}", resource.name());
    let schema = resource.schema();
    let mut sections = head(provider, &name, "Resource", schema, example);
    sections.extend(argument_reference(&schema.attributes, Subject::Resource));
    sections.extend(timeouts(resource));
    sections.extend(import_section(&name, resource, import));
    page(&sections)
}

/// The page of a data source. `provider` is the prefix of the names, and `example` is Terraform code.
pub fn data_source_page<S>(provider: &str, data_source: &dyn DynDataSource<S>, example: &str) -> String {
    plain_page(provider, data_source.name(), "Data Source", data_source.schema(), example)
}

/// The page of an ephemeral resource, as that of a data source.
pub fn ephemeral_resource_page<S>(provider: &str, ephemeral: &dyn DynEphemeral<S>, example: &str) -> String {
    plain_page(provider, ephemeral.name(), "Ephemeral Resource", ephemeral.schema(), example)
}

/// The page of a list, as that of a data source. Its arguments stand in the `config` of the `list` block.
pub fn list_resource_page<S>(provider: &str, list: &dyn DynList<S>, example: &str) -> String {
    plain_page(provider, list.name(), "List Resource", list.schema(), example)
}

/// The page of an action, as that of a data source. Its arguments stand in the `config` of the `action` block.
pub fn action_page<S>(provider: &str, action: &dyn DynAction<S>, example: &str) -> String {
    plain_page(provider, action.name(), "Action", action.schema(), example)
}

/// The page of a function. `provider` is the provider's name, and `example` is Terraform code.
pub fn function_page(provider: &str, function: &dyn DynFunction, example: &str) -> String {
    let name = function.name();
    let mut sections = vec![
        front_matter(&format!("{name} function - {provider}"), SUBCATEGORY, function.description()),
        format!("# function: {name}"),
    ];
    sections.extend(deprecation(function.deprecated()));
    sections.extend([
        text::paragraphs(function.description()).join("\n\n"),
        example_usage(example),
        format!("## Signature\n\n{}", code("text", &signature(function))),
    ]);
    let variadic = function.variadic().map(|parameter| (parameter, true));
    let parameters: Vec<_> = function.parameters().iter().map(|parameter| (parameter, false)).chain(variadic).collect();
    if !parameters.is_empty() {
        let items = parameters.iter().enumerate().map(|(i, (p, variadic))| attribute::parameter(p, i + 1, *variadic));
        sections.push(format!("## Arguments\n\n{}", items.collect::<Vec<_>>().join("\n")));
        let attributes: Vec<Attribute> = parameters.iter().map(|(parameter, _)| parameter.attribute.clone()).collect();
        sections.extend(attribute::nested(&attributes, &[], Subject::Plain));
    }
    page(&sections)
}

/// How a function is called, and what it gives: `join(separator string, parts string...) string`.
fn signature(function: &dyn DynFunction) -> String {
    let parameter = |p: &Parameter, dots: &str| format!("{} {}{dots}", p.attribute.name, p.ty());
    let fixed = function.parameters().iter().map(|p| parameter(p, ""));
    let parameters: Vec<_> = fixed.chain(function.variadic().map(|p| parameter(p, "..."))).collect();
    format!("{}({}) {}", function.name(), parameters.join(", "), function.output())
}

/// The page of a kind without a life of its own.
fn plain_page(provider: &str, name: &str, kind: &str, schema: &Schema, example: &str) -> String {
    let mut sections = head(provider, &format!("{provider}_{name}"), kind, schema, example);
    sections.extend(argument_reference(&schema.attributes, Subject::Plain));
    page(&sections)
}

/// What a page begins with, up to the example.
fn head(provider: &str, name: &str, kind: &str, schema: &Schema, example: &str) -> Vec<String> {
    let mut sections = vec![
        front_matter(&format!("{name} {kind} - {provider}"), SUBCATEGORY, schema.description),
        format!("# {name} ({kind})"),
    ];
    sections.extend(deprecation(schema.deprecated));
    sections.extend([text::paragraphs(schema.description).join("\n\n"), example_usage(example)]);
    sections
}

/// A box that says what to use instead.
fn deprecation(instead: Option<&str>) -> Option<String> {
    instead.map(|instead| format!("~> **Deprecated:** {}.", instead.trim_end_matches('.')))
}

fn page(sections: &[String]) -> String {
    sections.join("\n\n") + "\n"
}

/// Where a page that is not the provider's stands in the registry's menu: outside of any group.
const SUBCATEGORY: &str = "subcategory: \"\"\n";

fn front_matter(title: &str, subcategory: &str, description: &str) -> String {
    let first = text::paragraphs(description).into_iter().next().unwrap_or_default().replace('\n', "\n  ");
    format!("---\npage_title: \"{title}\"\n{subcategory}description: |-\n  {first}\n---")
}

fn example_usage(example: &str) -> String {
    format!("## Example Usage\n\n{}", code("terraform", example))
}

fn code(language: &str, code: &str) -> String {
    format!("```{language}\n{}\n```", code.trim_end())
}

fn argument_reference(attributes: &[Attribute], subject: Subject) -> Vec<String> {
    if attributes.is_empty() {
        return Vec::new();
    }
    let mut sections = vec!["## Argument Reference".to_owned()];
    sections.extend(attribute::lists(attributes, &[], "### ", subject));
    sections.extend(attribute::nested(attributes, &[], subject));
    sections
}

/// The `timeouts`, with the limits that hold without them.
fn timeouts<S>(resource: &dyn DynResource<S>) -> Vec<String> {
    let Some(attribute) = resource.schema().attribute(TIMEOUTS) else {
        return Vec::new();
    };
    let Kind::Nested(Nesting::Single, members) = &attribute.kind else {
        return Vec::new();
    };
    let limits = resource.timeouts();
    let lines: Vec<String> = members
        .iter()
        .map(|a| format!("- `{}` (Default: `{}`) {}", a.name, default_timeout(&limits, a.name), a.description))
        .collect();
    vec!["## Timeouts".to_owned(), attribute.description.to_owned(), lines.join("\n")]
}

fn import_section<S>(name: &str, resource: &dyn DynResource<S>, command: &str) -> Vec<String> {
    let identity = resource.identity_attributes();
    let mut sections = vec![
        "## Import".to_owned(),
        format!("An `import` block takes the id of the object, `{}`:", resource.import_id_form()),
        code("terraform", &id_block(name, identity)),
        "The command takes the same id:".to_owned(),
        code("shell", command),
        "From Terraform 1.12 and OpenTofu 1.12 on, an `import` block also takes the identity of the object:".to_owned(),
        code("terraform", &identity_block(name, identity)),
        "### Identity Schema".to_owned(),
    ];
    for (title, required) in [("Required", true), ("Optional", false)] {
        let attributes = identity.iter().filter(|a| a.required == required);
        let items: Vec<String> =
            attributes.filter_map(|a| resource.schema().attribute(a.name)).map(attribute::of_identity).collect();
        if !items.is_empty() {
            sections.push(format!("#### {title}\n\n{}", items.join("\n")));
        }
    }
    sections.extend(after_import(&resource.schema().attributes));
    sections
}

fn id_block(name: &str, identity: &[IdentityAttribute]) -> String {
    let parts: Vec<String> = identity.iter().filter(|a| a.required).map(|a| format!("<{}>", a.name)).collect();
    format!("import {{\n  to = {name}.example\n  id = \"{}\"\n}}", parts.join(":"))
}

fn identity_block(name: &str, identity: &[IdentityAttribute]) -> String {
    let required: Vec<&str> = identity.iter().filter(|a| a.required).map(|a| a.name).collect();
    let width = required.iter().map(|name| name.len()).max().unwrap_or_default();
    let lines: String = required.iter().map(|name| format!("    {name:width$} = \"<{name}>\"\n")).collect();
    format!("import {{\n  to = {name}.example\n  identity = {{\n{lines}  }}\n}}")
}

/// What no read shows is missing in the state after an import.
fn after_import(attributes: &[Attribute]) -> Vec<String> {
    let unread = attribute::shown(attributes, Shown::Never);
    let read_once = attribute::shown(attributes, Shown::OnImport);
    let mut paragraphs = Vec::new();
    if !unread.is_empty() {
        paragraphs.push(format!(
            "An import leaves these attributes unset, or at their defaults, because they are not read back: {}. If the configuration sets one of them, the first plan after the import shows an update in place.",
            unread.join(", ")
        ));
    }
    if !read_once.is_empty() {
        paragraphs.push(format!(
            "Only the import reads these: {}. What the credentials do not permit to read stays unset.",
            read_once.join(", ")
        ));
    }
    if !paragraphs.is_empty() {
        paragraphs.insert(0, "### After an Import".to_owned());
    }
    paragraphs
}
