//! Many at once.

use serde_json::json;

use crate::support::*;

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_streams_at_once_each_get_their_own() {
    const STREAMS: usize = 200;
    let upstream = TestUpstream::start(|mut received| async move {
        let name = String::from_utf8(received.body.clone()).unwrap();
        // This upstream hangs up behind its answer, and must say so: else another request may be on its way to it.
        received.write(SSE_HEAD.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n")).await;
        for n in 0..64 {
            received.write(chunk(&chat_delta(&format!("{name}.{n} ")))).await;
            if n % 8 == 0 {
                tokio::task::yield_now().await;
            }
        }
        received.write(chunk(&chat(&[]))).await;
        received.write("0\r\n\r\n").await;
    })
    .await;
    let gateway = TestGateway::before(&upstream).await;
    let addr = gateway.addr;
    let ask = |n: usize| async move {
        let name = format!("stream-{n}");
        let answer = send(addr, "POST", "/v1/chat/completions", &[], name.as_bytes()).await;
        let id = answer.header("x-midstream-stream").unwrap().to_owned();
        (name, id, answer.text().await)
    };
    let asked: Vec<_> = (0..STREAMS).map(|n| tokio::spawn(ask(n))).collect();
    for task in asked {
        let (name, id, body) = soon("a stream", task).await.unwrap();
        let deltas: Vec<_> = (0..64).map(|n| format!("{name}.{n} ")).collect();
        assert_eq!(body, chat(&deltas.iter().map(String::as_str).collect::<Vec<_>>()));
        let one = gateway.json(&format!("/streams/{id}")).await;
        assert_eq!(one["response"]["choices"][0]["text"], deltas.concat());
        assert_eq!(one["verdict"], "complete");
    }
    let list = gateway.json("/streams").await;
    assert_eq!((list["streams"].as_array().unwrap().len(), &list["unwatched"]), (STREAMS, &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_client_holds_up_its_upstream_and_nobody_else() {
    // Far more than the sockets on the way can hold.
    const LENGTH: usize = 64 << 20;
    let (tell, told) = tokio::sync::watch::channel(0);
    let upstream = TestUpstream::start(move |mut received| {
        let tell = tell.clone();
        async move {
            received.write(format!("HTTP/1.1 200 OK\r\ncontent-length: {LENGTH}\r\n\r\n")).await;
            let piece = vec![b'x'; 1 << 16];
            for n in 1..=LENGTH >> 16 {
                received.write(&piece).await;
                tell.send_replace(n << 16);
            }
        }
    })
    .await;
    let gateway = TestGateway::before(&upstream).await;
    let mut slow = gateway.post("/v1/audio/speech", b"{}").await;
    // It comes to a halt long before the end.
    let mut before = 0;
    soon("the upstream to be held up", async {
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            let now = *told.borrow();
            if now > 0 && now == before {
                return;
            }
            before = now;
        }
    })
    .await;
    assert!(before < LENGTH, "all of it was taken in");
    assert_eq!(gateway.get("/healthz").await.status, 200);
    let (body, whole) = slow.body().await;
    assert!(whole && body.len() == LENGTH);
}
