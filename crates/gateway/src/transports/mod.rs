//! `/ws`, `/sse` and `/stream`: the three ways in which a page can get a stream, for trying clients and for measuring
//! them. What is sent, how much of it and how fast, the query says; `?prompt=` has the demo model write it.

mod asked;
mod chunks;
mod feed;
mod sse;
mod ws;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Response, StatusCode};
use axum::routing::get;

pub(crate) use ws::answer as echo;

use crate::reply;
use crate::server::Gateway;

pub(crate) fn routes() -> Router<Arc<Gateway>> {
    Router::new()
        .route("/ws", get(ws::answer))
        .route("/sse", get(sse::answer))
        .route("/stream", get(chunks::answer))
        .method_not_allowed_fallback(only_get)
}

async fn only_get(method: Method) -> Response<Body> {
    let message = format!("expected GET, found {method}");
    reply::error(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", &message)
}

/// What answers a query that can't be made sense of.
fn refuse(message: &str) -> Response<Body> {
    reply::error(StatusCode::BAD_REQUEST, "invalid_query", message)
}
