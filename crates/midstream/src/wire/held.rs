//! A record that may come in several pieces.

use super::{Item, too_long};

/// Collects one record at a time: borrowed where it lies in one piece, copied where not, dropped over the limit.
#[derive(Debug)]
pub(super) struct Held {
    max_frame_bytes: usize,
    bytes: Vec<u8>,
    /// Where in the body the record begins.
    offset: u64,
    /// The record is over the limit: what comes of it is dropped.
    over: bool,
}

impl Held {
    pub(super) fn new(max_frame_bytes: usize) -> Self {
        Self { max_frame_bytes, bytes: Vec::new(), offset: 0, over: false }
    }

    /// Begins a record at `offset`.
    pub(super) fn begin(&mut self, offset: u64) {
        self.offset = offset;
        self.over = false;
        self.bytes.clear();
        self.bytes.shrink_to(KEPT_CAPACITY);
    }

    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Takes a part of the record behind which more may come.
    #[inline]
    pub(super) fn part(&mut self, part: &[u8], sink: &mut dyn FnMut(Item<'_>)) {
        if self.fits(part, sink) {
            match part {
                [byte] => self.bytes.push(*byte), // A call to copy one byte would cost more than the rest.
                _ => self.bytes.extend_from_slice(part),
            }
        }
    }

    /// Takes the last part of the record and gives the whole; `None` where it was over the limit.
    pub(super) fn whole<'h>(&'h mut self, part: &'h [u8], sink: &mut dyn FnMut(Item<'_>)) -> Option<&'h [u8]> {
        if !self.fits(part, sink) {
            return None;
        }
        if self.bytes.is_empty() {
            return Some(part);
        }
        self.bytes.extend_from_slice(part);
        Some(&self.bytes)
    }

    #[inline]
    fn fits(&mut self, part: &[u8], sink: &mut dyn FnMut(Item<'_>)) -> bool {
        if !self.over && self.bytes.len() + part.len() > self.max_frame_bytes {
            self.over = true;
            self.bytes = Vec::new();
            sink(too_long(self.offset, self.max_frame_bytes));
        }
        !self.over
    }
}

/// What a buffer may keep of its memory from one record to the next, in bytes.
pub(super) const KEPT_CAPACITY: usize = 64 * 1024;
