//! Puts another payload into a frame; the rest of the frame stays as it came.

use super::messages;
use crate::wire::crc32;
use crate::wire::{Framing, Origin};

/// A frame as it stands in the body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Raw<'r> {
    pub(super) framing: Framing,
    pub(super) origin: Origin,
    /// The frame's bytes, with what stands between it and the frame before.
    pub(super) bytes: &'r [u8],
    /// Where in `bytes` the payload begins.
    pub(super) payload_at: usize,
}

/// Appends `raw` to `out` with `payload` in the place of its own.
pub(super) fn replace(raw: Raw<'_>, payload: &str, out: &mut Vec<u8>) {
    match raw.framing {
        Framing::Sse if raw.origin != Origin::Bare => sse(raw.bytes, payload, |_| true, out),
        Framing::EventStream => event_stream(raw.bytes, payload.as_bytes(), out),
        Framing::Text => out.extend_from_slice(payload.as_bytes()),
        Framing::Ws => messages::write(payload, messages::is_binary(raw.bytes), out),
        Framing::Sse | Framing::Ndjson | Framing::JsonArray => {
            let length = raw.bytes[raw.payload_at..].trim_ascii_end().len();
            out.extend_from_slice(&raw.bytes[..raw.payload_at]);
            out.extend_from_slice(payload.as_bytes());
            out.extend_from_slice(&raw.bytes[raw.payload_at + length..]);
        }
    }
}

/// Appends to `out` a further frame like `raw`, behind it or behind a later one, with `payload`.
pub(super) fn another(raw: Raw<'_>, payload: &str, out: &mut Vec<u8>) {
    match raw.framing {
        Framing::Sse => sse(raw.bytes, payload, |name| name == b"event" || name == b"id", out),
        Framing::EventStream => event_stream(raw.bytes, payload.as_bytes(), out),
        Framing::Text => out.extend_from_slice(payload.as_bytes()),
        Framing::Ws => messages::write(payload, messages::is_binary(raw.bytes), out),
        Framing::Ndjson => {
            out.extend_from_slice(payload.as_bytes());
            out.push(b'\n');
        }
        Framing::JsonArray => {
            out.push(b',');
            out.extend_from_slice(payload.as_bytes());
        }
    }
}

/// Writes a server-sent event with the lines of `bytes` whose field's name `keep` likes and with `payload` as its data.
fn sse(bytes: &[u8], payload: &str, keep: impl Fn(&[u8]) -> bool, out: &mut Vec<u8>) {
    let mut written = false;
    let mut rest = bytes;
    while !rest.is_empty() {
        let end = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let terminator = match &rest[end..] {
            [b'\r', b'\n', ..] => 2,
            [] => 0,
            _ => 1,
        };
        let (line, next) = rest.split_at(end + terminator);
        rest = next;
        let name = line[..end].strip_prefix(BOM).unwrap_or(&line[..end]);
        let name = &name[..memchr::memchr(b':', name).unwrap_or(name.len())];
        if name != b"data" {
            if end == 0 || keep(name) {
                out.extend_from_slice(line);
            }
            continue;
        }
        if !std::mem::replace(&mut written, true) {
            for part in payload.split(['\n', '\r']) {
                out.extend_from_slice(b"data: ");
                out.extend_from_slice(part.as_bytes());
                out.extend_from_slice(&line[end..]);
            }
        }
    }
}

/// Whether `bytes` are as long as they say.
pub(super) fn is_message(bytes: &[u8]) -> bool {
    bytes.first_chunk().is_some_and(|length| u32::from_be_bytes(*length) as usize == bytes.len())
}

/// Writes a message with the headers of `bytes`, which is one message, and with `payload`.
fn event_stream(bytes: &[u8], payload: &[u8], out: &mut Vec<u8>) {
    let headers_length = u32::from_be_bytes(bytes[4..8].try_into().expect("four bytes"));
    let headers = &bytes[PRELUDE..PRELUDE + headers_length as usize];
    message(headers, payload, out);
}

/// Writes an AWS event-stream message.
pub(super) fn message(headers: &[u8], payload: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    let length = PRELUDE + headers.len() + payload.len() + CHECKSUM;
    out.extend_from_slice(&(length as u32).to_be_bytes());
    out.extend_from_slice(&(headers.len() as u32).to_be_bytes());
    out.extend_from_slice(&crc32(&out[start..]).to_be_bytes());
    out.extend_from_slice(headers);
    out.extend_from_slice(payload);
    out.extend_from_slice(&crc32(&out[start..]).to_be_bytes());
}

/// Length of a message's prelude, in bytes.
const PRELUDE: usize = 12;
/// Length of a message's checksum, in bytes.
const CHECKSUM: usize = 4;
/// A byte order mark, which may stand before the first line.
const BOM: &[u8] = b"\xef\xbb\xbf";

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(framing: Framing, bytes: &[u8], payload_at: usize) -> Raw<'_> {
        Raw { framing, origin: Origin::Message, bytes, payload_at }
    }

    #[test]
    fn only_the_payload_changes() {
        for (framing, before, payload_at, payload, after) in [
            (
                Framing::Sse,
                "id: 7\r\nevent: x\r\ndata: {\"a\":1}\r\n\r\n",
                0,
                "{}",
                "id: 7\r\nevent: x\r\ndata: {}\r\n\r\n",
            ),
            (
                Framing::Sse,
                ": note\ndata: {\ndata: \"a\":1}\nretry: 5\n\n",
                0,
                "{\n}",
                ": note\ndata: {\ndata: }\nretry: 5\n\n",
            ),
            (Framing::Ndjson, "\n {\"a\":1}\n", 2, "{}", "\n {}\n"),
            (Framing::JsonArray, ",\r\n{\"a\":1}", 3, "{}", ",\r\n{}"),
        ] {
            let mut out = Vec::new();
            replace(raw(framing, before.as_bytes(), payload_at), payload, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), after);
        }
    }

    #[test]
    fn a_further_frame_has_no_comments_and_sets_no_time() {
        let mut out = Vec::new();
        another(raw(Framing::Sse, b"\xef\xbb\xbf: note\nretry: 5\nevent: x\ndata: 1\n\n", 0), "2", &mut out);
        assert_eq!(out, b"event: x\ndata: 2\n\n");
    }
}
