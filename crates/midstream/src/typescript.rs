//! The schema in TypeScript: types in, `npm/src/events.ts` out. The file is committed, and this test holds it to the
//! types; `MIDSTREAM_BLESS=1 cargo test -p midstream typescript` writes it anew.
//!
//! A type that an event holds needs `#[cfg_attr(test, derive(ts_rs::TS))]`; nothing else has to be listed anywhere.

use std::collections::BTreeMap;
use std::{env, fs, path::Path};

use ts_rs::{Config, TS, TypeVisitor};

use crate::{Event, Response};

#[test]
fn typescript_types_are_those_of_the_schema() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../npm/src/events.ts");
    let expected = generate();
    if env::var_os("MIDSTREAM_BLESS").is_some() {
        fs::write(&file, expected).unwrap();
        return;
    }
    let found = fs::read_to_string(&file).unwrap();
    assert_eq!(
        found, expected,
        "npm/src/events.ts is behind the schema: MIDSTREAM_BLESS=1 cargo test -p midstream typescript"
    );
}

fn generate() -> String {
    let mut types = Types { config: Config::default().with_large_int("number"), found: BTreeMap::new() };
    types.visit::<Event>();
    types.visit::<Response>();
    let mut text = HEAD.to_owned();
    for declaration in types.found.values() {
        text += "\n";
        text += declaration;
    }
    text
}

/// The declarations of the types seen so far, and of all that those refer to, by name.
struct Types {
    config: Config,
    found: BTreeMap<String, String>,
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Maps and the like have no declaration, nor a name of their own.
        if T::output_path().is_some() && !self.found.contains_key(&T::ident(&self.config)) {
            let docs = T::docs().unwrap_or_default();
            let declaration = plain(&format!("{docs}export {}", tidy(&T::decl(&self.config))));
            self.found.insert(T::ident(&self.config), declaration);
        }
        T::visit_dependencies(self);
    }
}

/// A declaration as a person would lay it out. A field that may be left out is left out and never null, as serde has it.
fn tidy(declaration: &str) -> String {
    let mut laid_out = String::new();
    let mut lines = declaration.lines();
    while let Some(line) = lines.next() {
        if line == "/**" {
            let doc: Vec<_> = lines.by_ref().take_while(|line| *line != " */").collect();
            let doc: Vec<_> = doc.iter().map(|line| &line[2..]).collect();
            laid_out += &format!("  /**{} */\n", doc.join("\n   *"));
            continue;
        }
        let optional = line.contains("?: ");
        let line = line.replace("} | {", "}\n| {").replace("{ \"type\"", "{\n\"type\"").replace(", }", ",\n}");
        for piece in line.lines().map(str::trim_end) {
            let piece = if optional { piece.replace(" | null,", ",") } else { piece.to_owned() };
            let inside = !piece.starts_with(['}', '|']) && !piece.starts_with("type ");
            laid_out += &format!("{}{}\n", if inside { "  " } else { "" }, piece.replace("\"type\"", "type"));
        }
    }
    laid_out
}

/// What rustdoc reads as a link, Rust's `None` and what offsets count, in JavaScript's words.
fn plain(docs: &str) -> String {
    let mut words = docs.replace("`None`", "`null`").replace("[`", "`").replace("`]", "`");
    words = words.replace(" in UTF-8 bytes of ", " in UTF-8 bytes (sessions of this package: UTF-16 units) of ");
    while let Some((start, end)) = words.find("(crate::").and_then(|at| Some((at, at + words[at..].find(')')?))) {
        words.replace_range(start..=end, "");
    }
    words
}

const HEAD: &str = "\
// Generated from the engine's schema (crates/midstream/src/event.rs, response.rs, error.rs, metrics) by
// `MIDSTREAM_BLESS=1 cargo test -p midstream typescript`. Not to be edited.
//
// Offsets of a `Span` and of a relation's parts are UTF-8 bytes as the engine and the gateway give them. Events that this
// package's own sessions give have them in UTF-16 units, as `String.prototype.slice` counts, but for those of `match`:
// `spans.ts` converts them.
";
