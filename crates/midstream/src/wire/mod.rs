//! Bytes in, frames out. No decoder here knows a provider, and none needs its input cut in any particular way.
//!
//! [`Decoder`] takes a body as it arrives and calls back with each [`Item`] as soon as it is whole. Frames borrow from
//! the caller's bytes where they lie in one piece.

mod sse;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};

/// How a body is cut into frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Framing {
    /// Server-sent events (WHATWG HTML, section 9.2, `text/event-stream`).
    Sse,
    /// One JSON value a line.
    Ndjson,
    /// One JSON array, an element a frame.
    JsonArray,
    /// Amazon event stream (`application/vnd.amazon.eventstream`).
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

/// Cuts one body into frames.
#[derive(Debug)]
pub struct Decoder {
    inner: Inner,
}

#[derive(Debug)]
enum Inner {
    Sse(sse::Sse),
}

impl Decoder {
    /// A decoder at the start of a body; `None` recognises the framing from the first bytes. A frame of more than
    /// `max_frame_bytes` is reported as a fault and left out.
    pub fn new(framing: Option<Framing>, max_frame_bytes: usize) -> Self {
        let _ = framing;
        Self { inner: Inner::Sse(sse::Sse::new(max_frame_bytes)) }
    }

    /// The framing, once it is known.
    pub fn framing(&self) -> Option<Framing> {
        Some(match &self.inner {
            Inner::Sse(_) => Framing::Sse,
        })
    }

    /// Takes the next bytes of the body.
    pub fn feed(&mut self, bytes: &[u8], sink: &mut impl FnMut(Framing, Item<'_>)) {
        match &mut self.inner {
            Inner::Sse(sse) => sse.feed(bytes, &mut |item| sink(Framing::Sse, item)),
        }
    }

    /// Takes the end of the body.
    pub fn finish(&mut self, sink: &mut impl FnMut(Framing, Item<'_>)) {
        match &mut self.inner {
            Inner::Sse(sse) => sse.finish(&mut |item| sink(Framing::Sse, item)),
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
pub fn message(message: &[u8], offset: u64, sink: &mut impl FnMut(Item<'_>)) {
    let data = &*text(message, offset, sink);
    sink(Item::Frame(Frame { event: "", data, id: "", retry: None, offset, origin: Origin::Message }));
}

/// `bytes` as text; what is no UTF-8 is replaced and reported. `offset` is where `bytes` begin in the body.
fn text<'a>(bytes: &'a [u8], offset: u64, sink: &mut impl FnMut(Item<'_>)) -> Cow<'a, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(error) => {
            let at = error.valid_up_to();
            let message = format!("expected UTF-8, found byte 0x{:02x}; replaced by U+FFFD", bytes[at]);
            sink(Item::Fault(Error::new(ErrorKind::InvalidUtf8, offset + at as u64, message)));
            String::from_utf8_lossy(bytes)
        }
    }
}

#[cold]
fn too_long(offset: u64, max: usize) -> Item<'static> {
    let message = format!("a frame is longer than `max_frame_bytes` ({max}); left out");
    Item::Fault(Error::new(ErrorKind::Limit, offset, message))
}
