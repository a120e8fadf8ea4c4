//! The automaton as it runs: table rows that are made when a stream first needs them.
//!
//! All of a [`Dfa`]'s rules run at once from one start, so one look at a table a byte is all there is to do. A row
//! stands for a set of [`Nfa`] states and for the matches that the byte which led to it confirmed. Streams share
//! the rows; when there is no more room for new ones, a stream goes on with a set of states of its own, which is slower
//! and gives the same matches. Nothing that is found depends on what rows there are.
//!
//! Rows are only ever added, and an entry is only ever written once. So a stream reads the table without a lock; whoever
//! makes a row, or asks about one, locks the [`Book`], and takes no other lock as long as it has that.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::classes::classes;
use super::group::{Behind, Starts};
use super::nfa::{Input, Nfa, Set, State};
use super::rows::{About, Book, DEAD, LINE, NONE, Rows, SPECIAL, Table, UNKNOWN, entry, hash, place};

/// The rules of one lane, ready to run.
#[derive(Debug)]
pub(super) struct Dfa {
    nfa: Arc<Nfa>,
    /// Bytes that no rule of this automaton tells apart have one class.
    pub(super) classes: Box<[u8; 256]>,
    /// A byte of each class.
    bytes: Vec<u8>,
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
    current: Vec<RwLock<Arc<Rows>>>,
    max_rows: usize,
}

/// Where a run stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cursor {
    /// A row's number; [`NONE`] where there is none.
    pub(super) row: u16,
    /// The states, where there is no row for them.
    pub(super) loose: Vec<u32>,
}

/// The rows that a stream uses.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) rows: Arc<Rows>,
    /// The largest table that it met.
    pub(super) table: Arc<Table>,
}

/// A table has room for so many rows at first.
const FIRST_ROWS: usize = 64;

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
        let lines = (bytes.len() + 1).div_ceil(LINE);
        // One more class stands for the end of the text.
        let mut dfa = Self {
            nfa,
            classes,
            bytes,
            limits,
            starts,
            everywhere,
            behind,
            current: Vec::new(),
            max_rows: (max_bytes / size_of::<u16>() / (lines * LINE)).min(SPECIAL.into()),
        };
        let channels = if everywhere { Starts::CHANNELS } else { 1 };
        dfa.current = (0..channels).map(|channel| RwLock::new(dfa.fresh(channel))).collect();
        dfa
    }

    /// Rows for a text of `channel` that begins, or that found its own full.
    pub(super) fn rows(&self, channel: usize) -> Shared {
        let slot = &self.current[if self.everywhere { channel } else { 0 }];
        let mut rows = Arc::clone(&slot.read().unwrap_or_else(PoisonError::into_inner));
        if rows.is_full() {
            let mut slot = slot.write().unwrap_or_else(PoisonError::into_inner);
            if slot.is_full() {
                *slot = self.fresh(channel);
            }
            rows = Arc::clone(&slot);
        }
        let table = Arc::clone(&rows.read().table);
        Shared { rows, table }
    }

    /// Exchanges rows that have no room left.
    pub(super) fn renew(&self, shared: &mut Shared) {
        if shared.rows.is_full() {
            *shared = self.rows(shared.rows.channel);
        }
    }

    fn fresh(&self, channel: usize) -> Arc<Rows> {
        let mut book = Book::new(Table::new(&self.classes, self.lines(), FIRST_ROWS));
        let starts = (0..self.starts.len()).map(|start| self.start(&mut book, start, &[]).unwrap_or(UNKNOWN));
        let starts: Vec<_> = starts.collect();
        let begun = book.about.len() as u16;
        Arc::new(Rows { starts, begun, channel, is_full: AtomicBool::new(false), book: RwLock::new(book) })
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
    fn start(&self, book: &mut Book, which: usize, more: &[u32]) -> Option<u16> {
        let mut set = std::mem::take(&mut book.set);
        set.clear(self.nfa.states.len());
        for &first in self.starts[which].iter().chain(more) {
            self.nfa.close(first, &mut set);
        }
        set.ids.sort_unstable();
        book.matches.clear();
        let row = self.intern(book, &set.ids);
        book.set = set;
        row
    }

    /// Works out where `class` leads from `row`; the entry is in the table of `shared` then. `None` where there is no room.
    #[cold]
    pub(super) fn grow(&self, shared: &mut Shared, row: u16, class: usize) -> Option<u16> {
        let mut book = shared.rows.write();
        let mut next = Some(book.table.of(row, class).load(Ordering::Relaxed));
        if next == Some(UNKNOWN) {
            let states = book.keys[book.about(row).states()].to_vec();
            let Book { set, matches, .. } = &mut *book;
            let mut set = std::mem::take(set);
            self.step(&states, &self.input(class), shared.rows.channel, &mut set, matches);
            next = self.intern(&mut book, &set.ids);
            book.set = set;
            match next {
                Some(next) => book.table.of(row, class).store(next, Ordering::Relaxed),
                None => shared.rows.is_full.store(true, Ordering::Relaxed),
            }
        }
        shared.table = Arc::clone(&book.table);
        next
    }

    fn input(&self, class: usize) -> Input {
        self.bytes.get(class).map_or(Input::End, |byte| Input::Byte(*byte))
    }

    /// How many lines a row takes: those of all classes, and of the end of the text.
    fn lines(&self) -> usize {
        (self.end() + 1).div_ceil(LINE)
    }

    /// The class that stands for the end of the text.
    fn end(&self) -> usize {
        self.bytes.len()
    }

    /// The row of `ids` and of the matches in `book.matches`; a new one where there is none, `None` where there is no
    /// room for it.
    fn intern(&self, book: &mut Book, ids: &[u32]) -> Option<u16> {
        if ids.is_empty() && book.matches.is_empty() && !self.everywhere {
            return Some(DEAD);
        }
        let mut slot = hash(&book.matches, ids) as usize;
        loop {
            slot &= book.index.len() - 1;
            match book.index[slot] {
                NONE => break,
                id => {
                    let about = book.about(id);
                    if book.keys[about.matches()] == book.matches[..] && book.keys[about.states()] == *ids {
                        return Some(entry(id, about));
                    }
                }
            }
            slot += 1;
        }
        let id = book.about.len() as u16;
        if usize::from(id) >= self.max_rows {
            return None;
        }
        if usize::from(id) == book.table.rows {
            let rows = (book.table.rows * 2).min(self.max_rows);
            book.table = Arc::new(book.table.larger(&self.classes, self.lines(), rows));
        }
        let about = About {
            key: book.keys.len() as u32,
            matches: book.matches.len() as u32,
            states: ids.len() as u32,
            limit: ids.iter().map(|id| self.limits[*id as usize]).max().unwrap_or(0),
            ending: !self.everywhere && self.ending(ids),
        };
        book.keys.extend_from_slice(&book.matches);
        book.keys.extend_from_slice(ids);
        book.about.push(about);
        book.index[slot] = id;
        if book.about.len() * 2 > book.index.len() {
            book.reindex();
        }
        Some(entry(id, about))
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
    pub(super) dfa: &'a Dfa,
    pub(super) shared: &'a mut Shared,
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
    pub(super) fn new(dfa: &'a Dfa, shared: &'a mut Shared) -> Self {
        Self { dfa, shared, set: Set::default(), matches: Vec::new() }
    }

    pub(super) fn entry(&self, row: u16, class: usize) -> u16 {
        self.shared.table.of(row, class).load(Ordering::Relaxed)
    }

    /// A run that begins with start `which`, and with the programs at `more` as well.
    #[inline]
    pub(super) fn begin(&mut self, which: usize, more: &[u32]) -> Cursor {
        let row = self.shared.rows.starts[which];
        if more.is_empty() && row != UNKNOWN {
            return Cursor { row: row & !SPECIAL, loose: Vec::new() };
        }
        self.begin_rare(which, more)
    }

    #[cold]
    fn begin_rare(&mut self, which: usize, more: &[u32]) -> Cursor {
        let known = self.shared.rows.read();
        if let Ok(at) = known.more(which, more) {
            self.shared.table = Arc::clone(&known.table);
            return Cursor { row: known.more[at].2, loose: Vec::new() };
        }
        drop(known);
        let mut book = self.shared.rows.write();
        let cursor = match self.dfa.start(&mut book, which, more) {
            Some(row) => {
                let row = row & !SPECIAL;
                if let Err(at) = book.more(which, more) {
                    book.more.insert(at, (which, more.to_vec(), row));
                }
                Cursor { row, loose: Vec::new() }
            }
            None => {
                self.shared.rows.is_full.store(true, Ordering::Relaxed);
                Cursor { row: NONE, loose: book.set.ids.clone() }
            }
        };
        self.shared.table = Arc::clone(&book.table);
        cursor
    }

    /// Reads `text[*at..to]` as far as nothing notable happens; `at` is then one past the last byte read.
    #[inline]
    pub(super) fn advance(&mut self, cursor: &mut Cursor, text: &[u8], at: &mut usize, to: usize) -> Pause {
        loop {
            if cursor.row == NONE {
                match self.advance_loose(cursor, text, at, to) {
                    Some(pause) => return pause,
                    None => continue,
                }
            }
            let Table { entries, offsets, .. } = &*self.shared.table;
            let mut row = cursor.row;
            let mut next = row;
            for &byte in &text[*at..to] {
                next = entries[place(row, offsets[usize::from(byte)])].load(Ordering::Relaxed);
                if next & SPECIAL != 0 {
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
                let class = usize::from(self.dfa.classes[usize::from(text[*at])]);
                next = match self.dfa.grow(self.shared, row, class) {
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
            // One that was worked out just now may do no more than lead on.
            if next & SPECIAL != 0 {
                return Pause::Notable;
            }
        }
    }

    /// Reads the end of the text.
    #[cold]
    pub(super) fn finish(&mut self, cursor: &mut Cursor) -> Pause {
        let end = self.dfa.end();
        if cursor.row != NONE {
            let known = self.entry(cursor.row, end);
            let next = if known == UNKNOWN { self.dfa.grow(self.shared, cursor.row, end) } else { Some(known) };
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
    pub(super) fn matches(&mut self, cursor: &Cursor) -> &[u32] {
        if cursor.row != NONE {
            let book = self.shared.rows.read();
            self.matches.clear();
            self.matches.extend_from_slice(&book.keys[book.about(cursor.row).matches()]);
        }
        &self.matches
    }

    /// Whether no further byte can change anything but the end of the text would confirm what there is.
    pub(super) fn is_over(&self, cursor: &Cursor) -> bool {
        match cursor.row {
            NONE => self.dfa.ending(&cursor.loose),
            row => self.shared.rows.read().about(row).ending,
        }
    }

    /// How many bytes after its start the run is of no more use.
    pub(super) fn limit(&self, cursor: &Cursor) -> usize {
        let limit = match cursor.row {
            NONE => cursor.loose.iter().map(|id| self.dfa.limits[*id as usize]).max().unwrap_or(0),
            row => self.shared.rows.read().about(row).limit,
        };
        limit as usize
    }

    /// Goes on without rows.
    #[cold]
    fn loosen(&mut self, cursor: &mut Cursor) {
        let book = self.shared.rows.read();
        let states = book.about(cursor.row).states();
        *cursor = Cursor { row: NONE, loose: book.keys[states].to_vec() };
    }

    #[cold]
    fn advance_loose(&mut self, cursor: &mut Cursor, text: &[u8], at: &mut usize, to: usize) -> Option<Pause> {
        while *at < to {
            let channel = self.shared.rows.channel;
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

impl Cursor {
    /// Whether there is no run.
    pub(super) fn is_none(&self) -> bool {
        self.row == NONE && self.loose.is_empty()
    }
}
