//! What was built can be installed and used, as the README says.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;

use acceptance::{Environment, Simulator, Terraform, Workspace};
use anyhow::Context as _;

/// The configuration in the README's section "Use it", with a VPC and a vSwitch in place of what its reader has to fill in.
fn configuration_of_the_readme() -> anyhow::Result<String> {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md"))?;
    let (_, rest) = readme.split_once("```hcl\n").context("the README shows no configuration")?;
    let (configuration, _) = rest.split_once("```").context("the configuration does not end")?;
    Ok(configuration.replace("vpc-...", "vpc-1").replace("vsw-...", "vsw-1"))
}

#[test]
fn the_readme_can_be_followed() -> anyhow::Result<()> {
    let home = tempfile::tempdir()?;
    let installed = Command::new(env!("CARGO_BIN_EXE_install")).arg("--debug").env("HOME", home.path()).output()?;
    let said = String::from_utf8_lossy(&installed.stdout);
    assert!(installed.status.success(), "{said}{}", String::from_utf8_lossy(&installed.stderr));
    assert!(said.contains("Terraform and OpenTofu now find terraform-provider-ack/ack"), "{said}");

    for terraform in Terraform::all_for_tests() {
        let simulator = Simulator::start()?;
        let mut workspace = Workspace::open(terraform, simulator.provider_environment())?;
        // What somebody has who has set nothing: no file of settings, and a home.
        workspace.environment_mut().unset("TF_CLI_CONFIG_FILE");
        workspace.environment_mut().set("HOME", home.path());
        workspace.write("main.tf", &configuration_of_the_readme()?);
        let _ = workspace.init().assert_success();
        let _ = workspace.plan().assert_says("Plan: 2 to add, 0 to change, 0 to destroy.");
    }
    Ok(())
}

#[test]
fn another_folder_needs_a_word_in_the_settings() -> anyhow::Result<()> {
    let plugins = tempfile::tempdir()?;
    let installed =
        Command::new(env!("CARGO_BIN_EXE_install")).args(["--debug", "--into"]).arg(plugins.path()).output()?;
    let said = String::from_utf8(installed.stdout)?;
    let (_, settings) = said.split_once("CLI configuration has\n\n").context(said.clone())?;

    let terraform = &Terraform::all_for_tests()[0];
    let mut workspace = Workspace::open(terraform, Environment::new())?;
    workspace.write("settings.rc", settings);
    let file = workspace.directory().join("settings.rc");
    workspace.environment_mut().set("TF_CLI_CONFIG_FILE", file);
    workspace.write("main.tf", acceptance::REQUIRED_PROVIDERS);
    let _ = workspace.init().assert_success();
    Ok(())
}
