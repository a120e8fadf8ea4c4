//! One text, several recognisers, one list of entities.

use std::collections::VecDeque;

use super::{EntityKind, Found, Recogniser, link};
use crate::event::{Channel, Event, Span};

/// Reads one text and lists what its recognisers find.
#[derive(Debug)]
pub struct Reader {
    /// In the order in which they have their way.
    recognisers: Vec<Box<dyn Recogniser>>,
    /// What each has found that is not listed yet, in order; behind them what yields to all.
    found: Vec<VecDeque<Found>>,
    /// The first of those with findings that yield.
    yielder: usize,
    /// What one has just found.
    fresh: Vec<Found>,
    /// The text from byte `offset` on.
    text: String,
    offset: u64,
    /// No entity that is not listed begins before this byte.
    settled: u64,
}

/// An entity with its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// As it stands in the text.
    pub text: String,
    /// First byte, in UTF-8 bytes of the text.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
    /// How likely it is that just this span is one of just this kind, from 0 to 1.
    pub confidence: f32,
    /// Its value in a common form, where that differs from its text.
    pub normalized: Option<String>,
    /// The title right before a person's name that says whether it is a man's or a woman's: `mrs`.
    pub title: Option<&'static str>,
}

impl Entity {
    /// The finding that tells of it: `id` among the stream's entities, in the text of `channel` of answer `choice`.
    pub(crate) fn event(self, id: u64, choice: u32, channel: Channel) -> Event {
        let Self { kind, text, start, end, confidence, normalized, .. } = self;
        let span = Span { choice, channel, start, end };
        Event::Entity { id, kind, text, span, confidence, normalized }
    }
}

impl Reader {
    /// A reader for a new text. Where findings overlap, those of the recogniser that comes first stand.
    pub fn new(recognisers: Vec<Box<dyn Recogniser>>) -> Self {
        let found = (0..=recognisers.len()).map(|_| VecDeque::new()).collect();
        Self { recognisers, found, yielder: usize::MAX, fresh: Vec::new(), text: String::new(), offset: 0, settled: 0 }
    }

    /// Takes the next piece of the text and appends the entities that are final, in order.
    pub fn push(&mut self, text: &str, entities: &mut Vec<Entity>) {
        self.text.push_str(text);
        self.ask(&mut |recogniser, found| recogniser.push(text, found));
        let settled = self.recognisers.iter().map(|recogniser| recogniser.settled()).min();
        self.list(settled.unwrap_or(self.offset + self.text.len() as u64), entities);
    }

    /// Takes the end of the text, or of a part that nothing reaches beyond, and appends the entities that are left.
    /// What comes next counts on from here.
    pub fn finish(&mut self, entities: &mut Vec<Entity>) {
        self.ask(&mut |recogniser, found| recogniser.finish(found));
        self.list(self.offset + self.text.len() as u64, entities);
    }

    /// No further entity begins before this byte of the text.
    pub fn settled(&self) -> u64 {
        self.settled
    }

    /// Bytes of the text that are kept, since something not final may begin there.
    pub fn held_bytes(&self) -> usize {
        self.text.len()
    }

    /// Has each recogniser say what it has found.
    fn ask(&mut self, what: &mut dyn FnMut(&mut dyn Recogniser, &mut Vec<Found>)) {
        let Self { recognisers, found, yielder, fresh, .. } = self;
        let last = recognisers.len();
        for (at, recogniser) in recognisers.iter_mut().enumerate() {
            what(recogniser.as_mut(), fresh);
            for finding in fresh.drain(..) {
                if finding.yields {
                    *yielder = at.min(*yielder);
                }
                let found = &mut found[if finding.yields { last } else { at }];
                let place = found.partition_point(|other| other.start <= finding.start);
                found.insert(place, finding);
            }
        }
    }

    /// Lists the findings that end by `settled`; nothing further begins before it.
    fn list(&mut self, settled: u64, entities: &mut Vec<Entity>) {
        while let Some(at) = self.first() {
            if self.found[at][0].end > settled {
                break;
            }
            let Some(found) = self.found[at].pop_front() else { break };
            // Nothing that is left begins before it: what begins before its end overlaps it.
            let end = found.end;
            let mut others = self.found[..at].iter().enumerate();
            if others.any(|(by, others)| {
                // What yields is no less for a guess at a part of it: `m²` in `100 m²`.
                let may_hold = found.yields && by > self.yielder;
                others.iter().take_while(|other| other.start < end).any(|other| !may_hold || other.end > end)
            }) {
                continue;
            }
            entities.push(self.entity(found));
            for others in &mut self.found {
                while others.front().is_some_and(|other| other.start < end) {
                    others.pop_front();
                }
            }
        }
        let begun = self.found.iter().filter_map(VecDeque::front).map(|found| found.start);
        let keep = begun.fold(settled, u64::min);
        self.settled = keep;
        // What stands right before a name may be a title.
        let gone = (keep.saturating_sub(self.offset) as usize).saturating_sub(BEFORE);
        let gone = char_boundary(&self.text, gone);
        // Moving the rest down costs its length: not for every few bytes.
        if gone >= self.text.len() / 2 {
            self.text.drain(..gone);
            self.offset += gone as u64;
        }
    }

    /// The recogniser whose next finding begins first; of equals, the first.
    fn first(&self) -> Option<usize> {
        let next = self.found.iter().enumerate().filter_map(|(at, found)| Some((found.front()?.start, at)));
        next.min().map(|(_, at)| at)
    }

    fn entity(&self, found: Found) -> Entity {
        let Found { kind, start, end, confidence, normalized, .. } = found;
        let at = (start - self.offset) as usize;
        let text = self.text[at..(end - self.offset) as usize].to_owned();
        let title = if kind == EntityKind::PERSON { title(&self.text[..at]) } else { None };
        let normalized = normalized.or_else(|| folded(&text));
        Entity { kind, text, start, end, confidence, normalized, title }
    }
}

/// The title of a woman or a man at the end of what stands before a name, one space between.
fn title(before: &str) -> Option<&'static str> {
    let before = before.strip_suffix(' ')?;
    let tail = &before[char_boundary(before, before.len().saturating_sub(BEFORE - 1))..];
    link::sexed(tail.rsplit(|char: char| !char.is_alphanumeric() && char != '.').next()?)
}

/// The last boundary between characters at or before `at`.
fn char_boundary(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// Bytes before a name that are looked at for a title: more than any has.
const BEFORE: usize = 16;

/// `text` with each stretch of white space as one space, where that differs.
fn folded(text: &str) -> Option<String> {
    let is_plain = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    if text.bytes().all(is_plain) && !text.contains("  ") && !text.starts_with(' ') && !text.ends_with(' ') {
        return None;
    }
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (folded != text).then_some(folded)
}
