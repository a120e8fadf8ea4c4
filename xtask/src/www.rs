//! `cargo xtask www`: builds the web app.

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

/// Builds the web app into `wasm/www/dist`, from where the gateway takes it.
pub(crate) fn build() -> Result<(), String> {
    let folder = shell::root().join(FOLDER);
    if !folder.join("package.json").is_file() {
        return Err(format!("expected the web app in {FOLDER}, found no package.json there"));
    }
    node::install(&folder)?;
    node::script(&folder, "build", &[])
}

/// Where the web app lies.
pub(crate) const FOLDER: &str = "wasm/www";
