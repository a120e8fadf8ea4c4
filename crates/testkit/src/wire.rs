//! What a wire decoder finds, in a form that can be kept and compared.

use midstream::wire::{Decoder, Frame, Item, Origin};
use midstream::{Error, Framing};

/// An [`Item`] that outlives the bytes it came from.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// A frame.
    Frame(OwnedFrame),
    /// Something that only keeps the connection open.
    KeepAlive,
    /// Something wrong with the bytes.
    Fault(Error),
}

/// A [`Frame`] that outlives the bytes it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedFrame {
    /// The framing that the decoder gave with it.
    pub framing: Framing,
    /// See [`Frame::event`].
    pub event: String,
    /// See [`Frame::data`].
    pub data: String,
    /// See [`Frame::id`].
    pub id: String,
    /// See [`Frame::retry`].
    pub retry: Option<u64>,
    /// See [`Frame::offset`].
    pub offset: u64,
    /// See [`Frame::origin`].
    pub origin: Origin,
}

impl Found {
    fn new(framing: Framing, item: Item<'_>) -> Self {
        match item {
            Item::Frame(Frame { event, data, id, retry, offset, origin }) => Self::Frame(OwnedFrame {
                framing,
                event: event.into(),
                data: data.into(),
                id: id.into(),
                retry,
                offset,
                origin,
            }),
            Item::KeepAlive => Self::KeepAlive,
            Item::Fault(error) => Self::Fault(error),
        }
    }

    /// The frame, if it is one.
    pub fn frame(&self) -> Option<&OwnedFrame> {
        match self {
            Self::Frame(frame) => Some(frame),
            _ => None,
        }
    }

    /// The fault, if it is one.
    pub fn fault(&self) -> Option<&Error> {
        match self {
            Self::Fault(error) => Some(error),
            _ => None,
        }
    }
}

/// What a decoder finds in `body` cut at `cuts`. Plain text has no frames of its own, so that adjacent ones are merged.
pub fn found(framing: Option<Framing>, max_frame_bytes: usize, body: &[u8], cuts: &[usize]) -> Vec<Found> {
    let mut decoder = Decoder::new(framing, max_frame_bytes);
    let mut all = Vec::new();
    let mut from = 0;
    for &to in cuts.iter().chain([&body.len()]) {
        decoder.feed(&body[from..to], &mut |framing, item| push(&mut all, Found::new(framing, item)));
        from = to;
    }
    decoder.finish(&mut |framing, item| push(&mut all, Found::new(framing, item)));
    all
}

fn push(all: &mut Vec<Found>, found: Found) {
    if let (Some(Found::Frame(last)), Found::Frame(frame)) = (all.last_mut(), &found)
        && frame.framing == Framing::Text
    {
        return last.data.push_str(&frame.data);
    }
    all.push(found);
}
