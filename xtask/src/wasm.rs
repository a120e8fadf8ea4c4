//! `cargo xtask wasm`: builds the WASM package.

use crate::{Stop, node, shell};

pub(crate) fn run(args: &[String]) -> Result<(), Stop> {
    if let Some(arg) = args.first() {
        return Err(Stop::Usage(format!("expected nothing further, found `{arg}`")));
    }
    if let Some(missing) = node::missing() {
        return Err(Stop::Failed(missing));
    }
    build().map_err(Stop::Failed)
}

/// Builds `wasm/pkg`: modules, JavaScript, types, Brotli beside each file.
pub(crate) fn build() -> Result<(), String> {
    node::install(&shell::root().join(FOLDER))?;
    shell::run(shell::cargo().args(["run", "--quiet", "--package", "xtask-wasm"]))
}

/// Where the bindings lie.
pub(crate) const FOLDER: &str = "wasm";
