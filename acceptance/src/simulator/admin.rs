//! The simulator's admin interface, through which a test looks and meddles.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Fault, REGION, Serving, Simulator};
use crate::http;

/// One call that the simulator answered or refused, as its log has it. Passwords are masked.
#[derive(Debug, Clone, Deserialize)]
pub struct LoggedRequest {
    /// Its number; the first is 1.
    pub n: u64,
    /// The API operation, `CreateCluster`.
    pub operation: String,
    /// The HTTP method.
    pub method: String,
    /// The path without its query.
    pub path: String,
    /// What follows the path's question mark.
    pub query: String,
    /// The body; null when there was none.
    pub body: Value,
    /// The HTTP status of the answer; 0 when a fault cut the connection before the call was carried out.
    pub status: u16,
    /// The error code of the answer; empty when it succeeded.
    pub code: String,
    /// Whether a fault cut the connection in place of the answer.
    pub dropped: bool,
    /// When it came, in simulated time (RFC 3339).
    pub simulated_time: String,
}

/// An object in the simulator's store.
#[derive(Debug, Clone, Serialize)]
pub struct Target {
    cluster_id: String,
    /// What it is and its id, if it is something in the cluster.
    #[serde(flatten)]
    inside: BTreeMap<&'static str, String>,
}

impl Target {
    /// A cluster.
    pub fn cluster(cluster_id: &str) -> Self {
        Self { cluster_id: cluster_id.to_owned(), inside: BTreeMap::new() }
    }

    /// A node pool of a cluster.
    pub fn node_pool(cluster_id: &str, node_pool_id: &str) -> Self {
        Self::of(cluster_id, "node_pool_id", node_pool_id)
    }

    /// An add-on of a cluster, by its name.
    pub fn addon(cluster_id: &str, name: &str) -> Self {
        Self::of(cluster_id, "addon", name)
    }

    /// Something else in a cluster, by the member that the simulator's admin interface names it with.
    pub fn of(cluster_id: &str, member: &'static str, id: &str) -> Self {
        Self { inside: BTreeMap::from([(member, id.to_owned())]), ..Self::cluster(cluster_id) }
    }
}

impl Simulator {
    /// Every call since the start or the last [`Self::clear_requests`], oldest first.
    ///
    /// # Errors
    /// When the admin interface does not answer.
    pub fn requests(&self) -> anyhow::Result<Vec<LoggedRequest>> {
        let mut answer = self.admin("GET", "requests", None)?;
        serde_json::from_value(answer["requests"].take()).context("the request log has another shape than expected")
    }

    /// The calls of one operation, oldest first.
    ///
    /// # Errors
    /// When the admin interface does not answer.
    pub fn requests_of(&self, operation: &str) -> anyhow::Result<Vec<LoggedRequest>> {
        let mut requests = self.requests()?;
        requests.retain(|request| request.operation == operation);
        Ok(requests)
    }

    /// The calls of one operation that the service carried out, oldest first.
    ///
    /// # Errors
    /// When the admin interface does not answer.
    pub fn accepted(&self, operation: &str) -> anyhow::Result<Vec<LoggedRequest>> {
        let mut requests = self.requests_of(operation)?;
        requests.retain(|request| request.status == 200);
        Ok(requests)
    }

    /// The calls that were made to change something since this was last asked or the log was cleared: operations and
    /// bodies, oldest first, refused ones too.
    ///
    /// # Errors
    /// When the admin interface does not answer.
    pub fn take_writes(&self) -> anyhow::Result<Vec<(String, Value)>> {
        let requests = self.requests()?;
        self.clear_requests()?;
        let writes = requests.into_iter().filter(|request| request.method != "GET");
        Ok(writes.map(|request| (request.operation, request.body)).collect())
    }

    /// The operations of the API that are simulated.
    ///
    /// # Errors
    /// When the admin interface does not answer.
    pub fn operations(&self) -> anyhow::Result<Vec<String>> {
        #[derive(Deserialize)]
        struct Row {
            operation: String,
            simulated: bool,
        }
        let rows = self.admin("GET", "operations", None)?["operations"].take();
        let rows: Vec<Row> = serde_json::from_value(rows).context("the list of operations has another shape")?;
        Ok(rows.into_iter().filter(|row| row.simulated).map(|row| row.operation).collect())
    }

    /// Forgets the calls so far.
    ///
    /// # Errors
    /// When the admin interface does not answer.
    pub fn clear_requests(&self) -> anyhow::Result<()> {
        self.admin("DELETE", "requests", None).map(drop)
    }

    /// Makes trouble from now on.
    ///
    /// # Errors
    /// When the admin interface refuses the fault.
    pub fn add_fault(&self, fault: &Fault) -> anyhow::Result<()> {
        self.admin("POST", "faults", Some(&serde_json::to_value(fault)?)).map(drop)
    }

    /// How often each fault that was added has struck, in their order.
    ///
    /// # Errors
    /// When the admin interface does not answer.
    pub fn struck(&self) -> anyhow::Result<Vec<u64>> {
        let answer = self.admin("GET", "faults", None)?;
        let faults = answer["faults"].as_array().context("the list of faults has another shape than expected")?;
        Ok(faults.iter().filter_map(|fault| fault["struck"].as_u64()).collect())
    }

    /// Ends all trouble.
    ///
    /// # Errors
    /// When the admin interface does not answer.
    pub fn clear_faults(&self) -> anyhow::Result<()> {
        self.admin("DELETE", "faults", None).map(drop)
    }

    /// Puts a running Pro cluster with Flannel into the service, without a call of the API, and returns its id.
    /// `addons` are installed beside those that every cluster gets, as CreateCluster takes them.
    ///
    /// # Errors
    /// When the admin interface refuses the cluster.
    pub fn seed_cluster(&self, addons: &[Value]) -> anyhow::Result<String> {
        let addons = [&[json!({"name": "flannel"})], addons].concat();
        let seeded = self.seed(json!({"addons": addons}))?;
        let cluster_id = seeded["cluster_id"].as_str();
        Ok(cluster_id.with_context(|| format!("no cluster was seeded: {seeded}"))?.to_owned())
    }

    /// Puts that many node pools into the service, a hundred in a cluster, which is all that one may have. Returns their
    /// import ids.
    ///
    /// # Errors
    /// When the admin interface refuses them.
    pub fn seed_node_pools(&self, count: usize) -> anyhow::Result<Vec<String>> {
        let pool = |i| {
            json!({
                "nodepool_info": {"name": format!("pool-{i}")},
                "scaling_group": {
                    "instance_types": ["ecs.g7.xlarge"], "vswitch_ids": ["vsw-1"], "key_pair": "operations",
                    "desired_size": 0,
                },
            })
        };
        let node_pools: Vec<Value> = (0..count).map(pool).collect();
        let mut ids = Vec::new();
        for (i, node_pools) in node_pools.chunks(100).enumerate() {
            let pod_cidr = format!("10.{}.0.0/16", 64 + i);
            let addons = json!([{"name": "flannel"}]);
            let seeded = self.seed(json!({"container_cidr": pod_cidr, "addons": addons, "node_pools": node_pools}))?;
            let cluster_id = seeded["cluster_id"].as_str().unwrap_or_default();
            let pool_ids = seeded["node_pool_ids"].as_array().into_iter().flatten().filter_map(Value::as_str);
            ids.extend(pool_ids.map(|id| format!("{REGION}:{cluster_id}:{id}")));
        }
        Ok(ids)
    }

    /// Puts a running cluster into the service, with these fields of CreateCluster beside those that it needs.
    fn seed(&self, fields: Value) -> anyhow::Result<Value> {
        let mut cluster = json!({
            "name": "seeded", "region_id": REGION, "cluster_type": "ManagedKubernetes", "cluster_spec": "ack.pro.small",
            "vpcid": "vpc-1", "vswitch_ids": ["vsw-1"], "container_cidr": "10.64.0.0/16",
            "service_cidr": "172.19.0.0/20",
        });
        for (name, value) in fields.as_object().into_iter().flatten() {
            cluster[name] = value.clone();
        }
        let mut seeded = self.admin("POST", "seed", Some(&json!({"clusters": [cluster]})))?;
        Ok(seeded["clusters"][0].take())
    }

    /// Changes an object behind Terraform's back: `patch` is merged into it (RFC 7396).
    ///
    /// # Errors
    /// When there is no such object.
    pub fn mutate(&self, target: &Target, patch: &Value) -> anyhow::Result<()> {
        let mut body = serde_json::to_value(target)?;
        body["patch"] = patch.clone();
        self.admin("POST", "mutate", Some(&body)).map(drop)
    }

    /// Deletes an object behind Terraform's back, at once.
    ///
    /// # Errors
    /// When there is no such object.
    pub fn delete(&self, target: &Target) -> anyhow::Result<()> {
        let body = serde_json::to_value(target)?;
        self.admin("POST", "delete", Some(&body)).map(drop)
    }

    /// Everything the simulator holds, secrets masked.
    ///
    /// # Errors
    /// When the admin interface does not answer.
    pub fn snapshot(&self) -> anyhow::Result<Value> {
        self.admin("GET", "snapshot", None)
    }

    /// The clusters that there are, as [`Self::snapshot`] has them: `id`, `detail`, `settings`, `node_pools`, `addons`.
    ///
    /// # Errors
    /// When the admin interface does not answer.
    pub fn clusters(&self) -> anyhow::Result<Vec<Value>> {
        self.list("clusters")
    }

    /// The one cluster that there is.
    ///
    /// # Errors
    /// When there is none, or another one.
    pub fn cluster(&self) -> anyhow::Result<Value> {
        let mut clusters = self.clusters()?;
        ensure!(clusters.len() == 1, "expected one cluster: {clusters:?}");
        Ok(clusters.remove(0))
    }

    /// The node pools of all clusters, as [`Self::snapshot`] has them: `id`, `record`, `nodes`.
    ///
    /// # Errors
    /// When the admin interface does not answer.
    pub fn node_pools(&self) -> anyhow::Result<Vec<Value>> {
        let clusters = self.clusters()?;
        let pools = clusters.iter().filter_map(|cluster| cluster["node_pools"].as_object());
        Ok(pools.flat_map(|pools| pools.values().cloned()).collect())
    }

    /// The tasks that the service has run, oldest first.
    ///
    /// # Errors
    /// When the admin interface does not answer.
    pub fn tasks(&self) -> anyhow::Result<Vec<Value>> {
        self.list("tasks")
    }

    fn list(&self, name: &str) -> anyhow::Result<Vec<Value>> {
        let list = self.snapshot()?[name].take();
        serde_json::from_value(list).with_context(|| format!("the snapshot has no list of {name}"))
    }

    /// Switches assumed behaviours, an object of name and value.
    ///
    /// # Errors
    /// When one is unknown.
    pub fn assume(&self, assumptions: &Value) -> anyhow::Result<()> {
        self.admin("PUT", "assumptions", Some(assumptions)).map(drop)
    }

    /// Lets simulated time run `speed` times as fast as real time.
    ///
    /// # Errors
    /// When the admin interface does not answer.
    pub fn run_clock(&self, speed: f64) -> anyhow::Result<()> {
        let body = json!({"mode": "timer", "speed": speed});
        self.admin("PUT", "clock", Some(&body)).map(drop)
    }

    /// Stops simulated time: nothing changes any more until [`Self::advance_clock`] or
    /// [`Self::run_clock`].
    ///
    /// # Errors
    /// When the admin interface does not answer.
    pub fn stop_clock(&self) -> anyhow::Result<()> {
        let body = json!({"mode": "manual"});
        self.admin("PUT", "clock", Some(&body)).map(drop)
    }

    /// Jumps ahead in simulated time.
    ///
    /// # Errors
    /// When the admin interface does not answer.
    pub fn advance_clock(&self, seconds: u64) -> anyhow::Result<()> {
        let body = json!({"seconds": seconds});
        self.admin("POST", "clock/advance", Some(&body)).map(drop)
    }

    /// One call of the admin interface.
    fn admin(&self, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        if let Serving::Here { simulator } = &self.serving {
            // The same without a connection.
            return simulator.admin(method, &format!("/{path}"), body.unwrap_or(&Value::Null));
        }
        let path = format!("/_simulator/{path}");
        let text = body.map(ToString::to_string);
        let answer = http::send(&self.url, method, &path, text.as_deref())?;
        if !(200..300).contains(&answer.status) {
            // A body can be long; what is wrong with it is in the answer.
            let text: String = text.unwrap_or_default().chars().take(300).collect();
            bail!("the simulator refused {method} {path}: {} {}\nfor {text}", answer.status, answer.body);
        }
        if answer.body.trim().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&answer.body).with_context(|| format!("{method} {path} answered no JSON: {}", answer.body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_admin_interface_of_the_simulator_answers() {
        let simulator = Simulator::start().unwrap();
        let unsigned = http::send(simulator.url(), "POST", "/clusters", Some("{\"name\": \"nobody signed this\"}"));
        assert!(unsigned.unwrap().status >= 400);
        let requests = simulator.requests_of("CreateCluster").unwrap();
        assert_eq!(requests.len(), 1, "{requests:?}");
        assert_eq!(requests[0].path, "/clusters");
        assert!(requests[0].status >= 400 && !requests[0].code.is_empty());
        assert!(simulator.accepted("CreateCluster").unwrap().is_empty());
        let write = ("CreateCluster".to_owned(), json!({"name": "nobody signed this"}));
        assert_eq!(simulator.take_writes().unwrap(), [write]);
        assert!(simulator.requests().unwrap().is_empty());

        let fault = Fault::drop_before("CreateCluster").times(1).skip(1);
        simulator.add_fault(&fault).unwrap();
        simulator.clear_faults().unwrap();

        simulator.stop_clock().unwrap();
        simulator.advance_clock(60).unwrap();
        simulator.run_clock(1000.0).unwrap();
    }

    #[test]
    fn what_is_seeded_is_there_and_can_be_changed_and_deleted() {
        let simulator = Simulator::start().unwrap();
        assert!(simulator.cluster().is_err(), "there is none");
        let id = simulator.seed_cluster(&[json!({"name": "loongcollector"})]).unwrap();
        simulator.mutate(&Target::cluster(&id), &json!({"timezone": "Asia/Tokyo"})).unwrap();
        let cluster = simulator.cluster().unwrap();
        assert_eq!((&cluster["id"], &cluster["detail"]["timezone"]), (&json!(id), &json!("Asia/Tokyo")));
        assert_eq!(cluster["addons"]["loongcollector"]["state"], "active");
        assert!(simulator.node_pools().unwrap().is_empty());
        assert!(simulator.requests().unwrap().is_empty(), "a seed is no call");

        let nobody = Target::node_pool(&id, "np0");
        assert!(simulator.delete(&nobody).unwrap_err().to_string().contains("NodePoolNotFound"));
        assert!(simulator.mutate(&nobody, &json!({})).unwrap_err().to_string().contains("NodePoolNotFound"));
        simulator.delete(&Target::cluster(&id)).unwrap();
        assert!(simulator.clusters().unwrap().is_empty());
    }
}
