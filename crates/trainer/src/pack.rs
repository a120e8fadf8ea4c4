//! Weights to a model file: fewer rows, small integers.

use midstream::tagger::{KEY_BITS, Parts, Transitions};

use crate::crf::Crf;
use crate::lists::Lists;

/// Keeps the `most` rows that weigh most and rounds all weights to multiples of `unit`. Tag 0 becomes less likely by
/// `recall` nats.
pub(crate) fn pack<const L: usize>(
    crf: &Crf<L>,
    lists: &Lists,
    task: u8,
    most: usize,
    unit: f32,
    recall: f32,
) -> Parts<L> {
    let small = |weight: f32| (weight / unit).round().clamp(-127.0, 127.0) as i8;
    let mut rows: Vec<(u32, [i8; L])> =
        crf.keys.iter().zip(&crf.rows).map(|(key, row)| (*key, row.map(small))).collect();
    let weight = |row: &[i8; L]| row.iter().map(|weight| u32::from(weight.unsigned_abs()).pow(2)).sum::<u32>();
    rows.retain(|(key, row)| key >> KEY_BITS == 0 && weight(row) > 0);
    rows.sort_by_key(|(key, row)| (std::cmp::Reverse(weight(row)), *key));
    rows.truncate(most);
    rows.sort_unstable_by_key(|(key, _)| *key);
    let transitions = crf
        .transitions
        .iter()
        .map(|table| {
            let weight = |from: usize, tag: usize| match crf.is_legal(from, tag) {
                true => i16::from(small(table[from][tag] - if tag == 0 { recall } else { 0.0 })),
                false => ILLEGAL,
            };
            Transitions {
                from: std::array::from_fn(|from| std::array::from_fn(|tag| weight(from, tag))),
                start: std::array::from_fn(|tag| weight(L, tag)),
            }
        })
        .collect();
    Parts { task, unit, words: lists.words.clone(), phrases: lists.phrases.clone(), transitions, rows }
}

/// The score of what can't be.
const ILLEGAL: i16 = -10_000;
