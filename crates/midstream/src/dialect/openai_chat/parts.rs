//! What stands in a delta where plain words could stand: arrays of content parts, details of reasoning, audio.

use super::super::{Delta, File, Out};
use super::sources::Sources;
use super::{field, fields, text};
use crate::find::find;
use crate::json::{Cursor, Kind, SyntaxError};

/// Reads a `content` that is no string; whether it said anything. Mistral sends arrays
/// (`[{"type":"thinking","thinking":[{"type":"text","text":"..."}]}]`).
pub(super) fn content(
    choice: u32,
    content: &mut Cursor<'_>,
    sources: &mut Sources,
    out: &mut Out<'_>,
) -> Result<bool, SyntaxError> {
    if content.peek() == Kind::Object {
        return part(choice, content, false, sources, out);
    }
    let mut said = false;
    content.array(|value| {
        said |= part(choice, value, false, sources, out)?;
        Ok(())
    })?;
    Ok(said)
}

/// Reads one content part, which may stand inside a part of reasoning.
fn part(
    choice: u32,
    value: &mut Cursor<'_>,
    thinking: bool,
    sources: &mut Sources,
    out: &mut Out<'_>,
) -> Result<bool, SyntaxError> {
    let prose = |words: &str, out: &mut Out<'_>| {
        if words.is_empty() {
            return false;
        }
        out.delta(match thinking {
            true => Delta::Reasoning { choice, text: words },
            false => Delta::Text { choice, text: words },
        });
        true
    };
    let raw = value.raw()?;
    let mut value = value.of(raw);
    match value.peek() {
        Kind::String => return Ok(prose(value.string()?.unwrap_or_default(), out)),
        Kind::Object => {}
        _ => return field(PATH, "", &mut value, out).map(|()| false),
    }
    let mut kind = None;
    value.object(|key, value| {
        match key {
            "type" => value.string_into(&mut kind)?,
            _ => value.skip()?,
        }
        Ok(())
    })?;
    let mut said = false;
    let mut value = value.of(raw);
    match kind {
        None | Some("text" | "output_text" | "thinking" | "reasoning" | "refusal") => {
            value.object(|key, value| {
                match key {
                    "text" if value.peek() == Kind::String => {
                        said |= prose(value.string()?.unwrap_or_default(), out);
                    }
                    "thinking" | "reasoning" if value.peek() == Kind::Array && !thinking => {
                        value.array(|value| {
                            said |= part(choice, value, true, sources, out)?;
                            Ok(())
                        })?;
                    }
                    "thinking" | "reasoning" if value.peek() == Kind::String => {
                        let text = value.string()?.unwrap_or_default();
                        said |= !text.is_empty();
                        out.reasoning(choice, text);
                    }
                    "signature" if value.peek() == Kind::String => {
                        let signature = value.string()?.unwrap_or_default();
                        out.signature(choice, signature);
                    }
                    "refusal" if value.peek() == Kind::String => {
                        let text = value.string()?.unwrap_or_default();
                        said |= !text.is_empty();
                        out.refusal(choice, text);
                    }
                    "annotations" => sources.annotations(choice, value, out)?,
                    _ if fields::of_part(key) => value.skip()?,
                    _ => field(PATH, key, value, out)?,
                }
                Ok(())
            })?;
        }
        // Mistral: the numbers of the tool results that the text before rests on.
        Some("reference" | "tool_reference") => out.source(choice, None, None, raw),
        Some(kind) => out.unknown(kind, raw),
    }
    Ok(said)
}

/// Reads `reasoning_details` (OpenRouter) or `thinking_blocks` (LiteLLM); whether there was reasoning. Their texts
/// count only where the delta did not give them as `reasoning` (`repeated`); signatures and encrypted reasoning stand
/// nowhere else.
pub(super) fn reasoning_details(
    choice: u32,
    details: &mut Cursor<'_>,
    repeated: bool,
    out: &mut Out<'_>,
) -> Result<bool, SyntaxError> {
    let mut said = false;
    details.array(|detail| {
        let (mut prose, mut signature, mut data) = (None, None, None);
        detail.object(|key, value| {
            match key {
                "text" | "summary" | "thinking" if value.peek() == Kind::String => value.string_into(&mut prose)?,
                "signature" if value.peek() == Kind::String => value.string_into(&mut signature)?,
                "data" if value.peek() == Kind::String => value.string_into(&mut data)?,
                _ if fields::of_part(key) => value.skip()?,
                _ => field("choices.delta.reasoning_details", key, value, out)?,
            }
            Ok(())
        })?;
        if let Some(text) = prose.filter(|text| !repeated && !text.is_empty()) {
            said = true;
            out.reasoning(choice, text);
        }
        if let Some(signature) = signature {
            out.signature(choice, signature);
        }
        // Encrypted reasoning is whole: another one belongs to another block.
        if let Some(data) = data.filter(|data| !data.is_empty()) {
            out.signature(choice, data);
            out.block_end(choice);
        }
        Ok(())
    })?;
    Ok(said)
}

/// Reads `images` (OpenRouter): `[{"type":"image_url","image_url":{"url":"data:image/png;base64,..."}}]`; whether there
/// was one.
pub(super) fn images(choice: u32, images: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<bool, SyntaxError> {
    let mut said = false;
    images.array(|image| {
        let raw = image.raw()?;
        let mut url = None;
        image.of(raw).object(|key, value| {
            match key {
                "image_url" if value.peek() == Kind::Object => {
                    value.object(|key, value| {
                        match key {
                            "url" => value.string_into(&mut url)?,
                            _ => value.skip()?,
                        }
                        Ok(())
                    })?;
                }
                "image_url" => value.string_into(&mut url)?,
                _ => value.skip()?,
            }
            Ok(())
        })?;
        let Some(url) = url.filter(|url| !url.is_empty()) else {
            return field("choices.delta", "images", &mut image.of(raw), out);
        };
        said = true;
        out.file(choice, file(url));
        Ok(())
    })?;
    Ok(said)
}

/// What lies at `url`, taken out of it where it is a `data:` URL (RFC 2397) in base64.
fn file(url: &str) -> File<'_> {
    let inline = url.strip_prefix("data:").and_then(|rest| {
        let end = find(rest.as_bytes(), BASE64.as_bytes())?;
        Some((&rest[..end], &rest[end + BASE64.len()..]))
    });
    match inline {
        Some((media_type, data)) => File { media_type: Some(media_type), data: Some(data), ..File::default() },
        None => File { url: Some(url), ..File::default() },
    }
}

/// Reads `audio`: `{id, data, transcript, expires_at}`. The transcript is what the audio says, and there is no other
/// text. Whether there was any of both.
pub(super) fn audio(choice: u32, audio: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<bool, SyntaxError> {
    let mut said = false;
    audio.object(|key, value| {
        match key {
            "data" if value.peek() == Kind::String => {
                if let Some(data) = value.string()?.filter(|data| !data.is_empty()) {
                    said = true;
                    out.audio(choice, data);
                }
            }
            "transcript" if value.peek() == Kind::String => said |= text(choice, value.string()?, out),
            "id" | "expires_at" | "format" => value.skip()?,
            _ => field("choices.delta.audio", key, value, out)?,
        }
        Ok(())
    })?;
    Ok(said)
}

const BASE64: &str = ";base64,";
const PATH: &str = "choices.delta.content";
