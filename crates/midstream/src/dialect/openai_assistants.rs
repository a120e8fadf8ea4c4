//! OpenAI Assistants: a run's objects, whole at each change of status, and deltas of its messages and steps.
//!
//! What an object is stands in `object`, how far it is in `status`, so the SSE event's name is not needed.

use super::fields::{is_blank, without_quotes};
use super::openai_event::{keep, keep_into, raw, string, unquoted};
use super::said::Said;
use super::usage::Spent;
use super::{DONE, Decode, Delta, Out, Progress, error, payload};
use crate::event::FinishReason;
use crate::json::{Cursor, SyntaxError};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct OpenaiAssistants {
    parts: Vec<Part>,
    /// The part whose block is open; an index into `parts`.
    open: Option<usize>,
    calls: Vec<Call>,
    progress: Option<Progress>,
}

/// A part of a message.
#[derive(Debug)]
struct Part {
    /// The message's id, as raw JSON.
    message: Box<str>,
    index: u64,
    said: Said,
    /// Annotations handed on.
    sources: usize,
}

/// A tool call of a step. Its slot is its place among all calls.
#[derive(Debug)]
struct Call {
    /// The step's id, as raw JSON.
    step: Box<str>,
    index: u64,
    /// The call's id, as raw JSON.
    id: Box<str>,
    said: Said,
    ended: bool,
}

/// The fields of any object that tell something.
#[derive(Debug, Default)]
struct Object<'a> {
    object: &'a str,
    /// As raw JSON.
    id: &'a str,
    status: &'a str,
    model: Option<&'a str>,
    delta: Option<Cursor<'a>>,
    content: Option<Cursor<'a>>,
    step_details: Option<Cursor<'a>>,
    required_action: Option<Cursor<'a>>,
    usage: Spent<'a>,
    error: Option<Cursor<'a>>,
    reason: Option<&'a str>,
}

impl Decode for OpenaiAssistants {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if frame.data.trim_ascii() == DONE {
            self.progress = self.progress.map(|_| Progress::Closed);
            return Ok(());
        }
        let Some(mut cursor) = payload(frame, out) else { return Ok(()) };
        let object = Object::read(&mut cursor)?;
        match object.object {
            "thread.message.delta" => self.message_delta(&object, out)?,
            "thread.run.step.delta" => self.step_delta(&object, out)?,
            "thread.message" => self.message(&object, out)?,
            "thread.run.step" => self.step(&object, out)?,
            "thread.run" => self.run(&object, out)?,
            // The thread itself says nothing of the answer.
            "thread" => {}
            "" if frame.event == "error" || object.error.is_some() => {
                self.progress = Some(Progress::Complete);
                error(&mut object.error.unwrap_or(cursor.of(frame.data)), out)?;
            }
            name => out.unknown(name, frame.data),
        }
        cursor.end()
    }

    fn progress(&self) -> Progress {
        self.progress.unwrap_or(Progress::Open)
    }
}

impl OpenaiAssistants {
    fn message_delta(&mut self, object: &Object<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let Some(mut delta) = object.delta else { return Ok(()) };
        delta.object(|key, value| match key {
            "content" => {
                let mut place = 0;
                value.array(|value| {
                    place += 1;
                    keep(value)?.map_or(Ok(()), |part| self.part(object.id, place - 1, part, false, out))
                })?;
                Ok(())
            }
            _ => value.skip(),
        })?;
        Ok(())
    }

    /// A whole message: what no delta brought of it, once it is completed.
    fn message(&mut self, object: &Object<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if !matches!(object.status, "completed" | "incomplete") {
            return Ok(());
        }
        let mut place = 0;
        object.content.map_or(Ok(()), |mut content| {
            content.array(|value| {
                place += 1;
                keep(value)?.map_or(Ok(()), |part| self.part(object.id, place - 1, part, true, out))
            })
        })?;
        self.close(out);
        Ok(())
    }

    /// A part of a message: more of it, or the whole of it.
    fn part(
        &mut self,
        message: &str,
        place: u64,
        part: Cursor<'_>,
        whole: bool,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        let (mut index, mut kind, mut value_at) = (place, None, None);
        { part }.object(|key, value| {
            match key {
                "index" => index = value.u64()?.unwrap_or(place),
                "type" => value.string_into(&mut kind)?,
                "text" | "refusal" => keep_into(&mut value_at, value)?,
                _ => value.skip()?,
            }
            Ok(())
        })?;
        let at = self.place(message, index);
        match (kind, value_at) {
            (Some("text"), Some(mut text)) => {
                let mut annotations = None;
                text.object(|key, value| match key {
                    "value" => value.string().map(|text| self.say(at, text.unwrap_or_default(), whole, false, out)),
                    "annotations" => keep(value).map(|kept| annotations = kept),
                    _ => value.skip(),
                })?;
                annotations.map_or(Ok(()), |annotations| self.sources(at, annotations, whole, out))
            }
            (Some("refusal"), Some(text)) => {
                self.say(at, string(Some(text))?.unwrap_or_default(), whole, true, out);
                Ok(())
            }
            // Images: given by deltas, and again at the end.
            (Some(kind), _) if !whole => {
                out.unknown(kind, raw(part)?);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Hands on a text: all of it, or what no delta brought of a `whole` one.
    fn say(&mut self, at: Option<usize>, text: &str, whole: bool, refusal: bool, out: &mut Out<'_>) {
        let text = match at.map(|at| &self.parts[at].said) {
            Some(said) if whole && !text.is_empty() => match said.rest(text) {
                Some(rest) => rest,
                // It contradicts the deltas, which can't be unsaid.
                None => return out.unknown("thread.message", text),
            },
            _ => text,
        };
        if text.is_empty() {
            return;
        }
        if self.open != at {
            self.close(out);
            self.open = at;
        }
        if let Some(at) = at {
            self.parts[at].said.push(text);
        }
        out.delta(if refusal { Delta::Refusal { choice: 0, text } } else { Delta::Text { choice: 0, text } });
    }

    fn sources(
        &mut self,
        at: Option<usize>,
        mut annotations: Cursor<'_>,
        whole: bool,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        let mut known = if whole { at.map_or(0, |at| self.parts[at].sources) } else { 0 };
        annotations.array(|value| {
            let raw = value.raw()?;
            if known > 0 {
                known -= 1;
                return Ok(());
            }
            if let Some(at) = at {
                self.parts[at].sources += 1;
            }
            out.source(0, None, None, raw);
            Ok(())
        })?;
        Ok(())
    }

    fn close(&mut self, out: &mut Out<'_>) {
        if self.open.take().is_some() {
            out.block_end(0);
        }
    }

    /// Where a part stands in `parts`; `None` where there are too many.
    fn place(&mut self, message: &str, index: u64) -> Option<usize> {
        let known = self.parts.iter().rposition(|part| part.index == index && *part.message == *message);
        known.or_else(|| {
            (self.parts.len() < MAX_TOLD_APART).then(|| {
                self.parts.push(Part { message: message.into(), index, said: Said::default(), sources: 0 });
                self.parts.len() - 1
            })
        })
    }

    fn step_delta(&mut self, object: &Object<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let Some(mut delta) = object.delta else { return Ok(()) };
        delta.object(|key, value| match key {
            "step_details" => self.tool_calls(object.id, *value, false, out).and_then(|()| value.skip()),
            _ => value.skip(),
        })?;
        Ok(())
    }

    /// A whole step: what no delta brought of its calls, once it is over.
    fn step(&mut self, object: &Object<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        match object.step_details {
            Some(details) if object.status == "completed" => self.tool_calls(object.id, details, true, out),
            _ => Ok(()),
        }
    }

    /// The tool calls in a step's details, or those that a run waits for.
    fn tool_calls(
        &mut self,
        step: &str,
        mut details: Cursor<'_>,
        whole: bool,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        details.object(|key, value| match key {
            "tool_calls" => {
                let mut place = 0;
                value.array(|value| {
                    place += 1;
                    keep(value)?.map_or(Ok(()), |call| self.tool_call(step, place - 1, call, whole, out))
                })?;
                Ok(())
            }
            _ => value.skip(),
        })?;
        Ok(())
    }

    fn tool_call(
        &mut self,
        step: &str,
        place: u64,
        call: Cursor<'_>,
        whole: bool,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        let (mut index, mut id, mut name, mut kind) = (place, None, None, None);
        let (mut input, mut results) = (None, None);
        { call }.object(|key, value| {
            match key {
                "index" => index = value.u64()?.unwrap_or(place),
                "id" => keep_into(&mut id, value)?,
                "type" => value.string_into(&mut kind)?,
                "function" | "code_interpreter" | "file_search" => {
                    value.object(|key, value| match key {
                        "name" => value.string().map(|given| name = given),
                        "arguments" | "input" => keep(value).map(|kept| input = kept),
                        "output" | "outputs" | "results" => keep(value).map(|kept| results = kept),
                        _ => value.skip(),
                    })?;
                }
                _ => value.skip()?,
            }
            Ok(())
        })?;
        let kind = kind.unwrap_or_default();
        let id_text = id.map_or(Ok(""), raw)?;
        let Some(at) = self.call(step, index, id_text) else {
            if self.calls.len() >= MAX_TOLD_APART {
                return Ok(());
            }
            let (id, slot) = (string(id)?.unwrap_or_default(), self.calls.len() as u32);
            let executed = kind != "function";
            let name = name.unwrap_or(kind);
            out.tool_start(0, slot, id, name, executed);
            if kind == "code_interpreter" {
                out.tool_freeform(slot);
            }
            self.calls.push(Call { step: step.into(), index, id: id_text.into(), said: Said::default(), ended: false });
            self.open = None;
            return self.tool_call(step, place, call, whole, out);
        };
        let known = &mut self.calls[at];
        let slot = at as u32;
        if let Some(text) = string(input)?.filter(|_| !known.ended) {
            let text = if whole { known.said.rest(text).unwrap_or_default() } else { text };
            known.said.push(text);
            out.tool_input(slot, text);
        }
        let results = results.map_or(Ok(""), raw)?;
        if whole && !std::mem::replace(&mut known.ended, true) {
            out.tool_end(slot);
            // Deltas bring what came of it in parts, the step brings it whole.
            if !is_blank(results) {
                out.tool_result(0, unquoted(&known.id, out.strings), results, None);
            }
        }
        Ok(())
    }

    /// The call with this id, or at this place of the step.
    fn call(&self, step: &str, index: u64, id: &str) -> Option<usize> {
        let by_id = || self.calls.iter().rposition(|call| !is_blank(id) && *call.id == *id);
        let at_place = |call: &Call| call.index == index && *call.step == *step;
        by_id().or_else(|| is_blank(id).then(|| self.calls.iter().rposition(at_place)).flatten())
    }

    fn run(&mut self, object: &Object<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let id = without_quotes(object.id);
        out.metadata(Some(id), object.model);
        object.usage.give(out);
        let mut raw_reason = object.status;
        let reason = match raw_reason {
            "completed" => FinishReason::Stop,
            "requires_action" => {
                if let Some(mut action) = object.required_action {
                    action.object(|key, value| match key {
                        "submit_tool_outputs" => self.tool_calls("", *value, true, out).and_then(|()| value.skip()),
                        _ => value.skip(),
                    })?;
                }
                FinishReason::ToolCalls
            }
            "incomplete" => {
                raw_reason = object.reason.unwrap_or(raw_reason);
                match raw_reason {
                    "max_completion_tokens" | "max_prompt_tokens" => FinishReason::Length,
                    "content_filter" => FinishReason::ContentFilter,
                    _ => FinishReason::Other,
                }
            }
            "failed" => {
                object.error.map_or(Ok(()), |mut object| error(&mut object, out))?;
                FinishReason::Error
            }
            "cancelled" | "expired" => FinishReason::Other,
            _ => return Ok(()),
        };
        self.progress = Some(Progress::Complete);
        out.finish(0, reason, raw_reason);
        Ok(())
    }
}

impl<'a> Object<'a> {
    fn read(cursor: &mut Cursor<'a>) -> Result<Self, SyntaxError> {
        let mut object = Self::default();
        cursor.object(|key, value| {
            match key {
                "object" => value.text_into(&mut object.object)?,
                "id" => object.id = value.raw()?,
                "status" => value.text_into(&mut object.status)?,
                "model" => value.string_into(&mut object.model)?,
                "delta" => keep_into(&mut object.delta, value)?,
                "content" => keep_into(&mut object.content, value)?,
                "step_details" => keep_into(&mut object.step_details, value)?,
                "required_action" => keep_into(&mut object.required_action, value)?,
                "usage" => object.usage = Spent::read(value)?,
                "error" | "last_error" => object.error = keep(value)?.or(object.error),
                "incomplete_details" => {
                    value.object(|key, value| match key {
                        "reason" => value.string().map(|reason| object.reason = reason),
                        _ => value.skip(),
                    })?;
                }
                // The rest repeats how the run was set up.
                _ => value.skip()?,
            }
            Ok(())
        })?;
        Ok(object)
    }
}

/// Parts of messages, and calls, that are told apart. No real run has a tenth of it; deltas of further parts are
/// handed on all the same, further calls are left out.
const MAX_TOLD_APART: usize = 4096;
