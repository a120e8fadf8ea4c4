//! `GET /stream`: a body in HTTP's chunks.
//!
//! A thousand lines, `chunk 0` and so on, as fast as the client takes them. `count`, `size` and `pace_ms` say
//! otherwise; `prompt` has the demo model answer as Ollama does. A chunk is not made before the one before it could be
//! written.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use bytes::Bytes;
use futures_util::stream;

use super::asked::Asked;
use super::feed::Feed;
use super::refuse;
use crate::demo;
use crate::reply;
use crate::server::Gateway;

pub(super) async fn answer(State(gateway): State<Arc<Gateway>>, request: Request) -> Response<Body> {
    let asked = match Asked::read(request.uri().query(), PARAMETERS, gateway.limits().message_bytes) {
        Ok(asked) => asked,
        Err(message) => return refuse(&message),
    };
    let (content_type, feed) = feed(asked, gateway.demo.pace);
    let open = gateway.metrics.stream.open();
    let chunks = stream::unfold((feed, open), |(mut feed, open)| async move {
        let chunk = feed.next().await?;
        open.sent(1);
        Some((Ok::<_, Infallible>(chunk), (feed, open)))
    });
    let mut response = reply::typed(StatusCode::OK, content_type, Body::from_stream(chunks));
    response.headers_mut().insert(NO_BUFFERING, HeaderValue::from_static("no"));
    response
}

fn feed(asked: Asked, demo_pace: Duration) -> (&'static str, Feed<Bytes>) {
    if let Some(prompt) = &asked.prompt {
        let pace = asked.pace.unwrap_or(demo_pace);
        let count = asked.count.and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX);
        return ("application/x-ndjson", Feed::new(demo::ollama(prompt, pace).into_iter().take(count), pace));
    }
    let pace = asked.pace.unwrap_or_default();
    let count = asked.count.unwrap_or(CHUNKS);
    let chunk = move |number| match asked.size {
        None => format!("chunk {number}\n").into(),
        Some(_) => asked.message(number + 1).into(),
    };
    ("application/octet-stream", Feed::new((0..count).map(chunk), pace))
}

const PARAMETERS: &[&str] = &["count", "size", "pace_ms", "prompt"];
const NO_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// How many there are where nothing else is asked for.
const CHUNKS: u64 = 1000;
