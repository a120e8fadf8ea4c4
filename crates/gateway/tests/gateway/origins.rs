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

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_not_the_gateways_is_refused_on_every_path() {
    let upstream = TestUpstream::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", 1000).await;
    let gateway = TestGateway::with(|config| {
        config.upstreams.push(upstream.named("openai"));
        config.allowed_hosts = vec!["gateway.example.com".into()];
    })
    .await;
    for (host, status) in [
        ("evil.example.com", 421),
        ("evil.example.com:8080", 421),
        ("127.0.0.1.evil.example.com", 421),
        ("localhost:8080", 200),
        ("gateway:8080", 200),
        ("gateway.example.com", 200),
    ] {
        for path in ["/streams", "/", "/metrics", "/v1/models"] {
            let answer = send_as(gateway.addr, host, path).await;
            assert_eq!(answer.status, status, "{host} {path}");
            if status == 421 {
                let error = answer.json().await["error"].clone();
                assert_eq!(error["type"], "unknown_host");
                let message = error["message"].as_str().unwrap();
                assert!(message.contains("`allowed_hosts`") && message.contains(&format!("`{host}`")), "{message}");
            }
        }
    }
}

/// A request that calls the gateway `host`, as a page would whose site's name leads there.
async fn send_as(addr: std::net::SocketAddr, host: &str, path: &str) -> Answer {
    let mut stream = tokio::net::TcpStream::connect(addr).await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\nconnection: close\r\n\r\n");
    tokio::io::AsyncWriteExt::write_all(&mut stream, head.as_bytes()).await.unwrap();
    Answer::read(stream).await
}
