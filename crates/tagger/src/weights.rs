//! A tagger's weights: rows of small integers found by hash, and transitions between tags.

use crate::features::Features;
use crate::lattice::Step;
use crate::lexicon::{KEY_BITS, Lexicon, truncate};
use crate::parts::{HIGHEST, Parts, Transitions};

/// What a model has learnt, ready for use.
#[derive(Debug)]
pub struct Weights<const L: usize> {
    lexicon: Lexicon,
    /// A bit for each group of sixteen keys: whether one of them has a row. Most features have none, and this small table,
    /// which stays in the cache, says so first.
    present: Vec<u64>,
    /// How many groups are present before each word of it.
    before: Vec<u32>,
    /// The row of the lowest key of each group that is present.
    rows: Vec<Row<L>>,
    /// The other rows, by ascending key; the last one is above all keys.
    others: Vec<Row<L>>,
    /// How many of them there are before each stretch of keys.
    others_before: Vec<u32>,
    transitions: Vec<Transitions<L>>,
    beam: i32,
    /// `e` to the power of minus so many units of score; ends where it is next to nothing.
    exponentials: Vec<f32>,
}

/// A feature's key beside its weights, so that both are in one line of the cache.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
struct Row<const L: usize> {
    /// With [`MORE`] where others of the group have rows too.
    key: u32,
    weights: [i8; L],
}

/// Above all keys.
const MORE: u32 = 1 << KEY_BITS;

impl<const L: usize> Weights<L> {
    /// Makes a model ready for use.
    pub fn new(parts: Parts<L>) -> Self {
        let mut present = vec![0; PRESENT];
        let mut rows: Vec<Row<L>> = Vec::with_capacity(parts.rows.len());
        let mut others: Vec<Row<L>> = Vec::new();
        for (key, weights) in parts.rows {
            match rows.last_mut().filter(|row| (row.key % MORE) >> GROUP_BITS == key >> GROUP_BITS) {
                None => {
                    present[(key >> (GROUP_BITS + 6)) as usize] |= 1 << (key >> GROUP_BITS & 63);
                    rows.push(Row { key, weights });
                }
                Some(first) => {
                    first.key |= MORE;
                    others.push(Row { key, weights });
                }
            }
        }
        let mut count = 0;
        let mut counted = |word: &u64| {
            count += word.count_ones();
            count - word.count_ones()
        };
        let before = present.iter().map(&mut counted).collect();
        others.push(Row { key: MORE, weights: [0; L] });
        let stretches = 0..MORE >> STRETCH_BITS;
        let others_before =
            stretches.map(|at| others.partition_point(|row| row.key < at << STRETCH_BITS) as u32).collect();
        Self {
            lexicon: Lexicon::new(&parts.words, &parts.phrases),
            present,
            before,
            rows,
            others,
            others_before,
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
        // Which features may have a row is as good as random: without a branch there is nothing to mispredict.
        let mut keys = [0; 64];
        let mut count = 0;
        let present: &[u64; PRESENT] = self.present.first_chunk().expect("there is a bit for each group");
        let before: &[u32; PRESENT] = self.before.first_chunk().expect("they are counted for each word");
        for hash in features.as_slice() {
            let key = truncate(*hash);
            keys[count % 64] = key;
            let group = key >> GROUP_BITS;
            count += (present[(group / 64) as usize % PRESENT] >> (group % 64) & 1) as usize;
        }
        // All places are worked out first, so that the machine fetches several rows at once.
        let mut places = [0; 64];
        let count = count.min(64);
        for (place, key) in places.iter_mut().zip(&keys[..count]) {
            let group = key >> GROUP_BITS;
            let word = (group / 64) as usize % PRESENT;
            let lower = (present[word] & ((1 << (group % 64)) - 1)).count_ones();
            *place = before[word] + lower;
        }
        let mut scores = [0; L];
        for (place, key) in places[..count].iter().zip(keys) {
            let mut row = &self.rows[*place as usize];
            if row.key != key && row.key & MORE != 0 && row.key != key | MORE {
                row = self.other(key);
            }
            let is_it = i16::from(row.key % MORE == key);
            for (score, weight) in scores.iter_mut().zip(&row.weights) {
                *score += i16::from(*weight) * is_it;
            }
        }
        scores
    }

    /// The row of `key`, which is not the lowest of its group, or another one.
    #[inline(never)]
    fn other(&self, key: u32) -> &Row<L> {
        let near = &self.others[self.others_before[(key >> STRETCH_BITS) as usize] as usize..];
        near.iter().find(|row| row.key >= key).expect("the last row is above all keys")
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
    let step = crate::exp(-unit);
    let mut powers = vec![1.0];
    while let Some(last) = powers.last().filter(|last| **last > 1e-12) {
        powers.push(last * step);
    }
    powers
}

/// A tag this much less likely than the best one so far is given up, in nats.
const BEAM_NATS: f32 = 8.0;
/// Keys that differ in these low bits are a group.
const GROUP_BITS: u32 = 4;
/// Keys that differ in these low bits are a stretch.
const STRETCH_BITS: u32 = 12;
/// Words of the table of what is present.
const PRESENT: usize = 1 << (KEY_BITS - GROUP_BITS - 6);

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
        // Crowded at both ends of the keys, so that groups have several rows; sparse between.
        let mut near = random(300);
        let mut far = random(MORE);
        let mut rows: BTreeMap<u32, [i8; 3]> = BTreeMap::new();
        for at in 0..600 {
            for key in [near(), MORE - 1 - near(), far()] {
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
        });
        let others = (0..2000).map(|_| far());
        for key in (0..400).chain(MORE - 400..MORE).chain(rows.keys().copied()).chain(others) {
            let features = Features::of(&[key << (32 - KEY_BITS), key << (32 - KEY_BITS)]);
            let expected = rows.get(&key).map_or([0; 3], |row| row.map(|weight| i16::from(weight) * 2));
            assert_eq!(weights.scores(&features), expected, "{key}");
        }
    }
}
