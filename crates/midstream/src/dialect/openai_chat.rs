//! OpenAI `chat.completions` chunks, and what its cousins make of them.

use std::borrow::Cow;

use super::{DONE, Decode, Delta, Progress, Sink, error, payload};
use crate::event::{FinishReason, Usage};
use crate::json::{Cursor, Kind, SyntaxError};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct OpenaiChat {
    progress: Option<Progress>,
}

impl Decode for OpenaiChat {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
        if frame.data.trim_ascii() == DONE {
            self.progress = Some(Progress::Closed);
            return Ok(());
        }
        let Some(mut chunk) = payload(frame, out) else { return Ok(()) };
        chunk.object(|key, value| match key {
            "choices" => value.array(|value| self.choice(value, out)).map(drop),
            "error" => error(value, out),
            _ => value.skip(),
        })?;
        Ok(())
    }

    fn progress(&self) -> Progress {
        self.progress.unwrap_or(Progress::Open)
    }
}

impl OpenaiChat {
    fn choice(&mut self, choice: &mut Cursor<'_>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
        let mut finish: Option<Cow<'_, str>> = None;
        choice.object(|key, value| {
            match key {
                "delta" => {
                    value.object(|key, value| {
                        match key {
                            "content" => {
                                if let Some(text) = value.string()? {
                                    out.delta(Delta::Text { choice: 0, text: &text });
                                }
                            }
                            _ => value.skip()?,
                        }
                        Ok(())
                    })?;
                }
                "finish_reason" if value.peek() == Kind::String => finish = value.string()?,
                _ => value.skip()?,
            }
            Ok(())
        })?;
        if let Some(raw_reason) = finish {
            self.progress = Some(Progress::Complete);
            out.delta(Delta::Finish { choice: 0, reason: FinishReason::Stop, raw_reason: &raw_reason });
        }
        let _ = Usage::default();
        Ok(())
    }
}
