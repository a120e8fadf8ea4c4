//! How good the packs are: recall and precision on labelled cases, and findings where there is nothing to find.
//!
//! ```text
//! cargo run --release -p midstream-testkit --example rules_quality -- DATA [--clean PATH]... [--list]
//! ```
//!
//! `DATA` is a folder with `*_cases_*.jsonl.gz` of secret scanners (lines with `text` and `label` or `positive`) and
//! `presidio_synth_*.json` (`full_text`, `spans`). Each `--clean` is a file or folder of ordinary prose or source code, of
//! which the first 20 MB in all are searched for secrets. Misses are listed by kind; `--list` shows each.
//!
//! A positive case counts as found where any rule of the pack `secrets` finds something in it; each finding in a negative
//! case makes that case a false one. Personal data are compared span by span: exactly, and by overlap.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use midstream::pattern::Pack;
use midstream_testkit::SlowRules;
use serde_json::Value;

fn main() {
    let mut args = std::env::args().skip(1).peekable();
    let (mut data, mut clean, mut list) = (None, Vec::new(), false);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--clean" => clean.push(PathBuf::from(args.next().expect("--clean needs a path"))),
            "--list" => list = true,
            _ => data = Some(PathBuf::from(arg)),
        }
    }
    let secrets = rules("secrets");
    if let Some(data) = &data {
        for file in files(data, "jsonl.gz") {
            scanner_cases(&secrets, &file, list);
        }
        if pack_file("pii").exists() {
            let pii = rules("pii");
            for file in files(data, "json") {
                personal_data(&pii, &file, list);
            }
        }
    }
    if !clean.is_empty() {
        clean_text(&secrets, &clean, list);
    }
}

fn pack_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../rules/{name}.toml"))
}

fn rules(name: &str) -> SlowRules {
    let text = std::fs::read_to_string(pack_file(name)).expect("the packs lie in rules/");
    SlowRules::new([&Pack::parse(&text).unwrap_or_else(|errors| panic!("{name}:\n{errors}"))])
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> = folder.read_dir().expect("a folder").map(|entry| entry.expect("readable").path()).collect();
    files.retain(|file| file.to_string_lossy().ends_with(&format!(".{extension}")));
    files.sort();
    files
}

/// Cases of a secret scanner, one JSON object a line.
fn scanner_cases(rules: &SlowRules, file: &Path, list: bool) {
    let unpacked = Command::new("gzip").arg("-dc").arg(file).output().expect("gzip is there").stdout;
    let unpacked = String::from_utf8(unpacked).expect("JSON is UTF-8");
    let names: Vec<_> = rules.rules().map(|rule| rule.id.clone()).collect();
    let (mut found, mut missed, mut false_finds, mut clean) = (0, 0, 0, 0);
    let (mut misses, mut falses) = (BTreeMap::<String, Vec<String>>::new(), BTreeMap::<String, Vec<String>>::new());
    for line in unpacked.lines() {
        let case: Value = serde_json::from_str(line).expect("a line of JSON");
        let text = case["text"].as_str().expect("text");
        let kind = case["rule"].as_str().or(case["detector"].as_str()).unwrap_or("?").to_owned();
        let positive = case["positive"].as_bool().unwrap_or(case["label"] == "positive");
        let finds = rules.find(text);
        match (positive, finds.first()) {
            (true, Some(_)) => found += 1,
            (true, None) => {
                missed += 1;
                misses.entry(kind).or_default().push(short(text));
            }
            (false, None) => clean += 1,
            (false, Some(first)) => {
                false_finds += 1;
                let what = format!("[{}] {}", names[first.rule], short(text));
                falses.entry(kind).or_default().push(what);
            }
        }
    }
    println!("# {}", file.file_name().expect("a file").display());
    let ratio = |part: usize, rest: usize| part as f64 / (part + rest).max(1) as f64;
    println!("recall {:.4} ({found} of {}), ", ratio(found, missed), found + missed);
    println!("precision {:.4}, negatives clean {clean} of {}", ratio(found, false_finds), clean + false_finds);
    tell("missed", &misses, list);
    tell("false", &falses, list);
}

fn tell(what: &str, kinds: &BTreeMap<String, Vec<String>>, list: bool) {
    for (kind, texts) in kinds {
        println!("  {what} {:>3} {kind}", texts.len());
        for text in texts.iter().take(if list { usize::MAX } else { 0 }) {
            println!("        {text}");
        }
    }
}

fn short(text: &str) -> String {
    format!("{:?}", text.chars().take(150).collect::<String>())
}

/// Which of our kinds the data's types are.
const TYPES: [(&str, &[&str]); 7] = [
    ("EMAIL_ADDRESS", &["EMAIL"]),
    ("DOMAIN_NAME", &["URL"]),
    ("CREDIT_CARD", &["CARD"]),
    ("IBAN_CODE", &["IBAN"]),
    ("IP_ADDRESS", &["IP"]),
    ("PHONE_NUMBER", &["PHONE"]),
    ("US_SSN", &["US_SSN"]),
];

fn personal_data(rules: &SlowRules, file: &Path, list: bool) {
    let cases: Value = serde_json::from_str(&std::fs::read_to_string(file).expect("a file")).expect("JSON");
    let kinds: Vec<_> = rules.rules().map(|rule| rule.kind.clone()).collect();
    let mut scores: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let (mut misses, mut falses) = (BTreeMap::<String, Vec<String>>::new(), BTreeMap::<String, Vec<String>>::new());
    for case in cases.as_array().expect("a list") {
        let text = case["full_text"].as_str().expect("text");
        let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let at = |value: &Value| offsets[usize::try_from(value.as_u64().expect("a position")).expect("small")];
        let finds = rules.find(text);
        for (name, ours) in TYPES {
            let score = scores.entry(name).or_default();
            let gold = case["spans"].as_array().expect("spans").iter();
            let gold = gold.filter(|span| span["entity_type"] == name);
            let gold: Vec<_> = gold.map(|span| (at(&span["start_position"]), at(&span["end_position"]))).collect();
            let mut mine: Vec<_> = finds
                .iter()
                .filter(|it| ours.contains(&kinds[it.rule].as_str()))
                .map(|it| (it.start, it.end))
                .collect();
            mine.dedup();
            mine = mine.iter().copied().filter(|a| !mine.iter().any(|b| b != a && b.0 <= a.0 && a.1 <= b.1)).collect();
            for &(start, end) in &gold {
                let hit = mine.iter().any(|it| it.0 < end && start < it.1);
                score[0] += usize::from(hit);
                score[1] += usize::from(!hit);
                score[3] += usize::from(mine.contains(&(start, end)));
                if !mine.contains(&(start, end)) {
                    let what = format!("{:?} in {}", &text[start..end], short(text));
                    misses.entry(name.to_owned()).or_default().push(what);
                }
            }
            for &(start, end) in mine.iter().filter(|it| !gold.iter().any(|gold| gold.0 < it.1 && it.0 < gold.1)) {
                score[2] += 1;
                falses.entry(name.to_owned()).or_default().push(format!("{:?} in {}", &text[start..end], short(text)));
            }
        }
    }
    println!("# {}", file.file_name().expect("a file").display());
    for (name, [hit, miss, wrong, exact]) in scores {
        let total = hit + miss;
        let f = |tp: usize| 2.0 * tp as f64 / (total + tp.max(hit) + wrong).max(1) as f64;
        println!(
            "  {name:<15} {total:>3}: F1 by overlap {:.4}, exact {:.4}; missed {miss}, false {wrong}",
            f(hit),
            f(exact)
        );
    }
    tell("not exact", &misses, list);
    tell("false", &falses, list);
}

/// Searches texts without secrets.
fn clean_text(rules: &SlowRules, paths: &[PathBuf], list: bool) {
    const LIMIT: usize = 20 << 20;
    let names: Vec<_> = rules.rules().map(|rule| rule.id.clone()).collect();
    let mut by_rule = BTreeMap::<String, Vec<String>>::new();
    let (mut bytes, mut found) = (0, 0);
    let share = LIMIT / paths.len();
    for (index, path) in paths.iter().enumerate() {
        let mut stack = vec![path.clone()];
        while let Some(path) = stack.pop().filter(|_| bytes < share * (index + 1)) {
            if path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                let mut inner: Vec<_> =
                    path.read_dir().into_iter().flatten().flatten().map(|entry| entry.path()).collect();
                inner.sort();
                stack.extend(inner);
                continue;
            }
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            if text.len() > 1 << 20 {
                continue;
            }
            bytes += text.len();
            for find in rules.find(&text) {
                found += 1;
                let value: String = text[find.start..find.end].chars().take(60).collect();
                let before: String =
                    text[..find.start].chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
                let what = format!("{before:?} -> {value:?} in {}", path.display());
                by_rule.entry(names[find.rule].clone()).or_default().push(what);
            }
        }
    }
    let megabytes = bytes as f64 / f64::from(1 << 20);
    println!("# clean text: {megabytes:.1} MB, {found} findings, {:.2} a MB", found as f64 / megabytes);
    tell("found", &by_rule, list);
}
