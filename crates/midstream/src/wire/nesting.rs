//! Where a JSON object or array ends, found without parsing it.

use crate::json::plain_end;

/// Follows the brackets and strings of one JSON object or array that comes in pieces.
///
/// It checks nothing but what it needs to find the end; reading the value is up to others.
#[derive(Debug, Clone)]
pub(super) struct Nesting {
    /// One value a line: a value that a line end or the next value shows to be broken off ends there.
    lines: bool,
    place: Place,
    depth: usize,
    /// One bit for each of the outermost levels, innermost lowest: 1 for an array.
    arrays: u64,
    /// The last byte outside strings that was no white space; a string counts as its closing quote.
    last: u8,
    /// Only white space since the last line end.
    line_start: bool,
    /// The value goes on behind a line end.
    continued: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    String,
    /// Behind a backslash in a string.
    Escape,
}

impl Nesting {
    /// Before the opening bracket or quote of a value that may spread over lines as it likes.
    pub(super) fn new() -> Self {
        Self { lines: false, place: Place::Outside, depth: 0, arrays: 0, last: 0, line_start: false, continued: false }
    }

    /// Before the opening bracket of a value in a body that has one value a line. A value may still be continued over
    /// further lines, but it ends, broken, at a line end inside a string, and before a line that opens a bracket
    /// where JSON can't have one: so a line that lacks its last bracket does not swallow the lines behind it.
    pub(super) fn lines() -> Self {
        Self { lines: true, ..Self::new() }
    }

    /// Whether what was read is a line that lacks a bracket, and not the beginning of a value laid out over lines.
    pub(super) fn is_broken_line(&self) -> bool {
        self.line_start && !self.continued && !matches!(self.last, b'{' | b'[' | b',' | b':')
    }

    /// Reads on; returns how many of `bytes` belong to the value if it ends in them.
    pub(super) fn scan(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            match self.place {
                Place::Outside => {
                    if let Some(end) = self.outside(bytes, &mut at) {
                        return Some(end);
                    }
                }
                Place::String => {
                    at = plain_end(bytes, at);
                    match bytes.get(at)? {
                        b'"' if self.depth == 0 => return Some(at + 1),
                        b'"' => self.place = Place::Outside,
                        b'\\' => self.place = Place::Escape,
                        b'\n' if self.lines => return Some(at),
                        _ => {}
                    }
                    at += 1;
                }
                Place::Escape if self.lines && bytes[at] == b'\n' => return Some(at),
                Place::Escape => {
                    self.place = Place::String;
                    at += 1;
                }
            }
        }
        None
    }

    /// Reads on until a string begins or the value ends.
    fn outside(&mut self, bytes: &[u8], at: &mut usize) -> Option<usize> {
        while let Some(&byte) = bytes.get(*at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => {
                    self.line_start |= byte == b'\n';
                    *at += 1;
                    continue;
                }
                b'{' | b'[' => {
                    if self.line_start && self.lines && !self.may_open() {
                        return Some(*at);
                    }
                    self.depth += 1;
                    if self.depth <= EXACT_DEPTH {
                        self.arrays = self.arrays << 1 | u64::from(byte == b'[');
                    }
                }
                b'}' | b']' => {
                    if self.depth <= EXACT_DEPTH {
                        self.arrays >>= 1;
                    }
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(*at + 1);
                    }
                }
                _ => {}
            }
            self.last = byte;
            self.continued |= self.line_start;
            self.line_start = false;
            *at += 1;
            if byte == b'"' {
                self.place = Place::String;
                return None;
            }
        }
        None
    }

    /// Whether an object or array may begin here.
    fn may_open(&self) -> bool {
        match self.last {
            b'[' | b':' => true,
            b',' => self.arrays & 1 == 1 || self.depth > EXACT_DEPTH,
            _ => false,
        }
    }
}

/// The depth to which the kinds of brackets are known; deeper, a bracket is taken to be allowed anywhere.
const EXACT_DEPTH: usize = u64::BITS as usize;
