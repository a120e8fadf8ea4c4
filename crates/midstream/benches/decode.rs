//! Bytes to a whole response: midstream beside what one would write by hand on the libraries of the field.
//!
//! Every contender reads the same OpenAI chat stream, made here in the documented shape (about 300 bytes an event), and
//! must come out with the same text, tool input and finish reason. The hand-written ones are lean on purpose: they
//! know one dialect, borrow what they can, and skip what they don't read; midstream does everything that it always
//! does. Splitting lines alone is the limit.
//!
//! `cargo bench --bench decode` first lets criterion measure each one by itself, then measures all in turns, so that
//! what the machine does besides hits all alike, and prints medians as a table; streams are short, so that most turns
//! pass undisturbed. Last it shows that time grows with the bytes and with nothing else. With `-- paired` it prints the
//! tables only.

use std::borrow::Cow;
use std::convert::Infallible;
use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput};
use futures_util::{FutureExt, StreamExt, stream};
use midstream::{Config, Engine, Event, Response, Timestamp};
use serde::Deserialize;

fn main() {
    let streams = [("text", prose(EVENTS)), ("tool-input", tool_input(EVENTS))];
    for (name, body) in &streams {
        agree(name, body);
    }
    if !std::env::args().any(|argument| argument == "paired") {
        let mut criterion = Criterion::default()
            .sample_size(20)
            .warm_up_time(Duration::from_secs(1))
            .measurement_time(Duration::from_secs(3))
            .configure_from_args();
        for (name, body) in &streams {
            let mut group = criterion.benchmark_group(*name);
            group.throughput(Throughput::Bytes(body.len() as u64));
            for (contender, decode, piece) in CONTENDERS {
                group.bench_with_input(BenchmarkId::new(*contender, piece), body, |bencher, body| {
                    bencher.iter(|| decode(body, *piece));
                });
            }
            group.finish();
        }
        criterion.final_summary();
    }
    for (name, body) in &streams {
        paired(name, body);
    }
    linear();
}

/// Reads a stream in pieces of so many bytes.
type Decode = fn(&[u8], usize) -> Outcome;

/// What is compared, with the length of the pieces in bytes.
const CONTENDERS: &[(&str, Decode, usize)] = &[
    ("midstream", midstream, 16 * 1024),
    ("midstream", midstream, 64),
    ("midstream", midstream, 1),
    ("sse-stream+serde_json", sse_stream, 16 * 1024),
    ("sse-stream+serde_json", sse_stream, 64),
    ("sse-stream+serde_json", sse_stream, 1),
    ("eventsource-stream+serde_json", eventsource_stream, 16 * 1024),
    ("eventsource-stream+serde_json", eventsource_stream, 64),
    ("eventsource-stream+serde_json", eventsource_stream, 1),
    ("memchr lines", lines, 16 * 1024),
];

/// Events of a stream.
const EVENTS: usize = 500;
/// Turns that everybody takes.
const TURNS: usize = 101;

/// What a contender has to find.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    text: String,
    tool_input: String,
    finish_reason: String,
}

fn midstream(body: &[u8], piece: usize) -> Outcome {
    let mut session = Engine::new(Config::default()).session(Timestamp::ZERO);
    let mut response = Response::default();
    for (piece, micros) in body.chunks(piece).zip(0..) {
        session.feed(piece, Timestamp::from_micros(micros));
        while let Some(event) = session.poll() {
            response.push(event);
        }
    }
    session.finish(Timestamp::from_micros(body.len() as u64));
    while let Some(event) = session.poll() {
        response.push(event);
    }
    let choice = response.choices.swap_remove(0);
    Outcome {
        text: choice.text,
        tool_input: choice.tool_calls.into_iter().map(|call| call.input_text).collect(),
        finish_reason: choice.raw_finish_reason.unwrap_or_default(),
    }
}

fn sse_stream(body: &[u8], piece: usize) -> Outcome {
    let pieces = stream::iter(body.chunks(piece).map(Ok::<_, Infallible>));
    let mut events = sse_stream::SseByteStream::new(pieces);
    let mut outcome = Outcome::default();
    while let Some(event) = events.next().now_or_never().expect("the pieces are there") {
        if let Some(data) = event.expect("the stream is well-formed").data {
            outcome.take(&data);
        }
    }
    outcome
}

fn eventsource_stream(body: &[u8], piece: usize) -> Outcome {
    let pieces = stream::iter(body.chunks(piece).map(Ok::<_, Infallible>));
    let mut events = eventsource_stream::EventStream::new(pieces);
    let mut outcome = Outcome::default();
    while let Some(event) = events.next().now_or_never().expect("the pieces are there") {
        outcome.take(&event.expect("the stream is well-formed").data);
    }
    outcome
}

/// The limit: finds where the lines end and does nothing with them.
fn lines(body: &[u8], piece: usize) -> Outcome {
    for piece in body.chunks(piece) {
        black_box(memchr::memchr_iter(b'\n', piece).count());
    }
    Outcome::default()
}

impl Outcome {
    fn take(&mut self, data: &str) {
        if data == "[DONE]" {
            return;
        }
        let chunk: Chunk<'_> = serde_json::from_str(data).expect("the stream is well-formed");
        for choice in chunk.choices {
            if let Some(text) = choice.delta.content {
                self.text.push_str(&text);
            }
            for call in choice.delta.tool_calls {
                if let Some(input) = call.function.arguments {
                    self.tool_input.push_str(&input);
                }
            }
            if let Some(reason) = choice.finish_reason {
                self.finish_reason = reason.into_owned();
            }
        }
    }
}

#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(borrow)]
    choices: Vec<Choice<'a>>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow)]
    delta: Delta<'a>,
    #[serde(borrow)]
    finish_reason: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Delta<'a> {
    #[serde(borrow, default)]
    content: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    tool_calls: Vec<ToolCall<'a>>,
}

#[derive(Deserialize)]
struct ToolCall<'a> {
    #[serde(borrow)]
    function: Function<'a>,
}

#[derive(Deserialize)]
struct Function<'a> {
    #[serde(borrow, default)]
    arguments: Option<Cow<'a, str>>,
}

/// An answer in prose.
fn prose(events: usize) -> Vec<u8> {
    let words = ["The", " tide", " turns", " at", " four", ",", " they", " say", ".\\n", " \\\"High", " water", "\\\""];
    let delta = |at: usize| format!("{{\"content\":\"{}\"}}", words[at % words.len()]);
    chat(events, "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", delta, "stop")
}

/// One tool call with much input.
fn tool_input(events: usize) -> Vec<u8> {
    let first = "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":\"call_Q2vN7\",\
                 \"type\":\"function\",\"function\":{\"name\":\"log\",\"arguments\":\"[\"}}]}";
    let delta = |at: usize| {
        let input = if at + 1 == events { "{}]".into() } else { format!("{{\\\"height\\\":{at}}},") };
        format!("{{\"tool_calls\":[{{\"index\":0,\"function\":{{\"arguments\":\"{input}\"}}}}]}}")
    };
    chat(events, first, delta, "tool_calls")
}

/// A stream of the shape in the OpenAI API reference, "The chat completion chunk object".
fn chat(events: usize, first: &str, delta: impl Fn(usize) -> String, finish_reason: &str) -> Vec<u8> {
    let chunk = |choices: &str, usage: &str, padding: usize| {
        format!(
            "data: {{\"id\":\"chatcmpl-Bx7bQ2vN7cYtF0aJ5kLmR3sWu9dEh\",\"object\":\"chat.completion.chunk\",\
             \"created\":1764000000,\"model\":\"gpt-demo-2026-01-01\",\"service_tier\":\"default\",\
             \"system_fingerprint\":\"fp_0123456789\",\"choices\":[{choices}],\"usage\":{usage},\
             \"obfuscation\":\"{}\"}}\n\n",
            &"aK3xQ9zLm2Pv7Rt5"[..padding % 16]
        )
    };
    let choice = |delta: &str, reason: &str| {
        format!("{{\"index\":0,\"delta\":{delta},\"logprobs\":null,\"finish_reason\":{reason}}}")
    };
    let mut body = chunk(&choice(first, "null"), "null", 3);
    for at in 0..events {
        body += &chunk(&choice(&delta(at), "null"), "null", at * 7);
    }
    body += &chunk(&choice("{}", &format!("\"{finish_reason}\"")), "null", 5);
    let usage = "{\"prompt_tokens\":25,\"completion_tokens\":4000,\"total_tokens\":4025}";
    body += &chunk("", usage, 0);
    body += "data: [DONE]\n\n";
    body.into_bytes()
}

/// Checks that all contenders find the same.
fn agree(name: &str, body: &[u8]) {
    let expected = midstream(body, body.len());
    assert!(expected.text.len() + expected.tool_input.len() > EVENTS, "{name}: little was found");
    for (contender, decode, piece) in CONTENDERS.iter().filter(|(name, ..)| *name != "memchr lines") {
        assert!(decode(body, *piece) == expected, "{name}: {contender} at {piece} found something else");
    }
}

/// Measures streams that are ten times as long as others, whole and in small pieces, the value of a tool's input asked
/// for after every event.
fn linear() {
    let one_line =
        |bytes: usize| chat(0, &format!("{{\"content\":\"{}\"}}", "a".repeat(bytes)), |_| String::new(), "stop");
    let rows = [
        ("one line of 3 MB", one_line(3_000_000)),
        ("one line of 30 MB", one_line(30_000_000)),
        ("10,000 deltas of one tool call", tool_input(10_000)),
        ("100,000 deltas of one tool call", tool_input(100_000)),
    ];
    println!("\n{:<32} {:>10} {:>9} {:>9} {:>9}", "CPU ns a byte, in pieces of", "bytes", "16 KB", "64 B", "1 B");
    for (name, body) in &rows {
        let each = |piece: usize| {
            // As many bytes for the short streams as for the long ones.
            let times = 100_000_000usize.div_ceil(body.len());
            let began = cpu_time();
            for _ in 0..times {
                black_box(ask_for_tool_input(body, piece));
            }
            (cpu_time() - began).as_secs_f64() / (times * body.len()) as f64 * 1e9
        };
        let (large, small, bytewise) = (each(16 * 1024), each(64), each(1));
        println!("{name:<32} {:>10} {large:>9.2} {small:>9.2} {bytewise:>9.2}", body.len());
    }
}

/// The time that this process has spent on a processor, where the system tells it; otherwise the time.
fn cpu_time() -> Duration {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok();
    let nanos = told.and_then(|stat| stat.split(' ').next().and_then(|nanos| nanos.parse().ok()));
    nanos.map_or_else(
        || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("it is after 1970"),
        Duration::from_nanos,
    )
}

fn ask_for_tool_input(body: &[u8], piece: usize) -> usize {
    let mut session = Engine::new(Config::default()).session(Timestamp::ZERO);
    let mut values = 0;
    for piece in body.chunks(piece) {
        session.feed(piece, Timestamp::ZERO);
        while let Some(event) = session.poll() {
            if let Event::ToolInputDelta { id, .. } = event {
                values += usize::from(session.tool_input(&id).is_some());
            }
        }
    }
    session.finish(Timestamp::ZERO);
    values
}

/// Measures all contenders in turns and prints medians.
fn paired(name: &str, body: &[u8]) {
    let mut times = vec![Vec::with_capacity(TURNS); CONTENDERS.len()];
    for _ in 0..TURNS {
        for ((_, decode, piece), times) in CONTENDERS.iter().zip(&mut times) {
            let began = Instant::now();
            black_box(decode(black_box(body), *piece));
            times.push(began.elapsed().as_secs_f64());
        }
    }
    let median = |times: &[f64]| {
        let mut times = times.to_vec();
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    println!("\n{name}: {} bytes, {} bytes an event", body.len(), body.len() / EVENTS);
    println!("{:<32} {:>6} {:>9} {:>9} {:>16}", "", "piece", "MB/s", "ns/event", "midstream's time");
    for ((contender, _, piece), own) in CONTENDERS.iter().zip(&times) {
        let time = median(own);
        // The ratio of two contenders is taken within each turn.
        let ratios: Vec<_> = own.iter().zip(&times[0]).map(|(own, first)| own / first).collect();
        println!(
            "{contender:<32} {piece:>6} {:>9.0} {:>9.0} {:>15.2}x",
            body.len() as f64 / time / 1e6,
            time / EVENTS as f64 * 1e9,
            median(&ratios)
        );
    }
}
