//! The provider's debug mode: one process that a person started, for instance in a debugger, serves every run of
//! Terraform that is told of it.
#![cfg(unix)]

use std::fs::{self, File};
use std::process::{Child, Command, Stdio};

use acceptance::{Environment, REQUIRED_PROVIDERS, Simulator, Terraform, Workspace, provider_binary, wait_until};
use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

const CONFIGURATION: &str = r#"
resource "ack_cluster" "main" {
  name                = "main"
  vpc_id              = "vpc-1"
  vswitch_ids         = ["vsw-1"]
  network_plugin      = "flannel"
  pod_cidr            = "10.64.0.0/16"
  deletion_protection = false
}

resource "ack_addon" "logs" {
  cluster_id = ack_cluster.main.id
  name       = "loongcollector"
}
"#;

/// The provider in debug mode. It ends with this value.
struct Attachable {
    process: Child,
    /// The value of `TF_REATTACH_PROVIDERS`.
    reattach: String,
    _directory: TempDir,
}

impl Attachable {
    /// Starts it as a person does: in a terminal with the credentials, waiting for the line to copy.
    fn start(environment: &Environment) -> anyhow::Result<Self> {
        let directory = tempfile::tempdir()?;
        let said = directory.path().join("stdout");
        let process = Command::new(provider_binary()?)
            .arg("--debug")
            .envs(environment.iter())
            .env("TMPDIR", directory.path())
            .stdin(Stdio::null())
            .stdout(File::create(&said)?)
            .spawn()
            .context("the provider does not start")?;
        let mut attachable = Self { process, reattach: String::new(), _directory: directory };
        wait_until("the line to copy", || {
            assert!(attachable.is_running()?, "it ended");
            let text = fs::read_to_string(&said)?;
            let copied = text.split_once("export TF_REATTACH_PROVIDERS='").and_then(|(_, rest)| rest.split_once("'\n"));
            if let Some((value, _)) = copied {
                value.clone_into(&mut attachable.reattach);
            }
            Ok(copied.is_some())
        })?;
        Ok(attachable)
    }

    fn is_running(&mut self) -> anyhow::Result<bool> {
        Ok(self.process.try_wait()?.is_none())
    }
}

impl Drop for Attachable {
    fn drop(&mut self) {
        // Both fail only for a process that has ended, which is what is wanted.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn one_process_serves_every_run_and_ends_with_ctrl_c() -> anyhow::Result<()> {
    let simulator = Simulator::start()?;
    let mut provider = Attachable::start(&simulator.provider_environment())?;
    for terraform in Terraform::all_for_tests() {
        // Terraform itself knows neither where the service is nor the credentials: the process does.
        let environment = Environment::new().with("TF_REATTACH_PROVIDERS", &provider.reattach);
        let workspace = Workspace::open(terraform, environment)?;
        workspace.write("versions.tf", REQUIRED_PROVIDERS);
        workspace.write("main.tf", CONFIGURATION);

        // An interrupt of one run must not reach the next.
        simulator.clear_requests()?;
        simulator.stop_clock()?;
        let waits = || simulator.accepted("DescribeTaskInfo").is_ok_and(|requests| !requests.is_empty());
        let _ = workspace.apply_interrupted(waits)?.assert_failure().assert_says("Interrupt received");
        assert!(provider.is_running()?, "the interrupt of {terraform} ended it");
        simulator.run_clock(600.0)?;

        workspace.converge();
        assert_eq!(simulator.accepted("CreateCluster")?.len(), 1);
        let _ = workspace.destroy().assert_success();
        assert_eq!(simulator.clusters()?.len(), 0);
        assert!(provider.is_running()?, "{terraform} ended it");
        // Without `init` there is no other provider that could have done it.
        assert!(!workspace.directory().join(".terraform").exists());
    }

    kill_process(Pid::from_child(&provider.process), Signal::INT)?;
    wait_until("the end after Ctrl-C", || Ok(!provider.is_running()?))?;
    assert_eq!(provider.process.wait()?.code(), Some(0));
    Ok(())
}
