//! The bytes of a WebSocket's one direction in, its messages out, as the lines of a recording: what framing `ws` reads.
//! Nothing is kept but the head of a frame: a message goes into its line as it comes.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};

/// Writes a message that is whole behind `out`.
pub(super) fn line(payload: &[u8], is_text: bool, out: &mut Vec<u8>) {
    let mut message = Message::Begun(is_text);
    message.write(payload, out);
    message.end(out);
}

/// Reads along.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    /// What came of a frame's head.
    head: Vec<u8>,
    /// The frame whose payload comes.
    frame: Option<Frame>,
    /// The message whose frames come.
    message: Option<Message>,
    /// The payload of a close, once it came.
    closed: Option<Vec<u8>>,
}

#[derive(Debug)]
struct Frame {
    opcode: OpCode,
    is_final: bool,
    /// Bytes of payload that are still to come.
    left: u64,
}

/// How a message is written into its line.
#[derive(Debug, Clone, Copy)]
enum Message {
    /// Nothing came of it yet; whether it is text.
    Begun(bool),
    /// JSON stands as it is. Some providers send it as binary.
    Json,
    Text,
    /// Base64, with up to two bytes that wait for a third.
    Binary([u8; 2], usize),
}

impl Transcript {
    /// Takes the next bytes, and writes what they say behind `out`.
    ///
    /// # Errors
    /// What was expected and what came: nothing more can be read.
    pub(super) fn feed(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        while !bytes.is_empty() {
            match &mut self.frame {
                None => {
                    self.head.push(bytes[0]);
                    bytes = &bytes[1..];
                    self.begin()?;
                }
                Some(frame) => {
                    let length = usize::try_from(frame.left).map_or(bytes.len(), |left| left.min(bytes.len()));
                    let (payload, rest) = bytes.split_at(length);
                    frame.left -= length as u64;
                    bytes = rest;
                    self.payload(payload, out);
                }
            }
            self.end(out);
        }
        Ok(())
    }

    /// The code and the reason with which the connection was closed; code 1005 where none was given. `None` where it
    /// was not closed, or not yet.
    pub(super) fn closed(&self) -> Option<(u16, String)> {
        Some(match self.closed.as_deref()? {
            [high, low, reason @ ..] => {
                (u16::from_be_bytes([*high, *low]), String::from_utf8_lossy(reason).into_owned())
            }
            _ => (NO_CODE, String::new()),
        })
    }

    /// Begins a frame, where its head is whole.
    fn begin(&mut self) -> Result<(), String> {
        let parsed = FrameHeader::parse(&mut Cursor::new(&self.head)).map_err(|error| error.to_string())?;
        let Some((header, left)) = parsed else { return Ok(()) };
        self.head.clear();
        if header.rsv1 || header.rsv2 || header.rsv3 || header.mask.is_some() {
            return Err("expected WebSocket frames without extensions or mask, found others".to_owned());
        }
        match header.opcode {
            OpCode::Data(Data::Text | Data::Binary) if self.message.is_none() => {
                self.message = Some(Message::Begun(header.opcode == OpCode::Data(Data::Text)));
            }
            OpCode::Data(Data::Continue) if self.message.is_some() => {}
            OpCode::Control(Control::Close) => self.closed = Some(Vec::new()),
            OpCode::Control(_) if left <= MAX_CONTROL_BYTES => {}
            other => return Err(format!("expected a message or its continuation, found {other}")),
        }
        self.frame = Some(Frame { opcode: header.opcode, is_final: header.is_final, left });
        Ok(())
    }

    fn payload(&mut self, payload: &[u8], out: &mut Vec<u8>) {
        match (self.frame.as_ref().map(|frame| frame.opcode), &mut self.message) {
            (Some(OpCode::Data(_)), Some(message)) => message.write(payload, out),
            (Some(OpCode::Control(Control::Close)), _) => {
                let close = self.closed.get_or_insert_default();
                close.extend_from_slice(&payload[..payload.len().min(MAX_CONTROL_BYTES as usize - close.len())]);
            }
            _ => {}
        }
    }

    /// Ends the frame, and with it the message, where they are whole.
    fn end(&mut self, out: &mut Vec<u8>) {
        let Some(frame) = self.frame.take_if(|frame| frame.left == 0) else { return };
        if matches!(frame.opcode, OpCode::Data(_))
            && frame.is_final
            && let Some(message) = self.message.take()
        {
            message.end(out);
        }
    }
}

impl Message {
    fn write(&mut self, payload: &[u8], out: &mut Vec<u8>) {
        if let (Self::Begun(is_text), Some(first)) = (*self, payload.first()) {
            *self = match first {
                b'{' | b'[' => Self::Json,
                _ if is_text => Self::Text,
                _ => Self::Binary([0; 2], 0),
            };
            out.extend_from_slice(self.opening());
        }
        match self {
            Self::Begun(_) => {}
            // A line end can stand between JSON's tokens, and not in a line.
            Self::Json => {
                out.extend(payload.iter().map(|byte| if matches!(byte, b'\r' | b'\n') { b' ' } else { *byte }))
            }
            Self::Text => payload.iter().for_each(|byte| escape(*byte, out)),
            Self::Binary(carried, count) => {
                for byte in payload {
                    if *count < 2 {
                        carried[*count] = *byte;
                        *count += 1;
                    } else {
                        base64(&[carried[0], carried[1], *byte], out);
                        *count = 0;
                    }
                }
            }
        }
    }

    fn end(mut self, out: &mut Vec<u8>) {
        if let Self::Begun(is_text) = self {
            self = if is_text { Self::Text } else { Self::Binary([0; 2], 0) };
            out.extend_from_slice(self.opening());
        }
        if let Self::Binary(carried, count) = self {
            base64(&carried[..count], out);
        }
        out.extend_from_slice(if matches!(self, Self::Json) { b"}\n" } else { b"\"}\n" });
    }

    /// What stands before the message in its line.
    fn opening(self) -> &'static [u8] {
        match self {
            Self::Json => br#"{"kind":"message","direction":"received","data":"#,
            Self::Binary(..) => br#"{"kind":"binary","direction":"received","data":""#,
            Self::Begun(_) | Self::Text => br#"{"kind":"text","direction":"received","data":""#,
        }
    }
}

/// Writes `byte` of a text as it stands in a JSON string.
fn escape(byte: u8, out: &mut Vec<u8>) {
    match byte {
        b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
        0..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
        _ => out.push(byte),
    }
}

/// Writes up to three bytes as base64.
fn base64(bytes: &[u8], out: &mut Vec<u8>) {
    let mut quad = [0; 4];
    let length = STANDARD.encode_slice(bytes, &mut quad).expect("three bytes are four digits");
    out.extend_from_slice(&quad[..length]);
}

/// RFC 6455, section 7.4.1.
const NO_CODE: u16 = 1005;

/// RFC 6455, section 5.5.
const MAX_CONTROL_BYTES: u64 = 125;

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame as a server sends it.
    fn frame(opcode: u8, is_final: bool, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![opcode | if is_final { 0x80 } else { 0 }];
        match u8::try_from(payload.len()) {
            Ok(length @ 0..126) => frame.push(length),
            _ => {
                frame.push(126);
                frame.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
            }
        }
        frame.extend_from_slice(payload);
        frame
    }

    fn lines(bytes: &[u8], size: usize) -> (String, Option<(u16, String)>) {
        let mut transcript = Transcript::default();
        let mut out = Vec::new();
        for piece in bytes.chunks(size) {
            transcript.feed(piece, &mut out).unwrap();
        }
        (String::from_utf8(out).unwrap(), transcript.closed())
    }

    #[test]
    fn messages_are_the_same_lines_however_their_bytes_are_cut() {
        let long = format!("{{\"x\":\"{}\"}}", "y".repeat(300));
        let bytes = [
            frame(1, true, b"{\n  \"type\": \"a\"\r\n}"),
            frame(1, false, b"{\"type\":"),
            frame(9, true, b"ping"),
            frame(0, true, b"\"b\"}"),
            frame(2, true, b"{\"setupComplete\": {}}"),
            frame(1, true, "hi \"\\\n \u{1F30A}".as_bytes()),
            frame(2, true, &[0, 1, 2, 3, 0xFF]),
            frame(1, true, b""),
            frame(2, true, b""),
            frame(1, true, long.as_bytes()),
            frame(8, true, &[&[0x03, 0xF3][..], b"overloaded"].concat()),
        ]
        .concat();
        let line =
            |kind: &str, data: &str| format!("{{\"kind\":\"{kind}\",\"direction\":\"received\",\"data\":{data}}}\n");
        let expected = [
            line("message", "{   \"type\": \"a\"  }"),
            line("message", "{\"type\":\"b\"}"),
            line("message", "{\"setupComplete\": {}}"),
            line("text", "\"hi \\\"\\\\\\u000a \u{1F30A}\""),
            line("binary", "\"AAECA/8=\""),
            line("text", "\"\""),
            line("binary", "\"\""),
            line("message", &long),
        ]
        .concat();
        for size in 1..=bytes.len() {
            assert_eq!(lines(&bytes, size), (expected.clone(), Some((1011, "overloaded".to_owned()))), "{size}");
        }
        for line in expected.lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
        assert_eq!(lines(&frame(8, true, b""), 1), (String::new(), Some((1005, String::new()))));
    }

    #[test]
    fn what_can_not_be_read_is_said() {
        for bytes in [
            // Compressed; masked; a continuation of nothing; a message within another; an opcode that is none.
            &[0xC1, 1, 0][..],
            &[0x81, 0x81, 0, 0, 0, 0, 0],
            &[0x80, 0],
            &[0x01, 1, b'x', 0x81, 1, b'y'],
            &[0x83, 0],
        ] {
            let mut transcript = Transcript::default();
            assert!(transcript.feed(bytes, &mut Vec::new()).is_err(), "{bytes:?}");
        }
    }
}
