//! Runs under faults: real Terraform makes, changes and destroys what chance has drawn, while the service, the network,
//! the user's hands and other people go wrong. Whatever happens, one apply after it has to bring everything to its end:
//! the next plan is empty, the service has what is configured and nothing else, nothing that was well has been
//! destroyed, and what the state does not have was told with the command that imports it.
//!
//! A run is drawn from its seed, so `cargo run -p acceptance --bin faults -- --seed N` does the same once more. Only when
//! things happen is up to the machine.

mod drift;
mod judge;
mod play;
mod trouble;
mod wanted;

use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clap::ValueEnum as _;
use fastrand::Rng;

pub use trouble::Kind;

use crate::Terraform;
use play::Play;
use trouble::{Phase, Trouble};

/// Which runs are made.
#[derive(Debug, Clone)]
pub struct FaultRuns {
    /// The seed of the first one; the others follow.
    pub first_seed: u64,
    /// How many.
    pub count: usize,
    /// How many at a time. They wait most of the time.
    pub at_once: usize,
    /// Only seeds with one of these kinds of trouble; all when empty.
    pub only: Vec<Kind>,
    /// No seeds with one of these.
    pub without: Vec<Kind>,
}

/// How a run ended.
#[derive(Debug)]
pub struct FaultRun {
    /// What it is drawn from.
    pub seed: u64,
    /// The trouble it had.
    pub kinds: Vec<Kind>,
    /// What the trouble befell: `create`, `change` or `destroy`.
    pub phase: String,
    /// Whether the trouble came to pass; a call that never comes meets no trouble.
    pub struck: bool,
    /// How long it took.
    pub duration: Duration,
    /// What is wrong; none when all is well.
    pub failure: Option<String>,
    /// All that happened.
    pub story: String,
}

impl FaultRuns {
    /// Makes the runs on these Terraforms, most of them on the last one, and tells `each` when it is over. Returns those that failed.
    ///
    /// # Panics
    /// When there is no Terraform.
    pub fn run(&self, terraforms: &[Terraform], each: impl Fn(&FaultRun) + Sync) -> Vec<FaultRun> {
        let seeds: Vec<u64> = (self.first_seed..).filter(|seed| self.is_meant(*seed)).take(self.count).collect();
        let next = AtomicUsize::new(0);
        let failed = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..self.at_once.max(1) {
                scope.spawn(|| {
                    while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let run = FaultRun::of(*seed, terraforms);
                        each(&run);
                        if run.failure.is_some()
                            && let Ok(mut failed) = failed.lock()
                        {
                            failed.push(run);
                        }
                    }
                });
            }
        });
        failed.into_inner().unwrap_or_default()
    }

    fn is_meant(&self, seed: u64) -> bool {
        let (kinds, ..) = draw(seed);
        let has = |of: &[Kind]| kinds.iter().any(|kind| of.contains(kind));
        (self.only.is_empty() || has(&self.only)) && !has(&self.without)
    }
}

/// The kinds of trouble of a seed, what they befall, and the chance for all the rest. All kinds and phases come in turn.
fn draw(seed: u64) -> (Vec<Kind>, Phase, Rng) {
    let all = Kind::value_variants();
    let turn = usize::try_from(seed % 1_000_000).unwrap_or_default();
    let phase = Phase::ALL[(turn % all.len() + turn / all.len()) % Phase::ALL.len()];
    let mut chance = Rng::with_seed(seed);
    let mut kinds = vec![all[turn % all.len()]];
    if chance.u8(0..10) < 3 {
        let second = all[chance.usize(..all.len())];
        kinds.extend((second != kinds[0]).then_some(second));
    }
    (kinds, phase, chance)
}

impl FaultRun {
    fn of(seed: u64, terraforms: &[Terraform]) -> Self {
        let started = Instant::now();
        let (kinds, phase, mut chance) = draw(seed);
        // The last one is the installed one, which starts faster than a library.
        let terraform = if seed.is_multiple_of(10) { terraforms.first() } else { terraforms.last() };
        let terraform = terraform.expect("there is no Terraform");
        let mut trouble = Trouble::default();
        for kind in &kinds {
            trouble.add(*kind, phase, &mut chance);
        }
        let mut story = String::new();
        let _ = writeln!(story, "seed {seed} on {terraform}: {kinds:?} at {phase:?}\n{trouble:#?}");
        let mut struck = false;
        let played = Play::open(terraform, seed, &mut chance, &mut story).and_then(|mut play| {
            let played = play.play(phase, &trouble);
            struck = play.struck;
            played
        });
        let failure = played.err().map(|error| format!("{error:#}"));
        if let Some(failure) = &failure {
            let _ = writeln!(
                story,
                "--- wrong: {failure}\nonce more: cargo run -p acceptance --bin faults -- --seed {seed}"
            );
        }
        let phase = format!("{phase:?}").to_lowercase();
        Self { seed, kinds, phase, struck, duration: started.elapsed(), failure, story }
    }

    /// One line about it.
    pub fn summary(&self) -> String {
        let kinds: Vec<String> = self.kinds.iter().map(ToString::to_string).collect();
        let fate = match (&self.failure, self.struck) {
            (Some(failure), _) => failure.lines().next().unwrap_or_default(),
            (None, true) => "ok",
            (None, false) => "ok, and no trouble came",
        };
        let seconds = self.duration.as_secs_f64();
        format!("seed {} {} at {} ({seconds:.1} s): {fate}", self.seed, kinds.join(" + "), self.phase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_again_and_sixty_of_them_draw_every_kind_and_phase() {
        let all: Vec<_> = (1..=60).map(draw).collect();
        for kind in Kind::value_variants() {
            assert!(all.iter().filter(|(kinds, ..)| kinds.contains(kind)).count() >= 2, "{kind} is too rare");
        }
        for phase in Phase::ALL {
            assert!(all.iter().filter(|(_, drawn, _)| *drawn == phase).count() >= 15, "{phase:?} is too rare");
        }
        let trouble = |seed| {
            let (kinds, phase, mut chance) = draw(seed);
            let mut trouble = Trouble::default();
            kinds.iter().for_each(|kind| trouble.add(*kind, phase, &mut chance));
            (format!("{trouble:?}"), wanted::Wanted::draw(&mut chance).text())
        };
        assert_eq!(trouble(7), trouble(7));
        assert_ne!(trouble(7), trouble(8));
    }
}
