//! `cargo xtask www`: builds the web app, and before it what it is made with: the engine in WASM and the npm package.

use crate::{Stop, node, shell, wasm};

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
    wasm::build()?;
    package()?;
    node::install(&folder)?;
    node::script(&folder, "build", &[])
}

/// Builds the npm package over the engine that is there.
fn package() -> Result<(), String> {
    let folder = shell::root().join(NPM);
    node::install(&folder)?;
    node::script(&folder, "build", &[])
}

/// Builds the npm package, and the engine, where that was not done yet.
pub(crate) fn need_package() -> Result<(), String> {
    if shell::root().join(NPM).join("dist/index.js").is_file() {
        return Ok(());
    }
    wasm::build()?;
    package()
}

/// Where the npm package lies.
pub(crate) const NPM: &str = "npm";

/// Where the web app lies.
pub(crate) const FOLDER: &str = "wasm/www";
