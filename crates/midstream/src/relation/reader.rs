//! One text, read sentence by sentence as it comes.

use std::collections::VecDeque;

use super::boundary;
use super::event::Relation;
use super::listed::{Listed, Place};
use super::sentence::{Mention, Sentence};
use crate::entity::{self, Entity, EntityKind, Linker};
use crate::event::Channel;
use crate::tagger::{PosModel, PosTagger, TaggedWord};

/// Reads one text and lists its entities and relations.
///
/// An entity comes as soon as it is final and its sentence known, the relations of a sentence when the sentence is over:
/// behind its entities, before those of the next one.
#[derive(Debug)]
pub struct Reader {
    entities: entity::Reader,
    tagger: PosTagger,
    choice: u32,
    channel: Channel,
    limits: Limits,
    /// The text from byte `offset` on.
    text: String,
    offset: u64,
    /// Tagged, and not taken up by a sentence yet.
    tagged: VecDeque<TaggedWord>,
    /// Found, and not listed yet.
    found: VecDeque<Entity>,
    /// The sentence that has begun.
    words: Vec<TaggedWord>,
    mentions: Vec<Mention>,
    /// Where the sentence before ends.
    ended: Option<u64>,
    listed: Listed,
    /// How the sentence stands that begins behind an item's number.
    numbered: Option<Place>,
    /// For reuse.
    fresh: (Vec<TaggedWord>, Vec<Entity>),
}

/// How much of a text is looked at together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Words of a sentence; one of more is read in pieces of so many, of one word at least.
    pub max_words: usize,
    /// Bytes of an argument or a predicate; what is longer is not told.
    pub max_phrase_bytes: usize,
}

/// Something that a text speaks of, or says of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// An entity, with its id.
    Entity(u64, Entity),
    /// A relation; its arguments name entities by these ids.
    Relation(Box<Relation>),
}

impl Reader {
    /// A reader for a new text, the one of `channel` of answer `choice`.
    pub fn new(entities: entity::Reader, model: &PosModel, limits: Limits, choice: u32, channel: Channel) -> Self {
        Self {
            entities,
            tagger: model.start(),
            choice,
            channel,
            limits,
            text: String::new(),
            offset: 0,
            tagged: VecDeque::new(),
            found: VecDeque::new(),
            words: Vec::new(),
            mentions: Vec::new(),
            ended: None,
            listed: Listed::default(),
            numbered: None,
            fresh: Default::default(),
        }
    }

    /// Takes the next piece of the text and appends what is final. `ids` gives entities their ids.
    pub fn push(&mut self, text: &str, ids: &mut Linker, findings: &mut Vec<Finding>) {
        self.text.push_str(text);
        let (mut words, mut entities) = std::mem::take(&mut self.fresh);
        self.tagger.push(text, &mut words);
        self.entities.push(text, &mut entities);
        self.take(words, entities);
        let settled = self.entities.settled();
        self.read(settled, ids, findings);
        if self.tagger.is_idle() && self.tagged.is_empty() && self.ends_by(settled) {
            self.end_sentence(ids, findings);
        }
    }

    /// Takes the end of the text, or of a part that no sentence reaches beyond, and appends what is left.
    pub fn finish(&mut self, ids: &mut Linker, findings: &mut Vec<Finding>) {
        let (mut words, mut entities) = std::mem::take(&mut self.fresh);
        self.tagger.finish(&mut words);
        self.entities.finish(&mut entities);
        self.take(words, entities);
        self.read(u64::MAX, ids, findings);
        self.end_sentence(ids, findings);
    }

    /// Bytes of the text that are kept, since a sentence that is not over may have them.
    pub fn held_bytes(&self) -> usize {
        self.text.len()
    }

    fn take(&mut self, mut words: Vec<TaggedWord>, mut entities: Vec<Entity>) {
        self.tagged.extend(words.drain(..));
        self.found.extend(entities.drain(..));
        self.fresh = (words, entities);
    }

    /// Goes on as far as the entities are known, up to byte `settled`.
    fn read(&mut self, settled: u64, ids: &mut Linker, findings: &mut Vec<Finding>) {
        // Found late: the words have been passed already.
        if let Some(last) = self.words.last() {
            self.list(last.end, ids, findings);
        }
        while let Some(word) = self.tagged.front().copied() {
            // Whether somebody's name begins with it is not known yet.
            if settled <= word.start && self.may_begin(&word) {
                return;
            }
            if word.first || self.begins(&word) || self.words.len() >= self.limits.max_words.max(1) {
                if !self.ends_by(settled) {
                    return;
                }
                self.end_sentence(ids, findings);
            }
            self.tagged.pop_front();
            self.words.push(word);
            self.list(word.end, ids, findings);
        }
    }

    /// Whether a sentence may begin with the word, behind an abbreviation.
    fn may_begin(&self, word: &TaggedWord) -> bool {
        self.words.last().is_some_and(|last| last.end < word.start && boundary::may_end(self.text(last)))
    }

    /// Whether a sentence begins with the word, which the tagger takes to go on with the one before.
    fn begins(&self, word: &TaggedWord) -> bool {
        let Some(last) = self.words.last().filter(|_| self.may_begin(word)) else { return false };
        let is_person = |entity: &Entity| entity.start == word.start && entity.kind == EntityKind::PERSON;
        // `J.K. Rowling` is one name, `the U.S. Ann Lee` are two.
        let ends = |mention: &Mention| mention.end == last.end && mention.kind != EntityKind::PERSON;
        let apart = !boundary::is_initials(self.text(last)) || self.mentions.last().is_some_and(ends);
        let named = apart && self.found.front().is_some_and(is_person);
        boundary::begins(self.text(last), self.text(word), named)
    }

    fn text(&self, word: &TaggedWord) -> &str {
        &self.text[(word.start - self.offset) as usize..(word.end - self.offset) as usize]
    }

    /// Whether all entities of the sentence that has begun are known.
    fn ends_by(&self, settled: u64) -> bool {
        self.words.last().is_none_or(|last| last.end <= settled)
    }

    /// Lists the entities that begin before byte `end`.
    fn list(&mut self, end: u64, ids: &mut Linker, findings: &mut Vec<Finding>) {
        while let Some(entity) = self.found.front().filter(|entity| entity.start < end).cloned() {
            self.found.pop_front();
            let id = ids.of(&entity);
            let Entity { kind, start, end, normalized, .. } = entity.clone();
            self.mentions.push(Mention { id, kind, start, end, normalized });
            findings.push(Finding::Entity(id, entity));
        }
    }

    fn end_sentence(&mut self, ids: &mut Linker, findings: &mut Vec<Finding>) {
        let (Some(first), Some(last)) = (self.words.first(), self.words.last()) else { return };
        let (start, end) = (first.start, last.end);
        self.list(end, ids, findings);
        let from = (start - self.offset) as usize;
        let to = (end - self.offset) as usize;
        // What stands before it in its line, where it is the line's first.
        let mut before = (self.ended.unwrap_or(0) - self.offset).max(from.saturating_sub(MAX_LEAD) as u64) as usize;
        while !self.text.is_char_boundary(before) {
            before += 1;
        }
        let before = &self.text[before..from];
        let lead = match before.rfind(['\n', '\r']) {
            Some(line) => &before[line + 1..],
            None if self.ended.is_none() => before,
            None => "",
        };
        // Behind `1.` at the beginning of a line.
        let place = match self.numbered.take() {
            Some(Place::Item) if before.contains("**") => Place::Strong,
            Some(place) => place,
            None => Place::behind(lead),
        };
        let digits = self.text[from..to].strip_suffix('.').filter(|number| (1..4).contains(&number.len()));
        if digits.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit())) {
            self.numbered = Some(if place == Place::Prose { Place::Item } else { place });
        }
        let mut relations = Vec::new();
        Sentence {
            text: &self.text[from..to],
            offset: start,
            words: &self.words,
            entities: &self.mentions,
            choice: self.choice,
            channel: &self.channel,
            place,
            max_phrase_bytes: self.limits.max_phrase_bytes,
        }
        .relations(&mut self.listed, &mut relations);
        self.ended = Some(end);
        findings.extend(relations.into_iter().map(Box::new).map(Finding::Relation));
        self.words.clear();
        self.mentions.clear();
        // Moving the rest down costs its length: not for every sentence.
        if to >= self.text.len() / 2 {
            self.text.drain(..to);
            self.offset = end;
        }
    }
}

/// Bytes before a sentence that tell how it stands in its line.
const MAX_LEAD: usize = 16;
