//! A WebSocket to an upstream under rules: each message is read, and what may go on of it is written anew.
//!
//! What can't be checked ends it: audio (unless the guard lets it pass), messages that are too long or no UTF-8, frames
//! that are compressed. Both sides are then told with a close, the client before it with an error in its dialect.
//! Pings are answered here, and go on without their bytes, which nobody has checked.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use midstream::rewrite::{self, Filters, Guard, Messages, Seen, body_with_findings};
use midstream::{Dialect, Limits};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{CapacityError, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::transcript::line;
use super::{BUFFER_BYTES, Ended, Watch};
use crate::guard::{Holding, events};
use crate::metrics::Counts;
use crate::record::in_time;
use crate::relay::Note;

/// What messages must pass.
pub(crate) struct Rules {
    pub(crate) guard: Arc<Guard>,
    /// What the client says must pass, too.
    pub(crate) both: bool,
    /// What the upstream speaks, where the path tells.
    pub(crate) dialect: Option<Dialect>,
    /// Longest message, in bytes.
    pub(crate) max_bytes: usize,
    pub(crate) counts: Counts,
}

/// Why it ends.
enum Ending {
    /// One side has ended it.
    Ended(Ended),
    /// It may not go on.
    Refused(CloseCode, String),
}

/// Passes on what `client` and `upstream` say, as far as `rules` let it, until one of them is gone or a rule stops it.
/// `early` is what came together with the upstream's head.
pub(crate) async fn guard<U>(client: OnUpgrade, upstream: U, early: Bytes, note: Option<Note>, rules: Rules)
where
    U: AsyncRead + AsyncWrite + Unpin,
{
    // Otherwise the client went before it had its answer, and dropping the note says so.
    let Ok(client) = client.await else { return };
    let config = WebSocketConfig::default()
        .max_message_size(Some(rules.max_bytes))
        .max_frame_size(Some(rules.max_bytes))
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES);
    let client = WebSocketStream::from_raw_socket(TokioIo::new(client), Role::Server, Some(config)).await;
    let upstream = WebSocketStream::from_partially_read(upstream, early.to_vec(), Role::Client, Some(config)).await;
    let (mut to_client, mut said) = client.split();
    let (mut to_upstream, mut answered) = upstream.split();
    let mut down = Down::new(&rules, note);
    // Each direction goes on while the other waits for room: some clients do not read while they write.
    let ending = tokio::select! {
        ending = down.run(&mut answered, &mut to_client) => ending,
        ending = up(&rules, &mut said, &mut to_upstream) => ending,
    };
    let frame = match &ending {
        Ending::Refused(code, reason) => {
            let _ = down.refuse(reason, &mut to_client).await;
            close(*code, reason)
        }
        Ending::Ended(_) => close(CloseCode::Away, ""),
    };
    down.end(&ending);
    tokio::join!(
        leave(&mut to_client, &mut said, frame),
        leave(&mut to_upstream, &mut answered, close(CloseCode::Away, "")),
    );
}

/// The upstream's direction.
struct Down<'r> {
    rules: &'r Rules,
    messages: Messages,
    holding: Holding,
    watch: Option<Watch>,
    /// Pieces of audio that were counted.
    counted: usize,
}

impl<'r> Down<'r> {
    fn new(rules: &'r Rules, note: Option<Note>) -> Self {
        let limits = Limits { max_frame_bytes: rules.max_bytes, ..Limits::default() };
        let messages = Messages::new(rules.dialect, &limits, Arc::clone(&rules.guard) as _);
        Self { rules, messages, holding: Holding::default(), watch: note.map(Watch::new), counted: 0 }
    }

    /// What the upstream says, to the client.
    async fn run<U, C>(
        &mut self,
        upstream: &mut SplitStream<WebSocketStream<U>>,
        client: &mut SplitSink<WebSocketStream<C>, Message>,
    ) -> Ending
    where
        U: AsyncRead + AsyncWrite + Unpin,
        C: AsyncRead + AsyncWrite + Unpin,
    {
        loop {
            let Some(came) = in_time(upstream.next(), self.watch.as_ref().map(Watch::record)).await else {
                return Ending::Ended(Ended::Expired);
            };
            let passed = match came {
                Some(Ok(Message::Text(text))) => {
                    let messages = self.messages.message(text.as_str(), false);
                    self.pass(messages, client).await
                }
                Some(Ok(Message::Binary(bytes))) => match readable(&bytes) {
                    Some(text) => {
                        let messages = self.messages.message(text, true);
                        self.pass(messages, client).await
                    }
                    None if self.messages.audio() => self.write([Message::Binary(bytes)], client).await,
                    None => return Ending::Refused(CloseCode::Policy, BINARY.to_owned()),
                },
                Some(Ok(Message::Ping(_))) => send(client, Message::Ping(Bytes::new())).await,
                Some(Ok(Message::Pong(_) | Message::Frame(_))) => Ok(()),
                Some(Ok(Message::Close(frame))) => return self.closed(frame, client).await,
                Some(Err(error)) => match unreadable(&error) {
                    Some((_, reason)) => return Ending::Refused(CloseCode::Policy, reason),
                    None => return Ending::Ended(broken(error)),
                },
                None => return Ending::Ended(Ended::Upstream),
            };
            if let Err(ended) = passed {
                return Ending::Ended(ended);
            }
            if let Some(reason) = self.messages.stopped() {
                return Ending::Refused(CloseCode::Policy, reason.to_owned());
            }
        }
    }

    /// Passes on the upstream's close, and before it what was held back.
    async fn closed<C>(
        &mut self,
        frame: Option<CloseFrame>,
        client: &mut SplitSink<WebSocketStream<C>, Message>,
    ) -> Ending
    where
        C: AsyncRead + AsyncWrite + Unpin,
    {
        let messages = self.messages.finish();
        let _ = self.pass(messages, client).await;
        if let Some(reason) = self.messages.stopped() {
            return Ending::Refused(CloseCode::Policy, reason.to_owned());
        }
        let frame = frame.map(|frame| checked_close(frame, self.rules, false));
        if let Some(watch) = &mut self.watch {
            let closed = frame.as_ref().map(|frame| (frame.code.into(), frame.reason.to_string()));
            watch.closed = Some(closed.unwrap_or((CloseCode::Status.into(), String::new())));
        }
        let _ = send(client, Message::Close(frame)).await;
        Ending::Ended(Ended::Upstream)
    }

    /// Tells the client that it may not go on.
    async fn refuse<C>(
        &mut self,
        reason: &str,
        client: &mut SplitSink<WebSocketStream<C>, Message>,
    ) -> Result<(), Ended>
    where
        C: AsyncRead + AsyncWrite + Unpin,
    {
        let messages = self.messages.refuse(reason);
        let pass = self.pass(messages, client);
        timeout(LINGER, pass).await.unwrap_or(Err(Ended::Client))
    }

    async fn pass<C>(
        &mut self,
        messages: Vec<rewrite::Message>,
        client: &mut SplitSink<WebSocketStream<C>, Message>,
    ) -> Result<(), Ended>
    where
        C: AsyncRead + AsyncWrite + Unpin,
    {
        let written = messages.into_iter().map(|message| match message.is_binary {
            true => Message::binary(message.text.into_bytes()),
            false => Message::text(message.text),
        });
        self.write(written, client).await
    }

    /// Writes messages down, together with what was found in them, and to the client.
    async fn write<C>(
        &mut self,
        messages: impl IntoIterator<Item = Message>,
        client: &mut SplitSink<WebSocketStream<C>, Message>,
    ) -> Result<(), Ended>
    where
        C: AsyncRead + AsyncWrite + Unpin,
    {
        let messages: Vec<_> = messages.into_iter().collect();
        let found: Vec<_> = self.messages.findings().map(|finding| self.rules.guard.event(&finding)).collect();
        self.rules.counts.found(&found);
        self.rules.counts.unchecked(self.messages.heard() - self.counted, "answer");
        self.counted = self.messages.heard();
        self.holding.note(self.messages.held(), Instant::now());
        let mut lines = Vec::new();
        for message in &messages {
            match message {
                Message::Text(text) => line(text.as_bytes(), true, &mut lines),
                other => line(&other.clone().into_data(), false, &mut lines),
            }
        }
        let in_time = match &self.watch {
            Some(watch) if !lines.is_empty() || !found.is_empty() => watch.record().append(&lines.into(), found),
            _ => true,
        };
        for message in messages {
            client.feed(message).await.map_err(|_| Ended::Client)?;
        }
        client.flush().await.map_err(|_| Ended::Client)?;
        if in_time { Ok(()) } else { Err(Ended::Expired) }
    }

    fn end(&mut self, ending: &Ending) {
        self.rules.counts.held(self.holding.ended(Instant::now()));
        match (self.watch.take(), ending) {
            (Some(watch), Ending::Ended(ended)) => watch.end(ended),
            // The client was told why, in its dialect.
            (Some(watch), Ending::Refused(..)) => watch.record().finish(),
            (None, _) => {}
        }
    }
}

/// What the client says, to the upstream.
async fn up<C, U>(
    rules: &Rules,
    client: &mut SplitStream<WebSocketStream<C>>,
    upstream: &mut SplitSink<WebSocketStream<U>, Message>,
) -> Ending
where
    C: AsyncRead + AsyncWrite + Unpin,
    U: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        let message = match client.next().await {
            Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) if !rules.both => message,
            Some(Ok(Message::Text(text))) => match asked(rules, text.as_str()) {
                Ok(None) => Message::Text(text),
                Ok(Some(filtered)) => Message::text(filtered),
                Err(reason) => return Ending::Refused(CloseCode::Policy, reason),
            },
            Some(Ok(Message::Binary(bytes))) => match readable(&bytes).map(|text| asked(rules, text)) {
                Some(Ok(Some(filtered))) => Message::binary(filtered.into_bytes()),
                Some(Err(reason)) => return Ending::Refused(CloseCode::Policy, reason),
                None if !rules.guard.passes_audio() => {
                    return Ending::Refused(CloseCode::Unsupported, BINARY.to_owned());
                }
                None => {
                    rules.counts.unchecked(1, "request");
                    Message::Binary(bytes)
                }
                Some(Ok(None)) => Message::Binary(bytes),
            },
            Some(Ok(Message::Ping(_))) => Message::Ping(Bytes::new()),
            Some(Ok(Message::Pong(_) | Message::Frame(_))) => continue,
            Some(Ok(Message::Close(frame))) => {
                let frame = frame.map(|frame| checked_close(frame, rules, rules.both));
                let _ = send(upstream, Message::Close(frame)).await;
                // The upstream's own close ends it.
                while let Some(Ok(_)) = client.next().await {}
                sleep(LINGER).await;
                return Ending::Ended(Ended::Client);
            }
            Some(Err(error)) => {
                return match unreadable(&error) {
                    Some((code, reason)) => Ending::Refused(code, reason),
                    None => Ending::Ended(Ended::Client),
                };
            }
            None => return Ending::Ended(Ended::Client),
        };
        if let Err(error) = upstream.send(message).await {
            return Ending::Ended(broken(error));
        }
    }
}

/// What may go on of a client's message; `None` where that is all.
fn asked(rules: &Rules, text: &str) -> Result<Option<String>, String> {
    if text.contains('\0') {
        return Err(ZERO.to_owned());
    }
    let mut seen = Seen::default();
    let filtered = body_with_findings(&*rules.guard, text, &mut seen);
    rules.counts.asked(&events(&rules.guard, &seen));
    rules.counts.unchecked(seen.audio, "request");
    filtered
}

/// A close whose reason has passed the rules; `asks` where it is the client's.
fn checked_close(frame: CloseFrame, rules: &Rules, asks: bool) -> CloseFrame {
    let mut seen = Seen::default();
    let filtered = body_with_findings(&*rules.guard, frame.reason.as_str(), &mut seen);
    let found = events(&rules.guard, &seen);
    if asks {
        rules.counts.asked(&found)
    } else {
        rules.counts.found(&found)
    }
    match filtered {
        Ok(None) => frame,
        Ok(Some(reason)) => CloseFrame { code: frame.code, reason: short(&reason).into() },
        Err(_) => CloseFrame { code: frame.code, reason: "".into() },
    }
}

/// The text of a binary message that is one: some providers send JSON so.
fn readable(bytes: &[u8]) -> Option<&str> {
    let control = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    std::str::from_utf8(bytes).ok().filter(|_| !bytes.iter().any(control))
}

/// What is wrong with what a peer sent, and the code that says so; `None` where the connection is gone.
fn unreadable(error: &Error) -> Option<(CloseCode, String)> {
    Some(match error {
        Error::Capacity(CapacityError::MessageTooLong { max_size, .. }) => {
            (CloseCode::Size, format!("a message is longer than `max_frame_bytes` ({max_size})"))
        }
        Error::Utf8(_) => (CloseCode::Invalid, "expected UTF-8 in a text message".to_owned()),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => return None,
        Error::Protocol(error) => (CloseCode::Protocol, format!("a message can't be read: {error}")),
        _ => return None,
    })
}

/// How an upstream is gone.
fn broken(error: Error) -> Ended {
    match error {
        Error::Io(error) => Ended::Broken(error),
        _ => Ended::Upstream,
    }
}

async fn send<S>(sink: &mut SplitSink<WebSocketStream<S>, Message>, message: Message) -> Result<(), Ended>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    sink.send(message).await.map_err(|_| Ended::Client)
}

/// Closes one side, where that has not happened. What it still sends is read and thrown away for a while: a connection that
/// is closed with bytes unread is reset, and the other side would not learn why.
async fn leave<S>(
    sink: &mut SplitSink<WebSocketStream<S>, Message>,
    stream: &mut SplitStream<WebSocketStream<S>>,
    frame: Message,
) where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let _ = timeout(LINGER, async {
        let _ = sink.send(frame).await;
        let mut left = MAX_THROWN_AWAY;
        while let Some(Ok(message)) = stream.next().await {
            left = left.saturating_sub(message.len() + 1);
            if left == 0 {
                break;
            }
        }
        let _ = sink.close().await;
    })
    .await;
}

fn close(code: CloseCode, reason: &str) -> Message {
    Message::Close(Some(CloseFrame { code, reason: short(reason).into() }))
}

/// As much of a reason as a close has room for.
fn short(reason: &str) -> &str {
    let mut end = MAX_REASON_BYTES.min(reason.len());
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    &reason[..end]
}

/// Why a binary message does not pass.
const BINARY: &str = "there is a binary message that is no text, which no rule can read";

/// Why a text does not pass that has a zero in it.
const ZERO: &str = "expected text in UTF-8, found a zero, which no rule can read";

/// How long a side may take to close its end.
const LINGER: Duration = Duration::from_secs(2);

/// How much is read of what is not wanted, in bytes.
const MAX_THROWN_AWAY: usize = 64 << 20;

/// RFC 6455, section 5.5: 125 bytes, of which the code takes two.
const MAX_REASON_BYTES: usize = 123;
