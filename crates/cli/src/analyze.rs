//! `midstream analyze`: bytes in, events and findings out.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use midstream::{Analysis, Config, Engine, Repetition};

use crate::decode::{Ending, Printer, each};
use crate::exit::{Failure, Outcome};
use crate::host::{self, Clock};
use crate::model::Names;
use crate::reading::{Bytes, Language};
use crate::rules::Guarding;

/// Decode streams and analyse them: events and findings, one JSON line each
///
/// Findings stand among the events, each behind the event that gave rise to it. `stall`: no content has arrived for a
/// while (comments and pings are no content); `repetition`: the model repeats itself; `match`: one of the rules given by
/// `--rules` matches, and what rules mask is masked in the events too; with `--model` or `--gazetteer`, `entity`: somebody
/// or something that the text speaks of; with `--relations`, `relation`: how such things are related.
///
/// Standard input and pipes are timed as they arrive; a file does not tell when its bytes came, so nothing stalls there
/// and durations are 0.
///
/// Exits with 1 where a verdict is not `complete`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Analyze {
    #[command(flatten)]
    language: Language,

    #[command(flatten)]
    bytes: Bytes,

    #[command(flatten)]
    rules: Guarding,

    /// Report a silence of this length, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 10_000)]
    stall_after: u64,

    /// Find the names in text and reasoning: `standard`, `tiny` or a model file
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,

    #[command(flatten)]
    names: Names,

    /// Find relations too, and the names by the standard model unless `--model` says otherwise
    #[arg(long)]
    relations: bool,

    /// The streams' bodies; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

impl Analyze {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        let mut analyses: Vec<Arc<dyn Analysis>> = vec![Arc::new(Repetition::default())];
        if self.relations {
            let model = self.model.as_deref().unwrap_or(Path::new("standard"));
            analyses.push(Arc::new(Names::relations(self.names.entities(model)?)?));
        } else if self.model.is_some() || self.names.is_given() {
            let model = self.model.as_deref().unwrap_or(Path::new("none"));
            analyses.push(Arc::new(self.names.entities(model)?));
        }
        let engine = Engine::new(Config {
            framing: self.bytes.framing(),
            dialect: self.language.dialect(),
            stall_after: Some(Duration::from_millis(self.stall_after)),
            analyses,
            redaction: self.rules.redaction()?,
            ..Config::default()
        });
        each(&self.files, &self.bytes, |input, output| {
            let mut printer = Printer { output, response: None, ending: Ending::default() };
            let clock = Clock::of(input);
            host::run(&engine, input, &self.bytes, clock, &mut printer)?;
            Ok(printer.ending)
        })
    }
}

const EXAMPLES: &str = "\
Examples:
  curl -sN https://api.example.com/v1/chat/completions -d @request.json | midstream analyze -
  curl -sN http://127.0.0.1:11434/api/chat -d @request.json | midstream analyze --stall-after 2000 -
  midstream analyze answer.sse | jq 'select(.type == \"repetition\")'

Exit codes: 0 done, 1 a stream can't be read or its verdict is not `complete`, 2 wrong use.";
