//! `midstream rules`: works on packs of rules.

mod check;

use clap::{Args, Subcommand};

use crate::exit::{Failure, Outcome};

/// Try packs of rules
#[derive(Debug, Args)]
pub(crate) struct RulesCommand {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
}

impl RulesCommand {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        match self.command {
            Command::Check(check) => check.run(),
        }
    }
}
