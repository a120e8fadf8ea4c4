//! What is kept has limits, and reaching one is said.

use midstream_gateway::Limits;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use crate::support::*;

const PATH: &str = "/v1/chat/completions";

async fn upstream(body: &str) -> TestUpstream {
    TestUpstream::answering([SSE_HEAD.as_bytes(), &chunked(body.as_bytes(), 1 << 20)].concat(), 1 << 20).await
}

/// Sends a prompt; returns the stream's id and the answer's body.
async fn ask(gateway: &TestGateway) -> (Option<String>, String) {
    let answer = gateway.post(PATH, b"{}").await;
    (answer.header("x-midstream-stream").map(str::to_owned), answer.text().await)
}

async fn ids(gateway: &TestGateway) -> Vec<String> {
    let list = gateway.json("/streams").await;
    list["streams"].as_array().unwrap().iter().map(|stream| stream["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_over_its_limit_is_passed_on_whole_and_says_what_is_missing() {
    let dictation = Dictation::start().await;
    let two = chat_delta("one").len() + chat_delta("two").len();
    let limit = two + 3 * Limits::ARRIVAL_BYTES;
    let gateway = TestGateway::with(|config| {
        config.upstreams.push(dictation.upstream.named("openai"));
        config.limits.stream_bytes = limit;
    })
    .await;
    let mut answer = gateway.post(PATH, b"{}").await;
    let id = json!(answer.header("x-midstream-stream").unwrap());
    for delta in ["one", "two", "three", "four"] {
        dictation.say(delta);
        assert_eq!(answer.next().await, Ok(Some(chat_delta(delta).into_bytes())));
    }
    dictation.end();
    assert!(answer.text().await.ends_with("[DONE]\n\n"));
    let stream = gateway.ended_stream().await;
    // The summary knows the whole stream.
    let known = ["verdict", "preview"].map(|name| stream[name].clone());
    assert_eq!(known, [json!("complete"), json!("onetwothreefour")]);
    let events = gateway.events(&id, 0).await;
    let texts: Vec<_> = events.iter().filter_map(|event| event["delta"].as_str()).collect();
    assert_eq!(texts, ["one", "two"]);
    let [.., error, end] = &events[..] else { panic!("{events:?}") };
    assert_eq!((&error["type"], &error["kind"], &error["offset"]), (&json!("error"), &json!("limit"), &json!(two)));
    assert!(error["message"].as_str().unwrap().contains(&format!("`stream_bytes` ({limit})")), "{error}");
    assert_eq!((&end["type"], &end["verdict"]), (&json!("stream-end"), &json!("complete")));
    assert_eq!(end["metrics"]["chunks"], 4);

    let mut raw = gateway.get(&format!("/streams/{}/raw", id.as_str().unwrap())).await;
    let (bytes, whole) = raw.body().await;
    assert_eq!((bytes.len(), whole), (two, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_that_have_ended_make_room_for_more_bytes() {
    let body = chat(&["hello"]);
    let upstream = upstream(&body).await;
    let each = body.len() + Limits::ARRIVAL_BYTES;
    let gateway = TestGateway::with(|config| {
        config.upstreams.push(upstream.named("openai"));
        config.limits.total_bytes = 2 * each + each / 2;
    })
    .await;
    let mut asked = Vec::new();
    for _ in 0..5 {
        asked.push(ask(&gateway).await.0.unwrap());
    }
    asked.reverse();
    assert_eq!(ids(&gateway).await, asked[..2]);
    assert_eq!(gateway.get(&format!("/streams/{}", asked[2])).await.status, 404);
    assert_eq!(gateway.events(&json!(asked[0]), 0).await.last().unwrap()["verdict"], "complete");
}

#[tokio::test(flavor = "multi_thread")]
async fn live_streams_that_take_up_all_room_say_so() {
    let body = chat(&["hello"]);
    let upstream = upstream(&body).await;
    let gateway = TestGateway::with(|config| {
        config.upstreams.push(upstream.named("openai"));
        config.limits.total_bytes = body.len() / 2;
    })
    .await;
    let (id, received) = ask(&gateway).await;
    assert_eq!(received, body);
    let events = gateway.events(&json!(id), 0).await;
    assert!(events[0]["message"].as_str().unwrap().contains("`total_bytes`"), "{events:?}");
    assert_eq!(events[1]["verdict"], "complete");
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_that_have_ended_make_room_for_more_streams() {
    let upstream = upstream(&chat(&["hello"])).await;
    let gateway = TestGateway::with(|config| {
        config.upstreams.push(upstream.named("openai"));
        config.limits.streams = 3;
    })
    .await;
    let mut asked = Vec::new();
    for _ in 0..5 {
        asked.push(ask(&gateway).await.0.unwrap());
    }
    asked.reverse();
    assert_eq!(ids(&gateway).await, asked[..3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_too_many_is_passed_on_unwatched_and_counted() {
    let upstream = TestUpstream::start(|mut received| async move {
        received.write(format!("{SSE_HEAD}{}", chunk(&chat_delta("x")))).await;
        received.gone().await;
    })
    .await;
    let gateway = TestGateway::with(|config| {
        config.upstreams.push(upstream.named("openai"));
        config.limits.streams = 2;
    })
    .await;
    let mut answers = Vec::new();
    for watched in [true, true, false] {
        let mut answer = gateway.post(PATH, b"{}").await;
        assert_eq!(answer.header("x-midstream-stream").is_some(), watched);
        assert_eq!(answer.next().await, Ok(Some(chat_delta("x").into_bytes())));
        answers.push(answer);
    }
    let list = gateway.json("/streams").await;
    assert_eq!((list["streams"].as_array().unwrap().len(), &list["unwatched"]), (2, &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn watchers_have_a_limit() {
    let gateway = TestGateway::with(|config| config.limits.watchers = 2).await;
    let headers = [("accept", "text/event-stream")];
    let watch = || send(gateway.addr, "GET", "/streams", &headers, b"");
    let (first, second) = (watch().await, watch().await);
    assert_eq!((first.status, second.status), (200, 200));
    let third = watch().await;
    assert_eq!(third.status, 503);
    assert!(third.json().await["error"]["message"].as_str().unwrap().contains("`watchers` (2)"));
    drop(first);
    soon("a place", async {
        while watch().await.status != 200 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_have_a_limit_and_wait() {
    let gateway = TestGateway::with(|config| config.limits.connections = 1).await;
    let mut first = tokio::net::TcpStream::connect(gateway.addr).await.unwrap();
    first.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n").await.unwrap();
    let addr = gateway.addr;
    let second = tokio::spawn(async move { send(addr, "GET", "/healthz", &[], b"").await.status });
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert!(!second.is_finished());
    drop(first);
    assert_eq!(soon("the second", second).await.unwrap(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_small_arrivals_count_for_more_than_their_bytes() {
    let dictation = Dictation::start().await;
    let gateway = TestGateway::with(|config| {
        config.upstreams.push(dictation.upstream.named("openai"));
        config.limits.stream_bytes = 5 * (Limits::ARRIVAL_BYTES + 1);
    })
    .await;
    let mut answer = gateway.post(PATH, b"{}").await;
    let id = answer.header("x-midstream-stream").unwrap().to_owned();
    for _ in 0..6 {
        dictation.say_raw(":");
        assert_eq!(answer.next().await, Ok(Some(b":".to_vec())));
    }
    dictation.end();
    answer.body().await;
    let events = gateway.events(&json!(id), 0).await;
    let limits: Vec<&Value> = events.iter().filter(|event| event["kind"] == "limit").collect();
    assert_eq!((limits.len(), &limits[0]["offset"]), (1, &json!(5)), "{events:?}");
}
