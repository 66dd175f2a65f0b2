//! The registry's own judge of documentation, `tfplugindocs validate`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::places::workspace_root;
use crate::{Environment, Search, go};

/// Validates the registry pages of this workspace against `schemas`, the file with the answer to
/// `terraform providers schema -json`. False where there is no Go to build the validator with.
///
/// # Errors
/// When the validator cannot be built or run, or finds something; the message holds what it said.
pub fn validate_pages(schemas: &Path) -> anyhow::Result<bool> {
    let Some(program) = go::build(&go::TFPLUGINDOCS, &Search::from_environment())? else { return Ok(false) };
    let mut command = Command::new(program);
    command.args(["validate", "--provider-name", "ack", "--provider-dir"]).arg(workspace_root());
    command.arg("--providers-schema").arg(schemas);
    Environment::new().apply_to(&mut command);
    let output = command.output().context("tfplugindocs does not start")?;
    let said = [&output.stdout, &output.stderr].map(|stream| String::from_utf8_lossy(stream).into_owned()).concat();
    ensure!(output.status.success(), "tfplugindocs finds fault with the pages:\n{said}");
    Ok(true)
}
