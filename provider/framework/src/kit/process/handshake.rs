//! The line in which a provider says where it listens, and the way there.

use std::io;
use std::str::FromStr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hyper_util::rt::TokioIo;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint};

use super::certificate::Certificate;
use crate::kit::failure::Failure;

pub(super) const STEP: &str = "start";

/// Who connects to a provider.
#[derive(Clone, Copy)]
pub enum Caller<'a> {
    /// One that speaks no TLS.
    Plain,
    /// One that speaks TLS, and shows no certificate.
    Unknown,
    /// One that speaks TLS and shows this certificate, as Terraform does.
    Known(&'a Certificate),
}

/// The line in which a provider says where it listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// `unix` or `tcp`.
    pub network: String,
    /// Path of the socket, or `IP:PORT`.
    pub address: String,
    /// The only certificate to trust; none without TLS.
    pub certificate: Option<CertificateDer<'static>>,
    /// What it says of multiplexing; nothing, if it was not asked.
    pub multiplexing: Option<String>,
}

impl FromStr for Handshake {
    type Err = Failure;

    fn from_str(line: &str) -> Result<Self, Failure> {
        let other = || Failure::new(STEP, format!("this says not where it listens: {line:?}"));
        let fields: Vec<&str> = line.trim_end().split('|').collect();
        let ["1", "6", network, address, "grpc", certificate, more @ ..] = &fields[..] else { return Err(other()) };
        let der = STANDARD_NO_PAD.decode(certificate).map_err(|_| other())?;
        Ok(Self {
            network: (*network).to_owned(),
            address: (*address).to_owned(),
            certificate: (!der.is_empty()).then(|| der.into()),
            multiplexing: more.first().map(|&field| field.to_owned()),
        })
    }
}

impl Handshake {
    /// Connects.
    ///
    /// # Errors
    /// There is nobody, or nobody who lets this caller in.
    pub async fn connect(&self, caller: Caller<'_>) -> Result<Channel, Failure> {
        let failure = |error: &dyn std::fmt::Display| Failure::new(STEP, format!("it cannot be reached: {error}"));
        let tls = match caller {
            Caller::Plain => None,
            Caller::Unknown => Some(self.tls(None).map_err(|error| failure(&error))?),
            Caller::Known(certificate) => Some(self.tls(Some(certificate)).map_err(|error| failure(&error))?),
        };
        let (network, address) = (self.network.clone(), self.address.clone());
        let connector = tower::service_fn(move |_| {
            let (network, address, tls) = (network.clone(), address.clone(), tls.clone());
            async move {
                let stream = open(&network, &address).await?;
                let Some(tls) = tls else { return Ok::<_, io::Error>(TokioIo::new(stream)) };
                let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
                Ok(TokioIo::new(Box::new(tls.connect(name, stream).await?) as Box<dyn Stream>))
            }
        });
        // The address of a request, which goes nowhere else than to the connection.
        let endpoint = Endpoint::from_static("http://localhost");
        endpoint.connect_with_connector(connector).await.map_err(|error| failure(&error))
    }

    /// Trusts the certificate of the line, and nothing else.
    fn tls(&self, shown: Option<&Certificate>) -> Result<TlsConnector, rustls::Error> {
        let mut roots = RootCertStore::empty();
        if let Some(certificate) = &self.certificate {
            roots.add(certificate.clone())?;
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots);
        let mut config = match shown {
            Some(certificate) => builder.with_client_cert_resolver(certificate.shown()),
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(TlsConnector::from(Arc::new(config)))
    }
}

async fn open(network: &str, address: &str) -> io::Result<Box<dyn Stream>> {
    Ok(match network {
        #[cfg(unix)]
        "unix" => Box::new(tokio::net::UnixStream::connect(address).await?),
        _ => Box::new(TcpStream::connect(address).await?),
    })
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}
