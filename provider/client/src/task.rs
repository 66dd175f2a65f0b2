//! Tasks: the asynchronous half of every slow operation.
//!
//! A call that starts work answers at once with the id of a task. The task is polled until it has ended; only then is
//! the object read again. A task that succeeded does not promise that the cluster is already `running` again, and
//! task ids belong to a region.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::call::Object;
use crate::request::Request;
use crate::text::{self, tame};
use crate::wire::{self, open_enum};
use crate::{Client, Error, operations};

/// Id of a task, such as `T-65f1c0...`. Opaque.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
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

open_enum! {
    /// State of a task. The documents name `running`, `success` and `fail`; the rest has been seen.
    pub enum TaskState {
        /// Not begun.
        Pending = "pending",
        /// Under way.
        Running = "running",
        /// Ended well.
        Success = "success" | "succeeded" | "Success",
        /// Ended badly: see [`Task::error`].
        Fail = "fail" | "failed" | "Failed",
        /// Paused by PauseTask; goes on after ResumeTask.
        Paused = "paused" | "pause",
        /// Ended by CancelTask.
        Canceled = "canceled" | "cancelled",
        /// Ended because it took too long.
        Timeout = "timeout",
    }
}

impl TaskState {
    /// The task will not change any more.
    pub fn is_finished(&self) -> bool {
        matches!(self, Self::Success | Self::Fail | Self::Canceled | Self::Timeout)
    }

    /// The task has ended without doing what was asked.
    pub fn is_failure(&self) -> bool {
        self.is_finished() && *self != Self::Success
    }
}

/// Answer of a call that starts a task and makes nothing with an id of its own.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct TaskStarted {
    /// The task to wait for; `None` when the service found nothing to do, or does not say.
    #[serde(alias = "taskId", deserialize_with = "wire::non_empty")]
    pub task_id: Option<TaskId>,
    /// Id of the request in the service's records.
    #[serde(alias = "requestId", alias = "RequestId", deserialize_with = "wire::non_empty")]
    pub request_id: Option<String>,
}

/// A task (DescribeTaskInfo). In the list of DescribeClusterTasks only id, type, state, times and error are set.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Task {
    /// State; everything else is commentary.
    pub state: TaskState,
    /// Why it failed. The code may be a word (`BadRequest`) or a number as text (`400`).
    #[serde(default)]
    pub error: Option<TaskError>,
    /// Id of the task.
    #[serde(default, deserialize_with = "wire::non_empty")]
    pub task_id: Option<TaskId>,
    /// Kind, such as `cluster_scaleout` or `cluster_addon_install`.
    #[serde(default)]
    pub task_type: Option<String>,
    /// Cluster that it works on.
    #[serde(default)]
    pub cluster_id: Option<String>,
    /// Step it is at, such as `DrainNodes`.
    #[serde(default)]
    pub current_stage: Option<String>,
    /// Steps so far.
    #[serde(default, deserialize_with = "wire::or_default")]
    pub stages: Vec<TaskStage>,
    /// What happened, for people.
    #[serde(default, deserialize_with = "wire::or_default")]
    pub events: Vec<TaskEvent>,
    /// Outcome by node or component: a task may succeed as a whole and hide a part that failed.
    #[serde(default, deserialize_with = "wire::or_default")]
    pub task_result: Vec<TaskResult>,
    /// When it was made, RFC 3339.
    #[serde(default)]
    pub created: Option<String>,
    /// When it last changed, RFC 3339.
    #[serde(default)]
    pub updated: Option<String>,
    /// What it was started with; free form.
    #[serde(default)]
    pub parameters: Option<Value>,
}

/// Error of a task.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct TaskError {
    /// Code: a word, or a number as text.
    #[serde(deserialize_with = "wire::text")]
    pub code: Option<String>,
    /// Text for people.
    #[serde(deserialize_with = "wire::text")]
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

/// One step of a task.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct TaskStage {
    /// State of the step.
    pub state: Option<String>,
    /// Text for people.
    pub message: Option<String>,
    /// Begin, `YYYY-MM-DD HH:mm:ss` without a zone.
    pub start_time: Option<String>,
    /// End, in the same form.
    pub end_time: Option<String>,
}

/// One event of a task.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct TaskEvent {
    /// What was done.
    pub action: Option<String>,
    /// `info`, `warning` or `error`.
    pub level: Option<String>,
    /// Text for people.
    pub message: Option<String>,
    /// Short reason.
    pub reason: Option<String>,
    /// Who reports it.
    pub source: Option<String>,
    /// Unix milliseconds as text.
    #[serde(deserialize_with = "wire::text")]
    pub timestamp: Option<String>,
}

/// Outcome of one part of a task.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct TaskResult {
    /// The part: a node, an add-on.
    pub data: Option<String>,
    /// `success`, `failed` or `initial`.
    pub status: Option<String>,
}

impl Object for TaskStarted {
    fn task(&self) -> Option<&TaskId> {
        self.task_id.as_ref()
    }
}

impl Object for Task {
    fn lacks(&self) -> Option<&'static str> {
        self.state.as_str().is_empty().then_some("state")
    }

    fn state(&self) -> Option<&str> {
        Some(self.state.as_str())
    }

    fn task(&self) -> Option<&TaskId> {
        self.task_id.as_ref()
    }
}

/// A page of the list of tasks.
#[derive(Deserialize)]
struct Page {
    #[serde(default, deserialize_with = "wire::or_default")]
    tasks: Vec<Task>,
    #[serde(default)]
    page_info: crate::paging::PageInfo,
}

impl Object for Page {}

impl Client {
    /// Reads a task (DescribeTaskInfo).
    pub async fn describe_task_info(&self, task_id: &TaskId) -> Result<Task, Error> {
        let request = Request::of(&operations::DESCRIBE_TASK_INFO, &[("task_id", task_id.as_str())]);
        self.send_for_object(&request).await
    }

    /// Lists the tasks of a cluster, newest pages included (DescribeClusterTasks).
    ///
    /// The way to find the task of a call that does not name its own, such as ModifyClusterAddon.
    pub async fn describe_cluster_tasks(&self, cluster_id: &str) -> Result<Vec<Task>, Error> {
        crate::paging::all(|page_number, page_size| async move {
            let request = Request::of(&operations::DESCRIBE_CLUSTER_TASKS, &[("cluster_id", cluster_id)])
                .query("page_number", page_number)
                .query("page_size", page_size);
            let page: Page = self.send_for_object(&request).await?;
            Ok((page.tasks, page.page_info))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_read_as_the_service_writes_it() {
        let task: Task = serde_json::from_str(
            r#"{"task_id":"T-1","state":"fail","error":{"code":400,"message":"wrong state"},"stages":null,
                "events":[{"timestamp":1700000000000}],"task_result":[{"data":"coredns","status":"failed"}]}"#,
        )
        .unwrap();
        assert!(task.state.is_failure());
        assert_eq!(task.error.unwrap().to_string(), "400: wrong state");
        assert_eq!(task.task_id, Some(TaskId::from("T-1")));
        assert_eq!(task.events[0].timestamp.as_deref(), Some("1700000000000"));
        assert_eq!(task.task_result[0].status.as_deref(), Some("failed"));
    }

    #[test]
    fn an_error_of_a_task_is_what_the_service_says_of_it() {
        let text = |json: &str| serde_json::from_str::<TaskError>(json).unwrap().to_string();
        assert_eq!(text(r#"{"code":"BadRequest","message":"wrong state"}"#), "BadRequest: wrong state");
        assert_eq!(text(r#"{"code":"","message":"wrong state"}"#), "wrong state");
        assert_eq!(text(r#"{"code":"400","message":null}"#), "400");
        assert_eq!(text(r#"{"code":" "}"#), "");
    }

    #[test]
    fn an_unknown_state_is_neither_finished_nor_failed() {
        let task: Task = serde_json::from_str(r#"{"state":"rewinding"}"#).unwrap();
        assert_eq!(task.state, TaskState::Other("rewinding".to_owned()));
        assert!(!task.state.is_finished() && !task.state.is_failure());
        assert!(serde_json::from_str::<Task>("{}").is_err(), "a task without a state is no task");
    }

    #[test]
    fn the_task_id_is_found_in_every_spelling_and_an_empty_one_is_none() {
        let id = |json: &str| serde_json::from_str::<TaskStarted>(json).unwrap().task_id.map(|id| id.to_string());
        assert_eq!(id(r#"{"task_id":"T-1","RequestId":"R"}"#).as_deref(), Some("T-1"));
        assert_eq!(id(r#"{"taskId":"T-2","requestId":"R"}"#).as_deref(), Some("T-2"));
        assert_eq!(id(r#"{"task_id":"","request_id":"R"}"#), None);
        assert_eq!(id("{}"), None);
    }
}
