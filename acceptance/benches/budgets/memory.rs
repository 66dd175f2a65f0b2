//! How much memory a process takes, and what each object adds.

use std::time::{Duration, Instant};

use acceptance::Simulator;
use anyhow::Context as _;
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde_json::json;
use tf_provider::kit::{Core, Failure, Object, Process};

use crate::budget::{CONFIGURED, GROWTH, REFRESHING, Report};
use crate::provider_on;

pub(crate) const FEW: usize = 100;
pub(crate) const MANY: usize = 500;

/// How many objects Terraform reads at a time.
const PARALLELISM: usize = 10;

/// What it took to read some objects.
pub(crate) struct Reading {
    /// The most memory that was used before, in bytes.
    before: f64,
    /// The most memory that was used until the end, in bytes.
    most: f64,
    pub(crate) time: Duration,
    calls: usize,
}

pub(crate) async fn measure(report: &mut Report) -> anyhow::Result<()> {
    if !cfg!(target_os = "linux") {
        report.skip("memory", "it is read from /proc, which only Linux has");
        return Ok(());
    }
    let few = read(FEW).await?;
    let many = read(MANY).await?;
    report.judge(&CONFIGURED, few.before.max(many.before) / 1e6);
    report.judge(&REFRESHING, many.most / 1e6);
    report.judge(&GROWTH, (many.most - few.most).max(0.0) / (MANY - FEW) as f64 / 1e3);
    report.tell(&format!("calls of the API to read {MANY} objects"), &format!("{:9}", many.calls));
    Ok(())
}

/// Reads that many node pools, as Terraform does.
pub(crate) async fn read(count: usize) -> anyhow::Result<Reading> {
    let simulator = Simulator::start()?;
    let ids = simulator.seed_node_pools(count)?;
    let process = provider_on(&simulator).await?;
    let core = Core::attach(&process, json!({})).await?;
    let before = most_memory(&process)?;
    let mut pools = Vec::new();
    for id in ids {
        pools.push((core.resource("ack_node_pool")?, id));
    }
    simulator.clear_requests()?;
    let began = Instant::now();
    // An import gives the id, and then reads the object as a refresh does.
    let import = |(mut pool, id): (Object, String)| async move {
        pool.import(&id).await?;
        Ok::<_, Failure>(pool)
    };
    let pools: Vec<Object> =
        futures_util::stream::iter(pools).map(import).buffer_unordered(PARALLELISM).try_collect().await?;
    let time = began.elapsed();
    anyhow::ensure!(pools.iter().all(|pool| !pool.state().is_null()), "an object is gone");
    let calls = simulator.requests()?.len();
    let most = most_memory(&process)?;
    process.shut_down().await?;
    Ok(Reading { before, most, time, calls })
}

/// The most memory that a process had so far, in bytes.
fn most_memory(process: &Process) -> anyhow::Result<f64> {
    let id = process.id().context("the provider has ended")?;
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    Ok(kibibytes.context("/proc does not tell the memory of a process")? * 1024.0)
}
