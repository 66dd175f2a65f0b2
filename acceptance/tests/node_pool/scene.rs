//! A simulator with a cluster, a workspace, and what can be asked of both.

use acceptance::{Simulator, Target, Terraform, Workspace};
use anyhow::{Context as _, ensure};
use serde_json::Value;

/// The node pool of most scenarios.
pub(crate) const ADDRESS: &str = "ack_node_pool.workers";

/// A simulator with a cluster in it, and an initialised workspace.
pub(crate) struct Scene {
    pub(crate) simulator: Simulator,
    pub(crate) workspace: Workspace,
    pub(crate) cluster_id: String,
}

impl Scene {
    pub(crate) fn open(terraform: &Terraform) -> anyhow::Result<Self> {
        let simulator = Simulator::start()?;
        // So that whatever is the service's own is told from the user's in every scenario.
        simulator.assume(&serde_json::json!({"node_pool_additions": true}))?;
        let cluster_id = simulator.seed_cluster(&[])?;
        let workspace = Workspace::initialised(terraform, &simulator)?;
        Ok(Self { simulator, workspace, cluster_id })
    }

    /// Configures one node pool with these attributes beside the required ones.
    pub(crate) fn configure(&self, attributes: &str) {
        self.configure_with_name("workers", attributes);
    }

    pub(crate) fn configure_with_name(&self, name: &str, attributes: &str) {
        self.workspace.write("main.tf", &node_pool(&format!("\"{}\"", self.cluster_id), name, attributes));
    }

    /// The only pool that the service has.
    pub(crate) fn pool(&self) -> anyhow::Result<Value> {
        let mut pools = self.simulator.node_pools()?;
        ensure!(pools.len() == 1, "expected one node pool: {pools:?}");
        pools.pop().context("there is no node pool")
    }

    pub(crate) fn pool_id(&self) -> anyhow::Result<String> {
        Ok(self.pool()?["id"].as_str().context("a pool has no id")?.to_owned())
    }

    /// Changes the only pool behind Terraform's back.
    pub(crate) fn drift(&self, patch: &Value) -> anyhow::Result<()> {
        self.simulator.mutate(&Target::node_pool(&self.cluster_id, &self.pool_id()?), patch)
    }

    /// The bodies of the changes that the service accepted since this was last asked.
    pub(crate) fn changes(&self) -> anyhow::Result<Vec<Value>> {
        let changes = self.simulator.accepted("ModifyClusterNodePool")?;
        self.simulator.clear_requests()?;
        Ok(changes.into_iter().map(|request| request.body).collect())
    }

    /// The value of one attribute in the state.
    pub(crate) fn attribute(&self, name: &str) -> Value {
        self.workspace.attribute(ADDRESS, name)
    }

    /// Destroys, and asserts that no pool is left.
    #[track_caller]
    pub(crate) fn destroy(&self) -> anyhow::Result<()> {
        let _ = self.workspace.destroy().assert_success();
        assert_eq!(self.simulator.node_pools()?, Vec::<Value>::new());
        Ok(())
    }
}

/// A node pool resource; `cluster_id` is an expression.
pub(crate) fn node_pool(cluster_id: &str, name: &str, attributes: &str) -> String {
    resource("workers", cluster_id, name, attributes)
}

/// A node pool resource whose label is its name.
pub(crate) fn node_pool_named(name: &str, cluster_id: &str, attributes: &str) -> String {
    resource(name, cluster_id, name, attributes)
}

fn resource(label: &str, cluster_id: &str, name: &str, attributes: &str) -> String {
    format!(
        "resource \"ack_node_pool\" \"{label}\" {{\n  cluster_id     = {cluster_id}\n  name           = \"{name}\"\n  \
         instance_types = [\"ecs.g7.xlarge\", \"ecs.g6.xlarge\"]\n  \
         vswitch_ids    = [\"vsw-bp1exampleexample000i\", \"vsw-bp1exampleexample000h\"]\n{attributes}\n}}\n"
    )
}

/// A record of a pool without what `paths` (dotted) names and without the time of its last change.
pub(crate) fn without(pool: &Value, paths: &[&str]) -> Value {
    let mut record = pool["record"].clone();
    for path in paths.iter().chain(&["nodepool_info.updated"]) {
        let (block, field) = path.split_once('.').unwrap_or(("", path));
        if let Some(fields) = record[block].as_object_mut() {
            fields.remove(field);
        }
    }
    record
}

pub(crate) fn node_count(pool: &Value) -> usize {
    pool["nodes"].as_array().map_or(0, Vec::len)
}

/// The keys of a list of labels, tags or taints.
pub(crate) fn keys(list: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = list.as_array().into_iter().flatten().filter_map(|pair| pair["key"].as_str()).collect();
    keys.sort_unstable();
    keys
}
