//! A cluster that is there already, a workspace, and what can be asked of both.

use acceptance::{Simulator, Target, Terraform, Workspace};
use anyhow::Context as _;
use serde_json::Value;

pub(crate) const NEWEST_LOONGCOLLECTOR: &str = "v3.1.6-aliyun.1";

/// One cluster in a simulator of its own, and a working directory that is initialised.
pub(crate) struct Scene {
    pub(crate) simulator: Simulator,
    pub(crate) workspace: Workspace,
    pub(crate) cluster_id: String,
}

impl Scene {
    /// A cluster with the add-ons that every managed cluster gets, and `addons` as CreateCluster takes them.
    pub(crate) fn open(terraform: &Terraform, addons: &[Value]) -> anyhow::Result<Self> {
        let simulator = Simulator::start()?;
        let cluster_id = simulator.seed_cluster(addons)?;
        let workspace = Workspace::initialised(terraform, &simulator)?;
        Ok(Self { simulator, workspace, cluster_id })
    }

    /// Configures one `ack_addon` of the cluster for each label and its arguments.
    pub(crate) fn configure(&self, addons: &[(&str, &str)]) {
        let mut text = String::new();
        for (label, arguments) in addons {
            text += &format!(
                "resource \"ack_addon\" \"{label}\" {{\n  cluster_id = \"{}\"\n{arguments}\n}}\n",
                self.cluster_id
            );
        }
        self.workspace.write("main.tf", &text);
    }

    /// The add-on as the service has it; none when it is not installed.
    pub(crate) fn installed(&self, name: &str) -> anyhow::Result<Option<Value>> {
        Ok(self.simulator.cluster()?["addons"].get(name).cloned())
    }

    /// All settings of an add-on as the service has them.
    pub(crate) fn settings(&self, name: &str) -> anyhow::Result<Value> {
        let addon = self.installed(name)?.with_context(|| format!("{name} is not installed"))?;
        json_text(&addon["config"])
    }

    /// Changes an installed add-on behind Terraform's back.
    pub(crate) fn mutate(&self, name: &str, patch: &Value) -> anyhow::Result<()> {
        self.simulator.mutate(&Target::addon(&self.cluster_id, name), patch)
    }

    /// How an error names the newest task of the service.
    pub(crate) fn newest_task(&self) -> anyhow::Result<String> {
        let tasks = self.simulator.tasks()?;
        let id = tasks.last().and_then(|task| task["id"].as_str()).context("there is no task")?;
        Ok(format!("Task: {id}."))
    }
}

/// The document in a value that is JSON text.
pub(crate) fn json_text(value: &Value) -> anyhow::Result<Value> {
    let text = value.as_str().with_context(|| format!("{value} is no text"))?;
    serde_json::from_str(text).with_context(|| format!("{text} is no JSON"))
}
