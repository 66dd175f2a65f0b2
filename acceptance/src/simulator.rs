//! A simulator to plan and apply against, and the back door through which a test looks and meddles.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Environment, http};

const ACCESS_KEY_ID: &str = "simulator-id";
const ACCESS_KEY_SECRET: &str = "simulator-secret";
const REGION: &str = "cn-hangzhou";

/// How long the program may take to say where it listens.
const START_BOUND: Duration = Duration::from_secs(20);

/// A running simulator. It ends when this value is dropped.
#[derive(Debug)]
pub struct Simulator {
    url: String,
    serving: Serving,
}

/// What keeps it running.
#[derive(Debug)]
enum Serving {
    /// A server in this process, with a thread and a runtime of its own.
    Here {
        /// Stops when dropped, which is all that is asked of it.
        _simulator: ack_simulator::Simulator,
    },
    /// A process of its own.
    Process(Child),
    /// Nothing any more: it was told to outlive this value.
    Released,
}

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
    /// The HTTP status of the answer.
    pub status: u16,
    /// The error code of the answer; empty when it succeeded.
    pub code: String,
    /// Whether a fault cut the connection in place of the answer.
    pub dropped: bool,
    /// When it came, in simulated time (RFC 3339).
    pub simulated_time: String,
}

/// Trouble that the simulator makes for the calls of one operation. Without [`Fault::times`] it goes on
/// until [`Simulator::clear_faults`].
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Fault(Value);

impl Fault {
    /// The operation (`*` for all) is refused with this HTTP status and error code.
    pub fn error(operation: &str, status: u16, code: &str, message: &str) -> Self {
        Self(json!({
            "operation": operation, "kind": "error", "status": status, "code": code, "message": message,
        }))
    }

    /// The operation is answered this much later, in real time.
    pub fn delay(operation: &str, by: Duration) -> Self {
        let milliseconds = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        Self(json!({"operation": operation, "kind": "delay", "delay_ms": milliseconds}))
    }

    /// The connection is cut before the operation is executed.
    pub fn drop_before(operation: &str) -> Self {
        Self(json!({"operation": operation, "kind": "drop", "drop_when": "before"}))
    }

    /// The operation is executed, and its answer is lost with the connection.
    pub fn drop_after(operation: &str) -> Self {
        Self(json!({"operation": operation, "kind": "drop", "drop_when": "after"}))
    }

    /// The task that the operation starts fails with this error.
    pub fn task(operation: &str, code: &str, message: &str) -> Self {
        Self(json!({
            "operation": operation, "kind": "task", "task": {"code": code, "message": message},
        }))
    }

    /// The operation succeeds and this field (dotted) of its body has no effect.
    pub fn ignore_field(operation: &str, field: &str) -> Self {
        Self(json!({"operation": operation, "kind": "ignore_field", "field": field}))
    }

    /// Only for the first `count` calls.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        self.with("times", json!(count))
    }

    /// Only after `count` calls went through untouched.
    #[must_use]
    pub fn skip(self, count: u64) -> Self {
        self.with("skip", json!(count))
    }

    /// Only for this share of the calls, between 0 and 1.
    #[must_use]
    pub fn probability(self, share: f64) -> Self {
        self.with("probability", json!(share))
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.0[name] = value;
        self
    }
}

/// An object in the simulator's store.
#[derive(Debug, Clone, Serialize)]
pub struct Target {
    cluster_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    node_pool_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    addon: Option<String>,
}

impl Target {
    /// A cluster.
    pub fn cluster(cluster_id: &str) -> Self {
        Self { cluster_id: cluster_id.to_owned(), node_pool_id: None, addon: None }
    }

    /// A node pool of a cluster.
    pub fn node_pool(cluster_id: &str, node_pool_id: &str) -> Self {
        Self { node_pool_id: Some(node_pool_id.to_owned()), ..Self::cluster(cluster_id) }
    }

    /// An add-on of a cluster, by its name.
    pub fn addon(cluster_id: &str, name: &str) -> Self {
        Self { addon: Some(name.to_owned()), ..Self::cluster(cluster_id) }
    }
}

impl Simulator {
    /// Starts one in this process, on a free port, with a clock so fast that a cluster takes half a
    /// second.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start() -> anyhow::Result<Self> {
        Self::start_with(ack_simulator::Config::default())
    }

    /// Starts one in this process as `config` says.
    ///
    /// # Errors
    /// When the port cannot be had.
    pub fn start_with(config: ack_simulator::Config) -> anyhow::Result<Self> {
        let simulator = ack_simulator::Simulator::start_blocking(config)?;
        Ok(Self { url: simulator.url(), serving: Serving::Here { _simulator: simulator } })
    }

    /// Starts the program, on a free port, with `speed` simulated seconds in a real one. What it prints
    /// goes to the file `log`.
    ///
    /// # Errors
    /// When it does not start, or does not say where it listens.
    pub fn spawn(program: &Path, speed: f64, log: &Path) -> anyhow::Result<Self> {
        let output = File::create(log).with_context(|| format!("cannot create {}", log.display()))?;
        let errors = output.try_clone().context("cannot share the log file")?;
        let mut command = Command::new(program);
        command.args(["--port", "0", "--speed", &speed.to_string()]).stdin(Stdio::null()).stdout(output).stderr(errors);
        leave_process_group(&mut command);
        let child = command.spawn().with_context(|| format!("{} does not start", program.display()))?;
        let mut simulator = Self { url: String::new(), serving: Serving::Process(child) };
        simulator.url = simulator.announced_url(log)?;
        Ok(simulator)
    }

    /// Waits for the line that says where the program listens.
    fn announced_url(&mut self, log: &Path) -> anyhow::Result<String> {
        let started = Instant::now();
        loop {
            let file = File::open(log).with_context(|| format!("cannot read {}", log.display()))?;
            let mut line = String::new();
            BufReader::new(file).read_line(&mut line)?;
            if let Some((_, url)) = line.trim_end().split_once("listening on ")
                && line.ends_with('\n')
            {
                return Ok(url.to_owned());
            }
            let ended = match &mut self.serving {
                Serving::Process(child) => child.try_wait()?,
                _ => None,
            };
            if ended.is_some() || started.elapsed() > START_BOUND {
                bail!(
                    "the simulator does not say where it listens; it said:\n{}",
                    std::fs::read_to_string(log).unwrap_or_default()
                );
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Lets the process go on when this value is dropped, and returns its id; none for a simulator in
    /// this process.
    pub fn release(mut self) -> Option<u32> {
        match std::mem::replace(&mut self.serving, Serving::Released) {
            Serving::Process(child) => Some(child.id()),
            Serving::Here { .. } | Serving::Released => None,
        }
    }

    /// Where it listens, `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The variables with which the provider talks to this simulator and is let in.
    pub fn provider_environment(&self) -> Environment {
        Environment::new()
            .with("ACK_ENDPOINT", &self.url)
            .with("ALIBABA_CLOUD_ACCESS_KEY_ID", ACCESS_KEY_ID)
            .with("ALIBABA_CLOUD_ACCESS_KEY_SECRET", ACCESS_KEY_SECRET)
            .with("ALIBABA_CLOUD_REGION", REGION)
    }

    /// Every call since the start or the last [`Self::clear_requests`], oldest first.
    ///
    /// # Errors
    /// When the back door does not answer.
    pub fn requests(&self) -> anyhow::Result<Vec<LoggedRequest>> {
        let mut answer = self.admin("GET", "requests", None)?;
        serde_json::from_value(answer["requests"].take()).context("the request log has another shape than expected")
    }

    /// The calls of one operation, oldest first.
    ///
    /// # Errors
    /// When the back door does not answer.
    pub fn requests_of(&self, operation: &str) -> anyhow::Result<Vec<LoggedRequest>> {
        let mut requests = self.requests()?;
        requests.retain(|request| request.operation == operation);
        Ok(requests)
    }

    /// Forgets the calls so far.
    ///
    /// # Errors
    /// When the back door does not answer.
    pub fn clear_requests(&self) -> anyhow::Result<()> {
        self.admin("DELETE", "requests", None).map(drop)
    }

    /// Makes trouble from now on.
    ///
    /// # Errors
    /// When the back door refuses the fault.
    pub fn add_fault(&self, fault: &Fault) -> anyhow::Result<()> {
        self.admin("POST", "faults", Some(&fault.0)).map(drop)
    }

    /// Ends all trouble.
    ///
    /// # Errors
    /// When the back door does not answer.
    pub fn clear_faults(&self) -> anyhow::Result<()> {
        self.admin("DELETE", "faults", None).map(drop)
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
    /// When the back door does not answer.
    pub fn snapshot(&self) -> anyhow::Result<Value> {
        self.admin("GET", "snapshot", None)
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
    /// When the back door does not answer.
    pub fn run_clock(&self, speed: f64) -> anyhow::Result<()> {
        let body = json!({"mode": "timer", "speed": speed});
        self.admin("PUT", "clock", Some(&body)).map(drop)
    }

    /// Stops simulated time: nothing changes any more until [`Self::advance_clock`] or
    /// [`Self::run_clock`].
    ///
    /// # Errors
    /// When the back door does not answer.
    pub fn stop_clock(&self) -> anyhow::Result<()> {
        let body = json!({"mode": "manual"});
        self.admin("PUT", "clock", Some(&body)).map(drop)
    }

    /// Jumps ahead in simulated time.
    ///
    /// # Errors
    /// When the back door does not answer.
    pub fn advance_clock(&self, seconds: u64) -> anyhow::Result<()> {
        let body = json!({"seconds": seconds});
        self.admin("POST", "clock/advance", Some(&body)).map(drop)
    }

    /// One call of the back door.
    fn admin(&self, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let path = format!("/_simulator/{path}");
        let text = body.map(ToString::to_string);
        let answer = http::send(&self.url, method, &path, text.as_deref())?;
        if !(200..300).contains(&answer.status) {
            bail!(
                "the simulator refused {method} {path} {}: {} {}",
                text.unwrap_or_default(),
                answer.status,
                answer.body
            );
        }
        if answer.body.trim().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&answer.body).with_context(|| format!("{method} {path} answered no JSON: {}", answer.body))
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        if let Serving::Process(child) = &mut self.serving {
            // Both fail only for a process that has ended, which is what is wanted.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Ctrl-C in a terminal goes to all its processes. The simulator has to outlive it, for Terraform
/// finishes its calls before it ends.
#[cfg(unix)]
fn leave_process_group(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;

    command.process_group(0);
}

#[cfg(not(unix))]
fn leave_process_group(_command: &mut Command) {}
