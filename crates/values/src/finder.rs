//! The finding of values in a text that comes in pieces.

use std::cell::Cell;

use super::beginnings::may_begin_value;
use super::choice::first_match;
use super::marks::{CAPITAL, LETTER, MARKS, PLAIN, STOP, may_part, parting};
use super::view::View;
use super::{Found, Match, Settings};

/// Finds the values of one text.
#[derive(Debug)]
pub struct Structured {
    settings: Settings,
    /// The text from byte `offset` on, a little of what is done with included: words before a number may say what it is.
    text: Vec<u8>,
    offset: u64,
    /// Up to where all is found, in `text`.
    done: usize,
    /// Up to where it is known where words end, in `text`.
    seen: usize,
    /// One past the last character that parts words, in `text`.
    whole: usize,
    /// Whether a word is longer than [`MAX_WORD`], so that what is left of it is skipped.
    skips: bool,
}

impl Structured {
    /// For a new text.
    pub fn new(settings: Settings) -> Self {
        Self { settings, text: Vec::new(), offset: 0, done: 0, seen: 0, whole: 0, skips: false }
    }

    /// Takes the next piece of the text and appends what is final, in order.
    pub fn push(&mut self, text: &str, found: &mut Vec<Found>) {
        self.text.extend_from_slice(text.as_bytes());
        let before = self.whole;
        self.part();
        if self.whole > before {
            self.find(self.whole, false, found);
        }
        self.skip_long_word();
        self.forget();
    }

    /// Takes the end of the text, or of a part that nothing reaches beyond, and appends what is left. What comes next
    /// counts on from here.
    pub fn finish(&mut self, found: &mut Vec<Found>) {
        if self.skips {
            self.done = self.text.len();
        }
        self.find(self.text.len(), true, found);
        self.offset += self.text.len() as u64;
        self.text.clear();
        (self.done, self.seen, self.whole, self.skips) = (0, 0, 0, false);
    }

    /// No further value begins before this byte of the text.
    pub fn settled(&self) -> u64 {
        self.offset + self.done as u64
    }

    /// Finds out where words end in what is new.
    fn part(&mut self) {
        while let Some(&byte) = self.text.get(self.seen) {
            let length = if may_part(byte) { parting(&self.text[self.seen..], byte) } else { 0 };
            self.seen += 1;
            if length == 0 {
                continue;
            }
            self.seen += length - 1;
            self.whole = self.seen;
            if self.skips {
                self.skips = false;
                self.done = self.whole;
            }
        }
    }

    /// Finds all values up to `end`, or as far as can be told.
    fn find(&mut self, end: usize, is_whole: bool, found: &mut Vec<Found>) {
        while self.done < end {
            let start = self.done;
            // One word, up to what parts it from the next; white space parts itself.
            let mut marks = 0;
            let mut stop = start;
            while stop < end {
                let byte = self.text[stop];
                if may_part(byte) {
                    let length = parting(&self.text[stop..], byte);
                    if length > 0 {
                        stop += length;
                        break;
                    }
                }
                // A capital at the beginning, a full stop at the end: a word of prose.
                let mark = MARKS[usize::from(byte)];
                marks |= if mark == CAPITAL && stop == start || mark == STOP && self.ends(stop + 1, end) {
                    LETTER
                } else {
                    mark
                };
                stop += 1;
            }
            let is_plain = marks & !PLAIN == 0;
            if is_plain && !may_begin_value(&self.text, start, stop) {
                self.done = stop;
                continue;
            }
            let view = View { bytes: &self.text[..end], is_whole, wanted_more: Cell::new(false) };
            let (next, matched) = first_match(&view, start, stop, is_plain, &self.settings);
            if view.wanted_more.get() {
                return;
            }
            self.done = next;
            for Match { kind, start, end, confidence, normalized } in matched.into_iter().flatten() {
                let (start, end) = (self.offset + start as u64, self.offset + end as u64);
                found.push(Found { kind, start, end, confidence, normalized });
            }
        }
    }

    /// Whether a word ends here.
    fn ends(&self, at: usize, end: usize) -> bool {
        at == end || matches!(self.text[at], b' ' | b'\n')
    }

    /// Gives up on a word that is too long for any value.
    fn skip_long_word(&mut self) {
        if self.text.len() - self.whole.max(self.done) > MAX_WORD {
            self.skips = true;
        }
        if self.skips {
            self.done = self.text.len();
        }
    }

    /// Drops what no word before a value can reach back to.
    fn forget(&mut self) {
        let mut gone = self.done.saturating_sub(KEPT);
        // Moving the rest down costs its length: not for every few bytes.
        if gone < self.text.len() / 2 || gone < KEPT {
            return;
        }
        while self.text[gone] & 0xC0 == 0x80 {
            gone += 1;
        }
        self.text.drain(..gone);
        self.offset += gone as u64;
        self.done -= gone;
        self.seen -= gone;
        self.whole = self.whole.saturating_sub(gone);
    }
}

/// Bytes of the longest word that is looked at.
const MAX_WORD: usize = 4096;
/// Bytes kept before what is done.
const KEPT: usize = 256;
