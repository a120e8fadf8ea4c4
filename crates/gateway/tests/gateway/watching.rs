//! What can be seen of a stream, while it runs and afterwards.

use std::time::Duration;

use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::support::*;

const PATH: &str = "/v1/chat/completions";

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_listed_with_what_is_known_of_it() {
    let dictation = Dictation::start().await;
    let gateway = TestGateway::before(&dictation.upstream).await;
    assert_eq!(gateway.json("/streams").await, json!({ "streams": [], "unwatched": 0 }));
    let mut answer = send(gateway.addr, "POST", "/openai/v1/chat/completions?key=secret", &[], b"{}").await;
    let id = answer.header("x-midstream-stream").unwrap().to_owned();
    let stream = gateway.stream().await;
    let known = ["id", "upstream", "method", "path", "status", "state"].map(|name| stream[name].clone());
    let path = json!("/openai/v1/chat/completions");
    assert_eq!(known, [json!(id), json!("openai"), json!("POST"), path, json!(200), json!("live")]);
    for unknown in ["dialect", "model", "verdict", "preview", "usage"] {
        assert_eq!(stream[unknown], Value::Null, "{unknown}");
    }
    assert!(stream["started_ms"].as_u64().unwrap() > 1_700_000_000_000);

    dictation.say(&"long ".repeat(100));
    answer.next().await.unwrap();
    let stream = gateway.stream().await;
    let known = ["dialect", "model", "verdict", "state"].map(|name| stream[name].clone());
    assert_eq!(known, [json!("openai-chat"), json!("m"), Value::Null, json!("live")]);
    assert_eq!(stream["preview"].as_str().unwrap().len(), 160);
    assert_eq!(stream["metrics"]["chunks"], 1);

    dictation.end();
    answer.body().await;
    let stream = gateway.ended_stream().await;
    assert_eq!((&stream["verdict"], &stream["metrics"]["chunks"]), (&json!("complete"), &json!(1)));

    let one = gateway.json(&format!("/streams/{id}")).await;
    assert_eq!(one["response"]["choices"][0]["text"], "long ".repeat(100));
    assert_eq!((&one["id"], &one["response"]["verdict"]), (&json!(id), &json!("complete")));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_a_model_writes_is_shown() {
    let json = |kind: &str, body: &str| {
        format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    };
    let embedding = json("application/json", r#"{"object":"list","data":[{"embedding":[0.5]}]}"#);
    let speech = json("audio/mpeg", "ID3");
    let progress = json("application/x-ndjson", "{\"status\":\"pulling manifest\"}\n");
    let answer = json(
        "application/json",
        r#"{"object":"chat.completion","choices":[{"index":0,"message":{"content":"x"},"finish_reason":"stop"}]}"#,
    );
    let stream = json("text/event-stream", &chat(&["x"]));
    for (path, response, shown) in [
        ("/v1/embeddings", &embedding, false),
        ("/v1/audio/speech", &speech, false),
        ("/v1/models", &answer, false),
        ("/v1/unheard-of", &embedding, false),
        ("/api/pull", &progress, false),
        (PATH, &answer, true),
        ("/openai/deployments/gpt/chat/completions", &answer, true),
        ("/v1/unheard-of", &stream, true),
        ("/unheard-of", &stream, true),
    ] {
        let upstream = TestUpstream::answering(response.as_bytes(), 1000).await;
        let gateway = TestGateway::before(&upstream).await;
        let answer = gateway.post(path, b"{}").await;
        assert_eq!(answer.header("x-midstream-stream").is_some(), shown, "{path}");
        let (_, body) = response.split_once("\r\n\r\n").unwrap();
        assert_eq!(answer.text().await, body, "{path}");
        let listed = gateway.json("/streams").await["streams"].as_array().unwrap().len();
        assert_eq!(listed, usize::from(shown), "{path}");
        if shown {
            assert_eq!(gateway.ended_stream().await["verdict"], "complete", "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_stream_is_listed_first() {
    let gateway = TestGateway::with(|_| {}).await;
    for model in ["first", "second", "third"] {
        let body = json!({ "model": model, "messages": [{ "role": "user", "content": "hi" }], "stream": true });
        gateway.post(PATH, body.to_string().as_bytes()).await.text().await;
    }
    let list = gateway.json("/streams").await;
    let models: Vec<_> = list["streams"].as_array().unwrap().iter().map(|stream| &stream["model"]).collect();
    assert_eq!(models, ["third", "second", "first"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_come_while_they_happen_and_are_the_same_afterwards() {
    let dictation = Dictation::start().await;
    let gateway = TestGateway::before(&dictation.upstream).await;
    let mut answer = gateway.post(PATH, b"{}").await;
    let id = answer.header("x-midstream-stream").unwrap().to_owned();
    let mut events = gateway.get(&format!("/streams/{id}/events")).await;
    assert_eq!(events.header("content-type"), Some("text/event-stream"));
    let mut live = String::new();
    for delta in ["one", "two", "three"] {
        dictation.say(delta);
        live.push_str(&events.text_until(|text| text.contains(delta)).await);
    }
    dictation.end();
    live.push_str(&events.text_until(|text| text.contains("stream-end")).await);
    // The stream of events ends with the stream.
    assert_eq!(events.next().await, Ok(None));
    answer.body().await;

    let afterwards = gateway.get(&format!("/streams/{id}/events")).await.text().await;
    assert_eq!(afterwards, live);
    let parsed = sse_data(&live);
    let expected = [
        "stream-start",
        "response-metadata",
        "text-start",
        "text-delta",
        "text-delta",
        "text-delta",
        "text-end",
        "finish",
        "stream-end",
    ];
    assert_eq!(types(&parsed), expected);
    let numbers: Vec<_> = parsed.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=9).collect::<Vec<_>>());
    let times: Vec<_> = parsed.iter().map(|event| event["at_us"].as_u64().unwrap()).collect();
    assert!(times.is_sorted() && times[0] > 0, "{times:?}");
    let ids: Vec<_> = live.lines().filter_map(|line| line.strip_prefix("id: ")).collect();
    assert_eq!(ids, (1..=9).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_goes_on_behind_the_last_event_that_he_saw() {
    let dictation = Dictation::start().await;
    let gateway = TestGateway::before(&dictation.upstream).await;
    let mut answer = gateway.post(PATH, b"{}").await;
    let id = answer.header("x-midstream-stream").unwrap().to_owned();
    let path = format!("/streams/{id}/events");

    dictation.say("one");
    let seen = gateway.get(&path).await.text_until(|text| text.contains("one")).await;
    let last = sse_data(&seen).last().unwrap()["seq"].as_u64().unwrap();

    let last_id = last.to_string();
    let mut resumed = send(gateway.addr, "GET", &path, &[("last-event-id", &last_id)], b"").await;
    dictation.say("two");
    let mut rest = resumed.text_until(|text| text.contains("two")).await;
    dictation.end();
    answer.body().await;
    rest.push_str(&resumed.text().await);

    let all = gateway.events(&json!(id), 0).await;
    let pieces = [sse_data(&seen), sse_data(&rest)].concat();
    assert_eq!(pieces, all);

    for after in 0..all.len() {
        assert_eq!(gateway.events(&json!(id), after as u64).await, all[after..], "after {after}");
    }
    for past in [all.len(), all.len() + 1, 1_000_000] {
        let past = past.to_string();
        let answer = send(gateway.addr, "GET", &path, &[("last-event-id", &past)], b"").await;
        assert_eq!(answer.status, 204, "after {past}");
    }
    let wrong = send(gateway.addr, "GET", &path, &[("last-event-id", "x")], b"").await;
    assert_eq!(wrong.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_shows_the_same_events() {
    let dictation = Dictation::start().await;
    let gateway = TestGateway::before(&dictation.upstream).await;
    let mut answer = gateway.post(PATH, b"{}").await;
    let id = answer.header("x-midstream-stream").unwrap().to_owned();
    let url = format!("ws://{}/streams/{id}/ws", gateway.addr);
    let (mut socket, _) = tokio_tungstenite::connect_async(&url).await.unwrap();
    dictation.say("one");
    dictation.say("two");
    dictation.end();
    answer.body().await;
    let mut shown = Vec::new();
    while let Some(message) = soon("a message", socket.next()).await {
        match message.unwrap() {
            Message::Text(text) => shown.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap())),
            Message::Close(_) => break,
            other => panic!("{other:?}"),
        }
    }
    let all = gateway.events(&json!(id), 0).await;
    assert_eq!(shown, all);

    // What is ready together comes together.
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("{url}?after=2")).await.unwrap();
    let Some(Ok(Message::Text(text))) = soon("a message", socket.next()).await else { panic!("no text") };
    let rest: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rest, all[2..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn raw_bytes_are_those_that_came_and_follow_the_stream() {
    let dictation = Dictation::start().await;
    let gateway = TestGateway::before(&dictation.upstream).await;
    let mut answer = gateway.post(PATH, b"{}").await;
    let path = format!("/streams/{}/raw", answer.header("x-midstream-stream").unwrap());
    let mut raw = gateway.get(&path).await;
    assert_eq!(raw.header("content-type"), Some("text/event-stream"));
    dictation.say("one");
    let one = raw.text_until(|text| !text.is_empty()).await;
    assert_eq!(one, chat_delta("one"));
    dictation.end();
    assert_eq!(raw.text().await, chat(&[]));
    let (body, _) = answer.body().await;
    assert_eq!(gateway.get(&path).await.text().await.as_bytes(), body);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_can_be_followed() {
    let dictation = Dictation::start().await;
    let gateway = TestGateway::before(&dictation.upstream).await;
    let headers = [("accept", "text/event-stream")];
    let mut list = send(gateway.addr, "GET", "/streams", &headers, b"").await;
    let mut answer = gateway.post(PATH, b"{}").await;
    let opened = list.text_until(|text| text.contains("\"live\"")).await;
    assert_eq!(sse_data(&opened)[0]["id"].as_str(), answer.header("x-midstream-stream"));
    dictation.say("news");
    let changed = list.text_until(|text| text.contains("news")).await;
    assert_eq!(sse_data(&changed).last().unwrap()["state"], "live");
    dictation.end();
    answer.body().await;
    let ended = list.text_until(|text| text.contains("\"ended\"")).await;
    assert_eq!(sse_data(&ended).last().unwrap()["verdict"], "complete");

    // Who comes later gets what is known first.
    let mut later = send(gateway.addr, "GET", "/streams", &headers, b"").await;
    let known = later.text_until(|text| text.ends_with("\n\n")).await;
    assert_eq!(sse_data(&known), [gateway.stream().await]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_stream_is_told_of_at_most_four_times_a_second() {
    let dictation = Dictation::start().await;
    let gateway = TestGateway::before(&dictation.upstream).await;
    let mut list = send(gateway.addr, "GET", "/streams", &[("accept", "text/event-stream")], b"").await;
    let mut answer = gateway.post(PATH, b"{}").await;
    let began = std::time::Instant::now();
    for _ in 0..60 {
        dictation.say("x");
        answer.next().await.unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    dictation.end();
    answer.body().await;
    let told = sse_data(&list.text_until(|text| text.contains("\"ended\"")).await);
    let quarters = began.elapsed().as_millis() as usize / 250;
    // The opening, the end, and one in each quarter of a second begun between them.
    assert!(told.len() <= 3 + quarters, "{} in {quarters} quarters of a second", told.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_is_no_text_is_told_as_every_mistake_is() {
    let gateway = TestGateway::with(|_| {}).await;
    for path in ["/streams/%00%ff", "/streams/%ff/events", "/graphs/%ff", "/graphs/local/nodes/x"] {
        let answer = gateway.get(path).await;
        assert_eq!(answer.status, 400, "{path}");
        assert_eq!(answer.json().await["error"]["type"], "invalid_path", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_not_known_is_a_404() {
    let gateway = TestGateway::with(|_| {}).await;
    for path in ["/streams/x", "/streams/1-1", "/streams/1-1/events", "/streams/1-1/raw"] {
        let answer = gateway.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.json().await["error"]["type"], "no_such_stream");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websockets_path_says_that_it_is_one() {
    let gateway = TestGateway::with(|_| {}).await;
    let upgrade = [("connection", "keep-alive, Upgrade"), ("upgrade", "WebSocket")];
    let old = [upgrade[0], upgrade[1], ("sec-websocket-version", "8")];
    for path in ["/streams/1-1/ws", "/ws"] {
        let answer = gateway.get(path).await;
        assert_eq!((answer.status, answer.header("upgrade")), (426, Some("websocket")), "{path}");
        assert_eq!(answer.header("sec-websocket-version"), Some("13"));
        assert_eq!(answer.json().await["error"]["type"], "upgrade_required");
    }
    assert_eq!(send(gateway.addr, "GET", "/ws", &old, b"").await.status, 426);
    let keyless = [upgrade[0], upgrade[1], ("sec-websocket-version", "13")];
    assert_eq!(send(gateway.addr, "GET", "/ws", &keyless, b"").await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateway_says_how_it_is() {
    let upstream = TestUpstream::answering("", 1).await;
    let gateway = TestGateway::before(&upstream).await;
    assert_eq!(gateway.get("/healthz").await.status, 200);
    assert_eq!(gateway.json("/readyz").await, json!({ "ready": true, "upstreams": ["openai"] }));
    let body = br#"{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":true}"#;
    gateway.post("/demo/v1/chat/completions", body).await.text().await;
    let stream = gateway.ended_stream().await;
    let metrics = gateway.get("/metrics").await;
    assert_eq!(metrics.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let metrics = metrics.text().await;
    for line in [
        "midstream_streams_live 0".to_owned(),
        "midstream_streams_kept 1".to_owned(),
        "midstream_streams_total{upstream=\"demo\",outcome=\"complete\"} 1".to_owned(),
        format!("midstream_stream_bytes_total{{upstream=\"demo\"}} {}", stream["bytes"]),
        "midstream_first_content_seconds_count{upstream=\"demo\"} 1".to_owned(),
        "midstream_watchers 0".to_owned(),
    ] {
        assert!(metrics.lines().any(|known| known == line), "{line} in {metrics}");
    }
    let page = gateway.get("/").await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(page.header("cross-origin-opener-policy"), Some("same-origin"));
    assert_eq!(page.header("cross-origin-embedder-policy"), Some("require-corp"));
}
