//! Exported graphs in the programs that they are for.

use super::Done;
use super::node::{Ready, midstream, prepare};
use crate::{node, shell};

pub(super) fn exchange() -> Result<Done, String> {
    let folder = match prepare(FOLDER)? {
        Ready::Folder(folder) => folder,
        Ready::Missing(why) => return Ok(Done::Skipped(why)),
    };
    let root = shell::root();
    let work = root.join("target/exchange");
    let packages = work.join("packages");
    if !packages.is_dir() {
        let pip = ["-m", "pip", "install", "--quiet", "--timeout=60", "--no-deps", "--only-binary=:all:", "--target"];
        if let Err(why) = shell::run(shell::command("python3", &root).args(pip).arg(&packages).args(PACKAGES)) {
            return Ok(Done::Skipped(format!("needs Python 3.11 or newer with pip: {why}")));
        }
    }
    if shell::find("dot").is_none()
        && let Err(why) = shell::install(&["graphviz"])
    {
        return Ok(Done::Skipped(why));
    }
    let binary = midstream()?;
    node::script(&folder, "test", &[("MIDSTREAM_BIN", &binary)])?;
    let mut python = shell::command("python3", &folder);
    python.arg("exchange.py").arg(&binary).arg(root.join(GRAPH)).arg(&work).env("PYTHONPATH", &packages);
    shell::run(python.env("PYTHONDONTWRITEBYTECODE", "1"))?;
    Ok(Done::Passed)
}

const FOLDER: &str = "tests/exchange";
const GRAPH: &str = "wasm/test/parity/graph.csv";
const PACKAGES: &[&str] = &["networkx==3.6.1", "pyoxigraph==0.5.13"];
