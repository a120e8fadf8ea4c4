//! `/streams`: the list of streams, and each one's answer, events and bytes.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Uri};
use axum::routing::get;
use bytes::Bytes;
use futures_util::{SinkExt, Stream, StreamExt, stream};
use midstream::Response as Answer;
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::follow::{Follower, Numbered};
use crate::guard::Findings;
use crate::log::Log;
use crate::record::{Record, StreamSummary};
use crate::relay::Relay;
use crate::reply;
use crate::segments::Segments;
use crate::server::Gateway;
use crate::websocket::{self, Socket};

pub(crate) fn routes() -> Router<Arc<Gateway>> {
    Router::new()
        .route("/streams", get(list))
        .route("/streams/{id}", get(one))
        .route("/streams/{id}/events", get(events))
        .route("/streams/{id}/ws", get(ws))
        .route("/streams/{id}/raw", get(raw))
}

type Shared = State<Arc<Gateway>>;

/// What is shown while it goes on. The future can be dropped and called again.
pub(crate) trait Live: Send + 'static {
    /// What to send next; `None` at the end.
    fn next(&mut self) -> impl Future<Output = Option<Bytes>> + Send;
}

/// A stream's events, as an event stream.
struct Events {
    follower: Follower,
    /// Events that were met before the answer began.
    first: Vec<Numbered>,
}

/// The summaries of all streams, as an event stream.
struct Summaries {
    log: Arc<Log>,
    changed: watch::Receiver<()>,
    /// By the stream's number: which version was sent, and when.
    sent: HashMap<u64, (u64, Instant)>,
}

/// All streams as JSON, the newest first; or as an event stream of summaries, the oldest first, each again when it
/// changes.
async fn list(State(gateway): Shared, headers: HeaderMap) -> Response<Body> {
    let accepts = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if accepts.contains(EVENT_STREAM) {
        let Some(seat) = seat(&gateway) else { return crowded(&gateway) };
        let log = Arc::clone(&gateway.log);
        return event_stream(Summaries { changed: log.subscribe(), log, sent: HashMap::new() }, seat);
    }
    #[derive(Serialize)]
    struct List {
        streams: Vec<StreamSummary>,
        /// Streams that were passed on unwatched because the log was full of live ones.
        unwatched: u64,
    }
    let streams = gateway.log.all().iter().rev().map(|record| record.summary()).collect();
    reply::json(StatusCode::OK, &List { streams, unwatched: gateway.log.unwatched() })
}

/// One stream's summary and what it amounts to so far.
async fn one(State(gateway): Shared, Segments(id): Segments<String>) -> Response<Body> {
    #[derive(Serialize)]
    struct One {
        #[serde(flatten)]
        summary: StreamSummary,
        response: Answer,
    }
    let Some(record) = gateway.log.find(&id) else { return unknown(&id) };
    let summary = record.summary();
    let mut follower = Follower::new(record, 0);
    let mut response = Answer::default();
    while let Some(batch) = follower.ready().await {
        batch.into_iter().for_each(|numbered| response.push(numbered.event));
    }
    reply::json(StatusCode::OK, &One { summary, response })
}

/// One stream's events as an event stream that ends with them.
async fn events(
    State(gateway): Shared,
    Segments(id): Segments<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let Some(record) = gateway.log.find(&id) else { return unknown(&id) };
    let after = match last_seen(&headers, &uri) {
        Ok(after) => after,
        Err(message) => return reply::error(StatusCode::BAD_REQUEST, "invalid_event_id", &message),
    };
    let Some(seat) = seat(&gateway) else { return crowded(&gateway) };
    let ended = record.is_ended();
    let mut follower = Follower::new(record, after);
    let mut first = Vec::new();
    if ended && after > 0 {
        first = follower.next().await;
        if first.is_empty() {
            // It tells an `EventSource` to stop coming back.
            return reply::typed(StatusCode::NO_CONTENT, EVENT_STREAM, Body::empty());
        }
    }
    event_stream(Events { follower, first }, seat)
}

/// One stream's events as WebSocket messages of JSON lines.
async fn ws(State(gateway): Shared, Segments(id): Segments<String>, request: Request) -> Response<Body> {
    if !websocket::is_wanted(request.headers()) {
        return websocket::required();
    }
    let Some(record) = gateway.log.find(&id) else { return unknown(&id) };
    let after = match last_seen(request.headers(), request.uri()) {
        Ok(after) => after,
        Err(message) => return reply::error(StatusCode::BAD_REQUEST, "invalid_event_id", &message),
    };
    let Some(seat) = seat(&gateway) else { return crowded(&gateway) };
    // Nothing is expected from a watcher, and what is not read needs no room.
    let config = WebSocketConfig::default().max_message_size(Some(MAX_HEARD)).read_buffer_size(MAX_HEARD);
    websocket::accept(request, config, move |socket| async move {
        show(socket, Follower::new(record, after)).await;
        drop(seat);
    })
}

/// One stream's bytes as they came, those to come included.
async fn raw(State(gateway): Shared, Segments(id): Segments<String>) -> Response<Body> {
    let Some(record) = gateway.log.find(&id) else { return unknown(&id) };
    let Some(seat) = seat(&gateway) else { return crowded(&gateway) };
    let mut changed = record.subscribe();
    while !record.has_head() {
        let _ = changed.changed().await;
    }
    let kind = record.content_type().and_then(|kind| HeaderValue::from_str(&kind).ok());
    // A relay, so that an error at the end takes nothing from what came before it.
    let body = Body::new(Relay::new(Body::from_stream(bytes(record, seat)), None, Findings::default()));
    let mut response = reply::typed(StatusCode::OK, "application/octet-stream", body);
    if let Some(kind) = kind {
        response.headers_mut().insert(CONTENT_TYPE, kind);
    }
    response.headers_mut().insert(NO_SNIFF, HeaderValue::from_static("nosniff"));
    response
}

/// The bytes of `record`. They end in an error where more came than was kept.
fn bytes(record: Arc<Record>, seat: OwnedSemaphorePermit) -> impl Stream<Item = io::Result<Bytes>> {
    let changed = record.subscribe();
    stream::unfold(Some((record, changed, 0, seat)), |state| async move {
        let (record, mut changed, mut seen, seat) = state?;
        loop {
            changed.borrow_and_update();
            let view = record.view(seen, BATCH_BYTES);
            if !view.arrivals.is_empty() {
                seen += view.arrivals.len();
                let pieces: Vec<_> = view.arrivals.iter().map(|arrival| &arrival.bytes[..]).collect();
                return Some((Ok(pieces.concat().into()), Some((record, changed, seen, seat))));
            }
            if let Some(full) = view.full {
                let (setting, max) = full.limit;
                return Some((Err(io::Error::other(format!("`{setting}` ({max}) is reached"))), None));
            }
            if view.end.is_some() {
                return None;
            }
            let _ = changed.changed().await;
        }
    })
}

async fn show(mut socket: Socket, mut follower: Follower) {
    loop {
        tokio::select! {
            batch = tokio::time::timeout(HEARTBEAT, follower.next()) => {
                let message = match batch {
                    Ok(batch) if batch.is_empty() => Message::Close(None),
                    Ok(batch) => Message::Text(lines(&batch).into()),
                    Err(_) => Message::Ping(Bytes::new()),
                };
                let last = matches!(message, Message::Close(_));
                if socket.send(message).await.is_err() || last {
                    return;
                }
            }
            received = socket.next() => {
                // Nothing is expected of who watches but that he stays.
                let Some(Ok(_)) = received else { return };
            }
        }
    }
}

fn lines(batch: &[Numbered]) -> String {
    let mut out = Vec::new();
    for (at, numbered) in batch.iter().enumerate() {
        if at > 0 {
            out.push(b'\n');
        }
        numbered.write_json(&mut out);
    }
    String::from_utf8(out).expect("JSON is UTF-8")
}

impl Live for Events {
    async fn next(&mut self) -> Option<Bytes> {
        let batch = if self.first.is_empty() { self.follower.next().await } else { std::mem::take(&mut self.first) };
        let mut out = Vec::new();
        for numbered in &batch {
            out.extend_from_slice(format!("id: {}\ndata: ", numbered.number).as_bytes());
            // JSON on one line: no line end stands in it unescaped.
            numbered.write_json(&mut out);
            out.extend_from_slice(b"\n\n");
        }
        Some(out.into()).filter(|_| !batch.is_empty())
    }
}

impl Live for Summaries {
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            self.changed.borrow_and_update();
            let (out, any_live) = self.due();
            if !out.is_empty() {
                return Some(out.into());
            }
            let changed = self.changed.changed();
            if any_live {
                drop(tokio::time::timeout(SUMMARY_EVERY, changed).await);
            } else {
                drop(changed.await);
            }
        }
    }
}

impl Summaries {
    /// The summaries that are to be sent now, and whether any stream is live.
    fn due(&mut self) -> (Vec<u8>, bool) {
        let now = Instant::now();
        let (mut out, mut any_live) = (Vec::new(), false);
        let mut known = HashMap::new();
        for record in self.log.all() {
            let (version, ended) = record.version();
            any_live |= !ended;
            let sent = self.sent.get(&record.number).copied();
            let due = match sent {
                None => true,
                Some((sent, _)) if sent == version => false,
                Some((_, when)) => ended || now.duration_since(when) >= SUMMARY_EVERY,
            };
            if due {
                let summary = serde_json::to_string(&record.summary()).expect("a summary always serialises");
                out.extend_from_slice(format!("data: {summary}\n\n").as_bytes());
            }
            known.insert(record.number, sent.filter(|_| !due).unwrap_or((version, now)));
        }
        self.sent = known;
        (out, any_live)
    }
}

pub(crate) fn event_stream(source: impl Live, seat: OwnedSemaphorePermit) -> Response<Body> {
    let chunks = stream::unfold((source, seat), |(mut source, seat)| async move {
        let chunk = match tokio::time::timeout(HEARTBEAT, source.next()).await {
            Ok(chunk) => chunk?,
            Err(_) => Bytes::from_static(b": heartbeat\n\n"),
        };
        Some((Ok::<_, std::convert::Infallible>(chunk), (source, seat)))
    });
    let mut response = reply::typed(StatusCode::OK, EVENT_STREAM, Body::from_stream(chunks));
    // Proxies between here and a browser hold event streams back otherwise.
    response.headers_mut().insert(NO_BUFFERING, HeaderValue::from_static("no"));
    response
}

/// The number of the last event that a watcher has seen: `Last-Event-ID`, or `?after=`; 0 where he has seen none.
fn last_seen(headers: &HeaderMap, uri: &Uri) -> Result<u64, String> {
    let header = headers.get(LAST_EVENT_ID).map(|id| String::from_utf8_lossy(id.as_bytes()).into_owned());
    let query = uri.query().and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("after=")));
    match header.as_deref().or(query) {
        None | Some("") => Ok(0),
        Some(text) => text.parse().map_err(|_| format!("expected the number of an event, found `{text}`")),
    }
}

/// A place among those who watch.
pub(crate) fn seat(gateway: &Gateway) -> Option<OwnedSemaphorePermit> {
    Arc::clone(&gateway.watchers).try_acquire_owned().ok()
}

pub(crate) fn crowded(gateway: &Gateway) -> Response<Body> {
    let message = format!("`watchers` ({}) is reached; try again when one has left", gateway.log.limits().watchers);
    reply::error(StatusCode::SERVICE_UNAVAILABLE, "too_many_watchers", &message)
}

fn unknown(id: &str) -> Response<Body> {
    let message = format!("no stream `{id}`: it never was, or it has made room for newer ones");
    reply::error(StatusCode::NOT_FOUND, "no_such_stream", &message)
}

const EVENT_STREAM: &str = "text/event-stream";
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
const NO_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
const NO_SNIFF: HeaderName = HeaderName::from_static("x-content-type-options");

/// How long a watcher hears nothing before he is told that the connection stands.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How often a running stream's summary is sent at most.
const SUMMARY_EVERY: Duration = Duration::from_millis(250);

/// How much of a record is sent in one go, in bytes.
const BATCH_BYTES: usize = 64 << 10;

/// Longest message that a watcher may send, in bytes.
const MAX_HEARD: usize = 4 << 10;
