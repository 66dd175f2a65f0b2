//! The other side of the handshake: starts the provider as Terraform does, and connects to it.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use hyper_util::rt::TokioIo;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, BufReader};
use tokio::net::{TcpStream, UnixStream};
use tokio::process::{Child, Command};
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint};

pub(crate) const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// The example, which cargo builds beside the tests, without a word of this process's environment about plugins.
pub(crate) fn command() -> Command {
    let test = std::env::current_exe().expect("the path of this test");
    let target = test.ancestors().nth(2).expect("tests are in target/PROFILE/deps");
    let example = target.join("examples/empty");
    // `cargo test --test process` builds no examples, and an old one would prove nothing.
    assert!(
        modified(&example) >= newest_source(),
        "{example:?} is missing or older than its source: run `cargo build -p tf-provider --example empty`"
    );
    let mut command = Command::new(example);
    let plugin = |name: &str| ["PLUGIN_", "TF_LOG", "TF_PLUGIN_"].iter().any(|prefix| name.starts_with(prefix));
    for (name, _) in std::env::vars().filter(|(name, _)| plugin(name)) {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

fn modified(path: &Path) -> SystemTime {
    let modified = path.metadata().and_then(|metadata| metadata.modified());
    modified.unwrap_or(SystemTime::UNIX_EPOCH)
}

fn newest_source() -> SystemTime {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let modules = std::fs::read_dir(root.join("src/serve")).expect("the sources");
    modules
        .map(|entry| entry.expect("the sources").path())
        .chain(["src/serve.rs", "examples/empty.rs"].map(|file| root.join(file)))
        .map(|file| modified(&file))
        .max()
        .expect("there are sources")
}

/// A certificate and its key. go-plugin's are P-521, which ring cannot make; the rest is the same.
pub(crate) struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    pub(crate) fn new() -> Self {
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        Self { certificate: own.cert.der().clone(), key: PrivateKeyDer::Pkcs8(own.signing_key.serialize_der().into()) }
    }

    fn pem(&self) -> String {
        let body = STANDARD.encode(&self.certificate);
        format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    }
}

/// A provider process that has printed its handshake line.
pub(crate) struct Plugin {
    pub(crate) child: Child,
    /// The fields of the line.
    pub(crate) handshake: Vec<String>,
    /// Its temporary directory, so that a killed one leaves nothing behind.
    pub(crate) directory: TempDir,
}

impl Plugin {
    pub(crate) async fn start(client: Option<&Identity>, adapt: impl FnOnce(&mut Command)) -> Self {
        let mut command = command();
        command.env("TF_PLUGIN_MAGIC_COOKIE", COOKIE).env("PLUGIN_PROTOCOL_VERSIONS", "5,6");
        let directory = tempfile::tempdir().expect("a temporary directory");
        command.env("TMPDIR", directory.path()).stdout(Stdio::piped());
        if let Some(client) = client {
            command.env("PLUGIN_CLIENT_CERT", client.pem());
        }
        adapt(&mut command);
        let mut child = command.spawn().expect("the provider starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("stdout is piped");
        BufReader::new(stdout).read_line(&mut line).await.expect("a line");
        let handshake = line.trim_end_matches('\n').split('|').map(str::to_owned).collect();
        Self { child, handshake, directory }
    }

    /// Sends a signal, as in `-INT`.
    pub(crate) async fn signal(&self, name: &str) {
        let pid = self.child.id().expect("it runs").to_string();
        let status = Command::new("kill").args([name, &pid]).status().await.expect("kill runs");
        assert!(status.success());
    }
}

/// Connects with TLS, trusting the certificate of the handshake line and showing that of `client`.
pub(crate) async fn connect(plugin: &Plugin, client: Option<&Identity>) -> Result<Channel, tonic::transport::Error> {
    let server = STANDARD_NO_PAD.decode(&plugin.handshake[5]).expect("a certificate in the line");
    let mut roots = RootCertStore::empty();
    roots.add(server.into()).expect("a certificate that can be trusted");
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring speaks TLS")
        .with_root_certificates(roots);
    let mut config = match client {
        Some(client) => builder
            .with_client_auth_cert(vec![client.certificate.clone()], client.key.clone_key())
            .expect("certificate and key fit"),
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    connect_with(plugin, Some(TlsConnector::from(Arc::new(config)))).await
}

/// Connects with these TLS settings, or without TLS.
pub(crate) async fn connect_with(
    plugin: &Plugin,
    tls: Option<TlsConnector>,
) -> Result<Channel, tonic::transport::Error> {
    let (network, address) = (plugin.handshake[2].clone(), plugin.handshake[3].clone());
    let connector = tower::service_fn(move |_| {
        let (network, address, tls) = (network.clone(), address.clone(), tls.clone());
        async move {
            let stream: Box<dyn Stream> = match network.as_str() {
                "unix" => Box::new(UnixStream::connect(address).await?),
                _ => Box::new(TcpStream::connect(address).await?),
            };
            let stream: Box<dyn Stream> = match tls {
                Some(tls) => {
                    let name = ServerName::try_from("localhost").expect("a name");
                    Box::new(tls.connect(name, stream).await?)
                }
                None => stream,
            };
            Ok::<_, std::io::Error>(TokioIo::new(stream))
        }
    });
    Endpoint::from_static("http://localhost").connect_with_connector(connector).await
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}
