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

const NOTE: &str = r#"
resource "notes_note" "early" {
  name = "early"
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
    assert_eq!(bench.stored("early").as_deref(), Some(""));
    bench.workspace.assert_plan_empty();

    bench.workspace.write("provider.tf", PROVIDER);
    Ok(())
}
