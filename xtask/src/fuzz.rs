//! `cargo xtask fuzz SECONDS [TARGET]`: hostile bytes, with cargo-fuzz on the nightly toolchain.

use std::process::Command;

use crate::{Stop, shell};

pub(crate) fn run(args: &[String]) -> Result<(), Stop> {
    let (seconds, target) = match args {
        [seconds] => (seconds, None),
        [seconds, target] => (seconds, Some(target)),
        _ => return Err(Stop::Usage(format!("expected seconds and perhaps a target, found {} words", args.len()))),
    };
    let seconds: u32 = seconds.parse().map_err(|_| Stop::Usage(format!("expected seconds, found `{seconds}`")))?;
    let known = targets().map_err(Stop::Failed)?;
    let chosen = match target {
        None => known,
        Some(target) if known.contains(target) => vec![target.clone()],
        Some(target) => {
            return Err(Stop::Usage(format!("expected a target ({}), found `{target}`", known.join(", "))));
        }
    };
    let mut crashed = Vec::new();
    for target in chosen {
        let limit = format!("-max_total_time={seconds}");
        if shell::run(fuzz().args(["run", &target, "--", &limit])).is_err() {
            crashed.push(target);
        }
    }
    match &crashed[..] {
        [] => Ok(()),
        crashed => {
            let crashed = crashed.join(", ");
            Err(Stop::Failed(format!("crashed: {crashed}; the inputs lie in fuzz/artifacts, each is a corpus case")))
        }
    }
}

fn targets() -> Result<Vec<String>, String> {
    if !shell::root().join("fuzz/Cargo.toml").is_file() {
        return Err("expected fuzz targets in fuzz, found no Cargo.toml there".into());
    }
    let listed = shell::output(fuzz().arg("list"));
    let listed =
        listed.ok_or("needs cargo-fuzz on nightly: rustup toolchain install nightly; cargo install cargo-fuzz")?;
    Ok(listed.lines().map(str::to_owned).collect())
}

/// `cargo +nightly fuzz`. The toolchain that this task was started with must not be handed down to it.
fn fuzz() -> Command {
    let mut fuzz = shell::command("rustup", &shell::root());
    fuzz.args(["run", "nightly", "cargo", "fuzz"]);
    for inherited in ["CARGO", "RUSTUP_TOOLCHAIN", "RUSTC", "RUSTDOC"] {
        fuzz.env_remove(inherited);
    }
    fuzz
}
