//! What the gateway adds to a stream: `cargo bench -p midstream-gateway --bench overhead`.
//!
//! The same client talks to the same upstream directly, through the gateway, without rules and with the packs `secrets`
//! and `pii` or all packs before every answer, and through a proxy that copies bytes from one socket to the other.
//! Gateways and copy run in processes of their own; upstream and client share one, and with it a clock: each delta carries
//! the time at which it was written, just before it was.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark that cannot go on stops, and it reports")]

use std::collections::BinaryHeap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use midstream::pattern::{Pack, Rules};
use midstream::rewrite::Guard;
use midstream_gateway::{GatewayConfig, GuardConfig, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const STREAMS: usize = 200;
const DELTAS: usize = 64;
const PACE: Duration = Duration::from_millis(20);
const ROUNDS: usize = 3;

/// Streams that a client asks for one after another. The first makes the connections behind it, and the last keeps up
/// the load for clients that began later; those between are measured.
const TURNS: usize = 4;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    match args.get(1).map(String::as_str) {
        Some("gateway") => runtime().block_on(run_gateway(args[2].parse().unwrap(), &[])),
        Some("guarded") => runtime().block_on(run_gateway(args[2].parse().unwrap(), &[SECRETS, PII])),
        Some("all packs") => runtime().block_on(run_gateway(args[2].parse().unwrap(), &[SECRETS, PII, INJECTION])),
        Some("copy") => runtime().block_on(run_copy(args[2].parse().unwrap())),
        // `cargo test --benches` runs benchmarks too, without this argument.
        _ if !args.iter().any(|arg| arg == "--bench") => {}
        _ => measure(),
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}

fn measure() {
    let upstream = Upstream::start();
    paced(&upstream);
    full_speed(&upstream);
    memory(&upstream);
}

/// Streams at the pace of a model: what is added to each delta, and before the first.
fn paced(upstream: &Upstream) {
    println!("## {STREAMS} streams at all times, {DELTAS} deltas {PACE:?} apart, {ROUNDS} rounds, microseconds\n");
    println!("| round | by way of | delta p50 | delta p99 | delta max | first byte p50 | first byte p99 |");
    println!("|---|---|---|---|---|---|---|");
    let processes = WAYS.map(|way| Process::start(way, upstream.addr));
    let ways = ways(upstream, &processes);
    let mut added: Vec<Vec<[f64; 4]>> = Vec::new();
    // Code is paged in.
    for &(_, addr) in &ways {
        load(addr, STREAMS, 4, Duration::from_millis(5));
    }
    for round in 1..=ROUNDS {
        let mut rows = Vec::new();
        for &(name, addr) in &ways {
            let (mut deltas, mut first) = load(addr, STREAMS, DELTAS, PACE);
            let row = [q(&mut deltas, 0.5), q(&mut deltas, 0.99), q(&mut first, 0.5), q(&mut first, 0.99)];
            let max = q(&mut deltas, 1.0);
            println!("| {round} | {name} | {:.0} | {:.0} | {max:.0} | {:.0} | {:.0} |", row[0], row[1], row[2], row[3]);
            rows.push(row);
        }
        added.push(rows.iter().map(|row| [0, 1, 2, 3].map(|at| row[at] - rows[0][at])).collect());
    }
    println!("\nAdded, median of the rounds:\n");
    for (way, (name, _)) in ways.iter().enumerate().skip(2) {
        let [p50, p99, first_p50, first_p99] = [0, 1, 2, 3].map(|at| {
            let mut values: Vec<f64> = added.iter().map(|rows| rows[way][at]).collect();
            q(&mut values, 0.5)
        });
        println!("- {name}: delta p50 {p50:.0}, p99 {p99:.0}; first byte p50 {first_p50:.0}, p99 {first_p99:.0}");
    }
    println!();
}

/// 100 deltas (30 KB) as fast as they go, one request after another on one connection.
fn full_speed(upstream: &Upstream) {
    const REQUESTS: usize = 1000;
    println!("## 100 deltas at full speed, {REQUESTS} requests one after another, microseconds a request\n");
    println!("| upstream writes | by way of | p50 | p99 | mean | of direct |");
    println!("|---|---|---|---|---|---|");
    let processes = WAYS.map(|way| Process::start(way, upstream.addr));
    for (how, path) in [("all at once", "/v1/burst"), ("each delta by itself", "/v1/separate")] {
        let mut direct = 0.0;
        for (name, addr) in ways(upstream, &processes) {
            let mut times = requests(addr, path, REQUESTS);
            let mean = times.iter().sum::<f64>() / times.len() as f64;
            if name == "direct" {
                direct = mean;
            }
            let (p50, p99) = (q(&mut times, 0.5), q(&mut times, 0.99));
            println!("| {how} | {name} | {p50:.0} | {p99:.0} | {mean:.0} | {:.2} |", direct / mean);
        }
    }
    println!();
}

/// What a stream costs while it is open: 64 deltas have come and the end has not.
fn memory(upstream: &Upstream) {
    println!("## Memory\n");
    for way in ["gateway", "guarded", "all packs"] {
        memory_of(way, upstream);
    }
}

fn memory_of(way: &str, upstream: &Upstream) {
    const OPEN: usize = 1000;
    let gateway = Process::start(way, upstream.addr);
    // So that what is allocated once is there before.
    load(gateway.addr, 50, 4, Duration::from_millis(1));
    let before = gateway.resident();
    let mut open = Vec::new();
    for _ in 0..OPEN {
        let mut stream = TcpStream::connect(gateway.addr).unwrap();
        stream.write_all(&request("/v1/chat/completions", &format!("{DELTAS} 0 hold"))).unwrap();
        open.push(stream);
    }
    let mut length = 0;
    for stream in &mut open {
        let mut body = Vec::new();
        let mut piece = [0; 8192];
        while count(&body, b"t=") < DELTAS {
            let came = stream.read(&mut piece).unwrap();
            body.extend_from_slice(&piece[..came]);
        }
        length += body.len();
    }
    let each = gateway.resident().saturating_sub(before) / OPEN;
    println!(
        "- {way}: {each} bytes of resident memory for each of {OPEN} open streams ({} bytes of answer each, {DELTAS} deltas).",
        length / OPEN
    );
}

/// Keeps `streams` streams going that begin evenly spread over the time that one takes; the latency of each delta, and
/// from each request to the first byte of its body, in microseconds.
fn load(addr: SocketAddr, streams: usize, deltas: usize, pace: Duration) -> (Vec<f64>, Vec<f64>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let takes = pace * u32::try_from(deltas).unwrap();
        let clients: Vec<_> = (0..streams)
            .map(|n| {
                let start = takes.mul_f64(n as f64 / streams as f64);
                tokio::spawn(async move {
                    tokio::time::sleep(start).await;
                    client(addr, deltas, pace).await
                })
            })
            .collect();
        let (mut latencies, mut first) = (Vec::new(), Vec::new());
        for client in clients {
            let (of_deltas, of_first) = client.await.unwrap();
            latencies.extend(of_deltas);
            first.extend(of_first);
        }
        (latencies, first)
    })
}

async fn client(addr: SocketAddr, deltas: usize, pace: Duration) -> (Vec<f64>, Vec<f64>) {
    let mut socket = tokio::net::TcpStream::connect(addr).await.unwrap();
    socket.set_nodelay(true).unwrap();
    let (mut latencies, mut first) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        let (of_deltas, of_first) = stream(&mut socket, deltas, pace).await;
        if (1..TURNS - 1).contains(&turn) {
            latencies.extend(of_deltas);
            first.push(of_first);
        }
    }
    (latencies, first)
}

async fn stream(socket: &mut tokio::net::TcpStream, deltas: usize, pace: Duration) -> (Vec<f64>, f64) {
    let asked = now();
    let body = format!("{deltas} {} end", pace.as_micros());
    socket.write_all(&request("/v1/chat/completions", &body)).await.unwrap();
    let mut latencies = Vec::with_capacity(deltas);
    let mut first = None;
    let mut came = Vec::new();
    loop {
        let length = socket.read_buf(&mut came).await.unwrap();
        assert!(length > 0, "cut off");
        let at = now();
        let mut from = 0;
        while let Some(found) = find(&came[from..], b"t=").filter(|found| came.len() >= from + found + 2 + 16) {
            let digits = &came[from + found + 2..from + found + 18];
            let sent = digits.iter().fold(0, |sent, digit| sent * 10 + u64::from(digit - b'a'));
            latencies.push((at - sent) as f64 / 1e3);
            first.get_or_insert((at - asked) as f64 / 1e3);
            from += found + 18;
        }
        if came.ends_with(b"\r\n0\r\n\r\n") {
            assert_eq!(latencies.len(), deltas);
            return (latencies, first.unwrap());
        }
        // A time, or the end, may be cut in two.
        came.drain(..from.max(came.len().saturating_sub(64)));
    }
}

/// The times of `count` requests on one connection, in microseconds.
fn requests(addr: SocketAddr, path: &str, count: usize) -> Vec<f64> {
    let mut socket = TcpStream::connect(addr).unwrap();
    socket.set_nodelay(true).unwrap();
    let mut piece = vec![0; 1 << 16];
    let mut times = Vec::new();
    for turn in 0..count + count / 10 {
        let began = Instant::now();
        socket.write_all(&request(path, "")).unwrap();
        let mut tail = Vec::new();
        loop {
            let length = socket.read(&mut piece).unwrap();
            assert!(length > 0, "cut off");
            tail.extend_from_slice(&piece[..length]);
            if tail.ends_with(b"\r\n0\r\n\r\n") {
                break;
            }
            tail.drain(..tail.len().saturating_sub(16));
        }
        // The first tenth warms up.
        if turn >= count / 10 {
            times.push(began.elapsed().as_secs_f64() * 1e6);
        }
    }
    times
}

fn request(path: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

/// Writes streams as it is told: the request's body says how many deltas, how far apart, and whether to end.
///
/// One thread writes them all: at a tenth of a millisecond between two writes, threads or timers of a runtime would
/// measure themselves.
struct Upstream {
    addr: SocketAddr,
}

struct Job {
    stream: TcpStream,
    left: usize,
    pace: Duration,
    ends: bool,
    due: Instant,
}

impl Upstream {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let (jobs, queue) = channel();
        std::thread::spawn(move || write_all(&queue));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, jobs) = (stream.unwrap(), jobs.clone());
                stream.set_nodelay(true).unwrap();
                std::thread::Builder::new().stack_size(64 << 10).spawn(move || read_all(stream, &jobs)).unwrap();
            }
        });
        Self { addr }
    }
}

/// Reads the requests of one connection.
fn read_all(mut stream: TcpStream, jobs: &Sender<Job>) {
    let mut bytes = Vec::new();
    let burst = burst();
    loop {
        let (head, body) = loop {
            if let Some(end) = find(&bytes, b"\r\n\r\n") {
                let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_ascii_lowercase();
                let length = head.split("content-length: ").nth(1).map_or("0", |rest| rest.lines().next().unwrap());
                let length: usize = length.parse().unwrap();
                if bytes.len() >= end + 4 + length {
                    let rest = bytes.split_off(end + 4 + length);
                    let body = String::from_utf8(bytes.split_off(end + 4)).unwrap();
                    bytes = rest;
                    break (head, body);
                }
            }
            let mut piece = [0; 4096];
            match stream.read(&mut piece) {
                Ok(0) | Err(_) => return,
                Ok(length) => bytes.extend_from_slice(&piece[..length]),
            }
        };
        if head.starts_with("post /v1/burst") {
            stream.write_all(&burst.concat()).unwrap();
        } else if head.starts_with("post /v1/separate") {
            burst.iter().for_each(|chunk| stream.write_all(chunk).unwrap());
        } else {
            let words: Vec<_> = body.split(' ').collect();
            let job = Job {
                stream: stream.try_clone().unwrap(),
                left: words[0].parse().unwrap(),
                pace: Duration::from_micros(words[1].parse().unwrap()),
                ends: words[2] == "end",
                due: Instant::now(),
            };
            jobs.send(job).unwrap();
        }
    }
}

/// Writes all deltas of all streams when they are due.
fn write_all(queue: &Receiver<Job>) {
    let mut due = BinaryHeap::new();
    let mut held = Vec::new();
    loop {
        let wait =
            due.peek().map_or(Duration::from_secs(3600), |job: &Job| job.due.saturating_duration_since(Instant::now()));
        if let Ok(mut job) = queue.recv_timeout(wait) {
            if job.stream.write_all(HEAD).is_ok() {
                job.due = Instant::now();
                due.push(job);
            }
            continue;
        }
        let Some(mut job) = due.pop() else { continue };
        // A client that is gone is no concern of this one.
        let gone = job.stream.write_all(&delta(now())).is_err();
        job.left -= 1;
        job.due += job.pace;
        match job.left {
            _ if gone => {}
            0 if job.ends => drop(job.stream.write_all(END)),
            0 => held.push(job),
            _ => due.push(job),
        }
    }
}

impl Ord for Job {
    /// The earliest is the greatest, as a heap has it.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.due.cmp(&self.due)
    }
}

impl PartialOrd for Job {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Job {
    fn eq(&self, other: &Self) -> bool {
        self.due == other.due
    }
}

impl Eq for Job {}

/// One delta of a chat completion as a chunk, about 300 bytes. The time is written in letters: digits could be a card's.
fn delta(time: u64) -> Vec<u8> {
    let time: String = format!("{time:016}").bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
    let event = format!(
        "data: {{\"id\":\"chatcmpl-BenchBenchBenchBenchBenchBench\",\"object\":\"chat.completion.chunk\",\"created\":1763856000,\
         \"model\":\"bench-model-2025-11-23\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_0123456789\",\"choices\":\
         [{{\"index\":0,\"delta\":{{\"content\":\" t={time} word\"}},\"logprobs\":null,\"finish_reason\":null}}],\"usage\":null}}\n\n"
    );
    format!("{:x}\r\n{event}\r\n", event.len()).into_bytes()
}

/// An answer of 100 deltas in pieces.
fn burst() -> Vec<Vec<u8>> {
    let mut pieces = vec![HEAD.to_vec()];
    pieces.extend((0..100).map(|_| delta(now())));
    pieces.push(END.to_vec());
    pieces
}

/// A process of this program in another role.
struct Process {
    child: Child,
    addr: SocketAddr,
}

impl Process {
    fn start(role: &str, upstream: SocketAddr) -> Self {
        let program = std::env::current_exe().unwrap();
        let mut child =
            Command::new(program).args([role, &upstream.to_string()]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { addr: line.trim().parse().unwrap(), child }
    }

    /// Resident memory, in bytes.
    fn resident(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() << 10
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The ways that have a process of their own.
const WAYS: [&str; 4] = ["copy", "gateway", "guarded", "all packs"];

/// All ways, with where they begin.
fn ways(upstream: &Upstream, processes: &[Process; 4]) -> Vec<(&'static str, SocketAddr)> {
    let others = WAYS.into_iter().zip(processes.iter().map(|process| process.addr));
    std::iter::once(("direct", upstream.addr)).chain(others).collect()
}

async fn run_gateway(upstream: SocketAddr, packs: &[&str]) {
    let mut config = GatewayConfig::default();
    if !packs.is_empty() {
        let packs: Vec<_> = packs.iter().map(|pack| Pack::parse(pack).unwrap()).collect();
        let guard = Arc::new(Guard::new(Rules::compile(&packs).unwrap(), None));
        config.guards.push(GuardConfig { upstreams: Vec::new(), keys: Vec::new(), requests: false, guard });
    }
    config.upstreams.push(format!("openai=http://{upstream}").parse().unwrap());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    serve(config, listener, std::future::pending()).await.unwrap();
}

async fn run_copy(upstream: SocketAddr) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    loop {
        let (mut client, _) = listener.accept().await.unwrap();
        tokio::spawn(async move {
            let mut server = tokio::net::TcpStream::connect(upstream).await.unwrap();
            client.set_nodelay(true).unwrap();
            server.set_nodelay(true).unwrap();
            let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
        });
    }
}

/// Nanoseconds since the first call.
fn now() -> u64 {
    use std::sync::OnceLock;
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    BEGAN.get_or_init(Instant::now).elapsed().as_nanos() as u64
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn count(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).filter(|window| window == &what).count()
}

/// The quantile `q` of `values`.
fn q(values: &mut [f64], q: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * q).round() as usize]
}

const SECRETS: &str = include_str!("../../../rules/secrets.toml");
const PII: &str = include_str!("../../../rules/pii.toml");
const INJECTION: &str = include_str!("../../../rules/injection.toml");

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
const END: &[u8] = b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n";
