//! Replicate predictions: the event's name says what its data, plain text, are.

use super::{Decode, Out, Progress};
use crate::event::FinishReason;
use crate::json::{Cursor, Kind, Strings, SyntaxError};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct Replicate {
    done: bool,
}

impl Decode for Replicate {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        match frame.event {
            "output" => out.text(0, frame.data),
            "error" => self.error(frame.data, out),
            "done" => self.done(frame.data, out),
            name => out.unknown(name, frame.data),
        }
        Ok(())
    }

    fn progress(&self) -> Progress {
        if self.done { Progress::Closed } else { Progress::Open }
    }
}

impl Replicate {
    /// `{"detail": "words"}`, or words.
    fn error(&mut self, data: &str, out: &mut Out<'_>) {
        let message = field(data, "detail").unwrap_or_else(|| data.to_owned());
        out.error(None, &message);
    }

    /// `{}` where all went well, which says no more about why the model stopped; or `{"reason": "canceled"|"error"}`.
    fn done(&mut self, data: &str, out: &mut Out<'_>) {
        self.done = true;
        if let Some(raw_reason) = field(data, "reason") {
            let reason = if raw_reason == "error" { FinishReason::Error } else { FinishReason::Other };
            out.finish(0, reason, &raw_reason);
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
            _ if key == name => value.string_into(&mut found)?,
            _ => value.skip()?,
        }
        Ok(())
    });
    read.and(cursor.end()).ok()?;
    found.map(Into::into)
}
