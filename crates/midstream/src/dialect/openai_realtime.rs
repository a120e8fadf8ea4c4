//! OpenAI Realtime, server side, under its names of general availability, of the beta (which Azure keeps) and of xAI;
//! and its translation sessions.
//!
//! A session is a conversation: one response follows the other, and `response.done` ends each. There is one answer,
//! `choice` 0, of which every response's texts are further blocks; the last finish reason and usage count. The
//! transcript of what is spoken is the answer's text. What the user says or hears said back (`conversation.item.*`,
//! `input_audio_buffer.*`) belongs to the request and is left out, since the answer's channels are the answer's alone.

use super::openai_event::{ResponseObject, ServerEvent, string};
use super::openai_items::Items;
use super::openai_output::output_event;
use super::{Decode, Delta, Out, Progress, error, hash, payload};
use crate::engine::Limits;
use crate::json::{Cursor, Kind, SyntaxError};
use crate::wire::Frame;

#[derive(Debug)]
pub(super) struct OpenaiRealtime {
    items: Items,
    /// Responses that were created and are not done. Several can run beside each other.
    running: u32,
    progress: Option<Progress>,
}

impl Decode for OpenaiRealtime {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let Some(mut cursor) = payload(frame, out) else { return Ok(()) };
        let event = ServerEvent::read(&mut cursor)?;
        self.event(&event, frame, out)?;
        cursor.end()
    }

    fn progress(&self) -> Progress {
        match self.progress {
            Some(progress) if self.running == 0 => progress,
            _ => Progress::Open,
        }
    }
}

impl OpenaiRealtime {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { items: Items::new(limits), running: 0, progress: None }
    }

    fn event(&mut self, event: &ServerEvent<'_>, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if output_event(&mut self.items, event, frame, out)? {
            return Ok(());
        }
        match event.kind {
            "response.created" => self.created(event, out)?,
            "response.done" => self.done(event, out)?,
            "session.created" | "session.updated" => session(event, out)?,
            "conversation.item.input_audio_transcription.delta" | "session.input_transcript.delta" => {
                if let Some(text) = string(event.delta)? {
                    out.aside(heard(event), text);
                }
                return Ok(());
            }
            "conversation.item.input_audio_transcription.segment" => {
                if let Some(text) = string(event.whole)? {
                    out.aside(!heard(event), text);
                }
                return Ok(());
            }
            "conversation.item.input_audio_transcription.completed" => {
                out.aside_end(heard(event));
                out.aside_end(!heard(event));
                return Ok(());
            }
            // That the user's words could not be understood is kept: the answer may be good all the same.
            "conversation.item.input_audio_transcription.failed" => {
                out.aside_end(heard(event));
                out.aside_end(!heard(event));
                out.unknown(event.kind, frame.data);
                return Ok(());
            }
            "session.output_transcript.delta" => {
                if let Some(text) = string(event.delta)? {
                    out.text(0, text);
                }
            }
            "session.output_audio.delta" => {
                if let Some(data) = string(event.delta)? {
                    audio_format(string(event.format)?, event.sample_rate, out);
                    out.audio(0, data);
                }
            }
            "session.closed" => self.progress = Some(Progress::Closed),
            "rate_limits.updated" => {
                for (name, raw) in &event.unknown {
                    out.provider_metadata(None, name, raw);
                }
                return Ok(());
            }
            "error" | "" if event.error.is_some() => event.report(out)?,
            "ping" => {
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

    fn created(&mut self, event: &ServerEvent<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if self.running == 0 {
            self.items.clear();
        }
        self.running = self.running.saturating_add(1);
        let Some(mut response) = event.response else { return Ok(()) };
        ResponseObject::read(&mut response)?.metadata(out)
    }

    fn done(&mut self, event: &ServerEvent<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        self.running = self.running.saturating_sub(1);
        self.progress = Some(Progress::Complete);
        event.usage.give(out);
        let Some(mut response) = event.response else { return Ok(()) };
        let response = ResponseObject::read(&mut response)?;
        response.metadata(out)?;
        if let Some(output) = response.output {
            self.items.output(output, out)?;
        }
        response.usage.give(out);
        if let Some(mut object) = response.error.filter(|error| { *error }.peek() == Kind::Object) {
            error(&mut object, out)?;
        }
        response.finish("completed", self.items.host_calls(), out);
        Ok(())
    }
}

/// Which of the texts that the user said an event speaks of; its complement is that of the same in segments.
fn heard(event: &ServerEvent<'_>) -> u32 {
    hash(&(event.item_id, event.part_index)) as u32
}

/// Model and audio format stand in the session, not in its responses.
fn session(event: &ServerEvent<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    let Some(mut session) = event.session else { return Ok(()) };
    let (mut model, mut format, mut rate) = (None, None, None);
    session.object(|key, value| match key {
        "model" => value.string().map(|name| model = name),
        // Beta.
        "output_audio_format" => value.string().map(|name| format = name),
        "audio" => field(value, "output", |value| {
            field(value, "format", |value| {
                value.object(|key, value| match key {
                    "type" => value.string().map(|name| format = name),
                    "rate" => value.u64().map(|hertz| rate = hertz),
                    _ => value.skip(),
                })?;
                Ok(())
            })
        }),
        _ => value.skip(),
    })?;
    out.metadata(None, model);
    audio_format(format, rate, out);
    Ok(())
}

/// Reads the field `name` of an object.
fn field<'a>(
    object: &mut Cursor<'a>,
    name: &str,
    mut read: impl FnMut(&mut Cursor<'a>) -> Result<(), SyntaxError>,
) -> Result<(), SyntaxError> {
    object.object(|key, value| if key == name { read(value) } else { value.skip() })?;
    Ok(())
}

/// Hands on what the audio is: a media type, or one of the beta's words for them.
fn audio_format(format: Option<&str>, rate: Option<u64>, out: &mut Out<'_>) {
    let (media_type, rate) = match (format, rate) {
        (None, _) => return,
        (Some("g711_ulaw"), _) => ("audio/pcmu", None),
        (Some("g711_alaw"), _) => ("audio/pcma", None),
        (Some("pcm16"), rate) => ("audio/pcm", rate.or(Some(24_000))),
        (Some(other), rate) => (other, rate),
    };
    match rate {
        Some(rate) => out.audio_format(0, &format!("{media_type};rate={rate}")),
        None => out.audio_format(0, media_type),
    }
}

/// Events that belong to the session or the request, or say only how far something is.
const ADMINISTRATIVE: &[&str] = &[
    "conversation.created",
    // The conversation: what the user says, and what the response's own events say of the answer.
    "conversation.item.added",
    "conversation.item.created",
    "conversation.item.deleted",
    "conversation.item.done",
    "conversation.item.retrieved",
    "conversation.item.truncated",
    // The user's words so far.
    "conversation.item.input_audio_transcription.updated",
    "input_audio_buffer.cleared",
    "input_audio_buffer.committed",
    "input_audio_buffer.dtmf_event_received",
    "input_audio_buffer.speech_started",
    "input_audio_buffer.speech_stopped",
    "input_audio_buffer.timeout_triggered",
    "output_audio_buffer.cleared",
    "output_audio_buffer.started",
    "output_audio_buffer.stopped",
    "mcp_list_tools.in_progress",
    "mcp_list_tools.completed",
    "mcp_list_tools.failed",
    "response.content_part.added",
    "response.audio.done",
    "response.output_audio.done",
    "response.mcp_call.in_progress",
    "response.mcp_call.completed",
    "response.mcp_call.failed",
];
