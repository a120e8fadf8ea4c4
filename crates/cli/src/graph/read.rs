//! Reading a graph from a file.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use midstream::graph::{Format, Graph, Settings};

use crate::exit::Failure;
use crate::input::{Input, Piece};

/// Which graph.
#[derive(Debug, Args)]
pub(super) struct From {
    /// The file's format, where neither its first bytes nor its name's ending tell
    #[arg(long, value_name = "FORMAT", value_parser = format())]
    from: Option<Format>,

    /// A predicate of which a subject has one object at a time; may be given again (a snapshot knows its own)
    #[arg(long, value_name = "PREDICATE")]
    functional: Vec<String>,

    /// The graph; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.iter().map(|(name, _)| *name)).try_map(|name| name.parse())
}

/// The graph in the file.
pub(super) fn read(from: &From) -> Result<Graph, Failure> {
    let mut input = Input::open(&from.file, 1)?;
    let mut bytes = Vec::new();
    loop {
        match input.next(None)? {
            Piece::Bytes(piece) => bytes.extend_from_slice(piece),
            Piece::Nothing => {}
            Piece::End => break,
        }
    }
    let name = input.name();
    let bad = |why: &dyn std::fmt::Display| Failure::Input(format!("{name}: {why}"));
    let settings = Settings { functional: from.functional.clone(), ..Settings::default() };
    if bytes.starts_with(b"midgraph") {
        return Graph::restore(&bytes, settings).map_err(|error| bad(&error));
    }
    let ending = from.file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let known = ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, format)| *format);
    let Some(format) = from.from.or(known) else {
        return Err(bad(&"expected a snapshot, found something else; say with --from what it is"));
    };
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| bad(&format_args!("expected UTF-8, found other bytes at byte {}", error.valid_up_to())))?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    Graph::import(format, text, settings).map_err(|error| bad(&error))
}

const ENDINGS: &[(&str, Format)] = &[
    ("jsonld", Format::JsonLd),
    ("json", Format::JsonLd),
    ("nq", Format::NQuads),
    ("nquads", Format::NQuads),
    ("graphml", Format::GraphMl),
    ("dot", Format::Dot),
    ("gv", Format::Dot),
    ("cypher", Format::Cypher),
    ("csv", Format::Csv),
];
