//! The programs of this workspace, built by cargo once a process.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context as _, anyhow, bail};
use serde::Deserialize;

use crate::places::workspace_root;

const PROVIDER: &str = "terraform-provider-ack";
const SIMULATOR: &str = "ack-simulator";
const NOTES: &str = "notes";

/// The provider's program, in the profile this process was built in.
///
/// # Errors
/// When it does not compile; the message holds what the compiler said.
pub fn provider_binary() -> anyhow::Result<&'static Path> {
    binary(PROVIDER)
}

/// The simulator's program, in the profile this process was built in.
///
/// # Errors
/// When it does not compile; the message holds what the compiler said.
pub fn simulator_binary() -> anyhow::Result<&'static Path> {
    binary(SIMULATOR)
}

/// The program of the framework's example provider, in the profile this process was built in.
///
/// # Errors
/// When it does not compile; the message holds what the compiler said.
pub fn notes_binary() -> anyhow::Result<&'static Path> {
    static BUILT: Once = OnceLock::new();
    once(&BUILT, || build(&["--package", "tf-provider", "--example", NOTES], Stdio::piped()))
        .and_then(|built| named(NOTES, built))
}

/// The provider's program as it is released, which `cargo dist` builds.
///
/// # Errors
/// When it does not compile; what the compiler said is on the terminal.
pub fn released_binary() -> anyhow::Result<&'static Path> {
    static BUILT: Once = OnceLock::new();
    once(&BUILT, || run(crate::dist::command()?, Stdio::inherit())).and_then(|built| named(PROVIDER, built))
}

/// Builds both programs with cargo's progress on the terminal, so that a person sees what takes time.
/// Without it the first of the functions above builds silently.
///
/// # Errors
/// When they do not compile; what the compiler said is on the terminal.
pub fn build_with_progress() -> anyhow::Result<()> {
    built(Stdio::inherit()).map(drop)
}

/// What one call of cargo built. An error is kept as text, because it can be told only once and every test wants to tell
/// it.
type Once = OnceLock<Result<Vec<PathBuf>, String>>;

fn once(
    built: &'static Once,
    build: impl FnOnce() -> anyhow::Result<Vec<PathBuf>>,
) -> anyhow::Result<&'static [PathBuf]> {
    built.get_or_init(|| build().map_err(|error| format!("{error:#}"))).as_deref().map_err(|error| anyhow!("{error}"))
}

fn built(progress: Stdio) -> anyhow::Result<&'static [PathBuf]> {
    static BUILT: Once = OnceLock::new();
    once(&BUILT, || build(&["--bins", "--package", PROVIDER, "--package", SIMULATOR], progress))
}

fn binary(name: &str) -> anyhow::Result<&'static Path> {
    named(name, built(Stdio::piped())?)
}

fn named(name: &str, built: &'static [PathBuf]) -> anyhow::Result<&'static Path> {
    built
        .iter()
        .map(PathBuf::as_path)
        .find(|path| path.file_stem().is_some_and(|stem| stem == name))
        .with_context(|| format!("cargo built no program named {name}"))
}

/// Builds programs in the profile of this process, and returns where cargo put them.
fn build(what: &[&str], progress: Stdio) -> anyhow::Result<Vec<PathBuf>> {
    cargo(&[&["build", "--profile", &profile()], what].concat(), progress)
}

/// Has cargo build programs, and returns where it put them.
fn cargo(arguments: &[&str], progress: Stdio) -> anyhow::Result<Vec<PathBuf>> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(workspace_root());
    run(command, progress)
}

fn run(mut command: Command, progress: Stdio) -> anyhow::Result<Vec<PathBuf>> {
    command.args(["--message-format", "json-render-diagnostics"]).stdin(Stdio::null()).stderr(progress);
    // Cargo describes the package it runs in these variables. Build scripts of dependencies that watch
    // them would see a change and compile again.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    let output = command.output().with_context(|| {
        let cargo = Path::new(command.get_program());
        format!("{} does not start: install Rust from https://rustup.rs", cargo.display())
    })?;
    if !output.status.success() {
        let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
        bail!("`cargo {}` failed:\n{}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().filter_map(executable).collect())
}

/// The cargo profile of this process, told by the folder of its executable:
/// `target/debug/demo`, `target/release/deps/harness-0123`.
fn profile() -> String {
    let executable = std::env::current_exe().unwrap_or_default();
    let folder = executable
        .ancestors()
        .skip(1)
        .filter_map(Path::file_name)
        .find(|name| *name != "deps" && *name != "examples")
        .and_then(|name| name.to_str());
    match folder {
        None | Some("debug") => "dev".to_owned(),
        Some(profile) => profile.to_owned(),
    }
}

/// One line of cargo's messages; of interest are those about a finished program.
#[derive(Deserialize)]
struct CargoMessage {
    reason: String,
    executable: Option<PathBuf>,
}

fn executable(line: &str) -> Option<PathBuf> {
    let message: CargoMessage = serde_json::from_str(line).ok()?;
    (message.reason == "compiler-artifact").then_some(message.executable).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_picked_out_of_cargo_messages() {
        let program = r#"{"reason":"compiler-artifact","target":{},"executable":"/t/debug/ack-simulator"}"#;
        let library = r#"{"reason":"compiler-artifact","executable":null}"#;
        let end = r#"{"reason":"build-finished","success":true}"#;
        assert_eq!(executable(program), Some(PathBuf::from("/t/debug/ack-simulator")));
        assert_eq!(executable(library), None);
        assert_eq!(executable(end), None);
    }
}
