//! Answers that come whole.

use super::Filters;
use super::edit::{Edit, apply};
use super::open::SIGNED;
use super::slots::Slot;
use super::steps::Kind;
use super::strings::{Strings, strings};
use crate::json;
use crate::pattern::Match;

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
    let mut edits = Vec::new();
    others(filters, text, &found, &mut edits, &mut seen.matches)?;
    let signed = |edit: &Edit| found.signed.iter().any(|at| edit.slots.iter().any(|slot| slot.at == *at));
    if edits.iter().any(signed) {
        return Err(SIGNED.to_owned());
    }
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
    let channels = edits.len();
    for string in found.strings.iter().filter(|string| string.content && string.value.len() >= SHORTEST) {
        // Not where a channel has a part of it only: a whole text of which the end is new is filtered as a whole.
        let within = |slot: &Slot| slot.at.start <= string.at.start && string.at.end <= slot.at.end;
        if edits[..channels].iter().flat_map(|edit| &edit.slots).any(within) {
            continue;
        }
        let kind = if is_json(string.value) { Kind::ToolInput } else { Kind::Other };
        let slot = Slot { at: string.at.clone(), quoted: true };
        edits.extend(whole(filters, kind, string.value, slot, matches)?);
    }
    if found.strings.is_empty() && !is_json(payload) && payload.trim_ascii() != DONE {
        edits.extend(whole(filters, Kind::Other, payload, Slot { at: 0..payload.len(), quoted: false }, matches)?);
    }
    for at in &found.tokens {
        let now = if payload[at.clone()].starts_with('[') { "[]" } else { "null" };
        let was = payload[at.clone()].to_owned();
        edits.push(Edit { key: None, slots: vec![Slot { at: at.clone(), quoted: false }], was, now: now.to_owned() });
    }
    Ok(())
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
    let mut filter = filters.start(kind);
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

/// Why an answer stops that has audio.
pub(super) const AUDIO: &str = "there is audio, whose words no rule can read";

/// What ends OpenAI's streams.
const DONE: &str = "[DONE]";

/// Shorter strings hold nothing that a rule could find, in bytes.
const SHORTEST: usize = 4;
