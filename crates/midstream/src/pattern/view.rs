//! A text as a reader takes it, while it arrives, for the rules that read that: places in it lead back to the text as it
//! stands.

use std::collections::VecDeque;

use super::lane::{Found, Text};
use super::normalise::{Normaliser, Output};

/// What is at hand of the normalised text.
#[derive(Debug, Default)]
pub(super) struct View {
    normaliser: Normaliser,
    normal: Normal,
}

/// Normalised bytes from `base` on, and what parts of them stand for.
#[derive(Debug, Default)]
struct Normal {
    base: u64,
    bytes: Vec<u8>,
    /// In order of `at`. Where no part begins, text goes on byte for byte.
    parts: VecDeque<Part>,
}

/// From byte `at` of the normalised text on, bytes stand for themselves, the first of them at `start` of the original; or
/// all bytes up to the next part stand for what is there, up to `end`.
#[derive(Debug, Clone, Copy)]
struct Part {
    at: u64,
    start: u64,
    end: Option<u64>,
    /// How far the original had to be read before these bytes were known.
    seen: u64,
}

impl Part {
    /// How a text begins.
    const FIRST: Self = Self { at: 0, start: 0, end: None, seen: 0 };
}

impl View {
    /// Takes more of the text; with `is_end`, nothing follows.
    pub(super) fn push(&mut self, text: &str, is_end: bool) {
        self.normaliser.push(text, is_end, &mut self.normal);
    }

    /// What there is to read when the original has been read up to `end`.
    pub(super) fn text(&self, end: u64, is_whole: bool) -> Text<'_> {
        let Normal { base, bytes, parts } = &self.normal;
        let later = parts.partition_point(|part| part.seen <= end && part.start < end);
        let mut to = parts.get(later).map_or(base + bytes.len() as u64, |part| part.at);
        if let Part { at, start, end: None, .. } = later.checked_sub(1).map_or(Part::FIRST, |last| parts[last]) {
            to = to.min(at + end.saturating_sub(start));
        }
        Text { base: *base, bytes: &bytes[..(to - base) as usize], is_whole }
    }

    /// Makes places in the normalised text places in the original.
    pub(super) fn translate(&self, found: &mut Found) {
        let last = found.end - 1;
        found.start = self.normal.place(found.start).0;
        found.end = self.normal.place(last).1;
        found.known = self.normal.seen(found.known - 1);
    }

    /// The first byte of the original that what begins at `at` can cover.
    pub(super) fn original(&self, at: u64) -> u64 {
        let Normal { base, bytes, .. } = &self.normal;
        if at < base + bytes.len() as u64 { self.normal.place(at).0 } else { self.normaliser.pending() }
    }

    /// Lets text go: nobody asks for what is before `needed`.
    pub(super) fn let_go(&mut self, needed: u64) {
        let Normal { base, bytes, parts } = &mut self.normal;
        let free = (needed.min(*base + bytes.len() as u64)).saturating_sub(*base) as usize;
        if free > (bytes.len() - free) / 4 && free > SLACK {
            bytes.drain(..free);
            *base += free as u64;
            while parts.get(1).is_some_and(|next| next.at <= *base) {
                parts.pop_front();
            }
        }
    }
}

impl Normal {
    /// What the byte at `at` is a part of in the original: from where to where.
    fn place(&self, at: u64) -> (u64, u64) {
        match self.part(at) {
            Part { start, end: Some(end), .. } => (start, end),
            Part { at: from, start, .. } => (start + (at - from), start + (at - from) + 1),
        }
    }

    /// How far the original had to be read before the byte at `at` was known.
    fn seen(&self, at: u64) -> u64 {
        let part = self.part(at);
        part.seen.max(self.place(at).1)
    }

    fn part(&self, at: u64) -> Part {
        let behind = self.parts.partition_point(|part| part.at <= at);
        behind.checked_sub(1).map_or(Part::FIRST, |last| self.parts[last])
    }

    fn end(&self) -> u64 {
        self.base + self.bytes.len() as u64
    }
}

impl Output for Normal {
    fn same(&mut self, bytes: &[u8], start: u64) {
        let at = self.end();
        let latest = self.parts.back().copied().unwrap_or(Part::FIRST);
        if latest.end.is_some() || start - latest.start != at - latest.at {
            self.parts.push_back(Part { at, start, end: None, seen: latest.seen });
        }
        self.bytes.extend(bytes.iter().map(u8::to_ascii_lowercase));
    }

    fn other(&mut self, bytes: &[u8], start: u64, end: u64, seen: u64) {
        if bytes.is_empty() {
            return;
        }
        let before = self.parts.back().map_or(0, |latest| latest.seen);
        self.parts.push_back(Part { at: self.end(), start, end: Some(end), seen: seen.max(before) });
        self.bytes.extend_from_slice(bytes);
    }
}

/// Bytes that are kept rather than moved for.
const SLACK: usize = 128;

#[cfg(test)]
mod tests {
    use super::super::normalise::Normalised;
    use super::*;

    #[test]
    fn places_are_those_of_the_whole_text_however_it_is_cut() {
        let text = "Ig\u{200B}nо&#114;e %41ll ＰＲＥvious æ忽略 &x \\u0069 100% ok \u{E0069}\u{AD} end&";
        let whole = Normalised::of(text);
        for cut in (0..=text.len()).filter(|&at| text.is_char_boundary(at)) {
            let mut view = View::default();
            view.push(&text[..cut], false);
            view.push(&text[cut..], false);
            view.push("", true);
            assert_eq!(view.text(text.len() as u64, true).bytes, whole.text(), "cut at {cut}");
            for at in 0..whole.text().len() {
                let (start, end) = whole.original(at..at + 1);
                let (start, end) = (start as u64, end as u64);
                let place = view.normal.place(at as u64);
                // Within a character that stands for itself, places are those of its bytes.
                assert!(start <= place.0 && place.1 <= end, "byte {at}, cut at {cut}");
            }
        }
    }

    #[test]
    fn no_more_is_at_hand_than_was_known() {
        let text = "a &#105; &x %zz忽\u{200B}b\\u0069c&";
        let mut whole = View::default();
        whole.push(text, false);
        let mut piecewise = View::default();
        let mut before = 0;
        for (at, character) in text.char_indices() {
            let end = at + character.len_utf8();
            piecewise.push(&text[at..end], false);
            let read = whole.text(end as u64, false).bytes.len();
            assert_eq!(piecewise.text(end as u64, false).bytes, &whole.normal.bytes[..read], "up to {end}");
            for known in before..read {
                let seen = whole.normal.seen(known as u64);
                assert!((at as u64) < seen && seen <= end as u64, "byte {known} at {seen}, up to {end}");
            }
            before = read;
        }
    }
}
