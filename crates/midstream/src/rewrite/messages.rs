//! A WebSocket's messages in, the same messages out with the model's words filtered.
//!
//! A message is a frame of its own, so nothing is cut: what comes in is whole. Those that go out are as many, and before
//! one that ends a channel stands one more with the words that were held back.

use std::sync::Arc;

use super::{Filters, Finding, Stream};
use crate::dialect::Dialect;
use crate::engine::Limits;
use crate::wire::{Frame, Framing, Origin};

/// Rewrites what one side of a WebSocket says.
#[derive(Debug)]
pub struct Messages {
    stream: Stream,
}

/// A message of text, which some providers send as binary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What it says.
    pub text: String,
    /// It is to be sent as a binary message.
    pub is_binary: bool,
}

impl Messages {
    /// At the start of a conversation. Without a dialect, it is that of the first message that shows one; what comes before
    /// passes with each of its strings filtered.
    pub fn new(dialect: Option<Dialect>, limits: &Limits, filters: Arc<dyn Filters>) -> Self {
        let mut stream = Stream::new(dialect, limits, filters);
        stream.channels.framing = Some(Framing::Ws);
        Self { stream }
    }

    /// Takes the next message and returns those that may go on. Once the conversation is [stopped](Self::stopped) nothing
    /// more may.
    pub fn message(&mut self, text: &str, is_binary: bool) -> Vec<Message> {
        let stream = &mut self.stream;
        if stream.stopped.is_none() {
            write(text, is_binary, &mut stream.raw);
            if text.len() > stream.limits.max_frame_bytes {
                let max = stream.limits.max_frame_bytes;
                stream.refuse(&format!("a message is longer than `max_frame_bytes` ({max})"));
            } else if text.contains('\0') {
                stream.refuse("expected text in UTF-8, found a zero");
            } else {
                let offset = stream.start;
                let frame = Frame { event: "", data: text, id: "", retry: None, offset, origin: Origin::Message };
                stream.arrived(Framing::Ws, &frame);
            }
        }
        self.written()
    }

    /// Takes the end of the conversation and returns what was held back and may be shown.
    pub fn finish(&mut self) -> Vec<Message> {
        self.stream.end();
        self.written()
    }

    /// Stops the conversation for `reason`: returns the messages with which it ends in its dialect.
    pub fn refuse(&mut self, reason: &str) -> Vec<Message> {
        if self.stream.stopped.is_none() {
            self.stream.refuse(reason);
        }
        self.written()
    }

    /// Notes a message of audio, which no filter can read: whether it may pass.
    pub fn audio(&mut self) -> bool {
        let passes = self.stream.stopped.is_none() && self.stream.channels.passes_audio();
        self.stream.channels.audio += usize::from(passes);
        passes
    }

    /// What was found since this was last asked.
    pub fn findings(&mut self) -> std::vec::Drain<'_, Finding> {
        self.stream.channels.findings.drain(..)
    }

    /// How many characters of words are held back at the moment.
    pub fn held(&self) -> usize {
        self.stream.channels.held()
    }

    /// How many pieces of audio have passed, which no filter could read.
    pub fn heard(&self) -> usize {
        self.stream.channels.audio
    }

    /// Why the conversation was stopped, if it was.
    pub fn stopped(&self) -> Option<&str> {
        self.stream.stopped.as_deref()
    }

    fn written(&mut self) -> Vec<Message> {
        let mut messages = Vec::new();
        for bytes in self.stream.out.split_inclusive(|byte| matches!(*byte, TEXT | BINARY)) {
            let text = String::from_utf8(bytes[..bytes.len() - 1].to_owned()).expect("messages are written from text");
            messages.push(Message { text, is_binary: is_binary(bytes) });
        }
        self.stream.out.clear();
        messages
    }
}

/// Appends a message to `out`: its text, and a byte that no text has.
pub(super) fn write(text: &str, is_binary: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(text.as_bytes());
    out.push(if is_binary { BINARY } else { TEXT });
}

/// Whether a message that was written so is to be sent as binary.
pub(super) fn is_binary(written: &[u8]) -> bool {
    written.last() == Some(&BINARY)
}

/// Ends a message. No UTF-8 has either byte.
const TEXT: u8 = 0xFF;
const BINARY: u8 = 0xFE;
