//! What a body is that is no stream, in words.

use crate::shown::show;

/// What a body that begins with `head` is, where that is plain to see and no stream.
pub(super) fn foreign(head: &[u8]) -> Option<String> {
    if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(format!("a {name}-compressed body"));
    }
    let is = |tag: &[u8]| head.len() >= tag.len() && head[..tag.len()].eq_ignore_ascii_case(tag);
    let (_, name) = MARKUP.iter().find(|(tag, _)| is(tag))?;
    Some(format!("{name}: `{}`", excerpt(head)))
}

/// The first line of `bytes` as far as it is fit to be shown.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    let seen = &bytes[..bytes.len().min(EXCERPT)];
    let line = seen.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    let mut shown = String::new();
    for chunk in line.utf8_chunks() {
        for c in chunk.valid().chars() {
            // The quotation marks of the message are others.
            if matches!(c, '"' | '\'') { shown.push(c) } else { show(c, &mut shown) }
        }
        for byte in chunk.invalid() {
            shown.push_str(&format!("\\x{byte:02x}"));
        }
    }
    shown
}

/// How compressed bodies begin. (`78 5e` begins a deflate body too, but is the text `x^`.)
pub(super) const MAGIC: [(&[u8], &str); 5] = [
    (b"\x1F\x8B", "gzip"),
    (b"\x28\xB5\x2F\xFD", "zstd"),
    (b"\x78\x01", "deflate"),
    (b"\x78\x9C", "deflate"),
    (b"\x78\xDA", "deflate"),
];

/// How documents begin that servers and proxies send in the place of a stream.
pub(super) const MARKUP: [(&[u8], &str); 8] = [
    (b"<!doctype", "HTML"),
    (b"<!--", "HTML"),
    (b"<html", "HTML"),
    (b"<head", "HTML"),
    (b"<body", "HTML"),
    (b"<title", "HTML"),
    (b"<?xml", "XML"),
    (b"<error", "XML"),
];

/// The most that a message shows of a body, in bytes.
pub(super) const EXCERPT: usize = 80;
