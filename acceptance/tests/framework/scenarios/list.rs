//! Finding objects that Terraform does not have yet.

use serde_json::{Value, json};

use crate::bench::Bench;

const QUERY: &str = r#"
list "notes_note" "whole" {
  provider         = notes
  include_resource = true
  limit            = 2

  config {
    prefix = "listed"
  }
}

list "notes_note" "names" {
  provider = notes

  config {
    prefix = "listed"
  }
}
"#;

pub(crate) fn queried(bench: &mut Bench) -> anyhow::Result<()> {
    bench.configure("");
    bench.workspace.write("some.tfquery.hcl", QUERY);
    for name in ["listed-1", "listed-2", "listed-3", "other"] {
        bench.store(name, "text")?;
    }
    let run = bench.workspace.run(&["query", "-json"]).assert_success();
    bench.workspace.write("some.tfquery.hcl", "");

    let events = run.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let found: Vec<Value> = events.map(|mut event| event["list_resource_found"].take()).collect();
    let of = |list: &'static str| {
        let address = format!("list.notes_note.{list}");
        found.iter().filter(move |found| found["address"] == *address)
    };
    let names = |list: &'static str| of(list).map(|found| found["identity"]["name"].clone()).collect::<Vec<_>>();
    assert_eq!(names("whole"), ["listed-1", "listed-2"], "{run}");
    assert_eq!(names("names"), ["listed-1", "listed-2", "listed-3"], "{run}");
    for found in of("whole") {
        assert_eq!(found["resource_object"]["text"], "text", "{run}");
        assert_eq!(found["display_name"], found["identity"]["name"], "{run}");
    }
    assert!(of("names").all(|found| found["resource_object"] == json!(null)), "{run}");
    Ok(())
}
