//! Which quotation marks of a sentence open and which close.

use super::words::Word;
use crate::tagger::PartOfSpeech::Part;

/// What a quotation mark does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quote {
    Opens,
    Closes,
}

/// Says of each quotation mark what it does. Some marks do either: by turns, or as white space beside them tells.
pub(super) fn mark_quotes(words: &mut [Word<'_>]) {
    let mut closing: &[&str] = &[];
    for at in 0..words.len() {
        let word = &words[at];
        if word.part == Part || !word.lower.starts_with(STARTS) {
            continue;
        }
        let gap_before = at.checked_sub(1).is_none_or(|before| words[before].span.1 < word.span.0);
        let gap_behind = words.get(at + 1).is_none_or(|next| word.span.1 < next.span.0);
        let pair = PAIRS.iter().find(|(mark, _)| *mark == word.lower);
        let quote = match pair {
            _ if closing.contains(&word.lower) => Some(Quote::Closes),
            // It closes what an earlier sentence opened; or it is an apostrophe.
            Some(_) if !gap_before && gap_behind => (word.lower != "'").then_some(Quote::Closes),
            Some(_) => Some(Quote::Opens),
            None => ALWAYS_CLOSE.contains(&word.lower).then_some(Quote::Closes),
        };
        match quote {
            Some(Quote::Opens) => closing = pair.map_or(&[], |(_, closing)| closing),
            Some(Quote::Closes) => closing = &[],
            None => {}
        }
        words[at].quote = quote;
    }
}

const STARTS: [char; 12] = ['"', '\'', '`', '“', '”', '„', '‘', '’', '«', '»', '‹', '›'];
/// Marks that open, each with those that close it.
const PAIRS: &[(&str, &[&str])] = &[
    ("\"", &["\"", "''"]),
    ("``", &["''", "\"", "``"]),
    ("'", &["'", "’"]),
    ("`", &["'", "`"]),
    ("“", &["”", "“", "\""]),
    ("„", &["“", "”"]),
    ("‘", &["’", "'"]),
    ("«", &["»"]),
    ("»", &["«"]),
    ("‹", &["›"]),
    ("›", &["‹"]),
];
const ALWAYS_CLOSE: &[&str] = &["''", "”", "’"];
