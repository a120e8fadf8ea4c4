//! `midstream watch`, against a gateway whose every answer is written here.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::thread::JoinHandle;

use crate::command::{Live, run};

const SUMMARY: &str = r#"{"id":"a-1","started_ms":1,"upstream":"demo","method":"POST","path":"/v1/chat/completions",
    "status":200,"state":"live","dialect":null,"model":null,"verdict":null}"#;
const START: &str = r#"{"seq":1,"at_us":10,"type":"stream-start","framing":"sse","dialect":"openai-chat"}"#;
const HELLO: &str = r#"{"seq":2,"at_us":500000,"type":"text-delta","choice":0,"block":0,"delta":"Hello, "}"#;
const WORLD: &str = r#"{"seq":3,"at_us":900000,"type":"text-delta","choice":0,"block":0,"delta":"world"}"#;

#[test]
fn a_stream_is_shown_from_its_header_to_its_verdict() {
    let gateway = Gateway::start();
    let url = format!("{}/streams/a-1", gateway.url);
    let answers = gateway.answer(vec![json(SUMMARY), sse(&[START, HELLO, WORLD, &end("complete")])]);
    let run = run(["watch", &url]);
    let requests = answers.join().expect("every request was answered");
    assert_eq!(requests[0].path, "/streams/a-1");
    assert_eq!((requests[1].path.as_str(), requests[1].last_event_id.as_deref()), ("/streams/a-1/events", None));
    let expected = "== a-1  POST /v1/chat/completions  to demo\n\
                    openai-chat in sse\n\
                    [text]\n\
                    Hello, world\n\
                    == complete  a-1  1.0 s  first content 0.50 s  2 chunks  5.0 chunks/s\n";
    assert_eq!((run.stdout.as_str(), run.stderr.as_str(), run.code), (expected, "", 0));
}

#[test]
fn a_lost_connection_goes_on_behind_the_last_event() {
    let gateway = Gateway::start();
    let url = format!("{}/#live/a-1", gateway.url);
    let answers = gateway.answer(vec![json(SUMMARY), sse(&[START, HELLO]), sse(&[WORLD, &end("truncated")])]);
    let run = run(["watch", &url]);
    let requests = answers.join().expect("every request was answered");
    assert_eq!(requests[2].last_event_id.as_deref(), Some("2"));
    assert!(
        run.stdout.contains("Hello, \n-- the connection ended before the stream; trying again\nworld\n"),
        "{run:?}"
    );
    assert!(run.stdout.contains("== truncated"), "{run:?}");
    assert_eq!(run.code, 1);
}

#[test]
fn a_gateway_is_watched_by_its_newest_stream() {
    let gateway = Gateway::start();
    let older = SUMMARY.replace("a-1", "a-0").replace("\"started_ms\":1", "\"started_ms\":0");
    let list = format!("{{\"streams\":[{older},{SUMMARY}]}}");
    let url = gateway.url.clone();
    let answers = gateway.answer(vec![json(&list), sse(&[START, &end("complete")])]);
    let run = run(["watch", &url]);
    assert_eq!(answers.join().expect("every request was answered")[1].path, "/streams/a-1/events");
    assert_eq!(run.code, 0);
}

#[test]
fn a_gateway_without_streams_is_watched_until_it_has_one() {
    let gateway = Gateway::start();
    let url = gateway.url.clone();
    let answers = gateway.answer(vec![
        json("{\"streams\":[]}"),
        sse(&[&SUMMARY.replace('\n', "")]),
        sse(&[START, HELLO, &end("complete")]),
    ]);
    let run = run(["watch", &url]);
    let requests = answers.join().expect("every request was answered");
    assert_eq!((requests[1].path.as_str(), requests[1].accept.as_str()), ("/streams", "text/event-stream"));
    assert!(run.stdout.starts_with("-- waiting for a stream ...\n== a-1"), "{run:?}");
    assert_eq!(run.code, 0);
}

#[test]
fn an_event_of_a_newer_gateway_is_no_hindrance() {
    let gateway = Gateway::start();
    let url = format!("{}/streams/a-1", gateway.url);
    let newer = r#"{"seq":2,"at_us":20,"type":"telepathy","strength":9}"#;
    let answers = gateway.answer(vec![json(SUMMARY), sse(&[START, newer, WORLD, &end("complete")])]);
    let run = run(["watch", &url]);
    answers.join().expect("every request was answered");
    assert!(run.stdout.contains("-- something happened that this version of midstream has no word for\n"), "{run:?}");
    assert!(run.stdout.contains("world\n== complete"), "{run:?}");
    assert_eq!(run.code, 0);
}

#[test]
fn what_cannot_be_watched_is_told() {
    let closed = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", closed.local_addr().expect("it has one"));
    drop(closed);
    let unreachable = run(["watch", &url]);
    assert!(unreachable.stderr.contains(&format!("midstream: can't reach {url}/streams")), "{unreachable:?}");
    assert_eq!(unreachable.code, 1);

    let gateway = Gateway::start();
    let url = format!("{}/streams/gone", gateway.url);
    let refusal = json(r#"{"error":{"message":"no stream `gone`"}}"#).replace("200 OK", "404 Not Found");
    let answers = gateway.answer(vec![refusal]);
    let missing = run(["watch", &url]);
    answers.join().expect("every request was answered");
    let told = "/streams/gone: expected status 200, found 404 Not Found: no stream `gone`\n";
    assert!(missing.stderr.ends_with(told), "{missing:?}");
    assert_eq!(missing.code, 1);

    let gateway = Gateway::start();
    let url = gateway.url.clone();
    let answers = gateway.answer(vec![json("<html>")]);
    let other = run(["watch", &url]);
    answers.join().expect("every request was answered");
    assert!(other.stderr.contains("the gateway's answer can't be understood"), "{other:?}");
    assert_eq!(other.code, 1);
}

/// The gateway keeps the connection open: text must be shown before it ends.
#[cfg(unix)]
#[test]
fn text_is_shown_as_it_comes_and_ctrl_c_ends() {
    let gateway = Gateway::start();
    let url = format!("{}/streams/a-1", gateway.url);
    let server = std::thread::spawn(move || {
        gateway.accept(&json(SUMMARY));
        let (_, mut open) = gateway.accept("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        for event in [START, HELLO, WORLD] {
            let data = format!("data: {event}\n\n");
            write!(open, "{:x}\r\n{data}\r\n", data.len()).expect("the client reads");
        }
        open
    });
    let live = Live::start(["watch", &url]);
    live.until("[text]");
    let open = server.join().expect("both requests were answered");
    // The line is not finished yet, and is when the command ends; how far it has come by then is open.
    let killed = Command::new("kill").args(["-INT", &live.id().to_string()]).status().expect("kill can be run");
    assert!(killed.success());
    assert!(live.until("Hello, ").starts_with("Hello, "));
    assert_eq!(live.end(), 0);
    drop(open);
}

/// A server on a port of its own that answers one request after another.
struct Gateway {
    listener: TcpListener,
    url: String,
}

/// What was asked.
#[derive(Debug)]
struct Request {
    path: String,
    accept: String,
    last_event_id: Option<String>,
}

impl Gateway {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it has one"));
        Self { listener, url }
    }

    /// Answers each of the next requests with one of `answers`.
    fn answer(self, answers: Vec<String>) -> JoinHandle<Vec<Request>> {
        std::thread::spawn(move || answers.iter().map(|answer| self.accept(answer).0).collect())
    }

    /// Reads a request and writes `answer`.
    fn accept(&self, answer: &str) -> (Request, TcpStream) {
        let (mut stream, _) = self.listener.accept().expect("a client");
        let mut request = Request { path: String::new(), accept: String::new(), last_event_id: None };
        for line in BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
            if request.path.is_empty() {
                request.path = line.split(' ').nth(1).expect("a request line").to_owned();
            }
            match line.split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("accept") => value.clone_into(&mut request.accept),
                Some((name, value)) if name.eq_ignore_ascii_case("last-event-id") => {
                    request.last_event_id = Some(value.to_owned());
                }
                _ => {}
            }
        }
        stream.write_all(answer.as_bytes()).expect("the client reads");
        (request, stream)
    }
}

fn json(body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

/// A body that the end of the connection ends.
fn sse(events: &[&str]) -> String {
    let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/event-stream\r\n\r\n";
    let events: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    format!("{head}: keep-alive\n\n{events}")
}

fn end(verdict: &str) -> String {
    let metrics = r#"{"bytes":1,"frames":1,"keep_alives":0,"chunks":2,"text_bytes":1,"reasoning_bytes":0,
        "tool_input_bytes":0,"first_byte_us":1,"first_content_us":500000,"last_content_us":900000,"duration_us":1000000,
        "gaps":null,"chunks_per_second":5.0,"output_tokens_per_second":null}"#;
    let metrics = metrics.replace('\n', "");
    format!("{{\"seq\":4,\"at_us\":1000000,\"type\":\"stream-end\",\"verdict\":\"{verdict}\",\"metrics\":{metrics}}}")
}
