//! One stream's state machine: bytes and time go in, events come out.

use std::sync::Arc;
use std::time::Duration;

use crate::assemble::{Assembler, Assembly, Context};
use crate::dialect::{self, Dialect, Progress};
use crate::engine::{Config, Timeouts};
use crate::error::{Error, ErrorKind};
use crate::event::{Event, Verdict};
use crate::json;
use crate::metrics::{Meter, Metrics};
use crate::outbox::Outbox;
use crate::shown::shown;
use crate::time::Timestamp;
use crate::wire::{self, Frame, Framing, Item, Origin};

/// Decodes and analyses one stream.
///
/// **Cutting the input differently changes nothing:** `feed(ab, t)` gives the events of `feed(a, t); feed(b, t)`,
/// adjacent deltas of one block merged.
#[derive(Debug)]
pub struct Session {
    config: Arc<Config>,
    wire: wire::Decoder,
    stream: Stream,
    ended: bool,
}

/// Everything behind the wire.
#[derive(Debug)]
struct Stream {
    dialect: Option<dialect::Decoder>,
    /// Frames that were not enough to recognise the dialect.
    undecided: Vec<OwnedFrame>,
    max_undecided: usize,
    assembler: Assembler,
    meter: Meter,
    stalled: bool,
    stall_after: Option<Duration>,
    started: bool,
    out: Outbox,
}

impl Session {
    pub(crate) fn new(config: Arc<Config>, now: Timestamp) -> Self {
        let mut stream = Stream {
            dialect: config.dialect.map(|dialect| dialect::Decoder::new(dialect, &config.limits)),
            undecided: Vec::new(),
            max_undecided: config.limits.max_undecided_frames,
            assembler: Assembler::new(&config.limits),
            meter: Meter::new(now),
            stalled: false,
            stall_after: config.stall_after,
            started: false,
            out: Outbox::new(&config, now),
        };
        // A dialect that was given is doubted until an event shows that it is right.
        stream.out.watched = config.dialect.is_some_and(|dialect| !matches!(dialect, Dialect::Text | Dialect::Unknown));
        let mut wire = wire::Decoder::new(config.framing, config.limits.max_frame_bytes);
        if stream.out.is_guarded() {
            wire = wire.checked();
        }
        Self { config, wire, stream, ended: false }
    }

    /// Takes the next bytes of the stream, which arrived at `now`. After the end of the stream they are ignored.
    #[inline]
    pub fn feed(&mut self, bytes: &[u8], now: Timestamp) {
        if self.wire.keep(bytes) {
            self.stream.clock(now);
            self.stream.meter.more_bytes(bytes.len());
        } else {
            self.feed_wire(bytes, now);
        }
    }

    #[inline(never)]
    fn feed_wire(&mut self, bytes: &[u8], now: Timestamp) {
        if self.ended {
            return;
        }
        self.stream.clock(now);
        self.stream.meter.bytes(bytes.len(), self.stream.out.now);
        let Self { wire, stream, .. } = self;
        wire.feed(bytes, &mut |framing, item| stream.item(framing, item));
    }

    /// Takes a whole WebSocket message, which is a frame by itself, whatever the framing of the session.
    pub fn feed_message(&mut self, message: &[u8], now: Timestamp) {
        if self.ended {
            return;
        }
        self.stream.clock(now);
        let offset = self.stream.meter.metrics().bytes;
        self.stream.meter.bytes(message.len(), self.stream.out.now);
        let stream = &mut self.stream;
        wire::message(message, offset, &mut |item| stream.item(Framing::Ws, item));
    }

    /// Takes the end of the stream. Further calls do nothing.
    pub fn finish(&mut self, now: Timestamp) {
        if self.ended {
            return;
        }
        self.stream.clock(now);
        let Self { wire, stream, .. } = self;
        wire.finish(&mut |framing, item| stream.item(framing, item));
        self.end();
    }

    /// Takes the end of a stream whose transport failed: `reason` is the host's account of it.
    pub fn abort(&mut self, reason: &str, now: Timestamp) {
        self.break_off(ErrorKind::Transport, reason, now);
    }

    /// Takes the end of a stream that nobody wants more of: whoever asked for it has left. What `reason` says is the
    /// host's. An answer that was not whole by then is `truncated`.
    pub fn cancel(&mut self, reason: &str, now: Timestamp) {
        self.break_off(ErrorKind::Cancelled, reason, now);
    }

    fn break_off(&mut self, kind: ErrorKind, reason: &str, now: Timestamp) {
        if self.ended {
            return;
        }
        self.stream.clock(now);
        let Self { wire, stream, .. } = self;
        wire.finish(&mut |framing, item| stream.item(framing, item));
        if self.progress() < Progress::Complete {
            let offset = self.stream.meter.metrics().bytes;
            self.stream.error(Error::new(kind, offset, reason));
        }
        self.end();
    }

    /// Lets time pass: call it at the moment that [`poll_timeout`](Self::poll_timeout) gave, or later.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        if self.ended {
            return;
        }
        self.stream.clock(now);
        self.stream.stall();
        let began = self.stream.meter.began();
        let now = self.stream.out.now;
        let deadline = deadline(&self.config.timeouts, began, self.stream.meter.last_content());
        if let Some((_, kind, limit)) = deadline.filter(|(at, ..)| *at <= now) {
            let offset = self.stream.meter.metrics().bytes;
            let awaited = match kind {
                ErrorKind::TimeoutFirstContent => "content",
                ErrorKind::TimeoutGap => "further content",
                _ => "the end of the stream",
            };
            let message = format!("expected {awaited} within {} ms", limit.as_millis() as u64);
            self.stream.error(Error::new(kind, offset, message));
            self.end();
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) wants to be called; `None` if never.
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        if self.ended {
            return None;
        }
        let deadline = deadline(&self.config.timeouts, self.stream.meter.began(), self.stream.meter.last_content());
        match (deadline, self.stream.stall_at()) {
            (Some((at, ..)), Some(stall)) => Some(at.min(stall)),
            (deadline, stall) => deadline.map(|(at, ..)| at).or(stall),
        }
    }

    /// The next event, if there is one.
    #[inline]
    pub fn poll(&mut self) -> Option<Event> {
        self.stream.out.pop()
    }

    /// The framing, once it is known.
    pub fn framing(&self) -> Option<Framing> {
        self.wire.framing()
    }

    /// The dialect, once it is known.
    pub fn dialect(&self) -> Option<Dialect> {
        self.stream.dialect.as_ref().map(dialect::Decoder::dialect)
    }

    /// How far the stream has come by its dialect's rules. At [`Progress::Closed`] a host may hang up.
    pub fn progress(&self) -> Progress {
        self.stream.progress()
    }

    /// Whether `stream-end` has been given or waits to be polled.
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// The value so far of the input of the open tool call `id`: always a valid prefix, `None` before its first byte.
    ///
    /// Not there where rules are at work: what has passed them of the input is in the events.
    pub fn tool_input(&mut self, id: &str) -> Option<&json::Value> {
        if self.stream.out.is_guarded() {
            return None;
        }
        self.stream.assembler.tool_input(id)
    }

    /// Decides on all text that rules hold at present ([`Action::Hold`](crate::pattern::Action)).
    #[cfg(feature = "pattern")]
    pub fn decide(&mut self, decision: crate::pattern::Decision) {
        if !self.ended {
            self.stream.out.decide(decision);
        }
    }

    /// What was measured up to the latest moment that the session was told of.
    pub fn metrics(&self) -> Metrics {
        self.stream.metrics()
    }

    fn end(&mut self) {
        let Self { wire, stream, .. } = self;
        wire.take_few(&mut |framing, item| stream.item(framing, item));
        self.ended = true;
        self.stream.end(self.wire.framing());
    }
}

impl Stream {
    /// Moves time on; a moment before the latest one counts as the latest.
    #[inline]
    fn clock(&mut self, now: Timestamp) {
        self.out.now = self.out.now.max(now);
    }

    fn item(&mut self, framing: Framing, item: Item<'_>) {
        if self.out.stopped() {
            return;
        }
        match item {
            Item::Frame(frame) => self.frame(framing, &frame),
            Item::KeepAlive => self.meter.keep_alive(),
            Item::Fault(error) => {
                let refused = framing == Framing::Text && error.kind == ErrorKind::WrongFraming;
                self.error(error);
                if refused {
                    self.out.refuse();
                }
            }
        }
    }

    fn error(&mut self, error: Error) {
        self.assembler.error(error, &mut self.out);
    }

    fn frame(&mut self, framing: Framing, frame: &Frame<'_>) {
        if framing != Framing::Text {
            self.meter.frame();
        }
        if self.dialect.is_none() {
            let Some(dialect) = dialect::Decoder::recognise(framing, frame) else {
                self.undecided.push(OwnedFrame::from(frame));
                if self.undecided.len() >= self.max_undecided {
                    self.decide(framing);
                }
                return;
            };
            self.dialect = Some(dialect::Decoder::new(dialect, self.assembler.limits()));
        }
        self.start(framing);
        self.decode(framing, frame);
    }

    /// Says what the stream is, and decodes the frames that were held back until this was known.
    fn start(&mut self, framing: Framing) {
        if self.started {
            return;
        }
        self.started = true;
        let dialect = self.dialect.as_ref().map_or(Dialect::Unknown, dialect::Decoder::dialect);
        self.out.push(Event::StreamStart { framing, dialect });
        for frame in std::mem::take(&mut self.undecided) {
            self.decode(framing, &frame.borrow());
        }
    }

    /// Takes the stream for one in a language unknown.
    fn decide(&mut self, framing: Framing) {
        self.dialect = Some(dialect::Decoder::new(Dialect::Unknown, self.assembler.limits()));
        self.start(framing);
    }

    fn decode(&mut self, framing: Framing, frame: &Frame<'_>) {
        let content = self.meter.last_content();
        let now = self.out.now;
        if self.stall_at().is_some_and(|at| at <= now) {
            self.stall();
        }
        self.out.offset = frame.offset;
        let decoder = self.dialect.as_mut().expect("frames are decoded once the dialect is known");
        let context = Context {
            offset: frame.offset,
            now,
            framed: framing != Framing::Text,
            meter: &mut self.meter,
            out: &mut self.out,
        };
        let result = decoder.frame(frame, &mut Assembly { assembler: &mut self.assembler, context });
        if self.meter.last_content() != content {
            self.end_stall(content);
        }
        if self.out.watched {
            self.doubt(framing, frame);
        }
        let Err(error) = result else { return };
        let offset = frame.offset + error.at() as u64;
        self.error(match frame.origin {
            Origin::Incomplete => {
                let length = frame.data.len();
                let message =
                    format!("expected the rest of the frame, found the end of the stream after {length} bytes");
                Error::new(ErrorKind::IncompleteFrame, offset, message)
            }
            _ => Error::new(ErrorKind::MalformedJson, offset, malformed(&error, frame.data)),
        });
    }

    /// When the present silence becomes a stall that was not reported yet.
    fn stall_at(&self) -> Option<Timestamp> {
        let after = self.stall_after.filter(|_| !self.stalled)?;
        Some(self.meter.last_content().unwrap_or(self.meter.began()) + after)
    }

    fn stall(&mut self) {
        let now = self.out.now;
        if self.stall_at().is_some_and(|at| at <= now) {
            self.stalled = true;
            let since = self.meter.last_content().unwrap_or(self.meter.began());
            self.out.push(Event::Stall { silent_us: now.micros_since(since) });
        }
    }

    /// Ends the silence that was reported, if one was: content before it came at `last_content`.
    fn end_stall(&mut self, last_content: Option<Timestamp>) {
        if std::mem::take(&mut self.stalled) {
            let since = last_content.unwrap_or(self.meter.began());
            self.out.push(Event::StallEnd { silent_us: self.out.now.micros_since(since) });
        }
    }

    /// Looks whether the dialect that was given is that of `frame`, which was just decoded.
    #[cold]
    fn doubt(&mut self, framing: Framing, frame: &Frame<'_>) {
        let given = self.dialect.as_ref().map(dialect::Decoder::dialect);
        if self.out.understood {
            self.out.watched = false;
        } else if self.out.strange
            && let (Some(given), Some(found)) = (given, dialect::Decoder::recognise(framing, frame))
            && given.family() != found.family()
        {
            self.out.watched = false;
            let message = format!("expected `{given}`, found frames that look like `{found}`");
            self.error(Error::new(ErrorKind::WrongDialect, frame.offset, message));
        }
    }

    fn progress(&self) -> Progress {
        if self.out.stopped() {
            return Progress::Closed;
        }
        self.dialect.as_ref().map_or(Progress::Open, dialect::Decoder::progress)
    }

    fn metrics(&self) -> Metrics {
        let mut metrics = self.meter.snapshot(self.assembler.usage().output_tokens, self.out.now);
        metrics.checked = self.out.checked();
        metrics
    }

    fn end(&mut self, framing: Option<Framing>) {
        if let Some(framing) = framing.filter(|_| !self.undecided.is_empty()) {
            self.decide(framing);
        }
        self.end_stall(self.meter.last_content());
        self.assembler.close(self.meter.metrics().bytes, &mut self.out);
        let verdict = match self.progress() {
            _ if self.assembler.failed() || self.out.withheld() => Verdict::Failed,
            Progress::Open => Verdict::Truncated,
            Progress::Complete | Progress::Closed => Verdict::Complete,
        };
        let metrics = Box::new(self.metrics());
        self.out.push(Event::StreamEnd { verdict, metrics });
    }
}

/// A frame that outlives the bytes it came from.
#[derive(Debug)]
struct OwnedFrame {
    event: String,
    data: String,
    id: String,
    retry: Option<u64>,
    offset: u64,
    origin: Origin,
}

impl OwnedFrame {
    fn from(frame: &Frame<'_>) -> Self {
        let Frame { event, data, id, retry, offset, origin } = *frame;
        Self { event: event.into(), data: data.into(), id: id.into(), retry, offset, origin }
    }

    fn borrow(&self) -> Frame<'_> {
        let Self { event, data, id, retry, offset, origin } = self;
        Frame { event, data, id, retry: *retry, offset: *offset, origin: *origin }
    }
}

/// The next moment at which a time limit passes, with the error that is due then and the limit.
fn deadline(
    timeouts: &Timeouts,
    began: Timestamp,
    last_content: Option<Timestamp>,
) -> Option<(Timestamp, ErrorKind, Duration)> {
    let (content, since, kind) = match last_content {
        None => (timeouts.first_content, began, ErrorKind::TimeoutFirstContent),
        Some(last) => (timeouts.gap, last, ErrorKind::TimeoutGap),
    };
    let content = content.map(|limit| (since + limit, kind, limit));
    let total = timeouts.total.map(|limit| (began + limit, ErrorKind::TimeoutTotal, limit));
    match (content, total) {
        (Some(content), Some(total)) if total.0 < content.0 => Some(total),
        (content, total) => content.or(total),
    }
}

fn malformed(error: &json::SyntaxError, data: &str) -> String {
    let found = data.get(error.at()..).and_then(|rest| rest.chars().next());
    match found {
        Some(found) => format!("expected {}, found `{}`", error.expected(), shown(found)),
        None => format!("expected {}, found the end of the payload", error.expected()),
    }
}
