//! Upstreams that speak TLS.

use std::sync::Arc;

use midstream_gateway::Upstream;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::support::*;

/// An upstream with a certificate of its own; its URL and the certificate as PEM.
async fn start() -> (Upstream, String) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = vec![0; 4096];
            let _ = stream.read(&mut request).await.unwrap();
            let body = chunked(chat(&["over", " TLS"]).as_bytes(), 20);
            stream.write_all(&[SSE_HEAD.as_bytes(), &body].concat()).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    (format!("openai=https://localhost:{port}").parse().unwrap(), cert.pem())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_trusted_is_accepted() {
    let (upstream, pem) = start().await;
    let file = std::env::temp_dir().join(format!("midstream-gateway-{}.pem", std::process::id()));
    std::fs::write(&file, pem).unwrap();
    let gateway = TestGateway::with(|config| {
        config.upstreams.push(upstream);
        config.ca_file = Some(file.clone());
    })
    .await;
    let answer = gateway.post("/v1/chat/completions", b"{}").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.text().await, chat(&["over", " TLS"]));
    assert_eq!(gateway.ended_stream().await["preview"], "over TLS");
    std::fs::remove_file(file).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_not_trusted_is_a_502() {
    let (upstream, _) = start().await;
    let gateway = TestGateway::with(|config| config.upstreams.push(upstream)).await;
    let answer = gateway.post("/v1/chat/completions", b"{}").await;
    assert_eq!(answer.status, 502);
    let message = answer.json().await["error"]["message"].to_string();
    assert!(message.contains("certificate"), "{message}");
}
