//! Whatever it is given, the binary says what is wrong and ends with the exit code that it documents.

use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use crate::command::{CHAT, file, midstream, run, run_with};

const READERS: [&str; 3] = ["frames", "decode", "analyze"];

#[test]
fn a_file_that_does_not_exist_is_bad_input() {
    for command in READERS {
        let run = run([command, "no-such-file"]);
        assert_eq!(run.stderr, "midstream: `no-such-file`: no such file\n");
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{command}");
    }
}

#[test]
fn a_directory_is_bad_input() {
    for command in READERS {
        let run = run([command, "src"]);
        assert_eq!(run.stderr, "midstream: `src`: expected a file, found a directory\n");
        assert_eq!(run.code, 1, "{command}");
    }
}

#[test]
fn an_empty_body_has_no_frames_and_is_truncated() {
    let empty = file("empty", b"");
    let empty = empty.to_str().expect("a UTF-8 path");
    let frames = run(["frames", empty]);
    assert_eq!((frames.code, frames.stdout.as_str()), (0, ""));
    let decode = run(["decode", "--final", empty]);
    assert_eq!(decode.lines()[0]["verdict"], "truncated");
    assert_eq!(decode.code, 1);
    assert_eq!(run_with(["decode", "--final", "-"], b"").stdout, decode.stdout);
}

#[test]
fn garbage_is_told_for_what_it_is() {
    let mut state = 1u32;
    let garbage: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(200_000)
    .collect();
    for framing in ["auto", "sse", "ndjson", "json-array", "event-stream", "ws"] {
        for command in READERS {
            let run = run_with([command, "--framing", framing, "-"], &garbage);
            assert!([0, 1].contains(&run.code), "{command} --framing {framing}: {run:?}");
        }
        let decoded = run_with(["decode", "--framing", framing, "-"], &garbage);
        assert!(!decoded.events("error").is_empty(), "--framing {framing}");
        assert_eq!(decoded.code, 1, "--framing {framing}");
        let frames = run_with(["frames", "--framing", framing, "-"], &garbage);
        assert_eq!(frames.code, 1, "--framing {framing}");
    }
    // It begins like a text: what it is told of is one thing.
    let decoded = run_with(["decode", "-"], &garbage);
    assert_eq!(decoded.events("error").len(), 1, "{:?}", decoded.events("error"));
    assert!(decoded.stderr.contains("the stream failed: wrong-framing at byte"), "{}", decoded.stderr);
}

#[test]
fn wrong_use_exits_with_2() {
    let cases: &[&[&str]] = &[
        &[],
        &["dekode"],
        &["decode"],
        &["frames", "a", "b"],
        &["decode", "--nonsense", "-"],
        &["decode", "--dialect", "latin", "-"],
        &["decode", "--framing", "picture", "-"],
        &["decode", "--cut", "0", "-"],
        &["decode", "--cut", "many", "-"],
        &["analyze", "--stall-after", "soon", "-"],
        &["watch"],
        &["watch", "127.0.0.1:8080"],
    ];
    for args in cases {
        let run = run(*args);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}");
        assert!(!run.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn a_wrong_framing_is_one_error_that_names_the_right_one() {
    let decoded = run_with(["decode", "--framing", "ndjson", "-"], CHAT.as_bytes());
    let errors = decoded.events("error");
    assert_eq!(errors.len(), 1, "{errors:?}");
    let message = errors[0]["message"].as_str().expect("a message");
    assert!(message.starts_with("expected ndjson, found what looks like sse: `: keep-alive`"), "{message}");
    assert_eq!(decoded.code, 1);
}

#[test]
fn no_bytes_at_a_time_is_no_way_to_feed() {
    let run = run(["decode", "--cut", "0", "-"]);
    assert!(run.stderr.contains("expected a number of bytes, 1 or more, found `0`"), "{run:?}");
}

#[test]
fn a_wrong_name_is_answered_with_the_right_ones() {
    let run = run(["decode", "--dialect", "antropic", "-"]);
    assert!(run.stderr.contains("antropic") && run.stderr.contains("openai-responses"), "{run:?}");
    assert!(run.stderr.contains("a similar value exists: 'anthropic'"), "{run:?}");
}

/// Like `midstream decode … | head -1`: the reader leaves while there is still far more than a pipe holds.
#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let body = file("broken-pipe.sse", CHAT.trim_end_matches("data: [DONE]\n\n").repeat(20_000).as_bytes());
    for command in READERS {
        let mut child = midstream([command.as_ref(), body.as_os_str()])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut stdout = child.stdout.take().expect("it is piped");
        stdout.read_exact(&mut [0; 10]).expect("it writes something");
        drop(stdout);
        let output = child.wait_with_output().expect("the binary ends");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{command}");
        assert_eq!(output.status.code(), Some(0), "{command}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn results_that_cannot_be_written_are_told() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let body = file("full.sse", CHAT.as_bytes());
    let output = midstream(["decode".as_ref(), body.as_os_str()]).stdout(full).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("can't write the results"), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_need_not_be_utf_8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let name = Path::new(env!("CARGO_TARGET_TMPDIR")).join(OsStr::from_bytes(b"gr\xFC\xDFe.sse"));
    std::fs::write(&name, CHAT).expect("the file can be written");
    let decoded = run(["decode".as_ref(), name.as_os_str()]);
    assert_eq!((decoded.code, decoded.stderr.as_str()), (0, ""));
    let missing = run(["decode".as_ref(), OsStr::from_bytes(b"\xFF.sse")]);
    assert_eq!(missing.code, 1);
    assert!(missing.stderr.contains("`\u{FFFD}.sse`"), "{missing:?}");
}

/// A file on standard input is a file: nothing about it is live.
#[test]
fn a_redirected_file_is_read_like_a_named_one() {
    let body = file("redirected.sse", CHAT.as_bytes());
    let named = run(["analyze".as_ref(), body.as_os_str()]);
    let output = midstream(["analyze", "-"])
        .stdin(std::fs::File::open(&body).expect("it exists"))
        .output()
        .expect("the binary runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), named.stdout);
}
