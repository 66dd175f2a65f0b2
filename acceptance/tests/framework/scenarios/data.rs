//! Reading what exists: at plan time where all is known, else during the apply.

use serde_json::json;

use crate::bench::Bench;

const KNOWN: &str = r#"
data "notes_notes" "found" {
  prefix = "data-"
}

output "found" {
  value = data.notes_notes.found.names
}
"#;

const LATER: &str = r#"
resource "terraform_data" "prefix" {
  input = "data-"
}

resource "notes_note" "new" {
  name = "data-2"
}

data "notes_notes" "found" {
  prefix     = terraform_data.prefix.output
  depends_on = [notes_note.new]
}

output "found" {
  value = data.notes_notes.found.names
}
"#;

pub(crate) fn read(bench: &mut Bench) -> anyhow::Result<()> {
    bench.store("data-1", "")?;
    bench.configure(KNOWN);
    let found = &bench.workspace.plan_json()["planned_values"]["outputs"]["found"]["value"];
    assert_eq!(*found, json!(["data-1"]));

    bench.configure(LATER);
    assert_eq!(bench.workspace.plan_json()["output_changes"]["found"]["after_unknown"], true);
    let _ = bench.apply(LATER);
    assert_eq!(bench.state()?["outputs"]["found"]["value"], json!(["data-1", "data-2"]));
    Ok(())
}
