//! Cohere `/v2/chat`: numbered content blocks and tool calls, and a plan before the calls that has no number.

use std::borrow::Cow;

use super::blocks::{Blocks, ToolName};
use super::fields::{keep, later};
use super::{Decode, Delta, Progress, Sink, error, payload};
use crate::event::{FinishReason, Usage};
use crate::json::{Cursor, Kind, SyntaxError};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct CohereV2 {
    blocks: Blocks,
    closed: bool,
}

impl Decode for CohereV2 {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
        let Some(mut cursor) = payload(frame, out) else { return Ok(()) };
        let event = Event::read(&mut cursor, out)?;
        let kind = if event.kind.is_empty() { frame.event } else { &*event.kind };
        match kind {
            "content-delta" => self.content(&event, out),
            "content-start" => {
                self.blocks.begin(event.index, out);
                self.content(&event, out);
            }
            "content-end" | "tool-call-end" => self.blocks.end(event.index, out),
            "tool-plan-delta" => {
                self.blocks.prose(Some(PLAN), out);
                let text = event.plan.as_deref().unwrap_or_default();
                out.delta(Delta::Reasoning { choice: 0, text });
            }
            "tool-call-start" => self.call(&event, out),
            "tool-call-delta" => {
                let text = event.arguments.as_deref().unwrap_or_default();
                if !self.blocks.input(event.index, text, out) {
                    out.delta(Delta::Unknown { name: kind, raw: frame.data });
                }
            }
            "citation-start" => match event.citations {
                Some(citations) => sources(citations, out)?,
                None => out.delta(Delta::Unknown { name: kind, raw: frame.data }),
            },
            "citation-end" => {}
            "message-start" => {
                out.delta(Delta::Metadata { id: event.id.as_deref(), model: None });
            }
            "message-end" => {
                self.closed = true;
                if let Some(usage) = event.usage {
                    spent(usage, out)?;
                }
                finish(event.reason.as_deref(), event.fault.as_deref(), out);
            }
            _ if kind == "error" || event.kind.is_empty() && event.error => {
                error(&mut Cursor::new(frame.data), out)?;
                self.closed = true;
            }
            _ => {
                out.delta(Delta::Unknown { name: kind, raw: frame.data });
                return cursor.end();
            }
        }
        if event.strange {
            rest(frame.data, EVENT_FIELDS, out)?;
        }
        cursor.end()
    }

    fn progress(&self) -> Progress {
        if self.closed { Progress::Closed } else { Progress::Open }
    }
}

impl CohereV2 {
    fn content(&mut self, event: &Event<'_>, out: &mut dyn Sink) {
        self.blocks.prose(event.index, out);
        if let Some(text) = &event.thinking {
            out.delta(Delta::Reasoning { choice: 0, text });
        }
        if let Some(text) = &event.text {
            out.delta(Delta::Text { choice: 0, text });
        }
    }

    fn call(&mut self, event: &Event<'_>, out: &mut dyn Sink) {
        let (id, name) = (event.call_id.as_deref().unwrap_or_default(), event.name.as_deref().unwrap_or_default());
        self.blocks.call(event.index, ToolName { id, name, provider_executed: false }, None, out);
        self.blocks.input(event.index, event.arguments.as_deref().unwrap_or_default(), out);
    }
}

/// An event, read but not yet understood: its keys come in any order, `type` last in some recordings.
#[derive(Default)]
struct Event<'a> {
    kind: Cow<'a, str>,
    id: Option<Cow<'a, str>>,
    index: Option<u64>,
    text: Option<Cow<'a, str>>,
    thinking: Option<Cow<'a, str>>,
    plan: Option<Cow<'a, str>>,
    call_id: Option<Cow<'a, str>>,
    name: Option<Cow<'a, str>>,
    arguments: Option<Cow<'a, str>>,
    citations: Option<Cursor<'a>>,
    reason: Option<Cow<'a, str>>,
    usage: Option<Cursor<'a>>,
    /// What went wrong, where the answer ended so.
    fault: Option<Cow<'a, str>>,
    /// It has the form of an error that is no event: `{"message"}` or `{"error"}`.
    error: bool,
    /// It has fields that are not known.
    strange: bool,
}

impl<'a> Event<'a> {
    fn read(cursor: &mut Cursor<'a>, out: &mut dyn Sink) -> Result<Self, SyntaxError> {
        let mut event = Self::default();
        cursor.object(|key, value| {
            match key {
                "type" => event.kind = value.string()?.unwrap_or_default(),
                "index" => event.index = value.u64()?,
                "delta" => event.delta(value, out)?,
                "id" => event.id = value.string()?,
                "message" | "error" => {
                    event.error |= value.peek() != Kind::Null;
                    value.skip()?;
                }
                _ => {
                    event.strange |= !EVENT_FIELDS.contains(&key);
                    value.skip()?;
                }
            }
            Ok(())
        })?;
        Ok(event)
    }

    fn delta(&mut self, value: &mut Cursor<'a>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
        value.object(|key, value| {
            match key {
                "message" => self.message(value, out)?,
                "finish_reason" => self.reason = value.string()?,
                "usage" => self.usage = Some(later(value)?),
                "error" if value.peek() == Kind::String => self.fault = value.string()?,
                _ => keep(("delta", key), &[], value, out)?,
            }
            Ok(())
        })?;
        Ok(())
    }

    fn message(&mut self, value: &mut Cursor<'a>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
        value.object(|key, value| {
            match key {
                "content" if value.peek() == Kind::Object => {
                    value.object(|key, value| {
                        match key {
                            "text" if value.peek() == Kind::String => self.text = value.string()?,
                            "thinking" if value.peek() == Kind::String => self.thinking = value.string()?,
                            _ => keep(("delta.message.content", key), &["type"], value, out)?,
                        }
                        Ok(())
                    })?;
                }
                "tool_plan" if value.peek() == Kind::String => self.plan = value.string()?,
                "tool_calls" if value.peek() == Kind::Object => self.tool_call(value, out)?,
                "citations" => self.citations = Some(later(value)?),
                // The message as it starts: empty lists.
                "content" | "tool_calls" if { *value }.raw()? == "[]" => value.skip()?,
                _ => keep(("delta.message", key), &["role"], value, out)?,
            }
            Ok(())
        })?;
        Ok(())
    }

    fn tool_call(&mut self, value: &mut Cursor<'a>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
        value.object(|key, value| {
            match key {
                "id" => self.call_id = value.string()?,
                "function" => {
                    value.object(|key, value| {
                        match key {
                            "name" => self.name = value.string()?,
                            "arguments" if value.peek() == Kind::String => self.arguments = value.string()?,
                            _ => keep(("delta.message.tool_calls.function", key), &[], value, out)?,
                        }
                        Ok(())
                    })?;
                }
                _ => keep(("delta.message.tool_calls", key), &["type"], value, out)?,
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// Citations: one object, or a list of such. Each cites one stretch of the answer and names the documents or tool
/// results that bear it out; the first address and title found there are the source's.
pub(super) fn sources(mut citations: Cursor<'_>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
    if citations.peek() == Kind::Array {
        citations.array(|citation| source(citation.raw()?, out))?;
        return Ok(());
    }
    source(citations.raw()?, out)
}

fn source(raw: &str, out: &mut dyn Sink) -> Result<(), SyntaxError> {
    let (mut url, mut title) = (None, None);
    Cursor::new(raw).object(|key, value| match key {
        "sources" => value
            .array(|source| {
                source.object(|key, value| match key {
                    "document" | "tool_output" => address(value, &mut url, &mut title),
                    _ => value.skip(),
                })?;
                Ok(())
            })
            .map(drop),
        _ => value.skip(),
    })?;
    out.delta(Delta::Source { choice: 0, url: url.as_deref(), title: title.as_deref(), raw });
    Ok(())
}

/// Reads `url` and `title` of a document, unless they are known.
pub(super) fn address<'a>(
    document: &mut Cursor<'a>,
    url: &mut Option<Cow<'a, str>>,
    title: &mut Option<Cow<'a, str>>,
) -> Result<(), SyntaxError> {
    document.object(|key, value| {
        match key {
            "url" if url.is_none() => *url = value.string()?,
            "title" if title.is_none() => *title = value.string()?,
            _ => value.skip()?,
        }
        Ok(())
    })?;
    Ok(())
}

/// Token counts: those of the model's tokens, or those that are billed where there are no others.
pub(super) fn spent(mut usage: Cursor<'_>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
    let (mut tokens, mut billed) = (Usage::default(), Usage::default());
    usage.object(|key, value| match key {
        "tokens" => counts(value, &mut tokens),
        "billed_units" => counts(value, &mut billed),
        "cached_tokens" => {
            tokens.cache_read_tokens = value.u64()?;
            Ok(())
        }
        _ => value.skip(),
    })?;
    billed.update(&tokens);
    out.delta(Delta::Usage(billed));
    Ok(())
}

fn counts(value: &mut Cursor<'_>, usage: &mut Usage) -> Result<(), SyntaxError> {
    value.object(|key, value| {
        match key {
            "input_tokens" => usage.input_tokens = value.u64()?,
            "output_tokens" => usage.output_tokens = value.u64()?,
            "reasoning_tokens" => usage.reasoning_tokens = value.u64()?,
            _ => value.skip()?,
        }
        Ok(())
    })?;
    Ok(())
}

/// The end of an answer. One that ended in an error is an error, in Cohere's words where it gives any.
pub(super) fn finish(reason: Option<&str>, fault: Option<&str>, out: &mut dyn Sink) {
    let common = reason.map(finish_reason);
    if fault.is_some() || common == Some(FinishReason::Error) {
        out.delta(Delta::Error { code: reason, message: fault.or(reason).unwrap_or_default() });
    }
    if let Some((reason, raw_reason)) = common.zip(reason) {
        out.delta(Delta::Finish { choice: 0, reason, raw_reason });
    }
}

/// The words of both versions.
fn finish_reason(raw: &str) -> FinishReason {
    match raw {
        "COMPLETE" | "STOP_SEQUENCE" => FinishReason::Stop,
        "MAX_TOKENS" | "ERROR_LIMIT" => FinishReason::Length,
        "TOOL_CALL" => FinishReason::ToolCalls,
        "ERROR_TOXIC" => FinishReason::ContentFilter,
        "ERROR" | "TIMEOUT" => FinishReason::Error,
        _ => FinishReason::Other,
    }
}

/// Hands on the fields of an event that are not among `known`.
pub(super) fn rest(event: &str, known: &[&str], out: &mut dyn Sink) -> Result<(), SyntaxError> {
    Cursor::new(event).object(|key, value| keep(("", key), known, value, out))?;
    Ok(())
}

/// Fields of an event; `logprobs` repeat the text, token by token.
const EVENT_FIELDS: &[&str] = &["type", "index", "delta", "id", "message", "error", "logprobs"];

/// Stands for the plan among the numbers of blocks.
const PLAN: u64 = u64::MAX - 1;
