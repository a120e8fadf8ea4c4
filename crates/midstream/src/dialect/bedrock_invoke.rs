//! Amazon Bedrock `InvokeModelWithResponseStream`: an envelope around the stream of whichever model answers.
//!
//! Each event carries one frame of the model's own dialect in base64. Models whose dialect midstream speaks are left to
//! it; those that speak in single objects of their own (Titan, Llama, Mistral, Command, the first Claudes) are read
//! here.

use super::bedrock_converse::exception;
use super::fields::{keep, logprobs, metadata};
use super::usage::{Spent, spent};
use super::{Decode, Decoder, Delta, Dialect, Out, Progress, error, payload};
use crate::base64;
use crate::engine::Limits;
use crate::event::{FinishReason, Usage};
use crate::find::{contains, last_part};
use crate::json::{Cursor, Kind, SyntaxError};
use crate::wire::{Frame, Framing, Origin};

#[derive(Debug, Default)]
pub(super) struct BedrockInvoke {
    limits: Limits,
    /// Set once the model's dialect is recognised.
    model: Option<Decoder>,
    plain: Plain,
    /// Token counts of the model's own.
    usage: Usage,
    /// The model's JSON, kept for its capacity, at most [`KEPT_CAPACITY`].
    json: Vec<u8>,
    /// Bedrock's own account, which comes with the last frame, was seen.
    metered: bool,
    failed: bool,
}

impl Decode for BedrockInvoke {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if frame.origin == Origin::Exception {
            self.failed = true;
            exception(frame.event, frame.data, out);
            return Ok(());
        }
        let Some(mut cursor) = payload(frame, out) else { return Ok(()) };
        cursor.object(|key, value| match key {
            "bytes" if value.peek() == Kind::String => self.bytes(frame, value, out),
            // Where the framing was stripped, the event's name is a key.
            "chunk" => value
                .object(|key, value| match key {
                    "bytes" if value.peek() == Kind::String => self.bytes(frame, value, out),
                    "p" => value.skip(),
                    _ => keep(("chunk", key), &[], value, out),
                })
                .map(drop),
            // Padding of random length.
            "p" => value.skip(),
            name if name.ends_with("Exception") => {
                self.failed = true;
                exception(name, value.raw()?, out);
                Ok(())
            }
            _ => keep(("chunk", key), &[], value, out),
        })?;
        cursor.end()
    }

    fn progress(&self) -> Progress {
        let model = self.model.as_ref().map_or(self.plain.progress(), Decoder::progress);
        if self.failed || self.metered { Progress::Closed } else { model }
    }
}

impl BedrockInvoke {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { limits: limits.clone(), ..Self::default() }
    }

    fn bytes(&mut self, frame: &Frame<'_>, value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let at = value.offset();
        let broken = |expected| SyntaxError::new(at, expected);
        let text = value.string()?.unwrap_or_default();
        let mut json = std::mem::take(&mut self.json);
        json.clear();
        base64::decode_padded(text.as_bytes(), &mut json).map_err(|_| broken("base64"))?;
        let data = std::str::from_utf8(&json).map_err(|_| broken("base64 of UTF-8"))?;
        let result = self.model_frame(&Frame { event: "", data, origin: Origin::Message, ..*frame }, out);
        json.shrink_to(KEPT_CAPACITY);
        self.json = json;
        result.map_err(|_| broken("base64 of well-formed JSON"))
    }

    fn model_frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        if self.model.is_none() {
            self.model = model(frame, &self.limits);
        }
        let (usage, strings) = (&mut self.usage, out.strings);
        let mut own = |delta: Delta<'_>| match &delta {
            // Bedrock's additions, which are read below.
            Delta::Unknown { name, .. } if is_addition(last_part(name)) => {}
            Delta::Usage(newer) => {
                usage.update(newer);
                out.delta(delta);
            }
            _ => out.delta(delta),
        };
        match &mut self.model {
            Some(model) => model.frame(frame, &mut own)?,
            None => self.plain.frame(frame, &mut Out { sink: &mut own, strings })?,
        }
        if frame.data.contains(ADDITION) { self.additions(frame, out) } else { Ok(()) }
    }

    /// What Bedrock adds to the model's last frame.
    fn additions(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        Cursor::new(frame.data, out.strings).object(|key, value| {
            match key {
                "amazon-bedrock-invocationMetrics" => {
                    self.metered = true;
                    self.metrics(value, out)?;
                }
                "amazon-bedrock-guardrailAction" if { *value }.string()? == Some("NONE") => value.skip()?,
                // A guardrail intervened, its trace, and additions yet to come.
                name if is_addition(name) => out.unknown(name, value.raw()?),
                _ => value.skip()?,
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Token counts as Bedrock bills them, which stand in for those that the model itself does not give.
    fn metrics(&mut self, value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let mut spent = Spent::read(value)?;
        spent.usage.update(&self.usage);
        spent.give(out);
        Ok(())
    }
}

/// The decoder of a model's language by its first frame, where it is one that midstream speaks.
fn model(frame: &Frame<'_>, limits: &Limits) -> Option<Decoder> {
    let dialect = Decoder::recognise(Framing::Ndjson, frame)?;
    // Mistral and DeepSeek look like OpenAI, but hand each piece of the answer over in `message` or `text`, and end it
    // with a `stop_reason`.
    let stops = contains(frame.data, "\"stop_reason\"") && !contains(frame.data, "\"finish_reason\"");
    let own = stops && matches!(dialect, Dialect::OpenaiChat | Dialect::OpenaiCompletions);
    (!own).then(|| Decoder::new(dialect, limits))
}

fn is_addition(key: &str) -> bool {
    key.starts_with(ADDITION)
}

/// Models that send one object a piece: some text, counts so far, and a reason once it is over.
#[derive(Debug, Default)]
struct Plain {
    finished: bool,
    /// Tool calls so far.
    calls: u32,
}

impl Plain {
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let Some(mut cursor) = payload(frame, out) else { return Ok(()) };
        let (mut piece, mut usage) = (Piece::default(), Usage::default());
        let (mut id, mut model) = (None, None);
        let mut answers = None;
        cursor.object(|key, value| {
            match key {
                "inputTextTokenCount" | "prompt_token_count" => value.u64_into(&mut usage.input_tokens)?,
                "totalOutputTextTokenCount" | "generation_token_count" => value.u64_into(&mut usage.output_tokens)?,
                "usage" => spent(value, out)?,
                "outputs" | "choices" | "generations" => value.later_into(&mut answers)?,
                "id" => value.string_into(&mut id)?,
                "model" => value.string_into(&mut model)?,
                "error" if value.peek() != Kind::Null => error(value, out)?,
                _ => piece.field(key, value, out)?,
            }
            Ok(())
        })?;
        out.metadata(id, model);
        out.usage(usage);
        self.piece(&piece, out)?;
        if let Some(mut answers) = answers {
            answers.array(|answer| {
                let mut piece = Piece::default();
                answer.object(|key, value| piece.field(key, value, out))?;
                self.piece(&piece, out)
            })?;
        }
        cursor.end()
    }

    fn progress(&self) -> Progress {
        if self.finished { Progress::Complete } else { Progress::Open }
    }

    fn piece(&mut self, piece: &Piece<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let choice = piece.choice;
        if let Some(text) = &piece.text {
            out.text(choice, text);
        }
        if let Some(mut calls) = piece.calls {
            calls.array(|call| self.call(choice, call, out))?;
        }
        if let Some(mut value) = piece.logprobs {
            logprobs(choice, &mut value, out)?;
        }
        if let Some(sequence) = &piece.stop_sequence {
            out.stop_sequence(choice, sequence);
        }
        if let Some(raw_reason) = piece.reason.filter(|reason| !reason.is_empty()) {
            self.finished = true;
            out.finish(choice, stop_reason(raw_reason), raw_reason);
        }
        Ok(())
    }

    /// A whole tool call, as Mistral sends it.
    fn call(&mut self, choice: u32, call: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        let (mut id, mut name, mut input) = (None, None, None);
        call.object(|key, value| {
            match key {
                "id" => value.string_into(&mut id)?,
                "function" => {
                    value.object(|key, value| {
                        match key {
                            "name" => value.string_into(&mut name)?,
                            "arguments" if value.peek() == Kind::String => value.string_into(&mut input)?,
                            "arguments" => value.raw_into(&mut input)?,
                            _ => value.skip()?,
                        }
                        Ok(())
                    })?;
                }
                _ => value.skip()?,
            }
            Ok(())
        })?;
        let (id, name) = (id.unwrap_or_default(), name.unwrap_or_default());
        let slot = self.calls;
        self.calls = self.calls.wrapping_add(1);
        out.tool_start(choice, slot, id, name, false);
        out.tool_input(slot, input.unwrap_or_default());
        out.tool_end(slot);
        Ok(())
    }
}

/// A piece of one answer.
#[derive(Default)]
struct Piece<'a> {
    choice: u32,
    text: Option<&'a str>,
    reason: Option<&'a str>,
    calls: Option<Cursor<'a>>,
    logprobs: Option<Cursor<'a>>,
    stop_sequence: Option<&'a str>,
}

impl<'a> Piece<'a> {
    fn field(&mut self, key: &str, value: &mut Cursor<'a>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
        match key {
            // Titan; Llama; Claude up to 2; Command, Mistral and DeepSeek.
            "outputText" | "generation" | "completion" | "text" if value.peek() == Kind::String => {
                value.string_into(&mut self.text)?;
            }
            "completionReason" | "stop_reason" | "finish_reason" => {
                self.reason = value.string()?.or(self.reason.take())
            }
            // Mistral: the host's own sequence that was met.
            "stop" if value.peek() == Kind::String => value.string_into(&mut self.stop_sequence)?,
            "logprobs" | "token_likelihoods" => value.later_into(&mut self.logprobs)?,
            "likelihood" => metadata(None, ("", key), value, out)?,
            "index" => self.choice = value.u64()?.and_then(|index| index.try_into().ok()).unwrap_or_default(),
            "message" => {
                value.object(|key, value| {
                    match key {
                        "content" if value.peek() == Kind::String => value.string_into(&mut self.text)?,
                        "tool_calls" if value.peek() == Kind::Array => value.later_into(&mut self.calls)?,
                        _ => keep(("message", key), &["role", "index", "tool_call_id"], value, out)?,
                    }
                    Ok(())
                })?;
            }
            _ => keep(("", key), PIECE_FIELDS, value, out)?,
        }
        Ok(())
    }
}

/// Titan's words, Command's, and those of the others.
fn stop_reason(raw: &str) -> FinishReason {
    match raw {
        "FINISH" | "FINISHED" | "COMPLETE" | "STOP_CRITERIA_MET" => FinishReason::Stop,
        "stop" | "stop_sequence" | "end_turn" => FinishReason::Stop,
        "LENGTH" | "MAX_TOKENS" | "length" | "max_tokens" => FinishReason::Length,
        "CONTENT_FILTERED" | "ERROR_TOXIC" | "content_filter" => FinishReason::ContentFilter,
        "tool_calls" => FinishReason::ToolCalls,
        "ERROR" => FinishReason::Error,
        _ => FinishReason::Other,
    }
}

/// Room for ordinary frames, in bytes.
const KEPT_CAPACITY: usize = 16 << 10;

/// How the names of Bedrock's additions to a model's frame begin.
const ADDITION: &str = "amazon-bedrock-";

/// Fields that say nothing of the answer: kinds, times, numbers of tokens; a `stop` that is none.
const PIECE_FIELDS: &[&str] =
    &["type", "object", "created", "is_finished", "stop", "log_id", "context_logits", "generation_logits", "p"];
