//! Model Context Protocol over streamable HTTP: JSON-RPC 2.0 messages of the server.
//!
//! The answer to a tool call is text; lists and handshakes say nothing of an answer and pass by.

use super::fields::is_blank;
use super::openai_event::{keep_into, raw, string};
use super::{Decode, File, Out, Progress, error};
use crate::json::{Cursor, Kind, SyntaxError};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct Mcp {
    /// The response to a request came.
    answered: bool,
}

impl Decode for Mcp {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if frame.data.trim_ascii().is_empty() {
            return Ok(());
        }
        let mut cursor = Cursor::new(frame.data, out.strings);
        match cursor.peek() {
            Kind::Object => self.message(&mut cursor, out)?,
            // A batch, as revision 2025-03-26 had it.
            Kind::Array => {
                cursor.array(|value| self.message(value, out))?;
            }
            _ => {
                out.unknown(frame.event, frame.data);
                return Ok(());
            }
        }
        cursor.end()
    }

    fn progress(&self) -> Progress {
        if self.answered { Progress::Complete } else { Progress::Open }
    }
}

impl Mcp {
    fn message(&mut self, message: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let whole = *message;
        let (mut method, mut result, mut failure) = (None, None, None);
        message.object(|key, value| {
            match key {
                "method" => value.string_into(&mut method)?,
                "result" => keep_into(&mut result, value)?,
                "error" => keep_into(&mut failure, value)?,
                _ => value.skip()?,
            }
            Ok(())
        })?;
        self.answered |= result.is_some() || failure.is_some();
        if let Some(mut failure) = failure {
            return error(&mut failure, out);
        }
        if let Some(result) = result {
            return content(result, out);
        }
        match method {
            Some(method) if NOTIFICATIONS.contains(&method) => {}
            method => out.unknown(method.unwrap_or("message"), raw(whole)?),
        }
        Ok(())
    }
}

/// The content of a tool's result; results of other requests have none.
fn content(mut result: Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    result.object(|key, value| match key {
        "content" => value.array(|value| part(value, out)).map(drop),
        _ => value.skip(),
    })?;
    Ok(())
}

fn part(part: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    let whole = *part;
    let (mut kind, mut text, mut data, mut media_type, mut url) = (None, None, None, None, None);
    part.object(|key, value| {
        match key {
            "type" => value.string_into(&mut kind)?,
            "text" => keep_into(&mut text, value)?,
            "data" => value.string_into(&mut data)?,
            "mimeType" => value.string_into(&mut media_type)?,
            "uri" => value.string_into(&mut url)?,
            _ => value.skip()?,
        }
        Ok(())
    })?;
    let raw = raw(whole)?;
    match kind {
        Some("text") => {
            out.text(0, string(text)?.unwrap_or_default());
            out.block_end(0);
        }
        Some("audio") => {
            if let Some(media_type) = &media_type {
                out.audio_format(0, media_type);
            }
            out.audio(0, data.unwrap_or_default());
        }
        Some("image" | "resource_link") => {
            let (media_type, data, url) = (media_type, data, url);
            out.file(0, File { media_type, data, url, ..File::default() });
        }
        kind if !is_blank(raw) => out.unknown(kind.unwrap_or("content"), raw),
        _ => {}
    }
    Ok(())
}

/// Notifications that say only how far something is, or that a list has changed.
const NOTIFICATIONS: &[&str] = &[
    "notifications/cancelled",
    "notifications/message",
    "notifications/progress",
    "notifications/prompts/list_changed",
    "notifications/resources/list_changed",
    "notifications/resources/updated",
    "notifications/roots/list_changed",
    "notifications/tools/list_changed",
    "ping",
];
