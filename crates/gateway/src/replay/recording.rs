//! The recording of an answer: its bytes, cut where frames end, and what its head says.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response, StatusCode};
use bytes::Bytes;
use midstream::wire::{Decoder, Item};
use midstream::{Config, Dialect, Engine, Framing, Timestamp};
use serde_json::Value;

use crate::paced::Paced;
use crate::reply;

/// A recording made ready.
#[derive(Debug, Clone)]
pub(super) struct Recording {
    status: StatusCode,
    content_type: &'static str,
    frames: Arc<[Bytes]>,
}

impl Recording {
    /// The recording of an answer, whose file is called `name`.
    pub(super) fn new(name: &str, body: Bytes) -> Self {
        if name.ends_with(".payloads.jsonl") {
            return Self::of_payloads(&body);
        }
        let framing = FRAMINGS.iter().find(|(end, _)| name.ends_with(end)).map(|(_, framing)| *framing);
        Self::of_body(body, framing)
    }

    /// A body as the provider sent it.
    fn of_body(body: Bytes, framing: Option<Framing>) -> Self {
        let (frames, framing) = frames(&body, framing);
        let whole: Option<Value> = serde_json::from_slice(&body).ok();
        let content_type = match framing {
            _ if whole.is_some() => "application/json",
            Some(Framing::Sse) => EVENT_STREAM,
            Some(Framing::Ndjson) => NDJSON,
            Some(Framing::JsonArray) => "application/json",
            Some(Framing::EventStream) => AWS_EVENT_STREAM,
            _ => "text/plain; charset=utf-8",
        };
        // An error body is answered with the status that it names.
        let named =
            whole.as_ref().and_then(|whole| whole["error"]["code"].as_u64()).and_then(|n| u16::try_from(n).ok());
        let status = named.filter(|code| (400..600).contains(code)).and_then(|code| StatusCode::from_u16(code).ok());
        Self { status: status.unwrap_or(StatusCode::OK), content_type, frames: frames.into() }
    }

    /// Payloads, one a line, framed as their dialect has it.
    fn of_payloads(body: &[u8]) -> Self {
        let dialect = dialect(body);
        let lines = body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
        let (content_type, frame): (_, fn(&[u8]) -> Bytes) = match dialect {
            Some(Dialect::Ollama | Dialect::CohereV1) => (NDJSON, |line| [line, b"\n"].concat().into()),
            Some(Dialect::BedrockConverse) => (AWS_EVENT_STREAM, aws_message),
            Some(Dialect::Anthropic | Dialect::OpenaiResponses | Dialect::CohereV2) => (EVENT_STREAM, named_event),
            _ => (EVENT_STREAM, event),
        };
        Self { status: StatusCode::OK, content_type, frames: lines.map(frame).collect() }
    }

    pub(super) fn respond(&self, pace: Duration) -> Response<Body> {
        let frames = Arc::clone(&self.frames);
        let frames = (0..frames.len()).map(move |at| frames[at].clone());
        let mut response = reply::typed(self.status, self.content_type, Body::new(Paced::new(frames, pace)));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        response
    }
}

/// `body` in pieces that end where a frame is whole, and its framing.
fn frames(body: &Bytes, framing: Option<Framing>) -> (Vec<Bytes>, Option<Framing>) {
    let mut decoder = Decoder::new(framing, usize::MAX);
    let mut frames = Vec::new();
    let mut start = 0;
    for end in 1..=body.len() {
        let mut whole = false;
        decoder.feed(&body[end - 1..end], &mut |_, item| whole |= matches!(item, Item::Frame(_)));
        if whole {
            frames.push(body.slice(start..end));
            start = end;
        }
    }
    if start < body.len() {
        frames.push(body.slice(start..));
    }
    (frames, decoder.framing())
}

/// The dialect of payloads, one a line.
fn dialect(payloads: &[u8]) -> Option<Dialect> {
    let config = Config { framing: Some(Framing::Ndjson), ..Config::default() };
    let mut session = Engine::new(config).session(Timestamp::ZERO);
    session.feed(payloads, Timestamp::ZERO);
    session.finish(Timestamp::ZERO);
    session.dialect()
}

fn event(payload: &[u8]) -> Bytes {
    [b"data: ", payload, b"\n\n"].concat().into()
}

fn named_event(payload: &[u8]) -> Bytes {
    let value: Option<Value> = serde_json::from_slice(payload).ok();
    match value.as_ref().and_then(|value| value["type"].as_str()) {
        Some(kind) => [b"event: ", kind.as_bytes(), b"\n", &event(payload)[..]].concat().into(),
        None => event(payload),
    }
}

/// A message of `application/vnd.amazon.eventstream`: `{"messageStart": {...}}` is an event of that type whose payload
/// is the object in it.
fn aws_message(line: &[u8]) -> Bytes {
    let value: Option<Value> = serde_json::from_slice(line).ok();
    let member = value.as_ref().and_then(Value::as_object).and_then(|object| object.iter().next());
    let (kind, payload) = match member {
        Some((kind, payload)) => (kind.as_str(), payload.to_string().into_bytes()),
        None => ("unknown", line.to_vec()),
    };
    let mut headers = Vec::new();
    for (name, value) in [(":event-type", kind), (":content-type", "application/json"), (":message-type", "event")] {
        let length = u16::try_from(value.len()).expect("names of events are short");
        headers.push(u8::try_from(name.len()).expect("names of headers are short"));
        headers.extend_from_slice(name.as_bytes());
        headers.push(AWS_STRING);
        headers.extend_from_slice(&length.to_be_bytes());
        headers.extend_from_slice(value.as_bytes());
    }
    let length =
        |bytes: usize| u32::try_from(bytes).expect("a line of a recording is shorter than 4 GiB").to_be_bytes();
    let mut message = Vec::new();
    message.extend_from_slice(&length(headers.len() + payload.len() + AWS_OVERHEAD));
    message.extend_from_slice(&length(headers.len()));
    message.extend_from_slice(&crc32fast::hash(&message).to_be_bytes());
    message.extend_from_slice(&headers);
    message.extend_from_slice(&payload);
    message.extend_from_slice(&crc32fast::hash(&message).to_be_bytes());
    message.into()
}

const EVENT_STREAM: &str = "text/event-stream; charset=utf-8";
const NDJSON: &str = "application/x-ndjson";
const AWS_EVENT_STREAM: &str = "application/vnd.amazon.eventstream";

/// What endings of names say of framings.
const FRAMINGS: &[(&str, Framing)] =
    &[(".sse", Framing::Sse), (".ndjson", Framing::Ndjson), (".awseventstream.bin", Framing::EventStream)];

/// The type of a header that is a string.
const AWS_STRING: u8 = 7;

/// Two lengths and two checksums, in bytes.
const AWS_OVERHEAD: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn text(frames: &[Bytes]) -> Vec<String> {
        frames.iter().map(|frame| String::from_utf8_lossy(frame).into_owned()).collect()
    }

    #[test]
    fn a_body_is_cut_where_its_frames_end() {
        let body = Bytes::from_static(b": hi\n\ndata: 1\n\ndata: 2\r\n\r\ndata: 3");
        let (frames, framing) = frames(&body, None);
        assert_eq!(framing, Some(Framing::Sse));
        assert_eq!(text(&frames).concat().as_bytes(), body);
        assert_eq!(text(&frames)[0], ": hi\n\ndata: 1\n\n");
        assert_eq!(frames.len(), 3);
    }

    #[test]
    fn payloads_are_framed_as_their_dialect_has_it() {
        let anthropic = br#"{"type":"message_start","message":{"id":"m","model":"c","usage":{"input_tokens":1}}}"#;
        let recording = Recording::of_payloads(anthropic);
        assert_eq!(recording.content_type, EVENT_STREAM);
        assert!(text(&recording.frames)[0].starts_with("event: message_start\ndata: {\"type\""));

        let chat = br#"{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"x"}}]}"#;
        assert!(text(&Recording::of_payloads(chat).frames)[0].starts_with("data: {\"object\""));

        let ollama = br#"{"model":"m","created_at":"t","message":{"role":"assistant","content":"x"},"done":false}"#;
        assert_eq!(Recording::of_payloads(ollama).content_type, NDJSON);
    }

    #[test]
    fn converse_payloads_become_messages_with_valid_checksums() {
        let lines = b"{\"messageStart\":{\"role\":\"assistant\"}}\n{\"contentBlockDelta\":{\"contentBlockIndex\":0,\
                      \"delta\":{\"text\":\"x\"}}}\n{\"messageStop\":{\"stopReason\":\"end_turn\"}}";
        let recording = Recording::of_payloads(lines);
        assert_eq!((recording.content_type, recording.frames.len()), (AWS_EVENT_STREAM, 3));
        let body = recording.frames.concat();
        let mut session = Engine::new(Config::default()).session(Timestamp::ZERO);
        session.feed(&body, Timestamp::ZERO);
        session.finish(Timestamp::ZERO);
        let mut response = midstream::Response::default();
        while let Some(event) = session.poll() {
            response.push(event);
        }
        assert_eq!(response.verdict, Some(midstream::Verdict::Complete), "{response:?}");
        assert_eq!(response.choices[0].text, "x");
    }

    #[test]
    fn an_error_body_has_the_status_that_it_names() {
        let recording = Recording::of_body(Bytes::from_static(br#"{"error":{"code":404,"message":"no"}}"#), None);
        assert_eq!((recording.status, recording.content_type), (StatusCode::NOT_FOUND, "application/json"));
    }
}
