//! Cohere `/v2/chat`: numbered content blocks and tool calls, and a plan before the calls that has no number.

use super::blocks::{Blocks, ToolName};
use super::fields::{keep, later, logprobs};
use super::usage::{Spent, give_whole};
use super::{Decode, Delta, Out, Progress, error, payload};
use crate::event::{FinishReason, Usage};
use crate::json::{Cursor, Kind, SyntaxError};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct CohereV2 {
    blocks: Blocks,
    closed: bool,
}

impl Decode for CohereV2 {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let Some(mut cursor) = payload(frame, out) else { return Ok(()) };
        let mut event = Event::default();
        event.read(&mut cursor)?;
        let kind = if event.kind.is_empty() { frame.event } else { event.kind };
        match kind {
            "content-delta" => self.prose(event.index, &event, out),
            "content-start" => {
                self.blocks.begin(event.index, out);
                self.prose(event.index, &event, out);
            }
            "content-end" | "tool-call-end" => self.blocks.end(event.index, out),
            "tool-plan-delta" => self.prose(Some(PLAN), &event, out),
            "tool-call-start" => self.call(&event, out)?,
            "tool-call-delta" => {
                if !self.blocks.input(event.index, event.text(), out) {
                    out.unknown(kind, frame.data);
                }
            }
            "citation-start" => {
                if !citations(event.delta, out)? {
                    out.unknown(kind, frame.data);
                }
            }
            "citation-end" => {}
            "message-start" => {
                out.metadata(event.id, None);
            }
            "message-end" => {
                self.closed = true;
                end(event.delta, out)?;
            }
            _ if kind == "error" || event.kind.is_empty() && event.error => {
                error(&mut cursor.of(frame.data), out)?;
                self.closed = true;
            }
            _ => {
                out.unknown(kind, frame.data);
                return cursor.end();
            }
        }
        if let Some(mut value) = event.logprobs {
            logprobs(0, &mut value, out)?;
        }
        if event.strange {
            rest(frame.data, EVENT_FIELDS, out)?;
        }
        if event.strange_delta {
            strange(event.delta, out)?;
        }
        cursor.end()
    }

    fn progress(&self) -> Progress {
        if self.closed { Progress::Closed } else { Progress::Open }
    }
}

impl CohereV2 {
    fn prose(&mut self, index: Option<u64>, event: &Event<'_>, out: &mut Out<'_>) {
        self.blocks.prose(index, out);
        out.delta(match event.thinks {
            true => Delta::Reasoning { choice: 0, text: event.text() },
            false => Delta::Text { choice: 0, text: event.text() },
        });
    }

    fn call(&mut self, event: &Event<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let (mut id, mut name) = (None, None);
        within(event.delta, &["message", "tool_calls"], &mut |key, value| {
            match key {
                "id" => value.string_into(&mut id)?,
                "function" => {
                    value.object(|key, value| {
                        match key {
                            "name" => value.string_into(&mut name)?,
                            _ => value.skip()?,
                        }
                        Ok(())
                    })?;
                }
                _ => value.skip()?,
            }
            Ok(())
        })?;
        let (id, name) = (id.unwrap_or_default(), name.unwrap_or_default());
        self.blocks.call(event.index, ToolName { id, name, provider_executed: false }, None, out);
        self.blocks.input(event.index, event.text(), out);
        Ok(())
    }
}

/// An event, read but not yet understood: its keys come in any order, `type` last in some recordings. Only what most
/// events are made of is read at once; what is rare is looked up in the delta later.
#[derive(Default)]
struct Event<'a> {
    kind: &'a str,
    id: Option<&'a str>,
    index: Option<u64>,
    logprobs: Option<Cursor<'a>>,
    delta: Option<Cursor<'a>>,
    /// The one string that deltas carry: text, thinking, plan or arguments.
    text: Option<&'a str>,
    /// It is thinking, or the plan.
    thinks: bool,
    /// The delta has fields that are not known, or more than one string.
    strange_delta: bool,
    /// The event has fields that are not known.
    strange: bool,
    /// It has the form of an error that is no event: `{"message"}` or `{"error"}`.
    error: bool,
}

impl<'a> Event<'a> {
    fn text(&self) -> &str {
        self.text.unwrap_or_default()
    }

    fn read(&mut self, cursor: &mut Cursor<'a>) -> Result<(), SyntaxError> {
        cursor.object(|key, value| {
            match key {
                "type" => value.text_into(&mut self.kind)?,
                "index" => value.u64_into(&mut self.index)?,
                "delta" => {
                    self.delta = Some(*value);
                    value.object(|key, value| match key {
                        "message" => self.message(value),
                        _ => {
                            self.strange_delta |= !DELTA_FIELDS.contains(&key);
                            value.skip()
                        }
                    })?;
                }
                "id" => value.string_into(&mut self.id)?,
                "logprobs" => value.later_into(&mut self.logprobs)?,
                _ => {
                    self.error |= matches!(key, "message" | "error") && value.peek() != Kind::Null;
                    self.strange |= !EVENT_FIELDS.contains(&key);
                    value.skip()?;
                }
            }
            Ok(())
        })?;
        Ok(())
    }

    fn message(&mut self, value: &mut Cursor<'a>) -> Result<(), SyntaxError> {
        value.object(|key, value| {
            match key {
                "content" if value.peek() == Kind::Object => {
                    value.object(|key, value| match key {
                        "text" => self.string(false, value),
                        "thinking" => self.string(true, value),
                        "type" => value.skip(),
                        _ => self.other(value),
                    })?;
                }
                "tool_plan" => self.string(true, value)?,
                "tool_calls" if value.peek() == Kind::Object => {
                    value.object(|key, value| match key {
                        "function" => value
                            .object(|key, value| match key {
                                "arguments" => self.string(false, value),
                                "name" => value.skip(),
                                _ => self.other(value),
                            })
                            .map(drop),
                        "id" | "type" => value.skip(),
                        _ => self.other(value),
                    })?;
                }
                "citations" | "role" => value.skip()?,
                _ => self.other(value)?,
            }
            Ok(())
        })?;
        Ok(())
    }

    fn string(&mut self, thinks: bool, value: &mut Cursor<'a>) -> Result<(), SyntaxError> {
        if self.text.is_some_and(|text| !text.is_empty()) || value.peek() != Kind::String {
            return self.other(value);
        }
        value.string_into(&mut self.text)?;
        self.thinks = thinks;
        Ok(())
    }

    /// A field that is not known. The lists of a message that just starts are empty.
    fn other(&mut self, value: &mut Cursor<'a>) -> Result<(), SyntaxError> {
        self.strange_delta |= !matches!(value.raw()?, "null" | "[]");
        Ok(())
    }
}

/// Reads the object that lies at `path` in `object`.
fn within<'a>(
    object: Option<Cursor<'a>>,
    path: &[&str],
    field: &mut dyn FnMut(&str, &mut Cursor<'a>) -> Result<(), SyntaxError>,
) -> Result<(), SyntaxError> {
    let Some(mut object) = object else { return Ok(()) };
    object.object(|key, value| match path {
        [] => field(key, value),
        [first, path @ ..] if key == *first => within(Some(later(value)?), path, field),
        _ => value.skip(),
    })?;
    Ok(())
}

/// Hands on what a delta has besides what is known; of its message, all.
#[cold]
fn strange(delta: Option<Cursor<'_>>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    within(delta, &[], &mut |key, value| keep(("delta", key), DELTA_FIELDS, value, out))
}

/// The end of the message: why, what it cost, what went wrong.
fn end(delta: Option<Cursor<'_>>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    let (mut reason, mut fault, mut usage) = (None, None, None);
    within(delta, &[], &mut |key, value| {
        match key {
            "finish_reason" => value.string_into(&mut reason)?,
            "usage" => value.later_into(&mut usage)?,
            "error" if value.peek() == Kind::String => value.string_into(&mut fault)?,
            _ => value.skip()?,
        }
        Ok(())
    })?;
    if let Some(usage) = usage {
        spent(usage, out)?;
    }
    finish(reason, fault, out);
    Ok(())
}

/// The citations of a message; `false` where there are none.
fn citations(delta: Option<Cursor<'_>>, out: &mut Out<'_>) -> Result<bool, SyntaxError> {
    let mut found = false;
    within(delta, &["message"], &mut |key, value| {
        if key == "citations" && value.peek() != Kind::Null {
            found = true;
            return sources(later(value)?, out);
        }
        value.skip()
    })?;
    Ok(found)
}

/// Citations: one object, or a list of such. Each cites one stretch of the answer and names the documents or tool
/// results that bear it out; the first address and title found there are the source's.
pub(super) fn sources(mut citations: Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    if citations.peek() == Kind::Array {
        citations.array(|citation| source(citation.raw()?, out))?;
        return Ok(());
    }
    source(citations.raw()?, out)
}

fn source(raw: &str, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    let (mut url, mut title) = (None, None);
    Cursor::new(raw, out.strings).object(|key, value| match key {
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
    out.source(0, url, title, raw);
    Ok(())
}

/// Reads `url` and `title` of a document, unless they are known.
pub(super) fn address<'a>(
    document: &mut Cursor<'a>,
    url: &mut Option<&'a str>,
    title: &mut Option<&'a str>,
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
pub(super) fn spent(mut usage: Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    let whole = usage;
    let (mut tokens, mut billed, mut cached) = (Usage::default(), Usage::default(), None);
    usage.object(|key, value| {
        match key {
            "tokens" => tokens = Spent::read(value)?.usage,
            "billed_units" => billed = Spent::read(value)?.usage,
            "cached_tokens" => value.u64_into(&mut cached)?,
            _ => value.skip()?,
        }
        Ok(())
    })?;
    billed.update(&tokens);
    billed.cache_read_tokens = cached;
    out.usage(billed);
    give_whole({ whole }.raw()?, out);
    Ok(())
}

/// The end of an answer. One that ended in an error is an error, in Cohere's words where it gives any.
pub(super) fn finish(reason: Option<&str>, fault: Option<&str>, out: &mut Out<'_>) {
    let common = reason.map(finish_reason);
    if fault.is_some() || common == Some(FinishReason::Error) {
        out.error(reason, fault.or(reason).unwrap_or_default());
    }
    if let Some((reason, raw_reason)) = common.zip(reason) {
        out.finish(0, reason, raw_reason);
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
pub(super) fn rest(event: &str, known: &[&str], out: &mut Out<'_>) -> Result<(), SyntaxError> {
    Cursor::new(event, out.strings).object(|key, value| keep(("", key), known, value, out))?;
    Ok(())
}

/// Fields of an event.
const EVENT_FIELDS: &[&str] = &["type", "index", "delta", "id", "message", "error", "logprobs"];

/// Fields of a delta besides its message.
const DELTA_FIELDS: &[&str] = &["finish_reason", "usage", "error"];

/// Stands for the plan among the numbers of blocks.
const PLAN: u64 = u64::MAX - 1;
