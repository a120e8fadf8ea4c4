//! Where a sentence ends behind an abbreviation: `at Acme Corp. Mr. Smith left`, `in the U.S. The company`.
//!
//! The taggers take a full stop that belongs to its word for no end of a sentence: a capital behind it is mostly a name's.
//! Where the word behind can hardly be anything but the first of a sentence, it is one.

/// Whether a sentence begins with `word`, white space parting it from `before`.
pub(super) fn begins(before: &str, word: &str) -> bool {
    let is = |list: &[&str], word: &str| list.iter().any(|known| known.eq_ignore_ascii_case(word));
    let Some(abbreviation) = before.strip_suffix('.') else { return false };
    // `J. The`: an initial is followed by a name.
    let may_end = abbreviation.len() > 1 && !is(TITLES, abbreviation) && !is(LEADING, abbreviation);
    let title = word.strip_suffix('.').is_some_and(|word| is(TITLES, word));
    may_end && word.starts_with(|first: char| first.is_ascii_uppercase()) && (title || is(FIRST, word))
}

/// Abbreviations that names follow.
const TITLES: &[&str] =
    &["mr", "mrs", "ms", "dr", "prof", "gen", "col", "lt", "capt", "sgt", "sen", "rep", "gov", "pres", "rev", "hon"];
/// Abbreviations that never end a sentence.
const LEADING: &[&str] =
    &["vs", "v", "e.g", "i.e", "cf", "st", "mt", "ft", "no", "nos", "al", "fig", "vol", "ca", "approx"];
/// Words that hardly ever are a name's first but often a sentence's.
const FIRST: &[&str] = &[
    "the",
    "he",
    "she",
    "it",
    "they",
    "we",
    "his",
    "her",
    "its",
    "their",
    "our",
    "my",
    "this",
    "that",
    "these",
    "those",
    "there",
    "in",
    "on",
    "at",
    "but",
    "and",
    "however",
    "when",
    "after",
    "before",
    "since",
    "while",
    "although",
    "if",
    "as",
    "for",
    "with",
    "by",
    "also",
    "then",
    "later",
    "meanwhile",
    "today",
    "yesterday",
    "some",
    "many",
    "most",
    "both",
    "no",
    "what",
    "who",
    "how",
    "why",
    "where",
    "you",
    "according",
];
