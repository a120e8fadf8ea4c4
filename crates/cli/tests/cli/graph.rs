//! `midstream graph`.

use std::path::Path;

use crate::command::{CHAT, file, midstream, run, run_with};

/// As a spreadsheet would hand it over.
const GRAPH: &str = "\
record,id,source,target,name,kind,predicate,valid_from,valid_to
node,n0,,,Ada Lovelace,PERSON,,,
node,n1,,,Charles Babbage,PERSON,,,
node,n2,,,London,PLACE,,,
node,n3,,,London,PERSON,,,
edge,e0,n0,n1,,,knows,1833-06-05,
edge,e1,n1,n2,,,lives in,1791-12-26,1871-10-18
";

#[test]
fn a_graph_goes_through_every_format_and_comes_back() {
    let mut path = file("way.csv", GRAPH.as_bytes());
    let csv = run(["graph", "export", "--format", "csv", path.to_str().unwrap()]);
    assert_eq!((csv.code, csv.stderr.as_str()), (0, ""));
    for (format, ending) in [
        ("jsonld", "jsonld"),
        ("nquads", "nq"),
        ("graphml", "graphml"),
        ("dot", "gv"),
        ("cypher", "cypher"),
        ("csv", "csv"),
    ] {
        let out = run(["graph", "export", "--format", format, path.to_str().unwrap()]);
        assert_eq!((out.code, out.stderr.as_str()), (0, ""), "{format}");
        path = file(&format!("way2.{ending}"), out.stdout.as_bytes());
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), csv.stdout);
}

#[test]
fn a_snapshot_and_a_database_hold_the_same_graph() {
    let path = file("store.csv", GRAPH.as_bytes());
    let export = |format: &str, path: &Path| {
        let arguments = ["graph", "export", "--functional", "lives in", "--format", format];
        let out = midstream(arguments).arg(path).output().unwrap();
        assert_eq!((out.status.code(), out.stderr.as_slice()), (Some(0), &b""[..]), "{format}");
        out.stdout
    };
    let snapshot = export("snapshot", &path);
    let database = export("sqlite", &path);
    assert!(database.starts_with(b"SQLite format 3\0"));
    assert_eq!(export("snapshot", &file("store.sqlite", &database)), snapshot);
    assert_eq!(export("sqlite", &file("store.midgraph", &snapshot)), database);
    // Half of it, and one of something else: the application's version stands at byte 60.
    let other = [&database[..60], &[0; 4], &database[64..]].concat();
    for (bytes, message) in
        [(&database[..5000], "expected a database of a graph"), (&other[..], "expected user_version 2, found 0")]
    {
        let path = file("damaged.sqlite", bytes);
        let run = run(["graph", "export", "--format", "csv", path.to_str().unwrap()]);
        assert_eq!(run.code, 1);
        assert!(run.stderr.contains(message), "{}", run.stderr);
    }
}

#[test]
fn who_follows_in_an_office_or_moves_ends_what_was_so_unless_it_is_set_otherwise() {
    let text =
        "Ann Smith is the CEO of Acme since 2019. Bob Jones is the CEO of Acme since 2023. Ann Smith lives in Paris.";
    let text = file("office.txt", text.as_bytes());
    let holders = |options: &[&str]| {
        let arguments = ["graph", "query", "neighbours", text.to_str().unwrap(), "Acme", "--as-of", "2024-01-01"];
        let edges = run(arguments.iter().chain(options)).lines();
        edges.iter().filter(|edge| edge["predicate"] == "is CEO of").count()
    };
    assert_eq!(holders(&[]), 1);
    assert_eq!(holders(&["--functional", "none"]), 2);
    assert_eq!(holders(&["--functional", "lives in"]), 2);
    assert_eq!(holders(&["--functional", "^is CEO of"]), 1);
    assert_eq!(holders(&["--functional", "default", "--functional", "owns"]), 1);
}

#[test]
fn standard_input_is_no_place_to_keep_a_graph() {
    let out = run(["graph", "import", "-", file("kept.txt", b"Ada Lovelace").to_str().unwrap()]);
    assert_eq!(out.code, 2);
    assert!(out.stderr.contains("expected the graph's file, found standard input"), "{}", out.stderr);
}

#[test]
fn a_graph_in_a_file_takes_in_what_comes_later() {
    for ending in ["midgraph", "sqlite"] {
        let path = file(&format!("kept.{ending}"), b"");
        std::fs::remove_file(&path).unwrap();
        let kept = path.to_str().unwrap();
        let import = |arguments: &[&str]| run(["graph", "import", "--now", "2024-02-29", kept].iter().chain(arguments));
        let first = file("first.txt", b"Marie Curie was born in Warsaw.");
        let second = file("second.txt", b"Marie Curie moved to Paris.");
        for text in [&first, &second] {
            let done = import(&[text.to_str().unwrap()]);
            assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{ending}");
        }
        let path = run(["graph", "query", "path", kept, "Warsaw", "Paris"]);
        assert_eq!(path.lines().len(), 2, "{}{}", path.stdout, path.stderr);
        let csv = file("more.csv", GRAPH.as_bytes());
        let refused = import(&[csv.to_str().unwrap()]);
        assert_eq!(refused.code, 2);
        assert!(refused.stderr.contains("a graph is one file"), "{}", refused.stderr);
    }
}

#[test]
fn what_is_taken_in_at_the_same_time_is_all_there() {
    let path = file("shared.midgraph", b"");
    std::fs::remove_file(&path).unwrap();
    let kept = path.to_str().unwrap();
    let cities = ["Warsaw", "Paris", "London", "Berlin", "Madrid", "Vienna"];
    let texts = cities.map(|city| file(&format!("{city}.txt"), format!("Marie Curie lived in {city}.").as_bytes()));
    std::thread::scope(|scope| {
        for text in &texts {
            scope.spawn(move || assert_eq!(run(["graph", "import", kept, text.to_str().unwrap()]).code, 0));
        }
    });
    let csv = run(["graph", "export", "--format", "csv", kept]).stdout;
    for city in cities {
        assert!(csv.contains(&format!(",{city},")), "{city}: {csv}");
    }
}

#[test]
fn a_question_is_answered_as_of_a_time() {
    let path = file("ask.csv", GRAPH.as_bytes());
    let ask = |rest: &[&str]| {
        let arguments = ["graph", "query", rest[0], path.to_str().unwrap()];
        run(arguments.iter().chain(&rest[1..]))
    };
    let edges = |rest: &[&str]| ask(rest).lines().iter().map(|edge| edge["edge"].as_u64().unwrap()).collect::<Vec<_>>();
    assert_eq!(edges(&["neighbours", "Charles Babbage"]), [1, 0]);
    assert_eq!(edges(&["neighbours", "Charles Babbage", "--as-of", "1880-01-01"]), [0]);
    assert_eq!(edges(&["neighbours", "Charles Babbage", "--direction", "out"]), [1]);
    assert_eq!(edges(&["path", "Charles Babbage", "Ada Lovelace"]), [0]);
    assert_eq!(edges(&["neighbours", "ADA lovelace"]), [0], "in any case");
    assert_eq!(edges(&["path", "charles babbage", "ada lovelace"]), [0]);
    assert_eq!(edges(&["path", "Babbage", "LOVELACE"]), [0], "by a word that no other has");
    assert_eq!(edges(&["history", "london", "--kind", "PLACE"]), [1]);
    for (moment, expected) in
        [("1800-01-01", vec![1]), ("1834", vec![0, 1]), ("1833", vec![1]), ("1833-07", vec![0, 1])]
    {
        assert_eq!(edges(&["as-of", moment]), expected, "{moment}");
    }
    let nowhere = ask(&["path", "Ada Lovelace", "lovelace"]);
    assert_eq!((nowhere.code, &nowhere.stdout[..]), (0, ""));
    assert!(nowhere.stderr.contains("both are `Ada Lovelace`: no step leads there"), "{}", nowhere.stderr);
    assert_eq!(edges(&["history", "Ada Lovelace"]), [0]);
    assert_eq!(ask(&["search", "LOV"]).lines()[0]["name"], "Ada Lovelace");
    let edge = &ask(&["history", "Ada Lovelace"]).lines()[0];
    assert_eq!(edge["subject"]["name"], "Ada Lovelace");
    assert_eq!(edge["valid_from"], "1833-06-05T00:00:00Z");
    assert!(edge["valid_to"].is_null());
}

#[test]
fn what_cannot_be_answered_says_why() {
    let path = file("why.csv", GRAPH.as_bytes());
    let path = path.to_str().unwrap();
    for (arguments, code, message) in [
        (vec!["neighbours", path, "lovel"], 1, "expected a node `lovel`, found `Ada Lovelace`"),
        (
            vec!["neighbours", path, "London"],
            2,
            "several nodes are called `London`; say with --kind which (PLACE, PERSON)",
        ),
        (
            vec!["neighbours", path, "lONDON"],
            2,
            "several nodes are called `lONDON`; say with --kind which (PLACE, PERSON)",
        ),
        (vec!["neighbours", path, "London", "--kind", "PERSON"], 1, "nothing found"),
        (
            vec!["path", path, "Ada Lovelace", "London", "--kind", "X"],
            1,
            "expected a node `Ada Lovelace` of kind `X`, found none",
        ),
        (vec!["as-of", path, "yesterday"], 2, "a date or an RFC 3339 date and time, found `yesterday`"),
    ] {
        let run = run(["graph", "query"].iter().chain(&arguments));
        assert_eq!(run.code, code, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(message), "{}", run.stderr);
    }
    let run = run_with(["graph", "export", "--format", "dot", "-"], b"hello");
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("say with --from what it is"), "{}", run.stderr);
    let run = run_with(["graph", "export", "--format", "dot", "--from", "csv", "-"], b"\xFF");
    assert!(run.stderr.contains("standard input: expected UTF-8, found byte 0xff at byte 0"), "{}", run.stderr);
    let run = run_with(["graph", "export", "--format", "csv", "--from", "text", "-"], b"Ada \xFF Lovelace met Bob.");
    assert_eq!((run.code, &run.stdout[..]), (1, ""));
    assert_eq!(run.stderr, "midstream: standard input: expected UTF-8, found byte 0xff at byte 4\n");
}

#[test]
fn what_is_no_file_or_damaged_is_told_as_what_it_is() {
    let graph = file("good.sqlite", b"");
    std::fs::remove_file(&graph).unwrap();
    let (csv, empty) = (file("good.csv", GRAPH.as_bytes()), file("empty.sqlite", b""));
    let [graph, csv, empty] = [&graph, &csv, &empty].map(|path| path.to_str().unwrap());
    assert_eq!(run(["graph", "import", graph, csv]).code, 0);
    let missing = run(["graph", "import", graph, "nowhere.csv"]);
    assert_eq!((missing.code, missing.stderr.contains("`nowhere.csv`: no such file")), (1, true), "{}", missing.stderr);
    for (from, message) in [
        ("sqlite", "expected an SQLite database, found an empty file"),
        ("snapshot", "expected a snapshot, found an empty file"),
    ] {
        let run = run(["graph", "export", "--format", "csv", "--from", from, empty]);
        assert_eq!((run.code, run.stderr.contains(message)), (1, true), "{}", run.stderr);
    }
    let whole = std::fs::read(graph).unwrap();
    let dump = run(["graph", "export", "--format", "csv", graph]);
    assert_eq!((dump.code, dump.stdout.lines().count()), (0, GRAPH.lines().count()), "{}", dump.stderr);
    for cut in [1, 20, 4096, whole.len() - 150, whole.len() - 50, whole.len() - 16] {
        let cut = file("cut.sqlite", &whole[..whole.len() - cut]);
        let run = run(["graph", "export", "--format", "csv", cut.to_str().unwrap()]);
        assert_eq!(run.code, 1, "{}", run.stdout);
        assert!(run.stderr.contains("the file is damaged: it should have"), "{}", run.stderr);
    }
    // The second half of a page of records, overwritten.
    let mut other = whole.clone();
    for page in 1..whole.len() / 4096 {
        other[page * 4096..page * 4096 + 8].fill(0xEE);
    }
    let other = file("other.sqlite", &other);
    let run = run(["graph", "export", "--format", "csv", other.to_str().unwrap()]);
    assert_eq!((run.code, &run.stdout[..]), (1, ""), "{}", run.stderr);
}

#[test]
fn what_is_hedged_is_counted_and_taken_in_where_it_is_asked_for() {
    let text = file(
        "hedged.txt",
        b"Marie Curie lived in Paris. Marie Curie may have visited Vienna. Marie Curie did not live in London.",
    );
    let text = text.to_str().unwrap();
    let plain = run(["graph", "export", "--format", "csv", text]);
    assert!(
        plain.stderr.contains("left out 1 fact that is said to be possible, planned or somebody's words; --hedged"),
        "{}",
        plain.stderr
    );
    assert!(!plain.stdout.contains("perhaps") && plain.stdout.contains(",true,"), "{}", plain.stdout);
    let hedged = run(["graph", "export", "--format", "csv", "--hedged", text]);
    assert_eq!(hedged.stderr, "");
    assert!(hedged.stdout.contains(",perhaps may have visited,"), "{}", hedged.stdout);
}

#[test]
fn a_graph_is_made_of_texts_and_streams() {
    let text = file("notes.txt", "Marie Curie was born in Warsaw. Marie Curie moved to Paris.".as_bytes());
    let stream = file("answer.sse", CHAT.as_bytes());
    let [text, stream] = [&text, &stream].map(|path| path.to_str().unwrap());
    let now = ["--now", "2024-02-29"];
    let csv = run(["graph", "export", "--format", "csv", now[0], now[1], text, stream]);
    assert_eq!((csv.code, csv.stderr.as_str()), (0, ""));
    let path = run(["graph", "query", "path", text, "Warsaw", "Paris"]);
    assert_eq!(path.lines().len(), 2, "{}{}", path.stdout, path.stderr);
    let edges = run(["graph", "query", "neighbours", text, "Marie Curie"]).lines();
    assert!(edges.len() > 1 && edges.last().is_some_and(|edge| edge["predicate"] == "mentions"), "{edges:?}");
    let history = run(["graph", "query", "history", now[0], now[1], text, "Marie Curie"]).lines();
    let said: Vec<_> = history.iter().map(|edge| (&edge["predicate"], &edge["object"]["name"])).collect();
    let expected = [("mentions", "Marie Curie"), ("mentioned with", "Warsaw"), ("mentioned with", "Paris")];
    for (predicate, name) in expected {
        assert!(said.contains(&(&predicate.into(), &name.into())), "{said:?}");
    }
    let mention = history.last().unwrap();
    assert_eq!(mention["predicate"], "mentions");
    assert_eq!((&mention["stream"], &mention["span"]["end"]), (&text.into(), &11.into()));
    assert_eq!(mention["recorded_at"], "2024-02-29T00:00:00Z");
    let piped = run_with(["graph", "query", "search", "--from", "text", "-", "PAR"], b"Marie Curie moved to Paris.");
    assert_eq!(piped.lines()[0]["name"], "Paris");
    let csv = file("one.csv", GRAPH.as_bytes());
    let several = run(["graph", "export", "--format", "dot", csv.to_str().unwrap(), text]);
    assert_eq!(several.code, 2);
    assert!(several.stderr.contains("a graph is one file"), "{}", several.stderr);
    let broken =
        run_with(["graph", "export", "--format", "dot", "--from", "stream", "-"], b"data: {\"choices\":[{]}\n\n");
    assert_eq!(broken.code, 1, "{}", broken.stderr);
}
