//! `midstream graph`: graphs in files, converted and asked, and graphs of what texts and streams speak of.

mod import;
mod query;
mod read;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::fmt;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use midstream::graph::Format;

use crate::exit::{Failure, Outcome};
use read::{From, read};

/// Make, convert and query temporal knowledge graphs
///
/// A graph comes from a snapshot, from any file that `midstream graph export` wrote, from N-Quads of other programs, or from texts (.txt .md) and streams
/// (.sse .ndjson .jsonl .ws): the names in them, those of a sentence linked with each other, and what is said of them, each
/// with its source. What is denied is an edge marked `negated`; what is only possible, planned or somebody's words is left
/// out unless --hedged is given. Which it is shows in a file's first bytes or in its name's ending (.jsonld .json .nq .nquads .nt .graphml .dot .gv .cypher
/// .csv), or say it with --from.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Graph {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Export(Export),
    Import(import::Import),
    Query(query::Query),
}

/// Write a graph in a format that other programs read
#[derive(Debug, Args)]
struct Export {
    /// The format; `snapshot` is midstream's own, compact and checked, `sqlite` a database: these two have everything, the
    /// others all but which predicates are functional and what was used when
    #[arg(long, value_name = "FORMAT", value_parser = target())]
    format: Target,

    #[command(flatten)]
    from: From,

    /// The graph, or texts and streams that are put together in one; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// A format to write.
#[derive(Debug, Clone, Copy)]
enum Target {
    Snapshot,
    #[cfg(feature = "sqlite")]
    Sqlite,
    Exchange(Format),
}

fn target() -> impl TypedValueParser<Value = Target> {
    let names = Format::ALL.iter().map(|(name, _)| *name).chain(STORES.iter().map(|(name, _)| *name));
    PossibleValuesParser::new(names).try_map(|name| match STORES.iter().find(|(known, _)| *known == name) {
        Some((_, target)) => Ok(*target),
        None => name.parse().map(Target::Exchange),
    })
}

/// The files that hold all that a graph knows.
const STORES: &[(&str, Target)] = &[
    ("snapshot", Target::Snapshot),
    #[cfg(feature = "sqlite")]
    ("sqlite", Target::Sqlite),
];

impl Graph {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        match self.command {
            Command::Export(export) => export.run(),
            Command::Import(import) => import.run(),
            Command::Query(query) => query.run(),
        }
    }
}

impl Export {
    fn run(self) -> Result<Outcome, Failure> {
        let graph = read(&self.from, &self.files)?;
        let mut output = BufWriter::with_capacity(64 * 1024, io::stdout().lock());
        match self.format {
            Target::Snapshot => output.write_all(&graph.snapshot())?,
            #[cfg(feature = "sqlite")]
            Target::Sqlite => output.write_all(&sqlite::write(&graph).map_err(io::Error::other)?)?,
            Target::Exchange(format) => {
                let mut text = Text { output: &mut output, failed: None };
                // That formatting failed says nothing of why; the writer remembers that.
                let written = graph.export(format, &mut text);
                if let Some(error) = text.failed {
                    return Err(error.into());
                }
                written.map_err(io::Error::other)?;
            }
        }
        output.flush()?;
        Ok(Outcome::Good)
    }
}

/// Formatted text on its way to bytes.
struct Text<W> {
    output: W,
    failed: Option<io::Error>,
}

impl<W: Write> fmt::Write for Text<W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.output.write_all(text.as_bytes()).map_err(|error| {
            self.failed = Some(error);
            fmt::Error
        })
    }
}

const EXAMPLES: &str = "\
Examples:
  midstream graph export --format snapshot notes/*.txt > notes.midgraph
  curl -sN https://api.example.com/v1/chat/completions -d @request.json | midstream graph export --format dot --from stream -
  midstream graph export --format dot graph.jsonld | dot -Tsvg > graph.svg
  midstream graph export --format sqlite graph.nq > graph.sqlite
  midstream graph import graph.midgraph today.txt answer.sse
  midstream graph query search graph.midgraph \"merkel\"
  midstream graph query neighbours graph.midgraph \"Angela Merkel\" --as-of 2010-01-01
  midstream graph query path graph.midgraph \"Angela Merkel\" \"Berlin\"

Exit codes: 0 done, 1 a file can't be read or nothing is found, 2 wrong use.";
