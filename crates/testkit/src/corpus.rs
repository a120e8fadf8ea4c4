//! Recorded streams that lie beside the checkout.

use std::path::{Path, PathBuf};

use midstream::{Dialect, Framing};

/// The folder of recorded data beside the checkout (`MIDSTREAM_DATA`, or `../shared/data`), where there is one.
///
/// A test that needs it and finds none says so aloud and does nothing else.
pub fn shared_data() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("MIDSTREAM_DATA").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("NOT CHECKED: no recorded data at {} (set MIDSTREAM_DATA)", folder.display());
    None
}

/// A recorded answer of a provider.
#[derive(Debug, Clone)]
pub struct Recording {
    /// Path below `streams/`.
    pub name: String,
    /// Who sent it.
    pub provider: String,
    /// Its dialect by the manifest; `None` where the manifest knows none that we decode.
    pub dialect: Option<Dialect>,
    /// Its framing by the manifest.
    pub framing: Framing,
    /// The body.
    pub body: Vec<u8>,
}

impl Recording {
    /// All recordings of `streams/MANIFEST.tsv` in `data`.
    ///
    /// # Panics
    /// Where the manifest or a file that it lists can't be read, or a framing is unknown.
    pub fn all(data: &Path) -> Vec<Self> {
        let streams = data.join("streams");
        let manifest = std::fs::read_to_string(streams.join("MANIFEST.tsv")).expect("the manifest can be read");
        let read = |line: &str| {
            let columns: Vec<_> = line.split('\t').collect();
            let [name, _, _, _, provider, dialect, framing, ..] = columns[..] else { panic!("too short: {line}") };
            Self {
                name: name.into(),
                provider: provider.into(),
                dialect: match dialect {
                    "gemini-json-array" => Some(Dialect::Gemini),
                    other => other.parse().ok(),
                },
                framing: match framing {
                    "payloads" => Framing::Ndjson,
                    "aws" => Framing::EventStream,
                    "ws-frames" => Framing::Ws,
                    "error-body" => Framing::Ndjson,
                    other => other.parse().expect("a framing"),
                },
                body: std::fs::read(streams.join(name)).expect("a listed recording can be read"),
            }
        };
        manifest.lines().skip(1).map(read).collect()
    }
}

/// A case of the project's own `corpus/`.
#[derive(Debug, Clone)]
pub struct Case {
    /// The case's folder.
    pub folder: PathBuf,
    /// Its dialect: the name of the folder above.
    pub dialect: Dialect,
    /// Its framing; `None` where the case is about recognising it.
    pub framing: Option<Framing>,
    /// The body.
    pub body: Vec<u8>,
}

impl Case {
    /// All cases below `corpus/` whose folder names a dialect.
    ///
    /// # Panics
    /// Where a case can't be read or its body's extension names no framing.
    pub fn all() -> Vec<Self> {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus");
        let mut cases = Vec::new();
        for dialect in folders(&corpus) {
            let name = dialect.file_name().and_then(|name| name.to_str()).expect("a corpus folder has a plain name");
            let Ok(dialect_name) = name.parse() else { continue };
            cases.extend(folders(&dialect).into_iter().map(|folder| Self::read(folder, dialect_name)));
        }
        cases
    }

    fn read(folder: PathBuf, dialect: Dialect) -> Self {
        let (framing, body) = body(&folder);
        Self { folder, dialect, framing, body }
    }
}

/// A case of `corpus/wire/`, about framing alone.
#[derive(Debug, Clone)]
pub struct WireCase {
    /// The case's folder.
    pub folder: PathBuf,
    /// Its framing; `None` where the case is about recognising it.
    pub framing: Option<Framing>,
    /// The body.
    pub body: Vec<u8>,
}

impl WireCase {
    /// All cases below `corpus/wire/`.
    ///
    /// # Panics
    /// Where a case can't be read or its body's extension names no framing.
    pub fn all() -> Vec<Self> {
        let wire = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/wire");
        let read = |folder: PathBuf| {
            let (framing, body) = body(&folder);
            Self { folder, framing, body }
        };
        folders(&wire).into_iter().map(read).collect()
    }
}

/// The body of the case in `folder`, with the framing that its extension names.
fn body(folder: &Path) -> (Option<Framing>, Vec<u8>) {
    let files = std::fs::read_dir(folder).expect("a case is a folder");
    let body = files
        .map(|file| file.expect("a case can be listed").path())
        .find(|path| path.file_stem().is_some_and(|stem| stem == "body"))
        .unwrap_or_else(|| panic!("{} has no body", folder.display()));
    let framing = match body.extension().and_then(|extension| extension.to_str()) {
        Some("json") => Some(Framing::JsonArray),
        Some("bin") => Some(Framing::EventStream),
        Some("txt") => Some(Framing::Text),
        Some("auto") => None,
        Some(name) => Some(name.parse().unwrap_or_else(|error| panic!("{}: {error}", body.display()))),
        None => panic!("{} has no extension", body.display()),
    };
    (framing, std::fs::read(&body).expect("a body can be read"))
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(parent).unwrap_or_else(|error| panic!("{}: {error}", parent.display()));
    let mut folders: Vec<_> = entries.map(|entry| entry.expect("a folder can be listed").path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}
