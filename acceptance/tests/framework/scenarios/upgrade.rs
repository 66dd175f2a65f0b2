//! What an older version of the provider left in the state.

use serde_json::{Value, json};

use crate::bench::Bench;

const JOURNAL: &str = r#"
resource "notes_journal" "aged" {
  name    = "aged"
  entries = [{ title = "It rained." }]
}
"#;

pub(crate) fn state(bench: &mut Bench) -> anyhow::Result<()> {
    let _ = bench.apply(JOURNAL);
    age(bench, |instance| {
        instance["schema_version"] = json!(0);
        let attributes = instance["attributes"].as_object_mut().expect("an object");
        let _ = attributes.remove("entries");
        attributes.insert("text".to_owned(), json!("It rained."));
    })?;
    bench.workspace.assert_plan_empty();
    Ok(())
}

pub(crate) fn identity(bench: &mut Bench) -> anyhow::Result<()> {
    let _ = bench.apply(JOURNAL);
    age(bench, |instance| {
        instance["identity_schema_version"] = json!(0);
        instance["identity"] = json!({"title": "aged"});
    })?;
    bench.workspace.assert_plan_empty();
    // A change writes the identity in its present shape.
    let _ = bench.apply(&JOURNAL.replace("rained", "snowed")).assert_says("0 added, 1 changed, 0 destroyed");
    let instance = bench.instance("notes_journal.aged")?;
    assert_eq!((&instance["identity"], &instance["identity_schema_version"]), (&json!({"name": "aged"}), &json!(1)));
    Ok(())
}

/// Rewrites the one resource in the state on disk.
fn age(bench: &Bench, rewrite: impl FnOnce(&mut Value)) -> anyhow::Result<()> {
    let mut state = bench.state()?;
    rewrite(&mut state["resources"][0]["instances"][0]);
    bench.workspace.write("terraform.tfstate", &state.to_string());
    Ok(())
}
