//! What the tagger of parts of speech takes for something else, where the names of a sentence tell: `Tim Cook lives in
//! Texas` has no verb for it, `Bill Gates co-founded Microsoft` a dash.

use super::words::Word;
use crate::tagger::PartOfSpeech::{Adp, Aux, Cconj, Det, Noun, Num, Pron, Propn, Punct, Sconj, Verb};

/// Mends the words of a sentence.
pub(super) fn mend<'a>(words: &mut Vec<Word<'a>>, sentence: &str, lower: &'a str) {
    join_prefixes(words, sentence, lower);
    let mut from = 0;
    while from < words.len() {
        let length = words[from..].iter().position(ends_clause).unwrap_or(words.len() - from);
        find_verb(&mut words[from..from + length]);
        from += length + 1;
    }
    find_verb_behind_aside(words);
}

/// Finds the verb of a sentence that has none, behind what commas set apart: `Tim Cook, the CEO of Apple, lives in
/// Texas`.
fn find_verb_behind_aside(words: &mut [Word<'_>]) {
    let is_comma = |word: &&Word<'_>| word.lower == ",";
    let subject = words.split(|word| is_comma(&word)).next().unwrap_or_default();
    if !subject.iter().any(|word| word.named) || words.iter().filter(is_comma).count() != 2 {
        return;
    }
    let second = words.iter().rposition(|word| is_comma(&word)).map_or(0, |comma| comma + 1);
    let has_verb = words.iter().any(|word| matches!(word.part, Verb | Aux));
    if let Some([verb, next]) = words.get(second..second + 2)
        && !has_verb
        && is_third_person(verb)
        && (next.named || matches!(next.part, Adp | Det | Pron | Propn | Num))
    {
        words[second].part = Verb;
    }
}

/// Makes one word of `co`, `-` and `founded`.
fn join_prefixes<'a>(words: &mut Vec<Word<'a>>, sentence: &str, lower: &'a str) {
    let mut at = 0;
    while let Some([prefix, dash, verb]) = words.get(at..at + 3) {
        let joined = prefix.span.1 == dash.span.0 && dash.span.1 == verb.span.0;
        if joined && dash.lower == "-" && verb.part == Verb && prefix.is(PREFIXES) && is_small(verb, sentence) {
            let span = (prefix.span.0, verb.span.1);
            words[at] = Word { span, lower: &lower[span.0..span.1], ..*verb };
            words.drain(at + 1..at + 3);
        }
        at += 1;
    }
}

/// Finds the verb of a clause that has none: the only word in the third person behind a name that can be it.
fn find_verb(clause: &mut [Word<'_>]) {
    if clause.iter().any(|word| matches!(word.part, Verb | Aux)) {
        return;
    }
    let verb = (1..clause.len()).find(|at| {
        let [before, word] = [&clause[*at - 1], &clause[*at]];
        // `Apple products in Berlin`, `Apple buys the company`: a person has nothing in the plural without an
        // apostrophe.
        let object = |next: &Word<'_>| next.named || matches!(next.part, Det | Pron | Propn | Num);
        let place = |next: &Word<'_>| next.part == Adp && before.person && !next.is(&["of"]);
        before.named && is_third_person(word) && clause.get(at + 1).is_some_and(|next| object(next) || place(next))
    });
    if let Some(at) = verb {
        clause[at].part = Verb;
    }
}

/// Whether a word that is taken for a noun may be a verb in the third person.
fn is_third_person(word: &Word<'_>) -> bool {
    let ending = word.lower.len() > 3 && word.lower.ends_with('s') && !word.lower.ends_with("ss");
    word.entity.is_none() && word.part == Noun && ending
}

fn ends_clause(word: &Word<'_>) -> bool {
    matches!(word.part, Punct | Cconj | Sconj)
}

/// Whether the sentence has the word in small letters.
fn is_small(word: &Word<'_>, sentence: &str) -> bool {
    &sentence[word.span.0..word.span.1] == word.lower
}

/// What a dash joins to a verb.
const PREFIXES: &[&str] = &["co", "re", "pre", "over", "under", "out", "cross", "self", "de"];
