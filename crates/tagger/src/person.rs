//! What says of a name that it is a person's, whoever the model takes it for: a form of address before it (`Ms Doe`), which
//! is not part of the name, or a hyphen behind a first name, which is (`Jean-Luc`). No person and no place has `nor` in its
//! name (`neither Bob nor Ann`).

use crate::features::{BEFORE, Window};
use crate::lexicon::Class;
use crate::names::TAGS;
use crate::set::{Set, is_name};
use crate::word::{Form, Word, key};

/// The marks, and what they are worth.
#[derive(Debug)]
pub(crate) struct Addresses {
    addresses: Set<{ ADDRESSES.len() }>,
    currencies: Set<{ CURRENCIES.len() }>,
    nor: u32,
    hyphen: u32,
    /// In units of score.
    worth: i16,
}

impl Addresses {
    /// For a model whose unit of score is worth so many nats.
    pub(crate) fn new(unit: f32) -> Self {
        let currencies = Set::new(CURRENCIES);
        Self {
            currencies,
            addresses: Set::new(ADDRESSES),
            nor: key("nor"),
            hyphen: key("-"),
            worth: (WORTH / unit) as i16,
        }
    }

    /// What a mark of a person is worth, in units of score.
    pub(crate) fn worth(&self) -> i16 {
        self.worth
    }

    /// Adds to the scores of the word in the middle of `window` what it and the word before it say.
    #[inline]
    pub(crate) fn raise(&self, window: &Window, scores: &mut [i16; TAGS]) {
        let [_, before, last, word, next, ..] = window;
        let is_double = |first: &Word, hyphen: &Word, second: &Word| {
            hyphen.lower == self.hyphen && is_name(first) && is_name(second) && first.class.get(Class::FIRST) > 0
        };
        if is_double(last, word, next) || is_double(before, last, word) {
            scores[INSIDE] += 2 * self.worth;
        }
        if word.lower == self.nor || next.form == Form::Number && self.currencies.has(word) {
            scores[OUTSIDE] += 2 * self.worth;
        } else if self.addresses.has(word) && is_name(next) {
            scores[OUTSIDE] += self.worth;
        } else if self.addresses.has(last) && is_name(word) {
            scores[FIRST] += self.worth;
        }
    }
}

/// The tags of what is no name, of a person's first word and of its others.
const OUTSIDE: usize = 0;
const FIRST: usize = 1;
const INSIDE: usize = 2;
/// What a form of address is worth, in nats.
const WORTH: f32 = 2.0;
/// Forms of address that are hardly ever anything else before a name.
const ADDRESSES: [&str; 12] = ["mr", "mr.", "mrs", "mrs.", "ms", "ms.", "miss", "dr", "dr.", "prof", "prof.", "sir"];
/// Currencies, which before a number are part of no name: `paid Acme EUR 5,000`.
const CURRENCIES: [&str; 8] = ["EUR", "USD", "GBP", "CHF", "JPY", "CNY", "CAD", "AUD"];
const _: () = assert!(BEFORE == 3, "a window is taken apart into seven words");
