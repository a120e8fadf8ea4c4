//! Where results go: standard output, one JSON value a line, in large pieces.

use std::io::{self, BufWriter, StdoutLock, Write};

use serde::Serialize;

/// Standard output, held for the length of a command.
pub(crate) struct Output(BufWriter<StdoutLock<'static>>);

impl Output {
    /// Takes standard output.
    pub(crate) fn new() -> Self {
        Self(BufWriter::with_capacity(BUFFER, io::stdout().lock()))
    }

    /// Writes `value` as a line of JSON.
    pub(crate) fn line(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, value)?;
        self.0.write_all(b"\n")
    }

    /// Writes `text` as it is.
    pub(crate) fn text(&mut self, text: &str) -> io::Result<()> {
        self.0.write_all(text.as_bytes())
    }

    /// Shows what was written. A command that is done calls it: what can't be written must not go unnoticed.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Bytes written at once.
const BUFFER: usize = 64 * 1024;
