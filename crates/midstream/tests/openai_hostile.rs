//! OpenAI's own dialects and MCP under payloads that no provider sends: nothing panics, nothing is taken for broken JSON,
//! nothing grows without bound.

mod openai;

use midstream::{Config, Dialect, ErrorKind, Event, Framing, Response, Verdict};
use midstream_testkit::Case;
use openai::{calls, events, response};
use serde_json::{Value, json};

const OURS: &[Dialect] = &[
    Dialect::OpenaiResponses,
    Dialect::OpenaiRealtime,
    Dialect::OpenaiAssistants,
    Dialect::OpenaiTranscription,
    Dialect::Mcp,
];

#[test]
fn the_order_of_keys_changes_nothing_in_the_response() {
    for (case, frames) in cases() {
        // serde_json sorts the keys that it writes.
        let sorted: Vec<_> = frames.iter().map(|frame| frame.parse::<Value>().expect("JSON").to_string()).collect();
        let (given, sorted) = (decode(case.dialect, &frames), decode(case.dialect, &sorted));
        let said = |events: &[Event]| {
            let response = response(events);
            let choices = response.choices.clone();
            let texts: Vec<_> =
                choices.iter().map(|c| (c.text.clone(), c.reasoning.clone(), c.refusal.clone())).collect();
            let calls: Vec<_> = calls(events).into_iter().map(input).collect();
            let ends: Vec<_> = choices.iter().map(|choice| choice.raw_finish_reason.clone()).collect();
            (texts, calls, ends, response.id.clone(), response.usage.clone(), response.verdict, response.unknown_events)
        };
        assert_eq!(said(&given), said(&sorted), "{}", case.folder.display());
    }
}

/// A call's id, name and input, where that is an object whatever the order of its keys.
fn input((id, name, input): (String, String, String)) -> (String, String, Value) {
    let input = input.parse().unwrap_or(json!(input));
    (id, name, input)
}

#[test]
fn values_of_any_kind_anywhere_are_never_fatal() {
    let kinds =
        [json!(null), json!(true), json!(-1), json!(4294967295u64), json!(1e300), json!("x"), json!([[]]), json!({})];
    let mut tried = 0;
    for (case, frames) in cases() {
        for (at, frame) in frames.iter().enumerate() {
            let value: Value = frame.parse().expect("JSON");
            for place in places(&value) {
                for kind in &kinds {
                    let mut value = value.clone();
                    *value.pointer_mut(&place).expect("it is there") = kind.clone();
                    let mut frames = frames.clone();
                    frames[at] = value.to_string();
                    tried += 1;
                    let events = decode(case.dialect, &frames);
                    let fault = |event: &Event| match event {
                        Event::Error(error) => {
                            let fault = !matches!(error.kind, ErrorKind::Provider | ErrorKind::InvalidToolInput);
                            fault.then(|| error.clone())
                        }
                        _ => None,
                    };
                    assert_eq!(events.iter().find_map(fault), None, "{}, {at}{place}", case.folder.display());
                    assert!(matches!(events.last(), Some(Event::StreamEnd { .. })));
                }
            }
        }
    }
    assert!(tried > 10_000, "only {tried}");
}

#[test]
fn frames_that_come_twice_say_nothing_new() {
    let repeated = ["added", "done", "completed", "incomplete", "failed", "created", "in_progress"];
    for (case, frames) in cases() {
        if case.dialect != Dialect::OpenaiResponses {
            continue;
        }
        let whole = |frame: &&String| {
            let frame: Value = frame.parse().expect("JSON");
            let kind = frame["type"].as_str().unwrap_or_default().to_owned();
            // A second response may begin, and an annotation may be given twice.
            let last = kind.rsplit('.').next().unwrap_or_default();
            repeated.contains(&last) && !kind.contains("annotation") && last != "created"
        };
        let twice: Vec<_> = frames
            .iter()
            .flat_map(|frame| std::iter::repeat_n(frame.clone(), 1 + usize::from(whole(&frame))))
            .collect();
        let (once, twice) = (response(&decode(case.dialect, &frames)), response(&decode(case.dialect, &twice)));
        let said = |response: &Response| (response.choices.clone(), response.usage.clone(), response.verdict);
        assert_eq!(said(&once), said(&twice), "{}", case.folder.display());
    }
}

#[test]
fn what_a_hostile_stream_makes_up_is_kept_within_limits() {
    const MANY: u64 = 20_000;
    let delta = |item: u64, part: u64| {
        json!({"type": "response.output_text.delta", "output_index": item, "content_index": part,
               "item_id": format!("msg_{item}"), "delta": "x"})
    };
    let call = |n: u64| {
        json!({"type": "response.output_item.added", "output_index": n,
               "item": {"type": "function_call", "id": format!("fc_{n}"), "call_id": format!("call_{n}"), "name": "go"}})
    };
    let items: Vec<_> = (0..MANY).map(|n| delta(n, 0).to_string()).collect();
    let parts: Vec<_> = (0..MANY).map(|n| delta(0, u64::MAX - n).to_string()).collect();
    let calls: Vec<_> = (0..MANY).map(|n| call(n).to_string()).collect();
    for frames in [&items, &parts] {
        let response = response(&decode(Dialect::OpenaiResponses, frames));
        assert_eq!(response.choices[0].text.len() as u64, MANY);
        assert_eq!(response.unknown_events, 0);
    }
    let response = response(&decode(Dialect::OpenaiResponses, &calls));
    assert!(response.choices[0].tool_calls.len() <= 1024, "{}", response.choices[0].tool_calls.len());
    assert_eq!(response.choices[0].tool_calls.len() as u64 + response.unknown_events, MANY);
}

#[test]
fn nesting_of_any_depth_costs_no_stack() {
    for &dialect in OURS {
        let deep = format!(r#"{{"type":"response.output_text.delta","delta":{}"#, "[".repeat(1_000_000));
        assert_eq!(response(&decode(dialect, &[deep])).verdict, Some(Verdict::Failed), "{dialect}");
        let nested = format!(r#"{{"type":"new","object":"new","x":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        let response = response(&decode(dialect, &[nested]));
        assert_eq!((response.unknown_events, response.error), (1, None), "{dialect}");
    }
}

/// The cases of our dialects whose frames are all JSON, with their frames.
fn cases() -> Vec<(Case, Vec<String>)> {
    let mut cases = Vec::new();
    for case in Case::all().into_iter().filter(|case| OURS.contains(&case.dialect)) {
        let body = String::from_utf8(case.body.clone()).expect("UTF-8");
        let data = |line: &str| {
            let value = line.strip_prefix("data: ").unwrap_or(line).parse::<Value>().ok()?;
            match case.framing {
                Some(Framing::Ws) => (value["direction"] == "received").then(|| value["data"].to_string()),
                _ => value.is_object().then(|| line.strip_prefix("data: ").unwrap_or(line).to_owned()),
            }
        };
        cases.push((case.clone(), body.lines().filter_map(data).collect()));
    }
    assert!(cases.len() > 40, "only {} cases", cases.len());
    cases
}

fn decode(dialect: Dialect, frames: &[String]) -> Vec<Event> {
    let body: String = frames.iter().map(|frame| format!("data: {frame}\n\n")).collect();
    let config = Config { framing: Some(Framing::Sse), dialect: Some(dialect), ..Config::default() };
    events(&config, body.as_bytes())
}

/// JSON pointers to every value inside `value`.
fn places(value: &Value) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(key, value)| (format!("/{key}"), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, value)| (format!("/{at}"), value)).collect(),
        _ => Vec::new(),
    };
    let mut all = Vec::new();
    for (key, value) in inner {
        all.extend(places(value).into_iter().map(|rest| format!("{key}{rest}")));
        all.push(key);
    }
    all
}
