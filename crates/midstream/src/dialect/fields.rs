//! Fields of a payload that are read later, or that a dialect has no word for.

use super::Out;
use crate::json::{Cursor, Kind, SyntaxError, is_json};

/// Skips a value and returns a cursor that stands before it.
pub(super) fn later<'a>(value: &mut Cursor<'a>) -> Result<Cursor<'a>, SyntaxError> {
    let before = *value;
    value.skip()?;
    Ok(before)
}

/// Hands on the value of a field that the dialect does not know, as `path.key`. A null says nothing.
#[cold]
pub(super) fn unknown(path: &str, key: &str, value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    if value.peek() == Kind::Null {
        return value.skip();
    }
    let raw = value.raw()?;
    out.unknown(&format!("{path}.{key}"), raw);
    Ok(())
}

/// Hands on each field of `object` that is not among `known`.
pub(super) fn rest(mut object: Cursor<'_>, path: &str, known: &[&str], out: &mut Out<'_>) -> Result<(), SyntaxError> {
    object.object(|key, value| if known.contains(&key) { value.skip() } else { unknown(path, key, value, out) })?;
    Ok(())
}

/// Hands on the value of a field as [`unknown`] does, unless it is among `administrative` ones. At the top of a payload
/// `path` is empty, and the name is the key alone.
pub(super) fn keep(
    (path, key): (&str, &str),
    administrative: &[&str],
    value: &mut Cursor<'_>,
    out: &mut Out<'_>,
) -> Result<(), SyntaxError> {
    if administrative.contains(&key) || value.peek() == Kind::Null {
        return value.skip();
    }
    if !path.is_empty() {
        return unknown(path, key, value, out);
    }
    let raw = value.raw()?;
    out.unknown(key, raw);
    Ok(())
}

/// Hands on the value of a field that is known and no part of the answer, as `path.key`; at the top of a payload `path`
/// is empty.
///
/// What providers say beside the answer has this one way out, `provider-metadata`, which tells of changes only, so that
/// fields of every frame may go through it. Left out altogether is what says nothing that a host could use: padding
/// against guessing by length, numbers and times of frames, what repeats the content (token numbers, the text as a
/// whole) or the request. A dialect lists both.
pub(super) fn metadata(
    choice: Option<u32>,
    (path, key): (&str, &str),
    value: &mut Cursor<'_>,
    out: &mut Out<'_>,
) -> Result<(), SyntaxError> {
    let raw = value.raw()?;
    if is_blank(raw) {
        return Ok(());
    }
    match path {
        "" => out.provider_metadata(choice, key, raw),
        _ => out.provider_metadata(choice, &format!("{path}.{key}"), raw),
    }
    Ok(())
}

/// Hands on probabilities of tokens, unless there are none.
pub(super) fn logprobs(choice: u32, value: &mut Cursor<'_>, out: &mut Out<'_>) -> Result<(), SyntaxError> {
    let raw = value.raw()?;
    if says_something(&mut value.of(raw))? {
        out.logprobs(choice, raw);
    }
    Ok(())
}

/// Whether a value has anything but nulls, zeros and what is empty.
pub(super) fn says_something(value: &mut Cursor<'_>) -> Result<bool, SyntaxError> {
    let raw = value.raw()?;
    let mut anything = false;
    match value.of(raw).peek() {
        Kind::Object => drop(value.of(raw).object(|_, value| {
            anything |= says_something(value)?;
            Ok(())
        })?),
        Kind::Number => anything = !is_zero(raw),
        _ => anything = !is_blank(raw),
    }
    Ok(anything)
}

/// What stands between the quotes of a raw string; another raw value as it is.
pub(super) fn without_quotes(raw: &str) -> &str {
    raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(raw)
}

/// Whether a raw value says nothing.
pub(super) fn is_blank(raw: &str) -> bool {
    matches!(raw, "" | "null" | "[]" | "{}" | "\"\"")
}

/// Whether a number is zero: parsing it would bring tables of 10 KB into every WASM module.
fn is_zero(number: &str) -> bool {
    let mut mantissa = number.bytes().take_while(|byte| !matches!(byte, b'e' | b'E'));
    is_json(number.as_bytes()) && mantissa.all(|byte| !matches!(byte, b'1'..=b'9'))
}
