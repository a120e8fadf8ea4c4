//! Server-sent events, as WHATWG HTML section 9.2.6 interprets them.
//!
//! Beyond the specification, and marked as such by [`Origin`]: bare JSON between events and an event that the end of
//! the body cut off are handed on instead of being dropped.

use memchr::memchr2;

use super::{Frame, Item, Origin, text, too_long};

#[derive(Debug)]
pub(super) struct Sse {
    max_frame_bytes: usize,
    /// Bytes consumed before the current `feed`.
    consumed: u64,
    /// How much of a byte order mark was seen; `BOM.len()` once past the place where one may stand.
    bom: usize,
    /// The last byte was a CR: an LF now belongs to it.
    after_cr: bool,
    /// The current line as far as it came in earlier pieces, and where in the body it began.
    line: Vec<u8>,
    line_offset: u64,
    event: String,
    /// The data lines so far, each followed by LF, and where in the body the first began. The latest one may still
    /// lie in the caller's piece (`Piece::data`).
    data: Vec<u8>,
    data_offset: u64,
    id: String,
    retry: Option<u64>,
    bare: Vec<u8>,
    bare_offset: u64,
    /// The frame is over the limit: everything up to the next empty line is dropped.
    dropping: bool,
}

/// The event's only data line, while it still lies in the caller's bytes.
type Borrowed<'c> = Option<(&'c [u8], u64)>;

impl Sse {
    pub(super) fn new(max_frame_bytes: usize) -> Self {
        Self {
            max_frame_bytes,
            consumed: 0,
            bom: 0,
            after_cr: false,
            line: Vec::new(),
            line_offset: 0,
            event: String::new(),
            data: Vec::new(),
            data_offset: 0,
            id: String::new(),
            retry: None,
            bare: Vec::new(),
            bare_offset: 0,
            dropping: false,
        }
    }

    pub(super) fn feed(&mut self, bytes: &[u8], sink: &mut impl FnMut(Item<'_>)) {
        let mut at = if self.bom < BOM.len() { self.byte_order_mark(bytes) } else { 0 };
        let mut borrowed: Borrowed<'_> = None;
        while at < bytes.len() {
            if self.after_cr {
                self.after_cr = false;
                if bytes[at] == b'\n' {
                    at += 1;
                    continue;
                }
            }
            let offset = self.consumed + at as u64;
            let Some(length) = memchr2(b'\n', b'\r', &bytes[at..]) else {
                self.spill(&mut borrowed);
                self.keep_line(&bytes[at..], offset, sink);
                break;
            };
            let line = &bytes[at..at + length];
            at += length + 1;
            self.after_cr = bytes[at - 1] == b'\r';
            if self.line.is_empty() {
                self.take_line(line, offset, &mut borrowed, sink);
            } else {
                self.keep_line(line, offset, sink);
                let mut whole = std::mem::take(&mut self.line);
                self.spill(&mut borrowed);
                let mut own: Borrowed<'_> = None;
                self.take_line(&whole, self.line_offset, &mut own, sink);
                self.spill(&mut own);
                whole.clear();
                self.line = whole;
            }
        }
        self.spill(&mut borrowed);
        self.consumed += bytes.len() as u64;
    }

    pub(super) fn finish(&mut self, sink: &mut impl FnMut(Item<'_>)) {
        if self.bom < BOM.len() {
            // What looked like the beginning of a byte order mark was the whole body.
            self.line.extend_from_slice(&BOM[..self.bom]);
        }
        if !self.line.is_empty() {
            let line = std::mem::take(&mut self.line);
            let mut own: Borrowed<'_> = None;
            self.take_line(&line, self.line_offset, &mut own, sink);
            self.spill(&mut own);
        }
        self.flush_bare(sink);
        if !self.data.is_empty() && !self.dropping {
            self.dispatch(&mut None, Origin::Incomplete, sink);
        }
    }

    /// Consumes a byte order mark at the start of the body, which may be cut; returns how many of `bytes` are done.
    fn byte_order_mark(&mut self, bytes: &[u8]) -> usize {
        for (at, &byte) in bytes.iter().enumerate() {
            if byte != BOM[self.bom] {
                self.line.extend_from_slice(&BOM[..self.bom]);
                self.bom = BOM.len();
                return at;
            }
            self.bom += 1;
            if self.bom == BOM.len() {
                return at + 1;
            }
        }
        bytes.len()
    }

    fn keep_line(&mut self, bytes: &[u8], offset: u64, sink: &mut impl FnMut(Item<'_>)) {
        if self.line.is_empty() {
            self.line_offset = offset;
        }
        if self.dropping && !self.line.is_empty() {
            return; // One byte is enough to know that the line is not empty.
        }
        self.line.extend_from_slice(bytes);
        if self.data.len() + self.bare.len() + self.line.len() > self.max_frame_bytes {
            self.drop_frame(self.line_offset, sink);
        }
    }

    fn take_line<'c>(
        &mut self,
        line: &'c [u8],
        offset: u64,
        borrowed: &mut Borrowed<'c>,
        sink: &mut impl FnMut(Item<'_>),
    ) {
        if line.is_empty() {
            return self.end_of_event(borrowed, sink);
        }
        let held = self.data.len() + self.bare.len() + borrowed.map_or(0, |(data, _)| data.len() + 1);
        if held + line.len() > self.max_frame_bytes {
            *borrowed = None;
            return self.drop_frame(offset, sink);
        }
        if self.dropping {
            return;
        }
        let (field, value) = match memchr::memchr(b':', &line[..line.len().min(LONGEST_FIELD + 1)]) {
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (line, &line[line.len()..]),
        };
        let value_offset = offset + (line.len() - value.len()) as u64;
        let (value, value_offset) = match value {
            [b' ', rest @ ..] => (rest, value_offset + 1),
            _ => (value, value_offset),
        };
        match field {
            b"data" => {
                self.flush_bare(sink);
                self.spill(borrowed);
                if self.data.is_empty() {
                    *borrowed = Some((value, value_offset));
                } else {
                    self.append(value, value_offset);
                }
            }
            b"event" => {
                self.flush_bare(sink);
                self.event.clear();
                self.event.push_str(&String::from_utf8_lossy(value));
            }
            b"id" if !value.contains(&0) => {
                self.id.clear();
                self.id.push_str(&String::from_utf8_lossy(value));
            }
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                let digits = std::str::from_utf8(value).expect("digits are ASCII");
                self.retry = Some(digits.parse().unwrap_or(u64::MAX));
            }
            b"" if line[0] == b':' => sink(Item::KeepAlive),
            // A field that the specification ignores, unless it is JSON that forgot its framing.
            _ if !self.bare.is_empty() || self.starts_bare(line, borrowed) => self.keep_bare(line, offset),
            _ => {}
        }
    }

    fn end_of_event<'c>(&mut self, borrowed: &mut Borrowed<'c>, sink: &mut impl FnMut(Item<'_>)) {
        self.flush_bare(sink);
        let dropped = std::mem::take(&mut self.dropping);
        if !dropped && (borrowed.is_some() || !self.data.is_empty()) {
            self.dispatch(borrowed, Origin::Message, sink);
        }
        self.event.clear();
        self.data.clear();
    }

    fn dispatch(&mut self, borrowed: &mut Borrowed<'_>, origin: Origin, sink: &mut impl FnMut(Item<'_>)) {
        let retry = self.retry.take();
        let (data, offset) = match borrowed.take() {
            Some(data) => data,
            None => (&self.data[..self.data.len() - 1], self.data_offset),
        };
        let data = &*text(data, offset, sink);
        sink(Item::Frame(Frame { event: &self.event, data, id: &self.id, retry, offset, origin }));
    }

    /// Takes a borrowed data line into the decoder's own buffer.
    fn spill(&mut self, borrowed: &mut Borrowed<'_>) {
        if let Some((data, offset)) = borrowed.take() {
            self.append(data, offset);
        }
    }

    fn append(&mut self, value: &[u8], offset: u64) {
        if self.data.is_empty() {
            self.data_offset = offset;
        }
        self.data.extend_from_slice(value);
        self.data.push(b'\n');
    }

    fn drop_frame(&mut self, offset: u64, sink: &mut impl FnMut(Item<'_>)) {
        if !std::mem::replace(&mut self.dropping, true) {
            sink(too_long(offset, self.max_frame_bytes));
        }
        self.line.truncate(1);
        self.line.shrink_to(KEPT_CAPACITY);
        self.data.clear();
        self.data.shrink_to(KEPT_CAPACITY);
        self.bare.clear();
    }

    fn starts_bare(&self, line: &[u8], borrowed: &Borrowed<'_>) -> bool {
        line[0] == b'{' && borrowed.is_none() && self.data.is_empty()
    }

    fn keep_bare(&mut self, line: &[u8], offset: u64) {
        if self.bare.is_empty() {
            self.bare_offset = offset;
        }
        self.bare.extend_from_slice(line);
        self.bare.push(b'\n');
    }

    fn flush_bare(&mut self, sink: &mut impl FnMut(Item<'_>)) {
        if self.bare.is_empty() {
            return;
        }
        let bare = std::mem::take(&mut self.bare);
        let offset = self.bare_offset;
        let data = &*text(bare.trim_ascii_end(), offset, sink);
        sink(Item::Frame(Frame { event: "", data, id: "", retry: None, offset, origin: Origin::Bare }));
    }
}

const BOM: &[u8] = b"\xEF\xBB\xBF";
const LONGEST_FIELD: usize = "event".len();
/// What a buffer that overflowed may keep of its memory, in bytes.
const KEPT_CAPACITY: usize = 64 * 1024;
