//! What OpenAI's Responses and Realtime events have in common: one flat object with a type, indices, and a payload
//! under one of a few names. It is read once; what the event's type then asks for is read from the cursors kept here.

use super::fields::{is_blank, metadata};
use super::usage::Spent;
use super::{Out, error};
use crate::event::FinishReason;
use crate::json::{Cursor, Kind, Strings, SyntaxError};

/// A server event, or a whole response object that was not streamed.
#[derive(Debug, Default)]
pub(super) struct ServerEvent<'a> {
    /// `type`; empty where there is none.
    pub kind: &'a str,
    /// `object`: `response` says that this is no event but a whole response.
    pub object: &'a str,
    /// `output_index`: which item.
    pub index: Option<u64>,
    /// `content_index`, `summary_index` or `command_index`: which part of the item.
    pub part_index: u64,
    /// `item_id` as raw JSON.
    pub item_id: &'a str,
    /// `delta`: more of a text, or of audio in base64.
    pub delta: Option<Cursor<'a>>,
    /// The whole of what deltas brought, under any of the names that the `.done` events have for it.
    pub whole: Option<Cursor<'a>>,
    /// `item`: an output item.
    pub item: Option<Cursor<'a>>,
    /// `part`: a part of an item.
    pub part: Option<Cursor<'a>>,
    /// `logprobs` of a text.
    pub logprobs: Option<Cursor<'a>>,
    /// `annotation` of a text.
    pub annotation: Option<Cursor<'a>>,
    /// `response`: the response object.
    pub response: Option<Cursor<'a>>,
    /// `session`: the Realtime session.
    pub session: Option<Cursor<'a>>,
    /// `error`: what went wrong.
    pub error: Option<Cursor<'a>>,
    /// `message` and `code` of an `error` event that has no error object.
    pub message: Option<Cursor<'a>>,
    pub code: Option<Cursor<'a>>,
    /// `call_id`, where an event that speaks of a call repeats it (Realtime).
    pub call_id: Option<Cursor<'a>>,
    /// `name`, where an event that speaks of a call repeats it.
    pub name: Option<Cursor<'a>>,
    /// `format` and `sample_rate`, in hertz, of audio (Realtime, translation).
    pub format: Option<Cursor<'a>>,
    pub sample_rate: Option<u64>,
    /// `usage` beside the response (xAI Realtime).
    pub usage: Spent<'a>,
    /// Fields that nobody knows, with their raw values.
    pub unknown: Vec<(String, &'a str)>,
}

impl<'a> ServerEvent<'a> {
    pub(super) fn read(cursor: &mut Cursor<'a>) -> Result<Self, SyntaxError> {
        let mut event = Self::default();
        cursor.object(|key, value| {
            match key {
                "type" => value.text_into(&mut event.kind)?,
                "delta" => keep_into(&mut event.delta, value)?,
                "item_id" => event.item_id = value.raw()?,
                "output_index" => value.u64_into(&mut event.index)?,
                "content_index" | "summary_index" | "command_index" => {
                    event.part_index = value.u64()?.unwrap_or_default();
                }
                "text" | "refusal" | "arguments" | "input" | "diff" | "command" | "transcript" => {
                    keep_into(&mut event.whole, value)?;
                }
                // The code of an error, or a whole program.
                "code" => {
                    keep_into(&mut event.code, value)?;
                    event.whole = event.whole.or(event.code);
                }
                "item" => keep_into(&mut event.item, value)?,
                "part" => keep_into(&mut event.part, value)?,
                "logprobs" => keep_into(&mut event.logprobs, value)?,
                "annotation" => keep_into(&mut event.annotation, value)?,
                "response" => keep_into(&mut event.response, value)?,
                "session" => keep_into(&mut event.session, value)?,
                "error" => keep_into(&mut event.error, value)?,
                "message" => keep_into(&mut event.message, value)?,
                "call_id" => keep_into(&mut event.call_id, value)?,
                "name" => keep_into(&mut event.name, value)?,
                "format" => keep_into(&mut event.format, value)?,
                "sample_rate" => value.u64_into(&mut event.sample_rate)?,
                "usage" => event.usage = Spent::read(value)?,
                "object" => value.text_into(&mut event.object)?,
                _ if ADMINISTRATIVE.contains(&key) => value.skip()?,
                _ => note(&mut event.unknown, key, value)?,
            }
            Ok(())
        })?;
        Ok(event)
    }

    /// Hands on the fields that nobody knows.
    pub(super) fn unknown_fields(&self, out: &mut Out<'_>) {
        for (key, raw) in &self.unknown {
            out.unknown(&format!("{}.{key}", self.kind), raw);
        }
    }

    /// Hands on the error that the event reports, in either of the recorded shapes: an `error` object, or its
    /// fields beside the type.
    pub(super) fn report(&self, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if let Some(mut object) = self.error {
            return error(&mut object, out);
        }
        let code = string(self.code)?;
        let message = string(self.message)?;
        let message = message.unwrap_or("the provider reports an error without a message");
        out.error(code, message);
        Ok(())
    }
}

/// What a response object says about the response as a whole.
#[derive(Debug, Default)]
pub(super) struct ResponseObject<'a> {
    pub id: Option<&'a str>,
    pub model: Option<&'a str>,
    pub status: Option<&'a str>,
    /// `incomplete_details.reason` (Responses) or `status_details.reason` (Realtime).
    pub reason: Option<&'a str>,
    pub error: Option<Cursor<'a>>,
    pub output: Option<Cursor<'a>>,
    pub usage: Spent<'a>,
    pub service_tier: Option<Cursor<'a>>,
}

impl<'a> ResponseObject<'a> {
    pub(super) fn read(cursor: &mut Cursor<'a>) -> Result<Self, SyntaxError> {
        let mut response = Self::default();
        cursor.object(|key, value| {
            match key {
                "id" => value.string_into(&mut response.id)?,
                "model" => value.string_into(&mut response.model)?,
                "status" => value.string_into(&mut response.status)?,
                "error" => keep_into(&mut response.error, value)?,
                "output" => keep_into(&mut response.output, value)?,
                "service_tier" => keep_into(&mut response.service_tier, value)?,
                "usage" => response.usage = Spent::read(value)?,
                "incomplete_details" | "status_details" => {
                    value.object(|key, value| {
                        match key {
                            "reason" => value.string_into(&mut response.reason)?,
                            "error" => keep_into(&mut response.error, value)?,
                            _ => value.skip()?,
                        }
                        Ok(())
                    })?;
                }
                // The rest repeats the request: instructions, tools, temperature.
                _ => value.skip()?,
            }
            Ok(())
        })?;
        Ok(response)
    }

    pub(super) fn metadata(&self, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        out.metadata(self.id, self.model);
        self.service_tier.map_or(Ok(()), |mut tier| metadata(None, ("", "service_tier"), &mut tier, out))
    }

    /// Hands on how the response ended: its status, or `otherwise` where it has none that ends anything.
    /// `calls`: tool calls wait for the host.
    pub(super) fn finish(&self, otherwise: &str, calls: bool, out: &mut Out<'_>) {
        let status = self.status.filter(|status| ENDINGS.contains(status)).unwrap_or(otherwise);
        let reason = match (status, self.reason) {
            ("completed", _) if calls => FinishReason::ToolCalls,
            ("completed", _) => FinishReason::Stop,
            ("failed", _) => FinishReason::Error,
            (_, Some("max_output_tokens" | "max_tokens")) => FinishReason::Length,
            (_, Some("content_filter")) => FinishReason::ContentFilter,
            _ => FinishReason::Other,
        };
        let raw_reason = self.reason.filter(|_| status != "completed").unwrap_or(status);
        out.finish(0, reason, raw_reason);
    }
}

/// Keeps a value for later and skips it; `null` counts as absent.
pub(super) fn keep<'a>(value: &mut Cursor<'a>) -> Result<Option<Cursor<'a>>, SyntaxError> {
    let kept = (value.peek() != Kind::Null).then_some(*value);
    value.skip()?;
    Ok(kept)
}

/// The same into its place.
#[cfg_attr(target_family = "wasm", inline(never))]
pub(super) fn keep_into<'a>(place: &mut Option<Cursor<'a>>, value: &mut Cursor<'a>) -> Result<(), SyntaxError> {
    *place = keep(value)?;
    Ok(())
}

/// The string that stands at a kept cursor.
pub(super) fn string<'a>(kept: Option<Cursor<'a>>) -> Result<Option<&'a str>, SyntaxError> {
    kept.map_or(Ok(None), |mut value| value.string())
}

/// The text of the value that stands at a cursor.
pub(super) fn raw<'a>(mut value: Cursor<'a>) -> Result<&'a str, SyntaxError> {
    value.raw()
}

/// The string that raw JSON is; empty where it is none.
pub(super) fn unquoted<'a>(raw: &'a str, strings: &'a Strings) -> &'a str {
    Cursor::new(raw, strings).string().ok().flatten().unwrap_or_default()
}

/// Notes a field that nobody knows, unless it says nothing.
pub(super) fn note<'a>(
    unknown: &mut Vec<(String, &'a str)>,
    key: &str,
    value: &mut Cursor<'a>,
) -> Result<(), SyntaxError> {
    let raw = value.raw()?;
    if !is_blank(raw) {
        unknown.push((key.to_owned(), raw));
    }
    Ok(())
}

/// What ends a response.
const ENDINGS: &[&str] = &["completed", "incomplete", "failed", "cancelled"];

/// Fields of an event that carry no content.
const ADMINISTRATIVE: &[&str] = &[
    // Numbering and padding.
    "sequence_number",
    "event_id",
    "response_id",
    "previous_item_id",
    "annotation_index",
    "partial_image_index",
    "obfuscation",
    // Realtime, Azure: the part again, under its older name.
    "content",
    // Realtime, xAI: when and how fast audio was made.
    "audio_duration_ms",
    "elapsed_ms",
    "latency",
    "rid",
    "start_time",
    "timestamp",
    "ts",
    // Realtime, translation: always one.
    "channels",
    // WebSocket mode: the HTTP status of an error, which also has a code.
    "status",
    "param",
];
