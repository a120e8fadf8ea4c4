//! Reading a graph from a file, or making one of what texts and streams speak of.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use midstream::graph::{FUNCTIONAL, Format, Graph, Ingest, IngestSettings, Settings};
use midstream::{Config, Dialect, Engine, ErrorKind, Event, Framing, Moment};

use crate::exit::{Failure, tell};
use crate::host::{self, Clock, Sink};
use crate::input::{Input, Piece};
use crate::model::Names;
use crate::reading::Bytes;
use crate::texts::no_utf8;

/// Which graph.
#[derive(Debug, Args)]
pub(super) struct From {
    /// What the file is, where neither its first bytes nor its name's ending tell: a format, `text`, or `stream` for the
    /// body of a provider's answer
    #[arg(long, value_name = "FORMAT", value_parser = kind())]
    from: Option<Kind>,

    /// A predicate of which a subject has one object at a time (`works for`), or, with ^ before it, an object one subject
    /// (`^is CEO of`): a new one ends what was so before; may be given again
    ///
    /// Those that are given stand in the place of the default set: homes (lives in, resides in, is based in, is headquartered
    /// in), is married to, and as ^ offices (is CEO, CFO, CTO, chairman, president, prime minister, chancellor, governor, mayor,
    /// king, queen, head, head coach of; is chief executive [officer] of) and is capital of. `default` is that set, to be added
    /// to; `none` is no predicate. A snapshot and a database know their own.
    #[arg(long, value_name = "PREDICATE", value_parser = predicate)]
    functional: Vec<String>,

    /// What finds the names in texts and streams: `standard`, `tiny`, `none` or a model file
    #[arg(long, value_name = "MODEL", default_value = "standard")]
    model: PathBuf,

    /// Let values that have a form (dates, amounts, addresses) be nodes too, not only names
    #[arg(long)]
    values: bool,

    /// Let what is said to be possible, planned or somebody's words only be edges too, with `perhaps` before the predicate and
    /// half the confidence; without it they are left out and counted. What is denied is an edge in any case, marked `negated`
    #[arg(long)]
    hedged: bool,

    #[command(flatten)]
    names: Names,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Snapshot,
    Sqlite,
    Exchange(Format),
    Text,
    Stream,
}

fn kind() -> impl TypedValueParser<Value = Kind> {
    let names = Format::ALL.iter().map(|(name, _)| *name).chain(["snapshot", "sqlite", "text", "stream"]);
    PossibleValuesParser::new(names).try_map(|name| match name.as_str() {
        "snapshot" => Ok(Kind::Snapshot),
        "sqlite" => Ok(Kind::Sqlite),
        "text" => Ok(Kind::Text),
        "stream" => Ok(Kind::Stream),
        name => name.parse().map(Kind::Exchange),
    })
}

/// The graph in these files: in one, or what texts and streams speak of.
pub(super) fn read<'a>(from: &From, files: impl IntoIterator<Item = &'a PathBuf>) -> Result<Graph, Failure> {
    take(from, None, files)
}

/// The same, put into a graph that there is.
pub(super) fn take<'a>(
    from: &From,
    known: Option<Graph>,
    files: impl IntoIterator<Item = &'a PathBuf>,
) -> Result<Graph, Failure> {
    let files: Vec<_> = files.into_iter().collect();
    let alone = known.is_none() && files.len() == 1;
    let mut graph = known.unwrap_or_else(|| Graph::new(from.settings()));
    let mut hedged = 0;
    for path in &files {
        if path.as_path() != Path::new("-") && fs::metadata(path).is_err() {
            // Says what is wrong with it.
            Input::open(path, 1)?;
        }
        match from.kind(path)? {
            kind @ (Kind::Text | Kind::Stream) => hedged += from.listen(path, kind, &mut graph)?,
            _ if !alone => {
                return Err(Failure::Usage(
                    "only texts and streams can be put together: a graph is one file".to_owned(),
                ));
            }
            kind => graph = load(path, Some(kind), from.settings())?,
        }
    }
    if hedged > 0 {
        let facts = if hedged == 1 { "1 fact that is" } else { &format!("{hedged} facts that are") };
        tell(&format_args!(
            "left out {facts} said to be possible, planned or somebody's words; --hedged takes them in"
        ));
    }
    Ok(graph)
}

impl From {
    pub(super) fn settings(&self) -> Settings {
        let mut functional = Vec::new();
        for predicate in &self.functional {
            match predicate.as_str() {
                "default" => functional.extend(FUNCTIONAL.map(String::from)),
                "none" => {}
                other => functional.push(other.to_owned()),
            }
        }
        let is_set = !self.functional.is_empty();
        Settings { functional: if is_set { functional } else { Settings::default().functional }, ..Settings::default() }
    }

    fn kind(&self, path: &Path) -> Result<Kind, Failure> {
        if let Some(kind) = self.from {
            return Ok(kind);
        }
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        // A snapshot and a database are known by their first bytes, whatever they are called.
        let known = ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, kind)| *kind);
        Ok(known.unwrap_or(Kind::Snapshot))
    }

    /// Takes what a text or a stream speaks of into the graph, and tells how many facts were left out as hedged.
    fn listen(&self, path: &Path, kind: Kind, graph: &mut Graph) -> Result<u64, Failure> {
        let text = kind == Kind::Text;
        let engine = Engine::new(Config {
            framing: text.then_some(Framing::Text),
            dialect: text.then_some(Dialect::Text),
            analyses: vec![Arc::new(Names::relations(self.names.entities(&self.model)?)?)],
            ..Config::default()
        });
        let stream = if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
        let settings = IngestSettings { values: self.values, hedged: self.hedged, ..IngestSettings::default() };
        let now = self.names.now().unwrap_or_else(today);
        let mut listener = Listener { ingest: Ingest::new(stream, settings), graph, now, text, wrong: None };
        let mut input = Input::open(path, 1)?;
        host::run(&engine, &mut input, &Bytes::whole(), Clock::Stopped, &mut listener)?;
        match listener.wrong {
            // A text is refused, where a provider's answer is mended: what is found in it would have no place in the file.
            Some(error) if text && error.kind == ErrorKind::InvalidUtf8 => {
                let found = error.message.split(';').next().unwrap_or_default();
                Err(Failure::Input(format!("{}: {found} at byte {}", input.name(), error.offset)))
            }
            Some(error) => Err(Failure::Input(format!("{}: {error}", input.name()))),
            None => Ok(listener.ingest.hedged()),
        }
    }
}

/// Hands a stream's events to a graph.
struct Listener<'g> {
    ingest: Ingest,
    graph: &'g mut Graph,
    now: Moment,
    /// Whether this is plain text: what is wrong with it is no provider's affair.
    text: bool,
    /// The first error after which nothing could be known.
    wrong: Option<midstream::Error>,
}

impl Sink for Listener<'_> {
    fn event(&mut self, event: Event) -> io::Result<()> {
        let mut changes = Vec::new();
        if let Err(error) = self.ingest.event(&event, self.now, self.graph, &mut changes) {
            tell(&format_args!("left out: {error}"));
        }
        match event {
            Event::Error(error) if self.text || error.is_fatal() => {
                self.wrong.get_or_insert(error);
            }
            Event::Error(error) => tell(&error),
            _ => {}
        }
        Ok(())
    }

    fn pause(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads a file that holds a graph: one of `kind`, unless its first bytes say something else.
pub(super) fn load(path: &Path, kind: Option<Kind>, settings: Settings) -> Result<Graph, Failure> {
    let mut input = Input::open(path, 1)?;
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
    if bytes.starts_with(b"midgraph") {
        return Graph::restore(&bytes, settings).map_err(|error| bad(&error));
    }
    #[cfg(feature = "sqlite")]
    if bytes.starts_with(super::sqlite::MAGIC) {
        return super::sqlite::read(&bytes, settings).map_err(|error| bad(&error));
    }
    let Some(Kind::Exchange(format)) = kind else {
        return Err(bad(&match (kind, bytes.is_empty()) {
            (Some(Kind::Sqlite), true) => "expected an SQLite database, found an empty file",
            (Some(Kind::Sqlite), false) => "expected an SQLite database, found something else",
            (_, true) => "expected a snapshot, found an empty file",
            (_, false) => "expected a snapshot, found something else; say with --from what it is",
        }));
    };
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| bad(&no_utf8(bytes[error.valid_up_to()], error.valid_up_to() as u64)))?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    Graph::import(format, text, settings).map_err(|error| bad(&error))
}

/// The time of the clock on the wall.
fn today() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

const ENDINGS: &[(&str, Kind)] = &[
    ("jsonld", Kind::Exchange(Format::JsonLd)),
    ("json", Kind::Exchange(Format::JsonLd)),
    ("nq", Kind::Exchange(Format::NQuads)),
    ("nt", Kind::Exchange(Format::NQuads)),
    ("nquads", Kind::Exchange(Format::NQuads)),
    ("graphml", Kind::Exchange(Format::GraphMl)),
    ("dot", Kind::Exchange(Format::Dot)),
    ("gv", Kind::Exchange(Format::Dot)),
    ("cypher", Kind::Exchange(Format::Cypher)),
    ("csv", Kind::Exchange(Format::Csv)),
    ("txt", Kind::Text),
    ("md", Kind::Text),
    ("sse", Kind::Stream),
    ("ndjson", Kind::Stream),
    ("jsonl", Kind::Stream),
    ("ws", Kind::Stream),
];

/// A predicate as facts have it: words with a space between each.
fn predicate(text: &str) -> Result<String, String> {
    let words: Vec<_> = text.split_whitespace().collect();
    if words.is_empty() { Err("expected words, found none".into()) } else { Ok(words.join(" ")) }
}
