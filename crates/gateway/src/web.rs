//! The web app, taken into the binary when it was built before it.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use bytes::Bytes;
use rust_embed::RustEmbed;

use crate::reply;

/// What Vite made of the web app. A debug build reads it from the folder at run time.
#[derive(RustEmbed)]
#[folder = "../../wasm/www/dist"]
#[allow_missing = true]
struct Dist;

/// The file of the web app at `path`, if it has one.
pub(crate) fn asset(path: &str, request: &HeaderMap) -> Option<Response<Body>> {
    let name = match path.trim_start_matches('/') {
        "" => "index.html",
        name => name,
    };
    match Dist::get(name) {
        Some(file) => Some(respond(name, file.data.into_owned().into(), &file.metadata.sha256_hash(), request)),
        None if path == "/" => Some(isolated(reply::typed(StatusCode::OK, HTML, NOT_BUILT))),
        None => None,
    }
}

fn respond(name: &str, data: Bytes, hash: &[u8], request: &HeaderMap) -> Response<Body> {
    let tag = format!("\"{}\"", hash.iter().take(16).map(hex).collect::<String>());
    let tag = HeaderValue::from_str(&tag).expect("hexadecimal digits can stand in a header");
    let mut response = if request.get(IF_NONE_MATCH) == Some(&tag) {
        reply::typed(StatusCode::NOT_MODIFIED, content_type(name), Body::empty())
    } else {
        reply::typed(StatusCode::OK, content_type(name), data)
    };
    // Vite writes a hash of the content into the names of what it puts into `assets`.
    let cache = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    response.headers_mut().insert(ETAG, tag);
    isolated(response)
}

/// Cross-origin isolation, which gives pages shared memory and finer clocks.
fn isolated(mut response: Response<Body>) -> Response<Body> {
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-embedder-policy", "require-corp"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
    ] {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

fn content_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    TYPES.iter().find(|(known, _)| *known == extension).map_or("application/octet-stream", |(_, kind)| kind)
}

fn hex(byte: &u8) -> String {
    format!("{byte:02x}")
}

const HTML: &str = "text/html; charset=utf-8";

const TYPES: &[(&str, &str)] = &[
    ("css", "text/css; charset=utf-8"),
    ("html", HTML),
    ("ico", "image/x-icon"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("map", "application/json"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("webmanifest", "application/manifest+json"),
    ("webp", "image/webp"),
    ("woff2", "font/woff2"),
];

/// The page of a gateway that was built before the web app was.
const NOT_BUILT: &str = include_str!("not_built.html");

#[cfg(test)]
mod tests {
    use super::*;

    fn get(name: &str, known: Option<&'static str>) -> Response<Body> {
        let request = known.map(|tag| (IF_NONE_MATCH, HeaderValue::from_static(tag))).into_iter().collect();
        respond(name, Bytes::from_static(b"x"), &[0xAB; 32], &request)
    }

    #[test]
    fn files_have_their_types_and_are_kept_as_long_as_they_hold() {
        for (name, kind, cache) in [
            ("index.html", HTML, "no-cache"),
            ("assets/index-B1x9.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
            ("assets/midstream-4f.wasm", "application/wasm", "public, max-age=31536000, immutable"),
            ("robots", "application/octet-stream", "no-cache"),
        ] {
            let response = get(name, None);
            let header = |name: HeaderName| response.headers()[name].to_str().unwrap();
            assert_eq!((header(axum::http::header::CONTENT_TYPE), header(CACHE_CONTROL)), (kind, cache), "{name}");
            assert_eq!(header(ETAG), "\"abababababababababababababababab\"");
            for (policy, value) in
                [("cross-origin-opener-policy", "same-origin"), ("cross-origin-embedder-policy", "require-corp")]
            {
                assert_eq!(header(HeaderName::from_static(policy)), value, "{name}");
            }
        }
    }

    #[test]
    fn a_file_that_is_known_is_not_sent_again() {
        assert_eq!(get("index.html", Some("\"abababababababababababababababab\"")).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(get("index.html", Some("\"other\"")).status(), StatusCode::OK);
    }
}
