//! An attribute on its way out.

use acceptance::Product;
use serde_json::Value;

use crate::bench::Bench;

const OLD: &str = r#"
resource "notes_journal" "old" {
  name    = "old"
  writer  = "Ada"
  entries = []
}
"#;

const READ: &str = r#"
output "writer" {
  value = notes_journal.old.writer
}
"#;

pub(crate) fn told_by_the_provider(bench: &mut Bench) -> anyhow::Result<()> {
    bench.configure(OLD);
    let _ = bench
        .workspace
        .validate()
        .assert_success()
        .assert_says("`writer` is deprecated")
        .assert_says("Use `author` instead.");
    Ok(())
}

pub(crate) fn told_in_the_schema(bench: &mut Bench) -> anyhow::Result<()> {
    told_by_the_provider(bench)?;
    match bench.workspace.terraform().product() {
        Product::Terraform => {
            let run = bench.workspace.run(&["providers", "schema", "-json"]).assert_success();
            let schemas: Value = serde_json::from_str(&run.stdout)?;
            let schema = &schemas["provider_schemas"]["registry.terraform.io/example/notes"]["resource_schemas"];
            let writer = &schema["notes_journal"]["block"]["attributes"]["writer"];
            assert_eq!(writer["deprecation_message"], "Use `author` instead.", "{writer}");
        }
        Product::OpenTofu => {
            bench.configure(&format!("{OLD}{READ}"));
            let _ = bench.workspace.plan().assert_says("Value derived from a deprecated source");
        }
    }
    Ok(())
}
