//! Passes over text in which nothing begins to match, at one look at a table a byte.
//!
//! In: text at hand. Out: a place before which nothing that starts can match, and the first place where something gets
//! on with matching. It never says what matches: [`lane`](super::lane) tries the places in between one by one.
//!
//! The automaton is that of all patterns that read a text, whatever their groups, each cut off where it has read enough to be
//! told from ordinary text, with a run that begins at every byte. What reaches a cut wakes the pattern's lane. A set of states that has none but beginnings in it
//! says that all runs are dead: no match starts before that place and ends behind it. So that this can be told, nothing
//! leads back to a beginning.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use super::before;
use super::chain::{Chain, Step};
use super::dfa::{Dfa, Runner, Shared};
use super::group::{Group, Starts};
use super::lane::{self, Lane, Text};
use super::nfa::{self, Nfa, Set, State};
use super::rule::Edge;

/// The beginnings of all patterns that read a text, whatever their groups.
#[derive(Debug)]
pub(super) struct Screen(Dfa);

impl Screen {
    /// For the programs `patterns`, each of the lane with that number, of which those may start in each channel and context
    /// that `may_start` says, by their place.
    pub(super) fn new(
        nfa: &Nfa,
        patterns: &[(u16, Range<u32>)],
        may_start: impl Fn(usize, usize) -> bool,
        max_bytes: usize,
    ) -> Self {
        let mut trim = Trim::new(nfa);
        let programs: Vec<_> = patterns.iter().map(|(lane, pattern)| trim.program(*lane, pattern)).collect();
        let starts = (0..Starts::CHANNELS * Starts::CONTEXTS).map(|which| {
            let may = programs.iter().enumerate().filter(|(at, _)| may_start(*at, which));
            may.map(|(_, program)| program.start).collect()
        });
        let limits = vec![0; trim.to.states.len()].into();
        let starts = starts.collect();
        Self(Dfa::everywhere(Arc::new(trim.to), limits, programs.iter().cloned(), starts, Box::default(), max_bytes))
    }

    /// Rows for a text of `channel`.
    pub(super) fn rows(&self, channel: usize) -> Shared {
        self.0.rows(channel)
    }
}

/// What a screen says of the text at hand.
#[derive(Debug)]
pub(super) struct Skimmed {
    /// Which of the two texts it is: the one that is normalised?
    kind: usize,
    /// In the order of the text.
    wakes: VecDeque<Wake>,
    /// No run that began before this place reaches the end of the text at hand.
    quiet: usize,
}

/// Where something may match.
#[derive(Debug, Clone, Copy)]
struct Wake {
    /// Nothing that starts before this place is alive there.
    quiet: usize,
    /// What may match starts before this place.
    at: usize,
}

impl Skimmed {
    /// From where on, not before `from`, places are to be tried one by one, and up to where, in a text of `length`.
    pub(super) fn from(&mut self, from: usize, length: usize) -> (usize, usize) {
        while self.wakes.front().is_some_and(|wake| wake.at <= from) {
            self.wakes.pop_front();
        }
        let next = self.wakes.front().copied().unwrap_or(Wake { quiet: self.quiet, at: length });
        (from.max(next.quiet), next.at)
    }
}

/// One of a scanner's lanes, with the text that it reads.
pub(super) type Reading<'a> = (&'a Group, &'a mut Lane, Text<'a>);

/// Has `screens`, each with a stream's rows, and what finds where rules with a `before` may start, read ahead of `lanes`.
pub(super) fn skim<'a>(
    lanes: impl Iterator<Item = Reading<'a>>,
    screens: impl Iterator<Item = (&'a Screen, &'a mut Shared)>,
    channel: usize,
) -> Vec<Skimmed> {
    let (mut skimmed, mut chains, mut readers) = (Vec::new(), Vec::new(), Vec::new());
    // Of each of the two texts: how far no lane has read, and the text.
    let mut texts: [Option<(usize, Text<'_>)>; 2] = [None; 2];
    for (group, lane, text) in lanes {
        let lane::Ahead { start, before } = lane.ahead();
        let start = (start - text.base) as usize;
        let kind = usize::from(group.normalise);
        texts[kind] = Some((texts[kind].map_or(start, |(at, _)| at.min(start)), text));
        skimmed.push(Skimmed { kind, wakes: VecDeque::new(), quiet: text.bytes.len() });
        // Where only few bytes can follow, it is quicker to look for those.
        let before = before.zip(group.before.as_ref()).filter(|_| group.is_dense);
        if let Some((chain, ahead)) = before.and_then(|(before, of)| before.ahead(group, of, text, channel)) {
            chains.push(chain);
            readers.push(Reader::Before(ahead));
        }
    }
    for (kind, (text, (screen, rows))) in texts.into_iter().zip(screens).enumerate() {
        let Some((at, text)) = text else { continue };
        let which = channel * Starts::CONTEXTS + Starts::context(text, at);
        screen.0.renew(rows);
        match Chain::begin(Runner::new(&screen.0, rows), which, text.bytes, at) {
            Some(chain) => {
                chains.push(chain);
                readers.push(Reader::Screen(kind));
            }
            None => leave(&mut skimmed, kind, at),
        }
    }
    while !chains.is_empty() {
        Chain::read(&mut chains);
        for at in (0..chains.len().min(Chain::MOST)).rev() {
            let chain = &mut chains[at];
            let step = if chain.is_done() { Step::Full } else { chain.step() };
            match (step, &mut readers[at]) {
                (Step::Plain, _) => {}
                (Step::Notable, Reader::Screen(_)) => {
                    let wake = Wake { quiet: chain.quiet, at: chain.at };
                    let cursor = chain.cursor();
                    for lane in chain.runner.matches(&cursor) {
                        skimmed[(lane >> 8) as usize].wakes.push_back(wake);
                    }
                }
                (Step::Notable, Reader::Before(ahead)) => ahead.note(chain),
                (Step::Full, _) => {
                    let chain = chains.swap_remove(at);
                    match readers.swap_remove(at) {
                        Reader::Screen(kind) if chain.is_done() => {
                            let of = skimmed.iter_mut().filter(|of| of.kind == kind);
                            of.for_each(|of| of.quiet = chain.quiet);
                        }
                        // What it has no room to read is left to the lanes.
                        Reader::Screen(kind) => leave(&mut skimmed, kind, chain.quiet),
                        Reader::Before(ahead) => ahead.rest(&chain),
                    }
                }
            }
        }
    }
    skimmed
}

/// Has the lanes of text `kind` try all places from `quiet` on.
fn leave(skimmed: &mut [Skimmed], kind: usize, quiet: usize) {
    for of in skimmed.iter_mut().filter(|of| of.kind == kind) {
        of.wakes.push_back(Wake { quiet, at: of.quiet });
    }
}

/// What a chain reads for.
enum Reader<'a> {
    /// The lanes that read this text.
    Screen(usize),
    Before(before::Ahead<'a>),
}

/// Copies the beginnings of programs.
struct Trim<'n> {
    from: &'n Nfa,
    to: Nfa,
    /// Where the copy of the program at hand ends: a run that comes here wakes its lane.
    end: State,
    /// How much is told apart from ordinary text on the way to each state, at least, in parts of a bit: see [`WEIGHT`].
    told: Vec<u32>,
    /// The copy of each state.
    copies: Vec<u32>,
    /// The chain that a state is one of, in `chains`.
    chain: Vec<u32>,
    chains: Vec<Vec<u32>>,
    closure: Set,
}

impl<'n> Trim<'n> {
    fn new(from: &'n Nfa) -> Self {
        let none = || vec![NONE; from.states.len()];
        let (told, copies, chain) = (none(), none(), none());
        let end = State::Split { first: 0, len: 0 };
        Self { from, to: Nfa::default(), end, told, copies, chain, chains: Vec::new(), closure: Set::default() }
    }

    /// The states of the copy of `program`: where it begins, then the states that read its first byte, then the cut, which is
    /// a match of rule number `lane`, then the rest.
    fn program(&mut self, lane: u16, program: &Range<u32>) -> Range<u32> {
        self.end = State::Final { rule: lane, back: 0, edge: Edge::None };
        self.find_chains(program);
        let (mut inside, least) = self.inside(program.start);
        if least < TELLING {
            // Nothing but its length tells this pattern from a word.
            self.forget(&inside);
            self.unchain();
            inside = self.inside(program.start).0;
        }
        let beginnings = self.closed(program.start);
        let start = self.to.states.len() as u32;
        let cut = start + 1 + beginnings.len() as u32;
        for (state, copy) in inside.iter().zip(cut + 1..) {
            self.copies[*state as usize] = copy;
        }
        let first_chain = cut + 1 + inside.len() as u32;
        self.split(start + 1..cut);
        beginnings.iter().for_each(|state| self.copy(*state, cut, first_chain));
        self.to.states.push(self.end);
        inside.iter().for_each(|state| self.copy(*state, cut, first_chain));
        for chain in std::mem::take(&mut self.chains) {
            chain.iter().for_each(|state| self.chain[*state as usize] = NONE);
            let mut links: Vec<u32> = Vec::new();
            for link in chain.iter().map(|state| self.copies[*state as usize]).filter(|copy| *copy != NONE) {
                // Most links of a chain are alike.
                if !links.iter().any(|known| self.alike(*known, link)) {
                    links.push(link);
                }
            }
            self.split(links.into_iter());
        }
        self.forget(&inside);
        start..self.to.states.len() as u32
    }

    /// The states that read, of those that `state` leads to without input.
    fn closed(&mut self, state: u32) -> Vec<u32> {
        self.closure.clear(self.from.states.len());
        self.from.close(state, &mut self.closure);
        std::mem::take(&mut self.closure.ids)
    }

    /// Finds states that follow on one another and read the same class of many bytes, as those of `[0-9a-z]{32}` do. In the
    /// copy each stands for all: how long a word is makes no row of its own.
    fn find_chains(&mut self, program: &Range<u32>) {
        for state in program.clone() {
            let Some(ranges) = self.wide(state) else { continue };
            for next in ranges.iter().map(|range| range.next).collect::<BTreeSet<_>>() {
                for other in self.closed(next) {
                    if self.wide(other).is_some_and(|others| same_bytes(others, ranges)) {
                        self.link(state, other);
                    }
                }
            }
        }
    }

    /// What `state` reads, if that is a class of many bytes.
    fn wide(&self, state: u32) -> Option<&'n [nfa::Range]> {
        match self.from.states[state as usize] {
            State::Read { first, len } => Some(self.from.ranges(first, len)).filter(|ranges| size(ranges) >= WIDE),
            _ => None,
        }
    }

    fn link(&mut self, state: u32, other: u32) {
        let (one, two) = (self.chain[state as usize], self.chain[other as usize]);
        match (one == NONE, two == NONE) {
            (true, true) if state == other => {}
            (true, true) => {
                let chain = self.chains.len() as u32;
                (self.chain[state as usize], self.chain[other as usize]) = (chain, chain);
                self.chains.push(vec![state, other]);
            }
            (true, false) => {
                self.chain[state as usize] = two;
                self.chains[two as usize].push(state);
            }
            (false, true) => {
                self.chain[other as usize] = one;
                self.chains[one as usize].push(other);
            }
            (false, false) if one == two => {}
            (false, false) => {
                let states = std::mem::take(&mut self.chains[two as usize]);
                states.iter().for_each(|state| self.chain[*state as usize] = one);
                self.chains[one as usize].extend(states);
            }
        }
    }

    fn unchain(&mut self) {
        for state in std::mem::take(&mut self.chains).into_iter().flatten() {
            self.chain[state as usize] = NONE;
        }
    }

    fn forget(&mut self, inside: &[u32]) {
        for state in inside {
            (self.told[*state as usize], self.copies[*state as usize]) = (NONE, NONE);
        }
    }

    /// The states on whose shortest way less than [`ENOUGH`] is told apart, and how much is on the way to a match.
    fn inside(&mut self, first: u32) -> (Vec<u32>, u32) {
        let (mut inside, mut least) = (Vec::new(), ENOUGH);
        let mut queue = BinaryHeap::from([Reverse((0, first))]);
        self.told[first as usize] = 0;
        while let Some(Reverse((told, state))) = queue.pop() {
            if told > self.told[state as usize] {
                continue;
            }
            inside.push(state);
            let known = &mut self.told;
            let mut reach = |next: u32, told: u32| {
                if told < ENOUGH && told < known[next as usize] {
                    known[next as usize] = told;
                    queue.push(Reverse((told, next)));
                }
            };
            if let Some(chain) = self.chains.get(self.chain[state as usize] as usize) {
                chain.iter().for_each(|other| reach(*other, told));
            }
            match self.from.states[state as usize] {
                State::Split { first, len } => self.from.splits(first, len).iter().for_each(|next| reach(*next, told)),
                State::Read { first, len } => {
                    let ranges = self.from.ranges(first, len);
                    let told = told + weight(ranges);
                    ranges.iter().for_each(|range| reach(range.next, told));
                }
                State::Final { .. } => least = least.min(told),
            }
        }
        (inside, least)
    }

    fn split(&mut self, to: impl Iterator<Item = u32>) {
        let first = self.to.splits.len();
        self.to.splits.extend(to);
        let len = (self.to.splits.len() - first) as u16;
        self.to.states.push(State::Split { first: first as u32, len });
    }

    fn copy(&mut self, state: u32, cut: u32, first_chain: u32) {
        let (copies, chain) = (&self.copies, &self.chain);
        let copy_of = |next: u32| match (copies[next as usize], chain[next as usize]) {
            (NONE, _) => cut,
            (copy, NONE) => copy,
            (_, chain) => first_chain + chain,
        };
        let copy = match self.from.states[state as usize] {
            State::Split { first, len } => {
                let at = self.to.splits.len() as u32;
                self.to.splits.extend(self.from.splits(first, len).iter().map(|next| copy_of(*next)));
                State::Split { first: at, len }
            }
            State::Read { first, len } => {
                let at = self.to.ranges.len() as u32;
                let ranges = self.from.ranges(first, len).iter();
                self.to.ranges.extend(ranges.map(|range| nfa::Range { next: copy_of(range.next), ..*range }));
                State::Read { first: at, len }
            }
            State::Final { .. } => self.end,
        };
        self.to.states.push(copy);
    }

    /// Whether two copies read the same bytes to the same ends.
    fn alike(&self, one: u32, other: u32) -> bool {
        match (self.to.states[one as usize], self.to.states[other as usize]) {
            (State::Read { first, len }, State::Read { first: of, len: length }) => {
                self.to.ranges(first, len) == self.to.ranges(of, length)
            }
            _ => one == other,
        }
    }
}

fn size(ranges: &[nfa::Range]) -> u32 {
    ranges.iter().map(|range| u32::from(range.high - range.low) + 1).sum()
}

fn same_bytes(one: &[nfa::Range], other: &[nfa::Range]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| (a.low, a.high) == (b.low, b.high))
}

/// How much a byte of `ranges` tells, of ordinary text.
fn weight(ranges: &[nfa::Range]) -> u32 {
    ((256 / size(ranges).max(1)).ilog2() * WEIGHT).max(LEAST)
}

/// No state.
const NONE: u32 = u32::MAX;
/// Parts of a bit.
const WEIGHT: u32 = 2;
/// What a byte tells at least.
const LEAST: u32 = 3 * WEIGHT;
/// What has told this much is rare enough to be looked at: eight letters of either case.
const ENOUGH: u32 = 64 * WEIGHT;
/// A pattern that tells this much without its lengths does without them.
const TELLING: u32 = 24 * WEIGHT;
/// A class of so many bytes is one of words.
const WIDE: u32 = 26;
