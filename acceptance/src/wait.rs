//! Waiting for what another process does.

use std::time::{Duration, Instant};

use anyhow::ensure;

/// Longer than anything takes that a test waits for, on a machine that is busy with other tests.
const BOUND: Duration = Duration::from_secs(60);

/// Waits until `holds` is true.
///
/// # Errors
/// When it is not within a minute, naming `what` was waited for, or when `holds` fails.
pub fn wait_until(what: &str, mut holds: impl FnMut() -> anyhow::Result<bool>) -> anyhow::Result<()> {
    let started = Instant::now();
    while !holds()? {
        ensure!(started.elapsed() < BOUND, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}
