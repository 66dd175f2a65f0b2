//! Connections that can be cut from inside a handler, so that a client sees a lost reply and not an error page.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// How a connection ends for its client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// As if the server had closed it.
    Close,
    /// By a TCP reset, as when something on the way has forgotten it.
    Reset,
}

/// What a handler can know of the connection that it answers on, and do to it.
#[derive(Debug, Clone)]
pub(crate) struct Connection(Arc<Mutex<Life>>);

#[derive(Debug)]
struct Life {
    /// Since when nothing has passed; none while a request is read or answered.
    idle_since: Option<Instant>,
    /// How long nothing had passed before the present request.
    idle: Duration,
    end: Option<End>,
}

impl Connection {
    fn new() -> Self {
        let life = Life { idle_since: Some(Instant::now()), idle: Duration::ZERO, end: None };
        Self(Arc::new(Mutex::new(life)))
    }

    /// Ends it: nothing is written any more, and the reply that the handler still returns never leaves.
    pub(crate) fn cut(&self) {
        self.life().end = Some(End::Close);
    }

    /// The same by a TCP reset.
    pub(crate) fn reset(&self) {
        self.life().end = Some(End::Reset);
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.life().end.is_some()
    }

    /// How long it was idle before the request that is answered now.
    pub(crate) fn idle(&self) -> Duration {
        self.life().idle
    }

    fn life(&self) -> MutexGuard<'_, Life> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A TCP listener whose connections carry a [`Connection`].
#[derive(Debug)]
pub(crate) struct CuttableListener(pub(crate) TcpListener);

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Answers are small: without this, replies wait for acknowledgements. Failing only costs time.
        let _ = stream.set_nodelay(true);
        (CuttableStream { stream, connection: Connection::new() }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Connection {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.io().connection.clone()
    }
}

/// A TCP stream that fails to write once it is cut.
#[derive(Debug)]
pub(crate) struct CuttableStream {
    stream: TcpStream,
    connection: Connection,
}

impl CuttableStream {
    fn check(&self) -> io::Result<()> {
        let end = self.connection.life().end;
        if end == Some(End::Reset) {
            // Closing, which the server does after the error, is then the reset.
            self.stream.set_zero_linger()?;
        }
        if end.is_some() { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            let mut life = self.connection.life();
            if let Some(since) = life.idle_since.take() {
                life.idle = since.elapsed();
            }
        }
        read
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        self.connection.life().idle_since = Some(Instant::now());
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
