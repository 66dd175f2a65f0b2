//! R03, R04, R05: each attribute alone, on the simulator: set, changed, emptied and unset.
//!
//! What a change should be follows from the schema. The request has to carry the attribute's fields and no others, the
//! simulator's own record has to differ there and nowhere else, under the attribute's name, the next plan has to be empty,
//! and a service that ignores the field has to be found out. What is otherwise stands in short lists, with its reason.

mod fields;
mod nouns;

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use acceptance::{Fault, LoggedRequest, Simulator};
use anyhow::Context as _;
use serde_json::{Value, json};
use terraform_provider_ack::Ack;
use tf_provider::document::places;
use tf_provider::kit::Object;
use tf_provider::schema::{Attribute, Check, Kind, Nesting, Presence};
use tf_provider::value::Type;
use tf_provider::{Document, Provider as _};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::samples::{Sample, Samples, is_at, put};
use super::{core, seed, simulator};
use fields::{Claims, claims, differences, find, leaves, visit};

/// How many attributes are tried at a time. Each has a simulator of its own, and most of them wait.
const AT_ONCE: usize = 128;

/// A resource, and what is not as its schema says.
pub(crate) struct Noun {
    pub(crate) name: &'static str,
    pub(crate) samples: fn(cluster_id: &str) -> Samples,
    /// Where the simulator has what it keeps of the object.
    pub(crate) record: fn(cluster: &Value, object: &Object) -> Value,
    /// Attributes that cannot be tried, with the reason.
    pub(crate) left_out: &'static [(&'static str, &'static str)],
    /// What becomes of a step in place of what the schema says, with the reason.
    pub(crate) otherwise: &'static [(&'static str, Step, Outcome, &'static str)],
    /// Fields that go with those of an attribute: in requests, and in the record.
    pub(crate) companions: &'static [(&'static str, &'static [&'static str], &'static str)],
    /// What the service changes by itself.
    pub(crate) aside: &'static [&'static str],
    /// Names of attributes in the record that are neither theirs nor those of the bindings.
    pub(crate) recorded_as: &'static [(&'static str, &'static str)],
    /// Attributes that cannot be seen in the request, or in the record, with the reason.
    pub(crate) unseen: &'static [(&'static str, Unseen, &'static str)],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Set,
    Changed,
    Emptied,
    Unset,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The plan is to update the object in place.
    Updated,
    /// The plan is empty.
    Kept,
    /// The plan is a new object, because of this attribute.
    Replaced,
    /// The configuration, or the plan, is an error.
    Refused,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unseen {
    /// No request has a field of it.
    Sent,
    /// The record has none.
    Recorded,
    /// Neither has.
    Both,
}

/// Tries every attribute of a resource, and tells all that is wrong.
async fn wrong(noun: &'static Noun) -> anyhow::Result<Vec<String>> {
    let attributes = attributes(noun.name)?;
    let (mut configurable, mut sampled) = (BTreeSet::new(), BTreeSet::new());
    visit(&attributes, "", &mut |name, _| {
        configurable.insert(name.to_owned());
    });
    let mut tasks = JoinSet::new();
    let lanes = Arc::new(Semaphore::new(AT_ONCE));
    let count = (noun.samples)("c1").rows.len();
    for i in 0..count {
        let lanes = lanes.clone();
        let attribute = (noun.samples)("c1").rows[i].attribute;
        sampled.insert(attribute.to_owned());
        if noun.left_out.iter().any(|(name, _)| *name == attribute) {
            continue;
        }
        // A thread each, most of which wait: the futures cannot move between threads.
        tasks.spawn_blocking(move || {
            let runtime = tokio::runtime::Handle::current();
            let _lane = runtime.block_on(lanes.acquire());
            let tried = runtime.block_on(Trial::of(noun, i));
            let wrong = tried.unwrap_or_else(|error| vec![format!("{error:#}")]);
            wrong.into_iter().map(|wrong| format!("{}.{attribute}: {wrong}", noun.name)).collect::<Vec<_>>()
        });
    }
    sampled.extend(noun.left_out.iter().map(|(name, _)| (*name).to_owned()));
    assert_eq!(sampled, configurable, "{}: the samples, and the attributes", noun.name);
    Ok(tasks.join_all().await.concat())
}

fn attributes(noun: &str) -> anyhow::Result<Vec<Attribute>> {
    let resources = Ack::resources();
    Ok(resources.get(noun).context("a resource")?.schema().attributes.clone())
}

/// One attribute, on its own simulator.
struct Trial {
    noun: &'static Noun,
    samples: Samples,
    sample: Sample,
    attributes: Vec<Attribute>,
    simulator: Simulator,
    object: Object,
    wrong: Vec<String>,
}

impl Trial {
    async fn of(noun: &'static Noun, i: usize) -> anyhow::Result<Vec<String>> {
        let simulator = simulator()?;
        let mut samples = (noun.samples)(&seed(noun.name, &simulator)?);
        let sample = samples.rows.swap_remove(i);
        let core = core(&simulator).await?;
        let object = core.resource(&format!("ack_{}", noun.name))?;
        let attributes = attributes(noun.name)?;
        let mut trial = Self { noun, samples, sample, attributes, simulator, object, wrong: Vec::new() };
        trial.run().await?;
        Ok(trial.wrong)
    }

    async fn run(&mut self) -> anyhow::Result<()> {
        let a = find(&self.attributes, self.sample.attribute).context("no such attribute")?.clone();
        let [first, second] = self.sample.values.each_ref().map(|value| self.samples.config(value));
        let unset = self.samples.config(&self.sample.unset);
        let is_legal = a.presence != Presence::Required && self.object.validate(&unset).await.is_ok();
        let begins_unset = is_legal && a.replace.is_none();
        let begin = if begins_unset { &unset } else { &first };
        self.reach(begin).await.context("the first configuration")?;
        if begins_unset {
            self.step(Step::Set, &a, &first).await?;
        }
        let carried = self.step(Step::Changed, &a, &second).await?;
        if let Some(nothing) = self.emptied(&a, &second) {
            self.step(Step::Emptied, &a, &nothing).await?;
        }
        self.reach(&first).await.context("back to the first value")?;
        if a.presence != Presence::Required {
            self.step(Step::Unset, &a, &unset).await?;
            self.reach(&first).await.context("once more to the first value")?;
        }
        if !carried.is_empty() {
            self.ignored(&carried, &second).await?;
            self.reach(&first).await.context("the end")?;
        }
        Ok(())
    }

    /// The second configuration with nothing in the attribute, where there is such a value.
    fn emptied(&self, a: &Attribute, second: &Value) -> Option<Value> {
        let nothing = match &a.kind {
            Kind::Value(Type::String) => json!(""),
            Kind::Value(Type::List(_) | Type::Set(_)) | Kind::Nested(Nesting::List | Nesting::Set, _) => json!([]),
            Kind::Value(Type::Map(_)) | Kind::Nested(Nesting::Map | Nesting::Single, _) => json!({}),
            Kind::Value(_) => return None,
        };
        let mut config = second.clone();
        put(&mut config, self.sample.attribute, nothing);
        Some(config)
    }

    /// Brings the object to a configuration, whatever that takes.
    async fn reach(&mut self, config: &Value) -> anyhow::Result<()> {
        let planned = self.object.plan(config).await?;
        if planned.state != *self.object.state() {
            self.object.apply(&planned).await?;
        }
        Ok(())
    }

    fn says(&mut self, step: impl fmt::Debug, what: &str) {
        self.wrong.push(format!("{step:?}: {what}"));
    }

    /// Takes one step and looks at all that it did. Answers the places that the request carried.
    async fn step(&mut self, step: Step, a: &Attribute, config: &Value) -> anyhow::Result<Vec<(String, String)>> {
        let name = self.sample.attribute;
        let (otherwise, why) = match self.noun.otherwise.iter().find(|row| (row.0, row.1) == (name, step)) {
            Some((_, _, outcome, why)) => (Some(*outcome), *why),
            None => (None, "as the schema says"),
        };
        let expected = otherwise.unwrap_or_else(|| by_schema(a, step));
        self.simulator.clear_requests()?;
        let before = self.record()?;
        let (outcome, told) = self.take(config).await.with_context(|| format!("{step:?}"))?;
        if outcome != expected {
            self.says(step, &format!("is {outcome:?}, and not {expected:?} ({why}): {told}"));
            return Ok(Vec::new());
        }
        if otherwise == Some(by_schema(a, step)) {
            self.says(step, "is as the schema says, and listed");
        }
        let writes: Vec<LoggedRequest> =
            self.simulator.requests()?.into_iter().filter(|r| r.method != "GET" && r.status == 200).collect();
        if outcome != Outcome::Updated {
            if !writes.is_empty() {
                self.says(step, &format!("{outcome:?}, and sends {writes:?}"));
            }
            return Ok(Vec::new());
        }
        let unseen = self.noun.unseen.iter().find(|(unseen, ..)| *unseen == name).map(|(_, unseen, _)| *unseen);
        let is_unsent = matches!(unseen, Some(Unseen::Sent | Unseen::Both));
        let is_unrecorded = matches!(unseen, Some(Unseen::Recorded | Unseen::Both));
        let carried = self.carried(step, &writes, is_unsent);
        let mut changed = BTreeSet::new();
        differences(&before, &self.record()?, "", &mut changed);
        changed.retain(|path| !self.noun.aside.iter().any(|aside| is_at(path, aside)));
        let names = self.names()?;
        let own = |path: &&String| names.iter().any(|name| format!(".{path}.").contains(&format!(".{name}.")));
        if !is_unrecorded && !changed.iter().any(|path| own(&path)) {
            let text = format!("is not in the record, where {changed:?} changed; its names are {names:?}");
            self.says(step, &text);
        }
        let strange: Vec<&String> = changed.iter().filter(|path| !own(path) && !self.is_companion(path)).collect();
        if !strange.is_empty() {
            let text = format!("changed {strange:?} in the record; its names are {names:?}");
            self.says(step, &text);
        }
        self.object.refresh().await.context("read")?;
        let next = self.object.plan(config).await.with_context(|| format!("the plan after {step:?}"))?;
        if next.state != *self.object.state() {
            self.says(step, "the next plan is not empty");
        }
        Ok(carried)
    }

    /// Plans a configuration, and applies what changes the object in place.
    async fn take(&mut self, config: &Value) -> anyhow::Result<(Outcome, String)> {
        if let Err(failure) = self.object.validate(config).await {
            return Ok((Outcome::Refused, failure.to_string()));
        }
        let planned = match self.object.plan(config).await {
            Ok(planned) => planned,
            Err(failure) if failure.violations.is_empty() => return Ok((Outcome::Refused, failure.to_string())),
            Err(failure) => return Err(failure.into()),
        };
        let told = planned.replace.iter().fold(String::new(), |mut told, path| {
            let _ = write!(told, "`{path}` ");
            told
        });
        if !planned.replace.is_empty() {
            let name = self.sample.attribute;
            let named = planned.replace.iter().any(|path| is_at(name, &path.to_string()));
            anyhow::ensure!(named, "{told} replaces it, and not {name}");
            let reasoned = planned.replace.iter().all(|path| {
                find(&self.attributes, &path.to_string()).is_some_and(|a| a.replace.or(a.may_replace).is_some())
            });
            anyhow::ensure!(reasoned, "{told} replaces it for no reason");
            return Ok((Outcome::Replaced, told));
        }
        // Of what is never stored, the plan shows nothing but the attributes that go with it.
        if planned.state == *self.object.state() {
            return Ok((Outcome::Kept, told));
        }
        self.object.apply(&planned).await?;
        Ok((Outcome::Updated, told))
    }

    /// What requests carried of the attribute, by operation and place. They may carry nothing of others.
    fn carried(&mut self, step: Step, writes: &[LoggedRequest], is_unsent: bool) -> Vec<(String, String)> {
        let Claims { own, beside, list, as_one } = claims(&self.attributes, self.sample.attribute);
        let (mut carried, mut strange, mut lists) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
        for write in writes {
            let mut fields = BTreeSet::new();
            leaves(&write.body, "", &mut fields);
            let carry = |into: &mut BTreeSet<_>, place: &String| into.insert((write.operation.clone(), place.clone()));
            for field in fields {
                // What is not said in an element is cleared.
                if let Some(list) = list.as_ref().filter(|list| is_at(&field, list)) {
                    carry(&mut lists, list);
                }
                match own.iter().find(|place| is_at(&field, place) || is_at(place, &field)) {
                    Some(place) => {
                        carry(&mut carried, as_one.as_ref().unwrap_or(place));
                    }
                    None if beside.iter().any(|place| is_at(&field, place)) || self.is_companion(&field) => {}
                    None => strange.push(format!("{}: {field}", write.operation)),
                }
            }
        }
        if !strange.is_empty() {
            self.says(step, &format!("sends {strange:?}; its places are {own:?}"));
        }
        if carried.is_empty() {
            carried = lists;
        }
        if carried.is_empty() && !is_unsent {
            self.says(step, &format!("sends none of its places {own:?}"));
        }
        carried.into_iter().collect()
    }

    fn is_companion(&self, field: &str) -> bool {
        let mut rows = self.noun.companions.iter();
        rows.any(|(name, fields, _)| {
            is_at(self.sample.attribute, name) && fields.iter().any(|companion| is_at(field, companion))
        })
    }

    /// The service accepts the change, and ignores these places.
    async fn ignored(&mut self, places_of_calls: &[(String, String)], config: &Value) -> anyhow::Result<()> {
        let name = self.sample.attribute;
        let shown = places(&self.attributes, Document::Read);
        if !shown.iter().any(|(_, shown)| shown == name || is_at(shown, name)) {
            return Ok(());
        }
        for (operation, place) in places_of_calls {
            self.simulator.add_fault(&Fault::ignore_field(operation, place))?;
        }
        let planned = self.object.plan(config).await?;
        let told = match self.object.apply(&planned).await {
            Ok(()) => String::new(),
            Err(failure) => failure.to_string(),
        };
        self.simulator.clear_faults()?;
        let named = told.split_once("did not apply `").and_then(|(_, rest)| rest.split_once('`'));
        let path: Option<String> = named.map(|(path, _)| path.split(['[', ']']).step_by(2).collect());
        if !path.is_some_and(|path| is_at(&path, name) || is_at(name, &path)) {
            self.says("Ignored", &format!("{places_of_calls:?} is ignored, and the apply says: {told}"));
        }
        Ok(())
    }

    fn record(&self) -> anyhow::Result<Value> {
        Ok((self.noun.record)(&self.simulator.cluster()?, &self.object))
    }

    /// The names that the attribute may have in the record: its own, or one that a person has read.
    fn names(&self) -> anyhow::Result<Vec<String>> {
        let renamed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../provider/tests/renamed.txt"))?;
        let (mut all, mut names) = (Vec::new(), Vec::new());
        visit(&self.attributes, "", &mut |name, _| all.push(name.to_owned()));
        let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
        for name in all.iter().filter(|name| is_at(name, self.sample.attribute)) {
            names.extend([name.clone(), name.replace('.', "_")]);
            // The name alone says which one it is, if there is no other.
            if all.iter().filter(|other| last(other) == last(name)).count() == 1 {
                names.push(last(name));
            }
            let row = format!("{}.{name} is ", self.noun.name);
            let rows = renamed.lines().filter_map(|line| line.strip_prefix(&row)?.split_once(' '));
            names.extend(rows.map(|(place, _)| place.to_owned()));
        }
        let recorded_as = self.noun.recorded_as.iter().filter(|(name, _)| *name == self.sample.attribute);
        names.extend(recorded_as.map(|(_, name)| (*name).to_owned()));
        names.sort();
        names.dedup();
        Ok(names)
    }
}

/// What becomes of a step as far as the schema tells.
fn by_schema(a: &Attribute, step: Step) -> Outcome {
    let is_left_to_the_service = a.presence == Presence::OptionalComputed && a.default.is_none();
    let takes_nothing = match &a.kind {
        Kind::Value(Type::String) => false,
        Kind::Nested(Nesting::Single, inner) => inner.iter().all(|inner| inner.presence != Presence::Required),
        _ => !a.checks.iter().any(|check| matches!(check, Check::Length(least, _) if *least > 0)),
    };
    match step {
        Step::Emptied if !takes_nothing => Outcome::Refused,
        Step::Unset if is_left_to_the_service => Outcome::Kept,
        _ if a.replace.is_some() => Outcome::Replaced,
        _ => Outcome::Updated,
    }
}
