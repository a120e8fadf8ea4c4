//! Bodies made from the fuzzer's bytes.

use midstream::{Dialect, Framing};
use midstream_testkit::{event_stream_message, event_stream_raw};

/// What the first bytes of an input decide.
pub struct Plan {
    /// The rest is the body as it stands.
    pub raw: bool,
    /// The longest frame.
    pub max_frame_bytes: usize,
    seed: u16,
}

impl Plan {
    /// Takes the plan off an input; `None` where it is too short for one.
    pub fn take(input: &[u8]) -> Option<(Self, &[u8])> {
        let (&[flags, limit, low, high], rest) = input.split_first_chunk()?;
        let max_frame_bytes = if flags & 2 == 0 { usize::MAX } else { usize::from(limit) };
        Some((Self { raw: flags & 1 == 0, max_frame_bytes, seed: u16::from_le_bytes([low, high]) }, rest))
    }

    /// Where to cut a body of `length` bytes: one of the ways that the seed can choose.
    pub fn cuts(&self, length: usize) -> Vec<usize> {
        let step = 1 + usize::from(self.seed >> 8) % 40;
        let first = usize::from(self.seed & 0xFF);
        (first..length).step_by(step).filter(|&cut| cut > 0).collect()
    }
}

/// The framing in which a dialect is usually sent; Gemini has two.
pub fn usual_framing(dialect: Dialect, plan: &Plan) -> Framing {
    match dialect {
        Dialect::OpenaiRealtime | Dialect::GeminiLive => Framing::Ws,
        Dialect::Ollama | Dialect::CohereV1 => Framing::Ndjson,
        Dialect::BedrockConverse | Dialect::BedrockInvoke => Framing::EventStream,
        Dialect::Gemini if plan.seed & 1 == 1 => Framing::JsonArray,
        Dialect::Text => Framing::Text,
        _ => Framing::Sse,
    }
}

/// A body of `framing` with one frame for each piece of `bytes` between two bytes `FF`. Bytes from `80` on stand for
/// words that streams are made of, so that the fuzzer gets past the brackets.
pub fn framed(framing: Framing, bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    let mut payloads = bytes.split(|&byte| byte == 0xFF).map(words).peekable();
    if framing == Framing::JsonArray {
        body.push(b'[');
    }
    while let Some(payload) = payloads.next() {
        match framing {
            Framing::Sse => {
                // A payload that begins with a word in `<>` has it as its event.
                let (event, payload) = event_of(&payload);
                if let Some(event) = event {
                    body.extend_from_slice(b"event: ");
                    body.extend_from_slice(event);
                    body.push(b'\n');
                }
                body.extend_from_slice(b"data: ");
                body.extend_from_slice(payload);
                body.extend_from_slice(b"\n\n");
            }
            Framing::Ndjson => {
                body.extend_from_slice(&payload);
                body.push(b'\n');
            }
            Framing::JsonArray => {
                body.extend_from_slice(&payload);
                body.push(if payloads.peek().is_some() { b',' } else { b']' });
            }
            Framing::EventStream => {
                let (event, payload) = event_of(&payload);
                let event = event.and_then(|event| std::str::from_utf8(event).ok()).unwrap_or("messageStart");
                let kind = if event.ends_with("Exception") { ":exception-type" } else { ":event-type" };
                let of = if event.ends_with("Exception") { "exception" } else { "event" };
                body.extend(event_stream_message(&[(":message-type", of), (kind, event)], payload));
            }
            Framing::Ws => {
                body.extend_from_slice(b"{\"kind\":\"message\",\"direction\":\"received\",\"data\":");
                body.extend_from_slice(&payload);
                body.extend_from_slice(b"}\n");
            }
            _ => body.extend_from_slice(&payload),
        }
    }
    body
}

/// Messages whose checksums hold, with headers and payloads as the fuzzer has them: pieces between two bytes `FF`, in
/// turn headers and payload.
pub fn messages(bytes: &[u8]) -> Vec<u8> {
    let mut pieces = bytes.split(|&byte| byte == 0xFF);
    let mut body = Vec::new();
    while let Some(headers) = pieces.next() {
        body.extend(event_stream_raw(headers, pieces.next().unwrap_or_default()));
    }
    body
}

fn event_of(payload: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let inside = payload.strip_prefix(b"<").and_then(|rest| Some((rest, rest.iter().position(|&byte| byte == b'>')?)));
    match inside {
        Some((rest, end)) => (Some(&rest[..end.min(60)]), &rest[end + 1..]),
        None => (None, payload),
    }
}

fn words(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for &byte in bytes {
        match byte.checked_sub(0x80).map(|word| WORDS.get(usize::from(word))) {
            None => out.push(byte),
            Some(word) => out.extend_from_slice(word.unwrap_or(&"\u{e9}").as_bytes()),
        }
    }
    out
}

/// What streams are made of, a byte each.
const WORDS: &[&str] = &[
    "{\"",
    "\":\"",
    "\",\"",
    "\":{\"",
    "\":[{\"",
    "\"}",
    "\"}}",
    "\"}]}",
    "\":0,\"",
    "\":1,\"",
    "\":null,\"",
    "\":true,\"",
    "\":[",
    "]",
    "}",
    "},{\"",
    "\\\"",
    "\\u00e9",
    "\\ud83d",
    "\\n",
    "type",
    "id",
    "index",
    "delta",
    "choices",
    "content",
    "text",
    "role",
    "name",
    "error",
    "message",
    "code",
    "usage",
    "model",
    "object",
    "status",
    "event_type",
    "finish_reason",
    "stop",
    "length",
    "tool_calls",
    "function",
    "arguments",
    "input",
    "call_1",
    "reasoning_content",
    "refusal",
    "chat.completion.chunk",
    "response.",
    "created",
    "completed",
    "failed",
    "incomplete",
    "output_item",
    ".added",
    ".done",
    ".delta",
    "output_text",
    "function_call",
    "item_id",
    "output_index",
    "item",
    "sequence_number",
    "message_start",
    "message_delta",
    "message_stop",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "content_block",
    "text_delta",
    "thinking_delta",
    "input_json_delta",
    "signature_delta",
    "partial_json",
    "thinking",
    "signature",
    "tool_use",
    "stop_reason",
    "end_turn",
    "candidates",
    "parts",
    "finishReason",
    "STOP",
    "functionCall",
    "args",
    "partialArgs",
    "willContinue",
    "usageMetadata",
    "thoughtSignature",
    "thought",
    "done",
    "done_reason",
    "response",
    "created_at",
    "is_finished",
    "tool-call-",
    "start",
    "message-end",
    "contentBlockIndex",
    "contentBlockDelta",
    "contentBlockStart",
    "contentBlockStop",
    "messageStop",
    "stopReason",
    "metadata",
    "toolUse",
    "toolUseId",
    "reasoningContent",
    "bytes",
    "serverContent",
    "modelTurn",
    "toolCall",
    "token",
    "generated_text",
    "details",
    "results",
    "jsonrpc",
    "result",
    "params",
    "thread.",
    "[DONE]",
];
