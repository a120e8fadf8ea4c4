//! Plain text: what is whole of each piece is a frame. Characters may be cut anywhere.

use super::{Frame, Item, Origin, bad_byte};

#[derive(Debug, Default)]
pub(super) struct Text {
    /// The beginning of a character whose rest is still to come.
    held: Vec<u8>,
    /// The byte before was no UTF-8: one run of such bytes is one fault.
    astray: bool,
}

impl Text {
    /// Takes a piece that begins at `offset` in the body.
    pub(super) fn feed(&mut self, bytes: &[u8], offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
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
    }

    fn frame(&mut self, data: &str, offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        self.astray = false;
        sink(Item::Frame(Frame { event: "", data, id: "", retry: None, offset, origin: Origin::Message }));
    }

    /// Puts U+FFFD in the place of bytes that are no UTF-8 and begin with `first`.
    fn replace(&mut self, first: u8, offset: u64, sink: &mut dyn FnMut(Item<'_>)) {
        if !self.astray {
            sink(Item::Fault(bad_byte(first, offset)));
        }
        self.frame("\u{FFFD}", offset, sink);
        self.astray = true;
    }
}

/// Whether more bytes could make a character of `invalid`.
fn begins_character(invalid: &[u8]) -> bool {
    std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none())
}
