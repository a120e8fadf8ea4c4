//! OpenAI `chat.completions`, streamed or whole, and what its many cousins make of it.
//!
//! A chunk is `{id, model, choices: [{index, delta, finish_reason}], usage}` and `[DONE]` ends the stream. Nearly every
//! provider speaks this language with an accent of its own; what is said here of one of them was seen in its
//! recordings, and its case stands in `corpus/openai-chat`.

mod alike;
mod calls;
mod fields;
mod parts;
mod sources;

use self::alike::{Alike, Voice};
use self::calls::Calls;
use self::fields::Aside;
use self::sources::Sources;
use super::{DONE, Decode, Delta, Out, Progress, error, payload};
use crate::dialect::fields::{is_blank, later, logprobs, metadata};
use crate::dialect::usage::spent;
use crate::event::FinishReason;
use crate::find::begins;
use crate::json::{Cursor, Kind, SyntaxError};
use crate::wire::Frame;

#[derive(Debug, Default)]
pub(super) struct OpenaiChat {
    choices: Vec<Choice>,
    calls: Calls,
    sources: Sources,
    /// The response's id or model was given, or its content, so that no chunk need be searched for them in advance.
    introduced: bool,
    failed: bool,
    /// An answer ended with an error that nothing has explained yet.
    unexplained: bool,
    done: bool,
    /// The latest chunk up to its `choices`, where nothing stands that would have to be read again: chunks of one
    /// stream mostly begin alike, and comparing takes a tenth of the time that reading takes.
    head: String,
    alike: Alike,
}

/// What the fields of a chunk say beside the answers.
#[derive(Debug, Default)]
struct Chunk<'a> {
    id: Option<&'a str>,
    model: Option<&'a str>,
    citations: Option<Cursor<'a>>,
    has_choices: bool,
    /// It has more than id, model and administrative fields.
    has_news: bool,
    /// It is an error object as a whole.
    is_error: bool,
    /// It has an error.
    failed: bool,
    /// It has fields that nobody knows.
    strange: bool,
}

/// What is remembered of an answer.
#[derive(Debug)]
struct Choice {
    index: u32,
    /// Content came: a `message` that stands beside the deltas only repeats it.
    said: bool,
    finish_reason: Option<Box<str>>,
}

impl Decode for OpenaiChat {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if !frame.data.starts_with('{') && !self.is_object(frame, out) {
            return Ok(());
        }
        let mut cursor = Cursor::new(frame.data, out.strings);
        self.chunk(&mut cursor, frame, out)?;
        cursor.end()
    }

    fn progress(&self) -> Progress {
        match self {
            _ if self.done => Progress::Closed,
            _ if self.choices.is_empty() => Progress::Open,
            _ if self.choices.iter().all(|choice| choice.finish_reason.is_some()) => Progress::Complete,
            _ => Progress::Open,
        }
    }
}

impl OpenaiChat {
    /// Gives id and model of a first chunk ahead of its content, wherever they stand in it.
    #[cold]
    fn introduce(&mut self, mut chunk: Cursor<'_>, out: &mut Out<'_>) {
        let (mut id, mut model) = (None, None);
        let result = chunk.object(|key, value| {
            match key {
                "id" => value.string_into(&mut id)?,
                "model" => value.string_into(&mut model)?,
                _ => value.skip()?,
            }
            Ok(())
        });
        // Broken JSON is reported when the chunk is read.
        if result.is_ok() {
            self.metadata(id, model, out);
        }
    }

    fn metadata(&mut self, id: Option<&str>, model: Option<&str>, out: &mut Out<'_>) {
        let id = id.filter(|id| !matches!(*id, "" | "null"));
        let model = model.filter(|model| !model.is_empty());
        if id.is_some() || model.is_some() {
            self.introduced = true;
            out.metadata(id, model);
        }
    }

    /// Whether a frame that does not begin like one is a JSON object all the same; what it is else is dealt with.
    #[cold]
    fn is_object(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> bool {
        let data = frame.data.trim_ascii();
        if data == DONE {
            self.done = true;
            return false;
        }
        self.failed |= frame.event == "error" && !data.starts_with('{');
        payload(frame, out).is_some()
    }

    fn chunk<'a>(&mut self, cursor: &mut Cursor<'a>, frame: &Frame<'a>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if !self.introduced {
            self.introduce(*cursor, out);
        }
        let mut chunk = Chunk::default();
        if !self.head.is_empty() && begins(frame.data, &self.head) {
            cursor.seek(self.head.len());
            chunk.has_choices = true;
            self.choices(cursor, out)?;
            cursor.rest_of_object(|key, value| self.field(key, value, &mut chunk, frame, out))?;
        } else {
            cursor.object(|key, value| self.field(key, value, &mut chunk, frame, out))?;
        }
        self.metadata(chunk.id, chunk.model, out);
        // Once an answer has begun there is nothing to be ahead of.
        self.introduced |= !self.choices.is_empty();
        if let Some(mut citations) = chunk.citations {
            self.sources.list(&mut citations, out)?;
        }
        if !chunk.failed && (chunk.is_error || frame.event == "error") {
            chunk.failed = true;
            error(&mut cursor.of(frame.data), out)?;
        }
        self.failed |= chunk.failed;
        if std::mem::take(&mut self.unexplained) && !self.failed {
            self.failed = true;
            out.error(None, "the answer ended with an error that is not described");
        }
        if chunk.strange && !chunk.failed {
            self.strange(&cursor.of(frame.data), frame, chunk.has_choices, out)?;
        }
        Ok(())
    }

    /// Reads a field of a chunk.
    #[inline]
    fn field<'a>(
        &mut self,
        key: &str,
        value: &mut Cursor<'a>,
        chunk: &mut Chunk<'a>,
        frame: &Frame<'a>,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        match key {
            "choices" if value.peek() == Kind::Array => {
                if self.introduced && !chunk.has_choices && !chunk.has_news && !chunk.is_error {
                    self.head.clear();
                    self.head.push_str(&frame.data[..value.offset()]);
                }
                chunk.has_choices = true;
                return self.choices(value, out);
            }
            "id" => value.string_into(&mut chunk.id)?,
            "model" => value.string_into(&mut chunk.model)?,
            "object" => chunk.is_error = value.raw()? == "\"error\"",
            _ if fields::is_idle(key) => value.skip()?,
            _ if fields::is_beside(key) => metadata(None, ("", key), value, out)?,
            _ => {
                chunk.has_news = true;
                self.news(key, value, chunk, out)?;
            }
        }
        Ok(())
    }

    /// Reads a field of a chunk that few chunks have.
    fn news<'a>(
        &mut self,
        key: &str,
        value: &mut Cursor<'a>,
        chunk: &mut Chunk<'a>,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        match key {
            "usage" => spent(value, out)?,
            "x_groq" => chunk.failed |= groq(value, out)?,
            "error" if value.peek() != Kind::Null => {
                chunk.failed = true;
                error(value, out)?;
            }
            // The same places with titles and dates stand in `search_results`, which therefore goes first.
            "citations" => {
                chunk.citations = Some(*value);
                value.skip()?;
            }
            "search_results" => self.sources.list(value, out)?,
            "venice_parameters" => {
                value.object(|key, value| match key {
                    "web_search_citations" => self.sources.list(value, out),
                    _ => value.skip(),
                })?;
            }
            _ => chunk.strange |= !is_blank(value.raw()?),
        }
        Ok(())
    }

    fn choices(&mut self, choices: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if let Some((choice, voice, text)) = self.alike.pass(choices) {
            if !text.is_empty() {
                out.delta(match voice {
                    Voice::Text => Delta::Text { choice, text },
                    Voice::Reasoning => Delta::Reasoning { choice, text },
                });
                if let Some(known) = self.known(choice) {
                    known.said = true;
                }
            }
            return Ok(());
        }
        let start = choices.offset();
        self.alike.begin();
        choices.array(|choice| self.choice(choice, out))?;
        self.alike.end(choices.text(), start..choices.offset());
        Ok(())
    }

    fn choice(&mut self, choice: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if choice.peek() != Kind::Object {
            self.alike.says_else();
            return field("choices", "", choice, out);
        }
        let (mut index, mut delta, mut message, mut text, mut reason) = (None, None, None, None, None);
        let (mut said, mut streamed, mut asides) = (false, false, Vec::new());
        choice.object(|key, value| {
            match (key, value.peek()) {
                ("index", _) | ("delta", Kind::Object) | (_, Kind::Null) => {}
                _ => self.alike.says_else(),
            }
            match key {
                "index" => index = value.u64()?.map(|index| u32::try_from(index).unwrap_or(u32::MAX)),
                "delta" if value.peek() == Kind::Object => {
                    streamed = true;
                    match index {
                        Some(index) => said |= self.delta(index, value, out)?,
                        None => {
                            delta = Some(*value);
                            value.skip()?;
                        }
                    }
                }
                "finish_reason" if value.peek() == Kind::String => value.string_into(&mut reason)?,
                "message" if value.peek() == Kind::Object => {
                    message = Some(*value);
                    value.skip()?;
                }
                "text" if value.peek() == Kind::String => value.string_into(&mut text)?,
                // Moonshot.
                "usage" => spent(value, out)?,
                // OpenRouter.
                "error" if value.peek() != Kind::Null => {
                    self.failed = true;
                    error(value, out)?;
                }
                _ if value.peek() == Kind::Null => value.skip()?,
                _ => match fields::of_choice(key) {
                    Some(Aside::Idle) => value.skip()?,
                    // The index may come behind it.
                    Some(aside) => asides.push((aside, later(value)?)),
                    None => {
                        let raw = value.raw()?;
                        if !is_blank(raw) && self.sources.is_new(key, raw) {
                            unknown("choices", key, raw, out);
                        }
                    }
                },
            }
            Ok(())
        })?;
        let index = index.unwrap_or(0);
        let reason = reason.filter(|reason| !reason.is_empty());
        if let Some(mut delta) = delta {
            said |= self.delta(index, &mut delta, out)?;
        }
        // Together repeats `delta.content` here; legacy completions have nothing else.
        if let Some(text) = text.filter(|text| !said && !text.is_empty()) {
            said = true;
            out.text(index, text);
        }
        let known = self.known(index).map_or(said, |known| known.said || said);
        // Perplexity repeats in `message` what the deltas have said; a response that is not streamed has nothing else.
        if let Some(mut message) = message.filter(|_| !known && (!streamed || reason.is_some())) {
            said |= self.delta(index, &mut message, out)?;
        }
        if let Some(known) = self.known(index) {
            known.said |= said;
        }
        for (aside, mut value) in asides {
            give_aside(index, aside, &mut value, out)?;
        }
        if let Some(reason) = reason {
            self.finish(index, reason, out);
        }
        Ok(())
    }

    /// Reads a `delta` or a `message`; whether it had content.
    ///
    /// Reasoning and text in one delta are given in that order, whatever the order of the keys. What a chunk that is
    /// cut off or broken further on has said by then is given all the same.
    fn delta(&mut self, choice: u32, delta: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<bool, SyntaxError> {
        let mut content: Option<&str> = None;
        let mut details: Option<Cursor<'_>> = None;
        let (mut said, mut reasoned, mut probabilities) = (false, false, None);
        let result = delta.object(|key, value| {
            let kind = value.peek();
            let start = value.offset();
            match (key, kind) {
                ("content", Kind::String) => value.string_into(&mut content)?,
                ("role", _) => value.skip()?,
                // One text under several names; who sends two of them (vLLM, OpenRouter) says everything twice.
                ("reasoning_content" | "reasoning" | "reasoning_text", Kind::String) => {
                    let text = value.string()?.filter(|text| !reasoned && !text.is_empty());
                    if let Some(text) = text {
                        reasoned = true;
                        out.reasoning(choice, text);
                    }
                }
                ("reasoning_details" | "thinking_blocks", Kind::Array) => {
                    details = Some(*value);
                    value.skip()?;
                }
                ("tool_calls", Kind::Array) => {
                    said |= text(choice, content.take(), out);
                    said |= self.calls.array(choice, value, out)?;
                }
                ("content", Kind::Array | Kind::Object) => {
                    said |= parts::content(choice, value, &mut self.sources, out)?;
                }
                ("refusal", Kind::String) => {
                    if let Some(text) = value.string()?.filter(|text| !text.is_empty()) {
                        said = true;
                        out.refusal(choice, text);
                    }
                }
                ("function_call", Kind::Object) => said |= self.calls.legacy(choice, value, out)?,
                // Copilot.
                ("reasoning_opaque", Kind::String) => {
                    if let Some(signature) = value.string()? {
                        out.signature(choice, signature);
                    }
                }
                ("audio", Kind::Object) => said |= parts::audio(choice, value, out)?,
                ("images", Kind::Array) => said |= parts::images(choice, value, out)?,
                ("annotations", Kind::Array) => self.sources.annotations(choice, value, out)?,
                // Gemini through its OpenAI endpoint.
                ("extra_content", Kind::Object) => {
                    if let Some(signature) = fields::thought_signature(value)? {
                        out.text_signature(choice, signature);
                    }
                }
                ("graph_data", Kind::Object) => self.sources.graph_data(choice, value, out)?,
                ("executed_tools", Kind::Array) => self.calls.executed(choice, value, &mut self.sources, out)?,
                _ => match fields::of_delta(key) {
                    Some(Aside::Logprobs) => value.later_into(&mut probabilities)?,
                    Some(aside) => give_aside(choice, aside, value, out)?,
                    None => field("choices.delta", key, value, out)?,
                },
            }
            match (key, kind) {
                ("content", Kind::String) => self.alike.says(choice, Voice::Text, start..value.offset()),
                ("reasoning_content" | "reasoning" | "reasoning_text", Kind::String) => {
                    self.alike.says(choice, Voice::Reasoning, start..value.offset());
                }
                ("role", _) | (_, Kind::Null) => {}
                _ => self.alike.says_else(),
            }
            Ok(())
        });
        if let Some(mut details) = details {
            reasoned |= parts::reasoning_details(choice, &mut details, reasoned, out)?;
        }
        said |= text(choice, content, out) | reasoned;
        result?;
        if let Some(mut probabilities) = probabilities {
            logprobs(choice, &mut probabilities, out)?;
        }
        Ok(said)
    }

    fn finish(&mut self, choice: u32, raw_reason: &str, out: &mut Out<'_>) {
        if let Some(known) = self.known(choice) {
            // Some repeat it on the chunk with the usage (OpenRouter, Doubleword).
            if known.finish_reason.as_deref() == Some(raw_reason) {
                return;
            }
            known.finish_reason = Some(raw_reason.into());
        }
        self.calls.end(choice, out);
        let reason = fields::finish_reason(raw_reason);
        self.unexplained |= reason == FinishReason::Error;
        out.finish(choice, reason, raw_reason);
    }

    /// What is remembered of answer `index`; nothing where there are too many, which the session reports.
    fn known(&mut self, index: u32) -> Option<&mut Choice> {
        let at = match self.choices.iter().position(|known| known.index == index) {
            Some(at) => at,
            None if self.choices.len() < MAX_CHOICES => {
                self.choices.push(Choice { index, said: false, finish_reason: None });
                self.choices.len() - 1
            }
            None => return None,
        };
        Some(&mut self.choices[at])
    }

    /// Hands on what `fields` does not list: each field once for each of its values, a chunk without choices whole.
    #[cold]
    fn strange(
        &mut self,
        chunk: &Cursor<'_>,
        frame: &Frame<'_>,
        has_choices: bool,
        out: &mut Out<'_>,
    ) -> Result<(), SyntaxError> {
        let mut chunk = *chunk;
        if !has_choices {
            let mut name = None;
            chunk.object(|key, value| match key {
                "type" if frame.event.is_empty() => value.string().map(|value| name = value),
                _ => value.skip(),
            })?;
            out.unknown(name.unwrap_or(frame.event), frame.data);
            return Ok(());
        }
        chunk.object(|key, value| {
            let raw = value.raw()?;
            let listed = fields::READ.contains(&key) || fields::is_idle(key) || fields::is_beside(key);
            if !listed && !is_blank(raw) && self.sources.is_new(key, raw) {
                out.unknown(key, raw);
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// Reads Groq's own part of a chunk; whether it reports an error.
fn groq(value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<bool, SyntaxError> {
    let mut failed = false;
    value.object(|key, value| {
        match key {
            "usage" => spent(value, out)?,
            "error" if value.peek() != Kind::Null => {
                failed = true;
                error(value, out)?;
            }
            _ => metadata(None, ("x_groq", key), value, out)?,
        }
        Ok(())
    })?;
    Ok(failed)
}

/// Hands on a field that is no content.
#[inline(never)]
fn give_aside(choice: u32, aside: Aside, value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    match aside {
        Aside::Idle => value.skip(),
        Aside::Logprobs => logprobs(choice, value, out),
        Aside::Stop(_) if value.peek() == Kind::String => {
            if let Some(sequence) = value.string()? {
                out.stop_sequence(choice, sequence);
            }
            Ok(())
        }
        Aside::Beside(name) | Aside::Stop(name) => metadata(Some(choice), ("", name), value, out),
    }
}

/// Gives visible text; whether there was any.
fn text(choice: u32, text: Option<&str>, out: &mut Out<'_>) -> bool {
    match text {
        Some(text) if !text.is_empty() => {
            out.text(choice, text);
            true
        }
        _ => false,
    }
}

/// Hands on a field that nobody reads, unless it is empty.
fn field(path: &str, key: &str, value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    let raw = value.raw()?;
    if !is_blank(raw) {
        unknown(path, key, raw, out);
    }
    Ok(())
}

#[cold]
fn unknown(path: &str, key: &str, raw: &str, out: &mut Out<'_>) {
    match key {
        "" => out.unknown(path, raw),
        _ => out.unknown(&format!("{path}.{key}"), raw),
    }
}

/// How many answers are remembered; the session's own limit is far lower.
const MAX_CHOICES: usize = 4096;
