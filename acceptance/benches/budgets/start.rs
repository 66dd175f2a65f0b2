//! How long a process takes to begin and to end, and to say what it can.

use std::time::{Duration, Instant};

use acceptance::{Fault, Simulator};
use serde_json::json;
use tf_provider::kit::{Core, Process, Schemas};

use crate::budget::{BUSY_EXIT, EXIT, HANDSHAKE, Report, SCHEMA};
use crate::{median, provider, provider_on};

const STARTS: usize = 40;
const BUSY_STARTS: usize = 10;

pub(crate) async fn measure(report: &mut Report) -> anyhow::Result<()> {
    let (mut handshakes, mut connections, mut schemas, mut ends) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let process = Process::start(provider()?).await?;
        handshakes.push(process.handshake().as_secs_f64() * 1e3);
        connections.push(process.connection().as_secs_f64() * 1e3);
        let asked = Instant::now();
        Schemas::ask(&process).await?;
        schemas.push(asked.elapsed().as_secs_f64() * 1e3);
        ends.push(process.shut_down().await?.as_secs_f64() * 1e3);
    }
    report.judge(&HANDSHAKE, median(handshakes));
    report.judge(&SCHEMA, median(schemas));
    report.judge(&EXIT, longest(ends));
    report.judge(&BUSY_EXIT, longest(busy_ends().await?));
    report.tell("TLS handshake, both ends, median", &format!("{:9.2} ms", median(connections)));
    Ok(())
}

fn longest(times: Vec<f64>) -> f64 {
    times.into_iter().fold(0.0, f64::max)
}

/// How long processes take to end that wait for an answer of the API.
async fn busy_ends() -> anyhow::Result<Vec<f64>> {
    let simulator = Simulator::start()?;
    let id = simulator.seed_node_pools(1)?.remove(0);
    simulator.add_fault(&Fault::delay("*", Duration::from_mins(1)))?;
    let mut ends = Vec::new();
    for _ in 0..BUSY_STARTS {
        let process = provider_on(&simulator).await?;
        let mut pool = Core::attach(&process, json!({})).await?.resource("ack_node_pool")?;
        // Not dropped after the wait, which would take the call back.
        let mut import = std::pin::pin!(pool.import(&id));
        let begun = tokio::time::timeout(Duration::from_millis(100), &mut import).await;
        anyhow::ensure!(begun.is_err(), "an answer came that was held up");
        ends.push(process.shut_down().await?.as_secs_f64() * 1e3);
    }
    Ok(ends)
}
