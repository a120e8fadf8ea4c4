//! `midstream relations`.

use serde_json::json;

use crate::command::{CHAT, file, run, run_with};

const TEXT: &[u8] = b"Tim Cook, the CEO of Apple, did not sell the house in 2007.\nBob may buy it.";

#[test]
fn what_a_text_says_is_listed_with_its_offsets() {
    let run = run_with(["relations", "-"], TEXT);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lines = run.lines();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert_eq!(lines[0]["kind"], "apposition");
    assert_eq!(lines[1]["subject"], json!({"text": "Tim Cook", "start": 0, "end": 8, "entity": 1, "kind": "PERSON"}));
    assert_eq!(lines[1]["predicate"], json!({"text": "did not sell", "start": 28, "end": 40}));
    assert_eq!(lines[1]["time"], json!({"since": "2007", "until": "2007"}));
    assert_eq!((&lines[1]["negated"], &lines[2]["hedged"]), (&json!(true), &json!(true)));
    assert_eq!(lines[2]["span"], json!({"choice": 0, "channel": "text", "start": 60, "end": 74}));
}

#[test]
fn a_person_can_read_them() {
    let run = run_with(["relations", "--plain", "-"], TEXT);
    let told: Vec<_> = run.stdout.lines().map(|line| line.split_once("  ").expect("a confidence first").1).collect();
    assert_eq!(
        told,
        [
            "Tim Cook | is | the CEO of Apple",
            "Tim Cook | did not sell | the house | in 2007 (2007) [denied]",
            "Bob | may buy | it [not sure]",
        ]
    );
}

#[test]
fn lines_come_back_under_their_ids_and_what_is_unlikely_is_left_out() {
    let lines = b"{\"id\": 7, \"text\": \"Bob met Ann.\"}\nnonsense\n{\"id\": 8, \"text\": \"\"}\n";
    let run = run_with(["relations", "--jsonl", "-"], lines);
    assert_eq!(run.code, 1);
    assert_eq!(run.lines()[0]["id"], 7);
    assert_eq!(run.lines()[0]["relations"][0]["predicate"]["text"], "met");
    assert_eq!(run.lines()[1], json!({"id": 8, "relations": []}));
    assert!(run.stderr.contains("line 2: expected"), "{}", run.stderr);
    let none = run_with(["relations", "--jsonl", "--confidence", "1", "-"], lines);
    assert_eq!(none.lines()[0], json!({"id": 7, "relations": []}));
}

#[test]
fn analyze_finds_relations_where_it_is_asked_to() {
    let path = file("relations.sse", CHAT.replace("Wien", "Bob met Ann.").as_bytes());
    let path = path.to_str().expect("a UTF-8 path");
    assert_eq!(run(["analyze", path]).events("relation").len(), 0);
    let run = run(["analyze", "--relations", "--model", "none", path]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.events("relation").iter().any(|event| event["predicate"]["text"] == "met"), "{}", run.stdout);
}
