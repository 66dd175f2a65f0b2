//! A provider in a process of its own, started and ended as Terraform does.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use hyper_util::rt::TokioIo;
use tfplugin::go_plugin::Empty;
use tfplugin::go_plugin::grpc_controller_client::GrpcControllerClient;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

use super::failure::{Failure, refused};
use crate::serve::{MAGIC_COOKIE, PLUGIN_PROTOCOL};

const STEP: &str = "start";

/// How long a process may take to say where it listens: as long as Terraform waits.
const HANDSHAKE: Duration = Duration::from_mins(1);

/// A running provider, called without TLS, as with `TF_DISABLE_PLUGIN_TLS`. It is killed when this is dropped.
pub struct Process {
    child: Child,
    channel: Channel,
    handshake: Duration,
}

impl Process {
    /// Starts a provider. What the command says of arguments, environment and directory holds; what go-plugin says in the
    /// environment comes on top.
    ///
    /// # Errors
    /// It does not start, or does not say where it listens.
    pub async fn start(command: impl Into<Command>) -> Result<Self, Failure> {
        let mut command = command.into();
        command
            .env(MAGIC_COOKIE.0, MAGIC_COOKIE.1)
            .env("PLUGIN_PROTOCOL_VERSIONS", PLUGIN_PROTOCOL.to_string())
            .env_remove("PLUGIN_CLIENT_CERT")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let started = Instant::now();
        let mut child = command.spawn().map_err(|error| Failure::new(STEP, format!("it does not start: {error}")))?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            let read = tokio::time::timeout(HANDSHAKE, BufReader::new(stdout).read_line(&mut line)).await;
            read.map_err(|_| Failure::new(STEP, "it does not say where it listens"))?
                .map_err(|error| Failure::new(STEP, format!("it cannot be read: {error}")))?;
        }
        let handshake = started.elapsed();
        let fields: Vec<&str> = line.trim_end().split('|').collect();
        let (network, address) = match fields[..] {
            ["1", "6", network, address, "grpc", ..] => (network, address),
            _ => return Err(Failure::new(STEP, format!("this says not where it listens: {line:?}"))),
        };
        let channel = connect(network, address).await?;
        Ok(Self { child, channel, handshake })
    }

    /// How long it took from its start to the line that says where it listens.
    pub fn handshake(&self) -> Duration {
        self.handshake
    }

    /// Its id in the system; none if it has ended.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// The connection to it, for calls of any of its services.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Tells it to end, and waits until it has. Answers how long that took.
    ///
    /// # Errors
    /// It does not answer, or ends with an error.
    pub async fn shut_down(mut self) -> Result<Duration, Failure> {
        const STEP: &str = "shut down";
        let asked = Instant::now();
        let answer: Result<_, Status> =
            GrpcControllerClient::new(self.channel()).shutdown(Request::new(Empty {})).await;
        answer.map_err(|status| refused(STEP, &status))?;
        let ended = self.child.wait().await.map_err(|error| Failure::new(STEP, error.to_string()))?;
        if !ended.success() {
            return Err(Failure::new(STEP, format!("it ended with {ended}")));
        }
        Ok(asked.elapsed())
    }
}

async fn connect(network: &str, address: &str) -> Result<Channel, Failure> {
    // The address of a request, which goes nowhere else than to the connection.
    let endpoint = Endpoint::from_static("http://localhost");
    let channel = match network {
        #[cfg(unix)]
        "unix" => {
            let socket = PathBuf::from(address);
            let connect = move |_| {
                let socket = socket.clone();
                async move { tokio::net::UnixStream::connect(socket).await.map(TokioIo::new) }
            };
            endpoint.connect_with_connector(tower::service_fn(connect)).await
        }
        _ => {
            let address = address.to_owned();
            let connect = move |_| {
                let address = address.clone();
                async move { TcpStream::connect(address).await.map(TokioIo::new) }
            };
            endpoint.connect_with_connector(tower::service_fn(connect)).await
        }
    };
    channel.map_err(|error| Failure::new(STEP, format!("it cannot be reached: {error}")))
}
