//! A body on its way to the client: its bytes go on as they are, and a record takes note of them.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_util::task::AtomicWaker;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

use crate::guard::Findings;
use crate::record::Record;
use crate::upstream::causes;

/// Passes on `inner`'s bytes. What is ready together goes together: a write for each of many small frames is what
/// makes proxies slow.
pub(crate) struct Relay<B> {
    /// `None` once nothing more is wanted of it.
    inner: Option<B>,
    note: Option<Note>,
    /// What `inner` has found in its own bytes.
    findings: Findings,
    /// Comes once what was passed on before it has been written.
    failure: Option<BoxError>,
    written: Arc<Written>,
    trailers: Option<Frame<Bytes>>,
    /// What is still to come, where the head said how long the body is.
    remaining: Option<u64>,
    timer: Option<Pin<Box<Sleep>>>,
}

/// Keeps count of what the server has not written yet.
///
/// A server that is told of a failure drops what it has not written. Without this a client would lose bytes that came
/// before the failure.
#[derive(Default)]
struct Written {
    outstanding: AtomicUsize,
    waker: AtomicWaker,
    /// The head of the response has had its chance to be written.
    yielded: AtomicBool,
}

/// Bytes that say when they are gone.
struct Counted {
    bytes: Bytes,
    written: Arc<Written>,
}

/// How a body ends.
enum Ending {
    Clean,
    Failed(BoxError),
}

/// A record that is told of its stream's end even where the client goes before it.
#[derive(Debug)]
pub(crate) struct Note(Arc<Record>);

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl Note {
    pub(crate) fn new(record: Arc<Record>) -> Self {
        Self(record)
    }

    pub(crate) fn record(&self) -> &Arc<Record> {
        &self.0
    }
}

impl Drop for Note {
    fn drop(&mut self) {
        self.0.cancel("the client closed the connection before the end of the stream");
    }
}

impl<B> Relay<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    /// Passes on `inner`, noting it down in `note` where there is one, with what it puts into `findings`.
    pub(crate) fn new(inner: B, note: Option<Note>, findings: Findings) -> Self {
        let empty = inner.is_end_stream();
        let remaining = inner.size_hint().exact();
        let mut relay = Self {
            inner: Some(inner),
            note,
            findings,
            failure: None,
            written: Arc::default(),
            trailers: None,
            remaining,
            timer: None,
        };
        if empty {
            relay.end(Ending::Clean);
        }
        relay
    }

    /// The bytes that are ready, and the end where it is ready behind them.
    fn gather(&mut self, cx: &mut Context<'_>) -> (Bytes, Option<Ending>) {
        let mut joined = Joined::default();
        let mut ending = None;
        while let (Some(inner), None) = (&mut self.inner, &ending) {
            match Pin::new(inner).poll_frame(cx) {
                Poll::Pending => break,
                Poll::Ready(None) => ending = Some(Ending::Clean),
                Poll::Ready(Some(Err(error))) => ending = Some(Ending::Failed(error.into())),
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(bytes) => {
                        self.remaining = self.remaining.map(|left| left.saturating_sub(bytes.len() as u64));
                        joined.push(bytes);
                    }
                    Err(trailers) => self.trailers = Some(trailers),
                },
            }
            // The server stops asking as soon as a body of known length is whole, so its end is looked for at once.
            if joined.len() >= MAX_JOINED && self.remaining != Some(0) {
                break;
            }
        }
        (joined.into_bytes(), ending)
    }

    fn end(&mut self, ending: Ending) {
        self.inner = None;
        self.timer = None;
        let record = self.note.as_ref().map(|note| &note.0);
        match ending {
            Ending::Clean => {
                if let Some(record) = record {
                    record.finish();
                }
            }
            Ending::Failed(error) => {
                if let Some(record) = record {
                    record.abort(&format!("the upstream's answer broke off: {}", causes(&*error)));
                }
                self.failure = Some(error);
            }
        }
        self.note = None;
    }

    /// Ready once a time limit of the stream's session has passed.
    fn poll_expired(&mut self, cx: &mut Context<'_>) -> Poll<Ending> {
        loop {
            let Some(record) = self.note.as_ref().map(|note| &note.0) else { return Poll::Pending };
            let Some(deadline) = record.deadline().map(Instant::from_std) else { return Poll::Pending };
            let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
            // A deadline that has moved on is looked at again when the old one is reached: most never are.
            if deadline < timer.deadline() {
                timer.as_mut().reset(deadline);
            }
            ready!(timer.as_mut().poll(cx));
            self.timer = None;
            if !record.handle_timeout() {
                return Poll::Ready(Ending::expired());
            }
        }
    }
}

impl Ending {
    fn expired() -> Self {
        Self::Failed("a time limit of the gateway's has passed".into())
    }
}

impl<B> Body for Relay<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        let (bytes, mut ending) = this.gather(cx);
        let findings = this.findings.take();
        if !bytes.is_empty() || !findings.is_empty() {
            if this.note.as_ref().is_some_and(|note| !note.0.append(&bytes, findings)) {
                ending = Some(Ending::expired());
            }
        } else if ending.is_none()
            && this.inner.is_some()
            && let Poll::Ready(expired) = this.poll_expired(cx)
        {
            ending = Some(expired);
        }
        if let Some(ending) = ending {
            this.end(ending);
        }
        if !bytes.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(this.written.count(bytes)))));
        }
        if this.inner.is_some() {
            return Poll::Pending;
        }
        if this.failure.is_some() {
            ready!(this.written.poll_all(cx));
        }
        let last = this.failure.take().map(Err).or_else(|| this.trailers.take().map(Ok));
        Poll::Ready(last)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_none() && self.failure.is_none() && self.trailers.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        self.remaining.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

impl Written {
    fn count(self: &Arc<Self>, bytes: Bytes) -> Bytes {
        self.outstanding.fetch_add(1, Ordering::AcqRel);
        Bytes::from_owner(Counted { bytes, written: Arc::clone(self) })
    }

    /// Ready once everything that was counted has been written.
    fn poll_all(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.waker.register(cx.waker());
        if !self.yielded.swap(true, Ordering::AcqRel) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.outstanding.load(Ordering::Acquire) > 0 { Poll::Pending } else { Poll::Ready(()) }
    }
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.written.outstanding.fetch_sub(1, Ordering::AcqRel);
        self.written.waker.wake();
    }
}

/// Bytes that go on in one piece. A single piece is not copied.
#[derive(Default)]
struct Joined {
    first: Bytes,
    all: BytesMut,
}

impl Joined {
    fn push(&mut self, bytes: Bytes) {
        if self.len() == 0 {
            self.first = bytes;
            return;
        }
        if self.all.is_empty() {
            self.all.reserve(FIRST_JOINED.max(self.first.len() + bytes.len()));
            self.all.extend_from_slice(&self.first);
        }
        self.all.extend_from_slice(&bytes);
    }

    fn len(&self) -> usize {
        self.all.len().max(self.first.len())
    }

    fn into_bytes(self) -> Bytes {
        // A copy, since a record keeps the bytes and a buffer that grew has room that nobody needs.
        if self.all.is_empty() { self.first } else { Bytes::copy_from_slice(&self.all) }
    }
}

/// Past this length no more is joined, in bytes.
const MAX_JOINED: usize = 64 << 10;

/// What is reserved when pieces are first joined, in bytes.
const FIRST_JOINED: usize = 4 << 10;
