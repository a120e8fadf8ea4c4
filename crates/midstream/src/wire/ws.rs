//! WebSocket messages as recorders write them: one `{kind, direction, data}` a line.
//!
//! Messages received are frames; messages sent and other lines (the hand-shake's request) only keep the connection
//! open. `data` is the message: JSON as it stands, or a string with its text. A message of a kind other than `message`
//! and `text`, such as `binary`, whose data is base64, has its kind as the frame's event.

use super::ndjson::Ndjson;
use super::{Frame, Item, Origin};
use crate::error::{Error, ErrorKind};
use crate::json::{Cursor, Kind, Strings, SyntaxError};

#[derive(Debug)]
pub(super) struct Ws {
    lines: Ndjson,
    recognised: bool,
}

impl Ws {
    pub(super) fn new(max_frame_bytes: usize) -> Self {
        Self { lines: Ndjson::new(max_frame_bytes), recognised: false }
    }

    /// Whether anything showed that the body is in this framing.
    pub(super) fn recognised(&self) -> bool {
        self.recognised
    }

    pub(super) fn feed(&mut self, bytes: &[u8], offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        let Self { lines, recognised } = self;
        lines.feed(bytes, offset, &mut |item| line(item, recognised, sink));
    }

    pub(super) fn finish(&mut self, sink: &mut dyn FnMut(Item<'_>)) {
        let Self { lines, recognised } = self;
        lines.finish(&mut |item| line(item, recognised, sink));
    }
}

fn line(item: Item<'_>, recognised: &mut bool, sink: &mut dyn FnMut(Item<'_>)) {
    let Item::Frame(line) = item else {
        // A line that is only too long may well have been a message.
        *recognised |= matches!(&item, Item::Fault(error) if error.kind == ErrorKind::Limit);
        return sink(item);
    };
    let strings = Strings::default();
    let mut record = Record::default();
    let result = record.read(line.data, &strings);
    *recognised |= record.is_known;
    if let Err(error) = result {
        let (kind, found) = match line.origin {
            Origin::Incomplete => (ErrorKind::IncompleteFrame, "the end of the body"),
            _ => (ErrorKind::MalformedFrame, "a line that is not"),
        };
        let message = format!("expected {} in a `{{kind, direction, data}}`, found {found}", error.expected());
        return sink(Item::Fault(Error::new(kind, place(&line, error.at()), message)));
    }
    if !record.received {
        return sink(Item::KeepAlive);
    }
    let event = match record.kind {
        "message" | "text" => "",
        other => other,
    };
    let offset = place(&line, record.data_at);
    sink(Item::Frame(Frame { event, data: record.data, id: "", retry: None, offset, origin: Origin::Message }));
}

/// The offset into the body of byte `at` of a line; of the line itself where bytes before it were replaced by longer
/// ones, so that they can't be counted.
fn place(line: &Frame<'_>, at: usize) -> u64 {
    if line.data.contains('\u{FFFD}') { line.offset } else { line.offset + at as u64 }
}

/// One line of a recording.
#[derive(Default)]
struct Record<'l> {
    kind: &'l str,
    received: bool,
    data: &'l str,
    /// Where the data begins in the line.
    data_at: usize,
    /// It has a member that recordings have.
    is_known: bool,
}

impl<'l> Record<'l> {
    fn read(&mut self, line: &'l str, strings: &'l Strings) -> Result<(), SyntaxError> {
        let mut cursor = Cursor::new(line, strings);
        cursor.object(|key, value| {
            self.is_known |= matches!(key, "kind" | "direction" | "request" | "response");
            match key {
                "kind" => self.kind = value.string()?.unwrap_or_default(),
                "direction" => self.received = value.string()? == Some("received"),
                "data" => self.data(value, line)?,
                _ => value.skip()?,
            }
            Ok(())
        })?;
        cursor.end()
    }

    fn data(&mut self, value: &mut Cursor<'l>, line: &str) -> Result<(), SyntaxError> {
        let is_string = value.peek() == Kind::String;
        let mut copy = *value;
        let raw = value.raw()?;
        self.data_at = raw.as_ptr() as usize - line.as_ptr() as usize + usize::from(is_string);
        self.data = if is_string { copy.string()?.unwrap_or_default() } else { raw };
        Ok(())
    }
}
