//! What can be told of a token by itself: hashes of its letters, affixes and shape.

use super::lexicon::{Class, Lexicon};

/// A token without its text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Word {
    /// Hash of the letters in lower case, digits as `0`.
    pub(super) lower: u32,
    /// Hash of the shape: runs of capitals, small letters and digits as `X`, `x` and `0`.
    pub(super) shape: u32,
    /// Hashes of the first 2, 3 and 4 letters in lower case; 0 where the word is no longer than that.
    pub(super) prefixes: [u32; 3],
    /// Hashes of the last 1, 2, 3 and 4 letters in lower case; 0 where the word is no longer than that.
    pub(super) suffixes: [u32; 4],
    /// What the lexicon says of it.
    pub(super) class: Class,
    pub(super) form: Form,
}

/// How a word is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Form {
    /// Beyond the beginning or the end of the sentence.
    #[default]
    None,
    /// `word`.
    Lower,
    /// `Word`.
    Title,
    /// `WORD`, `U.S.`
    Upper,
    /// `A`, `J.`
    Initial,
    /// `McDonald`, `iPhone`.
    Mixed,
    /// `1,000.50`.
    Number,
    /// `MH17`, `4th`.
    Alphanumeric,
    /// `#name`.
    Hashtag,
    /// `@name`.
    Mention,
    /// `https://...`, `name@host`, `host.tld/path`.
    Address,
    /// `'s`.
    Clitic,
    /// Letters of a script without case.
    Uncased,
    /// `.`, `!`, `?`.
    Stop,
    /// Other punctuation and symbols.
    Punctuation,
}

/// How many forms there are, rounded up.
pub const FORMS: usize = 16;

impl Form {
    /// Whether names are written like this.
    pub(super) fn is_capitalised(self) -> bool {
        matches!(self, Self::Title | Self::Upper | Self::Initial | Self::Mixed)
    }
}

impl Word {
    /// Looks at `text`, which is not empty.
    pub fn new(text: &str, lexicon: &Lexicon) -> Self {
        let mut letters = Letters::default();
        let mut counts = Counts::default();
        let mut shape = Fnv::default();
        let mut last = '\0';
        for char in text.chars().take(MAX_LETTERS) {
            let kind = kind(char);
            counts.add(char, kind);
            if kind != last {
                shape.add(kind as u32);
                last = kind;
            }
            letters.push(char, kind);
        }
        let form = counts.form(text);
        let lower = letters.hash();
        let affix = |known: bool, hash: u32| if known { hash } else { 0 };
        let length = letters.length;
        Self {
            lower,
            shape: shape.finish(),
            prefixes: [2, 3, 4].map(|take| affix(length > take, letters.prefix(take))),
            suffixes: [1, 2, 3, 4].map(|take| affix(length > take, letters.suffix(take))),
            class: lexicon.class(lower),
            form,
        }
    }
}

/// The hash by which words and phrases are known: that of `text` in lower case with digits as `0`.
pub fn key(text: &str) -> u32 {
    let mut letters = Letters::default();
    for char in text.chars().take(MAX_LETTERS) {
        letters.push(char, kind(char));
    }
    letters.hash()
}

/// The hash of a phrase whose words so far hash to `phrase` (0 for none) when `word` follows.
pub fn join(phrase: u32, word: u32) -> u32 {
    mix(phrase.rotate_left(7) ^ 0x51ed_270b, word)
}

/// Two hashes as one.
#[inline]
pub(super) fn mix(a: u32, b: u32) -> u32 {
    let mut hash = (a ^ 0x9e37_79b9).wrapping_mul(0x85eb_ca6b) ^ b;
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    hash = (hash ^ (hash >> 12)).wrapping_mul(0x297a_2d39);
    hash ^ (hash >> 15)
}

/// What a letter is in a shape.
fn kind(char: char) -> char {
    match char {
        'a'..='z' => 'x',
        'A'..='Z' => 'X',
        '0'..='9' => '0',
        _ if char.is_ascii() => char,
        _ if char.is_uppercase() => 'X',
        _ if char.is_lowercase() => 'x',
        _ if char.is_numeric() => '0',
        _ if char.is_alphabetic() => 'o',
        '’' => '\'',
        _ => '~',
    }
}

/// Fowler, Noll and Vo's hash (FNV-1a) over code points, with a last mixing.
#[derive(Clone, Copy)]
struct Fnv(u32);

impl Default for Fnv {
    fn default() -> Self {
        Self(0x811c_9dc5)
    }
}

impl Fnv {
    #[inline]
    fn add(&mut self, value: u32) {
        self.0 = (self.0 ^ value).wrapping_mul(0x0100_0193);
    }

    fn finish(self) -> u32 {
        mix(self.0, 0)
    }
}

/// The letters of a word in lower case, as far as hashes need them.
#[derive(Default)]
struct Letters {
    hash: Fnv,
    /// The hashes of the first 2, 3 and 4 letters.
    first: [u32; 3],
    /// The last letters, the newest in the lowest place.
    last: [u32; 4],
    length: usize,
}

impl Letters {
    #[inline]
    fn push(&mut self, char: char, kind: char) {
        let small = match kind {
            'x' | 'o' | '~' => char as u32,
            '0' => '0' as u32,
            'X' if char.is_ascii() => char.to_ascii_lowercase() as u32,
            'X' => char.to_lowercase().next().map_or(char as u32, u32::from),
            _ => kind as u32,
        };
        self.hash.add(small);
        self.length += 1;
        if (2..=4).contains(&self.length) {
            self.first[self.length - 2] = self.hash.0;
        }
        self.last = [small, self.last[0], self.last[1], self.last[2]];
    }

    fn hash(&self) -> u32 {
        self.hash.finish()
    }

    fn prefix(&self, length: usize) -> u32 {
        mix(self.first[length - 2], 1)
    }

    fn suffix(&self, length: usize) -> u32 {
        self.last[..length].iter().fold(2, |hash, letter| mix(hash, *letter))
    }
}

/// How many characters of each kind a word has.
#[derive(Default)]
struct Counts {
    upper: u32,
    lower: u32,
    digits: u32,
    uncased: u32,
    first: char,
}

impl Counts {
    #[inline]
    fn add(&mut self, char: char, kind: char) {
        if self.first == '\0' {
            self.first = char;
        }
        match kind {
            'X' => self.upper += 1,
            'x' => self.lower += 1,
            '0' => self.digits += 1,
            'o' => self.uncased += 1,
            _ => {}
        }
    }

    fn form(&self, text: &str) -> Form {
        let letters = self.upper + self.lower + self.uncased;
        let starts = |mark: char| self.first == mark && text.len() > 1;
        if letters + self.digits == 0 {
            return if matches!(self.first, '.' | '!' | '?') { Form::Stop } else { Form::Punctuation };
        }
        match () {
            () if starts('#') => Form::Hashtag,
            () if starts('@') => Form::Mention,
            () if starts('\'') || starts('’') => Form::Clitic,
            () if text.contains("://") || text.contains('@') || text.starts_with("www.") => Form::Address,
            () if letters == 0 => Form::Number,
            () if self.digits > 0 => Form::Alphanumeric,
            () if self.uncased > 0 => Form::Uncased,
            () if self.upper == 0 => Form::Lower,
            () if self.lower == 0 && self.upper == 1 => Form::Initial,
            () if self.lower == 0 => Form::Upper,
            () if self.upper == 1 && self.first.is_uppercase() => Form::Title,
            () => Form::Mixed,
        }
    }
}

/// Letters of a word that are looked at; longer words are known by their beginning.
const MAX_LETTERS: usize = 64;
