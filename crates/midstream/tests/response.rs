//! What a stream amounts to: the parts of the final object that not every answer has.

use midstream::{Config, Response};
use midstream_testkit::{Case, decode};
use serde_json::{Value, json};

#[test]
fn what_an_answer_has_besides_its_text_stands_in_the_final_object() {
    let cases = Case::all();
    let table = [
        (
            "anthropic/redacted-thinking",
            "/choices/0/signatures",
            json!([
                {"span": {"choice": 0, "channel": "reasoning", "start": 0, "end": 0}, "redacted": "ZW5jcnlwdGVkLW9uZQ=="},
                {"span": {"choice": 0, "channel": "reasoning", "start": 0, "end": 0}, "redacted": "ZW5jcnlwdGVkLXR3bw=="},
            ]),
        ),
        (
            "gemini/signatures",
            "/choices/0/signatures/1",
            json!({
                "span": {"choice": 0, "channel": "reasoning", "start": 13, "end": 31},
                "signature": "dGhvdWdodC0y",
            }),
        ),
        ("gemini/signatures", "/choices/0/signatures/3/span/start", json!(10)),
        ("gemini/signatures", "/choices/0/tool_calls/0/signature", json!("Y2FsbC0x")),
        ("anthropic/web-search-and-citations", "/choices/0/tool_calls", json!([])),
        (
            "anthropic/web-search-and-citations",
            "/choices/0/provider_tool_calls",
            json!([{
                "id": "srvtoolu_1",
                "name": "web_search",
                "input": {"query": "tower height"},
                "input_text": "{\"query\": \"tower height\"}",
            }]),
        ),
        ("anthropic/web-search-and-citations", "/choices/0/tool_results/0/id", json!("srvtoolu_1")),
        ("anthropic/web-search-and-citations", "/choices/0/sources/1/title", json!("Towers")),
        ("anthropic/web-search-and-citations", "/choices/0/sources/3/raw/type", json!("page_location")),
        (
            "anthropic/web-search-and-citations",
            "/provider_metadata/usage/server_tool_use/web_search_requests",
            json!(1),
        ),
        ("anthropic/stop-sequence-and-cache", "/choices/0/stop_sequence", json!("three")),
        ("anthropic/stop-sequence-and-cache", "/usage/cache_write_tokens", json!(1200)),
        (
            "openai-chat/images",
            "/choices/0/files",
            json!([
                {"media_type": "image/png", "data": "iVBORw0KGgo="},
                {"url": "https://images.example/cork.png"},
            ]),
        ),
        ("openai-chat/beside-the-answer", "/choices/0/provider_metadata/choices.native_finish_reason", json!("STOP")),
        ("openai-chat/beside-the-answer", "/provider_metadata/service_tier", json!("default")),
    ];
    for (name, pointer, expected) in table {
        let case = cases.iter().find(|case| case.folder.ends_with(name)).unwrap_or_else(|| panic!("no case {name}"));
        assert_eq!(*object(case).pointer(pointer).unwrap_or(&Value::Null), expected, "{name}{pointer}");
    }
}

#[test]
fn an_answer_of_text_alone_has_the_shape_that_it_always_had() {
    let cases = Case::all();
    let hello = cases.iter().find(|case| case.folder.ends_with("openai-chat/hello")).expect("there is such a case");
    let object = object(hello);
    let keys = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    let choice = keys(&object["choices"][0]);
    let always = ["finish_reason", "index", "raw_finish_reason", "reasoning", "refusal", "text", "tool_calls"];
    assert_eq!(choice, always);
    let always = ["cache_read_tokens", "input_tokens", "output_tokens", "reasoning_tokens", "total_tokens"];
    assert_eq!(keys(&object["usage"]), always);
}

fn object(case: &Case) -> Value {
    let config = Config { framing: case.framing, dialect: Some(case.dialect), ..Config::default() };
    let mut response = Response::default();
    decode(&config, &case.body, &[]).into_iter().for_each(|event| response.push(event));
    serde_json::to_value(response).expect("a response serialises")
}
