//! When a relation is so: the dates among what is said of it.

use super::clause::Phrase;
use super::event::Time;
use super::words::Word;
use crate::tagger::PartOfSpeech::Num;

/// The stretch of time that phrases give; `date` is an entity's calendar date, where it has one.
pub(super) fn time<'a>(
    words: &[Word<'_>],
    phrases: impl Iterator<Item = (&'a Phrase, Option<usize>)>,
    date: impl Fn(usize) -> Option<String>,
) -> Option<Time> {
    let mut time = Time { since: None, until: None };
    // `until his death in 2010`.
    let mut bound = "";
    for (phrase, preposition) in phrases {
        let (from, to) = phrase.words;
        let from = from + phrase.preposition;
        let mut dates = dates(words, (from, to), &date);
        let preposition = preposition.map_or("", |at| words[at].lower);
        let Some(first) = dates.next() else {
            bound = preposition;
            continue;
        };
        let last = dates.last();
        let bounds =
            matches!(preposition, "in" | "on") && matches!(bound, "until" | "till" | "since" | "after" | "before");
        match (if bounds { bound } else { preposition }, last) {
            (_, Some(last)) => (time.since, time.until) = (Some(first), Some(last)),
            ("since" | "from" | "after", None) => time.since = Some(first),
            ("until" | "till" | "to" | "through" | "before", None) => time.until = Some(first),
            ("in" | "on" | "during" | "at" | "of" | "", None) if time.since.is_none() && time.until.is_none() => {
                (time.since, time.until) = (Some(first.clone()), Some(first));
            }
            _ => {}
        }
    }
    (time.since.is_some() || time.until.is_some()).then_some(time)
}

/// The dates that a phrase consists of; none where it has other words than dates and what joins them.
fn dates(
    words: &[Word<'_>],
    (from, to): (usize, usize),
    date: &impl Fn(usize) -> Option<String>,
) -> impl Iterator<Item = String> {
    let mut dates = Vec::new();
    let mut entity = None;
    for word in &words[from..to] {
        let found = match word.entity {
            Some(known) if entity == Some(known) => continue,
            Some(known) => date(known).or_else(|| year(word)),
            None => year(word),
        };
        entity = word.entity;
        match found {
            Some(date) => dates.push(date),
            None if word.is(&["the", "early", "late", "and", "to", "-", "–", "year", ",", "about", "around", "of"]) =>
                {}
            None => return Vec::new().into_iter(),
        }
    }
    dates.into_iter()
}

/// Where the colon is behind a date that a sentence begins with: `2020: Acme opens`, `May 2021: ...`.
pub(super) fn date_key(words: &[Word<'_>]) -> Option<usize> {
    let colon = words.iter().take(MAX_KEY + 1).position(|word| word.is(&[":", "–", "—", "-"]))?;
    let dated = |word: &Word<'_>| word.dated || year(word).is_some();
    // `2020 – 2024`.
    let goes_on = words.get(colon + 1).is_some_and(|next| !dated(next) && words[colon].span.1 < next.span.0);
    (colon > 0 && goes_on && words[..colon].iter().all(dated)).then_some(colon)
}

/// Words of a date at most.
const MAX_KEY: usize = 6;

/// A year that stands by itself: `1941`.
pub(super) fn year(word: &Word<'_>) -> Option<String> {
    let is_year = word.part == Num
        && word.lower.len() == 4
        && word.lower.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(word.lower.as_bytes()[0], b'1' | b'2');
    is_year.then(|| word.lower.to_owned())
}
