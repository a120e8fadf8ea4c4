//! The age behind a person's name, which says nothing of what follows: `Tim Cook, 64, CEO of Apple, said`.

use super::chunk::{Chunk, Kind};
use super::words::Word;
use crate::tagger::PartOfSpeech::Propn;

/// Takes ages between commas out of a row, and one comma with each; both before a verb: `Marie Curie, 66, lived`.
pub(super) fn take_ages_out(words: &[Word<'_>], row: &mut Vec<Chunk>) {
    let mut at = 1;
    while at < row.len() {
        if let Some(end) = age(words, row, at) {
            let whole = row[end].kind == Kind::Comma && row.get(end + 1).is_some_and(|next| next.verb().is_some());
            row.drain(at..end + usize::from(whole));
        }
        at += 1;
    }
}

/// The chunk behind the age that the comma at chunk `at` begins.
fn age(words: &[Word<'_>], row: &[Chunk], at: usize) -> Option<usize> {
    let name = row[at - 1].noun().map(|noun| &words[noun.head])?;
    if row[at].kind != Kind::Comma || !(name.named || name.part == Propn) {
        return None;
    }
    let length = row[at + 1..].iter().take(3).position(|chunk| matches!(chunk.kind, Kind::Comma | Kind::Mark))?;
    let end = at + 1 + length;
    match &words[row[at].to..row[end].from] {
        [number] => is_age(number),
        [aged, number] => aged.is(&["aged", "age"]) && is_age(number),
        _ => false,
    }
    .then_some(end)
}

fn is_age(word: &Word<'_>) -> bool {
    !word.dated
        && word.lower.bytes().all(|byte| byte.is_ascii_digit())
        && word.lower.parse().is_ok_and(|age: u8| age < 130)
}
