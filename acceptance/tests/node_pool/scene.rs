//! A simulator with a cluster, a workspace, and what can be asked of both.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use acceptance::{Simulator, Target, Terraform, Workspace};
use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

/// The node pool of most scenarios.
pub(crate) const ADDRESS: &str = "ack_node_pool.workers";

/// What every configuration begins with.
const VERSIONS: &str = r#"
terraform {
  required_providers {
    ack = {
      source = "terraform-provider-ack/ack"
    }
  }
}
"#;

/// A body of CreateCluster.
fn cluster() -> Value {
    json!({
        "name": "production",
        "region_id": "cn-hangzhou",
        "cluster_type": "ManagedKubernetes",
        "cluster_spec": "ack.pro.small",
        "vpcid": "vpc-bp1exampleexample0001",
        "vswitch_ids": ["vsw-bp1exampleexample000h", "vsw-bp1exampleexample000i"],
        "container_cidr": "10.64.0.0/16",
        "service_cidr": "172.19.0.0/20",
        "addons": [{"name": "flannel"}],
    })
}

/// A simulator with a cluster in it, and an initialised workspace.
pub(crate) struct Scene {
    pub(crate) simulator: Simulator,
    pub(crate) workspace: Workspace,
    pub(crate) cluster_id: String,
}

impl Scene {
    pub(crate) fn open(terraform: &Terraform) -> anyhow::Result<Self> {
        let simulator = Simulator::start()?;
        let seeded = seed(&simulator, &json!({"clusters": [cluster()]}))?;
        let cluster_id = seeded["clusters"][0]["cluster_id"].as_str().context("no cluster was seeded")?.to_owned();
        let workspace = Workspace::open(terraform, simulator.provider_environment())?;
        workspace.write("versions.tf", VERSIONS);
        let _ = workspace.init().assert_success();
        Ok(Self { simulator, workspace, cluster_id })
    }

    /// Configures one node pool with these attributes beside the required ones.
    pub(crate) fn configure(&self, attributes: &str) {
        self.configure_with_name("workers", attributes);
    }

    pub(crate) fn configure_with_name(&self, name: &str, attributes: &str) {
        self.workspace.write("main.tf", &node_pool(&format!("\"{}\"", self.cluster_id), name, attributes));
    }

    /// Applies, and asserts that the next plan is empty, which R01 asks after every apply.
    #[track_caller]
    pub(crate) fn apply(&self) {
        let _ = self.workspace.apply().assert_success();
        self.workspace.assert_plan_empty();
    }

    /// The pools that the service has, as its snapshot shows them.
    pub(crate) fn pools(&self) -> anyhow::Result<Vec<Value>> {
        let mut snapshot = self.simulator.snapshot()?;
        let mut pools = Vec::new();
        for cluster in snapshot["clusters"].as_array_mut().context("the snapshot has no clusters")? {
            let of_cluster = cluster["node_pools"].as_object().context("a cluster has no pools")?;
            pools.extend(of_cluster.values().cloned());
        }
        Ok(pools)
    }

    /// The only pool that the service has.
    pub(crate) fn pool(&self) -> anyhow::Result<Value> {
        let mut pools = self.pools()?;
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
        let requests = self.simulator.requests_of("ModifyClusterNodePool")?;
        self.simulator.clear_requests()?;
        Ok(requests.into_iter().filter(|request| request.code.is_empty()).map(|request| request.body).collect())
    }

    /// The value of one attribute in the state.
    pub(crate) fn attribute(&self, name: &str) -> Value {
        self.workspace.resource(ADDRESS).map(|mut values| values[name].take()).unwrap_or_default()
    }

    /// Destroys, and asserts that no pool is left.
    #[track_caller]
    pub(crate) fn destroy(&self) -> anyhow::Result<()> {
        let _ = self.workspace.destroy().assert_success();
        assert_eq!(self.pools()?, Vec::<Value>::new());
        Ok(())
    }
}

/// A node pool resource; `cluster_id` is an expression.
pub(crate) fn node_pool(cluster_id: &str, name: &str, attributes: &str) -> String {
    format!(
        "resource \"ack_node_pool\" \"workers\" {{\n  cluster_id     = {cluster_id}\n  name           = \"{name}\"\n  \
         instance_types = [\"ecs.g7.xlarge\", \"ecs.g6.xlarge\"]\n  \
         vswitch_ids    = [\"vsw-bp1exampleexample000i\", \"vsw-bp1exampleexample000h\"]\n{attributes}\n}}\n"
    )
}

/// Puts clusters into the simulator, finished, without calls of the API.
fn seed(simulator: &Simulator, body: &Value) -> anyhow::Result<Value> {
    let mut stream = TcpStream::connect(simulator.url().trim_start_matches("http://"))?;
    let body = body.to_string();
    let length = body.len();
    write!(
        stream,
        "POST /_simulator/seed HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    ensure!(answer.starts_with("HTTP/1.1 200"), "the simulator refused the seed: {answer}");
    let (_, json) = answer.split_once("\r\n\r\n").context("the answer has no body")?;
    Ok(serde_json::from_str(json)?)
}

/// Waits until `condition` holds, half a minute at the most.
pub(crate) fn wait_until(mut condition: impl FnMut() -> anyhow::Result<bool>) -> anyhow::Result<()> {
    let started = Instant::now();
    while !condition()? {
        ensure!(started.elapsed() < Duration::from_secs(30), "it did not happen within half a minute");
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Says on the terminal, past the capture of the test harness, what a Terraform is too old for.
pub(crate) fn skipped(terraform: &Terraform, what: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {what} on {terraform}");
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
