//! The one schema: what a session says about a stream. TypeScript types are generated from this file.
//!
//! Tags are those of the AI SDK's stream parts, in kebab-case. Where a provider numbers several answers, `choice` is
//! that number; `block` counts a choice's blocks of prose (text, reasoning, refusal) in order of appearance.

use std::fmt;

use serde::{Deserialize, Serialize};

#[cfg(feature = "entities")]
use crate::entity::EntityKind;
use crate::error::Error;
use crate::json;
use crate::metrics::Metrics;
#[cfg(feature = "relations")]
use crate::relation::Relation;
use crate::{dialect::Dialect, wire::Framing};

/// One thing that happened in a stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "StreamEvent"))]
#[serde(tag = "type", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// The framing and the dialect are known. First event of every stream in which anything was recognised.
    StreamStart {
        /// How the bytes are cut into frames.
        framing: Framing,
        /// Whose language the frames speak.
        dialect: Dialect,
    },
    /// What the provider says of the response. May come again when more becomes known; absent fields stay as they were.
    ResponseMetadata {
        /// The provider's id of the response.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// The model that answers, as the provider names it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        model: Option<String>,
    },
    /// A block of visible text begins.
    TextStart {
        /// Which answer.
        choice: u32,
        /// Which block of the answer.
        block: u32,
    },
    /// More visible text.
    TextDelta {
        /// Which answer.
        choice: u32,
        /// Which block of the answer.
        block: u32,
        /// The text to append.
        delta: String,
    },
    /// A block of visible text is whole.
    TextEnd {
        /// Which answer.
        choice: u32,
        /// Which block of the answer.
        block: u32,
        /// The provider's signature over the block (Gemini `thoughtSignature`), to be handed back with its text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signature: Option<String>,
    },
    /// A block of reasoning begins.
    ReasoningStart {
        /// Which answer.
        choice: u32,
        /// Which block of the answer.
        block: u32,
    },
    /// More reasoning.
    ReasoningDelta {
        /// Which answer.
        choice: u32,
        /// Which block of the answer.
        block: u32,
        /// The text to append.
        delta: String,
    },
    /// A block of reasoning is whole.
    ReasoningEnd {
        /// Which answer.
        choice: u32,
        /// Which block of the answer.
        block: u32,
        /// The provider's signature over the block (Anthropic `signature`, Gemini `thoughtSignature`, encrypted
        /// content); a signed block must be handed back unaltered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signature: Option<String>,
        /// The block itself, encrypted, of which the provider shows nothing (Anthropic `redacted_thinking`, Bedrock
        /// `redactedContent`); it must be handed back as such.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        redacted: Option<String>,
    },
    /// More of the words with which the model declines.
    RefusalDelta {
        /// Which answer.
        choice: u32,
        /// The text to append.
        delta: String,
    },
    /// A tool call begins.
    ToolInputStart {
        /// Which answer.
        choice: u32,
        /// The call's id: the provider's, or `call-N` for the N-th call of a stream whose provider gives none.
        id: String,
        /// The tool's name.
        name: String,
        /// Whether the provider runs the tool itself (web search, code execution), so that the host must not.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        provider_executed: bool,
    },
    /// More of a tool call's input.
    ToolInputDelta {
        /// The call's id.
        id: String,
        /// The text to append to the input.
        delta: String,
    },
    /// A tool call's input is whole.
    ToolInputEnd {
        /// The call's id.
        id: String,
    },
    /// A tool call is whole. It comes after the call's `tool-input-end`.
    ToolCall {
        /// Which answer.
        choice: u32,
        /// The call's id.
        id: String,
        /// The tool's name.
        name: String,
        /// The input, where it is valid JSON (RFC 8259), or `{}` where the provider sent none; `null` where it is not
        /// valid or was broken off, which an `error` before says, and where the tool takes words or code instead of
        /// JSON: then `input_text` has what came.
        input: Option<JsonText>,
        /// The input as it was written. Empty where the provider sent none.
        input_text: String,
        /// Whether the provider runs the tool itself.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        provider_executed: bool,
        /// The provider's signature over the call (Gemini `thoughtSignature`), to be handed back with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signature: Option<String>,
    },
    /// What a tool that the provider ran gave back.
    ToolResult {
        /// Which answer.
        choice: u32,
        /// The call's id; empty where no call is known.
        id: String,
        /// The provider's own object, whole.
        raw: JsonText,
        /// The provider's signature over the result, to be handed back with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signature: Option<String>,
    },
    /// A source that the answer cites.
    Source {
        /// Which answer.
        choice: u32,
        /// Where it can be found.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        /// Its title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// The provider's own object, whole.
        raw: JsonText,
    },
    /// More audio.
    AudioDelta {
        /// Which answer.
        choice: u32,
        /// Base64, as the provider sent it.
        data: String,
        /// What the data are, where the provider says so: `audio/pcm;rate=24000`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        media_type: Option<String>,
    },
    /// A file that belongs to the answer: an image, for one.
    File {
        /// Which answer.
        choice: u32,
        /// What it is: `image/png`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        media_type: Option<String>,
        /// Base64, as the provider sent it, where the file itself came.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        data: Option<String>,
        /// Where it can be found, where only its address came.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        /// Whether it belongs to the reasoning, not to what the reader sees.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        reasoning: bool,
        /// The provider's signature over it, to be handed back with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signature: Option<String>,
    },
    /// What the response has cost so far. Cumulative: the latest one counts.
    Usage(Usage),
    /// An answer is whole, with the reason that it ended.
    Finish {
        /// Which answer.
        choice: u32,
        /// The reason in common words.
        reason: FinishReason,
        /// The reason in the provider's words.
        raw_reason: String,
        /// The host's own stop sequence that was met, where the provider says which.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stop_sequence: Option<String>,
    },
    /// Probabilities of the tokens that the answer's latest deltas brought; a host that asked for them gets them.
    Logprobs {
        /// Which answer.
        choice: u32,
        /// The provider's own list or object, whole.
        raw: JsonText,
    },
    /// Something that the provider says beside the answer: ratings, timings, costs, the class of service. It comes when
    /// it is first said and whenever it has changed, not with each frame that repeats it.
    ProviderMetadata {
        /// Which answer it belongs to, where it does not belong to the whole response.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        choice: Option<u32>,
        /// The path of its field. `usage` is the provider's usage object, where that says more than `usage` events do.
        name: String,
        /// What came.
        raw: JsonText,
    },
    /// Something is wrong.
    Error(Error),
    /// The provider said something that midstream has no word for. Nothing of it is lost.
    Unknown {
        /// The provider's event type, or the path of the unknown field.
        name: String,
        /// What came: JSON where it is valid JSON, otherwise a JSON string of the raw text.
        raw: JsonText,
    },
    /// Finding: no content has arrived for a while. At most one for each silence; `stall-end` says how long it was.
    Stall {
        /// How long the silence had lasted when it was noticed, in microseconds.
        silent_us: u64,
    },
    /// The silence that a `stall` reported is over: content came, or the stream ended.
    StallEnd {
        /// How long the silence lasted in all, in microseconds.
        silent_us: u64,
    },
    /// Finding: the model repeats itself. One for each run of repetitions, when it is recognised.
    Repetition {
        /// Where the repeating began and how far it had come.
        span: Span,
        /// Length of what is repeated, in UTF-8 bytes.
        period: u32,
        /// How often it had stood there in a row when it was recognised.
        repeats: u32,
    },
    /// Finding: a rule covers words of the answer. The words themselves are not told.
    Match {
        /// The rule's id.
        rule: String,
        /// What it finds, which is also the name in its placeholder: `EMAIL`.
        kind: String,
        /// How bad it is.
        severity: Severity,
        /// What happened to it.
        action: Handling,
        /// Which words, in the text as the provider sent it; absent for words that stand in no channel, such as the title
        /// of a citation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        span: Option<Span>,
    },
    /// Finding: somebody or something that the text speaks of. Final: no later text changes it.
    #[cfg(feature = "entities")]
    Entity {
        /// The same for the same kind and name within a stream.
        id: u64,
        /// What it is.
        kind: EntityKind,
        /// As it stands in the text.
        text: String,
        /// Where it stands.
        span: Span,
        /// How likely it is that just this span is one of just this kind, from 0 to 1.
        confidence: f32,
        /// Its value in a common form, where that differs from its text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        normalized: Option<String>,
    },
    /// Finding: how two things that the text speaks of are related. Final. It comes once the sentence is over, behind the
    /// `entity` events of the sentence.
    #[cfg(feature = "relations")]
    Relation(Box<Relation>),
    /// The stream is over. Always the last event.
    StreamEnd {
        /// How it ended.
        verdict: Verdict,
        /// What was measured.
        metrics: Box<Metrics>,
    },
}

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The dialect's terminator was seen and nothing was lost.
    Complete,
    /// The bytes ended before the dialect's terminator.
    Truncated,
    /// The provider reported an error, a time limit passed, or part of the answer could not be read.
    Failed,
}

/// Why an answer ended, in common words (the AI SDK's).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum FinishReason {
    /// The model was done, or a stop sequence was met.
    Stop,
    /// A token limit was reached.
    Length,
    /// The model waits for tool results.
    ToolCalls,
    /// A filter or a refusal ended it.
    ContentFilter,
    /// An error ended it.
    Error,
    /// Anything else; see the provider's own word.
    Other,
}

/// Token counts of a response, as the provider counts them. `None` where it does not say.
///
/// A chunk of a stream is not a token: counts come from the provider or not at all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Usage {
    /// Tokens read.
    pub input_tokens: Option<u64>,
    /// Tokens written, including reasoning where the provider counts it in.
    pub output_tokens: Option<u64>,
    /// Tokens of reasoning.
    pub reasoning_tokens: Option<u64>,
    /// Input tokens that came from the provider's cache.
    pub cache_read_tokens: Option<u64>,
    /// Input tokens that the provider's cache has taken up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_write_tokens: Option<u64>,
    /// All tokens, where the provider gives the sum.
    pub total_tokens: Option<u64>,
}

impl Usage {
    /// Takes over what `newer` knows and keeps the rest: providers spread one response's counts over several frames.
    pub fn update(&mut self, newer: &Usage) {
        for (mine, theirs) in [
            (&mut self.input_tokens, newer.input_tokens),
            (&mut self.output_tokens, newer.output_tokens),
            (&mut self.reasoning_tokens, newer.reasoning_tokens),
            (&mut self.cache_read_tokens, newer.cache_read_tokens),
            (&mut self.cache_write_tokens, newer.cache_write_tokens),
            (&mut self.total_tokens, newer.total_tokens),
        ] {
            *mine = theirs.or(*mine);
        }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How bad a match is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// Worth looking at: the default.
    #[default]
    Medium,
    /// Does harm in the wrong hands.
    High,
    /// Gives access.
    Critical,
}

impl Severity {
    /// All severities with their names in files and in JSON.
    pub const NAMES: &[(&str, Self)] =
        &[("low", Self::Low), ("medium", Self::Medium), ("high", Self::High), ("critical", Self::Critical)];
}

/// What happened to words that a rule covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Handling {
    /// They passed.
    Report,
    /// Something else stands in their place.
    Mask,
    /// The stream ended before them.
    Stop,
    /// They and what follows were held back.
    Hold,
}

/// A stretch of one channel's text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Span {
    /// Which answer.
    pub choice: u32,
    /// Which text of it.
    pub channel: Channel,
    /// First byte, counted in UTF-8 bytes of the channel's text.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
}

/// One of the texts that an answer consists of: `text`, `reasoning`, `refusal`, `tool:<id>`, `raw:<event>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(type = "string"))]
#[serde(into = "String", from = "String")]
pub enum Channel {
    /// What the reader sees.
    Text,
    /// What the model thinks.
    Reasoning,
    /// The words with which it declines.
    Refusal,
    /// The input of the tool call with this id.
    Tool(String),
    /// The raw JSON of an event of this type (`source`, `tool-result`, `unknown`); spans count from its beginning.
    Raw(String),
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("text"),
            Self::Reasoning => f.write_str("reasoning"),
            Self::Refusal => f.write_str("refusal"),
            Self::Tool(id) => write!(f, "tool:{id}"),
            Self::Raw(event) => write!(f, "raw:{event}"),
        }
    }
}

impl From<Channel> for String {
    fn from(channel: Channel) -> Self {
        channel.to_string()
    }
}

impl From<String> for Channel {
    fn from(name: String) -> Self {
        match name.as_str() {
            "text" => Self::Text,
            "reasoning" => Self::Reasoning,
            "refusal" => Self::Refusal,
            other if other.starts_with("raw:") => Self::Raw(other["raw:".len()..].to_owned()),
            other => Self::Tool(other.strip_prefix("tool:").unwrap_or(other).to_owned()),
        }
    }
}

/// A text that is one valid JSON value (RFC 8259), kept as it was written and serialised as that value.
#[derive(Debug, Clone)]
#[cfg_attr(test, derive(ts_rs::TS), ts(type = "unknown"))]
pub struct JsonText(Box<str>);

impl JsonText {
    /// Takes `text` where it is one valid JSON value; white space around it is left out.
    pub fn new(text: &str) -> Option<Self> {
        let space = [' ', '\n', '\r', '\t'];
        json::is_json(text.as_bytes()).then(|| Self(text.trim_matches(space).into()))
    }

    /// `text` as the JSON value it is, or as a JSON string where it is none.
    pub fn lossless(text: &str) -> Self {
        Self::new(text).unwrap_or_else(|| {
            let mut quoted = String::with_capacity(text.len() + 2);
            json::write_string(text, &mut quoted);
            Self(quoted.into())
        })
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq for JsonText {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Serialize for JsonText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json::serialize_raw(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for JsonText {
    /// Goes by way of [`serde_json::Value`], since internally tagged enums buffer: white space and repeated keys of
    /// the original are not kept.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        Ok(Self(value.to_string().into()))
    }
}
