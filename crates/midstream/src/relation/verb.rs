//! Verb groups: auxiliaries, adverbs and verbs that are one predicate.

use super::words::{BE, MODAL, PARTICLES, PENDING, Word};
use crate::tagger::PartOfSpeech::{Adj, Adp, Adv, Aux, Det, Noun, Num, Part, Pron, Propn, Punct, Verb};

/// A verb group: `was never forced to leave`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct VerbGroup {
    /// One past its last word.
    pub(super) to: usize,
    /// Its main verb.
    pub(super) main: usize,
    pub(super) form: Form,
    /// Whether its main verb is a form of `be`.
    pub(super) copula: bool,
    /// Whether it is in the passive voice.
    pub(super) passive: bool,
    pub(super) negated: bool,
    /// Whether it has a modal verb: `may`, `will`.
    pub(super) modal: bool,
}

/// What a verb group can be in its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A predicate.
    Finite,
    /// A predicate, or a participle: `developed`.
    Past,
    /// `developing`.
    Gerund,
    /// `to develop`.
    Infinitive,
}

/// The verb group that begins at word `at`.
pub(super) fn verb_group(words: &[Word<'_>], at: usize) -> Option<VerbGroup> {
    let is_infinitive = words[at].part == Part && words[at].lower == "to";
    let mut to = at + usize::from(is_infinitive);
    let (mut main, mut auxiliary) = (None, None);
    let (mut negated, mut modal, mut be) = (false, false, false);
    while let Some(word) = words.get(to) {
        match word.part {
            Aux => {
                auxiliary = auxiliary.or(Some(to));
                modal |= word.is(MODAL);
                negated |= word.lower == "cannot";
                be |= word.is(BE);
                main = Some(to);
            }
            Part if word.is_not() => negated = true,
            Adv if leads_to_verb(words, to) => negated |= word.lower == "never",
            // `have to leave`, `ought to leave`.
            Part if word.lower == "to" && to > at && words[to - 1].part == Aux && is_verbal(words, to + 1) => {}
            Verb => {
                main = Some(to);
                to += 1;
                break;
            }
            _ => break,
        }
        to += 1;
    }
    let main = main?;
    let is_verb = words[main].part == Verb;
    if !is_verb {
        to = main + 1;
        // `is not`, `was never`.
        while words.get(to).is_some_and(|word| word.is_not() || word.is(&["never", "hardly", "scarcely"])) {
            negated = true;
            to += 1;
        }
    }
    let copula = words[main].is(BE);
    let form = match auxiliary {
        _ if is_infinitive => Form::Infinitive,
        Some(first) if words[first].is(&["being", "having"]) => Form::Gerund,
        Some(_) => Form::Finite,
        None if words[main].is_gerund() => Form::Gerund,
        None if words[main].is_participle() => Form::Past,
        None => Form::Finite,
    };
    let passive = be && is_verb && !words[main].is_gerund();
    let mut group = VerbGroup { to, main, form, copula, passive, negated, modal };
    // `is likely to win`.
    let bridges = copula && words.get(to).is_some_and(|word| word.is(PENDING));
    if bridges {
        group.to += 1;
    }
    if bridges || !copula {
        chain(words, &mut group);
    }
    if group.main == main && bridges {
        group.to = to;
    } else if !copula {
        particles(words, &mut group);
    }
    Some(group)
}

/// Takes an infinitive that goes on with the predicate: `began to rise`, `is considered to be`.
fn chain(words: &[Word<'_>], group: &mut VerbGroup) {
    let is_yet = words.get(group.to).is_some_and(|word| word.lower == "yet");
    let at = group.to + usize::from(is_yet);
    if words.get(at).is_some_and(|word| word.part == Part && word.lower == "to")
        && is_verbal(words, at + 1)
        && let Some(rest) = verb_group(words, at)
    {
        group.to = rest.to;
        group.main = rest.main;
        group.copula = rest.copula;
        group.passive = rest.passive;
        // `has yet to open`.
        group.negated |= rest.negated || is_yet;
    }
}

/// Takes the particles of a phrasal verb: `switched over to`.
fn particles(words: &[Word<'_>], group: &mut VerbGroup) {
    while let Some(word) = words.get(group.to)
        && matches!(word.part, Adp | Adv)
        && word.is(PARTICLES)
    {
        let next = words.get(group.to + 1);
        let fits = match word.part {
            Adv => {
                next.is_none_or(|next| matches!(next.part, Adp | Det | Punct | Pron | Noun | Propn | Num | Adj | Part))
            }
            _ => next.is_some_and(|next| next.part == Adp),
        };
        if !fits {
            return;
        }
        group.to += 1;
    }
}

/// Whether nothing but adverbs and negations stands between word `at` and a verb.
pub(super) fn leads_to_verb(words: &[Word<'_>], at: usize) -> bool {
    let behind = words[at..].iter().find(|word| word.part != Adv && !word.is_not());
    behind.is_some_and(Word::is_verbal)
}

pub(super) fn is_verbal(words: &[Word<'_>], at: usize) -> bool {
    words.get(at).is_some_and(Word::is_verbal)
}
