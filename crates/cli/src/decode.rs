//! `midstream decode`: bytes in, events out.

use std::io;
use std::path::PathBuf;

use clap::Args;
use midstream::{Config, Engine, Error, Event, Response, Verdict};

use crate::exit::{Failure, Outcome, tell};
use crate::host::{self, Clock, Sink};
use crate::input::Input;
use crate::output::Output;
use crate::reading::{Bytes, Language};

/// Decode streams into events, one JSON line each, or into one final object a stream
///
/// Events are printed as soon as they are known, so a live stream can be piped in. The last one, `stream-end`, carries
/// the verdict: `complete`, `truncated` (the stream ended before its dialect's terminator) or `failed`. Time is not
/// looked at and durations are 0, so that the same bytes always print the same; see `midstream analyze` for timings.
///
/// Exits with 1 where a verdict is not `complete`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Decode {
    #[command(flatten)]
    language: Language,

    #[command(flatten)]
    bytes: Bytes,

    /// Print what each stream amounts to: one object with the choices, usage and verdict
    #[arg(long = "final")]
    final_only: bool,

    /// The streams' bodies; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

impl Decode {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        let Self { language, bytes, final_only, files } = self;
        let engine = Engine::new(Config { framing: bytes.framing(), dialect: language.dialect(), ..Config::default() });
        each(&files, &bytes, |input, output| {
            let mut printer =
                Printer { output, response: final_only.then(Response::default), ending: Ending::default() };
            host::run(&engine, input, &bytes, Clock::Stopped, &mut printer)?;
            if let Some(response) = &printer.response {
                printer.output.line(response)?;
            }
            Ok(printer.ending)
        })
    }
}

/// Runs `stream` over each of `files` and judges its verdict. A file that can't be read does not keep the others from
/// being read.
pub(crate) fn each(
    files: &[PathBuf],
    bytes: &Bytes,
    mut stream: impl FnMut(&mut Input, &mut Output) -> Result<Ending, Failure>,
) -> Result<Outcome, Failure> {
    let mut output = Output::new();
    let mut outcome = Outcome::Good;
    for file in files {
        let mut input = match Input::open(file, bytes.granule()) {
            Ok(input) => input,
            Err(failure) => {
                tell(&failure);
                outcome = Outcome::Bad;
                continue;
            }
        };
        let ending = stream(&mut input, &mut output)?;
        outcome = outcome.and(ending.judge(input.name()));
    }
    output.flush()?;
    Ok(outcome)
}

/// How a stream ended.
#[derive(Default)]
pub(crate) struct Ending {
    verdict: Option<Verdict>,
    /// The first error that the verdict follows from.
    error: Option<Error>,
}

impl Ending {
    /// The end of something that is no stream.
    pub(crate) fn of(verdict: Verdict) -> Self {
        Self { verdict: Some(verdict), error: None }
    }

    pub(crate) fn take(&mut self, event: &Event) {
        match event {
            Event::StreamEnd { verdict, .. } => self.verdict = Some(*verdict),
            Event::Error(error) if error.is_fatal() && self.error.is_none() => self.error = Some(error.clone()),
            _ => {}
        }
    }

    /// Tells why the stream that came from `name` is not complete, where it is not.
    fn judge(&self, name: &str) -> Outcome {
        match (self.verdict, &self.error) {
            (Some(Verdict::Complete), _) => return Outcome::Good,
            (Some(Verdict::Truncated), _) => tell(&format_args!("{name}: the stream ended before it was complete")),
            (Some(Verdict::Failed), Some(error)) => tell(&format_args!("{name}: the stream failed: {error}")),
            (Some(Verdict::Failed), None) => tell(&format_args!("{name}: the stream failed")),
            (None, _) => tell(&format_args!("{name}: the stream has no verdict")),
        }
        Outcome::Bad
    }
}

/// Prints events, or collects them where one object is wanted.
pub(crate) struct Printer<'o> {
    pub(crate) output: &'o mut Output,
    pub(crate) response: Option<Response>,
    pub(crate) ending: Ending,
}

impl Sink for Printer<'_> {
    fn event(&mut self, event: Event) -> io::Result<()> {
        self.ending.take(&event);
        match &mut self.response {
            Some(response) => {
                response.push(event);
                Ok(())
            }
            None => self.output.line(&event),
        }
    }

    fn pause(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

const EXAMPLES: &str = "\
Examples:
  midstream decode answer.sse
  midstream decode --final recordings/*.sse | jq -r '[.model, .verdict] | @tsv'
  curl -sN https://api.example.com/v1/messages -d @request.json | midstream decode -
  midstream decode --dialect ollama --framing ndjson answer.ndjson

Exit codes: 0 done, 1 a stream can't be read or its verdict is not `complete`, 2 wrong use.";
