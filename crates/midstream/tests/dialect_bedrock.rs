//! Bedrock recordings, decoded, equal what a few plain lines over `serde_json` make of them.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod expected;

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use expected::{Expected, config, messages, payloads, response};
use midstream::{Dialect, Framing, Usage, Verdict};
use midstream_testkit::{Recording, shared_data};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

#[test]
fn converse_recordings_amount_to_what_the_reference_says() {
    let Some(data) = shared_data() else { return };
    let recordings = of(&data, Dialect::BedrockConverse);
    assert!(recordings.len() > 25, "only {} recordings", recordings.len());
    for recording in &recordings {
        let events = match recording.framing {
            Framing::EventStream => messages(&recording.body),
            _ => payloads(&recording.body).iter().map(unwrapped).collect(),
        };
        let found = response(&config(recording), &recording.body);
        assert_eq!(Expected::of(&found), converse(&events), "{}", recording.name);
        assert_eq!(found.error, None, "{}", recording.name);
        assert_eq!(found.unknown_events, explained(&recording.name), "{}", recording.name);
    }
}

#[test]
fn invoke_recordings_amount_to_what_the_reference_says() {
    let Some(data) = shared_data() else { return };
    let recordings = of(&data, Dialect::BedrockInvoke);
    assert!(!recordings.is_empty());
    for recording in &recordings {
        let events = messages(&recording.body).into_iter().map(|(name, payload)| {
            assert_eq!(name, "chunk", "{}", recording.name);
            let json = STANDARD.decode(payload["bytes"].as_str().unwrap()).unwrap();
            serde_json::from_slice::<Value>(&json).unwrap()
        });
        // All of them are Claude's: text, counts in the start and in the one `message_delta`.
        let mut expected = Expected::default();
        for event in events {
            let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
            expected.text += text("/delta/text").unwrap_or_default();
            expected.id = text("/message/id").map(Into::into).or(expected.id);
            expected.model = text("/message/model").map(Into::into).or(expected.model);
            expected.finish = text("/delta/stop_reason").map(Into::into).or(expected.finish);
            let input = event.pointer("/message/usage/input_tokens").and_then(Value::as_u64);
            expected.usage.input_tokens = input.or(expected.usage.input_tokens);
            let output = event.pointer("/usage/output_tokens").and_then(Value::as_u64);
            expected.usage.output_tokens = output.or(expected.usage.output_tokens);
            if event["type"] == "message_stop" {
                expected.verdict = Some(Verdict::Complete);
            }
        }
        let found = response(&config(recording), &recording.body);
        assert_eq!(Expected::of(&found), expected, "{}", recording.name);
        assert_eq!((found.error, found.unknown_events), (None, 0), "{}", recording.name);
    }
}

/// `messages.jsonl` is the readable form of a case's binary body; `MIDSTREAM_BLESS=1` writes the bodies anew.
#[test]
fn bodies_in_the_corpus_hold_the_messages_beside_them() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus");
    let mut cases = 0;
    for dialect in ["bedrock-converse", "bedrock-invoke"] {
        for case in std::fs::read_dir(corpus.join(dialect)).unwrap() {
            let folder = case.unwrap().path();
            let Ok(messages) = std::fs::read_to_string(folder.join("messages.jsonl")) else { continue };
            let body: Vec<u8> = messages.lines().flat_map(message).collect();
            if std::env::var_os("MIDSTREAM_BLESS").is_some() {
                std::fs::write(folder.join("body.bin"), &body).unwrap();
            }
            assert!(std::fs::read(folder.join("body.bin")).unwrap() == body, "{}", folder.display());
            cases += 1;
        }
    }
    assert!(cases > 15, "only {cases} cases");
}

/// A line of `messages.jsonl`, its JSON as it was written.
#[derive(Deserialize)]
struct Message<'a> {
    /// `event` or `exception`.
    kind: &'a str,
    name: &'a str,
    #[serde(borrow)]
    payload: Option<&'a RawValue>,
    /// Instead of a payload: a model's JSON, to be put into base64.
    #[serde(borrow)]
    chunk: Option<&'a RawValue>,
}

/// An event-stream message.
fn message(line: &str) -> Vec<u8> {
    let Message { kind, name, payload, chunk } = serde_json::from_str(line).unwrap();
    let payload = match chunk {
        Some(json) => format!(r#"{{"bytes":"{}","p":"abcdefgh"}}"#, STANDARD.encode(json.get())),
        None => payload.unwrap().get().to_owned(),
    };
    let mut headers = Vec::new();
    let named = [
        (format!(":{kind}-type"), name),
        (":content-type".to_owned(), "application/json"),
        (":message-type".to_owned(), kind),
    ];
    for (name, value) in &named {
        headers.push(name.len() as u8);
        headers.extend(name.as_bytes());
        headers.push(7);
        headers.extend((value.len() as u16).to_be_bytes());
        headers.extend(value.as_bytes());
    }
    let mut message = Vec::new();
    message.extend(((16 + headers.len() + payload.len()) as u32).to_be_bytes());
    message.extend((headers.len() as u32).to_be_bytes());
    message.extend(crc32fast::hash(&message).to_be_bytes());
    message.extend(headers);
    message.extend(payload.as_bytes());
    message.extend(crc32fast::hash(&message).to_be_bytes());
    message
}

fn of(data: &Path, dialect: Dialect) -> Vec<Recording> {
    Recording::all(data).into_iter().filter(|recording| recording.dialect == Some(dialect)).collect()
}

/// An event whose framing was stripped: its name is the one key.
fn unwrapped(payload: &Value) -> (String, Value) {
    let (name, event) = payload.as_object().unwrap().iter().next().unwrap();
    (name.clone(), event.clone())
}

/// How many things midstream has no word for in a recording, all of them known by eye.
fn explained(name: &str) -> u64 {
    const TABLE: &[(&str, u64)] = &[
        // The start of the result of a tool that the provider runs, which has its status.
        ("code_execution_tool_stream-0", 1),
        // The guardrail's trace.
        ("test_nova_converse_stream-0", 1),
        // `additionalModelResponseFields`, which the host asked for.
        ("amazon-bedrock-reasoning-0", 1),
        ("amazon-bedrock-text-0", 1),
    ];
    TABLE.iter().find(|(part, _)| name.contains(part)).map_or(0, |(_, count)| *count)
}

fn converse(events: &[(String, Value)]) -> Expected {
    let mut expected = Expected { verdict: Some(Verdict::Truncated), ..Expected::default() };
    let mut run_by_bedrock = Vec::new();
    for (name, event) in events {
        let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
        match name.as_str() {
            "contentBlockStart" => {
                if let Some(id) = text("/start/toolUse/toolUseId") {
                    if text("/start/toolUse/type") == Some("server_tool_use") {
                        run_by_bedrock.push(id.to_owned());
                    }
                    expected.tools.push((id.into(), text("/start/toolUse/name").unwrap().into(), String::new()));
                }
            }
            "contentBlockDelta" => {
                expected.text += text("/delta/text").unwrap_or_default();
                expected.reasoning += text("/delta/reasoningContent/text").unwrap_or_default();
                if let Some(piece) = text("/delta/toolUse/input") {
                    expected.tools.last_mut().unwrap().2 += piece;
                }
            }
            "messageStop" => {
                expected.finish = text("/stopReason").map(Into::into);
                expected.verdict = Some(Verdict::Complete);
            }
            "metadata" => {
                let count = |name: &str| event["usage"][name].as_u64();
                expected.usage = Usage {
                    input_tokens: count("inputTokens"),
                    output_tokens: count("outputTokens"),
                    total_tokens: count("totalTokens"),
                    cache_read_tokens: count("cacheReadInputTokens"),
                    cache_write_tokens: count("cacheWriteInputTokens"),
                    reasoning_tokens: None,
                };
            }
            _ => {}
        }
    }
    expected.tools.retain(|(id, ..)| !run_by_bedrock.contains(id));
    expected
}
