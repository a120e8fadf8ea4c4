//! What the tagger of parts of speech takes for something else, where the names of a sentence tell: `Tim Cook lives in
//! Texas` has no verb for it, `Bill Gates co-founded Microsoft` a dash, and `Apple` may be taken for one.

use super::time::date_key;
use super::words::{PREPOSITIONS, Word};
use crate::tagger::PartOfSpeech::{Adj, Adp, Adv, Aux, Cconj, Det, Noun, Num, Part, Pron, Propn, Punct, Sconj, Verb};

/// Mends the words of a sentence.
pub(super) fn mend<'a>(words: &mut Vec<Word<'a>>, sentence: &str, lower: &'a str) {
    join_prefixes(words, sentence, lower);
    drop_not_only(words);
    for at in 1..words.len() {
        // `its chief executive, Jes Staley,`.
        if words[at].lower == "executive" && words[at - 1].lower == "chief" && words[at].part == Adj {
            words[at].part = Noun;
        }
    }
    drop_tag(words);
    words.iter_mut().filter(|word| word.lower == "cannot").for_each(|word| word.part = Aux);
    find_offices(words);
    find_participle(words);
    find_verb_of_date(words);
    let mut from = 0;
    while from < words.len() {
        let length = words[from..].iter().position(ends_clause).unwrap_or(words.len() - from);
        find_verb(words, from, from + length);
        from += length + 1;
    }
    find_verb_behind_aside(words);
}

/// Drops what only asks whether the sentence is so, and says nothing itself: `Anna left London, didn't she?`.
fn drop_tag(words: &mut Vec<Word<'_>>) {
    let Some(comma) = words.iter().rposition(|word| word.lower == ",") else { return };
    let [auxiliary, .., question] = &words[comma + 1..] else { return };
    let is_tag = |word: &Word<'_>| word.is_not() || word.part == Pron;
    if words.len() - comma <= 5 && auxiliary.is_verbal() && question.lower == "?" {
        let to = words.len() - 1;
        if words[comma + 2..to].iter().all(is_tag) && to > comma + 2 {
            words.drain(comma..to);
        }
    }
}

/// Makes `and` of what denies nothing: `not only ... but also`.
fn drop_not_only(words: &mut Vec<Word<'_>>) {
    let only = words.windows(2).position(|pair| pair[0].is_not() && pair[1].is(&["only", "just", "merely", "simply"]));
    let Some(only) = only.filter(|only| *only > 0) else { return };
    let Some(but) = (only + 2..words.len()).find(|at| words[*at].lower == "but") else { return };
    (words[but].lower, words[but].part) = ("and", Cconj);
    words.drain(but + 1..but + 1 + usize::from(words.get(but + 1).is_some_and(|word| word.lower == "also")));
    words.drain(but - usize::from(words[but - 1].lower == ",")..but);
    words.drain(only..only + 2);
}

/// Finds what somebody is, between two names: `founder` is no preposition in `Microsoft founder Bill Gates`.
fn find_offices(words: &mut [Word<'_>]) {
    for at in 1..words.len().saturating_sub(1) {
        let word = &words[at];
        let is_office = words[at + 1].person && matches!(word.part, Adp | Verb) && word.lower.ends_with("er");
        if is_office && word.entity.is_none() && !word.is(PREPOSITIONS) && is_nominal(&words[at - 1]) {
            words[at].part = Noun;
        }
    }
}

/// Finds the participle that a sentence begins with, which its capital makes a name of: `Born in Ulm, Einstein wrote`.
fn find_participle(words: &mut [Word<'_>]) {
    let [first, preposition, place, ..] = words else { return };
    let behind = preposition.part == Adp && (place.entity.is_some() || place.part == Det);
    if behind && first.part == Propn && first.entity.is_none() && first.is_participle() {
        first.part = Verb;
    }
}

/// Finds the verb behind a date, which its capital makes a name of: `2020: Acquires Mellanox`.
fn find_verb_of_date(words: &mut [Word<'_>]) {
    let Some(colon) = date_key(words) else { return };
    // No dash joins it to what follows: `2020 – Acme opens`.
    (words[colon].lower, words[colon].part) = (":", Punct);
    let [verb, next, ..] = &mut words[colon + 1..] else { return };
    let is_verb = verb.lower.ends_with("ed") || verb.lower.ends_with('s') && is_object(next);
    if is_verb && verb.entity.is_none() && matches!(verb.part, Noun | Propn | Adj) {
        verb.part = Verb;
    }
}

/// Finds the verb of a sentence behind what commas set apart from its subject: `Tim Cook, the CEO of Apple, lives in
/// Texas`, `Nvidia, based in Santa Clara, designs chips`.
fn find_verb_behind_aside(words: &mut [Word<'_>]) {
    let is_comma = |word: &Word<'_>| word.lower == ",";
    let (Some(first), Some(last)) = (words.iter().position(is_comma), words.iter().rposition(is_comma)) else { return };
    let Some(next) = words.get(last + 2).filter(|_| first < last && is_third_person(&words[last + 1])) else { return };
    let aside = &words[first + 1..last];
    let named = words[..first].iter().any(|word| word.named) || words[..first].last().is_some_and(is_nominal);
    let has_verb = |words: &[Word<'_>]| words.iter().any(Word::is_verbal);
    let fits = !ends_clause(next) && (has_verb(aside) || is_object(next) || next.part == Adp);
    if named && fits && !has_verb(&words[..first]) && !(last + 1..words.len()).any(|at| is_finite(words, at)) {
        words[last + 1].part = Verb;
    }
}

/// Makes one word of `co`, `-` and `founded`.
fn join_prefixes<'a>(words: &mut Vec<Word<'a>>, sentence: &str, lower: &'a str) {
    let mut at = 0;
    while let Some([prefix, dash, verb]) = words.get(at..at + 3) {
        let joined = prefix.span.1 == dash.span.0 && dash.span.1 == verb.span.0;
        if joined && dash.is(&["-", "‐", "‑"]) && verb.part == Verb && prefix.is(PREFIXES) && is_small(verb, sentence)
        {
            let span = (prefix.span.0, verb.span.1);
            words[at] = Word { span, lower: &lower[span.0..span.1], ..*verb };
            words.drain(at + 1..at + 3);
        }
        at += 1;
    }
}

/// Finds the verb of the clause from word `from` on that has none: the only word in the third person that can be it. It
/// stands behind a name, behind what begins the clause, or behind `and`, where what was said before has a verb.
fn find_verb(words: &mut [Word<'_>], from: usize, to: usize) {
    if (from..to).any(|at| is_finite(words, at)) {
        return;
    }
    let shares = from >= 2 && words[from - 1].part == Cconj && (words[from - 2].named || words[from - 2].dated);
    let goes_on = shares && words[..from].iter().any(Word::is_verbal);
    // `works at Acme and lives in Leeds`, but `sold apples in Paris and pears in Rome`.
    let is_present = |word: &Word<'_>| word.is_verbal() && word.lower.ends_with('s') && word.lower != "was";
    let lasts = goes_on && words[..from].iter().any(is_present);
    let verb = (from + usize::from(!goes_on)..to).find(|at| {
        let Some(next) = words[..to].get(at + 1).filter(|_| is_third_person(&words[*at])) else { return false };
        let before = &words[at.saturating_sub(1)];
        // `Apple products in Berlin`, `Apple buys the company`: a person has nothing in the plural without an
        // apostrophe.
        let behind = if *at == from { lasts || words[*at].lower == "lives" } else { before.person };
        let place = next.part == Adp && behind && !next.is(&["of"]);
        let plan = next.part == Part && next.lower == "to" && words.get(at + 2).is_some_and(Word::is_verbal);
        // `The company plans to open`: what has an article is the subject where no verb came before.
        let begins = plan && from == 0 && words[0].part == Det && before.part == Noun;
        let share =
            next.is(&["about", "around", "nearly", "over"]) && words.get(at + 2).is_some_and(|word| word.part == Num);
        (before.named || *at == from || begins) && (is_object(next) || place || plan || share)
    });
    if let Some(at) = verb {
        words[at].part = Verb;
    }
}

/// Whether the word at `at` is a predicate or a participle, and not what follows `to`.
fn is_finite(words: &[Word<'_>], at: usize) -> bool {
    let before = words[..at].iter().rev().find(|word| word.part != Adv);
    words[at].is_verbal() && !before.is_some_and(|before| before.part == Part && before.lower == "to")
}

/// Whether an object may begin with the word.
fn is_object(word: &Word<'_>) -> bool {
    word.named || matches!(word.part, Det | Pron | Propn | Num)
}

fn is_nominal(word: &Word<'_>) -> bool {
    word.named || matches!(word.part, Noun | Propn) || word.lower == "-"
}

/// Whether a word that is taken for a noun may be a verb in the third person, or in the past.
fn is_third_person(word: &Word<'_>) -> bool {
    let ending = word.lower.len() > 3 && word.lower.ends_with('s') && !word.lower.ends_with("ss");
    word.entity.is_none() && word.part == Noun && (ending || word.is(PAST))
}

fn ends_clause(word: &Word<'_>) -> bool {
    matches!(word.part, Punct | Cconj | Sconj)
}

/// Whether the sentence has the word in small letters.
fn is_small(word: &Word<'_>, sentence: &str) -> bool {
    &sentence[word.span.0..word.span.1] == word.lower
}

/// Verbs that are no nouns, whatever they are taken for.
const PAST: &[&str] =
    &["lent", "bought", "sold", "built", "led", "won", "met", "taught", "sent", "paid", "brought", "gave"];
/// What a dash joins to a verb.
const PREFIXES: &[&str] = &["co", "re", "pre", "over", "under", "out", "cross", "self", "de"];
