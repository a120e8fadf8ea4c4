//! OpenAI `POST /v1/chat/completions`, with reasoning as DeepSeek and others add it.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::ask::{Ask, ToolChoice};
use super::script::{Finish, Script};
use super::{BadRequest, Identity, MODEL, Provider, Steps};

pub(super) struct OpenaiChat;

impl Provider for OpenaiChat {
    fn read(&self, body: &Value) -> Result<Ask, BadRequest> {
        let mut ask = Ask::new(body, false)?;
        ask.read_messages(&body["messages"], "messages")?;
        ask.read_tools(&body["tools"], "parameters", |tool| &tool["function"])?;
        ask.choice = tool_choice(&body["tool_choice"], |choice| &choice["function"]["name"])?;
        ask.read_limit(&body["max_tokens"], "max_tokens")?;
        ask.read_limit(&body["max_completion_tokens"], "max_completion_tokens")?;
        ask.schema = format_schema(&body["response_format"], &body["response_format"]["json_schema"]["schema"]);
        ask.reasons = body["reasoning_effort"] != "none";
        ask.include_usage = body["stream_options"]["include_usage"] == true;
        if body["n"].as_u64().is_some_and(|n| n != 1) {
            return Err(BadRequest::wrong("n", "1, since the demo model writes one answer", &body["n"]));
        }
        ask.check()
    }

    fn whole(&self, ask: &Ask, script: &Script, id: &Identity) -> Value {
        let mut message = json!({
            "role": "assistant",
            "content": content(script.text.concat()),
            "refusal": null,
            "annotations": [],
        });
        if !script.reasoning.is_empty() {
            message["reasoning_content"] = script.reasoning.concat().into();
        }
        if let Some(call) = &script.call {
            let function = json!({ "name": call.name, "arguments": call.arguments.concat() });
            message["tool_calls"] = json!([{ "id": call_id(id), "type": "function", "function": function }]);
        }
        let choice =
            json!({ "index": 0, "message": message, "logprobs": null, "finish_reason": finish_reason(script.finish) });
        let mut answer = head(ask, id, "chat.completion");
        answer["choices"] = json!([choice]);
        answer["usage"] = usage(ask, script);
        answer
    }

    fn stream(&self, ask: &Ask, script: &Script, id: &Identity) -> Steps {
        let chunk = |delta: Value, finish_reason: Option<&str>| {
            let mut chunk = head(ask, id, "chat.completion.chunk");
            chunk["choices"] =
                json!([{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish_reason }]);
            if ask.include_usage {
                chunk["usage"] = Value::Null;
            }
            data(&chunk)
        };
        let mut steps = Steps::default();
        steps.now(chunk(json!({ "role": "assistant", "content": "", "refusal": null }), None));
        for token in &script.reasoning {
            steps.token(chunk(json!({ "reasoning_content": token }), None));
        }
        for token in &script.text {
            steps.token(chunk(json!({ "content": token }), None));
        }
        if let Some(call) = &script.call {
            let function = json!({ "name": call.name, "arguments": "" });
            let start = json!({ "index": 0, "id": call_id(id), "type": "function", "function": function });
            steps.now(chunk(json!({ "tool_calls": [start] }), None));
            for fragment in &call.arguments {
                let more = json!({ "index": 0, "function": { "arguments": fragment } });
                steps.token(chunk(json!({ "tool_calls": [more] }), None));
            }
        }
        steps.now(chunk(json!({}), Some(finish_reason(script.finish))));
        if ask.include_usage {
            let mut last = head(ask, id, "chat.completion.chunk");
            last["choices"] = json!([]);
            last["usage"] = usage(ask, script);
            steps.now(data(&last));
        }
        steps.now("data: [DONE]\n\n");
        steps
    }

    fn error(&self, status: StatusCode, error: &BadRequest) -> Value {
        invalid_request(status, error)
    }
}

/// `GET /v1/models`.
pub(super) fn models() -> Value {
    let model = json!({ "id": MODEL, "object": "model", "created": 1_763_856_000, "owned_by": "midstream" });
    json!({ "object": "list", "data": [model] })
}

/// The two forms of `tool_choice`: a word, or an object in which `name` finds the tool's name.
pub(super) fn tool_choice(value: &Value, name: impl Fn(&Value) -> &Value) -> Result<ToolChoice, BadRequest> {
    match value {
        Value::Null => Ok(ToolChoice::Auto),
        Value::String(word) if word == "auto" => Ok(ToolChoice::Auto),
        Value::String(word) if word == "none" => Ok(ToolChoice::None),
        Value::String(word) if word == "required" => Ok(ToolChoice::Required),
        other => match name(other).as_str() {
            Some(name) => Ok(ToolChoice::Named(name.to_owned())),
            None => Err(BadRequest::wrong("tool_choice", "auto, none, required or a tool", other)),
        },
    }
}

/// The schema of the answer, where `format` asks for JSON.
pub(super) fn format_schema(format: &Value, schema: &Value) -> Option<Value> {
    match format["type"].as_str()? {
        "json_schema" => Some(schema.clone()),
        "json_object" => Some(json!({ "type": "object", "properties": { "answer": { "type": "string" } } })),
        _ => None,
    }
}

/// OpenAI's shape of an error.
pub(super) fn invalid_request(status: StatusCode, error: &BadRequest) -> Value {
    let code = (status == StatusCode::PAYLOAD_TOO_LARGE).then_some("request_too_large");
    let error =
        json!({ "message": error.message, "type": "invalid_request_error", "param": error.param, "code": code });
    json!({ "error": error })
}

fn head(ask: &Ask, id: &Identity, object: &str) -> Value {
    json!({
        "id": format!("chatcmpl-{}", id.suffix),
        "object": object,
        "created": id.created.as_secs(),
        "model": ask.model,
        "service_tier": "default",
        "system_fingerprint": "fp_midstream",
    })
}

fn usage(ask: &Ask, script: &Script) -> Value {
    let (input, output) = (ask.input_tokens, script.output_tokens());
    json!({
        "prompt_tokens": input,
        "completion_tokens": output,
        "total_tokens": input + output,
        "prompt_tokens_details": { "cached_tokens": 0, "audio_tokens": 0 },
        "completion_tokens_details": {
            "reasoning_tokens": script.reasoning_tokens(),
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    })
}

fn finish_reason(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop => "stop",
        Finish::Length => "length",
        Finish::ToolCall => "tool_calls",
    }
}

fn content(text: String) -> Value {
    if text.is_empty() { Value::Null } else { text.into() }
}

fn call_id(id: &Identity) -> String {
    format!("call_{}", id.suffix)
}

fn data(value: &Value) -> String {
    format!("data: {value}\n\n")
}
