//! The recording of a WebSocket: what the server said, and where it waited for the client.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::websocket::Socket;

/// A recording of `{kind, direction, data}`, one a line.
#[derive(Debug, Clone)]
pub(super) struct Conversation(Arc<[Turn]>);

#[derive(Debug, Clone, PartialEq)]
enum Turn {
    /// The server says this.
    Says(Message),
    /// The client says something.
    Hears,
}

/// One line of it.
#[derive(Deserialize)]
struct Line<'l> {
    #[serde(default)]
    kind: &'l str,
    #[serde(default)]
    direction: &'l str,
    #[serde(borrow)]
    data: Option<&'l RawValue>,
}

impl Conversation {
    pub(super) fn new(body: &[u8]) -> io::Result<Self> {
        let wrong = |line: usize, what: &str| {
            let message = format!("expected `{{kind, direction, data}}` in line {line}, found {what}");
            io::Error::new(io::ErrorKind::InvalidData, message)
        };
        let text = std::str::from_utf8(body).map_err(|_| wrong(1, "what is no UTF-8"))?;
        let mut turns = Vec::new();
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let line: Line<'_> = serde_json::from_str(line).map_err(|error| wrong(at + 1, &error.to_string()))?;
            match line.direction {
                "received" => turns.push(Turn::Says(line.message().map_err(|what| wrong(at + 1, what))?)),
                "sent" => turns.push(Turn::Hears),
                // Recorders also write down the handshake.
                _ => {}
            }
        }
        Ok(Self(turns.into()))
    }

    /// Says what the server said, `pace` apart. Where the client spoke in the recording, it has [`PATIENCE`] to do so;
    /// what it says makes no difference.
    pub(super) async fn hold(self, mut socket: Socket, pace: Duration) {
        let mut due = Instant::now();
        for turn in &*self.0 {
            let goes_on = match turn {
                Turn::Says(message) => {
                    sleep_until(due).await;
                    due += pace;
                    socket.send(message.clone()).await.is_ok()
                }
                Turn::Hears => {
                    let heard = timeout_at(Instant::now() + PATIENCE, heard(&mut socket)).await;
                    due = due.max(Instant::now());
                    heard.unwrap_or(true)
                }
            };
            if !goes_on {
                return;
            }
        }
        let end = CloseFrame { code: CloseCode::Normal, reason: "the end of the recording".into() };
        let _ = socket.close(Some(end)).await;
        // The client answers with a close of its own.
        let _ = timeout_at(Instant::now() + PATIENCE, async { while heard(&mut socket).await {} }).await;
    }
}

/// Waits for a message of the client's; `false` where it is gone.
async fn heard(socket: &mut Socket) -> bool {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(_) | Message::Binary(_))) => return true,
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return false,
        }
    }
}

impl Line<'_> {
    fn message(&self) -> Result<Message, &'static str> {
        let data = self.data.ok_or("no `data`")?.get();
        let string: Option<String> = serde_json::from_str(data).ok();
        if self.kind == "binary" {
            let bytes = string.and_then(|text| STANDARD.decode(text).ok()).ok_or("`data` that is no base64")?;
            return Ok(Message::Binary(bytes.into()));
        }
        Ok(Message::text(string.unwrap_or_else(|| data.to_owned())))
    }
}

/// How long the client may take to speak where it spoke in the recording.
const PATIENCE: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_turns() {
        let body = concat!(
            "{\"request\":{},\"response\":{}}\n",
            "{\"kind\":\"message\",\"direction\":\"received\",\"data\":{\"a\": 1.0}}\n",
            "{\"kind\":\"text\",\"direction\":\"sent\",\"data\":\"hi\"}\n\n",
            "{\"kind\":\"text\",\"direction\":\"received\",\"data\":\"ho\"}\n",
            "{\"kind\":\"binary\",\"direction\":\"received\",\"data\":\"AAE=\"}\n",
        );
        let turns = [
            Turn::Says(Message::text("{\"a\": 1.0}")),
            Turn::Hears,
            Turn::Says(Message::text("ho")),
            Turn::Says(Message::Binary(vec![0, 1].into())),
        ];
        assert_eq!(*Conversation::new(body.as_bytes()).unwrap().0, turns);
        for (body, found) in [
            ("{}\nx", "line 2"),
            ("{\"direction\":\"received\"}", "line 1, found no `data`"),
            ("{\"kind\":\"binary\",\"direction\":\"received\",\"data\":\"?\"}", "no base64"),
        ] {
            let error = Conversation::new(body.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(found), "{error}");
        }
    }
}
