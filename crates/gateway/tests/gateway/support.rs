//! Gateways, upstreams and clients on real sockets.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use midstream_gateway::{GatewayConfig, serve};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

/// Fails a test that hangs. Nothing is measured by it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// `future`'s output, unless it never comes.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

/// A gateway that runs until it is dropped.
pub(crate) struct TestGateway {
    pub(crate) addr: SocketAddr,
    task: JoinHandle<()>,
}

impl TestGateway {
    /// With `upstream` for everything.
    pub(crate) async fn before(upstream: &TestUpstream) -> Self {
        Self::with(|config| config.upstreams.push(upstream.named("openai"))).await
    }

    pub(crate) async fn with(configure: impl FnOnce(&mut GatewayConfig)) -> Self {
        let mut config = GatewayConfig::default();
        config.demo.pace = Duration::ZERO;
        configure(&mut config);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let task = tokio::spawn(async { serve(config, listener, std::future::pending()).await.unwrap() });
        Self { addr, task }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.addr, "GET", path, &[], b"").await
    }

    pub(crate) async fn post(&self, path: &str, body: &[u8]) -> Answer {
        send(self.addr, "POST", path, &[("content-type", "application/json")], body).await
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        self.get(path).await.json().await
    }

    /// The one stream that the gateway knows.
    pub(crate) async fn stream(&self) -> Value {
        let list = self.json("/streams").await;
        let streams = list["streams"].as_array().unwrap();
        assert_eq!(streams.len(), 1, "{list}");
        streams[0].clone()
    }

    /// The one stream, once it has ended.
    pub(crate) async fn ended_stream(&self) -> Value {
        soon("the end of a stream", async {
            loop {
                let stream = self.stream().await;
                if stream["state"] != "live" {
                    return stream;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
    }

    /// The events of the stream `id` behind number `after`, to its end.
    pub(crate) async fn events(&self, id: &Value, after: u64) -> Vec<Value> {
        let path = format!("/streams/{}/events?after={after}", id.as_str().unwrap());
        let text = self.get(&path).await.text().await;
        sse_data(&text)
    }
}

impl Drop for TestGateway {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The objects in the `data` of an event stream.
pub(crate) fn sse_data(text: &str) -> Vec<Value> {
    text.lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .map(|data| serde_json::from_str(data).unwrap())
        .collect()
}

/// An HTTP server that does as a test tells it, down to the byte.
pub(crate) struct TestUpstream {
    pub(crate) addr: SocketAddr,
    /// How many connections were made to it.
    pub(crate) connections: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

/// A request as it came.
pub(crate) struct Received {
    /// Request line and headers.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    pub(crate) stream: TcpStream,
}

impl TestUpstream {
    /// `answer` gets each connection's first request.
    pub(crate) async fn start<F, Fut>(answer: F) -> Self
    where
        F: Fn(Received) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                let answer = answer.clone();
                tokio::spawn(async move {
                    if let Some(received) = Received::read(stream).await {
                        answer(received).await;
                    }
                });
            }
        });
        Self { addr, connections, task }
    }

    /// Answers every request with `response`, written in pieces of `size` bytes, and closes the connection.
    pub(crate) async fn answering(response: impl Into<Vec<u8>>, size: usize) -> Self {
        let response: Arc<[u8]> = response.into().into();
        Self::start(move |mut received| {
            let response = Arc::clone(&response);
            async move {
                for piece in response.chunks(size) {
                    if received.stream.write_all(piece).await.is_err() {
                        return;
                    }
                    if size < 64 {
                        tokio::task::yield_now().await;
                    }
                }
                let _ = received.stream.shutdown().await;
            }
        })
        .await
    }

    pub(crate) fn named<T: std::str::FromStr<Err: std::fmt::Debug>>(&self, name: &str) -> T {
        format!("{name}=http://{}", self.addr).parse().unwrap()
    }
}

impl Drop for TestUpstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Received {
    /// Reads a request; `None` where the connection closes before it is whole.
    pub(crate) async fn read(mut stream: TcpStream) -> Option<Self> {
        let (head, mut body) = read_head(&mut stream).await?;
        let length = header(&head, "content-length").map_or(0, |length| length.parse().unwrap());
        while body.len() < length {
            read_more(&mut stream, &mut body).await?;
        }
        Some(Self { head, body, stream })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    pub(crate) async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Waits until the client is gone.
    pub(crate) async fn gone(&mut self) {
        let mut rest = Vec::new();
        // It may end in an error, if the client left without reading.
        let _ = soon("the client to leave", self.stream.read_to_end(&mut rest)).await;
    }

    /// Closes the connection so that the other side sees a reset.
    #[allow(deprecated, reason = "a reset is what is wanted; the new name is not in every tokio that will do")]
    pub(crate) fn reset(self) {
        self.stream.set_linger(Some(Duration::ZERO)).unwrap();
    }
}

/// An upstream that writes what it is given, and the end where it is given nothing.
pub(crate) struct Dictation {
    pub(crate) upstream: TestUpstream,
    dictate: mpsc::UnboundedSender<Option<String>>,
}

impl Dictation {
    pub(crate) async fn start() -> Self {
        let (dictate, said) = mpsc::unbounded_channel::<Option<String>>();
        let said = Arc::new(Mutex::new(said));
        let upstream = TestUpstream::start(move |mut received| {
            let said = Arc::clone(&said);
            async move {
                received.write(SSE_HEAD).await;
                while let Some(Some(text)) = said.lock().await.recv().await {
                    received.write(chunk(&text)).await;
                }
                received.write("0\r\n\r\n").await;
            }
        })
        .await;
        Self { upstream, dictate }
    }

    pub(crate) fn say(&self, delta: &str) {
        self.say_raw(&chat_delta(delta));
    }

    pub(crate) fn say_raw(&self, text: &str) {
        self.dictate.send(Some(text.to_owned())).unwrap();
    }

    pub(crate) fn end(&self) {
        self.dictate.send(Some(chat(&[]))).unwrap();
        self.dictate.send(None).unwrap();
    }
}

/// An answer whose body is still to be read.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    /// What came of the body, framing included, and was not taken yet.
    raw: Vec<u8>,
    body: BodyKind,
    pub(crate) stream: TcpStream,
}

#[derive(Clone, Copy)]
enum BodyKind {
    Length(usize),
    Chunked,
    ToEnd,
    Over,
}

/// Sends a request and reads the answer's head.
pub(crate) async fn send(addr: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {addr}\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(&[head.as_bytes(), b"\r\n", body].concat()).await.unwrap();
    Answer::read(stream).await
}

impl Answer {
    pub(crate) async fn read(mut stream: TcpStream) -> Self {
        let (head, raw) = soon("an answer", read_head(&mut stream)).await.expect("a whole head");
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let body = match (header(&head, "content-length"), header(&head, "transfer-encoding")) {
            (Some(length), _) => BodyKind::Length(length.parse().unwrap()),
            (_, Some("chunked")) => BodyKind::Chunked,
            _ if status == 204 || status == 304 => BodyKind::Over,
            _ => BodyKind::ToEnd,
        };
        Self { status, head, raw, body, stream }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    /// The next bytes of the body; `Ok(None)` at its proper end, an error where it is cut off.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, &'static str> {
        loop {
            if let Some(done) = self.take()? {
                return Ok(done);
            }
            let came = soon("more of a body", read_more(&mut self.stream, &mut self.raw)).await;
            if came.is_none() {
                return match std::mem::replace(&mut self.body, BodyKind::Over) {
                    BodyKind::ToEnd => Ok(None),
                    _ => Err("the body is cut off"),
                };
            }
        }
    }

    /// What can be taken of what came: `None` where more must come.
    fn take(&mut self) -> Result<Option<Option<Vec<u8>>>, &'static str> {
        match &mut self.body {
            BodyKind::Over | BodyKind::Length(0) => Ok(Some(None)),
            BodyKind::Length(left) if !self.raw.is_empty() => {
                assert!(self.raw.len() <= *left, "more came than the head said");
                *left -= self.raw.len();
                Ok(Some(Some(std::mem::take(&mut self.raw))))
            }
            BodyKind::ToEnd if !self.raw.is_empty() => Ok(Some(Some(std::mem::take(&mut self.raw)))),
            BodyKind::Chunked => {
                let Some(line) = self.raw.windows(2).position(|window| window == b"\r\n") else { return Ok(None) };
                let size = std::str::from_utf8(&self.raw[..line]).map_err(|_| "no chunk size")?;
                let size = usize::from_str_radix(size, 16).map_err(|_| "no chunk size")?;
                let end = line + 2 + size;
                if self.raw.len() < end + 2 {
                    return Ok(None);
                }
                let chunk = self.raw[line + 2..end].to_vec();
                self.raw.drain(..end + 2);
                if size == 0 {
                    self.body = BodyKind::Over;
                    return Ok(Some(None));
                }
                Ok(Some(Some(chunk)))
            }
            _ => Ok(None),
        }
    }

    /// The whole body, and whether it ended as it should.
    pub(crate) async fn body(&mut self) -> (Vec<u8>, bool) {
        let mut body = Vec::new();
        loop {
            match self.next().await {
                Ok(Some(bytes)) => body.extend(bytes),
                Ok(None) => return (body, true),
                Err(_) => return (body, false),
            }
        }
    }

    /// Reads until `enough` says so of the text so far.
    pub(crate) async fn text_until(&mut self, enough: impl Fn(&str) -> bool) -> String {
        let mut text = String::new();
        while !enough(&text) {
            let bytes = self.next().await.unwrap().unwrap_or_else(|| panic!("ended too early: {text}"));
            text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
        text
    }

    /// What comes, framing included, up to the first `end` behind `mark`.
    pub(crate) async fn raw_until(&mut self, mark: &str, end: &str) -> String {
        loop {
            let raw = String::from_utf8_lossy(&self.raw);
            if raw.split_once(mark).is_some_and(|(_, rest)| rest.contains(end)) {
                return raw.into_owned();
            }
            soon("more of a body", read_more(&mut self.stream, &mut self.raw)).await.expect("more of a body");
        }
    }

    pub(crate) async fn text(mut self) -> String {
        let (body, whole) = self.body().await;
        assert!(whole, "the body is cut off");
        String::from_utf8(body).unwrap()
    }

    pub(crate) async fn json(self) -> Value {
        let text = self.text().await;
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"))
    }
}

async fn read_head(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Some((String::from_utf8(bytes).unwrap(), rest));
        }
        read_more(stream, &mut bytes).await?;
    }
}

async fn read_more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    match stream.read_buf(bytes).await {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(()),
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
}

/// `body` as the chunks of `transfer-encoding: chunked`, each of `size` bytes.
pub(crate) fn chunked(body: &[u8], size: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for chunk in body.chunks(size) {
        out.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
        out.extend_from_slice(chunk);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"0\r\n\r\n");
    out
}

/// A chat completion of `deltas`, as server-sent events.
pub(crate) fn chat(deltas: &[&str]) -> String {
    let mut body = String::new();
    for delta in deltas {
        body.push_str(&chat_delta(delta));
    }
    body.push_str(
        "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
    );
    body.push_str("data: [DONE]\n\n");
    body
}

pub(crate) fn chat_delta(delta: &str) -> String {
    let delta = serde_json::json!({ "content": delta });
    format!(
        "data: {{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{delta},\
         \"finish_reason\":null}}]}}\n\n"
    )
}

/// The head of an answer that is an event stream without a stated length, and the last on its connection.
pub(crate) const SSE_HEAD: &str =
    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

/// One chunk of `transfer-encoding: chunked`.
pub(crate) fn chunk(body: &str) -> String {
    format!("{:x}\r\n{body}\r\n", body.len())
}
