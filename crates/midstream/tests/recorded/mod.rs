//! Recorded streams, split by the plainest means there are, for expectations that owe nothing to midstream.

use midstream::{Config, Dialect, Event, Framing, Response};
use midstream_testkit::{Recording, decode, shared_data};
use serde_json::Value;

/// Calls `check` with each recording of `dialect`, its payloads and what midstream makes of it. Panics where there are
/// fewer than `at_least`; says so aloud where there is no recorded data at all.
pub(crate) fn each(dialect: Dialect, at_least: usize, check: impl Fn(&Recording, &[String], &[Event], &Response)) {
    let Some(data) = shared_data() else { return };
    let recordings: Vec<_> = Recording::all(&data).into_iter().filter(|r| r.dialect == Some(dialect)).collect();
    assert!(recordings.len() >= at_least, "{} recordings of {dialect}", recordings.len());
    for recording in &recordings {
        let config = Config { framing: Some(recording.framing), ..Config::default() };
        let given = Config { dialect: Some(dialect), ..config.clone() };
        let events = decode(&given, &recording.body, &[]);
        assert_eq!(events, decode(&config, &recording.body, &[]), "{}: the dialect is not recognised", recording.name);
        let mut response = Response::default();
        events.iter().for_each(|event| response.push(event.clone()));
        assert_eq!(response.dialect, Some(dialect), "{}", recording.name);
        check(recording, &payloads(recording), &events, &response);
    }
}

/// The payloads of a recording.
fn payloads(recording: &Recording) -> Vec<String> {
    let body = std::str::from_utf8(&recording.body).expect("recordings are UTF-8");
    match recording.framing {
        Framing::Sse => sse(&body.replace("\r\n", "\n")),
        Framing::Ndjson => body.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect(),
        Framing::JsonArray => {
            let elements: Vec<Value> = serde_json::from_str(body).expect("the recording is an array");
            elements.iter().map(Value::to_string).collect()
        }
        Framing::Ws => {
            let messages = body.lines().map(|line| serde_json::from_str::<Value>(line).expect("a message a line"));
            messages.filter(|message| message["direction"] == "received").map(|m| m["data"].to_string()).collect()
        }
        other => panic!("no recording of these dialects is framed as {other}"),
    }
}

fn sse(body: &str) -> Vec<String> {
    let data = |block: &str| {
        let lines = block.lines().filter_map(|line| line.strip_prefix("data:"));
        let lines: Vec<_> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        Some(lines.join("\n")).filter(|_| !lines.is_empty())
    };
    body.split("\n\n").filter_map(data).collect()
}
