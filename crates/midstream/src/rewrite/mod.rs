//! A provider's stream in, the same stream out with the model's words filtered: masked frames are valid frames of their
//! dialect, and everything else in them stays as it came.
//!
//! A [`Rewriter`] reads along with the decoders, finds where in each frame the words stand that they report, gives the
//! words to a [`Filter`] and writes back what it releases. A frame goes on at once with as much of its words as may; what
//! is held back goes with the channel's next frame, or with a further frame like the last one where the channel ends.
//! Words that a frame repeats, and strings that are no channel's (the whole text in a last event, a citation), are
//! filtered as well, each as a text of its own.
//!
//! It fails closed: what can't be checked stops the stream.

mod body;
mod channel;
mod edit;
mod encode;
mod envelope;
mod lines;
mod messages;
mod open;
mod raw;
mod rules;
mod slots;
mod steps;
mod stop;
mod strings;

use std::fmt;

use crate::dialect::{self, Delta, Dialect};
use crate::engine::Limits;
use crate::error::ErrorKind;
use crate::event::Span;
use crate::pattern::Match;
use crate::wire::{self, Frame, Framing, Item, Origin};
use channel::Channels;
use encode::Raw;
use raw::Pieces;
use steps::Steps;

pub use body::{Seen, body, body_with_findings, framing};
pub use messages::{Message, Messages};
pub use rules::Guard;
pub use steps::Kind;

/// Filters one channel's words as they come.
pub trait Filter: fmt::Debug + Send {
    /// Takes the next words and appends to `out` what may be shown.
    fn push(&mut self, words: &str, out: &mut String);

    /// Takes the end of the channel and appends what is left.
    fn finish(&mut self, out: &mut String);

    /// Why nothing more may be shown, if that is so.
    fn stopped(&self) -> Option<&str>;

    /// How many characters of the words that came are held back.
    fn held(&self) -> usize {
        0
    }

    /// Appends what was found since this was last asked.
    fn found(&mut self, _found: &mut Vec<Match>) {}
}

/// A match in a stream's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's number.
    pub rule: usize,
    /// Which words, in the text as the provider sent it; `None` for words that stand in no channel.
    pub span: Option<Span>,
    /// The words are signed: the rule could not alter them.
    pub signed: bool,
}

/// Makes filters.
pub trait Filters: fmt::Debug + Send + Sync {
    /// A filter for a channel that begins.
    fn start(&self, kind: Kind) -> Box<dyn Filter>;

    /// A filter for reasoning that the provider signs. It must leave words as they are: where it alters some, the stream stops.
    fn start_signed(&self) -> Box<dyn Filter> {
        self.start(Kind::Reasoning)
    }

    /// What the rule of a match is called.
    fn name(&self, _rule: usize) -> Option<&str> {
        None
    }

    /// Whether audio may pass, whose words no filter can read.
    fn passes_audio(&self) -> bool {
        true
    }
}

/// Rewrites one stream's body.
#[derive(Debug)]
pub struct Rewriter {
    wire: wire::Decoder,
    pieces: Pieces,
    stream: Stream,
}

/// What stands behind the wire decoder.
#[derive(Debug)]
struct Stream {
    limits: Limits,
    dialect: Option<dialect::Decoder>,
    /// Frames that came before the dialect was known.
    undecided: Vec<Held>,
    /// The bytes since the last frame.
    raw: Vec<u8>,
    /// Where `raw` begins in the body.
    start: u64,
    channels: Channels,
    stopped: Option<String>,
    out: Vec<u8>,
}

/// A frame kept whole.
#[derive(Debug)]
struct Held {
    framing: Framing,
    origin: Origin,
    event: String,
    data: String,
    raw: Vec<u8>,
    payload_at: usize,
}

impl Rewriter {
    /// A rewriter at the start of a body; `None` recognises the framing and the dialect.
    pub fn new(
        framing: Option<Framing>,
        dialect: Option<Dialect>,
        limits: &Limits,
        filters: std::sync::Arc<dyn Filters>,
    ) -> Self {
        Self {
            wire: wire::Decoder::new(framing, limits.max_frame_bytes).checked(),
            pieces: Pieces::default(),
            stream: Stream::new(dialect, limits, filters),
        }
    }

    /// Takes the next bytes of the body and returns those that may go on. Once the stream is [stopped](Self::stopped)
    /// the rest of the body is ignored.
    pub fn feed(&mut self, mut bytes: &[u8]) -> Vec<u8> {
        let Self { wire, pieces, stream } = self;
        while !bytes.is_empty() && stream.stopped.is_none() {
            let known = wire.framing();
            let (piece, rest) = bytes.split_at(pieces.next(known, bytes));
            bytes = rest;
            stream.take(piece);
            wire.feed(piece, &mut |framing, item| stream.item(framing, item));
            if known.is_none() && wire.framing() == Some(Framing::EventStream) {
                pieces.resume(&stream.raw);
            }
            stream.pass_idle(wire.framing());
        }
        std::mem::take(&mut stream.out)
    }

    /// Takes the end of the body and returns what was held back and may be shown.
    pub fn finish(&mut self) -> Vec<u8> {
        let Self { wire, stream, .. } = self;
        if stream.stopped.is_none() {
            wire.finish(&mut |framing, item| stream.item(framing, item));
            stream.end();
        }
        std::mem::take(&mut stream.out)
    }

    /// What was found since this was last asked.
    pub fn findings(&mut self) -> std::vec::Drain<'_, Finding> {
        self.stream.channels.findings.drain(..)
    }

    /// How many characters of words are held back at the moment.
    pub fn held(&self) -> usize {
        self.stream.channels.held()
    }

    /// Why the stream was stopped, if it was.
    pub fn stopped(&self) -> Option<&str> {
        self.stream.stopped.as_deref()
    }

    /// How many pieces of audio have passed, which no filter could read.
    pub fn audio(&self) -> usize {
        self.stream.channels.audio
    }
}

impl Stream {
    fn new(dialect: Option<Dialect>, limits: &Limits, filters: std::sync::Arc<dyn Filters>) -> Self {
        Self {
            limits: limits.clone(),
            dialect: dialect.map(|dialect| dialect::Decoder::new(dialect, limits)),
            undecided: Vec::new(),
            raw: Vec::new(),
            start: 0,
            channels: Channels::new(filters),
            stopped: None,
            out: Vec::new(),
        }
    }

    fn take(&mut self, piece: &[u8]) {
        self.raw.extend_from_slice(piece);
        if self.raw.len() > self.limits.max_frame_bytes + OVERHEAD {
            self.refuse(&format!("a frame is longer than `max_frame_bytes` ({})", self.limits.max_frame_bytes));
        }
    }

    fn item(&mut self, framing: Framing, item: Item<'_>) {
        if self.stopped.is_some() {
            return;
        }
        match item {
            Item::KeepAlive => {}
            // The frame is read with U+FFFD in the place of what is no UTF-8, and is written so. Lines that are no fields
            // are ignored by clients, too.
            Item::Fault(error) if matches!(error.kind, ErrorKind::InvalidUtf8 | ErrorKind::IgnoredLines) => {}
            Item::Fault(error) => self.refuse(&error.to_string()),
            Item::Frame(_) if framing == Framing::Ws => {
                self.refuse("a recording of WebSocket messages is no body that a client reads")
            }
            Item::Frame(frame) => self.arrived(framing, &frame),
        }
    }

    fn arrived(&mut self, framing: Framing, frame: &Frame<'_>) {
        let alone = match framing {
            Framing::Text => true,
            Framing::EventStream => encode::is_message(&self.raw),
            _ => !self.raw.is_empty(),
        };
        if !alone {
            return self.refuse("frames can't be told apart in the body (an event stream in base64)");
        }
        let raw = std::mem::take(&mut self.raw);
        let payload_at = frame.offset.saturating_sub(self.start) as usize;
        self.start += raw.len() as u64;
        if self.dialect.is_none() {
            let found = dialect::Decoder::recognise(framing, frame);
            self.dialect = found.map(|dialect| dialect::Decoder::new(dialect, &self.limits));
        }
        // A message is not kept until the dialect is known: the other side may wait for it before it says more.
        let unknown = framing == Framing::Ws && self.dialect.is_none();
        if unknown {
            self.dialect = Some(dialect::Decoder::new(Dialect::Unknown, &self.limits));
        }
        let held = Held {
            framing,
            origin: frame.origin,
            event: frame.event.to_owned(),
            data: frame.data.to_owned(),
            raw,
            payload_at,
        };
        self.undecided.push(held);
        if self.dialect.is_some() {
            self.release();
            if unknown {
                self.dialect = None;
            }
        } else if self.undecided.len() >= self.limits.max_undecided_frames {
            self.refuse("the stream's dialect is not known");
        }
    }

    /// Rewrites the frames that were kept.
    fn release(&mut self) {
        for mut held in std::mem::take(&mut self.undecided) {
            if self.stopped.is_some() {
                return;
            }
            match self.lines(&mut held) {
                Ok(()) => self.frame(&held),
                Err(reason) => self.refuse(&reason),
            }
        }
    }

    /// Filters what stands around the data of a server-sent event.
    fn lines(&mut self, held: &mut Held) -> Result<(), String> {
        if held.framing != Framing::Sse {
            return Ok(());
        }
        // JSON without framing goes to the end.
        let end = if held.origin == Origin::Bare { held.payload_at } else { held.raw.len() };
        let mut lines = self.channels.lines(&held.raw[..end])?;
        held.payload_at = lines.len();
        lines.extend_from_slice(&held.raw[end..]);
        held.raw = lines;
        Ok(())
    }

    fn frame(&mut self, held: &Held) {
        let decoder = self.dialect.as_mut().expect("frames are rewritten once the dialect is known");
        let Held { framing, origin, event, data, raw, payload_at } = held;
        let frame = Frame { event, data, id: "", retry: None, offset: 0, origin: *origin };
        let mut steps = Steps::new(data);
        match decoder.frame(&frame, &mut |delta: Delta<'_>| steps.push(&delta)) {
            Err(error) if *origin != Origin::Incomplete => return self.refuse(&error.to_string()),
            // Half a frame has no places for its words; no client reads it either.
            Err(_) if steps.has_words() => return,
            _ => {}
        }
        let raw = Raw { framing: *framing, origin: *origin, bytes: raw, payload_at: *payload_at };
        if let Err(reason) = self.channels.rewrite(decoder.dialect(), raw, data, &steps, &mut self.out) {
            self.refuse(&reason);
        }
    }

    /// Passes on what stands between frames as soon as it can be part of none: comments, empty lines.
    fn pass_idle(&mut self, framing: Option<Framing>) {
        let idle = match framing {
            Some(Framing::Sse) => {
                self.raw.ends_with(b"\n")
                    && self.raw.split(|byte| matches!(byte, b'\n' | b'\r')).all(|line| matches!(line, [] | [b':', ..]))
            }
            Some(Framing::Ndjson) => self.raw.iter().all(u8::is_ascii_whitespace),
            _ => false,
        };
        if idle && self.undecided.is_empty() {
            self.start += self.raw.len() as u64;
            let raw = std::mem::take(&mut self.raw);
            match if framing == Some(Framing::Sse) { self.channels.lines(&raw) } else { Ok(raw) } {
                Ok(mut lines) => self.channels.pass(&mut lines, &mut self.out),
                Err(reason) => self.refuse(&reason),
            }
        }
    }

    fn end(&mut self) {
        if self.stopped.is_some() {
            return;
        }
        match self.undecided.len() {
            0 => {}
            // One frame alone is whole, whatever it says.
            1 => {
                self.dialect = Some(dialect::Decoder::new(Dialect::Unknown, &self.limits));
                self.release();
            }
            _ => self.refuse("the stream's dialect is not known"),
        }
        if self.stopped.is_some() {
            return;
        }
        if let Err(reason) = self.channels.finish(&mut self.out) {
            return self.refuse(&reason);
        }
        // What is left is part of no frame: line ends, the bracket that closes an array.
        let tail = std::mem::take(&mut self.raw);
        if tail.iter().all(|byte| byte.is_ascii_whitespace() || *byte == b']') {
            self.out.extend_from_slice(&tail);
        }
    }

    /// Ends the stream in the client's dialect: nothing of what is held may be shown.
    fn refuse(&mut self, reason: &str) {
        self.stopped = Some(reason.to_owned());
        self.raw = Vec::new();
        self.undecided = Vec::new();
        self.channels.stop(self.dialect.as_ref().map(dialect::Decoder::dialect), reason, &mut self.out);
    }
}

/// How much longer than its payload a frame may be, in bytes.
const OVERHEAD: usize = 64 << 10;
