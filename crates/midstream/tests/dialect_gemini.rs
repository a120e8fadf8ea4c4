//! Gemini on every recorded stream, against expectations computed from the payloads by themselves.

mod recorded;

use std::collections::{BTreeMap, BTreeSet};

use midstream::{Config, Dialect, Event, FinishReason, Response, Usage, Verdict};
use midstream_testkit::{Recording, decode, shared_data};
use serde_json::{Map, Value, json};

/// What an answer amounts to.
#[derive(Debug, Default, PartialEq)]
struct Answer {
    text: String,
    reasoning: String,
    /// Name and input of each call.
    calls: Vec<(String, Value)>,
    raw_finish_reason: Option<String>,
}

#[test]
fn every_recorded_answer_is_what_its_parts_say() {
    recorded::each(Dialect::Gemini, 80, |recording, payloads, _, response| {
        let mut expected: BTreeMap<u64, Answer> = BTreeMap::new();
        let mut blocked = false;
        for chunk in payloads.iter().map(|payload| serde_json::from_str::<Value>(payload).unwrap()) {
            blocked |= chunk["promptFeedback"]["blockReason"].is_string();
            for candidate in list(&chunk["candidates"]) {
                let answer = expected.entry(candidate["index"].as_u64().unwrap_or(0)).or_default();
                list(&candidate["content"]["parts"]).iter().for_each(|part| add(answer, part));
                if let Some(reason) = candidate["finishReason"].as_str() {
                    answer.raw_finish_reason = Some(reason.to_owned());
                }
            }
        }
        let finished = expected.values().any(|answer| answer.raw_finish_reason.is_some());
        let found = response.choices.iter().map(|choice| {
            let calls = choice.tool_calls.iter().map(|call| {
                let input = call.input.as_ref().unwrap_or_else(|| panic!("{}: {call:?}", recording.name));
                (call.name.clone(), serde_json::from_str(input.as_str()).unwrap())
            });
            let answer = Answer {
                text: choice.text.clone(),
                reasoning: choice.reasoning.clone(),
                calls: calls.collect(),
                raw_finish_reason: choice.raw_finish_reason.clone(),
            };
            let reason = match choice.raw_finish_reason.as_deref() {
                Some("STOP") if !answer.calls.is_empty() => Some(FinishReason::ToolCalls),
                Some("STOP") => Some(FinishReason::Stop),
                Some("MAX_TOKENS") => Some(FinishReason::Length),
                Some("RECITATION") => Some(FinishReason::ContentFilter),
                Some("FAKE_ENUM") => Some(FinishReason::Other),
                None => None,
                Some(other) => panic!("{}: no expectation for {other}", recording.name),
            };
            assert_eq!(choice.finish_reason, reason, "{}", recording.name);
            (u64::from(choice.index), answer)
        });
        assert_eq!(found.collect::<BTreeMap<_, _>>(), expected, "{}", recording.name);
        let verdict = if finished || blocked { Verdict::Complete } else { Verdict::Truncated };
        assert_eq!(response.verdict, Some(verdict), "{}", recording.name);
        assert_eq!((response.unknown_events, &response.error), (0, &None), "{}", recording.name);
    });
}

fn add(answer: &mut Answer, part: &Value) {
    let text = part["text"].as_str().unwrap_or_default();
    if part["thought"] == true { &mut answer.reasoning } else { &mut answer.text }.push_str(text);
    let call = &part["functionCall"];
    if let Some(name) = call["name"].as_str() {
        answer.calls.push((name.into(), call.get("args").cloned().unwrap_or_else(|| json!({}))));
    }
    for piece in list(&call["partialArgs"]) {
        let (_, input) = answer.calls.last_mut().expect("pieces belong to a call");
        let place = piece["jsonPath"].as_str().expect("a path").trim_start_matches("$.").replace(']', "");
        let place = place.split(['.', '[']).fold(input, |container, step| match step.parse::<usize>() {
            Ok(index) => {
                if container.is_null() {
                    *container = json!([]);
                }
                let elements = container.as_array_mut().expect("made an array above");
                elements.resize(elements.len().max(index + 1), Value::Null);
                &mut elements[index]
            }
            Err(_) => {
                if container.is_null() {
                    *container = Value::Object(Map::new());
                }
                &mut container[step]
            }
        });
        match (place, piece.get("stringValue"), piece.get("numberValue")) {
            (Value::String(text), Some(more), _) => text.push_str(more.as_str().expect("a string value")),
            (place, Some(value), _) | (place, _, Some(value)) => *place = value.clone(),
            _ => panic!("no expectation for {piece}"),
        }
    }
}

#[test]
fn every_recorded_count_name_and_signature_is_there() {
    recorded::each(Dialect::Gemini, 80, |recording, payloads, events, response| {
        let (mut usage, mut signatures, mut files, mut sources) =
            (Usage::default(), Vec::new(), Vec::new(), BTreeSet::new());
        let (mut results, mut id, mut model) = (Vec::new(), None, None);
        for chunk in payloads.iter().map(|payload| serde_json::from_str::<Value>(payload).unwrap()) {
            let count = |name: &str| chunk["usageMetadata"][name].as_u64();
            usage.update(&Usage {
                input_tokens: count("promptTokenCount"),
                output_tokens: count("candidatesTokenCount"),
                reasoning_tokens: count("thoughtsTokenCount"),
                cache_read_tokens: count("cachedContentTokenCount"),
                cache_write_tokens: None,
                total_tokens: count("totalTokenCount"),
            });
            id = chunk["responseId"].as_str().map(str::to_owned).or(id);
            model = chunk["modelVersion"].as_str().map(str::to_owned).or(model);
            for candidate in list(&chunk["candidates"]) {
                sources.extend(list(&candidate["citationMetadata"]["citationSources"]).iter().map(Value::to_string));
                for part in list(&candidate["content"]["parts"]) {
                    signatures.extend(part["thoughtSignature"].as_str().map(str::to_owned));
                    files.extend(part["inlineData"]["data"].as_str().map(str::to_owned));
                    results.extend(part.get("codeExecutionResult").cloned());
                }
            }
        }
        assert_eq!(response.usage, usage, "{}", recording.name);
        assert_eq!((&response.id, &response.model), (&id, &model), "{}", recording.name);
        let found = events.iter().filter_map(|event| match event {
            Event::TextEnd { signature, .. }
            | Event::ReasoningEnd { signature, .. }
            | Event::ToolCall { signature, .. }
            | Event::ToolResult { signature, .. }
            | Event::File { signature, .. } => signature.clone(),
            _ => None,
        });
        assert_eq!(found.collect::<Vec<_>>(), signatures, "{}", recording.name);
        let found = events.iter().filter_map(|event| match event {
            Event::File { data, .. } => data.clone(),
            _ => None,
        });
        assert_eq!(found.collect::<Vec<_>>(), files, "{}", recording.name);
        let found = events.iter().filter_map(|event| match event {
            Event::Source { raw, url, .. } => {
                let source: Value = serde_json::from_str(raw.as_str()).unwrap();
                assert_eq!(source["uri"].as_str(), url.as_deref(), "{}", recording.name);
                Some(source.to_string())
            }
            _ => None,
        });
        assert_eq!(found.collect::<BTreeSet<_>>(), sources, "{}", recording.name);
        let found = events.iter().filter_map(|event| match event {
            Event::ToolResult { raw, id, .. } => {
                let of = |event: &Event| matches!(event, Event::ToolCall { id: call, .. } if call == id);
                assert!(events.iter().any(of), "{}: a result without its call", recording.name);
                Some(serde_json::from_str::<Value>(raw.as_str()).unwrap())
            }
            _ => None,
        });
        assert_eq!(found.collect::<Vec<_>>(), results, "{}", recording.name);
    });
}

#[test]
fn every_recorded_error_body_is_an_error() {
    let Some(data) = shared_data() else { return };
    let bodies: Vec<_> = Recording::all(&data).into_iter().filter(|r| r.name.contains("/error/")).collect();
    let google = bodies.iter().filter(|r| r.provider.starts_with("google"));
    assert!(google.clone().count() >= 3);
    for recording in google {
        let body: Value = serde_json::from_slice(&recording.body).expect("an error body is JSON");
        let array = Value::Array(vec![body.clone()]).to_string();
        for (bytes, dialect) in [&recording.body[..], array.as_bytes()].iter().zip([None, Some(Dialect::Gemini)]) {
            let events = decode(&Config { dialect, ..Config::default() }, bytes, &[]);
            let mut response = Response::default();
            events.into_iter().for_each(|event| response.push(event));
            let error = response.error.unwrap_or_else(|| panic!("{}: no error", recording.name));
            assert_eq!(body["error"]["message"], *error.message, "{}", recording.name);
            assert_eq!(body["error"]["status"].as_str(), error.code.as_deref(), "{}", recording.name);
            assert_eq!(response.verdict, Some(Verdict::Failed), "{}", recording.name);
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
