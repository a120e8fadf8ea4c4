//! What dialects do with fields: read them later, or hand on what they have no word for.

use super::{Delta, Sink};
use crate::json::{Cursor, Kind, SyntaxError};

/// Skips a value and returns a cursor that stands before it.
pub(super) fn later<'a>(value: &mut Cursor<'a>) -> Result<Cursor<'a>, SyntaxError> {
    let before = *value;
    value.skip()?;
    Ok(before)
}

/// Hands on the value of a field that is not among `administrative` ones as [`Delta::Unknown`], named `path.key`. A
/// null says nothing and is left out.
#[cold]
pub(super) fn keep(
    (path, key): (&str, &str),
    administrative: &[&str],
    value: &mut Cursor<'_>,
    out: &mut dyn Sink,
) -> Result<(), SyntaxError> {
    if administrative.contains(&key) || value.peek() == Kind::Null {
        return value.skip();
    }
    let raw = value.raw()?;
    let name = if path.is_empty() { key } else { &format!("{path}.{key}") };
    out.delta(Delta::Unknown { name, raw });
    Ok(())
}
