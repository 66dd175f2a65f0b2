//! What goes wrong in a run, drawn by chance.

use std::fmt;
use std::time::Duration;

use clap::ValueEnum;
use fastrand::Rng;
use rustix::process::Signal;
use serde_json::{Value, json};

use super::drift::Drift;
use crate::Fault;
use crate::workspace::interrupt::Whom;

/// Kinds of trouble. A run has one, and sometimes a second one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the names are what a person types and reads")]
pub enum Kind {
    Throttled,
    Outage,
    ExpiredToken,
    Html,
    NoObject,
    CutBefore,
    CutAfter,
    Slow,
    IdleReset,
    TaskFails,
    FieldIgnored,
    ReadFailsAfterWrite,
    Interrupt,
    InterruptTerraform,
    InterruptTwice,
    Terminate,
    TerminateTerraform,
    TerminateProvider,
    KillProvider,
    KillTerraform,
    KillBoth,
    KillBeforeShown,
    TimeLimit,
    Lag,
    Busy,
    DriftBefore,
    DriftMeanwhile,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_possible_value().map_or(Ok(()), |value| f.write_str(value.get_name()))
    }
}

/// The command of a run that the trouble befalls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Create,
    Change,
    Destroy,
}

impl Phase {
    pub(super) const ALL: [Self; 3] = [Self::Create, Self::Change, Self::Destroy];

    fn writes(self) -> &'static [&'static str] {
        match self {
            Self::Create => &["CreateCluster", "CreateClusterNodePool", "InstallClusterAddons", "ModifyCluster"],
            Self::Change => &[
                "ModifyClusterNodePool",
                "CreateClusterNodePool",
                "DeleteClusterNodepool",
                "InstallClusterAddons",
                "UnInstallClusterAddons",
                "ModifyClusterAddon",
                "UpgradeCluster",
                "TagResources",
            ],
            Self::Destroy => &["DeleteCluster", "DeleteClusterNodepool", "UnInstallClusterAddons"],
        }
    }

    fn reads(self) -> &'static [&'static str] {
        let all = &[
            "DescribeClusterDetail",
            "DescribeTaskInfo",
            "DescribeClusterNodePools",
            "GetClusterAddonInstance",
            "DescribeClustersForRegion",
        ];
        // Only who creates a cluster looks for others.
        if self == Self::Create { all } else { &all[..4] }
    }
}

impl Phase {
    /// How many calls of an operation may go by first: fewer than there are.
    fn skip(self, operation: &str, chance: &mut Rng) -> u64 {
        match (operation, self) {
            ("*", Self::Create) => chance.u64(0..45),
            ("*", Self::Change) => chance.u64(0..14),
            ("*", Self::Destroy) => chance.u64(0..20),
            _ => chance.u64(0..3) / 2,
        }
    }

    /// Fields that may have no effect.
    fn fields(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Create | Self::Destroy => &[
                ("CreateCluster", "tags"),
                ("ModifyCluster", "deletion_protection"),
                ("CreateClusterNodePool", "kubernetes_config.labels"),
                ("CreateClusterNodePool", "scaling_group.desired_size"),
                ("InstallClusterAddons", "config"),
            ],
            Self::Change => &[
                ("ModifyClusterNodePool", "kubernetes_config.labels"),
                ("ModifyClusterNodePool", "scaling_group.desired_size"),
                ("ModifyClusterAddon", "config"),
                ("CreateClusterNodePool", "kubernetes_config.labels"),
            ],
        }
    }

    /// A moment in the calls of one operation: while one is on its way, or right behind it.
    fn moment(self, deed: Deed, operation: &str, chance: &mut Rng) -> Event {
        let skip = self.skip(operation, chance);
        let hold = if chance.bool() { LET_GO } else { Duration::from_millis(150) };
        Event { operation: operation.to_owned(), skip, hold, deed }
    }
}

/// Something that is done once a call has come.
#[derive(Debug, Clone)]
pub(super) struct Event {
    /// The call: the operation, and how many of them go by first.
    pub(super) operation: String,
    pub(super) skip: u64,
    /// How long the call is held up: long enough to be still on its way when the deed is done, or hardly at all.
    pub(super) hold: Duration,
    pub(super) deed: Deed,
}

#[derive(Debug, Clone)]
pub(super) enum Deed {
    Signal(Whom, Signal),
    Drift(Drift),
    Faults(Vec<Fault>),
}

impl Deed {
    /// Whether somebody is killed who cannot tell any more what he did.
    pub(super) fn kills(&self) -> bool {
        matches!(self, Self::Signal(_, Signal::KILL) | Self::Signal(Whom::Provider, _))
    }
}

/// All that goes wrong with one command.
#[derive(Debug, Clone, Default)]
pub(super) struct Trouble {
    /// Switches of the simulator.
    pub(super) assumptions: serde_json::Map<String, Value>,
    pub(super) faults: Vec<Fault>,
    pub(super) events: Vec<Event>,
    /// Behind Terraform's back, before the command.
    pub(super) before: Vec<Drift>,
    /// Simulated seconds in a real one.
    pub(super) speed: Option<f64>,
    pub(super) create_limit: Option<&'static str>,
    /// Seconds that the provider reckons with until reads show what was written, where it is more than usual.
    pub(super) read_lag: Option<u64>,
}

impl Trouble {
    /// Adds trouble of a kind for the command of a phase.
    pub(super) fn add(&mut self, kind: Kind, phase: Phase, chance: &mut Rng) {
        // What a change calls depends on what is changed, so most of its trouble is with any call.
        let any = |chance: &mut Rng| match (phase, chance.u8(0..8)) {
            (Phase::Change, 0..=4) | (_, 0..=2) => "*",
            (_, 5 | 6) => pick(phase.reads(), chance),
            _ => pick(phase.writes(), chance),
        };
        let few = |operation: &str, fault: Fault, chance: &mut Rng| {
            fault.skip(phase.skip(operation, chance)).times(chance.u64(1..4))
        };
        let fault = match kind {
            Kind::Throttled => {
                self.faults.push(Fault::error("*", 500, "InternalError", "an accident").probability(0.05));
                Fault::error("*", 503, "Throttling.User", "too many requests").probability(0.3)
            }
            Kind::Outage => {
                let (status, code) =
                    chance.choice([(503, "ServiceUnavailable"), (500, "InternalError"), (429, "")]).unwrap_or_default();
                Fault::error("*", status, code, "nobody is here").skip(phase.skip("*", chance)).times(chance.u64(2..6))
            }
            Kind::ExpiredToken => {
                let operation = any(chance);
                few(operation, expired_token(operation), chance)
            }
            Kind::Html => {
                let status = chance.choice([200, 403, 502]).unwrap_or(502);
                let operation = any(chance);
                few(operation, Fault::answer(operation, status, "<html><body>Bad day</body></html>"), chance)
            }
            Kind::NoObject => {
                let operation = any(chance);
                few(operation, Fault::answer(operation, 200, pick(&NO_OBJECTS, chance)), chance)
            }
            Kind::CutBefore => match chance.bool() {
                true => Fault::drop_before("*").probability(0.1),
                false => {
                    let operation = any(chance);
                    few(operation, Fault::drop_before(operation), chance)
                }
            },
            Kind::CutAfter => match chance.bool() {
                true => Fault::drop_after("*").probability(0.1),
                false => Fault::drop_after(pick(phase.writes(), chance)).times(chance.u64(1..3)),
            },
            Kind::Slow => {
                let operation = any(chance);
                few(operation, Fault::delay(operation, Duration::from_millis(chance.u64(200..2500))), chance)
            }
            Kind::IdleReset => Fault::idle_reset("*", Duration::from_millis(300)).times(8),
            Kind::TaskFails => {
                for _ in 0..2 {
                    let fault = Fault::task(pick(phase.writes(), chance), "NoStock", "there is nothing left");
                    self.faults.push(fault.skip(chance.u64(0..3) / 2).times(1));
                }
                return;
            }
            Kind::FieldIgnored => {
                let ignored = phase.fields().iter().filter(|_| chance.bool());
                self.faults.extend(ignored.map(|(operation, field)| Fault::ignore_field(operation, field)));
                return;
            }
            Kind::ReadFailsAfterWrite => {
                let (read, write) = (pick(phase.reads(), chance), pick(phase.writes(), chance));
                let (write, fault) = match chance.u8(0..3) {
                    0 => (write, expired_token(read)),
                    1 => (write, Fault::answer(read, 502, "<html>Bad Gateway</html>")),
                    // Only what is new is not found.
                    _ => {
                        let read = "DescribeClusterDetail";
                        ("CreateCluster", Fault::error(read, 404, "ErrorClusterNotFound", "there is no such cluster"))
                    }
                };
                let deed = Deed::Faults(vec![fault.times(chance.u64(1..3))]);
                self.events.push(Event { hold: LET_GO, ..phase.moment(deed, write, chance) });
                return;
            }
            Kind::Interrupt => return self.signal(phase, Whom::Both, Signal::INT, any(chance), chance),
            Kind::InterruptTerraform => return self.signal(phase, Whom::Terraform, Signal::INT, any(chance), chance),
            Kind::InterruptTwice => {
                let operation = any(chance);
                self.signal(phase, Whom::Both, Signal::INT, operation, chance);
                // The second one comes with one of the next calls.
                if let Some(first) = self.events.last().cloned() {
                    let (operation, skip) = ("*".to_owned(), first.skip + chance.u64(0..3));
                    self.events.push(Event { operation, skip, ..first });
                }
                return;
            }
            Kind::Terminate => return self.signal(phase, Whom::Both, Signal::TERM, any(chance), chance),
            Kind::TerminateTerraform => return self.signal(phase, Whom::Terraform, Signal::TERM, any(chance), chance),
            Kind::TerminateProvider => return self.signal(phase, Whom::Provider, Signal::TERM, any(chance), chance),
            Kind::KillProvider => return self.signal(phase, Whom::Provider, Signal::KILL, any(chance), chance),
            Kind::KillTerraform => return self.signal(phase, Whom::Terraform, Signal::KILL, any(chance), chance),
            Kind::KillBoth => return self.signal(phase, Whom::Both, Signal::KILL, any(chance), chance),
            Kind::KillBeforeShown => {
                // What was made is in no list when the next apply looks for it.
                let lag = 2.0 + chance.f64() * 6.0;
                self.assumptions.insert("list_lag_seconds".to_owned(), json!(SPEED * lag));
                self.read_lag = Some(lag.ceil() as u64 + 1);
                let operation = pick(&["CreateCluster", "CreateClusterNodePool"], chance);
                let deed = Deed::Signal(Whom::Both, Signal::KILL);
                self.events.push(Event { operation: operation.to_owned(), skip: 0, hold: LET_GO, deed });
                return;
            }
            Kind::TimeLimit => {
                self.create_limit = Some("1s");
                self.speed = Some(chance.choice([60.0, 120.0]).unwrap_or(60.0));
                return;
            }
            Kind::Lag => {
                let (lists, reads) = (chance.f64() * 5.0, chance.f64() * 5.0);
                self.assumptions.insert("list_lag_seconds".to_owned(), json!(SPEED * lists));
                self.assumptions.insert("node_pool_read_lag_seconds".to_owned(), json!(SPEED * reads));
                self.read_lag = Some(lists.max(reads).ceil() as u64 + 1);
                return;
            }
            Kind::Busy => {
                self.assumptions.insert("exclusivity".to_owned(), json!("cluster"));
                self.assumptions.insert("node_pool_operations_need_running_cluster".to_owned(), json!(true));
                return;
            }
            Kind::DriftBefore => {
                self.before.extend((0..chance.u8(1..4)).map(|_| Drift::draw(chance)));
                return;
            }
            Kind::DriftMeanwhile => {
                for _ in 0..chance.u8(1..3) {
                    let deed = Deed::Drift(Drift::draw(chance));
                    self.events.push(phase.moment(deed, any(chance), chance));
                }
                return;
            }
        };
        self.faults.push(fault);
    }

    fn signal(&mut self, phase: Phase, whom: Whom, signal: Signal, operation: &str, chance: &mut Rng) {
        self.events.push(phase.moment(Deed::Signal(whom, signal), operation, chance));
    }
}

/// The speed of the clock in ordinary runs.
pub(super) const SPEED: f64 = 600.0;

/// Answers of success that hold no object.
const NO_OBJECTS: [&str; 5] = ["{}", "[]", "", "null", r#"{"code": "Busy", "message": "come back"}"#];

/// Hardly any time to hold a call up.
const LET_GO: Duration = Duration::from_millis(1);

fn pick(names: &'static [&'static str], chance: &mut Rng) -> &'static str {
    names[chance.usize(..names.len())]
}

fn expired_token(operation: &str) -> Fault {
    Fault::error(operation, 403, "InvalidSecurityToken.Expired", "the security token has expired")
}
