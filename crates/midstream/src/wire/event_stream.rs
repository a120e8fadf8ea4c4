//! Amazon event stream (`application/vnd.amazon.eventstream`), both checksums checked.
//!
//! A message is a prelude (its length, the length of its headers, the CRC-32 of these eight bytes), headers, a payload
//! and the CRC-32 of all before. Behind a prelude that does not match there is no way to find the next message.
//! Bodies that a gateway or a recorder has put into base64 are read as well; offsets are then those of the base64.

use std::borrow::Cow;

use super::{Frame, Item, Origin, crc32, foreign, too_long, utf8};
use crate::base64;
use crate::error::{Error, ErrorKind};
use crate::json::write_string;

#[derive(Debug)]
pub(super) struct EventStream {
    coding: Coding,
    messages: Messages,
}

#[derive(Debug)]
enum Coding {
    /// Nothing has come yet.
    Unknown,
    Binary,
    /// Base64, with the characters that don't make a group of four yet, and how many came before them.
    Base64(Vec<u8>, u64),
}

impl EventStream {
    pub(super) fn new(max_frame_bytes: usize) -> Self {
        Self { coding: Coding::Unknown, messages: Messages::new(max_frame_bytes) }
    }

    /// Whether anything showed that the body is in this framing.
    pub(super) fn recognised(&self) -> bool {
        self.messages.recognised
    }

    /// Takes bytes that begin at `offset` in the body.
    pub(super) fn feed(&mut self, bytes: &[u8], offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        if let (Coding::Unknown, Some(&first)) = (&self.coding, bytes.first()) {
            // A binary body begins with `A` only where its first message is longer than a gibibyte, one in base64
            // where it is shorter than 64 MiB.
            self.messages.base64 = first == b'A';
            self.messages.offset = offset;
            self.coding = if first == b'A' { Coding::Base64(Vec::new(), 0) } else { Coding::Binary };
        }
        let Coding::Base64(text, before) = &mut self.coding else { return self.messages.feed(bytes, sink) };
        if self.messages.dead {
            return;
        }
        text.extend(bytes.iter().filter(|byte| !matches!(byte, b'\r' | b'\n' | b'=')));
        let whole = text.len() / 4 * 4;
        let mut bytes = Vec::new();
        let sound = base64::decode(&text[..whole], &mut bytes);
        self.messages.feed(&bytes, sink);
        if let Err(at) = sound {
            self.messages.no_base64(*before + at as u64, sink);
        }
        *before += whole as u64;
        text.drain(..whole);
    }

    pub(super) fn finish(&mut self, sink: &mut dyn FnMut(Item<'_>)) {
        if let Coding::Base64(text, _) = &mut self.coding {
            // Fewer than four characters: what they hold in whole bytes.
            let bytes = text.len() * 6 / 8;
            text.resize(4, b'A');
            let mut decoded = Vec::new();
            if base64::decode(text, &mut decoded).is_ok() {
                self.messages.feed(&decoded[..bytes], sink);
            }
        }
        self.messages.finish(sink);
    }
}

/// The messages, out of base64.
#[derive(Debug)]
struct Messages {
    max_frame_bytes: usize,
    /// Where the messages begin in the body.
    offset: u64,
    /// Where the present message begins among them.
    start: u64,
    /// The present message's length, once its prelude is checked.
    length: Option<usize>,
    /// The present message as far as it came in earlier pieces.
    held: Vec<u8>,
    /// Bytes still to come of a message that is left out.
    skip: usize,
    /// Nothing more can be found.
    dead: bool,
    /// A prelude was right, or what was wrong with the first has been said.
    recognised: bool,
    /// The body is base64, into which offsets are converted.
    base64: bool,
}

impl Messages {
    fn new(max_frame_bytes: usize) -> Self {
        Self {
            max_frame_bytes,
            offset: 0,
            start: 0,
            length: None,
            held: Vec::new(),
            skip: 0,
            dead: false,
            recognised: false,
            base64: false,
        }
    }

    fn feed(&mut self, mut bytes: &[u8], sink: &mut dyn FnMut(Item<'_>)) {
        while !bytes.is_empty() && !self.dead {
            if self.skip > 0 {
                let length = bytes.len().min(self.skip);
                self.skip -= length;
                bytes = &bytes[length..];
                continue;
            }
            let wanted = self.length.unwrap_or(PRELUDE);
            if self.held.is_empty() && bytes.len() >= wanted {
                match self.length {
                    None => self.prelude(&bytes[..wanted], sink),
                    Some(_) => {
                        self.message(&bytes[..wanted], sink);
                        bytes = &bytes[wanted..];
                    }
                }
                continue;
            }
            let more = bytes.len().min(wanted - self.held.len());
            self.held.extend_from_slice(&bytes[..more]);
            bytes = &bytes[more..];
            if self.held.len() == wanted {
                let mut held = std::mem::take(&mut self.held);
                match self.length {
                    None => {
                        self.prelude(&held, sink);
                        if self.skip > 0 {
                            self.skip -= PRELUDE;
                            held.clear();
                        }
                    }
                    Some(_) => {
                        self.message(&held, sink);
                        held.clear();
                        held.shrink_to(super::held::KEPT_CAPACITY);
                    }
                }
                self.held = held;
            }
        }
    }

    fn finish(&mut self, sink: &mut dyn FnMut(Item<'_>)) {
        if self.dead || self.held.is_empty() || (!self.recognised && is_text(&self.held)) {
            return;
        }
        self.recognised = true;
        let held = self.held.len();
        let message = format!("expected the rest of a message, found the end of the body after {held} bytes of it");
        sink(Item::Fault(Error::new(ErrorKind::IncompleteFrame, self.place(0), message)));
    }

    /// Checks the prelude of the present message.
    fn prelude(&mut self, prelude: &[u8], sink: &mut dyn FnMut(Item<'_>)) {
        let (length, headers) = (u32_at(prelude, 0) as usize, u32_at(prelude, 4) as usize);
        let (expected, found) = (crc32(&prelude[..8]), u32_at(prelude, 8));
        if expected != found {
            self.dead = true;
            if !self.recognised && (is_text(prelude) || foreign(prelude).is_some()) {
                return;
            }
            let message = format!("expected a prelude with the CRC-32 {expected:08x}, found {found:08x}");
            return self.fault(ErrorKind::Checksum, 0, message, sink);
        }
        self.recognised = true;
        if length < SMALLEST {
            self.dead = true;
            let message = format!("expected a message of at least {SMALLEST} bytes, found a length of {length}");
            self.fault(ErrorKind::MalformedFrame, 0, message, sink);
        } else if headers > length - SMALLEST {
            let message =
                format!("expected at most {} bytes of headers, found a length of {headers}", length - SMALLEST);
            self.fault(ErrorKind::MalformedFrame, 0, message, sink);
            self.leave_out(length);
        } else if length > self.max_frame_bytes {
            sink(too_long(self.place(0), self.max_frame_bytes));
            self.leave_out(length);
        } else {
            self.length = Some(length);
        }
    }

    fn leave_out(&mut self, length: usize) {
        self.start += length as u64;
        self.skip = length;
    }

    /// Reads a whole message.
    fn message(&mut self, message: &[u8], sink: &mut dyn FnMut(Item<'_>)) {
        let body = message.len() - CHECKSUM;
        let (expected, found) = (crc32(&message[..body]), u32_at(message, body));
        let payload_at = PRELUDE + u32_at(message, 4) as usize;
        if expected != found {
            let message = format!("expected a message with the CRC-32 {expected:08x}, found {found:08x}; left out");
            self.fault(ErrorKind::Checksum, 0, message, sink);
        } else {
            match Headers::read(&message[PRELUDE..payload_at]) {
                Ok(headers) => self.frame(&headers, &message[payload_at..body], payload_at, sink),
                Err((at, expected)) => {
                    let message = format!("expected {expected} in the headers of a message; left out");
                    self.fault(ErrorKind::MalformedFrame, PRELUDE + at, message, sink);
                }
            }
        }
        self.start += message.len() as u64;
        self.length = None;
    }

    fn frame(&self, headers: &Headers<'_>, payload: &[u8], payload_at: usize, sink: &mut dyn FnMut(Item<'_>)) {
        let offset = self.place(payload_at);
        let mut data = utf8(payload, offset, sink);
        let (event, origin) = match headers.message_type {
            "exception" => (headers.exception_type, Origin::Exception),
            "error" => (headers.error_code, Origin::Exception),
            _ => (headers.event_type, Origin::Message),
        };
        if data.is_empty() && !headers.error_message.is_empty() {
            // An error has its words in a header, an exception in `{"message"}`: one shape is enough for dialects.
            let mut object = String::from("{\"message\":");
            write_string(headers.error_message, &mut object);
            object.push('}');
            data = Cow::Owned(object);
        }
        sink(Item::Frame(Frame { event, data: &data, id: "", retry: None, offset, origin }));
    }

    /// Character `at` is none of base64: nothing more can be read.
    fn no_base64(&mut self, at: u64, sink: &mut dyn FnMut(Item<'_>)) {
        let known = self.recognised && !self.dead;
        self.dead = true;
        if known {
            sink(Item::Fault(Error::new(ErrorKind::MalformedFrame, self.offset + at, "expected base64")));
        }
    }

    fn fault(&mut self, kind: ErrorKind, at: usize, message: String, sink: &mut dyn FnMut(Item<'_>)) {
        self.recognised = true;
        sink(Item::Fault(Error::new(kind, self.place(at), message)));
    }

    /// The offset into the body of byte `at` of the present message.
    fn place(&self, at: usize) -> u64 {
        let at = self.start + at as u64;
        self.offset + if self.base64 { at / 3 * 4 + at % 3 } else { at }
    }
}

/// Whether `prelude` begins a message.
pub(super) fn is_prelude(prelude: &[u8; PRELUDE]) -> bool {
    crc32(&prelude[..8]) == u32_at(prelude, 8)
}

/// Whether `text` is the base64 of a prelude.
pub(super) fn is_base64_prelude(text: &[u8; BASE64_PRELUDE]) -> bool {
    let mut prelude = Vec::new();
    base64::decode(text, &mut prelude).is_ok() && prelude.first_chunk().is_some_and(is_prelude)
}

/// The headers that say what a message is.
#[derive(Debug, Default)]
struct Headers<'m> {
    message_type: &'m str,
    event_type: &'m str,
    exception_type: &'m str,
    error_code: &'m str,
    error_message: &'m str,
}

impl<'m> Headers<'m> {
    /// Reads headers of all types and keeps the ones above; an error is where and what was expected.
    fn read(bytes: &'m [u8]) -> Result<Self, (usize, &'static str)> {
        let mut headers = Self::default();
        let mut at = 0;
        while at < bytes.len() {
            let name_length = usize::from(bytes[at]);
            let name = bytes.get(at + 1..at + 1 + name_length).filter(|name| !name.is_empty());
            let name = name.ok_or((at, "a name"))?;
            at += 1 + name_length;
            let kind = *bytes.get(at).ok_or((at, "a type"))?;
            let (length, value_at) = match kind {
                TRUE | FALSE => (0, at + 1),
                BYTE => (1, at + 1),
                SHORT => (2, at + 1),
                INTEGER => (4, at + 1),
                LONG | TIMESTAMP => (8, at + 1),
                UUID => (16, at + 1),
                BYTES | STRING => {
                    let length = bytes.get(at + 1..at + 3).ok_or((at, "a length"))?;
                    (usize::from(u16::from_be_bytes([length[0], length[1]])), at + 3)
                }
                _ => return Err((at, "a type from 0 to 9")),
            };
            let value = bytes.get(value_at..value_at + length).ok_or((at, "a whole value"))?;
            at = value_at + length;
            let known = match name {
                b":message-type" => &mut headers.message_type,
                b":event-type" => &mut headers.event_type,
                b":exception-type" => &mut headers.exception_type,
                b":error-code" => &mut headers.error_code,
                b":error-message" => &mut headers.error_message,
                _ => continue,
            };
            if kind == STRING {
                *known = std::str::from_utf8(value).map_err(|_| (value_at, "UTF-8"))?;
            }
        }
        Ok(headers)
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

/// Whether it is text, as the first bytes of an event stream never are.
fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace())
}

/// Length of a prelude, in bytes.
pub(super) const PRELUDE: usize = 12;
/// Length of a prelude in base64, in bytes.
pub(super) const BASE64_PRELUDE: usize = 16;
const CHECKSUM: usize = 4;
/// Length of a message without headers and payload, in bytes.
const SMALLEST: usize = PRELUDE + CHECKSUM;

// Header value types, from the specification's table.
const TRUE: u8 = 0;
const FALSE: u8 = 1;
const BYTE: u8 = 2;
const SHORT: u8 = 3;
const INTEGER: u8 = 4;
const LONG: u8 = 5;
const BYTES: u8 = 6;
const STRING: u8 = 7;
const TIMESTAMP: u8 = 8;
const UUID: u8 = 9;
