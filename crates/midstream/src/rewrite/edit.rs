//! Words in the place of others.

use std::ops::Range;

use super::slots::Slot;
use super::steps::{Key, Step};

/// Words to be written in the place of others.
#[derive(Debug)]
pub(super) struct Edit {
    /// The channel; none for strings that are no channel's.
    pub(super) key: Option<Key>,
    pub(super) slots: Vec<Slot>,
    /// What stood there.
    pub(super) was: String,
    pub(super) now: String,
}

impl Edit {
    /// An edit that takes a step's words out.
    pub(super) fn without(step: &Step, slots: Vec<Slot>) -> Option<Self> {
        let (words, _) = step.words().filter(|_| !slots.is_empty())?;
        Some(Self { key: None, slots, was: words.to_owned(), now: String::new() })
    }

    pub(super) fn changes(&self) -> bool {
        self.was != self.now
    }
}

/// `payload` with `edits`.
pub(super) fn apply(payload: &str, edits: &[Edit]) -> String {
    let mut places: Vec<(Range<usize>, String)> = Vec::new();
    for edit in edits.iter().filter(|edit| edit.changes()) {
        for slot in &edit.slots {
            places.push((slot.at.clone(), slot.encode(&edit.now)));
        }
    }
    splice(payload, places)
}

/// `text` with other text in some places, which do not overlap.
pub(super) fn splice(text: &str, mut places: Vec<(Range<usize>, String)>) -> String {
    places.sort_by_key(|(at, _)| at.start);
    let mut out = String::with_capacity(text.len() + 16);
    let mut from = 0;
    for (at, new) in places {
        if at.start >= from {
            out.push_str(&text[from..at.start]);
            out.push_str(&new);
            from = at.end;
        }
    }
    out.push_str(&text[from..]);
    out
}
