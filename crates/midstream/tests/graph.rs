//! The temporal graph: its rules of time, its limits, its queries.

use midstream::graph::{
    AsOf, Change, Direction, Entity, Fact, FactError, Graph, Limit, Limits, Moment, NodeId, Settings, Source, Ways,
};
use midstream::{Channel, Span};
use midstream_testkit::SlowGraph;
use proptest::prelude::*;

/// "subject, predicate, object, from, to": `?` for what is not said, `not ` before the predicate for a negated fact.
fn fact(text: &str) -> Fact<'_> {
    let parts: Vec<&str> = text.split(", ").collect();
    let [subject, predicate, object, from, to] = parts[..] else { panic!("{text}") };
    let year = |text: &str| (text != "?").then(|| moment(text));
    Fact {
        subject: Entity { name: subject, kind: "THING" },
        predicate: predicate.strip_prefix("not ").unwrap_or(predicate),
        object: Entity { name: object, kind: "THING" },
        valid_from: year(from),
        valid_to: year(to),
        confidence: 0.5,
        negated: predicate.starts_with("not "),
        source: Source { stream: "s", span: Span { choice: 0, channel: Channel::Text, start: 3, end: 9 } },
    }
}

fn moment(year: &str) -> Moment {
    Moment::from_date(year.parse().expect("a year"), 1, 1).expect("a date")
}

fn settings() -> Settings {
    Settings { functional: vec!["leads".into(), "^heads".into()], ..Settings::default() }
}

/// The graph after these facts, recorded from 2020 on, one each year.
fn graph(facts: &[&str]) -> Graph {
    let mut graph = Graph::new(settings());
    for (text, year) in facts.iter().zip(2020..) {
        graph.apply(&fact(text), moment(&year.to_string()), &mut Vec::new()).expect("a fact");
    }
    graph
}

/// What was so at `valid`, as was known at `recorded`, by number of edge.
fn so(graph: &Graph, valid: &str, recorded: &str) -> Vec<String> {
    let as_of = AsOf { valid: moment(valid), recorded: moment(recorded) };
    let text = |edge: midstream::graph::Edge<'_>| {
        let not = if edge.is_negated() { "not " } else { "" };
        format!("{} {not}{} {}", edge.subject().name(), edge.predicate(), edge.object().name())
    };
    graph.edges(Some(as_of)).map(text).collect()
}

#[test]
fn a_functional_fact_ends_the_one_before_it_and_what_was_known_stays_known() {
    let graph = graph(&["Ann, leads, Acme, 2000, ?", "Ann, leads, Brix, 2010, ?"]);
    assert_eq!(so(&graph, "2005", "2030"), ["Ann leads Acme"]);
    assert_eq!(so(&graph, "2015", "2030"), ["Ann leads Brix"]);
    // In 2020 only the first was known.
    assert_eq!(so(&graph, "2015", "2020"), ["Ann leads Acme"]);
    assert_eq!(so(&graph, "1999", "2030"), [""; 0]);
    assert_eq!(so(&graph, "2015", "2019"), [""; 0]);
}

#[test]
fn a_functional_fact_that_comes_late_ends_where_the_next_one_began() {
    let graph = graph(&["Ann, leads, Brix, 2010, ?", "Ann, leads, Acme, 2000, ?"]);
    assert_eq!(so(&graph, "2005", "2030"), ["Ann leads Acme"]);
    assert_eq!(so(&graph, "2015", "2030"), ["Ann leads Brix"]);
}

#[test]
fn an_office_has_one_holder_at_a_time_and_a_holder_may_have_several() {
    let facts = ["Ann, heads, Acme, 2019, ?", "Ann, heads, Brix, 2020, ?", "Bob, heads, Acme, 2023, ?"];
    let graph = graph(&facts);
    assert_eq!(so(&graph, "2021", "2030"), ["Ann heads Acme", "Ann heads Brix"]);
    assert_eq!(so(&graph, "2024", "2030"), ["Ann heads Brix", "Bob heads Acme"]);
    let history = graph.history(graph.edges(None).next().unwrap().id());
    assert_eq!(history.iter().map(|edge| edge.subject().name()).collect::<Vec<_>>(), ["Ann", "Bob"]);
    let snapshot = graph.snapshot();
    let restored = Graph::restore(&snapshot, Settings::default()).unwrap();
    assert_eq!((restored.settings(), restored.snapshot()), (graph.settings(), snapshot));
}

#[test]
fn what_is_single_where_nothing_else_is_said_are_homes_marriages_and_offices() {
    let homes = ["Ann, lives in, Paris, 2001, ?", "Ann, lives in, Rome, 2011, ?"];
    let offices = ["Ann, is CEO of, Acme, 2001, ?", "Bob, is CEO of, Acme, 2011, ?"];
    let births = ["Ann, was born in, Vienna, 2001, ?", "Ann, was born in, Austria, 2001, ?"];
    for (facts, functional, expected) in [
        (homes, Settings::default().functional, 1),
        (homes, Vec::new(), 2),
        (offices, Settings::default().functional, 1),
        (births, Settings::default().functional, 2),
    ] {
        let mut graph = Graph::new(Settings { functional, ..Settings::default() });
        for text in facts {
            graph.apply(&fact(text), moment("2020"), &mut Vec::new()).unwrap();
        }
        assert_eq!(graph.edges(Some(AsOf::valid(moment("2015")))).count(), expected, "{facts:?}");
    }
}

#[test]
fn a_beginning_that_is_only_assumed_ends_none_that_is_said() {
    // Both by the same clock; and what a later clock says is newer.
    for (facts, expected) in [
        (["Ann, leads, Acme, ?, ? @ 2020", "Ann, leads, Brix, 2010, ? @ 2020"], ["Ann leads Brix"; 2]),
        (["Bob, heads, Acme, ?, ? @ 2020", "Ann, heads, Acme, 2010, ? @ 2020"], ["Ann heads Acme"; 2]),
        (["Ann, leads, Acme, ?, ? @ 2022", "Ann, leads, Brix, 2010, ? @ 2020"], ["Ann leads Brix", "Ann leads Acme"]),
        (["Ann, leads, Brix, 2010, ? @ 2020", "Ann, leads, Acme, ?, ? @ 2022"], ["Ann leads Brix", "Ann leads Acme"]),
    ] {
        let graph = told(&facts);
        assert_eq!([so(&graph, "2015", "2030"), so(&graph, "2025", "2030")].concat(), expected, "{facts:?}");
    }
}

#[test]
fn a_letter_or_two_may_be_wrong_in_what_is_searched() {
    let graph = graph(&["Angela Merkel, knows, Merkle Ltd, 2000, ?", "Ann, knows, Wolfgang Amadeus, 2010, ?"]);
    let found = |query: &str| graph.search(query, 9).iter().map(|node| node.name()).collect::<Vec<_>>();
    assert_eq!(found("merkel"), ["Angela Merkel", "Merkle Ltd"], "two in each other's place");
    for query in ["merkl", "merkxel", "mxrkel"] {
        assert!(found(query).contains(&"Angela Merkel"), "{query}");
    }
    assert_eq!(found("wolfgnag"), ["Wolfgang Amadeus"]);
    assert_eq!(found("wulfgank"), ["Wolfgang Amadeus"]);
    assert_eq!(found("wulfkank"), [""; 0], "three of eight");
    assert_eq!(found("amm"), [""; 0], "one of three");
}

/// "subject, predicate, object, from, to @ year": recorded by a clock that says this year.
fn told(facts: &[&str]) -> Graph {
    let mut graph = Graph::new(settings());
    for text in facts {
        let (text, year) = text.split_once(" @ ").expect("a year");
        graph.apply(&fact(text), moment(year), &mut Vec::new()).expect("a fact");
    }
    graph
}

#[test]
fn what_was_said_earlier_and_comes_later_is_so_since_then_and_replaces_nothing() {
    for (facts, so_in_2019, so_in_2023, so_in_2025) in [
        (&["Ann, leads, Brix, ?, ? @ 2024", "Ann, leads, Acme, ?, ? @ 2018"][..], "Acme", "Acme", "Brix"),
        (&["Ann, knows, Brix, ?, ? @ 2024", "Ann, knows, Brix, ?, ? @ 2018"], "Brix", "Brix", "Brix"),
        // One between others, whatever came first.
        (&["Ann, leads, C, ?, ? @ 2024", "Ann, leads, A, ?, ? @ 2018", "Ann, leads, B, ?, ? @ 2020"], "A", "B", "C"),
        (&["Ann, leads, B, ?, ? @ 2020", "Ann, leads, A, ?, ? @ 2024", "Ann, leads, A, ?, ? @ 2018"], "A", "B", "A"),
        (&["Ann, leads, A, ?, ? @ 2024", "Ann, leads, B, ?, ? @ 2020", "Ann, leads, A, ?, ? @ 2018"], "A", "B", "A"),
        // That it is not so, too.
        (&["Ann, leads, A, ?, ? @ 2024", "Ann, not leads, A, ?, ? @ 2018"], "not A", "not A", "A"),
        (&["Ann, not leads, A, ?, ? @ 2024", "Ann, leads, A, ?, ? @ 2018"], "A", "A", "not A"),
        // What was retracted is in nobody's way.
        (
            &["Ann, leads, A, ?, ? @ 2021", "Ann, leads, B, 2020, 2022 @ 2022", "Ann, leads, C, 2018, ? @ 2023"],
            "C",
            "",
            "",
        ),
    ] {
        let graph = told(facts);
        for (year, expected) in [("2019", so_in_2019), ("2023", so_in_2023), ("2025", so_in_2025)] {
            let known: Vec<_> =
                so(&graph, year, "2030").iter().map(|said| said.replace("Ann ", "").replace("leads ", "")).collect();
            let known: Vec<_> = known.iter().map(|said| said.replace("knows ", "")).collect();
            let expected: Vec<_> = [expected].into_iter().filter(|said| !said.is_empty()).collect();
            assert_eq!(known, expected, "{facts:?} in {year}");
        }
        assert!(graph.edges(None).all(|edge| edge.recorded_at() >= moment(&facts[0][facts[0].len() - 4..])));
    }
}

#[test]
fn an_end_in_the_past_of_unknown_beginning_overlaps_nothing_before_it() {
    let graph = graph(&["Ann, leads, Acme, 1990, 2000", "Ann, leads, Brix, ?, 2010"]);
    assert_eq!(so(&graph, "1995", "2030"), ["Ann leads Acme"]);
    assert_eq!(so(&graph, "2005", "2030"), ["Ann leads Brix"]);
    assert_eq!(so(&graph, "2015", "2030"), [""; 0]);
}

#[test]
fn other_predicates_have_many_objects_at_a_time() {
    let graph = graph(&["Ann, knows, Bob, 2000, ?", "Ann, knows, Kim, 2010, ?"]);
    assert_eq!(so(&graph, "2015", "2030"), ["Ann knows Bob", "Ann knows Kim"]);
}

#[test]
fn what_is_said_again_is_confirmed_and_not_doubled() {
    let mut graph = graph(&["Ann, knows, Bob, 2000, ?", "Ann, knows, Bob, 2010, ?", "Ann, knows, Bob, ?, ?"]);
    assert_eq!(graph.edge_count(), 1);
    let again = Fact { confidence: 0.75, ..fact("Ann, knows, Bob, ?, ?") };
    let mut changes = Vec::new();
    let id = graph.apply(&again, moment("2024"), &mut changes).unwrap();
    assert_eq!(changes, [Change::EdgeConfirmed(id)]);
    let edge = graph.edge(id).unwrap();
    assert_eq!((edge.mentions(), edge.confidence()), (4, 0.75));
    assert_eq!((edge.stream(), edge.span().start, edge.span().end), ("s", 3, 9));
}

#[test]
fn an_end_that_is_said_later_ends_the_edge() {
    let graph = graph(&["Ann, knows, Bob, 2000, ?", "Ann, knows, Bob, ?, 2010"]);
    assert_eq!(so(&graph, "2015", "2020"), ["Ann knows Bob"]);
    assert_eq!(so(&graph, "2015", "2021"), [""; 0]);
    assert_eq!(so(&graph, "2005", "2021"), ["Ann knows Bob"]);
}

#[test]
fn a_beginning_that_is_said_replaces_one_that_was_assumed() {
    let graph = graph(&["Ann, knows, Bob, ?, ?", "Ann, knows, Bob, 2000, ?"]);
    assert_eq!(so(&graph, "2005", "2020"), [""; 0]);
    assert_eq!(so(&graph, "2005", "2021"), ["Ann knows Bob"]);
    assert_eq!(so(&graph, "2025", "2030"), ["Ann knows Bob"]);
}

#[test]
fn that_it_is_not_so_ends_that_it_is_and_the_other_way_round() {
    let graph = graph(&["Ann, leads, Acme, 2000, ?", "Ann, not leads, Acme, ?, ?", "Ann, leads, Acme, 2023, ?"]);
    assert_eq!(so(&graph, "2020", "2030"), ["Ann leads Acme"]);
    assert_eq!(so(&graph, "2022", "2030"), ["Ann not leads Acme"]);
    assert_eq!(so(&graph, "2024", "2030"), ["Ann leads Acme"]);
}

#[test]
fn history_tells_a_slot_from_its_beginning() {
    let graph = graph(&["Ann, leads, Acme, 2000, ?", "Ann, leads, Brix, 2010, ?", "Bob, leads, Acme, 2010, ?"]);
    let brix = graph.edges(None).nth(1).unwrap();
    let told: Vec<_> = graph.history(brix.id()).iter().map(|edge| edge.object().name()).collect();
    assert_eq!(told, ["Acme", "Brix"]);
    let acme = graph.find("Acme", "THING").unwrap();
    let told: Vec<_> = graph.node_history(acme).iter().map(|edge| edge.subject().name()).collect();
    assert_eq!(told, ["Ann", "Bob"]);
    let first = graph.history(brix.id())[0];
    assert_eq!(first.revisions().collect::<Vec<_>>(), [(moment("2021"), moment("2010"))]);
    assert_eq!((first.first_valid_to(), first.valid_to()), (Moment::MAX, moment("2010")));
}

#[test]
fn a_path_is_the_shortest_one_that_was_there_at_the_time() {
    let graph =
        graph(&["a, knows, b, 2000, ?", "b, knows, c, 2000, ?", "d, knows, c, 2000, ?", "a, knows, d, 2010, ?"]);
    let node = |name: &str| graph.find(name, "THING").unwrap();
    let way = |to: &str, steps, nodes, year: &str| {
        let as_of = Some(AsOf::valid(moment(year)));
        let ways = Ways { max_steps: steps, max_nodes: nodes, as_of, ..Ways::default() };
        let steps = graph.path(node("a"), node(to), &ways)?;
        Some(steps.iter().map(|step| graph.node(step.node).unwrap().name()).collect::<String>())
    };
    assert_eq!(way("d", 9, 99, "2005").as_deref(), Some("bcd"));
    assert_eq!(way("d", 9, 99, "2015").as_deref(), Some("d"));
    assert_eq!(way("d", 2, 99, "2005"), None);
    assert_eq!(way("d", 9, 3, "2005"), None);
    assert_eq!(way("d", 9, 99, "1995"), None);
    assert_eq!(way("a", 0, 99, "2005").as_deref(), Some(""));
}

#[test]
fn a_search_finds_names_in_any_case_the_best_fit_first() {
    let graph = graph(&[
        "Ann, knows, JOANNA, ?, ?",
        "Ann Smith, knows, Mary Ann, ?, ?",
        "Éva, knows, МОСКВА, ?, ?",
        "İzmir, knows, Bob, ?, ?",
    ]);
    let names = |query, limit| graph.search(query, limit).iter().map(|node| node.name()).collect::<Vec<_>>();
    assert_eq!(names("ann", 9), ["Ann", "Ann Smith", "Mary Ann", "JOANNA"]);
    assert_eq!(names("ANN", 2), ["Ann", "Ann Smith"]);
    assert_eq!(names("éV", 9), ["Éva"]);
    assert_eq!(names("москва", 9), ["МОСКВА"]);
    assert_eq!(names("zmir", 9), ["İzmir"]);
    assert_eq!(names("EVA", 9), ["Éva"]);
    assert_eq!(names("e\u{301}va", 9), ["Éva"]);
    assert_eq!(names("nobody", 9), [""; 0]);
    assert_eq!(names("", 2), ["Ann", "Ann Smith"]);
}

#[test]
fn a_name_means_who_is_called_so_or_else_who_alone_has_such_a_word() {
    let graph = graph(&[
        "Angela Merkel, knows, Émile Zola, ?, ?",
        "Angela Davis, knows, Emile Zola, ?, ?",
        "Zola, knows, merkelism, ?, ?",
        "Müller-Lüdenscheidt, knows, angela, ?, ?",
    ]);
    let meant = |name| graph.meant(name, None).iter().map(|node| node.name()).collect::<Vec<_>>();
    assert_eq!(meant("Merkel"), ["Angela Merkel"]);
    assert_eq!(meant("MERKEL"), ["Angela Merkel"]);
    assert_eq!(meant("angela merkel"), ["Angela Merkel"]);
    assert_eq!(meant("Emile Zola"), ["Emile Zola"]);
    assert_eq!(meant("emile zola"), ["Émile Zola", "Emile Zola"]);
    assert_eq!(meant("emile"), ["Émile Zola", "Emile Zola"]);
    assert_eq!(meant("Zola"), ["Zola"]);
    assert_eq!(meant("Angela"), ["angela"]);
    assert_eq!(meant("Ludenscheidt"), ["Müller-Lüdenscheidt"]);
    assert_eq!((meant("Merk"), meant("")), (vec![], vec![]));
    assert!(graph.meant("Merkel", Some("PERSON")).is_empty());
}

#[test]
fn a_merged_node_is_found_by_both_names_and_has_all_edges() {
    let mut graph = graph(&[
        "Big Blue, leads, Watson, 2010, ?",
        "IBM, leads, Deep Blue, 1996, ?",
        "IBM, knows, Kim, 2000, ?",
        "Big Blue, knows, Kim, 2005, ?",
        "Kim, knows, Big Blue, 2005, ?",
    ]);
    let node = |graph: &Graph, name: &str| graph.find(name, "THING").unwrap();
    let (blue, ibm) = (node(&graph, "Big Blue"), node(&graph, "IBM"));
    let mut changes = Vec::new();
    assert!(graph.merge(blue, ibm, &mut changes));
    assert!(!graph.merge(blue, ibm, &mut changes));
    assert_eq!(changes.last(), Some(&Change::NodeMerged { from: blue, into: ibm }));
    assert_eq!((node(&graph, "Big Blue"), node(&graph, "IBM")), (ibm, ibm));
    let names: Vec<_> = graph.node(ibm).unwrap().names().map(|(name, _)| name).collect();
    assert_eq!(names, ["IBM", "Big Blue"]);
    let mut now = so(&graph, "2020", "2030");
    now.sort();
    assert_eq!(now, ["IBM knows Kim", "IBM leads Watson", "Kim knows IBM"]);
    assert_eq!(so(&graph, "2000", "2030"), ["IBM leads Deep Blue", "IBM knows Kim"]);
    assert_eq!(graph.search("big", 9).len(), 1);
}

#[test]
fn what_was_least_recently_said_makes_room_and_is_told() {
    let limits = Limits { max_nodes: 3, ..Limits::default() };
    let mut graph = Graph::new(Settings { limits, ..Settings::default() });
    let mut changes = Vec::new();
    let mut say = |graph: &mut Graph, text: &str| {
        changes.clear();
        graph.apply(&fact(text), moment("2020"), &mut changes).unwrap();
        changes.clone()
    };
    say(&mut graph, "a, knows, b, ?, ?");
    say(&mut graph, "b, knows, c, ?, ?");
    let changes = say(&mut graph, "b, knows, d, ?, ?");
    assert!(matches!(&changes[..], [
        Change::EdgeEvicted { limit: Limit::MaxNodes, .. },
        Change::NodeEvicted { name, limit: Limit::MaxNodes, .. },
        Change::NodeAdded(_),
        Change::EdgeAdded(_),
    ] if name == "a"));
    assert_eq!(so(&graph, "2020", "2030"), ["b knows c", "b knows d"]);

    let limits = Limits { max_edges: 2, ..Limits::default() };
    let mut graph = Graph::new(Settings { limits, ..Settings::default() });
    for text in ["a, knows, b, ?, ?", "b, knows, c, ?, ?", "a, knows, b, ?, ?"] {
        say(&mut graph, text);
    }
    let changes = say(&mut graph, "c, knows, d, ?, ?");
    assert!(changes.iter().any(|change| matches!(change, Change::EdgeEvicted { limit: Limit::MaxEdges, .. })));
    assert_eq!(so(&graph, "2020", "2030"), ["a knows b", "c knows d"]);
    assert_eq!(graph.node_count(), 4);
}

#[test]
fn what_is_gone_is_not_mistaken_for_what_came_in_its_place() {
    let limits = Limits { max_nodes: 4, max_edges: 3, ..Limits::default() };
    let mut graph = Graph::new(Settings { limits, ..settings() });
    let mut given = std::collections::BTreeMap::new();
    for n in 0..200 {
        let text = format!("n{n}, knows, n{}, ?, ?", n * 7 % 10);
        let mut changes = Vec::new();
        let edge = graph.apply(&fact(&text), moment("2020"), &mut changes).unwrap();
        for change in &changes {
            match change {
                Change::NodeAdded(node) => {
                    let name = graph.node(*node).unwrap().name().to_owned();
                    assert!(given.insert(*node, name).is_none(), "{node:?} is given out again");
                }
                Change::NodeEvicted { node, name, .. } => assert_eq!(&given[node], name),
                _ => {}
            }
        }
        assert_eq!(edge.number(), n);
        assert_eq!(graph.edge(edge).unwrap().subject().name(), format!("n{n}"));
        for (node, name) in &given {
            assert!(graph.node(*node).is_none_or(|node| node.name() == name));
        }
        let pairs = graph.neighbour_numbers(graph.find(&format!("n{n}"), "THING").unwrap(), Direction::Out, None);
        assert_eq!(pairs[0], edge.number());
        assert_eq!(graph.node(NodeId::new(pairs[1])).unwrap().name(), format!("n{}", n * 7 % 10));
        assert!(graph.nodes().map(|node| node.id()).is_sorted() && graph.edges(None).map(|edge| edge.id()).is_sorted());
        assert_eq!((graph.nodes().count(), graph.edges(None).count()), (graph.node_count(), graph.edge_count()));
    }
}

#[test]
fn texts_are_counted_once_and_make_room_too() {
    let limits = Limits { max_text_bytes: 100, ..Limits::default() };
    let mut graph = Graph::new(Settings { limits, ..settings() });
    let mut changes = Vec::new();
    for n in 0..50 {
        let text = format!("person number {n}, knows, a, ?, ?");
        graph.apply(&fact(&text), moment("2020"), &mut changes).unwrap();
        assert!(graph.text_bytes() <= 100);
    }
    assert!(changes.iter().any(|change| matches!(change, Change::NodeEvicted { limit: Limit::MaxTextBytes, .. })));
    assert!(graph.find("person number 49", "THING").is_some());
    let long = format!("{}, knows, a, ?, ?", "x".repeat(100));
    let error = graph.apply(&fact(&long), moment("2020"), &mut changes).unwrap_err();
    // Name, kind twice, predicate, object, stream, channel, and the functional predicates, an inverse one by itself and as it is set.
    let bytes = 100 + 5 + 5 + 5 + 1 + 1 + 4 + 5 + "heads^heads".len();
    assert_eq!(error, FactError::TooLong { bytes, limit: 100 });
}

#[test]
fn a_fact_that_makes_no_sense_changes_nothing() {
    let good = fact("a, knows, b, ?, ?");
    let span = |start, end| Source { stream: "s", span: Span { choice: 0, channel: Channel::Text, start, end } };
    let bad = [
        (Fact { predicate: "", ..good.clone() }, "expected a predicate, found an empty text"),
        (Fact { confidence: f32::NAN, ..good.clone() }, "expected a confidence from 0 to 1"),
        (Fact { confidence: 1.5, ..good.clone() }, "expected a confidence from 0 to 1"),
        (
            fact("a, knows, b, 2010, 2010"),
            "expected an end of validity after 2010-01-01T00:00:00Z, found 2010-01-01T00:00:00Z",
        ),
        (
            Fact { source: span(9, 3), ..good.clone() },
            "expected a source of less than 4 GiB that ends after its beginning, found 9..3",
        ),
    ];
    let mut graph = Graph::new(settings());
    for (fact, message) in bad {
        let mut changes = Vec::new();
        assert_eq!(graph.apply(&fact, moment("2020"), &mut changes).unwrap_err().to_string(), message);
        assert_eq!((changes.len(), graph.node_count(), graph.edge_count()), (0, 0, 0));
    }
    let far = 1 << 40;
    let id = graph.apply(&Fact { source: span(far, far + 7), ..good }, moment("2020"), &mut Vec::new()).unwrap();
    assert_eq!((graph.edge(id).unwrap().span().start, graph.edge(id).unwrap().span().end), (far, far + 7));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_graph_knows_what_its_slow_twin_knows(
        facts in prop::collection::vec(
            (
                (0..5usize, 0..3usize, 0..5usize),
                (prop::option::of(0..9i32), prop::option::of(1..10i32), prop::bool::weighted(0.2)),
                // The clock goes back at times.
                prop::bool::weighted(0.2),
            ),
            1..60,
        ),
        max_nodes in 3..8usize,
        max_edges in 1..40usize,
        seed: u64,
    ) {
        const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];
        let limits = Limits { max_nodes, max_edges, ..Limits::default() };
        let mut graph = Graph::new(Settings { limits, seed, ..settings() });
        let mut slow = SlowGraph::new(&["leads", "^heads"], limits);
        let year = |year: i32| Moment::from_date(2000 + year, 1, 1).unwrap();
        for (at, ((subject, predicate, object), (from, to, negated), late)) in facts.into_iter().enumerate() {
            let told = Fact {
                subject: Entity { name: NAMES[subject], kind: "X" },
                predicate: ["leads", "knows", "heads"][predicate],
                object: Entity { name: NAMES[object], kind: "X" },
                valid_from: from.map(year),
                valid_to: to.filter(|to| from.is_none_or(|from| from < *to)).map(year),
                negated,
                ..fact("a, knows, b, ?, ?")
            };
            let now = year(3 + at as i32 / 8 - if late { 3 } else { 0 });
            graph.apply(&told, now, &mut Vec::new()).unwrap();
            slow.apply(&told, now);
        }
        let mut known: Vec<_> = slow.nodes.iter().map(|(name, _, _)| name.as_str()).collect();
        let mut names: Vec<_> = graph.nodes().map(|node| node.name()).collect();
        known.sort();
        names.sort();
        prop_assert_eq!(names, known);
        prop_assert_eq!(graph.edge_count(), slow.edges.len());
        for valid in 0..12 {
            for recorded in 2..12 {
                let as_of = AsOf { valid: year(valid), recorded: year(recorded) };
                let mut fast: Vec<_> = graph
                    .edges(Some(as_of))
                    .map(|edge| (edge.subject().name(), edge.predicate(), edge.object().name(), edge.is_negated(), edge.mentions()))
                    .collect();
                let mut expected: Vec<_> = slow
                    .edges
                    .iter()
                    .filter(|edge| edge.holds(as_of.valid, as_of.recorded))
                    .map(|edge| {
                        let [subject, predicate, object] = &edge.triple;
                        (subject.as_str(), predicate.as_str(), object.as_str(), edge.negated, edge.mentions)
                    })
                    .collect();
                fast.sort();
                expected.sort();
                prop_assert_eq!(&fast, &expected, "valid {} recorded {}", valid, recorded);
                let by_node: usize = graph.nodes().map(|node| graph.neighbours(node.id(), Direction::Out, Some(as_of)).count()).sum();
                prop_assert_eq!(by_node, fast.len());
                let by_node: usize = graph.nodes().map(|node| graph.neighbours(node.id(), Direction::In, Some(as_of)).count()).sum();
                prop_assert_eq!(by_node, fast.len());
                for (node, direction) in graph.nodes().flat_map(|node| {
                    [Direction::Out, Direction::In, Direction::Both].map(|direction| (node.id(), direction))
                }) {
                    let numbers: Vec<_> = graph
                        .neighbours(node, direction, Some(as_of))
                        .flat_map(|edge| [edge.id().number(), edge.other(node).id().number()])
                        .collect();
                    prop_assert_eq!(graph.neighbour_numbers(node, direction, Some(as_of)), numbers);
                }
            }
        }
        let ids: Vec<NodeId> = graph.nodes().map(|node| node.id()).collect();
        let histories: usize = ids.iter().map(|&id| graph.node_history(id).len()).sum();
        let loops = graph.edges(None).filter(|edge| edge.subject().id() == edge.object().id()).count();
        prop_assert_eq!(histories, graph.edge_count() * 2 - loops);
    }
}
