//! OpenAI `POST /v1/responses`.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::ask::{Ask, all_text};
use super::openai_chat::{format_schema, invalid_request, tool_choice};
use super::script::{Finish, Script};
use super::{BadRequest, Identity, Provider, Steps};

pub(super) struct OpenaiResponses;

impl Provider for OpenaiResponses {
    fn read(&self, body: &Value) -> Result<Ask, BadRequest> {
        let mut ask = Ask::new(body, false)?;
        ask.read_system(&body["instructions"]);
        match &body["input"] {
            Value::Null => return Err(BadRequest::missing("input")),
            Value::String(input) => ask.hear("user", input.clone(), None),
            Value::Array(items) => read_items(&mut ask, items)?,
            other => return Err(BadRequest::wrong("input", "a text or a list of items", other)),
        }
        ask.read_tools(&body["tools"], "parameters", |tool| tool)?;
        ask.choice = tool_choice(&body["tool_choice"], |choice| &choice["name"])?;
        ask.read_limit(&body["max_output_tokens"], "max_output_tokens")?;
        ask.schema = format_schema(&body["text"]["format"], &body["text"]["format"]["schema"]);
        ask.reasons = body["reasoning"]["effort"] != "none";
        if !body["previous_response_id"].is_null() {
            let expected = "nothing, since the demo model remembers no response,";
            return Err(BadRequest::wrong("previous_response_id", expected, &body["previous_response_id"]));
        }
        ask.check()
    }

    fn whole(&self, ask: &Ask, script: &Script, id: &Identity) -> Value {
        let output = items(script, id).iter().map(|item| item.done.clone()).collect();
        ended(ask, script, id, output)
    }

    fn stream(&self, ask: &Ask, script: &Script, id: &Identity) -> Steps {
        let mut events = Events::default();
        let opened = response(ask, id, "in_progress", Vec::new());
        events.now("response.created", json!({ "response": opened }));
        events.now("response.in_progress", json!({ "response": opened }));
        let items = items(script, id);
        for (index, item) in items.iter().enumerate() {
            events.now("response.output_item.added", json!({ "output_index": index, "item": item.added }));
            let place = |mut event: Value| {
                event["item_id"] = item.added["id"].clone();
                event["output_index"] = index.into();
                event
            };
            item.stream(&mut events, place);
            events.now("response.output_item.done", json!({ "output_index": index, "item": item.done }));
        }
        let last = if script.finish == Finish::Length { "response.incomplete" } else { "response.completed" };
        let output = items.into_iter().map(|item| item.done).collect();
        events.now(last, json!({ "response": ended(ask, script, id, output) }));
        events.steps
    }

    fn error(&self, status: StatusCode, error: &BadRequest) -> Value {
        invalid_request(status, error)
    }
}

fn read_items(ask: &mut Ask, items: &[Value]) -> Result<(), BadRequest> {
    for item in items {
        match (item["type"].as_str(), item["role"].as_str()) {
            (Some("function_call_output"), _) => {
                let output = match &item["output"] {
                    Value::String(text) => text.clone(),
                    parts => all_text(parts),
                };
                ask.hear("tool", String::new(), Some(output));
            }
            (Some("message") | None, Some(role)) => ask.hear(role, all_text(&item["content"]), None),
            (Some(_), _) => {}
            (None, None) => return Err(BadRequest::wrong("input", "items with a `type` or a `role`", item)),
        }
    }
    Ok(())
}

/// One item of a response's output.
struct Item<'a> {
    /// As it stands when it begins.
    added: Value,
    /// As it stands when it is whole.
    done: Value,
    kind: Kind,
    tokens: &'a [String],
}

#[derive(Clone, Copy)]
enum Kind {
    Reasoning,
    Message,
    Call,
}

impl Item<'_> {
    /// The events between the item's beginning and its end; `place` says in each which item it belongs to.
    fn stream(&self, events: &mut Events, place: impl Fn(Value) -> Value) {
        let all = self.tokens.concat();
        match self.kind {
            Kind::Reasoning => {
                let part = |text: &str| json!({ "summary_index": 0, "part": { "type": "summary_text", "text": text } });
                events.now("response.reasoning_summary_part.added", place(part("")));
                for token in self.tokens {
                    let delta = place(json!({ "summary_index": 0, "delta": token }));
                    events.token("response.reasoning_summary_text.delta", delta);
                }
                events.now("response.reasoning_summary_text.done", place(json!({ "summary_index": 0, "text": all })));
                events.now("response.reasoning_summary_part.done", place(part(&all)));
            }
            Kind::Message => {
                let part = |text: &str| json!({ "content_index": 0, "part": output_text(text) });
                events.now("response.content_part.added", place(part("")));
                for token in self.tokens {
                    let delta = place(json!({ "content_index": 0, "delta": token, "logprobs": [] }));
                    events.token("response.output_text.delta", delta);
                }
                let done = place(json!({ "content_index": 0, "text": all, "logprobs": [] }));
                events.now("response.output_text.done", done);
                events.now("response.content_part.done", place(part(&all)));
            }
            Kind::Call => {
                for token in self.tokens {
                    events.token("response.function_call_arguments.delta", place(json!({ "delta": token })));
                }
                events.now("response.function_call_arguments.done", place(json!({ "arguments": all })));
            }
        }
    }
}

fn items<'a>(script: &'a Script, id: &Identity) -> Vec<Item<'a>> {
    let mut items = Vec::new();
    if !script.reasoning.is_empty() {
        let rs = format!("rs_{}", id.suffix);
        let summary = json!([{ "type": "summary_text", "text": script.reasoning.concat() }]);
        items.push(Item {
            added: json!({ "id": rs, "type": "reasoning", "summary": [] }),
            done: json!({ "id": rs, "type": "reasoning", "summary": summary }),
            kind: Kind::Reasoning,
            tokens: &script.reasoning,
        });
    }
    if !script.text.is_empty() {
        let message = |status: &str, content: Value| {
            let id = format!("msg_{}", id.suffix);
            json!({ "id": id, "type": "message", "status": status, "role": "assistant", "content": content })
        };
        items.push(Item {
            added: message("in_progress", json!([])),
            done: message("completed", json!([output_text(&script.text.concat())])),
            kind: Kind::Message,
            tokens: &script.text,
        });
    }
    if let Some(call) = &script.call {
        let function_call = |status: &str, arguments: &str| {
            json!({
                "id": format!("fc_{}", id.suffix),
                "type": "function_call",
                "status": status,
                "call_id": format!("call_{}", id.suffix),
                "name": call.name,
                "arguments": arguments,
            })
        };
        items.push(Item {
            added: function_call("in_progress", ""),
            done: function_call("completed", &call.arguments.concat()),
            kind: Kind::Call,
            tokens: &call.arguments,
        });
    }
    let cut = items.last_mut().filter(|_| script.finish == Finish::Length);
    if let Some(item) = cut.filter(|item| !item.done["status"].is_null()) {
        item.done["status"] = "incomplete".into();
    }
    items
}

fn ended(ask: &Ask, script: &Script, id: &Identity, output: Vec<Value>) -> Value {
    let cut = script.finish == Finish::Length;
    let mut response = response(ask, id, if cut { "incomplete" } else { "completed" }, output);
    if cut {
        response["incomplete_details"] = json!({ "reason": "max_output_tokens" });
    }
    let (input, output) = (ask.input_tokens, script.output_tokens());
    response["usage"] = json!({
        "input_tokens": input,
        "input_tokens_details": { "cached_tokens": 0 },
        "output_tokens": output,
        "output_tokens_details": { "reasoning_tokens": script.reasoning_tokens() },
        "total_tokens": input + output,
    });
    response
}

/// The response object, in which much of the request is said again.
fn response(ask: &Ask, id: &Identity, status: &str, output: Vec<Value>) -> Value {
    let said = |name: &str, otherwise: Value| match &ask.echo[name] {
        Value::Null => otherwise,
        value => value.clone(),
    };
    json!({
        "id": format!("resp_{}", id.suffix),
        "object": "response",
        "created_at": id.created.as_secs(),
        "status": status,
        "background": false,
        "error": null,
        "incomplete_details": null,
        "instructions": said("instructions", Value::Null),
        "max_output_tokens": said("max_output_tokens", Value::Null),
        "max_tool_calls": null,
        "metadata": said("metadata", json!({})),
        "model": ask.model,
        "output": output,
        "parallel_tool_calls": said("parallel_tool_calls", json!(true)),
        "previous_response_id": null,
        "reasoning": said("reasoning", json!({ "effort": null, "summary": null })),
        "service_tier": "default",
        "store": false,
        "temperature": said("temperature", json!(1.0)),
        "text": said("text", json!({ "format": { "type": "text" }, "verbosity": "medium" })),
        "tool_choice": said("tool_choice", json!("auto")),
        "tools": said("tools", json!([])),
        "top_logprobs": 0,
        "top_p": said("top_p", json!(1.0)),
        "truncation": said("truncation", json!("disabled")),
        "usage": null,
        "user": said("user", Value::Null),
    })
}

fn output_text(text: &str) -> Value {
    json!({ "type": "output_text", "text": text, "annotations": [], "logprobs": [] })
}

/// Named events, numbered as they are written.
#[derive(Default)]
struct Events {
    steps: Steps,
    count: u64,
}

impl Events {
    fn now(&mut self, kind: &str, event: Value) {
        let event = self.write(kind, event);
        self.steps.now(event);
    }

    fn token(&mut self, kind: &str, event: Value) {
        let event = self.write(kind, event);
        self.steps.token(event);
    }

    fn write(&mut self, kind: &str, mut event: Value) -> String {
        event["type"] = kind.into();
        event["sequence_number"] = self.count.into();
        self.count += 1;
        format!("event: {kind}\ndata: {event}\n\n")
    }
}
