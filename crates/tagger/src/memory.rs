//! The names that a text has had: whoever was `Angela Merkel` is a person when it goes on with `Merkel`, however little
//! the model knows of the word.

use crate::features::Window;
use crate::lattice::Step;
use crate::lexicon::Class;
use crate::names::{NameKind, TAGS};
use crate::word::Word;

/// Words of the latest names, each with what kind of name it is.
#[derive(Debug)]
pub(crate) struct Memory {
    words: [u32; ROOM],
    kinds: [u8; ROOM],
    /// A bit for the lowest bits of each that there has been: few other words share one.
    bits: u64,
    /// How many there have been.
    count: usize,
    /// What it is worth to have been a name's, in units of score.
    worth: i16,
}

impl Memory {
    /// Of a new text, for a model whose unit of score is worth so many nats.
    pub(crate) fn new(unit: f32) -> Self {
        Self { words: [0; ROOM], kinds: [0; ROOM], bits: 0, count: 0, worth: (WORTH / unit) as i16 }
    }

    /// Takes a name, by its words as [`told`](Self::told) has them.
    pub(crate) fn keep(&mut self, name: &[(Step<TAGS>, u8)], kind: NameKind, confidence: f32) {
        match name {
            [(word, _)] if confidence >= SURE => self.insert(word.word, kind),
            // Of other names of several words, no single one is the name.
            [(first, _), .., (last, _)] if kind == NameKind::Person && confidence >= LIKELY => {
                self.insert(last.word, kind);
                self.insert(first.word, kind);
            }
            _ => {}
        }
    }

    fn insert(&mut self, word: u32, kind: NameKind) {
        if word != 0 && self.kind(word).is_none() {
            self.words[self.count % ROOM] = word;
            self.kinds[self.count % ROOM] = kind as u8;
            self.bits |= 1 << (word % 64);
            self.count += 1;
        }
    }

    fn kind(&self, word: u32) -> Option<u8> {
        if self.bits >> (word % 64) & 1 == 0 {
            return None;
        }
        let at = self.words[..self.count.min(ROOM)].iter().position(|known| *known == word)?;
        Some(self.kinds[at])
    }

    /// Adds to the scores of the word in the middle of `window` where it stands alone and was a name's.
    #[inline]
    pub(crate) fn raise(&self, window: &Window, scores: &mut [i16; TAGS]) {
        let [_, _, before, word, behind, ..] = window;
        if !word.form.is_capitalised() || before.form.is_capitalised() || behind.form.is_capitalised() {
            return;
        }
        if let Some(kind) = self.kind(word.lower) {
            scores[1 + 2 * usize::from(kind)] += self.worth;
        }
    }
}

/// By what a word is remembered; 0 where it is too common a word to tell of a name.
pub(crate) fn told(word: &Word) -> u32 {
    if word.class.get(Class::COMMON) > COMMON { 0 } else { word.lower }
}

/// Words that are remembered.
const ROOM: usize = 64;
/// What it is worth to have been a name's, in nats. From 3 to 6 it makes no difference on the development sets.
const WORTH: f32 = 5.0;
/// How likely a name of one word must be, and one of several.
const SURE: f32 = 0.9;
const LIKELY: f32 = 0.5;
/// How common a word may be: `Tim Cook` makes nobody of `Cook the rice`.
const COMMON: u16 = 2;
