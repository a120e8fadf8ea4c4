//! What is kept of one stream: its raw bytes with the times at which they came, and a summary of what they say.
//!
//! Events are not kept: they are a function of bytes and times, and whoever wants them decodes the record with a
//! session of his own. The record's own session, which reads along while the stream passes, only makes the summary.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use midstream::{Config, Dialect, Engine, Event, Framing, Metrics, Session, Timestamp, Verdict};
use tokio::sync::watch;

use crate::config::Limits;
use crate::knowledge::Listener;
use crate::log::Log;

mod digest;
mod summary;
mod view;

use digest::Digest;
pub use summary::{State, StreamSummary};
pub(crate) use view::{Arrival, Cut, End, Full, View};

/// One stream, shared by the request that it answers and by those who watch it.
#[derive(Debug)]
pub(crate) struct Record {
    /// What it is called from outside.
    pub(crate) id: String,
    /// The same as a number that grows from stream to stream.
    pub(crate) number: u64,
    origin: Origin,
    started_ms: u64,
    log: Arc<Log>,
    changed: watch::Sender<()>,
    tape: Mutex<Tape>,
}

/// Where a stream comes from.
#[derive(Debug)]
pub(crate) struct Origin {
    /// The upstream's name.
    pub(crate) upstream: String,
    /// The request's method.
    pub(crate) method: String,
    /// The request's path, without the query, which may hold a key.
    pub(crate) path: String,
    /// Whose graph it feeds.
    pub(crate) tenant: String,
    /// When the request came.
    pub(crate) began: Instant,
}

/// The head of a stream's response, as far as it matters to those who read the body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Head {
    pub(crate) status: Option<u16>,
    pub(crate) content_type: Option<String>,
    /// How to read the body, where the head or the path says so.
    pub(crate) framing: Option<Framing>,
    pub(crate) dialect: Option<Dialect>,
}

#[derive(Debug)]
struct Tape {
    head: Option<Head>,
    /// Reads along until the end.
    session: Option<Box<Session>>,
    /// Feeds a graph with what the session says.
    listener: Option<Box<Listener>>,
    arrivals: Vec<Arrival>,
    /// What `arrivals` costs by [`Limits::stream_bytes`].
    cost: usize,
    /// Bytes in `arrivals`.
    kept: u64,
    full: Option<Full>,
    end: Option<End>,
    digest: Digest,
    /// Counts the changes.
    version: u64,
}

impl Record {
    pub(crate) fn new(number: u64, origin: Origin, log: Arc<Log>) -> Self {
        let started = SystemTime::now() - origin.began.elapsed();
        let since_epoch = started.duration_since(UNIX_EPOCH).unwrap_or_default();
        let started_ms = u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX);
        // The time keeps ids apart across restarts: a page left open can't take one stream for another.
        let id = format!("{started_ms:x}-{number:x}");
        let tape = Tape {
            head: None,
            session: Some(Box::new(session(&log, &Head::default()))),
            listener: log.knowledge().map(|knowledge| Box::new(knowledge.listen(&origin.tenant, &id))),
            arrivals: Vec::new(),
            cost: 0,
            kept: 0,
            full: None,
            end: None,
            digest: Digest::default(),
            version: 0,
        };
        Self { id, number, origin, started_ms, log, changed: watch::Sender::new(()), tape: Mutex::new(tape) }
    }

    /// Takes the response's head.
    pub(crate) fn head(&self, head: Head) {
        let mut tape = self.lock();
        if tape.end.is_none() {
            tape.session = Some(Box::new(self.session(&head)));
            tape.head = Some(head);
            self.touch(&mut tape);
        }
    }

    /// Takes the next bytes, which are kept as they lie in memory, and what a guard found in them. `false` where a time
    /// limit has passed, so that the stream is over.
    pub(crate) fn append(&self, bytes: &Bytes, findings: Vec<Event>) -> bool {
        let mut tape = self.lock();
        let now = self.now();
        tape.advance(now);
        if tape.digest.end.is_none() {
            tape.digest.matches += findings.len() as u64;
            self.keep(&mut tape, bytes, findings, now);
            tape.read(now, |session| session.feed(bytes, now));
        }
        self.conclude(&mut tape, now, None);
        self.touch(&mut tape);
        tape.end.is_none()
    }

    /// Lets time pass. `false` where a time limit has passed, so that the stream is over.
    pub(crate) fn handle_timeout(&self) -> bool {
        let mut tape = self.lock();
        let now = self.now();
        tape.advance(now);
        self.conclude(&mut tape, now, None);
        self.touch(&mut tape);
        tape.end.is_none()
    }

    /// When [`handle_timeout`](Self::handle_timeout) wants to be called; `None` if never.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let tape = self.lock();
        let deadline = tape.session.as_ref().and_then(|session| session.poll_timeout());
        deadline.map(|deadline| self.instant(deadline))
    }

    /// Takes the end of the bytes.
    pub(crate) fn finish(&self) {
        self.close(None);
    }

    /// Takes the end of bytes that were cut off for `reason`. After the end it does nothing.
    pub(crate) fn abort(&self, reason: &str) {
        self.close(Some(Cut::Failed(reason.to_owned())));
    }

    /// Takes the end of a stream whose client has left. After the end it does nothing.
    pub(crate) fn cancel(&self, reason: &str) {
        self.close(Some(Cut::Cancelled(reason.to_owned())));
    }

    /// A session that reads this stream from its beginning.
    pub(crate) fn session(&self, head: &Head) -> Session {
        session(&self.log, head)
    }

    /// What stands behind the first `seen` arrivals, up to about `max` bytes of it.
    pub(crate) fn view(&self, seen: usize, max: usize) -> View {
        let tape = self.lock();
        let mut size = 0;
        let fitting = tape.arrivals[seen..].iter().take_while(|arrival| {
            let fits = size < max;
            size += arrival.bytes.len();
            fits
        });
        let arrivals: Vec<_> = fitting.cloned().collect();
        View {
            head: tape.head.clone(),
            more: seen + arrivals.len() < tape.arrivals.len(),
            arrivals,
            full: tape.full.clone(),
            end: tape.end.clone(),
            now: self.now(),
        }
    }

    /// Tells of changes.
    pub(crate) fn subscribe(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// How often the record has changed, and whether it has ended.
    pub(crate) fn version(&self) -> (u64, bool) {
        let tape = self.lock();
        (tape.version, tape.end.is_some())
    }

    /// Whether the response's head has come, or never will.
    pub(crate) fn has_head(&self) -> bool {
        self.lock().head.is_some()
    }

    pub(crate) fn content_type(&self) -> Option<String> {
        self.lock().head.as_ref().and_then(|head| head.content_type.clone())
    }

    pub(crate) fn is_ended(&self) -> bool {
        self.lock().end.is_some()
    }

    /// `at` on the host's clock.
    pub(crate) fn instant(&self, at: Timestamp) -> Instant {
        self.origin.began + Duration::from_micros(at.as_micros())
    }

    pub(crate) fn summary(&self) -> StreamSummary {
        let tape = self.lock();
        let metrics = match (&tape.end, &tape.session) {
            (Some(end), _) => (*end.metrics).clone(),
            (None, Some(session)) => session.metrics(),
            (None, None) => Metrics::default(),
        };
        let head = tape.head.as_ref();
        StreamSummary {
            id: self.id.clone(),
            started_ms: self.started_ms,
            upstream: self.origin.upstream.clone(),
            method: self.origin.method.clone(),
            path: self.origin.path.clone(),
            status: head.and_then(|head| head.status),
            state: match tape.end {
                None => State::Live,
                Some(_) if tape.digest.cancelled => State::Cancelled,
                Some(_) => State::Ended,
            },
            dialect: tape.digest.dialect,
            model: tape.digest.model.clone(),
            verdict: tape.end.as_ref().map(|end| end.verdict),
            reason: tape.digest.reason.clone().filter(|_| tape.end.is_some()),
            preview: Some(&tape.digest.preview).filter(|preview| !preview.is_empty()).cloned(),
            matches: tape.digest.matches,
            usage: Some(&tape.digest.usage).filter(|usage| !usage.is_empty()).cloned(),
            bytes: metrics.bytes,
            metrics,
        }
    }

    fn keep(&self, tape: &mut Tape, bytes: &Bytes, findings: Vec<Event>, now: Timestamp) {
        if tape.full.is_some() || (bytes.is_empty() && findings.is_empty()) {
            return;
        }
        let cost = bytes.len() + Limits::ARRIVAL_BYTES * (1 + findings.len());
        let limits = self.log.limits();
        let refused = if tape.cost + cost > limits.stream_bytes {
            Some(("stream_bytes", limits.stream_bytes))
        } else if !self.log.reserve(cost) {
            Some(("total_bytes", limits.total_bytes))
        } else {
            None
        };
        if let Some(limit) = refused {
            tape.digest.full = true;
            tape.full = Some(Full { at: now, offset: tape.kept, limit });
            return;
        }
        tape.cost += cost;
        tape.kept += bytes.len() as u64;
        tape.arrivals.push(Arrival { at: now, bytes: bytes.clone(), findings: findings.into() });
    }

    fn close(&self, cut: Option<Cut>) {
        let mut tape = self.lock();
        if tape.end.is_some() {
            return;
        }
        let now = self.now();
        tape.advance(now);
        let cut = cut.filter(|_| tape.digest.end.is_none());
        tape.read(now, |session| end(session, cut.as_ref(), now));
        self.conclude(&mut tape, now, cut);
        self.touch(&mut tape);
    }

    /// Writes down the end, where the session has said its last.
    fn conclude(&self, tape: &mut Tape, at: Timestamp, cut: Option<Cut>) {
        let Some((verdict, metrics)) = tape.digest.end.take() else { return };
        let unkept = tape.digest.unkept.take();
        let outcome = match verdict {
            _ if tape.digest.cancelled => "cancelled",
            Verdict::Complete => "complete",
            Verdict::Truncated => "truncated",
            Verdict::Failed => "failed",
        };
        self.log.tally().ended(&self.origin.upstream, outcome, &metrics, &tape.digest.usage);
        tape.end = Some(End { at, cut, verdict, metrics, unkept });
        tape.session = None;
        tape.listener = None;
        tape.head.get_or_insert_default();
        tape.arrivals.shrink_to_fit();
        self.log.ended(self.number, tape.cost);
    }

    fn touch(&self, tape: &mut Tape) {
        tape.version += 1;
        self.changed.send_replace(());
    }

    /// Must be called with the tape locked, so that no later arrival has an earlier time.
    fn now(&self) -> Timestamp {
        Timestamp::ZERO + self.origin.began.elapsed()
    }

    fn lock(&self) -> MutexGuard<'_, Tape> {
        // A panic while it is held leaves a tape that can still be read.
        self.tape.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Tape {
    /// Does something to the session and takes note of what it says.
    fn read(&mut self, now: Timestamp, step: impl FnOnce(&mut Session)) {
        let Self { session: Some(session), listener, digest, .. } = self else { return };
        step(session);
        while let Some(event) = session.poll() {
            if let Some(listener) = listener {
                listener.event(&event);
            }
            digest.take(now, event);
        }
    }

    fn advance(&mut self, now: Timestamp) {
        let Self { session: Some(session), listener, digest, .. } = self else { return };
        advance(session, now, |at, event| {
            if let Some(listener) = listener {
                listener.event(&event);
            }
            digest.take(at, event);
        });
    }
}

/// Waits for `answer`; `None` where a time limit of `record`'s stream passes before it.
pub(crate) async fn in_time<T>(answer: impl Future<Output = T>, record: Option<&Arc<Record>>) -> Option<T> {
    let mut answer = pin!(answer);
    while let Some((record, deadline)) = record.and_then(|record| Some((record, record.deadline()?))) {
        match tokio::time::timeout_at(deadline.into(), answer.as_mut()).await {
            Ok(answer) => return Some(answer),
            Err(_) if record.handle_timeout() => {}
            Err(_) => return None,
        }
    }
    Some(answer.await)
}

/// Ends `session` as a stream ended that `cut` cut off.
pub(crate) fn end(session: &mut Session, cut: Option<&Cut>, now: Timestamp) {
    match cut {
        Some(Cut::Failed(reason)) => session.abort(reason, now),
        Some(Cut::Cancelled(reason)) => session.cancel(reason, now),
        None => session.finish(now),
    }
}

/// A session set up as the gateway is, reading as `head` has it.
fn session(log: &Log, head: &Head) -> Session {
    let config = Config { framing: head.framing, dialect: head.dialect, ..log.analysis().clone() };
    Engine::new(config).session(Timestamp::ZERO)
}

/// Brings `session` up to `now`, through each of its deadlines at its own time, and hands each event to `take` with
/// the time at which it happened. Every reader of a record passes the same moments in this way, however late he comes.
pub(crate) fn advance(session: &mut Session, now: Timestamp, mut take: impl FnMut(Timestamp, Event)) {
    while let Some(deadline) = session.poll_timeout().filter(|deadline| *deadline <= now) {
        session.handle_timeout(deadline);
        while let Some(event) = session.poll() {
            take(deadline, event);
        }
    }
}
