//! WebSockets to upstreams: what is said passes both ways, and what the upstream says is shown.

use futures_util::{SinkExt, StreamExt};
use midstream_gateway::{ReplayConfig, replay};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::*;

type Client = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

const PATH: &str = "/v1/realtime?model=m";

/// An upstream that agrees to be a WebSocket, tells what it was asked, and does `then`.
pub(crate) async fn upstream<F, Fut>(then: F) -> TestUpstream
where
    F: Fn(WebSocketStream<tokio::net::TcpStream>, String) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    TestUpstream::start(move |mut received| {
        let then = then.clone();
        async move {
            let key = received.header("sec-websocket-key").unwrap();
            let accept = tokio_tungstenite::tungstenite::handshake::derive_accept_key(key.as_bytes());
            let head = format!(
                "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
                 sec-websocket-accept: {accept}\r\nsec-websocket-protocol: realtime\r\nx-kept: 1\r\n\r\n"
            );
            received.write(head).await;
            let socket = WebSocketStream::from_raw_socket(received.stream, Role::Server, None).await;
            then(socket, received.head).await;
        }
    })
    .await
}

async fn connect(gateway: &TestGateway, path: &str) -> Client {
    let mut request = format!("ws://{}{path}", gateway.addr).into_client_request().unwrap();
    for (name, value) in [
        ("authorization", "Bearer sk-mine"),
        ("sec-websocket-protocol", "realtime"),
        ("sec-websocket-extensions", "permessage-deflate"),
    ] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let (socket, response) = soon("an answer", connect_async(request)).await.unwrap();
    assert_eq!(response.headers()["x-kept"], "1");
    assert!(response.headers().contains_key("x-midstream-stream"));
    socket
}

fn delta(text: &str) -> Message {
    Message::text(
        json!({ "type": "response.output_text.delta", "response_id": "r", "item_id": "i", "output_index": 0,
                "content_index": 0, "delta": text })
        .to_string(),
    )
}

fn done() -> Message {
    let response = json!({ "id": "r", "object": "realtime.response", "status": "completed", "output": [] });
    Message::text(json!({ "type": "response.done", "response": response }).to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_passes_both_ways_and_is_shown() {
    let upstream = upstream(|mut socket, head| async move {
        let lower = head.to_lowercase();
        assert!(lower.starts_with("get /v1/realtime?model=m http/1.1\r\n"), "{head}");
        assert!(
            lower.contains("authorization: bearer sk-mine\r\n") && lower.contains("upgrade: websocket\r\n"),
            "{head}"
        );
        assert!(!lower.contains("sec-websocket-extensions"), "{head}");
        let said = socket.next().await.unwrap().unwrap();
        assert_eq!(said, Message::binary(vec![7; 100_000]));
        for message in [delta("one "), Message::Ping(vec![1].into()), delta("two"), done()] {
            socket.send(message).await.unwrap();
        }
        while let Some(Ok(_)) = socket.next().await {}
    })
    .await;
    let gateway = TestGateway::before(&upstream).await;
    let mut socket = connect(&gateway, PATH).await;
    assert_eq!(gateway.stream().await["state"], "live");
    socket.send(Message::binary(vec![7; 100_000])).await.unwrap();
    let mut heard = Vec::new();
    while heard.len() < 4 {
        heard.push(soon("a message", socket.next()).await.unwrap().unwrap());
    }
    assert_eq!(heard, [delta("one "), Message::Ping(vec![1].into()), delta("two"), done()]);
    socket.close(Some(CloseFrame { code: CloseCode::Normal, reason: "".into() })).await.unwrap();
    while let Some(Ok(_)) = soon("the end", socket.next()).await {}
    let stream = gateway.ended_stream().await;
    let known = ["method", "path", "status", "state", "dialect", "verdict", "preview"].map(|name| stream[name].clone());
    let expected = json!(["GET", "/v1/realtime", 101, "ended", "openai-realtime", "complete", "one two"]);
    assert_eq!(json!(known), expected, "{stream}");

    // The raw bytes are a recording that can be replayed.
    let raw = gateway.get(&format!("/streams/{}/raw", stream["id"].as_str().unwrap())).await;
    assert_eq!(raw.header("content-type"), Some("application/jsonl"));
    let lines: Vec<Value> = raw.text().await.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), &lines[2]["data"]["type"]), (3, &json!("response.done")));
}

#[tokio::test(flavor = "multi_thread")]
async fn how_it_ended_is_told() {
    let close = |code: u16| Message::Close(Some(CloseFrame { code: code.into(), reason: "overloaded".into() }));
    for (last, state, reason) in [
        (Some(close(1011)), "ended", json!("the upstream closed the WebSocket with code 1011: overloaded")),
        (None, "ended", json!("the upstream's connection ended without a close")),
    ] {
        let upstream = upstream(move |mut socket, _| {
            let last = last.clone();
            async move {
                socket.send(delta("half")).await.unwrap();
                if let Some(last) = last {
                    let _ = socket.send(last).await;
                    while let Some(Ok(_)) = socket.next().await {}
                }
            }
        })
        .await;
        let gateway = TestGateway::before(&upstream).await;
        let mut socket = connect(&gateway, PATH).await;
        while let Some(Ok(_)) = soon("the end", socket.next()).await {}
        let stream = gateway.ended_stream().await;
        assert_eq!((&stream["state"], &stream["reason"]), (&json!(state), &reason), "{stream}");
        assert_eq!(stream["verdict"], "failed");
    }

    let upstream = upstream(|mut socket, _| async move {
        socket.send(delta("half")).await.unwrap();
        while let Some(Ok(_)) = socket.next().await {}
    })
    .await;
    let gateway = TestGateway::before(&upstream).await;
    let mut socket = connect(&gateway, PATH).await;
    assert_eq!(soon("a message", socket.next()).await.unwrap().unwrap(), delta("half"));
    drop(socket);
    assert_eq!(gateway.ended_stream().await["state"], "cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_does_not_agree_is_heard() {
    let body = r#"{"error":{"message":"Incorrect API key","type":"invalid_request_error"}}"#;
    let head = format!(
        "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let upstream = TestUpstream::answering(head + body, 1000).await;
    let gateway = TestGateway::before(&upstream).await;
    let refused = connect_async(format!("ws://{}{PATH}", gateway.addr)).await.unwrap_err();
    let Error::Http(response) = refused else { panic!("{refused}") };
    assert_eq!((response.status().as_u16(), response.body().as_deref()), (401, Some(body.as_bytes())));
    let stream = gateway.ended_stream().await;
    assert_eq!((&stream["status"], &stream["reason"]), (&json!(401), &json!("Incorrect API key")));

    let nobody = TestGateway::with(|_| {}).await;
    let refused = connect_async(format!("ws://{}{PATH}", nobody.addr)).await.unwrap_err();
    assert!(refused.to_string().contains("404"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_compresses_all_the_same_passes_unread() {
    let upstream = upstream(|socket, _| async move {
        let mut stream = socket.into_inner();
        stream.write_all(&[0xC1, 1, b'x', 0x81, 2, b'{', b'}']).await.unwrap();
        tokio::time::sleep(PATIENCE).await;
    })
    .await;
    let gateway = TestGateway::before(&upstream).await;
    let headers = [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    let mut answer = send(gateway.addr, "GET", PATH, &headers, b"").await;
    let mut passed = Vec::new();
    while passed.len() < 7 {
        passed.extend(answer.next().await.unwrap().unwrap());
    }
    assert_eq!(passed, [0xC1, 1, b'x', 0x81, 2, b'{', b'}']);
    let stream = gateway.ended_stream().await;
    assert!(stream["reason"].as_str().unwrap().contains("without extensions"), "{stream}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_conversation_is_watched_through_the_gateway() {
    let folder = std::env::temp_dir().join(format!("midstream-tunnel-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("live.ws.jsonl");
    let received = |data: Value| json!({ "kind": "message", "direction": "received", "data": data }).to_string() + "\n";
    let turn = json!({ "serverContent": { "modelTurn": { "parts": [{ "text": "Hello" }] } } });
    let lines = [json!({ "setupComplete": {} }), turn, json!({ "serverContent": { "turnComplete": true } })];
    std::fs::write(&file, lines.map(received).concat()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = format!("gemini=http://{}", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(replay(ReplayConfig { path: file, speed: 0.0 }, listener, std::future::pending()));
    let gateway = TestGateway::with(|config| config.upstreams.push(upstream)).await;
    let path = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";
    let (mut socket, _) = connect_async(format!("ws://{}{path}", gateway.addr)).await.unwrap();
    while let Some(Ok(_)) = soon("the end", socket.next()).await {}
    let stream = gateway.ended_stream().await;
    let known = ["dialect", "verdict", "preview", "state"].map(|name| stream[name].clone());
    assert_eq!(json!(known), json!(["gemini-live", "complete", "Hello", "ended"]), "{stream}");
    std::fs::remove_dir_all(&folder).unwrap();
}
