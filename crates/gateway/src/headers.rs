//! What becomes of headers on their way through.

use axum::http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, EXPECT, HOST, ORIGIN,
    SEC_WEBSOCKET_PROTOCOL,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use midstream::{Dialect, Framing};

use crate::guard::KEY_PARAMETERS;

/// The id of the stream that a response became.
pub(crate) const STREAM: HeaderName = HeaderName::from_static("x-midstream-stream");

/// Leaves of a client's headers what the upstream at `host` should see. The body is asked for as it is, since a
/// compressed one can't be read along.
pub(crate) fn to_upstream(headers: &mut HeaderMap, host: HeaderValue) {
    drop_hop_by_hop(headers);
    headers.remove(EXPECT);
    // The request is the gateway's: a browser's origin was already judged here, and some upstreams refuse it.
    headers.remove(ORIGIN);
    headers.insert(HOST, host);
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
}

/// Leaves of an upstream's headers what the client should see.
pub(crate) fn to_client(headers: &mut HeaderMap) {
    drop_hop_by_hop(headers);
}

/// Takes away what a body that is rewritten on its way has no more: a known length, a digest.
pub(crate) fn without_length(headers: &mut HeaderMap) {
    for name in ["content-length", "content-md5", "content-digest", "repr-digest", "etag"] {
        headers.remove(name);
    }
}

/// Whether the client brings a key of its own.
pub(crate) fn has_key(headers: &HeaderMap, query: Option<&str>) -> bool {
    let is_key = |(name, _): (&str, &str)| KEY_PARAMETERS.contains(&name);
    let bears = |value: &HeaderValue| !value.to_str().is_ok_and(|text| text.trim().eq_ignore_ascii_case("bearer"));
    headers.get(AUTHORIZATION).is_some_and(bears)
        || [X_API_KEY, X_GOOG_API_KEY, API_KEY].iter().any(|name| headers.contains_key(name))
        || query.is_some_and(|query| query.split('&').filter_map(|pair| pair.split_once('=')).any(is_key))
        // Where browsers, which can't set headers on a WebSocket, put it for OpenAI.
        || headers.get(SEC_WEBSOCKET_PROTOCOL).and_then(|it| it.to_str().ok()).is_some_and(|it| it.contains("api-key."))
}

/// Adds `key` in the header that the provider wants it in, as far as the request's dialect or the upstream's name
/// tells. `false` where the key can't stand in a header.
pub(crate) fn add_key(headers: &mut HeaderMap, upstream: &str, dialect: Option<Dialect>, key: &str) -> bool {
    let name = match dialect {
        Some(Dialect::Anthropic) => X_API_KEY,
        Some(Dialect::Gemini | Dialect::GeminiInteractions) => X_GOOG_API_KEY,
        _ if upstream.starts_with("anthropic") => X_API_KEY,
        _ if upstream.starts_with("gemini") || upstream.starts_with("google") => X_GOOG_API_KEY,
        _ if upstream.starts_with("azure") => API_KEY,
        _ => AUTHORIZATION,
    };
    let value = if name == AUTHORIZATION { format!("Bearer {key}") } else { key.to_owned() };
    let Ok(mut value) = HeaderValue::from_str(&value) else { return false };
    value.set_sensitive(true);
    headers.remove(AUTHORIZATION);
    headers.insert(name, value);
    true
}

/// How a body is framed, where its content type says so. JSON may be one object or an array of many, so that is left
/// to its first bytes, as is everything that should not be there: HTML, compressed bytes.
pub(crate) fn framing(headers: &HeaderMap) -> Option<Framing> {
    if headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return None;
    }
    match essence(headers)?.as_str() {
        "text/event-stream" => Some(Framing::Sse),
        "application/x-ndjson"
        | "application/ndjson"
        | "application/jsonl"
        | "application/x-jsonlines"
        | "application/stream+json" => Some(Framing::Ndjson),
        "application/vnd.amazon.eventstream" => Some(Framing::EventStream),
        _ => None,
    }
}

/// The content type without its parameters, in lower case.
fn essence(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next()?.trim().to_ascii_lowercase())
}

/// RFC 9110, section 7.6.1: what concerns one connection only, and what `Connection` says does.
fn drop_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().map(HeaderName::as_str).chain(HOP_BY_HOP.iter().copied()) {
        headers.remove(name);
    }
}

const HOP_BY_HOP: &[&str] = &[
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const X_GOOG_API_KEY: HeaderName = HeaderName::from_static("x-goog-api-key");
const API_KEY: HeaderName = HeaderName::from_static("api-key");

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn what_concerns_one_connection_stays_there() {
        let mut map = headers(&[
            ("connection", "close, X-Private"),
            ("x-private", "1"),
            ("keep-alive", "timeout=5"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "h2c"),
            ("host", "localhost"),
            ("origin", "http://localhost:5173"),
            ("accept-encoding", "gzip, br"),
            ("x-kept", "1"),
        ]);
        to_upstream(&mut map, HeaderValue::from_static("api.openai.com"));
        let expected = headers(&[("host", "api.openai.com"), ("accept-encoding", "identity"), ("x-kept", "1")]);
        assert_eq!(map, expected);
    }

    #[test]
    fn a_key_is_added_where_the_provider_looks_for_it() {
        for (upstream, dialect, header, value) in [
            ("openai", Some(Dialect::OpenaiChat), "authorization", "Bearer k"),
            ("anthropic", Some(Dialect::Anthropic), "x-api-key", "k"),
            ("anthropic", None, "x-api-key", "k"),
            ("claude", Some(Dialect::Anthropic), "x-api-key", "k"),
            ("gemini", Some(Dialect::Gemini), "x-goog-api-key", "k"),
            ("azure", Some(Dialect::OpenaiChat), "api-key", "k"),
            ("groq", Some(Dialect::OpenaiChat), "authorization", "Bearer k"),
        ] {
            let mut map = HeaderMap::new();
            assert!(add_key(&mut map, upstream, dialect, "k"));
            assert_eq!(map.get(header).map(|value| value.to_str().unwrap()), Some(value), "{upstream} {dialect:?}");
            assert_eq!(map.len(), 1);
        }
        assert!(!add_key(&mut HeaderMap::new(), "openai", None, "two\nlines"));
    }

    #[test]
    fn a_client_with_a_key_is_recognised() {
        for (map, query, expected) in [
            (headers(&[]), None, false),
            (headers(&[("authorization", "Bearer sk-1")]), None, true),
            (headers(&[("authorization", "Bearer ")]), None, false),
            (headers(&[("x-api-key", "sk")]), None, true),
            (headers(&[("x-goog-api-key", "k")]), None, true),
            (headers(&[("api-key", "k")]), None, true),
            (headers(&[]), Some("alt=sse&key=k"), true),
            (headers(&[]), Some("alt=sse&monkey=k"), false),
            (headers(&[("sec-websocket-protocol", "realtime, openai-insecure-api-key.sk-1")]), None, true),
            (headers(&[("sec-websocket-protocol", "realtime")]), None, false),
        ] {
            assert_eq!(has_key(&map, query), expected, "{map:?} {query:?}");
        }
    }

    #[test]
    fn framing_is_read_from_the_content_type() {
        for (map, expected) in [
            (headers(&[("content-type", "text/event-stream; charset=utf-8")]), Some(Framing::Sse)),
            (headers(&[("content-type", "Application/X-NDJSON")]), Some(Framing::Ndjson)),
            (headers(&[("content-type", "application/vnd.amazon.eventstream")]), Some(Framing::EventStream)),
            (headers(&[("content-type", "application/json")]), None),
            (headers(&[("content-type", "text/event-stream"), ("content-encoding", "gzip")]), None),
            (headers(&[]), None),
        ] {
            assert_eq!(framing(&map), expected, "{map:?}");
        }
    }
}
