//! What a rule covers does not reach the client over a WebSocket either, nor, where requests must pass, the upstream.

use std::sync::Arc;

use futures_util::{SinkExt, StreamExt};
use midstream::pattern::{Pack, Rules};
use midstream::rewrite::Guard;
use midstream_gateway::{GuardConfig, KeyDigest};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Response;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::guards::PACK;
use crate::support::*;
use crate::tunnel::upstream;

type Client = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

const REALTIME: &str = "/v1/realtime?model=m";
const LIVE: &str = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";

fn guard() -> Guard {
    Guard::new(Rules::compile(&[Pack::parse(PACK).unwrap()]).unwrap(), None)
}

async fn guarded(upstream: &TestUpstream, guard: Guard, requests: bool) -> TestGateway {
    let guard = GuardConfig { upstreams: Vec::new(), keys: Vec::new(), requests, guard: Arc::new(guard) };
    let upstream = upstream.named("openai");
    TestGateway::with(|config| {
        config.upstreams.push(upstream);
        config.guards.push(guard);
        config.limits.max_frame_bytes = 100_000;
    })
    .await
}

/// An upstream that says `messages`, and closes; it tells whether it was left before it could.
async fn saying(messages: Vec<Message>) -> (TestUpstream, UnboundedReceiver<Option<Message>>) {
    let (told, left) = unbounded_channel();
    let upstream = upstream(move |mut socket, _| {
        let (messages, told) = (messages.clone(), told.clone());
        async move {
            for message in messages {
                if socket.send(message).await.is_err() {
                    break;
                }
            }
            let mut last = None;
            while let Some(Ok(message)) = socket.next().await {
                last = Some(message);
            }
            let _ = told.send(last);
        }
    });
    (upstream.await, left)
}

async fn connect(gateway: &TestGateway, path: &str) -> (Client, Response) {
    let mut request = format!("ws://{}{path}", gateway.addr).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "realtime".parse().unwrap());
    soon("an answer", connect_async(request)).await.unwrap()
}

/// The JSON of each message until the end, and the close.
async fn heard(socket: &mut Client) -> (Vec<Value>, Option<CloseFrame>) {
    let (mut heard, mut closed) = (Vec::new(), None);
    while let Some(Ok(message)) = soon("the end", socket.next()).await {
        match message {
            Message::Text(text) => heard.push(serde_json::from_str(&text).unwrap()),
            Message::Binary(bytes) => heard.push(serde_json::from_slice(&bytes).unwrap()),
            Message::Close(frame) => closed = frame,
            _ => {}
        }
    }
    (heard, closed)
}

fn close(code: u16, reason: &str) -> Message {
    Message::Close(Some(CloseFrame { code: code.into(), reason: reason.into() }))
}

fn text(value: &Value) -> Message {
    Message::text(value.to_string())
}

fn realtime(kind: &str, field: &str, words: &str) -> Value {
    let mut event = json!({ "type": format!("response.{kind}"), "event_id": "e", "response_id": "r", "item_id": "i",
                            "output_index": 0, "content_index": 0 });
    event[field] = json!(words);
    event
}

fn live(words: &str) -> Value {
    json!({ "serverContent": { "modelTurn": { "parts": [{ "text": words }] } } })
}

#[tokio::test(flavor = "multi_thread")]
async fn openai_realtime_is_masked_message_by_message() {
    let item = json!({ "type": "response.output_item.added", "output_index": 1, "item": { "id": "f", "type": "function_call",
                       "name": "look", "call_id": "c1", "arguments": "" } });
    let call = |kind: &str, field: &str, words: &str| {
        let mut event = realtime(&format!("function_call_arguments.{kind}"), field, words);
        event["item_id"] = json!("f");
        event["output_index"] = json!(1);
        event["call_id"] = json!("c1");
        event
    };
    let output = json!([
        { "id": "i", "type": "message", "content": [{ "type": "output_audio", "transcript": "See T-1234, please" }] },
        { "id": "f", "type": "function_call", "call_id": "c1", "name": "look", "arguments": r#"{"q":"T-1234"}"# }
    ]);
    let done = json!({ "type": "response.done", "response": { "id": "r", "status": "completed", "output": output } });
    let messages = vec![
        text(&json!({ "type": "session.created", "session": { "model": "m" } })),
        text(&realtime("output_audio_transcript.delta", "delta", "See T")),
        Message::Ping(b"T-1234".to_vec().into()),
        text(&realtime("output_audio_transcript.delta", "delta", "-12")),
        text(&realtime("output_audio_transcript.delta", "delta", "34, please")),
        text(&realtime("output_audio_transcript.done", "transcript", "See T-1234, please")),
        text(&item),
        text(&call("delta", "delta", r#"{"q":"T-1"#)),
        text(&call("delta", "delta", r#"234"}"#)),
        text(&call("done", "arguments", r#"{"q":"T-1234"}"#)),
        text(&done),
        close(1000, "bye T-1234"),
    ];
    let (upstream, _left) = saying(messages).await;
    let gateway = guarded(&upstream, guard(), false).await;
    let (mut socket, response) = connect(&gateway, REALTIME).await;
    assert!(!response.headers().contains_key("x-midstream-unchecked"));
    let (heard, closed) = heard(&mut socket).await;
    let closed = closed.unwrap();
    assert_eq!((u16::from(closed.code), closed.reason.as_str()), (1000, "bye [TICKET]"));
    assert!(!Value::from(heard.clone()).to_string().contains("1234"), "{heard:#?}");
    let of = |kind: &str| {
        let deltas = heard.iter().filter(|event| event["type"] == format!("response.{kind}.delta"));
        deltas.map(|event| event["delta"].as_str().unwrap()).collect::<String>()
    };
    assert_eq!(of("output_audio_transcript"), "See [TICKET], please");
    assert_eq!(of("function_call_arguments"), r#"{"q":"[TICKET]"}"#);
    assert_eq!(heard.last(), Some(&serde_json::from_str(&done.to_string().replace("T-1234", "[TICKET]")).unwrap()));
    let stream = gateway.ended_stream().await;
    let known = ["dialect", "verdict", "preview", "matches", "status"].map(|name| stream[name].clone());
    assert_eq!(json!(known), json!(["openai-realtime", "complete", "See [TICKET], please", 2, 101]), "{stream}");
    let raw = gateway.get(&format!("/streams/{}/raw", stream["id"].as_str().unwrap())).await.text().await;
    assert!(!raw.contains("1234"), "{raw}");
    let page = gateway.get("/metrics").await.text().await;
    for line in [
        "midstream_matches_total{upstream=\"openai\",kind=\"TICKET\",action=\"mask\",in=\"answer\"} 3\n",
        "midstream_held_seconds_count{upstream=\"openai\"} 1\n",
    ] {
        assert!(page.contains(line), "{line}{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_cut_anywhere_is_masked_in_both_dialects() {
    let whole = "See T-1234 now";
    let (mut openai, mut gemini) = (Vec::new(), vec![text(&json!({ "setupComplete": {} }))]);
    for at in 0..=whole.len() {
        for part in [&whole[..at], &whole[at..]] {
            openai.push(text(&realtime("output_text.delta", "delta", part)));
            gemini.push(Message::binary(live(part).to_string().into_bytes()));
        }
        openai.push(text(&realtime("output_text.done", "text", whole)));
        gemini.push(text(&json!({ "serverContent": { "turnComplete": true } })));
    }
    for (path, mut messages, pointer) in
        [(REALTIME, openai, "/delta"), (LIVE, gemini, "/serverContent/modelTurn/parts/0/text")]
    {
        messages.push(close(1000, ""));
        let (upstream, _left) = saying(messages).await;
        let gateway = guarded(&upstream, guard(), false).await;
        let (mut socket, _) = connect(&gateway, path).await;
        let (heard, closed) = heard(&mut socket).await;
        assert_eq!(u16::from(closed.unwrap().code), 1000);
        assert!(!Value::from(heard.clone()).to_string().contains("1234"), "{heard:#?}");
        let told: String = heard.iter().filter_map(|value| value.pointer(pointer)?.as_str()).collect();
        assert_eq!(told, "See [TICKET] now".repeat(whole.len() + 1), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_stops_closes_both_sides_with_an_error_before() {
    let say = |words: &str| text(&realtime("output_text.delta", "delta", words));
    let openai = vec![say("Fine, "), say("bo"), say("om! and"), say("never")];
    let gemini = ["Fine, ", "bo", "om! and", "never"].map(|words| text(&live(words))).to_vec();
    for (path, messages, pointer) in [(REALTIME, openai, "/error/message"), (LIVE, gemini, "/error/message")] {
        let (upstream, mut left) = saying(messages).await;
        let gateway = guarded(&upstream, guard(), false).await;
        let (mut socket, _) = connect(&gateway, path).await;
        let (heard, closed) = heard(&mut socket).await;
        let all = Value::from(heard.clone()).to_string();
        assert!(!all.contains("bo\"") && !all.contains("never") && all.contains("Fine, "), "{all}");
        let told = heard.last().unwrap().pointer(pointer).and_then(Value::as_str);
        assert_eq!(told, Some("the answer was stopped by the rule `bomb`"), "{all}");
        let closed = closed.unwrap();
        assert_eq!((u16::from(closed.code), closed.reason.as_str()), (1008, told.unwrap()));
        let last = soon("the upstream is left", left.recv()).await.unwrap();
        assert!(matches!(last, Some(Message::Close(_))), "{last:?}");
        assert_eq!(gateway.ended_stream().await["verdict"], "failed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_checked_does_not_pass_a_websocket() {
    let sound = "UklGRiQAAABXQVZFZm10IBAAAAABAAEA";
    let audio = text(&realtime("output_audio.delta", "delta", sound));
    for (message, reason) in [
        (Message::text("{\"type\":\"response.output_text.delta\",\"delta\":\"T-12"), "expected"),
        (Message::text(format!("{{\"type\":\"x\",\"text\":\"{}\"}}", "y".repeat(100_000))), "max_frame_bytes"),
        (Message::binary(vec![0xFF, 0xFE, 1, 2]), "binary"),
        (audio.clone(), "audio"),
    ] {
        let (upstream, mut left) = saying(vec![message.clone()]).await;
        let gateway = guarded(&upstream, guard(), false).await;
        let (mut socket, _) = connect(&gateway, REALTIME).await;
        let (heard, closed) = heard(&mut socket).await;
        assert_eq!(heard.len(), 1, "{heard:?}");
        let told = heard[0]["error"]["message"].as_str().unwrap();
        assert!(heard[0]["type"] == "error" && told.contains(reason), "{told}");
        assert_eq!(u16::from(closed.unwrap().code), 1008);
        soon("the upstream is left", left.recv()).await.unwrap();
        let stream = gateway.ended_stream().await;
        assert_eq!(stream["verdict"], "failed", "{stream}");
    }
    // Where audio may pass, it is told.
    let (upstream, _left) = saying(vec![audio, Message::binary(vec![0xFF, 0xFE, 1]), close(1000, "")]).await;
    let gateway = guarded(&upstream, guard().with_audio(), false).await;
    let (mut socket, response) = connect(&gateway, REALTIME).await;
    assert_eq!(response.headers()["x-midstream-unchecked"], "audio");
    let first = soon("audio", socket.next()).await.unwrap().unwrap();
    assert!(first.to_text().unwrap().contains(sound));
    assert_eq!(soon("audio", socket.next()).await.unwrap().unwrap(), Message::binary(vec![0xFF, 0xFE, 1]));
    while let Some(Ok(_)) = soon("the end", socket.next()).await {}
    let page = gateway.get("/metrics").await.text().await;
    assert!(page.contains("midstream_unchecked_total{upstream=\"openai\",in=\"answer\"} 2\n"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_is_compressed_or_cut_off_does_not_pass() {
    let delta = realtime("output_text.delta", "delta", "T-12").to_string();
    let mut cut = vec![0x81, 126];
    cut.extend(u16::try_from(delta.len() + 7).unwrap().to_be_bytes());
    cut.extend(delta.as_bytes());
    for (bytes, ends) in [(vec![0xC1, 1, b'x', 0x81, 2, b'{', b'}'], true), (cut, false)] {
        let upstream = upstream(move |socket, _| {
            let bytes = bytes.clone();
            async move {
                let mut stream = socket.into_inner();
                stream.write_all(&bytes).await.unwrap();
                stream.shutdown().await.unwrap();
            }
        })
        .await;
        let gateway = guarded(&upstream, guard(), false).await;
        let (mut socket, _) = connect(&gateway, REALTIME).await;
        let (heard, _) = heard(&mut socket).await;
        assert_eq!(heard.len(), usize::from(ends), "{heard:?}");
        assert!(!ends || heard[0]["error"]["message"].as_str().unwrap().contains("read"), "{heard:?}");
        assert_eq!(gateway.ended_stream().await["verdict"], "failed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_is_not_shown_where_the_upstream_is_gone() {
    let upstream = upstream(|mut socket, _| async move {
        socket.send(text(&realtime("output_text.delta", "delta", "See T-12"))).await.unwrap();
    })
    .await;
    let gateway = guarded(&upstream, guard(), false).await;
    let (mut socket, _) = connect(&gateway, REALTIME).await;
    let (heard, _) = heard(&mut socket).await;
    assert_eq!(heard, [realtime("output_text.delta", "delta", "See ")]);
    assert_eq!(gateway.ended_stream().await["reason"], "the upstream's connection ended without a close");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_leaves_half_way_takes_the_upstream_with_it() {
    for closes in [false, true] {
        let (upstream, mut left) = saying(vec![text(&realtime("output_text.delta", "delta", "half T-12"))]).await;
        let gateway = guarded(&upstream, guard(), false).await;
        let (mut socket, _) = connect(&gateway, REALTIME).await;
        let first = soon("a message", socket.next()).await.unwrap().unwrap();
        assert_eq!(first, text(&realtime("output_text.delta", "delta", "half ")));
        if closes {
            socket.close(None).await.unwrap();
            while let Some(Ok(_)) = soon("the end", socket.next()).await {}
        }
        drop(socket);
        let last = soon("the upstream is left", left.recv()).await.unwrap();
        assert!(matches!(last, Some(Message::Close(_))), "{last:?}");
        assert!(gateway.ended_stream().await["state"] != "live");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_client_says_passes_only_where_requests_need_not() {
    let said = json!({ "type": "conversation.item.create", "item": { "id": "T-1234", "content": [
                       { "type": "input_text", "text": "I am T-1234, \u{1F600}" }] } });
    let masked = said.to_string().replace("am T-1234", "am [TICKET]");
    for (requests, expected) in [(false, said.to_string()), (true, masked)] {
        let (upstream, mut seen) = listening().await;
        let gateway = guarded(&upstream, guard(), requests).await;
        let (mut socket, _) = connect(&gateway, REALTIME).await;
        socket.send(text(&said)).await.unwrap();
        socket.send(Message::binary(said.to_string().into_bytes())).await.unwrap();
        assert_eq!(soon("it", seen.recv()).await.unwrap(), Message::text(expected.clone()));
        assert_eq!(soon("it", seen.recv()).await.unwrap(), Message::binary(expected.into_bytes()));
        let counted = "kind=\"TICKET\",action=\"mask\",in=\"request\"} 2";
        assert_eq!(gateway.get("/metrics").await.text().await.contains(counted), requests);
    }
    let sound = "UklGRiQAAABXQVZFZm10IBAAAAABAAEA";
    for (message, code, reason) in [
        (text(&json!({ "type": "x", "text": "boom!" })), 1008, "`bomb`"),
        (text(&json!({ "type": "input_audio_buffer.append", "audio": sound })), 1008, "audio"),
        (text(&json!({ "realtimeInput": { "audio": { "data": sound, "mimeType": "audio/pcm" } } })), 1008, "audio"),
        (Message::binary(vec![0xFF, 0, 1]), 1003, "binary"),
        (Message::text("a".repeat(100_001)), 1009, "max_frame_bytes"),
        (Message::text("T\0-1234"), 1008, "zero"),
    ] {
        let (upstream, mut seen) = listening().await;
        let gateway = guarded(&upstream, guard(), true).await;
        let (mut socket, _) = connect(&gateway, REALTIME).await;
        socket.send(message).await.unwrap();
        let (heard, closed) = heard(&mut socket).await;
        let told = heard.last().unwrap()["error"]["message"].as_str().unwrap();
        assert!(told.contains(reason), "{told}");
        assert_eq!(u16::from(closed.unwrap().code), code, "{reason}");
        assert!(matches!(soon("a close", seen.recv()).await, None | Some(Message::Close(_))));
    }
}

/// An upstream that tells what it hears.
async fn listening() -> (TestUpstream, UnboundedReceiver<Message>) {
    let (told, seen) = unbounded_channel();
    let upstream = upstream(move |mut socket, _| {
        let told = told.clone();
        async move {
            while let Some(Ok(message)) = socket.next().await {
                let _ = told.send(message);
            }
        }
    });
    (upstream.await, seen)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_in_no_known_dialect_is_checked_and_not_delayed() {
    let messages = vec![
        text(&json!({ "event": "hello", "words": "T-1234" })),
        text(&json!({ "event": "say", "words": "T-12" })),
        text(&json!({ "event": "say", "words": "34" })),
        text(&json!({ "event": "say", "words": "never" })),
    ];
    let (upstream, _left) = saying(messages).await;
    let gateway = guarded(&upstream, guard(), false).await;
    let (mut socket, _) = connect(&gateway, "/some/socket").await;
    let (heard, closed) = heard(&mut socket).await;
    assert_eq!(heard[0], json!({ "event": "hello", "words": "[TICKET]" }));
    assert_eq!(heard[1], json!({ "event": "say", "words": "T-12" }));
    assert!(heard[2]["error"]["message"].as_str().unwrap().contains("in pieces"), "{heard:?}");
    assert_eq!((heard.len(), u16::from(closed.unwrap().code)), (3, 1008));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_is_guarded_by_the_keys_of_its_client() {
    for (offered, is_masked) in [
        ("realtime, openai-insecure-api-key.k1", true),
        ("realtime, openai-insecure-api-key.k2", false),
        // The key may come in a place where it is not looked for.
        ("realtime", true),
    ] {
        let (upstream, _left) =
            saying(vec![text(&realtime("output_text.delta", "delta", "T-1234 ok")), close(1000, "")]).await;
        let openai = upstream.named("openai");
        let gateway = TestGateway::with(|config| {
            config.upstreams.push(openai);
            let keys = vec![KeyDigest::of("k1")];
            config.guards.push(GuardConfig { upstreams: Vec::new(), keys, requests: false, guard: Arc::new(guard()) });
        })
        .await;
        let mut request = format!("ws://{}{REALTIME}", gateway.addr).into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", offered.parse().unwrap());
        let (mut socket, _) = soon("an answer", connect_async(request)).await.unwrap();
        let (heard, _) = heard(&mut socket).await;
        let told = heard[0]["delta"].as_str().unwrap();
        assert_eq!(told, if is_masked { "[TICKET] ok" } else { "T-1234 ok" }, "{offered}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_does_not_agree_is_heard_as_far_as_rules_let_it() {
    let body = r#"{"error":{"message":"no T-1234"}}"#;
    let head = "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ncontent-length: 33\r\n\r\n";
    let upstream = TestUpstream::answering(format!("{head}{body}"), 1000).await;
    let gateway = guarded(&upstream, guard(), false).await;
    let refused = connect_async(format!("ws://{}{REALTIME}", gateway.addr)).await.unwrap_err();
    let Error::Http(response) = refused else { panic!("{refused}") };
    assert_eq!(response.status().as_u16(), 401);
    assert_eq!(response.body().as_deref(), Some(br#"{"error":{"message":"no [TICKET]"}}"#.as_slice()));
}
