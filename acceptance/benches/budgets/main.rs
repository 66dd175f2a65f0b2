//! What the released provider may cost: size, time, memory, instructions. `cargo bench -p acceptance` builds it, measures,
//! prints each figure beside its bound, and fails past one. Words choose what is measured:
//! `cargo bench -p acceptance -- size memory`.

mod budget;
mod cost;
mod instructions;
mod memory;
mod schema;
mod size;
mod start;

use std::process::{Command, ExitCode};

use acceptance::{Environment, Simulator, released_binary};
use anyhow::bail;
use tf_provider::kit::Process;

use budget::Report;

/// Everything that can be measured, by the word that chooses it. Times depend on what else the machine does.
const MEASUREMENTS: &[(&str, Measurement)] = &[
    ("size", |report| Box::pin(size::measure(report))),
    ("schema", |report| Box::pin(schema::measure(report))),
    ("memory", |report| Box::pin(memory::measure(report))),
    ("instructions", |report| Box::pin(instructions::measure(report))),
    ("start", |report| Box::pin(start::measure(report))),
    ("cost", |report| Box::pin(cost::measure(report))),
];

type Measurement = for<'a> fn(&'a mut Report) -> std::pin::Pin<Box<dyn Future<Output = anyhow::Result<()>> + 'a>>;

fn main() -> ExitCode {
    // Cargo adds an argument of its own.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match run(&words) {
        Ok(report) => report.end(),
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[String]) -> anyhow::Result<Report> {
    let known: Vec<&str> = MEASUREMENTS.iter().map(|(word, _)| *word).collect();
    if let Some(unknown) = words.iter().find(|word| !known.contains(&word.as_str())) {
        bail!("`{unknown}` is not measured: choose among {}", known.join(", "));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut report = Report::default();
    for (word, measure) in MEASUREMENTS {
        if words.is_empty() || words.iter().any(|chosen| chosen == word) {
            println!("\n{word}");
            runtime.block_on(measure(&mut report))?;
        }
    }
    Ok(report)
}

/// A command that starts the released provider with nothing of this process's environment.
fn provider() -> anyhow::Result<Command> {
    let mut command = Command::new(released_binary()?);
    command.env_clear();
    Ok(command)
}

/// The released provider, on a simulator.
async fn provider_on(simulator: &Simulator) -> anyhow::Result<Process> {
    let mut command = provider()?;
    command.envs(Environment::iter(&simulator.provider_environment()));
    Ok(Process::start(command).await?)
}

/// The middle one of some figures.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
