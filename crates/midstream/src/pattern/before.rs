//! Where rules with a `before` may start: behind what that matches.
//!
//! Nothing is held for a `before`: it is not part of the match. So its runs go on side by side, all of them up to the
//! newest byte. Of two runs in the same state the later one does, since it is the last to grow too long.

use super::dfa::{Cursor, Pause, Runner, Shared};
use super::group::{BeforeGroup, Starts};
use super::lane::Text;
use super::rule::MAX_BEFORE;

/// The state of one stream.
#[derive(Debug)]
pub(super) struct Before {
    rows: Shared,
    /// Runs, each with its start, in the order of their starts.
    runs: Vec<(u64, Cursor)>,
    /// How far the text is read.
    at: u64,
    /// Places where a rule may start, with the rule; sorted.
    ends: Vec<(u64, u16)>,
}

impl Before {
    pub(super) fn new(of: &BeforeGroup) -> Self {
        Self { rows: of.dfa.rows(), runs: Vec::new(), at: 0, ends: Vec::new() }
    }

    /// The first byte of text that must stay at hand.
    pub(super) fn needs(&self) -> u64 {
        self.at
    }

    /// The first place in the text at hand, of which `length` bytes begin at `base`, where a rule may start; `length` if
    /// there is none.
    pub(super) fn next_end(&self, base: u64, length: usize) -> usize {
        self.ends.first().map_or(length, |(end, _)| ((end - base) as usize).min(length))
    }

    /// Takes the rules that may start at `place`: their first states, from `first_states`.
    pub(super) fn take(&mut self, place: u64, first_states: &[(u16, u32)]) -> Vec<u32> {
        let count = self.ends.iter().take_while(|(end, _)| *end == place).count();
        let state = |rule: u16| first_states.iter().find(|(of, _)| *of == rule).map(|(_, state)| *state);
        self.ends.drain(..count).filter_map(|(_, rule)| state(rule)).collect()
    }

    /// Reads what is new in `text`.
    pub(super) fn run(&mut self, of: &BeforeGroup, text: Text<'_>, channel: usize) {
        if self.runs.is_empty() {
            of.dfa.renew(&mut self.rows);
        }
        let Self { rows, runs, at, ends } = self;
        let mut runner = Runner::new(&of.dfa, rows);
        let length = text.bytes.len();
        let mut place = (*at - text.base) as usize;
        while place < length {
            if runs.is_empty() {
                place = of.starts.next(channel, text, place, length);
                if place == length {
                    break;
                }
            }
            if of.starts.next(channel, text, place, place + 1) == place {
                let context = Starts::context(text, place);
                runs.push((text.base + place as u64, runner.begin(channel * Starts::CONTEXTS + context, &[])));
            }
            let mut kept = 0;
            for index in 0..runs.len() {
                let (start, mut cursor) = std::mem::take(&mut runs[index]);
                let length = (text.base + place as u64 - start) as usize;
                let mut read = place;
                let pause = runner.advance(&mut cursor, text.bytes, &mut read, place + 1);
                let mut over = pause == Pause::Dead || runner.limit(&cursor) < length;
                if pause == Pause::Notable {
                    end(runner.matches(&cursor), length, text.base + place as u64, ends);
                    if runner.is_over(&cursor) {
                        runner.finish(&mut cursor);
                        end(runner.matches(&cursor), length + 1, text.base + place as u64 + 1, ends);
                        over = true;
                    }
                }
                if !over {
                    // A later run in the same state stands for this one.
                    match runs[..kept].iter().position(|(_, other)| *other == cursor) {
                        Some(same) => runs[same].0 = start,
                        None => {
                            runs[kept] = (start, cursor);
                            kept += 1;
                        }
                    }
                }
            }
            runs.truncate(kept);
            place += 1;
        }
        *at = text.base + length as u64;
    }
}

/// Notes that rules may start at `place`, behind a `before` of `length` bytes.
fn end(matches: &[u32], length: usize, place: u64, ends: &mut Vec<(u64, u16)>) {
    if length > MAX_BEFORE {
        return;
    }
    for entry in matches {
        let rule = (entry >> 8) as u16;
        if let Err(at) = ends.binary_search(&(place, rule)) {
            ends.insert(at, (place, rule));
        }
    }
}
