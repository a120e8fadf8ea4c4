//! `midstream rules check`: files of rules in, what each rule does out.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use midstream::pattern::{Example, Kind, Pack, Rule, Rules};
use serde::Serialize;

use crate::exit::{Failure, Outcome, tell};
use crate::output::Output;
use crate::packs;

/// Try files of rules: their own tests, overlap, cost, and what they hold back
///
/// Prints one JSON line a rule: `{file, rule, tests, failed, overlaps, held_mean, held_max, nanoseconds_per_byte}`.
/// `failed` says what each test that failed expected and found. `overlaps` names the rules of the same file that also
/// match a text's part that this rule's tests match. `held_*` is how many bytes the rule holds back while the sample
/// arrives in pieces of four characters; the time is that of one reading of the sample as a whole, in the rule alone.
///
/// Exits with 1 where a file can't be read, has a mistake (each is told with its line and field), or a test fails.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Check {
    /// The text to measure with; without it, the beginning of the rules' own file
    #[arg(long, value_name = "FILE")]
    sample: Option<PathBuf>,

    /// Files of rules, or names of packs that come with midstream
    #[arg(value_name = "PACK|FILE", required = true)]
    files: Vec<String>,
}

impl Check {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        let mut output = Output::new();
        let mut outcome = Outcome::Good;
        let sample = self.sample.as_deref().map(read).transpose()?;
        for file in &self.files {
            match packs::load(file) {
                Ok(pack) => {
                    let text = sample.clone().unwrap_or_else(|| patterns(&pack));
                    outcome = outcome.and(check(file, &pack, cut(&text), &mut output)?);
                }
                Err(failure) => {
                    tell(&failure);
                    outcome = Outcome::Bad;
                }
            }
        }
        output.flush()?;
        Ok(outcome)
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure::Input(format!("`{}`: {error}", path.display())))
}

/// A text of many kinds that is at hand for every pack: what its rules say of themselves.
fn patterns(pack: &Pack) -> String {
    pack.rules
        .iter()
        .fold(String::new(), |text, rule| text + &rule.id + ": " + &rule.description + "\n" + &rule.pattern + "\n")
}

/// The beginning of `text`: enough to measure, and soon done for hundreds of rules.
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(SAMPLE)]
}

/// Bytes of the sample that are used.
const SAMPLE: usize = 16 * 1024;

/// What is said of a rule.
#[derive(Debug, Serialize)]
struct Line<'a> {
    file: &'a str,
    rule: &'a str,
    tests: usize,
    failed: Vec<String>,
    overlaps: Vec<&'a str>,
    held_mean: f64,
    held_max: usize,
    nanoseconds_per_byte: f64,
}

fn check(file: &str, pack: &Pack, sample: &str, output: &mut Output) -> Result<Outcome, Failure> {
    let all = compile(file, pack)?;
    let mut outcome = Outcome::Good;
    for (index, rule) in pack.rules.iter().enumerate() {
        let alone = alone(file, pack, rule)?;
        let failed = failures(rule, &alone);
        if !failed.is_empty() {
            tell(&format_args!("`{file}`: rule `{}`: {} of its tests failed", rule.id, failed.len()));
            outcome = Outcome::Bad;
        }
        let (held_mean, held_max) = held(&alone, sample);
        output.line(&Line {
            file,
            rule: &rule.id,
            tests: rule.tests.matches.len() + rule.tests.misses.len(),
            failed,
            overlaps: overlaps(rule, index, &all, pack),
            held_mean,
            held_max,
            nanoseconds_per_byte: cost(&alone, sample),
        })?;
    }
    Ok(outcome)
}

/// One rule of `pack` by itself.
pub(super) fn alone(file: &str, pack: &Pack, rule: &Rule) -> Result<Rules, Failure> {
    let Pack { name, version, description, .. } = pack;
    let (name, version, description) = (name.clone(), version.clone(), description.clone());
    compile(file, &Pack { name, version, description, rules: vec![rule.clone()] })
}

fn compile(file: &str, pack: &Pack) -> Result<Rules, Failure> {
    Rules::compile(std::slice::from_ref(pack)).map_err(|error| Failure::Input(format!("`{file}`: {error}")))
}

/// The channel that a rule's tests stand in: the first that it looks at.
fn channel(rule: &Rule) -> Kind {
    let channels = rule.channels;
    match (channels.text, channels.reasoning, channels.refusal) {
        (true, ..) => Kind::Text,
        (_, true, _) => Kind::Reasoning,
        (_, _, true) => Kind::Refusal,
        _ => Kind::Tool,
    }
}

/// All matches in `text`: the rule's number and the range.
fn find(rules: &Rules, kind: Kind, text: &str) -> Vec<(usize, usize, usize)> {
    let mut redactor = rules.redactor(kind);
    let mut out = String::new();
    redactor.push(text, &mut out);
    redactor.finish(&mut out);
    // The text is in memory, so its offsets fit.
    redactor.matches().map(|it| (it.rule, it.start as usize, it.end as usize)).collect()
}

/// What each test that failed expected and found.
pub(super) fn failures(rule: &Rule, alone: &Rules) -> Vec<String> {
    let found = |text: &str| -> Vec<String> {
        find(alone, channel(rule), text).into_iter().map(|(_, start, end)| text[start..end].to_owned()).collect()
    };
    let hits = rule.tests.matches.iter().filter_map(|Example { text, value }| {
        let found = found(text);
        match (value, found.first()) {
            (None, Some(_)) => None,
            (Some(value), Some(first)) if value == first => None,
            (None, None) => Some(format!("expected a match in {text:?}, found none")),
            (Some(value), _) => Some(format!("expected {value:?} in {text:?}, found {found:?}")),
        }
    });
    let misses = rule.tests.misses.iter().filter_map(|text| {
        let found = found(text);
        (!found.is_empty()).then(|| format!("expected no match in {text:?}, found {found:?}"))
    });
    hits.chain(misses).collect()
}

/// The other rules of the pack that match a part of what this rule's tests match.
fn overlaps<'a>(rule: &Rule, index: usize, all: &Rules, pack: &'a Pack) -> Vec<&'a str> {
    let mut others = Vec::new();
    for test in &rule.tests.matches {
        let found = find(all, channel(rule), &test.text);
        let mine: Vec<_> = found.iter().filter(|it| it.0 == index).collect();
        let touches = |it: &&(usize, usize, usize)| mine.iter().any(|mine| it.1 < mine.2 && mine.1 < it.2);
        others.extend(found.iter().filter(|it| it.0 != index).filter(touches).map(|it| it.0));
    }
    others.sort_unstable();
    others.dedup();
    others.into_iter().map(|other| pack.rules[other].id.as_str()).collect()
}

/// How many bytes are held back while `sample` arrives in pieces of four characters: mean over the pieces, and most.
fn held(rules: &Rules, sample: &str) -> (f64, usize) {
    let mut redactor = rules.redactor(Kind::Text);
    let (mut out, mut sum, mut most, mut pieces) = (String::new(), 0, 0, 0_usize);
    let mut rest = sample;
    while !rest.is_empty() {
        let end = rest.char_indices().nth(4).map_or(rest.len(), |(at, _)| at);
        redactor.push(&rest[..end], &mut out);
        let held = redactor.held().len();
        sum += held;
        most = most.max(held);
        pieces += 1;
        rest = &rest[end..];
    }
    (sum as f64 / pieces.max(1) as f64, most)
}

/// Nanoseconds a byte of one reading.
fn cost(rules: &Rules, sample: &str) -> f64 {
    let start = Instant::now();
    find(rules, Kind::Text, sample);
    start.elapsed().as_nanos() as f64 / sample.len().max(1) as f64
}

const EXAMPLES: &str = "\
Examples:
  midstream rules check my-rules.toml
  midstream rules check secrets pii | jq 'select(.held_max > 64)'
  midstream rules check --sample answer.txt my-rules.toml | jq -r '[.rule, .held_mean] | @tsv'

Exit codes: 0 done, 1 a file can't be read, has a mistake or a test fails, 2 wrong use.";
