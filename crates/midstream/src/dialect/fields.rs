//! Fields of a payload that are read later, or that a dialect has no word for.

use super::{Delta, Sink};
use crate::json::{Cursor, Kind, SyntaxError};

/// Skips a value and returns a cursor that stands before it.
pub(super) fn later<'a>(value: &mut Cursor<'a>) -> Result<Cursor<'a>, SyntaxError> {
    let before = *value;
    value.skip()?;
    Ok(before)
}

/// Hands on the value of a field that the dialect does not know, as `path.key`. A null says nothing.
#[cold]
pub(super) fn unknown(path: &str, key: &str, value: &mut Cursor<'_>, out: &mut dyn Sink) -> Result<(), SyntaxError> {
    if value.peek() == Kind::Null {
        return value.skip();
    }
    let raw = value.raw()?;
    out.delta(Delta::Unknown { name: &format!("{path}.{key}"), raw });
    Ok(())
}

/// Hands on each field of `object` that is not among `known`.
pub(super) fn rest(mut object: Cursor<'_>, path: &str, known: &[&str], out: &mut dyn Sink) -> Result<(), SyntaxError> {
    object.object(|key, value| if known.contains(&key) { value.skip() } else { unknown(path, key, value, out) })?;
    Ok(())
}

/// Hands on the value of a field as [`unknown`] does, unless it is among `administrative` ones. At the top of a payload
/// `path` is empty, and the name is the key alone.
pub(super) fn keep(
    (path, key): (&str, &str),
    administrative: &[&str],
    value: &mut Cursor<'_>,
    out: &mut dyn Sink,
) -> Result<(), SyntaxError> {
    if administrative.contains(&key) || value.peek() == Kind::Null {
        return value.skip();
    }
    if !path.is_empty() {
        return unknown(path, key, value, out);
    }
    let raw = value.raw()?;
    out.delta(Delta::Unknown { name: key, raw });
    Ok(())
}

/// Whether a raw value says nothing.
pub(super) fn is_blank(raw: &str) -> bool {
    matches!(raw, "" | "null" | "[]" | "{}" | "\"\"")
}
