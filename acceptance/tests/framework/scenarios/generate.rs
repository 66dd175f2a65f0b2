//! Configuration for what is there already.

use std::fs;

use crate::bench::Bench;

fn import(address: &str) -> String {
    format!("import {{\n  to = {address}\n  id = \"generated\"\n}}\n")
}

const JOURNAL: &str = r#"{
  "author": {"name": "Ada", "mail": null},
  "entries": [{"title": "one", "text": ""}, {"title": "two", "text": "rain"}],
  "protected": false
}"#;

const QUERY: &str = r#"
list "notes_note" "found" {
  provider = notes

  config {
    prefix = "queried"
  }
}
"#;

/// Plans an import, and returns the configuration that Terraform generates for it, without its blanks.
fn generated(bench: &Bench, address: &str) -> anyhow::Result<Vec<String>> {
    bench.configure(&import(address));
    let plan = bench.workspace.plan_with(&["-generate-config-out=generated.tf"]);
    assert!(matches!(plan.exit_code, Some(0 | 2)), "expected a plan\n{plan}");
    lines(bench, "generated.tf")
}

fn lines(bench: &Bench, file: &str) -> anyhow::Result<Vec<String>> {
    let text = String::from_utf8(bench.workspace.read(file))?;
    let is_code = |line: &&str| !line.is_empty() && !line.starts_with('#');
    Ok(text.lines().filter(is_code).map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect())
}

/// Applies what was generated, asserts that it changes nothing, and forgets it.
#[track_caller]
fn assert_complete(bench: &Bench, imported: usize) -> anyhow::Result<()> {
    let says = format!("{imported} imported, 0 added, 0 changed");
    let _ = bench.workspace.apply().assert_success().assert_says(&says);
    for entry in fs::read_dir(bench.workspace.directory())? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("generated")) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

pub(crate) fn only_what_the_user_has_to_write(bench: &mut Bench) -> anyhow::Result<()> {
    bench.store(".generated-journal", JOURNAL)?;
    let journal = generated(bench, "notes_journal.generated")?;
    // Without lengths, which are computed, without `protected`, which has its default, and without what is deprecated.
    let expected = "resource \"notes_journal\" \"generated\" { author = { mail = null name = \"Ada\" } \
                    entries = [ { title = \"one\" }, { text = \"rain\" title = \"two\" }, ] name = \"generated\" \
                    passphrase = null # sensitive passphrase_version = null readers = null signs = null }";
    assert_eq!(journal.join(" "), expected);

    bench.workspace.write("some.tfquery.hcl", QUERY);
    bench.store("queried-1", "text")?;
    bench.store("queried-2", "")?;
    let _ = bench.workspace.run(&["query", "-generate-config-out=generated_query.tf"]).assert_success();
    bench.workspace.write("some.tfquery.hcl", "");
    let queried = lines(bench, "generated_query.tf")?.join(" ");
    assert!(queried.contains("name = \"queried-1\" text = \"text\" timeouts = null }"), "{queried}");
    assert!(queried.contains("name = \"queried-2\" timeouts = null }"), "{queried}");
    assert_complete(bench, 3)
}

pub(crate) fn guessed(bench: &mut Bench) -> anyhow::Result<()> {
    bench.store("generated", "")?;
    let note = generated(bench, "notes_note.generated")?.join(" ");
    assert!(note.contains("name = \"generated\""), "{note}");
    assert_complete(bench, 1)
}
