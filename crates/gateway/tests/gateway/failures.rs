//! Upstreams and clients that fail: each case has a clear end, and the gateway lives on.

use std::time::Duration;

use midstream_gateway::Upstream;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::support::*;

const PATH: &str = "/v1/chat/completions";

/// The errors among the events of the one stream.
async fn errors(gateway: &TestGateway) -> Vec<Value> {
    let stream = gateway.ended_stream().await;
    let events = gateway.events(&stream["id"], 0).await;
    assert_eq!(events.last().unwrap()["type"], "stream-end", "{events:?}");
    events.into_iter().filter(|event| event["type"] == "error").collect()
}

/// Whether the gateway still answers.
async fn lives(gateway: &TestGateway) {
    assert_eq!(gateway.get("/healthz").await.text().await, "ok\n");
    let body = json!({ "model": "m", "messages": [{ "role": "user", "content": "hi" }] }).to_string();
    assert_eq!(gateway.post("/demo/v1/chat/completions", body.as_bytes()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_takes_the_upstream_request_with_it() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let upstream = TestUpstream::start(move |mut received| {
        let tell = tell.clone();
        async move {
            received.write(format!("{SSE_HEAD}{}", chunk(&chat_delta("one")))).await;
            received.gone().await;
            tell.send(()).unwrap();
        }
    })
    .await;
    let gateway = TestGateway::before(&upstream).await;
    let mut answer = gateway.post(PATH, b"{}").await;
    assert_eq!(answer.next().await, Ok(Some(chat_delta("one").into_bytes())));
    drop(answer);
    soon("the upstream to notice", told.recv()).await.unwrap();
    let errors = errors(&gateway).await;
    let reason = "the client closed the connection before the end of the stream";
    assert_eq!((&errors[0]["kind"], &errors[0]["message"]), (&json!("cancelled"), &json!(reason)));
    let stream = gateway.stream().await;
    let known = ["state", "verdict", "reason", "preview"].map(|name| stream[name].clone());
    assert_eq!(known, [json!("cancelled"), json!("truncated"), json!(reason), json!("one")]);
    lives(&gateway).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_before_the_answer_takes_the_upstream_request_with_it() {
    let (tell, mut told) = mpsc::unbounded_channel();
    let upstream = TestUpstream::start(move |mut received| {
        let tell = tell.clone();
        async move {
            tell.send("asked").unwrap();
            received.gone().await;
            tell.send("gone").unwrap();
        }
    })
    .await;
    let gateway = TestGateway::before(&upstream).await;
    let addr = gateway.addr;
    let request = tokio::spawn(async move { send(addr, "POST", PATH, &[], b"{}").await.status });
    assert_eq!(soon("the request", told.recv()).await, Some("asked"));
    request.abort();
    assert_eq!(soon("the upstream to notice", told.recv()).await, Some("gone"));
    assert_eq!(gateway.ended_stream().await["state"], "cancelled");
    lives(&gateway).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_behind_the_last_word_leaves_a_complete_answer() {
    let upstream = TestUpstream::start(|mut received| async move {
        received.write(format!("{SSE_HEAD}{}", chunk(&chat(&["one"])))).await;
        // The end of the body itself never comes.
        received.gone().await;
    })
    .await;
    let gateway = TestGateway::before(&upstream).await;
    let mut answer = gateway.post(PATH, b"{}").await;
    answer.text_until(|text| text.contains("[DONE]")).await;
    drop(answer);
    let stream = gateway.ended_stream().await;
    let known = ["state", "verdict", "reason"].map(|name| stream[name].clone());
    assert_eq!(known, [json!("ended"), json!("complete"), Value::Null]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_is_not_there_is_a_502() {
    let unused = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for (url, part) in [
        (format!("http://{unused}"), "Connection refused"),
        ("http://no-such-host.invalid".to_owned(), "can't be reached"),
    ] {
        let upstream: Upstream = format!("openai={url}").parse().unwrap();
        let gateway = TestGateway::with(|config| config.upstreams.push(upstream)).await;
        let answer = gateway.post(PATH, b"{}").await;
        assert_eq!(answer.status, 502);
        let error = answer.json().await;
        let message = error["error"]["message"].as_str().unwrap();
        assert!(message.contains("upstream `openai`") && message.contains(part), "{message}");
        assert_eq!(error["error"]["type"], "upstream_unreachable");
        let stream = gateway.ended_stream().await;
        let known = ["status", "state", "verdict", "reason"].map(|name| stream[name].clone());
        assert_eq!(known, [json!(502), json!("ended"), json!("failed"), json!(message)]);
        assert_eq!(errors(&gateway).await[0]["message"], message);
        lives(&gateway).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_takes_no_connection_in_time_is_a_502() {
    // An address that RFC 5737 sets aside: nobody answers there.
    let upstream: Upstream = "openai=http://192.0.2.1:9".parse().unwrap();
    let gateway = TestGateway::with(|config| {
        config.upstreams.push(upstream);
        config.connect_timeout = Duration::from_millis(100);
    })
    .await;
    let answer = gateway.post(PATH, b"{}").await;
    assert_eq!(answer.status, 502);
    let message = answer.json().await["error"]["message"].to_string();
    assert!(message.contains("can't be reached"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_gives_no_answer_is_a_502() {
    for response in ["", "HTTP/1.1 200 OK\r\ncontent-", "not HTTP at all\r\n\r\n"] {
        let upstream = TestUpstream::answering(response, 1000).await;
        let gateway = TestGateway::before(&upstream).await;
        let answer = gateway.post(PATH, b"{}").await;
        assert_eq!(answer.status, 502, "{response}");
        let error = answer.json().await;
        assert_eq!(error["error"]["type"], "upstream_no_answer", "{response}");
        assert_eq!(gateway.ended_stream().await["verdict"], "failed");
        lives(&gateway).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_closes_early_cuts_the_clients_body_too() {
    let one = chat_delta("one");
    let sized = format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 9999\r\n\r\n{one}");
    for response in [format!("{SSE_HEAD}{}", chunk(&one)), sized] {
        let upstream = TestUpstream::answering(response, 1000).await;
        let gateway = TestGateway::before(&upstream).await;
        let (body, whole) = gateway.post(PATH, b"{}").await.body().await;
        assert_eq!((String::from_utf8(body).unwrap(), whole), (one.clone(), false));
        assert_eq!(errors(&gateway).await[0]["kind"], "transport");
        assert_eq!(gateway.stream().await["preview"], "one");
        lives(&gateway).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_lasts_until_the_connection_closes_may_be_truncated() {
    let body = chat_delta("one");
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    let upstream = TestUpstream::answering(format!("{head}{body}"), 1000).await;
    let gateway = TestGateway::before(&upstream).await;
    assert_eq!(gateway.post(PATH, b"{}").await.text().await, body);
    assert_eq!(gateway.ended_stream().await["verdict"], "truncated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_upstream_cuts_the_clients_body_behind_what_came() {
    let (go, went) = mpsc::unbounded_channel::<()>();
    let went = std::sync::Arc::new(tokio::sync::Mutex::new(went));
    let upstream = TestUpstream::start(move |mut received| {
        let went = went.clone();
        async move {
            received.write(format!("{SSE_HEAD}{}", chunk(&chat_delta("one")))).await;
            // A reset throws away what was not yet received.
            went.lock().await.recv().await;
            received.reset();
        }
    })
    .await;
    let gateway = TestGateway::before(&upstream).await;
    let mut answer = gateway.post(PATH, b"{}").await;
    assert_eq!(answer.next().await, Ok(Some(chat_delta("one").into_bytes())));
    go.send(()).unwrap();
    assert!(answer.next().await.is_err());
    let errors = errors(&gateway).await;
    assert_eq!(errors[0]["kind"], "transport");
    assert!(errors[0]["message"].as_str().unwrap().starts_with("the upstream's answer broke off"), "{errors:?}");
    lives(&gateway).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_upstream_is_a_stall_and_nothing_is_lost() {
    let (go, went) = mpsc::unbounded_channel::<()>();
    let went = std::sync::Arc::new(tokio::sync::Mutex::new(went));
    let upstream = TestUpstream::start(move |mut received| {
        let went = went.clone();
        async move {
            received.write(format!("{SSE_HEAD}{}", chunk(&chat_delta("one")))).await;
            went.lock().await.recv().await;
            received.write(chunk(&chat(&["two"]))).await;
            received.write("0\r\n\r\n").await;
        }
    })
    .await;
    let gateway = TestGateway::with(|config| {
        config.upstreams.push(upstream.named("openai"));
        config.stall_after = Some(Duration::from_millis(50));
    })
    .await;
    let mut answer = gateway.post(PATH, b"{}").await;
    answer.next().await.unwrap();
    // A watcher hears of the silence while it lasts.
    let id = gateway.stream().await["id"].as_str().unwrap().to_owned();
    let mut events = gateway.get(&format!("/streams/{id}/events")).await;
    let heard = events.text_until(|text| text.contains("\"stall\"")).await;
    assert!(heard.contains("\"delta\":\"one\""), "{heard}");
    go.send(()).unwrap();
    let (_, whole) = answer.body().await;
    assert!(whole);
    assert_eq!(gateway.ended_stream().await["verdict"], "complete");
    let events = gateway.events(&id.into(), 0).await;
    let one = events.iter().position(|event| event["delta"] == "one").unwrap();
    let two = events.iter().position(|event| event["delta"] == "two").unwrap();
    let stalls: Vec<_> = events[one..two].iter().filter(|event| event["type"] == "stall").collect();
    assert_eq!((stalls.len(), &stalls[0]["silent_us"]), (1, &json!(50_000)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_limit_ends_a_silent_stream() {
    let upstream = TestUpstream::start(|mut received| async move {
        received.write(format!("{SSE_HEAD}{}", chunk(&chat_delta("one")))).await;
        received.gone().await;
    })
    .await;
    let gateway = TestGateway::with(|config| {
        config.upstreams.push(upstream.named("openai"));
        config.timeouts.gap = Some(Duration::from_millis(50));
    })
    .await;
    let (body, whole) = gateway.post(PATH, b"{}").await.body().await;
    assert_eq!((String::from_utf8(body).unwrap(), whole), (chat_delta("one"), false));
    let errors = errors(&gateway).await;
    assert_eq!((errors.len(), &errors[0]["kind"]), (1, &json!("timeout-gap")));
    lives(&gateway).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_limit_before_the_answer_is_a_504() {
    let upstream = TestUpstream::start(|mut received| async move { received.gone().await }).await;
    let gateway = TestGateway::with(|config| {
        config.upstreams.push(upstream.named("openai"));
        config.timeouts.first_content = Some(Duration::from_millis(50));
    })
    .await;
    let answer = gateway.post(PATH, b"{}").await;
    assert_eq!(answer.status, 504);
    assert_eq!(answer.json().await["error"]["type"], "upstream_timeout");
    assert_eq!(errors(&gateway).await[0]["kind"], "timeout-first-content");
    lives(&gateway).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_answer_passes_as_it_is() {
    let body = r#"{
  "error": { "message": "The server had an error", "type": "server_error", "code": null }
}"#;
    let head = format!(
        "HTTP/1.1 500 Internal Server Error\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let upstream = TestUpstream::answering(format!("{head}{body}"), 1000).await;
    let gateway = TestGateway::before(&upstream).await;
    let answer = gateway.post(PATH, b"{}").await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.text().await, body);
    let errors = errors(&gateway).await;
    assert_eq!((&errors[0]["kind"], &errors[0]["message"]), (&json!("provider"), &json!("The server had an error")));
    let stream = gateway.stream().await;
    let known = ["status", "verdict", "reason"].map(|name| stream[name].clone());
    assert_eq!(known, [json!(500), json!("failed"), json!("The server had an error")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_stream_pass_and_are_named() {
    let html = b"<!doctype html>\n<html><body>502 Bad Gateway</body></html>".to_vec();
    // RFC 1952: the beginning of every gzip file.
    let gzip = [b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03".as_slice(), &[0xAA; 300]].concat();
    for (headers, body) in [
        ("content-type: text/event-stream\r\n", &html),
        ("content-type: text/html\r\n", &html),
        ("content-type: text/event-stream\r\ncontent-encoding: gzip\r\n", &gzip),
        ("content-type: text/event-stream\r\n", &gzip),
    ] {
        let head = format!("HTTP/1.1 200 OK\r\n{headers}content-length: {}\r\n\r\n", body.len());
        let upstream = TestUpstream::answering([head.as_bytes(), body].concat(), 1000).await;
        let gateway = TestGateway::before(&upstream).await;
        let (received, whole) = gateway.post(PATH, b"{}").await.body().await;
        assert!(whole && received == *body, "{headers}");
        let errors = errors(&gateway).await;
        assert_eq!(errors[0]["kind"], "wrong-framing", "{headers} {errors:?}");
        assert_eq!(gateway.stream().await["verdict"], "failed");
        lives(&gateway).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_utf_8_pass_and_are_named() {
    let body = [chat_delta("one").as_bytes(), b"data: \xff\xfe\n\n", chat(&["two"]).as_bytes()].concat();
    let upstream = TestUpstream::answering([SSE_HEAD.as_bytes(), &chunked(&body, 11)].concat(), 1000).await;
    let gateway = TestGateway::before(&upstream).await;
    let (received, whole) = gateway.post(PATH, b"{}").await.body().await;
    assert!(whole && received == body);
    let errors = errors(&gateway).await;
    assert!(errors.iter().any(|error| error["kind"] == "invalid-utf8"), "{errors:?}");
    assert_eq!(gateway.stream().await["preview"], "onetwo");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_without_end_passes_and_is_not_kept() {
    for kept in [50_000, 4 << 20] {
        endless_line(kept).await;
    }
}

async fn endless_line(kept: usize) {
    const LENGTH: usize = 64 << 20;
    let upstream = TestUpstream::start(|mut received| async move {
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {}\r\n\r\n", LENGTH + 6);
        received.write(format!("{head}data: ")).await;
        let piece = vec![b'x'; 1 << 20];
        for _ in 0..LENGTH >> 20 {
            received.write(&piece).await;
        }
    })
    .await;
    let gateway = TestGateway::with(|config| {
        config.upstreams.push(upstream.named("openai"));
        config.limits.max_frame_bytes = 100_000;
        // More than is kept before the line is too long, or less: the error is told all the same.
        config.limits.stream_bytes = kept;
    })
    .await;
    let mut answer = gateway.post(PATH, b"{}").await;
    let mut length = 0;
    while let Some(bytes) = answer.next().await.unwrap() {
        length += bytes.len();
    }
    assert_eq!(length, LENGTH + 6);
    let errors = errors(&gateway).await;
    let messages: Vec<_> = errors.iter().map(|error| error["message"].as_str().unwrap()).collect();
    assert!(messages.iter().any(|message| message.contains("`max_frame_bytes` (100000)")), "{messages:?}");
    assert_eq!(gateway.stream().await["bytes"], LENGTH + 6);
    lives(&gateway).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_was_not_named_is_a_404_that_says_which_there_are() {
    let upstream = TestUpstream::answering("", 1).await;
    let gateway = TestGateway::with(|config| {
        config.upstreams.push(upstream.named("openai"));
        config.upstreams.push(upstream.named("gemini"));
    })
    .await;
    for (path, wanted) in [("/v1/messages", "`anthropic`"), ("/mistral/v1/chat/completions", "`mistral`")] {
        let answer = gateway.post(path, b"{}").await;
        assert_eq!(answer.status, 404);
        let message = answer.json().await["error"]["message"].to_string();
        assert!(message.contains(wanted) && message.contains("`openai`, `gemini`"), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_to_another_protocol_than_websocket_is_refused() {
    let gateway = TestGateway::with(|_| {}).await;
    let headers = [("connection", "upgrade"), ("upgrade", "h2c")];
    let answer = send(gateway.addr, "GET", "/v1/models", &headers, b"").await;
    assert_eq!(answer.status, 501);
    lives(&gateway).await;
}
