//! Who is set against the subject, of whom the sentence says nothing else: `Anna, not Bob, founded it`.

use super::chunk::{Chunk, Kind};
use super::words::Word;

/// Takes what a subject is set against out of a row: `, not Bob,`, `and not Bob`, `rather than Bob`.
pub(super) fn take_contrasts_out(words: &[Word<'_>], row: &mut Vec<Chunk>) {
    let mut at = 1;
    while at + 1 < row.len() {
        if let Some((from, to)) = contrast(words, row, at) {
            row.drain(from..to);
            at = from;
        }
        at += 1;
    }
}

/// The chunks of the contrast whose `not` is chunk `at`, with what parts it from the subject and the predicate.
fn contrast(words: &[Word<'_>], row: &[Chunk], at: usize) -> Option<(usize, usize)> {
    let is = |at: usize, kind: Kind| row.get(at).is_some_and(|chunk| chunk.kind == kind);
    let word = &words[row[at].from];
    let next = words.get(row[at].from + 1);
    let of = |first: &str, second: &str| word.lower == first && next.is_some_and(|next| next.lower == second);
    let noun = if of("rather", "than") || of("instead", "of") {
        at + 1 + usize::from(row[at].to == row[at].from + 1)
    } else if word.is_not() && row[at].verb().is_none() {
        at + 1
    } else {
        return None;
    };
    let mut from = at;
    for kind in [Kind::Conjunction, Kind::Comma] {
        from -= usize::from(from > 1 && is(from - 1, kind));
    }
    let to = noun + 1 + usize::from(is(noun + 1, Kind::Comma));
    let leads_on = row.get(to).is_some_and(|chunk| chunk.verb().is_some() || chunk.kind == Kind::Relative);
    (row[from - 1].is_noun() && row.get(noun)?.is_noun() && leads_on).then_some((from, to))
}
