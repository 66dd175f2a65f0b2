//! Events: what the service tells about its tasks, behind the truth by the list lag.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::call::{Answer, Call, page};
use crate::clock::seconds;
use crate::store::{World, stamp};

/// One event.
#[derive(Debug, Serialize)]
pub(crate) struct Event {
    id: String,
    pub(crate) cluster_id: String,
    task_id: String,
    /// What the task works on: a cluster, a node pool or an add-on.
    subject: String,
    kind: &'static str,
    level: &'static str,
    reason: &'static str,
    message: String,
    time: Timestamp,
}

impl World {
    /// Notes what has happened to a task.
    pub(crate) fn record_event(&mut self, task_id: &str, level: &'static str, reason: &'static str, message: String) {
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

    /// The events of a task as DescribeTaskInfo shows them, in other words than the lists of events.
    pub(crate) fn task_events(&self, task_id: &str) -> Vec<Value> {
        let of_task = self.events.iter().filter(|event| event.task_id == task_id);
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

    /// Newest first.
    fn list_events(&self, call: &Call, wanted: impl Fn(&Event) -> bool) -> Value {
        let until = self.now() - seconds(self.assumptions.list_lag_seconds);
        let rows = self.events.iter().rev().filter(|event| event.time <= until && wanted(event));
        let rows = rows.map(|event| {
            json!({
                "cluster_id": event.cluster_id,
                "event_id": event.id,
                "source": "task",
                "subject": event.subject,
                "time": stamp(event.time),
                "type": event.kind,
                "data": {"level": event.level, "message": event.message, "reason": event.reason},
            })
        });
        page(call, "events", rows.collect(), 50)
    }
}

/// DescribeEventsForRegion.
pub(crate) fn list_for_region(world: &mut World, call: &Call) -> Answer {
    let region = call.path("region_id");
    let cluster_id = call.query_text("cluster_id");
    Ok(world.list_events(call, |event| {
        let elsewhere =
            world.clusters.get(&event.cluster_id).is_some_and(|cluster| cluster.text("region_id") != region);
        !elsewhere && cluster_id.is_none_or(|id| id == event.cluster_id)
    }))
}

/// DescribeClusterEvents.
pub(crate) fn list_for_cluster(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id");
    world.cluster(cluster_id)?;
    let task_id = call.query_text("task_id");
    Ok(world.list_events(call, |event| event.cluster_id == cluster_id && task_id.is_none_or(|id| id == event.task_id)))
}
