//! Events: what the service tells about its tasks, behind the truth by the list lag.

use serde_json::{Value, json};

use crate::call::{Answer, Call, Noun, page};
use crate::clock::{seconds, stamp};
use crate::event::Event;
use crate::store::World;

pub(super) static NOUN: Noun = Noun {
    calls: &[("DescribeEventsForRegion", list_for_region), ("DescribeClusterEvents", list_for_cluster)],
    ..Noun::PLAIN
};

/// Newest first.
fn list(world: &World, call: &Call, wanted: impl Fn(&Event) -> bool) -> Value {
    let until = world.now() - seconds(world.assumptions.list_lag_seconds);
    let rows = world.events.iter().rev().filter(|event| event.time <= until && wanted(event));
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

/// DescribeEventsForRegion.
fn list_for_region(world: &mut World, call: &Call) -> Answer {
    let region = call.path("region_id");
    let cluster_id = call.query_text("cluster_id");
    Ok(list(world, call, |event| {
        let elsewhere = world.cluster(&event.cluster_id).is_ok_and(|cluster| cluster.text("region_id") != region);
        !elsewhere && cluster_id.is_none_or(|id| id == event.cluster_id)
    }))
}

/// DescribeClusterEvents.
fn list_for_cluster(world: &mut World, call: &Call) -> Answer {
    let cluster_id = call.path("cluster_id");
    world.cluster(cluster_id)?;
    let task_id = call.query_text("task_id");
    Ok(list(world, call, |event| event.cluster_id == cluster_id && task_id.is_none_or(|id| id == event.task_id)))
}
