//! Runs under faults by hand, as many as there is time for.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    linux::main()
}

/// Killing a provider alone takes `/proc`.
#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("runs under faults need Linux");
    ExitCode::FAILURE
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeMap;
    use std::path::PathBuf;
    use std::process::ExitCode;
    use std::sync::Mutex;

    use acceptance::{FaultRun, FaultRuns, Kind, Terraform, build_with_progress, target_directory};
    use clap::Parser;

    /// Makes runs under faults: real Terraform makes, changes and destroys what chance has drawn, while everything goes
    /// wrong. What happened in those that failed is in target/faults.
    #[derive(Parser)]
    #[command(name = "faults")]
    struct Arguments {
        /// Seed of the first run
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How many runs
        #[arg(long, default_value_t = 1)]
        runs: usize,
        /// How many at a time
        #[arg(long, default_value_t = 6)]
        at_once: usize,
        /// Only seeds with this kind of trouble; may be repeated
        #[arg(long, value_enum)]
        only: Vec<Kind>,
        /// No seeds with this kind of trouble; may be repeated
        #[arg(long, value_enum)]
        without: Vec<Kind>,
    }

    pub(super) fn main() -> ExitCode {
        let Arguments { seed, runs, at_once, only, without } = Arguments::parse();
        if let Err(error) = build_with_progress() {
            eprintln!("error: {error:#}");
            return ExitCode::FAILURE;
        }
        let runs = FaultRuns { first_seed: seed, count: runs, at_once, only, without };
        let folder = target_directory().join("faults");
        let counts = Mutex::new(BTreeMap::<String, [usize; 3]>::new());
        let failed = runs.run(Terraform::all_for_tests(), |run| {
            println!("{}", run.summary());
            if let Ok(mut counts) = counts.lock() {
                for kind in &run.kinds {
                    let count = counts.entry(kind.to_string()).or_default();
                    count[0] += 1;
                    count[1] += usize::from(run.struck);
                    count[2] += usize::from(run.failure.is_some());
                }
            }
            if run.failure.is_some() {
                keep(&folder, run);
            }
        });
        println!("\n{:24} {:>6} {:>6} {:>6}", "trouble", "runs", "struck", "failed");
        for (kind, [runs, struck, failed]) in counts.into_inner().unwrap_or_default() {
            println!("{kind:24} {runs:6} {struck:6} {failed:6}");
        }
        println!("\n{} failed", failed.len());
        if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    /// Writes down what happened.
    fn keep(folder: &PathBuf, run: &FaultRun) {
        let file = folder.join(format!("{}.txt", run.seed));
        let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&file, &run.story));
        match written {
            Ok(()) => println!("  -> {}", file.display()),
            Err(error) => eprintln!("cannot write {}: {error}\n{}", file.display(), run.story),
        }
    }
}
