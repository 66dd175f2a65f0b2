//! What the simulated account owns, and the changes that can happen to it. It knows no noun: objects of all kinds are kept
//! alike, and what only one noun does is a [`Rule`] of that noun.

use std::collections::{BTreeMap, HashMap, VecDeque};

use indexmap::IndexMap;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::assumptions::Assumptions;
use crate::clock::{Clock, ClockMode, seconds, stamp};
use crate::error::ApiError;
use crate::event::Event;
use crate::identifiers::Identifiers;
use crate::machine::{Failure, Task};
use crate::merge_patch::merge;
use crate::objects::{Key, Kind, Object, Objects, put};

/// The kind that most others belong to.
pub(crate) const CLUSTER: &str = "cluster";

/// Something that only one noun does to an object; the value is whatever it needs to know.
pub(crate) type Rule = fn(&mut World, &Key, &Value);

/// Something that happens to the store, at once or when a task ends. Changes to what is gone do nothing.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// An object comes into being, unless its cluster is gone.
    Put(Object),
    /// Merges a patch into the record.
    Merge(Key, Value),
    /// Merges a patch into what no read shows.
    Hide(Key, Value),
    Remove(Key),
    Rule(Rule, Key, Value),
    /// Changes that follow that many simulated seconds later.
    After(f64, Vec<Change>),
}

/// The change of an object's state.
pub(crate) fn in_state(key: &Key, state: &str) -> Change {
    let mut patch = json!({});
    put(&mut patch, key.kind.state, json!(state));
    Change::Merge(key.clone(), patch)
}

/// What a noun adds to a cluster that is being made: what is there when it is done, and what that takes beyond the control
/// plane.
#[derive(Debug, Default)]
pub(crate) struct Birth {
    pub(crate) success: Vec<Change>,
    pub(crate) stages: Vec<(&'static str, f64)>,
}

/// A noun's part in the creation of a cluster: its id and the request.
pub(crate) type AtBirth = fn(&mut World, &str, &Value) -> Result<Birth, ApiError>;

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
    pub(crate) objects: Objects,
    pub(crate) tasks: IndexMap<String, Task>,
    pub(crate) events: Vec<Event>,
    /// Answers by operation, path and client token: a repeated call gets the first one again.
    pub(crate) client_tokens: HashMap<String, Value>,
    /// The failure that a fault has set for the next task to start.
    pub(crate) next_task_failure: Option<Failure>,
    /// Who has a part in the creation of a cluster.
    pub(crate) at_birth: Vec<AtBirth>,
    /// The moment being simulated; it only moves in [`World::settle`].
    now: Timestamp,
    timeline: BTreeMap<(Timestamp, u64), Due>,
    sequence: u64,
    listed: Listed,
}

/// Objects as lists show them: some seconds behind the truth.
#[derive(Debug, Default)]
struct Listed {
    latest: IndexMap<Key, Value>,
    underway: VecDeque<(Timestamp, Key, Option<Value>)>,
    visible: IndexMap<Key, Value>,
}

impl World {
    pub(crate) fn new(clock: ClockMode, seed: u64, assumptions: Assumptions) -> Self {
        let clock = Clock::new(clock);
        Self {
            now: clock.now(),
            clock,
            assumptions,
            ids: Identifiers::new(seed),
            objects: Objects::default(),
            tasks: IndexMap::new(),
            events: Vec::new(),
            client_tokens: HashMap::new(),
            next_task_failure: None,
            at_birth: Vec::new(),
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

    pub(crate) fn clusters(&self) -> impl Iterator<Item = &Object> {
        self.objects.within("", CLUSTER)
    }

    pub(crate) fn cluster(&self, cluster_id: &str) -> Result<&Object, ApiError> {
        let mut clusters = self.clusters();
        clusters.find(|cluster| cluster.id() == cluster_id).ok_or_else(|| ApiError::cluster_not_found(cluster_id))
    }

    /// An object of a kind, where it belongs.
    pub(crate) fn find(&self, kind: &'static Kind, parent: &str, id: &str) -> Result<&Object, ApiError> {
        if !parent.is_empty() {
            self.cluster(parent)?;
        }
        self.objects.get(&Key::new(kind, parent, id)).ok_or_else(|| (kind.not_found)(id))
    }

    /// An object that reads show already.
    pub(crate) fn readable(&self, kind: &'static Kind, parent: &str, id: &str) -> Result<&Object, ApiError> {
        let object = self.find(kind, parent, id)?;
        if object.readable_from > self.now { Err((kind.not_found)(id)) } else { Ok(object) }
    }

    pub(crate) fn apply_all(&mut self, changes: Vec<Change>) {
        for change in changes {
            self.apply(change);
        }
    }

    pub(crate) fn apply(&mut self, change: Change) {
        match change {
            Change::After(delay, changes) => self.schedule(self.now + seconds(delay), Due::Changes(changes)),
            Change::Put(object) => {
                if object.key.parent.is_empty() || self.cluster(&object.key.parent).is_ok() {
                    self.objects.put(object);
                }
            }
            Change::Merge(key, patch) => {
                let updated = self.stamp();
                if let Some(object) = self.objects.get_mut(&key) {
                    merge(&mut object.record, &patch);
                    put(&mut object.record, key.kind.updated, json!(updated));
                    (key.kind.arrange)(&self.assumptions, &mut object.record);
                }
            }
            Change::Hide(key, patch) => {
                if let Some(object) = self.objects.get_mut(&key) {
                    merge(&mut object.hidden, &patch);
                }
            }
            Change::Remove(key) => self.objects.remove(&key),
            Change::Rule(rule, key, value) => rule(self, &key, &value),
        }
    }

    /// Notes what has changed since the last time, to be shown by lists after the lag.
    pub(crate) fn publish(&mut self) {
        let visible_at = self.now + seconds(self.assumptions.list_lag_seconds);
        for object in self.objects.iter().filter(|object| object.key.kind.lagging) {
            let answer = object.answer(&self.objects);
            if self.listed.latest.get(&object.key) != Some(&answer) {
                self.listed.underway.push_back((visible_at, object.key.clone(), Some(answer.clone())));
                self.listed.latest.insert(object.key.clone(), answer);
            }
        }
        let gone: Vec<_> = self.listed.latest.keys().filter(|key| self.objects.get(key).is_none()).cloned().collect();
        for key in gone {
            self.listed.latest.shift_remove(&key);
            self.listed.underway.push_back((visible_at, key, None));
        }
    }

    /// The objects of a kind as lists show them now.
    pub(crate) fn listed(&mut self, kind: &Kind) -> Vec<Value> {
        while let Some((visible_at, ..)) = self.listed.underway.front() {
            if *visible_at > self.now {
                break;
            }
            match self.listed.underway.pop_front() {
                Some((_, key, Some(answer))) => drop(self.listed.visible.insert(key, answer)),
                Some((_, key, None)) => drop(self.listed.visible.shift_remove(&key)),
                None => {}
            }
        }
        let of_kind = self.listed.visible.iter().filter(|(key, _)| key.kind.name == kind.name);
        of_kind.map(|(_, answer)| answer.clone()).collect()
    }
}
