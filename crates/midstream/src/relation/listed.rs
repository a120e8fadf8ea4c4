//! What a text says in lists and tables, of what it speaks of there: `- **Founder**: Ada Lovelace` under `## Acme`, the rows
//! below `| Company | CEO |`.
//!
//! Only names and values are taken up: what else may stand there is mostly no answer to what stands before it.

use std::ops::Range;

use super::clause::Phrase;
use super::event::{Argument, Predicate, Relation, RelationKind, Time};
use super::phrase::noun_phrase;
use super::sentence::Sentence;
use super::time::date_key;
use super::words::{OPENING, Word};
use crate::event::Span;
use crate::tagger::PartOfSpeech::{Det, Propn};

/// What the lists and tables of a text are about, so far.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// Whom or what the latest heading or sentence is about.
    topic: Option<Argument>,
    /// The names of a table's columns.
    header: Vec<Predicate>,
    /// The row before: a header's, where a rule follows it.
    before: Vec<Predicate>,
}

/// How a sentence stands in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Prose,
    Heading,
    /// Behind a bullet.
    Item,
    /// In bold type at first.
    Strong,
    Row,
}

impl Place {
    /// Where a sentence stands that has `lead` before it in its line.
    pub(super) fn behind(lead: &str) -> Self {
        let lead = lead.trim_start();
        match lead.chars().next() {
            Some('#') => Self::Heading,
            Some('*') if lead.starts_with("**") => Self::Strong,
            Some('-' | '*' | '+' | '•') => Self::Item,
            Some('|') => Self::Row,
            _ => Self::Prose,
        }
    }
}

impl Listed {
    /// Appends what `sentence` says as a part of a list or table.
    pub(super) fn read(&mut self, sentence: &Sentence<'_>, words: &[Word<'_>], relations: &mut Vec<Relation>) {
        if sentence.place == Place::Row {
            return self.row(sentence, words, relations);
        }
        self.header.clear();
        self.before.clear();
        let colon = (1..words.len().min(MAX_KEY + 1)).find(|at| parts_key(words, *at));
        match (sentence.place, colon) {
            (Place::Item | Place::Strong, Some(_)) if date_key(words).is_some() => {}
            (Place::Item | Place::Strong, Some(colon)) => self.item(sentence, words, colon, relations),
            // A name in a line of its own heads what follows.
            (Place::Prose | Place::Strong, None) => {
                if let Some(name) = whole(words, 0, words.len()).filter(|name| words[name.words.0].named) {
                    self.topic = Some(sentence.argument(words, &name));
                }
            }
            (Place::Heading, _) => {
                if let [name] = names(words)[..] {
                    self.topic = Some(sentence.argument(words, &name));
                }
            }
            _ => {}
        }
    }

    /// Takes note of whom a sentence that is no list's is about: its subject, or the only name of `facts about Acme:`.
    pub(super) fn spoken(&mut self, sentence: &Sentence<'_>, words: &[Word<'_>], relations: &[Relation]) {
        if !matches!(sentence.place, Place::Prose | Place::Strong) {
            return;
        }
        let named = |subject: &&Argument| subject.kind.as_ref().is_some_and(super::sentence::is_named);
        if let Some(subject) = relations.first().map(|relation| &relation.subject).filter(named) {
            self.topic = Some(subject.clone());
        } else if words.last().is_some_and(|last| last.lower == ":")
            && let [name] = names(words)[..]
        {
            self.topic = Some(sentence.argument(words, &name));
        }
    }

    /// `2020: Acquires Arm`: the relations are so at the date that stands at `from_to`, and of whom the list is where the date is
    /// taken for that.
    pub(super) fn dated(&self, from_to: Range<u64>, date: Option<String>, relations: &mut Vec<Relation>) {
        relations.retain_mut(|relation| {
            let is_of_date = from_to.contains(&relation.subject.start);
            if let Some(date) = date.as_ref().filter(|_| relation.time.is_none()) {
                relation.time = Some(Time { since: Some(date.clone()), until: Some(date.clone()) });
            }
            if is_of_date && let Some(topic) = &self.topic {
                relation.subject = topic.clone();
            }
            // Of the date itself nothing is said.
            !is_of_date || self.topic.is_some()
        });
    }

    /// `Founder: Ada Lovelace`, `Acme: a company`.
    fn item(&mut self, sentence: &Sentence<'_>, words: &[Word<'_>], colon: usize, relations: &mut Vec<Relation>) {
        let key = &words[..colon];
        if let Some(name) = whole(words, 0, colon) {
            let topic = sentence.argument(words, &name);
            let article = words.get(colon + 1).is_some_and(|word| word.part == Det);
            // `Tim Cook – CEO`.
            let is_office = |word: &Word<'_>| !word.person && sentence.is_capital(word);
            let office = words[name.words.0].person && words.get(colon + 1).is_some_and(is_office);
            let what = description(words, colon + 1).filter(|(_, joined)| article || *joined || office);
            relations.extend(what.map(|(what, _)| {
                let is = Predicate { text: "is".to_owned(), ..sentence.place_of(&words[colon..=colon]) };
                sentence.listed(RelationKind::Apposition, &topic, is, sentence.argument(words, &what))
            }));
            self.topic = Some(topic);
            return;
        }
        if key.last().is_some_and(|word| word.is(NAMING)) {
            if let [name] = values(words, colon + 1)[..] {
                self.topic = Some(sentence.argument(words, &name));
            }
        } else {
            self.value(sentence, words, colon, relations);
        }
    }

    /// What the words behind `colon` are to whoever is spoken of, as the key before it says.
    fn value(&self, sentence: &Sentence<'_>, words: &[Word<'_>], colon: usize, relations: &mut Vec<Relation>) {
        let key = &words[..colon];
        if let Some(topic) = &self.topic
            && !key.iter().any(|word| word.is(REMARKS) || word.entity.is_some())
            && sentence.offset.saturating_sub(topic.end) < MAX_DISTANCE
        {
            for value in values(words, colon + 1) {
                let key = sentence.place_of(key);
                relations.push(sentence.listed(RelationKind::Possession, topic, key, sentence.argument(words, &value)));
            }
        }
    }

    /// `Acme | Ada Lovelace` below `Company | Founder`.
    fn row(&mut self, sentence: &Sentence<'_>, words: &[Word<'_>], relations: &mut Vec<Relation>) {
        let mut cells = words.split(|word| word.lower == "|");
        if words.iter().all(|word| word.lower.bytes().all(|byte| b"-:|".contains(&byte))) {
            // A rule: the row before it is the header.
            if !self.before.is_empty() {
                self.header = std::mem::take(&mut self.before);
            }
            return;
        }
        self.before = cells.clone().take(MAX_COLUMNS).map(|cell| sentence.place_of(cell)).collect();
        if self.header.is_empty() {
            self.header = self.before.clone();
            // A list behind it is of whoever is named next.
            self.topic.take_if(|_| !are_attributes(&self.header));
            return;
        }
        if are_attributes(&self.header) {
            let mut bars = (0..words.len()).filter(|at| words[*at].lower == "|");
            let Some(colon) = bars.next().filter(|colon| *colon > 0) else { return };
            return self.value(sentence, &words[..bars.next().unwrap_or(words.len())], colon, relations);
        }
        let mut from = 0;
        let mut subject = None;
        for key in &self.header {
            let Some(cell) = cells.next() else { break };
            let to = from + cell.len();
            match (&subject, cell.first()) {
                // Its number, before its name.
                (None, Some(first)) if first.lower.bytes().all(|byte| b"0123456789.#".contains(&byte)) => {}
                (None, Some(_)) => match named_cell(words, from, to) {
                    Some(name) => subject = Some(sentence.argument(words, &name)),
                    None => return,
                },
                (None, None) => return,
                (Some(subject), _) if !key.text.is_empty() => {
                    for value in values(&words[..to], from) {
                        let key = key.clone();
                        relations.push(sentence.listed(
                            RelationKind::Possession,
                            subject,
                            key,
                            sentence.argument(words, &value),
                        ));
                    }
                }
                _ => {}
            }
            from = to + 1;
        }
    }
}

impl Sentence<'_> {
    fn is_capital(&self, word: &Word<'_>) -> bool {
        self.text[word.span.0..].starts_with(|first: char| first.is_ascii_uppercase())
    }

    /// What words of a key or a column's head say, and where they stand.
    fn place_of(&self, words: &[Word<'_>]) -> Predicate {
        let [Some(first), Some(last)] = [words.first(), words.last()] else {
            return Predicate { text: String::new(), start: self.offset, end: self.offset };
        };
        let (start, end) = (self.offset + first.span.0 as u64, self.offset + last.span.1 as u64);
        // In small letters but for abbreviations: `CEO`.
        let mut text = String::new();
        for word in words {
            let written = &self.text[word.span.0..word.span.1];
            text.push_str(if text.is_empty() { "" } else { " " });
            text.push_str(if written.bytes().any(|byte| byte.is_ascii_lowercase()) { word.lower } else { written });
        }
        Predicate { text, start, end }
    }

    fn listed(&self, kind: RelationKind, subject: &Argument, predicate: Predicate, object: Argument) -> Relation {
        let start = subject.start.min(predicate.start);
        let span = Span { choice: self.choice, channel: self.channel.clone(), start, end: object.end };
        let (subject, adjuncts, confidence) = (subject.clone(), Vec::new(), CONFIDENCE);
        Relation {
            kind,
            subject,
            predicate,
            object,
            adjuncts,
            span,
            confidence,
            negated: false,
            hedged: false,
            time: None,
        }
    }
}

/// The noun phrase from word `from` on with what `of` joins to it, and whether there is such.
fn description(words: &[Word<'_>], from: usize) -> Option<(Phrase, bool)> {
    let begin = |at: usize| words.get(at).and_then(|_| noun_phrase(words, at));
    let first = begin(from)?;
    let mut to = first.to;
    while let Some(next) = words.get(to).filter(|word| word.is(&["of", "and", "&"])).and_then(|_| begin(to + 1)) {
        to = next.to;
    }
    Some((Phrase { words: (first.from, to), head: Some(first.head), preposition: 0 }, to > first.to))
}

/// The first cell of a row, where it has a name in it or is one; what is in brackets behind it does not matter.
fn named_cell(words: &[Word<'_>], from: usize, to: usize) -> Option<Phrase> {
    let is_bracket = |at: &usize| words[*at].is(OPENING);
    let to = (from + 1..to).find(is_bracket).unwrap_or(to);
    let cell = &words[from..to];
    let unknown = || {
        let is_form = cell.len() == 2 && crate::entity::is_legal_form(cell[1].lower);
        let head = (cell[0].named && is_form).then_some(from);
        cell.iter().any(|word| word.named).then_some(Phrase { words: (from, to), head, preposition: 0 })
    };
    whole(words, from, to).filter(|_| cell[cell.len() - 1].named).or_else(unknown)
}

/// Whether a key ends before word `at`: `Founder: Ada`, `Paris – the capital of France`.
fn parts_key(words: &[Word<'_>], at: usize) -> bool {
    let word = &words[at];
    let spaced =
        || words.get(at + 1).is_some_and(|next| words[at - 1].span.1 < word.span.0 && word.span.1 < next.span.0);
    word.lower == ":" || word.is(&["–", "—", "-"]) && spaced()
}

/// The names in a sentence, each once.
fn names(words: &[Word<'_>]) -> Vec<Phrase> {
    let begins = |at: &usize| words[*at].named && (*at == 0 || words[at - 1].entity != words[*at].entity);
    let starts = (0..words.len()).filter(begins);
    starts
        .filter_map(|from| {
            whole(words, from, from + words[from..].iter().take_while(|word| word.entity == words[from].entity).count())
        })
        .collect()
}

/// The words from `from` to `to`, where they are one name or value, with an article at most.
fn whole(words: &[Word<'_>], from: usize, to: usize) -> Option<Phrase> {
    let from = from + usize::from(from < to && words[from].is(&["the"]) && words[from].entity.is_none());
    let stretch = words.get(from..to).filter(|stretch| !stretch.is_empty())?;
    let entity = stretch[0].entity?;
    stretch.iter().all(|word| word.entity == Some(entity)).then_some(Phrase {
        words: (from, to),
        head: Some(from),
        preposition: 0,
    })
}

/// The names or values that the words from `from` on list; none where they say something else. What is in brackets behind them
/// does not matter.
fn values(words: &[Word<'_>], from: usize) -> Vec<Phrase> {
    let to = words.iter().skip(from).position(|word| word.is(OPENING)).map_or(words.len(), |length| from + length);
    let to = to - usize::from(to > from && words[to - 1].lower == ".");
    let mut values = Vec::new();
    let mut start = from;
    for at in from..=to {
        let parts = words[..to].get(at).is_none_or(|word| word.entity.is_none() && word.is(&["and", "&", ",", ";"]));
        // `, and`.
        if parts && (at > start || at == to) {
            let name = || words[start..at].iter().all(|word| word.part == Propn);
            let unknown = Phrase { words: (start, at), head: None, preposition: 0 };
            match whole(words, start, at).or_else(|| (at > start && name()).then_some(unknown)) {
                Some(value) => values.push(value),
                None => return Vec::new(),
            }
        }
        if parts {
            start = at + 1;
        }
    }
    values
}

/// How sure it is that a value is of the key and of the topic before it.
const CONFIDENCE: f32 = 0.5;
/// Whether a table has what one thing is or has, a row each.
fn are_attributes(header: &[Predicate]) -> bool {
    let generic = |name: &Predicate| GENERIC.iter().any(|generic| name.text.eq_ignore_ascii_case(generic));
    // Nothing stands behind the last bar.
    matches!(header, [key, value, rest @ ..] if rest.iter().all(|name| name.text.is_empty()) && (generic(key) || generic(value)))
}

/// Heads of columns that say nothing of what is in them.
const GENERIC: &[&str] = &[
    "attribute",
    "property",
    "field",
    "key",
    "detail",
    "details",
    "fact",
    "item",
    "category",
    "aspect",
    "value",
    "information",
];
/// Words of a key at most.
const MAX_KEY: usize = 4;
const MAX_COLUMNS: usize = 16;
/// How far behind whom it is about an item may stand, in bytes.
const MAX_DISTANCE: u64 = 8 << 10;
/// Keys whose values the others are about.
const NAMING: &[&str] = &["name", "company", "person", "organization", "organisation", "city", "country"];
/// Keys that say nothing of whom it is about.
const REMARKS: &[&str] =
    &["note", "example", "examples", "source", "sources", "see", "tip", "answer", "question", "compare", "similar"];
