//! How fast `cerberust` reads a text, in long pieces and token by token: `cargo run --release -- FILE...`.
//!
//! Its scanners of secrets (200 rules) and of personal data, both on what a model says, streaming. It answers another
//! question than midstream's packs do (450 rules, with prompt injection), so the numbers tell orders of magnitude.
//!
//! Then a `RegexSet` of the packs' patterns over the first 4 KiB: which of them match, not where.

use std::hint::black_box;
use std::time::{Duration, Instant};

use cerberust::middleware::stream::StreamOutput;
use cerberust::scanners::{PiiScanner, SecretScanner};
use cerberust::{Direction, Scanner, ScannerStack};
use midstream::pattern::Pack;
use regex::bytes::{RegexSet, RegexSetBuilder};

fn main() {
    let start = Instant::now();
    let set = patterns();
    println!("RegexSet of {} patterns: built in {:?}", set.len(), start.elapsed());
    for file in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
        for (size, most) in [(64 * 1024, 1 << 20), (4, 16 * 1024)] {
            let text = &text[..text.floor_char_boundary(most)];
            let (time, pieces) = read(text, size);
            let rate = text.len() as f64 / 1e6 / time.as_secs_f64();
            let each = time.as_secs_f64() * 1e6 / pieces as f64;
            println!("{file}: {} bytes in pieces of {size}: {rate:.2} MB/s, {each:.2} us a piece", text.len());
        }
        let text = &text[..text.floor_char_boundary(4096)];
        let start = Instant::now();
        let found = set.matches(text.as_bytes()).iter().count();
        let rate = text.len() as f64 / 1e6 / start.elapsed().as_secs_f64();
        println!("{file}: {} bytes by RegexSet: {rate:.3} MB/s, {found} patterns match", text.len());
    }
}

/// The least time of three that a stream takes, without making it.
fn read(text: &str, size: usize) -> (Duration, usize) {
    let pieces = pieces(text, size);
    let times = (0..3).map(|_| {
        let scanners: Vec<Box<dyn Scanner>> = vec![
            Box::new(SecretScanner::new().with_direction(Direction::Output)),
            Box::new(PiiScanner::sensitive_output()),
        ];
        let mut stack = ScannerStack::new(scanners, true);
        let mut stream = StreamOutput::new(&stack);
        let start = Instant::now();
        for piece in &pieces {
            black_box(stream.push(&mut stack, piece).ok());
        }
        black_box(stream.finish(&mut stack).ok());
        start.elapsed()
    });
    (times.min().unwrap_or_default(), pieces.len())
}

fn pieces(text: &str, size: usize) -> Vec<&str> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let (piece, more) = rest.split_at(rest.ceil_char_boundary(size));
        pieces.push(piece);
        rest = more;
    }
    pieces
}

fn patterns() -> RegexSet {
    let packs = [SECRETS, PII, INJECTION].map(|text| Pack::parse(text).expect("the pack is sound"));
    let patterns = packs.iter().flat_map(|pack| &pack.rules).map(|rule| {
        let unicode = if rule.unicode { "u" } else { "-u" };
        let case = if rule.case_insensitive { "i" } else { "-i" };
        format!("(?{unicode})(?{case}:{})", rule.pattern)
    });
    let mut builder = RegexSetBuilder::new(patterns);
    builder.size_limit(1 << 30).dfa_size_limit(32 << 20).build().expect("the patterns are sound")
}

const SECRETS: &str = include_str!("../../../rules/secrets.toml");
const PII: &str = include_str!("../../../rules/pii.toml");
const INJECTION: &str = include_str!("../../../rules/injection.toml");
