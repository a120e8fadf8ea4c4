//! Ollama `POST /api/chat` and `POST /api/generate`.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::ask::Ask;
use super::script::{Finish, Script};
use super::{BadRequest, Identity, MODEL, Provider, Steps};

pub(super) struct Chat;

pub(super) struct Generate;

impl Provider for Chat {
    fn read(&self, body: &Value) -> Result<Ask, BadRequest> {
        let mut ask = Ask::new(body, true)?;
        ask.read_messages(&body["messages"], "messages")?;
        ask.read_tools(&body["tools"], "parameters", |tool| &tool["function"])?;
        read_options(&mut ask, body)?;
        ask.check()
    }

    fn whole(&self, ask: &Ask, script: &Script, id: &Identity) -> Value {
        whole(ask, script, id, message)
    }

    fn stream(&self, ask: &Ask, script: &Script, id: &Identity) -> Steps {
        stream(ask, script, id, message)
    }

    fn content_type(&self) -> &'static str {
        NDJSON
    }

    fn error(&self, _: StatusCode, error: &BadRequest) -> Value {
        json!({ "error": error.message })
    }
}

impl Provider for Generate {
    fn read(&self, body: &Value) -> Result<Ask, BadRequest> {
        let mut ask = Ask::new(body, true)?;
        ask.read_system(&body["system"]);
        match &body["prompt"] {
            Value::Null => return Err(BadRequest::missing("prompt")),
            Value::String(prompt) => ask.hear("user", prompt.clone(), None),
            other => return Err(BadRequest::wrong("prompt", "a text", other)),
        }
        read_options(&mut ask, body)?;
        ask.check()
    }

    fn whole(&self, ask: &Ask, script: &Script, id: &Identity) -> Value {
        whole(ask, script, id, response)
    }

    fn stream(&self, ask: &Ask, script: &Script, id: &Identity) -> Steps {
        stream(ask, script, id, response)
    }

    fn content_type(&self) -> &'static str {
        NDJSON
    }

    fn error(&self, _: StatusCode, error: &BadRequest) -> Value {
        json!({ "error": error.message })
    }
}

/// `GET /api/tags`.
pub(super) fn models() -> Value {
    let details = json!({ "format": "none", "family": "demo", "families": ["demo"], "parameter_size": "0", "quantization_level": "" });
    json!({ "models": [{
        "name": MODEL,
        "model": MODEL,
        "modified_at": "2025-11-23T00:00:00Z",
        "size": 0,
        "digest": "",
        "details": details,
    }] })
}

fn read_options(ask: &mut Ask, body: &Value) -> Result<(), BadRequest> {
    // Ollama takes -1 and -2 for no limit.
    if body["options"]["num_predict"].as_i64().is_none_or(|limit| limit > 0) {
        ask.read_limit(&body["options"]["num_predict"], "num_predict")?;
    }
    ask.schema = match &body["format"] {
        Value::Null => None,
        Value::String(word) if word.is_empty() => None,
        Value::String(_) => Some(json!({ "type": "object", "properties": { "answer": { "type": "string" } } })),
        schema => Some(schema.clone()),
    };
    ask.reasons = body["think"] != false;
    Ok(())
}

/// The members that hold the text, the thinking and the call of a line.
type Content = fn(&str, &str, Option<Value>) -> Value;

fn message(text: &str, thinking: &str, call: Option<Value>) -> Value {
    let mut message = json!({ "role": "assistant", "content": text });
    if !thinking.is_empty() {
        message["thinking"] = thinking.into();
    }
    if let Some(call) = call {
        message["tool_calls"] = json!([call]);
    }
    json!({ "message": message })
}

/// Nothing that is offered no tools calls one.
fn response(text: &str, thinking: &str, _: Option<Value>) -> Value {
    let mut response = json!({ "response": text });
    if !thinking.is_empty() {
        response["thinking"] = thinking.into();
    }
    response
}

fn whole(ask: &Ask, script: &Script, id: &Identity, content: Content) -> Value {
    let content = content(&script.text.concat(), &script.reasoning.concat(), call(script, id));
    last(ask, script, id, content)
}

fn stream(ask: &Ask, script: &Script, id: &Identity, content: Content) -> Steps {
    let mut steps = Steps::default();
    let mut count = 0;
    let mut token = |steps: &mut Steps, content| {
        let value = line(ask, id, count, content);
        count += 1;
        steps.token(format!("{value}\n"));
    };
    for thinking in &script.reasoning {
        token(&mut steps, content("", thinking, None));
    }
    for text in &script.text {
        token(&mut steps, content(text, "", None));
    }
    if let Some(call) = call(script, id) {
        // Ollama waits for the whole call.
        token(&mut steps, content("", "", Some(call)));
    }
    let end = last(ask, script, id, content("", "", None));
    steps.now(format!("{end}\n"));
    steps
}

/// The tool call, where its arguments were not cut off.
fn call(script: &Script, id: &Identity) -> Option<Value> {
    let call = script.call.as_ref()?;
    let arguments: Value = serde_json::from_str(&call.arguments.concat()).ok()?;
    let function = json!({ "index": 0, "name": call.name, "arguments": arguments });
    Some(json!({ "id": format!("call_{}", id.suffix), "function": function }))
}

/// The last line, or the only one.
fn last(ask: &Ask, script: &Script, id: &Identity, content: Value) -> Value {
    let tokens = script.output_tokens();
    let mut last = line(ask, id, tokens, content);
    let spent = u64::try_from(elapsed(id, tokens).as_nanos()).unwrap_or(u64::MAX);
    last["done"] = true.into();
    last["done_reason"] = if script.finish == Finish::Length { "length" } else { "stop" }.into();
    last["total_duration"] = spent.into();
    // The demo model has nothing to load and reads no prompt.
    last["load_duration"] = 0.into();
    last["prompt_eval_count"] = ask.input_tokens.into();
    last["prompt_eval_duration"] = 0.into();
    last["eval_count"] = tokens.into();
    last["eval_duration"] = spent.into();
    last
}

/// The line of token number `count`.
fn line(ask: &Ask, id: &Identity, count: u64, mut content: Value) -> Value {
    content["model"] = ask.model.as_str().into();
    content["created_at"] = rfc3339(id.created + elapsed(id, count)).into();
    content["done"] = false.into();
    content
}

/// How long after the beginning token number `count` is due.
fn elapsed(id: &Identity, count: u64) -> Duration {
    id.pace * u32::try_from(count).unwrap_or(u32::MAX)
}

/// RFC 3339, in UTC, to the microsecond.
fn rfc3339(since_epoch: Duration) -> String {
    let seconds = since_epoch.as_secs();
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:06}Z", since_epoch.subsec_micros())
}

/// The date that is `days` after 1 January 1970 (Hinnant, chrono-Compatible Low-Level Date Algorithms).
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

const NDJSON: &str = "application/x-ndjson";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_rfc_3339_has_it() {
        for (micros, text) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (1_763_890_245_000_007, "2025-11-23T09:30:45.000007Z"),
        ] {
            assert_eq!(rfc3339(Duration::from_micros(micros)), text);
        }
    }
}
