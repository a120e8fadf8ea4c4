//! What can be told of a token by itself: hashes of its letters, affixes and shape.

use crate::lexicon::{Class, Lexicon};

/// A token without its text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Word {
    /// Hash of the letters in lower case, digits as `0`.
    pub(crate) lower: u32,
    /// Hash of the shape: runs of capitals, small letters and digits as `X`, `x` and `0`.
    pub(crate) shape: u32,
    /// Hashes of the first 2, 3 and 4 letters in lower case; 0 where the word is no longer than that.
    pub(crate) prefixes: [u32; 3],
    /// Hashes of the last 1, 2, 3 and 4 letters in lower case; 0 where the word is no longer than that.
    pub(crate) suffixes: [u32; 4],
    /// What the lexicon says of it.
    pub(crate) class: Class,
    pub(crate) form: Form,
    /// Whether nothing parts it from the word before.
    pub(crate) glued: bool,
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
    pub(crate) fn is_capitalised(self) -> bool {
        matches!(self, Self::Title | Self::Upper | Self::Initial | Self::Mixed)
    }
}

impl Word {
    /// Looks at `text`, which is not empty.
    pub fn new(text: &str, lexicon: &Lexicon) -> Self {
        match Seen::ascii(text) {
            Some(seen) => seen.word(text, lexicon),
            None => Seen::any(text).word(text, lexicon),
        }
    }
}

/// What the characters of a word tell, taken together.
#[derive(Default)]
struct Seen {
    letters: Letters,
    counts: Counts,
    shape: Fnv,
}

impl Seen {
    /// Of ASCII alone, as nearly all words are; `None` where it is not, or long.
    #[inline]
    fn ascii(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() > MAX_LETTERS {
            return None;
        }
        let mut seen = Self::default();
        let (mut last, mut counts) = (0, 0);
        for (at, byte) in bytes.iter().enumerate() {
            let Look { kind, small, count } = *ASCII.get(usize::from(*byte))?;
            counts += count;
            if kind != last {
                seen.shape.add(kind.into());
                last = kind;
            }
            seen.letters.hash.add(small.into());
            seen.letters.first[at.min(4)] = seen.letters.hash.0;
        }
        for (last, byte) in seen.letters.last.iter_mut().zip(bytes.iter().rev()) {
            *last = ASCII[usize::from(*byte) % ASCII.len()].small.into();
        }
        seen.letters.length = bytes.len();
        seen.counts = Counts::unpacked(counts, bytes.first().copied().map_or('\0', char::from));
        Some(seen)
    }

    #[inline(never)]
    fn any(text: &str) -> Self {
        let mut seen = Self::default();
        let mut last = 0;
        for char in text.chars().take(MAX_LETTERS) {
            let (kind, small) = look(char);
            seen.counts.add(char, kind);
            if kind != last {
                seen.shape.add(kind.into());
                last = kind;
            }
            seen.letters.push(small);
        }
        seen
    }

    #[inline]
    fn word(self, text: &str, lexicon: &Lexicon) -> Word {
        let Self { letters, counts, shape } = self;
        let form = counts.form(text);
        let lower = letters.hash();
        let length = letters.length;
        let affix = |take: usize, hash: u32| if length > take { hash } else { 0 };
        let suffixes = letters.suffixes();
        Word {
            lower,
            shape: shape.finish(),
            prefixes: [2, 3, 4].map(|take| affix(take, letters.prefix(take))),
            suffixes: [1, 2, 3, 4].map(|take| affix(take, suffixes[take - 1])),
            class: lexicon.class(lower),
            form,
            glued: false,
        }
    }
}

/// What a character of ASCII tells: [`look`] for each, and what it counts for as [`Counts::unpacked`] has it.
#[derive(Clone, Copy)]
struct Look {
    kind: u8,
    small: u8,
    count: u32,
}

const ASCII: [Look; 128] = {
    let mut all = [Look { kind: 0, small: 0, count: 0 }; 128];
    let mut byte = 0;
    while byte < 128 {
        let (kind, small) = look_at_ascii(byte as u8);
        let count = match kind {
            b'X' => 1,
            b'x' => 1 << 8,
            b'0' => 1 << 16,
            b'@' | b':' => 1 << 24,
            _ => 0,
        };
        all[byte] = Look { kind, small, count };
        byte += 1;
    }
    all
};

/// The hash by which words and phrases are known: that of `text` in lower case with digits as `0`.
pub fn key(text: &str) -> u32 {
    let mut letters = Letters::default();
    for char in text.chars().take(MAX_LETTERS) {
        letters.push(look(char).1);
    }
    letters.hash()
}

/// The hash of a phrase whose words so far hash to `phrase` (0 for none) when `word` follows.
pub fn join(phrase: u32, word: u32) -> u32 {
    mix(phrase.rotate_left(7) ^ 0x51ed_270b, word)
}

/// Two hashes as one.
#[inline]
pub(crate) fn mix(a: u32, b: u32) -> u32 {
    second_half(first_half(a) ^ b)
}

#[inline]
pub(crate) fn first_half(a: u32) -> u32 {
    (a ^ 0x9e37_79b9).wrapping_mul(0x85eb_ca6b)
}

#[inline]
pub(crate) fn second_half(mut hash: u32) -> u32 {
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
    hash = (hash ^ (hash >> 12)).wrapping_mul(0x297a_2d39);
    hash ^ (hash >> 15)
}

/// What a letter is in a shape, and what it is for a hash of letters: in lower case, digits as `0`.
fn look(char: char) -> (u8, u32) {
    match char {
        _ if char.is_ascii() => {
            let (kind, small) = look_at_ascii(char as u8);
            (kind, small.into())
        }
        _ if char.is_uppercase() => (b'X', char.to_lowercase().next().map_or(char.into(), u32::from)),
        _ if char.is_lowercase() => (b'x', char.into()),
        _ if char.is_numeric() => (b'0', b'0'.into()),
        _ if char.is_alphabetic() => (b'o', char.into()),
        '’' => (b'\'', b'\''.into()),
        _ => (b'~', char.into()),
    }
}

const fn look_at_ascii(byte: u8) -> (u8, u8) {
    match byte {
        b'a'..=b'z' => (b'x', byte),
        b'A'..=b'Z' => (b'X', byte | 0x20),
        b'0'..=b'9' => (b'0', b'0'),
        _ => (byte, byte),
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
    /// The hashes of the first 1, 2, 3 and 4 letters, and one more place, for which there is no use.
    first: [u32; 5],
    /// The last letters, the newest in the lowest place.
    last: [u32; 4],
    length: usize,
}

impl Letters {
    #[inline]
    fn push(&mut self, small: u32) {
        self.hash.add(small);
        self.length += 1;
        self.first[(self.length - 1).min(4)] = self.hash.0;
        self.last = [small, self.last[0], self.last[1], self.last[2]];
    }

    fn hash(&self) -> u32 {
        self.hash.finish()
    }

    fn prefix(&self, length: usize) -> u32 {
        mix(self.first[length - 1], 1)
    }

    /// Of the last 1, 2, 3 and 4 letters.
    fn suffixes(&self) -> [u32; 4] {
        let mut hash = 2;
        self.last.map(|letter| {
            hash = mix(hash, letter);
            hash
        })
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
    /// Whether there is `@` or `:`, as addresses have.
    marks: bool,
}

impl Counts {
    /// From what characters of ASCII count for: capitals, small letters, digits and marks, eight bits each.
    fn unpacked(counts: u32, first: char) -> Self {
        let [upper, lower, digits, marks] = counts.to_le_bytes().map(u32::from);
        Self { upper, lower, digits, uncased: 0, first, marks: marks > 0 }
    }

    fn add(&mut self, char: char, kind: u8) {
        if self.first == '\0' {
            self.first = char;
        }
        match kind {
            b'X' => self.upper += 1,
            b'x' => self.lower += 1,
            b'0' => self.digits += 1,
            b'o' => self.uncased += 1,
            b'@' | b':' => self.marks = true,
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
            () if (self.marks || text.len() > MAX_LETTERS) && (text.contains("://") || text.contains('@'))
                || self.first == 'w' && text.starts_with("www.") =>
            {
                Form::Address
            }
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
