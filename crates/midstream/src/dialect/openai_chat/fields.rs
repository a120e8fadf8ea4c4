//! Fields that say nothing about the answer or stand beside it, and the ones that everybody spells differently.

use crate::event::FinishReason;
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

/// Whether a field of a chunk says nothing that a host could use: padding, numbers of tokens, numbers and times of frames.
pub(super) fn is_idle(key: &str) -> bool {
    // `obfuscation`, `p`: padding against guessing by length (OpenAI, Mistral).
    matches!(key, "created" | "obfuscation" | "p" | "prompt_token_ids" | "event_id")
}

/// Whether a field of a chunk stands beside the answer.
pub(super) fn is_beside(key: &str) -> bool {
    matches!(
        key,
        "system_fingerprint"
            | "service_tier"
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
            | "prompt_logprobs" // vLLM
            | "kv_transfer_params"
            | "nvext" // Dynamo: timing
            | "request_id"
            | "trace_id"
    )
}

/// What becomes of a field of a choice or a delta that is no content.
#[derive(Debug, Clone, Copy)]
pub(super) enum Aside {
    /// It says nothing that a host could use.
    Idle,
    /// It stands beside the answer, under this name.
    Beside(&'static str),
    /// Probabilities of the tokens that the content is made of.
    Logprobs,
    /// What ended the answer: a sequence of the host's own or, under this name, the number of a token.
    Stop(&'static str),
}

/// What becomes of a field of a choice.
pub(super) fn of_choice(key: &str) -> Option<Aside> {
    Some(match key {
        "logprobs" => Aside::Logprobs,
        // OpenRouter: `finish_reason` in the words of who answers in truth.
        "native_finish_reason" => Aside::Beside("choices.native_finish_reason"),
        // Azure: verdicts; that the filter struck is a finish reason.
        "content_filter_results" => Aside::Beside("choices.content_filter_results"),
        "content_filter_result" => Aside::Beside("choices.content_filter_result"),
        "content_filter_offsets" => Aside::Beside("choices.content_filter_offsets"),
        // vLLM; SGLang.
        "stop_reason" => Aside::Stop("choices.stop_reason"),
        "matched_stop" => Aside::Stop("choices.matched_stop"),
        "prompt_logprobs" => Aside::Beside("choices.prompt_logprobs"),
        // Together.
        "seed" => Aside::Beside("choices.seed"),
        // vLLM: the content as numbers.
        "token_ids" | "prompt_token_ids" => Aside::Idle,
        _ => return None,
    })
}

/// What becomes of a field of a delta.
pub(super) fn of_delta(key: &str) -> Option<Aside> {
    Some(match key {
        "logprobs" => Aside::Logprobs,
        // Groq: `analysis` where there is `reasoning`.
        "channel" => Aside::Beside("choices.delta.channel"),
        // Venice: whether reasoning is withheld.
        "reasoning_encrypted" => Aside::Beside("choices.delta.reasoning_encrypted"),
        "name" => Aside::Beside("choices.delta.name"),
        // Together: the content as a number; Mistral; Copilot's padding.
        "token_id" | "token_ids" | "index" | "padding" => Aside::Idle,
        _ => return None,
    })
}

/// Whether a field of a content part or of a detail of reasoning is administrative.
pub(super) fn of_part(key: &str) -> bool {
    matches!(key, "type" | "id" | "index" | "format" | "closed")
}

/// Reads `extra_content`: `{"google": {"thought_signature": "..."}}`.
pub(super) fn thought_signature<'a>(value: &mut Cursor<'a>) -> Result<Option<&'a str>, SyntaxError> {
    let mut signature = None;
    value.object(|key, value| {
        match key {
            "google" => {
                value.object(|key, value| {
                    match key {
                        "thought_signature" => value.string_into(&mut signature)?,
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
