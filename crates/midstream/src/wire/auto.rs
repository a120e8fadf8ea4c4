//! Recognises a framing by the first bytes of a body, from the bytes alone, holding back as few as that takes.

use crate::find::find;

use super::event_stream::{BASE64_PRELUDE, PRELUDE, is_base64_prelude, is_prelude};
use super::foreign::{EXCERPT, MAGIC, MARKUP, foreign};
use super::{Framing, excerpt};

/// The bytes that were not enough to tell.
#[derive(Debug, Default)]
pub(super) struct Auto {
    held: Vec<u8>,
}

/// What a body turns out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Framing(Framing),
    /// No stream: what it is instead.
    Foreign(String),
}

impl Auto {
    /// Looks at the next bytes. They are kept only where the answer is `None`.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Option<Found> {
        if self.held.is_empty() {
            let found = recognise(&bytes[..bytes.len().min(WINDOW)], bytes.len() >= WINDOW);
            if found.is_none() {
                self.held.extend_from_slice(bytes);
            }
            return found;
        }
        let before = self.held.len();
        self.held.extend_from_slice(&bytes[..bytes.len().min(WINDOW - before)]);
        let found = recognise(&self.held, self.held.len() >= WINDOW);
        if found.is_some() {
            self.held.truncate(before);
        }
        found
    }

    /// Decides with what there is; `None` where nothing came.
    pub(super) fn finish(&mut self) -> Option<Found> {
        if self.held.is_empty() { None } else { recognise(&self.held, true) }
    }

    /// The bytes held back, which come before the piece that decided.
    pub(super) fn held(self) -> Vec<u8> {
        self.held
    }
}

/// What a body that begins with `bytes` is; `None` where more bytes would tell and `end` does not say that there are
/// none to be had.
pub(super) fn recognise(bytes: &[u8], end: bool) -> Option<Found> {
    let Some(start) = bytes.iter().position(|byte| !byte.is_ascii_whitespace()) else {
        // Line ends and nothing else mean "still here" in server-sent events.
        let only_line_ends = bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
        return end.then_some(Found::Framing(if only_line_ends { Framing::Sse } else { Framing::Text }));
    };
    let first = bytes[start];
    let at_line_start = start == 0 || matches!(bytes[start - 1], b'\r' | b'\n');
    let rest = &bytes[start..];
    let framing = match first {
        b'{' => json_object(rest, end)?,
        b'[' => json_array(rest, end)?,
        b'<' => return markup(rest, end),
        b':' | b'd' | b'e' | b'i' | b'r' if at_line_start => field(rest, end)?,
        _ if start > 0 => Framing::Text,
        b'A' => base64(rest, end)?,
        0x1B if rest.len() == 1 && !end => return None,
        0x1B if rest.get(1) == Some(&b'[') => Framing::Text, // A terminal's colours.
        _ if first.is_ascii_control() || MAGIC.iter().any(|(magic, _)| magic[0] == first) => return binary(rest, end),
        0x80.. => return not_ascii(rest, end),
        _ => Framing::Text,
    };
    Some(Found::Framing(framing))
}

/// Tells NDJSON from a recording of a WebSocket by the members of the first line.
fn json_object(bytes: &[u8], end: bool) -> Option<Framing> {
    let after = bytes[1..].trim_ascii_start();
    let key = match after.first() {
        Some(b'"') => &after[1..],
        Some(b'}') => return Some(Framing::Ndjson),
        Some(_) => return Some(Framing::Text),
        None => return end.then_some(Framing::Ndjson),
    };
    let Some(length) = memchr::memchr(b'"', key) else {
        let may_be = RECORDED.iter().any(|name| name.starts_with(key));
        return if may_be && !end { None } else { Some(Framing::Ndjson) };
    };
    let key = &key[..length];
    if !RECORDED.contains(&key) {
        return Some(Framing::Ndjson);
    }
    // A hand-shake is a line by itself before the messages; a message says its direction.
    let line_end = if key == b"request" { None } else { memchr::memchr(b'\n', bytes) };
    if find(&bytes[..line_end.unwrap_or(bytes.len())], b"\"direction\"").is_some() {
        Some(Framing::Ws)
    } else if line_end.is_some() || end {
        Some(Framing::Ndjson)
    } else {
        None
    }
}

fn json_array(bytes: &[u8], end: bool) -> Option<Framing> {
    match bytes[1..].trim_ascii_start().first() {
        Some(b'{' | b'[' | b'"' | b']') => Some(Framing::JsonArray),
        None => end.then_some(Framing::JsonArray),
        Some(_) if bytes.starts_with(DONE) => Some(Framing::Ndjson),
        Some(_) if DONE.starts_with(bytes) && !end => None,
        Some(_) => Some(Framing::Text),
    }
}

/// Recognises server-sent events by the name of a field.
fn field(bytes: &[u8], end: bool) -> Option<Framing> {
    for name in [&b""[..], b"data", b"event", b"id", b"retry"] {
        match bytes.strip_prefix(name) {
            Some([b':', ..]) => return Some(Framing::Sse),
            Some([b'\r' | b'\n', ..]) if !name.is_empty() => return Some(Framing::Sse),
            Some([]) if !end => return None,
            None if name.starts_with(bytes) && !end => return None,
            _ => {}
        }
    }
    Some(Framing::Text)
}

/// Recognises the documents that servers send in the place of a stream. Other tags may begin a model's answer.
fn markup(bytes: &[u8], end: bool) -> Option<Found> {
    let begins = |name: &[u8], with: &[u8]| name.len() >= with.len() && name[..with.len()].eq_ignore_ascii_case(with);
    if MARKUP.iter().any(|(tag, _)| begins(bytes, tag)) {
        let enough = end || bytes.len() >= EXCERPT || memchr::memchr2(b'\r', b'\n', bytes).is_some();
        return if enough { foreign(bytes).map(Found::Foreign) } else { None };
    }
    if !end && MARKUP.iter().any(|(tag, _)| begins(tag, bytes)) {
        return None;
    }
    Some(Found::Framing(Framing::Text))
}

/// Recognises an Amazon event stream in base64 by its prelude.
fn base64(bytes: &[u8], end: bool) -> Option<Framing> {
    if let Some(prelude) = bytes.first_chunk::<BASE64_PRELUDE>() {
        return Some(if is_base64_prelude(prelude) { Framing::EventStream } else { Framing::Text });
    }
    // The first message is shorter than a mebibyte, so that twelve bits are zero.
    let may_be = b"AA".starts_with(&bytes[..bytes.len().min(2)])
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    if may_be && !end { None } else { Some(Framing::Text) }
}

/// Recognises an Amazon event stream by its prelude, and compressed bodies.
fn binary(bytes: &[u8], end: bool) -> Option<Found> {
    if let Some(what) = foreign(bytes) {
        return Some(Found::Foreign(what));
    }
    if !end && MAGIC.iter().any(|(magic, _)| magic.starts_with(bytes)) {
        return None;
    }
    if !bytes[0].is_ascii_control() {
        return Some(Found::Framing(Framing::Text));
    }
    match bytes.first_chunk::<PRELUDE>() {
        Some(prelude) if is_prelude(prelude) => Some(Found::Framing(Framing::EventStream)),
        Some(prelude) => Some(Found::Foreign(format!("binary data: `{}`", excerpt(prelude)))),
        None if !end => None,
        None if bytes[0] == 0 => Some(Found::Framing(Framing::EventStream)),
        None => Some(Found::Foreign(format!("binary data: `{}`", excerpt(bytes)))),
    }
}

/// Tells text from binary data by the first bytes: a body that begins with a byte that is no UTF-8 and has control
/// characters is no text in any encoding.
fn not_ascii(bytes: &[u8], end: bool) -> Option<Found> {
    let text = Some(Found::Framing(Framing::Text));
    match std::str::from_utf8(bytes) {
        Ok(_) => return text,
        Err(error) if error.valid_up_to() > 0 => return text,
        Err(error) if error.error_len().is_none() => return if end { text } else { None },
        Err(_) => {}
    }
    let seen = &bytes[..bytes.len().min(EXCERPT)];
    if seen.iter().any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()) {
        let shown = &seen[..seen.len().min(PRELUDE)];
        return if shown.len() == PRELUDE || end {
            Some(Found::Foreign(format!("binary data: `{}`", excerpt(shown))))
        } else {
            None
        };
    }
    if end || bytes.len() >= EXCERPT { text } else { None }
}

/// The first member of a line of a recorded WebSocket.
const RECORDED: [&[u8]; 3] = [b"kind", b"direction", b"request"];
const DONE: &[u8] = b"[DONE]";
/// The most that is held back, in bytes; then what came decides.
const WINDOW: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_recognised_by_their_first_bytes() {
        let framing = |framing| Some(Found::Framing(framing));
        let table: &[(&[u8], Option<Found>)] = &[
            (b"data: x", framing(Framing::Sse)),
            (b"data", None),
            (b"dat", None),
            (b"data\n", framing(Framing::Sse)),
            (b"dataset", framing(Framing::Text)),
            (b"\r\n\nevent:", framing(Framing::Sse)),
            (b"\n data:", framing(Framing::Text)),
            (b": ping", framing(Framing::Sse)),
            (b"id: 1", framing(Framing::Sse)),
            (b"idle", framing(Framing::Text)),
            (b"retry:1", framing(Framing::Sse)),
            (b"\n\n", None),
            (b"{\"model", framing(Framing::Ndjson)),
            (b"{\"k", None),
            (b"{\n  \"error", framing(Framing::Ndjson)),
            (b"{}", framing(Framing::Ndjson)),
            (b"{{name}}", framing(Framing::Text)),
            (b"{\"kind\": \"message\", \"dire", None),
            (b"{\"kind\": \"message\", \"direction\": \"", framing(Framing::Ws)),
            (b"{\"kind\": \"message\"}\n{\"direction\"", framing(Framing::Ndjson)),
            (b"{\"request\": {}}\n", None),
            (b"{\"request\": {}}\n{\"kind\": \"message\", \"direction\"", framing(Framing::Ws)),
            (b"[", None),
            (b"[\n {", framing(Framing::JsonArray)),
            (b"[]", framing(Framing::JsonArray)),
            (b"[DON", None),
            (b"[DONE]", framing(Framing::Ndjson)),
            (b"[1] Smith", framing(Framing::Text)),
            (b"<think>", framing(Framing::Text)),
            (b"<ht", None),
            (b"<!doctype html>", None),
            (b"<!doctype html>\n<html>", Some(Found::Foreign("HTML: `<!doctype html>`".into()))),
            (b"<?xml version=\"1.0\"?>\n", Some(Found::Foreign("XML: `<?xml version=\"1.0\"?>`".into()))),
            (b"\x1f", None),
            (b"\x1f\x8b", Some(Found::Foreign("a gzip-compressed body".into()))),
            (b"\x28\xb5\x2f\xfd", Some(Found::Foreign("a zstd-compressed body".into()))),
            (b"(see", framing(Framing::Text)),
            (b"\x78\x9c", Some(Found::Foreign("a deflate-compressed body".into()))),
            (b"x^2", framing(Framing::Text)),
            (b"\0\0\0\x24\0\0\0\0\x51\x63\x56\xad", framing(Framing::EventStream)),
            (b"\0\0\0\x24\0\0\0\0\x51\x63\x56", None),
            (b"AAAAJAAAAABRY1at", framing(Framing::EventStream)),
            (b"AAAAJAAAAABRY1au", framing(Framing::Text)),
            (b"A ", framing(Framing::Text)),
            (b"Hello", framing(Framing::Text)),
            ("é".as_bytes(), framing(Framing::Text)),
            (b"\xc3", None),
        ];
        for (bytes, expected) in table {
            assert_eq!(recognise(bytes, false), *expected, "{}", excerpt(bytes));
        }
        assert_eq!(recognise(b"\xe9t\xe9", true), framing(Framing::Text));
        let brotli = b"\x8b\x07\x80\x01\x02\x03\x04\x05\x06\x07\x08\x09";
        assert!(matches!(recognise(brotli, false), Some(Found::Foreign(_))));
    }

    #[test]
    fn what_was_decided_does_not_change_with_more_bytes() {
        let bodies: &[&[u8]] =
            &[b"data: x\n\n", b"{\"request\": {}}\n{\"kind\": 1}", b"[ {}", b"<html><body>", b"x\x9cz"];
        for body in bodies {
            let decided: Vec<_> = (1..=body.len()).filter_map(|length| recognise(&body[..length], false)).collect();
            assert!(decided.windows(2).all(|pair| pair[0] == pair[1]), "{decided:?}");
        }
    }
}
