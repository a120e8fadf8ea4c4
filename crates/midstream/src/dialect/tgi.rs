//! Hugging Face text-generation-inference, `/generate_stream`: a token a frame, the whole text with the last one.

use super::fields::{keep, logprobs, metadata};
use super::{Decode, Out, Progress, error, payload};
use crate::event::{FinishReason, Usage};
use crate::json::{Cursor, Kind, SyntaxError};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct Tgi {
    /// Text was streamed.
    spoke: bool,
    finished: bool,
}

impl Decode for Tgi {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let Some(mut generated) = payload(frame, out) else { return Ok(()) };
        let (mut whole, mut details, mut fault, mut fault_type) = (None, None, None, None);
        let mut runners_up = None;
        generated.object(|key, value| {
            match key {
                "token" => self.token(value, out)?,
                "generated_text" => value.string_into(&mut whole)?,
                "details" if value.peek() == Kind::Object => details = Some(Details::read(value, out)?),
                "top_tokens" => value.later_into(&mut runners_up)?,
                "error" if value.peek() != Kind::Null => fault = Some(*value),
                "error_type" => value.string_into(&mut fault_type)?,
                _ => return keep(("", key), FRAME_FIELDS, value, out),
            }
            if key == "error" { value.skip() } else { Ok(()) }
        })?;
        generated.end()?;
        if let Some(mut fault) = fault {
            match fault_type {
                Some(code) if fault.peek() == Kind::String => {
                    let message = fault.string()?.unwrap_or_default();
                    out.error(Some(code), message);
                }
                _ => error(&mut fault, out)?,
            }
        }
        if let Some(mut runners_up) = runners_up {
            logprobs(0, &mut runners_up, out)?;
        }
        if let Some(text) = whole {
            // It repeats what the tokens said (and, if the request asks for that, the prompt).
            if !self.spoke {
                out.text(0, text);
            }
            self.finished = true;
        }
        if let Some(Details { usage, finish_reason }) = details {
            out.usage(usage);
            if let Some(raw_reason) = finish_reason {
                self.finished = true;
                let reason = reason(raw_reason);
                out.finish(0, reason, raw_reason);
            }
        }
        Ok(())
    }

    fn progress(&self) -> Progress {
        if self.finished { Progress::Closed } else { Progress::Open }
    }
}

impl Tgi {
    /// Special tokens, such as the end of the sequence, are no text.
    fn token(&mut self, token: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let (mut text, mut special) = (None, false);
        token.object(|key, value| {
            match key {
                "text" => value.string_into(&mut text)?,
                "special" => special = value.bool()? == Some(true),
                _ => keep(("token", key), TOKEN_FIELDS, value, out)?,
            }
            Ok(())
        })?;
        if let Some(text) = text.filter(|_| !special) {
            self.spoke |= !text.is_empty();
            out.text(0, text);
        }
        Ok(())
    }
}

struct Details<'a> {
    usage: Usage,
    finish_reason: Option<&'a str>,
}

impl<'a> Details<'a> {
    fn read(details: &mut Cursor<'a>, out: &mut Out<'_>) -> Result<Self, SyntaxError> {
        let mut read = Self { usage: Usage::default(), finish_reason: None };
        details.object(|key, value| {
            match key {
                "finish_reason" => read.finish_reason = value.string()?.filter(|reason| !reason.is_empty()),
                "generated_tokens" => value.u64_into(&mut read.usage.output_tokens)?,
                "input_length" => value.u64_into(&mut read.usage.input_tokens)?,
                // They repeat the stream.
                "tokens" => value.skip()?,
                _ => metadata(None, ("details", key), value, out)?,
            }
            Ok(())
        })?;
        Ok(read)
    }
}

fn reason(raw: &str) -> FinishReason {
    match raw {
        "eos_token" | "stop_sequence" => FinishReason::Stop,
        "length" => FinishReason::Length,
        _ => FinishReason::Other,
    }
}

/// The token's place.
const FRAME_FIELDS: &[&str] = &["index", "details"];

/// The token's number and its probability, which every token has unasked.
const TOKEN_FIELDS: &[&str] = &["id", "logprob"];
