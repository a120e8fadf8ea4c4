//! `midstream relations`: text in, what it says of whom out.

use std::fmt::Write;
use std::io::BufRead;
use std::path::PathBuf;

use clap::Args;
use midstream::Channel;
use midstream::relation::{Finding, Relation, Relations};
use serde::Serialize;
use serde_json::Value;

use crate::exit::{Failure, Outcome};
use crate::model::Names;
use crate::output::Output;
use crate::texts::{Text, each_file, each_line, each_piece};

/// Find out what texts say of whom: subject, predicate, object
///
/// Prints one JSON line a relation, as the `relation` event has it, once its sentence is over; with `--jsonl`, one line a
/// text, `{id, relations}`. `start` and `end` count UTF-8 bytes of the text. What a sentence denies has `negated`, what it
/// does not vouch for has `hedged`. `confidence` is how likely the sentence is to say just this, from 0 to 1. `entity` is
/// the same number for the same name within a text. English only.
///
/// Exits with 1 where a file can't be read, is no UTF-8, or a line is no `{id, text}`.
#[derive(Debug, Args)]
#[command(name = "relations", after_long_help = EXAMPLES)]
pub(crate) struct RelationsCommand {
    /// Read lines `{"id": ..., "text": "..."}`, each a text of its own
    #[arg(long)]
    jsonl: bool,

    /// Print them for people: `0.71  Ada | worked at | Acme | in 1841 (1841)`
    #[arg(long, conflicts_with = "jsonl")]
    plain: bool,

    /// Leave out what is less likely than this
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = probability)]
    confidence: f32,

    /// What finds the names: `standard`, `tiny`, `none` or a model file
    #[arg(long, value_name = "MODEL", default_value = "standard")]
    model: PathBuf,

    #[command(flatten)]
    names: Names,

    /// The texts; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

impl RelationsCommand {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        let settings = Names::relations(self.names.entities(&self.model)?)?;
        let mut output = Output::new();
        let outcome = each_file(&self.files, |input| match self.jsonl {
            true => self.lines(input, &settings, &mut output),
            false => self.text(input, &settings, &mut output),
        })?;
        output.flush()?;
        Ok(outcome)
    }

    /// Reads a text in pieces and prints what it says.
    fn text(&self, input: &mut dyn BufRead, settings: &Relations, output: &mut Output) -> Result<Outcome, Failure> {
        let mut reader = settings.reader(0, Channel::Text);
        let mut ids = settings.entities.linker();
        let mut found = Vec::new();
        each_piece(input, |piece| {
            match piece {
                Some(piece) => reader.push(piece, &mut ids, &mut found),
                None => reader.finish(&mut ids, &mut found),
            }
            for relation in self.relations(&mut found) {
                match self.plain {
                    true => output.text(&plain(&relation))?,
                    false => output.line(&relation)?,
                }
            }
            Ok(())
        })
    }

    /// Reads lines that each hold a text, and prints a line for each.
    fn lines(&self, input: &mut dyn BufRead, settings: &Relations, output: &mut Output) -> Result<Outcome, Failure> {
        let mut found = Vec::new();
        each_line(input, |Text { id, text }| {
            let mut reader = settings.reader(0, Channel::Text);
            let mut ids = settings.entities.linker();
            reader.push(&text, &mut ids, &mut found);
            reader.finish(&mut ids, &mut found);
            let relations = self.relations(&mut found).collect();
            Ok(output.line(&Found { id, relations })?)
        })
    }

    fn relations<'a>(&self, found: &'a mut Vec<Finding>) -> impl Iterator<Item = Relation> + use<'a> {
        let least = self.confidence;
        found.drain(..).filter_map(move |finding| match finding {
            Finding::Relation(relation) if relation.confidence >= least => Some(*relation),
            _ => None,
        })
    }
}

fn probability(text: &str) -> Result<f32, String> {
    let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| format!("expected a number from 0 to 1, found `{text}`"))
}

#[derive(Serialize)]
struct Found {
    id: Value,
    relations: Vec<Relation>,
}

/// A relation as a line for people.
fn plain(relation: &Relation) -> String {
    let mut line = format!("{:.2}  ", relation.confidence);
    let parts = [relation.subject.text.as_str(), &relation.predicate.text, &relation.object.text];
    for (at, part) in parts.into_iter().chain(relation.adjuncts.iter().map(|part| part.text.as_str())).enumerate() {
        line += if at > 0 { " | " } else { "" };
        line += &part.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    if let Some(time) = &relation.time {
        let (since, until) = (time.since.as_deref().unwrap_or(""), time.until.as_deref().unwrap_or(""));
        let same = since == until;
        let written = if same { write!(line, " ({since})") } else { write!(line, " ({since}..{until})") };
        written.expect("a String takes all");
    }
    for (is, word) in [(relation.negated, "denied"), (relation.hedged, "not sure")] {
        if is {
            line += " [";
            line += word;
            line += "]";
        }
    }
    line.push('\n');
    line
}

const EXAMPLES: &str = "\
Examples:
  echo 'Ada Lovelace, a mathematician, worked with Charles Babbage in 1842.' | midstream relations --plain -
  midstream relations report.txt | jq -r 'select(.subject.kind == \"PERSON\") | [.subject.text, .predicate.text, .object.text] | @tsv'
  midstream relations --jsonl --confidence 0.5 sentences.jsonl

Exit codes: 0 done, 1 a file can't be read or a line is no text, 2 wrong use.";
