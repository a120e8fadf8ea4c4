//! Ollama's own `/api/chat` and `/api/generate`: an object a line, the last one with `done`.

use super::fields::{keep, logprobs, metadata};
use super::{Decode, Out, Progress, error, payload};
use crate::event::{FinishReason, Usage};
use crate::json::{Cursor, Kind, SyntaxError};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct Ollama {
    /// The first line was read.
    started: bool,
    /// Tool calls so far.
    calls: u32,
    done: bool,
}

impl Decode for Ollama {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let Some(mut line) = payload(frame, out) else { return Ok(()) };
        // The first time, who answers is to be known before the answer.
        let first = !std::mem::replace(&mut self.started, true);
        let (mut message, mut thinking, mut response, mut reason) = (None, None, None, None);
        let mut probabilities = None;
        let mut usage = Usage::default();
        line.object(|key, value| {
            match key {
                "model" => out.metadata(None, value.string()?),
                "message" if first && value.peek() == Kind::Object => value.later_into(&mut message)?,
                "message" if value.peek() == Kind::Object => self.message(value, out)?,
                "response" if value.peek() == Kind::String => value.string_into(&mut response)?,
                "thinking" if value.peek() == Kind::String => value.string_into(&mut thinking)?,
                "tool_calls" if value.peek() == Kind::Array => value.array(|call| self.tool_call(call, out))?,
                "done" => self.done |= value.bool()? == Some(true),
                "done_reason" => reason = value.string()?.filter(|reason| !reason.is_empty()),
                "prompt_eval_count" => value.u64_into(&mut usage.input_tokens)?,
                "eval_count" => value.u64_into(&mut usage.output_tokens)?,
                "error" if value.peek() != Kind::Null => error(value, out)?,
                "logprobs" => value.later_into(&mut probabilities)?,
                _ if METADATA.contains(&key) => metadata(None, ("", key), value, out)?,
                _ => keep(("", key), LINE_FIELDS, value, out)?,
            }
            Ok(())
        })?;
        if let Some(mut message) = message {
            self.message(&mut message, out)?;
        }
        prose(thinking, response, out);
        if let Some(mut probabilities) = probabilities {
            logprobs(0, &mut probabilities, out)?;
        }
        if !usage.is_empty() {
            out.usage(usage);
        }
        // Servers before 0.1.36 gave no reason.
        if let Some(raw_reason) = reason.filter(|_| self.done) {
            let reason = self.finish_reason(raw_reason);
            out.finish(0, reason, raw_reason);
        }
        line.end()
    }

    fn progress(&self) -> Progress {
        if self.done { Progress::Closed } else { Progress::Open }
    }
}

impl Ollama {
    fn message(&mut self, message: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let (mut thinking, mut content, mut calls) = (None, None, None);
        message.object(|key, value| {
            match key {
                "content" if value.peek() == Kind::String => value.string_into(&mut content)?,
                "thinking" if value.peek() == Kind::String => value.string_into(&mut thinking)?,
                "tool_calls" if value.peek() == Kind::Array => value.later_into(&mut calls)?,
                _ => keep(("message", key), MESSAGE_FIELDS, value, out)?,
            }
            Ok(())
        })?;
        prose(thinking, content, out);
        if let Some(mut calls) = calls {
            calls.array(|call| self.tool_call(call, out))?;
        }
        Ok(())
    }

    /// A tool call comes whole.
    fn tool_call(&mut self, call: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let whole = *call;
        let (mut id, mut name, mut arguments) = (None, None, None);
        call.object(|key, value| {
            match key {
                "id" => value.string_into(&mut id)?,
                "function" => {
                    value.object(|key, value| {
                        match key {
                            "name" => value.string_into(&mut name)?,
                            // Proxies that come from OpenAI's format send a string.
                            "arguments" if value.peek() == Kind::String => value.string_into(&mut arguments)?,
                            "arguments" if value.peek() != Kind::Null => value.raw_into(&mut arguments)?,
                            _ => keep(("function", key), FUNCTION_FIELDS, value, out)?,
                        }
                        Ok(())
                    })?;
                }
                _ => keep(("tool_calls", key), CALL_FIELDS, value, out)?,
            }
            Ok(())
        })?;
        if name.is_none() && arguments.is_none() {
            out.unknown("tool_calls", { whole }.raw()?);
            return Ok(());
        }
        let slot = self.calls;
        self.calls = slot.wrapping_add(1);
        let (id, name) = (id.unwrap_or_default(), name.unwrap_or_default());
        out.tool_start(0, slot, id, name, false);
        out.tool_input(slot, arguments.unwrap_or_default());
        out.tool_end(slot);
        Ok(())
    }

    /// Ollama says `stop` where the model waits for tool results, too; its own `/v1` endpoint says `tool_calls` then.
    fn finish_reason(&self, raw: &str) -> FinishReason {
        match raw {
            "stop" if self.calls > 0 => FinishReason::ToolCalls,
            "stop" => FinishReason::Stop,
            "length" => FinishReason::Length,
            // `load` and `unload`: the model was, and nothing was asked.
            _ => FinishReason::Other,
        }
    }
}

fn prose(thinking: Option<&str>, text: Option<&str>, out: &mut Out<'_>) {
    if let Some(text) = thinking {
        out.reasoning(0, text);
    }
    if let Some(text) = text {
        out.text(0, text);
    }
}

/// Durations in nanoseconds, where a remote model runs, and the context of `/api/generate`: the tokens of the
/// conversation, for a request that goes on with it.
const METADATA: &[&str] = &[
    "total_duration",
    "load_duration",
    "prompt_eval_duration",
    "eval_duration",
    "remote_model",
    "remote_host",
    "context",
    "status_code",
];

/// When the line was made.
const LINE_FIELDS: &[&str] = &["created_at"];

const MESSAGE_FIELDS: &[&str] = &["role"];

const CALL_FIELDS: &[&str] = &["type"];

/// The call's number among parallel ones.
const FUNCTION_FIELDS: &[&str] = &["index"];
