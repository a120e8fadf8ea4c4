//! A tagger's weights: rows of small integers found by hash, and transitions between tags.

use crate::features::Features;
use crate::lattice::Step;
use crate::lexicon::{KEY_BITS, Lexicon, truncate};
use crate::parts::{HIGHEST, Parts, Transitions};

/// What a model has learnt, ready for use.
///
/// Most features of a token have a row, so each is looked up at once and the row itself says whether it is the one: a
/// perfect hash, in which no two keys have one place. The low bits of a key name a bucket, the high bits a place, which
/// the bucket's shift moves; shifts are chosen so that no place is taken twice.
#[derive(Debug)]
pub struct Weights<const L: usize> {
    lexicon: Lexicon,
    /// At the place of each key its row; [`FREE`] where there is none. `rows.len()` is a power of two.
    rows: Vec<Row<L>>,
    /// For each bucket what the places of its keys differ by from their high bits. `shifts.len()` is a power of two.
    shifts: Vec<u32>,
    transitions: Vec<Transitions<L>>,
    beam: i32,
    /// `e` to the power of minus so many units of score; ends where it is next to nothing.
    exponentials: Vec<f32>,
}

/// A feature's key beside its weights, so that both are in one line of the cache.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
struct Row<const L: usize> {
    key: u32,
    weights: [i8; L],
}

/// The key of a row that is none: above all keys.
const FREE: u32 = 1 << KEY_BITS;

impl<const L: usize> Weights<L> {
    /// Makes a model ready for use; `None` where its keys are too much alike for a table that is not much longer than they
    /// are many, which no training gives.
    pub fn new(parts: Parts<L>) -> Option<Self> {
        // Two thirds full at most.
        let bits = (parts.rows.len() + parts.rows.len() / 2).max(1).ilog2() + 1;
        let bits = bits.max(LEAST_BITS);
        let (rows, shifts) = (bits..=KEY_BITS.min(bits + MORE_BITS)).find_map(|bits| placed(&parts.rows, bits))?;
        Some(Self {
            lexicon: Lexicon::new(&parts.words, &parts.phrases),
            rows,
            shifts,
            transitions: parts.transitions,
            beam: (BEAM_NATS / parts.unit) as i32,
            exponentials: exponentials(parts.unit),
        })
    }

    /// What is known of words.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// A token's score for each tag.
    #[inline]
    pub fn scores(&self, features: &Features) -> [i16; L] {
        let (rows, shifts) = (self.rows.as_slice(), self.shifts.as_slice());
        let high = KEY_BITS - rows.len().trailing_zeros();
        let mut scores = [0; L];
        for hash in features.as_slice() {
            let key = truncate(*hash);
            let place = key >> high ^ shifts[key as usize & (shifts.len() - 1)];
            let row = &rows[place as usize & (rows.len() - 1)];
            // Without a branch there is nothing to mispredict.
            let is_it = -i16::from(row.key == key);
            for (score, weight) in scores.iter_mut().zip(&row.weights) {
                *score += i16::from(*weight) & is_it;
            }
        }
        scores
    }

    /// What leads to a token of this form.
    #[inline]
    pub(crate) fn transitions(&self, form: u8) -> &Transitions<L> {
        &self.transitions[usize::from(form)]
    }

    /// How far below the best score a tag is given up.
    pub(crate) fn beam(&self) -> i32 {
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
                    // What is impossible adds nothing.
                    Some(()) => (0..L).filter(|from| all[*from] > 0.0).fold([0.0; 2], |[sum, part], from| {
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

/// Rows at places of so many bits, and the shifts that make them so; `None` where there are none within a few tries.
fn placed<const L: usize>(all: &[(u32, [i8; L])], bits: u32) -> Option<(Vec<Row<L>>, Vec<u32>)> {
    let buckets = 1 << (bits - BUCKET_BITS);
    let bucket = |key: u32| key as usize & (buckets - 1);
    let mut members = vec![Vec::new(); buckets];
    for row in all {
        members[bucket(row.0)].push(row);
    }
    // The fullest first, while there is room.
    members.sort_unstable_by_key(|members| std::cmp::Reverse(members.len()));
    let mut rows = vec![Row { key: FREE, weights: [0; L] }; 1 << bits];
    let mut shifts = vec![0; buckets];
    for members in members.iter().take_while(|members| !members.is_empty()) {
        let place = |key: u32, shift: u32| (key >> (KEY_BITS - bits) ^ shift) as usize;
        let is_free = |shift: &u32| members.iter().all(|(key, _)| rows[place(*key, *shift)].key == FREE);
        let shift = (0..TRIES).map(|at| at.wrapping_mul(STRIDE) & ((1 << bits) - 1)).find(is_free)?;
        for &&(key, weights) in members {
            shifts[bucket(key)] = shift;
            rows[place(key, shift)] = Row { key, weights };
        }
    }
    Some((rows, shifts))
}

/// Powers of `e^-unit`, by multiplication alone: `exp` itself differs from one platform's library to another's.
fn exponentials(unit: f32) -> Vec<f32> {
    let step = crate::exp(-unit);
    let mut powers = vec![1.0];
    while let Some(last) = powers.last().filter(|last| **last > 1e-12) {
        powers.push(last * step);
    }
    powers
}

/// A tag this much less likely than the best one so far is given up, in nats.
const BEAM_NATS: f32 = 8.0;
/// There is a bucket for so many places, as a power of two.
const BUCKET_BITS: u32 = 3;
/// Places of so many bits at least, so that the bits of bucket and place are all that a key has.
const LEAST_BITS: u32 = 14;
/// How many more bits places may have where keys are crowded: each doubles the table.
const MORE_BITS: u32 = 2;
/// Shifts that are tried for a bucket before all have more room.
const TRIES: u32 = 1 << 12;
/// From one shift that is tried to the next: odd, so that all come up.
const STRIDE: u32 = 0x9E37_79B1;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::word::FORMS;

    /// Numbers below `below`, the same in every run.
    fn random(below: u32) -> impl FnMut() -> u32 {
        let mut state = 1u32;
        move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((u64::from(state) * u64::from(below)) >> 32) as u32
        }
    }

    #[test]
    fn every_row_is_found_and_no_other() {
        // Crowded at both ends of the keys, sparse between.
        let mut near = random(300);
        let mut far = random(FREE);
        let mut rows: BTreeMap<u32, [i8; 3]> = BTreeMap::new();
        for at in 0..600 {
            for key in [near(), FREE - 1 - near(), far()] {
                rows.insert(key, [at as i8, -(at as i8 / 2), 1]);
            }
        }
        let transitions = vec![Transitions { from: [[0; 3]; 3], start: [0; 3] }; FORMS];
        let (words, phrases) = (Vec::new(), Vec::new());
        let weights = Weights::new(Parts {
            task: 1,
            unit: 0.1,
            words,
            phrases,
            transitions,
            rows: rows.clone().into_iter().collect(),
        })
        .expect("they are not too crowded");
        let others = (0..2000).map(|_| far());
        for key in (0..400).chain(FREE - 400..FREE).chain(rows.keys().copied()).chain(others) {
            let features = Features::of(&[key << (32 - KEY_BITS), key << (32 - KEY_BITS)]);
            let expected = rows.get(&key).map_or([0; 3], |row| row.map(|weight| i16::from(weight) * 2));
            assert_eq!(weights.scores(&features), expected, "{key}");
        }
    }

    #[test]
    fn a_table_is_never_much_longer_than_its_keys_are_many() {
        // Keys that crowd a few buckets, or a few places, as nobody's hashes do.
        let mut high = random(1 << 13);
        let crowds = [
            (0..65_536).map(|at| ((at / 32) << 13) | (at % 32)).collect::<Vec<u32>>(),
            (0..16_384).map(|at| (high() << 11) | (at % 64)).collect(),
            (0..16_384).map(|at| at << 3).collect(),
        ];
        for mut keys in crowds {
            keys.sort_unstable();
            keys.dedup();
            let count = keys.len();
            let transitions = vec![Transitions { from: [[0; 1]; 1], start: [0; 1] }; FORMS];
            let rows = keys.into_iter().map(|key| (key, [1])).collect();
            let parts = Parts { task: 1, unit: 0.1, words: Vec::new(), phrases: Vec::new(), transitions, rows };
            if let Some(weights) = Weights::new(parts) {
                assert!(weights.rows.len() <= count * 12, "{} places for {count} keys", weights.rows.len());
            }
        }
    }
}
