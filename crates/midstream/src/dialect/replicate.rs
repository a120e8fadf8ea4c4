//! Replicate predictions: the event's name says what its data, plain text, are.

use super::{Decode, Delta, Progress, Sink};
use crate::event::FinishReason;
use crate::json::{Cursor, Kind, Strings, SyntaxError};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct Replicate {
    done: bool,
}

impl Decode for Replicate {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
        match frame.event {
            "output" => out.delta(Delta::Text { choice: 0, text: frame.data }),
            "error" => self.error(frame.data, out),
            "done" => self.done(frame.data, out),
            name => out.delta(Delta::Unknown { name, raw: frame.data }),
        }
        Ok(())
    }

    fn progress(&self) -> Progress {
        if self.done { Progress::Closed } else { Progress::Open }
    }
}

impl Replicate {
    /// `{"detail": "words"}`, or words.
    fn error(&mut self, data: &str, out: &mut dyn Sink) {
        let message = field(data, "detail").unwrap_or_else(|| data.to_owned());
        out.delta(Delta::Error { code: None, message: &message });
    }

    /// `{}` where all went well, which says no more about why the model stopped; or `{"reason": "canceled"|"error"}`.
    fn done(&mut self, data: &str, out: &mut dyn Sink) {
        self.done = true;
        if let Some(raw_reason) = field(data, "reason") {
            let reason = if raw_reason == "error" { FinishReason::Error } else { FinishReason::Other };
            out.delta(Delta::Finish { choice: 0, reason, raw_reason: &raw_reason });
        }
    }
}

/// The string `name` of the object that `data` may be.
fn field(data: &str, name: &str) -> Option<String> {
    let mut found = None;
    let strings = Strings::default();
    let mut cursor = Cursor::new(data, &strings);
    if cursor.peek() != Kind::Object {
        return None;
    }
    let read = cursor.object(|key, value| {
        match key {
            _ if key == name => found = value.string()?,
            _ => value.skip()?,
        }
        Ok(())
    });
    read.and(cursor.end()).ok()?;
    found.map(Into::into)
}
