//! An open channel, and the frame that its held words may go with.

use std::ops::Range;

use super::Filter;
use super::edit::{Edit, splice};
use super::encode::{self, Raw};
use super::envelope::{Envelope, seal};
use super::slots::Slot;
use super::steps::{Key, Steps};
use crate::dialect::Said;
use crate::pattern::Match;
use crate::wire::{Framing, Origin};

/// A channel that has begun and not ended.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) key: Key,
    filter: Box<dyn Filter>,
    /// Its words as they came, and as the filter gave them back.
    pub(super) said: Said,
    shown: Said,
    /// The end of what was shown.
    tail: String,
    /// Of words that are signed: those that the filter did not give back yet. Signed words are never altered.
    signed: Option<String>,
    /// Some of its words stand nowhere in their frames as they are: the dialect tells them in other words.
    pub(super) unplaced: bool,
    /// The latest frame that held words of this channel and nothing that must not be said twice.
    pub(super) like: Option<Template>,
}

/// A frame with its words taken out.
#[derive(Debug)]
pub(super) struct Template {
    framing: Framing,
    origin: Origin,
    raw: Vec<u8>,
    payload_at: usize,
    before: String,
    after: String,
    quoted: bool,
    envelope: Option<Envelope>,
}

/// A frame that a [`Template`] is made from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Like<'l> {
    pub(super) raw: Raw<'l>,
    pub(super) payload: &'l str,
    pub(super) envelope: Option<&'l Envelope>,
    pub(super) steps: &'l Steps<'l>,
}

impl Open {
    /// A channel that begins. Words that are `signed` are never altered.
    pub(super) fn new(key: Key, filter: Box<dyn Filter>, signed: bool) -> Self {
        Self {
            key,
            filter,
            said: Said::default(),
            shown: Said::default(),
            tail: String::new(),
            signed: signed.then(String::new),
            unplaced: false,
            like: None,
        }
    }

    /// How many characters the filter holds back.
    pub(super) fn held(&self) -> usize {
        self.filter.held()
    }

    /// The end of what was shown, up to about `TAIL` bytes.
    pub(super) fn tail(&self) -> &str {
        &self.tail
    }

    /// Whether the filter gave back all words as they came.
    pub(super) fn is_unaltered(&self) -> bool {
        self.shown == self.said
    }

    /// Takes more words and appends to `now` what may be shown.
    pub(super) fn push(&mut self, words: &str, now: &mut String) -> Result<(), String> {
        self.said.push(words);
        if let Some(signed) = &mut self.signed {
            signed.push_str(words);
        }
        let before = now.len();
        self.filter.push(words, now);
        self.shown(before, now)
    }

    /// Takes the end of the channel and appends to `now` what is left.
    pub(super) fn finish(&mut self, now: &mut String) -> Result<(), String> {
        let before = now.len();
        self.filter.finish(now);
        self.shown(before, now)
    }

    /// Appends what was found since this was last asked.
    pub(super) fn found(&mut self, found: &mut Vec<Match>) {
        self.filter.found(found);
    }

    /// Notes that what stands in `now` from byte `from` on is shown.
    fn shown(&mut self, from: usize, now: &mut String) -> Result<(), String> {
        self.shown.push(&now[from..]);
        self.tail.push_str(&now[from..]);
        if self.tail.len() > 2 * TAIL {
            keep_end(&mut self.tail);
        }
        if let Some(signed) = &mut self.signed {
            if !signed.starts_with(&now[from..]) {
                now.truncate(from);
                return Err(SIGNED.to_owned());
            }
            signed.drain(..now.len() - from);
        }
        self.filter.stopped().map_or(Ok(()), |reason| Err(reason.to_owned()))
    }
}

impl Template {
    /// The frame without the words of `edits`, to be filled in where `own` has its own.
    pub(super) fn new(like: Like<'_>, edits: &[Edit], own: &Edit) -> Self {
        let Like { raw, payload, envelope, steps } = like;
        let slot = &own.slots[0];
        let others = edits.iter().flat_map(|edit| &edit.slots).filter(|other| *other != slot && other.quoted);
        let emptied = others.map(|slot| &slot.at).chain(&steps.audio).map(|at| (at.clone(), String::new()));
        let nothing = steps.unknown.iter().chain(&steps.logprobs).map(|at| (at.clone(), "null".to_owned()));
        // Where the words stand in what the dialect has no word for, that is said again with them.
        let apart = |at: &Range<usize>| at.end <= slot.at.start || slot.at.end <= at.start;
        let emptied = emptied.chain(nothing).filter(|(at, _)| apart(at));
        let (before, after): (Vec<_>, Vec<_>) = emptied.partition(|(at, _)| at.start < slot.at.start);
        let behind = |(at, text): (Range<usize>, String)| (at.start - slot.at.end..at.end - slot.at.end, text);
        Self {
            framing: raw.framing,
            origin: raw.origin,
            raw: raw.bytes.to_owned(),
            payload_at: raw.payload_at,
            before: splice(&payload[..slot.at.start], before),
            after: splice(&payload[slot.at.end..], after.into_iter().map(behind).collect()),
            quoted: slot.quoted,
            envelope: envelope.cloned(),
        }
    }

    pub(super) fn write(&self, words: &str, out: &mut Vec<u8>) {
        let slot = Slot { at: 0..0, quoted: self.quoted };
        let payload = [&self.before, &*slot.encode(words), &self.after].concat();
        let raw = Raw { framing: self.framing, origin: self.origin, bytes: &self.raw, payload_at: self.payload_at };
        encode::another(raw, &seal(self.envelope.as_ref(), &payload), out);
    }
}

/// Leaves of `text` its last [`TAIL`] bytes.
pub(super) fn keep_end(text: &mut String) {
    let mut spare = text.len().saturating_sub(TAIL);
    while !text.is_char_boundary(spare) {
        spare += 1;
    }
    text.drain(..spare);
}

/// How much is kept of what is over, in bytes: more than any rule's match is long by default.
pub(super) const TAIL: usize = 1024;

/// Why a stream stops of which a rule would alter signed words.
pub(super) const SIGNED: &str = "a rule covers words that the provider signed, which can't be masked";
