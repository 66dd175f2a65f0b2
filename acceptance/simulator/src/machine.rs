//! The one machine behind everything asynchronous: a task with stages on the simulated clock, and what happens when it
//! ends. A noun gives the stages and the changes; states, pauses, failures and events are the machine's.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::{seconds, stamp};
use crate::error::ApiError;
use crate::event::Event;
use crate::store::{Change, World};

/// Where a task stands; the words of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TaskState {
    Running,
    Success,
    Fail,
    Paused,
    Canceled,
}

/// Why a task failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Failure {
    pub(crate) code: String,
    pub(crate) message: String,
}

/// What to run.
#[derive(Debug)]
pub(crate) struct Work {
    /// The API's `task_type`.
    pub(crate) kind: &'static str,
    pub(crate) cluster_id: String,
    /// `cluster`, `nodepool` or `addon`, and its id.
    pub(crate) target: (&'static str, String),
    /// Names and simulated seconds.
    pub(crate) stages: Vec<(&'static str, f64)>,
    pub(crate) parameters: Value,
    pub(crate) success: Vec<Change>,
    pub(crate) failure: Vec<Change>,
    /// Whether pausing, resuming and cancelling are supported.
    pub(crate) controllable: bool,
    /// Simulated seconds until reads show the task.
    pub(crate) hidden_for: f64,
}

impl Work {
    /// Work on a cluster that can neither be paused nor hidden.
    pub(crate) fn on_cluster(kind: &'static str, cluster_id: &str, stages: Vec<(&'static str, f64)>) -> Self {
        Self {
            kind,
            cluster_id: cluster_id.to_owned(),
            target: ("cluster", cluster_id.to_owned()),
            stages,
            parameters: json!({}),
            success: Vec::new(),
            failure: Vec::new(),
            controllable: false,
            hidden_for: 0.0,
        }
    }
}

/// A task that was started.
#[derive(Debug, Serialize)]
pub(crate) struct Task {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) cluster_id: String,
    pub(crate) target: (&'static str, String),
    pub(crate) state: TaskState,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) visible_at: Timestamp,
    pub(crate) controllable: bool,
    pub(crate) parameters: Value,
    pub(crate) error: Option<Failure>,
    stages: Vec<(&'static str, f64)>,
    /// Start of the first stage, moved on by every pause.
    started: Timestamp,
    due: Timestamp,
    paused_at: Option<Timestamp>,
    planned_failure: Option<Failure>,
    #[serde(skip)]
    success: Vec<Change>,
    #[serde(skip)]
    failure: Vec<Change>,
}

impl Task {
    pub(crate) fn is_over(&self) -> bool {
        !matches!(self.state, TaskState::Running | TaskState::Paused)
    }

    /// Each stage with its start and, once it is over, its end; those to come have neither.
    pub(crate) fn stages(&self, now: Timestamp) -> Vec<(&'static str, Option<Timestamp>, Option<Timestamp>)> {
        let until = match self.state {
            TaskState::Running => now,
            TaskState::Paused => self.paused_at.unwrap_or(now),
            TaskState::Success | TaskState::Fail | TaskState::Canceled => self.updated,
        };
        let mut begin = self.started;
        self.stages
            .iter()
            .map(|&(name, length)| {
                let end = begin + seconds(length);
                let row = (
                    name,
                    (begin <= until).then_some(begin),
                    (end <= until || self.is_over() && begin <= until).then_some(end),
                );
                begin = end;
                row
            })
            .collect()
    }
}

impl World {
    /// Starts a task and gives its id.
    pub(crate) fn start_task(&mut self, work: Work) -> String {
        let id = self.ids.task();
        let now = self.now();
        let planned_failure = self.next_task_failure.take();
        let full: f64 = work.stages.iter().map(|(_, length)| length).sum();
        // A task that is going to fail does so half-way.
        let length = if planned_failure.is_some() { full / 2.0 } else { full };
        let due = now + seconds(length);
        let begun = format!("Start {} on {} {}", work.kind, work.target.0, work.target.1);
        let task = Task {
            id: id.clone(),
            kind: work.kind,
            cluster_id: work.cluster_id,
            target: work.target,
            state: TaskState::Running,
            created: now,
            updated: now,
            visible_at: now + seconds(work.hidden_for),
            controllable: work.controllable,
            parameters: work.parameters,
            error: None,
            stages: work.stages,
            started: now,
            due,
            paused_at: None,
            planned_failure,
            success: work.success,
            failure: work.failure,
        };
        self.tasks.insert(id.clone(), task);
        self.record_event(&id, "info", "Started", begun);
        self.schedule_task(due, id.clone());
        id
    }

    /// Ends a task whose time has come; a task that was paused meanwhile has a later time.
    pub(crate) fn task_is_due(&mut self, task_id: &str, at: Timestamp) {
        let Some(task) = self.tasks.get_mut(task_id) else { return };
        if task.state == TaskState::Running && task.due <= at {
            let failure = task.planned_failure.take();
            self.end_task(task_id, failure);
        }
    }

    /// Ends a running task now.
    pub(crate) fn end_task(&mut self, task_id: &str, failure: Option<Failure>) {
        let now = self.now();
        let Some(task) = self.tasks.get_mut(task_id) else { return };
        task.updated = now;
        let changes = match &failure {
            None => {
                task.state = TaskState::Success;
                std::mem::take(&mut task.success)
            }
            Some(_) => {
                task.state = TaskState::Fail;
                std::mem::take(&mut task.failure)
            }
        };
        let (level, reason, message) = match &failure {
            None => ("info", "Succeeded", format!("{} succeeded", task.kind)),
            Some(failure) => ("error", "Failed", format!("{}: {}", failure.code, failure.message)),
        };
        task.error = failure;
        self.record_event(task_id, level, reason, message);
        self.apply_all(changes);
    }

    pub(crate) fn pause_task(&mut self, task_id: &str) -> Result<(), ApiError> {
        let now = self.now();
        let task = self.controllable_task(task_id, "ErrPauseTask", TaskState::Running)?;
        task.state = TaskState::Paused;
        task.paused_at = Some(now);
        task.updated = now;
        Ok(())
    }

    pub(crate) fn resume_task(&mut self, task_id: &str) -> Result<(), ApiError> {
        let now = self.now();
        let task = self.controllable_task(task_id, "ErrResumeTask", TaskState::Paused)?;
        let pause = task.paused_at.take().map_or(SignedDuration::ZERO, |since| now.duration_since(since));
        task.state = TaskState::Running;
        task.started += pause;
        task.due += pause;
        task.updated = now;
        let (due, id) = (task.due, task.id.clone());
        self.schedule_task(due, id);
        Ok(())
    }

    /// Cancels a task; what it was going to change stays as it was, the object becomes usable again.
    pub(crate) fn cancel_task(&mut self, task_id: &str) -> Result<(), ApiError> {
        let now = self.now();
        let task = self.task_to_control(task_id)?;
        if task.is_over() {
            return Err(ApiError::bad_request(
                "ErrCancelTask",
                format!("task {task_id} is over, it cannot be canceled"),
            ));
        }
        task.state = TaskState::Canceled;
        task.updated = now;
        let changes = std::mem::take(&mut task.failure);
        let message = format!("{} was canceled", task.kind);
        self.record_event(task_id, "warning", "Canceled", message);
        self.apply_all(changes);
        Ok(())
    }

    fn controllable_task(&mut self, task_id: &str, code: &str, wanted: TaskState) -> Result<&mut Task, ApiError> {
        let task = self.task_to_control(task_id)?;
        if task.state != wanted {
            let text = format!("task {task_id} is {:?}, it has to be {wanted:?} for that", task.state);
            return Err(ApiError::bad_request(code, text.to_lowercase()));
        }
        Ok(task)
    }

    fn task_to_control(&mut self, task_id: &str) -> Result<&mut Task, ApiError> {
        let task = self.tasks.get_mut(task_id).ok_or_else(|| task_not_found(task_id))?;
        if !task.controllable {
            return Err(ApiError::bad_request(
                "TaskOperationNotSupported",
                format!("tasks of type {} cannot be controlled", task.kind),
            ));
        }
        Ok(task)
    }

    /// Gives up what still goes on in a cluster that is being deleted: nothing of it takes effect any more.
    pub(crate) fn abandon_tasks(&mut self, cluster_id: &str) {
        let now = self.now();
        for task in self.tasks.values_mut().filter(|task| task.cluster_id == cluster_id && !task.is_over()) {
            task.state = TaskState::Canceled;
            task.updated = now;
        }
    }

    /// Notes what has happened to a task.
    fn record_event(&mut self, task_id: &str, level: &'static str, reason: &'static str, message: String) {
        let Some(task) = self.tasks.get(task_id) else { return };
        self.events.push(Event {
            id: self.ids.event(),
            cluster_id: task.cluster_id.clone(),
            task_id: task.id.clone(),
            subject: task.target.1.clone(),
            kind: task.kind,
            level,
            reason,
            message,
            time: self.now(),
        });
    }

    /// The task of a cluster that is still going on, if any.
    pub(crate) fn running_task(&self, cluster_id: &str) -> Option<&Task> {
        self.tasks.values().find(|task| task.cluster_id == cluster_id && !task.is_over())
    }
}

pub(crate) fn task_not_found(task_id: &str) -> ApiError {
    ApiError::new(404, "ErrorTaskNotFound", format!("task ({task_id}) not found in our records"))
}

/// `YYYY-MM-DD HH:mm:ss`, as stages show times.
pub(crate) fn stage_time(at: Timestamp) -> String {
    stamp(at)[..19].replace('T', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assumptions::Assumptions;
    use crate::clock::ClockMode;

    fn world() -> World {
        World::new(ClockMode::Manual, 1, Assumptions::default())
    }

    fn pass(world: &mut World, span: f64) {
        world.clock.advance(seconds(span)).unwrap();
        world.settle();
    }

    fn work() -> Work {
        Work {
            controllable: true,
            ..Work::on_cluster("cluster_upgrade", "c1", vec![("Prepare", 10.0), ("Upgrade", 20.0)])
        }
    }

    #[test]
    fn stages_follow_the_clock() {
        let mut world = world();
        let id = world.start_task(work());
        let open = |world: &World| {
            world.tasks[&id]
                .stages(world.now())
                .iter()
                .map(|(_, begin, end)| (begin.is_some(), end.is_some()))
                .collect::<Vec<_>>()
        };
        assert_eq!(open(&world), [(true, false), (false, false)]);
        pass(&mut world, 15.0);
        assert_eq!(open(&world), [(true, true), (true, false)]);
        assert_eq!(world.tasks[&id].state, TaskState::Running);
        pass(&mut world, 15.0);
        assert_eq!(open(&world), [(true, true), (true, true)]);
        assert_eq!(world.tasks[&id].state, TaskState::Success);
    }

    #[test]
    fn a_pause_does_not_count() {
        let mut world = world();
        let id = world.start_task(work());
        pass(&mut world, 15.0);
        world.pause_task(&id).unwrap();
        assert_eq!(world.pause_task(&id).unwrap_err().code, "ErrPauseTask");
        pass(&mut world, 1000.0);
        assert_eq!(world.tasks[&id].state, TaskState::Paused);
        world.resume_task(&id).unwrap();
        pass(&mut world, 14.0);
        assert_eq!(world.tasks[&id].state, TaskState::Running);
        pass(&mut world, 1.0);
        assert_eq!(world.tasks[&id].state, TaskState::Success);
        assert_eq!(world.cancel_task(&id).unwrap_err().code, "ErrCancelTask");
    }

    #[test]
    fn a_planned_failure_strikes_half_way() {
        let mut world = world();
        world.next_task_failure = Some(Failure { code: "BadRequest".to_owned(), message: "no".to_owned() });
        let id = world.start_task(work());
        let unharmed = world.start_task(work());
        pass(&mut world, 15.0);
        assert_eq!(world.tasks[&id].state, TaskState::Fail);
        assert_eq!(world.tasks[&id].error.as_ref().unwrap().code, "BadRequest");
        assert_eq!(world.tasks[&unharmed].state, TaskState::Running);
    }

    #[test]
    fn what_cannot_be_controlled_says_so() {
        let mut world = world();
        let id = world.start_task(Work { controllable: false, ..work() });
        assert_eq!(world.pause_task(&id).unwrap_err().code, "TaskOperationNotSupported");
        assert_eq!(world.pause_task("T-0").unwrap_err().status, 404);
    }
}
