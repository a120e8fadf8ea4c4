//! Versions of software.

use super::view::{List, View};
use super::{Kind, Match};

/// `1.2.3`, `v2`, `2.0.0-rc.1+build`: three numbers or more, or a `v` or the word `version` before.
pub(super) fn version(view: &View<'_>, at: usize) -> Option<Match> {
    let v = usize::from(matches!(view.get(at), Some(b'v' | b'V')));
    let named = v == 1
        || [&b"version"[..], b"release", b"v"].iter().any(|word| view.word_before(at).eq_ignore_ascii_case(word));
    let mut end = at + v;
    let mut parts = 0;
    loop {
        let (count, _) = view.digits(end);
        if count == 0 || count > 8 {
            return None;
        }
        end += count;
        parts += 1;
        if !(view.is(end, b'.') && view.is_digit(end + 1)) {
            break;
        }
        end += 1;
    }
    // What alone says `version` is worth a point at least.
    let product = || view.bytes[..at].ends_with(b" ") && PRODUCTS.has(view.word_before(at));
    let mut confidence = 1.0;
    let enough = if v == 1 {
        parts >= 1
    } else if named {
        parts >= 2
    } else {
        let staged =
            || view.is(end, b'-') && view.one_of(end + 1, &["alpha", "beta", "rc", "rc1", "rc2", "dev"]).is_some();
        confidence = if parts == 2 { 0.9 } else { 1.0 };
        // `1.000.000` is a million.
        parts == 3 && !view.text(at, end).contains(".000") || parts == 2 && (staged() || product())
    };
    if !enough {
        return None;
    }
    for mark in [b'-', b'+'] {
        if view.is(end, mark) && view.is_word(end + 1) {
            let stop = view.run(end + 1, |byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
            end = if view.bytes[stop - 1] == b'.' { stop - 1 } else { stop };
        }
    }
    let value = || Some(view.text(at + v, end).to_owned());
    (!view.is_word(end)).then(|| Match { confidence, ..Match::new(Kind::Version, end, value()) })
}

/// What has versions of two numbers, as other things don't that stand before a number.
static PRODUCTS: List = List::of(&[
    "Python",
    "Node",
    "iOS",
    "iPadOS",
    "macOS",
    "Android",
    "Ubuntu",
    "Debian",
    "Java",
    "Go",
    "Rust",
    "PHP",
    "Ruby",
    "Chrome",
    "Firefox",
    "Safari",
    "Linux",
    "kernel",
    "Kubernetes",
    "PostgreSQL",
    "Postgres",
    "MySQL",
    "SQLite",
    "Redis",
    "Django",
    "Flask",
    "React",
    "Angular",
    "TypeScript",
    "Swift",
    "Kotlin",
    "Perl",
    "CUDA",
    "PyTorch",
    "TensorFlow",
    "OpenSSL",
    "Docker",
    "nginx",
    "Llama",
    "Claude",
    "Gemini",
]);
