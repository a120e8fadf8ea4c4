//! Parts of speech, by the universal tag set (Universal Dependencies 2).

use std::sync::Arc;

use crate::lattice::{Lattice, Step};
use crate::parts::Parts;
use crate::sentence::{Scored, Sentences};
use crate::weights::Weights;

/// What a word is in its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "the universal tag set has the definitions")]
pub enum PartOfSpeech {
    Adj,
    Adp,
    Adv,
    Aux,
    Cconj,
    Det,
    Intj,
    Noun,
    Num,
    Part,
    Pron,
    Propn,
    Punct,
    Sconj,
    Sym,
    Verb,
    X,
}

/// How many parts of speech there are.
pub const PARTS: usize = 17;

impl PartOfSpeech {
    /// All of them, in the order of a model's tags.
    pub const ALL: [Self; PARTS] = [
        Self::Adj,
        Self::Adp,
        Self::Adv,
        Self::Aux,
        Self::Cconj,
        Self::Det,
        Self::Intj,
        Self::Noun,
        Self::Num,
        Self::Part,
        Self::Pron,
        Self::Propn,
        Self::Punct,
        Self::Sconj,
        Self::Sym,
        Self::Verb,
        Self::X,
    ];

    /// Its tag in Universal Dependencies: `ADJ`.
    pub fn as_str(self) -> &'static str {
        [
            "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT",
            "SCONJ", "SYM", "VERB", "X",
        ][self as usize]
    }
}

/// A word with its part of speech.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaggedWord {
    /// First byte, in UTF-8 bytes of the text.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
    /// What it is.
    pub part: PartOfSpeech,
    /// Whether it begins a sentence.
    pub first: bool,
}

/// What a model has learnt of parts of speech, shared by the texts that are read with it.
#[derive(Debug, Clone)]
pub struct PosModel(Arc<Weights<PARTS>>);

impl PosModel {
    /// Makes a model ready for use; `None` where its keys are too crowded to be a model's.
    pub fn new(parts: Parts<PARTS>) -> Option<Self> {
        Some(Self(Arc::new(Weights::new(parts)?)))
    }

    /// A tagger for a new text.
    pub fn start(&self) -> PosTagger {
        let weights = Arc::clone(&self.0);
        PosTagger {
            weights,
            sentences: Sentences::of_markdown(),
            chain: Chain { lattice: Lattice::default(), first: true },
        }
    }
}

/// Tags the words of one text as it comes.
#[derive(Debug)]
pub struct PosTagger {
    weights: Arc<Weights<PARTS>>,
    sentences: Sentences,
    chain: Chain,
}

impl PosTagger {
    /// Takes the next piece of the text and appends the words whose tags are final.
    pub fn push(&mut self, text: &str, words: &mut Vec<TaggedWord>) {
        let Self { weights, sentences, chain } = self;
        sentences.push(text, weights.lexicon(), &mut |word| chain.word(&word, weights, words));
        if sentences.idle().is_some() {
            chain.end_sentence(words);
        }
    }

    /// Whether no word waits for its tag, and the next one begins a sentence.
    pub fn is_idle(&self) -> bool {
        self.sentences.idle().is_some()
    }

    /// Takes the end of the text, or of a part that no sentence reaches beyond.
    pub fn finish(&mut self, words: &mut Vec<TaggedWord>) {
        let Self { weights, sentences, chain } = self;
        sentences.finish(weights.lexicon(), &mut |word| chain.word(&word, weights, words));
        chain.end_sentence(words);
    }
}

#[derive(Debug)]
struct Chain {
    lattice: Lattice<PARTS>,
    /// Whether the next settled word begins a sentence.
    first: bool,
}

impl Chain {
    fn word(&mut self, word: &Scored<'_>, weights: &Weights<PARTS>, words: &mut Vec<TaggedWord>) {
        if word.first {
            self.end_sentence(words);
        }
        let scores = weights.scores(&word.context.features(word.window));
        let Self { lattice, first } = self;
        lattice.push(Step::new(scores, word.form, word.span), weights, &mut |step, tag| {
            words.push(tagged(&step, tag, std::mem::take(first)));
        });
    }

    fn end_sentence(&mut self, words: &mut Vec<TaggedWord>) {
        let Self { lattice, first } = self;
        lattice.finish(&mut |step, tag| words.push(tagged(&step, tag, std::mem::take(first))));
        self.first = true;
    }
}

fn tagged(step: &Step<PARTS>, tag: u8, first: bool) -> TaggedWord {
    let part = PartOfSpeech::ALL[usize::from(tag)];
    TaggedWord { start: step.span.0, end: step.span.1, part, first }
}
