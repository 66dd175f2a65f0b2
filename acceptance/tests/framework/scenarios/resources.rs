//! What every version has, and write-only attributes.

use serde_json::json;

use crate::bench::Bench;

const JOURNAL: &str = r#"
resource "notes_journal" "trip" {
  name    = "trip"
  author  = { name = "Ada" }
  entries = [{ title = "one" }, { title = "two", text = "rain" }]
  readers = [{ name = "Cyd" }, { name = "Bob", mail = "bob@example.com" }]
  signs   = { "!" = { meaning = "look" } }
}
"#;

pub(crate) fn nested_attributes(bench: &mut Bench) -> anyhow::Result<()> {
    let _ = bench.apply(JOURNAL).assert_says("1 added");
    let attributes = &bench.instance("notes_journal.trip")?["attributes"];
    assert_eq!(attributes["author"], json!({"name": "Ada", "mail": null}));
    let entry = |title: &str, text: &str, length: u32| json!({"title": title, "text": text, "length": length});
    assert_eq!(attributes["entries"], json!([entry("one", "", 3), entry("two", "rain", 7)]));
    let readers = [json!({"name": "Bob", "mail": "bob@example.com"}), json!({"name": "Cyd", "mail": null})];
    assert_eq!(attributes["readers"], json!(readers));
    assert_eq!(attributes["signs"], json!({"!": {"meaning": "look"}}));
    bench.workspace.assert_plan_empty();

    let changed = JOURNAL.replace("rain", "snow and ice").replace("  author  = { name = \"Ada\" }\n", "");
    let _ = bench.apply(&changed).assert_says("0 added, 1 changed, 0 destroyed");
    let attributes = &bench.instance("notes_journal.trip")?["attributes"];
    assert_eq!(attributes["author"], json!(null));
    assert_eq!(attributes["entries"], json!([entry("one", "", 3), entry("two", "snow and ice", 15)]));
    bench.workspace.assert_plan_empty();
    Ok(())
}

pub(crate) fn planned_destroy(bench: &mut Bench) -> anyhow::Result<()> {
    let protected = |protected: bool| {
        format!(
            "resource \"notes_journal\" \"kept\" {{\n  name = \"kept\"\n  entries = []\n  protected = {protected}\n}}\n"
        )
    };
    let _ = bench.apply(&protected(true));
    // The plan is refused, before anything is done.
    bench.configure("");
    let _ = bench
        .workspace
        .plan()
        .assert_failure()
        .assert_says("`protected` stops the destroy of this journal")
        .assert_says("To go on, set `protected = false`, apply that first");
    // The second of two plans sees the object as a new one; the first has left it a note.
    bench.configure(&protected(true));
    let _ = bench
        .workspace
        .run(&["plan", "-no-color", "-input=false", "-replace=notes_journal.kept"])
        .assert_failure()
        .assert_says("`protected` stops the replacement of this journal");
    let _ = bench.apply(&protected(false)).assert_says("0 added, 1 changed, 0 destroyed");
    let _ = bench.apply("").assert_says("0 added, 0 changed, 1 destroyed");
    assert_eq!(bench.stored(".kept-journal"), None);
    Ok(())
}

pub(crate) fn schema_is_asked_for_once(bench: &mut Bench) -> anyhow::Result<()> {
    let log = bench.workspace.directory().join("provider.log");
    bench.workspace.environment_mut().set("TF_LOG_PROVIDER", "TRACE");
    bench.workspace.environment_mut().set("TF_LOG_PATH", &log);
    let _ = bench.apply("resource \"notes_note\" \"logged\" {\n  name = \"logged\"\n}\n");
    bench.workspace.environment_mut().unset("TF_LOG_PROVIDER");
    bench.workspace.environment_mut().unset("TF_LOG_PATH");

    let log = std::fs::read_to_string(log)?;
    // Each call has a line at its begin and one at its end.
    let begun: Vec<&str> = log.lines().filter(|line| line.contains(": called: ")).collect();
    let calls = |rpc: &str| begun.iter().filter(|line| line.contains(&format!("tf_rpc={rpc}"))).count();
    assert!(calls("ConfigureProvider") >= 2, "one process did it all:\n{log}");
    assert_eq!(calls("GetProviderSchema"), 1, "in\n{log}");
    Ok(())
}

fn diary(passphrase: &str, version: u32) -> String {
    format!(
        "resource \"notes_journal\" \"diary\" {{\n  name = \"diary\"\n  entries = []\n  passphrase = \"{passphrase}\"\n  \
         passphrase_version = {version}\n}}\n"
    )
}

pub(crate) fn write_only(bench: &mut Bench) -> anyhow::Result<()> {
    let (first, second) = ("open sesame", "close sesame");
    let is_sent = |passphrase| bench.stored(".diary-journal").is_some_and(|journal| journal.contains(passphrase));
    let _ = bench.apply(&diary(first, 1)).assert_silent_about(first);
    assert!(is_sent(first));
    let attributes = &bench.instance("notes_journal.diary")?["attributes"];
    assert_eq!((&attributes["passphrase"], &attributes["passphrase_version"]), (&json!(null), &json!(1)));

    // Terraform cannot see a change of what it does not store.
    bench.configure(&diary(second, 1));
    bench.workspace.assert_plan_empty();
    let _ = bench.apply(&diary(second, 2)).assert_says("0 added, 1 changed, 0 destroyed").assert_silent_about(second);
    assert!(is_sent(second) && !is_sent(first));
    assert!(!bench.state()?.to_string().contains("sesame"));
    Ok(())
}

pub(crate) fn write_only_is_refused(bench: &mut Bench) -> anyhow::Result<()> {
    bench.configure(&diary("open sesame", 1));
    let _ = bench
        .workspace
        .plan()
        .assert_failure()
        .assert_says("`passphrase` needs a newer Terraform")
        .assert_says("Use Terraform 1.11 or OpenTofu 1.11, or newer.");
    assert_eq!(bench.stored(".diary-journal"), None);
    Ok(())
}
