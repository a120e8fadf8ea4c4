//! Gemini Interactions: numbered steps, each with a start, deltas and a stop, inside an interaction. The first version
//! of the interface called steps contents.

use super::fields::{keep, metadata, rest};
use super::gemini_sources::Sources;
use super::usage::spent;
use super::{DONE, Decode, File, Out, Progress, error, payload};
use crate::event::FinishReason;
use crate::json::{Cursor, Kind, SyntaxError};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct GeminiInteractions {
    /// Open tool calls, at most [`MAX_OPEN_CALLS`].
    calls: Vec<Call>,
    /// Which call the results of a step belong to, at most as many.
    results: Vec<(u64, Box<str>)>,
    slots: u32,
    /// The step whose prose is being written.
    prose: Option<u64>,
    /// The host was asked to call a function.
    called: bool,
    finish: Option<(FinishReason, Box<str>)>,
    sources: Sources,
    progress: Option<Progress>,
}

/// An open tool call.
#[derive(Debug)]
struct Call {
    step: u64,
    slot: u32,
    /// The arguments that came whole. Those of a start (`{}`) stand only until deltas come.
    whole: Option<Box<str>>,
}

impl Decode for GeminiInteractions {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if frame.data.trim_ascii() == DONE {
            self.progress = Some(Progress::Closed);
            return Ok(());
        }
        let Some(mut cursor) = payload(frame, out) else { return Ok(()) };
        let event = Event::read(&mut cursor, out)?;
        cursor.end()?;
        let name = if event.name.is_empty() { frame.event } else { event.name };
        let family = name.split_once('.').map_or(name, |(family, _)| family);
        match (family, name, &event.block) {
            (_, "step.start" | "content.start", Some(block)) => self.start(event.index, block, out),
            (_, "step.delta" | "content.delta", Some(block)) => self.delta(event.index, block, out),
            (_, "step.stop" | "content.stop", _) => {
                self.stop(event.index, out);
                Ok(())
            }
            ("interaction", ..) => self.interaction(name, &event, out),
            _ if event.error.is_some() => error(&mut event.error.expect("asked just now"), out),
            _ => {
                out.unknown(name, frame.data);
                Ok(())
            }
        }
    }

    fn progress(&self) -> Progress {
        self.progress.unwrap_or(Progress::Open)
    }
}

impl GeminiInteractions {
    fn start(&mut self, step: u64, block: &Block<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        match block.kind {
            "thought" => {
                self.prose(step, out);
                if let Some(mut summary) = block.summary {
                    summary.array(|item| self.summary(step, &Block::read(item)?, out))?;
                }
                self.signature(step, block, out);
                Ok(())
            }
            "model_output" => {
                if let Some(mut contents) = block.content {
                    contents.array(|content| self.delta(step, &Block::read(content)?, out))?;
                }
                Ok(())
            }
            _ => self.delta(step, block, out),
        }
    }

    fn delta(&mut self, step: u64, block: &Block<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        match block.kind {
            "text" => {
                self.prose(step, out);
                out.text(0, block.text.unwrap_or_default());
                self.annotations(block, out)?;
            }
            "text_annotation" | "text_annotation_delta" => self.annotations(block, out)?,
            "thought_summary" => {
                if let Some(mut content) = block.content {
                    self.summary(step, &Block::read(&mut content)?, out)?;
                }
            }
            "thought_signature" => self.signature(step, block, out),
            "arguments_delta" => return self.arguments(step, block, out),
            "image" | "audio" | "video" | "document" => media(block, out),
            "function_call" => self.call(step, block, false, out)?,
            kind if kind.ends_with("_call") => self.call(step, block, true, out)?,
            kind if kind.ends_with("_result") => return self.result(step, block, out),
            kind => {
                let name = if kind.is_empty() { "step" } else { kind };
                out.unknown(name, { block.whole }.raw()?);
                return Ok(());
            }
        }
        block.rest(out)
    }

    fn stop(&mut self, step: u64, out: &mut Out<'_>) {
        if self.prose == Some(step) {
            self.prose = None;
            out.block_end(0);
        }
        while let Some(at) = self.calls.iter().position(|call| call.step == step) {
            self.end_call(at, out);
        }
        self.results.retain(|(known, _)| *known != step);
    }

    /// Prose of `step` follows; steps are blocks of their own.
    fn prose(&mut self, step: u64, out: &mut Out<'_>) {
        if self.prose.replace(step).is_some_and(|open| open != step) {
            out.block_end(0);
        }
    }

    /// A piece of the summary of a thought: text, or an image.
    fn summary(&mut self, step: u64, item: &Block<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        match (item.kind, &item.text) {
            ("text", Some(text)) => {
                self.prose(step, out);
                out.reasoning(0, text);
            }
            ("image", _) => {
                let (media_type, data, url) = (item.mime_type, item.data, item.uri);
                let file = File { media_type, data, url, reasoning: true, signature: item.signature() };
                out.file(0, file);
            }
            _ => out.unknown("thought_summary", { item.whole }.raw()?),
        }
        Ok(())
    }

    fn signature(&mut self, step: u64, block: &Block<'_>, out: &mut Out<'_>) {
        if let Some(signature) = block.signature() {
            self.prose(step, out);
            out.signature(0, signature);
        }
    }

    /// Citations, each once though later deltas repeat them.
    fn annotations(&mut self, block: &Block<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let Some(mut annotations) = block.annotations else { return Ok(()) };
        annotations.array(|annotation| {
            let raw = annotation.raw()?;
            if self.sources.is_new(0, "annotation", raw) { cite(raw, out) } else { Ok(()) }
        })?;
        Ok(())
    }

    /// A tool call, as its step's start or a delta has it.
    fn call(&mut self, step: u64, block: &Block<'_>, executed: bool, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if block.id.is_none() && block.name.is_none() && block.arguments.is_none() {
            // The first version announced a call before it said which.
            return Ok(());
        }
        let at = match self.calls.iter().position(|call| call.step == step) {
            Some(at) => at,
            None => self.start_call(step, block, executed, out),
        };
        let call = &mut self.calls[at];
        if let Some(signature) = block.signature() {
            out.tool_signature(call.slot, signature);
        }
        if let Some(mut arguments) = block.arguments {
            call.whole = Some(arguments.raw()?.into());
        }
        Ok(())
    }

    fn start_call(&mut self, step: u64, block: &Block<'_>, provider_executed: bool, out: &mut Out<'_>) -> usize {
        if self.calls.len() >= MAX_OPEN_CALLS {
            self.end_call(0, out);
        }
        let slot = self.slots;
        self.slots = slot.wrapping_add(1);
        self.called |= !provider_executed;
        // A tool that Google runs is called after its step's type, unless it has a name of its own (MCP).
        let kind = block.kind.strip_suffix("_call").unwrap_or_default();
        let name = block.name.unwrap_or(kind);
        let id = block.id.unwrap_or_default();
        out.tool_start(0, slot, id, name, provider_executed);
        self.calls.push(Call { step, slot, whole: None });
        self.calls.len() - 1
    }

    /// A piece of the arguments' text.
    fn arguments(&mut self, step: u64, block: &Block<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let text = block.arguments.map(|mut arguments| arguments.string()).transpose()?.flatten();
        let call = self.calls.iter_mut().find(|call| call.step == step);
        let (Some(call), Some(text)) = (call, text) else {
            out.unknown("arguments_delta", { block.whole }.raw()?);
            return Ok(());
        };
        call.whole = None;
        out.tool_input(call.slot, text);
        if let Some(signature) = block.signature() {
            out.tool_signature(call.slot, signature);
        }
        block.rest(out)
    }

    /// What a tool that Google ran gave back. The step's start names the call, and a delta has the result.
    fn result(&mut self, step: u64, block: &Block<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if let Some(id) = &block.call_id {
            self.results.retain(|(known, _)| *known != step);
            self.results.truncate(MAX_OPEN_CALLS - 1);
            self.results.push((step, (&**id).into()));
        }
        if block.has_result {
            let id = self.results.iter().find(|(known, _)| *known == step).map_or("", |(_, id)| id);
            let raw = { block.whole }.raw()?;
            out.tool_result(0, id, raw, block.signature());
        }
        Ok(())
    }

    fn end_call(&mut self, at: usize, out: &mut Out<'_>) {
        let Call { slot, whole, .. } = self.calls.remove(at);
        if let Some(text) = &whole {
            out.tool_input(slot, text);
        }
        out.tool_end(slot);
    }

    /// An event about the interaction itself: who answers, how it stands, what it cost. Its outputs, where it has them,
    /// repeat the steps.
    fn interaction(&mut self, name: &str, event: &Event<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let (mut id, mut model, mut status) = (None, None, event.status);
        if let Some(mut interaction) = event.interaction {
            interaction.object(|key, value| {
                match key {
                    "id" => value.string_into(&mut id)?,
                    "model" | "agent" => model = value.string()?.or(model.take()),
                    "status" => status = value.string()?.or(status.take()),
                    "usage" => spent(value, out)?,
                    "error" if value.peek() != Kind::Null => error(value, out)?,
                    "service_tier" => metadata(None, ("", key), value, out)?,
                    _ => keep(("interaction", key), INTERACTION_FIELDS, value, out)?,
                }
                Ok(())
            })?;
        }
        out.metadata(id, model);
        let said = name.strip_prefix("interaction.").unwrap_or_default();
        let status = status.unwrap_or(said);
        if !matches!(status, "created" | "start" | "queued" | "in_progress" | "status_update") {
            self.end(status, out);
        }
        Ok(())
    }

    fn end(&mut self, raw_reason: &str, out: &mut Out<'_>) {
        while !self.calls.is_empty() {
            self.end_call(0, out);
        }
        self.progress = self.progress.max(Some(Progress::Complete));
        let reason = match raw_reason {
            "completed" | "complete" if self.called => FinishReason::ToolCalls,
            "completed" | "complete" => FinishReason::Stop,
            "requires_action" => FinishReason::ToolCalls,
            "incomplete" | "budget_exceeded" => FinishReason::Length,
            "failed" => FinishReason::Error,
            _ => FinishReason::Other,
        };
        if self.finish.as_ref().is_none_or(|(known, raw)| (*known, &**raw) != (reason, raw_reason)) {
            self.finish = Some((reason, raw_reason.into()));
            out.finish(0, reason, raw_reason);
        }
    }
}

/// An event, read but not yet understood: its type stands behind what it is about.
struct Event<'a> {
    name: &'a str,
    /// The step; events without a number are about one and the same.
    index: u64,
    /// The `step`, the `content` or the `delta`.
    block: Option<Block<'a>>,
    interaction: Option<Cursor<'a>>,
    status: Option<&'a str>,
    error: Option<Cursor<'a>>,
}

impl<'a> Event<'a> {
    fn read(cursor: &mut Cursor<'a>, out: &mut Out<'_>) -> Result<Self, SyntaxError> {
        let mut event = Self { name: "", index: 0, block: None, interaction: None, status: None, error: None };
        cursor.object(|key, value| {
            match key {
                "event_type" => value.text_into(&mut event.name)?,
                "index" => event.index = value.u64()?.unwrap_or_default(),
                "step" | "content" | "delta" if value.peek() == Kind::Object => event.block = Some(Block::read(value)?),
                "interaction" if value.peek() == Kind::Object => value.later_into(&mut event.interaction)?,
                "status" => value.string_into(&mut event.status)?,
                "error" if value.peek() != Kind::Null => value.later_into(&mut event.error)?,
                _ => keep(("", key), EVENT_FIELDS, value, out)?,
            }
            Ok(())
        })?;
        Ok(event)
    }
}

/// A step, a content or a change to one.
struct Block<'a> {
    whole: Cursor<'a>,
    kind: &'a str,
    text: Option<&'a str>,
    signature: Option<&'a str>,
    id: Option<&'a str>,
    call_id: Option<&'a str>,
    name: Option<&'a str>,
    data: Option<&'a str>,
    mime_type: Option<&'a str>,
    uri: Option<&'a str>,
    arguments: Option<Cursor<'a>>,
    content: Option<Cursor<'a>>,
    summary: Option<Cursor<'a>>,
    annotations: Option<Cursor<'a>>,
    has_result: bool,
    /// It has fields that are not known.
    strange: bool,
}

impl<'a> Block<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Result<Self, SyntaxError> {
        let mut block = Self {
            whole: *cursor,
            kind: "",
            text: None,
            signature: None,
            id: None,
            call_id: None,
            name: None,
            data: None,
            mime_type: None,
            uri: None,
            arguments: None,
            content: None,
            summary: None,
            annotations: None,
            has_result: false,
            strange: false,
        };
        cursor.object(|key, value| {
            match key {
                "type" => value.text_into(&mut block.kind)?,
                "text" => value.string_into(&mut block.text)?,
                "signature" => value.string_into(&mut block.signature)?,
                "id" => value.string_into(&mut block.id)?,
                "call_id" => value.string_into(&mut block.call_id)?,
                "name" => value.string_into(&mut block.name)?,
                "data" => value.string_into(&mut block.data)?,
                "mime_type" => value.string_into(&mut block.mime_type)?,
                "uri" => value.string_into(&mut block.uri)?,
                _ if value.peek() == Kind::Null => value.skip()?,
                "arguments" => value.later_into(&mut block.arguments)?,
                "content" => value.later_into(&mut block.content)?,
                "summary" => value.later_into(&mut block.summary)?,
                "annotations" => value.later_into(&mut block.annotations)?,
                _ => {
                    block.has_result |= key == "result";
                    block.strange |= !BLOCK_FIELDS.contains(&key);
                    value.skip()?;
                }
            }
            Ok(())
        })?;
        Ok(block)
    }

    fn signature(&self) -> Option<&str> {
        self.signature.filter(|signature| !signature.is_empty())
    }

    /// Hands on the fields that are not known.
    fn rest(&self, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if self.strange { rest(self.whole, self.kind, BLOCK_FIELDS, out) } else { Ok(()) }
    }
}

/// Images and the like are files; audio comes in pieces of one stream.
fn media(block: &Block<'_>, out: &mut Out<'_>) {
    let (media_type, data, url) = (block.mime_type, block.data, block.uri);
    match data.filter(|_| block.kind == "audio") {
        Some(data) => {
            if let Some(media_type) = media_type {
                out.audio_format(0, media_type);
            }
            out.audio(0, data);
        }
        // A start that announces an image has nothing of it yet.
        None if data.is_none() && url.is_none() => {}
        None => {
            let file = File { media_type, data, url, reasoning: false, signature: block.signature() };
            out.file(0, file);
        }
    }
}

/// A citation of a page, a file or a place.
fn cite(raw: &str, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    let (mut url, mut title) = (None, None);
    Cursor::new(raw, out.strings).object(|key, value| {
        match key {
            "url" | "document_uri" => url = value.string()?.or(url.take()),
            "title" | "name" | "file_name" => title = value.string()?.or(title.take()),
            _ => value.skip()?,
        }
        Ok(())
    })?;
    out.source(0, url, title, raw);
    Ok(())
}

/// `event_id` is the token with which a broken stream is resumed.
const EVENT_FIELDS: &[&str] = &["event_id", "interaction_id", "step", "content", "delta", "metadata"];

/// Times, the request's own settings, and what repeats the steps.
const INTERACTION_FIELDS: &[&str] = &[
    "object",
    "created",
    "updated",
    "role",
    "previous_interaction_id",
    "response_modalities",
    "outputs",
    "steps",
    "environment_id",
];

/// Fields of a block that are read; which server a tool belongs to, what kind of search it makes, how finely an image is
/// drawn and a sound sampled; and what stands in results, which are handed on whole.
const BLOCK_FIELDS: &[&str] = &[
    "type",
    "text",
    "signature",
    "id",
    "call_id",
    "name",
    "data",
    "mime_type",
    "uri",
    "arguments",
    "content",
    "summary",
    "annotations",
    "result",
    "server_name",
    "search_type",
    "resolution",
    "sample_rate",
    "channels",
    "is_error",
    "status",
];

/// Beyond this number the eldest open call is taken for ended.
const MAX_OPEN_CALLS: usize = 128;
