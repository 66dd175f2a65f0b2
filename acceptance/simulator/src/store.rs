//! What the simulated account owns, and the changes that can happen to it.

use std::collections::{BTreeMap, HashMap, VecDeque};

use indexmap::IndexMap;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use serde::Serialize;
use serde_json::{Value, json};

use crate::assumptions::{Assumptions, UnsetFields};
use crate::clock::{Clock, ClockMode, seconds};
use crate::cluster;
use crate::error::ApiError;
use crate::event::Event;
use crate::identifiers::Identifiers;
use crate::machine::{Failure, Task};
use crate::merge_patch::merge;
use crate::node_pool::NodePool;
use crate::operations::{self, Kind, Schema};

/// One cluster and everything in it.
#[derive(Debug, Serialize)]
pub(crate) struct Cluster {
    pub(crate) id: String,
    /// The answer of DescribeClusterDetail, but for what follows from the rest: `size` and `meta_data`.
    pub(crate) detail: Value,
    /// What can be written and is no field there: log projects, events, KMS key, public access.
    pub(crate) settings: Value,
    pub(crate) node_pools: IndexMap<String, NodePool>,
    /// The answers of GetClusterAddonInstance by name.
    pub(crate) addons: IndexMap<String, Value>,
}

impl Cluster {
    pub(crate) fn state(&self) -> &str {
        self.text("state")
    }

    /// A text field of the detail answer, empty when absent.
    pub(crate) fn text(&self, field: &str) -> &str {
        self.detail[field].as_str().unwrap_or_default()
    }

    pub(crate) fn is_pro(&self) -> bool {
        self.text("cluster_spec").starts_with("ack.pro")
    }

    pub(crate) fn node_count(&self) -> usize {
        self.node_pools.values().map(|pool| pool.nodes.len()).sum()
    }

    /// The detail answer; lists show a part of it.
    pub(crate) fn answer(&self) -> Value {
        let mut answer = self.detail.clone();
        answer["size"] = json!(self.node_count());
        answer["meta_data"] = cluster::meta_data(self);
        answer
    }
}

/// An object that a change is about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) enum Target {
    Cluster(String),
    Settings(String),
    NodePool(String, String),
    Addon(String, String),
}

/// Something that happens to the store, at once or when a task ends. Changes to what is gone do nothing.
#[derive(Debug, Clone, Serialize)]
pub(crate) enum Change {
    /// Merges a patch into the object; an add-on that is not there is created.
    Merge(Target, Value),
    Remove(Target),
    /// Gives a node pool that many nodes.
    Resize {
        cluster_id: String,
        node_pool_id: String,
        size: usize,
    },
    /// Takes single instances out of a node pool.
    RemoveNodes {
        cluster_id: String,
        node_pool_id: String,
        instance_ids: Vec<String>,
    },
    /// Moves a node pool's nodes to a Kubernetes version.
    NodeVersion {
        cluster_id: String,
        node_pool_id: String,
        version: String,
    },
    /// Changes that follow that many simulated seconds later.
    After(f64, Vec<Change>),
}

/// Something that is due at a moment of simulated time.
#[derive(Debug)]
enum Due {
    Task(String),
    Changes(Vec<Change>),
}

/// The simulated account.
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) assumptions: Assumptions,
    pub(crate) ids: Identifiers,
    pub(crate) clusters: IndexMap<String, Cluster>,
    pub(crate) tasks: IndexMap<String, Task>,
    pub(crate) events: Vec<Event>,
    /// Answers by operation, path and client token: a repeated call gets the first one again.
    pub(crate) client_tokens: HashMap<String, Value>,
    /// The failure that a fault has set for the next task to start.
    pub(crate) next_task_failure: Option<Failure>,
    /// The moment being simulated; it only moves in [`World::settle`].
    now: Timestamp,
    timeline: BTreeMap<(Timestamp, u64), Due>,
    sequence: u64,
    listed: Listed,
}

/// Cluster records as lists show them: some seconds behind the truth.
#[derive(Debug, Default)]
struct Listed {
    latest: IndexMap<String, Value>,
    underway: VecDeque<(Timestamp, String, Option<Value>)>,
    visible: IndexMap<String, Value>,
}

impl World {
    pub(crate) fn new(clock: ClockMode, seed: u64, assumptions: Assumptions) -> Self {
        let clock = Clock::new(clock);
        Self {
            now: clock.now(),
            clock,
            assumptions,
            ids: Identifiers::new(seed),
            clusters: IndexMap::new(),
            tasks: IndexMap::new(),
            events: Vec::new(),
            client_tokens: HashMap::new(),
            next_task_failure: None,
            timeline: BTreeMap::new(),
            sequence: 0,
            listed: Listed::default(),
        }
    }

    /// The present simulated moment.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// The present moment as answers show it: RFC 3339 in the service's own zone.
    pub(crate) fn stamp(&self) -> String {
        stamp(self.now)
    }

    /// Lets everything happen that is due by now, in order.
    pub(crate) fn settle(&mut self) {
        let until = self.clock.now();
        while let Some(entry) = self.timeline.first_entry() {
            let (at, _) = *entry.key();
            if at > until {
                break;
            }
            let due = entry.remove();
            self.now = self.now.max(at);
            match due {
                Due::Task(task_id) => self.task_is_due(&task_id, at),
                Due::Changes(changes) => self.apply_all(changes),
            }
            self.publish();
        }
        self.now = self.now.max(until);
    }

    pub(crate) fn schedule_task(&mut self, at: Timestamp, task_id: String) {
        self.schedule(at, Due::Task(task_id));
    }

    fn schedule(&mut self, at: Timestamp, due: Due) {
        self.sequence += 1;
        self.timeline.insert((at, self.sequence), due);
    }

    pub(crate) fn cluster(&self, cluster_id: &str) -> Result<&Cluster, ApiError> {
        self.clusters.get(cluster_id).ok_or_else(|| ApiError::cluster_not_found(cluster_id))
    }

    pub(crate) fn cluster_mut(&mut self, cluster_id: &str) -> Result<&mut Cluster, ApiError> {
        self.clusters.get_mut(cluster_id).ok_or_else(|| ApiError::cluster_not_found(cluster_id))
    }

    pub(crate) fn node_pool(&self, cluster_id: &str, node_pool_id: &str) -> Result<&NodePool, ApiError> {
        self.cluster(cluster_id)?
            .node_pools
            .get(node_pool_id)
            .ok_or_else(|| ApiError::node_pool_not_found(node_pool_id))
    }

    pub(crate) fn apply_all(&mut self, changes: Vec<Change>) {
        for change in changes {
            self.apply(change);
        }
    }

    pub(crate) fn apply(&mut self, change: Change) {
        match change {
            Change::After(delay, changes) => self.schedule(self.now + seconds(delay), Due::Changes(changes)),
            Change::Merge(Target::Addon(cluster_id, name), patch) => {
                if let Some(cluster) = self.clusters.get_mut(&cluster_id) {
                    merge(cluster.addons.entry(name).or_insert(Value::Null), &patch);
                }
            }
            Change::Merge(target, patch) => {
                let updated = self.stamp();
                let sorted = self.assumptions.node_pool_additions;
                if let Some(object) = self.object_mut(&target) {
                    merge(object, &patch);
                    match target {
                        Target::Cluster(_) => object["updated"] = json!(updated),
                        Target::NodePool(..) => {
                            object["nodepool_info"]["updated"] = json!(updated);
                            if sorted {
                                crate::node_pool::sort_sets(object);
                            }
                        }
                        Target::Settings(_) | Target::Addon(..) => {}
                    }
                }
            }
            Change::Remove(target) => self.remove(&target),
            Change::Resize { cluster_id, node_pool_id, size } => {
                self.resize_node_pool(&cluster_id, &node_pool_id, size);
            }
            Change::RemoveNodes { cluster_id, node_pool_id, instance_ids } => {
                self.remove_nodes(&cluster_id, &node_pool_id, &instance_ids);
            }
            Change::NodeVersion { cluster_id, node_pool_id, version } => {
                if let Some(pool) =
                    self.clusters.get_mut(&cluster_id).and_then(|cluster| cluster.node_pools.get_mut(&node_pool_id))
                {
                    pool.kubernetes_version = version;
                }
            }
        }
    }

    /// The stored JSON of an object.
    pub(crate) fn object_mut(&mut self, target: &Target) -> Option<&mut Value> {
        match target {
            Target::Cluster(id) => self.clusters.get_mut(id).map(|cluster| &mut cluster.detail),
            Target::Settings(id) => self.clusters.get_mut(id).map(|cluster| &mut cluster.settings),
            Target::NodePool(id, pool) => {
                self.clusters.get_mut(id)?.node_pools.get_mut(pool).map(|pool| &mut pool.record)
            }
            Target::Addon(id, name) => self.clusters.get_mut(id)?.addons.get_mut(name),
        }
    }

    fn remove(&mut self, target: &Target) {
        match target {
            Target::Cluster(id) => drop(self.clusters.shift_remove(id)),
            Target::Settings(_) => {}
            Target::NodePool(id, pool) => {
                if let Some(cluster) = self.clusters.get_mut(id) {
                    cluster.node_pools.shift_remove(pool);
                }
            }
            Target::Addon(id, name) => {
                if let Some(cluster) = self.clusters.get_mut(id) {
                    cluster.addons.shift_remove(name);
                }
            }
        }
    }

    /// Notes what has changed since the last time, to be shown by lists after the lag.
    pub(crate) fn publish(&mut self) {
        let visible_at = self.now + seconds(self.assumptions.list_lag_seconds);
        for (id, cluster) in &self.clusters {
            let answer = cluster.answer();
            if self.listed.latest.get(id) != Some(&answer) {
                self.listed.underway.push_back((visible_at, id.clone(), Some(answer.clone())));
                self.listed.latest.insert(id.clone(), answer);
            }
        }
        let gone: Vec<_> = self.listed.latest.keys().filter(|id| !self.clusters.contains_key(*id)).cloned().collect();
        for id in gone {
            self.listed.latest.shift_remove(&id);
            self.listed.underway.push_back((visible_at, id, None));
        }
    }

    /// The clusters as lists show them now.
    pub(crate) fn listed_clusters(&mut self) -> Vec<Value> {
        while let Some((visible_at, ..)) = self.listed.underway.front() {
            if *visible_at > self.now {
                break;
            }
            match self.listed.underway.pop_front() {
                Some((_, id, Some(answer))) => drop(self.listed.visible.insert(id, answer)),
                Some((_, id, None)) => drop(self.listed.visible.shift_remove(&id)),
                None => {}
            }
        }
        self.listed.visible.values().cloned().collect()
    }

    /// A detail answer with never-set fields shown the way the switch asks for.
    pub(crate) fn with_unset_fields(&self, action: &str, mut answer: Value) -> Value {
        if self.assumptions.unset_fields != UnsetFields::Absent
            && let Some(schema) = operations::find(action).and_then(|operation| operation.answer_schema.as_ref())
        {
            fill_unset(schema, &mut answer, self.assumptions.unset_fields);
        }
        answer
    }
}

fn fill_unset(schema: &Schema, value: &mut Value, how: UnsetFields) {
    if let (Value::Array(elements), Some(items)) = (&mut *value, &schema.items) {
        elements.iter_mut().for_each(|element| fill_unset(items, element, how));
    }
    let Value::Object(fields) = value else { return };
    for (name, field) in &schema.properties {
        let entry = fields.entry(name).or_insert_with(|| match (how, field.kind) {
            (UnsetFields::Zero, Kind::String) => json!(""),
            (UnsetFields::Zero, Kind::Integer | Kind::Number) => json!(0),
            (UnsetFields::Zero, Kind::Boolean) => json!(false),
            (UnsetFields::Zero, Kind::Array) => json!([]),
            (UnsetFields::Zero, Kind::Object) => json!({}),
            _ => Value::Null,
        });
        fill_unset(field, entry, how);
    }
}

/// RFC 3339 at +08:00, as the service writes it.
pub(crate) fn stamp(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::fixed(Offset::constant(8))).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// RFC 3339 in UTC, as node times are written.
pub(crate) fn stamp_utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_the_service_writes_them() {
        let at: Timestamp = "2026-01-02T20:04:05.678Z".parse().unwrap();
        assert_eq!(stamp(at), "2026-01-03T04:04:05+08:00");
        assert_eq!(stamp_utc(at), "2026-01-02T20:04:05Z");
    }
}
