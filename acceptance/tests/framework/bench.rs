//! A working directory with the example provider in it.

use std::fs;
use std::path::PathBuf;

use acceptance::{Environment, HOSTS, Package, Run, Terraform, Workspace, notes_binary};
use anyhow::Context as _;
use serde_json::Value;

/// A host from which the same provider comes under another address.
pub(crate) const ELSEWHERE: &str = "mirror.example";

/// The provider block.
pub(crate) const PROVIDER: &str = r#"
provider "notes" {
  folder = "notes"
}
"#;

/// An initialised workspace in which features are tried one after the other: each gives the whole configuration anew, so
/// that what the one before made is destroyed.
pub(crate) struct Bench {
    pub(crate) workspace: Workspace,
}

impl Bench {
    pub(crate) fn open(terraform: &Terraform) -> anyhow::Result<Self> {
        let hosts: Vec<&str> = HOSTS.into_iter().chain([ELSEWHERE]).collect();
        let package =
            Package { hosts: &hosts, namespace: "example", name: "notes", version: "1.0.0", program: notes_binary()? };
        let workspace = Workspace::open_with_package(terraform, Environment::new(), &package)?;
        workspace.write("provider.tf", PROVIDER);
        fs::create_dir(workspace.directory().join("notes"))?;
        let bench = Self { workspace };
        bench.require("");
        Ok(bench)
    }

    /// Installs the provider, and others that the configuration names.
    #[track_caller]
    pub(crate) fn require(&self, others: &str) {
        let notes = "notes = {\n      source = \"example/notes\"\n    }";
        let text = format!("terraform {{\n  required_providers {{\n    {notes}\n{others}  }}\n}}\n");
        self.workspace.write("versions.tf", &text);
        let _ = self.workspace.init().assert_success();
    }

    /// Replaces the configuration.
    pub(crate) fn configure(&self, text: &str) {
        self.workspace.write("main.tf", text);
    }

    /// Replaces the configuration and applies it.
    #[track_caller]
    pub(crate) fn apply(&self, text: &str) -> Run {
        self.configure(text);
        self.workspace.apply().assert_success()
    }

    /// A file in the folder of the notes: a note `x` is in `x`, a journal `x` in `.x-journal`.
    fn file(&self, name: &str) -> PathBuf {
        self.workspace.directory().join("notes").join(format!("{name}.txt"))
    }

    /// What the service has under that name.
    pub(crate) fn stored(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.file(name)).ok()
    }

    /// Puts something into the service, past Terraform.
    pub(crate) fn store(&self, name: &str, text: &str) -> anyhow::Result<()> {
        fs::write(self.file(name), text).with_context(|| format!("cannot store {name}"))
    }

    /// The state as it is on disk.
    pub(crate) fn state(&self) -> anyhow::Result<Value> {
        serde_json::from_slice(&self.workspace.read("terraform.tfstate")).context("there is no state")
    }

    /// One resource in the state, an object with `attributes` and, in newer versions, `identity`.
    pub(crate) fn instance(&self, address: &str) -> anyhow::Result<Value> {
        let state = self.state()?;
        let resources = state["resources"].as_array().into_iter().flatten();
        let found = resources.into_iter().find(|resource| {
            let (kind, name) = (resource["type"].as_str().unwrap_or_default(), resource["name"].as_str());
            address.split_once('.') == Some((kind, name.unwrap_or_default()))
        });
        let instance = found.map(|resource| resource["instances"][0].clone());
        instance.with_context(|| format!("the state has no {address}"))
    }

    /// Destroys what the last feature left.
    #[track_caller]
    pub(crate) fn end(&self) {
        let _ = self.workspace.destroy().assert_success();
    }
}
