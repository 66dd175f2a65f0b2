//! Connections: when they are kept, and whom they trust.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ack_client::{Client, Credentials};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::requests::cluster;
use super::server::{brisk, client};

/// Answers request after request on one connection.
async fn keep_answering(mut stream: TcpStream) {
    let mut buffer = vec![0; 16 * 1024];
    while stream.read(&mut buffer).await.is_ok_and(|length| length > 0) {
        if stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 19\r\n\r\n{\"cluster_id\":\"c1\"}").await.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn a_connection_is_used_again_unless_it_was_idle_for_too_long() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(keep_answering(stream));
        }
    });
    let mut limits = brisk();
    limits.idle_connection = Duration::from_millis(300);
    let client = client(&origin, limits);
    client.call(&cluster()).await.unwrap();
    client.call(&cluster()).await.unwrap();
    assert_eq!(connections.load(Ordering::SeqCst), 1);
    tokio::time::sleep(Duration::from_millis(400)).await;
    client.call(&cluster()).await.unwrap();
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused_at_once_with_a_remedy() {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(certified.signing_key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let connections = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            let _ = acceptor.accept(stream).await;
        }
    });
    let built = Client::builder()
        .region("cn-hangzhou")
        .endpoint(&origin)
        .credentials(Credentials::new("id", "secret", None))
        .limits(brisk())
        .build();
    let error = match built {
        Ok(client) => client.call(&cluster()).await.unwrap_err(),
        // A machine without any CA certificate says so already here, and with the same remedy.
        Err(error) => error,
    };
    assert!(error.to_string().contains("SSL_CERT_FILE"), "{error}");
    assert!(!error.is_retryable() && connections.load(Ordering::SeqCst) <= 1, "{error}");
}
