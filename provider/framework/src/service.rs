//! The service that a provider configures.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use crate::fault::Fault;
use crate::progress::Progress;

/// The configured connection to a service, shared by all resources.
pub trait Service: Send + Sync + 'static {
    /// What its calls fail with.
    type Error: From<Fault> + Into<Fault> + Send;
    /// The handle of work that the service does in the background.
    type Task: Clone + fmt::Display + Send + Sync;

    /// How long the service's reads may lag behind its writes: how long a new object may be "not found", and a written
    /// value may not show, before that counts.
    fn read_lag(&self) -> Duration {
        Duration::ZERO
    }

    /// Where a task stands. A failure's text has the service's own words, code and ids.
    fn task(&self, task: &Self::Task) -> impl Future<Output = Result<Progress, Self::Error>> + Send;
}
