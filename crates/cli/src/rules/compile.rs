//! `midstream rules compile`: packs to one compact file.

use std::path::PathBuf;

use clap::Args;
use midstream::pattern::Pack;

use crate::exit::{Failure, Outcome, tell};
use crate::packs;
use crate::rules::check;

/// Compile packs to one file, which loads without the compiler (in the browser, for one)
///
/// The rules' own tests run first; where one fails, nothing is written.
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
        let mut failed = 0;
        for name in self.rules.iter().filter(|name| !packs::is_compiled(name)) {
            failed += failures(name, &packs::load(name).map_err(Failure::of_input)?)?;
        }
        if failed > 0 {
            tell(&format_args!("expected rules whose own tests pass, found {failed} that failed; nothing is written"));
            return Ok(Outcome::Bad);
        }
        let bytes = rules.to_bytes();
        std::fs::write(&self.output, &bytes)?;
        let rules = if rules.len() == 1 { "1 rule".to_owned() } else { format!("{} rules", rules.len()) };
        tell(&format_args!("{rules} in {} bytes", bytes.len()));
        Ok(Outcome::Good)
    }
}

/// Tells which of the pack's own tests fail; how many.
fn failures(name: &str, pack: &Pack) -> Result<usize, Failure> {
    let mut count = 0;
    for rule in &pack.rules {
        for failed in check::failures(rule, &check::alone(name, pack, rule)?) {
            tell(&format_args!("`{name}`: rule `{}`: {failed}", rule.id));
            count += 1;
        }
    }
    Ok(count)
}

const EXAMPLES: &str = "\
Examples:
  midstream rules compile secrets mine.toml -o rules.bin
  midstream redact --rules rules.bin answer.sse

Exit codes: 0 done, 1 a file can't be read, a rule can't run or a test fails, 2 wrong use.";
