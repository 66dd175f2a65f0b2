//! Doing something that leaves no object behind.

use crate::bench::Bench;

const ACTIONS: &str = r#"
action "notes_stamp" "stamp" {
  config {
    notes = [notes_note.log.name]
    line  = "stamped"
  }
}

action "notes_stamp" "missing" {
  config {
    notes = ["missing"]
    line  = "stamped"
  }
}

resource "notes_note" "log" {
  name = "log"

  lifecycle {
    ignore_changes = [text]

    action_trigger {
      events  = [after_create]
      actions = [action.notes_stamp.stamp]
    }
  }
}
"#;

pub(crate) fn invoked(bench: &mut Bench) -> anyhow::Result<()> {
    let _ = bench.apply(ACTIONS).assert_says("stamped log");
    assert_eq!(bench.stored("log").as_deref(), Some("stamped\n"));

    let _ =
        bench.workspace.apply_with(&["-invoke=action.notes_stamp.stamp"]).assert_success().assert_says("stamped log");
    assert_eq!(bench.stored("log").as_deref(), Some("stamped\nstamped\n"));

    let _ = bench
        .workspace
        .apply_with(&["-invoke=action.notes_stamp.missing"])
        .assert_failure()
        .assert_says("The note missing cannot be used");
    Ok(())
}
