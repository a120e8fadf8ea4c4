//! Graphs for other programs: written in the formats that they read, and read again from what was written.
//!
//! Each format writes the same properties by the same names (`properties`), each in its own way; each reader hands on
//! nodes and edges with properties as text (`collect`), and one place makes a graph of them. So a format is one file
//! that knows its syntax and nothing else. Nodes are called `n0`, `n1` and so on, edges `e0`, `e1`: their numbers.
//! Order is by number.

mod collect;
mod csv;
mod cypher;
mod dot;
mod foreign;
mod given;
mod graphml;
mod jsonld;
mod nquads;
mod properties;
mod rdf;
pub mod table;

use std::fmt;

use super::settings::Settings;
use super::store::Graph;

/// A format for exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON-LD 1.1: each edge is a named graph that holds its triple; its properties are the named graph's.
    JsonLd,
    /// N-Quads 1.1: the same quads, one a line. Statements of other programs are read too: as facts between things that
    /// are called by their labels, or by the ends of their IRIs.
    NQuads,
    /// GraphML: properties as typed attributes. Characters that XML can't hold become U+FFFD.
    GraphMl,
    /// Graphviz DOT: properties as attributes, with labels to be drawn.
    Dot,
    /// openCypher: one statement a line.
    Cypher,
    /// CSV (RFC 4180): one table, of which the first column says `node` or `edge`.
    Csv,
}

impl Format {
    /// All formats by name.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("jsonld", Self::JsonLd),
        ("nquads", Self::NQuads),
        ("graphml", Self::GraphMl),
        ("dot", Self::Dot),
        ("cypher", Self::Cypher),
        ("csv", Self::Csv),
    ];
}

impl std::str::FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        crate::named(Self::ALL, "format", name)
    }
}

/// Why a file could not be read as a graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportError {
    /// What was expected and what came.
    pub message: String,
    /// On which line, counted from 1, where that is known.
    pub line: Option<usize>,
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.line.map_or(Ok(()), |line| write!(f, " on line {line}"))
    }
}

impl std::error::Error for ImportError {}

impl ImportError {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), line: None }
    }

    /// An error at a byte of `text`.
    fn at(text: &str, at: usize, message: impl Into<String>) -> Self {
        let before = &text.as_bytes()[..at.min(text.len())];
        Self { message: message.into(), line: Some(memchr::memchr_iter(b'\n', before).count() + 1) }
    }
}

impl Graph {
    /// Writes the whole graph, what is over included.
    ///
    /// # Errors
    ///
    /// Where `out` fails.
    pub fn export(&self, format: Format, out: &mut dyn fmt::Write) -> fmt::Result {
        match format {
            Format::JsonLd => jsonld::write(self, out),
            Format::NQuads => nquads::write(self, out),
            Format::GraphMl => graphml::write(self, out),
            Format::Dot => dot::write(self, out),
            Format::Cypher => cypher::write(self, out),
            Format::Csv => csv::write(self, out),
        }
    }

    /// Reads what [`export`](Self::export) wrote, and any N-Quads. Nodes and edges called `n0` and `e0` keep these numbers, others
    /// get new ones. The order of the file is the order in which they count as used.
    ///
    /// # Errors
    ///
    /// Where the text is not of the format, names what it does not have, or holds more than the limits allow.
    pub fn import(format: Format, text: &str, settings: Settings) -> Result<Self, ImportError> {
        let mut collected = collect::Collected::default();
        match format {
            Format::JsonLd => jsonld::read(text, &mut collected),
            Format::NQuads => nquads::read(text, &mut collected),
            Format::GraphMl => graphml::read(text, &mut collected),
            Format::Dot => dot::read(text, &mut collected),
            Format::Cypher => cypher::read(text, &mut collected),
            Format::Csv => csv::read(text, &mut collected),
        }?;
        collected.graph(settings)
    }
}
