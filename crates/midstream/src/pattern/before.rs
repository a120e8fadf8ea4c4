//! Where rules with a `before` may start: behind what that matches.
//!
//! Nothing is held for a `before`: it is not part of the match. So one automaton reads on through the text, in which a
//! run begins at every byte, and says where runs end. It does not know where they began; whether one of them is within the
//! bound is asked, where it may not be, by reading that much of the text once more.

use std::collections::VecDeque;

use super::chain::Chain;
use super::dfa::{Cursor, Dfa, Pause, Runner, Shared};
use super::group::{Behind, Group, Starts};
use super::lane::Text;
use super::rule::MAX_BEFORE;

/// The state of one stream.
#[derive(Debug)]
pub(super) struct Before {
    rows: Shared,
    cursor: Cursor,
    /// How far the text is read.
    at: u64,
    /// How far the text was searched for what patterns begin with, if that is further.
    searched: u64,
    /// A place where no run was alive that had begun before it; not always the latest.
    quiet: u64,
    /// Places where a rule may start, with the rule; sorted.
    ends: VecDeque<(u64, u16)>,
}

impl Before {
    pub(super) fn new(of: &Dfa, channel: usize) -> Self {
        Self { rows: of.rows(channel), cursor: Cursor::default(), at: 0, searched: 0, quiet: 0, ends: VecDeque::new() }
    }

    /// The first byte of text that must stay at hand.
    pub(super) fn needs(&self) -> u64 {
        self.at.saturating_sub(MAX_BEFORE as u64)
    }

    /// The first place in the text at hand, of which `length` bytes begin at `base`, where a rule may start; `length` if
    /// there is none.
    pub(super) fn next_end(&self, base: u64, length: usize) -> usize {
        self.ends.front().map_or(length, |(end, _)| ((end - base) as usize).min(length))
    }

    /// Takes the rules that may start at `place`: their first states, from `behind`.
    pub(super) fn take(&mut self, place: u64, behind: &[Behind]) -> Vec<u32> {
        let count = self.ends.iter().take_while(|(end, _)| *end == place).count();
        self.ends.drain(..count).map(|(_, rule)| Behind::of(behind, rule).state).collect()
    }

    /// Reads what is new in `text`.
    pub(super) fn run(&mut self, group: &Group, of: &Dfa, text: Text<'_>, channel: usize) {
        let Self { rows, cursor, at, searched, quiet, ends } = self;
        let mut runner = Runner::new(of, rows);
        let length = text.bytes.len();
        let mut read = (*at - text.base) as usize;
        while read < length {
            let mut to = length;
            if !group.is_dense {
                // What ends where no pattern begins is of no use, and what ends there began at most so many bytes before.
                let from = read.max((*searched).saturating_sub(text.base) as usize);
                let next = group.first_behind.find(&text.bytes[from..]).map_or(length, |skip| from + skip);
                *searched = text.base + next as u64;
                if next - read > group.reach {
                    read = next - group.reach;
                    *cursor = Cursor::default();
                }
                if next == length {
                    break;
                }
                to = next + 1;
            }
            if cursor.is_none() {
                *cursor = runner.begin(channel * Starts::CONTEXTS + Starts::context(text, read), &[]);
                *quiet = text.base + read as u64;
            }
            if runner.advance(cursor, text.bytes, &mut read, to) == Pause::Notable {
                let matches = runner.matches(cursor).to_vec();
                end(group, &mut runner, &matches, text, (*quiet, read - 1), channel, ends);
            }
        }
        *at = (*at).max(text.base + read as u64);
    }

    /// What reads what is new in `text` in step with others; `None` where there is no row to go on from.
    pub(super) fn ahead<'a>(
        &'a mut self,
        group: &'a Group,
        of: &'a Dfa,
        text: Text<'a>,
        channel: usize,
    ) -> Option<(Chain<'a>, Ahead<'a>)> {
        let Self { rows, cursor, at, quiet, ends, .. } = self;
        let mut runner = Runner::new(of, rows);
        let read = (*at - text.base) as usize;
        if cursor.is_none() {
            *cursor = runner.begin(channel * Starts::CONTEXTS + Starts::context(text, read), &[]);
            *quiet = *at;
        }
        let begun = runner.shared.rows.begun;
        let chain = Chain::resume(runner, cursor, begun, text.bytes, read)?;
        Some((chain, Ahead { group, text, channel, cursor, at, quiet, ends }))
    }
}

/// Where a [`Before`] takes down what its [`Chain`] finds.
pub(super) struct Ahead<'a> {
    group: &'a Group,
    text: Text<'a>,
    channel: usize,
    cursor: &'a mut Cursor,
    at: &'a mut u64,
    quiet: &'a mut u64,
    ends: &'a mut VecDeque<(u64, u16)>,
}

impl Ahead<'_> {
    /// Something matched.
    pub(super) fn note(&mut self, chain: &mut Chain<'_>) {
        self.keep_quiet(chain);
        let matches = chain.runner.matches(&chain.cursor()).to_vec();
        end(self.group, &mut chain.runner, &matches, self.text, (*self.quiet, chain.at - 1), self.channel, self.ends);
    }

    fn keep_quiet(&mut self, chain: &Chain<'_>) {
        *self.quiet = (*self.quiet).max(self.text.base + chain.quiet as u64);
    }

    /// Goes no further with `chain`.
    pub(super) fn rest(mut self, chain: &Chain<'_>) {
        self.keep_quiet(chain);
        *self.cursor = chain.cursor();
        *self.at = self.text.base + chain.at as u64;
    }
}

/// Notes that the rules of `matches` may start at `place`, if what is before them is not too long for that. Where all
/// of them leave their start, nothing that is alive began before `quiet`.
fn end(
    group: &Group,
    runner: &mut Runner<'_>,
    matches: &[u32],
    text: Text<'_>,
    (quiet, place): (u64, usize),
    channel: usize,
    ends: &mut VecDeque<(u64, u16)>,
) {
    let end = text.base + place as u64;
    let rule = |found: &u32| (end, (found >> 8) as u16);
    let leaves_start = |found: &u32| Behind::of(&group.behind, (found >> 8) as u16).leaves_start;
    let is_near = end - quiet <= MAX_BEFORE as u64 && matches.iter().all(leaves_start);
    if end <= MAX_BEFORE as u64 || is_near {
        return ends.extend(matches.iter().map(rule));
    }
    // The same from as far back as a `before` may begin. (What must be at hand for it is: see `needs`.)
    let mut from = place - MAX_BEFORE;
    let mut again = runner.begin(channel * Starts::CONTEXTS + Starts::context(text, from), &[]);
    while from <= place && runner.advance(&mut again, text.bytes, &mut from, place + 1) == Pause::Notable {}
    ends.extend(runner.matches(&again).iter().map(rule));
}

#[cfg(all(test, feature = "rules"))]
mod tests {
    use super::super::{Kind, Pack, Rules};

    #[test]
    fn what_began_too_far_back_is_nothing_to_stand_behind() {
        let rule = |id: &str, before: &str| {
            format!(
                "[[rule]]\nid = '{id}'\nkind = 'X'\nbefore = '{before}'\npattern = '[a-z]{{4}}'\nboundary = 'word'\n"
            )
        };
        // A run of the first that has read something may stand where it began.
        let pack =
            format!("name = 'p'\nversion = '1'\n{}{}", rule("loop", "(?:ab)*c:"), rule("word", "k[a-z]{0,400}="));
        let rules = Rules::compile(&[Pack::parse(&pack).unwrap()]).unwrap();
        let found = |text: &str, size: usize| {
            let (mut redactor, mut out) = (rules.redactor(Kind::Text), String::new());
            for piece in text.as_bytes().chunks(size) {
                redactor.push(std::str::from_utf8(piece).unwrap(), &mut out);
            }
            redactor.finish(&mut out);
            redactor.matches().count()
        };
        for (text, count) in [
            (format!("so {}c:word then", "ab".repeat(120)), 1),
            (format!("so {}c:word then", "ab".repeat(150)), 0),
            (format!("so k{}=word then", "z".repeat(200)), 1),
            (format!("so k{}=word then", "z".repeat(300)), 0),
        ] {
            let text = format!("{}{text}", "It is as it was. ".repeat(40));
            for size in [1, 50, 700, 100_000] {
                assert_eq!(found(&text, size), count, "{} bytes, {size} at once", text.len());
            }
        }
    }
}
