//! The automaton as it runs: table rows that are made when a stream first needs them.
//!
//! All of a [`Dfa`]'s rules run at once from one start, so one look at a table a byte is all there is to do. A row
//! stands for a set of [`Nfa`] states and for the matches that the byte which led to it confirmed. Streams share
//! the rows; when there is no more room for new ones, a stream goes on with a set of states of its own, which is slower
//! and gives the same matches. Nothing that is found depends on what rows there are.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::group::{Behind, Starts};
use super::nfa::{Input, Nfa, Set, State};
use super::rule::Edge;

/// The rules of one lane, ready to run.
#[derive(Debug)]
pub(super) struct Dfa {
    nfa: Arc<Nfa>,
    /// Bytes that no rule of this automaton tells apart have one class.
    classes: Box<[u8; 256]>,
    /// A byte of each class.
    bytes: Vec<u8>,
    /// `1 << shift` table entries a row.
    shift: u32,
    /// For each state of the NFA, how many bytes after the start it is of no more use.
    limits: Arc<[u32]>,
    /// Rows of which one may start: see [`Dfa::starts`].
    starts: Vec<Vec<u32>>,
    /// Runs begin at every byte: each row has the start of its context in it.
    everywhere: bool,
    /// In the order of rules: what matches of these counts only where the byte behind it is one that the rule's pattern
    /// can begin with.
    behind: Box<[Behind]>,
    /// One, or one for each channel, where the starts are part of the rows.
    current: Vec<RwLock<Shared>>,
    max_entries: usize,
}

/// Rows that streams share.
#[derive(Debug)]
pub(super) struct Rows {
    /// Row `id` begins at `id << shift`. An entry is the number of the row that a class of bytes leads to, with [`SPECIAL`]
    /// set where there is more to do than to go on. Short numbers keep more of the table in the cache.
    table: Vec<u16>,
    about: Vec<About>,
    /// The keys of all rows: confirmed matches, then states.
    keys: Vec<u32>,
    /// Open addressing over the keys: row numbers, 0 for a free slot.
    index: Vec<u32>,
    /// The row of each start.
    starts: Vec<u16>,
    /// The channel whose starts are part of the rows, if they are.
    channel: usize,
    set: Set,
    matches: Vec<u32>,
    full: bool,
}

/// What there is to know of a row.
#[derive(Debug, Clone, Copy)]
struct About {
    key: u32,
    matches: u32,
    states: u32,
    /// How many bytes after the start none of its rules can match any more.
    limit: u32,
    /// The next input can't change anything: whatever has not matched will not.
    ending: bool,
}

/// Where a run stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cursor {
    /// A row's number; [`UNKNOWN`] where there is none.
    row: u16,
    /// The states, where there is no row for them.
    loose: Vec<u32>,
}

/// The set of rows that a stream uses.
pub(super) type Shared = Arc<RwLock<Rows>>;

/// An entry that was not worked out yet.
const UNKNOWN: u16 = 0;
/// The row that no way leads out of.
const DEAD: u16 = 1;
/// Set in an entry whose row confirms matches or ends.
const SPECIAL: u16 = 1 << 15;

impl Dfa {
    /// An automaton for `programs`, each given by its first state and one past its last.
    ///
    /// `starts` are the sets of first states that runs begin with, for each channel and context. `max_bytes` bounds the
    /// rows that streams share.
    pub(super) fn new(
        nfa: Arc<Nfa>,
        limits: Arc<[u32]>,
        programs: impl Iterator<Item = std::ops::Range<u32>>,
        starts: Vec<Vec<u32>>,
        max_bytes: usize,
    ) -> Self {
        Self::build(nfa, limits, programs, starts, false, Box::default(), max_bytes)
    }

    /// The same where a run begins at every byte, all of them together as one; what matches of the rules that `behind`
    /// names, in their order, counts only where their patterns can begin.
    pub(super) fn everywhere(
        nfa: Arc<Nfa>,
        limits: Arc<[u32]>,
        programs: impl Iterator<Item = std::ops::Range<u32>>,
        starts: Vec<Vec<u32>>,
        behind: Box<[Behind]>,
        max_bytes: usize,
    ) -> Self {
        Self::build(nfa, limits, programs, starts, true, behind, max_bytes)
    }

    fn build(
        nfa: Arc<Nfa>,
        limits: Arc<[u32]>,
        programs: impl Iterator<Item = std::ops::Range<u32>>,
        starts: Vec<Vec<u32>>,
        everywhere: bool,
        behind: Box<[Behind]>,
        max_bytes: usize,
    ) -> Self {
        let (classes, bytes) = classes(&nfa, programs, everywhere, &behind);
        // One more class stands for the end of the text.
        let shift = (bytes.len() + 1).next_power_of_two().trailing_zeros();
        let mut dfa = Self {
            nfa,
            classes,
            bytes,
            shift,
            limits,
            starts,
            everywhere,
            behind,
            current: Vec::new(),
            max_entries: (max_bytes / size_of::<u16>()).min(usize::from(SPECIAL) << shift),
        };
        let channels = if everywhere { Starts::CHANNELS } else { 1 };
        dfa.current = (0..channels).map(|channel| RwLock::new(dfa.fresh(channel))).collect();
        dfa
    }

    /// Rows for a text of `channel` that begins, or that found its own full.
    pub(super) fn rows(&self, channel: usize) -> Shared {
        let channel = if self.everywhere { channel } else { 0 };
        let slot = &self.current[channel];
        let current = Arc::clone(&slot.read().unwrap_or_else(PoisonError::into_inner));
        if !read(&current).full {
            return current;
        }
        let mut slot = slot.write().unwrap_or_else(PoisonError::into_inner);
        if read(&slot).full {
            *slot = self.fresh(channel);
        }
        Arc::clone(&slot)
    }

    /// Exchanges rows that have no room left.
    pub(super) fn renew(&self, rows: &mut Shared) {
        let (full, channel) = {
            let rows = read(rows);
            (rows.full, rows.channel)
        };
        if full {
            *rows = self.rows(channel);
        }
    }

    fn fresh(&self, channel: usize) -> Shared {
        let mut rows = Rows::new(self.shift, channel);
        for start in 0..self.starts.len() {
            let row = self.start(&mut rows, start, &[]).unwrap_or(UNKNOWN);
            rows.starts.push(row);
        }
        Arc::new(RwLock::new(rows))
    }

    /// What `input` makes of `ids`, in `set` and `matches`.
    fn step(&self, ids: &[u32], input: &Input, channel: usize, set: &mut Set, matches: &mut Vec<u32>) {
        self.nfa.step(ids, input, set, matches);
        if let (true, Input::Byte(byte)) = (self.everywhere, input) {
            if !self.behind.is_empty() {
                matches.retain(|found| Behind::of(&self.behind, (found >> 8) as u16).begins_with(*byte));
            }
            for &first in &self.starts[channel * Starts::CONTEXTS + Starts::context_of(*byte)] {
                self.nfa.close(first, set);
            }
        }
        set.ids.sort_unstable();
    }

    /// The row of start `which`; the programs at `more` run as well.
    fn start(&self, rows: &mut Rows, which: usize, more: &[u32]) -> Option<u16> {
        let mut set = std::mem::take(&mut rows.set);
        set.clear(self.nfa.states.len());
        for &first in self.starts[which].iter().chain(more) {
            self.nfa.close(first, &mut set);
        }
        set.ids.sort_unstable();
        rows.matches.clear();
        let row = self.intern(rows, &set.ids);
        rows.set = set;
        row
    }

    /// Works out where `class` leads from `row`; the entry is in the table then. `None` where there is no room.
    #[cold]
    fn grow(&self, shared: &Shared, row: u16, class: usize) -> Option<u16> {
        let mut rows = write(shared);
        let entry = (usize::from(row) << self.shift) + class;
        let known = rows.table[entry];
        if known != UNKNOWN {
            return Some(known);
        }
        let about = rows.about[usize::from(row)];
        let states = rows.keys[about.states()].to_vec();
        let Rows { set, matches, channel, .. } = &mut *rows;
        let channel = *channel;
        let mut set = std::mem::take(set);
        self.step(&states, &self.input(class), channel, &mut set, matches);
        let next = self.intern(&mut rows, &set.ids);
        rows.set = set;
        if let Some(next) = next {
            rows.table[entry] = next;
        }
        next
    }

    fn input(&self, class: usize) -> Input {
        self.bytes.get(class).map_or(Input::End, |byte| Input::Byte(*byte))
    }

    /// The class that stands for the end of the text.
    fn end(&self) -> usize {
        self.bytes.len()
    }

    /// The row of `ids` and of the matches in `rows.matches`; a new one where there is none, `None` where there is no
    /// room for it.
    fn intern(&self, rows: &mut Rows, ids: &[u32]) -> Option<u16> {
        if ids.is_empty() && rows.matches.is_empty() && !self.everywhere {
            return Some(DEAD);
        }
        let mut slot = hash(&rows.matches, ids) as usize;
        loop {
            slot &= rows.index.len() - 1;
            match rows.index[slot] {
                0 => break,
                id => {
                    let about = rows.about[id as usize];
                    if rows.keys[about.matches()] == rows.matches[..] && rows.keys[about.states()] == *ids {
                        return Some(entry(id as u16, about));
                    }
                }
            }
            slot += 1;
        }
        if rows.table.len() + (1 << self.shift) > self.max_entries {
            rows.full = true;
            return None;
        }
        let id = rows.about.len() as u32;
        let about = About {
            key: rows.keys.len() as u32,
            matches: rows.matches.len() as u32,
            states: ids.len() as u32,
            limit: ids.iter().map(|id| self.limits[*id as usize]).max().unwrap_or(0),
            ending: !self.everywhere && self.ending(ids),
        };
        rows.keys.extend_from_slice(&rows.matches);
        rows.keys.extend_from_slice(ids);
        rows.about.push(about);
        rows.table.resize(rows.table.len() + (1 << self.shift), UNKNOWN);
        rows.index[slot] = id;
        if rows.about.len() * 2 > rows.index.len() {
            rows.reindex();
        }
        Some(entry(id as u16, about))
    }

    /// Whether no byte can be read from `ids` and no byte be refused.
    fn ending(&self, ids: &[u32]) -> bool {
        ids.iter().all(|id| match self.nfa.states[*id as usize] {
            State::Final { edge, .. } => (0..=255).all(|byte| !edge.refuses(byte)),
            _ => false,
        })
    }
}

/// A stream's runs over one automaton, with the rows at hand.
pub(super) struct Runner<'a> {
    dfa: &'a Dfa,
    shared: &'a Shared,
    /// Given up only while new rows are made.
    rows: Option<RwLockReadGuard<'a, Rows>>,
    set: Set,
    matches: Vec<u32>,
}

/// Why [`Runner::advance`] came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pause {
    /// All bytes are read, nothing happened.
    Read,
    /// Something matched, or nothing more can be decided by reading: see [`Runner::matches`] and [`Runner::is_over`].
    Notable,
    /// Nothing can match any more.
    Dead,
}

impl<'a> Runner<'a> {
    pub(super) fn new(dfa: &'a Dfa, shared: &'a Shared) -> Self {
        Self { dfa, shared, rows: Some(read(shared)), set: Set::default(), matches: Vec::new() }
    }

    fn rows(&self) -> &Rows {
        self.rows.as_deref().expect("the rows are given up only within `renew`")
    }

    /// A run that begins with start `which`, and with the programs at `more` as well.
    #[inline]
    pub(super) fn begin(&mut self, which: usize, more: &[u32]) -> Cursor {
        let row = self.rows().starts[which];
        if more.is_empty() && row != UNKNOWN {
            return Cursor { row: row & !SPECIAL, loose: Vec::new() };
        }
        self.begin_rare(which, more)
    }

    #[cold]
    fn begin_rare(&mut self, which: usize, more: &[u32]) -> Cursor {
        self.rows = None;
        let mut rows = write(self.shared);
        let cursor = match self.dfa.start(&mut rows, which, more) {
            Some(row) => Cursor { row: row & !SPECIAL, loose: Vec::new() },
            None => Cursor { row: UNKNOWN, loose: rows.set.ids.clone() },
        };
        drop(rows);
        self.rows = Some(read(self.shared));
        cursor
    }

    /// Reads `text[*at..to]` as far as nothing notable happens; `at` is then one past the last byte read.
    #[inline]
    pub(super) fn advance(&mut self, cursor: &mut Cursor, text: &[u8], at: &mut usize, to: usize) -> Pause {
        loop {
            if cursor.row == UNKNOWN {
                match self.advance_loose(cursor, text, at, to) {
                    Some(pause) => return pause,
                    None => continue,
                }
            }
            let shift = self.dfa.shift;
            let table = &self.rows().table[..];
            let classes = &*self.dfa.classes;
            let mut row = cursor.row;
            let mut next = row;
            for &byte in &text[*at..to] {
                next = table[(usize::from(row) << shift) + usize::from(classes[usize::from(byte)])];
                if !is_plain(next) {
                    break;
                }
                row = next;
                *at += 1;
            }
            cursor.row = row;
            if *at == to {
                return Pause::Read;
            }
            if next == UNKNOWN {
                let class = usize::from(classes[usize::from(text[*at])]);
                next = match self.grow(row, class) {
                    Some(next) => next,
                    None => {
                        self.loosen(cursor);
                        continue;
                    }
                };
            }
            *at += 1;
            cursor.row = next & !SPECIAL;
            if next == DEAD {
                return Pause::Dead;
            }
            if next & SPECIAL != 0 {
                return Pause::Notable;
            }
        }
    }

    /// Reads the end of the text.
    #[cold]
    pub(super) fn finish(&mut self, cursor: &mut Cursor) -> Pause {
        let end = self.dfa.end();
        if cursor.row != UNKNOWN {
            let known = self.rows().table[(usize::from(cursor.row) << self.dfa.shift) + end];
            let next = if known == UNKNOWN { self.grow(cursor.row, end) } else { Some(known) };
            if let Some(next) = next {
                cursor.row = next & !SPECIAL;
                return if next == DEAD { Pause::Dead } else { Pause::Notable };
            }
            self.loosen(cursor);
        }
        self.dfa.nfa.step(&cursor.loose, &Input::End, &mut self.set, &mut self.matches);
        cursor.loose.clear();
        if self.matches.is_empty() { Pause::Dead } else { Pause::Notable }
    }

    /// What the last byte confirmed, as `rule << 8 | back`: each match ended `back` bytes before that byte.
    pub(super) fn matches(&self, cursor: &Cursor) -> &[u32] {
        if cursor.row == UNKNOWN {
            return &self.matches;
        }
        let rows = self.rows();
        &rows.keys[rows.about[usize::from(cursor.row)].matches()]
    }

    /// Whether no further byte can change anything but the end of the text would confirm what there is.
    pub(super) fn is_over(&self, cursor: &Cursor) -> bool {
        match cursor.row {
            UNKNOWN => self.dfa.ending(&cursor.loose),
            row => self.rows().about[usize::from(row)].ending,
        }
    }

    /// How many bytes after its start the run is of no more use.
    pub(super) fn limit(&self, cursor: &Cursor) -> usize {
        let limit = match cursor.row {
            UNKNOWN => cursor.loose.iter().map(|id| self.dfa.limits[*id as usize]).max().unwrap_or(0),
            row => self.rows().about[usize::from(row)].limit,
        };
        limit as usize
    }

    #[cold]
    fn grow(&mut self, row: u16, class: usize) -> Option<u16> {
        self.rows = None;
        let next = self.dfa.grow(self.shared, row, class);
        self.rows = Some(read(self.shared));
        next
    }

    /// Goes on without rows.
    #[cold]
    fn loosen(&mut self, cursor: &mut Cursor) {
        let rows = self.rows();
        let states = rows.about[usize::from(cursor.row)].states();
        *cursor = Cursor { row: UNKNOWN, loose: rows.keys[states].to_vec() };
    }

    #[cold]
    fn advance_loose(&mut self, cursor: &mut Cursor, text: &[u8], at: &mut usize, to: usize) -> Option<Pause> {
        while *at < to {
            let channel = self.rows().channel;
            self.dfa.step(&cursor.loose, &Input::Byte(text[*at]), channel, &mut self.set, &mut self.matches);
            *at += 1;
            cursor.loose.clone_from(&self.set.ids);
            if !self.matches.is_empty() || self.dfa.ending(&cursor.loose) {
                let dead = self.matches.is_empty() && cursor.loose.is_empty();
                return Some(if dead { Pause::Dead } else { Pause::Notable });
            }
        }
        Some(Pause::Read)
    }
}

/// One automaton of several that read the same text in step, each the next byte before any reads another: so the machine
/// looks up the rows of one while it waits for those of the others.
pub(super) struct Chain<'a> {
    pub(super) runner: Runner<'a>,
    row: u16,
    /// Rows before this one are those that runs begin with.
    begun: u16,
    /// The latest place where no run was alive that had begun before it; for automata whose runs begin at every byte and
    /// never come back to where they began.
    pub(super) quiet: usize,
}

/// What a byte did to a [`Chain`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing.
    Plain,
    /// Something matched.
    Notable,
    /// There is no room for the row that it leads to: it was not read.
    Full,
}

impl<'a> Chain<'a> {
    /// Begins at `at` with start `which`; `None` where there is no room.
    pub(super) fn begin(runner: Runner<'a>, which: usize, at: usize) -> Option<Self> {
        let starts = &runner.rows().starts;
        let row = starts[which];
        // The rows of starts were made before all others.
        let begun = starts.iter().max().map_or(0, |last| last + 1);
        (row != UNKNOWN).then_some(Self { runner, row, begun, quiet: at })
    }

    /// Goes on where a run stands; `None` where that has no row.
    pub(super) fn resume(runner: Runner<'a>, cursor: &Cursor) -> Option<Self> {
        (cursor.row != UNKNOWN).then_some(Self { runner, row: cursor.row, begun: 0, quiet: 0 })
    }

    /// Where the run stands.
    pub(super) fn cursor(&self) -> Cursor {
        Cursor { row: self.row, loose: Vec::new() }
    }

    /// Reads `text[at..to]` as far as it does nothing to any of `chains`. Returns the place of the first byte that was not
    /// read.
    pub(super) fn read(chains: &mut [&mut Self], text: &[u8], at: usize, to: usize) -> usize {
        match chains {
            [] => to,
            [a] => Self::in_step([a], text, at, to),
            [a, b] => Self::in_step([a, b], text, at, to),
            [a, b, c] => Self::in_step([a, b, c], text, at, to),
            [a, b, c, d] => Self::in_step([a, b, c, d], text, at, to),
            _ => at,
        }
    }

    /// The most chains that [`Chain::read`] reads at once.
    pub(super) const MOST: usize = 4;

    fn in_step<const N: usize>(chains: [&mut &mut Self; N], text: &[u8], from: usize, to: usize) -> usize {
        let mut row: [u16; N] = std::array::from_fn(|at| chains[at].row);
        let mut quiet: [usize; N] = std::array::from_fn(|at| chains[at].quiet);
        let mut at = from;
        {
            let begun: [u16; N] = std::array::from_fn(|at| chains[at].begun);
            let shift: [u32; N] = std::array::from_fn(|at| chains[at].runner.dfa.shift);
            let table: [&[u16]; N] = std::array::from_fn(|at| &chains[at].runner.rows().table[..]);
            let classes: [&[u8; 256]; N] = std::array::from_fn(|at| &*chains[at].runner.dfa.classes);
            for &byte in &text[from..to] {
                let next: [u16; N] = std::array::from_fn(|at| {
                    table[at][(usize::from(row[at]) << shift[at]) + usize::from(classes[at][usize::from(byte)])]
                });
                if !next.iter().fold(true, |all, next| all & is_plain(*next)) {
                    break;
                }
                row = next;
                at += 1;
                for chain in 0..N {
                    quiet[chain] = if next[chain] < begun[chain] { at } else { quiet[chain] };
                }
            }
        }
        for (chain, (row, quiet)) in chains.into_iter().zip(row.into_iter().zip(quiet)) {
            (chain.row, chain.quiet) = (row, quiet);
        }
        at
    }

    /// Reads the byte at `at`.
    pub(super) fn step(&mut self, byte: u8, at: usize) -> Step {
        let class = usize::from(self.runner.dfa.classes[usize::from(byte)]);
        let mut next = self.runner.rows().table[(usize::from(self.row) << self.runner.dfa.shift) + class];
        if next == UNKNOWN {
            match self.runner.grow(self.row, class) {
                Some(grown) => next = grown,
                None => return Step::Full,
            }
        }
        self.row = next & !SPECIAL;
        if self.row < self.begun {
            self.quiet = at + 1;
        }
        if next & SPECIAL == 0 { Step::Plain } else { Step::Notable }
    }
}

impl Cursor {
    /// Whether there is no run.
    pub(super) fn is_none(&self) -> bool {
        self.row == UNKNOWN && self.loose.is_empty()
    }
}

impl Rows {
    /// The rows that stand for none and for a dead end; nothing refers to their contents.
    fn new(shift: u32, channel: usize) -> Self {
        Self {
            table: vec![UNKNOWN; 2 << shift],
            about: vec![About { key: 0, matches: 0, states: 0, limit: 0, ending: false }; 2],
            keys: Vec::new(),
            index: vec![0; 64],
            starts: Vec::new(),
            channel,
            set: Set::default(),
            matches: Vec::new(),
            full: false,
        }
    }

    fn reindex(&mut self) {
        self.index = vec![0; self.index.len() * 2];
        for (id, about) in self.about.iter().enumerate().skip(2) {
            let mut slot = hash(&self.keys[about.matches()], &self.keys[about.states()]) as usize;
            loop {
                slot &= self.index.len() - 1;
                if self.index[slot] == 0 {
                    break;
                }
                slot += 1;
            }
            self.index[slot] = id as u32;
        }
    }
}

impl About {
    fn matches(&self) -> std::ops::Range<usize> {
        self.key as usize..(self.key + self.matches) as usize
    }

    fn states(&self) -> std::ops::Range<usize> {
        let first = (self.key + self.matches) as usize;
        first..first + self.states as usize
    }
}

/// Puts bytes that no state of `programs` tells apart into one class. Returns the class of each byte and a byte of each
/// class. With `everywhere`, bytes that edges tell apart are told apart as well, and those that the patterns of `behind`
/// begin with.
fn classes(
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

/// Whether an entry says no more than where to go on: it is known, not dead and not special.
#[inline]
fn is_plain(entry: u16) -> bool {
    entry.wrapping_sub(DEAD + 1) < SPECIAL - DEAD - 1
}

/// How `row` stands in the table.
fn entry(row: u16, about: About) -> u16 {
    if about.matches > 0 || about.ending { row | SPECIAL } else { row }
}

/// FNV-1a over words.
fn hash(matches: &[u32], ids: &[u32]) -> u32 {
    let mix = |hash: u32, word: &u32| (hash ^ word).wrapping_mul(0x0100_0193).rotate_left(5);
    ids.iter().fold(matches.iter().fold(0x811c_9dc5, mix), mix)
}

/// A stream that panicked left whole rows behind, since they are written last.
fn read(shared: &Shared) -> RwLockReadGuard<'_, Rows> {
    shared.read().unwrap_or_else(PoisonError::into_inner)
}

fn write(shared: &Shared) -> RwLockWriteGuard<'_, Rows> {
    shared.write().unwrap_or_else(PoisonError::into_inner)
}
