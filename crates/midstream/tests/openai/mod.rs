//! What the tests of OpenAI's own dialects share: payloads read the plain way, and midstream's answer.

#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

use midstream::{Config, Dialect, Engine, Event, Framing, Response, Timestamp};
use midstream_testkit::{Recording, shared_data};
use serde_json::Value;

/// The recordings of `dialect`; none where there is no recorded data, which is said aloud.
pub fn recordings(dialect: Dialect) -> Vec<Recording> {
    let Some(data) = shared_data() else { return Vec::new() };
    let mut recordings = Recording::all(&data);
    recordings.retain(|recording| recording.dialect == Some(dialect));
    assert!(!recordings.is_empty(), "no recordings of {dialect}");
    recordings
}

/// Name and payload of each event that a recording received, by plain splitting. What is no JSON is `null`.
pub fn payloads(recording: &Recording) -> Vec<(String, Value)> {
    let text = std::str::from_utf8(&recording.body).expect("recordings are text");
    let mut payloads = Vec::new();
    let mut name = "";
    for line in text.lines() {
        let data = match recording.framing {
            Framing::Sse => {
                name = line.strip_prefix("event: ").unwrap_or(name);
                let Some(data) = line.strip_prefix("data: ") else { continue };
                data
            }
            _ => line,
        };
        if data == "[DONE]" {
            continue;
        }
        let mut value = serde_json::from_str::<Value>(data).unwrap_or(Value::Null);
        if recording.framing == Framing::Ws {
            if value["direction"] != "received" {
                continue;
            }
            value = value["data"].take();
        }
        payloads.push((name.to_owned(), value));
    }
    payloads
}

/// What midstream makes of `body`.
pub fn events(config: &Config, body: &[u8]) -> Vec<Event> {
    let mut session = Engine::new(config.clone()).session(Timestamp::ZERO);
    session.feed(body, Timestamp::ZERO);
    session.finish(Timestamp::ZERO);
    std::iter::from_fn(|| session.poll()).collect()
}

/// What midstream makes of a recording, and the final object.
pub fn decode(recording: &Recording) -> (Vec<Event>, Response) {
    let config = Config { framing: Some(recording.framing), dialect: recording.dialect, ..Config::default() };
    let events = events(&config, &recording.body);
    let response = response(&events);
    (events, response)
}

/// The final object of `events`.
pub fn response(events: &[Event]) -> Response {
    let mut response = Response::default();
    events.iter().cloned().for_each(|event| response.push(event));
    response
}

/// The names of the unknown events among `events`.
pub fn unknown(events: &[Event]) -> Vec<&str> {
    let mut names = Vec::new();
    for event in events {
        if let Event::Unknown { name, .. } = event {
            names.push(name.as_str());
        }
    }
    names
}

/// Id, name and input of each tool call, whoever runs it, in order of beginning.
pub fn calls(events: &[Event]) -> Vec<(String, String, String)> {
    let mut calls: Vec<(String, String, String)> = Vec::new();
    for event in events {
        match event {
            Event::ToolInputStart { id, name, .. } => calls.push((id.clone(), name.clone(), String::new())),
            Event::ToolCall { id, name, input_text, .. } => {
                let open = calls.iter_mut().rev().find(|call| call.0 == *id).expect("it began");
                *open = (id.clone(), name.clone(), input_text.clone());
            }
            _ => {}
        }
    }
    calls
}

/// The text at `path`, a JSON pointer, or nothing.
pub fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default()
}
