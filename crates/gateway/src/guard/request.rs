//! What a client asks, through its guard: masked before the upstream sees it.

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderValue, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use midstream::rewrite::{Guard, Seen, body_with_findings};

use super::{KEY_PARAMETERS, events};
use crate::metrics::Counts;
use crate::query::{form_decoded, percent_decoded, percent_encoded};
use crate::reply;

/// `request` with the words of its body, at most `max_bytes`, as `guard` lets them pass, and how many matches there were.
///
/// # Errors
///
/// What the client is told where the request may not go on: a rule stops it, or no rule can read it.
pub(crate) async fn request(
    request: Request<Body>,
    guard: &Guard,
    max_bytes: usize,
    counts: &Counts,
) -> Result<(Request<Body>, usize), Box<Response<Body>>> {
    let refuse = |status, kind, message: &str| Err(Box::new(reply::error(status, kind, message)));
    let (mut parts, body) = request.into_parts();
    if parts.headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        let message = "expected a request that is not compressed, since its words must be checked";
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unchecked", message);
    }
    let bytes = match Limited::new(body, max_bytes).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            let message = format!("expected a request of at most `max_frame_bytes` ({max_bytes}), found a longer one");
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "unchecked", &message);
        }
        Err(error) => return refuse(StatusCode::BAD_REQUEST, "incomplete_request", &error.to_string()),
    };
    // Zeros are text in UTF-16, most of which would pass for UTF-8.
    let Some(text) = std::str::from_utf8(&bytes).ok().filter(|text| !text.contains('\0')) else {
        let message = "expected a request in UTF-8, since its words must be checked";
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unchecked", message);
    };
    let mut seen = Seen::default();
    let filtered = match body_with_findings(guard, text, &mut seen) {
        Ok(filtered) => filtered,
        Err(reason) => return refuse(StatusCode::FORBIDDEN, "content_filter", &reason),
    };
    counts.asked(&events(guard, &seen));
    counts.unchecked(seen.audio, "request");
    let bytes = filtered.map_or(bytes, Into::into);
    if !bytes.is_empty() || parts.headers.contains_key(CONTENT_LENGTH) {
        parts.headers.remove(TRANSFER_ENCODING);
        parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    }
    Ok((Request::from_parts(parts, Body::from(bytes)), seen.matches.len()))
}

/// `uri` with the words of its query as `guard` lets them pass, but for keys, and how many matches there were.
///
/// # Errors
///
/// What the client is told where the request may not go on: a rule stops it, or covers words of its path or of a
/// parameter's name, which the upstream needs as they are.
pub(crate) fn target(uri: &Uri, guard: &Guard, counts: &Counts) -> Result<(Uri, usize), Box<Response<Body>>> {
    let refuse = |reason: &str| Box::new(reply::error(StatusCode::FORBIDDEN, "content_filter", reason));
    let mut seen = Seen::default();
    let mut filtered = |text: &str| body_with_findings(guard, text, &mut seen).map_err(|reason| refuse(&reason));
    if filtered(&percent_decoded(uri.path()))?.is_some() {
        return Err(refuse("a rule covers words of the request's path"));
    }
    let Some(query) = uri.query() else { return Ok((uri.clone(), 0)) };
    let mut pairs = Vec::new();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if filtered(&form_decoded(name))?.is_some() {
            return Err(refuse("a rule covers the name of one of the request's parameters"));
        }
        let masked = if KEY_PARAMETERS.contains(&name) { None } else { filtered(&form_decoded(value))? };
        pairs.push(masked.map_or(pair.to_owned(), |masked| format!("{name}={}", percent_encoded(&masked))));
    }
    counts.asked(&events(guard, &seen));
    let target = PathAndQuery::try_from(format!("{}?{}", uri.path(), pairs.join("&")));
    Ok((target.expect("parts of URIs that were parsed make one").into(), seen.matches.len()))
}

/// How many matches there were in the request, for the client.
pub(crate) const REQUEST_MATCHES: &str = "x-midstream-request-matches";
