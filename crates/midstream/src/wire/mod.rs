//! Bytes in, frames out. No decoder here knows a provider, and none needs its input cut in any particular way.
//!
//! [`Decoder`] takes a body as it arrives and calls back with each [`Item`] as soon as it is whole. Frames borrow from
//! the caller's bytes where they lie in one piece.

mod auto;
mod crc32;
mod event_stream;
mod foreign;
mod held;
mod ignored;
mod json_array;
mod ndjson;
mod nesting;
mod sse;
mod text;
mod ws;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub(crate) use crc32::crc32;

use crate::error::{Error, ErrorKind};
use foreign::{excerpt, foreign};

/// How a body is cut into frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Framing {
    /// Server-sent events (WHATWG HTML, section 9.2, `text/event-stream`).
    Sse,
    /// One JSON value a line.
    Ndjson,
    /// One JSON array, an element a frame.
    JsonArray,
    /// Amazon event stream (`application/vnd.amazon.eventstream`), also where a gateway has put it into base64.
    EventStream,
    /// WebSocket messages, recorded as one `{kind, direction, data}` a line.
    Ws,
    /// Plain text: each piece is a frame.
    Text,
}

/// What a decoder finds.
#[derive(Debug)]
pub enum Item<'a> {
    /// A frame.
    Frame(Frame<'a>),
    /// Something that only keeps the connection open: an SSE comment, an empty line.
    KeepAlive,
    /// Something wrong with the bytes. Decoding goes on behind it where that is possible.
    Fault(Error),
}

/// One frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The event's name: SSE `event`, AWS `:event-type` or `:exception-type`; empty where there is none.
    pub event: &'a str,
    /// The payload. Bytes that are no UTF-8 have been replaced by U+FFFD and reported by a fault before.
    pub data: &'a str,
    /// SSE: the last event id; empty where there is none.
    pub id: &'a str,
    /// SSE: the reconnection time in milliseconds, where one was set since the frame before.
    pub retry: Option<u64>,
    /// Offset into the body of the first byte of the payload.
    pub offset: u64,
    /// How the frame came about.
    pub origin: Origin,
}

/// How a [`Frame`] came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// As the framing has it.
    Message,
    /// An AWS event-stream message of type `exception` or `error`.
    Exception,
    /// JSON that stands in the body without the framing's own syntax, as some providers send errors half-way.
    Bare,
    /// The end of the body came before the end of the frame; `data` is what there was of it.
    Incomplete,
}

/// Where frames go. It is called once a frame, and being one type keeps one copy of each decoder in a program.
pub type Sink<'s> = dyn FnMut(Framing, Item<'_>) + 's;

/// Cuts one body into frames.
#[derive(Debug)]
pub struct Decoder {
    max_frame_bytes: usize,
    inner: Inner,
    /// Bytes of the body before those that `inner` has not been given yet.
    offset: u64,
    /// How much of a byte order mark was seen; `BOM.len()` once past the place where one may stand.
    bom: usize,
    /// The first bytes that are no white space, to say what a body is that is not what it was taken for.
    head: Vec<u8>,
    /// All that is peculiar to the beginning of a body is done.
    under_way: bool,
    /// Rules are to check what comes.
    checked: bool,
    few: Few,
}

/// Bytes that came one or a few at a time and were not given to `inner` yet.
#[derive(Debug)]
struct Few {
    /// How many there are; [`Self::CLOSED`] unless a line has begun that they prolong.
    length: usize,
    bytes: [u8; 256],
}

#[derive(Debug)]
enum Inner {
    Auto(auto::Auto),
    /// No stream, which was said: the rest is ignored.
    Foreign,
    Sse(sse::Sse),
    Ndjson(ndjson::Ndjson),
    JsonArray(json_array::JsonArray),
    EventStream(event_stream::EventStream),
    Ws(ws::Ws),
    Text(text::Text),
}

impl Decoder {
    /// A decoder at the start of a body; `None` recognises the framing from the first bytes. A frame of more than
    /// `max_frame_bytes` is reported as a fault and left out.
    pub fn new(framing: Option<Framing>, max_frame_bytes: usize) -> Self {
        let inner =
            framing.map_or(Inner::Auto(auto::Auto::default()), |framing| Inner::new(framing, max_frame_bytes, false));
        // A byte order mark begins a text; an event stream is none.
        let bom = if framing == Some(Framing::EventStream) { BOM.len() } else { 0 };
        let few = Few { length: Few::CLOSED, bytes: [0; 256] };
        Self { max_frame_bytes, inner, offset: 0, bom, head: Vec::new(), under_way: false, checked: false, few }
    }

    /// The same decoder for a body that rules are to check: a text ends, with a fault, at the first byte that they can't
    /// read. To be said before the first byte.
    #[must_use]
    pub(crate) fn checked(mut self) -> Self {
        self.checked = true;
        if let Some(framing) = self.framing() {
            self.inner = Inner::new(framing, self.max_frame_bytes, true);
        }
        self
    }

    /// The framing, once it is known.
    pub fn framing(&self) -> Option<Framing> {
        self.inner.framing()
    }

    /// Takes the next bytes of the body where they are few and only prolong a line that has begun; `false` where they
    /// are to be [fed](Self::feed). So most bytes of a body that comes byte by byte cost a quarter.
    #[inline]
    pub(crate) fn keep(&mut self, bytes: &[u8]) -> bool {
        self.few.keep(bytes)
    }

    /// Takes the next bytes of the body. The sink gets each item with the framing that it was found in; the fault of a
    /// body that is no stream comes as one of plain text.
    pub fn feed(&mut self, bytes: &[u8], sink: &mut Sink<'_>) {
        if !self.under_way {
            return self.begin(bytes, sink);
        }
        self.take_few(sink);
        self.inner.feed(bytes, self.offset, sink);
        self.offset += bytes.len() as u64;
        if matches!(&self.inner, Inner::Sse(sse) if sse.in_line()) {
            self.few.length = 0;
        }
    }

    /// Takes no more bytes with [`keep`](Self::keep), and what was kept so far.
    pub(crate) fn take_few(&mut self, sink: &mut Sink<'_>) {
        let length = std::mem::replace(&mut self.few.length, Few::CLOSED);
        if let Some(few @ [_, ..]) = self.few.bytes.get(..length) {
            self.inner.feed(few, self.offset, sink);
            self.offset += length as u64;
        }
    }

    /// Takes bytes of the body's beginning.
    fn begin(&mut self, mut bytes: &[u8], sink: &mut Sink<'_>) {
        while self.bom < BOM.len() && !bytes.is_empty() {
            if bytes[0] != BOM[self.bom] {
                let seen = std::mem::replace(&mut self.bom, BOM.len());
                self.take(&BOM[..seen], sink);
                break;
            }
            self.bom += 1;
            bytes = &bytes[1..];
            if self.bom == BOM.len() {
                self.offset += BOM.len() as u64;
            }
        }
        self.take(bytes, sink);
        self.under_way =
            self.bom == BOM.len() && self.head.len() == foreign::EXCERPT && !matches!(self.inner, Inner::Auto(_));
    }

    /// Takes the end of the body.
    pub fn finish(&mut self, sink: &mut Sink<'_>) {
        self.take_few(sink);
        if self.bom < BOM.len() {
            let seen = std::mem::replace(&mut self.bom, BOM.len());
            self.take(&BOM[..seen], sink);
        }
        if let Inner::Auto(auto) = &mut self.inner {
            let found = auto.finish();
            self.decide(found, sink);
        }
        let Some(framing) = self.framing() else { return };
        self.inner.finish(self.offset, &mut |item| sink(framing, item));
        if !self.inner.recognised() && !self.head.is_empty() {
            let found = match auto::recognise(&self.head, true) {
                Some(auto::Found::Foreign(what)) => what,
                Some(auto::Found::Framing(other)) if other != framing && other != Framing::Text => {
                    format!("what looks like {other}: `{}`", excerpt(&self.head))
                }
                _ => format!("`{}`", excerpt(&self.head)),
            };
            sink(framing, Item::Fault(wrong(framing.as_str(), &found)));
        }
    }

    fn take(&mut self, bytes: &[u8], sink: &mut Sink<'_>) {
        if self.head.len() < foreign::EXCERPT {
            let text = if self.head.is_empty() { bytes.trim_ascii_start() } else { bytes };
            self.head.extend_from_slice(&text[..text.len().min(foreign::EXCERPT - self.head.len())]);
        }
        if let Inner::Auto(auto) = &mut self.inner {
            let found = auto.feed(bytes);
            if found.is_none() {
                return;
            }
            self.decide(found, sink);
        }
        self.inner.feed(bytes, self.offset, sink);
        self.offset += bytes.len() as u64;
    }

    /// Takes what the body was found to be, and the bytes held back until then.
    fn decide(&mut self, found: Option<auto::Found>, sink: &mut Sink<'_>) {
        let inner = match found {
            None => return,
            Some(auto::Found::Framing(framing)) => Inner::new(framing, self.max_frame_bytes, self.checked),
            Some(auto::Found::Foreign(what)) => {
                sink(Framing::Text, Item::Fault(wrong("a stream", &what)));
                Inner::Foreign
            }
        };
        let Inner::Auto(auto) = std::mem::replace(&mut self.inner, inner) else { return };
        let held = auto.held();
        self.inner.feed(&held, self.offset, sink);
        self.offset += held.len() as u64;
    }
}

impl Few {
    /// More than fits.
    const CLOSED: usize = usize::MAX;

    /// Takes bytes of which none ends a line; `false` where one does, or there are too many.
    #[inline]
    fn keep(&mut self, bytes: &[u8]) -> bool {
        let ends_line = |byte: u8| matches!(byte, b'\n' | b'\r');
        if let [byte] = *bytes {
            match self.bytes.get_mut(self.length) {
                Some(room) if !ends_line(byte) => *room = byte,
                _ => return false,
            }
        } else {
            let Some(room) = self.bytes.get_mut(self.length..).and_then(|room| room.get_mut(..bytes.len())) else {
                return false;
            };
            if bytes.len() > 16 {
                return false;
            }
            for (room, &byte) in room.iter_mut().zip(bytes) {
                if ends_line(byte) {
                    return false;
                }
                *room = byte;
            }
        }
        self.length += bytes.len();
        true
    }
}

impl Inner {
    fn new(framing: Framing, max_frame_bytes: usize, checked: bool) -> Self {
        match framing {
            Framing::Sse => Self::Sse(sse::Sse::new(max_frame_bytes)),
            Framing::Ndjson => Self::Ndjson(ndjson::Ndjson::new(max_frame_bytes)),
            Framing::JsonArray => Self::JsonArray(json_array::JsonArray::new(max_frame_bytes)),
            Framing::EventStream => Self::EventStream(event_stream::EventStream::new(max_frame_bytes)),
            Framing::Ws => Self::Ws(ws::Ws::new(max_frame_bytes)),
            Framing::Text => Self::Text(text::Text::new(checked)),
        }
    }

    fn framing(&self) -> Option<Framing> {
        Some(match self {
            Self::Auto(_) | Self::Foreign => return None,
            Self::Sse(_) => Framing::Sse,
            Self::Ndjson(_) => Framing::Ndjson,
            Self::JsonArray(_) => Framing::JsonArray,
            Self::EventStream(_) => Framing::EventStream,
            Self::Ws(_) => Framing::Ws,
            Self::Text(_) => Framing::Text,
        })
    }

    /// Takes bytes that begin at `offset` in the body.
    fn feed(&mut self, bytes: &[u8], offset: u64, sink: &mut Sink<'_>) {
        match self {
            Self::Auto(_) | Self::Foreign => {}
            Self::Sse(sse) => sse.feed(bytes, offset, &mut |item| sink(Framing::Sse, item)),
            Self::Ndjson(ndjson) => ndjson.feed(bytes, offset, &mut |item| sink(Framing::Ndjson, item)),
            Self::JsonArray(array) => array.feed(bytes, offset, &mut |item| sink(Framing::JsonArray, item)),
            Self::EventStream(stream) => stream.feed(bytes, offset, &mut |item| sink(Framing::EventStream, item)),
            Self::Ws(ws) => ws.feed(bytes, offset, &mut |item| sink(Framing::Ws, item)),
            Self::Text(text) => text.feed(bytes, offset, &mut |item| sink(Framing::Text, item)),
        }
    }

    /// Takes the end of the body, which is `offset` bytes long.
    fn finish(&mut self, offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        match self {
            Self::Auto(_) | Self::Foreign => {}
            Self::Sse(sse) => sse.finish(sink),
            Self::Ndjson(ndjson) => ndjson.finish(sink),
            Self::JsonArray(array) => array.finish(offset, sink),
            Self::EventStream(stream) => stream.finish(sink),
            Self::Ws(ws) => ws.finish(sink),
            Self::Text(text) => text.finish(offset, sink),
        }
    }

    /// Whether anything showed that the body is in the framing it was taken for.
    fn recognised(&self) -> bool {
        match self {
            Self::Auto(_) | Self::Foreign | Self::Text(_) => true,
            Self::Sse(sse) => sse.recognised(),
            Self::Ndjson(ndjson) => ndjson.recognised(),
            Self::JsonArray(array) => array.recognised(),
            Self::EventStream(stream) => stream.recognised(),
            Self::Ws(ws) => ws.recognised(),
        }
    }
}

impl Framing {
    /// All framings with their names on the command line and in JSON.
    pub const ALL: &[(&'static str, Self)] = &[
        ("sse", Self::Sse),
        ("ndjson", Self::Ndjson),
        ("json-array", Self::JsonArray),
        ("event-stream", Self::EventStream),
        ("ws", Self::Ws),
        ("text", Self::Text),
    ];

    /// The framing's name.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, framing)| *framing == self).expect("every framing stands in the table").0
    }
}

impl fmt::Display for Framing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Framing {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        crate::named(Self::ALL, "framing", name)
    }
}

/// Hands on a WebSocket message, which is a frame by itself, at `offset` in the bytes of its stream.
pub fn message(message: &[u8], offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
    let data = &*utf8(message, offset, sink);
    sink(Item::Frame(Frame { event: "", data, id: "", retry: None, offset, origin: Origin::Message }));
}

/// `bytes` as text; what is no UTF-8 is replaced and reported. `offset` is where `bytes` begin in the body.
fn utf8<'a>(bytes: &'a [u8], offset: u64, sink: &mut dyn FnMut(Item<'_>)) -> Cow<'a, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(error) => {
            let at = error.valid_up_to();
            sink(Item::Fault(bad_byte(bytes[at], offset + at as u64)));
            String::from_utf8_lossy(bytes)
        }
    }
}

#[cold]
fn bad_byte(byte: u8, offset: u64) -> Error {
    let message = format!("expected UTF-8, found byte 0x{byte:02x}; replaced by U+FFFD");
    Error::new(ErrorKind::InvalidUtf8, offset, message)
}

#[cold]
fn wrong(expected: &str, found: &str) -> Error {
    Error::new(ErrorKind::WrongFraming, 0, format!("expected {expected}, found {found}"))
}

#[cold]
fn too_long(offset: u64, max: usize) -> Item<'static> {
    let message = format!("a frame is longer than `max_frame_bytes` ({max}); left out");
    Item::Fault(Error::new(ErrorKind::Limit, offset, message))
}

const BOM: &[u8] = b"\xEF\xBB\xBF";
