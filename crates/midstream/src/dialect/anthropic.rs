//! Anthropic Messages: numbered content blocks, each with a start, deltas and a stop.

use super::blocks::{Blocks, ToolName};
use super::fields::{keep, later, metadata};
use super::usage::spent;
use super::{Decode, Delta, Out, Progress, error, payload};
use crate::event::FinishReason;
use crate::find::contains;
use crate::json::{Cursor, Kind, SyntaxError};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct Anthropic {
    blocks: Blocks,
    /// The id of the message that is being written.
    message: Option<Box<str>>,
    closed: bool,
}

impl Decode for Anthropic {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let Some(mut cursor) = payload(frame, out) else { return Ok(()) };
        let mut event = Event::default();
        event.read(&mut cursor)?;
        let kind = if event.kind.is_empty() { frame.event } else { event.kind };
        match kind {
            "content_block_delta" => self.change(&event, frame.data, out)?,
            "content_block_start" => match event.part {
                Some(block) => self.block(event.index, block, out)?,
                None => out.unknown(kind, frame.data),
            },
            "content_block_stop" => self.blocks.end(event.index, out),
            "message_start" => match event.part {
                Some(message) => self.message(message, false, out)?,
                None => out.unknown(kind, frame.data),
            },
            "message_delta" => self.message_delta(&event, frame.data, out)?,
            "message_stop" => self.closed = true,
            "message" if event.kind == "message" => {
                self.message(cursor.of(frame.data), true, out)?;
                return cursor.end();
            }
            "ping" => out.delta(Delta::KeepAlive),
            _ if kind == "error" || event.kind.is_empty() && event.error.is_some() => {
                error(&mut event.error.unwrap_or(cursor.of(frame.data)), out)?;
                self.closed = true;
            }
            _ => {
                out.unknown(kind, frame.data);
                return cursor.end();
            }
        }
        if event.strange {
            rest(cursor.of(frame.data), kind, EVENT_FIELDS, out)?;
        }
        cursor.end()
    }

    fn progress(&self) -> Progress {
        if self.closed { Progress::Closed } else { Progress::Open }
    }
}

impl Anthropic {
    /// A `content_block_delta`: nearly all frames of a stream.
    fn change(&mut self, event: &Event<'_>, frame: &str, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let (index, text) = (event.index, event.text.unwrap_or_default());
        let mut known = !event.strange_delta;
        match event.delta_kind {
            "text_delta" => {
                self.blocks.prose(index, out);
                out.text(0, text);
            }
            // Input of a call that is not open, or whose input is whole already, is kept below.
            "input_json_delta" => known &= self.blocks.input(index, text, out),
            "thinking_delta" => {
                self.blocks.prose(index, out);
                out.reasoning(0, text);
            }
            "signature_delta" => {
                self.blocks.prose(index, out);
                out.signature(0, text);
            }
            "citations_delta" => known = event.delta.map_or(Ok(false), |delta| citation(delta, out))?,
            // `compaction_delta`, the summary that replaces the conversation so far, and types yet to come.
            _ => known = false,
        }
        if !known {
            let name = if event.delta_kind.is_empty() { "content_block_delta" } else { event.delta_kind };
            let raw = event.delta.map_or(Ok(frame), |mut delta| delta.raw())?;
            out.unknown(name, raw);
        }
        Ok(())
    }

    /// A content block as its start has it: mostly empty, but some kinds are whole there.
    fn block(&mut self, index: Option<u64>, block: Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let start = Start::read(block)?;
        let text = start.text.unwrap_or_default();
        if let kind @ ("tool_use" | "server_tool_use" | "mcp_tool_use") = start.kind {
            let id = start.id.unwrap_or_default();
            let name = start.name.unwrap_or_default();
            let tool = ToolName { id, name, provider_executed: kind != "tool_use" };
            self.blocks.call(index, tool, start.input, out);
            return rest(block, "content_block", BLOCK_FIELDS, out);
        }
        self.blocks.begin(index, out);
        match start.kind {
            "text" => {
                self.blocks.prose(index, out);
                out.text(0, text);
                if let Some(mut citations) = start.citations {
                    citations.array(|citation| source(citation.raw()?, out))?;
                }
            }
            "thinking" => {
                self.blocks.prose(index, out);
                out.reasoning(0, text);
                let signature = start.signature.unwrap_or_default();
                out.signature(0, signature);
            }
            "redacted_thinking" => {
                self.blocks.prose(index, out);
                out.redacted(0, text);
            }
            kind => return opaque(kind, &start, { block }.raw()?, out),
        }
        rest(block, "content_block", BLOCK_FIELDS, out)
    }

    /// A `message` object: the head of a stream, or a whole answer that was not streamed.
    fn message(&mut self, message: Cursor<'_>, whole: bool, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let (mut id, mut model, mut usage, mut content) = (None, None, None, None);
        let (mut reason, mut details) = (None, None);
        { message }.object(|key, value| {
            match key {
                "id" => value.string_into(&mut id)?,
                "model" => value.string_into(&mut model)?,
                "usage" => value.later_into(&mut usage)?,
                "content" => value.later_into(&mut content)?,
                "stop_reason" if whole => value.string_into(&mut reason)?,
                "stop_sequence" if whole => stop_sequence(value, out)?,
                "stop_details" if value.peek() != Kind::Null => value.raw_into(&mut details)?,
                _ => value.skip()?,
            }
            Ok(())
        })?;
        if !self.closed && self.message.is_some() && self.message.as_deref() != id {
            // Gateways that try again after a fault splice a second message into the first one's stream. What was said
            // stays said; that the first one was broken off is kept.
            self.blocks.end_all(out);
            out.unknown("message_start", { message }.raw()?);
        }
        self.message = id.map(Into::into);
        self.closed = whole;
        out.metadata(id, model);
        if let Some(mut usage) = usage {
            spent(&mut usage, out)?;
        }
        if let Some(mut blocks) = content {
            let mut index = 0;
            blocks.array(|block| {
                self.block(Some(index), later(block)?, out)?;
                self.blocks.end(Some(index), out);
                index += 1;
                Ok(())
            })?;
        }
        rest(message, "message", MESSAGE_FIELDS, out)?;
        finish(reason, details, out)
    }

    fn message_delta(&mut self, event: &Event<'_>, frame: &str, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if let Some(mut usage) = event.usage {
            // Cumulative.
            spent(&mut usage, out)?;
        }
        let Some(mut delta) = event.delta else {
            out.unknown("message_delta", frame);
            return Ok(());
        };
        let (mut reason, mut details) = (None, None);
        delta.object(|key, value| {
            match key {
                "stop_reason" => value.string_into(&mut reason)?,
                "stop_sequence" => stop_sequence(value, out)?,
                "stop_details" if value.peek() != Kind::Null => value.raw_into(&mut details)?,
                _ => other("message_delta.delta", key, MESSAGE_FIELDS, value, out)?,
            }
            Ok(())
        })?;
        finish(reason, details, out)
    }
}

/// An event, read but not yet understood: its keys come in any order, `type` last in some recordings. Only what deltas
/// of blocks are made of is read at once; what is rare waits at a cursor.
#[derive(Default)]
struct Event<'a> {
    kind: &'a str,
    index: Option<u64>,
    delta: Option<Cursor<'a>>,
    delta_kind: &'a str,
    /// The one string that deltas of blocks carry, under a name that goes with their type.
    text: Option<&'a str>,
    /// The delta has fields that are not known, or more than one string.
    strange_delta: bool,
    /// `content_block` or `message`.
    part: Option<Cursor<'a>>,
    usage: Option<Cursor<'a>>,
    error: Option<Cursor<'a>>,
    /// The event has fields that are not known.
    strange: bool,
}

impl<'a> Event<'a> {
    fn read(&mut self, cursor: &mut Cursor<'a>) -> Result<(), SyntaxError> {
        cursor.object(|key, value| {
            match key {
                "type" => value.text_into(&mut self.kind)?,
                "index" => value.u64_into(&mut self.index)?,
                "delta" if value.peek() == Kind::Object => self.read_delta(value)?,
                "content_block" | "message" if value.peek() == Kind::Object => value.later_into(&mut self.part)?,
                "usage" => value.later_into(&mut self.usage)?,
                "error" if value.peek() != Kind::Null => value.later_into(&mut self.error)?,
                _ => {
                    self.strange |= !EVENT_FIELDS.contains(&key);
                    value.skip()?;
                }
            }
            Ok(())
        })?;
        Ok(())
    }

    fn read_delta(&mut self, delta: &mut Cursor<'a>) -> Result<(), SyntaxError> {
        self.delta = Some(*delta);
        delta.object(|key, value| {
            match key {
                "type" => value.text_into(&mut self.delta_kind)?,
                "text" | "partial_json" | "thinking" | "signature"
                    if self.text.is_none() && value.peek() == Kind::String =>
                {
                    value.string_into(&mut self.text)?;
                }
                _ => {
                    self.strange_delta |= value.peek() != Kind::Null && !DELTA_FIELDS.contains(&key);
                    value.skip()?;
                }
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// The `content_block` of a start, or an element of a whole message's `content`.
#[derive(Default)]
struct Start<'a> {
    kind: &'a str,
    id: Option<&'a str>,
    name: Option<&'a str>,
    /// The call that a result belongs to.
    tool_use_id: Option<&'a str>,
    /// The one string that blocks of prose carry, under a name that goes with their type.
    text: Option<&'a str>,
    signature: Option<&'a str>,
    /// Tool input, where it is not empty.
    input: Option<&'a str>,
    citations: Option<Cursor<'a>>,
    content: Option<Cursor<'a>>,
    /// The model that takes over.
    to: Option<&'a str>,
}

impl<'a> Start<'a> {
    fn read(mut cursor: Cursor<'a>) -> Result<Self, SyntaxError> {
        let mut start = Self::default();
        cursor.object(|key, value| {
            match key {
                "type" => value.text_into(&mut start.kind)?,
                "id" => value.string_into(&mut start.id)?,
                "name" => value.string_into(&mut start.name)?,
                "tool_use_id" => value.string_into(&mut start.tool_use_id)?,
                "text" | "thinking" | "data" => start.text = value.string()?.or(start.text.take()),
                "signature" => value.string_into(&mut start.signature)?,
                "input" => start.input = input(value)?,
                "citations" => value.later_into(&mut start.citations)?,
                "content" => value.later_into(&mut start.content)?,
                "to" => {
                    value.object(|key, value| {
                        match key {
                            "model" => value.string_into(&mut start.to)?,
                            _ => value.skip()?,
                        }
                        Ok(())
                    })?;
                }
                _ => value.skip()?,
            }
            Ok(())
        })?;
        Ok(start)
    }
}

/// A block that is neither prose nor a tool call: results of tools that Anthropic runs, and notes on the answer itself.
fn opaque(kind: &str, start: &Start<'_>, raw: &str, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    if kind.ends_with("_tool_result") {
        let id = start.tool_use_id.unwrap_or_default();
        out.tool_result(0, id, raw, None);
        // Where a search failed, its content is an error object.
        if let Some(mut results) = start.content.filter(|_| kind == "web_search_tool_result") {
            results.array(|result| source(result.raw()?, out))?;
        }
        return Ok(());
    }
    if kind == "fallback" {
        out.metadata(None, start.to);
    }
    // Whoever continues the conversation must hand the block back, so it is kept whole.
    let name = if kind.is_empty() { "content_block" } else { kind };
    out.unknown(name, raw);
    Ok(())
}

/// The citation of a `citations_delta`; `false` where there is none, or more than it.
fn citation(mut delta: Cursor<'_>, out: &mut Out<'_>) -> Result<bool, SyntaxError> {
    let (mut found, mut strange) = (None, false);
    delta.object(|key, value| {
        match key {
            "type" => value.skip()?,
            "citation" if value.peek() == Kind::Object => value.raw_into(&mut found)?,
            _ => {
                strange |= value.peek() != Kind::Null;
                value.skip()?;
            }
        }
        Ok(())
    })?;
    if let Some(raw) = found {
        source(raw, out)?;
    }
    Ok(found.is_some() && !strange)
}

/// A citation or a search result.
fn source(raw: &str, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    let (mut url, mut origin, mut title, mut document) = (None, None, None, None);
    Cursor::new(raw, out.strings).object(|key, value| {
        match key {
            "url" => value.string_into(&mut url)?,
            // Search results of the host's own: an address or any other name.
            "source" => origin = value.string()?.filter(|origin| contains(origin, "://")),
            "title" => value.string_into(&mut title)?,
            "document_title" => value.string_into(&mut document)?,
            _ => value.skip()?,
        }
        Ok(())
    })?;
    let (url, title) = (url.or(origin), title.or(document));
    out.source(0, url, title, raw);
    Ok(())
}

/// Tool input in the start of a block, where it is not empty: ordinarily it is `{}` and deltas follow, but calls that
/// code makes, and some gateways, have it there and send no deltas.
fn input<'a>(value: &mut Cursor<'a>) -> Result<Option<&'a str>, SyntaxError> {
    let kind = value.peek();
    let raw = value.raw()?;
    let empty = match kind {
        Kind::Null => true,
        Kind::String => raw == "\"\"",
        Kind::Object => raw[1..raw.len() - 1].trim_ascii().is_empty(),
        _ => false,
    };
    Ok(Some(raw).filter(|_| !empty))
}

/// Hands on the fields of `object` that are not among `known`.
fn rest(mut object: Cursor<'_>, path: &str, known: &[&str], out: &mut Out<'_>) -> Result<(), SyntaxError> {
    object.object(|key, value| other(path, key, known, value, out))?;
    Ok(())
}

/// Hands on a field that is not among `known`.
fn other(path: &str, key: &str, known: &[&str], value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    match key {
        // What was cleared from the prompt; a sandbox; the prompt's cache; whether the model or code that it wrote made
        // a call; which request failed.
        "context_management" | "container" | "diagnostics" | "caller" | "request_id" => {
            metadata(None, (path, key), value, out)
        }
        _ => keep((path, key), known, value, out),
    }
}

/// The one of the host's own sequences that was met.
fn stop_sequence(value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    if let Some(sequence) = value.string()? {
        out.stop_sequence(0, sequence);
    }
    Ok(())
}

fn finish(reason: Option<&str>, details: Option<&str>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    if let Some(raw) = details {
        // Why the answer was refused: the words are the refusal, the rest (its category) has no place of its own.
        Cursor::new(raw, out.strings).object(|key, value| {
            match key {
                "explanation" => {
                    let text = value.string()?.unwrap_or_default();
                    out.refusal(0, text);
                }
                _ => value.skip()?,
            }
            Ok(())
        })?;
        out.unknown("stop_details", raw);
    }
    if let Some(raw_reason) = reason {
        out.finish(0, stop_reason(raw_reason), raw_reason);
    }
    Ok(())
}

/// As the AI SDK has it. `pause_turn` is a long turn that the host may continue by sending it back.
fn stop_reason(raw: &str) -> FinishReason {
    match raw {
        "end_turn" | "stop_sequence" | "pause_turn" => FinishReason::Stop,
        "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
        "tool_use" => FinishReason::ToolCalls,
        "refusal" => FinishReason::ContentFilter,
        _ => FinishReason::Other,
    }
}

/// Fields of an event.
const EVENT_FIELDS: &[&str] = &["type", "index", "delta", "content_block", "message", "usage", "error"];

/// Fields of a block's delta that carry no content. `estimated_tokens` is a rough count of hidden reasoning so far, for
/// progress displays; the count that matters is in the usage.
const DELTA_FIELDS: &[&str] = &["type", "estimated_tokens"];

/// Fields of the blocks of prose and the tool calls.
const BLOCK_FIELDS: &[&str] = &["type", "text", "citations", "thinking", "signature", "data", "id", "name", "input"];

/// Fields of a message, in its start and in `message_delta`.
const MESSAGE_FIELDS: &[&str] =
    &["id", "type", "role", "model", "content", "usage", "stop_reason", "stop_sequence", "stop_details"];
