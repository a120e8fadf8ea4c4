//! One stream's run over the rules of one group: from bytes to matches, with the place before which nothing more can
//! match.
//!
//! Attempts are made one at a time, from the leftmost place where a rule may start: an attempt runs until nothing
//! that starts there can match any more, then what it met is judged, then the next place has its turn, over text that is
//! at hand already. So matches come in the order of their starts, the longest first from each, and the start of the
//! attempt in progress is the release point, exactly. In ordinary text an attempt ends with the word that it began at.

use super::before::Before;
use super::dfa::{Cursor, Pause, Runner, Shared};
use super::group::{Group, Starts};
use super::screen::Skimmed;
use super::set::Entry;

/// A match of a rule, in bytes of the text that the rule reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) rule: u16,
    pub(super) start: u64,
    pub(super) end: u64,
    /// How far the text had been read when this was known.
    pub(super) known: u64,
}

/// Text at hand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    /// Where `bytes` begin.
    pub(super) base: u64,
    pub(super) bytes: &'a [u8],
    /// Nothing follows.
    pub(super) is_whole: bool,
}

/// The state of one stream in one group.
#[derive(Debug)]
pub(super) struct Lane {
    rows: Shared,
    before: Option<Before>,
    /// Where the attempt in progress began, or the next place to try.
    start: u64,
    /// How far the attempt in progress has read.
    at: u64,
    cursor: Cursor,
    /// What the attempt in progress has met: rule and end. Only the latest for a rule without checks, or that goes by
    /// the longest.
    met: Vec<(u16, u64)>,
    /// Matches that reach beyond `start`: their rules may not match again before they end.
    taken: Vec<(u16, u64)>,
    /// How far the text was ever read.
    frontier: u64,
}

/// What of a lane can read ahead.
pub(super) struct Ahead<'a> {
    /// The first place to try, or where the attempt in progress began.
    pub(super) start: u64,
    pub(super) before: Option<&'a mut Before>,
}

impl Lane {
    pub(super) fn new(group: &Group, channel: usize) -> Self {
        Self {
            rows: group.dfa.rows(channel),
            before: group.before.as_ref().map(|dfa| Before::new(dfa, channel)),
            start: 0,
            at: 0,
            cursor: Cursor::default(),
            met: Vec::new(),
            taken: Vec::new(),
            frontier: 0,
        }
    }

    /// The first byte that a later match may cover.
    pub(super) fn release(&self) -> u64 {
        self.start
    }

    /// The first byte of text that must stay at hand, but for what checks look back at.
    pub(super) fn needs(&self) -> u64 {
        self.before.as_ref().map_or(self.start, |before| before.needs().min(self.start))
    }

    /// What of it can read ahead.
    pub(super) fn ahead(&mut self) -> Ahead<'_> {
        Ahead { start: self.start, before: self.before.as_mut() }
    }

    /// Reads what is new in `text`, where `skimmed` says where to look, if it is known. Appends what is found.
    pub(super) fn run(
        &mut self,
        group: &Group,
        rules: &[Entry],
        text: Text<'_>,
        channel: usize,
        mut skimmed: Option<Skimmed>,
        found: &mut Vec<Found>,
    ) {
        if let (Some(before), Some(of)) = (&mut self.before, &group.before) {
            before.run(group, of, text, channel);
        }
        if self.cursor.is_none() {
            // Between attempts rows can be exchanged, should there be no room left in them.
            group.dfa.renew(&mut self.rows);
        }
        let Self { rows, before, start, at, cursor, met, taken, frontier } = self;
        let mut runner = Runner::new(&group.dfa, rows);
        let length = text.bytes.len();
        let mut from = (*start - text.base) as usize;
        let mut read = (*at - text.base) as usize;
        // Places before this one are tried.
        let mut woken = from;
        loop {
            if cursor.is_none() {
                let next = before.as_ref().map_or(length, |before| before.next_end(text.base, length));
                if let Some(skimmed) = skimmed.as_mut().filter(|_| from >= woken) {
                    let (quiet, at) = skimmed.from(from, length);
                    (from, woken) = if next < quiet { (next, next + 1) } else { (quiet, at) };
                }
                let to = next.min(if skimmed.is_some() { woken } else { length });
                from = group.starts.next(channel, text, from, to);
                if from == length {
                    break;
                }
                if from == to && from != next {
                    continue;
                }
                let context = Starts::context(text, from);
                match before {
                    Some(before) if from == next => {
                        let more = before.take(text.base + from as u64, &group.behind);
                        *cursor = runner.begin(channel * Starts::CONTEXTS + context, &more);
                    }
                    _ => *cursor = runner.begin(channel * Starts::CONTEXTS + context, &[]),
                }
                read = from;
            }
            let mut over = false;
            // Only a run that is longer than some rule's matches need be asked at every byte whether it goes on.
            let to = if read - from < group.sure_length {
                length.min(from + group.sure_length)
            } else {
                length.min(read + 1)
            };
            match runner.advance(cursor, text.bytes, &mut read, to) {
                Pause::Dead => over = true,
                Pause::Read => {}
                Pause::Notable => {
                    meet(runner.matches(cursor), from, read - 1, text.base, rules, met);
                    if runner.is_over(cursor) {
                        runner.finish(cursor);
                        meet(runner.matches(cursor), from, read, text.base, rules, met);
                        over = true;
                    }
                }
            }
            if !over && read - from >= group.sure_length && runner.limit(cursor) < read - from {
                over = true;
            }
            if !over && read == length {
                if !text.is_whole {
                    break;
                }
                runner.finish(cursor);
                meet(runner.matches(cursor), from, read, text.base, rules, met);
                over = true;
            }
            if over {
                *frontier = (*frontier).max(text.base + read as u64);
                if !met.is_empty() {
                    judge(met, taken, rules, text, from, *frontier, found);
                }
                *cursor = Cursor::default();
                from += 1;
            }
        }
        *start = text.base + from as u64;
        *at = if cursor.is_none() { *start } else { text.base + read as u64 };
    }
}

/// Notes candidates from `from` that the automaton confirmed when it had read up to `read` in the text at hand.
fn meet(matches: &[u32], from: usize, read: usize, base: u64, rules: &[Entry], met: &mut Vec<(u16, u64)>) {
    for entry in matches {
        let (rule, back) = ((entry >> 8) as u16, (entry & 0xff) as usize);
        let about = &rules[usize::from(rule)];
        if read - back - from > about.max_length {
            continue;
        }
        let end = base + (read - back) as u64;
        match met.iter_mut().find(|(known, _)| *known == rule && (!about.judged || about.longest)) {
            Some((_, longest)) => *longest = (*longest).max(end),
            None => met.push((rule, end)),
        }
    }
}

/// Of what an attempt from `from` met, takes the longest candidate of each rule that passes.
fn judge(
    met: &mut Vec<(u16, u64)>,
    taken: &mut Vec<(u16, u64)>,
    rules: &[Entry],
    text: Text<'_>,
    from: usize,
    known: u64,
    found: &mut Vec<Found>,
) {
    let start = text.base + from as u64;
    taken.retain(|(_, end)| *end > start);
    met.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    for &(rule, end) in &*met {
        if taken.iter().any(|(known, _)| *known == rule) {
            continue;
        }
        let about = &rules[usize::from(rule)];
        let to = (end - text.base) as usize;
        if !about.judged || about.checks.pass(text.bytes, from, to) {
            found.push(Found { rule, start, end, known });
            taken.push((rule, end));
        }
    }
    met.clear();
}
