//! How long a process takes to begin and to end, and to say what it can.

use std::time::Instant;

use tf_provider::kit::{Process, Schemas};

use crate::budget::{EXIT, HANDSHAKE, Report, SCHEMA};
use crate::{median, provider};

const STARTS: usize = 40;

pub(crate) async fn measure(report: &mut Report) -> anyhow::Result<()> {
    let (mut handshakes, mut schemas, mut ends) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let process = Process::start(provider()?).await?;
        handshakes.push(process.handshake().as_secs_f64() * 1e3);
        let asked = Instant::now();
        Schemas::ask(&process).await?;
        schemas.push(asked.elapsed().as_secs_f64() * 1e3);
        ends.push(process.shut_down().await?.as_secs_f64() * 1e3);
    }
    report.judge(&HANDSHAKE, median(handshakes));
    report.judge(&SCHEMA, median(schemas));
    report.judge(&EXIT, ends.into_iter().fold(0.0, f64::max));
    Ok(())
}
