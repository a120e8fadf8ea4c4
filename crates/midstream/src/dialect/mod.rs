//! Frames in, deltas out: one file a dialect. Nothing here sees bytes, keeps text or knows who listens.
//!
//! A dialect reads a frame's payload with a [`Cursor`], says what it holds as [`Delta`]s and remembers only what
//! later frames refer to. What it has no word for it hands on as [`Delta::Unknown`].

mod anthropic;
mod bedrock_converse;
mod bedrock_invoke;
mod blocks;
mod cohere_v1;
mod cohere_v2;
mod fields;
mod gemini;
mod gemini_args;
mod gemini_interactions;
mod gemini_live;
mod gemini_parts;
mod gemini_sources;
mod mcp;
mod ollama;
mod openai_assistants;
mod openai_chat;
mod openai_completions;
mod openai_event;
mod openai_items;
mod openai_output;
mod openai_realtime;
mod openai_responses;
mod openai_transcription;
mod out;
mod recognise;
mod replicate;
mod said;
mod seen;
mod text;
mod tgi;
mod unknown;
mod usage;
mod watsonx;

#[cfg(feature = "pattern")]
pub(crate) use said::Said;
pub(crate) use seen::hash;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::engine::Limits;
use crate::event::{FinishReason, Usage};
use crate::json::{Cursor, Kind, Strings, SyntaxError};
use crate::wire::{Frame, Framing};
use out::Out;

/// The language of a provider's stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Dialect {
    /// OpenAI `chat.completions` and its many cousins.
    OpenaiChat,
    /// OpenAI `completions` (legacy) and its cousins.
    OpenaiCompletions,
    /// OpenAI Responses.
    OpenaiResponses,
    /// OpenAI Realtime, server side.
    OpenaiRealtime,
    /// OpenAI Assistants.
    OpenaiAssistants,
    /// OpenAI audio transcription.
    OpenaiTranscription,
    /// Anthropic Messages.
    Anthropic,
    /// Gemini `streamGenerateContent`, as SSE or as one JSON array.
    Gemini,
    /// Gemini Live, server side.
    GeminiLive,
    /// Gemini Interactions.
    GeminiInteractions,
    /// Ollama `/api/chat` and `/api/generate`.
    Ollama,
    /// Cohere `/v1/chat`.
    CohereV1,
    /// Cohere `/v2/chat`.
    CohereV2,
    /// Amazon Bedrock `ConverseStream`.
    BedrockConverse,
    /// Amazon Bedrock `InvokeModelWithResponseStream`.
    BedrockInvoke,
    /// Hugging Face text-generation-inference `/generate_stream`.
    Tgi,
    /// Replicate predictions.
    Replicate,
    /// IBM watsonx.ai `text/generation_stream`.
    Watsonx,
    /// Model Context Protocol over streamable HTTP.
    Mcp,
    /// Plain text.
    Text,
    /// None that midstream knows: every frame is an `unknown` event.
    Unknown,
}

/// One thing that a frame says. The session turns deltas into events: it opens and closes blocks and collects tool
/// input, so a dialect need not.
#[derive(Debug, Clone, PartialEq)]
pub enum Delta<'a> {
    /// Who answers. Repeating what is known costs nothing.
    Metadata {
        /// The response's id.
        id: Option<&'a str>,
        /// The model's name.
        model: Option<&'a str>,
    },
    /// More visible text; empty text says nothing.
    Text {
        /// Which answer.
        choice: u32,
        /// The text to append.
        text: &'a str,
    },
    /// More reasoning.
    Reasoning {
        /// Which answer.
        choice: u32,
        /// The text to append.
        text: &'a str,
    },
    /// The signature or the encrypted body of the answer's open block of reasoning, or of an empty one.
    Signature {
        /// Which answer.
        choice: u32,
        /// As the provider wrote it.
        signature: &'a str,
    },
    /// The answer's open block of reasoning, or an empty one, as the provider encrypted it in the place of its text.
    Redacted {
        /// Which answer.
        choice: u32,
        /// As the provider wrote it.
        data: &'a str,
    },
    /// The signature of the answer's open block of text, or of an empty one.
    TextSignature {
        /// Which answer.
        choice: u32,
        /// As the provider wrote it, whole.
        signature: &'a str,
    },
    /// More refusal.
    Refusal {
        /// Which answer.
        choice: u32,
        /// The text to append.
        text: &'a str,
    },
    /// The answer's open block of text, reasoning or refusal is whole.
    BlockEnd {
        /// Which answer.
        choice: u32,
    },
    /// A tool call begins.
    ToolStart {
        /// Which answer.
        choice: u32,
        /// A number that the dialect uses for this call and no other of the stream.
        slot: u32,
        /// The provider's id; empty where it gives none.
        id: &'a str,
        /// The tool's name.
        name: &'a str,
        /// The provider runs the tool itself.
        provider_executed: bool,
    },
    /// More of a tool call's input.
    ToolInput {
        /// The call.
        slot: u32,
        /// The text to append.
        text: &'a str,
    },
    /// The input of an open tool call is words or code, no JSON.
    ToolFreeform {
        /// The call.
        slot: u32,
    },
    /// The signature of an open tool call.
    ToolSignature {
        /// The call.
        slot: u32,
        /// As the provider wrote it, whole.
        signature: &'a str,
    },
    /// A tool call's input is whole. Calls still open when their answer finishes are closed then.
    ToolEnd {
        /// The call.
        slot: u32,
    },
    /// What a tool that the provider ran gave back.
    ToolResult {
        /// Which answer.
        choice: u32,
        /// The call's id; empty for the answer's latest call of a tool that the provider runs.
        id: &'a str,
        /// The provider's object, as JSON.
        raw: &'a str,
        /// The result's signature.
        signature: Option<&'a str>,
    },
    /// A cited source.
    Source {
        /// Which answer.
        choice: u32,
        /// Where it is.
        url: Option<&'a str>,
        /// Its title.
        title: Option<&'a str>,
        /// The provider's object, as JSON.
        raw: &'a str,
    },
    /// More audio, in base64.
    Audio {
        /// Which answer.
        choice: u32,
        /// The data to append.
        data: &'a str,
    },
    /// What the answer's audio is from here on.
    AudioFormat {
        /// Which answer.
        choice: u32,
        /// Its media type.
        media_type: &'a str,
    },
    /// A file, whole. It ends the answer's open block.
    File {
        /// Which answer.
        choice: u32,
        /// What comes of it.
        file: File<'a>,
    },
    /// What the response has cost so far. Repeating what is known costs nothing.
    Usage(Usage),
    /// An answer is whole.
    Finish {
        /// Which answer.
        choice: u32,
        /// Why, in common words.
        reason: FinishReason,
        /// Why, in the provider's words.
        raw_reason: &'a str,
    },
    /// The stop sequence that ends the answer, ahead of its finish.
    StopSequence {
        /// Which answer.
        choice: u32,
        /// The sequence.
        sequence: &'a str,
    },
    /// Probabilities of the tokens that were just handed on.
    Logprobs {
        /// Which answer.
        choice: u32,
        /// The provider's list or object, as JSON.
        raw: &'a str,
    },
    /// Something that is known and no part of the answer. Repeating what is known costs nothing.
    ProviderMetadata {
        /// Which answer; `None` for the whole response.
        choice: Option<u32>,
        /// The field's path.
        name: &'a str,
        /// What came, as JSON.
        raw: &'a str,
    },
    /// More words that are no part of the answer and come in pieces all the same: what the user said.
    Aside {
        /// Which text.
        number: u32,
        /// The text to append.
        text: &'a str,
    },
    /// Such a text is whole.
    AsideEnd {
        /// Which text.
        number: u32,
    },
    /// The provider reports an error.
    Error {
        /// Its code or type.
        code: Option<&'a str>,
        /// Its message.
        message: &'a str,
    },
    /// The frame only keeps the connection open.
    KeepAlive,
    /// A limit of the configuration is reached.
    Limit {
        /// The setting's name.
        setting: &'static str,
        /// Its value.
        max: usize,
        /// What comes of it.
        consequence: &'static str,
    },
    /// Something the dialect has no word for.
    Unknown {
        /// The event's type or the field's path.
        name: &'a str,
        /// What came, if possible as JSON.
        raw: &'a str,
    },
}

/// A file that belongs to an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct File<'a> {
    /// What it is.
    pub media_type: Option<&'a str>,
    /// The file itself, in base64.
    pub data: Option<&'a str>,
    /// Where it is.
    pub url: Option<&'a str>,
    /// It belongs to the reasoning.
    pub reasoning: bool,
    /// Its signature.
    pub signature: Option<&'a str>,
}

/// Where deltas go.
pub trait Sink {
    /// Takes the next delta.
    fn delta(&mut self, delta: Delta<'_>);
}

impl<F: FnMut(Delta<'_>)> Sink for F {
    fn delta(&mut self, delta: Delta<'_>) {
        self(delta);
    }
}

/// How far a stream has come, by its dialect's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Progress {
    /// More must come: an end now is a truncation.
    Open,
    /// The terminator was seen: an end now is clean, though more may come (usage behind the finish reason).
    Complete,
    /// Nothing more will come. A host may hang up, as some gateways hold the socket open.
    Closed,
}

/// A dialect's state over one stream.
trait Decode: Send {
    /// Reads a frame. Deltas may have been handed on before an error is found.
    fn frame(&mut self, frame: &Frame<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError>;

    /// How far the stream has come.
    fn progress(&self) -> Progress;
}

/// Decodes one stream's frames.
pub struct Decoder {
    dialect: Dialect,
    state: Box<dyn Decode>,
}

impl Decoder {
    /// A decoder for `dialect` at the start of a stream.
    pub fn new(dialect: Dialect, limits: &Limits) -> Self {
        let state: Box<dyn Decode> = match dialect {
            Dialect::OpenaiChat => Box::new(openai_chat::OpenaiChat::default()),
            Dialect::OpenaiCompletions => Box::new(openai_completions::OpenaiCompletions::default()),
            Dialect::OpenaiResponses => Box::new(openai_responses::OpenaiResponses::new(limits)),
            Dialect::OpenaiRealtime => Box::new(openai_realtime::OpenaiRealtime::new(limits)),
            Dialect::OpenaiAssistants => Box::new(openai_assistants::OpenaiAssistants::default()),
            Dialect::OpenaiTranscription => Box::new(openai_transcription::OpenaiTranscription::default()),
            Dialect::Anthropic => Box::new(anthropic::Anthropic::default()),
            Dialect::Gemini => Box::new(gemini::Gemini::default()),
            Dialect::GeminiLive => Box::new(gemini_live::GeminiLive::default()),
            Dialect::GeminiInteractions => Box::new(gemini_interactions::GeminiInteractions::default()),
            Dialect::Ollama => Box::new(ollama::Ollama::default()),
            Dialect::CohereV1 => Box::new(cohere_v1::CohereV1::default()),
            Dialect::CohereV2 => Box::new(cohere_v2::CohereV2::default()),
            Dialect::BedrockConverse => Box::new(bedrock_converse::BedrockConverse::default()),
            Dialect::BedrockInvoke => Box::new(bedrock_invoke::BedrockInvoke::new(limits)),
            Dialect::Tgi => Box::new(tgi::Tgi::default()),
            Dialect::Replicate => Box::new(replicate::Replicate::default()),
            Dialect::Watsonx => Box::new(watsonx::Watsonx::default()),
            Dialect::Mcp => Box::new(mcp::Mcp::default()),
            Dialect::Text => Box::new(text::Text),
            Dialect::Unknown => Box::new(unknown::Unknown),
        };
        Self { dialect, state }
    }

    /// The dialect that `frame` speaks, where one frame is enough to tell.
    pub fn recognise(framing: Framing, frame: &Frame<'_>) -> Option<Dialect> {
        recognise::recognise(framing, frame)
    }

    /// The dialect.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// Where the payload should be JSON and is not. Decoding goes on with the next frame.
    pub fn frame(&mut self, frame: &Frame<'_>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
        self.state.frame(frame, &mut Out { sink: out, strings: &Strings::default() })
    }

    /// How far the stream has come.
    pub fn progress(&self) -> Progress {
        self.state.progress()
    }
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}

impl Dialect {
    /// All dialects with their names on the command line and in JSON.
    pub const ALL: &[(&'static str, Self)] = &[
        ("openai-chat", Self::OpenaiChat),
        ("openai-completions", Self::OpenaiCompletions),
        ("openai-responses", Self::OpenaiResponses),
        ("openai-realtime", Self::OpenaiRealtime),
        ("openai-assistants", Self::OpenaiAssistants),
        ("openai-transcription", Self::OpenaiTranscription),
        ("anthropic", Self::Anthropic),
        ("gemini", Self::Gemini),
        ("gemini-live", Self::GeminiLive),
        ("gemini-interactions", Self::GeminiInteractions),
        ("ollama", Self::Ollama),
        ("cohere-v1", Self::CohereV1),
        ("cohere-v2", Self::CohereV2),
        ("bedrock-converse", Self::BedrockConverse),
        ("bedrock-invoke", Self::BedrockInvoke),
        ("tgi", Self::Tgi),
        ("replicate", Self::Replicate),
        ("watsonx", Self::Watsonx),
        ("mcp", Self::Mcp),
        ("text", Self::Text),
        ("unknown", Self::Unknown),
    ];

    /// Whether a provider's reasoning carries a signature, which comes when the reasoning has passed already: clients hand
    /// both back, and the provider refuses reasoning that was altered. Gemini's signatures are not over what it tells of its
    /// thoughts, a summary.
    #[cfg(feature = "pattern")]
    pub(crate) fn signs_reasoning(self) -> bool {
        matches!(self, Self::Anthropic | Self::BedrockConverse | Self::BedrockInvoke | Self::GeminiInteractions)
    }

    /// The dialect that stands for all whose frames one decoder reads.
    pub(crate) fn family(self) -> Self {
        match self {
            Self::OpenaiCompletions => Self::OpenaiChat,
            other => other,
        }
    }

    /// The dialect's name.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, dialect)| *dialect == self).expect("every dialect stands in the table").0
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Dialect {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        crate::named(Self::ALL, "dialect", name)
    }
}

/// Deals with payloads that no dialect reads as its own: nothing at all, `[DONE]`, text that is no JSON object, which is
/// an error where the frame is named so. Returns the cursor to go on with, or `None` where all is said.
fn payload<'c, 's: 'c>(frame: &Frame<'c>, out: &mut Out<'s>) -> Option<Cursor<'c>> {
    match frame.data.trim_ascii_start().as_bytes().first() {
        Some(b'{') => Some(Cursor::new(frame.data, out.strings)),
        _ if frame.event == "error" => {
            out.delta(wordy_error(frame));
            None
        }
        None => None,
        Some(_) if frame.data.trim_ascii() == DONE => None,
        Some(_) => {
            out.unknown(frame.event, frame.data);
            None
        }
    }
}

/// The error that a frame named `error` reports in words, or without any.
fn wordy_error<'a>(frame: &Frame<'a>) -> Delta<'a> {
    let words = frame.data.trim_ascii();
    Delta::Error {
        code: None,
        message: if words.is_empty() { "the provider reports an error without a message" } else { words },
    }
}

/// Reads a provider's error object or string, whichever the cursor stands before:
/// `{"message", "type"|"code"|"status"}` in any of the forms that the providers use, or `"words"`.
fn error(value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    let raw = value.raw()?;
    let mut value = value.of(raw);
    let (mut message, mut code, mut kind, mut number) = (None, None, None, None);
    if value.peek() == Kind::String {
        value.string_into(&mut message)?;
    } else {
        value.object(|key, value| {
            match key {
                "message" => value.string_into(&mut message)?,
                "code" if value.peek() == Kind::Number => value.raw_into(&mut number)?,
                "code" => value.string_into(&mut code)?,
                "type" | "status" => kind = value.string()?.or(kind.take()),
                _ => value.skip()?,
            }
            Ok(())
        })?;
    }
    let code = code.or(kind).or(number);
    out.error(code, message.unwrap_or(raw));
    Ok(())
}

/// What OpenAI and its cousins send when all is said.
const DONE: &str = "[DONE]";
