//! Where in a frame's payload the words of a delta stand.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use super::strings::Found;
use crate::json::escape;

/// A place in a payload whose contents are words of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) at: Range<usize>,
    /// It is (part of) the contents of a JSON string; else it is a JSON value or plain text.
    pub(super) quoted: bool,
}

impl Slot {
    /// `text` as it is to be written here.
    pub(super) fn encode(&self, text: &str) -> String {
        if !self.quoted {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        escape(text, &mut out);
        out
    }
}

/// Where `text` stands in `payload`, if it was borrowed from there.
pub(super) fn borrowed(text: &str, payload: &str) -> Option<Range<usize>> {
    let start = (text.as_ptr() as usize).checked_sub(payload.as_ptr() as usize)?;
    (start + text.len() <= payload.len()).then_some(start..start + text.len())
}

/// Places in a text, to be asked for one among many.
#[derive(Debug, Default)]
pub(super) struct Spans {
    /// In order, each with the furthest end of those up to it.
    spans: Vec<(usize, usize)>,
}

impl Spans {
    pub(super) fn new<'r>(spans: impl Iterator<Item = &'r Range<usize>>) -> Self {
        let mut spans: Vec<_> = spans.map(|span| (span.start, span.end)).collect();
        spans.sort_unstable();
        let mut furthest = 0;
        for (_, end) in &mut spans {
            furthest = furthest.max(*end);
            *end = furthest;
        }
        Self { spans }
    }

    /// Whether `part` lies within one of them, of which none overlaps another without lying in it.
    pub(super) fn hold(&self, part: &Range<usize>) -> bool {
        self.furthest(part.start + 1) >= part.end.max(1)
    }

    /// Whether one of them has a byte of `part`.
    pub(super) fn meet(&self, part: &Range<usize>) -> bool {
        self.furthest(part.end) > part.start
    }

    /// The furthest end of those that start before `place`.
    fn furthest(&self, place: usize) -> usize {
        let before = self.spans.partition_point(|(start, _)| *start < place);
        before.checked_sub(1).map_or(0, |last| self.spans[last].1)
    }
}

/// The places of each of `words`, a text and where it was borrowed from: there, and wherever else the frame says the
/// same. `strings` are the payload's, in order. Empty for a text that stands nowhere as it is.
pub(super) fn places(words: &[(&str, Option<Range<usize>>)], strings: &[Found<'_>]) -> Vec<Vec<Slot>> {
    let mut taken = vec![false; strings.len()];
    let mut places: Vec<Vec<Slot>> = Vec::with_capacity(words.len());
    for (_, at) in words {
        places.push(at.iter().map(|at| own(at.clone(), strings, &mut taken)).collect());
    }
    if places.iter().any(Vec::is_empty) {
        let mut free: HashMap<&str, VecDeque<usize>> = HashMap::new();
        for (at, string) in strings.iter().enumerate().filter(|(at, _)| !taken[*at]) {
            free.entry(string.value).or_default().push_back(at);
        }
        for ((text, _), places) in words.iter().zip(&mut places).filter(|(_, places)| places.is_empty()) {
            if let Some(at) = free.get_mut(text).and_then(VecDeque::pop_front) {
                taken[at] = true;
                places.push(Slot { at: strings[at].at.clone(), quoted: true });
            }
        }
    }
    // Of words that are said twice, the later ones have what says the same besides.
    let twins: HashMap<&str, usize> = match words.len() {
        0..=FEW => HashMap::new(),
        _ => words.iter().enumerate().map(|(at, (text, _))| (*text, at)).collect(),
    };
    let twin = |value: &str| match words.len() {
        0..=FEW => words.iter().rposition(|(text, _)| *text == value),
        _ => twins.get(value).copied(),
    };
    for (string, _) in strings.iter().zip(&taken).filter(|(string, taken)| !**taken && string.content) {
        if let Some(twin) = twin(string.value) {
            places[twin].push(Slot { at: string.at.clone(), quoted: true });
        }
    }
    places
}

/// The place from which a text was borrowed.
fn own(at: Range<usize>, strings: &[Found<'_>], taken: &mut [bool]) -> Slot {
    let before = strings.partition_point(|string| string.at.start <= at.start);
    let holder = before.checked_sub(1).filter(|holder| at.end <= strings[*holder].at.end);
    if let Some(holder) = holder {
        taken[holder] = true;
    }
    Slot { at, quoted: holder.is_some() }
}

/// So many texts are sooner looked through than sorted.
const FEW: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Strings;
    use crate::rewrite::strings::strings;

    #[test]
    fn words_are_placed_where_they_were_borrowed_and_wherever_they_are_said_again() {
        let payload = r#"{"a":"x","b":"x","c":"l\n","d":"x","type":"x"}"#;
        let kept = Strings::default();
        let strings = strings(payload, &kept).unwrap().strings;
        let at = |part: &str| payload.find(part).unwrap() + 5;
        let (a, b, c, d) = (at("\"a"), at("\"b"), at("\"c"), at("\"d"));
        let words = [("x", Some(a..a + 1)), ("x", Some(b..b + 1)), ("l\n", None), ("nowhere", None)];
        let starts: Vec<Vec<_>> =
            places(&words, &strings).iter().map(|slots| slots.iter().map(|slot| slot.at.start).collect()).collect();
        assert_eq!(starts, [vec![a], vec![b, d], vec![c], vec![]]);
    }

    #[test]
    fn a_value_that_is_no_string_is_not_quoted() {
        let payload = r#"{"input":{"q":"x"}}"#;
        let value = borrowed(&payload[9..18], payload).unwrap();
        let places = places(&[("", Some(value))], &strings(payload, &Strings::default()).unwrap().strings);
        assert_eq!(places, [[Slot { at: 9..18, quoted: false }]]);
    }
}
