//! `ack-simulator`: a local stand-in for the API of Alibaba Cloud Container Service for Kubernetes (product CS, version
//! 2015-12-15), so that clients can be built and tested without a cloud account.
//!
//! It verifies signatures, holds every request to the API's facts and names what is wrong, keeps clusters, node pools,
//! nodes, add-ons, tasks and events on a simulated clock, and has an admin API under `/_simulator/` for tests.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! use ack_simulator::{ClockMode, Config, Simulator};
//!
//! let simulator = Simulator::start(Config { clock: ClockMode::Timer { speed: 6000.0 }, ..Config::default() }).await?;
//! println!("ACK_ENDPOINT={}", simulator.url());
//! simulator.admin("POST", "/faults", &serde_json::json!({"operation": "CreateCluster", "kind": "drop", "times": 1}))?;
//! simulator.stop();
//! # Ok(())
//! # }
//! ```

mod admin;
mod assumptions;
mod call;
mod clock;
mod clusters;
mod config;
mod connection;
mod deprecated;
mod duration;
mod error;
mod event;
mod faults;
mod identifiers;
mod machine;
mod merge_patch;
mod name;
mod nouns;
mod objects;
mod operations;
mod record;
mod region;
mod schema;
mod server;
mod signature;
mod simulation;
mod store;
mod tag;
mod validate;
mod version;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::Value;
use tokio::sync::oneshot;

pub use assumptions::{Assumptions, DeprecatedFields, ErrorSpelling, Exclusivity, UnsetFields};
pub use clock::ClockMode;
pub use config::{Config, Credential};

/// A running simulator. It has a thread and a runtime of its own, so callers may block; it stops when dropped.
pub struct Simulator {
    service: Arc<simulation::Service>,
    address: SocketAddr,
    running: Mutex<Option<(oneshot::Sender<()>, JoinHandle<()>)>>,
}

impl fmt::Debug for Simulator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Simulator").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Simulator {
    /// Starts a simulator on the loopback address; when this returns, it answers.
    ///
    /// # Errors
    /// When the port is taken or no thread can be started.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        Self::start_blocking(config)
    }

    /// The same for callers without a runtime.
    ///
    /// # Errors
    /// When the port is taken or no thread can be started.
    pub fn start_blocking(config: Config) -> anyhow::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).with_context(|| {
            format!("cannot listen on 127.0.0.1:{}: choose another port, or 0 for a free one", config.port)
        })?;
        listener.set_nonblocking(true).context("cannot prepare the socket")?;
        let address = listener.local_addr().context("cannot read the socket's address")?;
        let service = Arc::new(simulation::Service::new(config));
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start a runtime")?;
        let (stop, stopped) = oneshot::channel::<()>();
        let served = Arc::clone(&service);
        let thread = std::thread::Builder::new()
            .name("ack-simulator".to_owned())
            .spawn(move || {
                let result = runtime.block_on(async {
                    let listener = tokio::net::TcpListener::from_std(listener)?;
                    let (begin, began) = oneshot::channel::<()>();
                    let graceful = async move {
                        // An error means that the handle is gone, which is a wish to stop as well.
                        let _ = stopped.await;
                        let _ = begin.send(());
                    };
                    tokio::select! {
                        result = server::serve(served, listener, graceful) => result,
                        // Connections that will not end are left behind.
                        () = async { let _ = began.await; tokio::time::sleep(Duration::from_millis(200)).await; } => Ok(()),
                    }
                });
                if let Err(error) = result {
                    eprintln!("ack-simulator stopped serving: {error}");
                }
                runtime.shutdown_background();
            })
            .context("cannot start the simulator's thread")?;
        Ok(Self { service, address, running: Mutex::new(Some((stop, thread))) })
    }

    /// The address as clients take it, such as `http://127.0.0.1:40000`, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Calls the admin API without the detour over HTTP: `admin("GET", "/requests", &Value::Null)`. Paths are those under
    /// `/_simulator`; `GET /` lists them.
    ///
    /// # Errors
    /// The refusal of the admin API, as text.
    pub fn admin(&self, method: &str, path: &str, body: &Value) -> anyhow::Result<Value> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (status, answer) = admin::answer(&self.service, method, path, body.as_bytes());
        anyhow::ensure!(status < 400, "{method} /_simulator{path}: {}", answer["error"].as_str().unwrap_or_default());
        Ok(answer)
    }

    /// Stops serving and closes the port; further calls do nothing.
    pub fn stop(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((stop, thread)) = running {
            // Both fail only when the thread has ended already.
            let _ = stop.send(());
            let _ = thread.join();
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.stop();
    }
}
