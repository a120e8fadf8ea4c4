//! `midstream graph import`: what files say goes into a graph that is kept in a file.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::read::{From, load, take};
use crate::exit::{Failure, Outcome};

/// Take what files say into a graph that is kept in a file
///
/// The graph's file is a snapshot, or, where its name ends in .sqlite or .db, an SQLite database; it is made where it is
/// not there, and is replaced as a whole once all files were read. Texts and streams may come to any graph; files that hold
/// a graph make a new one.
#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(flatten)]
    from: From,

    /// The graph's file
    #[arg(value_name = "GRAPH")]
    graph: PathBuf,

    /// Texts, streams, or one file that `midstream graph export` wrote; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

impl Import {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        let known = if self.graph.exists() { Some(load(&self.graph, None, self.from.settings())?) } else { None };
        let graph = take(&self.from, known, &self.files)?;
        let file = encode(&self.graph, &graph)?;
        replace(&self.graph, &file).map_err(|error| Failure::Input(format!("{}: {error}", self.graph.display())))?;
        Ok(Outcome::Good)
    }
}

fn encode(path: &Path, graph: &midstream::graph::Graph) -> Result<Vec<u8>, Failure> {
    if !path.extension().is_some_and(|ending| ending == "sqlite" || ending == "db") {
        return Ok(graph.snapshot());
    }
    #[cfg(feature = "sqlite")]
    return super::sqlite::write(graph).map_err(|error| Failure::Input(format!("{}: {error}", path.display())));
    #[cfg(not(feature = "sqlite"))]
    Err(Failure::Usage(format!("{}: this midstream was built without SQLite", path.display())))
}

/// Writes the file beside its place and moves it there: whoever reads it finds the old one or the new one.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = path.with_file_name(name);
    let write = || {
        let mut file = fs::File::create_new(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    write().inspect_err(|_| drop(fs::remove_file(&beside)))
}
