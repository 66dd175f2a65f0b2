//! Objects that were of another type, or of a provider under another address.

use crate::bench::{Bench, ELSEWHERE};

const ELSEWHERE_TOO: &str = r#"
    elsewhere = {
      source = "mirror.example/example/notes"
    }
"#;

const BEFORE: &str = r#"
resource "terraform_data" "old" {
  input = { name = "old" }
}

resource "notes_note" "there" {
  provider = elsewhere
  name     = "there"
  text     = "kept"
}
"#;

const NOWHERE: &str = r#"
moved {
  from = terraform_data.old
  to   = notes_journal.new
}

resource "notes_journal" "new" {
  name    = "old"
  entries = []
}
"#;

const AFTER: &str = r#"
moved {
  from = terraform_data.old
  to   = notes_note.new
}

moved {
  from = notes_note.there
  to   = notes_note.here
}

resource "notes_note" "new" {
  name = "old"
  text = "kept"
}

resource "notes_note" "here" {
  name = "there"
  text = "kept"
}
"#;

pub(crate) fn across_types_and_providers(bench: &mut Bench) -> anyhow::Result<()> {
    bench.require(ELSEWHERE_TOO);
    bench.store("old", "kept")?;
    let _ = bench.apply(BEFORE).assert_says("2 added");
    let provider = |state: &serde_json::Value| state["resources"].to_string();
    assert!(provider(&bench.state()?).contains(ELSEWHERE));

    bench.configure(NOWHERE);
    let _ = bench.workspace.plan().assert_failure().assert_says("terraform_data of terraform.io/builtin/terraform");

    let _ = bench.apply(AFTER).assert_says("0 added, 0 changed, 0 destroyed");
    let resources = provider(&bench.state()?);
    assert!(!resources.contains(ELSEWHERE) && !resources.contains("terraform_data"), "{resources}");
    for (address, name) in [("notes_note.new", "old"), ("notes_note.here", "there")] {
        let attributes = &bench.instance(address)?["attributes"];
        assert_eq!((&attributes["name"], &attributes["text"]), (&name.into(), &"kept".into()));
    }
    bench.require("");
    bench.workspace.assert_plan_empty();
    Ok(())
}
