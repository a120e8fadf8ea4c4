//! `midstream decode`.

use midstream::{Event, Framing, Verdict};
use midstream_testkit::{Case, merged};
use serde_json::json;

use crate::command::{CHAT, Live, file, run, run_with};

#[test]
fn events_are_lines_of_json_that_end_with_the_verdict() {
    let run = run_with(["decode", "-"], CHAT.as_bytes());
    let lines = run.lines();
    let kinds: Vec<_> = lines.iter().map(|event| event["type"].as_str().expect("a type")).collect();
    let expected = "stream-start response-metadata text-start text-delta text-delta text-end finish usage stream-end";
    assert_eq!(kinds.join(" "), expected);
    assert_eq!(lines[0], json!({"type": "stream-start", "framing": "sse", "dialect": "openai-chat"}));
    assert_eq!(lines[8]["verdict"], "complete");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn the_final_object_is_what_a_stream_amounts_to() {
    let run = run_with(["decode", "--final", "-"], CHAT.as_bytes());
    let expected = json!({
        "dialect": "openai-chat",
        "id": "chat-1",
        "model": "m-1",
        "choices": [{
            "index": 0,
            "text": "Grüße, Wien.",
            "reasoning": "",
            "refusal": "",
            "tool_calls": [],
            "finish_reason": "stop",
            "raw_finish_reason": "stop",
        }],
        "usage": {
            "input_tokens": 9,
            "output_tokens": 4,
            "reasoning_tokens": null,
            "cache_read_tokens": null,
            "total_tokens": 13,
        },
        "verdict": "complete",
        "error": null,
        "unknown_events": 0,
    });
    assert_eq!(run.lines(), [expected]);
    assert_eq!(run.code, 0);
}

#[test]
fn every_cut_gives_the_same_events_from_files_and_from_standard_input() {
    let path = file("decode-cut.sse", CHAT.as_bytes());
    let path = path.to_str().expect("a UTF-8 path");
    let whole = run(["decode", path]).stdout;
    for cut in ["1", "2", "13", "65536", "4000000"] {
        assert_eq!(run(["decode", "--cut", cut, path]).stdout, whole, "--cut {cut}");
        assert_eq!(run_with(["decode", "--cut", cut, "-"], CHAT.as_bytes()).stdout, whole, "--cut {cut} -");
    }
}

#[test]
fn a_verdict_that_is_not_complete_exits_with_1_and_is_told() {
    let finish = CHAT.rfind("data: {\"id\":\"chat-1\",\"model\":\"m-1\",\"choices\":[{").expect("it has one");
    let cut = &CHAT[..finish];
    let run = run_with(["decode", "--final", "-"], cut.as_bytes());
    assert_eq!(run.lines()[0]["verdict"], "truncated");
    assert_eq!(run.lines()[0]["choices"][0]["text"], "Grüße, Wien.");
    assert!(run.stderr.contains("standard input: the stream ended before it was complete"), "{run:?}");
    assert_eq!(run.code, 1);
}

#[test]
fn a_stream_that_its_provider_broke_off_has_failed() {
    let body = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Half\"}}]}\n\n\
                data: {\"error\":{\"message\":\"overloaded\",\"code\":503}}\n\n";
    let run = run_with(["decode", "--final", "-"], body.as_bytes());
    let response = &run.lines()[0];
    assert_eq!(response["verdict"], "failed");
    assert_eq!(response["error"]["message"], "overloaded");
    assert_eq!(response["choices"][0]["text"], "Half");
    assert!(run.stderr.contains("the stream failed: provider at byte 66: overloaded"), "{run:?}");
    assert_eq!(run.code, 1);
}

#[test]
fn events_are_printed_while_the_stream_still_runs() {
    let mut live = Live::start(["decode", "-"]);
    let (first, rest) = CHAT.split_at(CHAT.find("Wien").expect("it says so"));
    live.write(first.as_bytes());
    assert!(live.until("text-delta").contains("Grüße"));
    live.write(rest.as_bytes());
    assert!(live.until("text-delta").contains("Wien"));
    live.close();
    live.until("stream-end");
    assert_eq!(live.end(), 0);
}

#[test]
fn files_are_decoded_one_after_another() {
    let whole = file("decode-many.sse", CHAT.as_bytes());
    let whole = whole.to_str().expect("a UTF-8 path");
    let run = run(["decode", "--final", whole, "no-such-file", whole]);
    assert_eq!(run.lines().len(), 2);
    assert!(run.stderr.contains("`no-such-file`: no such file"), "{run:?}");
    assert_eq!(run.code, 1);
}

/// The binary says what the engine says: nothing is added or lost between them.
#[test]
fn every_case_of_the_corpus_gives_its_events() {
    let cases = Case::all();
    assert!(!cases.is_empty());
    for case in cases {
        let body = file("corpus-case", &case.body);
        let framing = case.framing.map_or("auto", Framing::as_str);
        let options = ["decode", "--dialect", case.dialect.as_str(), "--framing", framing, "--cut", "5"];
        let run = run(options.iter().map(AsRef::as_ref).chain([body.as_os_str()]));
        let parse = |line: &str| serde_json::from_str::<Event>(line).expect("an event");
        let expected = std::fs::read_to_string(case.folder.join("events.jsonl")).expect("every case has its events");
        let expected: Vec<_> = expected.lines().map(parse).collect();
        assert_eq!(merged(run.stdout.lines().map(parse)), expected, "{}", case.folder.display());
        let complete = matches!(expected.last(), Some(Event::StreamEnd { verdict: Verdict::Complete, .. }));
        assert_eq!(run.code, i32::from(!complete), "{}", case.folder.display());
    }
}
