//! One text under all rules: keeps what they still need of it, and says up to where it is decided.

use std::sync::Arc;

use super::dfa::Shared;
use super::group::{Claim, Group};
use super::lane::{Found, Lane, Text};
use super::redactor::Signed;
use super::screen::{self, Skimmed};
use super::set::Rules;
use super::view::View;

/// Reads one text in pieces.
#[derive(Debug)]
pub(super) struct Scanner {
    rules: Rules,
    channel: usize,
    lanes: Vec<Lane>,
    /// Rows of the screens.
    screens: [Shared; 2],
    /// The text from `base` on.
    base: u64,
    text: String,
    /// The same as a reader takes it, where rules read that.
    view: Option<Box<View>>,
    is_whole: bool,
    unaltered: Option<Signed>,
}

impl Scanner {
    pub(super) fn new(rules: Rules, channel: usize) -> Self {
        let lanes = rules.0.groups.iter().map(|group| Lane::new(group, channel)).collect();
        let view = rules.0.groups.iter().any(|group| group.normalise).then(Box::default);
        let screens = rules.0.screens.each_ref().map(|screen| screen.rows(channel));
        Self { rules, channel, lanes, screens, base: 0, text: String::new(), view, is_whole: false, unaltered: None }
    }

    /// Has what would cover text end the stream, or claim nothing.
    pub(super) fn leave_unaltered(&mut self, instead: Signed) {
        self.unaltered = Some(instead);
    }

    /// Reads more of the text. Appends what is found, ordered by when it was known, then by place; of matches that end
    /// the stream only the first, and nothing that was known later.
    pub(super) fn push(&mut self, text: &str, found: &mut Vec<Found>) {
        self.text.push_str(text);
        if let Some(view) = &mut self.view {
            view.push(text, false);
        }
        self.run(text.len(), found);
    }

    /// Takes the end of the text: all is decided now.
    pub(super) fn finish(&mut self, found: &mut Vec<Found>) {
        self.is_whole = true;
        if let Some(view) = &mut self.view {
            view.push("", true);
        }
        self.run(0, found);
    }

    /// Reads what came, of which `new` bytes were pushed.
    fn run(&mut self, new: usize, found: &mut Vec<Found>) {
        let set = Arc::clone(&self.rules.0);
        let first = found.len();
        let mut end = self.text.len();
        let mut is_whole = self.is_whole;
        let mut skimmed = if new >= SKIMMED { self.skim() } else { Vec::new() }.into_iter();
        for (group, lane) in set.groups.iter().zip(&mut self.lanes) {
            let view = self.view.as_deref().filter(|_| group.normalise);
            let text = match view {
                Some(view) => view.text(self.base + end as u64, is_whole),
                None => Text { base: self.base, bytes: &self.text.as_bytes()[..end], is_whole },
            };
            let had = found.len();
            // What was skimmed is of the whole text.
            let skimmed = skimmed.next().filter(|_| end == self.text.len());
            lane.run(group, &set.rules, text, self.channel, skimmed, found);
            if let Some(view) = view {
                found[had..].iter_mut().for_each(|found| view.translate(found));
            }
            if claim(group, self.unaltered) == Claim::Stops && found.len() > had {
                // The stream ends where the first of them was known: nothing that comes later is read, and what began
                // before is judged by what there is.
                let known = found[first..].iter().map(|found| found.known).min().expect("there is one");
                end = end.min((known - self.base) as usize);
                is_whole = true;
            }
        }
        let end = self.base + end as u64;
        let mut kept = first;
        for at in first..found.len() {
            if found[at].known <= end {
                found.swap(kept, at);
                kept += 1;
            }
        }
        found.truncate(kept);
        found[first..].sort_unstable_by_key(|found| (found.known, found.start, found.rule));
    }

    /// What the screens say of the text at hand, for each lane.
    fn skim(&mut self) -> Vec<Skimmed> {
        let plain = Text { base: self.base, bytes: self.text.as_bytes(), is_whole: self.is_whole };
        let end = self.base + self.text.len() as u64;
        let normal = self.view.as_deref().map_or(plain, |view| view.text(end, self.is_whole));
        let lanes = self.rules.0.groups.iter().zip(&mut self.lanes);
        let lanes = lanes.map(|(group, lane)| (group, lane, if group.normalise { normal } else { plain }));
        screen::skim(lanes, self.rules.0.screens.iter().zip(&mut self.screens), self.channel)
    }

    /// The first byte that a match that is not known yet may cover.
    pub(super) fn release(&self) -> u64 {
        let lanes = self.rules.0.groups.iter().zip(&self.lanes);
        let holding = lanes.filter(|(group, _)| claim(group, self.unaltered) != Claim::None);
        let place = |(group, lane): (&Group, &Lane)| match self.view.as_deref().filter(|_| group.normalise) {
            Some(view) => view.original(lane.release()),
            None => lane.release(),
        };
        holding.map(place).min().unwrap_or(self.base + self.text.len() as u64)
    }

    /// The text from `start` to `end`, between characters, which must not have been let go.
    pub(super) fn text(&self, start: u64, end: u64) -> &str {
        &self.text[(start - self.base) as usize..(end - self.base) as usize]
    }

    /// Lets text go: nobody asks for what is before `keep`.
    pub(super) fn let_go(&mut self, keep: u64) {
        let look_back = self.rules.0.look_back as u64;
        let lanes = || self.rules.0.groups.iter().zip(&self.lanes);
        if let Some(view) = &mut self.view {
            let needed = lanes().filter(|(group, _)| group.normalise).map(|(_, lane)| lane.needs()).min();
            view.let_go(needed.unwrap_or(u64::MAX).saturating_sub(look_back));
        }
        let needed = lanes().filter(|(group, _)| !group.normalise).map(|(_, lane)| lane.needs()).fold(keep, u64::min);
        let free = needed.saturating_sub(look_back).saturating_sub(self.base) as usize;
        // Moving text costs as much as is kept: it is done when that is not many times what goes.
        if free > (self.text.len() - free) / 4 && free > SLACK {
            let between = (0..=free).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
            self.text.drain(..between);
            self.base += between as u64;
        }
    }

    /// The first byte at hand.
    pub(super) fn base(&self) -> u64 {
        self.base
    }

    /// One past the last byte read.
    pub(super) fn end(&self) -> u64 {
        self.base + self.text.len() as u64
    }
}

/// What the group's matches do to the text.
fn claim(group: &Group, unaltered: Option<Signed>) -> Claim {
    match (group.claim, unaltered) {
        (Claim::Covers, Some(Signed::Stop)) => Claim::Stops,
        (Claim::Covers, Some(Signed::Report)) => Claim::None,
        (claim, _) => claim,
    }
}

/// Bytes that are kept rather than moved for.
const SLACK: usize = 256;
/// Less new text than this is tried place by place, in bytes.
const SKIMMED: usize = 64;
