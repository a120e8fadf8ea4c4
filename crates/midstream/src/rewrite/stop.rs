//! The frames with which a stream that must not go on ends: a finish and an error, as the dialect has them.

use super::messages;
use crate::dialect::Dialect;
use crate::json::write_string;
use crate::wire::Framing;

/// What the frames need to know of the stream.
#[derive(Debug)]
pub(super) struct Stopped<'s> {
    pub(super) dialect: Dialect,
    pub(super) id: &'s str,
    pub(super) model: &'s str,
    /// Answers that began and did not finish.
    pub(super) choices: &'s [u32],
    /// The provider's number of the block that is open, where it numbers them and one is.
    pub(super) block: Option<u64>,
    pub(super) reason: &'s str,
}

/// An event's name and its payload.
type Ending = (&'static str, String);

impl Stopped<'_> {
    /// The ending, in order.
    pub(super) fn frames(&self) -> Vec<Ending> {
        let (id, model, reason) = (quoted(self.id), quoted(self.model), quoted(self.reason));
        let error = format!(r#"{{"error":{{"message":{reason},"type":"content_filter","code":"{CODE}"}}}}"#);
        match self.dialect {
            Dialect::OpenaiChat => {
                let finish = |choice: &u32| {
                    let choice = format!(r#"{{"index":{choice},"delta":{{}},"finish_reason":"content_filter"}}"#);
                    (
                        "",
                        format!(
                            r#"{{"id":{id},"object":"chat.completion.chunk","model":{model},"choices":[{choice}]}}"#
                        ),
                    )
                };
                let mut frames: Vec<Ending> = self.choices.iter().map(finish).collect();
                frames.extend([("", error), ("", DONE.into())]);
                frames
            }
            Dialect::OpenaiCompletions => {
                let finish = |choice: &u32| {
                    let choice = format!(r#"{{"index":{choice},"text":"","finish_reason":"content_filter"}}"#);
                    ("", format!(r#"{{"id":{id},"object":"text_completion","model":{model},"choices":[{choice}]}}"#))
                };
                let mut frames: Vec<Ending> = self.choices.iter().map(finish).collect();
                frames.extend([("", error), ("", DONE.into())]);
                frames
            }
            Dialect::OpenaiResponses => {
                let response = format!(
                    r#"{{"id":{id},"object":"response","model":{model},"status":"failed","output":[],"error":{{"code":"{CODE}","message":{reason}}}}}"#
                );
                vec![("response.failed", format!(r#"{{"type":"response.failed","response":{response}}}"#))]
            }
            Dialect::Anthropic => {
                let mut frames = Vec::new();
                if let Some(block) = self.block {
                    frames.push(("content_block_stop", format!(r#"{{"type":"content_block_stop","index":{block}}}"#)));
                }
                frames.push((
                    "message_delta",
                    r#"{"type":"message_delta","delta":{"stop_reason":"refusal","stop_sequence":null},"usage":{}}"#
                        .into(),
                ));
                frames.push(("error", format!(r#"{{"type":"error","error":{{"type":"{CODE}","message":{reason}}}}}"#)));
                frames
            }
            Dialect::GeminiLive => {
                let mut frames = Vec::new();
                if !self.choices.is_empty() {
                    let ending = r#"{"turnComplete":true,"turnCompleteReason":"RESPONSE_REJECTED"}"#;
                    frames.push(("", format!(r#"{{"serverContent":{ending}}}"#)));
                }
                let status = r#""code":400,"status":"FAILED_PRECONDITION""#;
                frames.push(("", format!(r#"{{"error":{{{status},"message":{reason}}}}}"#)));
                frames
            }
            Dialect::Gemini => {
                let finish = |choice: &u32| {
                    let words = r#""content":{"parts":[],"role":"model"}"#;
                    let candidate = format!(
                        r#"{{{words},"index":{choice},"finishReason":"PROHIBITED_CONTENT","finishMessage":{reason}}}"#
                    );
                    ("", format!(r#"{{"candidates":[{candidate}],"modelVersion":{model}}}"#))
                };
                let mut frames: Vec<Ending> = self.choices.iter().map(finish).collect();
                let status = r#""code":400,"status":"FAILED_PRECONDITION""#;
                frames.push(("", format!(r#"{{"error":{{{status},"message":{reason}}}}}"#)));
                frames
            }
            Dialect::Ollama => vec![("", format!(r#"{{"error":{reason}}}"#))],
            Dialect::CohereV1 => vec![(
                "stream-end",
                format!(
                    r#"{{"event_type":"stream-end","is_finished":true,"finish_reason":"ERROR_TOXIC","error":{reason}}}"#
                ),
            )],
            Dialect::CohereV2 => vec![(
                "message-end",
                format!(r#"{{"type":"message-end","delta":{{"finish_reason":"ERROR","error":{reason}}}}}"#),
            )],
            Dialect::BedrockConverse => vec![
                ("messageStop", r#"{"stopReason":"guardrail_intervened"}"#.into()),
                ("modelStreamErrorException", format!(r#"{{"message":{reason}}}"#)),
            ],
            Dialect::BedrockInvoke => vec![("modelStreamErrorException", format!(r#"{{"message":{reason}}}"#))],
            Dialect::Tgi | Dialect::Watsonx => {
                vec![("", format!(r#"{{"error":{reason},"error_type":"{CODE}"}}"#))]
            }
            Dialect::OpenaiRealtime => {
                let mut frames = Vec::new();
                if !self.choices.is_empty() {
                    let details = r#"{"type":"incomplete","reason":"content_filter"}"#;
                    let response = format!(
                        r#"{{"id":{id},"object":"realtime.response","status":"incomplete","status_details":{details},"output":[]}}"#
                    );
                    frames
                        .push(("", format!(r#"{{"type":"response.done","event_id":"{CODE}","response":{response}}}"#)));
                }
                let error = format!(r#"{{"type":"invalid_request_error","code":"{CODE}","message":{reason}}}"#);
                frames.push(("", format!(r#"{{"type":"error","event_id":"{CODE}","error":{error}}}"#)));
                frames
            }
            Dialect::OpenaiTranscription | Dialect::GeminiInteractions => {
                let error = format!(r#"{{"type":"{CODE}","code":"{CODE}","message":{reason}}}"#);
                vec![("error", format!(r#"{{"type":"error","error":{error}}}"#))]
            }
            Dialect::Text => Vec::new(),
            Dialect::OpenaiAssistants | Dialect::Replicate | Dialect::Mcp | Dialect::Unknown => vec![("error", error)],
        }
    }
}

/// Appends a frame to a body; `first` where none came before it.
pub(super) fn write(framing: Framing, (event, payload): &Ending, first: bool, out: &mut Vec<u8>) {
    match framing {
        Framing::Sse => {
            if !event.is_empty() {
                out.extend_from_slice(format!("event: {event}\n").as_bytes());
            }
            out.extend_from_slice(format!("data: {payload}\n\n").as_bytes());
        }
        Framing::Ndjson => out.extend_from_slice(format!("{payload}\n").as_bytes()),
        Framing::Ws => messages::write(payload, false, out),
        Framing::JsonArray => out.extend_from_slice(format!("{}{payload}", if first { '[' } else { ',' }).as_bytes()),
        Framing::EventStream => {
            let (kind, name) = match event.ends_with("Exception") {
                true => ("exception", ":exception-type"),
                false => ("event", ":event-type"),
            };
            let mut headers = Vec::new();
            for (name, value) in [(":message-type", kind), (name, event), (":content-type", "application/json")] {
                headers.push(name.len() as u8);
                headers.extend_from_slice(name.as_bytes());
                headers.push(STRING);
                headers.extend_from_slice(&(value.len() as u16).to_be_bytes());
                headers.extend_from_slice(value.as_bytes());
            }
            super::encode::message(&headers, payload.as_bytes(), out);
        }
        Framing::Text => {}
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::new();
    write_string(text, &mut out);
    out
}

/// The code of the errors with which midstream ends a stream.
const CODE: &str = "midstream_stopped";

/// What ends OpenAI's streams.
const DONE: &str = "[DONE]";

/// AWS event stream: a header's value is a string.
const STRING: u8 = 7;
