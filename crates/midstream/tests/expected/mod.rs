//! What a recording amounts to, worked out the plain way from its payloads, for comparison with what midstream says.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test takes what it needs")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use midstream::{Config, Engine, Response, Timestamp, Usage, Verdict};
use midstream_testkit::Recording;

/// What the reference makes of a recording.
#[derive(Debug, Default, PartialEq)]
pub struct Expected {
    pub id: Option<String>,
    pub model: Option<String>,
    pub text: String,
    pub reasoning: String,
    /// Id, name and input as text of each tool call.
    pub tools: Vec<(String, String, String)>,
    pub usage: Usage,
    pub finish: Option<String>,
    pub verdict: Option<Verdict>,
}

impl Expected {
    /// The same of a response.
    pub fn of(response: &Response) -> Self {
        assert!(response.choices.len() <= 1, "{} choices", response.choices.len());
        let choice = response.choices.first().cloned().unwrap_or_default();
        let call = |call: &midstream::ToolCall| (call.id.clone(), call.name.clone(), call.input_text.clone());
        Self {
            id: response.id.clone(),
            model: response.model.clone(),
            text: choice.text.clone(),
            reasoning: choice.reasoning.clone(),
            tools: choice.tool_calls.iter().map(call).collect(),
            usage: response.usage.clone(),
            finish: choice.raw_finish_reason.clone(),
            verdict: response.verdict,
        }
    }
}

/// The final object of `body`.
pub fn response(config: &Config, body: &[u8]) -> Response {
    let mut session = Engine::new(config.clone()).session(Timestamp::ZERO);
    let mut response = Response::default();
    session.feed(body, Timestamp::ZERO);
    session.finish(Timestamp::ZERO);
    while let Some(event) = session.poll() {
        response.push(event);
    }
    response
}

/// The configuration that the manifest asks for.
pub fn config(recording: &Recording) -> Config {
    Config { framing: Some(recording.framing), dialect: recording.dialect, ..Config::default() }
}

/// The JSON payloads of an SSE body whose data stand on one line each, or of a body with one payload a line.
pub fn payloads(body: &[u8]) -> Vec<serde_json::Value> {
    let text = std::str::from_utf8(body).unwrap();
    text.lines()
        .map(|line| line.strip_prefix("data:").unwrap_or(line).trim())
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The messages of an event-stream body, perhaps in base64: `:event-type` and payload of each. Checksums are not looked
/// at.
pub fn messages(body: &[u8]) -> Vec<(String, serde_json::Value)> {
    let decoded;
    let mut rest = body;
    if body.first() == Some(&b'A') {
        decoded = STANDARD.decode(body.trim_ascii()).unwrap();
        rest = &decoded;
    }
    let mut messages = Vec::new();
    while !rest.is_empty() {
        let number = |at: usize| u32::from_be_bytes(rest[at..at + 4].try_into().unwrap()) as usize;
        let (length, headers) = (number(0), number(4));
        let payload = &rest[12 + headers..length - 4];
        let event = header(&rest[12..12 + headers], ":event-type");
        messages.push((event, serde_json::from_slice(payload).unwrap()));
        rest = &rest[length..];
    }
    messages
}

/// A header of type 7 (string).
fn header(mut headers: &[u8], name: &str) -> String {
    while let [length, rest @ ..] = headers {
        let (key, rest) = rest.split_at(*length as usize);
        assert_eq!(rest[0], 7, "a string");
        let length = u16::from_be_bytes([rest[1], rest[2]]) as usize;
        let (value, rest) = rest[3..].split_at(length);
        if key == name.as_bytes() {
            return String::from_utf8(value.to_vec()).unwrap();
        }
        headers = rest;
    }
    panic!("no header {name}")
}
