//! How a command ends, and the exit code that says so.

use std::fmt;
use std::io;
use std::process::ExitCode;

/// The result of a command that ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Everything is as it should be: exit code 0.
    Good,
    /// The input is bad or a verdict is negative: exit code 1. What is wrong has been told.
    Bad,
}

impl Outcome {
    /// `Bad` unless both are good.
    pub(crate) fn and(self, other: Self) -> Self {
        if other == Self::Bad { other } else { self }
    }
}

/// Why a command could not go on.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input can't be read: exit code 1.
    Input(String),
    /// The results can't be written: exit code 1; a reader that has seen enough (`| head`) is no failure.
    Output(io::Error),
    /// What was asked for makes no sense: exit code 2.
    Usage(String),
}

impl Failure {
    /// The same where what can't be read is what the command was asked to look at.
    pub(crate) fn of_input(self) -> Self {
        if let Self::Usage(message) = self { Self::Input(message) } else { self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(message) | Self::Usage(message) => f.write_str(message),
            Self::Output(error) => write!(f, "can't write the results: {error}"),
        }
    }
}

/// Failures to write are the only I/O errors without a name of their own: inputs are always named.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Tells `result` where it needs telling.
pub(crate) fn code(result: Result<Outcome, Failure>) -> ExitCode {
    match result {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        Ok(Outcome::Bad) => ExitCode::from(BAD),
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            tell(&failure);
            ExitCode::from(if matches!(failure, Failure::Usage(_)) { WRONG_USE } else { BAD })
        }
    }
}

/// A message to the person: standard error, with the program's name in front.
pub(crate) fn tell(message: &dyn fmt::Display) {
    use io::Write;
    // Nobody is left to be told that standard error is closed.
    let _ = writeln!(io::stderr(), "midstream: {message}");
}

const BAD: u8 = 1;
const WRONG_USE: u8 = 2;
