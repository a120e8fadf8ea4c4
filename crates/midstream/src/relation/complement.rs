//! What stands around a predicate: its object, its adjuncts, and clauses that are either.

use super::chunk::{Chunk, Kind, says_when};
use super::clause::{Phrase, Reader, phrase};
use super::verb::{Form, VerbGroup};
use super::words::{CIRCUMSTANCE, REPORTING, SURE};

/// What stands behind a predicate.
#[derive(Default)]
pub(super) struct Complements {
    pub(super) object: Option<Phrase>,
    pub(super) adjuncts: Vec<Phrase>,
    /// The chunk behind them.
    pub(super) end: usize,
}

impl Reader<'_> {
    /// What stands behind a predicate, from chunk `at` on.
    pub(super) fn complements(&self, mut at: usize, verb: &VerbGroup, outermost: bool) -> Complements {
        let row = self.row;
        let mut found = Complements::default();
        let finite = |at: usize| row.get(at).and_then(Chunk::verb).is_some_and(|verb| verb.form == Form::Finite);
        while let Some(chunk) = row.get(at) {
            let next = row.get(at + 1);
            match &chunk.kind {
                // It is the subject of what comes next.
                Kind::Noun(_) if found.object.is_some() && finite(at + 1) => break,
                // `worked at Acme last year`.
                Kind::Noun(noun)
                    if !found.adjuncts.is_empty()
                        && !finite(at + 1)
                        && (self.words[noun.head].dated || says_when(self.words, chunk)) =>
                {
                    found.adjuncts.push(phrase(chunk));
                }
                // `wrote in 1903 a book`: only dates may stand before the object.
                Kind::Noun(_)
                    if found.adjuncts.iter().any(|phrase| found.object.is_some() || !self.says_when(phrase)) =>
                {
                    break;
                }
                Kind::Noun(_) if found.object.is_none() => found.object = Some(phrase(chunk)),
                Kind::Noun(_) => found.adjuncts.push(phrase(chunk)),
                // `after the owner had left`.
                Kind::Preposition
                    if outermost
                        && self.words[chunk.from].is(CIRCUMSTANCE)
                        && next.is_some_and(Chunk::is_noun)
                        && finite(at + 2) =>
                {
                    let (to, end) = self.circumstance(at);
                    found.adjuncts.push(Phrase { words: (chunk.from, to), head: None, preposition: 0 });
                    at = end;
                    break;
                }
                Kind::Preposition => {
                    let preposition = 1 + usize::from(next.is_some_and(|next| next.kind == Kind::Preposition));
                    let Some(behind) = row.get(at + preposition) else { break };
                    let width = row[at + preposition - 1].to - chunk.from;
                    let (to, end) = match &behind.kind {
                        Kind::Noun(_) => (behind.to, at + preposition),
                        Kind::Adjective | Kind::Adverb if preposition == 1 => (behind.to, at + 1),
                        Kind::Verb(gerund) if gerund.form == Form::Gerund && preposition == 1 && outermost => {
                            self.gerund(at + 1, gerund)
                        }
                        _ => break,
                    };
                    let head = behind.noun().map(|noun| noun.head);
                    found.adjuncts.push(Phrase { words: (chunk.from, to), head, preposition: width });
                    at = end;
                }
                Kind::Adjective if found.object.is_none() && found.adjuncts.is_empty() => {
                    found.object = Some(Phrase { words: (chunk.from, chunk.to), head: None, preposition: 0 });
                }
                Kind::Adjective | Kind::Adverb => {}
                // `in Tainan, Taiwan, on 7 November`.
                Kind::Comma if self.is_place(at) => at += 1 + usize::from(self.is_comma(at + 2)),
                // `worked at Acme, 2010–2015.`
                Kind::Comma
                    if next.is_some_and(|next| next.is_noun() && says_when(self.words, next))
                        && row.get(at + 2).is_none_or(|behind| behind.kind == Kind::Mark) => {}
                Kind::Verb(infinitive) if infinitive.form == Form::Infinitive && outermost => {
                    let (to, end) = self.gerund(at, infinitive);
                    found.adjuncts.push(Phrase { words: (chunk.from, to), head: None, preposition: 0 });
                    at = end;
                }
                Kind::Subordinator
                    if outermost
                        && self.words[chunk.from].is(CIRCUMSTANCE)
                        && (found.object.is_some() || !found.adjuncts.is_empty() || verb.passive) =>
                {
                    let (to, end) = self.circumstance(at);
                    found.adjuncts.push(Phrase { words: (chunk.from, to), head: None, preposition: 0 });
                    at = end;
                    break;
                }
                _ => break,
            }
            at += 1;
        }
        found.end = at;
        found
    }

    /// Whether the comma at chunk `at` has a place behind it in which the one before lies, and what goes on behind that.
    fn is_place(&self, at: usize) -> bool {
        let (words, row) = (self.words, self.row);
        let is_name = |chunk: &Chunk| {
            let first = &words[chunk.from];
            first.named && !first.person && words[chunk.from..chunk.to].iter().all(|word| word.entity == first.entity)
        };
        let behind = row.get(at + 2 + usize::from(self.is_comma(at + 2)));
        words[row[at - 1].to - 1].named
            && row.get(at + 1).is_some_and(is_name)
            && behind.is_some_and(|behind| behind.kind == Kind::Preposition)
    }

    pub(super) fn is_comma(&self, at: usize) -> bool {
        self.row.get(at).is_some_and(|chunk| chunk.kind == Kind::Comma)
    }

    /// One past the last word, and the last chunk, of the gerund or infinitive at chunk `at` with what belongs to it.
    fn gerund(&self, at: usize, verb: &VerbGroup) -> (usize, usize) {
        let end = self.complements(at + 1, verb, false).end;
        (self.row[end - 1].to, end - 1)
    }

    /// One past the last word of the clause that the conjunction at chunk `at` begins, and the chunk behind it.
    fn circumstance(&self, at: usize) -> (usize, usize) {
        let stops = |chunk: &Chunk| matches!(chunk.kind, Kind::Comma | Kind::Mark);
        let length = self.row[at + 1..].iter().take_while(|chunk| !stops(chunk)).count();
        (self.row[at + length].to, at + 1 + length)
    }

    /// The clause that is the object of a verb of saying or thinking.
    pub(super) fn reported(
        &self,
        at: usize,
        verb: &VerbGroup,
        object: Option<Phrase>,
        adjuncts: &[Phrase],
        end: usize,
    ) -> Option<Phrase> {
        let row = self.row;
        let main = &self.words[verb.main];
        if !(main.is(REPORTING) || main.is(SURE)) || !adjuncts.is_empty() || at + 1 >= row.len() {
            return None;
        }
        let last = row.last()?;
        let parts = |chunk: &&Chunk| self.words[chunk.from].lower == ";";
        let to = match row[at..].iter().find(parts) {
            Some(end) => end.from,
            None if last.kind == Kind::Mark => last.from,
            None => last.to,
        };
        let from = match (object, row.get(end)) {
            (None, Some(that)) if that.kind == Kind::Subordinator && self.words[that.from].lower == "that" => that.from,
            // `I think Bob left London`, but `they found a man arrested in May`.
            (Some(subject), Some(Chunk { kind: Kind::Verb(verb), .. }))
                if verb.form == Form::Finite
                    || verb.form == Form::Past
                        && (row.get(end + 1).is_some_and(Chunk::is_noun)
                            || self.words[subject.words.0].is(NOMINATIVE)) =>
            {
                subject.words.0
            }
            _ => return None,
        };
        (from < to).then_some(Phrase { words: (from, to), head: None, preposition: 0 })
    }

    /// The adjunct that stands before the subject at chunk `subject`: `In 1958, he`, `In 1958 he`.
    pub(super) fn fronted(&self, subject: usize) -> Option<Phrase> {
        let row = self.row;
        let comma = match &row[subject.checked_sub(1)?].kind {
            Kind::Comma => subject - 1,
            Kind::Noun(noun) if self.words[noun.head].dated => subject,
            _ => return None,
        };
        let phrase = |at: &usize| row[*at].is_noun() || row[*at].kind == Kind::Preposition;
        let first = (0..comma).rev().take_while(phrase).last()?;
        // `In 1958`, `when in 1958`, `and in 1958`.
        let begins =
            first == 0 || row[first - 1].kind == Kind::Conjunction || first == 1 && row[0].kind == Kind::Subordinator;
        let is_preposition = row[first].kind == Kind::Preposition;
        let dated = row[first].noun().is_some_and(|noun| self.words[noun.head].dated);
        let head = row[comma - 1].noun().filter(|_| comma - 1 <= first + 1).map(|noun| noun.head);
        let width = if is_preposition { row[first].to - row[first].from } else { 0 };
        (begins && (is_preposition || dated)).then_some(Phrase {
            words: (row[first].from, row[comma - 1].to),
            head,
            preposition: width,
        })
    }
}

/// Pronouns that are never an object.
const NOMINATIVE: &[&str] = &["he", "she", "they", "we", "i"];
