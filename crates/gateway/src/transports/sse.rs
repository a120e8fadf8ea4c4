//! `GET /sse`: server-sent events.
//!
//! Without a query, one a second for as long as the client stays. `count`, `size`, `pace_ms` and `data` say otherwise;
//! `prompt` has the demo model answer as OpenAI's chat completions do. Events are numbered: `Last-Event-ID` (or
//! `after`) goes on behind one.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONNECTION};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use bytes::Bytes;
use futures_util::{Stream, stream};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::asked::Asked;
use super::feed::Feed;
use super::refuse;
use crate::demo;
use crate::metrics::Open;
use crate::reply;
use crate::server::Gateway;

pub(super) async fn answer(State(gateway): State<Arc<Gateway>>, request: Request) -> Response<Body> {
    let query = request.uri().query();
    let asked = Asked::read(query, PARAMETERS, gateway.limits().message_bytes).and_then(|mut asked| {
        if let Some(id) = request.headers().get(LAST_EVENT_ID).filter(|id| !id.is_empty()) {
            let number = id.to_str().ok().and_then(|id| id.parse().ok());
            asked.after =
                number.ok_or_else(|| format!("expected an event's number in `Last-Event-ID`, found {id:?}"))?;
        }
        Ok(asked)
    });
    let asked = match asked {
        Ok(asked) => asked,
        Err(message) => return refuse(&message),
    };
    let Some(feed) = feed(asked, gateway.demo.pace) else {
        // It tells an `EventSource` that has all to stop coming back.
        return reply::typed(StatusCode::NO_CONTENT, EVENT_STREAM, Body::empty());
    };
    let body = body(feed, gateway.heartbeat, gateway.metrics.sse.open());
    let mut response = reply::typed(StatusCode::OK, EVENT_STREAM, Body::from_stream(body));
    for (name, value) in [
        (CACHE_CONTROL, "no-cache"),
        (CONNECTION, "keep-alive"),
        // Proxies between here and a browser hold event streams back otherwise.
        (NO_BUFFERING, "no"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The events that are asked for; `None` where there are no more.
fn feed(asked: Asked, demo_pace: Duration) -> Option<Feed<Vec<u8>>> {
    if let Some(prompt) = &asked.prompt {
        let pace = asked.pace.unwrap_or(demo_pace);
        let payloads = demo::chat(prompt, pace);
        let seen = usize::try_from(asked.after).unwrap_or(usize::MAX);
        let count = asked.count.and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX).min(payloads.len());
        let events = payloads.into_iter().zip(1..).take(count).skip(seen).map(|(data, number)| event(number, &data));
        return (seen < count).then(|| Feed::new(events, pace));
    }
    let last = asked.count.unwrap_or(u64::MAX);
    let first = asked.after.saturating_add(1);
    let usual = if asked.count.is_some() { Duration::ZERO } else { Duration::from_secs(1) };
    let pace = asked.pace.unwrap_or(usual);
    let events = (first..=last).map(move |number| event(number, &asked.message(number)));
    (first <= last).then(|| Feed::new(events, pace))
}

/// One event. Each line of its data is a field of its own, whatever ends it (HTML, section 9.2.6).
fn event(number: u64, data: &str) -> Vec<u8> {
    let mut out = format!("id: {number}\n").into_bytes();
    let unified = if data.contains('\r') { &data.replace("\r\n", "\n").replace('\r', "\n") } else { data };
    for line in unified.split('\n') {
        out.extend_from_slice(b"data: ");
        out.extend_from_slice(line.as_bytes());
        out.push(b'\n');
    }
    out.push(b'\n');
    out
}

/// The bytes of `feed`, with a comment each `heartbeat` that tells proxies and clients that the connection stands.
fn body(feed: Feed<Vec<u8>>, heartbeat: Duration, open: Open) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let mut beat = interval_at(Instant::now() + heartbeat, heartbeat);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    stream::unfold((feed, beat, open), |(mut feed, mut beat, open)| async move {
        let bytes = next(&mut feed, &mut beat, &open).await?;
        Some((Ok(bytes), (feed, beat, open)))
    })
}

/// What is due next. Events that are due together go together.
async fn next(feed: &mut Feed<Vec<u8>>, beat: &mut Interval, open: &Open) -> Option<Bytes> {
    tokio::select! {
        biased;
        _ = beat.tick() => Some(Bytes::from_static(b": heartbeat\n\n")),
        first = feed.next() => {
            let mut out = first?;
            open.sent(1);
            while out.len() < MAX_JOINED && let Some(more) = feed.ready() {
                out.extend_from_slice(&more);
                open.sent(1);
            }
            Some(out.into())
        }
    }
}

const PARAMETERS: &[&str] = &["count", "size", "pace_ms", "data", "prompt", "after"];
const EVENT_STREAM: &str = "text/event-stream";
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
const NO_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Past this length no more is joined, in bytes.
const MAX_JOINED: usize = 16 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_of_an_events_data_is_a_field() {
        for (data, expected) in [
            ("", "id: 7\ndata: \n\n"),
            ("one", "id: 7\ndata: one\n\n"),
            ("one\ntwo\r\nthree\rfour\n", "id: 7\ndata: one\ndata: two\ndata: three\ndata: four\ndata: \n\n"),
            ("id: 9\n\n: no comment", "id: 7\ndata: id: 9\ndata: \ndata: : no comment\n\n"),
        ] {
            assert_eq!(String::from_utf8(event(7, data)).unwrap(), expected);
        }
    }
}
