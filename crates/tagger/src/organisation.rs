//! What says of a name that it is an organisation's, whoever the model takes it for: a legal form behind it (`Müller & Söhne
//! GmbH`), a word for what it is at its end or, with `of`, before it (`European Commission`, `University of Nairobi`).
//!
//! Organisations are named after people and places, and their names are made up: what was learnt of words says little of
//! them. Such marks add to the scores of an organisation's tags, so the best sequence of tags is still found as ever.
//!
//! `&` between two names that differ says nothing: as often it is between two people (`Audrey & Hazel`).

use crate::features::{BEFORE, BEHIND, Window};
use crate::names::TAGS;
use crate::word::{Form, Word, key};

/// The marks, and what they are worth.
#[derive(Debug)]
pub(crate) struct Marks {
    forms: Set<{ FORMS.len() }>,
    endings: Set<{ ENDINGS.len() }>,
    institutions: Set<{ INSTITUTIONS.len() }>,
    /// The hash of `&`, which names of companies have in them, and of `of`.
    and: u32,
    of: u32,
    /// In units of score.
    by_form: i16,
    by_institution: i16,
}

impl Marks {
    /// For a model whose unit of score is worth so many nats.
    pub(crate) fn new(unit: f32) -> Self {
        Self {
            forms: Set::new(FORMS),
            endings: Set::new(ENDINGS),
            institutions: Set::new(INSTITUTIONS),
            and: key("&"),
            of: key("of"),
            by_form: (BY_FORM / unit) as i16,
            by_institution: (BY_INSTITUTION / unit) as i16,
        }
    }

    /// Adds to the scores of the word in the middle of `window` what the marks there and beside it say.
    #[inline]
    pub(crate) fn raise(&self, window: &Window, scores: &mut [i16; TAGS]) {
        let word = &window[BEFORE];
        if is_name(word) || word.lower == self.and || word.lower == self.of {
            self.institution(window, scores);
            self.form(window, scores);
            self.ending(window, scores);
            self.twice(window, scores);
        }
    }

    /// `Johnson & Johnson`: two people are not called alike.
    fn twice(&self, window: &Window, scores: &mut [i16; TAGS]) {
        let [_, before, last, word, next, after, _] = window;
        let is = |a: &Word, and: &Word, b: &Word| and.lower == self.and && a.lower == b.lower && a.form == Form::Title;
        if is(word, next, after) {
            scores[FIRST] += self.by_form;
        } else if is(last, word, next) || is(before, last, word) {
            scores[INSIDE] += self.by_form;
        }
    }

    fn institution(&self, window: &Window, scores: &mut [i16; TAGS]) {
        let [_, before, last, word, next, after, _] = window;
        let begins = next.lower == self.of && is_name(after) && self.institutions.has(word);
        let goes_on = word.lower == self.of && is_name(next) && self.institutions.has(last)
            || last.lower == self.of && self.institutions.has(before);
        if begins || goes_on {
            // `Stanford Institute of ...`
            let tag = if begins && !is_name(last) { FIRST } else { INSIDE };
            scores[tag] += self.by_institution;
        }
    }

    fn form(&self, window: &Window, scores: &mut [i16; TAGS]) {
        let Some(at) = window[BEFORE..].iter().position(|word| self.forms.has(word)) else { return };
        let [_, before, last, word, ..] = window;
        let row = |words: &[Word]| words.iter().all(|word| is_name(word) || word.lower == self.and);
        let is = match at {
            0 => is_name(last) || last.form == Form::Punctuation && is_name(before),
            // `Apple, Inc.`
            2.. if window[BEFORE + at - 1].form == Form::Punctuation => row(&window[BEFORE..][..at - 1]),
            _ => row(&window[BEFORE..][..at]),
        };
        if is {
            if at == 0 || is_name(last) || last.lower == self.and {
                scores[INSIDE] += self.by_form;
            }
            if at > 0 && word.lower != self.and {
                scores[FIRST] += self.by_form;
            }
        }
    }

    fn ending(&self, window: &Window, scores: &mut [i16; TAGS]) {
        // Where all is in capitals, they tell nothing of a row.
        let ends = |word: &Word| word.form == Form::Title && self.endings.has(word);
        let Some(at) = window[BEFORE..].iter().position(ends) else { return };
        if !window[BEFORE..][..at].iter().all(is_name) {
            return;
        }
        let goes_on = is_name(&window[BEFORE - 1]);
        if goes_on {
            scores[INSIDE] += self.by_form;
        }
        if at > 0 || !goes_on {
            scores[FIRST] += self.by_form;
        }
    }
}

/// Words, written with capitals.
#[derive(Debug)]
struct Set<const N: usize> {
    hashes: [u32; N],
    /// A bit for the lowest bits of each: few other words share one.
    bits: [u32; 32],
}

impl<const N: usize> Set<N> {
    fn new(words: [&str; N]) -> Self {
        let hashes = words.map(key);
        let mut bits = [0; 32];
        for hash in hashes {
            bits[hash as usize / 32 % 32] |= 1 << (hash % 32);
        }
        Self { hashes, bits }
    }

    #[inline]
    fn has(&self, word: &Word) -> bool {
        let may = self.bits[word.lower as usize / 32 % 32] >> (word.lower % 32) & 1 == 1;
        may && is_name(word) && self.hashes.contains(&word.lower)
    }
}

/// Whether a word is written as those of a name are.
fn is_name(word: &Word) -> bool {
    word.form.is_capitalised() || word.form == Form::Alphanumeric
}

/// The tags of an organisation's first word and of its others.
const FIRST: usize = 3;
const INSIDE: usize = 4;
/// What a legal form or an ending, and an institution, are worth, in nats.
const BY_FORM: f32 = 4.0;
const BY_INSTITUTION: f32 = 3.0;
/// Legal forms that are hardly ever anything else where they are written with capitals.
const FORMS: [&str; 22] = [
    "inc",
    "inc.",
    "incorporated",
    "corp",
    "corp.",
    "corporation",
    "ltd",
    "ltd.",
    "llc",
    "llp",
    "l.l.c.",
    "plc",
    "co.",
    "gmbh",
    "kgaa",
    "s.a.",
    "n.v.",
    "b.v.",
    "s.p.a.",
    "sarl",
    "s.r.l.",
    "a.g.",
];
/// What names of organisations end with, or are by themselves.
const ENDINGS: [&str; 10] = [
    "commission",
    "ministry",
    "parliament",
    "senate",
    "association",
    "agency",
    "federation",
    "institute",
    "department",
    "group",
];
/// What behind `of` has a place or a field.
const INSTITUTIONS: [&str; 12] = [
    "university",
    "institute",
    "ministry",
    "commission",
    "committee",
    "association",
    "foundation",
    "council",
    "agency",
    "federation",
    "bureau",
    "academy",
];
const _: () = assert!(BEFORE == 3 && BEHIND == 3, "a window is taken apart into seven words");
