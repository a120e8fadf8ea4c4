//! From a stream's text to a graph.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

use midstream::entity::{Entities, EntityKind, Gazetteer, structured};
use midstream::graph::{
    AsOf, Change, Graph, Ingest, IngestSettings, Limits, MENTIONED_WITH, MENTIONS, PHRASE, STREAM, Settings,
};
use midstream::relation::{Argument, Predicate, Relation, RelationKind, Relations, Time};
use midstream::tagger::PosModel;
use midstream::{Channel, Config, Dialect, Engine, Event, Framing, Moment, Span, Timestamp};
use midstream_testkit::random_cuts;
use std::sync::Arc;

/// Names that are found for sure, whatever a model makes of them.
const NAMES: &str = "\
Angela Merkel,PERSON
Dr. Angela Merkel,PERSON
Merkel,PERSON
Chancellor Merkel,PERSON
Joachim Sauer,PERSON
World Health Organization,ORGANIZATION
WHO,ORGANIZATION
Acme,ORGANIZATION
Berlin,LOCATION
Geneva,LOCATION
";

fn engine() -> Engine {
    let gazetteer = Gazetteer::read(NAMES, &EntityKind::new("TERM")).unwrap();
    let entities = Entities {
        gazetteer: Some(gazetteer),
        structured: Some(structured::Settings::default()),
        ..Entities::default()
    };
    Engine::new(Config {
        framing: Some(Framing::Text),
        dialect: Some(Dialect::Text),
        analyses: vec![Arc::new(entities)],
        ..Config::default()
    })
}

const NOW: Moment = Moment::from_millis(1_700_000_000_000);

/// Reads a text, which comes in these pieces, into the graph.
fn read(graph: &mut Graph, stream: &str, pieces: &[&[u8]], settings: IngestSettings) -> Vec<Change> {
    let mut session = engine().session(Timestamp::ZERO);
    let mut ingest = Ingest::new(stream, settings);
    let mut changes = Vec::new();
    let mut drain = |session: &mut midstream::Session| {
        while let Some(event) = session.poll() {
            ingest.event(&event, NOW, graph, &mut changes).unwrap();
        }
    };
    for piece in pieces {
        session.feed(piece, Timestamp::ZERO);
        drain(&mut session);
    }
    session.finish(Timestamp::ZERO);
    drain(&mut session);
    changes
}

fn said(text: &str) -> Graph {
    let mut graph = Graph::new(Settings::default());
    read(&mut graph, "s1", &[text.as_bytes()], IngestSettings::default());
    graph
}

/// "subject > object" of the edges with this predicate, with what the text has there.
fn edges(graph: &Graph, predicate: &str, text: &str) -> Vec<String> {
    let of = graph.edges(None).filter(|edge| edge.predicate() == predicate);
    of.map(|edge| {
        let span = edge.span();
        let source = &text[span.start as usize..span.end as usize];
        format!("{} > {}: {source}", edge.subject().name(), edge.object().name())
    })
    .collect()
}

#[test]
fn a_stream_mentions_its_names_and_those_of_a_sentence_are_linked_with_their_source() {
    let text = "Angela Merkel moved to Berlin. Joachim Sauer did not.";
    let graph = said(text);
    assert_eq!(
        edges(&graph, MENTIONS, text),
        ["s1 > Angela Merkel: Angela Merkel", "s1 > Berlin: Berlin", "s1 > Joachim Sauer: Joachim Sauer"]
    );
    assert_eq!(edges(&graph, MENTIONED_WITH, text), ["Angela Merkel > Berlin: Angela Merkel moved to Berlin"]);
    let edge = graph.edges(None).next().unwrap();
    assert_eq!((edge.recorded_at(), edge.stream(), edge.subject().kind()), (NOW, "s1", STREAM));
}

#[test]
fn whom_a_stream_calls_by_several_names_is_one_node() {
    let graph = said("Merkel left Berlin. Angela Merkel’s train was late, said Merkel.");
    assert!(graph.find("Angela Merkel", "PERSON").is_some());
    assert_eq!(graph.find("Merkel", "PERSON"), graph.find("Angela Merkel", "PERSON"));
    assert_eq!(graph.node_count(), 3);
    let graph = said("The World Health Organization (WHO) sits in Geneva. WHO's home is Geneva.");
    assert_eq!(graph.find("WHO", "ORGANIZATION"), graph.find("World Health Organization", "ORGANIZATION"));
    assert_eq!(graph.node_count(), 3);
    let linked = graph.edges(None).find(|edge| edge.predicate() == MENTIONED_WITH).unwrap();
    assert_eq!((linked.object().name(), linked.mentions()), ("Geneva", 2));
}

#[test]
fn a_node_is_called_by_the_longest_name_without_titles() {
    for (text, name) in [
        ("Angela Merkel spoke. Chancellor Merkel left.", "Angela Merkel"),
        ("Chancellor Merkel left. Merkel spoke.", "Chancellor Merkel"),
        ("Chancellor Merkel left. Angela Merkel spoke.", "Angela Merkel"),
        ("Merkel spoke. Chancellor Merkel left.", "Merkel"),
        ("Dr. Angela Merkel spoke. Chancellor Merkel left.", "Angela Merkel"),
    ] {
        let graph = said(text);
        let called: Vec<_> = graph.nodes().filter(|node| node.kind() == "PERSON").map(|node| node.name()).collect();
        assert_eq!(called, [name], "{text}");
    }
}

#[test]
fn a_title_before_a_name_tells_a_man_from_a_woman_however_the_text_is_cut() {
    let text = "Somebody else is there. Mrs. Angela Merkel left Berlin. Mr. Merkel stayed.";
    for size in [1, 2, 7, text.len()] {
        let mut graph = Graph::new(Settings::default());
        let pieces: Vec<_> = text.as_bytes().chunks(size).collect();
        read(&mut graph, "s1", &pieces, IngestSettings::default());
        let people: Vec<_> = graph.nodes().filter(|node| node.kind() == "PERSON").map(|node| node.name()).collect();
        assert_eq!(people, ["Angela Merkel", "Merkel"], "{size}");
    }
}

#[test]
fn a_persons_short_name_that_another_stream_knows_stays_by_itself() {
    let mut graph = Graph::new(Settings::default());
    read(&mut graph, "s1", &[b"Merkel is in Geneva."], IngestSettings::default());
    read(&mut graph, "s2", &[b"Merkel, that is Angela Merkel, is in Berlin."], IngestSettings::default());
    assert_ne!(graph.find("Merkel", "PERSON"), graph.find("Angela Merkel", "PERSON"));
}

#[test]
fn values_are_nodes_only_where_they_are_asked_for() {
    let text = "Angela Merkel wrote to a@example.com.";
    assert!(said(text).find("a@example.com", "EMAIL").is_none());
    let mut graph = Graph::new(Settings::default());
    read(&mut graph, "s1", &[text.as_bytes()], IngestSettings { values: true, ..IngestSettings::default() });
    assert!(graph.find("a@example.com", "EMAIL").is_some());
}

#[test]
fn a_name_is_linked_with_at_most_so_many_before_it() {
    let text = "Berlin, Geneva, Angela Merkel, Joachim Sauer";
    let mut graph = Graph::new(Settings::default());
    read(&mut graph, "s1", &[text.as_bytes()], IngestSettings { max_linked: 1, ..IngestSettings::default() });
    let linked = graph.edges(None).filter(|edge| edge.predicate() == MENTIONED_WITH).count();
    assert_eq!((linked, edges(&said(text), MENTIONED_WITH, text).len()), (3, 6));
}

#[test]
fn names_beyond_the_limit_are_called_what_they_are_called_where_they_stand() {
    let text = "Berlin. Angela Merkel, or Merkel.";
    let mut graph = Graph::new(Settings::default());
    read(&mut graph, "s1", &[text.as_bytes()], IngestSettings { max_names: 1, ..IngestSettings::default() });
    assert!(graph.find("Merkel", "PERSON").is_some_and(|node| Some(node) != graph.find("Angela Merkel", "PERSON")));
}

#[test]
fn what_makes_room_is_told() {
    let limits = Limits { max_nodes: 3, ..Limits::default() };
    let mut graph = Graph::new(Settings { limits, ..Settings::default() });
    let text = "Berlin. Geneva. Joachim Sauer.";
    let changes = read(&mut graph, "s1", &[text.as_bytes()], IngestSettings::default());
    let told: Vec<_> = changes.iter().map(|change| serde_json::to_value(graph.tell(change)).unwrap()).collect();
    let evicted: Vec<_> = told.iter().filter(|change| change["type"] == "graph-node-evicted").collect();
    assert_eq!(evicted.len(), 1, "{told:?}");
    assert_eq!((&evicted[0]["name"], &evicted[0]["limit"]), (&"Berlin".into(), &"max_nodes".into()));
    let added = told.iter().rfind(|change| change["type"] == "graph-edge-added").unwrap();
    assert_eq!((&added["predicate"], &added["object"]["name"]), (&MENTIONS.into(), &"Joachim Sauer".into()));
}

#[test]
fn cutting_the_text_changes_nothing() {
    let text = "Merkel – “Berlin”. Geneva’s WHO…\nThe World Health Organization (WHO) met Angela Merkel. Berlin!";
    let snapshot = |pieces: &[&[u8]]| {
        let mut graph = Graph::new(Settings::default());
        let changes = read(&mut graph, "s1", pieces, IngestSettings::default());
        (changes, graph.snapshot())
    };
    let whole = snapshot(&[text.as_bytes()]);
    let bytes: Vec<_> = text.as_bytes().chunks(1).collect();
    assert_eq!(snapshot(&bytes), whole);
    for cuts in random_cuts(text.len(), 20) {
        let starts = [0].into_iter().chain(cuts.iter().copied());
        let ends = cuts.iter().copied().chain([text.len()]);
        let pieces: Vec<_> = starts.zip(ends).map(|(start, end)| &text.as_bytes()[start..end]).collect();
        assert_eq!(snapshot(&pieces), whole, "cut at {cuts:?}");
    }
}

/// "subject, predicate, object": names are the entities of these ids, other words phrases.
fn relation(subject: (&str, Option<u64>), predicate: &str, object: (&str, Option<u64>), hedged: bool) -> Event {
    let argument = |(text, entity): (&str, Option<u64>)| Argument {
        text: text.into(),
        start: 0,
        end: 1,
        entity,
        kind: entity.map(|_| EntityKind::PERSON),
    };
    Event::Relation(Box::new(Relation {
        kind: RelationKind::Verb,
        subject: argument(subject),
        predicate: Predicate { text: predicate.into(), start: 0, end: 1 },
        object: argument(object),
        adjuncts: Vec::new(),
        span: Span { choice: 0, channel: Channel::Text, start: 3, end: 30 },
        confidence: 0.5,
        negated: false,
        hedged,
        time: Some(Time { since: Some("1898-12".into()), until: Some("1898-12".into()) }),
    }))
}

#[test]
fn what_somebody_is_to_a_named_one_is_a_fact_of_that_one() {
    for (object, name, said) in [
        ("the CEO of Acme", "Acme", "is CEO of > Acme ORGANIZATION"),
        ("President of the Acme", "Acme", "is president of > Acme ORGANIZATION"),
        ("a member of The Acme", "The Acme", "is member of > Acme ORGANIZATION"),
        // No entity, one inside, none at the end.
        ("the head of a bank", "Acme", "is > the head of a bank PHRASE"),
        ("one of the founders of Acme", "Acme", "is > one of the founders of Acme PHRASE"),
        // What is written like a name, and what stands before the office.
        ("the CEO of Acme Motors", "Acme", "is CEO of > Acme Motors PHRASE"),
        ("former Acme CEO", "Acme", "is former CEO of > Acme ORGANIZATION"),
        ("Acme's head", "Acme", "is head of > Acme ORGANIZATION"),
    ] {
        let mut graph = Graph::new(Settings::default());
        let mut ingest = Ingest::new("s1", IngestSettings::default());
        let at = 9 + object.find(name).unwrap_or(90) as u64;
        let entity = |id, text: &str, kind: EntityKind, start| {
            let span = Span { choice: 0, channel: Channel::Text, start, end: start + text.len() as u64 };
            Event::Entity { id, kind, text: text.to_owned(), span, confidence: 1.0, normalized: None }
        };
        let Event::Relation(mut relation) = relation(("Ann", Some(1)), "is", (object, None), false) else { continue };
        relation.kind = RelationKind::Copula;
        (relation.object.start, relation.object.end) = (9, 9 + object.len() as u64);
        let events = [
            entity(1, "Ann", EntityKind::PERSON, 3),
            entity(2, name, EntityKind::ORGANIZATION, at),
            Event::Relation(relation),
        ];
        for event in &events {
            ingest.event(event, NOW, &mut graph, &mut Vec::new()).unwrap();
        }
        let facts = graph.edges(None).filter(|edge| ![MENTIONS, MENTIONED_WITH].contains(&edge.predicate()));
        let facts: Vec<_> = facts
            .map(|edge| format!("{} > {} {}", edge.predicate(), edge.object().name(), edge.object().kind()))
            .collect();
        assert_eq!(facts, [said], "{object}");
    }
}

#[test]
fn a_relation_is_a_fact_with_its_time_where_it_is_about_an_entity_and_meant() {
    let mut graph = Graph::new(Settings::default());
    let mut ingest = Ingest::new("s1", IngestSettings::default());
    let span = Span { choice: 0, channel: Channel::Text, start: 3, end: 14 };
    let (kind, text) = (EntityKind::PERSON, "Marie Curie".to_owned());
    let named = Event::Entity { id: 1, kind, text, span, confidence: 1.0, normalized: None };
    for event in [
        named,
        relation(("Curie", Some(1)), "discovered", ("a new element", None), false),
        relation(("Curie", Some(1)), "may visit", ("the moon", None), true),
        relation(("the moon", None), "is", ("a rock", None), false),
    ] {
        ingest.event(&event, NOW, &mut graph, &mut Vec::new()).unwrap();
    }
    let said: Vec<_> = graph.edges(None).filter(|edge| edge.predicate() != MENTIONS).collect();
    assert_eq!((said.len(), ingest.hedged()), (1, 1));
    assert_eq!((said[0].subject().name(), said[0].predicate()), ("Marie Curie", "discovered"));
    assert_eq!((said[0].object().name(), said[0].object().kind()), ("a new element", PHRASE));
    assert_eq!(said[0].valid_from(), Moment::from_date(1898, 12, 1).unwrap());
    assert_eq!(said[0].valid_to(), Moment::MAX);
    assert_eq!((said[0].span().start, said[0].span().end, said[0].stream()), (3, 30, "s1"));
}

#[test]
fn what_is_hedged_is_an_edge_of_its_own_where_it_is_asked_for_and_ends_nothing() {
    let functional = vec!["leads".to_owned()];
    let mut graph = Graph::new(Settings { functional, ..Settings::default() });
    let mut ingest = Ingest::new("s1", IngestSettings { hedged: true, ..IngestSettings::default() });
    for event in [
        relation(("Curie", Some(1)), "leads", ("a school", None), false),
        relation(("Curie", Some(1)), "leads", ("a party", None), true),
    ] {
        ingest.event(&event, NOW, &mut graph, &mut Vec::new()).unwrap();
    }
    let said: Vec<_> =
        graph.edges(None).map(|edge| (edge.predicate(), edge.object().name(), edge.confidence())).collect();
    assert_eq!(said, [("leads", "a school", 0.5), ("perhaps leads", "a party", 0.25)]);
    let end = Moment::from_date(1899, 1, 1).unwrap();
    assert!(graph.edges(None).all(|edge| edge.valid_to() == end), "neither ends the other");
    assert_eq!(ingest.hedged(), 0);
}

#[test]
fn what_came_about_at_a_date_is_so_from_then_on_and_what_was_so_then_is_known_of_that_date_alone() {
    let end = |predicate: &str, change: fn(&mut Relation)| {
        let mut graph = Graph::new(Settings::default());
        let mut ingest = Ingest::new("s1", IngestSettings::default());
        let mut event = relation(("Curie", Some(1)), predicate, ("a chair", None), false);
        let Event::Relation(relation) = &mut event else { unreachable!("it is one") };
        change(relation);
        ingest.event(&event, NOW, &mut graph, &mut Vec::new()).unwrap();
        graph.edges(None).next().unwrap().valid_to()
    };
    let december = Moment::from_date(1899, 1, 1).unwrap();
    for predicate in ["moved to", "was born in", "has joined", "Founded", "discovered"] {
        assert_eq!(end(predicate, |_| ()), Moment::MAX, "{predicate}");
        assert_eq!(end(predicate, |relation| relation.negated = true), december, "not {predicate}");
    }
    for predicate in ["lived in", "was living in", "studied", "Led", "taught at", "has been working for", "owns"] {
        assert_eq!(end(predicate, |_| ()), december, "{predicate}");
    }
    for kind in [RelationKind::Copula, RelationKind::Apposition, RelationKind::Possession] {
        let mut event = relation(("Curie", Some(1)), "is", ("a chair", None), false);
        let Event::Relation(relation) = &mut event else { unreachable!("it is one") };
        relation.kind = kind;
        let (mut graph, mut ingest) = (Graph::new(Settings::default()), Ingest::new("s1", IngestSettings::default()));
        ingest.event(&event, NOW, &mut graph, &mut Vec::new()).unwrap();
        assert_eq!(graph.edges(None).next().unwrap().valid_to(), december, "{kind:?}");
    }
    let both = |relation: &mut Relation| {
        relation.time = Some(Time { since: Some("1898".into()), until: Some("1898-12".into()) });
    };
    assert_eq!(end("moved to", both), december, "an end that is said");
}

#[test]
fn what_is_denied_later_ends_what_was_so_by_whatever_form_of_its_verb() {
    for (known, denied, predicate) in [
        ("Angela Merkel lives in Berlin.", "Angela Merkel does not live in Berlin.", "lives in"),
        ("Angela Merkel lives in Berlin.", "Angela Merkel no longer lives in Berlin.", "lives in"),
        ("Angela Merkel has lived in Berlin since 2010.", "Angela Merkel doesn't live in Berlin.", "has lived in"),
        ("Angela Merkel worked at WHO.", "Angela Merkel stopped working at WHO.", "worked at"),
        ("Angela Merkel is the head of the WHO.", "Angela Merkel is not the head of the WHO.", "is head of"),
        ("WHO is based in Geneva.", "WHO isn't based in Geneva.", "is based in"),
        ("Angela Merkel lives in Berlin.", "Angela Merkel moved from Berlin to Geneva.", "lives in"),
    ] {
        let graph = told(&[known, denied]);
        let mut ended = graph.edges(None).filter(|edge| edge.predicate() == predicate && !edge.is_negated());
        assert_eq!(ended.next().map(|edge| edge.valid_to()), Some(day(1)), "{known} {denied}");
        let not = graph.edges(None).find(|edge| edge.predicate() == predicate && edge.is_negated());
        assert_eq!(not.map(|edge| (edge.valid_from(), edge.valid_to())), Some((day(1), Moment::MAX)), "{denied}");
    }
    // It is so again.
    let graph = told(&["Angela Merkel does not live in Berlin.", "Angela Merkel lives in Berlin."]);
    let not = graph.edges(None).find(|edge| edge.is_negated()).map(|edge| (edge.predicate(), edge.valid_to()));
    assert_eq!(not, Some(("lives in", day(1))));
    // What was not so once is so now.
    let graph = told(&["Angela Merkel lives in Berlin.", "Angela Merkel did not live in Berlin in 1950."]);
    let lives = graph.edges(None).find(|edge| edge.predicate() == "lives in").map(|edge| edge.valid_to());
    assert_eq!(lives, Some(Moment::MAX));
}

#[test]
fn who_moves_leaves_one_place_and_comes_to_another() {
    let facts = said_of(&told(&["Angela Merkel moved from Berlin to Geneva in 2010."]));
    let expected = [
        "Angela Merkel moved from Berlin [2010-01-01T00:00:00Z]",
        "Angela Merkel moved to Geneva [2010-01-01T00:00:00Z]",
    ];
    assert_eq!(facts, expected);
    let facts = said_of(&told(&["Angela Merkel did not move from Berlin to Geneva."]));
    assert_eq!(facts.len(), 2, "{facts:?}");
    assert!(facts.iter().all(|fact| fact.starts_with("not ")), "{facts:?}");
}

#[test]
fn who_moves_is_at_home_there_where_the_graph_knows_of_a_home() {
    let graph = told(&["Angela Merkel lives in Berlin.", "Angela Merkel moved to Geneva in 2010."]);
    let lives = graph.edges(None).filter(|edge| edge.predicate() == "lives in" && edge.valid_to() == Moment::MAX);
    assert_eq!(lives.map(|edge| edge.object().name()).collect::<Vec<_>>(), ["Geneva"]);
    let graph = told(&["Angela Merkel moved to Geneva in 2010."]);
    assert!(!graph.edges(None).any(|edge| edge.predicate() == "lives in"));
}

#[test]
fn who_succeeds_another_has_the_office_and_the_other_no_more() {
    for verb in ["succeeded", "replaced"] {
        let later = format!("Angela Merkel {verb} Joachim Sauer as president of Acme in 2010.");
        let graph = told(&["Joachim Sauer is the president of Acme since 2001.", &later]);
        let holders = graph.edges(None).filter(|edge| edge.predicate() == "is president of");
        let until =
            |edge: &midstream::graph::Edge<'_>| (edge.valid_to() != Moment::MAX).then(|| edge.valid_to().to_string());
        let holders: Vec<_> = holders.map(|edge| (edge.subject().name().to_owned(), until(&edge))).collect();
        let expected = [("Joachim Sauer", Some("2010-01-01T00:00:00Z")), ("Angela Merkel", None)];
        assert_eq!(holders, expected.map(|(name, until)| (name.to_owned(), until.map(str::to_owned))), "{verb}");
    }
}

#[test]
fn what_ended_before_it_was_told_was_so_before() {
    let graph = told(&["Angela Merkel works for Acme.", "Angela Merkel left Acme in 2010."]);
    let at = |year| Moment::from_date(year, 6, 1).map(AsOf::valid).unwrap();
    let works = |year| graph.edges(Some(at(year))).any(|edge| edge.predicate() == "works for");
    assert_eq!([works(2009), works(2011)], [true, false]);
}

#[test]
fn an_office_leads_to_whose_it_is() {
    for text in [
        "Angela Merkel is the president of Acme.",
        "Acme president Angela Merkel left Berlin.",
        "Angela Merkel, president of Acme, left Berlin.",
        "The president of Acme is Angela Merkel.",
        "Acme's president is Angela Merkel.",
    ] {
        let graph = told(&[text]);
        let edge = graph.edges(None).find(|edge| edge.predicate() == "is president of");
        assert_eq!(
            edge.map(|edge| (edge.subject().name(), edge.object().name())),
            Some(("Angela Merkel", "Acme")),
            "{text}"
        );
    }
    let graph = told(&["Angela Merkel became president of Unknown Works in 2010."]);
    let edge = graph.edges(None).find(|edge| edge.predicate() == "became president of").unwrap();
    assert_eq!((edge.object().name(), edge.object().kind()), ("Unknown Works", PHRASE));
}

#[test]
fn a_phrase_that_turns_out_to_be_a_name_is_one_node_with_it() {
    let (phrase, name) = (relation(("Ann", Some(1)), "left", ("Acme", None), false), "Acme");
    let span = Span { choice: 0, channel: Channel::Text, start: 40, end: 44 };
    let (kind, text) = (EntityKind::ORGANIZATION, name.to_owned());
    let named = Event::Entity { id: 2, kind, text, span, confidence: 1.0, normalized: None };
    for events in [[&phrase, &named], [&named, &phrase]] {
        let mut graph = Graph::new(Settings::default());
        let mut ingest = Ingest::new("s1", IngestSettings::default());
        for event in events {
            ingest.event(event, NOW, &mut graph, &mut Vec::new()).unwrap();
        }
        assert_eq!(graph.meant(name, None).len(), 1);
        let edge = graph.edges(None).find(|edge| edge.predicate() == "left").unwrap();
        assert_eq!((edge.object().name(), edge.object().kind()), ("Acme", "ORGANIZATION"));
    }
}

#[test]
fn a_company_is_one_node_with_and_without_its_legal_form_in_whatever_stream() {
    let named = |name: &str| Event::Entity {
        id: 1,
        kind: EntityKind::ORGANIZATION,
        text: name.to_owned(),
        span: Span { choice: 0, channel: Channel::Text, start: 0, end: name.len() as u64 },
        confidence: 1.0,
        normalized: None,
    };
    for (names, nodes) in [
        (&["Microsoft Corp.", "Microsoft"][..], 1),
        (&["Microsoft", "Microsoft Corp."], 1),
        (&["Acme, Inc.", "Acme"], 1),
        // Two companies, it seems, and what is called without a form is the first one.
        (&["Ford Inc.", "Ford Ltd.", "Ford"], 2),
        (&["Acme Corp.", "Acme Corp", "Acme"], 1),
        (&["Co.", "Inc"], 2),
    ] {
        let mut graph = Graph::new(Settings::default());
        for (stream, name) in names.iter().enumerate() {
            let mut ingest = Ingest::new(format!("s{stream}"), IngestSettings::default());
            ingest.event(&named(name), NOW, &mut graph, &mut Vec::new()).unwrap();
        }
        let companies = graph.nodes().filter(|node| node.kind() == "ORGANIZATION").count();
        assert_eq!(companies, nodes, "{names:?}");
    }
}

#[test]
fn a_name_of_no_sure_kind_is_what_the_graph_alone_knows_it_for() {
    for (known, confidence, expected) in [
        (&[EntityKind::ORGANIZATION][..], 0.6, "ORGANIZATION"),
        (&[EntityKind::ORGANIZATION], 0.9, "LOCATION"),
        (&[EntityKind::ORGANIZATION, EntityKind::PERSON], 0.6, "LOCATION"),
        (&[EntityKind::ORGANIZATION, EntityKind::LOCATION], 0.6, "LOCATION"),
        (&[], 0.6, "LOCATION"),
    ] {
        let mut graph = Graph::new(Settings::default());
        let mut mention = |stream: &str, kind: &EntityKind, confidence| {
            let span = Span { choice: 0, channel: Channel::Text, start: 0, end: 7 };
            let (kind, text) = (kind.clone(), "Initech".to_owned());
            let event = Event::Entity { id: 1, kind, text, span, confidence, normalized: None };
            Ingest::new(stream, IngestSettings::default()).event(&event, NOW, &mut graph, &mut Vec::new()).unwrap();
        };
        known.iter().for_each(|kind| mention("s1", kind, 1.0));
        mention("s2", &EntityKind::LOCATION, confidence);
        let edges = graph.edges(None).filter(|edge| edge.stream() == "s2");
        assert_eq!(edges.map(|edge| edge.object().kind()).collect::<Vec<_>>(), [expected], "{known:?} {confidence}");
    }
}

#[test]
fn whom_a_phrase_points_back_to_is_no_node() {
    for phrase in ["the company", "its factories", "Her daughter", "both companies", "she"] {
        let relation = relation(("Ann", Some(1)), "left", (phrase, None), false);
        let mut graph = Graph::new(Settings::default());
        Ingest::new("s1", IngestSettings::default()).event(&relation, NOW, &mut graph, &mut Vec::new()).unwrap();
        assert_eq!(graph.node_count(), 0, "{phrase}");
    }
}

#[test]
fn when_it_was_so_is_said_in_many_ways() {
    let year = |year| Moment::from_date(year, 1, 1).unwrap();
    for (when, from, to) in [
        ("from 2010 to 2015", Some(2010), Some(2016)),
        ("between 2010 and 2015", Some(2010), Some(2016)),
        ("from 2010–2015", Some(2010), Some(2016)),
        ("(2010–2015)", Some(2010), Some(2016)),
        ("(since 2010)", Some(2010), None),
        ("since 2010", Some(2010), None),
        ("until 2015", None, Some(2016)),
    ] {
        let graph = told(&[&format!("Angela Merkel lived in Berlin {when}.")]);
        let edge = graph.edges(None).find(|edge| edge.predicate() == "lived in").unwrap();
        let expected = (from.map_or(Moment::MIN, year), to.map_or(Moment::MAX, year));
        assert_eq!((edge.valid_from(), edge.valid_to()), expected, "{when}");
    }
}

#[test]
fn who_comes_into_an_office_has_it_and_ends_who_had_it() {
    let year = |year| Moment::from_date(year, 1, 1).unwrap();
    for (first, second) in [
        ("Angela Merkel is the CEO of Acme since 2011.", "Joachim Sauer has been the CEO of Acme since 2024."),
        ("Angela Merkel became CEO of Acme in 2011.", "Joachim Sauer was appointed CEO of Acme in 2024."),
        ("Angela Merkel is the Chairman of Acme since 2011.", "Joachim Sauer became chairman of Acme in 2024."),
    ] {
        let graph = told(&[first, second]);
        let held: Vec<_> = graph
            .edges(None)
            .filter(|edge| edge.predicate().starts_with("is C") || edge.predicate().starts_with("is c"))
            .collect();
        let held: Vec<_> =
            held.iter().map(|edge| (edge.subject().name(), edge.valid_from(), edge.valid_to())).collect();
        let expected = [("Angela Merkel", year(2011), year(2024)), ("Joachim Sauer", year(2024), Moment::MAX)];
        assert_eq!(held, expected, "{second}");
    }
}

#[test]
fn what_somebody_leaves_or_gives_up_ends_what_was_so_and_is_a_fact() {
    let end = |texts: &[&str], predicate: &str| {
        let graph = told(texts);
        let edge = graph.edges(None).find(|edge| edge.predicate() == predicate && !edge.is_negated());
        edge.unwrap_or_else(|| panic!("{texts:?}")).valid_to()
    };
    let year = Moment::from_date(2020, 1, 1).unwrap();
    for (said, predicate, over) in [
        (
            "Angela Merkel is married to Joachim Sauer since 2001.",
            "is married to",
            "Angela Merkel divorced Joachim Sauer",
        ),
        (
            "Angela Merkel is married to Joachim Sauer since 2001.",
            "is married to",
            "Joachim Sauer divorced Angela Merkel",
        ),
        ("Angela Merkel joined Acme in 2001.", "joined", "Angela Merkel left Acme"),
        ("Angela Merkel joined Acme in 2001.", "joined", "Angela Merkel resigned from Acme"),
        ("Angela Merkel became CEO of Acme in 2001.", "is CEO of", "Angela Merkel left Acme"),
        ("Angela Merkel became CEO of Acme in 2001.", "is CEO of", "Angela Merkel stepped down as CEO of Acme"),
        ("Angela Merkel bought Acme in 2001.", "bought", "Angela Merkel sold Acme"),
        ("Angela Merkel lives in Berlin since 2001.", "lives in", "Angela Merkel moved out of Berlin"),
    ] {
        assert_eq!(end(&[said, &format!("{over} in 2020.")], predicate), year, "{over}");
        assert_eq!(end(&[said, &format!("{over}.")], predicate), day(1), "{over}");
        let known = told(&[said, &format!("{over} in 2020.")]);
        assert!(known.edges(None).any(|edge| edge.stream() == "s1" && edge.valid_from() == year), "{over}");
    }
    for (said, predicate, over) in [
        ("Angela Merkel lives in Berlin since 2001.", "lives in", "Angela Merkel left Berlin in 2020."),
        ("Angela Merkel joined Acme in 2022.", "joined", "Angela Merkel left Acme in 2020."),
        ("Angela Merkel joined Acme in 2001.", "joined", "Angela Merkel did not leave Acme in 2020."),
        ("Angela Merkel joined Acme in 2001.", "joined", "Angela Merkel may have left Acme in 2020."),
        (
            "Angela Merkel became CEO of Acme in 2001.",
            "is CEO of",
            "Angela Merkel stepped down as head of Acme in 2020.",
        ),
    ] {
        assert_eq!(end(&[said, over], predicate), Moment::MAX, "{over}");
    }
}

/// A graph of texts, each read a day after the one before.
fn told(texts: &[&str]) -> Graph {
    let mut graph = Graph::new(Settings::default());
    let gazetteer = Gazetteer::read(NAMES, &EntityKind::new("TERM")).unwrap();
    let relations = Relations {
        entities: Entities {
            gazetteer: Some(gazetteer),
            structured: Some(structured::Settings::default()),
            ..Entities::default()
        },
        parts_of_speech: PosModel::read(include_bytes!("../../../models/parts-of-speech.bin")).unwrap(),
        max_words: None,
        max_phrase_bytes: None,
    };
    let engine = Engine::new(Config {
        framing: Some(Framing::Text),
        dialect: Some(Dialect::Text),
        analyses: vec![Arc::new(relations)],
        ..Config::default()
    });
    for (at, text) in texts.iter().enumerate() {
        let mut ingest = Ingest::new(format!("s{at}"), IngestSettings::default());
        let mut session = engine.session(Timestamp::ZERO);
        session.feed(text.as_bytes(), Timestamp::ZERO);
        session.finish(Timestamp::ZERO);
        while let Some(event) = session.poll() {
            ingest.event(&event, day(at), &mut graph, &mut Vec::new()).unwrap();
        }
    }
    graph
}

/// When the text with this number was read.
fn day(text: usize) -> Moment {
    Moment::from_date(2024, 1, 1 + text as u32).unwrap()
}

/// "subject predicate object [since]" of what a graph knows beside who is mentioned.
fn said_of(graph: &Graph) -> Vec<String> {
    let facts = graph.edges(None).filter(|edge| ![MENTIONS, MENTIONED_WITH].contains(&edge.predicate()));
    let told = facts.map(|edge| {
        let not = if edge.is_negated() { "not " } else { "" };
        let [subject, object] = [edge.subject().name(), edge.object().name()];
        format!("{not}{subject} {} {object} [{}]", edge.predicate(), edge.valid_from())
    });
    told.collect()
}
