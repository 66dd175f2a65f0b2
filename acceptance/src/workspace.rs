//! A working directory with a Terraform in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde_json::Value;
use tempfile::TempDir;

use crate::plan::{planned_actions, resource_in_state};
use crate::{Action, Environment, Mirror, Run, Terraform, examples_directory, provider_binary, target_directory};

/// The file a plan is saved in.
const PLAN_FILE: &str = "saved.tfplan";

/// How long an interrupted command may take to reach the moment of interruption.
const INTERRUPT_BOUND: Duration = Duration::from_secs(60);

/// A temporary working directory, the provider installed in a mirror of its own, one Terraform and the
/// environment it runs in. Everything in it is removed with it.
///
/// The commands pass `-no-color` and `-input=false`, wait for their end and return a [`Run`], whether
/// they succeeded or not. Those that return values instead assert success.
#[derive(Debug)]
pub struct Workspace {
    terraform: Terraform,
    environment: Environment,
    directory: PathBuf,
    /// Removes `directory` and the mirror beside it; none once the user was promised both.
    _temporary: Option<TempDir>,
}

impl Workspace {
    /// An empty working directory, with the provider of this workspace ready to be installed.
    ///
    /// # Errors
    /// When the provider does not compile or files cannot be written.
    pub fn open(terraform: &Terraform, environment: Environment) -> anyhow::Result<Self> {
        Self::open_with_provider(terraform, environment, provider_binary()?)
    }

    /// The same with another program in the place of the provider's.
    ///
    /// # Errors
    /// When files cannot be written.
    pub fn open_with_provider(
        terraform: &Terraform,
        environment: Environment,
        provider: &Path,
    ) -> anyhow::Result<Self> {
        // In the build folder, because a mirror on the disk of the binary needs no copy of it.
        let parent = target_directory().join("tmp");
        fs::create_dir_all(&parent).with_context(|| format!("cannot create {}", parent.display()))?;
        let temporary = tempfile::Builder::new()
            .prefix("acceptance-")
            .tempdir_in(&parent)
            .with_context(|| format!("cannot create a folder in {}", parent.display()))?;
        let directory = temporary.path().join("work");
        fs::create_dir(&directory).with_context(|| format!("cannot create {}", directory.display()))?;
        let mut complete = Mirror::create(temporary.path(), provider)?.environment();
        complete.extend(&environment);
        Ok(Self { terraform: terraform.clone(), environment: complete, directory, _temporary: Some(temporary) })
    }

    /// The working directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The Terraform that runs here.
    pub fn terraform(&self) -> &Terraform {
        &self.terraform
    }

    /// The variables it runs with, beside what is inherited.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The variables of the commands to come: `TF_LOG`, other credentials.
    pub fn environment_mut(&mut self) -> &mut Environment {
        &mut self.environment
    }

    /// Gives up the temporary directory: it stays when this value is gone.
    pub fn keep(&mut self) {
        if let Some(temporary) = self._temporary.take() {
            let _ = temporary.keep();
        }
    }

    /// Writes one file of the configuration, in place of an earlier one.
    ///
    /// # Panics
    /// When the file cannot be written.
    #[track_caller]
    pub fn write(&self, name: &str, text: &str) {
        let path = self.directory.join(name);
        if let Err(error) = fs::write(&path, text) {
            panic!("cannot write {}: {error}", path.display());
        }
    }

    /// Reads one file of the working directory, a state for instance; empty when there is none.
    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.directory.join(name)).unwrap_or_default()
    }

    /// Copies the configuration of an example. Its `terraform.tfvars.example` becomes
    /// `terraform.tfvars`, as the example's README tells its reader to do.
    ///
    /// # Errors
    /// When there is no such example or files cannot be written.
    pub fn copy_example(&self, name: &str) -> anyhow::Result<()> {
        let example = examples_directory().join(name);
        let entries = fs::read_dir(&example).with_context(|| format!("there is no example {}", example.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("cannot list {}", example.display()))?;
            let file = entry.file_name();
            let Some(file) = file.to_str() else { continue };
            let target = match file {
                "terraform.tfvars.example" => "terraform.tfvars",
                _ if file.ends_with(".tf") => file,
                _ => continue,
            };
            fs::copy(entry.path(), self.directory.join(target))
                .with_context(|| format!("cannot copy {}", entry.path().display()))?;
        }
        Ok(())
    }

    /// Runs any command.
    ///
    /// # Panics
    /// When Terraform does not start.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> Run {
        match Run::captured(self.typed(arguments), &mut self.command(arguments)) {
            Ok(run) => run,
            Err(error) => panic!("{error:#}"),
        }
    }

    /// Runs any command with its output going to the terminal; the streams of the result are empty.
    ///
    /// # Errors
    /// When Terraform does not start.
    pub fn run_live(&self, arguments: &[&str]) -> anyhow::Result<Run> {
        Run::live(self.typed(arguments), &mut self.command(arguments))
    }

    /// `terraform init`
    ///
    /// # Panics
    /// When Terraform does not start.
    #[track_caller]
    pub fn init(&self) -> Run {
        self.run(&["init", "-input=false", "-no-color"])
    }

    /// `terraform validate`
    ///
    /// # Panics
    /// When Terraform does not start.
    #[track_caller]
    pub fn validate(&self) -> Run {
        self.run(&["validate", "-no-color"])
    }

    /// `terraform plan`, saved for [`Self::plan_json`]. With `-detailed-exitcode`: the exit code is 0
    /// for an empty plan, 2 for one with changes and 1 for an error.
    ///
    /// # Panics
    /// When Terraform does not start.
    #[track_caller]
    pub fn plan(&self) -> Run {
        self.plan_with(&[])
    }

    /// [`Self::plan`] with more arguments, `-destroy` or `-refresh-only` for instance.
    ///
    /// # Panics
    /// When Terraform does not start.
    #[track_caller]
    pub fn plan_with(&self, arguments: &[&str]) -> Run {
        let saved = format!("-out={PLAN_FILE}");
        let plan = ["plan", "-input=false", "-no-color", "-detailed-exitcode", &saved];
        self.run(&[&plan, arguments].concat())
    }

    /// Plans, and returns the plan as `terraform show -json` has it.
    ///
    /// # Panics
    /// When the plan fails.
    #[track_caller]
    pub fn plan_json(&self) -> Value {
        let plan = self.plan();
        assert!(matches!(plan.exit_code, Some(0 | 2)), "expected a plan\n{plan}");
        self.show_json(&[PLAN_FILE])
    }

    /// Plans, and returns what is to be done to which resource.
    ///
    /// # Panics
    /// When the plan fails.
    #[track_caller]
    pub fn planned_actions(&self) -> Vec<(String, Action)> {
        planned_actions(&self.plan_json())
    }

    /// Asserts that a plan does exactly this, in any order.
    ///
    /// # Panics
    /// When the plan fails or does something else; the message holds the plan.
    #[track_caller]
    pub fn assert_planned(&self, expected: &[(&str, Action)]) {
        let plan = self.plan();
        assert!(matches!(plan.exit_code, Some(0 | 2)), "expected a plan\n{plan}");
        let mut planned = planned_actions(&self.show_json(&[PLAN_FILE]));
        planned.sort_by(|one, other| one.0.cmp(&other.0));
        let mut expected: Vec<_> = expected.iter().map(|(address, action)| ((*address).to_owned(), *action)).collect();
        expected.sort_by(|one, other| one.0.cmp(&other.0));
        assert!(planned == expected, "expected {expected:?}, planned {planned:?}\n{plan}");
    }

    /// Asserts that there is nothing to do: what is configured, what is in the state and what the
    /// service has are the same.
    ///
    /// # Panics
    /// When the plan fails or has changes; the message holds the plan.
    #[track_caller]
    pub fn assert_plan_empty(&self) {
        let plan = self.plan();
        assert!(plan.exit_code == Some(0), "expected an empty plan\n{plan}");
    }

    /// `terraform apply -auto-approve`
    ///
    /// # Panics
    /// When Terraform does not start.
    #[track_caller]
    pub fn apply(&self) -> Run {
        self.apply_with(&[])
    }

    /// [`Self::apply`] with more arguments.
    ///
    /// # Panics
    /// When Terraform does not start.
    #[track_caller]
    pub fn apply_with(&self, arguments: &[&str]) -> Run {
        self.run(&[&APPLY, arguments].concat())
    }

    /// `terraform destroy -auto-approve`
    ///
    /// # Panics
    /// When Terraform does not start.
    #[track_caller]
    pub fn destroy(&self) -> Run {
        self.run(&["destroy", "-auto-approve", "-input=false", "-no-color"])
    }

    /// `terraform import ADDRESS ID`
    ///
    /// # Panics
    /// When Terraform does not start.
    #[track_caller]
    pub fn import(&self, address: &str, id: &str) -> Run {
        self.run(&["import", "-input=false", "-no-color", address, id])
    }

    /// `terraform state rm ADDRESS`: the resource leaves the state and goes on to exist.
    ///
    /// # Panics
    /// When Terraform does not start.
    #[track_caller]
    pub fn forget(&self, address: &str) -> Run {
        self.run(&["state", "rm", address])
    }

    /// The state as `terraform show -json` has it.
    ///
    /// # Panics
    /// When there is none that can be read.
    #[track_caller]
    pub fn show_state_json(&self) -> Value {
        self.show_json(&[])
    }

    /// The attributes in the state of one resource; none when the state does not have it.
    ///
    /// # Panics
    /// When there is no state that can be read.
    #[track_caller]
    pub fn resource(&self, address: &str) -> Option<Value> {
        resource_in_state(&self.show_state_json(), address)
    }

    /// Applies, and interrupts as Ctrl-C in a terminal does, which reaches Terraform and the provider,
    /// once `moment` holds. Returns what Terraform did then.
    ///
    /// # Errors
    /// When Terraform ends before `moment`, or `moment` does not come within a minute.
    #[cfg(unix)]
    pub fn apply_interrupted(&self, moment: impl FnMut() -> bool) -> anyhow::Result<Run> {
        self.run_interrupted(&APPLY, moment)
    }

    /// [`Self::apply_interrupted`] for any command.
    ///
    /// # Errors
    /// When Terraform ends before `moment`, or `moment` does not come within a minute.
    #[cfg(unix)]
    pub fn run_interrupted(&self, arguments: &[&str], mut moment: impl FnMut() -> bool) -> anyhow::Result<Run> {
        use std::os::unix::process::CommandExt as _;

        use rustix::process::{Pid, Signal, kill_process_group};

        let typed = self.typed(arguments);
        let started = Instant::now();
        let mut child = self
            .command(arguments)
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("`{typed}` does not start"))?;
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw).context("the process id is out of range")?;
        // The streams are read meanwhile; a full pipe would stop Terraform.
        let output = std::thread::scope(|scope| {
            let reader = child.stdout.take().map(|stream| scope.spawn(|| read(stream)));
            let errors = child.stderr.take().map(|stream| scope.spawn(|| read(stream)));
            let came = loop {
                if moment() {
                    break true;
                }
                let is_over = child.try_wait()?.is_some();
                if is_over || started.elapsed() > INTERRUPT_BOUND {
                    break false;
                }
                std::thread::sleep(Duration::from_millis(10));
            };
            let signal = if came { Signal::INT } else { Signal::KILL };
            // It fails only for a group that has ended already, which its status tells.
            let _ = kill_process_group(group, signal);
            let status = child.wait()?;
            let joined = |thread: Option<std::thread::ScopedJoinHandle<'_, Vec<u8>>>| {
                thread.and_then(|thread| thread.join().ok()).unwrap_or_default()
            };
            let output = std::process::Output { status, stdout: joined(reader), stderr: joined(errors) };
            anyhow::Ok((came, output))
        });
        let (came, output) = output?;
        let run = Run::finished(typed, &output, started);
        if !came {
            bail!("the moment to interrupt never came\n{run}");
        }
        Ok(run)
    }

    #[track_caller]
    fn show_json(&self, arguments: &[&str]) -> Value {
        let run = self.run(&[&["show", "-json", "-no-color"], arguments].concat());
        match serde_json::from_str(&run.stdout) {
            Ok(value) if run.succeeded() => value,
            _ => panic!("expected JSON\n{run}"),
        }
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = self.terraform.command(arguments);
        self.environment.apply_to(&mut command);
        command.current_dir(&self.directory);
        command
    }

    fn typed(&self, arguments: &[&str]) -> String {
        format!("{} {}", self.terraform.command_name(), arguments.join(" "))
    }
}

const APPLY: [&str; 4] = ["apply", "-auto-approve", "-input=false", "-no-color"];

#[cfg(unix)]
fn read(mut stream: impl std::io::Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What was read before an error is still worth showing.
    let _ = stream.read_to_end(&mut bytes);
    bytes
}
