//! `cargo demo`: a cluster, a node pool and an add-on on real Terraform, with no cloud account.
//!
//! Builds the provider and the simulator, finds Terraform, installs the provider into a filesystem
//! mirror, and takes `examples/quickstart` through init, plan, apply, a plan that must be empty, and
//! destroy.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use acceptance::{LoggedRequest, Run, Search, Simulator, Terraform, Workspace, build_with_progress, simulator_binary};
use anyhow::{Context as _, bail};
use clap::Parser;

const EXAMPLE: &str = "quickstart";
const PLAN_FILE: &str = "quickstart.tfplan";

/// Shows the ACK provider at work on real Terraform, against a simulator on this machine.
#[derive(Parser)]
#[command(name = "cargo demo", bin_name = "cargo demo")]
struct Arguments {
    /// Leave the simulator running after apply, and say how to play on.
    #[arg(long)]
    keep: bool,
    /// Simulated seconds in a real second; a cluster takes about 300 of them.
    #[arg(long, default_value_t = 120.0, value_name = "N")]
    speed: f64,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match demo(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn demo(arguments: &Arguments) -> anyhow::Result<()> {
    survive_interrupts()?;
    println!("The ACK provider on real Terraform. No cloud account is used.");
    let mut steps = Steps::new(if arguments.keep { 7 } else { 8 });

    steps.begin("find Terraform");
    let terraform = Terraform::find(&Search::from_environment())?;
    println!("{terraform}");
    let name = terraform.command_name();

    steps.begin("cargo build the provider and the simulator");
    build_with_progress()?;

    steps.begin("start ack-simulator");
    let mut workspace = Workspace::open(&terraform, acceptance::Environment::new())?;
    let folder = workspace.directory().parent().context("the working directory has no parent")?.to_owned();
    let log = folder.join("simulator.log");
    let simulator = Simulator::spawn(simulator_binary()?, arguments.speed, &log)?;
    workspace.environment_mut().extend(&simulator.provider_environment());
    workspace.copy_example(EXAMPLE)?;
    println!("{}, where {} s of the cloud pass in a second", simulator.url(), arguments.speed);

    let created = match show(&mut steps, &workspace, name, arguments.keep) {
        Ok(created) => created,
        Err(error) => {
            workspace.keep();
            eprintln!("\nThe files of this run, with simulator.log, are in {}", folder.display());
            return Err(error);
        }
    };
    steps.end();
    summarize(&created, &simulator.requests()?, &steps);
    if arguments.keep {
        workspace.keep();
        explain_how_to_play_on(&workspace, simulator)?;
    }
    Ok(())
}

/// The steps that are Terraform's. Returns the addresses and ids of what was created.
fn show(steps: &mut Steps, workspace: &Workspace, name: &str, keep: bool) -> anyhow::Result<Vec<(String, String)>> {
    steps.begin(&format!("{name} init"));
    expect_success(run(workspace, &["init"])?)?;

    steps.begin(&format!("{name} plan"));
    let out = format!("-out={PLAN_FILE}");
    expect_success(run(workspace, &["plan", &out])?)?;

    steps.begin(&format!("{name} apply"));
    expect_success(run(workspace, &["apply", PLAN_FILE])?)?;
    let created = resources(workspace);

    steps.begin(&format!("{name} plan once more: nothing may be left to do"));
    let second = run(workspace, &["plan", "-detailed-exitcode"])?;
    if second.exit_code == Some(2) {
        bail!("the plan after apply is not empty");
    }
    expect_success(second)?;

    if !keep {
        steps.begin(&format!("{name} destroy"));
        expect_success(run(workspace, &["destroy", "-auto-approve"])?)?;
    }
    Ok(created)
}

/// Runs one command on the terminal; options go between its name and its arguments.
fn run(workspace: &Workspace, command: &[&str]) -> anyhow::Result<Run> {
    let (name, arguments) = command.split_first().context("there is no command")?;
    let mut line = vec![*name, "-input=false"];
    if !std::io::stdout().is_terminal() {
        line.push("-no-color");
    }
    line.extend(arguments);
    workspace.run_live(&line)
}

fn expect_success(run: Run) -> anyhow::Result<()> {
    if INTERRUPTED.load(Ordering::Relaxed) {
        bail!("interrupted during `{}`", run.command);
    }
    match run.exit_code {
        Some(0) => Ok(()),
        Some(code) => bail!("`{}` failed with exit code {code}; what it said is above", run.command),
        None => bail!("`{}` was ended by a signal", run.command),
    }
}

/// The managed resources in the state, each with its id.
fn resources(workspace: &Workspace) -> Vec<(String, String)> {
    let state = workspace.show_state_json();
    let list = state["values"]["root_module"]["resources"].as_array();
    list.into_iter()
        .flatten()
        .filter(|resource| resource["mode"] == "managed")
        .map(|resource| {
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            let values = &resource["values"];
            // An add-on is known by its name.
            let id = values.get("id").unwrap_or(&values["name"]);
            (text(&resource["address"]), text(id))
        })
        .collect()
}

fn summarize(created: &[(String, String)], requests: &[LoggedRequest], steps: &Steps) {
    println!("\n==> Summary");
    println!("created {} resources", created.len());
    for (address, id) in created {
        println!("    {address:<36} {id}");
    }

    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for request in requests {
        *counts.entry(&request.operation).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    println!("made {} calls of the ACK API", requests.len());
    for (operation, count) in counts {
        println!("    {operation:<36} {count:>4}");
    }

    println!("took {:.1} s", steps.total().as_secs_f64());
    for (step, time) in &steps.finished {
        println!("    {step:<52} {:>6.1} s", time.as_secs_f64());
    }
}

fn explain_how_to_play_on(workspace: &Workspace, simulator: Simulator) -> anyhow::Result<()> {
    let folder = workspace.directory().parent().unwrap_or(workspace.directory());
    let bin = workspace.terraform().launcher(folder)?;
    let url = simulator.url().to_owned();
    println!("\n==> To play on");
    println!("    cd {}", workspace.directory().display());
    println!("    export PATH=\"{}:$PATH\"", bin.display());
    for (name, value) in workspace.environment().iter() {
        if name != "TF_IN_AUTOMATION" {
            println!("    export {name}={}", value.display());
        }
    }
    println!("    {} plan", workspace.terraform().command_name());
    println!("\nThe simulator's own view: curl {url}/_simulator/snapshot");
    if let Some(process) = simulator.release() {
        println!("The simulator goes on running; end it with: kill {process}");
    }
    println!("Then remove {}", folder.display());
    Ok(())
}

/// The steps of the demo: announced, counted and timed.
struct Steps {
    count: usize,
    begun: Instant,
    current: Option<(String, Instant)>,
    finished: Vec<(String, Duration)>,
}

impl Steps {
    fn new(count: usize) -> Self {
        Self { count, begun: Instant::now(), current: None, finished: Vec::new() }
    }

    fn begin(&mut self, title: &str) {
        self.end();
        println!("\n==> {}/{} {title}", self.finished.len() + 1, self.count);
        self.current = Some((title.to_owned(), Instant::now()));
    }

    fn end(&mut self) {
        if let Some((title, since)) = self.current.take() {
            self.finished.push((title, since.elapsed()));
        }
    }

    fn total(&self) -> Duration {
        self.begun.elapsed()
    }
}

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Ctrl-C reaches Terraform by itself and makes it finish what it has begun. The demo, and with it the
/// simulator, has to wait for that, and ends after the step.
fn survive_interrupts() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime that listens for Ctrl-C")?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            while tokio::signal::ctrl_c().await.is_ok() {
                INTERRUPTED.store(true, Ordering::Relaxed);
            }
        });
    });
    Ok(())
}
