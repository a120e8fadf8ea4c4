//! `midstream replay`.

use crate::command::{CHAT, file, run};
use crate::server::Server;

#[test]
fn a_recording_answers_every_request() {
    let body = file("replay.sse", CHAT.as_bytes());
    let server = Server::start(["replay".as_ref(), "--speed".as_ref(), "0".as_ref(), body.as_os_str()]);
    for path in ["/", "/v1/chat/completions"] {
        let answer = server.ask(path);
        assert!(answer.contains("content-type: text/event-stream"), "{answer}");
        assert!(answer.contains("Wien.") && answer.contains("data: [DONE]"), "{answer}");
    }
}

#[test]
fn a_folder_answers_with_the_recording_that_a_path_begins_with() {
    let body = file("replay-one.sse", CHAT.as_bytes());
    let folder = body.parent().expect("it lies in one");
    let server = Server::start(["replay".as_ref(), "--speed".as_ref(), "0".as_ref(), folder.as_os_str()]);
    assert!(server.told.contains(" recordings from `"), "{}", server.told);
    assert!(server.ask("/replay-one.sse/v1/chat/completions").contains("Wien."));
    assert!(server.ask("/no-such.sse/v1/chat/completions").starts_with("HTTP/1.1 404"));
}

#[test]
fn what_cannot_be_replayed_is_told() {
    let empty = concat!(env!("CARGO_TARGET_TMPDIR"), "/replay-nothing");
    std::fs::create_dir_all(empty).expect("a folder can be made");
    let cases: &[(&[&str], i32, &str)] = &[
        (&["replay", "no-such-file"], 1, "expected a recording or a folder of them at `no-such-file`"),
        (&["replay", empty], 1, "the folder has no files"),
        (&["replay", "--speed", "fast", "src"], 2, "expected a number of at least 0"),
        (&["replay", "--speed=-1", "src"], 2, "expected a number of at least 0"),
        (&["replay"], 2, "FILE|DIR"),
    ];
    for (args, code, told) in cases {
        let run = run(*args);
        assert!(run.stderr.contains(told), "{args:?}: {}", run.stderr);
        assert_eq!(run.code, *code, "{args:?}");
    }
}
