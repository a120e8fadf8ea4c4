//! Answers that come whole.

use super::edit::{Edit, apply};
use super::open::SIGNED;
use super::slots::{Slot, Spans};
use super::steps::Kind;
use super::strings::{Strings, strings};
use super::{Filter, Filters};
use crate::json;
use crate::pattern::Match;
use crate::wire::Framing;

/// A whole answer, one JSON value or plain text, with its words filtered; `None` where that changes nothing.
///
/// # Errors
/// Why nothing of it may be shown.
pub fn body(filters: &dyn Filters, text: &str) -> Result<Option<String>, String> {
    body_with_findings(filters, text, &mut Seen::default())
}

/// What was seen in an answer that came whole.
#[derive(Debug, Default)]
pub struct Seen {
    /// What rules found.
    pub matches: Vec<Match>,
    /// How many pieces of audio passed, which no filter could read.
    pub audio: usize,
}

/// [`body`], with what was seen in it.
///
/// # Errors
/// Why nothing of it may be shown.
pub fn body_with_findings(filters: &dyn Filters, text: &str, seen: &mut Seen) -> Result<Option<String>, String> {
    let is_json = is_json(text);
    let kept = json::Strings::default();
    let found = if is_json { strings(text, &kept).map_err(|error| error.to_string())? } else { Strings::default() };
    if found.audio > 0 && !filters.passes_audio() {
        return Err(AUDIO.to_owned());
    }
    seen.audio += found.audio;
    found.labels().try_for_each(|(name, label)| says_nothing(filters, name, label))?;
    let mut edits = Vec::new();
    others(filters, text, &found, &mut edits, &mut seen.matches)?;
    let signed = Spans::new(found.signed.iter());
    let is_signed = |edit: &Edit| edit.slots.iter().any(|slot| signed.hold(&slot.at));
    edits.iter().filter(|edit| is_signed(edit)).try_for_each(|edit| leaves_signed(filters, &edit.was))?;
    edits.retain(|edit| !is_signed(edit));
    Ok((!edits.is_empty()).then(|| apply(text, &edits)))
}

/// Filters the strings of `payload` in which `edits` has no words of a channel, each as a text of its own, and blanks
/// what says the words again token by token, where a value split over tokens could not be found.
pub(super) fn others(
    filters: &dyn Filters,
    payload: &str,
    found: &Strings<'_>,
    edits: &mut Vec<Edit>,
    matches: &mut Vec<Match>,
) -> Result<(), String> {
    let channels = Spans::new(edits.iter().flat_map(|edit| &edit.slots).map(|slot| &slot.at));
    let mut inputs = Vec::new();
    for input in &found.inputs {
        if channels.meet(input) {
            continue;
        }
        inputs.push(input);
        let slot = Slot { at: input.clone(), quoted: false };
        edits.extend(whole(filters, Kind::ToolInput, &payload[input.clone()], slot, matches)?);
    }
    for string in found.strings.iter().filter(|string| string.content && string.value.len() >= SHORTEST) {
        let input = inputs.partition_point(|input| input.start <= string.at.start).checked_sub(1);
        if input.is_some_and(|input| string.at.end <= inputs[input].end) {
            continue;
        }
        // Not where a channel has a part of it only: a whole text of which the end is new is filtered as a whole.
        if channels.hold(&string.at) {
            continue;
        }
        let kind = if is_json(string.value) { Kind::ToolInput } else { Kind::Other };
        let slot = Slot { at: string.at.clone(), quoted: true };
        edits.extend(whole(filters, kind, string.value, slot, matches)?);
    }
    if found.strings.is_empty() && !is_json(payload) && payload.trim_ascii() != DONE {
        let edit = whole(filters, Kind::Other, payload, Slot { at: 0..payload.len(), quoted: false }, matches)?;
        let shown = edit.as_ref().map_or(payload, |edit| &edit.now);
        hides_nothing(filters, Kind::Other, &unescaped(shown), ESCAPED)?;
        edits.extend(edit);
    }
    found.names.iter().try_for_each(|name| hides_nothing(filters, Kind::Other, name, NAMED))?;
    for at in &found.tokens {
        let now = if payload[at.clone()].starts_with('[') { "[]" } else { "null" };
        let was = payload[at.clone()].to_owned();
        edits.push(Edit { key: None, slots: vec![Slot { at: at.clone(), quoted: false }], was, now: now.to_owned() });
    }
    Ok(())
}

/// Whether no rule covers any of a word that the protocol needs as it is, the value of the member `name`.
pub(super) fn says_nothing(filters: &dyn Filters, name: &str, label: &str) -> Result<(), String> {
    let refused = |reason| format!("{reason}, in `{name}`");
    hides_nothing(filters, Kind::Label, label, LABELLED).map_err(refused)
}

/// Whether no rule covers any of a text that can't be masked where it stands.
fn hides_nothing(filters: &dyn Filters, kind: Kind, text: &str, reason: &str) -> Result<(), String> {
    let mut matches = Vec::new();
    let now = filtered(filters, kind, text, &mut matches)?;
    if now == text {
        return Ok(());
    }
    let rule = matches.first().and_then(|found| filters.name(found.rule));
    Err(rule.map_or(reason.to_owned(), |rule| format!("{reason} (rule `{rule}`)")))
}

/// Whether the filters leave signed words as they are, as they must.
fn leaves_signed(filters: &dyn Filters, words: &str) -> Result<(), String> {
    let now = through(filters.start_signed(), words, &mut Vec::new())?;
    if now == words { Ok(()) } else { Err(SIGNED.to_owned()) }
}

/// A text that is no JSON as one would read it who takes parts of it for JSON: lines, what stands before a comma too many.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut units = Vec::new();
    while let Some(at) = rest.find('\\') {
        let code = rest[at..].strip_prefix("\\u").and_then(|code| u16::from_str_radix(code.get(..4)?, 16).ok());
        if at > 0 || code.is_none() {
            out.extend(char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
        }
        out.push_str(&rest[..at]);
        match code {
            Some(unit) => {
                units.push(unit);
                rest = &rest[at + 6..];
            }
            None => {
                let mut after = rest[at + 1..].chars();
                match after.next() {
                    Some(escape @ ('"' | '\\' | '/')) => out.push(escape),
                    Some('b' | 'f' | 'n' | 'r' | 't') => out.push(' '),
                    Some(other) => out.extend(['\\', other]),
                    None => out.push('\\'),
                }
                rest = after.as_str();
            }
        }
    }
    out.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
    out.push_str(rest);
    out
}

/// Filters a text that is whole; nothing where that changes nothing.
fn whole(
    filters: &dyn Filters,
    kind: Kind,
    text: &str,
    slot: Slot,
    matches: &mut Vec<Match>,
) -> Result<Option<Edit>, String> {
    let now = filtered(filters, kind, text, matches)?;
    Ok((now != text).then(|| Edit { key: None, slots: vec![slot], was: text.to_owned(), now }))
}

/// What may be shown of a text that is whole.
pub(super) fn filtered(
    filters: &dyn Filters,
    kind: Kind,
    text: &str,
    matches: &mut Vec<Match>,
) -> Result<String, String> {
    through(filters.start(kind), text, matches)
}

/// What `filter`, which is new, lets through of a text that is whole.
fn through(mut filter: Box<dyn Filter>, text: &str, matches: &mut Vec<Match>) -> Result<String, String> {
    let mut now = String::new();
    filter.push(text, &mut now);
    filter.finish(&mut now);
    filter.found(matches);
    match filter.stopped() {
        Some(reason) => Err(reason.to_owned()),
        None => Ok(now),
    }
}

/// Whether a text is JSON, as a payload is, and a tool call's input in the event that ends it.
pub(super) fn is_json(text: &str) -> bool {
    matches!(text.trim_ascii_start().as_bytes().first(), Some(b'{' | b'[')) && json::is_json(text.as_bytes())
}

/// Why an answer stops that has in it what a rule covers and nobody can mask.
const ESCAPED: &str = "a rule covers words that are written with escapes in a text that is no JSON";
const NAMED: &str = "a rule covers a name that is written with escapes";
const LABELLED: &str = "a rule covers a name that clients need as it is: a tool's, a model's, a role";

/// How a text is framed that is a stream, whatever its head says of it: lines of server-sent events, or of JSON.
pub fn framing(text: &str) -> Option<Framing> {
    let text = text.trim_start_matches('\u{FEFF}').trim_ascii_start();
    if json::is_json(text.as_bytes()) {
        return None;
    }
    let lines = || text.split(['\r', '\n']);
    let is_field = |line: &str| line.starts_with("data:") || line == "data";
    if lines().any(is_field) {
        return Some(Framing::Sse);
    }
    let mut values = lines().filter(|line| !line.trim_ascii().is_empty());
    let is_value = |line: &str| line.trim_ascii_start().starts_with('{') && json::is_json(line.as_bytes());
    values.next().is_some_and(is_value).then_some(Framing::Ndjson)
}

/// Why an answer stops that has audio.
pub(super) const AUDIO: &str = "there is audio, whose words no rule can read";

/// What ends OpenAI's streams.
pub(super) const DONE: &str = "[DONE]";

/// Shorter strings hold nothing that a rule could find, in bytes.
const SHORTEST: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_wherever_they_stand() {
        for (text, read) in [
            ("plain", "plain"),
            (r"\u0041\u006e n\u00e4", "An n\u{e4}"),
            (r"\ud83d\ude00!\ud83d", "\u{1F600}!\u{FFFD}"),
            (r#"a\/b \"c\" \\ \n\x \u12"#, r#"a/b "c" \  \x \u12"#),
            ("end\\", "end\\"),
        ] {
            assert_eq!(unescaped(text), read, "{text}");
        }
    }

    #[test]
    fn a_stream_is_known_by_its_lines() {
        for (text, expected) in [
            ("data: {}\n\ndata: {}\n\n", Some(Framing::Sse)),
            (": hi\r\revent: x\rdata:{\r\r", Some(Framing::Sse)),
            ("{\"a\":1}\n{\"b\":2}\n", Some(Framing::Ndjson)),
            ("\u{FEFF}\n{\"a\":1}\r\nbroken", Some(Framing::Ndjson)),
            ("{\n\"a\": \"data:\"\n}", None),
            ("[1]\n", None),
            ("the data: all of it", None),
            ("", None),
        ] {
            assert_eq!(framing(text), expected, "{text:?}");
        }
    }
}
