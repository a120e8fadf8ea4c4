//! Sets of a few words that are looked for at every name.

use crate::word::{Form, Word, key};

/// Words, written with capitals.
#[derive(Debug)]
pub(crate) struct Set<const N: usize> {
    hashes: [u32; N],
    /// A bit for the lowest bits of each: few other words share one.
    bits: [u32; 32],
}

impl<const N: usize> Set<N> {
    pub(crate) fn new(words: [&str; N]) -> Self {
        let hashes = words.map(key);
        let mut bits = [0; 32];
        for hash in hashes {
            bits[hash as usize / 32 % 32] |= 1 << (hash % 32);
        }
        Self { hashes, bits }
    }

    #[inline]
    pub(crate) fn has(&self, word: &Word) -> bool {
        let may = self.bits[word.lower as usize / 32 % 32] >> (word.lower % 32) & 1 == 1;
        may && is_name(word) && self.hashes.contains(&word.lower)
    }
}

/// Whether a word is written as those of a name are.
pub(crate) fn is_name(word: &Word) -> bool {
    word.form.is_capitalised() || word.form == Form::Alphanumeric
}
