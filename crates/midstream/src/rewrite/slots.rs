//! Where in a frame's payload the words of a delta stand.

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

/// The places of each of `words`, a text and where it was borrowed from: there, and wherever else the frame says the
/// same. `strings` are the payload's. Empty for a text that stands nowhere as it is.
pub(super) fn places(words: &[(&str, Option<Range<usize>>)], strings: &[Found<'_>]) -> Vec<Vec<Slot>> {
    let mut taken = vec![false; strings.len()];
    let mut places: Vec<Vec<Slot>> = Vec::with_capacity(words.len());
    for (_, at) in words {
        places.push(at.iter().map(|at| own(at.clone(), strings, &mut taken)).collect());
    }
    for (text, places) in words.iter().map(|(text, _)| *text).zip(&mut places).filter(|(_, places)| places.is_empty()) {
        places.extend(take(text, strings, &mut taken).map(|at| Slot { at, quoted: true }));
    }
    for (string, _) in strings.iter().zip(&taken).filter(|(string, taken)| !**taken && string.content) {
        if let Some(twin) = words.iter().rposition(|(text, _)| *text == string.value) {
            places[twin].push(Slot { at: string.at.clone(), quoted: true });
        }
    }
    places
}

/// The place from which a text was borrowed.
fn own(at: Range<usize>, strings: &[Found<'_>], taken: &mut [bool]) -> Slot {
    let holder = strings.iter().position(|string| string.at.start <= at.start && at.end <= string.at.end);
    if let Some(holder) = holder {
        taken[holder] = true;
    }
    Slot { at, quoted: holder.is_some() }
}

/// The first string that says `text` and was not taken.
fn take(text: &str, strings: &[Found<'_>], taken: &mut [bool]) -> Option<Range<usize>> {
    let at = strings.iter().zip(&*taken).position(|(string, taken)| !taken && string.value == text)?;
    taken[at] = true;
    Some(strings[at].at.clone())
}

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
