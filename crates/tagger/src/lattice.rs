//! The best sequence of tags, found as the tokens come.
//!
//! Viterbi's algorithm over a linear chain, with a beam: a tag that is [`Weights::beam`] below the best one is given up.
//! Where all tags that are left agree on the past, that past is settled; a token is settled at the latest when
//! [`MAX_LAG`] tokens have followed it. All arithmetic is on integers, so every machine settles the same way.

use crate::weights::Weights;

/// The tags of one sentence that are not settled yet.
#[derive(Debug)]
pub struct Lattice<const L: usize> {
    /// The score of the best sequence that ends with each tag; `DEAD` where it was given up.
    best: [i32; L],
    /// The one tag that is not given up, where the past is settled up to the latest token.
    only: Option<u8>,
    steps: Vec<Step<L>>,
}

/// One token on its way through the lattice.
#[derive(Debug, Clone)]
pub struct Step<const L: usize> {
    /// The token's score for each tag, from its features.
    pub scores: [i16; L],
    /// Which transitions lead to it.
    pub form: u8,
    /// First byte and one past the last byte of the token in the text.
    pub span: (u64, u64),
    /// Whether marks part it from the token before, so that no name goes on with it.
    pub parted: bool,
    /// By what the word is remembered.
    pub word: u32,
    /// The tag before, for each tag.
    back: [u8; L],
}

impl<const L: usize> Step<L> {
    /// A token with its scores.
    pub fn new(scores: [i16; L], form: u8, span: (u64, u64)) -> Self {
        Self { scores, form, span, parted: false, word: 0, back: [0; L] }
    }
}

impl<const L: usize> Default for Lattice<L> {
    fn default() -> Self {
        Self { best: [DEAD; L], only: None, steps: Vec::new() }
    }
}

impl<const L: usize> Lattice<L> {
    /// Takes the next token of the sentence and hands on what is settled, with its tags.
    pub fn push(&mut self, mut step: Step<L>, weights: &Weights<L>, sink: &mut impl FnMut(Step<L>, u8)) {
        let table = weights.transitions(step.form);
        let mut next = [DEAD; L];
        if let Some(from) = self.only {
            next = table.from[usize::from(from)].map(i32::from);
            step.back = [from; L];
        } else if self.steps.is_empty() {
            next = table.start.map(i32::from);
        } else {
            for (from, row) in table.from.iter().enumerate() {
                if self.best[from] == DEAD {
                    continue;
                }
                for (to, weight) in row.iter().enumerate() {
                    let score = self.best[from] + i32::from(*weight);
                    if score > next[to] {
                        next[to] = score;
                        step.back[to] = from as u8;
                    }
                }
            }
        }
        for (score, own) in next.iter_mut().zip(step.scores) {
            *score += i32::from(own);
        }
        let top = next.iter().copied().max().expect("there are tags");
        let mut live = 0u32;
        for (tag, score) in next.iter_mut().enumerate() {
            if *score < top - weights.beam() {
                *score = DEAD;
            } else {
                // Scores are kept relative to the best, so that they stay small however long the sentence.
                *score -= top;
                live |= 1 << tag;
            }
        }
        self.best = next;
        // Nothing waits, and only one tag is left: most words of a text are no names.
        if self.steps.is_empty() && live.is_power_of_two() {
            let tag = live.trailing_zeros() as u8;
            self.only = Some(tag);
            sink(step, tag);
            return;
        }
        self.only = None;
        self.steps.push(step);
        self.settle(live, sink);
    }

    /// Takes the end of the sentence.
    pub fn finish(&mut self, sink: &mut impl FnMut(Step<L>, u8)) {
        if !self.steps.is_empty() {
            self.release(self.steps.len(), self.top(), sink);
        }
        self.best = [DEAD; L];
        self.only = None;
    }

    /// Hands on the tokens on whose tags all that is left agrees.
    fn settle(&mut self, live: u32, sink: &mut impl FnMut(Step<L>, u8)) {
        let mut tags = live;
        for at in (0..self.steps.len()).rev() {
            if tags.is_power_of_two() {
                let tag = tags.trailing_zeros() as u8;
                self.only = (at + 1 == self.steps.len()).then_some(tag);
                self.release(at + 1, tag, sink);
                return;
            }
            tags = tags_before(tags, &self.steps[at].back);
        }
        if self.steps.len() > MAX_LAG {
            let settled = self.steps.len() - MAX_LAG;
            let tag = self.trace(self.top(), settled - 1);
            for last in 0..L as u8 {
                if self.best[usize::from(last)] != DEAD && self.trace(last, settled - 1) != tag {
                    self.best[usize::from(last)] = DEAD;
                }
            }
            self.release(settled, tag, sink);
        }
    }

    /// The tag at step `at` on the way to `last` at the newest step.
    fn trace(&self, last: u8, at: usize) -> u8 {
        self.steps[at + 1..].iter().rev().fold(last, |tag, step| step.back[usize::from(tag)])
    }

    /// The newest step's best tag; the first of equals.
    fn top(&self) -> u8 {
        let mut top = 0;
        for tag in 1..L {
            if self.best[tag] > self.best[top] {
                top = tag;
            }
        }
        top as u8
    }

    /// Hands on the first `count` steps, of which the last one has the tag `last`.
    fn release(&mut self, count: usize, last: u8, sink: &mut impl FnMut(Step<L>, u8)) {
        let mut tags = [0u8; MAX_LAG + 1];
        let mut tag = last;
        for at in (0..count).rev() {
            tags[at] = tag;
            tag = self.steps[at].back[usize::from(tag)];
        }
        for (step, tag) in self.steps.drain(..count).zip(tags) {
            sink(step, tag);
        }
    }
}

/// The tags before those in the set `tags`, as a set.
fn tags_before<const L: usize>(tags: u32, back: &[u8; L]) -> u32 {
    let mut before = 0;
    for (tag, from) in back.iter().enumerate() {
        before |= (tags >> tag & 1) << from;
    }
    before
}

const DEAD: i32 = i32::MIN / 2;
/// Tokens that a token's tag may wait for.
pub const MAX_LAG: usize = 6;
