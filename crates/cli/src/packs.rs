//! Rule packs by name or file, compiled.

use std::collections::BTreeMap;
use std::fmt;

use midstream::pattern::{Action, Mask, Pack, PseudonymKey, Rules};
use serde::Deserialize;

use crate::exit::Failure;

/// Packs that come with midstream.
const BUILT_IN: &[(&str, &str)] = &[
    ("secrets", include_str!("../../../rules/secrets.toml")),
    ("pii", include_str!("../../../rules/pii.toml")),
    ("injection", include_str!("../../../rules/injection.toml")),
];

/// Which rules, and what becomes of their matches where that is not what their files say.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Choice {
    /// Names of packs that come with midstream, or files.
    pub(crate) rules: Vec<String>,
    /// For all rules.
    pub(crate) action: Option<Handling>,
    /// For some rules, by their ids.
    pub(crate) actions: BTreeMap<String, Handling>,
}

/// What becomes of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Handling {
    Report,
    Mask,
    Stop,
    Hold,
}

impl Handling {
    /// The same as a rule has it; a rule that masks keeps its way of doing so.
    fn over(self, action: &Action) -> Action {
        match (self, action) {
            (Self::Report, _) => Action::Report,
            (Self::Mask, Action::Mask(mask)) => Action::Mask(mask.clone()),
            (Self::Mask, _) => Action::Mask(Mask::Placeholder),
            (Self::Stop, _) => Action::Stop,
            (Self::Hold, _) => Action::Hold,
        }
    }
}

/// Whether `name` is a file that `midstream rules compile` made.
pub(crate) fn is_compiled(name: &str) -> bool {
    std::fs::read(name).is_ok_and(|bytes| Rules::are_compiled(&bytes))
}

/// The rules of these packs and files; those that `midstream rules compile` made run with others of their sort only.
pub(crate) fn rules(names: &[String]) -> Result<Rules, Failure> {
    let compiled = |name: &String| std::fs::read(name).ok().filter(|bytes| Rules::are_compiled(bytes));
    let files: Vec<_> = names.iter().map_while(compiled).collect();
    if !files.is_empty() && files.len() == names.len() {
        let files: Vec<_> = files.iter().map(Vec::as_slice).collect();
        return Rules::from_files(&files).map_err(|(at, error)| Failure::Usage(format!("`{}`: {error}", names[at])));
    }
    compile(&Choice { rules: names.to_vec(), ..Choice::default() })
}

/// Compiles the rules of `choice`.
///
/// All that is wrong is told: nothing is left out, since a rule that does not run protects nobody.
pub(crate) fn compile(choice: &Choice) -> Result<Rules, Failure> {
    let mut packs = choice.rules.iter().map(|name| load(name)).collect::<Result<Vec<_>, _>>()?;
    if let Some(at) = (1..packs.len()).find(|at| packs[..*at].iter().any(|pack| pack.name == packs[*at].name)) {
        let (name, file) = (&packs[at].name, &choice.rules[at]);
        return Err(Failure::Usage(format!("expected packs of different names, found `{name}` once more in `{file}`")));
    }
    let mut unknown: Vec<&String> = choice.actions.keys().collect();
    for rule in packs.iter_mut().flat_map(|pack| &mut pack.rules) {
        unknown.retain(|id| **id != rule.id);
        if let Some(handling) = choice.actions.get(&rule.id).copied().or(choice.action) {
            rule.action = handling.over(&rule.action);
        }
    }
    if let Some(id) = unknown.first() {
        return Err(Failure::Usage(format!("expected ids of rules in `actions`, found `{id}`, which no pack has")));
    }
    Rules::compile(&packs).map_err(|error| Failure::Usage(error.to_string()))
}

/// The pack that is called `name`, or stands in the file of that name.
pub(crate) fn load(name: &str) -> Result<Pack, Failure> {
    let wrong = |error: &dyn fmt::Display| Failure::Usage(format!("`{name}`: {error}"));
    if let Some((_, text)) = BUILT_IN.iter().find(|(known, _)| *known == name) {
        return Pack::parse(text).map_err(|error| wrong(&error));
    }
    let bytes = std::fs::read(name).map_err(|error| {
        let known: Vec<_> = BUILT_IN.iter().map(|(known, _)| *known).collect();
        Failure::Usage(format!("expected a pack ({}) or a file of rules, found `{name}`: {error}", known.join(", ")))
    })?;
    if Rules::are_compiled(&bytes) {
        return Err(wrong(&"expected rules in TOML, found compiled ones, which run only with others of their sort"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        wrong(&format!(
            "expected rules in TOML, found byte {:#04x} at byte {at}, which is no UTF-8",
            error.as_bytes()[at]
        ))
    })?;
    Pack::parse(&text).map_err(|error| wrong(&error))
}

/// The key of pseudonyms from the environment variable [`KEY`]: 32 hexadecimal digits.
pub(crate) fn pseudonym_key() -> Result<Option<PseudonymKey>, Failure> {
    let Ok(text) = std::env::var(KEY) else { return Ok(None) };
    let byte = |at: usize| u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok();
    let bytes = (0..16).map(byte).collect::<Option<Vec<_>>>().filter(|_| text.len() == 32);
    let bytes = bytes.and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    match bytes {
        Some(bytes) => Ok(Some(PseudonymKey::new(bytes))),
        // The value is a secret and is not told.
        None => Err(Failure::Usage(format!("expected 32 hexadecimal digits in {KEY}, found {} bytes", text.len()))),
    }
}

/// Where the key of pseudonyms stands.
pub(crate) const KEY: &str = "MIDSTREAM_PSEUDONYM_KEY";
