//! How a provider process is told to end, and what it must not take for an end.

use std::io;
use std::sync::atomic::AtomicUsize;
#[cfg(unix)]
use std::sync::atomic::Ordering;
#[cfg(unix)]
use std::time::Duration;

/// How often it is looked for what tells nobody that it has happened.
#[cfg(unix)]
const TICK: Duration = Duration::from_millis(250);

/// The number of SIGABRT, which is the same on every system.
#[cfg(unix)]
const SIGABRT: i32 = 6;

/// How a process is told to end from outside the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// In an orderly way.
    Orderly,
    /// With SIGABRT, which is to leave a core dump, where the system makes any, but nothing else.
    Abort,
}

/// Waits for a request to end that comes from outside the protocol.
pub(super) struct EndRequest {
    #[cfg(unix)]
    interrupt: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    abort: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
    #[cfg(windows)]
    interrupt_ends: bool,
}

/// Ignores SIGINT from now on; SIGTERM is a request to end, once Terraform has let go.
///
/// Ctrl-C reaches every process of the terminal. Terraform then asks its providers to stop and waits for them; one that
/// dies here and now would lose the resource it is just creating.
pub(super) fn ignore_interrupt() -> io::Result<EndRequest> {
    EndRequest::new(false)
}

/// Takes both SIGINT and SIGTERM for a request to end: in debug mode, Ctrl-C is how a person stops the provider.
pub(super) fn debug_end() -> io::Result<EndRequest> {
    EndRequest::new(true)
}

#[cfg(unix)]
impl EndRequest {
    fn new(interrupt_ends: bool) -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        // Tokio's handler stays installed, and with it the default action is gone, even when nobody listens.
        let interrupt = signal(SignalKind::interrupt())?;
        let terminate = signal(SignalKind::terminate())?;
        let abort = signal(SignalKind::from_raw(SIGABRT))?;
        Ok(Self { interrupt: interrupt_ends.then_some(interrupt), terminate, abort })
    }

    /// Returns when the end is requested.
    pub(super) async fn recv(&mut self) -> End {
        let Self { interrupt, terminate, abort } = self;
        let interrupted = async {
            match interrupt {
                Some(interrupt) => drop(interrupt.recv().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = interrupted => End::Orderly,
            _ = terminate.recv() => End::Orderly,
            _ = abort.recv() => End::Abort,
        }
    }

    /// Returns when the end is requested and no connection is `open`.
    ///
    /// What stops Terraform with SIGTERM often sends it to the whole process group. Terraform then asks its providers to
    /// stop, and waits for their answers, as it does on Ctrl-C: a provider that ends before has lost what it is creating.
    pub(super) async fn recv_unconnected(&mut self, open: &AtomicUsize) -> End {
        let end = self.recv().await;
        if end == End::Orderly && open.load(Ordering::Relaxed) > 0 {
            tracing::debug!("SIGTERM received; the provider ends with Terraform");
            let mut ticks = tokio::time::interval(TICK);
            while open.load(Ordering::Relaxed) > 0 {
                tokio::select! {
                    _ = ticks.tick() => (),
                    _ = self.abort.recv() => return End::Abort,
                }
            }
        }
        end
    }
}

#[cfg(windows)]
impl EndRequest {
    fn new(interrupt_ends: bool) -> io::Result<Self> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()?, interrupt_ends })
    }

    /// Returns when the end is requested.
    pub(super) async fn recv(&mut self) -> End {
        loop {
            let received = self.interrupt.recv().await;
            if received.is_none() {
                std::future::pending::<()>().await;
            }
            if self.interrupt_ends {
                return End::Orderly;
            }
        }
    }

    /// The same: there is no SIGTERM.
    pub(super) async fn recv_unconnected(&mut self, _open: &AtomicUsize) -> End {
        self.recv().await
    }
}

/// The process that started this one.
pub(super) struct Parent {
    #[cfg(unix)]
    id: u32,
}

#[cfg(unix)]
impl Parent {
    /// To be asked before anyone knows of this process, because the parent may die at any moment after that.
    pub(super) fn current() -> Self {
        Self { id: std::os::unix::process::parent_id() }
    }

    /// Returns when the parent is dead and no connection is `open` any more. Nothing else tells a provider that
    /// Terraform was killed.
    pub(super) async fn gone(self, open: &AtomicUsize) {
        let mut ticks = tokio::time::interval(TICK);
        loop {
            ticks.tick().await;
            // An orphan is handed to another process.
            if open.load(Ordering::Relaxed) == 0 && Self::current().id != self.id {
                return;
            }
        }
    }
}

/// Windows keeps no parent to look at: the provider ends with Shutdown only.
#[cfg(not(unix))]
impl Parent {
    pub(super) fn current() -> Self {
        Self {}
    }

    pub(super) async fn gone(self, _open: &AtomicUsize) {
        std::future::pending().await
    }
}
