//! Bytes that an automaton need not tell apart.

use super::group::Behind;
use super::nfa::{Nfa, State};
use super::rule::Edge;

/// Puts bytes that no state of `programs` tells apart into one class. Returns the class of each byte and a byte of each
/// class. With `everywhere`, bytes that edges tell apart are told apart as well, and those that the patterns of `behind`
/// begin with.
pub(super) fn classes(
    nfa: &Nfa,
    programs: impl Iterator<Item = std::ops::Range<u32>>,
    everywhere: bool,
    behind: &[Behind],
) -> (Box<[u8; 256]>, Vec<u8>) {
    // `cuts[b]`: bytes b - 1 and b are told apart.
    let mut cuts = [false; 257];
    let edge = |edge: Edge, cuts: &mut [bool; 257]| {
        for byte in 1..=255u8 {
            cuts[usize::from(byte)] |= edge.refuses(byte) != edge.refuses(byte - 1);
        }
    };
    if everywhere {
        Edge::NAMES.iter().for_each(|(_, of)| edge(*of, &mut cuts));
        for byte in 1..=255u8 {
            cuts[usize::from(byte)] |= behind.iter().any(|of| of.begins_with(byte) != of.begins_with(byte - 1));
        }
    }
    for state in programs.flat_map(|program| &nfa.states[program.start as usize..program.end as usize]) {
        match *state {
            State::Read { first, len } => {
                for range in nfa.ranges(first, len) {
                    cuts[usize::from(range.low)] = true;
                    cuts[usize::from(range.high) + 1] = true;
                }
            }
            State::Final { edge: of, .. } => edge(of, &mut cuts),
            State::Split { .. } => {}
        }
    }
    let mut intervals = vec![0..=0u8];
    for byte in 1..=255u8 {
        match intervals.last_mut() {
            Some(last) if !cuts[usize::from(byte)] => *last = *last.start()..=byte,
            _ => intervals.push(byte..=byte),
        }
    }
    // What is met together stands together in a row, in few lines of the cache.
    let rank = |interval: &std::ops::RangeInclusive<u8>| {
        FREQUENT.iter().position(|byte| interval.contains(byte)).unwrap_or(FREQUENT.len())
    };
    intervals.sort_by_cached_key(rank);
    let mut classes = Box::new([0; 256]);
    for (class, interval) in intervals.iter().enumerate() {
        classes[usize::from(*interval.start())..=usize::from(*interval.end())].fill(class as u8);
    }
    (classes, intervals.iter().map(|interval| *interval.start()).collect())
}

/// Bytes that make up most of a text, the most frequent first.
const FREQUENT: &[u8] = b" etaoinsrhldcumfpgwyb,.vk\"\n-'0TIASCM1:2\xe3\x81\x80";
