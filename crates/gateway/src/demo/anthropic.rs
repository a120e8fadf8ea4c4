//! Anthropic `POST /v1/messages`.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::ask::{Ask, ToolChoice};
use super::script::{Finish, Script};
use super::{BadRequest, Identity, MODEL, Provider, Steps, text};

pub(super) struct Anthropic;

impl Provider for Anthropic {
    fn read(&self, body: &Value) -> Result<Ask, BadRequest> {
        let mut ask = Ask::new(body, false)?;
        ask.read_system(&body["system"]);
        ask.read_messages(&body["messages"], "messages")?;
        if ask.prompt.is_empty() && ask.tool_result.is_none() {
            return Err(BadRequest::wrong("messages", "a message of the user", &body["messages"]));
        }
        ask.read_tools(&body["tools"], "input_schema", |tool| tool)?;
        ask.choice = match (body["tool_choice"]["type"].as_str(), body["tool_choice"]["name"].as_str()) {
            (None | Some("auto"), _) => ToolChoice::Auto,
            (Some("none"), _) => ToolChoice::None,
            (Some("any"), _) => ToolChoice::Required,
            (Some("tool"), Some(name)) => ToolChoice::Named(name.to_owned()),
            _ => return Err(BadRequest::wrong("tool_choice", "auto, any, none or a tool", &body["tool_choice"])),
        };
        if body["max_tokens"].is_null() {
            return Err(BadRequest::missing("max_tokens"));
        }
        ask.read_limit(&body["max_tokens"], "max_tokens")?;
        ask.reasons = matches!(body["thinking"]["type"].as_str(), Some("enabled" | "adaptive"));
        ask.check()
    }

    fn whole(&self, ask: &Ask, script: &Script, id: &Identity) -> Value {
        let mut content = Vec::new();
        if !script.reasoning.is_empty() {
            let thinking = script.reasoning.concat();
            content.push(json!({ "type": "thinking", "signature": signature(&thinking), "thinking": thinking }));
        }
        if !script.text.is_empty() {
            content.push(json!({ "type": "text", "text": script.text.concat() }));
        }
        if let Some(call) = &script.call {
            // Cut off by the token limit, the arguments may be no JSON; then nothing of them is known.
            let input: Value = serde_json::from_str(&call.arguments.concat()).unwrap_or_else(|_| json!({}));
            content.push(json!({ "type": "tool_use", "id": call_id(id), "name": call.name, "input": input }));
        }
        let mut message = message(ask, id);
        message["content"] = content.into();
        message["stop_reason"] = stop_reason(script.finish).into();
        message["usage"] = usage(ask, script.output_tokens());
        message
    }

    fn stream(&self, ask: &Ask, script: &Script, id: &Identity) -> Steps {
        let mut steps = Steps::default();
        steps.now(event("message_start", json!({ "message": message(ask, id) })));
        steps.now(event("ping", json!({})));
        let mut blocks = 0;
        let mut block =
            |steps: &mut Steps, start: Value, delta: &dyn Fn(&str) -> Value, tokens: &[String], end: Option<Value>| {
                let index = blocks;
                blocks += 1;
                let delta_event =
                    |delta: Value| event("content_block_delta", json!({ "index": index, "delta": delta }));
                steps.now(event("content_block_start", json!({ "index": index, "content_block": start })));
                for token in tokens {
                    steps.token(delta_event(delta(token)));
                }
                if let Some(end) = end {
                    steps.now(delta_event(end));
                }
                steps.now(event("content_block_stop", json!({ "index": index })));
            };
        if !script.reasoning.is_empty() {
            let end = json!({ "type": "signature_delta", "signature": signature(&script.reasoning.concat()) });
            block(
                &mut steps,
                json!({ "type": "thinking", "thinking": "", "signature": "" }),
                &|token| json!({ "type": "thinking_delta", "thinking": token }),
                &script.reasoning,
                Some(end),
            );
        }
        if !script.text.is_empty() {
            block(
                &mut steps,
                json!({ "type": "text", "text": "" }),
                &|token| json!({ "type": "text_delta", "text": token }),
                &script.text,
                None,
            );
        }
        if let Some(call) = &script.call {
            block(
                &mut steps,
                json!({ "type": "tool_use", "id": call_id(id), "name": call.name, "input": {} }),
                &|token| json!({ "type": "input_json_delta", "partial_json": token }),
                &call.arguments,
                None,
            );
        }
        let delta = json!({ "stop_reason": stop_reason(script.finish), "stop_sequence": null });
        let usage = json!({ "output_tokens": script.output_tokens() });
        steps.now(event("message_delta", json!({ "delta": delta, "usage": usage })));
        steps.now(event("message_stop", json!({})));
        steps
    }

    fn error(&self, status: StatusCode, error: &BadRequest) -> Value {
        let kind = match status {
            StatusCode::PAYLOAD_TOO_LARGE => "request_too_large",
            _ => "invalid_request_error",
        };
        json!({ "type": "error", "error": { "type": kind, "message": error.message }, "request_id": null })
    }
}

/// `GET /v1/models`.
pub(super) fn models() -> Value {
    let model = json!({
        "type": "model",
        "id": MODEL,
        "display_name": "midstream demo model",
        "created_at": "2025-11-23T00:00:00Z",
    });
    json!({ "data": [model], "has_more": false, "first_id": MODEL, "last_id": MODEL })
}

/// The message as it stands when it begins.
fn message(ask: &Ask, id: &Identity) -> Value {
    json!({
        "id": format!("msg_{}", id.suffix),
        "type": "message",
        "role": "assistant",
        "model": ask.model,
        "content": [],
        "stop_reason": null,
        "stop_sequence": null,
        "usage": usage(ask, 0),
    })
}

fn usage(ask: &Ask, output_tokens: u64) -> Value {
    json!({
        "input_tokens": ask.input_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": output_tokens,
        "service_tier": "standard",
    })
}

fn stop_reason(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop => "end_turn",
        Finish::Length => "max_tokens",
        Finish::ToolCall => "tool_use",
    }
}

/// What stands for a signature: it changes with the text that it stands under.
fn signature(thinking: &str) -> String {
    format!("demo-{:016x}", text::hash(thinking))
}

fn call_id(id: &Identity) -> String {
    format!("toolu_{}", id.suffix)
}

fn event(kind: &str, mut event: Value) -> String {
    event["type"] = kind.into();
    format!("event: {kind}\ndata: {event}\n\n")
}
