//! A provider in a process of its own, started and ended as Terraform does.

mod certificate;
mod handshake;

use std::process::Stdio;
use std::time::{Duration, Instant};

use tfplugin::go_plugin::Empty;
use tfplugin::go_plugin::grpc_controller_client::GrpcControllerClient;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tonic::Request;
use tonic::transport::Channel;

pub use self::certificate::Certificate;
use self::handshake::STEP;
pub use self::handshake::{Caller, Handshake};

use super::failure::Failure;
use crate::serve::{MAGIC_COOKIE, PLUGIN_PROTOCOL};

/// How long a process may take to say where it listens: as long as Terraform waits.
const HANDSHAKE: Duration = Duration::from_mins(1);

/// A running provider. It is killed when this is dropped.
pub struct Process {
    child: Child,
    channel: Channel,
    handshake: Duration,
    connection: Duration,
}

impl Process {
    /// Starts a provider and connects to it with mutual TLS, as Terraform does. What the command says of arguments,
    /// environment and directory holds; what go-plugin says in the environment comes on top.
    ///
    /// # Errors
    /// It does not start, does not say where it listens, or does not let the caller in.
    pub async fn start(command: impl Into<Command>) -> Result<Self, Failure> {
        let certificate = Certificate::new()?;
        Self::start_for(Caller::Known(&certificate), command.into()).await
    }

    /// Starts a provider and connects to it without TLS, as with `TF_DISABLE_PLUGIN_TLS`.
    ///
    /// # Errors
    /// It does not start, or does not say where it listens.
    pub async fn start_plain(command: impl Into<Command>) -> Result<Self, Failure> {
        Self::start_for(Caller::Plain, command.into()).await
    }

    async fn start_for(caller: Caller<'_>, mut command: Command) -> Result<Self, Failure> {
        command
            .env(MAGIC_COOKIE.0, MAGIC_COOKIE.1)
            .env("PLUGIN_PROTOCOL_VERSIONS", PLUGIN_PROTOCOL.to_string())
            .env_remove("PLUGIN_CLIENT_CERT")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        if let Caller::Known(certificate) = caller {
            command.env("PLUGIN_CLIENT_CERT", certificate.pem());
        }
        let started = Instant::now();
        let mut child = command.spawn().map_err(|error| Failure::new(STEP, format!("it does not start: {error}")))?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            let read = tokio::time::timeout(HANDSHAKE, BufReader::new(stdout).read_line(&mut line)).await;
            read.map_err(|_| Failure::new(STEP, "it does not say where it listens"))?
                .map_err(|error| Failure::new(STEP, format!("it cannot be read: {error}")))?;
        }
        let handshake = started.elapsed();
        let channel = line.parse::<Handshake>()?.connect(caller).await?;
        let connection = started.elapsed() - handshake;
        Ok(Self { child, channel, handshake, connection })
    }

    /// How long it took from its start to the line that says where it listens.
    pub fn handshake(&self) -> Duration {
        self.handshake
    }

    /// How long it took to connect to it after that; both ends of TLS are in it.
    pub fn connection(&self) -> Duration {
        self.connection
    }

    /// Its id in the system; none if it has ended.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// The connection to it, for calls of any of its services.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Tells it to end, and waits until it has. Answers how long that took. Like Terraform's, this end does not care for
    /// what it says to that.
    ///
    /// # Errors
    /// It ends with an error.
    pub async fn shut_down(mut self) -> Result<Duration, Failure> {
        const STEP: &str = "shut down";
        let asked = Instant::now();
        let _ = GrpcControllerClient::new(self.channel()).shutdown(Request::new(Empty {})).await;
        let ended = self.child.wait().await.map_err(|error| Failure::new(STEP, error.to_string()))?;
        if !ended.success() {
            return Err(Failure::new(STEP, format!("it ended with {ended}")));
        }
        Ok(asked.elapsed())
    }
}
