//! Doing something that leaves no object behind.

use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::bench::Bench;

/// How long Terraform may take to end once it was interrupted.
const END_BOUND: Duration = Duration::from_secs(10);

const ACTIONS: &str = r#"
action "notes_stamp" "stamp" {
  config {
    notes = [notes_note.log.name]
    line  = "stamped"
  }
}

action "notes_stamp" "slow" {
  config {
    notes = [notes_note.log.name]
    line  = "slow"
    pause = 3600
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
    fails_its_trigger(bench)?;
    interrupted(bench)
}

/// An action that fails before a change stops the change.
fn fails_its_trigger(bench: &Bench) -> anyhow::Result<()> {
    let stopped = ACTIONS
        .replace("after_create", "before_update")
        .replace("action.notes_stamp.stamp]", "action.notes_stamp.missing]")
        .replace("ignore_changes = [text]", "")
        .replace("name = \"log\"\n", "name = \"log\"\n  text = \"changed\"\n");
    bench.configure(&stopped);
    let _ = bench.workspace.apply().assert_failure().assert_says("The note missing cannot be used");
    assert_eq!(bench.stored("log").as_deref(), Some("stamped\nstamped\n"));
    bench.configure(ACTIONS);
    Ok(())
}

fn interrupted(bench: &Bench) -> anyhow::Result<()> {
    let mut since = None;
    let run =
        bench.workspace.run_interrupted(&["apply", "-auto-approve", "-invoke=action.notes_stamp.slow"], || {
            let begun = bench.stored("log").is_some_and(|log| log.ends_with("slow\n"));
            since = begun.then(Instant::now);
            begun
        })?;
    let took = since.context("the action never began")?.elapsed();
    assert!(took < END_BOUND, "Terraform went on for {took:?} after the interrupt\n{run}");
    let _ = run.assert_failure().assert_says("The action was interrupted");
    Ok(())
}
