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
