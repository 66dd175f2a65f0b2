//! Tasks: the asynchronous half of every slow operation.
//!
//! A call that starts work answers at once with the id of a task. The task is polled until it has ended; only then is
//! the object read again. A task that succeeded does not promise that the cluster is already `running` again, and
//! task ids belong to a region.

use std::fmt;

use serde_json::Value;

use crate::request::Request;
use crate::text::{self, tame};
use crate::{Client, Error, operations};

/// Id of a task, such as `T-65f1c0...`. Opaque.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TaskId(String);

impl TaskId {
    /// The id as the service wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for TaskId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<&str> for TaskId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// State of a task, in the service's own word. The documents name `running`, `success` and `fail`; the rest has been seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskState(String);

impl TaskState {
    /// The task has ended and did what was asked.
    pub fn is_success(&self) -> bool {
        matches!(self.0.as_str(), "success" | "succeeded" | "Success")
    }

    /// The task has ended without doing what was asked.
    pub fn is_failure(&self) -> bool {
        matches!(self.0.as_str(), "fail" | "failed" | "Failed" | "canceled" | "cancelled" | "timeout")
    }
}

impl fmt::Display for TaskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&tame(&self.0, text::WORD))
    }
}

/// A task.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Task {
    /// State; everything else is commentary.
    pub state: TaskState,
    /// Why it failed.
    pub error: TaskError,
    /// Id of the task.
    pub task_id: Option<TaskId>,
    /// Kind, such as `cluster_scaleout` or `cluster_addon_install`.
    pub task_type: Option<String>,
    /// Step it is at, such as `DrainNodes`.
    pub current_stage: Option<String>,
}

impl Task {
    /// Reads a task out of an answer; `None` if it has no state.
    fn of(task: &Value) -> Option<Self> {
        Some(Self {
            state: TaskState(word(&task["state"])?),
            error: TaskError { code: word(&task["error"]["code"]), message: word(&task["error"]["message"]) },
            task_id: word(&task["task_id"]).map(TaskId),
            task_type: word(&task["task_type"]),
            current_stage: word(&task["current_stage"]),
        })
    }
}

/// A text that is not empty; a number as text.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Error of a task.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskError {
    /// Code: a word (`BadRequest`), or a number as text (`400`).
    pub code: Option<String>,
    /// Text for people.
    pub message: Option<String>,
}

/// Code and message, as far as the service gave them; nothing if it gave neither.
impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let present = |text: &Option<String>, limit| {
            text.as_deref().filter(|text| !text.trim().is_empty()).map(|text| tame(text, limit))
        };
        match (present(&self.code, text::WORD), present(&self.message, text::MESSAGE)) {
            (Some(code), Some(message)) => write!(f, "{code}: {message}"),
            (Some(text), None) | (None, Some(text)) => f.write_str(&text),
            (None, None) => Ok(()),
        }
    }
}

impl Client {
    /// Reads a task (DescribeTaskInfo).
    ///
    /// # Errors
    /// As for [`call`](Self::call).
    pub async fn describe_task_info(&self, task_id: &TaskId) -> Result<Task, Error> {
        let request = Request::of(&operations::DESCRIBE_TASK_INFO, &[("task_id", task_id.as_str())]);
        let answer = self.call(&request).await?;
        Task::of(&answer.body).ok_or_else(|| answer.unreadable(&request, "it has no `state`".to_owned()))
    }

    /// Lists the tasks of a cluster (DescribeClusterTasks), those whose state can be read.
    ///
    /// The way to find the task of a call that does not name its own, such as ModifyClusterAddon.
    ///
    /// # Errors
    /// As for [`pages`](Self::pages).
    pub async fn describe_cluster_tasks(&self, cluster_id: &str) -> Result<Vec<Task>, Error> {
        let request = Request::of(&operations::DESCRIBE_CLUSTER_TASKS, &[("cluster_id", cluster_id)]);
        let tasks = self.pages(&request, "tasks").await?;
        Ok(tasks.iter().filter_map(Task::of).collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_task_is_read_as_the_service_writes_it() {
        let task = Task::of(&json!({
            "task_id": "T-1", "state": "fail", "error": {"code": 400, "message": "wrong state"}, "stages": null,
            "current_stage": "", "events": [{"timestamp": 1_700_000_000_000_u64}],
        }))
        .unwrap();
        assert!(task.state.is_failure());
        assert_eq!(task.error.to_string(), "400: wrong state");
        assert_eq!((task.task_id, task.current_stage), (Some(TaskId::from("T-1")), None));
    }

    #[test]
    fn an_error_of_a_task_is_what_the_service_says_of_it() {
        let text = |error: Value| Task::of(&json!({"state": "fail", "error": error})).unwrap().error.to_string();
        assert_eq!(text(json!({"code": "BadRequest", "message": "wrong state"})), "BadRequest: wrong state");
        assert_eq!(text(json!({"code": "", "message": "wrong state"})), "wrong state");
        assert_eq!(text(json!({"code": "400", "message": null})), "400");
        for nothing in [json!({"code": " "}), json!({}), json!(null), json!([])] {
            assert_eq!(text(nothing), "");
        }
    }

    #[test]
    fn a_task_has_ended_well_or_badly_or_not_yet() {
        let ended = |word: &str| {
            let state = Task::of(&json!({"state": word})).unwrap().state;
            assert_eq!(state.to_string(), word);
            (state.is_success(), state.is_failure())
        };
        for word in ["success", "succeeded", "Success"] {
            assert_eq!(ended(word), (true, false), "{word}");
        }
        for word in ["fail", "failed", "Failed", "canceled", "cancelled", "timeout"] {
            assert_eq!(ended(word), (false, true), "{word}");
        }
        for word in ["pending", "running", "paused", "rewinding"] {
            assert_eq!(ended(word), (false, false), "{word}");
        }
        for none in [json!({}), json!({"state": ""}), json!({"state": null}), json!({"state": {}})] {
            assert_eq!(Task::of(&none), None, "a task without a state is no task");
        }
    }
}
