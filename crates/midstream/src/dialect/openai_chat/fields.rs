//! Fields that say nothing about the answer, and the two that everybody spells differently.

use std::borrow::Cow;

use super::super::{Delta, Sink};
use crate::event::{FinishReason, Usage};
use crate::json::{Cursor, SyntaxError};

/// Fields of a chunk that the decoder reads.
pub(super) const READ: &[&str] = &[
    "choices",
    "id",
    "model",
    "object",
    "usage",
    "x_groq",
    "error",
    "citations",
    "search_results",
    "venice_parameters",
];

/// Whether a field of a chunk is administrative.
pub(super) fn of_chunk(key: &str) -> bool {
    matches!(
        key,
        "created"
            | "system_fingerprint"
            | "service_tier"
            | "obfuscation" // OpenAI: padding against guessing by length
            | "p" // Mistral: the same
            | "provider" // OpenRouter: who answers in truth
            | "prompt_filter_results" // Azure: verdicts on the prompt
            | "prompt_annotations" // Azure, older
            | "content_filter_results" // Azure
            | "moderation" // OpenAI: verdicts
            | "latency_checkpoint" // Azure: timing
            | "timings" // llama.cpp
            | "time_info" // Cerebras
            | "metrics"
            | "cost" // gateways: money
            | "copilot_usage" // Copilot: money
            | "usage_breakdown" // Groq: `usage` by model
            | "prompt_token_ids" // vLLM: the prompt as numbers
            | "prompt_logprobs"
            | "kv_transfer_params"
            | "nvext" // Dynamo: timing
            | "request_id"
            | "event_id"
            | "trace_id"
    )
}

/// Whether a field of a choice is administrative.
pub(super) fn of_choice(key: &str) -> bool {
    matches!(
        key,
        "logprobs"
            | "native_finish_reason" // OpenRouter: `finish_reason` in the words of who answers in truth
            | "content_filter_results" // Azure: verdicts; that the filter struck is a finish reason
            | "content_filter_result"
            | "content_filter_offsets"
            | "stop_reason" // vLLM: which stop sequence
            | "matched_stop" // SGLang: the same
            | "token_ids" // vLLM: the content as numbers
            | "prompt_token_ids"
            | "prompt_logprobs"
            | "seed" // Together
    )
}

/// Whether a field of a delta is administrative.
pub(super) fn of_delta(key: &str) -> bool {
    matches!(
        key,
        "channel" // Groq: `analysis` where there is `reasoning`
            | "token_id" // Together: the content as a number
            | "token_ids"
            | "index" // Mistral
            | "reasoning_encrypted" // Venice: whether reasoning is withheld
            | "logprobs"
            | "padding" // Copilot
            | "name"
    )
}

/// Whether a field of a content part or of a detail of reasoning is administrative.
pub(super) fn of_part(key: &str) -> bool {
    matches!(key, "type" | "id" | "index" | "format" | "closed")
}

/// Reads token counts in the spellings of OpenAI and its cousins.
pub(super) fn usage(value: &mut Cursor<'_>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
    let mut usage = Usage::default();
    let mut cache_hits = None;
    value.object(|key, value| {
        match key {
            "prompt_tokens" | "input_tokens" => usage.input_tokens = value.u64()?.or(usage.input_tokens),
            "completion_tokens" | "output_tokens" => usage.output_tokens = value.u64()?.or(usage.output_tokens),
            "total_tokens" => usage.total_tokens = value.u64()?,
            // Copilot and Perplexity have it here.
            "reasoning_tokens" => usage.reasoning_tokens = usage.reasoning_tokens.or(value.u64()?),
            "completion_tokens_details" | "output_tokens_details" => {
                value.object(|key, value| {
                    match key {
                        "reasoning_tokens" => usage.reasoning_tokens = value.u64()?.or(usage.reasoning_tokens),
                        _ => value.skip()?,
                    }
                    Ok(())
                })?;
            }
            "prompt_tokens_details" | "input_tokens_details" => {
                value.object(|key, value| {
                    match key {
                        "cached_tokens" => usage.cache_read_tokens = value.u64()?,
                        _ => value.skip()?,
                    }
                    Ok(())
                })?;
            }
            // Moonshot; DeepSeek; gateways over Anthropic.
            "cached_tokens" | "prompt_cache_hit_tokens" | "cache_read_input_tokens" => {
                cache_hits = cache_hits.or(value.u64()?);
            }
            _ => value.skip()?,
        }
        Ok(())
    })?;
    usage.cache_read_tokens = usage.cache_read_tokens.or(cache_hits);
    if !usage.is_empty() {
        out.delta(Delta::Usage(usage));
    }
    Ok(())
}

/// Reads `extra_content`: `{"google": {"thought_signature": "..."}}`.
pub(super) fn thought_signature<'a>(value: &mut Cursor<'a>) -> Result<Option<Cow<'a, str>>, SyntaxError> {
    let mut signature = None;
    value.object(|key, value| {
        match key {
            "google" => {
                value.object(|key, value| {
                    match key {
                        "thought_signature" => signature = value.string()?,
                        _ => value.skip()?,
                    }
                    Ok(())
                })?;
            }
            _ => value.skip()?,
        }
        Ok(())
    })?;
    Ok(signature)
}

/// A finish reason in common words.
pub(super) fn finish_reason(raw: &str) -> FinishReason {
    match raw {
        "stop" | "eos" | "eos_token" | "stop_sequence" | "end_turn" | "complete" | "completed" => FinishReason::Stop,
        "length" | "max_tokens" | "model_length" | "max_output_tokens" | "model_context_window_exceeded" => {
            FinishReason::Length
        }
        "tool_calls" | "function_call" | "tool_use" | "tool_call" => FinishReason::ToolCalls,
        "content_filter" | "sensitive" | "safety" | "refusal" => FinishReason::ContentFilter,
        "error" | "insufficient_system_resource" | "network_error" => FinishReason::Error,
        _ => FinishReason::Other,
    }
}
