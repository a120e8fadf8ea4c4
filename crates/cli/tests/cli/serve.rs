//! `midstream serve`, and `midstream watch` on it: both ends are the binary itself.

use std::process::Command;

use crate::command::{Run, file, run};
use crate::server::Server;

#[test]
fn without_an_upstream_the_demo_model_answers_and_can_be_watched() {
    let server = Server::start(["serve", "--demo-pace", "0"]);
    assert!(server.told.contains("the built-in demo model answers"), "{}", server.told);
    let answer = server.ask(CHAT);
    assert!(answer.contains("chat.completion.chunk") && answer.contains("[DONE]"), "{answer}");
    let watched = run(["watch", &server.url]);
    assert!(watched.stdout.contains("POST /v1/chat/completions  to demo"), "{watched:?}");
    assert!(watched.stdout.contains("openai-chat in sse\n"), "{watched:?}");
    assert!(watched.stdout.contains("\n== complete"), "{watched:?}");
    assert_eq!((watched.code, watched.stderr.as_str()), (0, ""));
}

#[cfg(unix)]
#[test]
fn ctrl_c_and_a_service_managers_signal_end_it_with_0() {
    for signal in ["-INT", "-TERM"] {
        let mut server = Server::start(["serve"]);
        let killed = Command::new("kill").args([signal, &server.child.id().to_string()]).status();
        assert!(killed.expect("kill can be run").success());
        assert_eq!(server.child.wait().expect("it ends").code(), Some(0), "{signal}");
    }
}

#[test]
fn requests_go_to_the_upstream_that_the_settings_name() {
    let demo = Server::start(["serve", "--demo-pace", "0"]);
    let settings =
        file("upstream.toml", format!("[[upstream]]\nname = \"openai\"\nurl = \"{}\"\n", demo.url).as_bytes());
    let settings = settings.to_str().expect("a UTF-8 path");
    let gateway = Server::start(["serve", "--config", settings]);
    assert!(gateway.told.contains(&format!("midstream: settings from `{settings}`\n")), "{}", gateway.told);
    assert!(gateway.told.contains("midstream: upstreams: openai\n"), "{}", gateway.told);
    assert!(gateway.ask(CHAT).contains("[DONE]"));
    let watched = run(["watch", &gateway.url]);
    assert!(watched.stdout.contains("  to openai"), "{watched:?}");
}

#[test]
fn an_option_wins_over_the_file() {
    let demo = Server::start(["serve", "--demo-pace", "0"]);
    let settings = file("overridden.toml", b"[[upstream]]\nname = \"openai\"\nurl = \"http://127.0.0.1:1\"\n");
    let upstream = format!("openai={}", demo.url);
    let settings = settings.to_str().expect("a UTF-8 path");
    let gateway = Server::start(["serve", "--config", settings, "--upstream", &upstream]);
    assert!(gateway.ask(CHAT).contains("[DONE]"));
}

#[test]
fn wrong_settings_are_told_with_file_line_and_field() {
    let settings = file("wrong.toml", b"listen = \"127.0.0.1:0\"\n\n[limits]\nstreems = 1\n");
    let run = run(["serve".as_ref(), "--config".as_ref(), settings.as_os_str()]);
    let told = format!("`{}`: line 4, `streems = 1`: unknown field `streems`, expected one of", settings.display());
    assert!(run.stderr.contains(&told), "{run:?}");
    assert_eq!(run.code, 2);
}

#[test]
fn two_upstreams_of_one_name_are_told_before_anything_listens() {
    let upstream = "[[upstream]]\nname = \"openai\"\nurl = \"http://127.0.0.1:1\"\n";
    let settings = file("twice.toml", upstream.repeat(2).as_bytes());
    let run = run(["serve".as_ref(), "--config".as_ref(), settings.as_os_str()]);
    assert!(run.stderr.ends_with("midstream: expected each upstream once, found `openai` twice\n"), "{run:?}");
    assert!(!run.stderr.contains("listening"), "{run:?}");
    assert_eq!(run.code, 2);
}

#[test]
fn a_guard_for_an_upstream_that_there_is_not_is_told_before_anything_listens() {
    let settings = file("nowhere.toml", b"[[guard]]\nupstreams = [\"demo\", \"nope\"]\nrules = [\"secrets\"]\n");
    let run = run(["serve".as_ref(), "--config".as_ref(), settings.as_os_str()]);
    assert!(run.stderr.ends_with("midstream: expected upstreams of guards among `demo`, found `nope`\n"), "{run:?}");
    assert_eq!(run.code, 2);
}

#[test]
fn a_guard_for_nobody_is_told_before_anything_listens() {
    for field in ["keys", "upstreams"] {
        let settings =
            file(&format!("no-{field}.toml"), format!("[[guard]]\n{field} = []\nrules = [\"secrets\"]\n").as_bytes());
        let run = run(["serve".as_ref(), "--config".as_ref(), settings.as_os_str()]);
        assert!(
            run.stderr.contains(&format!("in `{field}` of a guard")) && run.stderr.contains("an empty list"),
            "{run:?}"
        );
        assert_eq!(run.code, 2);
    }
}

#[test]
fn what_cannot_be_served_is_told() {
    let cases: &[(&[&str], i32, &str)] = &[
        (&["serve", "--config", "no-such-file"], 2, "can't read the settings in `no-such-file`"),
        (&["serve", "--listen", "here"], 2, "expected an IP address and a port"),
        (&["serve", "--model", "no-such-file"], 2, "can't read `no-such-file`"),
        (&["serve", "--upstream", "openai"], 2, "expected NAME=URL"),
        (
            &["serve", "--upstream", "openai=http://127.0.0.1:1", "--upstream", "openai=http://127.0.0.1:2"],
            2,
            "expected each --upstream once, found `openai` twice",
        ),
        (&["serve", "--listen", "192.0.2.1:1"], 1, "can't listen on 192.0.2.1:1"),
    ];
    for (args, code, told) in cases {
        let Run { code: found, stderr, .. } = run(*args);
        assert!(stderr.contains(told), "{args:?}: {stderr}");
        assert_eq!(found, *code, "{args:?}");
    }
}

const CHAT: &str = "/v1/chat/completions";
