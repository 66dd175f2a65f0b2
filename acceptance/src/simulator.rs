//! A simulator to plan and apply against.

mod admin;
mod fault;

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

pub use admin::{LoggedRequest, Target};
pub use fault::Fault;

use crate::Environment;

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
        /// Stops when dropped.
        simulator: ack_simulator::Simulator,
    },
    /// A process of its own.
    Process(Child),
    /// Nothing any more: it was told to outlive this value.
    Released,
}

impl Simulator {
    /// Starts one in this process, on a free port, with a clock so fast that a cluster takes half a
    /// second. It is strict: what the provider sends is to follow the documents, whatever else the service takes.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start() -> anyhow::Result<Self> {
        // Whether the service tells a role that nobody gave decides what becomes of one that is written down too late; the
        // tests are about a service that does not.
        let assumptions =
            ack_simulator::Assumptions { node_pool_defaults_shown: false, ..ack_simulator::Assumptions::strict() };
        Self::start_with(ack_simulator::Config { assumptions, ..ack_simulator::Config::default() })
    }

    /// Starts one in this process as `config` says.
    ///
    /// # Errors
    /// When the port cannot be had.
    pub fn start_with(config: ack_simulator::Config) -> anyhow::Result<Self> {
        let simulator = ack_simulator::Simulator::start_blocking(config)?;
        Ok(Self { url: simulator.url(), serving: Serving::Here { simulator } })
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
            // Its time goes faster, and so is what may lag behind in it.
            .with("ACK_READ_LAG_SECONDS", "2")
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
