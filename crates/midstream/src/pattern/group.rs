//! Rules that run together: those that read the same text and have the same claim on it.

use std::ops::Range;
use std::sync::Arc;

use super::bytes::{ByteSet, Finder};
use super::dfa::Dfa;
use super::lane::Text;
use super::nfa::{Nfa, Set, State};
use super::rule::{Action, Edge, MAX_BEFORE};
use super::set::Entry;

/// What a group's matches do to the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Claim {
    /// They end the stream.
    Stops,
    /// They cover text, which is held while they are undecided.
    Covers,
    /// Nothing: no text is held for them.
    None,
}

impl Claim {
    pub(super) fn of(action: &Action) -> Self {
        match action {
            Action::Stop => Self::Stops,
            Action::Mask(_) | Action::Hold => Self::Covers,
            Action::Report => Self::None,
        }
    }
}

/// Rules that run together.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) claim: Claim,
    /// They read the normalised text.
    pub(super) normalise: bool,
    pub(super) dfa: Dfa,
    pub(super) starts: Starts,
    /// The rules that have a `before`, in order.
    pub(super) behind: Box<[Behind]>,
    /// Finds the bytes that one of their patterns can begin with.
    pub(super) first_behind: Finder,
    /// Those are bytes that every text has.
    pub(super) is_dense: bool,
    /// No `before` matches more bytes than these, as far as that is known: at most [`MAX_BEFORE`].
    pub(super) reach: usize,
    /// What finds where those may start.
    pub(super) before: Option<Dfa>,
    /// No run is too long for a rule of the group while it is shorter than this, in bytes.
    pub(super) sure_length: usize,
}

/// How the pattern of a rule begins that has a `before`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Behind {
    pub(super) rule: u16,
    /// The first state.
    pub(super) state: u32,
    /// What it can begin with.
    first: ByteSet,
    /// A run of its `before` that has read something stands somewhere where none begins.
    pub(super) leaves_start: bool,
}

impl Behind {
    fn new(grams: &mut Grams<'_>, rule: u16, entry: &Entry) -> Self {
        let state = entry.pattern.start;
        let mut first = ByteSet::default();
        for (low, high) in grams.first_bytes(state) {
            (low..=high).for_each(|byte| first.insert(byte));
        }
        Self { rule, state, first, leaves_start: entry.before.iter().all(|before| grams.leaves_start(before)) }
    }

    /// That of `rule`, which must be there.
    pub(super) fn of(all: &[Self], rule: u16) -> &Self {
        let at = all.binary_search_by_key(&rule, |of| of.rule);
        &all[at.expect("what matched is a rule with a `before`")]
    }

    pub(super) fn begins_with(&self, byte: u8) -> bool {
        self.first.has(byte)
    }
}

impl Group {
    /// The rules at `members` as a group.
    pub(super) fn new(nfa: &Arc<Nfa>, limits: &Arc<[u32]>, rules: &[Entry], members: &[u16], max_bytes: usize) -> Self {
        let entry = |rule: &u16| &rules[usize::from(*rule)];
        let first = entry(&members[0]);
        let (after, plain): (Vec<u16>, Vec<u16>) = members.iter().partition(|rule| entry(rule).before.is_some());
        let sets = |members: &[u16], program: fn(&Entry) -> &Range<u32>| {
            let starts = 0..Starts::CHANNELS * Starts::CONTEXTS;
            starts.map(|which| starts_of(rules, members, program, which)).collect()
        };
        let programs = members.iter().map(|rule| entry(rule).pattern.clone());
        let pattern: fn(&Entry) -> &Range<u32> = |entry| &entry.pattern;
        let dfa = Dfa::new(Arc::clone(nfa), Arc::clone(limits), programs, sets(&plain, pattern), max_bytes);
        let mut grams = Grams::new(nfa);
        let behind: Box<[_]> = after.iter().map(|rule| Behind::new(&mut grams, *rule, entry(rule))).collect();
        let first_behind = behind.iter().fold(ByteSet::default(), |all, of| all.with(of.first));
        let before = (!after.is_empty()).then(|| {
            let program: fn(&Entry) -> &Range<u32> = |entry| entry.before.as_ref().expect("only such rules are here");
            let programs = after.iter().map(|rule| program(entry(rule)).clone());
            let (nfa, limits, starts) = (Arc::clone(nfa), Arc::clone(limits), sets(&after, program));
            Dfa::everywhere(nfa, limits, programs, starts, behind.clone(), max_bytes)
        });
        let is_dense = first_behind.len() >= DENSE;
        // Only where few bytes can follow is it asked for.
        let befores = after.iter().filter(|_| !is_dense).filter_map(|rule| entry(rule).before.as_ref());
        let reach = befores.map(|before| longest(nfa, before)).max().unwrap_or(MAX_BEFORE);
        // A pattern with a bound of its own ends by itself.
        let cut = members.iter().filter(|rule| entry(rule).is_cut);
        Self {
            claim: first.claim,
            normalise: first.normalise,
            dfa,
            starts: Starts::new(nfa, rules, &plain, pattern),
            first_behind: Finder::new(first_behind),
            is_dense,
            reach,
            behind,
            before,
            sure_length: cut.map(|rule| entry(rule).max_length).min().unwrap_or(usize::MAX / 2),
        }
    }
}

/// How many bytes `program` can match, at most [`MAX_BEFORE`].
fn longest(nfa: &Nfa, program: &Range<u32>) -> usize {
    let (mut set, mut states) = (Set::default(), vec![program.start]);
    for length in 0..MAX_BEFORE {
        set.clear(nfa.states.len());
        states.drain(..).for_each(|state| nfa.close(state, &mut set));
        for id in &set.ids {
            if let State::Read { first, len } = nfa.states[*id as usize] {
                states.extend(nfa.ranges(first, len).iter().map(|range| range.next));
            }
        }
        if states.is_empty() {
            return length;
        }
    }
    MAX_BEFORE
}

/// The first states of what may start in the channel and the context that `which` stands for.
fn starts_of(rules: &[Entry], members: &[u16], program: fn(&Entry) -> &Range<u32>, which: usize) -> Vec<u32> {
    let entries = members.iter().map(|rule| &rules[usize::from(*rule)]);
    entries.filter(|entry| may_start(entry, which)).map(|entry| program(entry).start).collect()
}

/// Whether a rule may start in the channel and the context that `which` stands for.
pub(super) fn may_start(entry: &Entry, which: usize) -> bool {
    let (channel, context) = (which / Starts::CONTEXTS, which % Starts::CONTEXTS);
    entry.channels[channel] && !entry.start.refuses(Starts::NEIGHBOURS[context])
}

/// Where rules may start: says so of every place where one does, and of few others.
///
/// A place is told by its first three bytes where all that may start there is particular about them, as prefixes of keys
/// are. Of what begins with a class of bytes (an address, a number), the first byte and the one before it must do.
#[derive(Debug)]
pub(super) struct Starts {
    /// For each channel and byte, the contexts in which something may start with it, a bit each.
    first: Box<[[u8; 256]; Self::CHANNELS]>,
    /// The same for what is not particular.
    broad: Box<[[u8; 256]; Self::CHANNELS]>,
    /// A bit for the hash of each three bytes that something particular may start with.
    grams: Box<[u64; 1 << (GRAM_BITS - 6)]>,
}

impl Starts {
    /// Text, reasoning, refusal, tool.
    pub(super) const CHANNELS: usize = 4;
    /// What may stand before a start, as far as an [`Edge`] can tell.
    pub(super) const CONTEXTS: usize = 8;
    /// A byte of each context: a line's end (so is the text's beginning), nothing of note, symbols of Base64 with and
    /// without those in numbers, a point, an underscore, a letter, a digit.
    const NEIGHBOURS: [u8; Self::CONTEXTS] = *b"\n +/._a0";

    fn new(nfa: &Nfa, rules: &[Entry], members: &[u16], program: fn(&Entry) -> &Range<u32>) -> Self {
        let mut starts = Self {
            first: Box::new([[0; 256]; Self::CHANNELS]),
            broad: Box::new([[0; 256]; Self::CHANNELS]),
            grams: Box::new([0; 1 << (GRAM_BITS - 6)]),
        };
        let mut grams = Grams::new(nfa);
        let mut entries: Vec<_> = members.iter().map(|rule| &rules[usize::from(*rule)]).collect();
        // Those with few beginnings first: they gain most.
        entries.sort_by_cached_key(
            |entry| {
                if grams.collect(program(entry).start) { grams.found.len() } else { MAX_GRAMS }
            },
        );
        let mut count = 0;
        for entry in entries {
            let contexts = (0..Self::CONTEXTS).filter(|at| !entry.start.refuses(Self::NEIGHBOURS[*at]));
            let contexts = contexts.fold(0, |bits, at| bits | 1 << at);
            let is_particular = grams.collect(program(entry).start) && count + grams.found.len() <= MAX_GRAMS;
            if is_particular {
                count += grams.found.len();
                grams.found.iter().for_each(|gram| starts.grams[(gram >> 6) as usize] |= 1 << (gram & 63));
            }
            for (low, high) in grams.first_bytes(program(entry).start) {
                for (channel, _) in entry.channels.iter().enumerate().filter(|(_, reads)| **reads) {
                    let bytes = usize::from(low)..=usize::from(high);
                    starts.first[channel][bytes.clone()].iter_mut().for_each(|bits| *bits |= contexts);
                    if !is_particular {
                        starts.broad[channel][bytes].iter_mut().for_each(|bits| *bits |= contexts);
                    }
                }
            }
        }
        starts
    }

    /// The first place from `from` and before `to` where a rule may start; `to` if there is none.
    #[inline]
    pub(super) fn next(&self, channel: usize, text: Text<'_>, from: usize, to: usize) -> usize {
        let (first, broad) = (&self.first[channel], &self.broad[channel]);
        let bytes = text.bytes;
        let mut context = 1 << Self::context(text, from);
        for at in from..to {
            let byte = usize::from(bytes[at]);
            if first[byte] & context != 0 {
                if broad[byte] & context != 0 {
                    return at;
                }
                // What the end of the text at hand cuts off may be anything.
                let Some(&[a, b, c]) = bytes.get(at..at + 3).and_then(|gram| gram.first_chunk()) else { return at };
                let gram = hash(a, b, c);
                if self.grams[(gram >> 6) as usize] >> (gram & 63) & 1 != 0 {
                    return at;
                }
            }
            context = CONTEXT_BITS[byte];
        }
        to
    }

    /// The context of the place `at`.
    #[inline]
    pub(super) fn context(text: Text<'_>, at: usize) -> usize {
        // Text at hand begins with the byte before the first place that can still be tried, or with the text.
        at.checked_sub(1).map_or(0, |before| Self::context_of(text.bytes[before]))
    }

    /// The context that `byte` makes for the next one.
    #[inline]
    pub(super) fn context_of(byte: u8) -> usize {
        CONTEXT_BITS[usize::from(byte)].trailing_zeros() as usize
    }
}

#[inline]
fn hash(a: u8, b: u8, c: u8) -> u32 {
    u32::from_le_bytes([a, b, c, 0]).wrapping_mul(0x9e37_79b1) >> (32 - GRAM_BITS)
}

/// Works out how programs start: with which three bytes, and whether they come back there.
struct Grams<'n> {
    nfa: &'n Nfa,
    sets: [Set; 3],
    /// Hashes of what was found.
    found: Vec<u32>,
}

impl<'n> Grams<'n> {
    fn new(nfa: &'n Nfa) -> Self {
        Self { nfa, sets: Default::default(), found: Vec::new() }
    }

    /// The ranges of bytes that a program starts with.
    fn first_bytes(&mut self, start: u32) -> Vec<(u8, u8)> {
        self.ranges(0, start).0.into_iter().map(|range| (range.low, range.high)).collect()
    }

    /// Puts the hashes of what a program starts with into `found`; whether there are few enough of them.
    fn collect(&mut self, start: u32) -> bool {
        self.found.clear();
        let (firsts, ends) = self.ranges(0, start);
        if ends {
            return false;
        }
        for first in firsts {
            let (seconds, ends) = self.ranges(1, first.next);
            if ends {
                return false;
            }
            for second in seconds {
                let (thirds, ends) = self.ranges(2, second.next);
                let size = |range: &super::nfa::Range| usize::from(range.high - range.low) + 1;
                let more = size(&first) * size(&second) * thirds.iter().map(size).sum::<usize>();
                if ends || self.found.len() + more > MAX_PARTICULAR {
                    return false;
                }
                for third in thirds {
                    for a in first.low..=first.high {
                        for b in second.low..=second.high {
                            self.found.extend((third.low..=third.high).map(|c| hash(a, b, c)));
                        }
                    }
                }
            }
        }
        true
    }

    /// Whether a run of `program` that has read something stands somewhere where none begins.
    fn leaves_start(&mut self, program: &Range<u32>) -> bool {
        let Self { nfa, sets: [begun, set, _], .. } = self;
        begun.clear(nfa.states.len());
        nfa.close(program.start, begun);
        nfa.states[program.start as usize..program.end as usize].iter().all(|state| {
            let State::Read { first, len } = *state else { return true };
            nfa.ranges(first, len).iter().all(|range| {
                set.clear(nfa.states.len());
                nfa.close(range.next, set);
                set.ids.is_empty() || set.ids.iter().any(|id| !begun.ids.contains(id))
            })
        })
    }

    /// What can be read at `state`, and whether the program can end there.
    fn ranges(&mut self, level: usize, state: u32) -> (Vec<super::nfa::Range>, bool) {
        let set = &mut self.sets[level];
        set.clear(self.nfa.states.len());
        self.nfa.close(state, set);
        let (mut ranges, mut ends) = (Vec::new(), false);
        for id in &set.ids {
            match self.nfa.states[*id as usize] {
                State::Read { first, len } => ranges.extend_from_slice(self.nfa.ranges(first, len)),
                State::Final { .. } => ends = true,
                State::Split { .. } => {}
            }
        }
        (ranges, ends)
    }
}

/// Fewer bytes than this are worth looking for.
const DENSE: u32 = 20;
const GRAM_BITS: u32 = 17;
/// With more beginnings than this a program is not particular.
const MAX_PARTICULAR: usize = 6000;
/// More would leave few places without a beginning.
const MAX_GRAMS: usize = 1 << (GRAM_BITS - 2);

/// For each byte the bit of the context that it makes for the next one.
static CONTEXT_BITS: [u8; 256] = {
    let mut bits = [1; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut at = Starts::CONTEXTS;
        while at > 0 {
            at -= 1;
            let like = Starts::NEIGHBOURS[at];
            let mut same = true;
            let mut edge = 0;
            while edge < Edge::NAMES.len() {
                let of = Edge::NAMES[edge].1;
                same &= of.refuses(byte as u8) == of.refuses(like);
                edge += 1;
            }
            if same {
                bits[byte] = 1 << at;
            }
        }
        byte += 1;
    }
    bits
};
