//! One JSON value a line; a value that does not close on its line is continued, so that pretty-printed error bodies
//! in the place of a stream are whole.

use memchr::memchr;

use super::held::Held;
use super::nesting::Nesting;
use super::{Frame, Item, Origin, excerpt, foreign, utf8};
use crate::error::{Error, ErrorKind};
use crate::json::is_json;

#[derive(Debug)]
pub(super) struct Ndjson {
    held: Held,
    record: Record,
    nesting: Nesting,
    /// The line has had nothing but white space so far.
    blank: bool,
    /// A record was found that is JSON, or begins like it.
    recognised: bool,
    /// The record before was no JSON, which was reported.
    astray: bool,
    /// That report, until anything shows that the body is in this framing: else that it is not says more.
    doubt: Option<Error>,
    /// The body is something else altogether.
    dead: bool,
}

/// What is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Record {
    None,
    /// An object or array: ends with its bracket.
    Nested,
    /// Anything else: ends with its line.
    Line,
}

impl Ndjson {
    pub(super) fn new(max_frame_bytes: usize) -> Self {
        Self {
            held: Held::new(max_frame_bytes),
            record: Record::None,
            nesting: Nesting::lines(),
            blank: true,
            recognised: false,
            astray: false,
            doubt: None,
            dead: false,
        }
    }

    /// Whether anything showed that the body is in this framing.
    pub(super) fn recognised(&self) -> bool {
        self.recognised
    }

    pub(super) fn feed(&mut self, bytes: &[u8], offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        let mut at = 0;
        while at < bytes.len() && !self.dead {
            if self.record == Record::None {
                match bytes[at] {
                    b' ' | b'\t' | b'\r' => {}
                    b'\n' if self.blank => sink(Item::KeepAlive),
                    b'\n' => self.blank = true,
                    first => self.begin(first, offset + at as u64),
                }
                if self.record == Record::None {
                    at += 1;
                    continue;
                }
            }
            let rest = &bytes[at..];
            let end = match self.record {
                Record::Nested => self.nesting.scan(rest),
                _ => memchr(b'\n', rest),
            };
            match end {
                None => self.held.part(rest, sink),
                Some(length) => self.end(&rest[..length], false, sink),
            }
            at += end.unwrap_or(rest.len());
        }
    }

    pub(super) fn finish(&mut self, sink: &mut dyn FnMut(Item<'_>)) {
        if self.record != Record::None {
            self.end(b"", true, sink);
        }
        if self.recognised {
            tell(&mut self.doubt, sink);
        }
    }

    fn begin(&mut self, first: u8, offset: u64) {
        self.blank = false;
        self.held.begin(offset);
        self.record = match first {
            b'{' | b'[' => Record::Nested,
            _ => Record::Line,
        };
        self.recognised |= self.record == Record::Nested;
        self.nesting = Nesting::lines();
    }

    /// Takes the last part of the open record.
    fn end(&mut self, part: &[u8], body_ended: bool, sink: &mut dyn FnMut(Item<'_>)) {
        let record = std::mem::replace(&mut self.record, Record::None);
        let offset = self.held.offset();
        let Some(value) = self.held.whole(part, sink) else { return };
        let value = value.trim_ascii_end();
        let incomplete = body_ended && record == Record::Nested && !self.nesting.is_broken_line();
        let origin = if incomplete { Origin::Incomplete } else { Origin::Message };
        if record == Record::Nested || is_json(value) {
            self.recognised = true;
            self.astray = false;
            tell(&mut self.doubt, sink);
            let data = &*utf8(value, offset, sink);
            return sink(Item::Frame(Frame { event: "", data, id: "", retry: None, offset, origin }));
        }
        if !self.recognised && !self.astray && foreign(value).is_some() {
            self.dead = true;
        } else if !std::mem::replace(&mut self.astray, true) {
            let message =
                format!("expected a JSON value a line, found `{}`; left out up to the next one", excerpt(value));
            let error = Error::new(ErrorKind::MalformedFrame, offset, message);
            if self.recognised {
                sink(Item::Fault(error));
            } else {
                self.doubt = Some(error);
            }
        }
    }
}

fn tell(doubt: &mut Option<Error>, sink: &mut dyn FnMut(Item<'_>)) {
    if let Some(error) = doubt.take() {
        sink(Item::Fault(error));
    }
}
