//! What a body of server-sent events says besides its data: comments, events' names and ids, lines that are no fields.
//! Each line is checked as a text of its own.

use super::body::filtered;
use super::{Filters, Kind};
use crate::pattern::Match;

/// Checks lines.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// Lines in which nothing was found: most of a stream's are the same few.
    known: Vec<Vec<u8>>,
}

impl Lines {
    /// `bytes`, which are whole lines of server-sent events, with all but their data filtered. A comment in which
    /// something is found goes on without its text, and so does a line that holds a zero.
    pub(super) fn filter(
        &mut self,
        filters: &dyn Filters,
        bytes: &[u8],
        matches: &mut Vec<Match>,
    ) -> Result<Vec<u8>, String> {
        let mut out = Vec::with_capacity(bytes.len());
        for line in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            let end = line.len() - usize::from(matches!(line.last(), Some(b'\n' | b'\r')));
            let (text, terminator) = line.split_at(end);
            self.line(filters, text, matches, &mut out)?;
            out.extend_from_slice(terminator);
        }
        Ok(out)
    }

    fn line(
        &mut self,
        filters: &dyn Filters,
        line: &[u8],
        matches: &mut Vec<Match>,
        out: &mut Vec<u8>,
    ) -> Result<(), String> {
        let field = line.strip_prefix(BOM).unwrap_or(line);
        let colon = memchr::memchr(b':', field);
        let name = &field[..colon.unwrap_or(field.len())];
        if line.is_empty() || name == b"data" || field == ERROR || self.known.iter().any(|known| known == line) {
            out.extend_from_slice(line);
            return Ok(());
        }
        // A line that is no field may say something before its colon.
        let kept =
            if FIELDS.contains(&name) { line.len() - field.len() + colon.map_or(name.len(), |at| at + 1) } else { 0 };
        let (head, value) = line.split_at(kept);
        out.extend_from_slice(head);
        if value.contains(&0) {
            return Ok(());
        }
        let text = String::from_utf8_lossy(value);
        let now = filtered(filters, Kind::Other, &text, matches)?;
        if now.as_bytes() == value {
            if self.known.len() < KNOWN && line.len() <= LONGEST_KNOWN {
                self.known.push(line.to_owned());
            }
            out.extend_from_slice(value);
        } else if !name.is_empty() {
            out.extend(now.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')));
        }
        Ok(())
    }
}

/// By this clients know an error, whatever words rules are about.
const ERROR: &[u8] = b"event: error";
/// The fields of an event, and a comment, which has no name.
const FIELDS: [&[u8]; 4] = [b"", b"event", b"id", b"retry"];
/// A byte order mark, which may stand before the first line.
const BOM: &[u8] = b"\xef\xbb\xbf";
/// Lines that are remembered, and the length of the longest, in bytes.
const KNOWN: usize = 32;
const LONGEST_KNOWN: usize = 128;
