//! `midstream rules`: works on packs of rules. And how `--rules` finds them.

mod compile;

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Args, Subcommand};
use midstream::pattern::{Pack, PseudonymKey, Redaction, Rules};

use crate::exit::{Failure, Outcome};

/// Compile packs of rules
#[derive(Debug, Args)]
pub(crate) struct RulesCommand {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Compile(compile::Compile),
}

impl RulesCommand {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        match self.command {
            Command::Compile(compile) => compile.run(),
        }
    }
}

/// The rules that text must pass.
#[derive(Debug, Args)]
pub(crate) struct Guarding {
    /// Rules that text must pass: a pack that comes with midstream (see below), a file of rules, or a file that `midstream
    /// rules compile` made; several are used together
    #[arg(long, value_name = "PACK|FILE")]
    rules: Vec<String>,

    /// The key of pseudonyms, 32 hexadecimal digits; the same value gets the same tag under one key
    #[arg(long, value_name = "HEX", env = "MIDSTREAM_PSEUDONYM_KEY", hide_env_values = true)]
    pseudonym_key: Option<Key>,
}

impl Guarding {
    /// What a session does with the rules; `None` where none are named.
    pub(crate) fn redaction(&self) -> Result<Option<Redaction>, Failure> {
        if self.rules.is_empty() {
            return Ok(None);
        }
        let mut redaction = Redaction::new(load(&self.rules)?);
        redaction.key = self.pseudonym_key.as_ref().map(|Key(key)| *key);
        Ok(Some(redaction))
    }
}

/// Rules by the names of packs or files.
pub(crate) fn load(names: &[String]) -> Result<Rules, Failure> {
    if let [name] = names
        && packaged(name).is_none()
    {
        let bytes = read(name)?;
        if Rules::are_compiled(&bytes) {
            return Rules::from_bytes(&bytes).map_err(|error| Failure::Input(format!("`{name}`: {error}")));
        }
    }
    let packs: Vec<_> = names.iter().map(|name| pack(name)).collect::<Result<_, _>>()?;
    Rules::compile(&packs).map_err(|error| Failure::Input(error.to_string()))
}

/// The pack of this name, or in the file of this name.
fn pack(name: &str) -> Result<Pack, Failure> {
    let text = match packaged(name) {
        Some(text) => text.to_owned(),
        None => {
            let bytes = read(name)?;
            if Rules::are_compiled(&bytes) {
                return Err(Failure::Input(format!("`{name}`: expected no other rules beside compiled ones")));
            }
            String::from_utf8(bytes).map_err(|_| Failure::Input(format!("`{name}`: expected UTF-8")))?
        }
    };
    Pack::parse(&text).map_err(|errors| {
        let told: Vec<_> = errors.0.iter().map(|error| format!("`{name}`, {error}")).collect();
        Failure::Input(told.join("\n"))
    })
}

fn read(name: &str) -> Result<Vec<u8>, Failure> {
    let path = PathBuf::from(name);
    std::fs::read(&path).map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            let known: Vec<_> = PACKS.iter().map(|(known, _)| *known).collect();
            return Failure::Input(format!("expected a pack ({}) or a file, found `{name}`", known.join(", ")));
        }
        Failure::Input(format!("can't read `{}`: {error}", Path::new(name).display()))
    })
}

fn packaged(name: &str) -> Option<&'static str> {
    PACKS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The packs that come with midstream.
const PACKS: &[(&str, &str)] = &[("secrets", include_str!("../../../../rules/secrets.toml"))];

#[derive(Debug, Clone)]
struct Key(PseudonymKey);

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("expected 32 hexadecimal digits, found {} characters", text.chars().count());
        let mut key = [0; 16];
        if text.len() != 32 || !text.is_ascii() {
            return Err(wrong());
        }
        for (at, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(|_| wrong())?;
        }
        Ok(Self(PseudonymKey::new(key)))
    }
}
