//! `midstream graph import`: what files say goes into a graph that is kept in a file.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::read::{From, load, take};
use crate::exit::{Failure, Outcome};

/// Take what files say into a graph that is kept in a file
///
/// The graph's file is a snapshot, or, where its name ends in .sqlite or .db, an SQLite database; it is made where it is
/// not there, and is replaced as a whole once all files were read. Who imports into it at the same time waits; for that an
/// empty file GRAPH.lock stays beside it. Texts and streams may come to any graph; files that hold a graph make a new one.
#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(flatten)]
    from: From,

    /// The graph's file
    #[arg(value_name = "GRAPH", value_parser = kept)]
    graph: PathBuf,

    /// Texts, streams, or one file that `midstream graph export` wrote; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

impl Import {
    pub(super) fn run(self) -> Result<Outcome, Failure> {
        let bad = |error: io::Error| Failure::Input(format!("{}: {error}", self.graph.display()));
        let _alone = lock(&self.graph).map_err(bad)?;
        let known = if self.graph.exists() { Some(load(&self.graph, None, self.from.settings())?) } else { None };
        let graph = take(&self.from, known, &self.files)?;
        let file = encode(&self.graph, &graph)?;
        replace(&self.graph, &file).map_err(bad)?;
        Ok(Outcome::Good)
    }
}

/// A file that can be replaced, which standard input is not.
fn kept(path: &str) -> Result<PathBuf, String> {
    if path == "-" { Err("expected the graph's file, found standard input".to_owned()) } else { Ok(path.into()) }
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

/// Waits until nobody else imports into the file; until the result is dropped, others wait. What is locked is a file of
/// its own: the graph's is another one with each import.
fn lock(path: &Path) -> io::Result<fs::File> {
    let file = fs::File::create(beside(path, "lock"))?;
    file.lock()?;
    Ok(file)
}

/// Writes the file beside its place and moves it there: whoever reads it finds the old one or the new one.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = beside(path, &format!("{}.new", std::process::id()));
    let write = || {
        let mut file = fs::File::create_new(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, path)
    };
    write().inspect_err(|_| drop(fs::remove_file(&new)))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{ending}"));
    path.with_file_name(name)
}
