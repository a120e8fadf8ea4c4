//! Payloads with anything anywhere: a value of the wrong kind is never fatal, nothing panics, every stream ends.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use midstream::{Config, Dialect, ErrorKind, Event, Framing};
use midstream_testkit::{Case, decode};
use serde_json::{Value, json};

/// Dialects whose cases are tormented here.
const DIALECTS: &[Dialect] =
    &[Dialect::Anthropic, Dialect::BedrockConverse, Dialect::BedrockInvoke, Dialect::CohereV1, Dialect::CohereV2];

#[test]
fn a_value_of_the_wrong_kind_is_never_fatal() {
    let mut streams = 0;
    for (dialect, payloads) in payloads() {
        for at in 0..payloads.len() {
            for pointer in pointers(&payloads[at]) {
                for value in wrong_values() {
                    let mut payloads = payloads.clone();
                    *payloads[at].pointer_mut(&pointer).unwrap() = value;
                    well_formed(dialect, &payloads);
                    streams += 1;
                }
            }
        }
    }
    assert!(streams > 10_000, "only {streams} streams");
}

#[test]
fn a_missing_field_is_never_fatal() {
    for (dialect, payloads) in payloads() {
        for at in 0..payloads.len() {
            for pointer in pointers(&payloads[at]) {
                let mut payloads = payloads.clone();
                let (parent, key) = pointer.rsplit_once('/').unwrap();
                if let Some(object) = payloads[at].pointer_mut(parent).unwrap().as_object_mut() {
                    object.remove(&key.replace("~1", "/").replace("~0", "~"));
                    well_formed(dialect, &payloads);
                }
            }
        }
    }
}

#[test]
fn frames_out_of_order_twice_or_left_out_are_never_fatal() {
    for (dialect, payloads) in payloads() {
        let reversed: Vec<_> = payloads.iter().rev().cloned().collect();
        let doubled: Vec<_> = payloads.iter().flat_map(|payload| [payload.clone(), payload.clone()]).collect();
        well_formed(dialect, &reversed);
        well_formed(dialect, &doubled);
        for at in 0..payloads.len() {
            let mut left = payloads.clone();
            left.remove(at);
            well_formed(dialect, &left);
        }
    }
}

/// Decodes the payloads, one a line, and checks what must hold of any stream whose JSON is sound.
fn well_formed(dialect: Dialect, payloads: &[Value]) {
    let mut body = String::new();
    for payload in payloads {
        let payload = match dialect {
            Dialect::BedrockInvoke => json!({ "bytes": STANDARD.encode(payload.to_string()) }),
            _ => payload.clone(),
        };
        body += &format!("{payload}\n");
    }
    let config = Config { framing: Some(Framing::Ndjson), dialect: Some(dialect), ..Config::default() };
    let events = decode(&config, body.as_bytes(), &[]);
    assert!(matches!(events.last(), Some(Event::StreamEnd { .. })), "{body}");
    let fault = |kind| !matches!(kind, ErrorKind::Provider | ErrorKind::Limit | ErrorKind::InvalidToolInput);
    let malformed = events.iter().find(|event| matches!(event, Event::Error(error) if fault(error.kind)));
    assert_eq!(malformed, None, "{dialect}: {body}");
    let open = events.iter().fold(0i64, |open, event| match event {
        Event::TextStart { .. } | Event::ReasoningStart { .. } | Event::ToolInputStart { .. } => open + 1,
        Event::TextEnd { .. } | Event::ReasoningEnd { .. } | Event::ToolInputEnd { .. } => open - 1,
        _ => open,
    });
    assert_eq!(open, 0, "{dialect}: blocks left open: {body}");
}

/// The JSON payloads of every case, out of their framings.
fn payloads() -> Vec<(Dialect, Vec<Value>)> {
    let mut out = Vec::new();
    for case in Case::all().into_iter().filter(|case| DIALECTS.contains(&case.dialect)) {
        let messages = std::fs::read_to_string(case.folder.join("messages.jsonl"));
        let payloads = match messages {
            Ok(messages) => messages.lines().filter_map(message).collect(),
            Err(_) => String::from_utf8(case.body)
                .unwrap()
                .lines()
                .filter_map(|line| serde_json::from_str(line.strip_prefix("data:").unwrap_or(line)).ok())
                .collect(),
        };
        out.push((case.dialect, payloads));
    }
    assert!(out.len() > 40, "only {} cases", out.len());
    out
}

/// The payload of an event-stream message, as it looks where the framing was stripped; a model's JSON as it is.
fn message(line: &str) -> Option<Value> {
    let mut message: Value = serde_json::from_str(line).unwrap();
    if let Some(chunk) = message.get_mut("chunk") {
        return Some(chunk.take());
    }
    let name = message["name"].as_str().unwrap().to_owned();
    (name != "chunk").then(|| json!({ name: message["payload"] }))
}

/// JSON pointers to all values inside `value`.
fn pointers(value: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value)).collect()
        }
        Value::Array(items) => items.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    let mut out = Vec::new();
    for (key, child) in children {
        out.extend(pointers(child).into_iter().map(|pointer| format!("/{key}{pointer}")));
        out.push(format!("/{key}"));
    }
    out
}

fn wrong_values() -> Vec<Value> {
    let nested = (0..100).fold(json!({}), |inner, _| json!([{ "a": inner }]));
    vec![
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(4_294_967_295u32),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!("text"),
        json!("\u{0}\n\u{1F600}"),
        json!([]),
        json!([1, "two", null, {}]),
        json!({}),
        json!({ "type": "text", "text": "x", "message": "y" }),
        nested,
    ]
}
