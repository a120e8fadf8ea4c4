//! `midstream entities`: text in, the names and values in it out.

use std::io::BufRead;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use midstream::entity::{Entities, Entity};
use serde::Serialize;
use serde_json::Value;

use crate::exit::{Failure, Outcome};
use crate::model::Names;
use crate::output::Output;
use crate::texts::{Text, each_file, each_line, each_piece};

/// Find people, organisations, places, and values such as dates, amounts and addresses in texts
///
/// Prints one JSON line an entity, `{type, text, start, end, confidence, normalized}`, as soon as it is final; with
/// `--jsonl`, one line a text, `{id, entities}`. `start` and `end` count UTF-8 bytes of the text, or what `--offsets`
/// says. `confidence` is how likely the model holds just this span to be just this type, from 0 to 1. The models have
/// learnt English: of other languages they know names that English texts have, too. Marks of Markdown are no part of names.
///
/// Exits with 1 where a file can't be read, is no UTF-8, or a line is no `{id, text}`.
#[derive(Debug, Args)]
#[command(name = "entities", after_long_help = EXAMPLES)]
pub(crate) struct EntitiesCommand {
    /// Read lines `{"id": ..., "text": "..."}`, each a text of its own
    #[arg(long)]
    jsonl: bool,

    /// What finds the names: `standard`, `tiny`, `none` or a model file
    #[arg(long, value_name = "MODEL", default_value = "standard")]
    model: PathBuf,

    #[command(flatten)]
    names: Names,

    /// What `start` and `end` count
    #[arg(long, value_name = "UNIT", value_enum, default_value_t = Unit::Bytes)]
    offsets: Unit,

    /// The texts; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// What offsets count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Unit {
    /// Bytes of the text in UTF-8
    Bytes,
    /// Characters (Unicode scalar values), as in Python
    Chars,
    /// UTF-16 code units, as in JavaScript
    Utf16,
}

impl EntitiesCommand {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        let entities = self.names.entities(&self.model)?;
        let mut output = Output::new();
        let outcome = each_file(&self.files, |input| match self.jsonl {
            true => self.lines(input, &entities, &mut output),
            false => self.text(input, &entities, &mut output),
        })?;
        output.flush()?;
        Ok(outcome)
    }

    /// Reads a text in pieces and prints what is in it.
    fn text(&self, input: &mut dyn BufRead, entities: &Entities, output: &mut Output) -> Result<Outcome, Failure> {
        let mut reader = entities.reader();
        let mut offsets = Offsets::new(self.offsets);
        let mut found = Vec::new();
        each_piece(input, |piece| {
            match piece {
                Some(piece) => {
                    reader.push(piece, &mut found);
                    offsets.push(piece);
                }
                None => reader.finish(&mut found),
            }
            for entity in found.drain(..) {
                output.line(&Line::new(entity, &mut offsets))?;
            }
            Ok(())
        })
    }

    /// Reads lines that each hold a text, and prints a line for each.
    fn lines(&self, input: &mut dyn BufRead, entities: &Entities, output: &mut Output) -> Result<Outcome, Failure> {
        let mut found = Vec::new();
        each_line(input, |Text { id, text }| {
            let mut reader = entities.reader();
            reader.push(&text, &mut found);
            reader.finish(&mut found);
            let mut offsets = Offsets::new(self.offsets);
            offsets.push(&text);
            let entities = found.drain(..).map(|entity| Line::new(entity, &mut offsets)).collect();
            Ok(output.line(&Found { id, entities })?)
        })
    }
}

#[derive(Serialize)]
struct Found {
    id: Value,
    entities: Vec<Line>,
}

/// An entity as it is printed.
#[derive(Serialize)]
struct Line {
    r#type: String,
    text: String,
    start: u64,
    end: u64,
    confidence: f64,
    normalized: Option<String>,
}

impl Line {
    fn new(entity: Entity, offsets: &mut Offsets) -> Self {
        let Entity { kind, text, start, end, confidence, normalized, .. } = entity;
        Self {
            r#type: kind.to_string(),
            text,
            start: offsets.of(start),
            end: offsets.of(end),
            confidence: (f64::from(confidence) * 1e4).round() / 1e4,
            normalized,
        }
    }
}

/// Translates ascending byte offsets.
struct Offsets {
    unit: Unit,
    /// The text from byte `byte` on, which is `other` in the unit.
    text: String,
    byte: u64,
    other: u64,
}

impl Offsets {
    fn new(unit: Unit) -> Self {
        Self { unit, text: String::new(), byte: 0, other: 0 }
    }

    fn push(&mut self, text: &str) {
        if self.unit != Unit::Bytes {
            self.text.push_str(text);
        }
    }

    /// The offset of byte `byte`, which is not before the one asked for last.
    fn of(&mut self, byte: u64) -> u64 {
        if self.unit == Unit::Bytes {
            return byte;
        }
        let passed: String = self.text.drain(..(byte - self.byte) as usize).collect();
        self.byte = byte;
        self.other += match self.unit {
            Unit::Utf16 => passed.encode_utf16().count() as u64,
            _ => passed.chars().count() as u64,
        };
        self.other
    }
}

const EXAMPLES: &str = "\
Examples:
  echo 'Ada Lovelace met Charles Babbage in London.' | midstream entities -
  midstream entities report.txt | jq -r 'select(.type == \"ORGANIZATION\") | .text'
  midstream entities --jsonl --offsets chars sentences.jsonl
  midstream entities --gazetteer products.csv --model tiny notes.md

Exit codes: 0 done, 1 a file can't be read or a line is no text, 2 wrong use.";
