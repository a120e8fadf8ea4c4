//! A sentence as a row of chunks: noun phrases, verb groups and what stands between them.

use super::age::take_ages_out;
use super::contrast::take_contrasts_out;
use super::phrase::{NounPhrase, noun_phrase};
use super::time::year;
use super::verb::{Form, VerbGroup, is_verbal, leads_to_verb, verb_group};
use super::words::{CLOSING, COMPOUND, OPENING, PREPOSITIONS, QUESTION, RELATIVE, SUBORDINATORS, Word};
use crate::tagger::PartOfSpeech::{Adj, Adp, Adv, Aux, Cconj, Part, Pron, Punct, Sconj, Sym, Verb};

/// Words that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chunk {
    /// First word.
    pub(super) from: usize,
    /// One past the last.
    pub(super) to: usize,
    pub(super) kind: Kind,
}

/// What a chunk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Noun(Noun),
    Verb(VerbGroup),
    Adjective,
    Adverb,
    Preposition,
    /// `and`, `or`, `but`.
    Conjunction,
    /// `that`, `when`, `if`.
    Subordinator,
    /// `who`, `which`.
    Relative,
    Comma,
    /// Other punctuation.
    Mark,
    Other,
}

/// A noun phrase with what `of` joins to it, or several that `and` joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Noun {
    /// The main word: the first one's, where there are several.
    pub(super) head: usize,
    /// The last possessive ending in it.
    pub(super) possessive: Option<usize>,
    /// First word and main word of the last phrase that `of` joins.
    pub(super) last: Option<(usize, usize)>,
    /// Which of [`Chunks::items`] it joins by `and`; none where it is one phrase.
    pub(super) items: (usize, usize),
}

/// A sentence in chunks.
#[derive(Debug)]
pub(super) struct Chunks {
    /// What is in brackets left out.
    pub(super) row: Vec<Chunk>,
    /// What is in brackets, each a row; with the noun phrase before it where it says something of that: a participle, a relative clause.
    pub(super) bracketed: Vec<Vec<Chunk>>,
    /// The phrases of which lists consist.
    pub(super) items: Vec<Chunk>,
}

impl Chunks {
    /// All rows, the main one first.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Vec<Chunk>> {
        std::iter::once(&self.row).chain(&self.bracketed)
    }
}

impl From<NounPhrase> for Noun {
    fn from(phrase: NounPhrase) -> Self {
        Self { head: phrase.head, possessive: phrase.possessive, last: None, items: (0, 0) }
    }
}

impl Chunk {
    pub(super) fn noun(&self) -> Option<&Noun> {
        match &self.kind {
            Kind::Noun(noun) => Some(noun),
            _ => None,
        }
    }

    pub(super) fn verb(&self) -> Option<&VerbGroup> {
        match &self.kind {
            Kind::Verb(group) => Some(group),
            _ => None,
        }
    }

    pub(super) fn is_noun(&self) -> bool {
        self.noun().is_some()
    }
}

/// Cuts a sentence into chunks.
pub(super) fn chunks(words: &[Word<'_>]) -> Chunks {
    let mut chunks: Vec<Chunk> = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let chunk = chunk(words, at, chunks.last());
        at = chunk.to;
        match join_of(words, &chunks, &chunk) {
            Some(joined) => {
                chunks.truncate(chunks.len() - 2);
                chunks.push(joined);
            }
            None => chunks.push(chunk),
        }
    }
    let (mut row, bracketed) = apart(words, chunks);
    take_ages_out(words, &mut row);
    take_contrasts_out(words, &mut row);
    let mut items = Vec::new();
    let row = join_lists(words, row, &mut items);
    let bracketed = bracketed.into_iter().map(|row| join_lists(words, row, &mut items)).collect();
    Chunks { row, bracketed, items }
}

/// Takes what is in brackets out of a row, but for when it was so: `was the head of Acme (2010–2015)`. A bracket without its other
/// one is left where it stands.
fn apart(words: &[Word<'_>], mut row: Vec<Chunk>) -> (Vec<Chunk>, Vec<Vec<Chunk>>) {
    let mut bracketed = Vec::new();
    let is = |chunk: &Chunk, brackets: &[&str]| words[chunk.from].is(brackets);
    // The first that closes, and the last that opens before it: the innermost ones first.
    let mut at = 0;
    while let Some(close) = (at..row.len()).find(|at| is(&row[*at], CLOSING)) {
        at = close + 1;
        let Some(open) = (0..close).rev().find(|at| is(&row[*at], OPENING)) else { continue };
        let mut inside: Vec<Chunk> = row.drain(open..=close).collect();
        at = open;
        inside.pop();
        let behind =
            row.get(open).is_none_or(|behind| matches!(behind.kind, Kind::Mark | Kind::Comma | Kind::Conjunction));
        let of =
            open.checked_sub(1).and_then(|before| row[before].noun()).filter(|of| behind && !words[of.head].person);
        if of.is_some() && inside[1..].iter().all(|chunk| says_when(words, chunk)) {
            row.splice(open..open, inside.drain(1..));
            continue;
        }
        let describes = inside.get(1).is_some_and(|chunk| match chunk.kind {
            Kind::Verb(verb) => matches!(verb.form, Form::Past | Form::Gerund),
            kind => kind == Kind::Relative,
        });
        match open.checked_sub(1).map(|before| row[before]).filter(|before| describes && before.is_noun()) {
            Some(noun) => inside[0] = noun,
            None => drop(inside.remove(0)),
        }
        bracketed.push(inside);
    }
    (row, bracketed)
}

/// Whether a chunk is a date, several that a dash joins, or a preposition before one.
pub(super) fn says_when(words: &[Word<'_>], chunk: &Chunk) -> bool {
    let dated = |word: &Word<'_>| word.dated || word.is(&["-", "–"]) || year(word).is_some();
    chunk.kind == Kind::Preposition || chunk.is_noun() && words[chunk.from..chunk.to].iter().all(dated)
}

/// The chunk that begins at word `at`.
fn chunk(words: &[Word<'_>], at: usize, before: Option<&Chunk>) -> Chunk {
    let word = &words[at];
    let of = |to, kind| Chunk { from: at, to, kind };
    let single = |kind| of(at + 1, kind);
    if word.is_bracket() {
        return single(Kind::Mark);
    }
    if word.part == Pron && word.is(QUESTION) || is_relative_that(words, at) {
        return single(if word.is(RELATIVE) { Kind::Relative } else { Kind::Subordinator });
    }
    let infinitive = word.part == Part
        && word.lower == "to"
        && words.get(at + 1).is_some_and(|next| next.is_verbal() || next.part == Adv && leads_to_verb(words, at + 1));
    let adverb = word.part == Adv && !word.is(&["then", "however", "when", "so"]) && leads_to_verb(words, at);
    if word.part == Verb
        && modifies(words, at, before)
        && let Some(phrase) = noun_phrase(words, at + 1)
    {
        return of(phrase.to, Kind::Noun(phrase.into()));
    }
    if (word.is_verbal() || infinitive || adverb)
        && let Some(group) = verb_group(words, at)
    {
        return of(group.to, Kind::Verb(group));
    }
    let begins_phrase = match word.part {
        Verb | Aux | Cconj | Adp | Sconj | Part => false,
        Punct => word.is_opening_quote(),
        _ => true,
    };
    if begins_phrase && let Some(phrase) = noun_phrase(words, at) {
        return Chunk { from: phrase.from, to: phrase.to, kind: Kind::Noun(phrase.into()) };
    }
    match word.part {
        Adj => of(adjectives(words, at), Kind::Adjective),
        Adv if words.get(at + 1).is_some_and(|next| next.part == Adj) => of(adjectives(words, at + 1), Kind::Adjective),
        Adv if word.is(&["when", "where", "how", "why"]) => single(Kind::Subordinator),
        Adv => single(Kind::Adverb),
        Adp | Sconj => {
            let next = words.get(at + 1);
            // `since leaving`, `since 1838`.
            let phrase = next.is_some_and(|next| next.is_gerund() || next.dated);
            if word.is(PREPOSITIONS) && !(word.part == Sconj && word.is(SUBORDINATORS) && !phrase) {
                return single(Kind::Preposition);
            }
            if word.is(COMPOUND) && next.is_some_and(|next| next.part == Adp) {
                return of(at + 2, Kind::Preposition);
            }
            single(Kind::Subordinator)
        }
        Cconj => single(Kind::Conjunction),
        Punct | Sym if word.lower == "," => single(Kind::Comma),
        Punct | Sym => single(Kind::Mark),
        _ => single(Kind::Other),
    }
}

/// Whether `that` at `at` stands for the noun before it, as the subject of what follows.
fn is_relative_that(words: &[Word<'_>], at: usize) -> bool {
    words[at].lower == "that"
        && matches!(words[at].part, Pron | Sconj)
        && at > 0
        && (words[at - 1].is_nominal() || words[at - 1].lower == "," || words[at - 1].part == Pron)
        && (is_verbal(words, at + 1)
            || words.get(at + 1).is_some_and(|next| next.part == Adv) && is_verbal(words, at + 2))
}

/// Whether the participle at `at` only describes the noun behind it: `with growing demand`.
fn modifies(words: &[Word<'_>], at: usize, before: Option<&Chunk>) -> bool {
    let adverbial = ["by", "of", "for", "from", "in", "without", "after", "before", "on", "at", "with"];
    (words[at].is_gerund() || words[at].is_participle())
        && words.get(at + 1).is_some_and(Word::is_nominal)
        && before.is_some_and(|before| before.kind == Kind::Preposition && !words[before.from].is(&adverbial))
}

/// One past the adjectives from `at` on.
fn adjectives(words: &[Word<'_>], at: usize) -> usize {
    let mut to = at;
    while let Some(word) = words.get(to) {
        let joins = word.is(&["and", "or"]) && words.get(to + 1).is_some_and(|next| next.part == Adj);
        let hyphened = word.lower == "-" || to > at && words[to - 1].lower == "-";
        if !(word.is_modifier() || joins || hyphened) {
            break;
        }
        to += 1;
    }
    while to - 1 > at && words[to - 1].part == Adv {
        to -= 1;
    }
    to
}

/// The phrase before, `of` and `chunk` as one, where they stand so.
fn join_of(words: &[Word<'_>], before: &[Chunk], chunk: &Chunk) -> Option<Chunk> {
    let noun = chunk.noun()?;
    let [.., whole, of] = before else { return None };
    if of.kind != Kind::Preposition || of.to != of.from + 1 || words[of.from].lower != "of" {
        return None;
    }
    let first = whole.noun()?;
    let last = Some((chunk.from, noun.head));
    Some(Chunk { from: whole.from, to: chunk.to, kind: Kind::Noun(Noun { last, ..*first }) })
}

/// Makes one chunk of noun phrases that `and` or `or` joins; the phrases go to `items`.
fn join_lists(words: &[Word<'_>], chunks: Vec<Chunk>, items: &mut Vec<Chunk>) -> Vec<Chunk> {
    let mut joined: Vec<Chunk> = Vec::with_capacity(chunks.len());
    let mut at = 0;
    while let Some(chunk) = chunks.get(at) {
        match list_end(words, &chunks, at).filter(|last| !begins_clause(&chunks, *last, joined.last())) {
            Some(last) => {
                let first = items.len();
                items.extend(chunks[at..=last].iter().filter(|chunk| chunk.is_noun()));
                let noun = *chunk.noun().expect("a list begins with a noun phrase");
                let kind = Kind::Noun(Noun { items: (first, items.len()), ..noun });
                joined.push(Chunk { from: chunk.from, to: chunks[last].to, kind });
                at = last + 1;
            }
            None => {
                joined.push(*chunk);
                at += 1;
            }
        }
    }
    joined
}

/// The last chunk of a list of noun phrases that begins at chunk `at`.
fn list_end(words: &[Word<'_>], chunks: &[Chunk], at: usize) -> Option<usize> {
    let is = |at: usize, kind: Kind| chunks.get(at).is_some_and(|chunk| chunk.kind == kind);
    let is_noun = |at: usize| chunks.get(at).is_some_and(Chunk::is_noun);
    let mut last = is_noun(at).then_some(at)?;
    while is(last + 1, Kind::Comma) && is_noun(last + 2) {
        last += 2;
    }
    let conjunction = last + 1 + usize::from(last > at && is(last + 1, Kind::Comma));
    let fits = is(conjunction, Kind::Conjunction)
        && words[chunks[conjunction].from].is(&["and", "or", "&", "nor"])
        && is_noun(conjunction + 1);
    fits.then_some(conjunction + 1)
}

/// Whether the last of a list of phrases is the subject of a further clause: `he likes tea and she likes coffee`.
fn begins_clause(chunks: &[Chunk], last: usize, before: Option<&Chunk>) -> bool {
    let predicate = chunks.get(last + 1).and_then(Chunk::verb).is_some_and(|verb| match verb.form {
        Form::Finite => true,
        Form::Past => chunks.get(last + 2).is_none_or(|behind| behind.kind != Kind::Preposition),
        _ => false,
    });
    predicate && before.is_some_and(|before| before.kind == Kind::Preposition || before.verb().is_some())
}
