//! Addresses on the network: e-mail, URL, IP.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::marks::parting;
use super::view::{View, is_letter};
use super::{Kind, Match};

/// `local@domain.tld` (RFC 5322's dot-atom, a domain of two labels or more).
pub(super) fn email(view: &View<'_>, at: usize) -> Option<Match> {
    let mut local = at;
    while local < at + 80 && view.get(local).is_some_and(|byte| byte.is_ascii_alphanumeric() || is_atom(byte)) {
        local += 1;
    }
    if local == at || local - at > 64 || !view.is(local, b'@') || view.bytes[local - 1] == b'.' {
        return None;
    }
    // Quotes, brackets and keys before an address are no part of it.
    let is_outside = |at: usize| match view.bytes[at] {
        // `o'neil`, but not in quotes.
        b'\'' => !(at > 0 && view.bytes[at - 1].is_ascii_alphabetic() && view.bytes[at + 1].is_ascii_alphabetic()),
        byte => matches!(byte, b'=' | b'`' | b'|' | b'{' | b'/' | b'?' | b'&'),
    };
    let start = (at..local).rev().find(|&at| is_outside(at)).map_or(at, |last| last + 1);
    if start == local || !view.bytes[start].is_ascii_alphanumeric() && view.bytes[start] != b'_' {
        return None;
    }
    let end = domain(view, local + 1, &|_| true)?;
    let value = format!("{}@{}", view.text(start, local), view.text(local + 1, end).to_lowercase());
    Some(Match { start, ..Match::new(Kind::Email, end, Some(value)) })
}

/// Whether it may stand in a local part beside letters and digits.
fn is_atom(byte: u8) -> bool {
    matches!(
        byte,
        b'!' | b'#'
            | b'$'
            | b'%'
            | b'&'
            | b'\''
            | b'*'
            | b'+'
            | b'-'
            | b'/'
            | b'='
            | b'?'
            | b'^'
            | b'_'
            | b'`'
            | b'{'
            | b'|'
            | b'}'
            | b'~'
            | b'.'
    )
}

/// `"local part"@domain.tld`: a quoted string of one word or two (RFC 5322).
pub(super) fn quoted_email(view: &View<'_>, at: usize) -> Option<Match> {
    let close = quoted(|at| view.get(at), at)?;
    let end = domain(view, close + 2, &|_| true)?;
    let value = format!("{}@{}", view.text(at, close + 1), view.text(close + 2, end).to_lowercase());
    Some(Match::new(Kind::Email, end, Some(value)))
}

/// Where the quotation mark stands that closes the one at `at`, one word or two behind it, and has an `@` behind it.
pub(super) fn quoted(get: impl Fn(usize) -> Option<u8>, at: usize) -> Option<usize> {
    let mut close = at + 1;
    let mut spaces = 0;
    while close - at <= 64 {
        match get(close)? {
            b'"' => return (close > at + 1 && get(close + 1)? == b'@').then_some(close),
            b' ' if spaces == 0 && close > at + 1 => spaces = 1,
            byte if byte.is_ascii_graphic() => {}
            _ => return None,
        }
        close += 1;
    }
    None
}

/// One past a domain of two labels or more, of letters of any script (RFC 5890), whose last one, of ASCII's, is `good`.
fn domain(view: &View<'_>, at: usize, good: &dyn Fn(&str) -> bool) -> Option<usize> {
    let mut end = None;
    let mut label = at;
    loop {
        let stop = view.run(label, |byte| is_letter(byte) || byte.is_ascii_digit() || byte == b'-');
        let text = view.text(label, stop);
        if text.is_empty() || text.len() > 63 || text.starts_with('-') || text.ends_with('-') {
            return end;
        }
        let is_top = text.len() >= 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) || text.starts_with("xn--");
        if label > at && is_top && good(text) && !view.get(stop).is_some_and(|byte| is_letter(byte) || byte == b'_') {
            end = Some(stop);
        } else {
            end = None;
        }
        if !view.is(stop, b'.') || stop - at > 253 {
            return end;
        }
        // A full stop after the domain is none of it.
        if !view.get(stop + 1).is_some_and(|byte| is_letter(byte) || byte.is_ascii_digit()) {
            return end;
        }
        label = stop + 1;
    }
}

/// A URL: with a scheme, beginning with `www.`, or a domain of the best known kinds.
pub(super) fn url(view: &View<'_>, at: usize) -> Option<Match> {
    let scheme = view.run(at, |byte| byte.is_ascii_alphabetic());
    let (host, rest) = if scheme > at && view.is(scheme, b':') && view.is(scheme + 1, b'/') && view.is(scheme + 2, b'/')
    {
        let name = view.text(at, scheme).to_ascii_lowercase();
        if !SCHEMES.contains(&name.as_str()) {
            return None;
        }
        let host = scheme + 3;
        let end = run(view, host, b"/?#\"<>\\^`{}|");
        (host, end)
    } else {
        let www = view.bytes.get(at..at + 4).is_some_and(|start| start.eq_ignore_ascii_case(b"www."));
        let end = domain(view, at, &|top| www || TOPS.iter().any(|known| top.eq_ignore_ascii_case(known)))?;
        // `com.example.App` is a package.
        let labels = || view.bytes[at..end].iter().filter(|&&byte| byte == b'.').count() + 1;
        let is_package =
            || PACKAGES.iter().any(|top| view.word(at, top).is_some_and(|end| view.is(end, b'.'))) && labels() > 2;
        if view.is(end, b'@') || is_package() {
            return None;
        }
        (at, end)
    };
    let mut end = rest;
    let port = view.run(end + 1, |byte| byte.is_ascii_digit());
    if host == at && view.is(end, b':') && port > end + 1 {
        end = port;
    }
    if matches!(view.get(end), Some(b'/' | b'?' | b'#')) {
        end = run(view, end, b"\"<>\\^`{}|");
    }
    end = trim(view.bytes, host, end);
    if end <= host || !view.bytes[host..end].iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80) {
        return None;
    }
    let text = std::str::from_utf8(&view.bytes[at..end]).ok()?;
    let path = (host - at) + text[host - at..].find(['/', '?', '#']).unwrap_or(text.len() - (host - at));
    Some(Match::new(Kind::Url, end, Some(text[..path].to_ascii_lowercase() + &text[path..])))
}

/// One past the last character from `at` on that a URL may have: none of those given, no white space, no punctuation of
/// other scripts.
fn run(view: &View<'_>, mut at: usize, without: &[u8]) -> usize {
    while let Some(byte) = view.get(at) {
        let rest = &view.bytes[at..];
        at += match byte {
            0..0x80 if byte.is_ascii_graphic() && !without.contains(&byte) => 1,
            0x80..
                if parting(rest, byte) == 0
                    && !rest.starts_with(&[0xE2, 0x80])
                    && !rest.starts_with("»".as_bytes()) =>
            {
                1 + rest[1..].iter().take_while(|&&byte| byte & 0xC0 == 0x80).count()
            }
            _ => return at,
        };
    }
    at
}

/// Without the punctuation of the sentence around it: closing brackets stay where they were opened inside.
fn trim(bytes: &[u8], start: usize, mut end: usize) -> usize {
    while end > start {
        let opening = match bytes[end - 1] {
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' | b'_' => 0,
            b')' => b'(',
            b']' => b'[',
            _ => break,
        };
        let count = |of: u8| bytes[start..end].iter().filter(|&&byte| byte == of).count();
        if opening != 0 && count(opening) >= count(bytes[end - 1]) {
            break;
        }
        end -= 1;
    }
    end
}

/// An IP address of version 4 or 6, with a prefix length where it has one (RFC 4632, 5952).
pub(super) fn ip(view: &View<'_>, at: usize) -> Option<Match> {
    let end = view.run(at, |byte| byte.is_ascii_hexdigit() || byte == b'.' || byte == b':');
    if end - at < 3 || end - at > 46 {
        return None;
    }
    let mut end = end;
    while end > at
        && (view.bytes[end - 1] == b'.' || view.bytes[end - 1] == b':' && !view.bytes[at..end].ends_with(b"::"))
    {
        end -= 1;
    }
    let text = view.text(at, end);
    if view.is_word(end) {
        return None;
    }
    let (value, end, most) = if let Ok(address) = text.parse::<Ipv6Addr>() {
        if !text.bytes().any(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        // The zone (RFC 4007): `fe80::1%eth0`.
        let zone = if view.is(end, b'%') { view.run(end + 1, |byte| byte.is_ascii_alphanumeric()) } else { end };
        if zone > end + 1 && zone - end <= 17 && !view.is_word(zone) {
            return Some(Match::new(Kind::Ip, zone, Some(format!("{address}{}", view.text(end, zone)))));
        }
        (address.to_string(), end, 128)
    } else {
        let host = text.split(':').next()?;
        let address: Ipv4Addr = host.parse().ok()?;
        (address.to_string(), at + host.len(), 32)
    };
    let (count, bits) = if view.is(end, b'/') { view.digits(end + 1) } else { (0, 0) };
    if (1..=3).contains(&count) && bits <= most {
        return Some(Match::new(Kind::Ip, end + 1 + count, Some(format!("{value}/{bits}"))));
    }
    Some(Match::new(Kind::Ip, end, Some(value)))
}

const SCHEMES: &[&str] = &["http", "https", "ftp", "ftps", "sftp", "ws", "wss", "file", "git", "ssh", "s3", "gs"];
/// What names of packages begin with.
const PACKAGES: &[&str] = &["com", "org", "net", "edu", "gov"];
/// Top-level domains that need no scheme. Those that are also endings of files or words (`rs`, `md`, `py`, `is`) do.
const TOPS: &[&str] = &[
    "com", "org", "net", "edu", "gov", "mil", "int", "info", "io", "dev", "ai", "app", "uk", "de", "fr", "eu", "jp",
    "ch",
];
