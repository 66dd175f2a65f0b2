//! Commands that somebody meddles with while they run.

use std::os::unix::process::CommandExt as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::{APPLY, Workspace};
use crate::Run;

/// How long an interrupted command may take to reach the moment of interruption, and from there to its end.
const INTERRUPT_BOUND: Duration = Duration::from_secs(60);

/// Which processes of a command a signal goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whom {
    Terraform,
    Provider,
    /// As from a terminal, or from whoever stops a whole job.
    Both,
}

/// The processes of a command: Terraform, and the providers that it starts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Processes {
    terraform: Pid,
}

impl Processes {
    /// Sends a signal. Whoever has ended already gets none.
    pub(crate) fn signal(self, whom: Whom, signal: Signal) {
        // Each fails only for a process that is not there any more.
        let _ = match whom {
            Whom::Terraform => kill_process(self.terraform, signal),
            Whom::Both => kill_process_group(self.terraform, signal),
            Whom::Provider => self.providers().into_iter().try_for_each(|provider| kill_process(provider, signal)),
        };
    }

    /// The processes that Terraform has started and that still run.
    #[cfg(target_os = "linux")]
    pub(crate) fn providers(self) -> Vec<Pid> {
        let group = self.terraform.as_raw_nonzero().to_string();
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let in_group = processes.filter_map(|entry| {
            let id = entry.file_name().to_str()?.parse().ok().and_then(Pid::from_raw)?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            // The name before the bracket may hold anything; behind it: state, parent, group.
            let mut fields = stat.rsplit_once(") ")?.1.split(' ');
            let (is_dead, of_group) = (fields.next() == Some("Z"), fields.nth(1) == Some(&group));
            (of_group && !is_dead && id != self.terraform).then_some(id)
        });
        in_group.collect()
    }

    /// Other systems tell processes in other ways.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn providers(self) -> Vec<Pid> {
        Vec::new()
    }
}

impl Workspace {
    /// Applies, and interrupts as Ctrl-C in a terminal does, which reaches Terraform and the provider,
    /// once `moment` holds. Returns what Terraform did then.
    ///
    /// # Errors
    /// When Terraform ends before `moment`, or `moment` does not come within a minute.
    pub fn apply_interrupted(&self, moment: impl FnMut() -> bool) -> anyhow::Result<Run> {
        self.run_interrupted(&APPLY, moment)
    }

    /// [`Self::apply_interrupted`] with SIGTERM in the place of Ctrl-C, as `timeout` and the runners of CI send it: to
    /// Terraform and the provider alike.
    ///
    /// # Errors
    /// When Terraform ends before `moment`, or `moment` does not come within a minute.
    pub fn apply_terminated(&self, moment: impl FnMut() -> bool) -> anyhow::Result<Run> {
        self.run_stopped(&APPLY, Signal::TERM, moment)
    }

    /// Applies, and kills Terraform and the provider once `moment` holds.
    ///
    /// # Errors
    /// When Terraform ends before `moment`, or `moment` does not come within a minute.
    pub fn apply_killed(&self, moment: impl FnMut() -> bool) -> anyhow::Result<Run> {
        self.run_stopped(&APPLY, Signal::KILL, moment)
    }

    /// [`Self::apply_interrupted`] for any command.
    ///
    /// # Errors
    /// When Terraform ends before `moment`, or `moment` does not come within a minute.
    pub fn run_interrupted(&self, arguments: &[&str], moment: impl FnMut() -> bool) -> anyhow::Result<Run> {
        self.run_stopped(arguments, Signal::INT, moment)
    }

    fn run_stopped(&self, arguments: &[&str], signal: Signal, mut moment: impl FnMut() -> bool) -> anyhow::Result<Run> {
        let mut came = false;
        let (run, _) = self.run_watched(arguments, INTERRUPT_BOUND, |processes| {
            if !came && moment() {
                came = true;
                processes.signal(Whom::Both, signal);
            }
            Ok(())
        })?;
        if !came {
            bail!("the moment to interrupt never came\n{run}");
        }
        Ok(run)
    }

    /// Runs a command in a process group of its own, and calls `watch` until it ends, again and again. After `bound`, all
    /// its processes are killed.
    ///
    /// # Errors
    /// When Terraform does not start, or `watch` fails.
    pub(crate) fn run_watched(
        &self,
        arguments: &[&str],
        bound: Duration,
        mut watch: impl FnMut(Processes) -> anyhow::Result<()>,
    ) -> anyhow::Result<(Run, Processes)> {
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
        let terraform = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let processes = Processes { terraform: terraform.context("the process id is out of range")? };
        // The streams are read meanwhile; a full pipe would stop Terraform.
        let output = std::thread::scope(|scope| {
            let reader = child.stdout.take().map(|stream| scope.spawn(|| read(stream)));
            let errors = child.stderr.take().map(|stream| scope.spawn(|| read(stream)));
            let watched = loop {
                let watched = watch(processes);
                if watched.is_err() || started.elapsed() > bound {
                    processes.signal(Whom::Both, Signal::KILL);
                    break watched;
                }
                if child.try_wait()?.is_some() {
                    break Ok(());
                }
                std::thread::sleep(Duration::from_millis(4));
            };
            let status = child.wait()?;
            let joined = |thread: Option<std::thread::ScopedJoinHandle<'_, Vec<u8>>>| {
                thread.and_then(|thread| thread.join().ok()).unwrap_or_default()
            };
            let output = std::process::Output { status, stdout: joined(reader), stderr: joined(errors) };
            watched.map(|()| output)
        });
        Ok((Run::finished(typed, &output?, started), processes))
    }
}

fn read(mut stream: impl std::io::Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What was read before an error is still worth showing.
    let _ = stream.read_to_end(&mut bytes);
    bytes
}
