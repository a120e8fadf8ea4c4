//! Token counts, under all the names that providers have for them.

use super::Out;
use super::fields::says_something;
use crate::event::Usage;
use crate::json::{Cursor, Kind, SyntaxError};

/// What a usage object says.
#[derive(Debug, Default)]
pub(super) struct Spent<'a> {
    /// Its counts.
    pub(super) usage: Usage,
    /// The whole object, where it says more: costs, counts of another kind. Zeros say nothing.
    more: Option<&'a str>,
}

impl<'a> Spent<'a> {
    /// Reads a usage object.
    pub(super) fn read(value: &mut Cursor<'a>) -> Result<Self, SyntaxError> {
        let mut whole = *value;
        let (mut usage, mut more) = (Usage::default(), false);
        value.object(|key, value| {
            match COUNTS.iter().find(|(name, _)| *name == key) {
                // What stands in the details is nearer to the source (DeepSeek, Copilot give both).
                Some((_, count)) => {
                    let slot = count.slot(&mut usage);
                    *slot = slot.or(value.u64()?);
                }
                None if DETAILS.contains(&key) && value.peek() == Kind::Object => {
                    more |= details(value, &mut usage)?;
                }
                None => more |= says_something(value)?,
            }
            Ok(())
        })?;
        Ok(Self { usage, more: if more { Some(whole.raw()?) } else { None } })
    }

    /// Hands on what was spent.
    pub(super) fn give(&self, out: &mut Out<'_>) {
        if !self.usage.is_empty() {
            out.usage(self.usage.clone());
        }
        if let Some(raw) = self.more {
            give_whole(raw, out);
        }
    }
}

/// Reads a usage object and hands on what it says.
pub(super) fn spent(value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    Spent::read(value)?.give(out);
    Ok(())
}

/// Hands on a usage object as a whole.
pub(super) fn give_whole(raw: &str, out: &mut Out<'_>) {
    out.provider_metadata(None, "usage", raw);
}

/// Reads an object inside a usage object; whether it says more than the counts that are read.
fn details(value: &mut Cursor<'_>, usage: &mut Usage) -> Result<bool, SyntaxError> {
    let mut more = false;
    value.object(|key, value| {
        match COUNTS.iter().find(|(name, _)| *name == key) {
            Some((_, count)) => {
                let slot = count.slot(usage);
                *slot = value.u64()?.or(*slot);
            }
            None => more |= says_something(value)?,
        }
        Ok(())
    })?;
    Ok(more)
}

/// One of the numbers of a [`Usage`].
#[derive(Debug, Clone, Copy)]
enum Count {
    Input,
    Output,
    Reasoning,
    CacheRead,
    CacheWrite,
    Total,
}

impl Count {
    fn slot(self, usage: &mut Usage) -> &mut Option<u64> {
        match self {
            Self::Input => &mut usage.input_tokens,
            Self::Output => &mut usage.output_tokens,
            Self::Reasoning => &mut usage.reasoning_tokens,
            Self::CacheRead => &mut usage.cache_read_tokens,
            Self::CacheWrite => &mut usage.cache_write_tokens,
            Self::Total => &mut usage.total_tokens,
        }
    }
}

/// What the counts are called.
const COUNTS: &[(&str, Count)] = &[
    // OpenAI and its cousins; Anthropic; Cohere.
    ("prompt_tokens", Count::Input),
    ("completion_tokens", Count::Output),
    ("total_tokens", Count::Total),
    ("input_tokens", Count::Input),
    ("output_tokens", Count::Output),
    ("reasoning_tokens", Count::Reasoning),
    ("cached_tokens", Count::CacheRead),
    // OpenRouter; LiteLLM.
    ("cache_write_tokens", Count::CacheWrite),
    ("cache_creation_tokens", Count::CacheWrite),
    // DeepSeek.
    ("prompt_cache_hit_tokens", Count::CacheRead),
    // Anthropic, and gateways over it. `output_tokens` include thinking.
    ("cache_read_input_tokens", Count::CacheRead),
    ("cache_creation_input_tokens", Count::CacheWrite),
    ("thinking_tokens", Count::Reasoning),
    // Gemini; Live calls the output `response`.
    ("promptTokenCount", Count::Input),
    ("candidatesTokenCount", Count::Output),
    ("responseTokenCount", Count::Output),
    ("thoughtsTokenCount", Count::Reasoning),
    ("cachedContentTokenCount", Count::CacheRead),
    ("totalTokenCount", Count::Total),
    // Gemini Interactions.
    ("total_input_tokens", Count::Input),
    ("total_output_tokens", Count::Output),
    ("total_thought_tokens", Count::Reasoning),
    ("total_cached_tokens", Count::CacheRead),
    // Bedrock; those with `Count` are Nova's own and those of the invocation metrics.
    ("inputTokens", Count::Input),
    ("outputTokens", Count::Output),
    ("totalTokens", Count::Total),
    ("cacheReadInputTokens", Count::CacheRead),
    ("cacheWriteInputTokens", Count::CacheWrite),
    ("inputTokenCount", Count::Input),
    ("outputTokenCount", Count::Output),
    ("cacheReadInputTokenCount", Count::CacheRead),
    ("cacheWriteInputTokenCount", Count::CacheWrite),
];

/// Objects inside a usage object in which counts stand.
const DETAILS: &[&str] = &[
    "prompt_tokens_details",
    "completion_tokens_details",
    "input_tokens_details",
    "output_tokens_details",
    // Assistants.
    "prompt_token_details",
    // Realtime.
    "input_token_details",
    "output_token_details",
];
