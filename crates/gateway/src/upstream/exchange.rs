//! One request and its answer over one connection, driven by whoever waits for the answer.
//!
//! Libraries give a connection a task of its own, which hands each frame of a body to the task of the request. At full
//! speed that hand-over is most of what a proxy costs, and buffers on both of its sides are most of what an open stream
//! occupies. Here what a read brings is taken out of its framing and is in hand at once, nothing is kept between reads,
//! and a request that is dropped closes its connection there and then.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, UPGRADE};
use axum::http::{Method, Request, Response, StatusCode};
use bytes::{Buf, Bytes, BytesMut};
use http_body::{Body as _, Frame, SizeHint};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::causes;
use super::http1::{BodyDecoder, Head, LAST_CHUNK, chunk, request_head, response_head};
use super::pool::Pool;

/// A connection.
pub(crate) type Wire = Box<dyn Io>;

pub(crate) trait Io: AsyncRead + AsyncWrite + Send + Unpin {
    /// Whether the other side has neither closed the connection nor sent anything that was not read yet.
    fn is_quiet(&self) -> bool;
}

impl Io for TcpStream {
    fn is_quiet(&self) -> bool {
        // The socket itself is asked: what the runtime knows of it may be some milliseconds old.
        let mut byte = [MaybeUninit::uninit()];
        let peeked = SockRef::from(self).peek(&mut byte);
        peeked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }
}

impl Io for TlsStream<TcpStream> {
    fn is_quiet(&self) -> bool {
        self.get_ref().0.is_quiet()
    }
}

/// The body of an answer, together with the connection it comes over.
pub(crate) struct Exchange {
    /// `None` once it is closed or back in the pool.
    wire: Option<Wire>,
    decoder: BodyDecoder,
    /// What of the body came together with the head.
    early: Bytes,
    /// What is still to be sent of the request; `None` once all is.
    outgoing: Option<Outgoing>,
    keeps: bool,
    pool: Arc<Pool>,
}

/// A request on its way out.
struct Outgoing {
    /// Bytes to write next.
    bytes: Bytes,
    /// `None` once all of it is in `bytes`.
    body: Option<Body>,
    chunked: bool,
}

/// Why a request was not sent whole.
enum Unsent {
    /// The upstream takes no more of it. It may answer all the same.
    Refused(io::Error),
    /// The client gave no more of it: there is nothing to wait for.
    BrokenOff(io::Error),
}

/// Sends `request` over `wire`, and gives the answer once its head is there.
///
/// # Errors
/// Where no answer that can be read came.
pub(super) async fn exchange(
    mut wire: Wire,
    request: Request<Body>,
    pool: &Arc<Pool>,
) -> io::Result<Response<Exchange>> {
    let method = request.method().clone();
    let upgrades = request.headers().contains_key(UPGRADE);
    let mut outgoing = Some(Outgoing::new(request));
    let mut unsent = None;
    let mut came = BytesMut::new();
    let (head, length) = std::future::poll_fn(|cx| {
        // An upstream may answer before it has read all, or instead of reading it.
        if let Some(sending) = &mut outgoing
            && let Poll::Ready(sent) = sending.poll(&mut wire, cx)
        {
            outgoing = None;
            match sent {
                Ok(()) => {}
                Err(Unsent::Refused(error)) => unsent = Some(error),
                Err(Unsent::BrokenOff(error)) => return Poll::Ready(Err(error)),
            }
        }
        let answer = ready!(poll_head(&mut wire, &mut came, &method, upgrades, cx));
        Poll::Ready(answer.map_err(|error| unsent.take().unwrap_or(error)))
    })
    .await?;
    came.advance(length);
    let Head { status, headers, body: decoder, keeps } = head;
    let keeps = keeps && unsent.is_none() && status != StatusCode::SWITCHING_PROTOCOLS;
    let exchange =
        Exchange { wire: Some(wire), decoder, early: came.freeze(), outgoing, keeps, pool: Arc::clone(pool) };
    let mut response = Response::new(exchange);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

/// Reads the head of the answer into `came`, which may get bytes behind it, too.
fn poll_head(
    wire: &mut Wire,
    came: &mut BytesMut,
    method: &Method,
    upgrades: bool,
    cx: &mut Context<'_>,
) -> Poll<io::Result<(Head, usize)>> {
    loop {
        while let Some((head, length)) = response_head(came, method).map_err(io::Error::other)? {
            // What comes before the answer itself, such as 103 Early Hints, is of no use further on.
            let switches = upgrades && head.status == StatusCode::SWITCHING_PROTOCOLS;
            if switches || !head.status.is_informational() {
                return Poll::Ready(Ok((head, length)));
            }
            came.advance(length);
        }
        let read = ready!(poll_read(wire, cx, |bytes| {
            came.extend_from_slice(bytes);
            bytes.len()
        }));
        if read? == 0 {
            let begun = if came.is_empty() { "before it answered" } else { "within the head of its answer" };
            let message = format!("the connection was closed {begun}");
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::UnexpectedEof, message)));
        }
    }
}

/// Reads what there is, up to [`READ_BYTES`], and hands it to `take`.
fn poll_read<T>(wire: &mut Wire, cx: &mut Context<'_>, take: impl FnOnce(&[u8]) -> T) -> Poll<io::Result<T>> {
    // On the stack, so that a connection that waits occupies no buffer.
    let mut scratch = [MaybeUninit::uninit(); READ_BYTES];
    let mut buffer = ReadBuf::uninit(&mut scratch);
    ready!(Pin::new(wire).poll_read(cx, &mut buffer))?;
    Poll::Ready(Ok(take(buffer.filled())))
}

impl Outgoing {
    fn new(request: Request<Body>) -> Self {
        let (parts, body) = request.into_parts();
        let body = Some(body).filter(|body| !body.is_end_stream());
        let chunked = body.is_some() && !parts.headers.contains_key(CONTENT_LENGTH);
        let head = request_head(&parts.method, &parts.uri, &parts.headers, chunked);
        Self { bytes: head.into(), body, chunked }
    }

    /// Ready once all is sent, or can't be.
    fn poll(&mut self, wire: &mut Wire, cx: &mut Context<'_>) -> Poll<Result<(), Unsent>> {
        loop {
            // What is there of the body goes together with what is before it.
            while let Some(body) = self.body.as_mut().filter(|_| self.bytes.len() < READ_BYTES) {
                let Poll::Ready(frame) = Pin::new(&mut *body).poll_frame(cx) else { break };
                // A body of known length is over with its last byte, though the news of its end may come later.
                let over = frame.is_none() || body.is_end_stream();
                match frame {
                    Some(Ok(frame)) => match frame.into_data() {
                        Ok(data) if data.is_empty() => {}
                        Ok(data) if self.chunked => self.join(&chunk(&data)),
                        Ok(data) => self.join(&data),
                        // Trailers would have had to be announced, and the announcement stays behind.
                        Err(_) => {}
                    },
                    Some(Err(error)) => {
                        let message = format!("the request broke off: {}", causes(&error));
                        return Poll::Ready(Err(Unsent::BrokenOff(io::Error::other(message))));
                    }
                    None => {}
                }
                if over {
                    self.body = None;
                    if self.chunked {
                        self.join(LAST_CHUNK);
                    }
                }
            }
            if self.bytes.is_empty() {
                ready!(Pin::new(&mut *wire).poll_flush(cx)).map_err(Unsent::Refused)?;
                return if self.body.is_none() { Poll::Ready(Ok(())) } else { Poll::Pending };
            }
            let written = ready!(Pin::new(&mut *wire).poll_write(cx, &self.bytes)).map_err(Unsent::Refused)?;
            self.bytes.advance(written);
        }
    }

    /// Puts `more` behind what is to be written.
    fn join(&mut self, more: &[u8]) {
        self.bytes = [&self.bytes[..], more].concat().into();
    }
}

impl Exchange {
    /// The connection, which has changed its protocol, and what came over it behind the head.
    pub(crate) fn into_wire(mut self) -> Option<(Wire, Bytes)> {
        Some((self.wire.take()?, std::mem::take(&mut self.early)))
    }

    /// What came of the body and was not given yet.
    fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        let Self { wire: Some(wire), decoder, early, outgoing, keeps, .. } = self else {
            return Poll::Ready(Ok(Bytes::new()));
        };
        if let Some(sending) = outgoing
            && let Poll::Ready(sent) = sending.poll(wire, cx)
        {
            // Who answers without reading may close his ear; what he says still counts.
            *keeps &= sent.is_ok();
            *outgoing = None;
        }
        loop {
            let mut take = |bytes: &[u8]| {
                let mut data = BytesMut::with_capacity(bytes.len());
                let taken = decoder.feed(bytes, &mut data).map_err(io::Error::other)?;
                // Bytes behind the end belong to no answer.
                *keeps &= taken == bytes.len();
                io::Result::Ok((data.freeze(), bytes.is_empty()))
            };
            let (data, closed) = match std::mem::take(early) {
                none if none.is_empty() => ready!(poll_read(wire, cx, take))??,
                early => take(&early)?,
            };
            if closed {
                let whole = decoder.finish();
                let early =
                    || io::Error::new(io::ErrorKind::UnexpectedEof, "the connection was closed within the body");
                return Poll::Ready(if whole { Ok(Bytes::new()) } else { Err(early()) });
            }
            // A read may bring framing only.
            if !data.is_empty() || decoder.is_done() {
                return Poll::Ready(Ok(data));
            }
        }
    }

    /// Parts with the connection: gives it back where another request may follow.
    fn release(&mut self) {
        let wire = self.wire.take();
        if let Some(wire) = wire.filter(|_| self.keeps && self.outgoing.is_none()) {
            self.pool.put(wire);
        }
    }
}

impl http_body::Body for Exchange {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.decoder.is_done() {
            self.release();
            return Poll::Ready(None);
        }
        match ready!(self.poll_data(cx)) {
            Ok(data) if data.is_empty() => {
                self.release();
                Poll::Ready(None)
            }
            Ok(data) => Poll::Ready(Some(Ok(Frame::data(data)))),
            Err(error) => {
                self.wire = None;
                Poll::Ready(Some(Err(error)))
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.decoder.length().map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

/// How much is read at a time, in bytes.
const READ_BYTES: usize = 32 << 10;
