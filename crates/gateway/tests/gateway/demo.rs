//! The demo model speaks as the providers do: what it says decodes to what was meant, in every dialect.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::*;

const PROMPT: &str = "How is the weather in Oslo?";

struct Case {
    path: &'static str,
    dialect: &'static str,
    /// A request with this prompt and these further members.
    request: fn(&str, Value) -> Value,
    /// The member that holds the tools, with the weather tool in it.
    tools: Option<fn() -> Value>,
    max_tokens: fn(u64) -> Value,
}

fn merged(mut request: Value, more: Value) -> Value {
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    request
}

fn schema() -> Value {
    json!({ "type": "object", "properties": { "city": { "type": "string" } }, "required": ["city"] })
}

fn function() -> Value {
    json!({ "name": "get_weather", "description": "The weather in a city", "parameters": schema() })
}

fn chat_request(prompt: &str, more: Value) -> Value {
    merged(json!({ "model": "m", "messages": [{ "role": "user", "content": prompt }] }), more)
}

fn cases() -> Vec<Case> {
    vec![
        Case {
            path: "/v1/chat/completions",
            dialect: "openai-chat",
            request: |prompt, more| {
                chat_request(prompt, merged(json!({ "stream_options": { "include_usage": true } }), more))
            },
            tools: Some(|| json!({ "tools": [{ "type": "function", "function": function() }] })),
            max_tokens: |max| json!({ "max_completion_tokens": max }),
        },
        Case {
            path: "/v1/responses",
            dialect: "openai-responses",
            request: |prompt, more| merged(json!({ "model": "m", "input": prompt }), more),
            tools: Some(|| json!({ "tools": [merged(function(), json!({ "type": "function" }))] })),
            max_tokens: |max| json!({ "max_output_tokens": max }),
        },
        Case {
            path: "/v1/messages",
            dialect: "anthropic",
            request: |prompt, more| {
                let thinking = json!({ "max_tokens": 1000, "thinking": { "type": "enabled", "budget_tokens": 1024 } });
                chat_request(prompt, merged(thinking, more))
            },
            tools: Some(|| json!({ "tools": [{ "name": "get_weather", "input_schema": schema() }] })),
            max_tokens: |max| json!({ "max_tokens": max }),
        },
        Case {
            path: "/api/chat",
            dialect: "ollama",
            request: chat_request,
            tools: Some(|| json!({ "tools": [{ "type": "function", "function": function() }] })),
            max_tokens: |max| json!({ "options": { "num_predict": max } }),
        },
        Case {
            path: "/api/generate",
            dialect: "ollama",
            request: |prompt, more| merged(json!({ "model": "m", "prompt": prompt }), more),
            tools: None,
            max_tokens: |max| json!({ "options": { "num_predict": max } }),
        },
    ]
}

/// What the gateway made of the demo model's answer: the stream and its response.
async fn ask(path: &str, request: &Value) -> Value {
    let gateway = TestGateway::with(|_| {}).await;
    let answer = gateway.post(path, request.to_string().as_bytes()).await;
    assert_eq!(answer.status, 200, "{path}");
    let id = answer.header("x-midstream-stream").unwrap().to_owned();
    answer.text().await;
    gateway.json(&format!("/streams/{id}")).await
}

fn input_words(prompt: &str) -> usize {
    prompt.split_whitespace().count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_decodes_whole_in_every_dialect_streamed_or_not() {
    for case in cases() {
        let mut texts = Vec::new();
        for stream in [true, false] {
            let request = (case.request)("Tell me about streaming", json!({ "stream": stream }));
            let one = ask(case.path, &request).await;
            let (response, about) = (&one["response"], format!("{} stream {stream}: {one}", case.path));
            assert_eq!((&one["dialect"], &one["verdict"]), (&json!(case.dialect), &json!("complete")), "{about}");
            assert_eq!((&response["error"], &response["unknown_events"]), (&Value::Null, &json!(0)), "{about}");
            let choice = &response["choices"][0];
            assert_eq!(choice["finish_reason"], "stop", "{about}");
            let (text, reasoning) = (choice["text"].as_str().unwrap(), choice["reasoning"].as_str().unwrap());
            assert!(text.contains("Tell me about streaming"), "{about}");
            assert!(reasoning.contains("Tell me about streaming"), "{about}");
            let usage = &response["usage"];
            assert_eq!(usage["input_tokens"], input_words("Tell me about streaming"), "{about}");
            assert_eq!(usage["output_tokens"], input_words(text) + input_words(reasoning), "{about}");
            assert_eq!(one["model"], "m", "{about}");
            texts.push((text.to_owned(), reasoning.to_owned()));
        }
        assert_eq!(texts[0], texts[1], "{}", case.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_call_decodes_whole_in_every_dialect_streamed_or_not() {
    for case in cases() {
        let Some(tools) = case.tools else { continue };
        for stream in [true, false] {
            let request = (case.request)(PROMPT, merged(tools(), json!({ "stream": stream })));
            let one = ask(case.path, &request).await;
            let about = format!("{} stream {stream}: {one}", case.path);
            assert_eq!(one["verdict"], "complete", "{about}");
            let choice = &one["response"]["choices"][0];
            assert_eq!(choice["finish_reason"], "tool-calls", "{about}");
            let calls = choice["tool_calls"].as_array().unwrap();
            assert_eq!(calls.len(), 1, "{about}");
            assert_eq!(
                (&calls[0]["name"], &calls[0]["input"]),
                (&json!("get_weather"), &json!({ "city": "Oslo" })),
                "{about}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_limit_is_kept_in_every_dialect() {
    for case in cases() {
        for stream in [true, false] {
            for max in [1, 20, 50] {
                let more = merged((case.max_tokens)(max), json!({ "stream": stream }));
                let one = ask(case.path, &(case.request)("Tell me about streaming", more)).await;
                let about = format!("{} stream {stream} max {max}: {one}", case.path);
                assert_eq!(one["verdict"], "complete", "{about}");
                assert_eq!(one["response"]["choices"][0]["finish_reason"], "length", "{about}");
                assert_eq!(one["usage"]["output_tokens"], max, "{about}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tools_result_is_taken_up() {
    let result = "12 degrees and rain";
    let question = json!({ "role": "user", "content": PROMPT });
    let call = json!({ "role": "assistant", "content": null });
    for (path, request) in [
        (
            "/v1/chat/completions",
            json!({ "model": "m", "tools": [{ "type": "function", "function": function() }], "messages": [
                question, call, { "role": "tool", "tool_call_id": "c", "content": result }] }),
        ),
        (
            "/v1/responses",
            json!({ "model": "m", "tools": [merged(function(), json!({ "type": "function" }))], "input": [
                question,
                { "type": "function_call", "call_id": "c", "name": "get_weather", "arguments": "{}" },
                { "type": "function_call_output", "call_id": "c", "output": result }] }),
        ),
        (
            "/v1/messages",
            json!({ "model": "m", "max_tokens": 500, "tools": [{ "name": "get_weather", "input_schema": schema() }],
                "messages": [question, call, { "role": "user", "content": [
                    { "type": "tool_result", "tool_use_id": "c", "content": [{ "type": "text", "text": result }] }] }] }),
        ),
        (
            "/api/chat",
            json!({ "model": "m", "stream": false, "tools": [{ "type": "function", "function": function() }],
                "messages": [question, call, { "role": "tool", "content": result }] }),
        ),
    ] {
        let one = ask(path, &request).await;
        let choice = &one["response"]["choices"][0];
        assert!(choice["text"].as_str().unwrap().contains(result), "{path}: {one}");
        assert_eq!(choice["finish_reason"], "stop", "{path}: {one}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_can_be_asked_for_as_json() {
    let schema =
        json!({ "type": "object", "properties": { "city": { "type": "string" }, "days": { "type": "integer" } } });
    for (path, more) in [
        (
            "/v1/chat/completions",
            json!({ "response_format": { "type": "json_schema", "json_schema": { "schema": schema } } }),
        ),
        ("/api/chat", json!({ "format": schema })),
    ] {
        let one = ask(path, &chat_request("Rain in Oslo for 3 days", more)).await;
        let text = one["response"]["choices"][0]["text"].as_str().unwrap();
        assert_eq!(serde_json::from_str::<Value>(text).unwrap(), json!({ "city": "Oslo", "days": 3 }), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_request_is_refused_in_the_providers_shape() {
    let gateway = TestGateway::with(|_| {}).await;
    for (path, request, message) in [
        ("/v1/chat/completions", "{", "expected JSON"),
        ("/v1/chat/completions", r#"{"messages":[]}"#, "expected `model`"),
        ("/v1/chat/completions", r#"{"model":"m"}"#, "expected `messages`"),
        ("/v1/chat/completions", r#"{"model":"m","messages":"hi"}"#, "expected a list of messages"),
        ("/v1/chat/completions", r#"{"model":"m","messages":[{}]}"#, "expected messages with a `role`"),
        ("/v1/chat/completions", r#"{"model":"m","messages":[],"n":2}"#, "in `n`"),
        ("/v1/chat/completions", r#"{"model":"m","messages":[],"max_tokens":0}"#, "in `max_tokens`"),
        ("/v1/chat/completions", r#"{"model":"m","messages":[],"tool_choice":"required"}"#, "expected `tools`"),
        ("/v1/chat/completions", r#"{"model":"m","messages":[],"stream":"yes"}"#, "in `stream`"),
        ("/v1/responses", r#"{"model":"m"}"#, "expected `input`"),
        ("/v1/responses", r#"{"model":"m","input":"x","previous_response_id":"r"}"#, "remembers no response"),
        ("/v1/messages", r#"{"model":"m","max_tokens":9}"#, "expected `messages`"),
        ("/v1/messages", r#"{"model":"m","messages":[{"role":"user","content":"x"}]}"#, "expected `max_tokens`"),
        ("/api/chat", r#"{"model":"m"}"#, "expected `messages`"),
        ("/api/generate", r#"{"model":"m"}"#, "expected `prompt`"),
    ] {
        let answer = gateway.post(path, request.as_bytes()).await;
        assert_eq!(answer.status, 400, "{path} {request}");
        let error = answer.json().await;
        let found = match path {
            "/api/chat" | "/api/generate" => &error["error"],
            "/v1/messages" => {
                assert_eq!(
                    (&error["type"], &error["error"]["type"]),
                    (&json!("error"), &json!("invalid_request_error"))
                );
                &error["error"]["message"]
            }
            _ => {
                assert_eq!(error["error"]["type"], "invalid_request_error");
                &error["error"]["message"]
            }
        };
        assert!(found.as_str().unwrap().contains(message), "{path} {request}: {error}");
    }
    let unknown = gateway.post("/v1/nothing", b"{}").await;
    assert_eq!(unknown.status, 404);
    assert!(unknown.json().await["error"]["message"].as_str().unwrap().contains("/v1/messages"));
}

#[tokio::test(flavor = "multi_thread")]
async fn models_are_listed_in_the_providers_shapes() {
    let gateway = TestGateway::with(|_| {}).await;
    assert_eq!(gateway.json("/v1/models").await["data"][0]["object"], "model");
    assert_eq!(gateway.json("/api/tags").await["models"][0]["name"], "midstream-demo");
    let headers = [("anthropic-version", "2023-06-01")];
    let anthropic = send(gateway.addr, "GET", "/v1/models", &headers, b"").await.json().await;
    assert_eq!(anthropic["data"][0]["type"], "model");
}

#[tokio::test]
async fn the_pace_is_that_of_the_request_or_of_the_configuration() {
    let gateway = TestGateway::with(|config| config.demo.pace = Duration::from_secs(3600)).await;
    let request = chat_request("hi", json!({ "stream": true })).to_string();
    // At the configuration's pace the second token would come in an hour.
    let mut slow = gateway.post("/v1/chat/completions", request.as_bytes()).await;
    assert!(slow.next().await.unwrap().is_some());
    assert!(tokio::time::timeout(Duration::from_millis(200), slow.next()).await.is_err());

    let quick = send(gateway.addr, "POST", "/v1/chat/completions", &[("x-midstream-pace-ms", "0")], request.as_bytes());
    assert!(quick.await.text().await.ends_with("data: [DONE]\n\n"));

    let wrong =
        send(gateway.addr, "POST", "/v1/chat/completions", &[("x-midstream-pace-ms", "soon")], request.as_bytes());
    assert_eq!(wrong.await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_model_can_be_asked_beside_upstreams() {
    let upstream = TestUpstream::answering("", 1).await;
    let gateway = TestGateway::before(&upstream).await;
    let request = chat_request("hi", json!({}));
    let answer = gateway.post("/demo/v1/chat/completions", request.to_string().as_bytes()).await;
    assert_eq!(answer.status, 200);
    answer.text().await;
    assert_eq!(gateway.stream().await["upstream"], "demo");
}
