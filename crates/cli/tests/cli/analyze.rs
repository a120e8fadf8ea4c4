//! `midstream analyze`.

use crate::command::{CHAT, Live, file, run};

#[test]
fn a_silence_on_standard_input_is_found_while_it_lasts() {
    let mut live = Live::start(["analyze", "--stall-after", "1", "-"]);
    let (first, rest) = CHAT.split_at(CHAT.find("Wien").expect("it says so"));
    live.write(first.as_bytes());
    live.until("text-delta");
    let stall: serde_json::Value = serde_json::from_str(&live.until("stall")).expect("a line of JSON");
    assert!(stall["silent_us"].as_u64().expect("a number") >= 1000, "{stall}");
    live.write(rest.as_bytes());
    live.close();
    let end: serde_json::Value = serde_json::from_str(&live.until("stream-end")).expect("a line of JSON");
    assert!(end["metrics"]["duration_us"].as_u64().expect("a number") >= 1000, "{end}");
    assert_eq!(live.end(), 0);
}

#[test]
fn a_file_does_not_stall() {
    let path = file("analyze.sse", CHAT.as_bytes());
    let run = run(["analyze", "--stall-after", "1", path.to_str().expect("a UTF-8 path")]);
    assert_eq!(run.events("stall").len(), 0);
    assert_eq!(run.events("stream-end")[0]["metrics"]["duration_us"], 0);
    assert_eq!(run.code, 0);
}

#[test]
fn a_model_that_repeats_itself_is_found() {
    let delta = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"and so on and so forth, \"}}]}\n\n";
    let path = file("analyze-repetition.sse", CHAT.replacen("data: [DONE]", &delta.repeat(20), 1).as_bytes());
    let run = run(["analyze", path.to_str().expect("a UTF-8 path")]);
    let found = run.events("repetition");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["period"], "and so on and so forth, ".len());
    assert_eq!(found[0]["span"]["channel"], "text");
}
