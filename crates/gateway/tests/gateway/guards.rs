//! What a rule covers does not reach the client, however the upstream writes it.

use std::sync::Arc;

use midstream::pattern::{Pack, Rules};
use midstream::rewrite::Guard;
use midstream_gateway::{GuardConfig, KeyDigest};
use serde_json::Value;

use crate::support::*;

const PATH: &str = "/v1/chat/completions";

pub(crate) const PACK: &str = r#"
    name = "mine"
    version = "1"
    [[rule]]
    id = "ticket"
    kind = "TICKET"
    pattern = "T-[0-9]{4}"
    action = "mask"
    [[rule]]
    id = "bomb"
    kind = "BOMB"
    pattern = "boom!"
    action = "stop"
"#;

fn guard(upstreams: &[&str], keys: &[&str]) -> GuardConfig {
    let rules = Rules::compile(&[Pack::parse(PACK).unwrap()]).unwrap();
    GuardConfig {
        upstreams: upstreams.iter().map(|name| (*name).to_owned()).collect(),
        keys: keys.iter().map(|key| KeyDigest::of(key)).collect(),
        requests: false,
        guard: Arc::new(Guard::new(rules, None)),
    }
}

async fn guarded(upstream: &TestUpstream, guard: GuardConfig) -> TestGateway {
    let upstreams = ["openai", "other"].map(|name| upstream.named(name));
    TestGateway::with(|config| {
        config.upstreams.extend(upstreams);
        config.guards.push(guard);
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_split_value_is_masked_and_reported() {
    for size in [1, 5, 1_000_000] {
        let body = chat(&["See T", "-12", "34", ", please"]);
        let answer = [SSE_HEAD.as_bytes(), &chunked(body.as_bytes(), size)].concat();
        let upstream = TestUpstream::answering(answer, size).await;
        let gateway = guarded(&upstream, guard(&[], &[])).await;
        let text = gateway.post(PATH, b"{}").await.text().await;
        assert!(!text.contains("-12") && !text.contains("34"), "{text}");
        let stream = gateway.ended_stream().await;
        assert_eq!(stream["preview"], "See [TICKET], please");
        assert_eq!((&stream["verdict"], &stream["matches"]), (&"complete".into(), &1.into()));
        let events = gateway.events(&stream["id"], 0).await;
        let found: Vec<_> = events.iter().filter(|event| event["type"] == "match").collect();
        assert_eq!(found.len(), 1, "{events:?}");
        assert_eq!(found[0]["rule"], "ticket");
        assert_eq!((&found[0]["span"]["start"], &found[0]["span"]["end"]), (&4.into(), &10.into()));
        assert!(!events.iter().any(|event| event.to_string().contains("1234")));
        let page = gateway.get("/metrics").await.text().await;
        for line in [
            "midstream_matches_total{upstream=\"openai\",kind=\"TICKET\",action=\"mask\",in=\"answer\"} 1\n",
            "midstream_held_seconds_count{upstream=\"openai\"} 1\n",
        ] {
            assert!(page.contains(line), "{line}{page}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_found_and_held_is_told_when_a_stream_is_over() {
    let upstream = TestUpstream::answering(
        [SSE_HEAD.as_bytes(), &chunked(chat(&["See T", "-12", "34"]).as_bytes(), 9)].concat(),
        9,
    )
    .await;
    let gateway = guarded(&upstream, guard(&[], &[])).await;
    assert_eq!(gateway.post(PATH, b"{}").await.header("trailer"), None, "nobody asked for them");
    let mut answer = send(gateway.addr, "POST", PATH, &[("te", "trailers")], b"{}").await;
    assert!(answer.header("trailer").is_some_and(|names| names.contains("x-midstream-unchecked")));
    let raw = answer.raw_until("\r\n0\r\n", "\r\n\r\n").await;
    assert!(raw.contains("x-midstream-matches: 1\r\n") && raw.contains("x-midstream-held-most: "), "{raw}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_a_rule_stops_ends_with_an_error_and_the_upstream_is_left() {
    let (told, mut left) = tokio::sync::mpsc::unbounded_channel();
    let upstream = TestUpstream::start(move |mut received| {
        let told = told.clone();
        async move {
            received.write(SSE_HEAD).await;
            for delta in ["Fine so far, ", "bo", "om", "! and more"] {
                received.write(chunk(&chat_delta(delta))).await;
            }
            received.gone().await;
            told.send(()).unwrap();
        }
    })
    .await;
    let gateway = guarded(&upstream, guard(&["openai"], &[])).await;
    let text = gateway.post(PATH, b"{}").await.text().await;
    soon("the upstream is left", left.recv()).await.unwrap();
    let said = sse_data(&text.replace("data: [DONE]", ""));
    assert!(!text.contains("\"bo") && text.contains("Fine so far, "), "{text}");
    assert!(said.iter().any(|chunk| chunk["choices"][0]["finish_reason"] == "content_filter"), "{text}");
    assert!(said.iter().any(|chunk| chunk["error"]["type"] == "content_filter"), "{text}");
    assert_eq!(gateway.ended_stream().await["verdict"], "failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_whole_obeys_the_same_rules() {
    let whole = |content: &str| {
        let body = format!(r#"{{"choices":[{{"message":{{"content":"{content}"}},"finish_reason":"stop"}}]}}"#);
        format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    };
    let upstream = TestUpstream::answering(whole("See T-1234."), 1000).await;
    let gateway = guarded(&upstream, guard(&[], &[])).await;
    let answer = gateway.post(PATH, b"{}").await;
    assert_eq!(answer.header("x-midstream-matches"), Some("1"));
    assert_eq!(answer.json().await["choices"][0]["message"]["content"], "See [TICKET].");

    let upstream = TestUpstream::answering(whole("boom!"), 1000).await;
    let gateway = guarded(&upstream, guard(&[], &[])).await;
    let answer = gateway.post(PATH, b"{}").await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.json().await["error"]["type"], "content_filter");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_checked_does_not_pass() {
    let zipped =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc";
    let upstream = TestUpstream::answering(zipped, 1000).await;
    let gateway = guarded(&upstream, guard(&[], &[])).await;
    let answer = gateway.post(PATH, b"{}").await;
    assert_eq!(answer.status, 502);
    let error: Value = answer.json().await;
    assert!(error["error"]["message"].as_str().unwrap().contains("compressed"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guard_is_for_its_upstreams_and_keys_alone() {
    let body = chat(&["See T-1234"]);
    let answer = [SSE_HEAD.as_bytes(), &chunked(body.as_bytes(), 1000)].concat();
    for (guard, key, masked) in [
        (guard(&["other"], &[]), "k1", false),
        (guard(&["openai"], &["k1"]), "k1", true),
        (guard(&["openai"], &["k1"]), "k2", false),
        (guard(&[], &[]), "k2", true),
    ] {
        let upstream = TestUpstream::answering(answer.clone(), 1000).await;
        let gateway = guarded(&upstream, guard).await;
        let authorization = format!("Bearer {key}");
        let answer = send(gateway.addr, "POST", PATH, &[("authorization", &authorization)], b"{}").await;
        assert_eq!(answer.text().await.contains("[TICKET]"), masked, "{key}");
        let answer = send(gateway.addr, "POST", &format!("{PATH}?key={key}"), &[], b"{}").await;
        assert_eq!(answer.text().await.contains("[TICKET]"), masked, "?key={key}");
    }
}

/// An upstream that answers every request with `ok`, and what it was asked: head and body.
async fn telling() -> (TestUpstream, tokio::sync::mpsc::UnboundedReceiver<(String, String)>) {
    let (told, asked) = tokio::sync::mpsc::unbounded_channel();
    let upstream = TestUpstream::start(move |mut received| {
        let told = told.clone();
        async move {
            let body = String::from_utf8(std::mem::take(&mut received.body)).unwrap();
            told.send((received.head.clone(), body)).unwrap();
            received.write([SSE_HEAD.as_bytes(), &chunked(chat(&["ok"]).as_bytes(), 99)].concat()).await;
        }
    });
    (upstream.await, asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_is_masked_before_the_upstream_sees_it() {
    let asked = r#"{"model":"m","messages":[{"role":"user","content":"See T-1234 \u0054-5678, please"}]}"#;
    let masked = r#"{"model":"m","messages":[{"role":"user","content":"See [TICKET] [TICKET], please"}]}"#;
    for requests in [false, true] {
        let (upstream, mut seen) = telling().await;
        let gateway = guarded(&upstream, GuardConfig { requests, ..guard(&[], &[]) }).await;
        let path = format!("{PATH}?q=a+T%2D1234&key=T-1234&x");
        let answer = gateway.post(&path, asked.as_bytes()).await;
        assert_eq!(answer.header("x-midstream-request-matches"), requests.then_some("3"));
        answer.text().await;
        let (head, body) = seen.recv().await.unwrap();
        assert_eq!(body, if requests { masked } else { asked });
        let query = if requests { "?q=a%20%5BTICKET%5D&key=T-1234&x " } else { "?q=a+T%2D1234&key=T-1234&x " };
        assert!(head.contains(query), "{head}");
        let counted = "midstream_matches_total{upstream=\"openai\",kind=\"TICKET\",action=\"mask\",in=\"request\"} 3";
        assert_eq!(gateway.get("/metrics").await.text().await.contains(counted), requests);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_a_rule_stops_or_nobody_can_read_does_not_go_on() {
    let (upstream, mut seen) = telling().await;
    let gateway = guarded(&upstream, GuardConfig { requests: true, ..guard(&[], &[]) }).await;
    for (asked, status, kind) in [
        (&br#"{"messages":[{"role":"user","content":"boom!"}]}"#[..], 403, "content_filter"),
        (&b"{\"a\":\"\xff\"}"[..], 415, "unchecked"),
        (&b"{\0\"\0a\0\"\0:\0\"\0T\0\"\0}\0"[..], 415, "unchecked"),
        (&br#"{"a":"\u0054-1234"} {}"#[..], 403, "content_filter"),
        (&br#"{"input_audio":{"data":"AAAA","format":"wav"}}"#[..], 403, "content_filter"),
        (&br#"{"model":"T-1234","messages":[]}"#[..], 403, "content_filter"),
    ] {
        let answer = gateway.post(PATH, asked).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.json().await["error"]["type"], kind);
    }
    for path in [format!("{PATH}?T-1234=x"), format!("{PATH}?q=boom%21"), "/openai/v1/files/T-1234".to_owned()] {
        assert_eq!(gateway.post(&path, b"{}").await.status, 403, "{path}");
    }
    assert!(seen.try_recv().is_err());
}

fn answer(status: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

async fn asked(path: &str, answer: Vec<u8>) -> (u16, String) {
    let upstream = TestUpstream::answering(answer, 1000).await;
    let gateway = guarded(&upstream, guard(&[], &[])).await;
    let answer = gateway.post(path, b"{}").await;
    (answer.status, answer.text().await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_masked_whatever_its_head_says_of_it() {
    let sse = chat(&["See T", "-12", "34", ", please"]);
    for (status, content_type) in [
        ("200 OK", "application/json"),
        ("200 OK", "text/plain"),
        ("200 OK", "image/png"),
        ("400 Bad Request", "text/event-stream"),
    ] {
        let (found, text) = asked(PATH, answer(status, content_type, sse.as_bytes())).await;
        assert!(found == 200 || found == 400, "{content_type}");
        assert!(!text.contains("-12") && !text.contains("34"), "{content_type}: {text}");
        let said: String = sse_data(&text.replace("data: [DONE]", ""))
            .iter()
            .filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str().map(str::to_owned))
            .collect();
        assert_eq!(said, "See [TICKET], please", "{content_type}");
    }
    let line = |text: &str, done: bool| {
        let line =
            serde_json::json!({ "model": "m", "message": { "role": "assistant", "content": text }, "done": done });
        format!("{line}\n")
    };
    let lines = [line("See T-12", false), line("34 now", true)].concat();
    let (_, text) = asked("/openai/api/chat", answer("200 OK", "application/json", lines.as_bytes())).await;
    assert!(text.contains("[TICKET] now") && text.lines().count() == 2, "{text}");
    let part = |text: &str| serde_json::json!({ "candidates": [{ "content": { "parts": [{ "text": text }] } }] });
    let array = serde_json::json!([part("See T-12"), part("34 now")]).to_string();
    let (_, text) =
        asked("/openai/v1beta/models/g:generateContent", answer("200 OK", "application/json", array.as_bytes())).await;
    assert!(text.contains("[TICKET] now"), "{text}");
    serde_json::from_str::<Value>(&text).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_text_that_rules_can_read_is_refused() {
    let json = r#"{"choices":[{"message":{"content":"T-1234"}}]}"#;
    let wide: Vec<u8> = json.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (content_type, body, status) in [
        ("application/json; charset=utf-16", &wide[..], 502),
        ("image/png", b"\x89PNG\xff T-1234", 502),
        ("audio/mpeg", b"\xff\xfb\x90", 502),
        ("image/png", b"\x89PNG\xff\x00", 200),
        ("application/json", br#"{"choices":[{"message":{"content":"\u0054-1234"}}]} x"#, 403),
        ("multipart/mixed; boundary=b", b"--b\r\n\r\n{\"a\":\"\\u0054-1234\"}\r\n--b--", 403),
        ("application/json", br#"{"choices":[{"message":{"audio":{"id":"a","data":"AAAA"}}}]}"#, 403),
    ] {
        let upstream = TestUpstream::answering(answer("200 OK", content_type, body), 1000).await;
        let gateway = guarded(&upstream, guard(&[], &[])).await;
        let mut answer = gateway.post(PATH, b"{}").await;
        assert_eq!(answer.status, status, "{content_type}: {:?}", String::from_utf8_lossy(body));
        let (shown, _) = answer.body().await;
        assert!(!String::from_utf8_lossy(&shown).contains("1234"));
        assert_eq!(answer.header("x-midstream-unchecked"), (status == 200).then_some("image"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_a_guarded_upstream_answers_passes_the_rules() {
    for path in ["models", "files/f/content", "messages/batches/b/results", "embeddings", "anything"] {
        let path = &format!("/openai/v1/{path}");
        let line = r#"{"custom_id":"1","result":{"text":"\u0054-1234"}}"#;
        for (body, content_type) in
            [(line.to_owned(), "application/json"), (format!("{line}\n{line}\n"), "application/octet-stream")]
        {
            let (status, text) = asked(path, answer("200 OK", content_type, body.as_bytes())).await;
            assert_eq!((status, text), (200, body.replace("\\u0054-1234", "[TICKET]")), "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_are_checked_and_those_without_a_body_stay_as_they_are() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-note: see T-1234\r\ncontent-length: 500\r\n\r\n";
    let upstream = TestUpstream::answering(head, 1000).await;
    let gateway = guarded(&upstream, guard(&[], &[])).await;
    let answer = send(gateway.addr, "HEAD", "/v1/models", &[], b"").await;
    assert_eq!((answer.header("x-note"), answer.header("content-length")), (Some("see [TICKET]"), Some("500")));
    for status in ["204 No Content", "304 Not Modified"] {
        let upstream = TestUpstream::answering(format!("HTTP/1.1 {status}\r\nx-note: T-1234\r\n\r\n"), 1000).await;
        let gateway = guarded(&upstream, guard(&[], &[])).await;
        let mut answer = send(gateway.addr, "GET", "/v1/models", &[], b"").await;
        assert_eq!((answer.header("x-note"), answer.header("content-length")), (Some("[TICKET]"), None), "{status}");
        assert_eq!(answer.body().await, (Vec::new(), true));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_can_not_step_aside_of_its_guard_with_a_second_key() {
    let body = chat(&["See T-1234"]);
    let answer = [SSE_HEAD.as_bytes(), &chunked(body.as_bytes(), 1000)].concat();
    for headers in [
        &[("authorization", "bearer k1")][..],
        &[("authorization", "Bearer other"), ("x-api-key", "k1")],
        &[("x-api-key", "other"), ("x-api-key", "k1")],
    ] {
        let upstream = TestUpstream::answering(answer.clone(), 1000).await;
        let gateway = guarded(&upstream, guard(&[], &["k1"])).await;
        let answer = send(gateway.addr, "POST", PATH, headers, b"{}").await;
        assert!(answer.text().await.contains("[TICKET]"), "{headers:?}");
    }
}
