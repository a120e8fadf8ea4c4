//! Which pages may use the gateway.

use crate::support::*;

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_this_machine_may_read_and_others_may_not() {
    let gateway = TestGateway::with(|config| config.origins.push("https://chat.example.com".into())).await;
    for (origin, allowed) in [
        ("http://localhost:5173", true),
        ("https://chat.example.com", true),
        ("https://example.org", false),
        ("null", false),
    ] {
        let answer = send(gateway.addr, "GET", "/streams", &[("origin", origin)], b"").await;
        assert_eq!(answer.header("access-control-allow-origin"), allowed.then_some(origin), "{origin}");

        let headers = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "authorization, content-type"),
        ];
        let preflight = send(gateway.addr, "OPTIONS", "/v1/chat/completions", &headers, b"").await;
        assert_eq!(preflight.status, if allowed { 204 } else { 403 }, "{origin}");
        let expected = allowed.then_some("authorization, content-type");
        assert_eq!(preflight.header("access-control-allow-headers"), expected, "{origin}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_upstream_says_of_origins_does_not_count() {
    let head = "HTTP/1.1 200 OK\r\naccess-control-allow-origin: *\r\ncontent-length: 2\r\n\r\n{}";
    let upstream = TestUpstream::answering(head, 1000).await;
    let gateway = TestGateway::before(&upstream).await;
    let headers = [("origin", "https://example.org")];
    let answer = send(gateway.addr, "POST", "/v1/embeddings", &headers, b"{}").await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_websocket_is_refused() {
    let gateway = TestGateway::with(|_| {}).await;
    let body = br#"{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":true}"#;
    let answer = gateway.post("/v1/chat/completions", body).await;
    let path = format!("/streams/{}/ws", answer.header("x-midstream-stream").unwrap());
    let shake = |origin: &'static str| {
        [
            ("origin", origin),
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ]
    };
    assert_eq!(send(gateway.addr, "GET", &path, &shake("https://example.org"), b"").await.status, 403);
    assert_eq!(send(gateway.addr, "GET", &path, &shake("http://localhost:5173"), b"").await.status, 101);
}
