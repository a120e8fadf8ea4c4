//! Graphs in files: what is written is read again, in every format, whatever the names; what is damaged is refused.

use midstream::graph::table::{self, Row, Tables};
use midstream::graph::{Entity, Fact, Format, Graph, Limits, Moment, Settings, Source};
use midstream::{Channel, Span};
use proptest::prelude::*;

fn settings() -> Settings {
    Settings { functional: vec!["leads".into()], ..Settings::default() }
}

fn moment(year: i32) -> Moment {
    Moment::from_date(year, 1, 1).expect("a date")
}

fn fact<'a>(subject: &'a str, predicate: &'a str, object: &'a str, from: Option<i32>, to: Option<i32>) -> Fact<'a> {
    Fact {
        subject: Entity { name: subject, kind: "PERSON" },
        predicate,
        object: Entity { name: object, kind: "Or`g \"x\"" },
        valid_from: from.map(moment),
        valid_to: to.map(moment),
        confidence: 0.8125,
        negated: predicate == "knows",
        source: Source {
            stream: "s/1?",
            span: Span { choice: 1, channel: Channel::Tool("c:1".into()), start: 1 << 33, end: (1 << 33) + 9 },
        },
    }
}

/// A graph with everything in it that a file must hold: every kind of time, a merged node, names that need escaping.
fn graph() -> Graph {
    let mut graph = Graph::new(settings());
    let mut changes = Vec::new();
    let facts = [
        fact("Ann \"the\" O'Neil", "leads", "Acme, Inc.", Some(2000), None),
        fact("Ann \"the\" O'Neil", "leads", "Brix\\", Some(2010), None),
        fact("Ann \"the\" O'Neil", "leads", "Late", Some(2005), None),
        fact("line\nbreak\r\ttab", "works at & <for>", "名前 🚀\u{1F468}\u{200D}\u{1F469}", None, Some(1800)),
        fact("مرحبا بالعالم", "knows", "\\N\\", None, None),
        fact("  spaces ", "`tick`", "n0", Some(-44), Some(12_000)),
        fact("-> [x]; // {", "knows", "''", Some(1999), None),
        fact("&amp; %20", "=1+1", "Acme", None, None),
    ];
    for (fact, year) in facts.iter().zip(2020..) {
        graph.apply(fact, moment(year), &mut changes).expect("a fact");
    }
    let always = Fact { valid_from: Some(Moment::MIN), ..fact("always", "is", "so", None, None) };
    graph.apply(&always, moment(2030), &mut changes).expect("a fact");
    let node = |name| graph.find(name, "Or`g \"x\"").expect("it is there");
    let (acme, inc) = (node("Acme"), node("Acme, Inc."));
    assert!(graph.merge(acme, inc, &mut changes));
    graph
}

fn export(graph: &Graph, format: Format) -> String {
    let mut text = String::new();
    graph.export(format, &mut text).expect("a String takes everything");
    text
}

/// All that is known, as text: CSV has every property.
fn known(graph: &Graph) -> String {
    export(graph, Format::Csv)
}

#[test]
fn every_format_is_read_as_it_was_written() {
    let graph = graph();
    for (name, format) in Format::ALL {
        let text = export(&graph, *format);
        let read = Graph::import(*format, &text, settings()).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
        assert_eq!(known(&read), known(&graph), "{name}");
        assert_eq!(read.text_bytes(), graph.text_bytes(), "{name}");
        let again = Graph::import(*format, &export(&read, *format), settings()).expect(name);
        assert_eq!(export(&again, *format), export(&read, *format), "{name}");
        assert!(!text.contains('\0'));
    }
}

/// A graph of which some is gone: nodes that made room, nodes that were merged, the latest of all among them.
fn worn() -> Graph {
    let limits = Limits { max_nodes: 6, max_edges: 7, ..Limits::default() };
    let mut graph = Graph::new(Settings { limits, ..settings() });
    let names: Vec<String> = (0..20).map(|n| format!("name {n}")).collect();
    let mut changes = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let fact = fact(name, "leads", &names[at * 7 % 5], None, None);
        graph.apply(&fact, moment(2020), &mut changes).expect("a fact");
    }
    let (last, other) = (graph.nodes().last().expect("nodes").id(), graph.nodes().next().expect("nodes").id());
    assert!(graph.merge(last, other, &mut changes));
    graph
}

/// Every way to write a graph and to read it again.
fn ways(graph: &Graph, settings: &Settings) -> Vec<(&'static str, Graph)> {
    let mut ways = vec![("snapshot", Graph::restore(&graph.snapshot(), settings.clone()).expect("a snapshot"))];
    for (name, format) in Format::ALL {
        let read = Graph::import(*format, &export(graph, *format), settings.clone());
        ways.push((name, read.unwrap_or_else(|error| panic!("{name}: {error}"))));
    }
    let mut tables = Tables::default();
    for Row { id, ends, values } in graph.rows() {
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value.to_string()));
        match ends {
            Some(ends) => tables.edge(id, ends, values),
            None => tables.node(id, values),
        }
    }
    ways.push(("tables", tables.graph(settings.clone()).expect("rows")));
    ways
}

#[test]
fn numbers_stay_in_every_file_and_none_is_given_out_again() {
    let graph = worn();
    let numbers = |graph: &Graph| -> Vec<(u32, String)> {
        let nodes = graph.nodes().map(|node| (node.id().number(), node.name().to_owned()));
        nodes.chain(graph.edges(None).map(|edge| (edge.id().number(), edge.object().name().to_owned()))).collect()
    };
    let new = fact("somebody new", "leads", "somebody else", None, None);
    let mut before = graph.clone();
    let mut changes = Vec::new();
    before.apply(&new, moment(2021), &mut changes).expect("a fact");
    let given: Vec<_> = changes.iter().filter(|change| format!("{change:?}").contains("Added")).cloned().collect();
    assert_eq!(format!("{given:?}"), "[NodeAdded(NodeId(40)), NodeAdded(NodeId(41)), EdgeAdded(EdgeId(20))]");
    let settings = before.settings().clone();
    for (way, mut read) in ways(&graph, &settings) {
        assert_eq!(numbers(&read), numbers(&graph), "{way}");
        let mut changes = Vec::new();
        read.apply(&new, moment(2021), &mut changes).expect("a fact");
        changes.retain(|change| format!("{change:?}").contains("Added"));
        assert_eq!(changes, given, "{way}");
    }
    let whole = self::graph();
    for (way, read) in ways(&whole, &settings_of(&whole)) {
        assert_eq!(numbers(&read), numbers(&whole), "{way}");
        for node in whole.nodes() {
            assert_eq!(read.node(node.id()).map(|node| node.name()), Some(node.name()), "{way}");
        }
    }
}

fn settings_of(graph: &Graph) -> Settings {
    graph.settings().clone()
}

/// The edges of a graph: subject (kind), predicate, object (kind), stream.
fn told(graph: &Graph) -> Vec<String> {
    let name = |node: midstream::graph::Node<'_>| match node.kind() {
        "" => node.name().to_owned(),
        kind => format!("{} ({kind})", node.name()),
    };
    let edge = |edge: midstream::graph::Edge<'_>| {
        let not = if edge.is_negated() { "not " } else { "" };
        format!("{} | {not}{} | {} | {}", name(edge.subject()), edge.predicate(), name(edge.object()), edge.stream())
    };
    graph.edges(None).map(edge).collect()
}

#[test]
fn quads_of_other_programs_are_facts_by_their_labels() {
    let text = r#"
# DBpedia, Wikidata and schema.org in one.
<http://dbpedia.org/resource/Ada_Lovelace> <http://dbpedia.org/ontology/birthPlace> <http://dbpedia.org/resource/London> <http://dbpedia.org/> .
<http://dbpedia.org/resource/Ada_Lovelace> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Person> .
<http://dbpedia.org/resource/Ada_Lovelace> <http://dbpedia.org/ontology/birthDate> "1815-12-10"^^<http://www.w3.org/2001/XMLSchema#date> .
<http://www.wikidata.org/entity/Q7259> <http://www.w3.org/2000/01/rdf-schema#label> "Ada Lovelace"@fr .
<http://www.wikidata.org/entity/Q7259> <http://www.w3.org/2000/01/rdf-schema#label> "Augusta Ada King"@en .
<http://www.wikidata.org/entity/Q7259> <http://www.wikidata.org/prop/direct/P19> <http://www.wikidata.org/entity/Q84> .
<http://www.wikidata.org/prop/direct/P19> <http://www.w3.org/2000/01/rdf-schema#label> "place of birth" .
<http://www.wikidata.org/entity/Q84> <http://www.w3.org/2000/01/rdf-schema#label> "London" .
<http://www.wikidata.org/entity/Q92561> <http://www.w3.org/2000/01/rdf-schema#label> "London"@en-ca .
<http://www.wikidata.org/entity/Q84> <https://schema.org/sameName> <http://www.wikidata.org/entity/Q92561> .
_:b0 <http://xmlns.com/foaf/0.1/name> "Bob \u00c4\"x\"" .
_:b0<http://xmlns.com/foaf/0.1/knows>_:b1.
_:b0 <http://xmlns.com/foaf/0.1/knows> _:b1 .
<http://example.org/only> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/Thing> .
<urn:x:caf%C3%A9> <urn:midstream:not:is%20in> "10"^^<http://www.w3.org/2001/XMLSchema#integer> .
"#;
    let graph = Graph::import(Format::NQuads, text, settings()).unwrap();
    assert_eq!(
        told(&graph),
        [
            "Ada Lovelace (Person) | birth place | London | http://dbpedia.org/",
            "Ada Lovelace (Person) | birth date | 1815-12-10 (DATE) | ",
            "Augusta Ada King | place of birth | London (Q84) | ",
            "London (Q84) | same name | London (Q92561) | ",
            "Bob Ä\"x\" | knows | b1 | ",
            "café | not is in | 10 (NUMBER) | ",
        ]
    );
    assert!(graph.find("only", "Thing").is_some(), "what nothing is said of but its type");
    let again = Graph::import(Format::NQuads, &export(&graph, Format::NQuads), settings()).unwrap();
    assert_eq!(known(&again), known(&graph));
}

#[test]
fn what_was_added_to_quads_of_midstream_is_read_with_them() {
    let own = export(&graph(), Format::NQuads);
    let read = Graph::import(Format::NQuads, &own, settings()).unwrap();
    let added = format!("{own}<urn:midstream:node:0> <http://schema.org/birthPlace> <http://x.org/Rome> .\n");
    let graph = Graph::import(Format::NQuads, &added, settings()).unwrap();
    assert_eq!((graph.node_count(), graph.edge_count()), (read.node_count() + 1, read.edge_count() + 1));
    assert_eq!(told(&graph).last().unwrap(), "Ann \"the\" O'Neil (PERSON) | birth place | Rome | ");
}

#[test]
fn an_empty_graph_is_a_file_too() {
    let empty = Graph::new(settings());
    for (name, format) in Format::ALL {
        let read = Graph::import(*format, &export(&empty, *format), settings()).expect(name);
        assert_eq!((read.node_count(), read.edge_count()), (0, 0), "{name}");
    }
}

#[test]
fn what_xml_and_dot_cannot_hold_is_replaced() {
    let mut graph = Graph::new(settings());
    graph.apply(&fact("a\0b", "is", "c\x01d", None, None), moment(2020), &mut Vec::new()).unwrap();
    for (format, expected) in [
        (Format::GraphMl, ["a\u{FFFD}b", "c\u{FFFD}d"]),
        (Format::Dot, ["a\u{FFFD}b", "c\x01d"]),
        (Format::NQuads, ["a\0b", "c\x01d"]),
        (Format::Cypher, ["a\0b", "c\x01d"]),
    ] {
        let read = Graph::import(format, &export(&graph, format), settings()).unwrap();
        assert_eq!(read.nodes().map(|node| node.name()).collect::<Vec<_>>(), expected, "{format:?}");
    }
}

#[test]
fn what_is_not_of_the_format_is_refused_with_its_line() {
    for (format, text, message) in [
        (Format::JsonLd, "{\"@graph\": 1}", "expected `@graph` with an array"),
        (Format::JsonLd, "{\n", "expected JSON: EOF while parsing an object at line 2 column 0 on line 2"),
        (Format::NQuads, "\n<a> <b", "expected `>` after an IRI, found the end of the line on line 2"),
        (Format::NQuads, "<a> <b> \"\\x\" .", "expected an escape, found `\\x` on line 1"),
        (Format::GraphMl, "<graphml>\n<node/></graphml>", "expected an attribute `id` on line 2"),
        (Format::Dot, "digraph {\n a -> ;}", "expected a name, found `;` on line 2"),
        (Format::Dot, "graph {}", "expected `digraph`, found `g` on line 1"),
        (
            Format::Cypher,
            "RETURN 1",
            "expected `CREATE` with a node or `MATCH` of two and `CREATE` with an edge on line 1",
        ),
        (Format::Csv, "a,b\n", "expected columns `record`, `id`, `source` and `target` on line 1"),
        (Format::Csv, "record,id,source,target,name\nnode,n0,,\n", "expected 5 fields, found 4 on line 2"),
        (
            Format::Csv,
            "record,id,source,target,name\nnode,n0,,,\n",
            "node `n0`: expected a node's name, found an empty text",
        ),
        (
            Format::Csv,
            "record,id,source,target,name,predicate\nnode,n0,,,x,\nedge,e0,n0,n7,,is\n",
            "edge `e0`: expected a node, found no `n7`",
        ),
        (
            Format::Csv,
            "record,id,source,target,name\nnode,n0,,,x\nnode,n1,,,x\n",
            "node `n1`: expected each name once, found `x` of kind `` again",
        ),
    ] {
        let error = Graph::import(format, text, settings()).expect_err(text);
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn limits_hold_for_files_as_well() {
    let graph = graph();
    let few = |max_nodes, max_edges, max_text_bytes| Settings {
        limits: Limits { max_nodes, max_edges, max_text_bytes },
        ..settings()
    };
    for (settings, limit) in [
        (few(3, 99, 9999), "max_nodes = 3"),
        (few(99, 2, 9999), "max_edges = 2"),
        (few(99, 99, 99), "max_text_bytes = 99"),
    ] {
        let text = export(&graph, Format::Csv);
        let error = Graph::import(Format::Csv, &text, settings.clone()).unwrap_err().to_string();
        assert!(error.contains(limit), "{error}");
        let error = Graph::restore(&graph.snapshot(), settings).unwrap_err().to_string();
        assert!(error.contains(limit), "{error}");
    }
}

#[test]
fn a_snapshot_is_the_graph_with_its_order_of_use() {
    let graph = graph();
    let file = graph.snapshot();
    let mut restored = Graph::restore(&file, Settings::default()).unwrap();
    assert_eq!(restored.settings().functional, ["leads"]);
    assert_eq!(restored.snapshot(), file);
    let limits = Limits { max_nodes: graph.node_count(), ..Limits::default() };
    restored = Graph::restore(&file, Settings { limits, ..Settings::default() }).unwrap();
    let mut changes = Vec::new();
    restored.apply(&fact("new", "is", "so", None, None), moment(2040), &mut changes).unwrap();
    // The first fact's nodes were used again since; this one's were not.
    let gone = changes.iter().find_map(|change| match change {
        midstream::graph::Change::NodeEvicted { name, .. } => Some(name.as_str()),
        _ => None,
    });
    assert_eq!(gone, Some("Brix\\"));
}

#[test]
fn tables_hold_what_a_snapshot_holds() {
    let graph = graph();
    let mut tables = Tables::default();
    for Row { id, ends, values } in graph.rows() {
        let columns = if ends.is_some() { table::EDGE_COLUMNS } else { table::NODE_COLUMNS };
        let known = |name| name == "use_rank" || columns.iter().any(|(column, _)| *column == name);
        assert!(values.iter().all(|(name, _)| known(*name)), "{values:?}");
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), value.to_string()));
        match ends {
            Some(ends) => tables.edge(id, ends, values),
            None => tables.node(id, values),
        }
    }
    assert_eq!(tables.graph(settings()).unwrap().snapshot(), graph.snapshot());
}

#[test]
fn a_row_that_makes_no_sense_is_named() {
    let row = |values: &[(&str, &str)]| {
        let text = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        values.iter().map(text).collect::<Vec<_>>()
    };
    let wrong = |tables: Tables| tables.graph(settings()).unwrap_err().to_string();
    let mut tables = Tables::default();
    tables.node(0, row(&[("name", "a"), ("use_rank", "1")]));
    tables.node(1, row(&[("name", "b"), ("use_rank", "1")]));
    assert_eq!(wrong(tables), "node `n1`: expected each value of `use_rank` once, found 1 again");
    let mut tables = Tables::default();
    tables.node(0, row(&[("name", "a")]));
    tables.edge(7, [0, 3], row(&[("predicate", "is")]));
    assert_eq!(wrong(tables), "edge `e7`: expected a node, found no `n3`");
}

#[test]
fn a_damaged_snapshot_is_refused_at_every_byte() {
    let file = graph().snapshot();
    for at in 0..file.len() {
        assert!(Graph::restore(&file[..at], settings()).is_err(), "cut at {at}");
        let mut other = file.clone();
        other[at] ^= 0x10;
        assert!(Graph::restore(&other, settings()).is_err(), "changed at {at}");
    }
    let mut newer = file.clone();
    newer[8] = 3;
    let error = Graph::restore(&newer, settings()).unwrap_err();
    assert_eq!(error.to_string(), "expected a snapshot of version 2, found version 3 at byte 8");
}

#[test]
fn a_snapshot_of_version_1_is_read_and_its_places_are_the_numbers() {
    let file = include_bytes!("recorded/graph-1.midgraph");
    let graph = Graph::restore(file, settings()).expect("a snapshot");
    let edges: Vec<_> = graph.edges(None).map(|edge| (edge.id().number(), edge.subject().name())).collect();
    assert_eq!(edges, [(0, "London"), (1, "Ada Lovelace")]);
}

proptest! {
    /// With a checksum that fits, whatever the bytes: an error or a graph, never a panic.
    #[test]
    fn a_forged_snapshot_does_no_harm(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut file = graph().snapshot();
        let body = file.len() - 4;
        for (at, byte) in changes {
            file[at.index(body - 10) + 10] = byte;
        }
        let checksum = crc32fast::hash(&file[..body]).to_le_bytes();
        file[body..].copy_from_slice(&checksum);
        if let Ok(graph) = Graph::restore(&file, settings()) {
            let _ = export(&graph, Format::Csv);
            prop_assert!(graph.nodes().all(|node| !node.name().is_empty()));
        }
    }

    #[test]
    fn any_name_survives_every_format(subject in "\\PC{1,12}", predicate in "\\PC{1,12}", object in "[ -~]{1,12}") {
        let mut graph = Graph::new(settings());
        graph.apply(&fact(&subject, &predicate, &object, None, None), moment(2020), &mut Vec::new()).unwrap();
        for (name, format) in Format::ALL {
            let read = Graph::import(*format, &export(&graph, *format), settings()).expect(name);
            prop_assert_eq!(export(&read, Format::Csv), export(&graph, Format::Csv), "{}", name);
        }
    }
}
