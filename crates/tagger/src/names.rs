//! People, organisations and places: the spans that tags make up.

use std::sync::Arc;

use crate::features::{BEFORE, Features};
use crate::inner;
use crate::lattice::{Lattice, Step};
use crate::memory::{self, Memory};
use crate::organisation::Marks;
use crate::parts::Parts;
use crate::person::Addresses;
use crate::sentence::{Scored, Sentences};
use crate::weights::Weights;

/// A name in a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Name {
    /// Whose it is.
    pub kind: NameKind,
    /// First byte, in UTF-8 bytes of the text.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
    /// How likely it is that just this span is one of just this kind, from 0 to 1.
    pub confidence: f32,
}

/// What is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// A person.
    Person,
    /// An organisation.
    Organization,
    /// A place.
    Location,
}

/// What a model has learnt of names, shared by the texts that are read with it.
#[derive(Debug, Clone)]
pub struct NameModel(Arc<Known>);

#[derive(Debug)]
struct Known {
    weights: Weights<TAGS>,
    marks: Marks,
    addresses: Addresses,
    /// What a unit of score is worth, in nats.
    unit: f32,
}

impl NameModel {
    /// Makes a model ready for use; `None` where its keys are too crowded to be a model's.
    pub fn new(parts: Parts<TAGS>) -> Option<Self> {
        let unit = parts.unit;
        let (marks, addresses) = (Marks::new(unit), Addresses::new(unit));
        Some(Self(Arc::new(Known { marks, addresses, unit, weights: Weights::new(parts)? })))
    }

    /// A tagger for a new text.
    pub fn start(&self) -> NameTagger {
        NameTagger {
            known: Arc::clone(&self.0),
            sentences: Sentences::of_markdown(),
            lattice: Lattice::default(),
            chain: Chain::new(Memory::new(self.0.unit)),
        }
    }
}

/// Finds the names of one text.
#[derive(Debug)]
pub struct NameTagger {
    known: Arc<Known>,
    sentences: Sentences,
    lattice: Lattice<TAGS>,
    chain: Chain,
}

impl NameTagger {
    /// Takes the next piece of the text and appends the names that are final.
    pub fn push(&mut self, text: &str, found: &mut Vec<Name>) {
        let Self { known, sentences, lattice, chain } = self;
        sentences.push(text, known.weights.lexicon(), &mut |word| chain.word(&word, lattice, known, found));
        if sentences.idle().is_some() {
            chain.end_sentence(lattice, &known.weights, found);
        }
    }

    /// Takes the end of the text, or of a part that nothing reaches beyond, and appends what is left. What comes next
    /// counts on from here.
    pub fn finish(&mut self, found: &mut Vec<Name>) {
        let Self { known, sentences, lattice, chain } = self;
        sentences.finish(known.weights.lexicon(), &mut |word| chain.word(&word, lattice, known, found));
        chain.end_sentence(lattice, &known.weights, found);
    }

    /// No further name begins before this byte of the text.
    pub fn settled(&self) -> u64 {
        let settled = self.sentences.idle().unwrap_or(self.chain.settled);
        self.chain.spans.first().map_or(settled, |(first, _)| first.span.0)
    }
}

/// Tags become spans.
#[derive(Debug)]
struct Chain {
    /// Of the latest word.
    features: Features,
    /// The settled words of the span that is open. Marks part none of them from another.
    spans: Vec<(Step<TAGS>, u8)>,
    /// The tag of the latest settled word before them; `None` at the beginning of a sentence.
    before: Option<u8>,
    /// One past the last byte of the latest settled word.
    settled: u64,
    memory: Memory,
}

impl Chain {
    fn new(memory: Memory) -> Self {
        Self { features: Features::default(), spans: Vec::new(), before: None, settled: 0, memory }
    }

    fn word(&mut self, word: &Scored<'_>, lattice: &mut Lattice<TAGS>, known: &Known, found: &mut Vec<Name>) {
        let Known { weights, marks, addresses, .. } = known;
        if word.first {
            self.end_sentence(lattice, weights, found);
        }
        let mut step = Step::new(PLAIN, word.form, word.span);
        step.parted = word.parted;
        if !word.context.is_plain(word.window) {
            word.context.take_features(word.window, &mut self.features);
            step.scores = weights.scores(&self.features);
            step.word = memory::told(&word.window[BEFORE]);
            marks.raise(word.window, &mut step.scores);
            addresses.raise(word.window, &mut step.scores);
            inner::raise(word.window, &mut step.scores, addresses.worth());
            self.memory.raise(word.window, &mut step.scores);
        }
        lattice.push(step, weights, &mut |step, tag| self.settle(step, tag, weights, found));
    }

    fn end_sentence(&mut self, lattice: &mut Lattice<TAGS>, weights: &Weights<TAGS>, found: &mut Vec<Name>) {
        lattice.finish(&mut |step, tag| self.settle(step, tag, weights, found));
        self.close(None, weights, found);
        self.before = None;
    }

    fn settle(&mut self, step: Step<TAGS>, tag: u8, weights: &Weights<TAGS>, found: &mut Vec<Name>) {
        self.settled = step.span.1;
        if is_inside(tag) && !step.parted && self.spans.len() < MAX_WORDS {
            self.spans.push((step, tag));
            return;
        }
        // Marks end a name whatever follows them.
        self.close((!step.parted).then_some((&step, tag)), weights, found);
        if is_name(tag) {
            self.spans.push((step, tag));
        } else {
            self.before = Some(tag);
        }
    }

    /// Ends the span that is open; `next` is the word behind it.
    fn close(&mut self, next: Option<(&Step<TAGS>, u8)>, weights: &Weights<TAGS>, found: &mut Vec<Name>) {
        let (Some((first, tag)), Some((last, last_tag))) = (self.spans.first(), self.spans.last()) else { return };
        let (kind, confidence) = (kind(*tag), self.confidence(next, weights));
        found.push(Name { kind, start: first.span.0, end: last.span.1, confidence });
        self.memory.keep(&self.spans, kind, confidence);
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
fn kind(tag: u8) -> NameKind {
    match tag {
        1 | 2 => NameKind::Person,
        3 | 4 => NameKind::Organization,
        _ => NameKind::Location,
    }
}

/// Outside; beginning and inside of a person, an organisation, a place; other names.
pub const TAGS: usize = 8;
/// The scores of a word that is no name for sure.
const PLAIN: [i16; TAGS] = [120, 0, 0, 0, 0, 0, 0, 0];
/// Longest name, in words; what goes beyond is a name of its own.
const MAX_WORDS: usize = 24;
