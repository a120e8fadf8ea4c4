//! OpenAI chat completions and legacy completions: every recording gives what its payloads say, read here with
//! serde_json and no cleverness.

use std::collections::BTreeMap;

use midstream::{Config, Dialect, Engine, Error, ErrorKind, Framing, Response, Timestamp, Usage, Verdict};
use midstream_testkit::{Case, Recording, shared_data};
use serde_json::{Value, json};

#[test]
fn every_recording_gives_what_its_payloads_say() {
    let Some(data) = shared_data() else { return };
    let recordings = ours(Recording::all(&data));
    let wrong: Vec<_> = recordings.iter().filter_map(|recording| check(recording).err()).collect();
    assert!(wrong.is_empty(), "{} of {} recordings:\n{}", wrong.len(), recordings.len(), wrong.join("\n"));
}

/// The plain way to read a chunk is the twin of the quick one, which compares it with the chunk before but for its text.
#[test]
fn chunks_that_begin_alike_are_read_as_if_they_did_not() {
    let unlike = |(at, frame): (usize, &String)| {
        let space = " ".repeat(1 + at % 2);
        let frame = frame.replace("\"choices\":[", &format!("\"choices\":[{space}"));
        match frame.strip_prefix('{') {
            Some(rest) => format!("{{{space}{rest}"),
            None => frame,
        }
    };
    let recorded = shared_data().map(|data| ours(Recording::all(&data)));
    let recorded = recorded.iter().flatten().map(|recording| (&recording.name[..], &recording.body[..]));
    let cases = cases();
    let cases = cases.iter().map(|case| (case.folder.to_str().expect("a plain path"), &case.body[..]));
    for (name, body) in recorded.chain(cases) {
        let alike = payloads(body);
        let unlike: Vec<_> = alike.iter().enumerate().map(unlike).collect();
        let [alike, unlike] = [alike, unlike].map(|frames| {
            let mut response = decode_frames(Dialect::OpenaiChat, &frames);
            response.error = response.error.map(|error| Error::new(error.kind, 0, error.message));
            response
        });
        assert_eq!(alike, unlike, "{name}");
    }
}

#[test]
fn the_value_so_far_of_a_tool_input_is_there_when_asked_for() {
    let chunk = |input: &str| {
        let call = json!({"index": 0, "id": "call_a", "function": {"name": "f", "arguments": input}});
        format!("data: {}\n\n", json!({"choices": [{"delta": {"tool_calls": [call]}}]}))
    };
    let mut session = Engine::new(Config::default()).session(Timestamp::ZERO);
    assert_eq!(session.tool_input("call_a"), None);
    for (input, expected) in [("{\"por", "{}"), ("t\":\"Br", "{\"port\":\"Br\"}"), ("est\"}", "{\"port\":\"Brest\"}")] {
        session.feed(chunk(input).as_bytes(), Timestamp::ZERO);
        let value = session.tool_input("call_a").expect("the call is open");
        assert_eq!(serde_json::to_string(value).unwrap(), expected);
    }
    session.finish(Timestamp::ZERO);
    assert_eq!(session.tool_input("call_a"), None);
}

#[test]
fn tool_input_that_is_nested_too_deep_is_text_without_a_value() {
    for (depth, has_value) in [(128, true), (129, false)] {
        let input = "[".repeat(depth) + &"]".repeat(depth);
        let call = json!({"id": "call_a", "function": {"name": "f", "arguments": input}});
        let chunk = json!({"choices": [{"delta": {"tool_calls": [call]}, "finish_reason": "tool_calls"}]});
        let response = decode_frames(Dialect::OpenaiChat, &[chunk.to_string()]);
        let call = &response.choices[0].tool_calls[0];
        assert_eq!((call.input.is_some(), call.input_text.len()), (has_value, 2 * depth));
    }
}

#[test]
fn the_order_of_keys_changes_nothing_in_the_response() {
    for case in cases() {
        let frames = payloads(&case.body);
        // serde_json sorts the keys that it writes.
        let sorted: Vec<_> = frames.iter().map(|frame| sorted(frame)).collect();
        // So do the values of what is handed on as it came.
        let value = |frames| serde_json::to_value(decode_frames(case.dialect, frames)).expect("a response serialises");
        assert_eq!(value(&frames), value(&sorted), "{}", case.folder.display());
    }
}

#[test]
fn a_value_of_any_kind_anywhere_is_never_fatal() {
    let kinds = [json!(null), json!(true), json!(-1.5), json!(4294967296u64), json!("x"), json!([[]]), json!({"a": 1})];
    let mut tried = 0;
    for case in cases() {
        for frame in payloads(&case.body) {
            let Ok(chunk) = serde_json::from_str::<Value>(&frame) else { continue };
            for path in paths(&chunk) {
                for kind in &kinds {
                    let mut changed = chunk.clone();
                    *changed.pointer_mut(&path).expect("a path of this chunk") = kind.clone();
                    // A lone frame, since an error elsewhere in the case would hide one here.
                    let response = decode_frames(case.dialect, &[changed.to_string()]);
                    let error = response.error.as_ref().map(|error| error.kind);
                    assert!(
                        matches!(
                            error,
                            None | Some(ErrorKind::Provider | ErrorKind::Limit | ErrorKind::InvalidToolInput)
                        ),
                        "{changed}: {response:?}"
                    );
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 10_000, "only {tried} changes");
}

#[test]
fn what_a_hostile_stream_repeats_is_kept_within_limits() {
    let many = 20_000;
    let calls =
        |n: u32| json!({"choices": [{"delta": {"tool_calls": [{"id": n.to_string(), "function": {"name": "f"}}]}}]});
    let choices = |n: u32| json!({"choices": [{"index": n, "delta": {"content": "x"}}]});
    let fields = |n: u32| json!({"choices": [], "news": n});
    for (frame, limit) in
        [(&calls as &dyn Fn(u32) -> Value, "max_tool_calls"), (&choices, "max_choices"), (&fields, "")]
    {
        let frames: Vec<_> = (0..many).map(|n| frame(n).to_string()).collect();
        let response = decode_frames(Dialect::OpenaiChat, &frames);
        match response.error {
            Some(error) => assert!(error.message.contains(limit), "{error}"),
            None => assert_eq!((limit, response.unknown_events), ("", many.into())),
        }
    }
    let deep = format!("{{\"choices\":[{{\"delta\":{{\"content\":{}", "[".repeat(1_000_000));
    assert_eq!(decode_frames(Dialect::OpenaiChat, &[deep]).verdict, Some(Verdict::Failed));
    let nested = format!("{{\"choices\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(decode_frames(Dialect::OpenaiChat, &[nested]).unknown_events, 1);
}

fn ours(mut recordings: Vec<Recording>) -> Vec<Recording> {
    let ours = [Dialect::OpenaiChat, Dialect::OpenaiCompletions];
    recordings.retain(|recording| recording.dialect.is_some_and(|dialect| ours.contains(&dialect)));
    assert!(recordings.len() > 250, "only {} recordings", recordings.len());
    recordings
}

/// The cases of `corpus/` in our dialects.
fn cases() -> Vec<Case> {
    let mut cases = Case::all();
    cases.retain(|case| matches!(case.dialect, Dialect::OpenaiChat | Dialect::OpenaiCompletions));
    assert!(cases.len() > 20, "only {} cases", cases.len());
    cases
}

fn decode_frames(dialect: Dialect, frames: &[String]) -> Response {
    let body: String = frames.iter().map(|frame| format!("data: {frame}\n\n")).collect();
    let config = Config { framing: Some(Framing::Sse), dialect: Some(dialect), ..Config::default() };
    decode(config, body.as_bytes())
}

fn sorted(frame: &str) -> String {
    serde_json::from_str::<Value>(frame).map_or(frame.into(), |value| value.to_string())
}

/// JSON pointers to every value inside `value`.
fn paths(value: &Value) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(key, value)| (format!("/{key}"), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, value)| (format!("/{at}"), value)).collect(),
        _ => Vec::new(),
    };
    let deeper = |(path, value): (String, &Value)| {
        let below: Vec<_> = paths(value).into_iter().map(|rest| format!("{path}{rest}")).collect();
        [path].into_iter().chain(below)
    };
    inner.into_iter().flat_map(deeper).collect()
}

fn check(recording: &Recording) -> Result<(), String> {
    let expected = Expected::of(&recording.body);
    for dialect in [recording.dialect, None] {
        let config = Config { framing: Some(recording.framing), dialect, ..Config::default() };
        let found = Expected::from(decode(config, &recording.body));
        if found != expected {
            return Err(format!(
                "{}, dialect {dialect:?}:\n  found    {found:?}\n  expected {expected:?}",
                recording.name
            ));
        }
    }
    Ok(())
}

fn decode(config: Config, body: &[u8]) -> Response {
    let mut session = Engine::new(config).session(Timestamp::ZERO);
    let mut response = Response::default();
    session.feed(body, Timestamp::ZERO);
    session.finish(Timestamp::ZERO);
    while let Some(event) = session.poll() {
        response.push(event);
    }
    response
}

/// What is compared.
#[derive(Debug, Default, PartialEq)]
struct Expected {
    id: Option<String>,
    model: Option<String>,
    choices: BTreeMap<u64, Answer>,
    usage: Usage,
    verdict: Option<Verdict>,
    error: Option<String>,
    unknown_events: u64,
}

#[derive(Debug, Default, PartialEq)]
struct Answer {
    text: String,
    reasoning: String,
    refusal: String,
    /// Id, name and input of each.
    tool_calls: Vec<(String, String, String)>,
    /// Where the call with this `index` stands among them.
    places: BTreeMap<Option<u64>, usize>,
    finish_reason: Option<String>,
}

impl From<Response> for Expected {
    fn from(response: Response) -> Self {
        let answer = |choice: midstream::Choice| Answer {
            text: choice.text,
            reasoning: choice.reasoning,
            refusal: choice.refusal,
            tool_calls: choice.tool_calls.into_iter().map(|call| (call.id, call.name, call.input_text)).collect(),
            finish_reason: choice.raw_finish_reason,
            places: BTreeMap::new(),
        };
        Self {
            id: response.id,
            model: response.model,
            choices: response.choices.into_iter().map(|choice| (choice.index.into(), answer(choice))).collect(),
            usage: response.usage,
            verdict: response.verdict,
            error: response.error.filter(|error| error.is_fatal()).map(|error| error.message),
            unknown_events: response.unknown_events,
        }
    }
}

impl Expected {
    fn of(body: &[u8]) -> Self {
        let mut expected = Self::default();
        let mut done = false;
        for payload in payloads(body) {
            done |= payload == "[DONE]";
            // A last frame that was cut off is read as far as it goes.
            let Some(Ok(chunk)) = serde_json::Deserializer::from_str(&payload).into_iter().next() else { continue };
            expected.chunk(&chunk);
        }
        let finished = !expected.choices.is_empty() && expected.choices.values().all(|a| a.finish_reason.is_some());
        for answer in expected.choices.values_mut() {
            answer.places.clear();
        }
        expected.choices.retain(|_, answer| *answer != Answer::default());
        expected.verdict = Some(match expected.error {
            Some(_) => Verdict::Failed,
            None if done || finished => Verdict::Complete,
            None => Verdict::Truncated,
        });
        expected
    }

    fn chunk(&mut self, chunk: &Value) {
        for (mine, key) in [(&mut self.id, "id"), (&mut self.model, "model")] {
            *mine = words(&chunk[key]).map(Into::into).or(mine.take());
        }
        for usage in [&chunk["x_groq"]["usage"], &chunk["usage"]] {
            let count = |path: &str| usage.pointer(path).and_then(Value::as_u64);
            self.usage.update(&Usage {
                input_tokens: count("/prompt_tokens"),
                output_tokens: count("/completion_tokens"),
                reasoning_tokens: count("/completion_tokens_details/reasoning_tokens").or(count("/reasoning_tokens")),
                cache_read_tokens: count("/prompt_tokens_details/cached_tokens")
                    .or(count("/prompt_cache_hit_tokens"))
                    .or(count("/cache_read_input_tokens")),
                cache_write_tokens: count("/prompt_tokens_details/cache_write_tokens")
                    .or(count("/prompt_tokens_details/cache_creation_tokens"))
                    .or(count("/cache_creation_input_tokens")),
                total_tokens: count("/total_tokens"),
            });
        }
        if let Some(message) = words(&chunk["error"]["message"]) {
            self.error.get_or_insert(message.into());
        }
        for choice in chunk["choices"].as_array().into_iter().flatten() {
            let answer = self.choices.entry(choice["index"].as_u64().unwrap_or(0)).or_default();
            match choice.get("delta") {
                Some(delta) => answer.delta(delta),
                None => answer.text += words(&choice["text"]).unwrap_or_default(),
            }
            answer.finish_reason = words(&choice["finish_reason"]).map(Into::into).or(answer.finish_reason.take());
        }
    }
}

impl Answer {
    fn delta(&mut self, delta: &Value) {
        self.text += words(&delta["content"]).unwrap_or_default();
        for part in delta["content"].as_array().into_iter().flatten() {
            self.text += words(&part["text"]).unwrap_or_default();
            for thought in part["thinking"].as_array().into_iter().flatten() {
                self.reasoning += words(&thought["text"]).unwrap_or_default();
            }
        }
        self.refusal += words(&delta["refusal"]).unwrap_or_default();
        match words(&delta["reasoning_content"]).or(words(&delta["reasoning"])) {
            Some(reasoning) => self.reasoning += reasoning,
            None => {
                for detail in delta["reasoning_details"].as_array().into_iter().flatten() {
                    self.reasoning += words(&detail["text"]).or(words(&detail["summary"])).unwrap_or_default();
                }
            }
        }
        for call in delta["tool_calls"].as_array().into_iter().flatten() {
            let input = words(&call["function"]["arguments"]).unwrap_or_default();
            let name = words(&call["function"]["name"]).unwrap_or_default();
            if let Some(id) = words(&call["id"])
                && self.tool_calls.iter().all(|(known, ..)| known != id)
            {
                self.places.insert(call["index"].as_u64(), self.tool_calls.len());
                self.tool_calls.push((id.into(), name.into(), String::new()));
            }
            let place = self.places[&call["index"].as_u64()];
            self.tool_calls[place].2 += input;
        }
    }
}

fn words(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

/// The payloads of an SSE body, or the lines of a body without framing.
fn payloads(body: &[u8]) -> Vec<String> {
    let body = String::from_utf8_lossy(body).replace("\r\n", "\n");
    if !body.contains("data:") {
        return body.lines().map(Into::into).collect();
    }
    let data = |block: &str| {
        let lines = block.lines().filter_map(|line| line.strip_prefix("data:"));
        lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
    };
    body.split("\n\n").map(data).filter(|data| !data.is_empty()).collect()
}
