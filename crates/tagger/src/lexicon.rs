//! What is known of words and phrases beforehand: name lists, places, companies, how common a word is.
//!
//! Words are kept as hashes of [`KEY_BITS`] bits, so an unknown word is taken for a known one once in some hundred.

/// What the lexicon says of a word: bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Class(pub u16);

impl Class {
    /// First name: 0 none, to 3 common.
    pub const FIRST: Bits = Bits { shift: 0, width: 2 };
    /// Surname: 0 none, to 3 common.
    pub const LAST: Bits = Bits { shift: 2, width: 2 };
    /// Place that is one word: 0 none, to 3 well known.
    pub const PLACE: Bits = Bits { shift: 4, width: 2 };
    /// Company that is one word, or a word of companies.
    pub const COMPANY: Bits = Bits { shift: 6, width: 2 };
    /// How common the word is in lower case: 0 unknown, to 7 very.
    pub const COMMON: Bits = Bits { shift: 8, width: 3 };
    /// Whether phrases of the lexicon begin with it.
    pub const BEGINS: Bits = Bits { shift: 11, width: 1 };
    /// What names with this word in them mostly are: 0 unknown, 1 people, 2 organisations, 3 places.
    pub const PART: Bits = Bits { shift: 12, width: 2 };
    /// Whether it stands in names in small letters: 0 no, 1 as elsewhere (`of`), 2 and hardly elsewhere (`von`).
    pub const INNER: Bits = Bits { shift: 14, width: 2 };
    /// What [`INNER`](Self::INNER) says of `von`.
    pub const PARTICLE: u16 = 2;

    /// The number in `bits`.
    #[inline]
    pub fn get(self, bits: Bits) -> u16 {
        (self.0 >> bits.shift) & ((1 << bits.width) - 1)
    }

    /// With the number in `bits` raised to at least `value`.
    pub fn raise(&mut self, bits: Bits, value: u16) {
        let value = value.max(self.get(bits));
        self.0 = self.0 & !(((1 << bits.width) - 1) << bits.shift) | value << bits.shift;
    }
}

/// Which bits of a [`Class`] hold a number.
#[derive(Debug, Clone, Copy)]
pub struct Bits {
    shift: u16,
    width: u16,
}

/// Words and phrases with what is known of them.
#[derive(Debug, Default)]
pub struct Lexicon {
    words: Table,
    phrases: Table,
}

impl Lexicon {
    /// From the [truncated](truncate) hashes of words and phrases (see [`key`](super::word::key),
    /// [`join`](super::word::join)).
    pub fn new(words: &[(u32, u16)], phrases: &[(u32, u16)]) -> Self {
        Self { words: Table::new(words), phrases: Table::new(phrases) }
    }

    /// What is known of the word with this hash.
    #[inline]
    pub(crate) fn class(&self, word: u32) -> Class {
        Class(self.words.get(word))
    }

    /// What is known of the phrase with this hash: 0 for nothing.
    #[inline]
    pub(crate) fn phrase(&self, phrase: u32) -> u16 {
        self.phrases.get(phrase)
    }
}

/// An open-addressing table from hashes to small numbers other than 0, at most half full.
#[derive(Debug, Default)]
struct Table {
    /// The key's bits above, the number below; 0 is a free slot.
    slots: Vec<(u32, u16)>,
}

impl Table {
    fn new(entries: &[(u32, u16)]) -> Self {
        if entries.is_empty() {
            return Self::default();
        }
        let mut slots = vec![(0, 0); (entries.len() * 2).next_power_of_two()];
        let mask = slots.len() - 1;
        for &(key, value) in entries {
            let mut at = key as usize & mask;
            while slots[at].1 != 0 && slots[at].0 != key {
                at = (at + 1) & mask;
            }
            slots[at] = (key, value);
        }
        Self { slots }
    }

    #[inline]
    fn get(&self, key: u32) -> u16 {
        if self.slots.is_empty() {
            return 0;
        }
        let mask = self.slots.len() - 1;
        let key = truncate(key);
        let mut at = key as usize & mask;
        loop {
            let (known, value) = self.slots[at];
            if value == 0 || known == key {
                return value;
            }
            at = (at + 1) & mask;
        }
    }
}

/// The bits of a hash that are kept.
pub fn truncate(hash: u32) -> u32 {
    hash >> (32 - KEY_BITS)
}

/// Bits of a word's or feature's hash that are kept in a model.
pub const KEY_BITS: u32 = 24;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::{join, key};

    #[test]
    fn what_the_lexicon_has_is_known() {
        let mut company = Class::default();
        company.raise(Class::COMPANY, 2);
        let phrase = join(join(0, key("new")), key("york"));
        let lexicon = Lexicon::new(&[(truncate(key("tesla")), company.0)], &[(truncate(phrase), 4)]);
        assert_eq!(lexicon.class(key("Tesla")), company);
        assert_eq!(lexicon.class(key("Edison")), Class::default());
        assert_eq!(lexicon.phrase(phrase), 4);
    }
}
