//! `midstream frames`.

use serde_json::json;

use crate::command::{file, run, run_with};

#[test]
fn frames_are_those_that_the_specification_dispatches() {
    let body = b"\xEF\xBB\xBF: comment\nevent: add\ndata: one\ndata: two\nid: 7\nretry: 250\n\r\ndata:three\r\r\nevent: empty\n\ndata\n\n";
    let run = run_with(["frames", "--framing", "sse", "-"], body);
    assert_eq!(
        run.lines(),
        [
            json!({"event": "add", "data": "one\ntwo", "id": "7", "retry": 250}),
            json!({"event": "message", "data": "three", "id": "7", "retry": null}),
            json!({"event": "message", "data": "", "id": "7", "retry": null}),
        ]
    );
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn every_cut_gives_the_same_lines() {
    let body = "event: a\r\ndata: Grüße\r\nid: 1\r\n\r\n: ping\ndata: {\"x\": \"\u{1F600}\"}\n\n".repeat(40);
    let path = file("frames-cut.sse", body.as_bytes());
    let path = path.to_str().expect("a UTF-8 path");
    let whole = run(["frames", path]);
    assert_eq!(whole.lines().len(), 80);
    for cut in ["1", "2", "3", "7", "64", "100000"] {
        assert_eq!(run(["frames", "--cut", cut, path]).stdout, whole.stdout, "--cut {cut}");
    }
    assert_eq!(run_with(["frames", "--cut", "1", "-"], body.as_bytes()).stdout, whole.stdout);
}

#[test]
fn an_event_that_the_end_cuts_off_is_left_out_and_told() {
    let run = run_with(["frames", "--framing", "sse", "-"], b"data: whole\n\ndata: cut off");
    assert_eq!(run.lines().len(), 1);
    let told = "standard input: the input ended inside the frame at byte 19, after 7 bytes, left out: `cut off`";
    assert!(run.stderr.contains(told), "{run:?}");
    assert_eq!(run.code, 1);
}

#[test]
fn json_outside_of_the_framing_is_left_out_and_told() {
    let run = run_with(["frames", "--framing", "sse", "-"], b"data: whole\n\n{\"error\": 1}\n\n");
    assert_eq!(run.lines().len(), 1);
    assert!(run.stderr.contains("JSON outside of the framing at byte 13"), "{run:?}");
}

#[test]
fn lines_that_the_specification_ignores_are_told() {
    let run = run_with(["frames", "--framing", "sse", "-"], b"data: whole\n\n<html>\n<body>\n\ndata: next\n\n");
    assert_eq!(run.lines().len(), 2);
    assert!(run.stderr.contains("ignored-lines at byte 13: expected a field of server-sent events"), "{run:?}");
    assert_eq!(run.code, 0);
}

#[test]
fn a_fault_is_told_with_its_place_and_exits_with_1() {
    let run = run_with(["frames", "--framing", "sse", "-"], b"data: a\xFFb\n\ndata: next\n\n");
    assert_eq!(run.lines()[0]["data"], "a\u{FFFD}b");
    assert_eq!(run.lines()[1]["data"], "next");
    assert!(run.stderr.contains("standard input: invalid-utf8 at byte 7: expected UTF-8, found byte 0xff"), "{run:?}");
    assert_eq!(run.code, 1);
}
