//! Server-sent events, as WHATWG HTML section 9.2.6 interprets them.
//!
//! Beyond the specification, and marked as such by [`Origin`]: bare JSON between events and an event that the end of
//! the body cut off are handed on instead of being dropped.

use memchr::memchr2;

use super::held::KEPT_CAPACITY;
use super::ignored::Ignored;
use super::nesting::Nesting;
use super::{Frame, Item, Origin, too_long, utf8};

#[derive(Debug)]
pub(super) struct Sse {
    max_frame_bytes: usize,
    /// The last byte was a CR: an LF now belongs to it.
    after_cr: bool,
    /// The current line as far as it came in earlier pieces, and where in the body it began. Of a comment or a line
    /// over the limit only the first byte is kept.
    line: Vec<u8>,
    line_offset: u64,
    /// The current line is over the limit: it is read to its end and dropped.
    line_over: bool,
    event: String,
    /// The data lines so far, each followed by LF, and where in the body the first began. The only one may still lie
    /// in the caller's piece (`Borrowed`).
    data: Vec<u8>,
    data_offset: u64,
    id: String,
    retry: Option<u64>,
    /// JSON without framing, as far as it has come, and where it began.
    bare: Vec<u8>,
    bare_offset: u64,
    bare_nesting: Nesting,
    /// It is whole and waits for the event that began before it.
    bare_closed: bool,
    /// The frame is over the limit: its data is dropped.
    dropping: bool,
    ignored: Ignored,
    recognised: bool,
}

/// The event's only data line, while it still lies in the caller's bytes.
type Borrowed<'c> = Option<(&'c [u8], u64)>;

impl Sse {
    pub(super) fn new(max_frame_bytes: usize) -> Self {
        Self {
            max_frame_bytes,
            after_cr: false,
            line: Vec::new(),
            line_offset: 0,
            line_over: false,
            event: String::new(),
            data: Vec::new(),
            data_offset: 0,
            id: String::new(),
            retry: None,
            bare: Vec::new(),
            bare_offset: 0,
            bare_nesting: Nesting::lines(),
            bare_closed: false,
            dropping: false,
            ignored: Ignored::default(),
            recognised: false,
        }
    }

    /// Whether anything showed that the body is in this framing.
    pub(super) fn recognised(&self) -> bool {
        self.recognised
    }

    /// Whether a line has begun, so that nothing happens before its end.
    pub(super) fn in_line(&self) -> bool {
        !self.line.is_empty()
    }

    /// Takes bytes that begin at `offset` in the body.
    pub(super) fn feed(&mut self, bytes: &[u8], offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        let mut at = 0;
        let mut borrowed: Borrowed<'_> = None;
        while at < bytes.len() {
            if self.after_cr {
                self.after_cr = false;
                if bytes[at] == b'\n' {
                    at += 1;
                    continue;
                }
            }
            let line_offset = offset + at as u64;
            let Some(length) = memchr2(b'\n', b'\r', &bytes[at..]) else {
                self.spill(&mut borrowed);
                self.keep_line(&bytes[at..], line_offset, sink);
                break;
            };
            let line = &bytes[at..at + length];
            at += length + 1;
            self.after_cr = bytes[at - 1] == b'\r';
            if self.line.is_empty() {
                self.take_line(line, line_offset, &mut borrowed, sink);
            } else {
                self.keep_line(line, line_offset, sink);
                self.take_kept_line(sink);
            }
        }
        self.spill(&mut borrowed);
    }

    /// Takes the end of the body.
    pub(super) fn finish(&mut self, sink: &mut dyn FnMut(Item<'_>)) {
        if !self.line.is_empty() {
            self.take_kept_line(sink);
        }
        if !self.data.is_empty() && !self.dropping {
            self.dispatch(&mut None, Origin::Incomplete, sink);
        }
        self.flush_bare(sink);
        // Where nothing else came, the body is no stream, which is told instead.
        if self.recognised {
            self.end_ignored(sink);
        }
    }

    /// Keeps a part of the current line until the rest of it comes.
    fn keep_line(&mut self, bytes: &[u8], offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        if self.line.is_empty() {
            self.line_offset = offset;
        }
        if self.line_over || (self.line.first() == Some(&b':')) {
            return;
        }
        self.line.extend_from_slice(bytes);
        if self.line.first() == Some(&b':') {
            self.line.truncate(1);
        } else if self.is_over(self.line.len(), &None) {
            self.line_over = true;
            self.drop_frame(self.line_offset, sink);
            self.line.truncate(1);
            self.line.shrink_to(KEPT_CAPACITY);
        }
    }

    /// Takes the current line, which did not come in one piece.
    fn take_kept_line(&mut self, sink: &mut dyn FnMut(Item<'_>)) {
        let mut line = std::mem::take(&mut self.line);
        if !std::mem::take(&mut self.line_over) {
            let mut own: Borrowed<'_> = None;
            self.take_line(&line, self.line_offset, &mut own, sink);
            self.spill(&mut own);
        }
        line.clear();
        line.shrink_to(KEPT_CAPACITY);
        self.line = line;
    }

    fn take_line<'c>(
        &mut self,
        line: &'c [u8],
        offset: u64,
        borrowed: &mut Borrowed<'c>,
        sink: &mut dyn FnMut(Item<'_>),
    ) {
        let Some(&first) = line.first() else { return self.end_of_event(borrowed, sink) };
        if first == b':' {
            self.recognised = true;
            self.end_ignored(sink);
            return sink(Item::KeepAlive);
        }
        if self.is_over(line.len(), borrowed) {
            *borrowed = None;
            return self.drop_frame(offset, sink);
        }
        let (field, value) = match memchr::memchr(b':', &line[..line.len().min(LONGEST_FIELD + 1)]) {
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (line, &line[line.len()..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        let value_offset = offset + (line.len() - value.len()) as u64;
        match field {
            b"data" => {
                self.field(borrowed, sink);
                if self.dropping {
                    return;
                }
                self.spill(borrowed);
                if self.data.is_empty() {
                    *borrowed = Some((value, value_offset));
                } else {
                    self.append(value, value_offset);
                }
            }
            b"event" => {
                self.field(borrowed, sink);
                let value = utf8(value, value_offset, sink);
                self.event.clear();
                self.event.push_str(&value);
            }
            b"id" => {
                self.recognised = true;
                self.end_ignored(sink);
                if !value.contains(&0) {
                    let value = utf8(value, value_offset, sink);
                    self.id.clear();
                    self.id.push_str(&value);
                }
            }
            b"retry" => {
                self.recognised = true;
                self.end_ignored(sink);
                if !value.is_empty() && value.iter().all(u8::is_ascii_digit) {
                    let digits = std::str::from_utf8(value).expect("digits are ASCII");
                    self.retry = Some(digits.parse().unwrap_or(u64::MAX));
                }
            }
            // A field that the specification ignores, unless it is JSON that forgot its framing.
            _ => self.bare_line(line, offset, borrowed, sink),
        }
    }

    /// Takes the beginning of a field of an event.
    #[inline]
    fn field(&mut self, borrowed: &Borrowed<'_>, sink: &mut dyn FnMut(Item<'_>)) {
        self.recognised = true;
        self.end_ignored(sink);
        self.close_bare(borrowed, sink);
    }

    /// Tells of the lines before that were ignored.
    #[inline]
    fn end_ignored(&mut self, sink: &mut dyn FnMut(Item<'_>)) {
        if self.ignored.is_open()
            && let Some(error) = self.ignored.end()
        {
            sink(Item::Fault(error));
        }
    }

    fn end_of_event(&mut self, borrowed: &mut Borrowed<'_>, sink: &mut dyn FnMut(Item<'_>)) {
        if !self.dropping && (borrowed.is_some() || !self.data.is_empty()) {
            self.dispatch(borrowed, Origin::Message, sink);
        }
        self.flush_bare(sink);
        self.dropping = false;
        self.event.clear();
        self.data.clear();
        if self.data.capacity() > KEPT_CAPACITY {
            self.data.shrink_to(KEPT_CAPACITY);
        }
    }

    fn dispatch(&mut self, borrowed: &mut Borrowed<'_>, origin: Origin, sink: &mut dyn FnMut(Item<'_>)) {
        let retry = self.retry.take();
        let (data, offset) = match borrowed.take() {
            Some(data) => data,
            None => (&self.data[..self.data.len() - 1], self.data_offset),
        };
        let data = &*utf8(data, offset, sink);
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

    /// Whether `more` bytes of line would bring what is held of the frame over the limit.
    #[inline]
    fn is_over(&self, more: usize, borrowed: &Borrowed<'_>) -> bool {
        let held = self.data.len() + self.bare.len() + borrowed.map_or(0, |(data, _)| data.len() + 1);
        held + more > self.max_frame_bytes
    }

    #[cold]
    fn drop_frame(&mut self, offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        self.recognised = true;
        if self.bare_closed {
            self.flush_bare(sink);
        }
        if !std::mem::replace(&mut self.dropping, true) {
            sink(too_long(offset, self.max_frame_bytes));
        }
        self.data = Vec::new();
        self.bare = Vec::new();
    }

    /// Takes a line that is no field. JSON without framing ends with the line of its last bracket, so that several
    /// values in a row are several frames.
    fn bare_line(&mut self, line: &[u8], offset: u64, borrowed: &Borrowed<'_>, sink: &mut dyn FnMut(Item<'_>)) {
        let value = line.trim_ascii_start();
        let line = if self.bare.is_empty() || self.bare_closed {
            if !matches!(value, [b'{' | b'[', ..]) {
                return self.ignored.line(line, offset);
            }
            self.end_ignored(sink);
            self.flush_bare(sink);
            self.recognised = true;
            self.bare_offset = offset + (line.len() - value.len()) as u64;
            self.bare_nesting = Nesting::lines();
            value
        } else {
            line
        };
        let from = self.bare.len();
        self.bare.extend_from_slice(line);
        self.bare.push(b'\n');
        if self.bare_nesting.scan(&self.bare[from..]).is_some() {
            self.close_bare(borrowed, sink);
        }
    }

    /// Hands on the bare JSON, behind the event that began before it.
    fn close_bare(&mut self, borrowed: &Borrowed<'_>, sink: &mut dyn FnMut(Item<'_>)) {
        if borrowed.is_none() && self.data.is_empty() {
            self.flush_bare(sink);
        } else {
            self.bare_closed = !self.bare.is_empty();
        }
    }

    fn flush_bare(&mut self, sink: &mut dyn FnMut(Item<'_>)) {
        if self.bare.is_empty() {
            return;
        }
        self.bare_closed = false;
        let bare = std::mem::take(&mut self.bare);
        let (event, id, offset) = (&*self.event, &*self.id, self.bare_offset);
        let data = &*utf8(bare.trim_ascii_end(), offset, sink);
        sink(Item::Frame(Frame { event, data, id, retry: None, offset, origin: Origin::Bare }));
    }
}

const LONGEST_FIELD: usize = "event".len();
