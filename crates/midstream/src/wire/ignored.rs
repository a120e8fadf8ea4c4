//! Lines of a body of server-sent events that are none of its fields. The specification ignores them; that they came is
//! told all the same, once for each run of them.

use super::foreign::{EXCERPT, excerpt, foreign};
use crate::error::{Error, ErrorKind};

/// The run of lines that is under way, and how the one told of last began.
#[derive(Debug, Default)]
pub(super) struct Ignored {
    lines: u64,
    offset: u64,
    /// The beginning of the first line.
    head: Vec<u8>,
    /// The name of the field that the run told of last began with, or its first line.
    told: Vec<u8>,
}

impl Ignored {
    /// Takes a line that began at `offset` in the body. White space alone says nothing.
    pub(super) fn line(&mut self, line: &[u8], offset: u64) {
        if line.trim_ascii().is_empty() {
            return;
        }
        if self.lines == 0 {
            self.offset = offset;
            self.head.extend_from_slice(&line[..line.len().min(EXCERPT)]);
        }
        self.lines += 1;
    }

    /// Whether a run is under way.
    #[inline]
    pub(super) fn is_open(&self) -> bool {
        self.lines > 0
    }

    /// Ends the run. A server that adds a field of its own to every event is told of once: nothing where the run began
    /// like the one told of last.
    #[cold]
    pub(super) fn end(&mut self) -> Option<Error> {
        let head = std::mem::take(&mut self.head);
        let lines = std::mem::take(&mut self.lines);
        let name = head.split(|byte| *byte == b':').next().unwrap_or_default();
        if lines == 0 || name == self.told {
            return None;
        }
        self.told = name.to_owned();
        let what = foreign(&head).unwrap_or_else(|| format!("`{}`", excerpt(&head)));
        let count = if lines == 1 { "the line is".to_owned() } else { format!("{lines} lines are") };
        let message = format!("expected a field of server-sent events, found {what}; {count} ignored");
        Some(Error::new(ErrorKind::IgnoredLines, self.offset, message))
    }
}
