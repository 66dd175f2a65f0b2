//! How many instructions a process takes. They repeat where times do not.

use std::path::Path;
use std::process::Command;

use acceptance::{Simulator, released_binary};
use anyhow::Context as _;
use serde_json::json;
use tf_provider::kit::{Core, Failure, Process, Schemas};

use crate::budget::{PLAN, Report, START};

pub(crate) async fn measure(report: &mut Report) -> anyhow::Result<()> {
    if let Err(error) = Command::new("valgrind").arg("--version").output() {
        report.skip("instructions", &format!("valgrind counts them, and {error}"));
        return Ok(());
    }
    let simulator = Simulator::start()?;
    let id = simulator.seed_node_pools(1)?.remove(0);
    let start = count(&simulator, async |process| Schemas::ask(process).await.map(drop)).await?;
    report.judge(&START, start / 1e6);
    let config = json!({
        "cluster_id": id.split(':').nth(1), "name": "new", "instance_types": ["ecs.g7.xlarge"],
        "vswitch_ids": ["vsw-1"], "key_pair": "operations", "desired_size": 0,
    });
    let planned = count(&simulator, async |process| {
        let core = Core::attach(process, json!({})).await?;
        core.resource("ack_node_pool")?.plan(&config).await.map(drop)
    });
    report.judge(&PLAN, (planned.await? - start) / 1e6);
    Ok(())
}

/// Counts the instructions of a process that is started, does this, and ends.
async fn count(simulator: &Simulator, work: impl AsyncFnOnce(&Process) -> Result<(), Failure>) -> anyhow::Result<f64> {
    let folder = tempfile::tempdir()?;
    let counts = folder.path().join("counts");
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--quiet"]).arg(format!("--callgrind-out-file={}", counts.display()));
    command.arg(released_binary()?).envs(simulator.provider_environment().iter());
    let process = Process::start(command).await?;
    work(&process).await?;
    process.shut_down().await?;
    total(&counts)
}

/// The total in what callgrind wrote.
fn total(counts: &Path) -> anyhow::Result<f64> {
    let text = std::fs::read_to_string(counts).context("valgrind wrote no counts")?;
    let line = text.lines().find_map(|line| line.strip_prefix("summary: ").or_else(|| line.strip_prefix("totals: ")));
    line.and_then(|line| line.trim().parse().ok()).context("valgrind counted nothing")
}
