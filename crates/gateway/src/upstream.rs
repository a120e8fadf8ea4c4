//! Connections to an upstream, each driven by the task of the request that it serves.
//!
//! The usual client hands every frame of a body from a connection's task to the request's: at full speed that
//! hand-over is most of what a proxy costs. Here the request's own task polls the connection, and what it reads is in
//! hand at once. It also means that a request that is dropped takes its connection with it, there and then.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker, ready};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::uri::{Authority, PathAndQuery, Scheme};
use axum::http::{HeaderValue, Request, Response, Uri};
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::config::Upstream;

/// An upstream that requests can be sent to.
pub(crate) struct Client {
    pub(crate) name: String,
    pub(crate) key: Option<String>,
    authority: Authority,
    host: HeaderValue,
    /// The base URL's path without a `/` at the end.
    prefix: String,
    tls: Option<TlsConnector>,
    connect_timeout: Duration,
    pool: Arc<Pool>,
}

/// What became of a request that got no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// No connection.
    Unreachable(String),
    /// A connection, and then no answer that can be read.
    NoAnswer(String),
}

/// The body of an upstream's answer, together with the connection it comes over.
#[derive(Debug)]
pub(crate) struct Exchange {
    body: Incoming,
    /// `None` once the connection is closed or back in the pool.
    wire: Option<Wire>,
    pool: Arc<Pool>,
}

/// A connection.
struct Wire {
    sender: SendRequest<Body>,
    connection: Connection,
}

type Connection = Pin<Box<http1::Connection<TokioIo<Box<dyn Io>>, Body>>>;

/// Connections that wait for a request.
#[derive(Debug, Default)]
struct Pool {
    idle: Mutex<Vec<(Instant, Wire)>>,
}

trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

impl Client {
    pub(crate) fn new(upstream: &Upstream, tls: &TlsConnector, connect_timeout: Duration) -> Self {
        let authority = upstream.url.authority().expect("an upstream's URL is checked to have a host").clone();
        Self {
            name: upstream.name.clone(),
            key: upstream.key.clone(),
            host: HeaderValue::from_str(authority.as_str())
                .expect("an authority has no characters that a header can't"),
            prefix: upstream.url.path().trim_end_matches('/').to_owned(),
            tls: (upstream.url.scheme() == Some(&Scheme::HTTPS)).then(|| tls.clone()),
            authority,
            connect_timeout,
            pool: Arc::default(),
        }
    }

    /// Where a request for `path` goes: the base URL's path with `path` behind it. A first segment of `path` that the
    /// base URL ends in is not said twice: `https://host/v1` with `/v1/models` is `https://host/v1/models`.
    pub(crate) fn uri(&self, path: &str, query: Option<&str>) -> Uri {
        let first = path.get(1..).and_then(|rest| rest.split('/').next()).filter(|first| !first.is_empty());
        let path = match first {
            Some(first) if self.prefix.rsplit('/').next() == Some(first) => &path[1 + first.len()..],
            _ => path,
        };
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let target = format!("{}{path}{query}", self.prefix);
        let target = if target.starts_with('/') { target } else { format!("/{target}") };
        PathAndQuery::try_from(target).expect("parts of URIs that were parsed make one").into()
    }

    /// The value of the `Host` header.
    pub(crate) fn host(&self) -> HeaderValue {
        self.host.clone()
    }

    /// Sends `request`; its answer's body is still to come.
    pub(crate) async fn send(&self, mut request: Request<Body>) -> Result<Response<Exchange>, Failure> {
        while let Some(wire) = self.pool.take() {
            match self.send_over(wire, request).await {
                Ok(response) => return Ok(response),
                // The upstream hung up while the connection waited, and nothing of the request was sent.
                Err((_, Some(unsent))) => request = *unsent,
                Err((failure, None)) => return Err(failure),
            }
        }
        let wire = match tokio::time::timeout(self.connect_timeout, self.connect()).await {
            Ok(wire) => wire?,
            Err(_) => return Err(self.unreachable(&format!("no connection within {:?}", self.connect_timeout))),
        };
        self.send_over(wire, request).await.map_err(|(failure, _)| failure)
    }

    /// Closes connections that have waited for long.
    pub(crate) fn sweep(&self) {
        self.pool.sweep();
    }

    async fn send_over(
        &self,
        mut wire: Wire,
        request: Request<Body>,
    ) -> Result<Response<Exchange>, (Failure, Option<Box<Request<Body>>>)> {
        let sent = drive(&mut wire.connection, wire.sender.try_send_request(request)).await;
        match sent {
            Ok((response, open)) => {
                let wire = open.then_some(wire);
                Ok(response.map(|body| Exchange { body, wire, pool: Arc::clone(&self.pool) }))
            }
            Err(mut error) => {
                let unsent = error.take_message().map(Box::new);
                let cause = causes(error.error());
                Err((Failure::NoAnswer(format!("upstream `{}` gave no answer: {cause}", self.name)), unsent))
            }
        }
    }

    async fn connect(&self) -> Result<Wire, Failure> {
        let host = self.authority.host().trim_start_matches('[').trim_end_matches(']');
        let port = self.authority.port_u16().unwrap_or(if self.tls.is_some() { 443 } else { 80 });
        let stream = TcpStream::connect((host, port)).await.map_err(|error| self.unreachable(&error))?;
        stream.set_nodelay(true).map_err(|error| self.unreachable(&error))?;
        let io: Box<dyn Io> = match &self.tls {
            None => Box::new(stream),
            Some(tls) => {
                let name = ServerName::try_from(host.to_owned()).map_err(|error| self.unreachable(&error))?;
                Box::new(tls.connect(name, stream).await.map_err(|error| self.unreachable(&error))?)
            }
        };
        let (sender, connection) =
            http1::handshake(TokioIo::new(io)).await.map_err(|error| self.unreachable(&error))?;
        Ok(Wire { sender, connection: Box::pin(connection) })
    }

    fn unreachable(&self, cause: &dyn fmt::Display) -> Failure {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        Failure::Unreachable(format!(
            "upstream `{}` at {scheme}://{} can't be reached: {cause}",
            self.name, self.authority
        ))
    }
}

/// Polls `connection` until `answer` is there; says with it whether the connection is still open.
async fn drive<T, E>(connection: &mut Connection, answer: impl Future<Output = Result<T, E>>) -> Result<(T, bool), E> {
    let mut answer = pin!(answer);
    let mut open = true;
    std::future::poll_fn(move |cx| {
        // How the connection ended, the answer says too.
        open = open && connection.as_mut().poll(cx).is_pending();
        answer.as_mut().poll(cx).map_ok(|answer| (answer, open))
    })
    .await
}

impl Exchange {
    /// Gives the connection back, where the upstream keeps it open.
    fn release(&mut self, cx: &mut Context<'_>) {
        let Some(mut wire) = self.wire.take() else { return };
        if wire.connection.as_mut().poll(cx).is_pending() && wire.sender.is_ready() {
            self.pool.put(wire);
        }
    }
}

impl http_body::Body for Exchange {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let this = &mut *self;
        let mut frame = Pin::new(&mut this.body).poll_frame(cx);
        if let (Poll::Pending, Some(wire)) = (&frame, &mut this.wire) {
            let open = wire.connection.as_mut().poll(cx).is_pending();
            frame = Pin::new(&mut this.body).poll_frame(cx);
            if !open {
                this.wire = None;
            }
        }
        let frame = ready!(frame);
        if frame.is_none() {
            this.release(cx);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Pool {
    /// The connection that was used last, if it is still open.
    fn take(&self) -> Option<Wire> {
        loop {
            let (since, mut wire) = self.lock().pop()?;
            // Nobody polls a connection that waits: this is when it learns that the upstream has hung up.
            let mut cx = Context::from_waker(Waker::noop());
            let open = wire.connection.as_mut().poll(&mut cx).is_pending();
            if open && wire.sender.is_ready() && since.elapsed() < IDLE_TIMEOUT {
                return Some(wire);
            }
        }
    }

    fn put(&self, wire: Wire) {
        let mut idle = self.lock();
        if idle.len() < MAX_IDLE {
            idle.push((Instant::now(), wire));
        }
    }

    fn sweep(&self) {
        self.lock().retain(|(since, _)| since.elapsed() < IDLE_TIMEOUT);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Instant, Wire)>> {
        // A panic while it is held leaves a list that can still be used.
        self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("name", &self.name).field("authority", &self.authority).finish_non_exhaustive()
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").finish_non_exhaustive()
    }
}

/// What `error` says, and what is behind it.
pub(crate) fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// How long a connection waits for its next request. Providers' own limits are longer, which keeps the moment rare in
/// which both sides act at once.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Connections that wait, for each upstream.
const MAX_IDLE: usize = 256;
