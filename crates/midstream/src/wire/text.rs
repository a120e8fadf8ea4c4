//! Plain text: what is whole of each piece is a frame. Characters may be cut anywhere.
//!
//! Bytes that are no UTF-8 are replaced, and told of once, at the end: a text in another encoding has thousands. Where
//! they stand as dense as in no text, the body is binary data and the rest of it is left out.
//!
//! Where rules are to check the text, the first byte that is no UTF-8, and the first zero, ends it: in another encoding
//! (UTF-16) rules would find nothing.

use memchr::memchr;

use super::{Frame, Item, Origin};
use crate::error::{Error, ErrorKind};

#[derive(Debug, Default)]
pub(super) struct Text {
    /// The beginning of a character whose rest is still to come.
    held: Vec<u8>,
    /// Places where something was replaced.
    replaced: u64,
    /// The first of them: its offset in the body and its first byte.
    first: (u64, u8),
    /// Where the present window of signs of binary data began, and how many there are in it.
    window: u64,
    signs: u32,
    /// The body is binary data, which was told.
    dead: bool,
    /// Rules are to check the text.
    checked: bool,
}

impl Text {
    /// A decoder at the start of a body; `checked` where rules are to check its text.
    pub(super) fn new(checked: bool) -> Self {
        Self { checked, ..Self::default() }
    }

    /// Takes a piece that begins at `offset` in the body.
    pub(super) fn feed(&mut self, bytes: &[u8], offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        if self.dead {
            return;
        }
        match std::str::from_utf8(bytes) {
            Ok("") => {}
            Ok(text) if self.held.is_empty() => self.frame(text, offset, sink),
            _ => self.feed_broken(bytes, offset, sink),
        }
    }

    /// Takes a piece that is not whole characters, or comes behind one that was not.
    fn feed_broken(&mut self, mut bytes: &[u8], mut offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        while !self.held.is_empty() && !bytes.is_empty() {
            // The bytes held are the beginning of one character: a byte more completes it or shows that it is none.
            let mut held = std::mem::take(&mut self.held);
            let start = offset - held.len() as u64;
            held.push(bytes[0]);
            match std::str::from_utf8(&held).map_err(|error| error.error_len()) {
                Err(None) => self.held = held,
                Err(Some(length)) if length < held.len() => {
                    // The new byte is not part of what was broken off and is read by itself.
                    self.replace(held[0], start, sink);
                    continue;
                }
                Err(Some(_)) => self.replace(held[0], start, sink),
                Ok(character) => self.frame(character, start, sink),
            }
            bytes = &bytes[1..];
            offset += 1;
        }
        let end = offset + bytes.len() as u64;
        for chunk in bytes.utf8_chunks() {
            let (valid, invalid) = (chunk.valid(), chunk.invalid());
            if !valid.is_empty() {
                self.frame(valid, offset, sink);
                offset += valid.len() as u64;
            }
            if let Some(&first) = invalid.first() {
                if offset + invalid.len() as u64 == end && begins_character(invalid) {
                    self.held.extend_from_slice(invalid);
                } else {
                    self.replace(first, offset, sink);
                }
                offset += invalid.len() as u64;
            }
        }
    }

    /// Takes the end of the body, which is `offset` bytes long.
    pub(super) fn finish(&mut self, offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        if let Some(&first) = self.held.first() {
            self.replace(first, offset - self.held.len() as u64, sink);
            self.held.clear();
        }
        let (first, byte) = self.first;
        let message = match self.replaced {
            0 => return,
            1 => format!("expected UTF-8, found byte 0x{byte:02x}; replaced by U+FFFD"),
            places => {
                format!("expected UTF-8, found byte 0x{byte:02x}; replaced by U+FFFD, as in {places} places in all")
            }
        };
        sink(Item::Fault(Error::new(ErrorKind::InvalidUtf8, first, message)));
    }

    fn frame(&mut self, mut data: &str, mut offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        // UTF-8 may have zeros, but texts have none.
        while let Some(zero) = memchr(0, data.as_bytes()) {
            if self.checked {
                self.hand_on(&data[..zero], offset, sink);
                return self.refuse(0, offset + zero as u64, sink);
            }
            let (before, rest) = data.split_at(zero + 1);
            self.hand_on(before, offset, sink);
            self.sign(offset + zero as u64, sink);
            offset += before.len() as u64;
            data = rest;
        }
        self.hand_on(data, offset, sink);
    }

    fn hand_on(&mut self, data: &str, offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        if !data.is_empty() && !self.dead {
            sink(Item::Frame(Frame { event: "", data, id: "", retry: None, offset, origin: Origin::Message }));
        }
    }

    /// Puts U+FFFD in the place of bytes that are no UTF-8 and begin with `byte`.
    fn replace(&mut self, byte: u8, offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        if self.checked {
            return self.refuse(byte, offset, sink);
        }
        self.hand_on("\u{FFFD}", offset, sink);
        if self.dead {
            return;
        }
        if self.replaced == 0 {
            self.first = (offset, byte);
        }
        self.replaced += 1;
        self.sign(offset, sink);
    }

    /// Ends a text that rules can't check from `byte` on.
    fn refuse(&mut self, byte: u8, offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        if !std::mem::replace(&mut self.dead, true) {
            sink(Item::Fault(Error::uncheckable(byte, offset)));
        }
    }

    /// Takes a sign of binary data.
    fn sign(&mut self, offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        if self.dead {
            return;
        }
        if self.signs == 0 || offset >= self.window + WINDOW {
            self.window = offset;
            self.signs = 0;
        }
        self.signs += 1;
        if self.signs < BINARY {
            return;
        }
        self.dead = true;
        // What this error tells of need not be told again.
        if self.replaced <= u64::from(self.signs) {
            self.replaced = 0;
        }
        let length = offset + 1 - self.window;
        let message = format!(
            "expected text in UTF-8, found binary data: {BINARY} bytes that no text has among {length}; the rest is left out"
        );
        sink(Item::Fault(Error::new(ErrorKind::WrongFraming, self.window, message)));
    }
}

/// Whether more bytes could make a character of `invalid`.
fn begins_character(invalid: &[u8]) -> bool {
    std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none())
}

/// So many signs within so many bytes make binary data: one byte in eight. A text in Latin-1 has about one in thirty.
const BINARY: u32 = 32;
const WINDOW: u64 = 256;
