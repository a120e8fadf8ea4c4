//! A stretch of text that may go on, and a look at it that remembers whether it looked too far.

use std::cell::Cell;

/// The text as far as it is to be judged now.
pub(super) struct View<'a> {
    pub(super) bytes: &'a [u8],
    /// Whether nothing follows.
    pub(super) is_whole: bool,
    /// Whether anybody wanted to see what is not there yet.
    pub(super) wanted_more: Cell<bool>,
}

impl<'a> View<'a> {
    pub(super) fn get(&self, at: usize) -> Option<u8> {
        let byte = self.bytes.get(at).copied();
        if byte.is_none() && !self.is_whole {
            self.wanted_more.set(true);
        }
        byte
    }

    pub(super) fn is(&self, at: usize, wanted: u8) -> bool {
        self.get(at) == Some(wanted)
    }

    /// Whether `text` stands here, byte for byte; a word may go on behind it.
    pub(super) fn reads(&self, at: usize, text: &str) -> bool {
        text.bytes().zip(at..).all(|(byte, at)| self.is(at, byte))
    }

    pub(super) fn is_digit(&self, at: usize) -> bool {
        self.get(at).is_some_and(|byte| byte.is_ascii_digit())
    }

    pub(super) fn is_letter(&self, at: usize) -> bool {
        self.get(at).is_some_and(is_letter)
    }

    /// Whether a word goes on here.
    pub(super) fn is_word(&self, at: usize) -> bool {
        self.get(at).is_some_and(is_word)
    }

    /// Whether a word began before here.
    pub(super) fn is_inside(&self, at: usize) -> bool {
        let before = (0..at).rev().find(|&at| self.bytes[at] & 0xC0 != 0x80);
        before.is_some_and(|at| is_word(self.bytes[at]))
    }

    /// One past the last of the bytes from `at` on that are `of`.
    pub(super) fn run(&self, mut at: usize, of: impl Fn(u8) -> bool) -> usize {
        while self.get(at).is_some_and(&of) {
            at += 1;
        }
        at
    }

    /// How many digits from here on, and their value where it is below 10^9.
    pub(super) fn digits(&self, at: usize) -> (usize, u32) {
        let end = self.run(at, |byte| byte.is_ascii_digit());
        let value = self
            .bytes
            .get(at..end)
            .unwrap_or_default()
            .iter()
            .take(9)
            .fold(0, |value, byte| value * 10 + u32::from(byte - b'0'));
        (end - at, value)
    }

    /// One past the spaces that stand here, no-break and thin ones too, and one line break among them: text is wrapped at
    /// any space.
    pub(super) fn spaces(&self, at: usize) -> usize {
        let mut end = at;
        let mut is_wrapped = false;
        for _ in 0..MAX_SPACES {
            let mut next = self.space(end);
            if next == end && !is_wrapped {
                is_wrapped = true;
                next += usize::from(self.is(next, b'\r'));
                next = if self.is(next, b'\n') { next + 1 } else { end };
            }
            if next == end {
                break;
            }
            end = next;
        }
        end
    }

    /// The same of one at most.
    pub(super) fn space(&self, at: usize) -> usize {
        match self.get(at) {
            Some(b' ') => at + 1,
            Some(0xC2) if self.is(at + 1, 0xA0) => at + 2,
            Some(0xE2) if self.is(at + 1, 0x80) && matches!(self.get(at + 2), Some(0x89 | 0xAF)) => at + 3,
            _ => at,
        }
    }

    /// One past `word` where it stands here in any case and ends here.
    pub(super) fn word(&self, at: usize, word: &str) -> Option<usize> {
        let end = at + word.len();
        for (offset, wanted) in word.bytes().enumerate() {
            if !self.get(at + offset)?.eq_ignore_ascii_case(&wanted) {
                return None;
            }
        }
        (!self.is_word(end)).then_some(end)
    }

    /// The one of the words that stands here in any case and ends here: its place in the list, and one past it.
    pub(super) fn one_of(&self, at: usize, words: &[&str]) -> Option<(usize, usize)> {
        // The first byte tells most words apart without a call for each.
        let first = if words.is_empty() { None } else { self.get(at) };
        let begins = |word: &str| first.is_some_and(|byte| byte.eq_ignore_ascii_case(&word.as_bytes()[0]));
        let found = words.iter().enumerate().filter(|(_, word)| begins(word));
        found.into_iter().find_map(|(index, word)| Some((index, self.word(at, word)?)))
    }

    /// The same of a list that is long.
    pub(super) fn one_in(&self, at: usize, list: &List) -> Option<(usize, usize)> {
        let first = self.get(at).filter(|&first| list.begin_with(first))?;
        let second = self.get(at + 1)?;
        if list.begin(first, second) { self.one_of(at, list.words) } else { None }
    }

    pub(super) fn text(&self, start: usize, end: usize) -> &'a str {
        std::str::from_utf8(&self.bytes[start..end]).expect("recognisers cut at ASCII")
    }

    /// The word before here, white space and punctuation between left out.
    pub(super) fn word_before(&self, at: usize) -> &'a [u8] {
        let end = (0..at).rev().find(|&at| is_word(self.bytes[at])).map_or(0, |last| last + 1);
        let start = (0..end).rev().find(|&at| !is_word(self.bytes[at])).map_or(0, |before| before + 1);
        &self.bytes[start..end]
    }
}

/// Words of two letters or more, and what they begin with: two letters tell most other words apart.
pub(super) struct List {
    pub(super) words: &'static [&'static str],
    /// For each first letter, the second letters.
    starts: [u32; 32],
}

impl List {
    pub(super) const fn of(words: &'static [&'static str]) -> Self {
        let (mut starts, mut at) = ([0; 32], 0);
        while at < words.len() {
            let word = words[at].as_bytes();
            starts[(word[0] & 0x1F) as usize] |= 1 << (word[1] & 0x1F);
            at += 1;
        }
        Self { words, starts }
    }

    /// With the first three letters of its words.
    pub(super) const fn beginnings(&self, mut all: [u32; 1024]) -> [u32; 1024] {
        let mut at = 0;
        while at < self.words.len() {
            let word = self.words[at].as_bytes();
            all[super::beginnings::beginning(word[0], word[1])] |= 1 << (word[2] & 0x1F);
            at += 1;
        }
        all
    }

    /// Whether a word is one of them in any case.
    pub(super) fn has(&self, word: &[u8]) -> bool {
        let may_be = matches!(word, &[first, second, ..] if self.may_have(first, Some(second)));
        may_be && self.words.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
    }

    /// Whether one of them may begin with these letters.
    pub(super) fn may_have(&self, first: u8, second: Option<u8>) -> bool {
        self.begin_with(first) && second.is_none_or(|second| self.begin(first, second))
    }

    fn begin_with(&self, first: u8) -> bool {
        first.is_ascii_alphabetic() && self.starts[usize::from(first & 0x1F)] != 0
    }

    fn begin(&self, first: u8, second: u8) -> bool {
        self.starts[usize::from(first & 0x1F)] >> (second & 0x1F) & 1 == 1
    }
}

/// A set of bytes that words of a list begin with: most words are in no list, and their first byte says so.
#[derive(Clone, Copy)]
pub(super) struct Starts([u32; 8]);

impl Starts {
    pub(super) const NONE: Self = Self([0; 8]);

    /// With the first byte of `word`, in both cases.
    pub(super) const fn with(mut self, word: &str) -> Self {
        let byte = word.as_bytes()[0];
        let cases = [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()];
        let mut at = 0;
        while at < 2 {
            self.0[(cases[at] / 32) as usize] |= 1 << (cases[at] % 32);
            at += 1;
        }
        self
    }

    pub(super) const fn with_all(mut self, words: &[&str]) -> Self {
        let mut at = 0;
        while at < words.len() {
            self = self.with(words[at]);
            at += 1;
        }
        self
    }

    /// What any of `sets` has.
    pub(super) const fn all(sets: &[Self]) -> Self {
        let (mut all, mut at) = (Self::NONE, 0);
        while at < sets.len() * 8 {
            all.0[at % 8] |= sets[at / 8].0[at % 8];
            at += 1;
        }
        all
    }

    pub(super) const fn has(&self, byte: u8) -> bool {
        self.0[(byte / 32) as usize] >> (byte % 32) & 1 == 1
    }
}

/// Letters of ASCII, and the bytes of characters that are mostly letters: not Latin-1's signs (U+0080 to U+00BF), general
/// punctuation and symbols (U+2000 to U+2FFF), scripts without spaces, emoji.
pub(super) fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, 0x80..=0xBF | 0xC3..=0xE1)
}

/// Spaces between the parts of one value at most.
const MAX_SPACES: usize = 4;

pub(super) fn is_word(byte: u8) -> bool {
    is_letter(byte) || byte.is_ascii_digit() || byte == b'_'
}
