//! Entities, relations and a graph as `wasm/test/parity` has them, which the WASM package is held to as well.
//!
//! `MIDSTREAM_BLESS=1 cargo test -p midstream --test parity` writes the expected files anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use midstream::entity::{Entities, NameModel, structured};
use midstream::graph::{Entity, Fact, Format, Graph, Settings, Source};
use midstream::json::to_json;
use midstream::relation::Relations;
use midstream::tagger::PosModel;
use midstream::{Analysis, Channel, Config, Dialect, Engine, Event, Framing, Moment, Span, Timestamp};
use serde::Deserialize;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wasm/test/parity")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

fn hold(name: &str, found: &str) {
    if std::env::var_os("MIDSTREAM_BLESS").is_some() {
        std::fs::write(folder().join(name), found).unwrap();
    }
    assert_eq!(found, read(name), "{name}");
}

#[test]
fn a_text_has_these_entities() {
    let model = include_bytes!("../../../models/names-standard.bin");
    let entities = Entities {
        names: Some(NameModel::read(model).unwrap()),
        structured: Some(structured::Settings::default()),
        ..Entities::default()
    };
    hold("entities.jsonl", &findings(entities, "text.txt"));
}

#[derive(Deserialize)]
struct Line {
    subject: (String, String),
    predicate: String,
    object: (String, String),
    recorded: i64,
    from: Option<i64>,
    to: Option<i64>,
    confidence: f32,
    negated: bool,
    stream: String,
    start: u64,
    end: u64,
}

#[test]
fn a_text_says_this_of_whom() {
    let names = NameModel::read(include_bytes!("../../../models/names-standard.bin")).unwrap();
    let parts_of_speech = PosModel::read(include_bytes!("../../../models/parts-of-speech.bin")).unwrap();
    let structured = Some(structured::Settings::default());
    let entities = Entities { names: Some(names), structured, ..Entities::default() };
    let found =
        findings(Relations { entities, parts_of_speech, max_words: None, max_phrase_bytes: None }, "relations.txt");
    let relations = found.lines().filter(|line| line.starts_with("{\"type\":\"relation\"")).count();
    assert!(relations >= 8, "{found}");
    hold("relations.jsonl", &found);
}

/// The entities and relations of a text, a line each.
fn findings(analysis: impl Analysis + 'static, text: &str) -> String {
    let engine = Engine::new(Config {
        framing: Some(Framing::Text),
        dialect: Some(Dialect::Text),
        analyses: vec![Arc::new(analysis)],
        ..Config::default()
    });
    let mut session = engine.session(Timestamp::ZERO);
    session.feed(read(text).as_bytes(), Timestamp::ZERO);
    session.finish(Timestamp::ZERO);
    let mut found = String::new();
    while let Some(event) = session.poll() {
        if matches!(event, Event::Entity { .. } | Event::Relation(_)) {
            found.push_str(&to_json(&event));
            found.push('\n');
        }
    }
    found
}

#[test]
fn facts_make_this_graph() {
    let mut graph = Graph::new(Settings { functional: vec!["leads".into()], ..Settings::default() });
    let mut changes = Vec::new();
    for line in read("facts.jsonl").lines() {
        let Line { subject, predicate, object, recorded, from, to, confidence, negated, stream, start, end } =
            serde_json::from_str(line).unwrap();
        let fact = Fact {
            subject: Entity { name: &subject.0, kind: &subject.1 },
            predicate: &predicate,
            object: Entity { name: &object.0, kind: &object.1 },
            valid_from: from.map(Moment::from_millis),
            valid_to: to.map(Moment::from_millis),
            confidence,
            negated,
            source: Source { stream: &stream, span: Span { choice: 0, channel: Channel::Text, start, end } },
        };
        graph.apply(&fact, Moment::from_millis(recorded), &mut changes).unwrap();
    }
    let told: Vec<_> = changes.iter().map(|change| to_json(&graph.tell(change)) + "\n").collect();
    assert!(told.iter().any(|line| line.contains("graph-edge-ended")), "{told:?}");
    for (format, file) in [(Format::NQuads, "graph.nq"), (Format::Csv, "graph.csv"), (Format::Dot, "graph.dot")] {
        let mut text = String::new();
        graph.export(format, &mut text).unwrap();
        hold(file, &text);
    }
}
