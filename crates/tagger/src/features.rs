//! What is looked at to tag one token: hashes, each with a row of weights in the model.

use crate::lexicon::{Class, Lexicon};
use crate::word::{FORMS, Form, Word, first_half, join, mix, second_half};

/// Tokens before the one in question that are looked at.
pub const BEFORE: usize = 3;
/// Tokens behind the one in question that are looked at: how far decisions lag behind the text.
pub const BEHIND: usize = 3;
/// Most features of one token, and a place for one that is not wanted.
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
    /// Whether the sentence began with a capital, so that a common noun without one is no name.
    cased: bool,
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
        self.add_if(true, template, value);
    }

    /// Only in a step without a branch is this as fast as hashing it all: what stands where it is not wanted is overwritten.
    #[inline]
    fn add_if(&mut self, is_wanted: bool, template: u32, value: u32) {
        self.hashes[self.length % MAX_FEATURES] = first_half(template) ^ value;
        self.length += usize::from(is_wanted);
    }

    /// The rest of [`mix`] for all that was added, eight at a time.
    #[inline]
    fn finish(&mut self) {
        let chunks = self.length.div_ceil(8);
        for hashes in self.hashes.as_chunks_mut::<8>().0.iter_mut().take(chunks) {
            for hash in hashes {
                *hash = second_half(*hash);
            }
        }
    }
}

#[cfg(test)]
impl Features {
    /// These hashes.
    pub(crate) fn of(hashes: &[u32]) -> Self {
        let mut features = Self::default();
        features.hashes[..hashes.len()].copy_from_slice(hashes);
        features.length = hashes.len();
        features
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
        if self.position == 0 || self.position == 1 && before.form == Form::Punctuation {
            self.cased = word.form == Form::Title;
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

    /// Whether the token is no name for sure: it is plain, or a common noun in small letters where others are used too.
    pub fn is_plain(&self, window: &Window) -> bool {
        is_plain(window) || self.cased && is_common_noun(window)
    }

    /// The features of the token in the middle of `window`.
    pub fn features(&self, window: &Window) -> Features {
        let mut features = Features::default();
        self.take_features(window, &mut features);
        features
    }

    /// The same into room that is there.
    pub(crate) fn take_features(&self, window: &Window, f: &mut Features) {
        f.length = 0;
        let [_, b2, b1, w, a1, a2, a3] = window;
        let form = w.form as u32;
        let shape = mix(w.shape, form);
        let [s1, s2, s3, s4] = w.suffixes;
        // What is told apart by the token's form, hashed together: the machine does several at once.
        let mut by_form = [
            w.lower,
            s1,
            s2,
            s3,
            s4,
            b1.lower,
            a1.lower,
            mix(b2.lower, b1.lower),
            mix(a1.lower, a2.lower),
            mix(b1.lower, a1.lower),
            b1.suffixes[2],
            a1.suffixes[2],
            w.class.0.into(),
            b1.class.0.into(),
            a1.class.0.into(),
            u32::from(self.phrase.0) << 8 | u32::from(self.phrase.1),
            self.shouting.min(4).into(),
            parts([b1, w, a1]),
            parts([w, a1, a2]),
            0,
        ];
        for value in &mut by_form {
            *value = mix(*value, form);
        }
        let [lower, f1, f2, f3, f4, l17, l18, l21, l22, l23, l24, l25, l26, l28, l29, l32, l34, l42, l43, _] = by_form;
        f.add(0, 0);
        f.add(1, w.lower);
        f.add(2, lower);
        for (at, prefix) in (0..).zip(w.prefixes) {
            f.add_if(prefix != 0, 3 + at, prefix);
        }
        for (at, (suffix, value)) in (0..).zip(w.suffixes.into_iter().zip([f1, f2, f3, f4])) {
            f.add_if(suffix != 0, 6 + at, value);
        }
        f.add(10, shape);
        f.add(11, mix(shape, mix(b1.form as u32, a1.form as u32)));
        f.add(12, forms([b2, b1, w, a1, a2]) | u32::from(w.glued) << 20 | u32::from(a1.glued) << 21);
        f.add(13, b1.lower);
        f.add(14, a1.lower);
        f.add(15, b2.lower);
        f.add(16, a2.lower);
        f.add(17, l17);
        f.add(18, l18);
        f.add(19, mix(b1.lower, w.lower));
        f.add(20, mix(w.lower, a1.lower));
        f.add(21, l21);
        f.add(22, l22);
        f.add(23, l23);
        f.add(24, l24);
        f.add(25, l25);
        f.add(26, l26);
        f.add(27, mix(mix(names(b1.class), names(w.class)), names(a1.class)));
        f.add(28, l28);
        f.add(29, l29);
        f.add(30, mix(b1.lower, names(w.class)));
        f.add(31, mix(a1.lower, names(w.class)));
        f.add(32, l32);
        f.add(33, mix(self.position.min(2), mix(form, w.class.get(Class::COMMON).into())));
        f.add(34, l34);
        f.add(42, l42);
        f.add(43, l43);
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
        f.finish();
    }
}

/// Whether the token is no name for sure: a full stop, another mark between two words that are not capitalised, or a common
/// word, the commoner the more lists may know it as a name's and the more of its neighbours may be capitalised. Most of a
/// text is like this, and needs no closer look.
fn is_plain(window: &Window) -> bool {
    let [.., before, word, after, _, _] = window;
    let calm = |word: &Word| {
        matches!(word.form, Form::None | Form::Lower | Form::Punctuation | Form::Stop | Form::Number | Form::Clitic)
    };
    match word.form {
        // `University of the Arts`, `Trinidad and Tobago`, `Ursula von der Leyen`
        Form::Lower if is_inner(word) => [before, after].into_iter().any(|word| calm(word) && !is_inner(word)),
        // `Moon Jae-in`
        Form::Lower if word.glued && window[BEFORE - 2].form.is_capitalised() => false,
        Form::Lower => {
            let is_name = names(word.class) & 0xff != 0;
            let is_part = parts([word; 3]) != 0;
            match word.class.get(Class::COMMON) {
                FUNCTION.. => !is_name && !is_part || calm(before) && calm(after),
                4.. => !is_name && (!is_part || calm(before) || calm(after)),
                2.. => !is_name && !is_part,
                _ => false,
            }
        }
        Form::Punctuation => calm(before) && calm(after),
        Form::Stop => true,
        _ => false,
    }
}

/// Whether the word stands in names in small letters.
fn is_inner(word: &Word) -> bool {
    word.form == Form::Lower && word.class.get(Class::INNER) != 0
}

/// `the bank` is nobody's name, whatever companies are called.
fn is_common_noun(window: &Window) -> bool {
    let [.., before, word, after, _, _] = window;
    let class = word.class;
    let is_known = class.get(Class::PLACE) != 0 || class.get(Class::FIRST) != 0 || class.get(Class::LAST) > 1;
    let is_common = |word: &Word| word.class.get(Class::COMMON) >= FUNCTION;
    let stands_alone = (!before.form.is_capitalised() || is_common(before)) && !after.form.is_capitalised();
    word.form == Form::Lower
        && class.get(Class::COMMON) > 3
        && !is_known
        && class.get(Class::INNER) == 0
        && stands_alone
        // `new york`
        && (after.class.get(Class::PLACE) == 0 || is_common(after))
}

/// How common the words are that are no name whatever lists say: `the`, `will`. Only texts without any capitals lose names:
/// F1 on EWT in small letters falls by one.
const FUNCTION: u16 = 6;

/// The form of a token, in numbers below [`FORMS`]: what transitions between tags depend on.
pub(crate) fn form(window: &Window) -> usize {
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
