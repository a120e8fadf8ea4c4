//! What Gemini's contents are made of, in `generateContent` as in Live: parts, function calls, token counts.

use super::fields::{keep, later};
use super::gemini_args::Arguments;
use super::{File, Out};
use crate::event::FinishReason;
use crate::json::{Cursor, Kind, SyntaxError};

type Result<T = ()> = std::result::Result<T, SyntaxError>;

/// What later parts of a stream refer to.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// At most [`MAX_ANSWERS`].
    answers: Vec<Answer>,
    slots: u32,
}

/// One answer.
#[derive(Debug, Default)]
struct Answer {
    choice: u32,
    /// The prose that is being written.
    prose: Option<Prose>,
    /// The block of prose has its signature.
    signed: bool,
    /// The function call that is being streamed.
    streamed: Option<Streamed>,
    /// The host was asked to call a function.
    called: bool,
    /// How it ended, if nothing was said since.
    finish: Option<(FinishReason, Box<str>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prose {
    Text,
    Reasoning,
}

#[derive(Debug)]
struct Streamed {
    slot: u32,
    arguments: Arguments,
}

impl Contents {
    /// A `content` object.
    pub(super) fn content(&mut self, choice: u32, content: &mut Cursor<'_>, out: &mut Out<'_>) -> Result {
        let whole = *content;
        content.object(|key, value| match key {
            "parts" => value.array(|part| self.part(choice, part, out)).map(drop),
            _ => keep(("content", key), CONTENT_FIELDS, value, out),
        })?;
        strange("content", whole, out)
    }

    /// Text that is no part.
    pub(super) fn text(&mut self, choice: u32, text: &str, out: &mut Out<'_>) {
        self.prose(choice, Prose::Text, text, None, out);
    }

    /// A part: prose or one thing of another kind, and what is said about it, in any order.
    fn part(&mut self, choice: u32, part: &mut Cursor<'_>, out: &mut Out<'_>) -> Result {
        let whole = *part;
        let (mut text, mut thought, mut signature, mut thing) = (None, false, None, None);
        part.object(|key, value| {
            match key {
                "text" if value.peek() == Kind::String => value.string_into(&mut text)?,
                "thought" => thought = value.bool()? == Some(true),
                "thoughtSignature" if value.peek() == Kind::String => value.string_into(&mut signature)?,
                _ => match Thing::named(key) {
                    Some(kind) if thing.is_none() && value.peek() == Kind::Object => {
                        thing = Some((kind, later(value)?))
                    }
                    _ => keep(("part", key), PART_FIELDS, value, out)?,
                },
            }
            Ok(())
        })?;
        let signature = signature.filter(|signature| !signature.is_empty());
        if text.is_some() || thing.is_none() {
            let kind = if thought { Prose::Reasoning } else { Prose::Text };
            let signature = if thing.is_none() { signature } else { None };
            self.prose(choice, kind, text.unwrap_or_default(), signature, out);
        }
        let Some((kind, thing)) = thing else { return strange("part", whole, out) };
        self.answer(choice).finish = None;
        match kind {
            // Audio goes along with the text that it says.
            Thing::InlineData if blob(choice, thing, thought, signature, out)? => return Ok(()),
            Thing::InlineData => {}
            Thing::FunctionCall => self.function_call(choice, thing, signature, out)?,
            Thing::FileData => file_data(choice, thing, thought, signature, out)?,
            Thing::ExecutableCode | Thing::ToolCall => self.executed(choice, kind, thing, signature, out)?,
            Thing::CodeExecutionResult | Thing::ToolResponse => result(choice, thing, signature, out)?,
        }
        self.answer(choice).prose = None;
        Ok(())
    }

    /// Text, visible or not, to which a signature may belong. A signature covers a whole part, and parts must be handed
    /// back as they were signed; so a block has at most one, and a second one begins a new block.
    fn prose(&mut self, choice: u32, kind: Prose, text: &str, signature: Option<&str>, out: &mut Out<'_>) {
        if text.is_empty() && signature.is_none() {
            return;
        }
        let answer = self.answer(choice);
        answer.finish = None;
        if answer.prose != Some(kind) {
            (answer.prose, answer.signed) = (Some(kind), false);
        } else if answer.signed && signature.is_some() {
            out.block_end(choice);
        }
        answer.signed |= signature.is_some();
        match kind {
            Prose::Text => out.text(choice, text),
            Prose::Reasoning => out.reasoning(choice, text),
        }
        match (signature, kind) {
            (Some(signature), Prose::Text) => out.text_signature(choice, signature),
            (Some(signature), Prose::Reasoning) => out.signature(choice, signature),
            (None, _) => {}
        }
    }

    /// A function call: whole, or the next piece of one that is streamed. The last piece is an empty object, or one that
    /// nothing says will be continued.
    pub(super) fn function_call(
        &mut self,
        choice: u32,
        mut call: Cursor<'_>,
        signature: Option<&str>,
        out: &mut Out<'_>,
    ) -> Result {
        let whole = call;
        let (mut id, mut name, mut args, mut pieces, mut more) = (None, None, None, None, false);
        call.object(|key, value| {
            match key {
                "id" => value.string_into(&mut id)?,
                "name" if value.peek() == Kind::String => value.string_into(&mut name)?,
                "args" if value.peek() != Kind::Null => value.later_into(&mut args)?,
                "partialArgs" if value.peek() == Kind::Array => value.later_into(&mut pieces)?,
                "willContinue" => more = value.bool()? == Some(true),
                _ => keep(("functionCall", key), FUNCTION_CALL_FIELDS, value, out)?,
            }
            Ok(())
        })?;
        strange("functionCall", whole, out)?;
        let streamed = pieces.is_some() || more;
        let open = self.answer(choice).streamed.as_ref().map(|open| open.slot);
        if name.is_some() || open.is_none() && args.is_some() {
            self.end_streamed(choice, out);
            let (id, name) = (id.unwrap_or_default(), name.unwrap_or_default());
            let slot = self.start(choice, (id, name), false, signature, out);
            match args.filter(|_| !streamed) {
                Some(args) => return arguments(slot, args, out),
                None if streamed => {
                    self.answer(choice).streamed = Some(Streamed { slot, arguments: Arguments::default() });
                }
                None => {
                    out.tool_end(slot);
                    return Ok(());
                }
            }
        } else if let (Some(signature), Some(slot)) = (signature, open) {
            out.tool_signature(slot, signature);
        }
        if let Some(mut args) = args {
            // Whole arguments beside pieces of them: the pieces are read, as by the AI SDK.
            keep(("functionCall", "args"), &[], &mut args, out)?;
        }
        if let Some(pieces) = pieces {
            more |= self.pieces(choice, pieces, out)?;
        }
        if !more {
            self.end_streamed(choice, out);
        }
        Ok(())
    }

    /// Pieces of the streamed call's arguments. Returns whether one of them is to be continued.
    fn pieces(&mut self, choice: u32, mut pieces: Cursor<'_>, out: &mut Out<'_>) -> Result<bool> {
        let mut streamed = self.answer(choice).streamed.take();
        let (mut text, mut more) = (String::new(), false);
        pieces.array(|piece| {
            let whole = *piece;
            let read = Piece::read(piece)?;
            more |= read.more;
            let placed = match (&mut streamed, read.value) {
                (Some(open), Some(value)) => open.arguments.write(read.path, value, &mut text),
                _ => false,
            };
            if !placed {
                out.unknown("functionCall.partialArgs", { whole }.raw()?);
            }
            Ok(())
        })?;
        if let Some(open) = &streamed {
            out.tool_input(open.slot, &text);
        }
        self.answer(choice).streamed = streamed;
        Ok(more)
    }

    fn end_streamed(&mut self, choice: u32, out: &mut Out<'_>) {
        if let Some(Streamed { slot, arguments }) = self.answer(choice).streamed.take() {
            let mut text = String::new();
            arguments.finish(&mut text);
            out.tool_input(slot, &text);
            out.tool_end(slot);
        }
    }

    /// A call of a tool that Google runs: code, or a search and the like.
    fn executed(
        &mut self,
        choice: u32,
        kind: Thing,
        mut call: Cursor<'_>,
        signature: Option<&str>,
        out: &mut Out<'_>,
    ) -> Result {
        let whole = call;
        let (mut id, mut tool, mut args) = (None, None, None);
        call.object(|key, value| {
            match key {
                "id" => value.string_into(&mut id)?,
                "toolType" => value.string_into(&mut tool)?,
                "args" if kind == Thing::ToolCall && value.peek() != Kind::Null => value.later_into(&mut args)?,
                _ => value.skip()?,
            }
            Ok(())
        })?;
        let name = if kind == Thing::ToolCall { tool.unwrap_or_default() } else { "code_execution" };
        let slot = self.start(choice, (id.unwrap_or_default(), name), true, signature, out);
        match args {
            Some(args) => arguments(slot, args, out),
            None if kind == Thing::ToolCall => {
                out.tool_end(slot);
                Ok(())
            }
            None => arguments(slot, whole, out),
        }
    }

    fn start(
        &mut self,
        choice: u32,
        (id, name): (&str, &str),
        provider_executed: bool,
        signature: Option<&str>,
        out: &mut Out<'_>,
    ) -> u32 {
        let slot = self.slots;
        self.slots = slot.wrapping_add(1);
        self.answer(choice).called |= !provider_executed;
        out.tool_start(choice, slot, id, name, provider_executed);
        if let Some(signature) = signature {
            out.tool_signature(slot, signature);
        }
        slot
    }

    /// An answer ended. Some models say so more than once: with every chunk, or before they go on (`gemini-2.5-flash`
    /// does before the result of its code). It is said again only where something was said in between.
    pub(super) fn finish(&mut self, choice: u32, reason: FinishReason, raw_reason: &str, out: &mut Out<'_>) {
        self.end_streamed(choice, out);
        let answer = self.answer(choice);
        // The model waits for tool results, for which Gemini has no word.
        let waits = reason == FinishReason::Stop && answer.called;
        let reason = if waits { FinishReason::ToolCalls } else { reason };
        if answer.finish.as_ref().is_none_or(|(known, raw)| (*known, &**raw) != (reason, raw_reason)) {
            answer.finish = Some((reason, raw_reason.into()));
            answer.prose = None;
            out.finish(choice, reason, raw_reason);
        }
    }

    /// The model goes on, so it does not wait for tool results any more.
    pub(super) fn resume(&mut self, choice: u32) {
        self.answer(choice).called = false;
    }

    /// Closes what one turn of a conversation left open. Returns whether it ended with function calls.
    pub(super) fn end_turn(&mut self, choice: u32, out: &mut Out<'_>) -> bool {
        self.end_streamed(choice, out);
        let answer = self.answer(choice);
        answer.prose = None;
        std::mem::take(&mut answer.called)
    }

    fn answer(&mut self, choice: u32) -> &mut Answer {
        let at = self.answers.iter().position(|known| known.choice == choice).unwrap_or_else(|| {
            // Beyond the limit the last one is forgotten: the session leaves such answers out anyway.
            self.answers.truncate(MAX_ANSWERS - 1);
            self.answers.push(Answer { choice, ..Answer::default() });
            self.answers.len() - 1
        });
        &mut self.answers[at]
    }
}

/// What a part can be, apart from prose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thing {
    FunctionCall,
    InlineData,
    FileData,
    ExecutableCode,
    CodeExecutionResult,
    ToolCall,
    ToolResponse,
}

impl Thing {
    fn named(key: &str) -> Option<Self> {
        Some(match key {
            "functionCall" => Self::FunctionCall,
            "inlineData" => Self::InlineData,
            "fileData" => Self::FileData,
            "executableCode" => Self::ExecutableCode,
            "codeExecutionResult" => Self::CodeExecutionResult,
            "toolCall" => Self::ToolCall,
            "toolResponse" => Self::ToolResponse,
            _ => return None,
        })
    }
}

/// One element of `partialArgs`.
struct Piece<'a> {
    path: &'a str,
    /// The value as JSON.
    value: Option<&'a str>,
    more: bool,
}

impl<'a> Piece<'a> {
    fn read(piece: &mut Cursor<'a>) -> Result<Self> {
        let mut read = Self { path: "", value: None, more: false };
        piece.object(|key, value| {
            match key {
                "jsonPath" => value.text_into(&mut read.path)?,
                "willContinue" => read.more = value.bool()? == Some(true),
                // Protocol buffers write the null value as the name of its only enumerator.
                "nullValue" => {
                    value.skip()?;
                    read.value = Some("null");
                }
                _ if key.ends_with("Value") && value.peek() != Kind::Null => value.raw_into(&mut read.value)?,
                _ => value.skip()?,
            }
            Ok(())
        })?;
        Ok(read)
    }
}

/// The whole input of a call, an object or, from some gateways, a string that holds one.
fn arguments(slot: u32, mut args: Cursor<'_>, out: &mut Out<'_>) -> Result {
    let text = match args.peek() {
        Kind::String => args.string()?.unwrap_or_default(),
        _ => args.raw()?,
    };
    out.tool_input(slot, text);
    out.tool_end(slot);
    Ok(())
}

/// Keeps what should have been an object and is none.
pub(super) fn strange(name: &str, mut whole: Cursor<'_>, out: &mut Out<'_>) -> Result {
    if !matches!(whole.peek(), Kind::Object | Kind::Null) {
        out.unknown(name, whole.raw()?);
    }
    Ok(())
}

/// What a tool that Google ran gave back.
fn result(choice: u32, mut result: Cursor<'_>, signature: Option<&str>, out: &mut Out<'_>) -> Result {
    let (raw, mut id) = ({ result }.raw()?, None);
    result.object(|key, value| {
        match key {
            "id" => value.string_into(&mut id)?,
            _ => value.skip()?,
        }
        Ok(())
    })?;
    out.tool_result(choice, id.unwrap_or_default(), raw, signature);
    Ok(())
}

/// `inlineData`: audio comes in pieces of one stream, everything else is a file. Returns whether it is audio.
fn blob(
    choice: u32,
    mut blob: Cursor<'_>,
    reasoning: bool,
    signature: Option<&str>,
    out: &mut Out<'_>,
) -> Result<bool> {
    let (mut media_type, mut data) = (None, None);
    blob.object(|key, value| {
        match key {
            "mimeType" => value.string_into(&mut media_type)?,
            "data" => value.string_into(&mut data)?,
            _ => keep(("inlineData", key), BLOB_FIELDS, value, out)?,
        }
        Ok(())
    })?;
    let (media_type, data) = (media_type, data);
    let audio = media_type.filter(|media_type| media_type.starts_with("audio/"));
    match audio {
        Some(media_type) => {
            out.audio_format(choice, media_type);
            if let Some(data) = data {
                out.audio(choice, data);
            }
            if let Some(raw) = signature {
                out.unknown("part.thoughtSignature", raw);
            }
        }
        None => out.file(choice, File { media_type, data, url: None, reasoning, signature }),
    }
    Ok(audio.is_some())
}

fn file_data(choice: u32, mut file: Cursor<'_>, reasoning: bool, signature: Option<&str>, out: &mut Out<'_>) -> Result {
    let (mut media_type, mut url) = (None, None);
    file.object(|key, value| {
        match key {
            "mimeType" => value.string_into(&mut media_type)?,
            "fileUri" => value.string_into(&mut url)?,
            _ => keep(("fileData", key), BLOB_FIELDS, value, out)?,
        }
        Ok(())
    })?;
    let file = File { media_type, data: None, url, reasoning, signature };
    out.file(choice, file);
    Ok(())
}

/// As the AI SDK has it, and for reasons that are younger, after its example.
pub(super) fn finish_reason(raw: &str) -> FinishReason {
    match raw {
        "STOP" => FinishReason::Stop,
        "MAX_TOKENS" => FinishReason::Length,
        "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" | "MODEL_ARMOR" => {
            FinishReason::ContentFilter
        }
        "IMAGE_SAFETY" | "IMAGE_PROHIBITED_CONTENT" | "IMAGE_RECITATION" => FinishReason::ContentFilter,
        "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" | "TOO_MANY_TOOL_CALLS" => FinishReason::Error,
        "MALFORMED_RESPONSE" | "MISSING_THOUGHT_SIGNATURE" => FinishReason::Error,
        _ => FinishReason::Other,
    }
}

/// Beyond the content: who speaks.
const CONTENT_FIELDS: &[&str] = &["role"];

/// How a part was cut from a video, how finely it is to be looked at, and notes of the host's own that come back.
const PART_FIELDS: &[&str] = &["videoMetadata", "mediaResolution", "partMetadata"];

/// Fields without a value.
const FUNCTION_CALL_FIELDS: &[&str] = &["args", "partialArgs"];

/// A file's name for display.
const BLOB_FIELDS: &[&str] = &["displayName"];

/// Answers whose state is kept.
const MAX_ANSWERS: usize = 256;
