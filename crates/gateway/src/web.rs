//! The web app, taken into the binary when it was built before it.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use bytes::Bytes;
use rust_embed::{EmbeddedFile, RustEmbed};

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
        Some(plain) => {
            // A file of the same name with `.br` behind it is the same, compressed.
            let compressed = Dist::get(&format!("{name}.br")).map(Content::of);
            Some(File { name, plain: Content::of(plain), compressed }.respond(request))
        }
        None if path == "/" => Some(isolated(reply::typed(StatusCode::OK, HTML, NOT_BUILT))),
        None => None,
    }
}

struct File<'n> {
    name: &'n str,
    plain: Content,
    compressed: Option<Content>,
}

struct Content {
    data: Bytes,
    hash: [u8; 32],
}

impl Content {
    fn of(file: EmbeddedFile) -> Self {
        let data = match file.data {
            Cow::Borrowed(data) => Bytes::from_static(data),
            Cow::Owned(data) => data.into(),
        };
        Self { data, hash: file.metadata.sha256_hash() }
    }
}

impl File<'_> {
    fn respond(self, request: &HeaderMap) -> Response<Body> {
        let Self { name, plain, compressed } = self;
        let varies = compressed.is_some();
        let brotli = compressed.filter(|_| takes_brotli(request));
        let coding = brotli.is_some().then_some(HeaderValue::from_static("br"));
        let file = brotli.unwrap_or(plain);
        let tag = format!("\"{}\"", file.hash.iter().take(16).map(hex).collect::<String>());
        let tag = HeaderValue::from_str(&tag).expect("hexadecimal digits can stand in a header");
        let mut response = if request.get(IF_NONE_MATCH) == Some(&tag) {
            reply::typed(StatusCode::NOT_MODIFIED, content_type(name), Body::empty())
        } else {
            reply::typed(StatusCode::OK, content_type(name), file.data)
        };
        let headers = response.headers_mut();
        // Vite writes a hash of the content into the names of what it puts into `assets`.
        let cache = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
        headers.insert(ETAG, tag);
        headers.extend(coding.map(|coding| (CONTENT_ENCODING, coding)));
        if varies {
            headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        }
        // Browsers say when they fetch a script as a service worker. Wherever it lies, it may serve the whole site.
        if request.get(SERVICE_WORKER).is_some_and(|value| value == "script") {
            headers.insert(SERVICE_WORKER_ALLOWED, HeaderValue::from_static("/"));
        }
        isolated(response)
    }
}

/// Whether `Accept-Encoding` has `br` in it, and not with a weight of 0 (RFC 9110, section 12.5.3).
fn takes_brotli(request: &HeaderMap) -> bool {
    let values = request.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case("br") && weight != Some(0.0)
    })
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

const SERVICE_WORKER: HeaderName = HeaderName::from_static("service-worker");
const SERVICE_WORKER_ALLOWED: HeaderName = HeaderName::from_static("service-worker-allowed");
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

    fn ask(name: &str, headers: &[(HeaderName, &'static str)]) -> Response<Body> {
        let request = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
        let content = |data: &'static [u8], hash| Content { data: Bytes::from_static(data), hash: [hash; 32] };
        let compressed = name.ends_with(".wasm").then(|| content(b"compressed", 0xCD));
        File { name, plain: content(b"plain", 0xAB), compressed }.respond(&request)
    }

    fn get(name: &str, known: Option<&'static str>) -> Response<Body> {
        ask(name, known.map(|tag| (IF_NONE_MATCH, tag)).as_slice())
    }

    #[test]
    fn a_compressed_file_goes_to_those_who_take_it() {
        for (accepted, coding) in [
            (None, None),
            (Some("gzip, deflate"), None),
            (Some("gzip, deflate, br, zstd"), Some("br")),
            (Some("BR;q=0.5"), Some("br")),
            (Some("br; q=0, gzip"), None),
            (Some("brotli"), None),
        ] {
            let response =
                ask("pkg/lean_agentic_wasm_bg.wasm", accepted.map(|value| (ACCEPT_ENCODING, value)).as_slice());
            let header = |name: HeaderName| response.headers().get(name).map(|value| value.to_str().unwrap());
            assert_eq!(header(CONTENT_ENCODING), coding, "{accepted:?}");
            assert_eq!(header(axum::http::header::CONTENT_TYPE), Some("application/wasm"));
            assert_eq!(header(VARY), Some("accept-encoding"));
            assert_eq!(header(ETAG).unwrap().starts_with("\"cd"), coding.is_some());
        }
        assert!(!get("index.html", None).headers().contains_key(VARY));
    }

    #[test]
    fn a_service_worker_may_serve_the_whole_site() {
        let worker = ask("assets/sw.js", &[(SERVICE_WORKER, "script")]);
        assert_eq!(worker.headers()[SERVICE_WORKER_ALLOWED], "/");
        assert!(!get("assets/sw.js", None).headers().contains_key(SERVICE_WORKER_ALLOWED));
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
