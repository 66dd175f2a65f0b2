//! A provider whose own configuration is not known before the apply.

use crate::bench::{Bench, PROVIDER};

const LATER: &str = r#"
provider "notes" {
  folder = terraform_data.place.output
}

resource "terraform_data" "place" {
  input = "notes"
}
"#;

/// Terraform tells of the text that it is not null, and how it begins.
const NOTE: &str = r#"
resource "notes_note" "early" {
  name = "early"
  text = "made for ${terraform_data.place.id}"
}
"#;

pub(crate) fn provider_is_planned_with(bench: &mut Bench) -> anyhow::Result<()> {
    let _ = bench.apply("");
    bench.workspace.write("provider.tf", LATER);
    bench.configure(NOTE);
    // One plan and one apply, although there is no folder before the apply.
    let planned = bench.workspace.plan_json();
    let changes = planned["resource_changes"].as_array().map(Vec::len);
    assert_eq!(changes, Some(2), "{planned}");
    let _ = bench.apply(NOTE).assert_says("2 added, 0 changed, 0 destroyed");
    assert!(bench.stored("early").is_some_and(|text| text.starts_with("made for ")));
    bench.workspace.assert_plan_empty();

    bench.workspace.write("provider.tf", PROVIDER);
    Ok(())
}
