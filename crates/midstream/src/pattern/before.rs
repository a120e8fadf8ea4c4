//! Where rules with a `before` may start: behind what that matches.
//!
//! Nothing is held for a `before`: it is not part of the match. So one automaton reads on through the text, in which a
//! run begins at every byte, and says where runs end. It does not know where they began; whether one of them is within the
//! bound is asked, where it may not be, by reading that much of the text once more.

use std::collections::VecDeque;

use super::dfa::{Cursor, Dfa, Pause, Runner, Shared};
use super::group::{Behind, Starts};
use super::lane::Text;
use super::rule::MAX_BEFORE;

/// The state of one stream.
#[derive(Debug)]
pub(super) struct Before {
    rows: Shared,
    cursor: Cursor,
    /// How far the text is read.
    at: u64,
    /// Places where a rule may start, with the rule; sorted.
    ends: VecDeque<(u64, u16)>,
}

impl Before {
    pub(super) fn new(of: &Dfa, channel: usize) -> Self {
        Self { rows: of.rows(channel), cursor: Cursor::default(), at: 0, ends: VecDeque::new() }
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
        let state = |rule: u16| behind.iter().find(|of| of.rule == rule).map(|of| of.state);
        self.ends.drain(..count).filter_map(|(_, rule)| state(rule)).collect()
    }

    /// Reads what is new in `text`.
    pub(super) fn run(&mut self, of: &Dfa, behind: &[Behind], text: Text<'_>, channel: usize) {
        let Self { rows, cursor, at, ends } = self;
        let mut runner = Runner::new(of, rows);
        let length = text.bytes.len();
        let mut read = (*at - text.base) as usize;
        if cursor.is_none() {
            *cursor = runner.begin(channel * Starts::CONTEXTS, &[]);
        }
        while runner.advance(cursor, text.bytes, &mut read, length) == Pause::Notable {
            let place = read - 1;
            let end = text.base + place as u64;
            // Of what could start here, most can't, by the byte that stands here.
            let byte = text.bytes[place];
            let may_start = |found: &u32| {
                let rule = (found >> 8) as u16;
                behind.iter().any(|of| of.rule == rule && of.begins_with(byte))
            };
            if !runner.matches(cursor).iter().any(may_start) {
                continue;
            }
            if end <= MAX_BEFORE as u64 {
                ends.extend(
                    runner.matches(cursor).iter().filter(|it| may_start(it)).map(|found| (end, (found >> 8) as u16)),
                );
                continue;
            }
            // The same from as far back as a `before` may begin. (What must be at hand for it is: see `needs`.)
            let mut from = place - MAX_BEFORE;
            let mut again = runner.begin(channel * Starts::CONTEXTS + Starts::context(text, from), &[]);
            while from < read && runner.advance(&mut again, text.bytes, &mut from, read) == Pause::Notable {}
            ends.extend(
                runner.matches(&again).iter().filter(|it| may_start(it)).map(|found| (end, (found >> 8) as u16)),
            );
        }
        *at = text.base + length as u64;
    }
}
