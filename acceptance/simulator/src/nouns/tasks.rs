//! Tasks as the API shows and controls them.

use serde_json::{Value, json};

use crate::call::{Answer, Call, Noun, page};
use crate::clock::stamp;
use crate::error::ApiError;
use crate::machine::{Task, TaskState, stage_time, task_not_found};
use crate::store::World;

pub(super) static NOUN: Noun = Noun {
    calls: &[
        ("DescribeTaskInfo", describe),
        ("DescribeClusterTasks", list),
        ("PauseTask", pause),
        ("ResumeTask", resume),
        ("CancelTask", cancel),
    ],
    ..Noun::PLAIN
};

/// DescribeTaskInfo.
fn describe(world: &mut World, call: &Call) -> Answer {
    let task = visible(world, call.path("task_id"))?;
    let stages = task.stages(world.now());
    let current = stages.iter().rev().find(|(_, begin, _)| begin.is_some()).map_or("", |(name, ..)| name);
    let rows: Vec<_> = stages
        .iter()
        .map(|(name, begin, end)| {
            let state = match (begin, end) {
                (None, _) => "initial",
                (Some(_), None) => "running",
                (Some(_), Some(_)) if *name == current && task.state == TaskState::Fail => "fail",
                (Some(_), Some(_)) => "success",
            };
            json!({
                "state": state,
                "start_time": begin.map(stage_time).unwrap_or_default(),
                "end_time": end.map(stage_time).unwrap_or_default(),
                "message": name,
                "outputs": {},
            })
        })
        .collect();
    let result = match task.state {
        TaskState::Success => "success",
        TaskState::Fail => "failed",
        _ => "initial",
    };
    let mut answer = summary(task);
    answer["cluster_id"] = json!(task.cluster_id);
    answer["current_stage"] = json!(current);
    answer["stages"] = json!(rows);
    answer["events"] = json!(events(world, &task.id));
    answer["target"] = json!({"type": task.target.0, "id": task.target.1});
    answer["parameters"] = task.parameters.clone();
    answer["outputs"] = json!({});
    answer["task_result"] = json!([{"data": task.target.1, "status": result}]);
    Ok(answer)
}

/// DescribeClusterTasks, newest first.
fn list(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id");
    world.cluster(cluster_id)?;
    let of_cluster =
        world.tasks.values().rev().filter(|task| task.cluster_id == cluster_id && task.visible_at <= world.now());
    Ok(page(call, "tasks", of_cluster.map(summary).collect(), 50))
}

/// PauseTask.
fn pause(world: &mut World, call: &Call) -> Answer {
    world.pause_task(call.path("task_id")).map(|()| Value::Null)
}

/// ResumeTask.
fn resume(world: &mut World, call: &Call) -> Answer {
    world.resume_task(call.path("task_id")).map(|()| Value::Null)
}

/// CancelTask.
fn cancel(world: &mut World, call: &Call) -> Answer {
    world.cancel_task(call.path("task_id")).map(|()| Value::Null)
}

fn visible<'a>(world: &'a World, task_id: &str) -> Result<&'a Task, ApiError> {
    world.tasks.get(task_id).filter(|task| task.visible_at <= world.now()).ok_or_else(|| task_not_found(task_id))
}

fn summary(task: &Task) -> Value {
    let mut row = json!({
        "task_id": task.id,
        "task_type": task.kind,
        "state": task.state,
        "created": stamp(task.created),
        "updated": stamp(task.updated),
    });
    if let Some(error) = &task.error {
        row["error"] = json!(error);
    }
    row
}

/// The events of a task as DescribeTaskInfo shows them, in other words than the lists of events.
fn events(world: &World, task_id: &str) -> Vec<Value> {
    let of_task = world.events.iter().filter(|event| event.task_id == task_id);
    of_task
        .map(|event| {
            json!({
                "action": if event.reason == "Started" { "start" } else { "end" },
                "level": if event.level == "info" { "Normal" } else { "Warning" },
                "message": event.message,
                "reason": event.reason,
                "source": "ACK",
                "timestamp": event.time.as_millisecond().to_string(),
            })
        })
        .collect()
}
