//! IBM watsonx.ai `text/generation_stream`: results with the text since the frame before.

use super::fields::{keep, logprobs, metadata};
use super::{Decode, Out, Progress, error, payload};
use crate::event::{FinishReason, Usage};
use crate::json::{Cursor, Kind, SyntaxError};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct Watsonx {
    finished: bool,
}

impl Decode for Watsonx {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let Some(mut response) = payload(frame, out) else { return Ok(()) };
        response.object(|key, value| {
            match key {
                "model_id" => out.metadata(None, value.string()?),
                "results" => {
                    let mut choice = 0;
                    value.array(|result| {
                        self.result(choice, result, out)?;
                        choice += 1;
                        Ok(())
                    })?;
                }
                "error" if value.peek() != Kind::Null => error(value, out)?,
                "errors" => drop(value.array(|each| error(each, out))?),
                _ if METADATA.contains(&key) => metadata(None, ("", key), value, out)?,
                _ => keep(("", key), RESPONSE_FIELDS, value, out)?,
            }
            Ok(())
        })?;
        response.end()
    }

    fn progress(&self) -> Progress {
        if self.finished { Progress::Complete } else { Progress::Open }
    }
}

impl Watsonx {
    fn result(&mut self, choice: u32, result: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let (mut text, mut finish, mut usage, mut tokens) = (None, None, Usage::default(), None);
        result.object(|key, value| {
            match key {
                "generated_text" if value.peek() == Kind::String => value.string_into(&mut text)?,
                "stop_reason" => value.string_into(&mut finish)?,
                "generated_token_count" => value.u64_into(&mut usage.output_tokens)?,
                // The first frame has it; the others have 0.
                "input_token_count" => usage.input_tokens = value.u64()?.filter(|count| *count > 0),
                "generated_tokens" => value.later_into(&mut tokens)?,
                "seed" | "input_tokens" | "moderations" => metadata(Some(choice), ("results", key), value, out)?,
                _ => keep(("results", key), &[], value, out)?,
            }
            Ok(())
        })?;
        if let Some(text) = text {
            out.text(choice, text);
        }
        if let Some(mut tokens) = tokens {
            logprobs(choice, &mut tokens, out)?;
        }
        out.usage(usage);
        if let Some(raw_reason) = finish.filter(|reason| !reason.is_empty() && *reason != "not_finished") {
            self.finished = true;
            let reason = reason(raw_reason);
            out.finish(choice, reason, raw_reason);
        }
        Ok(())
    }
}

fn reason(raw: &str) -> FinishReason {
    match raw {
        "eos_token" | "stop_sequence" => FinishReason::Stop,
        "max_tokens" | "token_limit" => FinishReason::Length,
        "error" => FinishReason::Error,
        // `cancelled`, `time_limit`
        _ => FinishReason::Other,
    }
}

/// Warnings about the model's licence, and what stands beside an error.
const METADATA: &[&str] = &["model_version", "system", "trace", "status_code", "status", "id", "metadata"];

/// When it was made.
const RESPONSE_FIELDS: &[&str] = &["created_at"];
