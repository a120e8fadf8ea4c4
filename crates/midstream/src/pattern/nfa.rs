//! The automaton of all rules as it is stored: nondeterministic, over bytes, a few words a state.
//!
//! Each rule has one program, or two where it has a `before`. Programs share nothing; a program ends in a
//! [`State::Final`], which stands behind the match (and behind what `after` matched) and says how the neighbour is
//! judged. [`dfa`](super::dfa) turns sets of these states into table rows when a stream first needs them.

use super::rule::Edge;

/// States of all programs, one program after the other.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Nfa {
    pub(super) states: Vec<State>,
    /// What [`State::Read`] refers to.
    pub(super) ranges: Vec<Range>,
    /// What [`State::Split`] refers to.
    pub(super) splits: Vec<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum State {
    /// Reads one byte, which decides where to go: `ranges[first..][..len]`.
    Read { first: u32, len: u16 },
    /// Goes on at each of `splits[first..][..len]`; nowhere, if there are none.
    Split { first: u32, len: u16 },
    /// The program of `rule` has matched; the match ended `back` bytes ago. It counts unless `edge` refuses the next
    /// byte.
    Final { rule: u16, back: u8, edge: Edge },
}

/// Bytes from `low` to `high` lead to `next`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range {
    pub(super) low: u8,
    pub(super) high: u8,
    pub(super) next: u32,
}

/// What follows a state set.
pub(super) enum Input {
    Byte(u8),
    End,
}

impl Nfa {
    pub(super) fn ranges(&self, first: u32, len: u16) -> &[Range] {
        &self.ranges[first as usize..][..len.into()]
    }

    pub(super) fn splits(&self, first: u32, len: u16) -> &[u32] {
        &self.splits[first as usize..][..len.into()]
    }

    /// Adds to `set` the states reachable from `from` without input which read or end.
    pub(super) fn close(&self, from: u32, set: &mut Set) {
        set.stack.push(from);
        while let Some(id) = set.stack.pop() {
            if !set.mark(id) {
                continue;
            }
            match self.states[id as usize] {
                State::Split { first, len } => set.stack.extend_from_slice(self.splits(first, len)),
                State::Read { .. } | State::Final { .. } => set.ids.push(id),
            }
        }
    }

    /// What `input` makes of the states `ids`: the states then are put into `set`, the matches that it confirms, as
    /// `rule << 8 | back`, into `matches`. The set is in no order.
    pub(super) fn step(&self, ids: &[u32], input: &Input, set: &mut Set, matches: &mut Vec<u32>) {
        set.clear(self.states.len());
        matches.clear();
        for &id in ids {
            match (self.states[id as usize], input) {
                (State::Read { first, len }, Input::Byte(byte)) => {
                    let range = self.ranges(first, len).iter().find(|r| r.low <= *byte && *byte <= r.high);
                    if let Some(range) = range {
                        self.close(range.next, set);
                    }
                }
                (State::Final { edge, .. }, Input::Byte(byte)) if edge.refuses(*byte) => {}
                (State::Final { rule, back, .. }, _) => matches.push(u32::from(rule) << 8 | u32::from(back)),
                _ => {}
            }
        }
        matches.sort_unstable();
        matches.dedup();
    }
}

/// A set of states under construction.
#[derive(Debug, Default)]
pub(super) struct Set {
    /// Those that read or end.
    pub(super) ids: Vec<u32>,
    stack: Vec<u32>,
    /// `marks[id] == round`: the state was seen.
    marks: Vec<u32>,
    round: u32,
}

impl Set {
    pub(super) fn clear(&mut self, states: usize) {
        self.ids.clear();
        if self.marks.len() != states || self.round == u32::MAX {
            self.marks.clear();
            self.marks.resize(states, 0);
            self.round = 0;
        }
        self.round += 1;
    }

    fn mark(&mut self, id: u32) -> bool {
        let mark = &mut self.marks[id as usize];
        std::mem::replace(mark, self.round) != self.round
    }
}
