//! Texts as commands read them: files of plain text in pieces, or lines that each hold a text.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::exit::{Failure, Outcome, tell};

/// A line of a file of texts.
#[derive(Deserialize)]
pub(crate) struct Text {
    #[serde(default)]
    pub(crate) id: Value,
    pub(crate) text: String,
}

/// Reads each of `files` by `read`; one that can't be read is named, and the rest goes on.
pub(crate) fn each_file(
    files: &[PathBuf],
    mut read: impl FnMut(&mut dyn BufRead) -> Result<Outcome, Failure>,
) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::Good;
    for path in files {
        let result =
            open(path).map_err(|error| Failure::Input(error.to_string())).and_then(|mut input| read(&mut input));
        match result {
            Err(Failure::Input(message)) => {
                tell(&format_args!("{}: {message}", name(path)));
                outcome = Outcome::Bad;
            }
            other => outcome = outcome.and(other?),
        }
    }
    Ok(outcome)
}

/// Hands on a text in pieces, and `None` at its end.
pub(crate) fn each_piece(
    input: &mut dyn BufRead,
    mut take: impl FnMut(Option<&str>) -> Result<(), Failure>,
) -> Result<Outcome, Failure> {
    let mut piece = vec![0; PIECE];
    let mut held = 0;
    let mut read = 0u64;
    loop {
        let length = match input.read(&mut piece[held..]) {
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Failure::Input(error.to_string())),
        };
        let bytes = &piece[..held + length];
        let (text, rest) = match std::str::from_utf8(bytes) {
            Ok(text) => (text, 0),
            Err(error) if error.error_len().is_none() && length > 0 => {
                let whole = std::str::from_utf8(&bytes[..error.valid_up_to()]).expect("it is valid up to there");
                (whole, bytes.len() - whole.len())
            }
            Err(error) => {
                // What is found does not depend on how the input comes: what stands before is handed on.
                let (whole, rest) = bytes.split_at(error.valid_up_to());
                take(Some(std::str::from_utf8(whole).expect("it is valid up to there")))?;
                take(None)?;
                return Err(Failure::Input(no_utf8(rest[0], read + whole.len() as u64)));
            }
        };
        if length == 0 {
            take(None)?;
            return Ok(Outcome::Good);
        }
        take(Some(text))?;
        read += text.len() as u64;
        let end = held + length;
        piece.copy_within(end - rest..end, 0);
        held = rest;
    }
}

/// What every command says of a text that is no UTF-8.
pub(crate) fn no_utf8(byte: u8, at: u64) -> String {
    format!("expected UTF-8, found byte 0x{byte:02x} at byte {at}")
}

/// Hands on the text of each line; a line that holds none is named, and the rest goes on.
pub(crate) fn each_line(
    input: &mut dyn BufRead,
    mut take: impl FnMut(Text) -> Result<(), Failure>,
) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::Good;
    for (number, line) in (1u64..).zip(input.split(b'\n')) {
        let line = line.map_err(|error| Failure::Input(format!("line {number}: {error}")))?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let wrong = match std::str::from_utf8(&line).map(serde_json::from_str) {
            Ok(Ok(text)) => {
                take(text)?;
                continue;
            }
            Ok(Err(error)) => format!("expected {{\"id\": ..., \"text\": \"...\"}}: {error}"),
            Err(error) => no_utf8(line[error.valid_up_to()], error.valid_up_to() as u64),
        };
        tell(&format_args!("line {number}: {wrong}"));
        outcome = Outcome::Bad;
    }
    Ok(outcome)
}

fn open(path: &Path) -> io::Result<Box<dyn BufRead>> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "expected a file, found a directory"));
    }
    Ok(Box::new(BufReader::with_capacity(PIECE, file)))
}

fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { format!("`{}`", path.display()) }
}

/// Bytes read at once.
const PIECE: usize = 64 * 1024;
