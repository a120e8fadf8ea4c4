//! An answer that comes whole, through its guard.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, Response, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use midstream::dialect::Decoder;
use midstream::rewrite::{self, Filters, Guard, Rewriter, Seen, body_with_findings};
use midstream::wire::{Frame, Origin};
use midstream::{Dialect, Event, Framing, Limits};

use super::body::MATCHES;
use super::{Findings, UNCHECKED, events};
use crate::metrics::Counts;
use crate::reply;
use crate::upstream::causes;

/// What became of an answer.
pub(crate) enum Whole {
    /// It may be shown.
    Passed(Response<Body>),
    /// It may not, or came to nothing: this is shown in its place, for this reason.
    Refused(Response<Body>, String),
}

/// Reads `response` to its end, which is at most `max_bytes` away, and puts its words through `guard`.
pub(crate) async fn whole<B>(
    response: Response<B>,
    guard: &Arc<Guard>,
    dialect: Option<Dialect>,
    max_bytes: usize,
    findings: &Findings,
    counts: &Counts,
) -> Whole
where
    B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let (mut parts, body) = response.into_parts();
    let refuse = |status, kind, reason: String| Whole::Refused(reply::error(status, kind, &reason), reason);
    if parts.headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        let reason = "the upstream's answer is compressed, so its words could not be checked".to_owned();
        return refuse(StatusCode::BAD_GATEWAY, "unchecked", reason);
    }
    let bytes = match Limited::new(body, max_bytes).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            let reason = format!(
                "the upstream's answer is longer than `max_frame_bytes` ({max_bytes}), so its words could not be checked"
            );
            return refuse(StatusCode::BAD_GATEWAY, "unchecked", reason);
        }
        Err(error) => {
            let reason = format!("the upstream's answer broke off: {}", causes(&*error));
            return refuse(StatusCode::BAD_GATEWAY, "upstream_no_answer", reason);
        }
    };
    let Ok(text) = std::str::from_utf8(&bytes) else {
        let passes = |kind: &&str| (*kind != "audio" || guard.passes_audio()) && says_nothing(guard, &bytes);
        if let Some(kind) = media(&parts.headers).filter(passes) {
            counts.unchecked(1, "answer");
            parts.headers.insert(UNCHECKED, HeaderValue::from_static(kind));
            return Whole::Passed(Response::from_parts(parts, Body::from(bytes)));
        }
        let reason = "the upstream's answer is not UTF-8, so its words could not be checked".to_owned();
        return refuse(StatusCode::BAD_GATEWAY, "unchecked", reason);
    };
    if text.contains('\0') {
        let reason =
            "the upstream's answer has zeros in it, as text that is no UTF-8 has, so its words could not be checked";
        return refuse(StatusCode::BAD_GATEWAY, "unchecked", reason.to_owned());
    }
    let mut seen = Seen::default();
    let (filtered, events) = match rewrite::framing(text).or_else(|| array(text, dialect)) {
        Some(framing) => stream(text, framing, dialect, guard, &mut seen),
        None => (body_with_findings(&**guard, text, &mut seen), events(guard, &seen)),
    };
    let events_found = events.len();
    counts.found(&events);
    findings.extend(events);
    match filtered {
        Err(reason) => refuse(StatusCode::FORBIDDEN, "content_filter", reason),
        Ok(filtered) => {
            let bytes = filtered.map_or(bytes, Bytes::from);
            parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
            parts.headers.insert(MATCHES, HeaderValue::from(events_found));
            if seen.audio > 0 {
                counts.unchecked(seen.audio, "answer");
                parts.headers.insert(UNCHECKED, super::AUDIO);
            }
            Whole::Passed(Response::from_parts(parts, Body::from(bytes)))
        }
    }
}

/// What may be shown of a stream that its head gave out for something else, and what was found in it.
fn stream(
    text: &str,
    framing: Framing,
    dialect: Option<Dialect>,
    guard: &Arc<Guard>,
    seen: &mut Seen,
) -> (Result<Option<String>, String>, Vec<Event>) {
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    // Lines of a file may be anything: each of their strings is checked.
    let dialect = match framing {
        Framing::Ndjson if dialect.is_none() && !is_known(first) => Some(Dialect::Unknown),
        _ => dialect,
    };
    let limits = Limits { max_frame_bytes: text.len().max(1), ..Limits::default() };
    let mut rewriter = Rewriter::new(Some(framing), dialect, &limits, Arc::clone(guard) as _);
    let mut out = rewriter.feed(text.as_bytes());
    out.extend(rewriter.finish());
    let events = rewriter.findings().map(|finding| guard.event(&finding)).collect();
    seen.audio += rewriter.audio();
    let filtered = match rewriter.stopped() {
        Some(reason) => Err(reason.to_owned()),
        None => Ok(Some(String::from_utf8_lossy(&out).into_owned())),
    };
    (filtered, events)
}

/// Whether one line tells the dialect of all.
fn is_known(line: &str) -> bool {
    let frame = Frame { event: "", data: line, id: "", retry: None, offset: 0, origin: Origin::Message };
    Decoder::recognise(Framing::Ndjson, &frame).is_some()
}

/// How Gemini's stream is framed where it is one array.
fn array(text: &str, dialect: Option<Dialect>) -> Option<Framing> {
    let is_array = dialect == Some(Dialect::Gemini) && text.trim_ascii_start().starts_with('[');
    is_array.then_some(Framing::JsonArray)
}

/// Whether no rule covers what stands in bytes that are no text.
fn says_nothing(guard: &Guard, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    matches!(body_with_findings(guard, &text, &mut Seen::default()), Ok(None))
}

/// What a body is that no rule could read: audio (film has some), or a picture.
fn media(headers: &axum::http::HeaderMap) -> Option<&'static str> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let kinds = [("audio/", "audio"), ("video/", "audio"), ("image/", "image")];
    kinds.iter().find(|(beginning, _)| kind.starts_with(beginning)).map(|(_, name)| *name)
}
