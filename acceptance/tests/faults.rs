//! R22, R39, R45: whatever goes wrong, one apply after it brings everything to its end. Thousands of such runs are made by
//! hand: `cargo run -p acceptance --bin faults -- --runs 1000`.
#![cfg(target_os = "linux")]

use acceptance::{FaultRuns, Terraform};

#[test]
fn sixty_runs_under_faults_end_as_configured() {
    let at_once = 3 * std::thread::available_parallelism().map_or(2, usize::from);
    let runs = FaultRuns { first_seed: 1, count: 60, at_once, only: Vec::new(), without: Vec::new() };
    let failed = runs.run(Terraform::all_for_tests(), |run| println!("{}", run.summary()));
    let stories: Vec<&str> = failed.iter().take(3).map(|run| run.story.as_str()).collect();
    assert!(failed.is_empty(), "{} runs failed; the first of them:\n{}", failed.len(), stories.join("\n"));
}
