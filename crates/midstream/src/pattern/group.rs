//! Rules that run together: those that read the same text and have the same claim on it.

use std::ops::Range;
use std::sync::Arc;

use super::dfa::Dfa;
use super::lane::Text;
use super::nfa::{Nfa, Set, State};
use super::rule::{Action, Edge};
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
    #[allow(dead_code, reason = "until normalised text can be streamed")]
    pub(super) normalise: bool,
    pub(super) dfa: Dfa,
    pub(super) starts: Starts,
    /// For each rule that has a `before`, the first state of its pattern.
    pub(super) first_states: Vec<(u16, u32)>,
    /// What finds where those may start.
    pub(super) before: Option<BeforeGroup>,
    /// No run is too long for a rule of the group while it is shorter than this, in bytes.
    pub(super) sure_length: usize,
}

/// The `before`s of a group.
#[derive(Debug)]
pub(super) struct BeforeGroup {
    pub(super) dfa: Dfa,
    pub(super) starts: Starts,
}

impl Group {
    /// The rules at `members` as a group.
    pub(super) fn new(nfa: &Arc<Nfa>, limits: &Arc<[u32]>, rules: &[Entry], members: &[u16], max_bytes: usize) -> Self {
        let entry = |rule: &u16| &rules[usize::from(*rule)];
        let first = entry(&members[0]);
        let (after, plain): (Vec<u16>, Vec<u16>) = members.iter().partition(|rule| entry(rule).before.is_some());
        let automaton = |members: &[u16], program: fn(&Entry) -> &Range<u32>| {
            let sets = (0..Starts::CHANNELS * Starts::CONTEXTS).map(|which| starts_of(rules, members, program, which));
            (Starts::new(nfa, rules, members, program), sets.collect())
        };
        let (starts, sets) = automaton(&plain, |entry| &entry.pattern);
        let programs = members.iter().map(|rule| entry(rule).pattern.clone());
        let dfa = Dfa::new(Arc::clone(nfa), Arc::clone(limits), programs, sets, max_bytes);
        let before = (!after.is_empty()).then(|| {
            let program: fn(&Entry) -> &Range<u32> = |entry| entry.before.as_ref().expect("only such rules are here");
            let (starts, sets) = automaton(&after, program);
            let programs = after.iter().map(|rule| program(entry(rule)).clone());
            BeforeGroup { dfa: Dfa::new(Arc::clone(nfa), Arc::clone(limits), programs, sets, max_bytes), starts }
        });
        Self {
            claim: first.claim,
            normalise: first.normalise,
            dfa,
            starts,
            first_states: after.iter().map(|rule| (*rule, entry(rule).pattern.start)).collect(),
            before,
            sure_length: members.iter().map(|rule| entry(rule).max_length).min().unwrap_or(0),
        }
    }
}

/// The first states of what may start in the channel and the context that `which` stands for.
fn starts_of(rules: &[Entry], members: &[u16], program: fn(&Entry) -> &Range<u32>, which: usize) -> Vec<u32> {
    let (channel, context) = (which / Starts::CONTEXTS, which % Starts::CONTEXTS);
    let entries = members.iter().map(|rule| &rules[usize::from(*rule)]);
    let may = |entry: &&Entry| entry.channels[channel] && !entry.start.refuses(Starts::NEIGHBOURS[context]);
    entries.filter(may).map(|entry| program(entry).start).collect()
}

/// Where rules may start, by the byte that stands there and the one before it.
#[derive(Debug)]
pub(super) struct Starts {
    /// For each channel and byte, the contexts in which something may start with it, a bit each.
    first: Box<[[u8; 256]; Self::CHANNELS]>,
}

impl Starts {
    /// Text, reasoning, refusal, tool.
    pub(super) const CHANNELS: usize = 4;
    /// What may stand before a start, as far as an [`Edge`] can tell.
    pub(super) const CONTEXTS: usize = 7;
    /// A byte of each context: a line's end (so is the text's beginning), nothing of note, symbols of Base64 with and
    /// without those in numbers, a point, a letter, a digit.
    const NEIGHBOURS: [u8; Self::CONTEXTS] = *b"\n +/.a0";

    fn new(nfa: &Nfa, rules: &[Entry], members: &[u16], program: fn(&Entry) -> &Range<u32>) -> Self {
        let mut first = Box::new([[0; 256]; Self::CHANNELS]);
        let mut set = Set::default();
        for entry in members.iter().map(|rule| &rules[usize::from(*rule)]) {
            let contexts = (0..Self::CONTEXTS).filter(|at| !entry.start.refuses(Self::NEIGHBOURS[*at]));
            let contexts = contexts.fold(0, |bits, at| bits | 1 << at);
            set.clear(nfa.states.len());
            nfa.close(program(entry).start, &mut set);
            for id in &set.ids {
                let State::Read { first: at, len } = nfa.states[*id as usize] else { continue };
                for range in nfa.ranges(at, len) {
                    for (bytes, _) in first.iter_mut().zip(entry.channels).filter(|(_, reads)| *reads) {
                        bytes[usize::from(range.low)..=usize::from(range.high)].iter_mut().for_each(|b| *b |= contexts);
                    }
                }
            }
        }
        Self { first }
    }

    /// The first place from `from` and before `to` where a rule may start; `to` if there is none.
    #[inline]
    pub(super) fn next(&self, channel: usize, text: Text<'_>, from: usize, to: usize) -> usize {
        let first = &self.first[channel];
        let mut context = 1 << Self::context(text, from);
        for (at, &byte) in text.bytes[..to].iter().enumerate().skip(from) {
            if first[usize::from(byte)] & context != 0 {
                return at;
            }
            context = CONTEXT_BITS[usize::from(byte)];
        }
        to
    }

    /// The context of the place `at`.
    #[inline]
    pub(super) fn context(text: Text<'_>, at: usize) -> usize {
        // Text at hand begins with the byte before the first place that can still be tried, or with the text.
        at.checked_sub(1).map_or(0, |before| CONTEXT_BITS[usize::from(text.bytes[before])].trailing_zeros() as usize)
    }
}

/// For each byte the bit of the context that it makes for the next one.
static CONTEXT_BITS: [u8; 256] = {
    let mut bits = [1; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut at = Starts::CONTEXTS;
        while at > 0 {
            at -= 1;
            let like = Starts::NEIGHBOURS[at];
            let (b, edges) = (byte as u8, [Edge::Word, Edge::Digit, Edge::Token, Edge::Number, Edge::Line]);
            let mut same = true;
            let mut edge = 0;
            while edge < edges.len() {
                same &= edges[edge].refuses(b) == edges[edge].refuses(like);
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
