//! Nothing that a provider sends panics or makes a stream grow without bound: every value of every corpus case is put
//! to every other kind, and frames come twice, in reverse, or not at all.

use midstream::{Config, Dialect, Event, Framing};
use midstream_testkit::{Case, bytewise, decode};
use serde_json::{Value, json};

#[test]
fn values_of_any_kind_are_never_fatal() {
    for (dialect, frames) in json_cases() {
        for at in 0..frames.len() {
            for place in places(&frames[at]) {
                for value in wrong_values() {
                    let mut frames = frames.clone();
                    *frames[at].pointer_mut(&place).expect("the place is there") = value.clone();
                    ends(dialect, &frames, &format!("frame {at}, {place} is {value}"));
                }
            }
        }
    }
}

#[test]
fn fields_may_be_missing_and_frames_in_any_order() {
    for (dialect, frames) in json_cases() {
        for at in 0..frames.len() {
            for place in places(&frames[at]) {
                let mut frames = frames.clone();
                remove(&mut frames[at], &place);
                ends(dialect, &frames, &format!("frame {at} without {place}"));
            }
            let mut twice = frames.clone();
            twice.insert(at, frames[at].clone());
            ends(dialect, &twice, &format!("frame {at} twice"));
            let mut missing = frames.clone();
            missing.remove(at);
            ends(dialect, &missing, &format!("frame {at} missing"));
        }
        let reversed: Vec<_> = frames.iter().rev().cloned().collect();
        ends(dialect, &reversed, "frames in reverse");
        let again: Vec<_> = frames.iter().cycle().take(frames.len() * 50).cloned().collect();
        let (bytes, events) = ends(dialect, &again, "all frames fifty times");
        let said: usize = events.iter().map(|event| serde_json::to_string(event).expect("it serialises").len()).sum();
        assert!(said < 40 * bytes, "{dialect}: {said} bytes of events from {bytes} bytes: {events:?}");
    }
}

/// The frames of the cases whose frames are JSON objects without event names.
fn json_cases() -> Vec<(Dialect, Vec<Value>)> {
    let object = |line: &str| serde_json::from_str::<Value>(line).ok().filter(Value::is_object);
    let read = |case: Case| {
        let body = String::from_utf8(case.body).ok()?;
        let frames: Option<Vec<Value>> = match case.framing {
            Some(Framing::Ndjson) => body.lines().map(object).collect(),
            Some(Framing::Ws) => body.lines().map(|line| object(line).map(|message| message["data"].clone())).collect(),
            Some(Framing::Sse) => body.lines().filter_map(|line| line.strip_prefix("data:")).map(object).collect(),
            _ => None,
        };
        Some((case.dialect, frames?))
    };
    let cases: Vec<_> = Case::all().into_iter().filter_map(read).collect();
    assert!(cases.len() > 30, "only {} cases", cases.len());
    cases
}

/// Decodes `frames` and checks what holds of every stream.
fn ends(dialect: Dialect, frames: &[Value], what: &str) -> (usize, Vec<Event>) {
    let body: String = frames.iter().map(|frame| format!("data: {frame}\n\n")).collect();
    let config = Config { framing: Some(Framing::Sse), dialect: Some(dialect), ..Config::default() };
    let events = decode(&config, body.as_bytes(), &[]);
    assert!(matches!(events.last(), Some(Event::StreamEnd { .. })), "{dialect}, {what}: {events:?}");
    let ends = events.iter().filter(|event| matches!(event, Event::StreamEnd { .. })).count();
    assert_eq!(ends, 1, "{dialect}, {what}");
    if body.len() < 400 {
        assert_eq!(decode(&config, body.as_bytes(), &bytewise(body.len())), events, "{dialect}, {what}");
    }
    (body.len(), events)
}

/// JSON pointers to everything in `value`.
fn places(value: &Value) -> Vec<String> {
    let mut all = vec![String::new()];
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(object) => {
            object.iter().map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value)).collect()
        }
        Value::Array(array) => array.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    all.extend(inner.into_iter().flat_map(|(key, value)| places(value).into_iter().map(move |p| format!("/{key}{p}"))));
    all
}

fn remove(value: &mut Value, place: &str) {
    let Some((parent, key)) = place.rsplit_once('/') else { return };
    match value.pointer_mut(parent) {
        Some(Value::Object(object)) => {
            object.remove(&key.replace("~1", "/").replace("~0", "~"));
        }
        Some(Value::Array(array)) => {
            array.remove(key.parse().expect("an index"));
        }
        _ => {}
    }
}

fn wrong_values() -> Vec<Value> {
    let deep = (0..200).fold(json!(1), |inner, _| json!([inner]));
    vec![
        Value::Null,
        json!(true),
        json!(-1.5),
        json!(4_294_967_295_u64),
        json!(18_446_744_073_709_551_615_u64),
        json!("\u{0}\"\\\u{fffd}"),
        json!([null, {}, "x", [1]]),
        json!({"type": "x", "": {"a": null}}),
        deep,
    ]
}
