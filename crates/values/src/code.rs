//! Paths of files, and identifiers of programs.

use super::view::{View, is_word};
use super::{Kind, Match, quantity};

/// A path: from a root (`/`, `~/`, `C:\`, `\\host\`), from here (`./`, `../`), or of a file with an ending (`src/main.rs`).
pub(super) fn path(view: &View<'_>, at: usize) -> Option<Match> {
    let bytes = view.bytes;
    let is_part = |byte: u8| is_word(byte) || b".-+@%~#=".contains(&byte);
    let drive = view.bytes[at].is_ascii_alphabetic() && view.is(at + 1, b':');
    let windows = drive && view.is(at + 2, b'\\') || bytes[at..].starts_with(b"\\\\");
    // `D:/data`, but not `s://host`.
    let slashed = drive && view.is(at + 2, b'/') && view.is_word(at + 3);
    let (start, mark) = if slashed {
        (at + 3, b'/')
    } else if windows {
        (if bytes[at] == b'\\' { at + 2 } else { at + 3 }, b'\\')
    } else if bytes[at] == b'/' {
        (at + 1, b'/')
    } else if bytes[at] == b'~' || bytes[at] == b'.' {
        let dots = view.run(at, |byte| byte == b'.' || byte == b'~');
        if !view.is(dots, b'/') || dots - at > 2 || bytes[at] == b'~' && dots - at > 1 {
            return None;
        }
        (dots + 1, b'/')
    } else {
        (at, b'/')
    };
    let mut end = view.run(start, |byte| is_part(byte) || byte == mark);
    // `C:\Program Files\App`: a folder's name goes on behind a space where a backslash ends it.
    while windows
        && view.is(end, b' ')
        && let Some(more) = folder(view, end)
    {
        end = view.run(more, |byte| is_part(byte) || byte == mark);
    }
    while end > start && b".-=".contains(&bytes[end - 1]) {
        end -= 1;
    }
    let text = &bytes[start..end];
    let parts = || text.split(|&byte| byte == mark);
    let names = parts().filter(|part| part.iter().any(|&byte| is_word(byte))).count();
    let last = parts().next_back().unwrap_or_default();
    let ending = last.iter().rposition(|&byte| byte == b'.').map(|dot| &last[dot + 1..]);
    let is_file = ending.is_some_and(|ending| {
        (1..=8).contains(&ending.len())
            && ending[0].is_ascii_alphabetic()
            && ending.iter().all(u8::is_ascii_alphanumeric)
    });
    let good = match bytes[at] {
        // `/` alone stands between words: a path has two parts, an ending or a common root.
        b'/' => {
            names >= 2
                || is_file
                || names == 1 && parts().next().is_some_and(|first| ROOTS.iter().any(|root| first == root.as_bytes()))
        }
        b'~' | b'.' => names >= 1,
        _ if windows || slashed => names >= 1,
        _ => names >= 2 && is_file && !parts().any(<[u8]>::is_empty),
    };
    let text = std::str::from_utf8(&bytes[at..end]).ok()?;
    (good && end > start).then(|| Match::new(Kind::Path, end, Some(text.to_owned())))
}

/// Where the backslash stands behind a word or two that go on with a folder's name: ` Files`, ` Files (x86)`.
fn folder(view: &View<'_>, at: usize) -> Option<usize> {
    let mut end = at;
    for _ in 0..2 {
        if !view.is(end, b' ') {
            break;
        }
        end = view.run(end + 1, |byte| is_word(byte) || b"()-.".contains(&byte));
    }
    (end - at <= 32 && view.is(end, b'\\') && view.bytes[end - 1] != b' ').then_some(end)
}

/// An identifier that no prose has: `snake_case`, `camelCase`, `SCREAMING_CASE`, `a::b`, `call()`, `object.method()`.
pub(super) fn identifier(view: &View<'_>, at: usize) -> Option<Match> {
    let mut end = at;
    let mut snake = false;
    let mut humps = 0;
    let mut first = true;
    let mut paths = 0;
    loop {
        let stop = view.run(end, |byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$');
        let part = &view.bytes[end..stop];
        if part.is_empty() || part[0].is_ascii_digit() {
            return None;
        }
        let inner = |byte: u8, at: usize| byte == b'_' && at > 0 && at + 1 < part.len();
        snake |= part.iter().enumerate().any(|(at, &byte)| inner(byte, at))
            // `_Ada Lovelace_` and `_word_` are Markdown's.
            || part[0] == b'_' && part[1..].len() > 1 && part[1].is_ascii_lowercase() && !part.ends_with(b"_");
        if first && part[0].is_ascii_lowercase() {
            humps = part.windows(2).filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()).count();
            // `iPhone`, `eBay`: names with one small letter before; `macOS`.
            humps = if part.len() > 1 && part[1].is_ascii_uppercase() || part.ends_with(b"OS") { 0 } else { humps };
        }
        (first, end) = (false, stop);
        if view.is(end, b':') && view.is(end + 1, b':') && view.is_letter(end + 2) {
            (paths, end) = (paths + 1, end + 2);
        } else if view.is(end, b'.') && view.get(end + 1).is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        {
            end += 1;
        } else {
            break;
        }
    }
    if view.get(end).is_some_and(|byte| byte >= 0x80 || byte == b'-' && view.is_word(end + 1) && !snake) {
        return None;
    }
    let call = view.is(end, b'(') && view.is(end + 1, b')');
    let good = snake || humps > 0 && !quantity::is_symbol(&view.bytes[at..end]) || paths > 0 || call;
    let end = if call { end + 2 } else { end };
    (good && end - at > 2).then(|| Match::new(Kind::Code, end, Some(view.text(at, end).to_owned())))
}

/// What stands between backticks by itself, with a call's arguments: `FooBar`, `self.x`, `foo(x)`, `a->b`. A plain word is
/// often one of prose.
pub(super) fn quoted(view: &View<'_>, at: usize) -> Option<Match> {
    let mut end = at;
    loop {
        let stop = view.run(end, |byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$');
        if stop == end || stop - at > 80 || view.bytes[end].is_ascii_digit() {
            return None;
        }
        let mark = match (view.get(stop)?, view.get(stop + 1)) {
            (b'.' | b'#', Some(_)) => 1,
            (b':', Some(b':')) | (b'-', Some(b'>')) => 2,
            _ => {
                end = stop;
                break;
            }
        };
        end = stop + mark;
    }
    if view.is(end, b'(') {
        let inside = view.run(end + 1, |byte| byte.is_ascii_graphic() && !matches!(byte, b'(' | b')' | b'`'));
        end = if view.is(inside, b')') && inside - end <= 80 { inside + 1 } else { return None };
    }
    let good = end - at > 1 && view.is(end, b'`');
    good.then(|| Match { confidence: 0.8, ..Match::new(Kind::Code, end, Some(view.text(at, end).to_owned())) })
}

const ROOTS: &[&str] =
    &["usr", "etc", "var", "home", "tmp", "opt", "bin", "dev", "proc", "root", "mnt", "srv", "lib", "sys"];
