//! Everything that there is while the simulator runs: the account, the faults that are asked for, the log of calls.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::Value;

use crate::config::Config;
use crate::faults::Fault;
use crate::nouns;
use crate::signature::Nonces;
use crate::store::World;

/// The log keeps that many calls.
const LOG_LIMIT: usize = 20_000;

/// One call as the request log shows it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct LoggedCall {
    /// Counted from 1, whatever the log still keeps.
    pub(crate) n: usize,
    pub(crate) operation: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) body: Value,
    /// 0 when a fault cut the connection before the call was carried out.
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) request_id: String,
    /// True when a fault cut the connection instead of replying.
    pub(crate) dropped: bool,
    pub(crate) simulated_time: String,
}

/// Everything behind the port.
pub(crate) struct Simulation {
    pub(crate) world: World,
    pub(crate) faults: Vec<Fault>,
    pub(crate) log: Vec<LoggedCall>,
    calls: usize,
    pub(crate) nonces: Nonces,
}

impl Simulation {
    fn new(config: &Config) -> Self {
        let mut world = World::new(config.clock, config.seed, config.assumptions.clone());
        nouns::join(&mut world);
        Self { world, faults: Vec::new(), log: Vec::new(), calls: 0, nonces: Nonces::default() }
    }

    /// Keeps a call in the log.
    pub(crate) fn note(&mut self, call: LoggedCall) {
        self.calls += 1;
        if self.log.len() >= LOG_LIMIT {
            self.log.remove(0);
        }
        self.log.push(LoggedCall { n: self.calls, ..call });
    }
}

/// The simulation and what it was started with.
pub(crate) struct Service {
    pub(crate) config: Config,
    simulation: Mutex<Simulation>,
}

impl Service {
    pub(crate) fn new(config: Config) -> Self {
        let simulation = Mutex::new(Simulation::new(&config));
        Self { config, simulation }
    }

    /// The simulation. A panic in one call must not take the others down, so a poisoned lock is taken as it is.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Simulation> {
        self.simulation.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts anew, as configured.
    pub(crate) fn reset(&self) {
        *self.lock() = Simulation::new(&self.config);
    }
}
