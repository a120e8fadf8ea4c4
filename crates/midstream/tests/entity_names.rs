//! Names in a text: what is found, that cutting the text changes nothing, and that no offset is ever wrong.

use std::sync::{Arc, LazyLock};

use midstream::entity::structured::Settings;
use midstream::entity::{Entities, Entity, EntityKind, Gazetteer, NameModel};
use midstream::{Channel, Config, Dialect, Engine, Event, Framing, Timestamp};
use midstream_testkit::{assert_any_cut_reads_the_same, pieces};
use proptest::prelude::*;

#[test]
fn people_organisations_and_places_are_found_with_their_offsets() {
    let text = "Satya Nadella of Microsoft flew from London to New York.";
    let found: Vec<_> = whole(text).into_iter().map(|entity| (entity.kind, entity.text, entity.start)).collect();
    let expected = [
        (EntityKind::PERSON, "Satya Nadella", 0),
        (EntityKind::ORGANIZATION, "Microsoft", 17),
        (EntityKind::LOCATION, "London", 37),
        (EntityKind::LOCATION, "New York", 47),
    ];
    assert_eq!(found, expected.map(|(kind, text, start)| (kind, text.to_owned(), start)));
}

/// Texts with organisations that only a word beside their names tells, and the names in them.
const ORGANISATIONS: &[(&str, &[&str])] = &[
    ("Müller & Söhne GmbH is in Berlin.", &["ORGANIZATION Müller & Söhne GmbH", "LOCATION Berlin"]),
    (
        "Contoso Ltd. signed with Fabrikam Inc. in Seattle.",
        &["ORGANIZATION Contoso Ltd.", "ORGANIZATION Fabrikam Inc.", "LOCATION Seattle"],
    ),
    ("She sued Smith Barney, Inc., and won.", &["ORGANIZATION Smith Barney, Inc."]),
    ("Acme Corp. bought Beta Ltd. in 2020.", &["ORGANIZATION Acme Corp.", "ORGANIZATION Beta Ltd."]),
    ("She teaches at the University of Nairobi.", &["ORGANIZATION University of Nairobi"]),
    ("They sued Johnson & Johnson and won.", &["ORGANIZATION Johnson & Johnson"]),
    ("Talks with the European Commission failed.", &["ORGANIZATION European Commission"]),
    ("Paris, Ministry staff and the group said so.", &["LOCATION Paris", "ORGANIZATION Ministry"]),
    ("He runs the co-op. We incorporated in may.", &[]),
];

#[test]
fn a_legal_form_or_an_institution_makes_an_organisation_of_the_name_beside_it() {
    for (text, expected) in ORGANISATIONS {
        assert_eq!(names(text), *expected, "{text}");
    }
}

/// Texts in Markdown, and the names in them.
const MARKDOWN: &[(&str, &[&str])] = &[
    (
        "- [Elon Musk](https://x.com/elonmusk) met **Angela Merkel** in [_Berlin_](https://de.wikipedia.org/wiki/Berlin_(x)).",
        &["PERSON Elon Musk", "PERSON Angela Merkel", "LOCATION Berlin"],
    ),
    (
        "| Marie Curie | University of Paris |\n| Albert Einstein | Microsoft |",
        &["PERSON Marie Curie", "ORGANIZATION University of Paris", "PERSON Albert Einstein", "ORGANIZATION Microsoft"],
    ),
    (
        "## Angela Merkel\n> *Alan Turing* worked at `Bletchley Park`.",
        &["PERSON Angela Merkel", "PERSON Alan Turing", "LOCATION Bletchley Park"],
    ),
    // Marks end a name.
    ("We met **Angela Merkel** **Barack Obama**.", &["PERSON Angela Merkel", "PERSON Barack Obama"]),
    // A link that never ends.
    ("[Paris](https://x.org and then we met Angela Merkel.", &["LOCATION Paris", "PERSON Angela Merkel"]),
];

#[test]
fn marks_of_markdown_are_no_part_of_a_name_and_hide_none() {
    for (text, expected) in MARKDOWN {
        assert_eq!(names(text), *expected, "{text}");
    }
}

/// Texts that go on with a part of a name that they have had, and the names in them.
const REMEMBERED: &[(&str, &[&str])] = &[
    (
        "Ada Ostrell visited Paris. Ostrell disagreed. OSTRELL left.",
        &["PERSON Ada Ostrell", "LOCATION Paris", "PERSON Ostrell", "PERSON OSTRELL"],
    ),
    // Too common a word, and a name that is none yet.
    ("Tim Cook smiled. Cook the rice for ten minutes.", &["PERSON Tim Cook"]),
    ("Ostrell disagreed.", &[]),
];

/// Forms of address, and companies that the lists know.
const MARKED: &[(&str, &[&str])] = &[
    ("Yesterday Ms Doe met Miss Marple.", &["PERSON Doe", "PERSON Marple"]),
    ("Siemens and Nokia sold it.", &["ORGANIZATION Siemens", "ORGANIZATION Nokia"]),
    (
        "The Labour Party met at Boston University. Party on! School starts at eight.",
        &["ORGANIZATION Labour Party", "ORGANIZATION Boston University"],
    ),
    ("Jean-Luc Picard met Mary-Kate Olsen.", &["PERSON Jean-Luc Picard", "PERSON Mary-Kate Olsen"]),
    ("He works at Acme Inc. Bob Stone left.", &["ORGANIZATION Acme Inc.", "PERSON Bob Stone"]),
    ("Neither Bob nor Ann Lee came.", &["PERSON Bob", "PERSON Ann Lee"]),
];

#[test]
fn forms_of_address_known_companies_and_kinds_of_organisations_tell_whose_a_name_is() {
    for (text, expected) in MARKED {
        assert_eq!(names(text), *expected, "{text}");
    }
}

/// News and encyclopaedias: companies behind prepositions, institutions with `of the`, names with particles and hyphens.
const PROSE: &[(&str, &[&str])] = &[
    ("She works for Google in Zurich.", &["ORGANIZATION Google", "LOCATION Zurich"]),
    ("He is an engineer at Stripe.", &["ORGANIZATION Stripe"]),
    ("The firm was bought by Nestlé last year.", &["ORGANIZATION Nestlé"]),
    ("The European Central Bank raised rates.", &["ORGANIZATION European Central Bank"]),
    (
        "She was a justice of the Supreme Court of the United States.",
        &["ORGANIZATION Supreme Court of the United States"],
    ),
    (
        "The International Monetary Fund (IMF) agreed.",
        &["ORGANIZATION International Monetary Fund", "ORGANIZATION IMF"],
    ),
    ("Kim Jong-un met Park Geun-hye in Seoul.", &["PERSON Kim Jong-un", "PERSON Park Geun-hye", "LOCATION Seoul"]),
    ("Ursula von der Leyen met Charles de Gaulle.", &["PERSON Ursula von der Leyen", "PERSON Charles de Gaulle"]),
    ("The games were held in Rio de Janeiro.", &["LOCATION Rio de Janeiro"]),
    ("Manchester United beat Real Madrid.", &["ORGANIZATION Manchester United", "ORGANIZATION Real Madrid"]),
    ("The Liberal Democrats won the by-election.", &["ORGANIZATION Liberal Democrats"]),
    ("World War II ended in 1945.", &[]),
    ("Bob Stone paid Acme EUR 5,000 in May.", &["PERSON Bob Stone", "ORGANIZATION Acme"]),
];

#[test]
fn names_of_news_and_encyclopaedias_are_found_whole_and_of_the_right_kind() {
    for (text, expected) in PROSE {
        assert_eq!(names(text), *expected, "{text}");
    }
}

#[test]
fn a_common_noun_in_small_letters_is_no_name_where_the_sentence_has_capitals() {
    for text in ["The bank said no.", "He asked the company and the bank for a loan.", "The party left the club."] {
        assert_eq!(names(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_part_of_a_name_that_a_text_has_had_is_a_name() {
    for (text, expected) in REMEMBERED {
        assert_eq!(names(text), *expected, "{text}");
    }
}

#[test]
fn every_cut_of_every_text_gives_the_same_entities() {
    let told = ORGANISATIONS.iter().chain(MARKDOWN).chain(MARKED).chain(PROSE).chain(REMEMBERED).map(|(text, _)| text);
    for text in told.chain(TEXTS) {
        assert_any_cut_reads_the_same(text, in_pieces);
    }
}

#[test]
fn an_entity_is_final_a_few_words_later() {
    let mut reader = ENTITIES.reader();
    let mut found = Vec::new();
    reader.push("We met Angela Merkel in ", &mut found);
    for word in ["the ", "garden ", "of ", "a ", "house ", "on ", "the ", "hill ", "and "] {
        reader.push(word, &mut found);
    }
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].text, "Angela Merkel");
}

#[test]
fn the_end_of_a_paragraph_or_of_a_sentence_and_its_line_waits_for_nothing() {
    let mut reader = ENTITIES.reader();
    let mut found = Vec::new();
    reader.push("We met Angela Merkel\n", &mut found);
    assert_eq!(found, []);
    reader.push("\n", &mut found);
    assert_eq!(found.len(), 1, "{found:?}");
    reader.push("We met Angela Merkel.\n", &mut found);
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn text_without_a_space_is_bounded_and_does_not_end_the_search() {
    for filler in ["x".repeat(1 << 20), "字".repeat(1 << 18), "😀".repeat(1 << 18), "</a>".repeat(1 << 18)] {
        let text = format!("{filler} and then we met Angela Merkel in Paris.");
        let found = whole(&text);
        assert!(found.iter().any(|entity| entity.text == "Paris"), "{:?}", &found[..found.len().min(5)]);
    }
}

#[test]
fn a_long_gap_is_not_kept() {
    let mut reader = ENTITIES.reader();
    let mut found = Vec::new();
    reader.push("We met Angela Merkel", &mut found);
    for _ in 0..1000 {
        reader.push(&" ".repeat(1000), &mut found);
    }
    assert_eq!(found.len(), 1);
    assert!(reader.held_bytes() < 10_000, "{}", reader.held_bytes());
}

#[test]
fn confidence_is_a_probability() {
    for text in TEXTS {
        for entity in whole(text) {
            assert!((0.0..=1.0).contains(&entity.confidence), "{entity:?}");
        }
    }
}

#[test]
fn a_model_file_that_is_no_good_says_why() {
    let cases: [(&[u8], &str); 5] = [
        (b"", "expected a model file of 16 bytes, found 0: is it truncated?"),
        (b"PK\x03\x04 and so on and on", "expected a model file, which begins with `MSTG`"),
        (&STANDARD[..STANDARD.len() / 2], "is it truncated?"),
        (&changed(4, 99), "expected a model file of version 1, found version 99"),
        (&changed(STANDARD.len() - 7, 1), "is it damaged?"),
    ];
    for (bytes, expected) in cases {
        let error = NameModel::read(bytes).expect_err("it is no good").to_string();
        assert!(error.contains(expected), "{error}");
    }
    let error = NameModel::read(&changed(5, 2)).expect_err("it is for something else").to_string();
    assert_eq!(error, "expected a model for another task, found one for parts of speech");
}

#[test]
fn every_truncation_of_a_model_file_is_an_error() {
    for length in (0..STANDARD.len()).step_by(STANDARD.len() / 500) {
        assert!(NameModel::read(&STANDARD[..length]).is_err(), "{length}");
    }
}

#[test]
fn every_changed_byte_of_a_model_file_is_an_error() {
    for at in (0..16).chain((16..STANDARD.len()).step_by(STANDARD.len() / 100)) {
        let mut changed = STANDARD.to_vec();
        changed[at] ^= 1;
        assert!(NameModel::read(&changed).is_err(), "{at}");
    }
}

#[test]
fn the_users_own_names_come_first() {
    let list = "# ours\nProject Blue Heron\nNew York Times,NEWSPAPER,nytimes.com\n\"Smith, Jones & Co\",CLIENT\n";
    let gazetteer = Gazetteer::read(list, &EntityKind::new("PROJECT")).expect("the list is good");
    let entities = Entities { gazetteer: Some(gazetteer), ..ENTITIES.clone() };
    let text = "The New York Times wrote on project blue heron, and on Smith, Jones & Co in New York.";
    let found: Vec<_> =
        read(&entities, &[text]).into_iter().map(|e| (e.kind.to_string(), e.text, e.normalized)).collect();
    let entity = |kind: &str, text: &str, value: Option<&str>| (kind.into(), text.into(), value.map(str::to_owned));
    assert_eq!(
        found,
        [
            entity("NEWSPAPER", "New York Times", Some("nytimes.com")),
            entity("PROJECT", "project blue heron", None),
            entity("CLIENT", "Smith, Jones & Co", None),
            entity("LOCATION", "New York", None),
        ]
    );
}

#[test]
fn a_gazetteer_line_that_makes_no_sense_is_named() {
    let wrong = |list: &str| Gazetteer::read(list, &EntityKind::PERSON).expect_err("it is wrong").to_string();
    assert_eq!(wrong("a\nb,c,d,e\n"), "line 2: expected a name, a kind and a value, found 4 cells");
    assert_eq!(wrong(",X"), "line 1: expected a name of 1 to 16 words, found 0 in ``");
    assert_eq!(wrong("\"a"), "line 1: expected a closing quotation mark, found the end of the line");
}

#[test]
fn a_session_reports_entities_of_text_and_reasoning_with_stable_ids() {
    let config = Config {
        framing: Some(Framing::Ndjson),
        dialect: Some(Dialect::Ollama),
        analyses: vec![Arc::new(ENTITIES.clone())],
        ..Config::default()
    };
    let mut session = Engine::new(config).session(Timestamp::ZERO);
    let line = |key: &str, text: &str| format!("{{\"message\":{{\"role\":\"assistant\",\"{key}\":{text:?}}}}}\n");
    let body = [
        line("thinking", "Who is Angela Merkel? "),
        line("content", "Angela Mer"),
        line("content", "kel was born in Ham"),
        line("content", "burg."),
        "{\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"}\n".to_owned(),
    ];
    session.feed(body.concat().as_bytes(), Timestamp::ZERO);
    session.finish(Timestamp::ZERO);
    let mut found = Vec::new();
    while let Some(event) = session.poll() {
        if let Event::Entity { id, text, span, .. } = event {
            found.push((id, text, span.channel, span.start, span.end));
        }
    }
    found.sort_by_key(|(.., channel, start, _)| (channel.to_string(), *start));
    let expected = [
        (1, "Angela Merkel".to_owned(), Channel::Reasoning, 7, 20),
        (1, "Angela Merkel".to_owned(), Channel::Text, 0, 13),
        (2, "Hamburg".to_owned(), Channel::Text, 26, 33),
    ];
    assert_eq!(found, expected);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Any text, cut anywhere: the same entities, each the text at its offsets, in order, without overlap.
    #[test]
    fn cutting_changes_nothing_and_offsets_are_right(
        parts in prop::collection::vec(prop_oneof![
            prop::sample::select(PIECES).prop_map(str::to_owned),
            "\\PC{0,6}",
            "[A-Z][a-z]{1,8} ",
            "[ \\n\\t]{1,3}",
        ], 0..40),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let text = parts.concat();
        let expected = whole(&text);
        let mut end = 0;
        for entity in &expected {
            prop_assert_eq!(&text[entity.start as usize..entity.end as usize], &entity.text);
            prop_assert!(entity.start >= end && entity.end > entity.start);
            end = entity.end;
        }
        let cuts: Vec<_> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        prop_assert_eq!(in_pieces(&pieces(&text, &cuts)), expected);
    }
}

#[test]
fn a_value_gives_way_to_a_name_that_it_is_a_part_of_and_not_to_a_guess_at_a_part_of_it() {
    let values = Entities { structured: Some(Settings::default()), ..ENTITIES.clone() };
    let own = Gazetteer::read("km\nStudio 54", &EntityKind::PERSON).expect("the list is good");
    let own = Entities { gazetteer: Some(own), ..values.clone() };
    let cases = [
        (&values, "He lives in a room of 100 m² here.", ["QUANTITY 100 m²"].as_slice()),
        (&own, "He ran 100 km to Studio 54 today.", &["PERSON km", "PERSON Studio 54", "DATE today"]),
    ];
    for (entities, text, expected) in cases {
        let told = |pieces: &[&str]| -> Vec<String> {
            read(entities, pieces).iter().map(|entity| format!("{} {}", entity.kind, entity.text)).collect()
        };
        assert_eq!(told(&[text]), expected, "{text}");
        assert_any_cut_reads_the_same(text, told);
    }
}

/// The names of a text with their kinds.
fn names(text: &str) -> Vec<String> {
    whole(text).iter().map(|entity| format!("{} {}", entity.kind, entity.text)).collect()
}

fn whole(text: &str) -> Vec<Entity> {
    in_pieces(&[text])
}

fn in_pieces(pieces: &[&str]) -> Vec<Entity> {
    read(&ENTITIES, pieces)
}

fn read(entities: &Entities, pieces: &[&str]) -> Vec<Entity> {
    let mut reader = entities.reader();
    let mut found = Vec::new();
    for piece in pieces {
        reader.push(piece, &mut found);
    }
    reader.finish(&mut found);
    found
}

/// The standard model with byte `at` flipped to `byte`, or by one bit where it is that already.
fn changed(at: usize, byte: u8) -> Vec<u8> {
    let mut bytes = STANDARD.to_vec();
    bytes[at] = if bytes[at] == byte { byte ^ 0x10 } else { byte };
    bytes
}

static ENTITIES: LazyLock<Entities> = LazyLock::new(|| Entities {
    names: Some(NameModel::read(STANDARD).expect("the model in the repository is good")),
    ..Entities::default()
});

const STANDARD: &[u8] = include_bytes!("../../../models/names-standard.bin");

const TEXTS: &[&str] = &[
    "",
    " ",
    "Ada",
    "Dr. Jane Goodall, D.B.E., left the U.N. on Jan. 5 for Addis Ababa! Then Kofi Annan spoke. O’Brien’s dog didn't.",
    "RT @nasa: JOHN GLENN lands at KENNEDY SPACE CENTER #Mercury http://example.com/a?b=c. 🚀🚀 Next: Elon Musk…",
    "El señor José Ángel Gurría visitó São Paulo y Zürich; 東京で安倍晋三が話した。 Владимир Путин в Москве. مصر",
    "| Name | City |\n|---|---|\n| Marie Curie | Paris |\n\n- **Acme Corp.** (Berlin)\n- AT&T, J. P. Morgan & Co.\n```rust\nfn main() { println!(\"Hello, London\"); }\n```",
    "<p>Barack&nbsp;Obama</p> visited <b>Havana</b>. a\u{301}\u{200d}\u{feff}x ''s 's '' @ # . .. ... 1,000.50 10:30 a.b.c. x@y.z",
    "we saw taylor swift in new york\r\n\r\nMET GALA IN NEW YORK CITY: RIHANNA, BEYONCÉ",
];

const PIECES: &[&str] = &[
    "Angela Merkel",
    "New York",
    "Google",
    " Inc.",
    "'s",
    "’s ",
    ". ",
    "! ",
    "\n",
    " of ",
    " in ",
    ", ",
    "U.S.",
    "-",
    "🚀",
    "é",
    "字",
    "@nasa ",
    "#London ",
    "http://a.b/c ",
    "(",
    ") ",
    "St. ",
    "J. ",
    " the ",
    "\u{300}",
];
