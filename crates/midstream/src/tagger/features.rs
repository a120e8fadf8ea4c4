//! What is looked at to tag one token: hashes, each with a row of weights in the model.

use super::lexicon::{Class, Lexicon};
use super::word::{FORMS, Form, Word, join, mix};

/// Tokens before the one in question that are looked at.
pub const BEFORE: usize = 3;
/// Tokens behind the one in question that are looked at: how far decisions lag behind the text.
pub const BEHIND: usize = 3;
/// Most features of one token.
const MAX_FEATURES: usize = 64;

/// What has been seen of the sentence up to a token.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context {
    /// Words so far in the sentence.
    position: u32,
    /// The latest word that is not capitalised.
    anchor: u32,
    /// The word that the present run of capitalised words began with, and how many words it has.
    run: (u32, u32),
    /// How many of the latest words with letters were all capitals: the line shouts.
    shouting: u8,
    /// What phrase of the lexicon covers the token, and for how many more tokens.
    phrase: (u16, u8),
}

/// The features of one token.
#[derive(Debug, Clone, Copy)]
pub struct Features {
    hashes: [u32; MAX_FEATURES],
    length: usize,
}

impl Features {
    /// As a slice.
    #[inline]
    pub fn as_slice(&self) -> &[u32] {
        &self.hashes[..self.length]
    }

    #[inline]
    fn add(&mut self, template: u32, value: u32) {
        self.hashes[self.length] = mix(template, value);
        self.length += 1;
    }
}

impl Default for Features {
    fn default() -> Self {
        Self { hashes: [0; MAX_FEATURES], length: 0 }
    }
}

/// The words around a token: `BEFORE` before it, itself, `BEHIND` behind it. Beyond the sentence: `Word::default()`.
pub type Window = [Word; BEFORE + 1 + BEHIND];

impl Context {
    /// Takes the token in the middle of `window` into the context. Call it before [`features`](Self::features).
    pub fn enter(&mut self, window: &Window, lexicon: &Lexicon) {
        let word = &window[BEFORE];
        let before = &window[BEFORE - 1];
        if before.form == Form::None {
            *self = Self { shouting: self.shouting, ..Self::default() };
        } else {
            self.position += 1;
            if !before.form.is_capitalised() {
                self.anchor = before.lower;
            }
        }
        match word.form {
            Form::Upper => self.shouting = (self.shouting + 1).min(8),
            Form::Lower | Form::Title => self.shouting = self.shouting.saturating_sub(2),
            _ => {}
        }
        if word.form.is_capitalised() {
            if self.run.1 == 0 {
                self.run.0 = word.lower;
            }
            self.run.1 += 1;
        } else {
            self.run = (0, 0);
        }
        self.phrase.1 = self.phrase.1.saturating_sub(1);
        if self.phrase.1 == 0 {
            self.phrase = phrase_at(window, lexicon);
        }
    }

    /// The features of the token in the middle of `window`.
    pub fn features(&self, window: &Window) -> Features {
        let mut features = Features::default();
        let f = &mut features;
        let [_, b2, b1, w, a1, a2, a3] = window;
        let shape = mix(w.shape, w.form as u32);
        f.add(0, 0);
        f.add(1, w.lower);
        f.add(2, mix(w.lower, w.form as u32));
        for (at, prefix) in w.prefixes.iter().enumerate().filter(|(_, hash)| **hash != 0) {
            f.add(3 + at as u32, *prefix);
        }
        for (at, suffix) in w.suffixes.iter().enumerate().filter(|(_, hash)| **hash != 0) {
            f.add(6 + at as u32, mix(*suffix, w.form as u32));
        }
        f.add(10, shape);
        f.add(11, mix(shape, mix(b1.form as u32, a1.form as u32)));
        f.add(12, forms([b2, b1, w, a1, a2]));
        f.add(13, b1.lower);
        f.add(14, a1.lower);
        f.add(15, b2.lower);
        f.add(16, a2.lower);
        f.add(17, mix(b1.lower, w.form as u32));
        f.add(18, mix(a1.lower, w.form as u32));
        f.add(19, mix(b1.lower, w.lower));
        f.add(20, mix(w.lower, a1.lower));
        f.add(21, mix(mix(b2.lower, b1.lower), w.form as u32));
        f.add(22, mix(mix(a1.lower, a2.lower), w.form as u32));
        f.add(23, mix(mix(b1.lower, a1.lower), w.form as u32));
        f.add(24, mix(b1.suffixes[2], w.form as u32));
        f.add(25, mix(a1.suffixes[2], w.form as u32));
        f.add(26, mix(w.class.0.into(), w.form as u32));
        f.add(27, mix(mix(names(b1.class), names(w.class)), names(a1.class)));
        f.add(28, mix(b1.class.0.into(), w.form as u32));
        f.add(29, mix(a1.class.0.into(), w.form as u32));
        f.add(30, mix(b1.lower, names(w.class)));
        f.add(31, mix(a1.lower, names(w.class)));
        f.add(32, mix(u32::from(self.phrase.0) << 8 | u32::from(self.phrase.1), w.form as u32));
        f.add(33, mix(self.position.min(2), mix(w.form as u32, w.class.get(Class::COMMON).into())));
        f.add(34, mix(self.shouting.min(4).into(), w.form as u32));
        f.add(42, mix(parts([b1, w, a1]), w.form as u32));
        f.add(43, mix(parts([w, a1, a2]), w.form as u32));
        if w.form.is_capitalised() {
            let next = [a1, a2, a3].into_iter().find(|word| !word.form.is_capitalised()).map_or(1, |word| word.lower);
            let ahead = [a1, a2, a3].into_iter().take_while(|word| word.form.is_capitalised()).count() as u32;
            f.add(35, mix(self.anchor, self.run.1.min(4)));
            f.add(36, mix(next, ahead));
            f.add(37, mix(self.run.1.min(4), ahead));
            f.add(38, mix(self.run.0, self.run.1.min(4)));
            f.add(39, mix(self.anchor, names(w.class)));
            f.add(40, mix(a3.lower, ahead));
            f.add(41, mix(mix(b1.shape, w.shape), a1.shape));
        }
        features
    }
}

/// Whether the token is no name for sure: a common word or a mark that no list of names has, between two that are not
/// capitalised. Most of a text is like this, and needs no closer look.
pub fn is_plain(window: &Window) -> bool {
    let [.., before, word, after, _, _] = window;
    let plain = match word.form {
        Form::Lower => word.class.get(Class::COMMON) > 1 && names(word.class) & 0xff == 0 && parts([word; 3]) == 0,
        Form::Punctuation | Form::Stop => true,
        _ => false,
    };
    let calm = |form: Form| {
        matches!(form, Form::None | Form::Lower | Form::Punctuation | Form::Stop | Form::Number | Form::Clitic)
    };
    plain && calm(before.form) && calm(after.form)
}

/// The form of a token, in numbers below [`FORMS`]: what transitions between tags depend on.
pub(super) fn form(window: &Window) -> usize {
    window[BEFORE].form as usize % FORMS
}

/// What the lexicon says of a word as a name.
fn names(class: Class) -> u32 {
    u32::from(class.0 & 0xff) | u32::from(class.get(Class::COMMON) > 3) << 8
}

/// What names with each of the words in them mostly are.
fn parts(words: [&Word; 3]) -> u32 {
    words.iter().fold(0, |all, word| all << 2 | u32::from(word.class.get(Class::PART)))
}

fn forms(words: [&Word; 5]) -> u32 {
    words.iter().fold(0, |all, word| all << 4 | word.form as u32)
}

/// The longest phrase of the lexicon that begins at the token, and its length in tokens.
fn phrase_at(window: &Window, lexicon: &Lexicon) -> (u16, u8) {
    let words = &window[BEFORE..];
    if words[0].class.get(Class::BEGINS) == 0 {
        return (0, 0);
    }
    let mut found = (0, 0);
    let mut hash = 0;
    for (length, word) in (1..).zip(words) {
        hash = join(hash, word.lower);
        let kind = lexicon.phrase(hash);
        if length > 1 && kind != 0 {
            found = (kind, length);
        }
    }
    found
}
