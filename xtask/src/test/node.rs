//! The parts that Node runs.

use std::path::{Path, PathBuf};

use super::Done;
use crate::{node, shell, wasm, www};

pub(super) fn web() -> Result<Done, String> {
    let folder = match prepare(www::FOLDER)? {
        Ready::Folder(folder) => folder,
        Ready::Missing(why) => return Ok(Done::Skipped(why)),
    };
    if let Err(why) = super::rust::wasm_target() {
        return Ok(Done::Skipped(why));
    }
    www::need_package()?;
    node::script(&folder, "check", &[])?;
    node::script(&folder, "test", &[])?;
    Ok(Done::Passed)
}

pub(super) fn browser() -> Result<Done, String> {
    let folder = match prepare(www::FOLDER)? {
        Ready::Folder(folder) => folder,
        Ready::Missing(why) => return Ok(Done::Skipped(why)),
    };
    let chromium = match node::chromium() {
        Ok(chromium) => chromium,
        Err(why) => return Ok(Done::Skipped(format!("no Chromium: {why}"))),
    };
    if let Err(why) = super::rust::wasm_target() {
        return Ok(Done::Skipped(why));
    }
    www::need_package()?;
    node::script(&folder, "build", &[])?;
    let binary = midstream()?;
    node::script(&folder, "test:browser", &[("CHROMIUM", &chromium), ("MIDSTREAM_BIN", &binary)])?;
    Ok(Done::Passed)
}

/// Before `npm`, which builds on what this one makes.
pub(super) fn wasm() -> Result<Done, String> {
    let folder = match prepare(wasm::FOLDER)? {
        Ready::Folder(folder) => folder,
        Ready::Missing(why) => return Ok(Done::Skipped(why)),
    };
    if let Some(why) = engine()? {
        return Ok(Done::Skipped(why));
    }
    node::script(&folder, "sizes", &[])?;
    let chromium = node::chromium().map_err(|why| println!("NOT CHECKED in a browser: no Chromium: {why}"));
    let environment: Vec<_> = chromium.iter().map(|chromium| ("CHROMIUM", chromium.as_path())).collect();
    node::script(&folder, "test", &environment)?;
    Ok(Done::Passed)
}

pub(super) fn npm() -> Result<Done, String> {
    let folder = match prepare(www::NPM)? {
        Ready::Folder(folder) => folder,
        Ready::Missing(why) => return Ok(Done::Skipped(why)),
    };
    if let Some(why) = engine()? {
        return Ok(Done::Skipped(why));
    }
    let binary = midstream()?;
    node::script(&folder, "build", &[])?;
    node::script(&folder, "check", &[])?;
    node::script(&folder, "size", &[])?;
    let chromium = node::chromium().map_err(|why| println!("NOT CHECKED in a browser: no Chromium: {why}"));
    let mut environment = vec![("MIDSTREAM_BIN", binary.as_path())];
    environment.extend(chromium.as_deref().map(|chromium| ("CHROMIUM", chromium)));
    node::script(&folder, "test", &environment)?;
    Ok(Done::Passed)
}

/// Builds wasm/pkg; why not, where there is no compiler for it.
fn engine() -> Result<Option<String>, String> {
    if let Err(why) = super::rust::wasm_target() {
        return Ok(Some(why));
    }
    wasm::build().map(|()| None)
}

pub(super) fn clients() -> Result<Done, String> {
    let folder = match prepare(CLIENTS)? {
        Ready::Folder(folder) => folder,
        Ready::Missing(why) => return Ok(Done::Skipped(why)),
    };
    let binary = midstream()?;
    node::script(&folder, "test", &[("MIDSTREAM_BIN", &binary)])?;
    Ok(Done::Passed)
}

pub(super) enum Ready {
    Folder(PathBuf),
    Missing(String),
}

/// Makes ready what runs in `folder` of the workspace.
pub(super) fn prepare(folder: &str) -> Result<Ready, String> {
    let path = shell::root().join(folder);
    if !path.join("package.json").is_file() {
        return Ok(Ready::Missing(format!("there is no {folder}/package.json")));
    }
    if let Some(missing) = node::missing() {
        return Ok(Ready::Missing(missing));
    }
    node::install(&path)?;
    Ok(Ready::Folder(path))
}

/// Builds the binary that the tests run, in the profile that the Rust tests have built it in.
pub(super) fn midstream() -> Result<PathBuf, String> {
    shell::run(shell::cargo().args(["build", "--package", "midstream-cli"]))?;
    let folder = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| Path::new("target").to_owned(), PathBuf::from);
    Ok(shell::root().join(folder).join("debug").join(format!("midstream{}", std::env::consts::EXE_SUFFIX)))
}

const CLIENTS: &str = "tests/clients";
