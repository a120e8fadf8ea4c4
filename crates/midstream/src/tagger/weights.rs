//! A tagger's weights: rows of small integers found by hash, and transitions between tags.

use super::features::Features;
use super::file::{Error, Parts};
use super::lattice::Step;
use super::lexicon::{KEY_BITS, Lexicon, truncate};

/// What a model has learnt, ready for use.
#[derive(Debug)]
pub struct Weights<const L: usize> {
    lexicon: Lexicon,
    /// Open addressing, at most half full: a feature's hash and its row's number plus one; 0 is a free slot.
    slots: Vec<(u32, u32)>,
    /// A bit for each sixteen hashes: whether one of them may have a row. Most features have none, and this much smaller
    /// table, which stays in the cache, says so first.
    present: Vec<u64>,
    rows: Vec<[i8; L]>,
    transitions: Vec<Transitions<L>>,
    beam: i32,
    /// `e` to the power of minus so many units of score; ends where it is next to nothing.
    exponentials: Vec<f32>,
}

/// The scores of one tag behind another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transitions<const L: usize> {
    /// For each tag before, for each tag.
    pub from: [[i16; L]; L],
    /// For each tag at the beginning of a sentence.
    pub start: [i16; L],
}

impl<const L: usize> Weights<L> {
    /// Reads a model file of `task`.
    pub fn read(bytes: &[u8], task: u8) -> Result<Self, Error> {
        Ok(Self::new(Parts::read(bytes, task)?))
    }

    /// Makes a model ready for use.
    pub fn new(parts: Parts<L>) -> Self {
        let mut slots = vec![(0, 0); (parts.rows.len() * 2).next_power_of_two()];
        let mask = slots.len() - 1;
        let mut present = vec![0; (1 << KEY_BITS) / 16 / 64];
        for (row, (key, _)) in (1..).zip(&parts.rows) {
            present[*key as usize >> 10] |= 1 << (key >> 4 & 63);
            let mut at = *key as usize & mask;
            while slots[at].1 != 0 {
                at = (at + 1) & mask;
            }
            slots[at] = (*key, row);
        }
        Self {
            lexicon: Lexicon::new(&parts.words, &parts.phrases),
            slots,
            present,
            rows: parts.rows.into_iter().map(|(_, row)| row).collect(),
            transitions: parts.transitions,
            beam: (BEAM_NATS / parts.unit) as i32,
            exponentials: exponentials(parts.unit),
        }
    }

    /// What is known of words.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// A token's score for each tag.
    #[inline]
    pub fn scores(&self, features: &Features) -> [i16; L] {
        let mut scores = [0; L];
        for hash in features.as_slice() {
            if let Some(row) = self.row(*hash) {
                for (score, weight) in scores.iter_mut().zip(row) {
                    *score += i16::from(*weight);
                }
            }
        }
        scores
    }

    #[inline]
    fn row(&self, hash: u32) -> Option<&[i8; L]> {
        let mask = self.slots.len() - 1;
        let key = truncate(hash);
        if self.present[key as usize >> 10] >> (key >> 4 & 63) & 1 == 0 {
            return None;
        }
        let mut at = key as usize & mask;
        loop {
            let (known, row) = self.slots[at];
            if row == 0 {
                return None;
            }
            if known == key {
                return Some(&self.rows[row as usize - 1]);
            }
            at = (at + 1) & mask;
        }
    }

    /// What leads to a token of this form.
    #[inline]
    pub(super) fn transitions(&self, form: u8) -> &Transitions<L> {
        &self.transitions[usize::from(form)]
    }

    /// How far below the best score a tag is given up.
    pub(super) fn beam(&self) -> i32 {
        self.beam
    }

    /// How likely it is that each of `words` has a tag that it allows, `before` being the tag before them (`None` at the
    /// beginning of a sentence): the sum over all such sequences of tags, as a share of the sum over all sequences.
    pub fn likelihood<'a>(
        &self,
        before: Option<u8>,
        words: impl Iterator<Item = (&'a Step<L>, impl Fn(u8) -> bool)>,
    ) -> f32 {
        let mut all = [0.0; L];
        let mut some = [0.0; L];
        let mut before = before.map(|tag| {
            all[usize::from(tag)] = 1.0;
            some = all;
        });
        for (step, allows) in words {
            let table = self.transitions(step.form);
            let top = i32::from(step.scores.iter().copied().max().expect("there are tags")) + HIGHEST;
            let next: [[f32; 2]; L] = std::array::from_fn(|to| {
                let score = |weight: i16| self.power(top - i32::from(step.scores[to]) - i32::from(weight));
                let [sum, part] = match before {
                    None => [score(table.start[to]); 2],
                    Some(()) => (0..L).fold([0.0; 2], |[sum, part], from| {
                        let likelihood = score(table.from[from][to]);
                        [sum + all[from] * likelihood, part + some[from] * likelihood]
                    }),
                };
                [sum, if allows(to as u8) { part } else { 0.0 }]
            });
            let scale = next.iter().map(|[sum, _]| sum).sum::<f32>().max(f32::MIN_POSITIVE);
            all = next.map(|[sum, _]| sum / scale);
            some = next.map(|[_, part]| part / scale);
            before = Some(());
        }
        (some.iter().sum::<f32>() / all.iter().sum::<f32>().max(f32::MIN_POSITIVE)).clamp(0.0, 1.0)
    }

    /// `e` to the power of minus `below` units.
    fn power(&self, below: i32) -> f32 {
        usize::try_from(below).ok().and_then(|at| self.exponentials.get(at)).copied().unwrap_or(0.0)
    }
}

/// Powers of `e^-unit`, by multiplication alone: `exp` itself differs from one platform's library to another's.
fn exponentials(unit: f32) -> Vec<f32> {
    let step = crate::tagger::exp(-unit);
    let mut powers = vec![1.0];
    while let Some(last) = powers.last().filter(|last| **last > 1e-12) {
        powers.push(last * step);
    }
    powers
}

/// A tag this much less likely than the best one so far is given up, in nats.
const BEAM_NATS: f32 = 8.0;
/// No transition scores higher than this, in units.
pub(super) const HIGHEST: i32 = 127;
