//! Cohere recordings, decoded, equal what a few plain lines over `serde_json` make of them.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod expected;

use expected::{Expected, config, payloads, response};
use midstream::{Dialect, Usage, Verdict};
use midstream_testkit::{Recording, shared_data};
use serde_json::Value;

#[test]
fn recordings_amount_to_what_the_reference_says() {
    let Some(data) = shared_data() else { return };
    let mut seen = 0;
    for recording in Recording::all(&data) {
        let reference = match recording.dialect {
            Some(Dialect::CohereV1) => v1,
            Some(Dialect::CohereV2) => v2,
            _ => continue,
        };
        seen += 1;
        let found = response(&config(&recording), &recording.body);
        assert_eq!(Expected::of(&found), reference(&payloads(&recording.body)), "{}", recording.name);
        assert_eq!((found.error, found.unknown_events), (None, 0), "{}", recording.name);
    }
    assert!(seen > 15, "only {seen} recordings");
}

fn v2(events: &[Value]) -> Expected {
    let mut expected = Expected { verdict: Some(Verdict::Truncated), ..Expected::default() };
    for event in events {
        let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
        expected.text += text("/delta/message/content/text").unwrap_or_default();
        expected.reasoning += text("/delta/message/content/thinking").unwrap_or_default();
        match event["type"].as_str().unwrap() {
            "message-start" => expected.id = text("/id").map(Into::into),
            "tool-plan-delta" => expected.reasoning += text("/delta/message/tool_plan").unwrap(),
            "tool-call-start" => {
                let call = &event["delta"]["message"]["tool_calls"];
                let field = |pointer: &str| call.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
                expected.tools.push((field("/id"), field("/function/name"), field("/function/arguments")));
            }
            "tool-call-delta" => {
                let piece = text("/delta/message/tool_calls/function/arguments").unwrap();
                expected.tools.last_mut().unwrap().2 += piece;
            }
            "message-end" => {
                expected.finish = text("/delta/finish_reason").map(Into::into);
                expected.usage = spent(&event["delta"]["usage"]);
                expected.verdict = Some(Verdict::Complete);
            }
            _ => {}
        }
    }
    expected
}

fn v1(events: &[Value]) -> Expected {
    let mut expected = Expected { verdict: Some(Verdict::Truncated), ..Expected::default() };
    for event in events {
        match event["event_type"].as_str().unwrap() {
            "text-generation" => expected.text += event["text"].as_str().unwrap(),
            "stream-end" => {
                expected.id = event["response"]["response_id"].as_str().map(Into::into);
                assert_eq!(event["response"]["text"], *expected.text);
                expected.finish = event["finish_reason"].as_str().map(Into::into);
                expected.usage = spent(&event["response"]["meta"]);
                expected.verdict = Some(Verdict::Complete);
            }
            _ => {}
        }
    }
    expected
}

fn spent(usage: &Value) -> Usage {
    let count = |pointer: &str| usage.pointer(pointer).and_then(Value::as_u64);
    Usage {
        input_tokens: count("/tokens/input_tokens").or(count("/billed_units/input_tokens")),
        output_tokens: count("/tokens/output_tokens").or(count("/billed_units/output_tokens")),
        reasoning_tokens: count("/tokens/reasoning_tokens"),
        cache_read_tokens: count("/cached_tokens"),
        cache_write_tokens: None,
        total_tokens: None,
    }
}
