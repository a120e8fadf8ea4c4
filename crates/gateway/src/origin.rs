//! Which web pages may use the gateway: those that it serves, those on this machine, and those that were named.
//!
//! Without this any page that a browser opens could read the streams that pass, and spend a key from the environment.
//! That a page is one of the gateway's own is only as sure as the name that it calls the gateway by; see `hosts`.

use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HOST, ORIGIN, UPGRADE, VARY,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use axum::middleware::Next;

use crate::hosts;
use crate::reply;

/// Who is let in.
#[derive(Debug, Default)]
pub(crate) struct Access {
    /// Web origins whose pages may use the gateway.
    pub(crate) origins: Vec<String>,
    /// Names that it may be called by; see [`hosts::foreign`].
    pub(crate) hosts: Vec<String>,
}

/// Who asks, by a request's `Origin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    /// No web page: a program, or a page's own navigation.
    Program,
    /// A page that may.
    Friend,
    /// A page that may not.
    Stranger,
}

/// Judges the `Origin` of a request; `named` are the origins of the configuration.
pub(crate) fn asker(headers: &HeaderMap, named: &[String]) -> Asker {
    let Some(origin) = headers.get(ORIGIN) else { return Asker::Program };
    let Ok(origin) = origin.to_str() else { return Asker::Stranger };
    if named.iter().any(|name| name.trim_end_matches('/') == origin) {
        return Asker::Friend;
    }
    let Ok(uri) = origin.parse::<Uri>() else { return Asker::Stranger };
    let Some(authority) = uri.authority() else { return Asker::Stranger };
    let served_here = headers.get(HOST).is_some_and(|host| host.as_bytes() == authority.as_str().as_bytes());
    if is_loopback(authority) || served_here { Asker::Friend } else { Asker::Stranger }
}

fn is_loopback(authority: &Authority) -> bool {
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Lets requests in, and answers what browsers ask before and of requests across origins.
pub(crate) async fn guard(access: Arc<Access>, request: Request<Body>, next: Next) -> Response<Body> {
    if let Some(host) = hosts::foreign(request.uri(), request.headers(), &access.hosts) {
        let message = format!(
            "expected to be called by an IP address, `localhost` or a name in the gateway's `allowed_hosts`, found \
             `{host}`"
        );
        return reply::error(StatusCode::MISDIRECTED_REQUEST, "unknown_host", &message);
    }
    let asker = asker(request.headers(), &access.origins);
    let Some(origin) = request.headers().get(ORIGIN).cloned() else { return next.run(request).await };
    let preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    // Browsers let any page open a WebSocket anywhere: it is up to the server to refuse.
    let opens = request.headers().contains_key(UPGRADE);
    let mut response = match asker {
        Asker::Stranger if preflight || opens => {
            let message = format!("pages of {origin:?} may not use this gateway; add it to its `origins`");
            reply::error(StatusCode::FORBIDDEN, "forbidden_origin", &message)
        }
        _ if preflight => preflight_reply(&request),
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    // What an upstream says of origins holds for itself and not for the gateway.
    headers.remove(ACCESS_CONTROL_ALLOW_ORIGIN);
    headers.remove(ACCESS_CONTROL_ALLOW_CREDENTIALS);
    headers.append(VARY, HeaderValue::from_static("origin"));
    if asker == Asker::Friend {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("*"));
    }
    response
}

fn preflight_reply(request: &Request<Body>) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE, HEAD"));
    if let Some(asked) = request.headers().get(ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
    }
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_this_machine_and_of_the_gateway_may() {
        let named = ["https://chat.example.com".to_owned()];
        for (origin, expected) in [
            (None, Asker::Program),
            (Some("http://localhost:5173"), Asker::Friend),
            (Some("http://127.0.0.1:3000"), Asker::Friend),
            (Some("http://[::1]:3000"), Asker::Friend),
            (Some("http://gateway.internal:8080"), Asker::Friend),
            (Some("https://chat.example.com"), Asker::Friend),
            (Some("https://example.com"), Asker::Stranger),
            (Some("http://localhost.example.com"), Asker::Stranger),
            (Some("http://gateway.internal:9090"), Asker::Stranger),
            (Some("null"), Asker::Stranger),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("gateway.internal:8080"));
            headers.extend(origin.map(|origin| (ORIGIN, HeaderValue::from_static(origin))));
            assert_eq!(asker(&headers, &named), expected, "{origin:?}");
        }
    }
}
