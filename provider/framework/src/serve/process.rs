//! How a provider process is told to end, and what it must not take for an end.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
#[cfg(unix)]
use std::sync::atomic::Ordering;
#[cfg(unix)]
use std::time::Duration;

/// Waits for a request to end that comes from outside the protocol.
pub(super) struct EndRequest {
    #[cfg(unix)]
    interrupt: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
    #[cfg(windows)]
    interrupt_ends: bool,
}

/// Ignores SIGINT from now on; SIGTERM is a request to end.
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
        Ok(Self { interrupt: interrupt_ends.then_some(interrupt), terminate })
    }

    /// Returns when the end is requested.
    pub(super) async fn recv(&mut self) {
        let Self { interrupt, terminate } = self;
        let interrupted = async {
            match interrupt {
                Some(interrupt) => drop(interrupt.recv().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = interrupted => (),
            _ = terminate.recv() => (),
        }
    }
}

#[cfg(windows)]
impl EndRequest {
    fn new(interrupt_ends: bool) -> io::Result<Self> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()?, interrupt_ends })
    }

    /// Returns when the end is requested.
    pub(super) async fn recv(&mut self) {
        loop {
            let received = self.interrupt.recv().await;
            if received.is_none() {
                std::future::pending::<()>().await;
            }
            if self.interrupt_ends {
                return;
            }
        }
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
    pub(super) async fn gone(self, open: Arc<AtomicUsize>) {
        let mut ticks = tokio::time::interval(Duration::from_millis(250));
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

    pub(super) async fn gone(self, _open: Arc<AtomicUsize>) {
        std::future::pending().await
    }
}
