//! Registry pages: a schema in, Markdown out, in the layout that the registries of Terraform and OpenTofu read.
//!
//! | page | file |
//! |---|---|
//! | [`provider_page`] | `docs/index.md` |
//! | [`resource_page`] | `docs/resources/<name>.md` |
//!
//! All text comes from the doc comments and the rules of the schema; examples are passed in.

mod attribute;
mod text;

use self::attribute::Subject;
use crate::lifecycle::{DynResource, default_timeout};
use crate::provider::Provider;
use crate::resource::IdentityAttribute;
use crate::schema::{Attribute, Kind, Nesting};

/// The page of the provider block. `example` is Terraform code.
pub fn provider_page<P: Provider>(example: &str) -> String {
    use crate::model::Model as _;
    let name = P::NAME;
    let description = P::Config::DESCRIPTION;
    let mut sections = vec![
        front_matter(&format!("{name} Provider"), description),
        format!("# {name} Provider"),
        text::paragraphs(description).join("\n\n"),
        example_usage(example),
    ];
    sections.extend(argument_reference(&P::Config::attributes(), Subject::Provider));
    page(&sections)
}

/// The page of a resource. `provider` is the prefix of the names, `example` is Terraform code, and `import` the shell
/// command that imports an object.
pub fn resource_page<S>(provider: &str, resource: &dyn DynResource<S>, example: &str, import: &str) -> String {
    let name = format!("{provider}_{}", resource.name());
    let schema = resource.schema();
    let mut sections = vec![
        front_matter(&format!("{name} Resource - {provider}"), schema.description),
        format!("# {name} (Resource)"),
        text::paragraphs(schema.description).join("\n\n"),
        example_usage(example),
    ];
    sections.extend(argument_reference(&schema.attributes, Subject::Resource));
    sections.extend(timeouts(resource));
    sections.extend(import_section(&name, resource, import));
    page(&sections)
}

fn page(sections: &[String]) -> String {
    sections.join("\n\n") + "\n"
}

fn front_matter(title: &str, description: &str) -> String {
    let first = text::paragraphs(description).into_iter().next().unwrap_or_default().replace('\n', "\n  ");
    format!("---\npage_title: \"{title}\"\nsubcategory: \"\"\ndescription: |-\n  {first}\n---")
}

fn example_usage(example: &str) -> String {
    format!("## Example Usage\n\n{}", code("terraform", example))
}

fn code(language: &str, code: &str) -> String {
    format!("```{language}\n{}\n```", code.trim_end())
}

fn argument_reference(attributes: &[Attribute], subject: Subject) -> Vec<String> {
    let mut sections = vec!["## Argument Reference".to_owned()];
    sections.extend(attribute::lists(attributes, &[], "### ", subject));
    sections.extend(attribute::nested(attributes, &[], subject));
    sections
}

/// The `timeouts`, with the limits that hold without them.
fn timeouts<S>(resource: &dyn DynResource<S>) -> Vec<String> {
    let Some(attribute) = resource.schema().attribute(attribute::TIMEOUTS) else {
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
    vec![
        "## Import".to_owned(),
        format!("The id is `{}`. With the command:", resource.import_id_form()),
        code("shell", command),
        "With an `import` block, by id or, in Terraform 1.12 and later, by identity:".to_owned(),
        code("terraform", &identity_block(name, identity)),
        optional_parts(identity),
    ]
    .into_iter()
    .filter(|section| !section.is_empty())
    .collect()
}

fn identity_block(name: &str, identity: &[IdentityAttribute]) -> String {
    let required: Vec<&str> = identity.iter().filter(|a| a.required).map(|a| a.name).collect();
    let width = required.iter().map(|name| name.len()).max().unwrap_or_default();
    let lines: String = required.iter().map(|name| format!("    {name:width$} = \"<{name}>\"\n")).collect();
    format!("import {{\n  to = {name}.example\n  identity = {{\n{lines}  }}\n}}")
}

fn optional_parts(identity: &[IdentityAttribute]) -> String {
    let optional: Vec<String> = identity.iter().filter(|a| !a.required).map(|a| format!("`{}`", a.name)).collect();
    if optional.is_empty() {
        return String::new();
    }
    format!("The identity can also have {}; without it, the provider fills it in.", optional.join(", "))
}
