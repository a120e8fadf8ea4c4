//! Passes over text in which nothing begins to match, at one look at a table a byte.
//!
//! In: text at hand. Out: a place before which nothing that starts can match, and the first place where something gets
//! on with matching. It never says what matches: [`lane`](super::lane) tries the places in between one by one.
//!
//! The automaton is that of the group's patterns, each cut off where it has read enough to be told from ordinary text, with
//! a run that begins at every byte. What reaches a cut wakes the lane. A set of states that has none but beginnings in it
//! says that all runs are dead: no match starts before that place and ends behind it. So that this can be told, nothing
//! leads back to a beginning.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use super::before;
use super::dfa::{Chain, Dfa, Runner, Shared, Step};
use super::group::{Group, Starts};
use super::lane::{self, Lane, Text};
use super::nfa::{self, Nfa, Set, State};
use super::rule::Edge;

/// The beginnings of a group's patterns.
#[derive(Debug)]
pub(super) struct Screen(Dfa);

impl Screen {
    /// For the programs `patterns`, of which those may start in each channel and context that
    /// `may_start` says, by their place.
    pub(super) fn new(
        nfa: &Nfa,
        patterns: &[Range<u32>],
        may_start: impl Fn(usize, usize) -> bool,
        max_bytes: usize,
    ) -> Self {
        let mut trim = Trim::new(nfa);
        let programs: Vec<_> = patterns.iter().map(|pattern| trim.program(pattern)).collect();
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

    /// Exchanges rows that have no room left.
    pub(super) fn renew(&self, rows: &mut Shared) {
        self.0.renew(rows);
    }
}

/// What a screen says of the text at hand.
#[derive(Debug, Default)]
pub(super) struct Skimmed {
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

/// Has the screens of `lanes`, all of which read `text`, read it before they do.
pub(super) fn skim<'l>(
    lanes: impl Iterator<Item = (&'l Group, &'l mut Lane)>,
    text: Text<'_>,
    channel: usize,
) -> Vec<Skimmed> {
    let mut skimmed = Vec::new();
    let mut batch: Vec<Ahead<'_>> = Vec::new();
    for (group, lane) in lanes {
        let ahead = Ahead::new(group, lane.ahead(), text, channel);
        if batch.iter().map(Ahead::chains).sum::<usize>() + ahead.chains() > Chain::MOST {
            skimmed.extend(finish(std::mem::take(&mut batch), text));
        }
        batch.push(ahead);
    }
    skimmed.extend(finish(batch, text));
    skimmed
}

/// Reads the text to its end, all of the batch in step as soon as all are at the same place.
fn finish(mut batch: Vec<Ahead<'_>>, text: Text<'_>) -> impl Iterator<Item = Skimmed> {
    for ahead in &mut batch {
        if let Some(at) = ahead.later.as_ref().map(|before| before.at(text.base)) {
            let at = at.max(ahead.at);
            read(std::slice::from_mut(ahead), text, at);
            ahead.before = ahead.later.take();
        }
    }
    let at = batch.iter().map(|ahead| ahead.at).max().unwrap_or(0);
    batch.iter_mut().for_each(|ahead| read(std::slice::from_mut(ahead), text, at));
    read(&mut batch, text, text.bytes.len());
    batch.into_iter().map(move |ahead| ahead.into_skimmed(text))
}

/// What of a lane reads ahead.
struct Ahead<'a> {
    /// `None` where there is no room for its rows any more.
    screen: Option<Chain<'a>>,
    before: Option<before::Ahead<'a>>,
    /// The same where that has read further than the screen.
    later: Option<before::Ahead<'a>>,
    /// How far it is read.
    at: usize,
    /// Where rules with a `before` may start, as far as it is known already.
    known: VecDeque<usize>,
    skimmed: Skimmed,
}

impl<'a> Ahead<'a> {
    fn new(group: &'a Group, lane: lane::Ahead<'a>, text: Text<'_>, channel: usize) -> Self {
        let at = (lane.start - text.base) as usize;
        let runner = Runner::new(&group.screen.0, lane.screen);
        let screen = Chain::begin(runner, channel * Starts::CONTEXTS + Starts::context(text, at), at);
        let (mut known, mut later) = (VecDeque::new(), None);
        if let (Some(before), Some(of)) = (lane.before, &group.before) {
            if !group.is_dense {
                before.run(group, of, text, channel);
            }
            known = before.places(text.base).collect();
            if group.is_dense && screen.is_some() {
                later = before.ahead(of, text, channel);
            }
        }
        let mut ahead = Self { screen, before: None, later, at, known, skimmed: Skimmed::default() };
        if ahead.screen.is_none() || (ahead.later.is_none() && group.is_dense) {
            ahead.give_up(at, text);
        }
        ahead
    }

    fn chains(&self) -> usize {
        self.screen.iter().count() + self.before.iter().chain(&self.later).count()
    }

    /// Leaves all from `quiet` on to the lane.
    fn give_up(&mut self, quiet: usize, text: Text<'_>) {
        self.skimmed.wakes.push_back(Wake { quiet, at: text.bytes.len() });
        (self.screen, self.later) = (None, None);
    }

    /// Reads the byte at `at`, which does something.
    fn step(&mut self, text: Text<'_>, at: usize) {
        let Some(screen) = &mut self.screen else { return };
        let (quiet, byte) = (screen.quiet, text.bytes[at]);
        let mut wakes = false;
        let stepped = match &mut self.before {
            Some(before) => before.step(text, at, &mut wakes),
            None => true,
        };
        match screen.step(byte, at) {
            Step::Plain if stepped => {}
            Step::Notable if stepped => wakes = true,
            _ => {
                if let Some(before) = self.before.take() {
                    before.rest(text.base + at as u64 + u64::from(stepped));
                }
                return self.give_up(quiet, text);
            }
        }
        if wakes {
            self.skimmed.wakes.push_back(Wake { quiet, at: at + 1 });
        }
    }

    fn into_skimmed(mut self, text: Text<'_>) -> Skimmed {
        if let Some(before) = self.before {
            before.rest(text.base + text.bytes.len() as u64);
        }
        self.skimmed.quiet = self.screen.map_or(text.bytes.len(), |screen| screen.quiet);
        self.skimmed
    }
}

/// Reads up to `to`, all in step: they are at the same place.
fn read(batch: &mut [Ahead<'_>], text: Text<'_>, to: usize) {
    let Some(mut at) = batch.first().map(|ahead| ahead.at) else { return };
    while at < to {
        let stop = batch.iter().filter_map(|ahead| ahead.known.front()).fold(to, |stop, place| stop.min(*place));
        let mut chains: Vec<_> = Vec::with_capacity(Chain::MOST);
        for ahead in &mut *batch {
            chains.extend(ahead.screen.as_mut());
            chains.extend(ahead.before.as_mut().map(|before| &mut before.chain));
        }
        at = Chain::read(&mut chains, text.bytes, at, stop.max(at));
        for ahead in &mut *batch {
            if ahead.known.front().is_some_and(|place| *place <= at)
                && let (Some(_), Some(screen)) = (ahead.known.pop_front(), &ahead.screen)
            {
                ahead.skimmed.wakes.push_back(Wake { quiet: screen.quiet, at: at + 1 });
            }
        }
        if at < stop {
            batch.iter_mut().for_each(|ahead| ahead.step(text, at));
            at += 1;
        }
    }
    batch.iter_mut().for_each(|ahead| ahead.at = at.max(to));
}

/// Copies the beginnings of programs.
struct Trim<'n> {
    from: &'n Nfa,
    to: Nfa,
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
        Self { from, to: Nfa::default(), told, copies, chain, chains: Vec::new(), closure: Set::default() }
    }

    /// The states of the copy of `program`: where it begins, then the states that read its first byte, then the cut, then
    /// the rest.
    fn program(&mut self, program: &Range<u32>) -> Range<u32> {
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
        self.to.states.push(CUT);
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
            State::Final { .. } => CUT,
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

/// Where the copy of a program ends: a run that comes here wakes the lane.
const CUT: State = State::Final { rule: 0, back: 0, edge: Edge::None };

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
const ENOUGH: u32 = 56 * WEIGHT;
/// A pattern that tells this much without its lengths does without them.
const TELLING: u32 = 30 * WEIGHT;
/// A class of so many bytes is one of words.
const WIDE: u32 = 26;
