//! What a frame says, as far as channels go.

use std::ops::Range;

use super::slots::borrowed;
use crate::dialect::Delta;

/// What the words of a channel are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Visible text.
    Text,
    /// Reasoning.
    Reasoning,
    /// A refusal.
    Refusal,
    /// JSON that a tool is given.
    ToolInput,
    /// A string that is none of these, whole.
    Other,
    /// A name that clients need as it is: a tool's, a model's, a role. It passes unaltered, or the stream stops.
    Label,
}

/// Which channel: its kind, and the answer's or the tool call's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key(pub(super) Kind, pub(super) u32);

/// What a frame says, as far as channels go.
#[derive(Debug)]
pub(super) struct Steps<'f> {
    payload: &'f str,
    pub(super) steps: Vec<Step>,
    /// Where fields stand that the dialect has no word for.
    pub(super) unknown: Vec<Range<usize>>,
    /// Where probabilities of tokens stand.
    pub(super) logprobs: Vec<Range<usize>>,
    /// Where audio stands.
    pub(super) audio: Vec<Range<usize>>,
    /// It has audio, which may stand nowhere as it is.
    pub(super) has_audio: bool,
    /// It also says something that must not be said twice.
    pub(super) unique: bool,
    pub(super) id: Option<String>,
    pub(super) model: Option<String>,
}

/// One thing that a frame does to a channel.
#[derive(Debug)]
pub(super) enum Step {
    Words {
        key: Key,
        words: String,
        at: Option<Range<usize>>,
    },
    /// Prose of another kind than this may be open in the answer no longer.
    EndProse {
        choice: u32,
    },
    ToolStart {
        choice: u32,
        slot: u32,
        /// The provider's id; empty where it gives none.
        id: String,
    },
    EndTool {
        slot: u32,
    },
    EndAside {
        number: u32,
    },
    Finish {
        choice: u32,
    },
    /// The provider reports an error: what it has said goes before.
    EndAll,
}

impl<'f> Steps<'f> {
    pub(super) fn new(payload: &'f str) -> Self {
        Self {
            payload,
            steps: Vec::new(),
            unknown: Vec::new(),
            logprobs: Vec::new(),
            audio: Vec::new(),
            has_audio: false,
            unique: false,
            id: None,
            model: None,
        }
    }

    pub(super) fn push(&mut self, delta: &Delta<'_>) {
        match *delta {
            Delta::Metadata { id, model } => {
                self.id = id.map(str::to_owned);
                self.model = model.map(str::to_owned);
                return;
            }
            Delta::Usage(_) | Delta::AudioFormat { .. } | Delta::ProviderMetadata { .. } => return,
            Delta::ToolFreeform { .. } | Delta::KeepAlive | Delta::Limit { .. } => return,
            Delta::Text { choice, text } => return self.words(Key(Kind::Text, choice), text),
            Delta::Reasoning { choice, text } => return self.words(Key(Kind::Reasoning, choice), text),
            Delta::Refusal { choice, text } => return self.words(Key(Kind::Refusal, choice), text),
            Delta::ToolInput { slot, text } => return self.words(Key(Kind::ToolInput, slot), text),
            Delta::Aside { number, text } => return self.words(Key(Kind::Other, number), text),
            // What is said next belongs to another text, whose words come behind this end.
            Delta::AsideEnd { number } => return self.steps.push(Step::EndAside { number }),
            Delta::Audio { data, .. } => {
                self.has_audio |= !data.is_empty();
                if note(data, self.payload, &mut self.audio) {
                    return;
                }
            }
            Delta::Logprobs { raw, .. } if note(raw, self.payload, &mut self.logprobs) => return,
            Delta::Unknown { raw, .. } if note(raw, self.payload, &mut self.unknown) => return,
            Delta::BlockEnd { choice } => return self.steps.push(Step::EndProse { choice }),
            Delta::ToolResult { choice, .. } | Delta::File { choice, .. } => {
                self.steps.push(Step::EndProse { choice });
            }
            Delta::ToolStart { choice, slot, id, .. } => {
                self.steps.push(Step::ToolStart { choice, slot, id: id.to_owned() });
            }
            Delta::ToolEnd { slot } => self.steps.push(Step::EndTool { slot }),
            Delta::Finish { choice, .. } => self.steps.push(Step::Finish { choice }),
            Delta::Error { .. } => self.steps.push(Step::EndAll),
            _ => {}
        }
        self.unique = true;
    }

    pub(super) fn has_words(&self) -> bool {
        self.steps.iter().any(|step| step.words().is_some())
    }

    /// Whether something ends with the frame, or begins.
    pub(super) fn has_turns(&self) -> bool {
        self.unique || self.steps.iter().any(|step| step.words().is_none())
    }

    fn words(&mut self, key: Key, words: &str) {
        if !words.is_empty() {
            let at = borrowed(words, self.payload);
            self.steps.push(Step::Words { key, words: words.to_owned(), at });
        }
    }
}

/// Notes in `places` where `part` stands in `payload`, if it was borrowed from there.
fn note(part: &str, payload: &str, places: &mut Vec<Range<usize>>) -> bool {
    let at = borrowed(part, payload);
    places.extend(at.clone());
    at.is_some()
}

impl Step {
    /// Its words and where they were borrowed from.
    pub(super) fn words(&self) -> Option<(&str, Option<Range<usize>>)> {
        match self {
            Self::Words { words, at, .. } => Some((words, at.clone())),
            _ => None,
        }
    }
}
