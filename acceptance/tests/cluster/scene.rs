//! A simulator, a workspace, and one cluster that is configured there.

use std::collections::BTreeMap;

use acceptance::{Simulator, Terraform, Workspace};
use serde_json::Value;

/// The cluster of most scenarios.
pub(crate) const MAIN: &str = "ack_cluster.main";

/// So that a test can destroy what it made.
pub(crate) const UNPROTECTED: (&str, &str) = ("deletion_protection", "false");

/// Simulated seconds in a real one: a cluster takes a twentieth of a second.
const SPEED: f64 = 6000.0;

/// A simulator, and a Terraform that works on it.
pub(crate) struct Scene {
    pub(crate) simulator: Simulator,
    pub(crate) workspace: Workspace,
}

impl Scene {
    /// With nothing configured but `attributes` of one cluster.
    pub(crate) fn open(terraform: &Terraform, attributes: &[(&str, &str)]) -> anyhow::Result<Self> {
        let simulator = Simulator::start()?;
        simulator.run_clock(SPEED)?;
        let workspace = Workspace::initialised(terraform, &simulator)?;
        let scene = Self { simulator, workspace };
        scene.configure(attributes);
        Ok(scene)
    }

    /// The same, with the cluster created.
    pub(crate) fn applied(terraform: &Terraform, attributes: &[(&str, &str)]) -> anyhow::Result<Self> {
        let scene = Self::open(terraform, attributes)?;
        scene.workspace.converge();
        Ok(scene)
    }

    pub(crate) fn configure(&self, attributes: &[(&str, &str)]) {
        self.workspace.write("main.tf", &resource("main", attributes));
    }

    /// One attribute in the state.
    pub(crate) fn state(&self, attribute: &str) -> Value {
        self.workspace.attribute(MAIN, attribute)
    }

    pub(crate) fn id(&self) -> String {
        self.state("id").as_str().unwrap_or_default().to_owned()
    }

    /// Destroys the cluster, and asserts that the service has none any more.
    pub(crate) fn destroy(&self) -> anyhow::Result<()> {
        let _ = self.workspace.destroy().assert_success();
        assert_eq!(self.simulator.clusters()?, [Value::Null; 0], "{}", self.workspace.terraform());
        Ok(())
    }
}

/// One cluster as configuration: the least that it needs, with `attributes` (names and HCL expressions) over it.
pub(crate) fn resource(name: &str, attributes: &[(&str, &str)]) -> String {
    let mut all = BTreeMap::from([
        ("name", r#""prod""#),
        ("vpc_id", r#""vpc-1""#),
        ("vswitch_ids", r#"["vsw-2", "vsw-1"]"#),
        ("network_plugin", r#""flannel""#),
        ("pod_cidr", r#""10.64.0.0/16""#),
    ]);
    all.extend(attributes.iter().copied());
    let lines: String = all.iter().map(|(name, value)| format!("  {name} = {value}\n")).collect();
    format!("resource \"ack_cluster\" \"{name}\" {{\n{lines}}}\n\n")
}
