//! Where bytes come from: a file, which is read as fast as it can be, or something live (standard input, a pipe),
//! which is waited for.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::exit::{Failure, tell};

/// An open input.
pub(crate) struct Input {
    name: String,
    reader: Reader,
    piece: Vec<u8>,
    progress: ProgressBar,
}

enum Reader {
    File(File),
    /// Read by a thread of its own, so that waiting can end when a time limit passes.
    Live(Receiver<io::Result<Vec<u8>>>),
}

/// What comes next.
pub(crate) enum Piece<'a> {
    /// More bytes.
    Bytes(&'a [u8]),
    /// Nothing within the time that the caller would wait.
    Nothing,
    /// The end.
    End,
}

impl Input {
    /// Opens `path`; `-` is standard input. A file is handed out in pieces of a multiple of `cut` bytes.
    pub(crate) fn open(path: &Path, cut: usize) -> Result<Self, Failure> {
        let (name, file) = if path == Path::new("-") {
            ("standard input".to_owned(), standard_input())
        } else {
            (format!("`{}`", path.display()), File::open(path))
        };
        let unreadable = |error| unreadable(&name, &error);
        let file = file.map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if metadata.is_dir() {
            return Err(Failure::Input(format!("{name}: expected a file, found a directory")));
        }
        if file.is_terminal() {
            tell(&format_args!("reading {name}; Ctrl-D ends it"));
        }
        if metadata.is_file() {
            let piece = vec![0; if cut > PIECE { cut } else { PIECE - PIECE % cut }];
            let progress = progress(metadata.len());
            return Ok(Self { name, reader: Reader::File(file), piece, progress });
        }
        Ok(Self { name, reader: Reader::Live(spawn(file)), piece: Vec::new(), progress: ProgressBar::hidden() })
    }

    /// The input's name for messages.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether its bytes come when they come, so that results are wanted at once and time means something.
    pub(crate) fn is_live(&self) -> bool {
        matches!(self.reader, Reader::Live(_))
    }

    /// The next piece. Something live is waited for, no longer than `wait` where that is given.
    pub(crate) fn next(&mut self, wait: Option<Duration>) -> Result<Piece<'_>, Failure> {
        match &mut self.reader {
            Reader::File(file) => match fill(file, &mut self.piece) {
                Ok(0) => {
                    self.progress.finish_and_clear();
                    Ok(Piece::End)
                }
                Ok(length) => {
                    self.progress.inc(length as u64);
                    Ok(Piece::Bytes(&self.piece[..length]))
                }
                Err(error) => Err(unreadable(&self.name, &error)),
            },
            Reader::Live(pieces) => {
                let next = match wait {
                    Some(wait) => pieces.recv_timeout(wait),
                    None => pieces.recv().map_err(|_| RecvTimeoutError::Disconnected),
                };
                match next {
                    Ok(Ok(piece)) => {
                        self.piece = piece;
                        Ok(Piece::Bytes(&self.piece))
                    }
                    Ok(Err(error)) => Err(unreadable(&self.name, &error)),
                    Err(RecvTimeoutError::Timeout) => Ok(Piece::Nothing),
                    Err(RecvTimeoutError::Disconnected) => Ok(Piece::End),
                }
            }
        }
    }
}

/// Standard input as the file that it is, so that a redirected file is not taken for something live.
#[cfg(unix)]
fn standard_input() -> io::Result<File> {
    use std::os::fd::AsFd;
    io::stdin().as_fd().try_clone_to_owned().map(File::from)
}

/// Standard input as the file that it is, so that a redirected file is not taken for something live.
#[cfg(windows)]
fn standard_input() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    io::stdin().as_handle().try_clone_to_owned().map(File::from)
}

/// Fills `piece` as far as the file reaches.
fn fill(file: &mut File, piece: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < piece.len() {
        match file.read(&mut piece[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

/// Reads `file` on a thread of its own, a few pieces ahead. The channel closes at the end.
fn spawn(mut file: File) -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = sync_channel(PIECES_AHEAD);
    thread::spawn(move || {
        let mut buffer = vec![0; PIECE];
        loop {
            let piece = match file.read(&mut buffer) {
                Ok(0) => return,
                Ok(length) => Ok(buffer[..length].to_vec()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => Err(error),
            };
            let last = piece.is_err();
            if sender.send(piece).is_err() || last {
                return;
            }
        }
    });
    receiver
}

/// A bar for a big file, where a person sees it and results don't run through it.
fn progress(bytes: u64) -> ProgressBar {
    if bytes < WORTH_A_BAR || !io::stderr().is_terminal() || io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar} {bytes} of {total_bytes}, {eta} left");
    ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr_with_hz(10))
        .with_style(style.expect("the template has known keys only"))
}

fn unreadable(name: &str, error: &io::Error) -> Failure {
    Failure::Input(match error.kind() {
        io::ErrorKind::NotFound => format!("{name}: no such file"),
        io::ErrorKind::IsADirectory => format!("{name}: expected a file, found a directory"),
        _ => format!("can't read {name}: {error}"),
    })
}

/// Bytes asked for at once.
const PIECE: usize = 64 * 1024;
const PIECES_AHEAD: usize = 4;
/// From this length on a file takes long enough for a progress bar, in bytes.
const WORTH_A_BAR: u64 = 64 << 20;
