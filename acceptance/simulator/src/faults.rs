//! Faults on purpose: errors, delays, lost replies, resets, failing tasks and ignored fields, per operation.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::ApiError;
use crate::identifiers::Identifiers;
use crate::machine::Failure;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FaultKind {
    /// The call is answered with `status`, `code` and `message`, and not carried out.
    Error,
    /// The call is answered with `status` and `body`, whatever that is: a proxy's page, no object. It is not carried out.
    Answer,
    /// The call is held up for `delay_ms` of real time, then carried out.
    Delay,
    /// The connection is cut; `drop_when` says whether the call was carried out.
    Drop,
    /// A call that comes on a connection that was idle for `idle_ms` of real time or longer finds it reset, and is not
    /// carried out.
    IdleReset,
    /// The task that the call starts fails with `task.code` and `task.message`.
    Task,
    /// The call succeeds, but `field` of its body is ignored.
    IgnoreField,
}

/// When a connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DropWhen {
    /// Nothing was carried out.
    #[default]
    Before,
    /// It was carried out; only the reply is lost.
    After,
}

/// A fault as the admin API takes and lists it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    /// An operation's name, or `*`.
    operation: String,
    kind: FaultKind,
    #[serde(default = "default_status")]
    status: u16,
    #[serde(default = "default_code")]
    code: String,
    #[serde(default = "default_message")]
    message: String,
    /// Sent along with an error as `x-acs-retry-after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
    /// What an answer says in place of the service's.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    #[serde(default)]
    delay_ms: u64,
    #[serde(default)]
    drop_when: DropWhen,
    #[serde(default)]
    idle_ms: u64,
    /// How often it still strikes; absent = without limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u32>,
    /// Matching calls that pass unharmed first.
    #[serde(default)]
    skip: u32,
    #[serde(default = "always")]
    probability: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<Failure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// How often it has struck.
    #[serde(default)]
    struck: u32,
}

fn default_status() -> u16 {
    500
}

fn default_code() -> String {
    "InternalError".to_owned()
}

fn default_message() -> String {
    "a fault was asked for".to_owned()
}

fn always() -> f64 {
    1.0
}

impl Fault {
    /// Reads a fault and refuses what could never strike.
    pub(crate) fn parse(value: &Value) -> Result<Self, String> {
        let fault: Self = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
        if fault.operation != "*" && crate::operations::find(&fault.operation).is_none() {
            return Err(format!("{} is no operation; use one of the API's names or \"*\"", fault.operation));
        }
        let complete = match fault.kind {
            FaultKind::Error => (400..600).contains(&fault.status),
            FaultKind::Answer => fault.body.is_some() && (200..600).contains(&fault.status),
            FaultKind::Delay => fault.delay_ms > 0,
            FaultKind::Drop => true,
            FaultKind::IdleReset => fault.idle_ms > 0,
            FaultKind::Task => fault.task.is_some(),
            FaultKind::IgnoreField => fault.field.is_some(),
        };
        if !complete || !(0.0..=1.0).contains(&fault.probability) {
            return Err("error needs a status of 400-599, answer needs body and a status of 200-599, delay needs delay_ms, idle_reset needs idle_ms, task needs task.code and task.message, ignore_field needs field, probability lies in 0-1".to_owned());
        }
        Ok(fault)
    }

    fn strikes(&mut self, operation: &str, idle: Duration, ids: &mut Identifiers) -> bool {
        let is_meant = self.operation == "*" || self.operation == operation;
        if !is_meant || self.times == Some(0) || idle < Duration::from_millis(self.idle_ms) {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        if self.probability < 1.0 && ids.fraction() >= self.probability {
            return false;
        }
        if let Some(times) = &mut self.times {
            *times -= 1;
        }
        self.struck += 1;
        true
    }
}

/// What the faults do to one call.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) delay_ms: u64,
    pub(crate) error: Option<ApiError>,
    /// A status and the text that goes with it.
    pub(crate) answer: Option<(u16, String)>,
    pub(crate) drop_before: bool,
    pub(crate) reset: bool,
    pub(crate) drop_after: bool,
    pub(crate) task_failure: Option<Failure>,
    pub(crate) ignored_fields: Vec<String>,
}

/// Decides about one call, which came on a connection that was `idle` so long; every fault that strikes is counted.
pub(crate) fn judge(faults: &mut [Fault], operation: &str, idle: Duration, ids: &mut Identifiers) -> Verdict {
    let mut verdict = Verdict::default();
    for fault in faults {
        // A call that another fault has already ended does not use up the ones behind it.
        let is_over = verdict.error.is_some() || verdict.answer.is_some() || verdict.drop_before || verdict.reset;
        if is_over || !fault.strikes(operation, idle, ids) {
            continue;
        }
        match fault.kind {
            FaultKind::Error => {
                let error = ApiError::new(fault.status, &fault.code, &fault.message);
                verdict.error = Some(ApiError { retry_after_ms: fault.retry_after_ms, ..error });
            }
            FaultKind::Answer => verdict.answer = fault.body.clone().map(|body| (fault.status, body)),
            FaultKind::Delay => verdict.delay_ms += fault.delay_ms,
            FaultKind::Drop => match fault.drop_when {
                DropWhen::Before => verdict.drop_before = true,
                DropWhen::After => verdict.drop_after = true,
            },
            FaultKind::IdleReset => verdict.reset = true,
            FaultKind::Task => verdict.task_failure = fault.task.clone(),
            FaultKind::IgnoreField => verdict.ignored_fields.extend(fault.field.clone()),
        }
    }
    verdict
}

/// Takes a dotted path out of a body; in lists, out of every item.
pub(crate) fn remove_field(body: &mut Value, path: &str) {
    match body {
        Value::Array(items) => items.iter_mut().for_each(|item| remove_field(item, path)),
        Value::Object(fields) => match path.split_once('.') {
            Some((first, rest)) => {
                if let Some(inner) = fields.get_mut(first) {
                    remove_field(inner, rest);
                }
            }
            None => {
                fields.remove(path);
            }
        },
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(values: &[Value]) -> Vec<Fault> {
        values.iter().map(|value| Fault::parse(value).unwrap()).collect()
    }

    #[test]
    fn times_and_skip_are_counted() {
        let mut faults = faults(&[
            json!({"operation": "CreateCluster", "kind": "error", "status": 503, "code": "ServiceUnavailable", "times": 2, "skip": 1}),
        ]);
        let mut ids = Identifiers::new(1);
        let mut strike =
            |operation: &str| judge(&mut faults, operation, Duration::ZERO, &mut ids).error.map(|error| error.code);
        assert_eq!(strike("CreateCluster"), None);
        assert_eq!(strike("DeleteCluster"), None);
        assert_eq!(strike("CreateCluster").as_deref(), Some("ServiceUnavailable"));
        assert_eq!(strike("CreateCluster").as_deref(), Some("ServiceUnavailable"));
        assert_eq!(strike("CreateCluster"), None);
    }

    #[test]
    fn probability_is_repeatable_and_about_right() {
        let run = || {
            let mut faults = faults(&[json!({"operation": "*", "kind": "drop", "probability": 0.3})]);
            let mut ids = Identifiers::new(42);
            (0..1000).filter(|_| judge(&mut faults, "DescribeTaskInfo", Duration::ZERO, &mut ids).drop_before).count()
        };
        assert_eq!(run(), run());
        assert!((250..350).contains(&run()), "{}", run());
    }

    #[test]
    fn what_could_never_strike_is_refused() {
        assert!(
            Fault::parse(&json!({"operation": "CreateClutser", "kind": "drop"})).unwrap_err().contains("CreateClutser")
        );
        assert!(Fault::parse(&json!({"operation": "*", "kind": "task"})).is_err());
        assert!(Fault::parse(&json!({"operation": "*", "kind": "idle_reset"})).unwrap_err().contains("idle_ms"));
        assert!(Fault::parse(&json!({"operation": "*", "kind": "drop", "delay": 3})).unwrap_err().contains("delay"));
    }

    #[test]
    fn fields_go_by_dotted_path_and_in_every_item() {
        let mut body = json!([{"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}]);
        remove_field(&mut body, "a.b");
        assert_eq!(body, json!([{"a": {"c": 2}}, {"a": {}}]));
    }
}
