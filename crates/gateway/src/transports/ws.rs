//! `GET /ws`, and `/` where a WebSocket is asked for: one that sends back what comes, text as text and binary as binary.
//!
//! `sink` only counts it, and answers the text `count` with how much it was. `count`, `size`, `pace_ms` and `binary`
//! have the gateway send messages instead, and `prompt` the demo model's answer, one chunk of OpenAI's chat completions
//! a message; at their end it closes with code 1000.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::error::{CapacityError, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::asked::Asked;
use super::feed::Feed;
use super::refuse;
use crate::demo;
use crate::metrics::Open;
use crate::reply;
use crate::server::Gateway;
use crate::websocket::{self, Socket};

/// One client.
struct Peer {
    socket: Socket,
    /// How long it may be silent before it is asked whether it is there, and then until it is given up.
    heartbeat: Duration,
    open: Open,
    /// What came up behind messages that were there at once, and is still to be dealt with.
    failure: Option<Error>,
}

pub(crate) async fn answer(State(gateway): State<Arc<Gateway>>, request: Request) -> Response<Body> {
    if !websocket::is_wanted(request.headers()) {
        return websocket::required();
    }
    let limits = gateway.limits();
    let asked = match Asked::read(request.uri().query(), PARAMETERS, limits.message_bytes) {
        Ok(asked) => asked,
        Err(message) => return refuse(&message),
    };
    let Ok(place) = Arc::clone(&gateway.sockets).try_acquire_owned() else {
        let message = format!("`sockets` ({}) is reached; try again when one has closed", limits.sockets);
        return reply::error(StatusCode::SERVICE_UNAVAILABLE, "too_many_sockets", &message);
    };
    let config = WebSocketConfig::default()
        .max_message_size(Some(limits.message_bytes))
        .max_frame_size(Some(limits.message_bytes))
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES);
    let (heartbeat, open, demo_pace) = (gateway.heartbeat, gateway.metrics.ws.open(), gateway.demo.pace);
    websocket::accept(request, config, move |socket| async move {
        let peer = Peer { socket, heartbeat, open, failure: None };
        match (asked.sink, feed(asked, demo_pace)) {
            (_, Some(feed)) => peer.send(feed).await,
            (true, None) => peer.count().await,
            (false, None) => peer.echo().await,
        }
        drop(place);
    })
}

/// The messages that are asked for; `None` where none are.
fn feed(asked: Asked, demo_pace: Duration) -> Option<Feed<Message>> {
    if let Some(prompt) = &asked.prompt {
        let pace = asked.pace.unwrap_or(demo_pace);
        let payloads = demo::chat(prompt, pace).into_iter().filter(|payload| payload != demo::DONE);
        return Some(Feed::new(payloads.map(Message::text), pace));
    }
    let count = asked.count?;
    let pace = asked.pace.unwrap_or_default();
    let message = move |number| match asked.binary {
        true => Message::binary(asked.message(number).into_bytes()),
        false => Message::text(asked.message(number)),
    };
    Some(Feed::new((1..=count).map(message), pace))
}

impl Peer {
    /// Sends back what comes. What came together goes together: a write for each of many small messages is most of
    /// what an echo costs.
    async fn echo(mut self) {
        while let Some(first) = self.receive().await {
            let mut next = Some(first);
            while let Some(message) = next {
                if !is_done(timeout(2 * self.heartbeat, self.socket.feed(message)).await) {
                    return;
                }
                self.open.sent(1);
                next = self.received();
            }
            if !is_done(timeout(2 * self.heartbeat, self.socket.flush()).await) {
                return;
            }
        }
    }

    /// Counts what comes, and says how much it was where it is asked.
    async fn count(mut self) {
        let (mut messages, mut bytes) = (0_u64, 0_u64);
        while let Some(message) = self.receive().await {
            if message != Message::text(COUNT) {
                messages += 1;
                bytes += message.len() as u64;
                continue;
            }
            let report = Message::text(format!("{{\"messages\":{messages},\"bytes\":{bytes}}}"));
            if !self.say(report).await {
                return;
            }
            self.open.sent(1);
            (messages, bytes) = (0, 0);
        }
    }

    /// Sends `feed`, and closes. What comes meanwhile is not heeded.
    async fn send(self, mut feed: Feed<Message>) {
        let (mut sink, mut stream) = self.socket.split();
        let sends = async {
            while let Some(first) = feed.next().await {
                sink.feed(first).await?;
                self.open.sent(1);
                while let Some(message) = feed.ready() {
                    sink.feed(message).await?;
                    self.open.sent(1);
                }
                sink.flush().await?;
            }
            sink.send(close(CloseCode::Normal, "the end")).await
        };
        let hears = async { while let Some(Ok(_)) = stream.next().await {} };
        tokio::select! {
            // Nothing more is to be done for one who is gone.
            () = hears => return,
            sent = sends => if sent.is_err() { return },
        }
        // The client answers with a close of its own.
        let _ = timeout(LINGER, async { while let Some(Ok(_)) = stream.next().await {} }).await;
    }

    /// The next message of text or bytes; `None` once there will be none.
    async fn receive(&mut self) -> Option<Message> {
        if let Some(error) = self.failure.take() {
            self.refuse(&error).await;
            return None;
        }
        let mut asked = false;
        loop {
            match timeout(self.heartbeat, self.socket.next()).await {
                Ok(Some(Ok(message @ (Message::Text(_) | Message::Binary(_))))) => return Some(message),
                // A ping was answered by the library, and so is a close.
                Ok(Some(Ok(_))) => asked = false,
                Ok(Some(Err(error))) => {
                    self.refuse(&error).await;
                    return None;
                }
                Ok(None) => return None,
                Err(_) if asked => return None,
                Err(_) => {
                    asked = true;
                    if !self.say(Message::Ping(Vec::new().into())).await {
                        return None;
                    }
                }
            }
        }
    }

    /// The next message of text or bytes, where it is there already.
    fn received(&mut self) -> Option<Message> {
        match self.socket.next().now_or_never()?? {
            Ok(message @ (Message::Text(_) | Message::Binary(_))) => Some(message),
            Ok(_) => None,
            Err(error) => {
                self.failure = Some(error);
                None
            }
        }
    }

    /// Sends `message`; `false` where the client does not take it in time.
    async fn say(&mut self, message: Message) -> bool {
        is_done(timeout(2 * self.heartbeat, self.socket.send(message)).await)
    }

    /// Tells the client what was wrong with what it sent.
    async fn refuse(&mut self, error: &Error) {
        let (code, reason) = match error {
            Error::Capacity(CapacityError::MessageTooLong { size, max_size }) => {
                (CloseCode::Size, format!("expected at most {max_size} bytes a message, found {size}"))
            }
            Error::Utf8(_) => (CloseCode::Invalid, "expected UTF-8 in a text message".to_owned()),
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => return,
            Error::Protocol(error) => (CloseCode::Protocol, error.to_string()),
            _ => return,
        };
        if !self.say(close(code, &reason)).await {
            return;
        }
        // A connection that is closed with bytes unread is reset, and the client would not learn why. What it has sent
        // is read and thrown away, within limits.
        let io = self.socket.get_mut();
        let _ = io.shutdown().await;
        let mut left = MAX_THROWN_AWAY;
        let mut scratch = vec![0; BUFFER_BYTES];
        let _ = timeout(LINGER, async {
            while let Ok(length @ 1..) = io.read(&mut scratch).await {
                left = left.saturating_sub(length);
                if left == 0 {
                    return;
                }
            }
        })
        .await;
    }
}

fn is_done(written: Result<Result<(), Error>, Elapsed>) -> bool {
    matches!(written, Ok(Ok(())))
}

fn close(code: CloseCode, reason: &str) -> Message {
    Message::Close(Some(CloseFrame { code, reason: reason.into() }))
}

const PARAMETERS: &[&str] = &["sink", "count", "size", "pace_ms", "binary", "prompt"];

/// What asks a sink how much came.
const COUNT: &str = "count";

/// What a socket keeps for reading and for writing, in bytes.
const BUFFER_BYTES: usize = 16 << 10;

/// How long a client may take to close its end.
const LINGER: Duration = Duration::from_secs(5);

/// How much is read of what is not wanted, in bytes.
const MAX_THROWN_AWAY: usize = 256 << 20;
