//! Cohere `/v1/chat`: one line an event, and at the end the whole response once more.

use super::cohere_v2::{address, finish, rest, sources, spent};
use super::fields::keep;
use super::{Decode, Out, Progress, error, payload};
use crate::event::FinishReason;
use crate::json::{Cursor, Kind, SyntaxError};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct CohereV1 {
    /// Text was streamed, so that the response at the end only repeats it.
    text: bool,
    /// A plan was streamed, which the calls repeat.
    plan: bool,
    /// Index and slot of the call that is being written.
    call: Option<(u64, u32)>,
    /// Tool calls so far.
    calls: u32,
    cited: bool,
    closed: bool,
}

impl Decode for CohereV1 {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let Some(mut cursor) = payload(frame, out) else { return Ok(()) };
        let event = Event::read(&mut cursor)?;
        let text = event.text.unwrap_or_default();
        match event.kind {
            "text-generation" => {
                self.text |= !text.is_empty();
                out.text(0, text);
            }
            "stream-start" => out.metadata(event.id, None),
            "tool-calls-chunk" => self.chunk(&event, text, out)?,
            "tool-calls-generation" => self.whole_calls(&event, text, out)?,
            "citation-generation" => {
                self.cited = true;
                event.citations.map_or(Ok(()), |citations| sources(citations, out))?;
            }
            "search-results" => event.documents.map_or(Ok(()), |documents| found(documents, out))?,
            "stream-end" => self.end(&event, out)?,
            "" if event.error => {
                error(&mut cursor.of(frame.data), out)?;
                self.closed = true;
            }
            "search-queries-generation" => {}
            kind => {
                out.unknown(kind, frame.data);
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

impl CohereV1 {
    /// A piece of the plan, or of a tool call: its name first, then its parameters as text.
    fn chunk(&mut self, event: &Event<'_>, text: &str, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        self.plan |= !text.is_empty();
        out.reasoning(0, text);
        let Some(mut delta) = event.call_delta else { return Ok(()) };
        let (mut index, mut name, mut input) = (None, None, None);
        delta.object(|key, value| {
            match key {
                "index" => value.u64_into(&mut index)?,
                "name" => value.string_into(&mut name)?,
                "parameters" if value.peek() == Kind::String => value.string_into(&mut input)?,
                "text" => value.skip()?,
                _ => keep(("tool_call_delta", key), &[], value, out)?,
            }
            Ok(())
        })?;
        let index = index.or(self.call.map(|(index, _)| index)).unwrap_or_default();
        let slot = match self.call {
            Some((open, slot)) if open == index && name.is_none() => slot,
            _ => {
                self.end_call(out);
                let slot = self.start_call(name.unwrap_or_default(), out);
                self.call = Some((index, slot));
                slot
            }
        };
        out.tool_input(slot, input.unwrap_or_default());
        Ok(())
    }

    /// All tool calls, whole: what the chunks said, where there were any.
    fn whole_calls(&mut self, event: &Event<'_>, text: &str, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if !self.plan {
            self.plan = !text.is_empty();
            out.reasoning(0, text);
        }
        self.end_call(out);
        let Some(mut calls) = event.calls.filter(|_| self.calls == 0) else { return Ok(()) };
        calls.array(|call| {
            let (mut name, mut input) = (None, None);
            call.object(|key, value| {
                match key {
                    "name" => value.string_into(&mut name)?,
                    "parameters" => value.raw_into(&mut input)?,
                    _ => keep(("tool_calls", key), &[], value, out)?,
                }
                Ok(())
            })?;
            let slot = self.start_call(name.unwrap_or_default(), out);
            out.tool_input(slot, input.unwrap_or_default());
            out.tool_end(slot);
            Ok(())
        })?;
        Ok(())
    }

    /// The end, with the whole response, which fills in what was not streamed.
    fn end(&mut self, event: &Event<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        self.closed = true;
        let Some(mut response) = event.response else {
            self.finish(event, out);
            return Ok(());
        };
        let (mut id, mut usage, mut text) = (None, None, None);
        let mut last = Event::default();
        response.object(|key, value| {
            match key {
                "response_id" => value.string_into(&mut id)?,
                "meta" => value.later_into(&mut usage)?,
                "text" => value.string_into(&mut text)?,
                "tool_calls" => value.later_into(&mut last.calls)?,
                "citations" => value.later_into(&mut last.citations)?,
                _ => keep(("response", key), RESPONSE_FIELDS, value, out)?,
            }
            Ok(())
        })?;
        out.metadata(id, None);
        if !self.text && !self.plan {
            out.text(0, text.unwrap_or_default());
        }
        self.whole_calls(&last, "", out)?;
        if let Some(citations) = last.citations.filter(|_| !self.cited) {
            sources(citations, out)?;
        }
        if let Some(meta) = usage {
            spent(meta, out)?;
        }
        self.finish(event, out);
        Ok(())
    }

    /// `COMPLETE` is also what ends an answer that waits for its tools.
    fn finish(&self, event: &Event<'_>, out: &mut Out<'_>) {
        let (reason, fault) = (event.reason, event.fault);
        match reason {
            Some(raw_reason @ "COMPLETE") if self.calls > 0 && fault.is_none() => {
                out.finish(0, FinishReason::ToolCalls, raw_reason);
            }
            _ => finish(reason, fault, out),
        }
    }

    fn start_call(&mut self, name: &str, out: &mut Out<'_>) -> u32 {
        let slot = self.calls;
        self.calls = self.calls.wrapping_add(1);
        out.tool_start(0, slot, "", name, false);
        slot
    }

    fn end_call(&mut self, out: &mut Out<'_>) {
        if let Some((_, slot)) = self.call.take() {
            out.tool_end(slot);
        }
    }
}

/// An event, read but not yet understood.
#[derive(Default)]
struct Event<'a> {
    kind: &'a str,
    id: Option<&'a str>,
    text: Option<&'a str>,
    call_delta: Option<Cursor<'a>>,
    calls: Option<Cursor<'a>>,
    citations: Option<Cursor<'a>>,
    documents: Option<Cursor<'a>>,
    response: Option<Cursor<'a>>,
    reason: Option<&'a str>,
    fault: Option<&'a str>,
    /// It has a message that is no event's.
    error: bool,
    /// It has fields that are not known.
    strange: bool,
}

impl<'a> Event<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Result<Self, SyntaxError> {
        let mut event = Self::default();
        cursor.object(|key, value| {
            match key {
                "event_type" => value.text_into(&mut event.kind)?,
                "generation_id" => value.string_into(&mut event.id)?,
                "text" => value.string_into(&mut event.text)?,
                "tool_call_delta" => value.later_into(&mut event.call_delta)?,
                "tool_calls" => value.later_into(&mut event.calls)?,
                "citations" => value.later_into(&mut event.citations)?,
                "documents" => value.later_into(&mut event.documents)?,
                "response" => value.later_into(&mut event.response)?,
                "finish_reason" => value.string_into(&mut event.reason)?,
                "error" if value.peek() == Kind::String => value.string_into(&mut event.fault)?,
                "message" => {
                    event.error |= value.peek() == Kind::String;
                    value.skip()?;
                }
                _ => {
                    event.strange |= !EVENT_FIELDS.contains(&key);
                    value.skip()?;
                }
            }
            Ok(())
        })?;
        event.error |= event.fault.is_some();
        Ok(event)
    }
}

/// Documents that a search found.
fn found(mut documents: Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    documents.array(|document| {
        let (mut url, mut title) = (None, None);
        let raw = { *document }.raw()?;
        address(document, &mut url, &mut title)?;
        out.source(0, url, title, raw);
        Ok(())
    })?;
    Ok(())
}

/// Fields of an event. Not among them are `search_queries` and `search_results`, what the model looked up and where:
/// events have no word for these.
const EVENT_FIELDS: &[&str] = &[
    "event_type",
    "is_finished",
    "index",
    "generation_id",
    "text",
    "tool_call_delta",
    "tool_calls",
    "citations",
    "documents",
    "response",
    "finish_reason",
    "error",
    "message",
];

/// Fields of the whole response that repeat the stream or the request.
const RESPONSE_FIELDS: &[&str] =
    &["generation_id", "chat_history", "finish_reason", "documents", "search_results", "search_queries"];
