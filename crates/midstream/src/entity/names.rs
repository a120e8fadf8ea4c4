//! People, organisations and places, found by a tagger with a model file.

use std::sync::Arc;

use super::{EntityKind, Found, Recogniser};
use crate::tagger::{Error, Lattice, NAMES, Scored, Sentences, Step, Weights, is_plain};

/// Finds names with what a model file has learnt. It is read once and shared by streams.
#[derive(Debug, Clone)]
pub struct NameModel(Arc<Weights<TAGS>>);

impl NameModel {
    /// Reads a model file.
    ///
    /// # Errors
    ///
    /// If it is no model for names, of another version, truncated or damaged.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        Weights::read(bytes, NAMES).map(|weights| Self(Arc::new(weights)))
    }

    /// A recogniser for a new text.
    pub fn start(&self) -> Names {
        Names { weights: Arc::clone(&self.0), sentences: Sentences::default(), chain: Chain::default() }
    }
}

/// The names of one text.
#[derive(Debug)]
pub struct Names {
    weights: Arc<Weights<TAGS>>,
    sentences: Sentences,
    chain: Chain,
}

impl Recogniser for Names {
    fn push(&mut self, text: &str, found: &mut Vec<Found>) {
        let Self { weights, sentences, chain } = self;
        sentences.push(text, weights.lexicon(), &mut |word| chain.word(&word, weights, found));
        if sentences.idle().is_some() {
            chain.end_sentence(weights, found);
        }
    }

    fn finish(&mut self, found: &mut Vec<Found>) {
        let Self { weights, sentences, chain } = self;
        sentences.finish(weights.lexicon(), &mut |word| chain.word(&word, weights, found));
        chain.end_sentence(weights, found);
    }

    fn settled(&self) -> u64 {
        let settled = self.sentences.idle().unwrap_or(self.chain.settled);
        self.chain.spans.first().map_or(settled, |(first, _)| first.span.0)
    }
}

/// Tags become spans.
#[derive(Debug, Default)]
struct Chain {
    lattice: Lattice<TAGS>,
    /// The settled words of the span that is open.
    spans: Vec<(Step<TAGS>, u8)>,
    /// The tag of the latest settled word before them; `None` at the beginning of a sentence.
    before: Option<u8>,
    /// One past the last byte of the latest settled word.
    settled: u64,
}

impl Chain {
    fn word(&mut self, word: &Scored<'_>, weights: &Weights<TAGS>, found: &mut Vec<Found>) {
        if word.first {
            self.end_sentence(weights, found);
        }
        let scores = if is_plain(word.window) { PLAIN } else { weights.scores(&word.context.features(word.window)) };
        let step = Step::new(scores, word.form, word.span);
        let mut lattice = std::mem::take(&mut self.lattice);
        lattice.push(step, weights, &mut |step, tag| self.settle(step, tag, weights, found));
        self.lattice = lattice;
    }

    fn end_sentence(&mut self, weights: &Weights<TAGS>, found: &mut Vec<Found>) {
        let mut lattice = std::mem::take(&mut self.lattice);
        lattice.finish(&mut |step, tag| self.settle(step, tag, weights, found));
        self.lattice = lattice;
        self.close(None, weights, found);
        self.before = None;
    }

    fn settle(&mut self, step: Step<TAGS>, tag: u8, weights: &Weights<TAGS>, found: &mut Vec<Found>) {
        self.settled = step.span.1;
        if is_inside(tag) && self.spans.len() < MAX_WORDS {
            self.spans.push((step, tag));
            return;
        }
        self.close(Some((&step, tag)), weights, found);
        if is_name(tag) {
            self.spans.push((step, tag));
        } else {
            self.before = Some(tag);
        }
    }

    /// Ends the span that is open; `next` is the word behind it.
    fn close(&mut self, next: Option<(&Step<TAGS>, u8)>, weights: &Weights<TAGS>, found: &mut Vec<Found>) {
        let (Some((first, tag)), Some((last, last_tag))) = (self.spans.first(), self.spans.last()) else { return };
        found.push(Found {
            kind: kind(*tag),
            start: first.span.0,
            end: last.span.1,
            confidence: self.confidence(next, weights),
            normalized: None,
        });
        self.before = Some(*last_tag);
        self.spans.clear();
    }

    /// How likely the span is: all sequences of tags that have it, over all sequences of its words and the next one.
    fn confidence(&self, next: Option<(&Step<TAGS>, u8)>, weights: &Weights<TAGS>) -> f32 {
        let words = self.spans.iter().map(|(step, tag)| (step, Some(*tag))).chain(next.map(|(step, _)| (step, None)));
        weights.likelihood(
            self.before,
            words.map(|(step, tag)| (step, move |other| tag.map_or(!is_inside(other), |tag| tag == other))),
        )
    }
}

/// Whether `tag` goes on with a name: odd tags begin one, even ones go on.
fn is_inside(tag: u8) -> bool {
    matches!(tag, 2 | 4 | 6)
}

fn is_name(tag: u8) -> bool {
    (1..=6).contains(&tag)
}

/// The kind of name that `tag` is part of.
fn kind(tag: u8) -> EntityKind {
    match tag {
        1 | 2 => EntityKind::PERSON,
        3 | 4 => EntityKind::ORGANIZATION,
        _ => EntityKind::LOCATION,
    }
}

/// Outside; beginning and inside of a person, an organisation, a place; other names.
pub const TAGS: usize = 8;
/// The scores of a word that is no name for sure.
const PLAIN: [i16; TAGS] = [120, 0, 0, 0, 0, 0, 0, 0];
/// Longest name, in words; what goes beyond is a name of its own.
const MAX_WORDS: usize = 24;
