//! Every example is what it says: it applies, leaves nothing to do, and can be destroyed.

use std::fs;

use acceptance::{Simulator, Terraform, Workspace, examples_directory};
use serde_json::json;

/// The names of the folders of `examples`.
fn examples() -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(examples_directory())? {
        let entry = entry?;
        if entry.path().is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

#[test]
fn every_example_applies_plans_empty_and_is_destroyed() -> anyhow::Result<()> {
    let examples = examples()?;
    assert!(examples.iter().any(|name| name == "quickstart"));
    for terraform in Terraform::all_for_tests() {
        for example in &examples {
            let simulator = Simulator::start()?;
            let workspace = Workspace::open(terraform, simulator.provider_environment())?;
            workspace.copy_example(example)?;
            let _ = workspace.init().assert_success();
            let _ = workspace.validate().assert_success();
            let _ = workspace.apply().assert_success();
            workspace.assert_plan_empty();
            let _ = workspace.destroy().assert_success();
            let left = &simulator.snapshot()?["clusters"];
            assert_eq!(*left, json!([]), "{example} on {terraform}");
        }
    }
    Ok(())
}

#[test]
fn no_example_knows_the_simulator() -> anyhow::Result<()> {
    for example in examples()? {
        for entry in fs::read_dir(examples_directory().join(&example))?.flatten() {
            let text = fs::read_to_string(entry.path())?.to_lowercase();
            for word in ["simulator", "127.0.0.1", "localhost", "ack_endpoint"] {
                assert!(!text.contains(word), "{} says {word}", entry.path().display());
            }
        }
    }
    Ok(())
}
