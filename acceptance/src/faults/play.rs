//! One run: what is applied, what goes wrong meanwhile, and how it ends.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use fastrand::Rng;
use rustix::process::Signal;
use serde_json::{Value, json};

use super::drift::Taken;
use super::judge::{self, Object};
use super::trouble::{Deed, Phase, SPEED, Trouble};
use super::wanted::{Removed, Wanted};
use crate::workspace::APPLY;
use crate::workspace::interrupt::{Processes, Whom};
use crate::{Run, Simulator, Terraform, Workspace, wait_until};

/// Longer than a command takes that has to wait for the end of every fault. A call alone is repeated for two minutes.
const COMMAND_BOUND: Duration = Duration::from_secs(240);

/// How many objects may have to be imported or replaced: each is told by an apply of its own.
const MOST_STEPS: usize = 4;

const DESTROY: [&str; 4] = ["destroy", "-auto-approve", "-input=false", "-no-color"];

/// What no command may say, whatever happens.
const NEVER_SAID: [&str; 7] = [
    "bug in the provider",
    "Provider produced",
    "panicked",
    "Some(",
    "None)",
    "corrupt message",
    "invalid result object",
];

/// What a command may say only when its provider was killed.
const DEATH: [&str; 3] = ["Plugin did not respond", "plugin process exited", "connection refused"];

/// A run in progress.
pub(super) struct Play<'a> {
    simulator: Simulator,
    workspace: Workspace,
    wanted: Wanted,
    taken: Taken,
    chance: &'a mut Rng,
    /// What happened, for whoever has to understand it.
    story: &'a mut String,
    /// Whether any trouble came to pass.
    pub(super) struck: bool,
}

impl<'a> Play<'a> {
    pub(super) fn open(
        terraform: &Terraform,
        seed: u64,
        chance: &'a mut Rng,
        story: &'a mut String,
    ) -> anyhow::Result<Self> {
        let clock = ack_simulator::ClockMode::Timer { speed: SPEED };
        let simulator = Simulator::start_with(ack_simulator::Config { seed, clock, ..Default::default() })?;
        let workspace = Workspace::with_built_provider(terraform, &simulator)?;
        let wanted = Wanted::draw(chance);
        Ok(Self { simulator, workspace, wanted, taken: Taken::default(), chance, story, struck: false })
    }

    /// Makes everything, changes it or destroys it under `trouble`, brings it to its end, and takes it all away.
    ///
    /// # Errors
    /// What is not as it has to be.
    pub(super) fn play(&mut self, phase: Phase, trouble: &Trouble) -> anyhow::Result<()> {
        let result = self.phases(phase, trouble);
        if result.is_err() {
            self.tell_calls();
        }
        result
    }

    fn phases(&mut self, phase: Phase, trouble: &Trouble) -> anyhow::Result<()> {
        if let Some(lag) = trouble.read_lag {
            self.workspace.environment_mut().set("ACK_READ_LAG_SECONDS", lag.to_string());
        }
        if phase == Phase::Create {
            self.wanted.create_limit = trouble.create_limit;
            self.under(trouble, &Removed::default())?;
        } else {
            self.configure();
            self.succeeds(&APPLY)?;
        }
        if phase == Phase::Change {
            let removed = self.wanted.change(self.chance, self.story);
            self.wanted.create_limit = trouble.create_limit;
            self.under(trouble, &removed)?;
        }
        if self.wanted.protected {
            self.wanted.protected = false;
            self.configure();
            self.succeeds(&APPLY)?;
        }
        if phase == Phase::Destroy {
            let run = self.command(&DESTROY, trouble)?;
            if run.succeeded() {
                self.expect_nothing_left("at once after a destroy that succeeded")?;
            }
            self.end(trouble)?;
        }
        self.succeeds(&DESTROY)?;
        self.expect_nothing_left("after the last destroy")
    }

    /// Applies under `trouble`, then without, and judges what has come of it.
    fn under(&mut self, trouble: &Trouble, removed: &Removed) -> anyhow::Result<()> {
        let first_task = self.simulator.tasks()?.len();
        let pools: BTreeMap<String, String> =
            judge::objects(&self.simulator)?.into_iter().map(|object| (object.id, object.name)).collect();
        self.configure();
        for drift in &trouble.before {
            let _ = writeln!(self.story, "behind Terraform's back: {drift:?}");
            drift.happen(&self.simulator, &mut self.taken)?;
        }
        let before = self.story.len();
        let _ = self.command(&APPLY, trouble)?;
        self.end(trouble)?;
        self.wanted.create_limit = None;
        self.configure();

        let mut steps = 0;
        let mut replaced = Vec::new();
        loop {
            let arguments = APPLY.iter().copied().chain(replaced.iter().map(String::as_str)).collect::<Vec<_>>();
            let run = self.command(&arguments, &Trouble::default())?;
            if run.succeeded() {
                break;
            }
            let imported = self.import_as_told(&run)?;
            replaced = if imported == 0 { self.replacements_told(&run)? } else { Vec::new() };
            let followed = imported + replaced.len();
            steps += followed;
            ensure!(followed > 0 && steps <= MOST_STEPS, "the apply after the trouble failed");
        }
        let plan = self.command(&["plan", "-detailed-exitcode", "-input=false", "-no-color"], &Trouble::default())?;
        ensure!(plan.exit_code == Some(0), "something is left to do after the apply that had no trouble");
        self.rest()?;
        let mut wrong = judge::differences(&self.simulator, &self.workspace, &self.wanted)?;
        wrong.extend(judge::destroyed(&self.simulator, first_task, removed, &self.taken, &pools)?);
        wrong.extend(self.unnamed_orphans(before)?);
        ensure!(wrong.is_empty(), "{}", wrong.join("; "));
        Ok(())
    }

    /// The trouble is over.
    fn end(&mut self, trouble: &Trouble) -> anyhow::Result<()> {
        self.struck |= self.simulator.struck()?.iter().any(|struck| *struck > 0);
        self.struck |= !trouble.before.is_empty() || !trouble.assumptions.is_empty() || trouble.create_limit.is_some();
        self.simulator.clear_faults()?;
        self.simulator.run_clock(SPEED)?;
        let standard = serde_json::to_value(ack_simulator::Assumptions::default())?;
        let changed = trouble.assumptions.keys().map(|name| (name.clone(), standard[name].clone()));
        self.simulator.assume(&Value::Object(changed.collect()))
    }

    fn configure(&mut self) {
        self.workspace.write("main.tf", &self.wanted.text());
    }

    fn succeeds(&mut self, arguments: &[&str]) -> anyhow::Result<()> {
        let run = self.command(arguments, &Trouble::default())?;
        ensure!(run.succeeded(), "`{}` failed, although there is no trouble", run.command);
        Ok(())
    }

    /// Runs one command, with what goes wrong meanwhile.
    fn command(&mut self, arguments: &[&str], trouble: &Trouble) -> anyhow::Result<Run> {
        let holds = trouble.events.iter();
        let holds = holds.map(|event| crate::Fault::delay(&event.operation, event.hold).skip(event.skip).times(1));
        for fault in holds.chain(trouble.faults.iter().cloned()) {
            self.simulator.add_fault(&fault)?;
        }
        if !trouble.assumptions.is_empty() {
            self.simulator.assume(&Value::Object(trouble.assumptions.clone()))?;
        }
        self.simulator.run_clock(trouble.speed.unwrap_or(SPEED))?;
        let mut waiting: Vec<usize> = (0..trouble.events.len()).collect();
        let (simulator, taken, story) = (&self.simulator, &mut self.taken, &mut *self.story);
        let mut is_killed = false;
        let watched = self.workspace.run_watched(arguments, COMMAND_BOUND, |processes| {
            if waiting.is_empty() {
                return Ok(());
            }
            let struck = simulator.struck()?;
            for index in waiting.extract_if(.., |index| struck.get(*index).is_some_and(|count| *count > 0)) {
                let event = &trouble.events[index];
                let _ = writeln!(story, "at call {} of {}: {:?}", event.skip + 1, event.operation, event.deed);
                is_killed |= event.deed.kills();
                do_deed(&event.deed, simulator, taken, processes)?;
            }
            Ok(())
        });
        let (run, processes) = watched?;
        // Terraform leaves its provider alone when it is interrupted twice.
        is_killed |= run.words().contains("Two interrupts received");
        let _ = writeln!(self.story, "{run}");
        ensure!(run.duration < COMMAND_BOUND, "`{}` does not end", run.command);
        let gone = wait_until("the end of the provider", || Ok(processes.providers().is_empty()));
        if gone.is_err() {
            processes.signal(Whom::Both, Signal::KILL);
        }
        gone.context("a provider goes on without its Terraform")?;
        let words = run.words();
        for never in NEVER_SAID.iter().chain(DEATH.iter().filter(|_| !is_killed)) {
            ensure!(!words.contains(never), "`{}` says {never:?}", run.command);
        }
        Ok(run)
    }

    /// Imports what the output says is to be imported. Returns how many objects that were.
    fn import_as_told(&mut self, run: &Run) -> anyhow::Result<usize> {
        let words = run.words();
        let state = judge::state(&self.workspace)?;
        let mut followed = 0;
        for object in judge::objects(&self.simulator)? {
            let Some(id) = import_id(&words, &object) else { continue };
            if state.iter().any(|resource| resource.id == object.id) {
                bail!("an import of {} is advised, which is in the state", object.id);
            }
            let run =
                self.command(&["import", "-input=false", "-no-color", &object.address, &id], &Trouble::default())?;
            ensure!(run.succeeded(), "the import that is advised failed");
            followed += 1;
        }
        Ok(followed)
    }

    /// The options that replace what the output says is to be replaced: what failed before it was imported.
    fn replacements_told(&self, run: &Run) -> anyhow::Result<Vec<String>> {
        let words = run.words();
        let told = |id: &str| words.contains(&format!("{id} is in state \"failed\". Destroy it, or replace it with"));
        let objects = judge::objects(&self.simulator)?.into_iter();
        Ok(objects.filter(|object| told(&object.id)).map(|object| format!("-replace={}", object.address)).collect())
    }

    /// What the service has, the state does not have, and nobody was told of.
    fn unnamed_orphans(&self, since: usize) -> anyhow::Result<Vec<String>> {
        let state = judge::state(&self.workspace)?;
        let mut objects = judge::objects(&self.simulator)?;
        objects.retain(|object| !state.iter().any(|resource| resource.id == object.id));
        let told = self.story[since..].replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ");
        objects.retain(|object| import_id(&told, object).is_none());
        Ok(objects.into_iter().map(|object| format!("{object:?} is an orphan that nobody was told of")).collect())
    }

    /// Waits until the service works on nothing any more.
    fn rest(&self) -> anyhow::Result<()> {
        wait_until("the end of all tasks", || {
            let tasks = self.simulator.tasks()?;
            let clusters = self.simulator.clusters()?;
            Ok(tasks.iter().all(|task| task["state"] != "running")
                && clusters.iter().all(|cluster| cluster["detail"]["state"] != "updating"))
        })
    }

    fn expect_nothing_left(&self, when: &str) -> anyhow::Result<()> {
        let objects = judge::objects(&self.simulator)?;
        ensure!(objects.is_empty(), "{when} the service still has {objects:?}");
        let state = judge::state(&self.workspace)?;
        ensure!(state.is_empty(), "{when} the state still has {state:?}");
        Ok(())
    }

    /// Adds what the service was asked for.
    fn tell_calls(&mut self) {
        self.story.push_str("--- calls\n");
        for call in self.simulator.requests().unwrap_or_default() {
            let fate = if call.dropped { "cut" } else { &call.code };
            let body = if call.body.is_null() { String::new() } else { call.body.to_string() };
            let _ = writeln!(
                self.story,
                "{:4} {} {} {} {} {fate} {}",
                call.n,
                call.simulated_time,
                call.operation,
                call.path,
                call.status,
                body.chars().take(300).collect::<String>()
            );
        }
        let _ =
            writeln!(self.story, "--- state\n{}", String::from_utf8_lossy(&self.workspace.read("terraform.tfstate")));
        let kept = json!({"tasks": self.simulator.tasks().unwrap_or_default()});
        let _ = writeln!(self.story, "--- tasks\n{kept:#}");
    }
}

fn do_deed(deed: &Deed, simulator: &Simulator, taken: &mut Taken, processes: Processes) -> anyhow::Result<()> {
    match deed {
        Deed::Signal(whom, signal) => processes.signal(*whom, *signal),
        Deed::Drift(drift) => drift.happen(simulator, taken)?,
        Deed::Faults(faults) => faults.iter().try_for_each(|fault| simulator.add_fault(fault))?,
    }
    Ok(())
}

/// The id with which an output says to import an object, if it does: `terraform import ADDRESS ID`.
fn import_id(words: &str, object: &Object) -> Option<String> {
    let commands = words.split("terraform import ").skip(1);
    let ids = commands.filter_map(|rest| rest.split(' ').nth(1));
    let mut ids = ids.map(|id| id.trim_matches(['`', '\'', '"', '.', ',', ';', ')']));
    ids.find(|id| id.ends_with(&object.id)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_to_import_is_taken_out_of_the_text() {
        let object = |id: &str| Object { id: id.to_owned(), name: String::new(), address: String::new() };
        let words = "take it over with `terraform import <address> c1`, or that: terraform import <address> c1:np2 .";
        assert_eq!(import_id(words, &object("c1")).as_deref(), Some("c1"));
        assert_eq!(import_id(words, &object("np2")).as_deref(), Some("c1:np2"));
        assert_eq!(import_id(words, &object("c3")), None);
        assert_eq!(import_id("the cluster c3 is there", &object("c3")), None);
    }
}
