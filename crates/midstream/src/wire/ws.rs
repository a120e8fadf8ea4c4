//! WebSocket messages as recorders write them: one `{kind, direction, data}` a line.
//!
//! Messages received are frames; messages sent and other lines (the hand-shake's request) only keep the connection
//! open. `data` is the message: JSON as it stands, or a string with its text. A message of a kind other than `message`
//! and `text`, such as `binary`, whose data is base64, has its kind as the frame's event.

use std::borrow::Cow;

use super::ndjson::Ndjson;
use super::{Frame, Item, Origin};
use crate::error::{Error, ErrorKind};
use crate::json::{Cursor, Kind, SyntaxError};

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

    pub(super) fn feed(&mut self, bytes: &[u8], offset: u64, sink: &mut impl FnMut(Item<'_>)) {
        let Self { lines, recognised } = self;
        lines.feed(bytes, offset, &mut |item| line(item, recognised, sink));
    }

    pub(super) fn finish(&mut self, sink: &mut impl FnMut(Item<'_>)) {
        let Self { lines, recognised } = self;
        lines.finish(&mut |item| line(item, recognised, sink));
    }
}

fn line(item: Item<'_>, recognised: &mut bool, sink: &mut impl FnMut(Item<'_>)) {
    let Item::Frame(line) = item else { return sink(item) };
    let record = match Record::read(line.data) {
        Ok(record) => record,
        Err(error) => {
            let (kind, found) = match line.origin {
                Origin::Incomplete => (ErrorKind::IncompleteFrame, "the end of the body"),
                _ => (ErrorKind::MalformedFrame, "a line that is not"),
            };
            let message = format!("expected {} in a `{{kind, direction, data}}`, found {found}", error.expected);
            return sink(Item::Fault(Error::new(kind, line.offset + error.at as u64, message)));
        }
    };
    *recognised |= record.is_known;
    if !record.received {
        return sink(Item::KeepAlive);
    }
    let event = match &*record.kind {
        "message" | "text" => "",
        other => other,
    };
    let offset = line.offset + record.data_at as u64;
    sink(Item::Frame(Frame { event, data: &record.data, id: "", retry: None, offset, origin: Origin::Message }));
}

/// One line of a recording.
#[derive(Default)]
struct Record<'l> {
    kind: Cow<'l, str>,
    received: bool,
    data: Cow<'l, str>,
    /// Where the data begins in the line.
    data_at: usize,
    /// It has a member that recordings have.
    is_known: bool,
}

impl<'l> Record<'l> {
    fn read(line: &'l str) -> Result<Self, SyntaxError> {
        let mut record = Self::default();
        let mut cursor = Cursor::new(line);
        cursor.object(|key, value| {
            match key {
                "kind" => record.kind = value.string()?.unwrap_or_default(),
                "direction" => record.received = value.string()?.as_deref() == Some("received"),
                "data" => {
                    let is_string = value.peek() == Kind::String;
                    let mut copy = *value;
                    let raw = value.raw()?;
                    record.data_at = raw.as_ptr() as usize - line.as_ptr() as usize + usize::from(is_string);
                    record.data = match is_string {
                        true => copy.string()?.unwrap_or_default(),
                        false => Cow::Borrowed(raw),
                    };
                    return Ok(());
                }
                _ => value.skip()?,
            }
            record.is_known |= matches!(key, "kind" | "direction" | "request" | "response");
            Ok(())
        })?;
        cursor.end()?;
        Ok(record)
    }
}
