//! `midstream rules compile`: packs to one compact file.

use std::path::PathBuf;

use clap::Args;

use crate::exit::{Failure, Outcome, tell};
use crate::packs;

/// Compile packs to one file, which loads without the compiler (in the browser, for one)
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Compile {
    /// Packs that come with midstream, or files of rules
    #[arg(value_name = "PACK|FILE", required = true)]
    rules: Vec<String>,

    /// Where to write the compiled rules
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

impl Compile {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        let rules = packs::rules(&self.rules).map_err(Failure::of_input)?;
        let bytes = rules.to_bytes();
        std::fs::write(&self.output, &bytes)?;
        tell(&format_args!("{} rules in {} bytes", rules.len(), bytes.len()));
        Ok(Outcome::Good)
    }
}

const EXAMPLES: &str = "\
Examples:
  midstream rules compile secrets mine.toml -o rules.bin
  midstream redact --rules rules.bin answer.sse

Exit codes: 0 done, 1 a file can't be read or a rule can't run, 2 wrong use.";
