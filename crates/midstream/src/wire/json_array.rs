//! One JSON array, an element a frame, however it is laid out.
//!
//! An object in the place of the array or behind it is handed on as [`Origin::Bare`]: providers that answer with an
//! array send their errors so.

use super::held::Held;
use super::nesting::Nesting;
use super::{Frame, Item, Origin, excerpt, utf8};
use crate::error::{Error, ErrorKind};
use crate::json::is_json;

#[derive(Debug)]
pub(super) struct JsonArray {
    held: Held,
    nesting: Nesting,
    place: Place,
    /// Between elements something was found that is none, and reported.
    astray: bool,
    recognised: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the array.
    Start,
    /// In the array, between elements.
    Between,
    /// In an object, array or string, which ends with its bracket or quote.
    Nested,
    /// In an object that stands outside the array.
    Bare,
    /// In an element of another kind.
    Scalar,
    /// Behind the array, or behind an object outside it.
    After,
    /// What came is no array: the rest is ignored.
    Dead,
}

impl JsonArray {
    pub(super) fn new(max_frame_bytes: usize) -> Self {
        Self {
            held: Held::new(max_frame_bytes),
            nesting: Nesting::new(),
            place: Place::Start,
            astray: false,
            recognised: false,
        }
    }

    /// Whether anything showed that the body is in this framing.
    pub(super) fn recognised(&self) -> bool {
        self.recognised
    }

    pub(super) fn feed(&mut self, bytes: &[u8], offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        let mut at = 0;
        while at < bytes.len() {
            let end = match self.place {
                Place::Dead => return,
                Place::Nested | Place::Bare => self.nesting.scan(&bytes[at..]),
                Place::Scalar => bytes[at..].iter().position(|&byte| ends_scalar(byte)),
                Place::Start | Place::After | Place::Between => {
                    let place = self.place;
                    self.between(bytes[at], offset + at as u64, sink);
                    // The first byte of an element is read again as part of it.
                    let begun =
                        self.place != place && matches!(self.place, Place::Nested | Place::Bare | Place::Scalar);
                    at += usize::from(!begun);
                    continue;
                }
            };
            let rest = &bytes[at..];
            match end {
                None => self.held.part(rest, sink),
                Some(length) => self.end(&rest[..length], false, sink),
            }
            at += end.unwrap_or(rest.len());
        }
    }

    /// Takes the end of the body, which is `offset` bytes long.
    pub(super) fn finish(&mut self, offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        match self.place {
            Place::Nested | Place::Bare | Place::Scalar => self.end(b"", true, sink),
            Place::Between => {
                let message = "expected `]`, found the end of the body";
                sink(Item::Fault(Error::new(ErrorKind::IncompleteFrame, offset, message)));
            }
            Place::Start | Place::After | Place::Dead => {}
        }
    }

    /// Takes a byte outside of elements.
    fn between(&mut self, byte: u8, offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        match (self.place, byte) {
            (_, b' ' | b'\t' | b'\r' | b'\n') => {}
            (Place::Start | Place::After, b'[') => {
                self.recognised = true;
                self.place = Place::Between;
            }
            (Place::Start | Place::After, b'{') => {
                self.recognised = true;
                self.begin(Place::Bare, offset);
            }
            (Place::Start, _) => self.place = Place::Dead,
            (Place::After, _) => {
                self.place = Place::Dead;
                self.fault("the end of the body", &[byte], offset, sink);
            }
            (_, b',') => self.astray = false,
            (_, b']') => self.place = Place::After,
            (_, b'{' | b'[') => self.begin(Place::Nested, offset),
            _ if self.astray => {}
            (_, b'"') => self.begin(Place::Nested, offset),
            (_, b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => self.begin(Place::Scalar, offset),
            _ => {
                self.astray = true;
                self.fault("an element, `,` or `]`", &[byte], offset, sink);
            }
        }
    }

    fn begin(&mut self, place: Place, offset: u64) {
        self.place = place;
        self.astray = false;
        self.nesting = Nesting::new();
        self.held.begin(offset);
    }

    /// Takes the last part of the open element.
    fn end(&mut self, part: &[u8], body_ended: bool, sink: &mut dyn FnMut(Item<'_>)) {
        let place = self.place;
        self.place = if place == Place::Bare { Place::After } else { Place::Between };
        let offset = self.held.offset();
        let Some(element) = self.held.whole(part, sink) else { return };
        if place == Place::Scalar && !body_ended && !is_json(element) {
            self.astray = true;
            let found = excerpt(element);
            return fault("an element", &found, offset, sink);
        }
        let origin = match place {
            _ if body_ended => Origin::Incomplete,
            Place::Bare => Origin::Bare,
            _ => Origin::Message,
        };
        let data = &*utf8(element, offset, sink);
        sink(Item::Frame(Frame { event: "", data, id: "", retry: None, offset, origin }));
    }

    fn fault(&self, expected: &str, found: &[u8], offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        fault(expected, &excerpt(found), offset, sink);
    }
}

fn fault(expected: &str, found: &str, offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
    let message = format!("expected {expected}, found `{found}`");
    sink(Item::Fault(Error::new(ErrorKind::MalformedFrame, offset, message)));
}

fn ends_scalar(byte: u8) -> bool {
    matches!(byte, b',' | b']' | b'}' | b'[' | b'{' | b'"' | b' ' | b'\t' | b'\r' | b'\n')
}
