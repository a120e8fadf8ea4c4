//! One sentence: its words and entities in, its relations out.

use super::aside::asides;
use super::boundary::is_title;
use super::chunk::{Chunks, chunks};
use super::clause::{Finding, Phrase, clauses};
use super::confidence::confidence;
use super::event::{Argument, Predicate, Relation, RelationKind};
use super::listed::{Listed, Place};
use super::mend::mend;
use super::quote::mark_quotes;
use super::time::{date_key, time, year};
use super::words::Word;
use crate::entity::EntityKind;
use crate::event::{Channel, Span};
use crate::tagger::{PartOfSpeech, TaggedWord};

/// A sentence with what is known of it.
#[derive(Debug)]
pub(super) struct Sentence<'a> {
    /// Its text.
    pub(super) text: &'a str,
    /// Where it begins in the text of its channel.
    pub(super) offset: u64,
    /// Its words, none of them outside of `text`.
    pub(super) words: &'a [TaggedWord],
    /// The entities that begin in it, in order.
    pub(super) entities: &'a [Mention],
    pub(super) choice: u32,
    pub(super) channel: &'a Channel,
    pub(super) place: Place,
    pub(super) max_phrase_bytes: usize,
}

/// An entity of a sentence.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mention {
    pub(super) id: u64,
    pub(super) kind: EntityKind,
    pub(super) start: u64,
    pub(super) end: u64,
    /// Its value in a common form.
    pub(super) normalized: Option<String>,
}

impl Sentence<'_> {
    /// Appends the relations that it states, in the order of their first words.
    pub(super) fn relations(&self, listed: &mut Listed, relations: &mut Vec<Relation>) {
        let lower = self.text.to_ascii_lowercase();
        let words = self.words(&lower);
        listed.read(self, &words, relations);
        let most = self.max_phrase_bytes;
        relations.retain(|Relation { subject, predicate, object, .. }| {
            [&subject.text, &predicate.text, &object.text].into_iter().all(|part| part.len() <= most)
        });
        if !relations.is_empty() || !words.iter().any(Word::is_verbal) && self.entities.is_empty() {
            return;
        }
        let chunks = chunks(&words);
        let mut findings = clauses(&words, &chunks);
        findings.extend(asides(&words, &chunks));
        for finding in &mut findings {
            finding.adjuncts.retain(|phrase| self.fits(&words, phrase.words));
            for (subject, object) in self.ends(&words, &chunks, finding) {
                let parts = [Some(subject.words), finding.predicate, Some(object.words)];
                if parts.into_iter().flatten().all(|part| self.fits(&words, part)) {
                    relations.push(self.relation(&words, finding, &subject, &object));
                }
            }
        }
        if matches!(self.place, Place::Item | Place::Strong)
            && let Some(colon) = date_key(&words)
        {
            let date = words[0].entity.and_then(|entity| self.date(entity)).or_else(|| year(&words[0]));
            listed.dated(self.offset..self.offset + words[colon].span.0 as u64, date, relations);
        }
        relations.sort_by_key(|relation| (relation.span.start, relation.predicate.start));
        listed.spoken(self, &words, relations);
    }

    /// Whether a stretch of words is short enough to be told.
    fn fits(&self, words: &[Word<'_>], (from, to): (usize, usize)) -> bool {
        words[to - 1].span.1 - words[from].span.0 <= self.max_phrase_bytes
    }

    fn words<'w>(&self, lower: &'w str) -> Vec<Word<'w>> {
        let mut entities = self.entities.iter().enumerate().peekable();
        let mut words: Vec<_> = self
            .words
            .iter()
            .map(|word| {
                while entities.next_if(|(_, entity)| entity.end <= word.start).is_some() {}
                let entity = entities.peek().filter(|(_, entity)| entity.start < word.end);
                let span = ((word.start - self.offset) as usize, (word.end - self.offset) as usize);
                Word {
                    lower: &lower[span.0..span.1],
                    part: entity.map_or(word.part, |(_, entity)| part_in(&entity.kind, word.part)),
                    span,
                    entity: entity.map(|(at, _)| *at),
                    named: entity.is_some_and(|(_, entity)| is_named(&entity.kind)),
                    person: entity.is_some_and(|(_, entity)| entity.kind == EntityKind::PERSON),
                    dated: entity.is_some_and(|(_, entity)| matches!(entity.kind.as_str(), "DATE" | "TIME")),
                    priced: entity.is_some_and(|(_, entity)| entity.kind.as_str() == "MONEY"),
                    quote: None,
                }
            })
            .collect();
        mend(&mut words, self.text, lower);
        mark_quotes(&mut words);
        words
    }

    /// Subject and object of a finding: each of several, where they are a list of names.
    fn ends(&self, words: &[Word<'_>], chunks: &Chunks, finding: &Finding) -> Vec<(Phrase, Phrase)> {
        let each = |phrase: &Phrase| {
            let list = chunks.rows().flatten().find(|chunk| (chunk.from, chunk.to) == phrase.words);
            let items =
                list.and_then(|list| list.noun()).map_or(&[][..], |noun| &chunks.items[noun.items.0..noun.items.1]);
            let named = |item: &super::chunk::Chunk| {
                item.noun()
                    .map(|noun| &words[noun.head])
                    .is_some_and(|head| head.named || head.part == PartOfSpeech::Propn)
            };
            // `Sam Altman, Elon Musk and others`.
            let others =
                |item: &super::chunk::Chunk| words[item.to - 1].lower == "others" && item.from > phrase.words.0;
            match items {
                [first, .., _]
                    if items.iter().all(|item| named(item) || others(item)) && !is_title(words[first.from].lower) =>
                {
                    let items = items.iter().filter(|item| !others(item));
                    let mut items: Vec<_> = items.map(super::clause::phrase).collect();
                    // `both Intel and AMD`.
                    let (from, to) = items[0].words;
                    items[0].words.0 += usize::from(to > from + 1 && words[from].is(&["both", "either", "neither"]));
                    items
                }
                _ => vec![*phrase],
            }
        };
        let objects = each(&finding.object);
        each(&finding.subject).iter().flat_map(|subject| objects.iter().map(|object| (*subject, *object))).collect()
    }

    fn relation(&self, words: &[Word<'_>], finding: &Finding, subject: &Phrase, object: &Phrase) -> Relation {
        let at = |word: usize| words[word].span;
        let predicate = self.predicate(words, finding, subject, object);
        let subject_of = self.argument(words, subject);
        let object_of = self.argument(words, object);
        let adjuncts: Vec<Argument> = finding.adjuncts.iter().map(|phrase| self.argument(words, phrase)).collect();
        let stretches = || {
            [subject.words, object.words]
                .into_iter()
                .chain(finding.predicate)
                .chain(finding.adjuncts.iter().map(|a| a.words))
        };
        let start = stretches().map(|(from, _)| at(from).0).min().unwrap_or(0);
        let end = stretches().map(|(_, to)| at(to - 1).1).max().unwrap_or(0);
        let preposition = |phrase: &Phrase| (phrase.preposition > 0).then_some(phrase.words.0);
        let own = finding.preposition.map(|(from, _)| (object, Some(from)));
        let phrases = finding.adjuncts.iter().map(|phrase| (phrase, preposition(phrase))).chain(own);
        Relation {
            kind: finding.kind,
            time: time(words, phrases, |entity| self.date(entity)),
            subject: subject_of,
            predicate,
            object: object_of,
            adjuncts,
            span: Span {
                choice: self.choice,
                channel: self.channel.clone(),
                start: self.offset + start as u64,
                end: self.offset + end as u64,
            },
            confidence: confidence(finding, words.len()),
            negated: finding.negated,
            hedged: finding.hedged,
        }
    }

    fn predicate(&self, words: &[Word<'_>], finding: &Finding, subject: &Phrase, object: &Phrase) -> Predicate {
        let place = |start: usize, end: usize| (self.offset + start as u64, self.offset + end as u64);
        let Some((from, to)) = finding.predicate else {
            let (first, second) = if subject.words.0 < object.words.0 { (subject, object) } else { (object, subject) };
            let (start, end) = place(words[first.words.1 - 1].span.1, words[second.words.0].span.0);
            let text = if finding.kind == RelationKind::Possession { "has" } else { "is" };
            return Predicate { text: text.to_owned(), start, end };
        };
        let stretch = |(from, to): (usize, usize)| self.stretch(&words[from..to]);
        let parts = [Some(stretch((from, to))), finding.preposition.map(stretch)];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        let text = parts.iter().flat_map(|part| part.split_whitespace()).collect::<Vec<_>>().join(" ");
        let last = finding.preposition.map_or(to, |(_, to)| to);
        let (start, end) = place(words[from].span.0, words[last - 1].span.1);
        Predicate { text, start, end }
    }

    pub(super) fn argument(&self, words: &[Word<'_>], phrase: &Phrase) -> Argument {
        let (mut from, mut to) = phrase.words;
        let entity = phrase.head.and_then(|head| words[head].entity).map(|entity| &self.entities[entity]);
        // The quotation marks around a name are not it.
        let quoted = words[from].is_opening_quote() && words[to - 1].is_closing_quote();
        if entity.is_some() && quoted && to - from > 2 {
            (from, to) = (from + 1, to - 1);
        }
        let (start, end) = (words[from].span.0, words[to - 1].span.1);
        Argument {
            text: self.stretch(&words[from..to]),
            start: self.offset + start as u64,
            end: self.offset + end as u64,
            entity: entity.map(|entity| entity.id),
            kind: entity.map(|entity| entity.kind.clone()),
        }
    }

    /// The text of `words` in one line, without the marks of Markdown between them, which are no words.
    fn stretch(&self, words: &[Word<'_>]) -> String {
        let mut text = String::new();
        let mut last: Option<usize> = None;
        for word in words {
            let between = last.map_or("", |last| &self.text[last..word.span.0]);
            text.push_str(if between.contains(char::is_whitespace) { " " } else { "" });
            text.push_str(&self.text[word.span.0..word.span.1]);
            last = Some(word.span.1);
        }
        text
    }

    /// The calendar date of an entity.
    fn date(&self, entity: usize) -> Option<String> {
        let entity = &self.entities[entity];
        let date = entity.normalized.as_deref().filter(|_| entity.kind.as_str() == "DATE")?;
        let date = date.split('T').next()?;
        date.as_bytes().first().is_some_and(u8::is_ascii_digit).then(|| date.to_owned())
    }
}

/// Whether it is a kind of names, not of values.
pub(super) fn is_named(kind: &EntityKind) -> bool {
    [EntityKind::PERSON, EntityKind::ORGANIZATION, EntityKind::LOCATION].contains(kind)
}

/// What a word of a name is: no verb, and, but for what places are called (`German`), no adjective.
fn part_in(kind: &EntityKind, part: PartOfSpeech) -> PartOfSpeech {
    use PartOfSpeech::{Adj, Adv, Aux, Det, Intj, Pron, Propn, Verb};
    let is_place = *kind == EntityKind::LOCATION;
    match part {
        Verb | Aux | Intj | Pron if is_named(kind) => Propn,
        Adj | Adv if is_named(kind) && !is_place => Propn,
        Det if *kind == EntityKind::PERSON => Propn,
        part => part,
    }
}
