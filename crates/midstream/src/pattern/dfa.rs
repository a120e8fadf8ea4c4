//! The automaton as it runs: table rows that are made when a stream first needs them.
//!
//! All of a [`Dfa`]'s rules run at once from one start, so one look at a table a byte is all there is to do. A row
//! stands for a set of [`Nfa`] states and for the matches that the byte which led to it confirmed. Streams share
//! the rows; when there is no more room for new ones, a stream goes on with a set of states of its own, which is slower
//! and gives the same matches. Nothing that is found depends on what rows there are.
//!
//! Rows are only ever added, and an entry is only ever written once. So a stream reads the table without a lock; whoever
//! makes a row, or asks about one, locks the [`Book`], and takes no other lock as long as it has that.

use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
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

/// Rows that streams share.
#[derive(Debug)]
struct Rows {
    /// The row of each start.
    starts: Vec<u16>,
    /// Rows before this one are those of starts.
    begun: u16,
    /// The channel whose starts are part of the rows, if they are.
    channel: usize,
    /// There was no room for a row.
    is_full: AtomicBool,
    book: RwLock<Book>,
}

/// Where classes of bytes lead from rows.
///
/// An entry is the number of the row that a class of bytes leads to, with [`SPECIAL`] set where there is more to do than to
/// go on. Short numbers keep more of the table in the cache. The entries of a row that are met together stand in one
/// line of the cache, and lines of the same classes, one of each row, stand together: so what ordinary text asks for is
/// near together, in few pages.
///
/// It has room for more rows. When there is no more, they go into a larger copy; the entries that lead to them are in that
/// alone.
#[derive(Debug)]
struct Table {
    entries: Box<[AtomicU16]>,
    /// How many rows there is room for.
    rows: usize,
    /// Where the entry of each byte is in the first row.
    offsets: Box<[u32; 256]>,
}

/// What is known of all rows.
#[derive(Debug)]
struct Book {
    table: Arc<Table>,
    /// For each row, in the order of their numbers.
    about: Vec<About>,
    /// The keys of all rows: confirmed matches, then states.
    keys: Vec<u32>,
    /// Open addressing over the keys: row numbers, [`NONE`] for a free slot.
    index: Vec<u16>,
    /// Rows of starts with which more programs run, sorted: the start, the programs, the row.
    more: Vec<(usize, Vec<u32>, u16)>,
    set: Set,
    matches: Vec<u32>,
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
    /// A row's number; [`NONE`] where there is none.
    row: u16,
    /// The states, where there is no row for them.
    loose: Vec<u32>,
}

/// The rows that a stream uses.
#[derive(Debug)]
pub(super) struct Shared {
    rows: Arc<Rows>,
    /// The largest table that it met.
    table: Arc<Table>,
}

/// A table has room for so many rows at first.
const FIRST_ROWS: usize = 64;
/// No row.
const NONE: u16 = 0;
/// An entry that was not worked out yet.
const UNKNOWN: u16 = SPECIAL;
/// The entry of a dead end.
const DEAD: u16 = SPECIAL | 1;
/// Set in an entry unless it says no more than where to go on.
const SPECIAL: u16 = 1 << 15;
/// Entries in a line of the cache.
const LINE: usize = 32;

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
    fn grow(&self, shared: &mut Shared, row: u16, class: usize) -> Option<u16> {
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
    dfa: &'a Dfa,
    shared: &'a mut Shared,
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

    fn entry(&self, row: u16, class: usize) -> u16 {
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

/// One automaton of several that read in step, each the next byte of its text before any reads another: so the machine looks
/// up the rows of one while it waits for those of the others.
pub(super) struct Chain<'a> {
    pub(super) runner: Runner<'a>,
    text: &'a [u8],
    /// How far it is read.
    pub(super) at: usize,
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
    /// Begins with start `which` at byte `at` of `text`; `None` where there is no room.
    pub(super) fn begin(runner: Runner<'a>, which: usize, text: &'a [u8], at: usize) -> Option<Self> {
        let Rows { starts, begun, .. } = &*runner.shared.rows;
        let (row, begun) = (starts[which], *begun);
        (row != UNKNOWN).then_some(Self { runner, text, at, row, begun, quiet: at })
    }

    /// Goes on where a run stands that has read up to `at`; `None` where that has no row.
    pub(super) fn resume(runner: Runner<'a>, cursor: &Cursor, text: &'a [u8], at: usize) -> Option<Self> {
        (cursor.row != NONE).then_some(Self { runner, text, at, row: cursor.row, begun: 0, quiet: 0 })
    }

    /// Where the run stands.
    pub(super) fn cursor(&self) -> Cursor {
        Cursor { row: self.row, loose: Vec::new() }
    }

    /// Whether all of the text is read.
    pub(super) fn is_done(&self) -> bool {
        self.at == self.text.len()
    }

    /// Reads with all of `chains` up to where a byte does something to one of them, or where the first text ends.
    pub(super) fn read(chains: &mut [Self]) {
        match chains {
            [a, b, c, d, e, ..] => Self::in_step([a, b, c, d, e]),
            [a, b, c, d] => Self::in_step([a, b, c, d]),
            [a, b, c] => Self::in_step([a, b, c]),
            [a, b] => Self::in_step([a, b]),
            [a] => Self::in_step([a]),
            [] => {}
        }
    }

    /// The most chains that [`Chain::read`] reads at once: it leaves those behind them where they are.
    pub(super) const MOST: usize = 5;

    fn in_step<const N: usize>(chains: [&mut Self; N]) {
        let mut row: [u16; N] = std::array::from_fn(|of| chains[of].row);
        let mut quiet = [0; N];
        let mut read = 0;
        {
            let length = chains.iter().map(|chain| chain.text.len() - chain.at).min().unwrap_or(0);
            let text: [&[u8]; N] = std::array::from_fn(|of| &chains[of].text[chains[of].at..][..length]);
            let begun: [u16; N] = std::array::from_fn(|of| chains[of].begun);
            let entries: [&[AtomicU16]; N] = std::array::from_fn(|of| &*chains[of].runner.shared.table.entries);
            let offsets: [&[u32; 256]; N] = std::array::from_fn(|of| &*chains[of].runner.shared.table.offsets);
            while read < length {
                let next: [u16; N] = std::array::from_fn(|of| {
                    let offset = offsets[of][usize::from(text[of][read])];
                    entries[of][place(row[of], offset)].load(Ordering::Relaxed)
                });
                if next.iter().fold(0, |all, next| all | next) & SPECIAL != 0 {
                    break;
                }
                row = next;
                read += 1;
                for of in 0..N {
                    quiet[of] = if next[of] < begun[of] { read } else { quiet[of] };
                }
            }
        }
        for (chain, (row, quiet)) in chains.into_iter().zip(row.into_iter().zip(quiet)) {
            chain.row = row;
            if quiet > 0 {
                chain.quiet = chain.at + quiet;
            }
            chain.at += read;
        }
    }

    /// Reads one byte.
    pub(super) fn step(&mut self) -> Step {
        let class = usize::from(self.runner.dfa.classes[usize::from(self.text[self.at])]);
        let mut next = self.runner.entry(self.row, class);
        if next == UNKNOWN {
            match self.runner.dfa.grow(self.runner.shared, self.row, class) {
                Some(grown) => next = grown,
                None => return Step::Full,
            }
        }
        self.row = next & !SPECIAL;
        self.at += 1;
        if self.row < self.begun {
            self.quiet = self.at;
        }
        if next & SPECIAL == 0 { Step::Plain } else { Step::Notable }
    }
}

impl Cursor {
    /// Whether there is no run.
    pub(super) fn is_none(&self) -> bool {
        self.row == NONE && self.loose.is_empty()
    }
}

impl Rows {
    fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }

    /// A stream that panicked left whole rows behind, since the entries that lead to them are written last.
    fn read(&self) -> RwLockReadGuard<'_, Book> {
        self.book.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Book> {
        self.book.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Room for `rows` rows of `lines` lines each.
    fn new(classes: &[u8; 256], lines: usize, rows: usize) -> Self {
        let mut offsets = Box::new([0; 256]);
        for (offset, class) in offsets.iter_mut().zip(classes) {
            *offset = offset_of(usize::from(*class), rows);
        }
        let entries = std::iter::repeat_with(|| AtomicU16::new(UNKNOWN)).take(lines * rows * LINE).collect();
        Self { entries, rows, offsets }
    }

    /// The same with room for `rows` rows.
    fn larger(&self, classes: &[u8; 256], lines: usize, rows: usize) -> Self {
        let larger = Self::new(classes, lines, rows);
        let from = self.entries.chunks(self.rows * LINE);
        for (to, from) in larger.entries.chunks(rows * LINE).zip(from) {
            to.iter().zip(from).for_each(|(to, from)| to.store(from.load(Ordering::Relaxed), Ordering::Relaxed));
        }
        larger
    }

    /// The entry of `class` in `row`.
    fn of(&self, row: u16, class: usize) -> &AtomicU16 {
        &self.entries[place(row, offset_of(class, self.rows))]
    }
}

/// Where the entry of `class` is in the first row of a table of so many rows.
fn offset_of(class: usize, rows: usize) -> u32 {
    (class / LINE * rows * LINE + class % LINE) as u32
}

impl Book {
    /// Two rows without states: [`NONE`] and the dead end.
    fn new(table: Table) -> Self {
        Self {
            table: Arc::new(table),
            about: vec![About { key: 0, matches: 0, states: 0, limit: 0, ending: false }; 2],
            keys: Vec::new(),
            index: vec![NONE; 64],
            more: Vec::new(),
            set: Set::default(),
            matches: Vec::new(),
        }
    }

    fn about(&self, row: u16) -> About {
        self.about[usize::from(row)]
    }

    /// Where in `more` the row of start `which` with the programs at `more` is, or should be.
    fn more(&self, which: usize, more: &[u32]) -> Result<usize, usize> {
        self.more.binary_search_by(|(of, known, _)| of.cmp(&which).then_with(|| known[..].cmp(more)))
    }

    fn reindex(&mut self) {
        self.index = vec![NONE; self.index.len() * 2];
        for (at, about) in self.about.iter().enumerate().skip(2) {
            let mut slot = hash(&self.keys[about.matches()], &self.keys[about.states()]) as usize;
            loop {
                slot &= self.index.len() - 1;
                if self.index[slot] == NONE {
                    break;
                }
                slot += 1;
            }
            self.index[slot] = at as u16;
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

/// Where in a table the entry of `row` stands that is at `offset` in the first row.
#[inline]
fn place(row: u16, offset: u32) -> usize {
    usize::from(row) * LINE + offset as usize
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
