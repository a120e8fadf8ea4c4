//! The parts that cargo runs.

use std::path::Path;

use super::Done;
use crate::shell;

pub(super) fn fmt() -> Result<Done, String> {
    cargo(&["fmt", "--all", "--check"])
}

pub(super) fn clippy() -> Result<Done, String> {
    cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])
}

pub(super) fn test() -> Result<Done, String> {
    cargo(&["test", "--workspace", "--no-fail-fast"])
}

pub(super) fn docs() -> Result<Done, String> {
    let mut doc = shell::cargo();
    doc.args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "--deny warnings");
    shell::run(&mut doc).map(|()| Done::Passed)
}

/// The engine does no I/O and reads no clock, so it must build for a machine that has neither.
pub(super) fn wasm32() -> Result<Done, String> {
    if let Err(why) = wasm_target() {
        return Ok(Done::Skipped(why));
    }
    cargo(&["check", "--package", "midstream", "--target", TARGET])
}

/// Sees to it that there is a compiler for wasm32. Where there is no rustup, or it can't fetch the target, there is
/// nothing to check with.
pub(super) fn wasm_target() -> Result<(), String> {
    if has_target() {
        return Ok(());
    }
    shell::run(shell::command("rustup", &shell::root()).args(["target", "add", TARGET]))
        .map_err(|why| format!("the target {TARGET} is not installed and could not be added: {why}"))
}

/// Whether the standard library for wasm32 lies beside the compiler in use.
fn has_target() -> bool {
    let libdir =
        shell::output(shell::command("rustc", &shell::root()).args(["--print", "target-libdir", "--target", TARGET]));
    libdir.is_some_and(|libdir| Path::new(&libdir).is_dir())
}

fn cargo(args: &[&str]) -> Result<Done, String> {
    shell::run(shell::cargo().args(args)).map(|()| Done::Passed)
}

const TARGET: &str = "wasm32-unknown-unknown";
