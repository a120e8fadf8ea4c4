//! OpenAI audio transcription: the text by deltas or, where speakers are told apart, by segments.

use super::fields::logprobs;
use super::said::Said;
use super::usage::Spent;
use super::{DONE, Decode, Out, Progress, error, payload};
use crate::json::{Cursor, SyntaxError};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct OpenaiTranscription {
    said: Said,
    /// Deltas bring the text, so that segments repeat it.
    streamed: bool,
    progress: Option<Progress>,
}

impl Decode for OpenaiTranscription {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if frame.data.trim_ascii() == DONE {
            self.progress = self.progress.map(|_| Progress::Closed);
            return Ok(());
        }
        let Some(mut cursor) = payload(frame, out) else { return Ok(()) };
        let event = Event::read(&mut cursor)?;
        match event.kind {
            "transcript.text.delta" => {
                self.streamed = true;
                self.say(event.delta.unwrap_or_default(), out);
                event.logprobs.map_or(Ok(()), |mut value| logprobs(0, &mut value, out))?;
            }
            "transcript.text.segment" => {
                if !self.streamed {
                    let text = event.text.unwrap_or_default();
                    // Segments begin with the space that parts them from the one before; the whole text does not.
                    self.say(if self.said.is_empty() { text.trim_start() } else { text }, out);
                    out.block_end(0);
                }
                // Who speaks, and when.
                out.unknown(event.kind, frame.data);
            }
            "transcript.text.done" => self.done(&event, frame, out),
            "" | "error" if event.error.is_some() => {
                self.progress = Some(Progress::Complete);
                event.error.map_or(Ok(()), |mut object| error(&mut object, out))?;
            }
            name => out.unknown(name, frame.data),
        }
        cursor.end()
    }

    fn progress(&self) -> Progress {
        self.progress.unwrap_or(Progress::Open)
    }
}

impl OpenaiTranscription {
    fn say(&mut self, text: &str, out: &mut Out<'_>) {
        self.said.push(text);
        out.text(0, text);
    }

    fn done(&mut self, event: &Event<'_>, frame: &Frame<'_>, out: &mut Out<'_>) {
        let whole = event.text.unwrap_or_default();
        match self.said.rest(whole) {
            Some(rest) => self.say(rest, out),
            None if whole.is_empty() => {}
            // It contradicts what was said, which can't be unsaid.
            None => out.unknown(event.kind, frame.data),
        }
        out.block_end(0);
        event.usage.give(out);
        self.progress = Some(Progress::Complete);
    }
}

#[derive(Debug, Default)]
struct Event<'a> {
    kind: &'a str,
    delta: Option<&'a str>,
    text: Option<&'a str>,
    logprobs: Option<Cursor<'a>>,
    usage: Spent<'a>,
    error: Option<Cursor<'a>>,
}

impl<'a> Event<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Result<Self, SyntaxError> {
        let mut event = Self::default();
        cursor.object(|key, value| {
            match key {
                "type" => value.text_into(&mut event.kind)?,
                "delta" => value.string_into(&mut event.delta)?,
                "text" => value.string_into(&mut event.text)?,
                "usage" => event.usage = Spent::read(value)?,
                "error" => event.error = super::openai_event::keep(value)?,
                "logprobs" => value.later_into(&mut event.logprobs)?,
                // The segment that a delta belongs to.
                _ => value.skip()?,
            }
            Ok(())
        })?;
        Ok(event)
    }
}
