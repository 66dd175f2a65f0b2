//! What an event is. The machine notes them, a noun shows them.

use jiff::Timestamp;
use serde::Serialize;

/// One event.
#[derive(Debug, Serialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) cluster_id: String,
    pub(crate) task_id: String,
    /// What the task works on: a cluster, a node pool or an add-on.
    pub(crate) subject: String,
    pub(crate) kind: &'static str,
    pub(crate) level: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) message: String,
    pub(crate) time: Timestamp,
}
