//! The registry pages in `docs` are what the schema says, with the examples of `examples`.
//!
//! `UPDATE=1 cargo test -p terraform-provider-ack --test docs` writes them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use similar_asserts::assert_eq;
use terraform_provider_ack::Ack;
use tf_provider::Provider;
use tf_provider::docs::{data_source_page, provider_page, resource_page};
use tf_provider::provider::Named;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn example(path: &str) -> String {
    let path = root().join("examples").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}; every page shows an example", path.display()))
}

/// Compares a page with the file, or writes the file.
fn check(path: &str, page: &str) {
    let file = root().join("docs").join(path);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, page).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(written, page, "docs/{path} is not what the schema says; run the test with UPDATE=1");
}

#[test]
fn the_provider_page_is_what_the_schema_says() {
    check("index.md", &provider_page::<Ack>(&example("provider/provider.tf")));
}

#[test]
fn every_resource_has_the_page_that_its_schema_makes() {
    for resource in Ack::resources().iter() {
        let folder = format!("resources/{}_{}", Ack::NAME, resource.name());
        let page = resource_page(
            Ack::NAME,
            resource,
            &example(&format!("{folder}/resource.tf")),
            &example(&format!("{folder}/import.sh")),
        );
        check(&format!("resources/{}.md", resource.name()), &page);
    }
}

#[test]
fn every_data_source_has_the_page_that_its_schema_makes() {
    for source in Ack::data_sources().iter() {
        let name = source.name();
        let example = example(&format!("data-sources/{}_{name}/data-source.tf", Ack::NAME));
        check(&format!("data-sources/{name}.md"), &data_source_page(Ack::NAME, source, &example));
    }
}

#[test]
fn every_page_belongs_to_something() {
    let resources: Vec<_> = Ack::resources().iter().map(Named::name).collect();
    let data_sources: Vec<_> = Ack::data_sources().iter().map(Named::name).collect();
    for (folder, names) in [("resources", resources), ("data-sources", data_sources)] {
        let expected: BTreeSet<String> = names.iter().map(|name| format!("{name}.md")).collect();
        let pages = fs::read_dir(root().join("docs").join(folder)).unwrap();
        let pages: BTreeSet<String> = pages.map(|page| page.unwrap().file_name().into_string().unwrap()).collect();
        assert!(pages.is_subset(&expected), "{folder}: {:?} are left over", pages.difference(&expected));
    }
}
