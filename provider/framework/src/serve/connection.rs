//! From an accepted socket to a connection that gRPC can use: the TLS handshake, and a count of what is open.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;

use super::listener::Acceptor;

/// A client that connects and then says nothing is dropped after this.
const TLS_HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);
/// Pause after a failed accept, which mostly means that no file descriptor is free.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// Connections that are ready for gRPC. Each TLS handshake is its own task, so that a slow client holds up no other.
pub(super) fn connections(acceptor: Acceptor, tls: Option<TlsAcceptor>) -> impl Stream<Item = io::Result<Connection>> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        loop {
            let accepted = tokio::select! {
                accepted = acceptor.accept() => accepted,
                () = sender.closed() => return,
            };
            let connection = match accepted {
                Ok(connection) => connection,
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            let (sender, tls) = (sender.clone(), tls.clone());
            tokio::spawn(async move {
                match connection.secure(tls).await {
                    // A closed channel means that the server has ended, and the connection with it.
                    Ok(connection) => drop(sender.send(connection).await),
                    Err(error) => tracing::warn!(%error, "refused a connection"),
                }
            });
        }
    });
    ReceiverStream::new(receiver).map(Ok)
}

/// Bytes in both directions, whatever carries them.
pub(super) trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for S {}

/// One connection, counted while it is open.
pub(super) struct Connection {
    stream: Box<dyn ByteStream>,
    open: OpenConnection,
}

struct OpenConnection(Arc<AtomicUsize>);

impl OpenConnection {
    fn count(open: &Arc<AtomicUsize>) -> Self {
        open.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(open))
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Connection {
    /// Counts in `open` until it is dropped.
    pub(super) fn new(stream: impl ByteStream + 'static, open: &Arc<AtomicUsize>) -> Self {
        Self { stream: Box::new(stream), open: OpenConnection::count(open) }
    }

    async fn secure(self, tls: Option<TlsAcceptor>) -> io::Result<Self> {
        let Some(tls) = tls else { return Ok(self) };
        let Self { stream, open } = self;
        let stream = tokio::time::timeout(TLS_HANDSHAKE_LIMIT, tls.accept(stream)).await??;
        Ok(Self { stream: Box::new(stream), open })
    }
}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::super::listener::{Listener, Placement};
    use super::*;

    #[tokio::test]
    async fn connections_are_counted_while_they_are_open() {
        let listener = Listener::bind_tcp(&Placement::default()).unwrap();
        let address = listener.address().address.clone();
        let open = listener.open_connections();
        let mut connections = Box::pin(connections(listener.split().0, None));
        let _client = tokio::net::TcpStream::connect(address).await.unwrap();
        let connection = connections.next().await.unwrap().unwrap();
        assert_eq!(open.load(Ordering::Relaxed), 1);
        drop(connection);
        assert_eq!(open.load(Ordering::Relaxed), 0);
    }
}
