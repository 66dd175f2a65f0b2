//! A working directory with a Terraform in it.

#[cfg(unix)]
pub(crate) mod interrupt;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::Value;
use tempfile::TempDir;

use crate::plan::{planned_actions, resource_in_state};
use crate::{
    Action, Environment, Mirror, Package, Run, Simulator, Terraform, Version, examples_directory, provider_binary,
    skip, target_directory,
};

/// The file a plan is saved in.
const PLAN_FILE: &str = "saved.tfplan";

/// With what a configuration says that it uses the provider.
pub const REQUIRED_PROVIDERS: &str = r#"terraform {
  required_providers {
    ack = {
      source = "terraform-provider-ack/ack"
    }
  }
}
"#;

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

    /// A working directory with the provider installed, for configurations that are applied to `simulator`. It has the
    /// file `versions.tf`, with [`REQUIRED_PROVIDERS`].
    ///
    /// # Errors
    /// As of [`Self::open`].
    ///
    /// # Panics
    /// When `terraform init` fails.
    #[track_caller]
    pub fn initialised(terraform: &Terraform, simulator: &Simulator) -> anyhow::Result<Self> {
        let workspace = Self::open(terraform, simulator.provider_environment())?;
        workspace.write("versions.tf", REQUIRED_PROVIDERS);
        let _ = workspace.init().assert_success();
        Ok(workspace)
    }

    /// A working directory that needs no `init`: Terraform takes the provider from where cargo builds it, as those do who
    /// work on it.
    ///
    /// # Errors
    /// As of [`Self::open`].
    #[cfg(unix)]
    pub(crate) fn with_built_provider(terraform: &Terraform, simulator: &Simulator) -> anyhow::Result<Self> {
        let temporary = temporary_folder()?;
        let environment = Mirror::overridden(temporary.path(), provider_binary()?)?;
        Self::in_folder(terraform, environment, &simulator.provider_environment(), temporary)
    }

    /// [`Self::open`] with another program in the place of the provider's.
    ///
    /// # Errors
    /// When files cannot be written.
    pub fn open_with_provider(
        terraform: &Terraform,
        environment: Environment,
        provider: &Path,
    ) -> anyhow::Result<Self> {
        Self::open_with_package(terraform, environment, &Package::ack(provider))
    }

    /// [`Self::open`] with any provider instead of this workspace's.
    ///
    /// # Errors
    /// When files cannot be written.
    pub fn open_with_package(
        terraform: &Terraform,
        environment: Environment,
        package: &Package<'_>,
    ) -> anyhow::Result<Self> {
        let temporary = temporary_folder()?;
        let installed = Mirror::create(temporary.path(), package)?.environment();
        Self::in_folder(terraform, installed, &environment, temporary)
    }

    fn in_folder(
        terraform: &Terraform,
        mut complete: Environment,
        environment: &Environment,
        temporary: TempDir,
    ) -> anyhow::Result<Self> {
        let directory = temporary.path().join("work");
        fs::create_dir(&directory).with_context(|| format!("cannot create {}", directory.display()))?;
        complete.extend(environment);
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

    /// Applies, and asserts that this leaves nothing to do.
    ///
    /// # Panics
    /// When the apply fails, or the plan after it is not empty.
    #[track_caller]
    pub fn converge(&self) {
        let _ = self.apply().assert_success();
        self.assert_plan_empty();
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

    /// Takes a resource out of the state and imports it again.
    ///
    /// # Panics
    /// When either fails.
    #[track_caller]
    pub fn reimport(&self, address: &str, id: &str) {
        let _ = self.forget(address).assert_success();
        let _ = self.import(address, id).assert_success();
    }

    /// Takes a resource out of the state, imports it by a block with its identity (HCL arguments), asserts that this is
    /// all there is to do, and returns the identity that the state has then. A Terraform older than 1.12 cannot: none is
    /// returned, and the terminal says so.
    ///
    /// # Panics
    /// When the import fails or changes something.
    #[track_caller]
    pub fn reimport_by_identity(&self, address: &str, identity: &str) -> Option<Value> {
        if self.terraform.version() < Version(1, 12, 0) {
            skip("import by identity", &self.terraform);
            return None;
        }
        let _ = self.forget(address).assert_success();
        self.write("import.tf", &format!("import {{\n  to = {address}\n  identity = {{\n{identity}\n  }}\n}}\n"));
        let _ = self.apply().assert_success().assert_says("1 imported, 0 added, 0 changed, 0 destroyed");
        self.write("import.tf", "");
        self.assert_plan_empty();
        resource_in_state(&self.show_state_json(), address).map(|mut resource| resource["identity"].take())
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
        resource_in_state(&self.show_state_json(), address).map(|mut resource| resource["values"].take())
    }

    /// One attribute in the state; null when the state does not have the resource.
    ///
    /// # Panics
    /// When there is no state that can be read.
    #[track_caller]
    pub fn attribute(&self, address: &str, name: &str) -> Value {
        self.resource(address).map(|mut values| values[name].take()).unwrap_or_default()
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

/// In the build folder, because a mirror on the disk of the binary needs no copy of it.
fn temporary_folder() -> anyhow::Result<TempDir> {
    let parent = target_directory().join("tmp");
    fs::create_dir_all(&parent).with_context(|| format!("cannot create {}", parent.display()))?;
    let folder = tempfile::Builder::new().prefix("acceptance-").tempdir_in(&parent);
    folder.with_context(|| format!("cannot create a folder in {}", parent.display()))
}

pub(crate) const APPLY: [&str; 4] = ["apply", "-auto-approve", "-input=false", "-no-color"];
