//! Events in, one object out: what a stream amounts to once it is over.

use serde::Serialize;

use crate::dialect::Dialect;
use crate::error::Error;
use crate::event::{Event, FinishReason, JsonText, Usage, Verdict};

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
    /// Why it ended, in common words.
    pub finish_reason: Option<FinishReason>,
    /// Why it ended, in the provider's words.
    pub raw_finish_reason: Option<String>,
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
            Event::ToolInputStart { choice, id, name, provider_executed: false } => {
                let call = ToolCall { id, name, input: None, input_text: String::new() };
                self.choice(choice).tool_calls.push(call);
            }
            Event::ToolCall { choice, id, name, input, input_text, provider_executed: false, .. } => {
                let calls = &mut self.choice(choice).tool_calls;
                if let Some(call) = calls.iter_mut().rev().find(|call| call.id == id) {
                    *call = ToolCall { id, name, input, input_text };
                }
            }
            Event::Usage(usage) => self.usage.update(&usage),
            Event::Finish { choice, reason, raw_reason } => {
                let choice = self.choice(choice);
                choice.finish_reason = Some(reason);
                choice.raw_finish_reason = Some(raw_reason);
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

/// Appends `delta`; the first one is taken over as it is.
fn append(text: &mut String, delta: String) {
    if text.is_empty() {
        *text = delta;
    } else {
        text.push_str(&delta);
    }
}
