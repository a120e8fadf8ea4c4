//! `/ws`, `/sse` and `/stream`, row by row of what the performance guide promises of its servers.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use midstream::{Config, Engine, Framing, Response, Timestamp, Verdict};
use midstream_gateway::GatewayConfig;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::support::*;

type Client = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn open(gateway: &TestGateway, query: &str) -> Client {
    let url = format!("ws://{}/ws{query}", gateway.addr);
    let (socket, response) = tokio_tungstenite::connect_async(&url).await.unwrap();
    assert!(!response.headers().contains_key("sec-websocket-extensions"), "nothing is compressed");
    socket
}

async fn hear(socket: &mut Client) -> Message {
    soon("a message", socket.next()).await.unwrap().unwrap()
}

/// All messages to the end, and how it ended.
async fn hear_all(socket: &mut Client) -> (Vec<Message>, Option<CloseFrame>) {
    let mut messages = Vec::new();
    loop {
        match soon("a message", socket.next()).await {
            Some(Ok(Message::Close(frame))) => return (messages, frame),
            Some(Ok(Message::Ping(_))) => {}
            Some(Ok(message)) => messages.push(message),
            Some(Err(error)) => panic!("{error} after {} messages", messages.len()),
            None => return (messages, None),
        }
    }
}

/// The value of a line of `/metrics`.
async fn metric(gateway: &TestGateway, line: &str) -> u64 {
    let page = gateway.get("/metrics").await.text().await;
    let value = page.lines().find_map(|known| known.strip_prefix(line)?.strip_prefix(' '));
    value.unwrap_or_else(|| panic!("no {line} in {page}")).parse().unwrap()
}

async fn until(what: &str, gateway: &TestGateway, line: &str, value: u64) {
    soon(what, async {
        while metric(gateway, line).await != value {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[test]
fn row_24_the_port_is_8080() {
    assert_eq!(GatewayConfig::default().listen.port(), 8080);
    assert_eq!(GatewayConfig::default().heartbeat, Duration::from_secs(30));
    assert_eq!(GatewayConfig::default().limits.message_bytes, 1 << 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn row_24_a_websocket_sends_back_what_comes() {
    let gateway = TestGateway::with(|_| {}).await;
    let mut socket = open(&gateway, "").await;
    let full = vec![7; 1 << 20];
    for message in [
        Message::text("hello"),
        Message::text("Grüße \u{1F30A}"),
        Message::text(""),
        Message::binary(vec![0, 255, 128]),
        Message::binary(Vec::new()),
        Message::binary(full),
    ] {
        socket.send(message.clone()).await.unwrap();
        assert!(hear(&mut socket).await == message);
    }
    socket.send(Message::Ping(vec![1].into())).await.unwrap();
    assert_eq!(hear(&mut socket).await, Message::Pong(vec![1].into()));
    socket.close(None).await.unwrap();
    assert_eq!(hear_all(&mut socket).await.0, []);
    until("the end", &gateway, "midstream_transport_open{transport=\"ws\"}", 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_24_a_websocket_without_a_path_is_the_same_as_the_guide_opens_it() {
    let gateway = TestGateway::with(|_| {}).await;
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{}", gateway.addr)).await.unwrap();
    for message in [Message::text("hello"), Message::binary(vec![0, 255])] {
        socket.send(message.clone()).await.unwrap();
        assert_eq!(hear(&mut socket).await, message);
    }
    // Whoever does not ask for one gets the page.
    assert_eq!(gateway.get("/").await.header("content-type"), Some("text/html; charset=utf-8"));
}

#[tokio::test(flavor = "multi_thread")]
async fn row_24_a_burst_comes_back_whole_and_in_order() {
    const MESSAGES: usize = 20_000;
    let gateway = TestGateway::with(|_| {}).await;
    let (mut sink, mut stream) = open(&gateway, "").await.split();
    let sends = async {
        for number in 0..MESSAGES {
            sink.feed(Message::text(number.to_string())).await.unwrap();
        }
        sink.flush().await.unwrap();
    };
    let hears = async {
        for number in 0..MESSAGES {
            assert_eq!(stream.next().await.unwrap().unwrap(), Message::text(number.to_string()));
        }
    };
    soon("the echo of a burst", async { tokio::join!(sends, hears) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_26_a_message_of_more_than_1_mib_closes_with_1009() {
    let gateway = TestGateway::with(|_| {}).await;
    for size in [(1 << 20) + 1, 10 << 20] {
        let mut socket = open(&gateway, "").await;
        // What came before it is answered.
        socket.feed(Message::text("before")).await.unwrap();
        // The gateway may have seen enough before all is sent.
        let _ = socket.send(Message::binary(vec![0; size])).await;
        assert_eq!(hear(&mut socket).await, Message::text("before"));
        let (_, frame) = hear_all(&mut socket).await;
        let frame = frame.expect("a reason");
        assert_eq!(u16::from(frame.code), 1009);
        assert_eq!(frame.reason.as_str(), format!("expected at most 1048576 bytes a message, found {size}"));
    }
    let gateway = TestGateway::with(|config| config.limits.message_bytes = 10).await;
    let mut socket = open(&gateway, "").await;
    socket.send(Message::text("eleven long")).await.unwrap();
    let (_, frame) = hear_all(&mut socket).await;
    assert_eq!(u16::from(frame.expect("a reason").code), 1009);
}

#[tokio::test(flavor = "multi_thread")]
async fn row_26_what_breaks_the_protocol_closes_with_a_reason() {
    let gateway = TestGateway::with(|_| {}).await;
    // RFC 6455: a text frame that is not masked; one whose text is no UTF-8.
    for (frame, code) in [(&[0x81, 1, b'x'][..], 1002), (&[0x81, 0x81, 0, 0, 0, 0, 0xFF], 1007)] {
        let headers = [
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        let mut answer = send(gateway.addr, "GET", "/ws", &headers, b"").await;
        assert_eq!((answer.status, answer.header("sec-websocket-accept")), (101, Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")));
        tokio::io::AsyncWriteExt::write_all(&mut answer.stream, frame).await.unwrap();
        let closed = soon("a close", answer.next()).await.unwrap().unwrap();
        assert_eq!((closed[0], u16::from_be_bytes([closed[2], closed[3]])), (0x88, code));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_27_a_client_that_is_silent_is_asked_and_then_given_up() {
    let gateway = TestGateway::with(|config| config.heartbeat = Duration::from_millis(30)).await;
    let mut socket = open(&gateway, "").await;
    // Answered, again and again.
    for _ in 0..3 {
        assert!(matches!(hear(&mut socket).await, Message::Ping(_)));
    }
    let line = "midstream_transport_open{transport=\"ws\"}";
    assert_eq!(metric(&gateway, line).await, 1);
    // Who does not read does not answer.
    until("the end of its patience", &gateway, line, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn row_8_a_sink_says_how_much_came() {
    let gateway = TestGateway::with(|_| {}).await;
    let mut socket = open(&gateway, "?sink").await;
    for expected in [json!({ "messages": 1000, "bytes": 60_000 }), json!({ "messages": 1000, "bytes": 60_000 })] {
        for _ in 0..1000 {
            socket.feed(Message::binary(vec![0; 60])).await.unwrap();
        }
        socket.send(Message::text("count")).await.unwrap();
        let report: Value = serde_json::from_str(hear(&mut socket).await.to_text().unwrap()).unwrap();
        assert_eq!(report, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_sends_what_is_asked_for_and_closes() {
    let gateway = TestGateway::with(|_| {}).await;
    for (query, binary) in [("?count=500&size=100", false), ("?count=500&size=100&binary&pace_ms=0.01", true)] {
        let (messages, frame) = hear_all(&mut open(&gateway, query).await).await;
        assert_eq!(u16::from(frame.expect("a reason").code), 1000);
        assert_eq!(messages.len(), 500);
        for (message, number) in messages.iter().zip(1..) {
            assert_eq!((message.is_binary(), message.len()), (binary, 100));
            let value: Value = serde_json::from_slice(&message.clone().into_data()).unwrap();
            assert_eq!(value["seq"], number);
        }
    }
    let response = assembled(Framing::Ndjson, {
        let (messages, _) = hear_all(&mut open(&gateway, "?prompt=What+is+SSE%3F").await).await;
        messages.iter().map(|message| format!("{message}\n")).collect::<String>()
    });
    assert!(response.choices[0].text.contains("“What is SSE?”"), "{response:?}");
    let headers = [("connection", "upgrade"), ("upgrade", "websocket")];
    let wrong = send(gateway.addr, "GET", "/ws?cuont=1", &headers, b"").await;
    assert_eq!((wrong.status, &wrong.json().await["error"]["type"]), (400, &json!("invalid_query")));
}

#[tokio::test(flavor = "multi_thread")]
async fn websockets_have_a_limit() {
    let gateway = TestGateway::with(|config| config.limits.sockets = 1).await;
    let first = open(&gateway, "").await;
    let refused = tokio_tungstenite::connect_async(format!("ws://{}/ws", gateway.addr)).await.unwrap_err();
    assert!(refused.to_string().contains("503"), "{refused}");
    drop(first);
    until("a place", &gateway, "midstream_transport_open{transport=\"ws\"}", 0).await;
    open(&gateway, "").await;
}

/// What a stream amounts to, which must be a complete one.
fn assembled(framing: Framing, body: String) -> Response {
    let mut session = Engine::new(Config { framing: Some(framing), ..Config::default() }).session(Timestamp::ZERO);
    session.feed(body.as_bytes(), Timestamp::ZERO);
    session.finish(Timestamp::ZERO);
    let mut response = Response::default();
    while let Some(event) = session.poll() {
        response.push(event);
    }
    assert_eq!(response.verdict, Some(Verdict::Complete), "{body}");
    response
}

#[tokio::test(flavor = "multi_thread")]
async fn row_31_an_event_streams_head() {
    let gateway = TestGateway::with(|_| {}).await;
    let answer = gateway.get("/sse").await;
    assert_eq!(answer.status, 200);
    for (name, value) in [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-cache"),
        ("connection", "keep-alive"),
        ("x-accel-buffering", "no"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_32_a_comment_comes_with_each_heartbeat() {
    let gateway = TestGateway::with(|config| config.heartbeat = Duration::from_millis(20)).await;
    let mut answer = gateway.get("/sse?count=2&pace_ms=60000").await;
    let text = answer.text_until(|text| text.matches(": heartbeat\n\n").count() == 3).await;
    assert_eq!(text.matches("data: ").count(), 1, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn row_33_data_of_many_lines_is_framed_right() {
    let gateway = TestGateway::with(|_| {}).await;
    let text = gateway.get("/sse?count=2&data=one%0Atwo%0D%0A%0Dthree").await.text().await;
    let event = "data: one\ndata: two\ndata: \ndata: three\n\n";
    assert_eq!(text, format!("id: 1\n{event}id: 2\n{event}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn row_33_nothing_is_left_of_a_client_that_goes() {
    let gateway = TestGateway::with(|_| {}).await;
    for (path, line) in [
        ("/sse", "midstream_transport_open{transport=\"sse\"}"),
        ("/sse?count=1000000000", "midstream_transport_open{transport=\"sse\"}"),
        ("/stream?count=1000000000", "midstream_transport_open{transport=\"stream\"}"),
        ("/stream?pace_ms=60000", "midstream_transport_open{transport=\"stream\"}"),
    ] {
        let mut answer = gateway.get(path).await;
        answer.next().await.unwrap();
        assert_eq!(metric(&gateway, line).await, 1, "{path}");
        drop(answer);
        until("the end", &gateway, line, 0).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_stream_goes_on_behind_the_last_event() {
    let gateway = TestGateway::with(|_| {}).await;
    let ids = |text: &str| -> Vec<u64> {
        text.lines().filter_map(|line| line.strip_prefix("id: ")).map(|id| id.parse().unwrap()).collect()
    };
    let text = gateway.get("/sse?count=5").await.text().await;
    assert_eq!(ids(&text), [1, 2, 3, 4, 5]);
    assert_eq!(sse_data(&text)[4]["seq"], 5);
    let resumed = send(gateway.addr, "GET", "/sse?count=5", &[("last-event-id", "3")], b"").await;
    assert_eq!(ids(&resumed.text().await), [4, 5]);
    assert_eq!(ids(&gateway.get("/sse?count=5&after=4").await.text().await), [5]);
    for (path, id, status) in [("/sse?count=5", "5", 204), ("/sse?count=5", "x", 400), ("/sse?prompt=x", "999", 204)] {
        assert_eq!(send(gateway.addr, "GET", path, &[("last-event-id", id)], b"").await.status, status, "{path} {id}");
    }

    // An answer of the demo model's is the same in two pieces.
    let texts = |stream: &str| -> String {
        let payloads = stream.lines().filter_map(|line| line.strip_prefix("data: ")).filter(|data| *data != "[DONE]");
        payloads
            .filter_map(|data| {
                let chunk: Value = serde_json::from_str(data).unwrap();
                chunk["choices"][0]["delta"]["content"].as_str().map(str::to_owned)
            })
            .collect()
    };
    let whole = gateway.get("/sse?prompt=What+is+SSE%3F").await.text().await;
    let first = gateway.get("/sse?prompt=What+is+SSE%3F&count=40").await.text().await;
    let rest = send(gateway.addr, "GET", "/sse?prompt=What+is+SSE%3F", &[("last-event-id", "40")], b"").await;
    assert_eq!(texts(&first) + &texts(&rest.text().await), texts(&whole));
    assert_eq!(assembled(Framing::Sse, whole.clone()).choices[0].text, texts(&whole));
}

#[tokio::test(flavor = "multi_thread")]
async fn row_34_a_thousand_chunks_come_one_by_one() {
    let gateway = TestGateway::with(|_| {}).await;
    let mut answer = gateway.get("/stream").await;
    assert_eq!(answer.header("transfer-encoding"), Some("chunked"));
    assert_eq!(answer.header("content-type"), Some("application/octet-stream"));
    let mut chunks = Vec::new();
    while let Some(chunk) = answer.next().await.unwrap() {
        chunks.push(String::from_utf8(chunk).unwrap());
    }
    let expected: Vec<_> = (0..1000).map(|number| format!("chunk {number}\n")).collect();
    assert_eq!(chunks, expected);

    let mut answer = gateway.get("/stream?count=3&size=1000&pace_ms=1").await;
    let mut sizes = Vec::new();
    while let Some(chunk) = answer.next().await.unwrap() {
        sizes.push(chunk.len());
    }
    assert_eq!(sizes, [1000; 3]);
    let text = gateway.get("/stream?prompt=What+is+SSE%3F").await.text().await;
    assert!(assembled(Framing::Ndjson, text).choices[0].text.contains("“What is SSE?”"));
    for (method, path, status) in [("POST", "/stream", 405), ("GET", "/stream?size=1048577", 400)] {
        let answer = send(gateway.addr, method, path, &[], b"").await;
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.json().await["error"]["message"].as_str().unwrap().starts_with("expected "));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_34_nothing_is_made_that_is_not_taken() {
    const CHUNKS: usize = 2000;
    const SIZE: usize = 100_000;
    let gateway = TestGateway::with(|_| {}).await;
    let line = "midstream_transport_messages_total{transport=\"stream\"}";
    let mut answer = gateway.get(&format!("/stream?count={CHUNKS}&size={SIZE}")).await;
    // Until the buffers between here and there are full.
    let mut made = 0;
    soon("a standstill", async {
        loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            match metric(&gateway, line).await {
                same if same == made && made > 0 => return,
                more => made = more,
            }
        }
    })
    .await;
    assert!(made < CHUNKS as u64 / 2, "{made} chunks were made for a client that takes none");
    let mut bytes = 0;
    while let Some(chunk) = answer.next().await.unwrap() {
        bytes += chunk.len();
    }
    assert_eq!(bytes, CHUNKS * SIZE);
    assert_eq!(metric(&gateway, line).await, CHUNKS as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_may_use_no_websocket_of_the_gateways() {
    let gateway = TestGateway::with(|_| {}).await;
    let shake = |origin| {
        [
            ("origin", origin),
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ]
    };
    for (origin, status) in [("https://example.org", 403), ("http://localhost:5173", 101)] {
        assert_eq!(send(gateway.addr, "GET", "/ws", &shake(origin), b"").await.status, status, "{origin}");
    }
}
