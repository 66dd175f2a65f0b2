//! Functions of the provider.

use serde_json::json;

use crate::bench::Bench;

const KNOWN: &str = r#"
output "slug" {
  value = provider::notes::slug("Buy Milk!")
}

output "lines" {
  value = provider::notes::lines("- ", ["a", "b"]...)
}

output "without" {
  value = [provider::notes::lines(null), provider::notes::lines(null, "a")]
}

output "entry" {
  value = [for text in ["one", "two\nrain\nsun"] : provider::notes::entry(text)]
}

# OpenTofu takes a null without a type for unknown.
output "kinds" {
  value = [for value in [tostring(null), true, "x"] : provider::notes::describe(value)]
}
"#;

const UNKNOWN: &str = r#"
resource "terraform_data" "later" {}

output "later" {
  value = [provider::notes::describe(terraform_data.later.id), provider::notes::slug(terraform_data.later.id)]
}
"#;

const WRONG: &str = r#"
output "wrong" {
  value = provider::notes::lines(null, "a", "b\nc")
}
"#;

pub(crate) fn work(bench: &mut Bench) -> anyhow::Result<()> {
    // One of the two functions takes what is not known yet; for the other one Terraform answers itself.
    bench.configure(UNKNOWN);
    let plan = bench.workspace.plan_json();
    let later = &plan["planned_values"]["outputs"]["later"];
    assert_eq!(plan["output_changes"]["later"]["after_unknown"], json!([false, true]), "{later}");
    assert_eq!(plan["output_changes"]["later"]["after"][0], "not known yet");

    bench.configure(WRONG);
    let _ = bench.workspace.plan().assert_failure().assert_says("holds more than one line").assert_says("\"b\\nc\"");

    let _ = bench.apply(KNOWN);
    let outputs = &bench.state()?["outputs"];
    let value = |name: &str| outputs[name]["value"].clone();
    assert_eq!(value("slug"), "buy-milk");
    assert_eq!(value("lines"), "- a\n- b\n");
    assert_eq!(value("without"), json!(["", "a\n"]));
    let entry = |title: &str, text: Option<&str>| json!({"title": title, "text": text});
    assert_eq!(value("entry"), json!([entry("one", None), entry("two", Some("rain\nsun"))]));
    assert_eq!(value("kinds"), json!(["nothing", "bool", "string"]));
    Ok(())
}

pub(crate) fn do_not_exist(bench: &mut Bench) -> anyhow::Result<()> {
    bench.configure(KNOWN);
    let _ = bench.workspace.validate().assert_failure().assert_says("provider::notes::slug");
    Ok(())
}
