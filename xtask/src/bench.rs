//! `cargo xtask bench WHAT`: measures, beside peers in the same run.

use crate::{Stop, node, shell, wasm, www};

pub(crate) fn run(args: &[String]) -> Result<(), Stop> {
    match args {
        [what] if what == "wasm" => {}
        _ => return Err(Stop::Usage(format!("expected `wasm`, found `{}`", args.join(" ")))),
    }
    if let Some(missing) = node::missing() {
        return Err(Stop::Failed(missing));
    }
    in_wasm().map_err(Stop::Failed)
}

fn in_wasm() -> Result<(), String> {
    wasm::build()?;
    shell::run(shell::command("node", &shell::root()).args(["--expose-gc", "bench/wasm/main.mjs"]))?;
    let findings = shell::root().join("bench");
    node::install(&findings)?;
    node::script(&findings, "findings", &[])?;
    let folder = shell::root().join(www::NPM);
    node::install(&folder)?;
    node::script(&folder, "build", &[])?;
    node::script(&folder, "bench", &[])
}
