//! Where rules with a `before` may start: behind what that matches.
//!
//! Nothing is held for a `before`: it is not part of the match. So one automaton reads on through the text, in which a
//! run begins at every byte, and says where runs end. It does not know where they began; whether one of them is within the
//! bound is asked, where it may not be, by reading that much of the text once more.

use std::collections::VecDeque;

use super::chain::Chain;
use super::dfa::{Cursor, Dfa, Pause, Runner, Shared};
use super::group::{Behind, Group, Starts};
use super::lane::Text;
use super::rule::MAX_BEFORE;

/// The state of one stream.
#[derive(Debug)]
pub(super) struct Before {
    rows: Shared,
    cursor: Cursor,
    /// How far the text is read.
    at: u64,
    /// How far the text was searched for what patterns begin with, if that is further.
    searched: u64,
    /// Places where a rule may start, with the rule; sorted.
    ends: VecDeque<(u64, u16)>,
}

impl Before {
    pub(super) fn new(of: &Dfa, channel: usize) -> Self {
        Self { rows: of.rows(channel), cursor: Cursor::default(), at: 0, searched: 0, ends: VecDeque::new() }
    }

    /// The first byte of text that must stay at hand.
    pub(super) fn needs(&self) -> u64 {
        self.at.saturating_sub(MAX_BEFORE as u64)
    }

    /// The first place in the text at hand, of which `length` bytes begin at `base`, where a rule may start; `length` if
    /// there is none.
    pub(super) fn next_end(&self, base: u64, length: usize) -> usize {
        self.ends.front().map_or(length, |(end, _)| ((end - base) as usize).min(length))
    }

    /// Takes the rules that may start at `place`: their first states, from `behind`.
    pub(super) fn take(&mut self, place: u64, behind: &[Behind]) -> Vec<u32> {
        let count = self.ends.iter().take_while(|(end, _)| *end == place).count();
        self.ends.drain(..count).map(|(_, rule)| Behind::of(behind, rule).state).collect()
    }

    /// Reads what is new in `text`.
    pub(super) fn run(&mut self, group: &Group, of: &Dfa, text: Text<'_>, channel: usize) {
        let Self { rows, cursor, at, searched, ends } = self;
        let mut runner = Runner::new(of, rows);
        let length = text.bytes.len();
        let mut read = (*at - text.base) as usize;
        while read < length {
            let mut to = length;
            if !group.is_dense {
                // What ends where no pattern begins is of no use, and what ends there began at most so many bytes before.
                let from = read.max((*searched).saturating_sub(text.base) as usize);
                let next = group.first_behind.find(&text.bytes[from..]).map_or(length, |skip| from + skip);
                *searched = text.base + next as u64;
                if next - read > MAX_BEFORE {
                    read = next - MAX_BEFORE;
                    *cursor = Cursor::default();
                }
                if next == length {
                    break;
                }
                to = next + 1;
            }
            if cursor.is_none() {
                *cursor = runner.begin(channel * Starts::CONTEXTS + Starts::context(text, read), &[]);
            }
            if runner.advance(cursor, text.bytes, &mut read, to) == Pause::Notable {
                let matches = runner.matches(cursor).to_vec();
                end(&mut runner, &matches, text, read - 1, channel, ends);
            }
        }
        *at = (*at).max(text.base + read as u64);
    }

    /// What reads what is new in `text` in step with others; `None` where there is no row to go on from.
    pub(super) fn ahead<'a>(
        &'a mut self,
        of: &'a Dfa,
        text: Text<'a>,
        channel: usize,
    ) -> Option<(Chain<'a>, Ahead<'a>)> {
        let Self { rows, cursor, at, ends, .. } = self;
        let mut runner = Runner::new(of, rows);
        let read = (*at - text.base) as usize;
        if cursor.is_none() {
            *cursor = runner.begin(channel * Starts::CONTEXTS + Starts::context(text, read), &[]);
        }
        let chain = Chain::resume(runner, cursor, text.bytes, read)?;
        Some((chain, Ahead { text, channel, cursor, at, ends }))
    }
}

/// Where a [`Before`] takes down what its [`Chain`] finds.
pub(super) struct Ahead<'a> {
    text: Text<'a>,
    channel: usize,
    cursor: &'a mut Cursor,
    at: &'a mut u64,
    ends: &'a mut VecDeque<(u64, u16)>,
}

impl Ahead<'_> {
    /// Something matched.
    pub(super) fn note(&mut self, chain: &mut Chain<'_>) {
        let matches = chain.runner.matches(&chain.cursor()).to_vec();
        end(&mut chain.runner, &matches, self.text, chain.at - 1, self.channel, self.ends);
    }

    /// Goes no further with `chain`.
    pub(super) fn rest(self, chain: &Chain<'_>) {
        *self.cursor = chain.cursor();
        *self.at = self.text.base + chain.at as u64;
    }
}

/// Notes that the rules of `matches` may start at `place`, if what is before them is not too long for that.
fn end(
    runner: &mut Runner<'_>,
    matches: &[u32],
    text: Text<'_>,
    place: usize,
    channel: usize,
    ends: &mut VecDeque<(u64, u16)>,
) {
    let end = text.base + place as u64;
    let rule = |found: &u32| (end, (found >> 8) as u16);
    if end <= MAX_BEFORE as u64 {
        return ends.extend(matches.iter().map(rule));
    }
    // The same from as far back as a `before` may begin. (What must be at hand for it is: see `needs`.)
    let mut from = place - MAX_BEFORE;
    let mut again = runner.begin(channel * Starts::CONTEXTS + Starts::context(text, from), &[]);
    while from <= place && runner.advance(&mut again, text.bytes, &mut from, place + 1) == Pause::Notable {}
    ends.extend(runner.matches(&again).iter().map(rule));
}
