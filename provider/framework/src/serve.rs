//! The life of a provider process: started by Terraform or OpenTofu, found through one line on stdout, called over
//! gRPC with mutual TLS, and gone at once when it is told to go.
//!
//! This is the server half of go-plugin, the process layer under the Terraform plugin protocol:
//!
//! | step | module |
//! |---|---|
//! | what Terraform says in the environment, and the line that answers it | `handshake` |
//! | a unix socket, or a loopback port | `listener` |
//! | from an accepted socket to a connection that gRPC can use | `connection` |
//! | mutual TLS with the one certificate that Terraform announced | `tls` |
//! | health, shutdown and the silent streams beside the provider | `services` |
//! | signals, and a parent that died | `process` |
//! | JSON log lines on stderr | `log` |
//! | panics as log lines and as text for a diagnostic | [`panics`] |
//! | attaching Terraform to a provider in a debugger | `debug` |
//!
//! A provider's whole `main` is [`run`].

mod connection;
mod debug;
mod handshake;
mod listener;
pub(crate) mod log;
pub mod panics;
mod process;
mod services;
mod tls;

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use tfplugin::v6::provider_server::{Provider, ProviderServer};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use handshake::PluginEnvironment;
#[cfg(feature = "kit")]
pub(crate) use handshake::{MAGIC_COOKIE, PLUGIN_PROTOCOL};
use listener::Listener;
use process::End;

/// The largest message in both directions, the same as in providers written in Go. gRPC's own default of 4 MiB is
/// less than the state of a large resource.
const MAX_MESSAGE_BYTES: usize = 256 << 20;

/// How long calls in flight may hold up the exit after Shutdown. Nobody waits for their answers any more; the time is
/// for the answer to Shutdown itself, which takes well under a millisecond. The whole exit is to take 20.
const DRAIN: Duration = Duration::from_millis(10);

/// Who the provider is, and how it is to run.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// Source address as Terraform writes it, host included: `registry.terraform.io/NAMESPACE/NAME`.
    pub address: String,
    /// Version of the provider, as in `1.2.3`.
    pub version: String,
    /// Run on its own and let Terraform attach to it, instead of being started by Terraform.
    pub debug: bool,
}

impl ServeOptions {
    /// A provider of this source address (`HOST/NAMESPACE/NAME`) and version, to be started by Terraform.
    pub fn new(address: impl Into<String>, version: impl Into<String>) -> Self {
        Self { address: address.into(), version: version.into(), debug: false }
    }

    /// The last part of the address, by which configurations call the provider.
    fn name(&self) -> &str {
        self.address.rsplit('/').next().unwrap_or(&self.address)
    }
}

/// Why a provider process could not do its work. Each text says what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// A person started the binary. The text says what it is and how to use it.
    #[error("{0}")]
    StartedByHand(String),
    /// A variable that the parent process set cannot be used.
    #[error(
        "the parent process set {variable} to something unusable: {reason}; start the provider through Terraform or OpenTofu, or with --debug"
    )]
    Environment {
        /// Name of the variable.
        variable: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// There is neither a unix socket nor a loopback port to be had.
    #[error(
        "cannot listen for Terraform on {address}: {source}; check that the temporary directory (TMPDIR) is writable and that loopback connections are allowed"
    )]
    Listen {
        /// What was tried last.
        address: String,
        /// Why it failed.
        source: io::Error,
    },
    /// The key, the certificate or the TLS settings of this process could not be made.
    #[error("cannot set up TLS towards Terraform: {0}; this is a fault of the provider, please report it")]
    Tls(String),
    /// Stdout is closed, so nobody can learn where the provider listens.
    #[error("cannot print the address of the provider to stdout: {0}; start the provider with stdout open")]
    Announce(#[source] io::Error),
    /// Signals or threads could not be set up.
    #[error("cannot set up the provider process: {0}; check the limits on threads and open files")]
    Process(#[source] io::Error),
    /// The gRPC server gave up.
    #[error("the connection to Terraform failed: {0}; run the command again")]
    Transport(#[from] tonic::transport::Error),
}

/// The `main` of a provider: reads the command line, sets up logs and the panic hook, serves until Terraform says stop.
///
/// ```no_run
/// # struct MyProvider;
/// # #[tonic::async_trait]
/// # impl tfplugin::v6::provider_server::Provider for MyProvider {}
/// use tf_provider::serve::{ServeOptions, run};
///
/// fn main() -> std::process::ExitCode {
///     run(MyProvider, ServeOptions::new("registry.terraform.io/example/cloud", env!("CARGO_PKG_VERSION")))
/// }
/// ```
///
/// Exits with 0 after a regular end, and with 1 and a text on stderr otherwise; [`ServeError`] says for which reasons.
/// The command line is empty when Terraform starts a provider; people may give `--version`, `--help` or `--debug`.
pub fn run<P: Provider>(provider: P, options: ServeOptions) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let debug = match arguments.first().map(|argument| argument.trim_start_matches('-')) {
        None => options.debug,
        Some("debug") => true,
        Some("version") => {
            println!("{}", handshake::version(&options));
            return ExitCode::SUCCESS;
        }
        Some("help" | "h") => {
            println!("{}", handshake::usage(&options));
            return ExitCode::SUCCESS;
        }
        Some(_) => {
            eprintln!("unknown argument {:?}\n\n{}", arguments[0], handshake::usage(&options));
            return ExitCode::FAILURE;
        }
    };
    let options = ServeOptions { debug, ..options };
    panics::install_hook();
    log::install(options.name());

    // A provider waits on the network: two threads keep calls flowing while one of them computes.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_name("provider").enable_all().build();
    let result = match runtime {
        Ok(runtime) => {
            let result = runtime.block_on(serve(provider, options));
            // Terraform kills a provider that takes two seconds to go: leave background tasks behind.
            runtime.shutdown_background();
            result
        }
        Err(error) => Err(ServeError::Process(error)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves `provider` on the current tokio runtime until the client calls Shutdown, the parent process is gone, or
/// SIGTERM has arrived and no client is connected (in debug mode, SIGTERM or SIGINT has arrived). [`run`] is the usual way in; logs and panics are set up there.
///
/// # Errors
/// [`ServeError::StartedByHand`] when Terraform is not the parent and `options.debug` is off; the others when the
/// process lacks what it needs.
pub async fn serve<P: Provider>(provider: P, options: ServeOptions) -> Result<(), ServeError> {
    let shutdown = CancellationToken::new();
    if options.debug {
        let listener = Listener::bind(&listener::Placement::default())?;
        let mut end = process::debug_end().map_err(ServeError::Process)?;
        debug::announce(&options, listener.address()).map_err(ServeError::Announce)?;
        return serve_until(async move { end.recv().await }, provider, options.address, listener, None, shutdown).await;
    }

    let environment = PluginEnvironment::read(&options, |name| std::env::var(name).ok())?;
    // Before the handshake line, because from then on Ctrl-C may come and Terraform may go at any moment.
    let parent = process::Parent::current();
    let mut terminated = process::ignore_interrupt().map_err(ServeError::Process)?;
    let tls = environment.client_certificate.map(tls::mutual).transpose()?;
    let listener = Listener::bind(&environment.placement)?;
    let certificate = tls.as_ref().map(|tls| tls.certificate.as_ref());
    handshake::announce(listener.address(), certificate, environment.multiplex).map_err(ServeError::Announce)?;

    let open = listener.open_connections();
    let end = async move {
        tokio::select! {
            end = terminated.recv_unconnected(&open) => end,
            () = parent.gone(&open) => {
                tracing::warn!("the process that started this provider is gone");
                End::Orderly
            }
        }
    };
    serve_until(end, provider, options.address, listener, tls.map(|tls| tls.acceptor), shutdown).await
}

/// Answers calls of the provider at `address` on `listener` until Shutdown is called or `end` is over.
async fn serve_until<P: Provider>(
    end: impl Future<Output = End>,
    provider: P,
    address: String,
    listener: Listener,
    tls: Option<TlsAcceptor>,
    shutdown: CancellationToken,
) -> Result<(), ServeError> {
    // Held here and not by the accepting task, so that the file is gone before the process is.
    let (listener, socket_file) = listener.split();
    let mut aborted = false;
    let provider = ProviderServer::new(provider)
        .max_decoding_message_size(MAX_MESSAGE_BYTES)
        .max_encoding_message_size(MAX_MESSAGE_BYTES);
    let served = tonic::transport::Server::builder()
        .trace_fn(move |request| log::call(&address, request))
        .add_service(services::health(&shutdown))
        .add_service(services::controller(&shutdown))
        .add_service(services::stdio(&shutdown))
        .add_service(services::broker(&shutdown))
        .add_service(provider)
        .serve_with_incoming_shutdown(connection::connections(listener, tls), shutdown.clone().cancelled_owned());
    let ended = async {
        tokio::select! {
            end = end => {
                aborted = end == End::Abort;
                shutdown.cancel();
            }
            () = shutdown.cancelled() => (),
        }
        tokio::time::sleep(DRAIN).await;
    };
    let result = tokio::select! {
        result = served => result.map_err(ServeError::Transport),
        () = ended => Ok(()),
    };
    if aborted {
        drop(socket_file);
        std::process::abort();
    }
    result
}
