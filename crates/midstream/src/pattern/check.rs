//! What a candidate must pass beyond its shape: keywords, checksums, entropy, allowed values, stop-words, context.

use super::bytes::ByteSet;
#[cfg(feature = "rules")]
use super::rule::Rule;
use super::rule::{Apart, Context, Edge};
use super::validate::{Validator, entropy_millibits};

/// The checks of a rule. Bytes are those of the text that the rule reads.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Checks {
    pub(super) keywords: Vec<String>,
    pub(super) validators: Vec<Validator>,
    pub(super) min_entropy: Option<u32>,
    pub(super) allow: Vec<String>,
    pub(super) stop_words: Vec<String>,
    pub(super) context: Option<Near>,
    pub(super) unless: Option<Near>,
    pub(super) apart: Option<Apart>,
}

impl Checks {
    #[cfg(feature = "rules")]
    pub(super) fn of(rule: &Rule) -> Self {
        Self {
            keywords: rule.keywords.clone(),
            validators: rule.validators.clone(),
            min_entropy: rule.min_entropy,
            allow: rule.allow.clone(),
            stop_words: rule.stop_words.clone(),
            context: rule.context.clone().map(Near::new),
            unless: rule.unless.clone().map(Near::new),
            apart: rule.apart,
        }
    }

    /// Whether every candidate passes that starts at the same place as one that passes.
    pub(super) fn are_none(&self) -> bool {
        *self == Self::default()
    }

    /// How many bytes before a match the checks look at.
    pub(super) fn look_back(&self) -> usize {
        let distances = self.context.iter().chain(&self.unless).map(|near| near.context.distance);
        // The byte before a word says whether the word begins there.
        let words = distances.max().map_or(0, |distance| distance + 1);
        words.max(if self.apart.is_some() { MAX_GROUP + 2 } else { 0 })
    }

    /// Whether `text[start..end]` passes.
    pub(super) fn pass(&self, text: &[u8], start: usize, end: usize) -> bool {
        let value = &text[start..end];
        (self.keywords.is_empty() || self.keywords.iter().any(|word| contains(value, word.as_bytes())))
            && !self.stop_words.iter().any(|word| contains(value, word.as_bytes()))
            && !self.allow.iter().any(|glob| is_like(value, glob.as_bytes()))
            && self.validators.iter().all(|validator| validator.accepts(value))
            && self.min_entropy.is_none_or(|least| entropy_millibits(value) >= least)
            && self.context.as_ref().is_none_or(|near| near.stands_before(text, start))
            && !self.unless.as_ref().is_some_and(|near| near.stands_before(text, start))
            && !self.apart.is_some_and(|apart| goes_on(apart, &text[..start], value))
    }
}

/// No longer group of digits is one of a row.
const MAX_GROUP: usize = 8;

/// Whether `value` goes on a number or a row of them that began before it.
fn goes_on(apart: Apart, before: &[u8], value: &[u8]) -> bool {
    let Some((separator, before)) = before.split_last() else { return false };
    if *separator == b'.' && before.last().is_some_and(u8::is_ascii_digit) {
        return true;
    }
    if apart == Apart::Fraction {
        return false;
    }
    let length = value.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let group = before.iter().rev().take(MAX_GROUP + 1).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let group = &before[before.len() - group..];
    let is_number =
        group.iter().all(u8::is_ascii_hexdigit) && (*separator == b':' || group.iter().any(u8::is_ascii_digit));
    matches!(separator, b' ' | b'.' | b':' | b'/' | b'-')
        && group.len() == length
        && (1..=MAX_GROUP).contains(&length)
        && is_number
}

/// Words that are looked for before a match.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Near {
    pub(super) context: Context,
    /// What they begin with, in either case.
    first: ByteSet,
}

impl Near {
    pub(super) fn new(context: Context) -> Self {
        let mut first = ByteSet::default();
        for byte in context.words.iter().filter_map(|word| word.bytes().next()) {
            first.insert(byte.to_ascii_lowercase());
            first.insert(byte.to_ascii_uppercase());
        }
        Self { context, first }
    }

    /// Whether one of the words stands before `text[start]`.
    fn stands_before(&self, text: &[u8], start: usize) -> bool {
        let from = start.saturating_sub(self.context.distance);
        (from..start).any(|at| {
            // A word begins at few places of a text.
            self.first.has(text[at])
                && (at == 0 || !(is_word(text.get(at)) && is_word(text.get(at - 1))))
                && self.context.words.iter().any(|word| begins(word.as_bytes(), text, at, start))
        })
    }
}

/// Whether `word` stands whole at `text[at]`, of what is before `text[start]`. That it may begin there is known.
fn begins(word: &[u8], text: &[u8], at: usize, start: usize) -> bool {
    // Most words differ in this.
    if word.first().is_none_or(|first| first | 0x20 != text[at] | 0x20) {
        return false;
    }
    let (word, open) = word.strip_suffix(b"*").map_or((word, false), |word| (word, true));
    let end = at + word.len();
    end <= start
        && text[at..end].eq_ignore_ascii_case(word)
        && (open || !(is_word(word.last()) && is_word(text.get(end))))
}

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| Edge::Word.refuses(*byte))
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len().max(1)).any(|window| window.eq_ignore_ascii_case(word)) || word.is_empty()
}

/// Whether `glob`, in which `*` stands for any run of bytes, is the whole of `text`; ASCII case ignored.
fn is_like(text: &[u8], glob: &[u8]) -> bool {
    let (mut at, mut in_glob) = (0, 0);
    // Where to go on after the latest `*` if what follows it does not fit: one byte further in the text.
    let mut retry = None;
    while at < text.len() {
        match glob.get(in_glob) {
            Some(b'*') => {
                retry = Some((at, in_glob));
                in_glob += 1;
            }
            Some(byte) if byte.eq_ignore_ascii_case(&text[at]) => (at, in_glob) = (at + 1, in_glob + 1),
            _ => match retry.as_mut() {
                Some((from, star)) => {
                    *from += 1;
                    (at, in_glob) = (*from, *star + 1);
                }
                None => return false,
            },
        }
    }
    glob[in_glob..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_run() {
        for (text, glob, like) in [
            ("alice@example.com", "*@example.com", true),
            ("alice@example.com", "*@EXAMPLE.*", true),
            ("alice@example.org", "*@example.com", false),
            ("", "*", true),
            ("", "", true),
            ("a", "", false),
            ("aXbXc", "a*X*c", true),
            ("ababab", "*ab", true),
            ("ababa", "*ab", false),
            ("ab", "ab*", true),
        ] {
            assert_eq!(is_like(text.as_bytes(), glob.as_bytes()), like, "`{text}` like `{glob}`");
        }
    }

    #[test]
    fn rows_of_numbers_are_told_from_what_stands_alone() {
        for (text, value, does) in [
            ("07 ", "08 09", true),
            ("4c46 ", "0201 0100", true),
            ("4a:", "5b:6c", true),
            ("12 ", "0171 23", false),
            ("07, ", "08 09", false),
            ("the ", "017 23", false),
            ("x07 ", "08 09", false),
            ("", "08 09", false),
            ("12345678 ", "12345678", true),
            ("123456789 ", "123456789", false),
            ("176.", "39795378373609", true),
        ] {
            assert_eq!(goes_on(Apart::Row, text.as_bytes(), value.as_bytes()), does, "`{value}` behind `{text}`");
        }
        assert!(goes_on(Apart::Fraction, b"176.", b"39795378373609"));
        assert!(!goes_on(Apart::Fraction, b"1111 ", b"4111 1111") && !goes_on(Apart::Fraction, b"No.", b"4111"));
    }

    #[test]
    fn a_word_before_counts_where_it_is_whole_and_near() {
        let context = |word: &str, distance| Context { words: vec![word.into()], distance };
        for (text, word, distance, found) in [
            ("passport no. |", "passport", 20, true),
            ("PASSPORT|", "passport", 20, true),
            ("passports |", "passport", 20, false),
            ("passports |", "passport*", 20, true),
            ("mypassport |", "passport", 20, false),
            ("passport 0123456789|", "passport", 19, true),
            ("passport 0123456789|", "passport", 18, false),
            ("id: |", "id:", 4, true),
            ("|", "id", 4, false),
        ] {
            let start = text.find('|').unwrap();
            let there = Near::new(context(word, distance)).stands_before(text.as_bytes(), start);
            assert_eq!(there, found, "`{word}` within {distance} in `{text}`");
        }
    }
}
