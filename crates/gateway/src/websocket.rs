//! WebSockets at the gateway's end: the opening handshake, RFC 6455, section 4.2.

use std::future::Future;

use axum::body::Body;
use axum::http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use crate::reply;

/// A connection that has become a WebSocket. What is written on it is not compressed.
pub(crate) type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Answers `request` with the change of protocol that it asks for, after which `serve` has the socket; or says what it
/// should have asked.
pub(crate) fn accept<F>(
    mut request: Request<Body>,
    config: WebSocketConfig,
    serve: impl FnOnce(Socket) -> F + Send + 'static,
) -> Response<Body>
where
    F: Future<Output = ()> + Send,
{
    let headers = request.headers();
    let version = headers.get(SEC_WEBSOCKET_VERSION).is_some_and(|version| version == "13");
    if !is_wanted(headers) || !version || request.method() != Method::GET {
        return required();
    }
    let Some(key) = headers.get(SEC_WEBSOCKET_KEY) else {
        let message = "expected a WebSocket handshake with `Sec-WebSocket-Key`, found none";
        return reply::error(StatusCode::BAD_REQUEST, "invalid_handshake", message);
    };
    let key = derive_accept_key(key.as_bytes());
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        // Otherwise the client went before it had its answer.
        if let Ok(upgraded) = upgrade.await {
            serve(Socket::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await).await;
        }
    });
    let mut response = switch(StatusCode::SWITCHING_PROTOCOLS, Body::empty());
    let accept = HeaderValue::from_str(&key).expect("base64 can stand in a header");
    response.headers_mut().insert(SEC_WEBSOCKET_ACCEPT, accept);
    response
}

/// Whether `headers` ask for a change of protocol to WebSocket.
pub(crate) fn is_wanted(headers: &HeaderMap) -> bool {
    lists(headers, &UPGRADE, "websocket") && lists(headers, &CONNECTION, "upgrade")
}

/// What answers a request on the path of a WebSocket that does not ask for one.
pub(crate) fn required() -> Response<Body> {
    let message = "expected a WebSocket handshake: `Connection: Upgrade`, `Upgrade: websocket` and \
                   `Sec-WebSocket-Version: 13`; found none";
    let refusal = reply::error(StatusCode::UPGRADE_REQUIRED, "upgrade_required", message);
    let (parts, body) = refusal.into_parts();
    let mut response = switch(parts.status, body);
    response.headers_mut().extend(parts.headers);
    response.headers_mut().insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    response
}

fn switch(status: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("upgrade"));
    response.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
    response
}

/// Whether the list in the header `name` has `token` in it.
fn lists(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|item| item.trim().eq_ignore_ascii_case(token))
}
