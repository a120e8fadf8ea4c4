//! What the packs of rules cost, on texts of one's own: `cargo bench -p midstream --bench rules -- FILE...`.
//!
//! Throughput in large pieces and time of small ones; time to compile and to load; memory of a stream; how much is held.
//! Times are processor time of the thread where the system tells it (Linux), so that others' work on the machine is not in
//! them; p50 and up are by the clock.

use std::fs;
use std::hint::black_box;
use std::time::Instant;

use midstream::pattern::{Kind, Pack, Redactor, Rules};

fn main() {
    let files: Vec<_> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    if files.is_empty() {
        return println!("no text to read: name files behind `--`");
    }
    let packs = [SECRETS, PII, INJECTION].map(|text| Pack::parse(text).expect("the pack is sound"));
    let sets = [("secrets", &packs[..1]), ("secrets, pii", &packs[..2]), ("secrets, pii, injection", &packs[..])];
    let compiled = sets.map(|(name, packs)| {
        let compile = median(7, || spent(|| drop(Rules::compile(packs).expect("the rules can run"))));
        let rules = Rules::compile(packs).expect("the rules can run");
        let bytes = rules.to_bytes();
        let load = median(7, || spent(|| drop(Rules::from_bytes(&bytes).expect("they were just compiled"))));
        println!("{name}: {} rules, compiled in {:.1} ms, loaded in {:.1} ms", rules.len(), ms(compile), ms(load));
        rules
    });
    for file in &files {
        let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"));
        println!("\n{file}: {} bytes", text.len());
        for ((name, packs), rules) in sets.iter().zip(&compiled) {
            throughput(name, rules, &text);
            if packs.len() != 1 {
                small_pushes(rules, &text);
                hold_back(rules, &text);
            }
        }
    }
    let text = fs::read_to_string(&files[0]).expect("it was read before");
    memory(&compiled[2], &text);
}

fn throughput(name: &str, rules: &Rules, text: &str) {
    let pieces = cut(text, 64 * 1024);
    let run = || {
        spent(|| {
            let mut redactor = rules.redactor(Kind::Text);
            let mut out = String::with_capacity(text.len());
            pieces.iter().for_each(|piece| push(&mut redactor, piece, &mut out));
            redactor.finish(&mut out);
            black_box(out.len());
        })
    };
    run();
    println!("  {name}: {:.0} MB/s in pieces of 64 KiB", rate(text.len(), median(9, run)));
}

/// Texts that begin anew after so many bytes, as answers do.
const ANSWER: usize = 16 * 1024;

fn small_pushes(rules: &Rules, text: &str) {
    for size in [4, 16] {
        let answers: Vec<_> = cut(text, ANSWER).iter().take(64).map(|answer| cut(answer, size)).collect();
        let count: usize = answers.iter().map(Vec::len).sum();
        let run = || {
            spent(|| {
                for answer in &answers {
                    let (mut redactor, mut out) = (rules.redactor(Kind::Text), String::with_capacity(2 * ANSWER));
                    answer.iter().for_each(|piece| push(&mut redactor, piece, &mut out));
                    redactor.finish(&mut out);
                    black_box(out.len());
                }
            })
        };
        run();
        let mean = median(7, run) / count as f64;
        let mut each = Vec::with_capacity(count);
        for answer in &answers {
            let (mut redactor, mut out) = (rules.redactor(Kind::Text), String::with_capacity(2 * ANSWER));
            for piece in answer {
                let start = Instant::now();
                push(&mut redactor, piece, &mut out);
                each.push(start.elapsed().as_nanos());
            }
        }
        each.sort_unstable();
        let at = |part: usize| each[(each.len() - 1) * part / 1000];
        println!(
            "    a push of {size} bytes: {mean:.0} ns mean; by the clock p50 {}, p99 {}, p99.9 {} ns",
            at(500),
            at(990),
            at(999)
        );
    }
}

fn push(redactor: &mut Redactor, piece: &str, out: &mut String) {
    redactor.push(piece, out);
    redactor.matches().for_each(drop);
}

fn hold_back(rules: &Rules, text: &str) {
    for size in [1, 4, 16] {
        let mut held: Vec<usize> = Vec::new();
        let mut redactor = rules.redactor(Kind::Text);
        let mut out = String::new();
        let characters: Vec<char> = text.chars().take(200_000).collect();
        for piece in characters.chunks(size) {
            push(&mut redactor, &piece.iter().collect::<String>(), &mut out);
            held.push(redactor.held().chars().count());
        }
        held.sort_unstable();
        let (sum, count) = (held.iter().sum::<usize>(), held.len());
        println!(
            "    held after deltas of {size}: mean {:.2}, p50 {}, p99 {}, max {}",
            sum as f64 / count as f64,
            held[count / 2],
            held[(count - 1) * 99 / 100],
            held[count - 1]
        );
    }
}

/// What a stream costs that has read some text, by the growth of the process.
fn memory(rules: &Rules, text: &str) {
    const STREAMS: usize = 10_000;
    let answer = cut(text, 4 * 1024)[0];
    let Some(before) = resident() else { return println!("\nmemory: the system does not tell") };
    let redactors: Vec<_> = (0..STREAMS)
        .map(|_| {
            let mut redactor = rules.redactor(Kind::Text);
            for piece in cut(answer, 4) {
                push(&mut redactor, piece, &mut String::new());
            }
            redactor
        })
        .collect();
    let grown = resident().unwrap_or(before).saturating_sub(before);
    println!("\na stream after 4 KiB in pieces of 4 bytes: {} bytes", grown / redactors.len());
}

/// Resident memory, in bytes.
fn resident() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<usize>().ok()? * 1024)
}

/// Pieces of about `size` bytes, whole characters each.
fn cut(text: &str, size: usize) -> Vec<&str> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let end = (size..rest.len()).find(|end| rest.is_char_boundary(*end)).unwrap_or(rest.len());
        let (piece, more) = rest.split_at(end);
        pieces.push(piece);
        rest = more;
    }
    pieces
}

/// Nanoseconds that `work` takes of the thread's time. That is told in steps of some milliseconds, so `work` is done as often
/// as makes them small.
fn spent(mut work: impl FnMut()) -> f64 {
    let (began, clock) = (processor(), Instant::now());
    let mut times = 0;
    while times == 0 || clock.elapsed().as_millis() < 120 {
        work();
        times += 1;
    }
    let spent = match (began, processor()) {
        (Some(began), Some(ended)) => (ended - began) as f64,
        _ => clock.elapsed().as_nanos() as f64,
    };
    spent / f64::from(times)
}

fn processor() -> Option<u64> {
    fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

fn median(rounds: usize, mut measure: impl FnMut() -> f64) -> f64 {
    let mut all: Vec<_> = (0..rounds).map(|_| measure()).collect();
    all.sort_by(f64::total_cmp);
    all[rounds / 2]
}

fn ms(nanoseconds: f64) -> f64 {
    nanoseconds / 1e6
}

/// Megabytes a second.
fn rate(bytes: usize, nanoseconds: f64) -> f64 {
    bytes as f64 * 1e3 / nanoseconds
}

const SECRETS: &str = include_str!("../../../rules/secrets.toml");
const PII: &str = include_str!("../../../rules/pii.toml");
const INJECTION: &str = include_str!("../../../rules/injection.toml");
