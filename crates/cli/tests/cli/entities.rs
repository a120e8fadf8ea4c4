//! `midstream entities`.

use serde_json::json;

use crate::command::{CHAT, file, run, run_with};

#[test]
fn the_names_in_a_text_are_listed_with_their_offsets() {
    let run =
        run_with(["entities", "-"], "Zoë flew from London to New York with Satya Nadella of Microsoft.".as_bytes());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let found: Vec<_> = run.lines().into_iter().map(|e| json!([e["type"], e["text"], e["start"], e["end"]])).collect();
    let london = json!(["LOCATION", "London", 15, 21]);
    assert!(found.contains(&london), "{found:?}");
    assert!(found.contains(&json!(["LOCATION", "New York", 25, 33])), "{found:?}");
}

#[test]
fn lines_come_back_under_their_ids_in_the_unit_that_was_asked_for() {
    let lines = "{\"id\": 7, \"text\": \"😀 She lives in Paris.\"}\n\n{\"id\": \"b\", \"text\": \"nothing here\"}\n";
    for (unit, start) in [("bytes", 18), ("chars", 15), ("utf16", 16)] {
        let run = run_with(["entities", "--jsonl", "--offsets", unit, "-"], lines.as_bytes());
        assert_eq!(run.code, 0, "{}", run.stderr);
        let lines = run.lines();
        assert_eq!(lines[0]["id"], 7);
        assert_eq!(lines[0]["entities"][0]["start"], start, "{unit}");
        assert_eq!(lines[0]["entities"][0]["end"], start + 5, "{unit}");
        assert_eq!(lines[1], json!({"id": "b", "entities": []}));
    }
}

#[test]
fn a_calling_code_is_one_to_three_digits() {
    for code in ["", "0", "49x", "9999", "+49"] {
        let run = run_with(["entities", "--model", "none", "--calling-code", code, "-"], b"030 901820");
        assert_eq!(run.code, 2, "{code}");
        assert!(run.stderr.contains("expected one to three digits"), "{code}: {}", run.stderr);
    }
}

#[test]
fn what_is_no_text_is_named_and_the_rest_goes_on() {
    let run = run_with(["entities", "--jsonl", "-"], b"{\"id\": 1}\nnonsense\n{\"id\": 2, \"text\": \"\"}\n");
    assert_eq!(run.code, 1);
    assert_eq!(run.lines(), [json!({"id": 2, "entities": []})]);
    assert!(run.stderr.contains("line 1: expected") && run.stderr.contains("line 2: expected"), "{}", run.stderr);
}

#[test]
fn a_text_that_is_no_utf8_is_an_error_at_its_byte() {
    let run = run_with(["entities", "-"], b"5 km \xff 6 km");
    assert_eq!(run.code, 1);
    assert_eq!(
        run.lines().iter().map(|line| &line["text"]).collect::<Vec<_>>(),
        ["5 km"],
        "what stands before it is found"
    );
    assert_eq!(run.stderr, "midstream: standard input: expected UTF-8, found byte 0xff at byte 5\n");
    let lines = b"{\"id\": 1, \"text\": \"\xff\"}\n{\"id\": 2, \"text\": \"\"}\n";
    let run = run_with(["entities", "--jsonl", "-"], lines);
    assert_eq!((run.code, run.lines()), (1, vec![json!({"id": 2, "entities": []})]));
    assert_eq!(run.stderr, "midstream: line 1: expected UTF-8, found byte 0xff at byte 19\n");
}

#[test]
fn a_model_that_is_none_is_an_error() {
    let path = file("no-model.bin", b"MSTG\x01");
    let run = run(["entities", "--model", path.to_str().expect("a UTF-8 path"), "-"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("expected a model file of 16 bytes, found 5: is it truncated?"), "{}", run.stderr);
}

#[test]
fn a_gazetteer_works_without_a_model() {
    let list = file("gazetteer.csv", b"blue heron,PROJECT,p-17\n");
    let list = list.to_str().expect("a UTF-8 path");
    let run = run_with(["entities", "--model", "none", "--gazetteer", list, "-"], b"On Blue Heron and London.");
    let expected = json!({
        "type": "PROJECT", "text": "Blue Heron", "start": 3, "end": 13, "confidence": 1.0, "normalized": "p-17",
    });
    assert_eq!(run.lines(), [expected]);
}

#[test]
fn analyze_finds_the_names_in_a_stream() {
    let path = file("entities.sse", CHAT.as_bytes());
    let path = path.to_str().expect("a UTF-8 path");
    assert_eq!(run(["analyze", path]).events("entity").len(), 0);
    let list = file("entities.csv", b"wien,CITY\n");
    let run = run(["analyze", "--model", "tiny", "--gazetteer", list.to_str().expect("a UTF-8 path"), path]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.events("entity")[0]["kind"], "CITY");
    assert_eq!(run.events("entity")[0]["text"], "Wien");
}
