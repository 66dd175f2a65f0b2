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
    kind: &'static str,
    level: &'static str,
    reason: &'static str,
    message: String,
    time: Timestamp,
}

impl World {
    pub(crate) fn record_event(
        &mut self,
        cluster_id: &str,
        task_id: &str,
        kind: &'static str,
        level: &'static str,
        reason: &'static str,
        message: String,
    ) {
        let event = Event {
            id: self.ids.event(),
            cluster_id: cluster_id.to_owned(),
            task_id: task_id.to_owned(),
            kind,
            level,
            reason,
            message,
            time: self.now(),
        };
        self.events.push(event);
    }

    /// The events of a task as DescribeTaskInfo shows them.
    pub(crate) fn task_events(&self, task_id: &str) -> Vec<Value> {
        let of_task = self.events.iter().filter(|event| event.task_id == task_id);
        of_task
            .map(|event| {
                json!({
                    "action": event.kind,
                    "level": event.level,
                    "message": event.message,
                    "reason": event.reason,
                    "source": "task",
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
                "subject": event.task_id,
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
