//! `cargo xtask test [PART]...`: everything that must pass before anything lands.

mod exchange;
mod node;
mod rust;

use std::time::Instant;

use crate::Stop;

/// One part of the tests.
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    run: fn() -> Result<Done, String>,
}

/// How a part ended that did not fail.
enum Done {
    Passed,
    /// It could not be run here, and why.
    Skipped(String),
}

/// The parts, cheap ones first.
pub(crate) const PARTS: &[Part] = &[
    Part { name: "fmt", about: "the code is formatted", run: rust::fmt },
    Part { name: "clippy", about: "clippy has nothing to say", run: rust::clippy },
    Part { name: "rust", about: "the Rust tests", run: rust::test },
    Part { name: "docs", about: "the documentation builds, every link leads somewhere", run: rust::docs },
    Part { name: "wasm32", about: "the engine builds for wasm32", run: rust::wasm32 },
    Part { name: "wasm", about: "the WASM package: sizes, parity in Node and Chromium, bad input", run: node::wasm },
    Part { name: "npm", about: "the npm package, in Node and Chromium, against the engine in WASM", run: node::npm },
    Part { name: "web", about: "types and tests of the web app, in Node", run: node::web },
    Part { name: "browser", about: "the web app in Chromium, against the gateway", run: node::browser },
    Part {
        name: "exchange",
        about: "exported graphs in networkx, oxigraph, Graphviz and graphology",
        run: exchange::exchange,
    },
    Part { name: "clients", about: "the providers' own SDKs, against the gateway", run: node::clients },
];

pub(crate) fn run(args: &[String]) -> Result<(), Stop> {
    let chosen = choose(args).map_err(Stop::Usage)?;
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for part in chosen {
        println!("\n== {}: {}", part.name, part.about);
        let began = Instant::now();
        let (count, how) = match (part.run)() {
            Ok(Done::Passed) => (&mut passed, "passed".to_owned()),
            Ok(Done::Skipped(why)) => (&mut skipped, format!("skipped: {why}")),
            Err(why) => (&mut failed, format!("FAILED: {why}")),
        };
        *count += 1;
        println!("{}: {how} ({} s)", part.name, began.elapsed().as_secs());
    }
    println!("\n{passed} passed, {failed} failed, {skipped} skipped");
    if failed == 0 { Ok(()) } else { Err(Stop::Failed("not everything passed".into())) }
}

/// The parts of these names; all where none is named.
fn choose(names: &[String]) -> Result<Vec<&'static Part>, String> {
    if names.is_empty() {
        return Ok(PARTS.iter().collect());
    }
    let find = |name: &String| {
        PARTS.iter().find(|part| part.name == name).ok_or_else(|| {
            let known: Vec<_> = PARTS.iter().map(|part| part.name).collect();
            format!("expected a part ({}), found `{name}`", known.join(", "))
        })
    };
    names.iter().map(find).collect()
}
