//! OpenAI Responses: semantic events over SSE or a WebSocket, and whole response objects.
//!
//! Text, reasoning, refusals and tool input come by their deltas; what repeats them (`.done`, the final object) adds
//! only what was missing. There is one answer, `choice` 0. A WebSocket, or a recording of several turns, carries one
//! response after the other: their texts become further blocks of that answer, and the last finish reason and usage
//! count.

use super::openai_event::{ResponseObject, ServerEvent};
use super::openai_items::Items;
use super::openai_output::output_event;
use super::{DONE, Decode, Delta, Out, Progress, error, payload};
use crate::engine::Limits;
use crate::find::last_part;
use crate::json::{Cursor, Kind, SyntaxError};
use crate::wire::Frame;

#[derive(Debug)]
pub(super) struct OpenaiResponses {
    items: Items,
    progress: Option<Progress>,
    /// The message of the error that was handed on: `response.failed` repeats that of an `error` event.
    reported: Option<String>,
}

impl Decode for OpenaiResponses {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if frame.data.trim_ascii() == DONE {
            // xAI and OpenRouter end so; without a final event before it, the end of the answer is missing.
            self.progress = self.progress.map(|_| Progress::Closed);
            return Ok(());
        }
        let Some(mut cursor) = payload(frame, out) else { return Ok(()) };
        let mut event = ServerEvent::read(&mut cursor)?;
        if event.kind.is_empty() {
            event.kind = frame.event;
        }
        self.event(&event, &cursor, frame, out)?;
        cursor.end()
    }

    fn progress(&self) -> Progress {
        self.progress.unwrap_or(Progress::Open)
    }
}

impl OpenaiResponses {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { items: Items::new(limits), progress: None, reported: None }
    }

    fn event(
        &mut self,
        event: &ServerEvent<'_>,
        cursor: &Cursor<'_>,
        frame: &Frame<'_>,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        if output_event(&mut self.items, event, frame, out)? {
            return Ok(());
        }
        match event.kind {
            "response.created" | "response.queued" | "response.in_progress" => self.begun(event, out)?,
            "response.completed" | "response.incomplete" | "response.failed" | "response.cancelled" => {
                let ending = last_part(event.kind);
                self.ended(event.response, ending, out)?;
                // SSE carries one response; on a WebSocket, where frames have no names, another may follow.
                self.progress = Some(if frame.event.is_empty() { Progress::Complete } else { Progress::Closed });
            }
            "error" => self.failed(|out| event.report(out), out)?,
            "" if event.object == "response" => {
                self.items.clear();
                self.ended(Some(cursor.of(frame.data)), "", out)?;
                self.progress = Some(Progress::Complete);
                return Ok(());
            }
            "" if event.error.is_some() => self.failed(|out| event.report(out), out)?,
            "keepalive" => {
                out.delta(Delta::KeepAlive);
                return Ok(());
            }
            kind if ADMINISTRATIVE.contains(&kind) => return Ok(()),
            kind => {
                out.unknown(kind, frame.data);
                return Ok(());
            }
        }
        event.unknown_fields(out);
        Ok(())
    }

    fn begun(&mut self, event: &ServerEvent<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if self.progress.take().is_some() {
            self.items.clear();
            self.reported = None;
        }
        let Some(mut response) = event.response else { return Ok(()) };
        ResponseObject::read(&mut response)?.metadata(out)
    }

    fn ended(&mut self, response: Option<Cursor<'_>>, ending: &str, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let Some(mut response) = response else { return Ok(()) };
        let response = ResponseObject::read(&mut response)?;
        response.metadata(out)?;
        if let Some(output) = response.output {
            self.items.output(output, out)?;
        }
        response.usage.give(out);
        if let Some(mut object) = response.error.filter(|error| { *error }.peek() == Kind::Object) {
            self.failed(|out| error(&mut object, out), out)?;
        }
        response.finish(ending, self.items.host_calls(), out);
        Ok(())
    }

    /// Hands on the error that `report` reports, unless it is the one that was reported before.
    fn failed(
        &mut self,
        mut report: impl FnMut(&mut Out<'_>) -> Result<(), SyntaxError>,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        self.progress = Some(self.progress.unwrap_or(Progress::Complete));
        let strings = out.strings;
        let mut others = |delta: Delta<'_>| {
            let Delta::Error { message, .. } = delta else { return out.delta(delta) };
            if self.reported.as_deref() != Some(message) {
                self.reported = Some(message.to_owned());
                out.delta(delta);
            }
        };
        report(&mut Out { sink: &mut others, strings })
    }
}

/// Events that say only how far something is, or that the whole item repeats.
const ADMINISTRATIVE: &[&str] = &[
    "response.content_part.added",
    "response.reasoning_part.added",
    "response.reasoning_summary_part.added",
    "response.audio.done",
    "response.output_audio.done",
    "response.shell_call_command.added",
    // The output item `shell_call_output` has it all.
    "response.shell_call_output_content.delta",
    "response.shell_call_output_content.done",
    "response.web_search_call.in_progress",
    "response.web_search_call.searching",
    "response.web_search_call.completed",
    "response.file_search_call.in_progress",
    "response.file_search_call.searching",
    "response.file_search_call.completed",
    "response.code_interpreter_call.in_progress",
    "response.code_interpreter_call.interpreting",
    "response.code_interpreter_call.completed",
    "response.image_generation_call.in_progress",
    "response.image_generation_call.generating",
    "response.image_generation_call.completed",
    "response.mcp_call.in_progress",
    "response.mcp_call.completed",
    "response.mcp_call.failed",
    "response.mcp_list_tools.in_progress",
    "response.mcp_list_tools.completed",
    "response.mcp_list_tools.failed",
];
