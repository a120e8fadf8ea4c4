//! Recordings are answered as they were recorded.

use std::net::SocketAddr;
use std::path::PathBuf;

use futures_util::{SinkExt, StreamExt};
use midstream_gateway::{ReplayConfig, replay, replay_router};
use midstream_testkit::{Recording, shared_data};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;

use crate::support::*;

async fn start(path: impl Into<PathBuf>, speed: f64) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let config = ReplayConfig { path: path.into(), speed };
    tokio::spawn(async { replay(config, listener, std::future::pending()).await.unwrap() });
    addr
}

/// A folder that is removed when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let folder = std::env::temp_dir().join(format!("midstream-replay-{name}-{}", std::process::id()));
        for (file, text) in files {
            let file = folder.join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_answers_every_request() {
    let body = chat(&["one", "two"]);
    let folder = Folder::new("file", &[("a.sse", &body)]);
    let addr = start(folder.0.join("a.sse"), 0.0).await;
    for (method, path) in [("POST", "/v1/chat/completions"), ("GET", "/"), ("POST", "/any/where?x=1")] {
        let answer = send(addr, method, path, &[], b"").await;
        assert_eq!(answer.header("content-type"), Some("text/event-stream; charset=utf-8"));
        assert_eq!(answer.text().await, body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folders_recordings_answer_below_their_paths() {
    let folder = Folder::new(
        "folder",
        &[
            ("in/open ai/a.sse", &chat(&["a"])),
            ("in/b.ndjson", "{\"done\":true}\n{}\n"),
            ("in/c.json", "[{}]"),
            ("outside.txt", "x"),
        ],
    );
    let addr = start(folder.0.join("in"), 0.0).await;
    for (path, kind, body) in [
        ("/open%20ai/a.sse/v1/chat/completions", "text/event-stream; charset=utf-8", chat(&["a"])),
        ("/b.ndjson", "application/x-ndjson", "{\"done\":true}\n{}\n".into()),
        ("/c.json/v1beta/models/x:streamGenerateContent", "application/json", "[{}]".into()),
    ] {
        let answer = send(addr, "POST", path, &[], b"{}").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)), "{path}");
        assert_eq!(answer.text().await, body);
    }
    for path in ["/", "/missing.sse", "/..%2Foutside.txt", "/%2e%2e/outside.txt", "/open%20ai"] {
        let answer = send(addr, "GET", path, &[], b"").await;
        assert_eq!(answer.status, 404, "{path}");
    }
    std::fs::remove_file(folder.0.join("outside.txt")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_come_one_by_one_at_a_pace() {
    let folder = Folder::new("pace", &[("a.sse", &chat(&["one", "two"]))]);
    // A frame in 20,000 s: only the first can come while the test waits.
    let addr = start(folder.0.join("a.sse"), 0.000_001).await;
    let mut answer = send(addr, "POST", "/", &[], b"").await;
    assert_eq!(answer.next().await, Ok(Some(chat_delta("one").into_bytes())));
    assert!(tokio::time::timeout(std::time::Duration::from_millis(200), answer.next()).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_held_again_over_a_websocket() {
    let lines = r#"{"kind":"message","direction":"sent","data":{"setup":{}}}
{"kind":"message","direction":"received","data":{"setupComplete":{}}}
{"kind":"binary","direction":"received","data":"AAE="}
"#;
    let folder = Folder::new("conversation", &[("live.ws.jsonl", lines)]);
    let addr = start(&folder.0, 0.0).await;
    let url = format!("ws://{addr}/live.ws.jsonl/v1/realtime?model=m");
    let (mut socket, _) = tokio_tungstenite::connect_async(&url).await.unwrap();
    socket.send(Message::text("{\"setup\":{}}")).await.unwrap();
    let mut heard = Vec::new();
    while let Some(message) = soon("a message", socket.next()).await {
        heard.push(message.unwrap());
    }
    assert_eq!(heard[..2], [Message::text("{\"setupComplete\":{}}"), Message::Binary(vec![0, 1].into())]);
    assert!(matches!(&heard[2], Message::Close(Some(frame)) if u16::from(frame.code) == 1000), "{heard:?}");

    // One that only listens hears all the same.
    let (mut socket, _) = tokio_tungstenite::connect_async(&url).await.unwrap();
    let first = soon("a message", socket.next()).await.unwrap().unwrap();
    assert_eq!(first, Message::text("{\"setupComplete\":{}}"));
    assert_eq!(send(addr, "GET", "/live.ws.jsonl", &[], b"").await.status, 426);
}

#[test]
fn a_recording_that_is_not_there_and_a_speed_that_is_none_are_refused() {
    let empty = Folder::new("empty", &[(".hidden", "")]);
    let error = |path: &str, speed| replay_router(&ReplayConfig { path: path.into(), speed }).unwrap_err().to_string();
    assert!(error("no/such/file", 1.0).contains("expected a recording at `no/such/file`"));
    assert!(error(empty.0.to_str().unwrap(), 1.0).contains("the folder has no files"));
    assert!(error(".", -1.0).contains("expected a speed of at least 0, found -1"));
    assert!(error(".", f64::NAN).contains("expected a speed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn recorded_bodies_come_out_byte_for_byte() {
    let Some(data) = shared_data() else { return };
    let addr = start(data.join("streams"), 0.0).await;
    let mut served = 0;
    for recording in Recording::all(&data) {
        let reframed = recording.name.ends_with(".payloads.jsonl");
        let websocket = recording.name.ends_with(".ws.jsonl");
        let mut answer = send(addr, "POST", &format!("/{}/v1/x", recording.name), &[], b"{}").await;
        if websocket {
            assert_eq!(answer.status, 426, "{}", recording.name);
            continue;
        }
        let (body, whole) = answer.body().await;
        assert!(whole, "{}", recording.name);
        if !reframed {
            assert!(body == recording.body, "{}", recording.name);
            served += 1;
        }
    }
    assert!(served > 500, "only {served}");
}
