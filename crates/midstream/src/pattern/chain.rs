//! Automata that read in step.

use std::sync::atomic::{AtomicU16, Ordering};

use super::dfa::{Cursor, Runner};
use super::rows::{NONE, Rows, SPECIAL, UNKNOWN, place};

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

    /// Goes on where a run stands that has read up to `at`; `None` where that has no row. Rows before `begun` are those that
    /// runs begin with.
    pub(super) fn resume(runner: Runner<'a>, cursor: &Cursor, begun: u16, text: &'a [u8], at: usize) -> Option<Self> {
        (cursor.row != NONE).then_some(Self { runner, text, at, row: cursor.row, begun, quiet: 0 })
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
        // Called by way of a table, each stays a function of its own: in a large one there are no registers left for it, least
        // of all in WASM.
        let in_step: [fn(&mut [Self]); 5] =
            [Self::in_step::<1>, Self::in_step::<2>, Self::in_step::<3>, Self::in_step::<4>, Self::in_step::<5>];
        if let Some(last) = chains.len().min(in_step.len()).checked_sub(1) {
            in_step[last](chains);
        }
    }

    /// The most chains that [`Chain::read`] reads at once: it leaves those behind them where they are.
    pub(super) const MOST: usize = 5;

    #[inline(never)]
    fn in_step<const N: usize>(chains: &mut [Self]) {
        let (chains, _) = chains.split_first_chunk_mut::<N>().expect("there are so many");
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
        for (chain, (row, quiet)) in chains.iter_mut().zip(row.into_iter().zip(quiet)) {
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
