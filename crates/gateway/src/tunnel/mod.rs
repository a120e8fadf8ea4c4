//! A WebSocket on its way to an upstream: bytes go on as they come, in both directions, and what the upstream says is
//! written down beside. The handshake is the client's and the upstream's own, but for compression, which would hide
//! what is said. Where there are rules for it, messages are read and written anew instead: `guarded`.

mod guarded;
mod transcript;

use std::io;
use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{CONNECTION, SEC_WEBSOCKET_EXTENSIONS, UPGRADE};
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use bytes::Bytes;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split};

pub(crate) use self::guarded::{Rules, guard};
use self::transcript::Transcript;
use crate::record::{Record, in_time};
use crate::relay::Note;
use crate::upstream::causes;

/// What a request for a WebSocket asks its upstream for.
pub(crate) fn ask(headers: &mut HeaderMap) {
    headers.remove(SEC_WEBSOCKET_EXTENSIONS);
    switch(headers);
}

/// Takes away what an upstream's answer says of extensions, which it was not asked for: its frames are read and written anew.
pub(crate) fn uncompressed(headers: &mut HeaderMap) {
    headers.remove(SEC_WEBSOCKET_EXTENSIONS);
}

/// The answer to a client whose upstream has agreed, `headers` being the upstream's.
pub(crate) fn agreed(mut headers: HeaderMap) -> Response<Body> {
    switch(&mut headers);
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    *response.headers_mut() = headers;
    response
}

/// Takes the client's side of `request`, to be had once it was answered.
pub(crate) fn client(request: &mut Request<Body>) -> OnUpgrade {
    hyper::upgrade::on(request)
}

/// Passes on what `client` and `upstream` say until one of them is gone. `early` is what came together with the
/// upstream's head.
pub(crate) async fn hold<U>(client: OnUpgrade, mut upstream: U, early: Bytes, note: Option<Note>)
where
    U: AsyncRead + AsyncWrite + Unpin,
{
    // Otherwise the client went before it had its answer, and dropping the note says so.
    let Ok(client) = client.await else { return };
    let mut client = TokioIo::new(client);
    let mut watch = note.map(Watch::new);
    let ended = pass(&mut client, &mut upstream, early, &mut watch).await;
    let _ = client.shutdown().await;
    let _ = upstream.shutdown().await;
    if let Some(watch) = watch {
        watch.end(&ended);
    }
}

/// Who ended it.
enum Ended {
    Client,
    Upstream,
    Broken(io::Error),
    /// A time limit of the session's has passed.
    Expired,
}

async fn pass<C, U>(client: &mut C, upstream: &mut U, early: Bytes, watch: &mut Option<Watch>) -> Ended
where
    C: AsyncRead + AsyncWrite + Unpin,
    U: AsyncRead + AsyncWrite + Unpin,
{
    let (said, to_client) = split(client);
    let (answered, to_upstream) = split(upstream);
    // Each direction goes on while the other waits for room: some clients do not read while they write.
    tokio::select! {
        ended = down(answered, to_client, early, watch) => ended,
        ended = up(said, to_upstream) => ended,
    }
}

/// What the upstream says, to the client.
async fn down(
    mut upstream: impl AsyncRead + Unpin,
    mut client: impl AsyncWrite + Unpin,
    early: Bytes,
    watch: &mut Option<Watch>,
) -> Ended {
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut came = early;
    loop {
        if client.write_all(&came).await.is_err() {
            return Ended::Client;
        }
        if !watch.as_mut().is_none_or(|watch| watch.take(&came)) {
            return Ended::Expired;
        }
        let Some(read) = in_time(upstream.read(&mut buffer), watch.as_ref().map(Watch::record)).await else {
            return Ended::Expired;
        };
        match read {
            Ok(0) => return Ended::Upstream,
            Ok(length) => came = Bytes::copy_from_slice(&buffer[..length]),
            Err(error) => return Ended::Broken(error),
        }
    }
}

/// What the client says, to the upstream.
async fn up(mut client: impl AsyncRead + Unpin, mut upstream: impl AsyncWrite + Unpin) -> Ended {
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match client.read(&mut buffer).await {
            Ok(0) | Err(_) => return Ended::Client,
            Ok(length) => {
                if let Err(error) = upstream.write_all(&buffer[..length]).await {
                    return Ended::Broken(error);
                }
            }
        }
    }
}

/// Writes down what an upstream says.
struct Watch {
    note: Note,
    transcript: Transcript,
    /// Why nothing more can be read.
    unreadable: Option<String>,
    /// The code and the reason with which a guard saw it closed, who has no frames to show.
    closed: Option<(u16, String)>,
}

impl Watch {
    fn new(note: Note) -> Self {
        Self { note, transcript: Transcript::default(), unreadable: None, closed: None }
    }

    fn record(&self) -> &Arc<Record> {
        self.note.record()
    }

    /// Takes the next bytes; `false` where a time limit has passed.
    fn take(&mut self, bytes: &[u8]) -> bool {
        if self.unreadable.is_some() {
            return true;
        }
        let mut lines = Vec::new();
        if let Err(error) = self.transcript.feed(bytes, &mut lines) {
            self.record().abort(&error);
            self.unreadable = Some(error);
            return true;
        }
        lines.is_empty() || self.record().append(&lines.into(), Vec::new())
    }

    fn end(self, ended: &Ended) {
        let record = self.note.record();
        match (self.transcript.closed().or(self.closed), ended) {
            (Some((code, reason)), _) if !GOOD_CODES.contains(&code) => {
                record.abort(&format!("the upstream closed the WebSocket with code {code}: {reason}"));
            }
            (Some(_), _) | (None, Ended::Expired) => record.finish(),
            (None, Ended::Upstream) => record.abort("the upstream's connection ended without a close"),
            (None, Ended::Broken(error)) => {
                record.abort(&format!("the upstream's connection broke: {}", causes(error)))
            }
            // Dropping the note says it.
            (None, Ended::Client) => {}
        }
    }
}

fn switch(headers: &mut HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
}

/// Normal closure, going away, no code given: RFC 6455, section 7.4.1.
const GOOD_CODES: &[u16] = &[1000, 1001, 1005];

/// How much is read at a time, in bytes.
const BUFFER_BYTES: usize = 16 << 10;
