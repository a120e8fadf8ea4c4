//! An answer that comes whole, through its guard.

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, Response, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use midstream::rewrite::{Filters, Guard, Seen, body_with_findings};

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
    guard: &Guard,
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
        if let Some(kind) = media(&parts.headers).filter(|kind| *kind != "audio" || guard.passes_audio()) {
            counts.unchecked(1, "answer");
            parts.headers.insert(UNCHECKED, HeaderValue::from_static(kind));
            return Whole::Passed(Response::from_parts(parts, Body::from(bytes)));
        }
        let reason = "the upstream's answer is not UTF-8, so its words could not be checked".to_owned();
        return refuse(StatusCode::BAD_GATEWAY, "unchecked", reason);
    };
    let mut seen = Seen::default();
    let filtered = body_with_findings(guard, text, &mut seen);
    let events = events(guard, &seen);
    counts.found(&events);
    findings.extend(events);
    match filtered {
        Err(reason) => refuse(StatusCode::FORBIDDEN, "content_filter", reason),
        Ok(filtered) => {
            let bytes = filtered.map_or(bytes, Bytes::from);
            parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
            parts.headers.insert(MATCHES, HeaderValue::from(seen.matches.len()));
            if seen.audio > 0 {
                counts.unchecked(seen.audio, "answer");
                parts.headers.insert(UNCHECKED, super::AUDIO);
            }
            Whole::Passed(Response::from_parts(parts, Body::from(bytes)))
        }
    }
}

/// What a body is that no rule could read: audio (film has some), or a picture.
fn media(headers: &axum::http::HeaderMap) -> Option<&'static str> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let kinds = [("audio/", "audio"), ("video/", "audio"), ("image/", "image")];
    kinds.iter().find(|(beginning, _)| kind.starts_with(beginning)).map(|(_, name)| *name)
}
