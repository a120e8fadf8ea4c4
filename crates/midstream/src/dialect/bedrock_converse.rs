//! Amazon Bedrock `ConverseStream`: numbered content blocks, each event a union with one member.

use super::blocks::{Blocks, ToolName};
use super::fields::{keep, metadata};
use super::usage::spent;
use super::{Decode, Out, Progress, payload};
use crate::event::FinishReason;
use crate::json::{Cursor, Kind, SyntaxError};
use crate::wire::{Frame, Origin};

#[derive(Debug, Default)]
pub(super) struct BedrockConverse {
    blocks: Blocks,
    /// Id of the call whose result came last.
    result: Option<Box<str>>,
    stopped: bool,
    /// `metadata` was seen. It follows `messageStop`, in some recordings it precedes it.
    metered: bool,
    failed: bool,
}

impl Decode for BedrockConverse {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if frame.origin == Origin::Exception {
            self.failed = true;
            exception(frame.event, frame.data, out);
            return Ok(());
        }
        let Some(mut cursor) = payload(frame, out) else { return Ok(()) };
        // Over an event stream the event's name is a header. Where that framing was stripped, it is the one key.
        if frame.event.is_empty() {
            cursor.object(|key, value| match key {
                "p" => value.skip(),
                _ if value.peek() == Kind::Null => value.skip(),
                _ => self.event(key, value, out),
            })?;
        } else {
            self.event(frame.event, &mut cursor, out)?;
        }
        cursor.end()
    }

    fn progress(&self) -> Progress {
        match (self.stopped, self.metered) {
            _ if self.failed => Progress::Closed,
            (true, true) => Progress::Closed,
            (true, false) => Progress::Complete,
            (false, _) => Progress::Open,
        }
    }
}

impl BedrockConverse {
    fn event(&mut self, name: &str, value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        match name {
            "contentBlockDelta" => self.change(value, out)?,
            "contentBlockStart" => self.start(value, out)?,
            "contentBlockStop" => {
                let index = index(value)?;
                self.blocks.end(index, out);
            }
            "messageStart" => {
                value.object(|key, value| keep((name, key), &["role", "p"], value, out))?;
            }
            "messageStop" => self.stop(value, out)?,
            "metadata" => {
                self.metered = true;
                response_metadata(value, out)?;
            }
            name if name.ends_with("Exception") => {
                self.failed = true;
                exception(name, value.raw()?, out);
            }
            name => out.unknown(name, value.raw()?),
        }
        Ok(())
    }

    /// Nearly all events of a stream. The block's number comes before the delta, as keys are sorted; where it does
    /// not, the delta waits.
    fn change(&mut self, value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let (mut index, mut waiting) = (None, None);
        value.object(|key, value| {
            match key {
                "contentBlockIndex" => value.u64_into(&mut index)?,
                "delta" if index.is_some() => self.delta(index, value, out)?,
                "delta" => value.later_into(&mut waiting)?,
                _ => keep(("contentBlockDelta", key), PADDING, value, out)?,
            }
            Ok(())
        })?;
        match waiting {
            Some(mut delta) => self.delta(index, &mut delta, out),
            None => Ok(()),
        }
    }

    fn delta(&mut self, index: Option<u64>, value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        value.object(|key, value| {
            match key {
                "text" if value.peek() == Kind::String => {
                    let text = value.string()?.unwrap_or_default();
                    self.blocks.prose(index, out);
                    out.text(0, text);
                }
                "toolUse" => self.input(index, value, out)?,
                "reasoningContent" => {
                    self.blocks.prose(index, out);
                    reasoning(value, out)?;
                }
                "citation" if value.peek() == Kind::Object => citation(value.raw()?, out)?,
                // Of a tool that the provider runs; its status stands in the block's start.
                "toolResult" if value.peek() != Kind::Null => {
                    let (id, raw) = (self.result.as_deref().unwrap_or_default(), value.raw()?);
                    out.tool_result(0, id, raw, None);
                }
                // Images, and members yet to come.
                _ => keep(("contentBlockDelta.delta", key), &[], value, out)?,
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Text has a start only with some models; tool calls always have one.
    fn start(&mut self, value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let (mut index, mut start) = (None, None);
        value.object(|key, value| {
            match key {
                "contentBlockIndex" => value.u64_into(&mut index)?,
                "start" => value.later_into(&mut start)?,
                _ => keep(("contentBlockStart", key), PADDING, value, out)?,
            }
            Ok(())
        })?;
        self.blocks.begin(index, out);
        let Some(mut start) = start else { return Ok(()) };
        start.object(|key, value| match key {
            "toolUse" if value.peek() == Kind::Object => self.call(index, value, out),
            "text" => value.skip(),
            "toolResult" => {
                self.result = tool_use_id(*value)?;
                keep(("contentBlockStart.start", key), &[], value, out)
            }
            _ => keep(("contentBlockStart.start", key), &[], value, out),
        })?;
        Ok(())
    }

    fn call(&mut self, index: Option<u64>, value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let (mut id, mut name, mut provider_executed) = (None, None, false);
        value.object(|key, value| {
            match key {
                "toolUseId" => value.string_into(&mut id)?,
                "name" => value.string_into(&mut name)?,
                "type" => provider_executed = value.string()? == Some("server_tool_use"),
                _ => keep(("contentBlockStart.start.toolUse", key), &[], value, out)?,
            }
            Ok(())
        })?;
        let (id, name) = (id.unwrap_or_default(), name.unwrap_or_default());
        self.blocks.call(index, ToolName { id, name, provider_executed }, None, out);
        Ok(())
    }

    fn input(&mut self, index: Option<u64>, value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let (whole, mut known) = (*value, false);
        value.object(|key, value| {
            if key == "input" && value.peek() == Kind::String {
                let text = value.string()?.unwrap_or_default();
                known = self.blocks.input(index, text, out);
                return Ok(());
            }
            value.skip()
        })?;
        if !known {
            out.unknown("contentBlockDelta.delta.toolUse", { whole }.raw()?);
        }
        Ok(())
    }

    fn stop(&mut self, value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        self.stopped = true;
        let mut reason = None;
        value.object(|key, value| {
            match key {
                "stopReason" => value.string_into(&mut reason)?,
                // Among them `additionalModelResponseFields`: what the host asked for by name.
                _ => keep(("messageStop", key), PADDING, value, out)?,
            }
            Ok(())
        })?;
        if let Some(raw_reason) = reason {
            out.finish(0, stop_reason(raw_reason), raw_reason);
        }
        Ok(())
    }
}

/// Hands on an exception: an event-stream message of its own kind, named by its header.
pub(super) fn exception(name: &str, data: &str, out: &mut Out<'_>) {
    let (mut message, mut original) = (None, None);
    let read = Cursor::new(data, out.strings).object(|key, value| {
        match key {
            "message" | "Message" => value.string_into(&mut message)?,
            // `modelStreamErrorException`: what the model's own server said.
            "originalMessage" => value.string_into(&mut original)?,
            _ => value.skip()?,
        }
        Ok(())
    });
    let message = message.or(original).filter(|_| read.is_ok());
    out.error(Some(name), message.unwrap_or(data));
}

/// Token counts, and the trace of a guardrail, which holds text that the answer does not.
fn response_metadata(value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    value.object(|key, value| {
        match key {
            "usage" => spent(value, out)?,
            // Latency and the class of service.
            "metrics" | "performanceConfig" | "serviceTier" => metadata(None, ("metadata", key), value, out)?,
            _ => keep(("metadata", key), PADDING, value, out)?,
        }
        Ok(())
    })?;
    Ok(())
}

fn reasoning(value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    value.object(|key, value| {
        match key {
            "text" if value.peek() == Kind::String => {
                let text = value.string()?.unwrap_or_default();
                out.reasoning(0, text);
            }
            "signature" if value.peek() == Kind::String => {
                let signature = value.string()?.unwrap_or_default();
                out.signature(0, signature);
            }
            "redactedContent" if value.peek() == Kind::String => {
                let data = value.string()?.unwrap_or_default();
                out.redacted(0, data);
            }
            _ => keep(("contentBlockDelta.delta.reasoningContent", key), &[], value, out)?,
        }
        Ok(())
    })?;
    Ok(())
}

fn citation(raw: &str, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    let (mut url, mut title) = (None, None);
    Cursor::new(raw, out.strings).object(|key, value| {
        match key {
            "title" => value.string_into(&mut title)?,
            // A union: a place in a document, or `web` with an address.
            "location" => {
                value.object(|_, value| {
                    value.object(|key, value| {
                        match key {
                            "url" => value.string_into(&mut url)?,
                            _ => value.skip()?,
                        }
                        Ok(())
                    })?;
                    Ok(())
                })?;
            }
            _ => value.skip()?,
        }
        Ok(())
    })?;
    out.source(0, url, title, raw);
    Ok(())
}

fn tool_use_id(mut object: Cursor<'_>) -> Result<Option<Box<str>>, SyntaxError> {
    let mut id = None;
    object.object(|key, value| {
        match key {
            "toolUseId" => value.string_into(&mut id)?,
            _ => value.skip()?,
        }
        Ok(())
    })?;
    Ok(id.map(Into::into))
}

fn index(value: &mut Cursor<'_>) -> Result<Option<u64>, SyntaxError> {
    let mut index = None;
    value.object(|key, value| {
        match key {
            "contentBlockIndex" => value.u64_into(&mut index)?,
            _ => value.skip()?,
        }
        Ok(())
    })?;
    Ok(index)
}

/// Bedrock's own words; `model_context_window_exceeded` and the malformed ones came in 2025.
fn stop_reason(raw: &str) -> FinishReason {
    match raw {
        "end_turn" | "stop_sequence" => FinishReason::Stop,
        "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
        "tool_use" => FinishReason::ToolCalls,
        "content_filtered" | "guardrail_intervened" => FinishReason::ContentFilter,
        "malformed_model_output" | "malformed_tool_use" => FinishReason::Error,
        _ => FinishReason::Other,
    }
}

/// A padding of random length, which hides the length of the text from whoever sees the encrypted traffic.
const PADDING: &[&str] = &["p"];
