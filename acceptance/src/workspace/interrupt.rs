//! Commands that are interrupted.

use std::os::unix::process::CommandExt as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process_group};

use super::{APPLY, Workspace};
use crate::Run;

/// How long an interrupted command may take to reach the moment of interruption.
const INTERRUPT_BOUND: Duration = Duration::from_secs(60);

impl Workspace {
    /// Applies, and interrupts as Ctrl-C in a terminal does, which reaches Terraform and the provider,
    /// once `moment` holds. Returns what Terraform did then.
    ///
    /// # Errors
    /// When Terraform ends before `moment`, or `moment` does not come within a minute.
    pub fn apply_interrupted(&self, moment: impl FnMut() -> bool) -> anyhow::Result<Run> {
        self.run_interrupted(&APPLY, moment)
    }

    /// [`Self::apply_interrupted`] for any command.
    ///
    /// # Errors
    /// When Terraform ends before `moment`, or `moment` does not come within a minute.
    pub fn run_interrupted(&self, arguments: &[&str], mut moment: impl FnMut() -> bool) -> anyhow::Result<Run> {
        let typed = self.typed(arguments);
        let started = Instant::now();
        let mut child = self
            .command(arguments)
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("`{typed}` does not start"))?;
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw).context("the process id is out of range")?;
        // The streams are read meanwhile; a full pipe would stop Terraform.
        let output = std::thread::scope(|scope| {
            let reader = child.stdout.take().map(|stream| scope.spawn(|| read(stream)));
            let errors = child.stderr.take().map(|stream| scope.spawn(|| read(stream)));
            let came = loop {
                if moment() {
                    break true;
                }
                let is_over = child.try_wait()?.is_some();
                if is_over || started.elapsed() > INTERRUPT_BOUND {
                    break false;
                }
                std::thread::sleep(Duration::from_millis(10));
            };
            let signal = if came { Signal::INT } else { Signal::KILL };
            // It fails only for a group that has ended already, which its status tells.
            let _ = kill_process_group(group, signal);
            let status = child.wait()?;
            let joined = |thread: Option<std::thread::ScopedJoinHandle<'_, Vec<u8>>>| {
                thread.and_then(|thread| thread.join().ok()).unwrap_or_default()
            };
            let output = std::process::Output { status, stdout: joined(reader), stderr: joined(errors) };
            anyhow::Ok((came, output))
        });
        let (came, output) = output?;
        let run = Run::finished(typed, &output, started);
        if !came {
            bail!("the moment to interrupt never came\n{run}");
        }
        Ok(run)
    }
}

fn read(mut stream: impl std::io::Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What was read before an error is still worth showing.
    let _ = stream.read_to_end(&mut bytes);
    bytes
}
