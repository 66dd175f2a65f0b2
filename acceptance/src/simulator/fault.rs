//! Trouble on purpose.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

/// Trouble that the simulator makes for the calls of one operation. Without [`Fault::times`] it goes on
/// until [`crate::Simulator::clear_faults`].
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

    /// The operation is answered with this status and text, and not carried out: a page of a proxy, for instance.
    pub fn answer(operation: &str, status: u16, body: &str) -> Self {
        Self(json!({"operation": operation, "kind": "answer", "status": status, "body": body}))
    }

    /// The operation is answered this much later, in real time.
    pub fn delay(operation: &str, by: Duration) -> Self {
        Self(json!({"operation": operation, "kind": "delay", "delay_ms": milliseconds(by)}))
    }

    /// The connection is cut before the operation is executed.
    pub fn drop_before(operation: &str) -> Self {
        Self(json!({"operation": operation, "kind": "drop", "drop_when": "before"}))
    }

    /// The operation is executed, and its answer is lost with the connection.
    pub fn drop_after(operation: &str) -> Self {
        Self(json!({"operation": operation, "kind": "drop", "drop_when": "after"}))
    }

    /// The operation finds its connection reset, if nothing passed on it for this long, in real time.
    pub fn idle_reset(operation: &str, after: Duration) -> Self {
        Self(json!({"operation": operation, "kind": "idle_reset", "idle_ms": milliseconds(after)}))
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

fn milliseconds(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
