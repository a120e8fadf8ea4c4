//! What says of a name that it is an organisation's, whoever the model takes it for: a legal form behind it (`Müller & Söhne
//! GmbH`), a word for what it is at its end or, with `of`, before it (`European Commission`, `University of Nairobi`).
//!
//! Organisations are named after people and places, and their names are made up: what was learnt of words says little of
//! them. Such marks add to the scores of an organisation's tags, so the best sequence of tags is still found as ever.
//!
//! `&` between two names that differ says nothing: as often it is between two people (`Audrey & Hazel`).

use crate::features::{BEFORE, BEHIND, Window};
use crate::lexicon::Class;
use crate::names::TAGS;
use crate::set::{Set, is_name};
use crate::word::{Form, Word, key};

/// The marks, and what they are worth.
#[derive(Debug)]
pub(crate) struct Marks {
    forms: Set<{ FORMS.len() }>,
    endings: Set<{ ENDINGS.len() }>,
    kinds: Set<{ KINDS.len() }>,
    institutions: Set<{ INSTITUTIONS.len() }>,
    /// The hash of `&`, which names of companies have in them, of `of` and `the`.
    and: u32,
    of: u32,
    the: u32,
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
            kinds: Set::new(KINDS),
            institutions: Set::new(INSTITUTIONS),
            and: key("&"),
            of: key("of"),
            the: key("the"),
            by_form: (BY_FORM / unit) as i16,
            by_institution: (BY_INSTITUTION / unit) as i16,
        }
    }

    /// Adds to the scores of the word in the middle of `window` what the marks there and beside it say.
    #[inline]
    pub(crate) fn raise(&self, window: &Window, scores: &mut [i16; TAGS]) {
        let word = &window[BEFORE];
        if is_name(word) || word.lower == self.and || word.lower == self.of || word.lower == self.the {
            self.institution(window, scores);
            self.form(window, scores);
            self.ending(window, scores);
            self.twice(window, scores);
            self.company(window, scores);
        }
    }

    /// A company that the lists know by one word, which is hardly a person's or a place's: `Siemens`, `Nokia`.
    fn company(&self, window: &Window, scores: &mut [i16; TAGS]) {
        let [_, _, last, Word { class, .. }, next, ..] = window;
        let others = [Class::PLACE, Class::FIRST, Class::LAST];
        let alone = !is_name(last) && !is_name(next);
        if alone && class.get(Class::COMPANY) > 1 && others.iter().all(|other| class.get(*other) <= 1) {
            scores[FIRST] += self.by_institution;
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
        let [first, before, last, word, next, after, beyond] = window;
        let names = |word: &Word, behind: &Word| is_name(word) || word.lower == self.the && is_name(behind);
        let begins = next.lower == self.of && names(after, beyond) && self.institutions.has(word);
        // `Ministry of the Interior`
        let goes_on = word.lower == self.of && names(next, after) && self.institutions.has(last)
            || last.lower == self.of && names(word, next) && self.institutions.has(before)
            || last.lower == self.the && before.lower == self.of && is_name(word) && self.institutions.has(first);
        if begins || goes_on {
            // `Stanford Institute of ...`
            let tag = if begins && !is_name(last) { FIRST } else { INSIDE };
            // No other name has `of the` in it as often.
            let of_the = [before, last, word].iter().any(|word| word.lower == self.the);
            scores[tag] += if goes_on && of_the { self.by_institution + self.by_form } else { self.by_institution };
        }
    }

    fn form(&self, window: &Window, scores: &mut [i16; TAGS]) {
        let [_, before, last, word, ..] = window;
        // `at Acme Inc. Bob Stone left`: but `Co. Ltd.`
        if self.forms.has(last) && !self.forms.has(word) {
            scores[INSIDE] -= self.by_form;
        }
        let Some(at) = window[BEFORE..].iter().position(|word| self.forms.has(word)) else { return };
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
        let ends = |at: &usize| {
            let [before, word] = [&window[at - 1], &window[*at]];
            let named = is_name(before) && before.class.get(Class::COMMON) < FUNCTION;
            word.form == Form::Title && (self.endings.has(word) || self.kinds.has(word) && named)
        };
        let Some(at) = (BEFORE..window.len()).find(ends).map(|at| at - BEFORE) else { return };
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

/// The tags of an organisation's first word and of its others.
const FIRST: usize = 3;
const INSIDE: usize = 4;
/// What a legal form or an ending, and an institution or a known company, are worth, in nats.
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
/// What names of organisations end with, and what is none by itself: `Labour Party`, but `Party all night`.
const KINDS: [&str; 12] = [
    "party",
    "university",
    "college",
    "school",
    "committee",
    "council",
    "foundation",
    "society",
    "league",
    "congress",
    "court",
    "airlines",
];
/// As common as words are that begin no name: `The Party`.
const FUNCTION: u16 = 7;
/// What behind `of` has a place or a field.
const INSTITUTIONS: [&str; 24] = [
    "court",
    "party",
    "bank",
    "department",
    "organization",
    "organisation",
    "society",
    "college",
    "parliament",
    "senate",
    "assembly",
    "library",
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
