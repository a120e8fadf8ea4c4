//! Where a sentence ends behind an abbreviation: `at Acme Corp. Mr. Smith left`, `in the U.S. The company`.
//!
//! The taggers take a full stop that belongs to its word for no end of a sentence: a capital behind it is mostly a name's.
//! Where the word behind can hardly be anything but the first of a sentence, it is one: `the`, or whoever is named by it.

/// Whether a sentence may begin behind the word `before`, which ends with a full stop of its own.
pub(super) fn may_end(before: &str) -> bool {
    let is_leading = before.strip_suffix('.').is_some_and(|word| is_in(LEADING, word));
    // `J. The`: an initial is followed by a name.
    before.len() > 2 && before.ends_with('.') && !is_title(before) && !is_leading
}

/// Whether a sentence begins with `word` behind the word `before`, where one [may](may_end); whoever it is, he is `named` by it.
pub(super) fn begins(before: &str, word: &str, named: bool) -> bool {
    // `U.S. Sen. Ann Lee`.
    let titles = if is_initials(before) { &TITLES[..COURTESY] } else { TITLES };
    let title = word.strip_suffix('.').is_some_and(|word| is_in(titles, word));
    word.starts_with(|first: char| first.is_ascii_uppercase()) && (named || title || is_in(FIRST, word))
}

/// Whether a name follows the word: `Mr.`.
pub(super) fn is_title(word: &str) -> bool {
    word.strip_suffix('.').is_some_and(|word| is_in(TITLES, word))
}

/// `U.S.`, `p.m.`: letters with a full stop each.
pub(super) fn is_initials(word: &str) -> bool {
    word.strip_suffix('.').is_some_and(|word| word.contains('.'))
}

fn is_in(list: &[&str], word: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// How many of [`TITLES`] anybody may have.
const COURTESY: usize = 5;
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
