//! Anthropic recordings, decoded, equal what a few plain lines over `serde_json` make of them.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod expected;

use expected::{Expected, config, payloads, response};
use midstream::{Dialect, Usage, Verdict};
use midstream_testkit::{Recording, shared_data};
use serde_json::Value;

#[test]
fn recordings_amount_to_what_the_reference_says() {
    let Some(data) = shared_data() else { return };
    let recordings: Vec<_> =
        Recording::all(&data).into_iter().filter(|recording| recording.dialect == Some(Dialect::Anthropic)).collect();
    assert!(recordings.len() > 90, "only {} recordings", recordings.len());
    for recording in &recordings {
        let found = response(&config(recording), &recording.body);
        assert_eq!(Expected::of(&found), reference(&payloads(&recording.body)), "{}", recording.name);
        assert_eq!(found.error.filter(midstream::Error::is_fatal), None, "{}", recording.name);
        assert_eq!(found.unknown_events, explained(&recording.name), "{}", recording.name);
    }
}

/// How many things midstream has no word for in a recording, all of them known by eye.
fn explained(name: &str) -> u64 {
    const TABLE: &[(&str, u64)] = &[
        // The block of the summary and its one delta.
        ("compaction_usage_with_cache_streaming-0", 2),
        // The block that names the model which takes over.
        ("vai-anthropic-anthropic-fallback-0", 1),
        // The second start, inside the first message.
        ("spliced-message-start-0", 1),
    ];
    TABLE.iter().find(|(part, _)| name.contains(part)).map_or(0, |(_, count)| *count)
}

fn reference(events: &[Value]) -> Expected {
    let mut expected = Expected::default();
    let mut verdict = Verdict::Truncated;
    let mut run_by_anthropic = Vec::new();
    for event in events {
        let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str);
        match event["type"].as_str().unwrap() {
            "message_start" => {
                expected.id = text("/message/id").map(Into::into);
                expected.model = text("/message/model").map(Into::into);
                spent(&event["message"]["usage"], &mut expected.usage);
            }
            "content_block_start" => {
                let block = &event["content_block"];
                expected.text += block["text"].as_str().unwrap_or_default();
                expected.reasoning += block["thinking"].as_str().unwrap_or_default();
                if let Some(id) = block["id"].as_str() {
                    if block["type"] != "tool_use" {
                        run_by_anthropic.push(id.to_owned());
                    }
                    expected.tools.push((id.into(), block["name"].as_str().unwrap().into(), String::new()));
                }
                expected.model = block["to"]["model"].as_str().map(Into::into).or(expected.model);
            }
            "content_block_delta" => {
                expected.text += text("/delta/text").unwrap_or_default();
                expected.reasoning += text("/delta/thinking").unwrap_or_default();
                if let Some(piece) = text("/delta/partial_json") {
                    expected.tools.last_mut().unwrap().2 += piece;
                }
            }
            "message_delta" => {
                expected.finish = text("/delta/stop_reason").map(Into::into);
                spent(&event["usage"], &mut expected.usage);
            }
            "message_stop" => verdict = Verdict::Complete,
            "error" => verdict = Verdict::Failed,
            _ => {}
        }
    }
    expected.tools.retain(|(id, ..)| !run_by_anthropic.contains(id));
    expected.verdict = Some(verdict);
    expected
}

fn spent(usage: &Value, sum: &mut Usage) {
    let count = |pointer: &str, before| usage.pointer(pointer).and_then(Value::as_u64).or(before);
    sum.input_tokens = count("/input_tokens", sum.input_tokens);
    sum.output_tokens = count("/output_tokens", sum.output_tokens);
    sum.cache_read_tokens = count("/cache_read_input_tokens", sum.cache_read_tokens);
    sum.cache_write_tokens = count("/cache_creation_input_tokens", sum.cache_write_tokens);
    sum.reasoning_tokens = count("/output_tokens_details/thinking_tokens", sum.reasoning_tokens);
}
