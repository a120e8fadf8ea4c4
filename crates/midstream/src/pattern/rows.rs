//! The rows of an automaton's table, and what is known of each.
//!
//! Rows are only ever added, and an entry is only ever written once. So a stream reads the table without a lock.

use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::nfa::Set;

/// Rows that streams share.
#[derive(Debug)]
pub(super) struct Rows {
    /// The row of each start.
    pub(super) starts: Vec<u16>,
    /// Rows before this one are those of starts.
    pub(super) begun: u16,
    /// The channel whose starts are part of the rows, if they are.
    pub(super) channel: usize,
    /// There was no room for a row.
    pub(super) is_full: AtomicBool,
    pub(super) book: RwLock<Book>,
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
pub(super) struct Table {
    pub(super) entries: Box<[AtomicU16]>,
    /// How many rows there is room for.
    pub(super) rows: usize,
    /// Where the entry of each byte is in the first row.
    pub(super) offsets: Box<[u32; 256]>,
}

/// What is known of all rows.
#[derive(Debug)]
pub(super) struct Book {
    pub(super) table: Arc<Table>,
    /// For each row, in the order of their numbers.
    pub(super) about: Vec<About>,
    /// The keys of all rows: confirmed matches, then states.
    pub(super) keys: Vec<u32>,
    /// Open addressing over the keys: row numbers, [`NONE`] for a free slot.
    pub(super) index: Vec<u16>,
    /// Rows of starts with which more programs run, sorted: the start, the programs, the row.
    pub(super) more: Vec<(usize, Vec<u32>, u16)>,
    pub(super) set: Set,
    pub(super) matches: Vec<u32>,
}

/// What there is to know of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct About {
    pub(super) key: u32,
    pub(super) matches: u32,
    pub(super) states: u32,
    /// How many bytes after the start none of its rules can match any more.
    pub(super) limit: u32,
    /// The next input can't change anything: whatever has not matched will not.
    pub(super) ending: bool,
}

/// No row.
pub(super) const NONE: u16 = 0;
/// An entry that was not worked out yet.
pub(super) const UNKNOWN: u16 = SPECIAL;
/// The entry of a dead end.
pub(super) const DEAD: u16 = SPECIAL | 1;
/// Set in an entry unless it says no more than where to go on.
pub(super) const SPECIAL: u16 = 1 << 15;
/// Entries in a line of the cache.
pub(super) const LINE: usize = 32;

impl Rows {
    pub(super) fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }

    /// A stream that panicked left whole rows behind, since the entries that lead to them are written last.
    pub(super) fn read(&self) -> RwLockReadGuard<'_, Book> {
        self.book.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Book> {
        self.book.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Room for `rows` rows of `lines` lines each.
    pub(super) fn new(classes: &[u8; 256], lines: usize, rows: usize) -> Self {
        let mut offsets = Box::new([0; 256]);
        for (offset, class) in offsets.iter_mut().zip(classes) {
            *offset = offset_of(usize::from(*class), rows);
        }
        let entries = std::iter::repeat_with(|| AtomicU16::new(UNKNOWN)).take(lines * rows * LINE).collect();
        Self { entries, rows, offsets }
    }

    /// The same with room for `rows` rows.
    pub(super) fn larger(&self, classes: &[u8; 256], lines: usize, rows: usize) -> Self {
        let larger = Self::new(classes, lines, rows);
        let from = self.entries.chunks(self.rows * LINE);
        for (to, from) in larger.entries.chunks(rows * LINE).zip(from) {
            to.iter().zip(from).for_each(|(to, from)| to.store(from.load(Ordering::Relaxed), Ordering::Relaxed));
        }
        larger
    }

    /// The entry of `class` in `row`.
    #[inline]
    pub(super) fn of(&self, row: u16, class: usize) -> &AtomicU16 {
        &self.entries[place(row, offset_of(class, self.rows))]
    }
}

/// Where the entry of `class` is in the first row of a table of so many rows.
pub(super) fn offset_of(class: usize, rows: usize) -> u32 {
    (class / LINE * rows * LINE + class % LINE) as u32
}

impl Book {
    /// Two rows without states: [`NONE`] and the dead end.
    pub(super) fn new(table: Table) -> Self {
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

    pub(super) fn about(&self, row: u16) -> About {
        self.about[usize::from(row)]
    }

    /// Where in `more` the row of start `which` with the programs at `more` is, or should be.
    pub(super) fn more(&self, which: usize, more: &[u32]) -> Result<usize, usize> {
        self.more.binary_search_by(|(of, known, _)| of.cmp(&which).then_with(|| known[..].cmp(more)))
    }

    pub(super) fn reindex(&mut self) {
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
    pub(super) fn matches(&self) -> std::ops::Range<usize> {
        self.key as usize..(self.key + self.matches) as usize
    }

    pub(super) fn states(&self) -> std::ops::Range<usize> {
        let first = (self.key + self.matches) as usize;
        first..first + self.states as usize
    }
}

/// Where in a table the entry of `row` stands that is at `offset` in the first row.
#[inline]
pub(super) fn place(row: u16, offset: u32) -> usize {
    usize::from(row) * LINE + offset as usize
}

/// How `row` stands in the table.
pub(super) fn entry(row: u16, about: About) -> u16 {
    if about.matches > 0 || about.ending { row | SPECIAL } else { row }
}

/// FNV-1a over words.
pub(super) fn hash(matches: &[u32], ids: &[u32]) -> u32 {
    let mix = |hash: u32, word: &u32| (hash ^ word).wrapping_mul(0x0100_0193).rotate_left(5);
    ids.iter().fold(matches.iter().fold(0x811c_9dc5, mix), mix)
}
