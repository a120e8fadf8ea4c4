//! What goes through the gateway comes out as it was.

use std::sync::atomic::Ordering;
use std::time::Duration;

use midstream_gateway::Upstream;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};

use crate::support::*;

const PATH: &str = "/v1/chat/completions";

#[tokio::test(flavor = "multi_thread")]
async fn bytes_are_unchanged_however_the_upstream_writes_them() {
    let body = format!("\u{feff}: comment\r\n\r\n{}\u{0}tail without end", chat(&["Hé", "llo ", "wörld \u{1F30A}"]));
    let body = body.as_bytes();
    let sized = format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {}\r\n\r\n", body.len());
    let to_end = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    for (head, framed) in [
        (sized.as_str(), body.to_vec()),
        (to_end, body.to_vec()),
        (SSE_HEAD, chunked(body, 1)),
        (SSE_HEAD, chunked(body, 7)),
        (SSE_HEAD, chunked(body, 100_000)),
    ] {
        for size in [1, 3, 1000, 1_000_000] {
            let upstream = TestUpstream::answering([head.as_bytes(), &framed].concat(), size).await;
            let gateway = TestGateway::before(&upstream).await;
            let mut answer = gateway.post(PATH, b"{}").await;
            let (received, whole) = answer.body().await;
            assert!(whole, "{head} {size}");
            assert_eq!(received, body, "{head} {size}");
            let stream = gateway.ended_stream().await;
            assert_eq!((&stream["verdict"], &stream["preview"]), (&"complete".into(), &"Héllo wörld \u{1F30A}".into()));
            assert_eq!(stream["bytes"], body.len());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_body_is_unchanged() {
    let body: Vec<u8> = (0..3_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    let upstream = TestUpstream::answering([head.as_bytes(), &body].concat(), 100_000).await;
    let gateway = TestGateway::before(&upstream).await;
    let (received, whole) = gateway.post("/v1/audio/speech", b"{}").await.body().await;
    assert!(whole && received == body);
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_go_on_before_more_come() {
    let (go, went) = mpsc::unbounded_channel::<()>();
    let receiver = std::sync::Arc::new(tokio::sync::Mutex::new(went));
    let upstream = TestUpstream::start(move |mut received| {
        let receiver = receiver.clone();
        async move {
            received.write(SSE_HEAD).await;
            for delta in ["one", "two", "three"] {
                // Not before the client has everything that was written so far.
                receiver.lock().await.recv().await.unwrap();
                received.write(chunk(&chat_delta(delta))).await;
            }
            received.gone().await;
        }
    })
    .await;
    let gateway = TestGateway::before(&upstream).await;
    let mut answer = gateway.post(PATH, b"{}").await;
    for delta in ["one", "two", "three"] {
        go.send(()).unwrap();
        assert_eq!(answer.next().await, Ok(Some(chat_delta(delta).into_bytes())));
        let stream = gateway.stream().await;
        assert_eq!(stream["state"], "live");
        assert!(stream["preview"].as_str().unwrap().ends_with(delta), "{stream}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_body_goes_on_before_it_is_whole() {
    let (seen, mut first) = mpsc::unbounded_channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream: Upstream = format!("openai=http://{}", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut text = String::new();
        loop {
            let mut piece = [0; 4096];
            let length = tokio::io::AsyncReadExt::read(&mut stream, &mut piece).await.unwrap();
            text.push_str(std::str::from_utf8(&piece[..length]).unwrap());
            seen.send(text.clone()).unwrap();
            if text.ends_with("0\r\n\r\n") {
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await.unwrap();
                return;
            }
        }
    });
    let gateway = TestGateway::with(|config| config.upstreams.push(upstream)).await;
    let mut stream = TcpStream::connect(gateway.addr).await.unwrap();
    stream
        .write_all(b"POST /v1/files HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        .await
        .unwrap();
    soon("the first half", async { while !first.recv().await.unwrap().contains("first") {} }).await;
    stream.write_all(b"6\r\nsecond\r\n0\r\n\r\n").await.unwrap();
    assert_eq!(Answer::read(stream).await.text().await, "{}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_upstream_sees_the_request_as_it_is_but_for_what_concerns_one_connection() {
    let (tell, told) = oneshot::channel();
    let tell = std::sync::Arc::new(std::sync::Mutex::new(Some(tell)));
    let upstream = TestUpstream::start(move |mut received| {
        let tell = tell.clone();
        async move {
            received
                .write("HTTP/1.1 201 Made\r\ncontent-length: 2\r\nx-kept: 1\r\nkeep-alive: timeout=5\r\n\r\nok")
                .await;
            let _ = tell.lock().unwrap().take().unwrap().send((received.head.clone(), received.body.clone()));
        }
    })
    .await;
    let gateway = TestGateway::with(|config| {
        let base = format!("openai=http://{}/base/v1", upstream.addr);
        config.upstreams.push(base.parse().unwrap());
    })
    .await;
    let headers = [
        ("authorization", "Bearer sk-mine"),
        ("accept-encoding", "gzip, br"),
        ("connection", "keep-alive, x-private"),
        ("x-private", "1"),
        ("openai-beta", "assistants=v2"),
    ];
    let answer = send(gateway.addr, "POST", "/v1/embeddings?a=b&c=%20d", &headers, b"{\"input\": 1}").await;
    assert_eq!((answer.status, answer.header("x-kept"), answer.header("keep-alive")), (201, Some("1"), None));
    assert!(answer.header("x-midstream-stream").is_none());
    assert_eq!(answer.text().await, "ok");
    let (head, body) = told.await.unwrap();
    let mut lines: Vec<_> = head.lines().map(str::to_lowercase).collect();
    assert_eq!(lines.remove(0), "post /base/v1/embeddings?a=b&c=%20d http/1.1");
    lines.retain(|line| !line.is_empty());
    lines.sort();
    let host = format!("host: {}", upstream.addr);
    let mut expected = [
        "accept-encoding: identity",
        "authorization: bearer sk-mine",
        "content-length: 12",
        &host,
        "openai-beta: assistants=v2",
    ];
    expected.sort();
    assert_eq!(lines, expected);
    assert_eq!(body, b"{\"input\": 1}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_the_gateways_is_added_where_the_client_has_none() {
    let upstream = TestUpstream::start(|mut received| async move {
        let key = ["authorization", "x-api-key"].map(|name| received.header(name).unwrap_or("-").to_owned()).join(" ");
        let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", key.len());
        received.write(head + &key).await;
    })
    .await;
    let gateway = TestGateway::with(|config| {
        for name in ["openai", "anthropic"] {
            let mut upstream: Upstream = upstream.named(name);
            upstream.key = Some(format!("key-of-{name}"));
            config.upstreams.push(upstream);
        }
    })
    .await;
    for (path, headers, expected) in [
        ("/v1/chat/completions", &[][..], "Bearer key-of-openai -"),
        ("/v1/messages", &[], "- key-of-anthropic"),
        ("/anthropic/v1/models", &[], "- key-of-anthropic"),
        ("/v1/chat/completions", &[("authorization", "Bearer mine")], "Bearer mine -"),
        ("/v1/messages", &[("x-api-key", "mine")], "- mine"),
        ("/v1/chat/completions", &[("origin", "https://example.com")], "- -"),
        ("/v1/chat/completions", &[("origin", "http://localhost:5173")], "Bearer key-of-openai -"),
    ] {
        let answer = send(gateway.addr, "POST", path, headers, b"{}").await;
        assert_eq!(answer.text().await, expected, "{path} {headers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_to_the_upstream_are_used_again() {
    let upstream = TestUpstream::start(|received| async move {
        let mut next = Some(received);
        while let Some(mut received) = next {
            let head = SSE_HEAD.replace("connection: close\r\n", "");
            let body = chunked(chat(&["x"]).as_bytes(), 10);
            received.write([head.as_bytes(), &body].concat()).await;
            next = Received::read(received.stream).await;
        }
    })
    .await;
    let gateway = TestGateway::before(&upstream).await;
    for _ in 0..5 {
        let (_, whole) = gateway.post(PATH, b"{}").await.body().await;
        assert!(whole);
    }
    assert_eq!(upstream.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_the_upstream_has_closed_is_not_used_again() {
    let upstream = TestUpstream::start(|mut received| async move {
        // Promises to keep the connection, and does not.
        received.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    })
    .await;
    let gateway = TestGateway::before(&upstream).await;
    for turn in 1..=3 {
        assert_eq!(gateway.post(PATH, b"{}").await.text().await, "ok");
        assert_eq!(upstream.connections.load(Ordering::SeqCst), turn);
        // The news of the closing must have come.
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_methods_and_answers_without_a_body_pass() {
    let upstream = TestUpstream::start(|mut received| async move {
        let answer = match received.head.split(' ').next().unwrap() {
            "HEAD" => "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 99\r\n\r\n",
            "DELETE" => "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n",
            _ => "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n[]",
        };
        received.write(answer).await;
    })
    .await;
    let gateway = TestGateway::before(&upstream).await;
    let deleted = send(gateway.addr, "DELETE", "/v1/files/f", &[], b"").await;
    assert_eq!(deleted.status, 204);
    let head = send(gateway.addr, "HEAD", "/v1/models", &[], b"").await;
    assert_eq!((head.status, head.header("content-length")), (200, Some("99")));
    let models = gateway.get("/v1/models").await;
    assert_eq!((models.status, models.header("x-midstream-stream")), (200, None));
    assert_eq!(models.text().await, "[]");
    assert_eq!(gateway.json("/streams").await["streams"], serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_asked_for_by_get_is_watched_too() {
    let body = chat(&["again"]);
    let upstream = TestUpstream::answering([SSE_HEAD.as_bytes(), &chunked(body.as_bytes(), 50)].concat(), 1000).await;
    let gateway = TestGateway::before(&upstream).await;
    let answer = gateway.get("/v1/threads/t/runs/r?stream=true").await;
    let id = answer.header("x-midstream-stream").unwrap().to_owned();
    assert_eq!(answer.text().await, body);
    let stream = gateway.ended_stream().await;
    assert_eq!((stream["id"].as_str(), stream["preview"].as_str()), (Some(&*id), Some("again")));
    assert_eq!(stream["path"], "/v1/threads/t/runs/r");
}
