//! `midstream rules`: works on packs of rules. And the option `--rules`.

mod check;
mod compile;

use clap::{Args, Subcommand};
use midstream::pattern::Redaction;

use crate::exit::{Failure, Outcome};
use crate::packs;

/// Try and compile packs of rules
#[derive(Debug, Args)]
pub(crate) struct RulesCommand {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Compile(compile::Compile),
}

impl RulesCommand {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        match self.command {
            Command::Check(check) => check.run(),
            Command::Compile(compile) => compile.run(),
        }
    }
}

/// The rules that text must pass.
#[derive(Debug, Args)]
pub(crate) struct Guarding {
    /// Rules that text must pass: a pack that comes with midstream (injection, pii, secrets), a file of rules, or a file that
    /// `midstream rules compile` made; several are used together
    #[arg(long, value_name = "PACK|FILE")]
    rules: Vec<String>,
}

impl Guarding {
    /// What a session does with the rules; `None` where none are named.
    pub(crate) fn redaction(&self) -> Result<Option<Redaction>, Failure> {
        if self.rules.is_empty() {
            return Ok(None);
        }
        let mut redaction = Redaction::new(packs::rules(&self.rules)?);
        redaction.key = packs::pseudonym_key()?;
        Ok(Some(redaction))
    }
}
