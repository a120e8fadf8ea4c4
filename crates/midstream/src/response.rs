//! Events in, one object out: what a stream amounts to once it is over.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::dialect::Dialect;
use crate::error::Error;
use crate::event::{Channel, Event, FinishReason, JsonText, Span, Usage, Verdict};

/// A whole response. What `midstream decode --final` prints.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "FinalResponse"))]
pub struct Response {
    /// Whose language the stream spoke; `None` where nothing was recognised.
    pub dialect: Option<Dialect>,
    /// The provider's id.
    pub id: Option<String>,
    /// The model that answered.
    pub model: Option<String>,
    /// The answers, by index.
    pub choices: Vec<Choice>,
    /// Token counts.
    pub usage: Usage,
    /// How the stream ended; `None` while it runs.
    pub verdict: Option<Verdict>,
    /// The first fatal error, or the first error where none was fatal.
    pub error: Option<Error>,
    /// What the provider said beside the answers, as it said it last, by the paths of the fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub provider_metadata: BTreeMap<String, JsonText>,
    /// How many things the provider said that midstream has no word for.
    pub unknown_events: u64,
}

/// One answer of a [`Response`].
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Choice {
    /// The provider's number for it.
    pub index: u32,
    /// The visible text.
    pub text: String,
    /// The reasoning.
    pub reasoning: String,
    /// The words with which the model declined.
    pub refusal: String,
    /// The tool calls that the host is to run, in order of their beginning; those that the provider runs itself are not
    /// among them.
    pub tool_calls: Vec<ToolCall>,
    /// The tool calls that the provider ran itself, in order of their beginning.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub provider_tool_calls: Vec<ToolCall>,
    /// What those tools gave back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tool_results: Vec<ToolResult>,
    /// The sources that it cites.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// The files that belong to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<File>,
    /// The blocks of text and reasoning that the provider has signed or encrypted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<Signature>,
    /// Why it ended, in common words.
    pub finish_reason: Option<FinishReason>,
    /// Why it ended, in the provider's words.
    pub raw_finish_reason: Option<String>,
    /// The host's own stop sequence that was met, where the provider says which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_sequence: Option<String>,
    /// What the provider said beside this answer, as it said it last, by the paths of the fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub provider_metadata: BTreeMap<String, JsonText>,
    /// Where in its channel's text the open block began.
    #[serde(skip)]
    block_start: u64,
}

/// One tool call of a [`Choice`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ToolCall {
    /// The call's id.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// The input, where it is valid JSON.
    pub input: Option<JsonText>,
    /// The input as it was written.
    pub input_text: String,
    /// The provider's signature over the call, to be handed back with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// What a tool that the provider ran gave back.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ToolResult {
    /// The call's id; empty where no call is known.
    pub id: String,
    /// The provider's own object, whole.
    pub raw: JsonText,
    /// The provider's signature over it, to be handed back with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// A source that an answer cites.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "CitedSource"))]
pub struct Source {
    /// Where it can be found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The provider's own object, whole.
    pub raw: JsonText,
}

/// A file that belongs to an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ResponseFile"))]
pub struct File {
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Base64, where the file itself came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// Where it can be found, where only its address came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whether it belongs to the reasoning.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reasoning: bool,
    /// The provider's signature over it, to be handed back with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// A block that must be handed back as the provider sent it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Signature {
    /// The block: a stretch of the answer's text or reasoning, empty where the provider shows nothing of it.
    pub span: Span,
    /// The provider's signature over it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// The block itself, encrypted, of which the provider shows nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redacted: Option<String>,
}

impl Response {
    /// Takes the next event of the stream.
    pub fn push(&mut self, event: Event) {
        match event {
            Event::StreamStart { dialect, .. } => self.dialect = Some(dialect),
            Event::ResponseMetadata { id, model } => {
                self.id = id.or(self.id.take());
                self.model = model.or(self.model.take());
            }
            Event::TextDelta { choice, delta, .. } => append(&mut self.choice(choice).text, delta),
            Event::ReasoningDelta { choice, delta, .. } => append(&mut self.choice(choice).reasoning, delta),
            Event::RefusalDelta { choice, delta } => append(&mut self.choice(choice).refusal, delta),
            Event::TextStart { choice, .. } => {
                let choice = self.choice(choice);
                choice.block_start = choice.text.len() as u64;
            }
            Event::ReasoningStart { choice, .. } => {
                let choice = self.choice(choice);
                choice.block_start = choice.reasoning.len() as u64;
            }
            Event::TextEnd { choice, signature: Some(signature), .. } => {
                self.choice(choice).sign(Channel::Text, Some(signature), None);
            }
            Event::ReasoningEnd { choice, signature, redacted, .. } if signature.is_some() || redacted.is_some() => {
                self.choice(choice).sign(Channel::Reasoning, signature, redacted);
            }
            Event::ToolInputStart { choice, id, name, provider_executed } => {
                let call = ToolCall { id, name, input: None, input_text: String::new(), signature: None };
                self.choice(choice).calls(provider_executed).push(call);
            }
            Event::ToolCall { choice, id, name, input, input_text, provider_executed, signature } => {
                let calls = self.choice(choice).calls(provider_executed);
                if let Some(call) = calls.iter_mut().rev().find(|call| call.id == id) {
                    *call = ToolCall { id, name, input, input_text, signature };
                }
            }
            Event::ToolResult { choice, id, raw, signature } => {
                self.choice(choice).tool_results.push(ToolResult { id, raw, signature });
            }
            Event::Source { choice, url, title, raw } => self.choice(choice).sources.push(Source { url, title, raw }),
            Event::File { choice, media_type, data, url, reasoning, signature } => {
                self.choice(choice).files.push(File { media_type, data, url, reasoning, signature });
            }
            Event::Usage(usage) => self.usage.update(&usage),
            Event::Finish { choice, reason, raw_reason, stop_sequence } => {
                let choice = self.choice(choice);
                choice.finish_reason = Some(reason);
                choice.raw_finish_reason = Some(raw_reason);
                choice.stop_sequence = stop_sequence;
            }
            Event::ProviderMetadata { choice, name, raw } => {
                let known = match choice {
                    Some(choice) => &mut self.choice(choice).provider_metadata,
                    None => &mut self.provider_metadata,
                };
                known.insert(name, raw);
            }
            Event::Error(error) => {
                let outranked = self.error.as_ref().is_none_or(|known| !known.is_fatal() && error.is_fatal());
                if outranked {
                    self.error = Some(error);
                }
            }
            Event::Unknown { .. } => self.unknown_events += 1,
            Event::StreamEnd { verdict, .. } => self.verdict = Some(verdict),
            _ => {}
        }
    }

    fn choice(&mut self, index: u32) -> &mut Choice {
        let at = match self.choices.binary_search_by_key(&index, |choice| choice.index) {
            Ok(at) => at,
            Err(at) => {
                self.choices.insert(at, Choice { index, ..Choice::default() });
                at
            }
        };
        &mut self.choices[at]
    }
}

impl Choice {
    /// The tool calls that the provider runs, or those that the host is to run.
    fn calls(&mut self, provider_executed: bool) -> &mut Vec<ToolCall> {
        if provider_executed { &mut self.provider_tool_calls } else { &mut self.tool_calls }
    }

    /// Takes the end of a block of `channel` that is signed or encrypted.
    fn sign(&mut self, channel: Channel, signature: Option<String>, redacted: Option<String>) {
        let text = if channel == Channel::Text { &self.text } else { &self.reasoning };
        let span = Span { choice: self.index, channel, start: self.block_start, end: text.len() as u64 };
        self.signatures.push(Signature { span, signature, redacted });
    }
}

/// Appends `delta`; the first one is taken over as it is.
fn append(text: &mut String, delta: String) {
    if text.is_empty() {
        *text = delta;
    } else {
        text.push_str(&delta);
    }
}
