//! Numbers that machines give: UUIDs, hashes, bank accounts, cards.

use super::view::View;
use super::{Kind, Match};
use crate::luhn::is_checked;

/// A UUID (RFC 9562, section 4).
pub(super) fn uuid(view: &View<'_>, at: usize) -> Option<Match> {
    let mut end = at;
    for (part, length) in [8, 4, 4, 4, 12].into_iter().enumerate() {
        if part > 0 {
            if !view.is(end, b'-') {
                return None;
            }
            end += 1;
        }
        let stop = view.run(end, |byte| byte.is_ascii_hexdigit());
        if stop - end != length {
            return None;
        }
        end = stop;
    }
    (!view.is_word(end)).then(|| Match::new(Kind::Uuid, end, Some(view.text(at, end).to_ascii_lowercase())))
}

/// A digest in hexadecimal, of the length of MD5, SHA-1 or one of SHA-2: letters and digits in it.
pub(super) fn hash(view: &View<'_>, at: usize) -> Option<Match> {
    let end = view.run(at, |byte| byte.is_ascii_hexdigit());
    let text = &view.bytes[at..end];
    let is_mixed = text.iter().any(u8::is_ascii_digit) && text.iter().any(u8::is_ascii_alphabetic);
    let good = [32, 40, 56, 64, 96, 128].contains(&text.len()) && is_mixed && !view.is_word(end);
    good.then(|| Match::new(Kind::Hash, end, Some(view.text(at, end).to_ascii_lowercase())))
}

/// An IBAN (ISO 13616): the check digits hold, in print form by groups of four or without spaces.
pub(super) fn iban(view: &View<'_>, at: usize) -> Option<Match> {
    for place in 0..4 {
        let byte = view.get(at + place)?;
        if !(if place < 2 { byte.is_ascii_alphabetic() } else { byte.is_ascii_digit() }) {
            return None;
        }
    }
    let mut value = Vec::new();
    let mut best = None;
    let mut end = at;
    while value.len() < 34 {
        match view.get(end) {
            Some(byte) if byte.is_ascii_alphanumeric() => value.push(byte.to_ascii_uppercase()),
            Some(b' ' | b'-')
                if value.len() % 4 == 0 && view.get(end + 1).is_some_and(|byte| byte.is_ascii_alphanumeric()) =>
            {
                end += 1;
                continue;
            }
            _ => break,
        }
        end += 1;
        if value.len() >= 15 && !view.is_word(end) && is_iban(&value) {
            best = Some((end, value.len()));
        }
    }
    let (end, length) = best?;
    value.truncate(length);
    let value = String::from_utf8(value).expect("it is ASCII");
    Some(Match { confidence: 0.99, ..Match::new(Kind::Iban, end, Some(value)) })
}

/// ISO 7064, mod 97-10; eight digits or more, since words pass the check by chance as well.
fn is_iban(value: &[u8]) -> bool {
    let moved = value[4..].iter().chain(&value[..4]);
    let rest = moved.fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    rest == 1 && value.iter().filter(|byte| byte.is_ascii_digit()).count() >= 8
}

/// A payment card's number (ISO/IEC 7812): an issuer's prefix, one of its lengths, the Luhn digit.
pub(super) fn card(view: &View<'_>, at: usize) -> Option<Match> {
    let mut digits = Vec::new();
    let mut end = at;
    let mut separator = None;
    let mut group = 0;
    while digits.len() < 20 {
        match view.get(end) {
            Some(byte) if byte.is_ascii_digit() => {
                digits.push(byte - b'0');
                group += 1;
            }
            // Groups of four to six digits, all parted alike.
            Some(byte @ (b' ' | b'-'))
                if group >= 4 && *separator.get_or_insert(byte) == byte && view.is_digit(end + 1) =>
            {
                group = 0;
            }
            _ => break,
        }
        end += 1;
    }
    if !view.is_word(end) && is_issued(&digits) && is_checked(&digits) {
        let value = digits.iter().map(|&digit| char::from(b'0' + digit)).collect();
        // One of ten numbers passes the check by chance.
        return Some(Match { confidence: 0.9, ..Match::new(Kind::Card, end, Some(value)) });
    }
    None
}

/// Prefixes and lengths as the schemes publish them.
fn is_issued(digits: &[u8]) -> bool {
    let prefix = digits.iter().chain([0; 4].iter()).take(4).fold(0, |value, &digit| value * 10 + u32::from(digit));
    match (prefix, digits.len()) {
        (4000..=4999, 13 | 16 | 19) => true,                               // Visa
        (5100..=5599 | 2221..=2720, 16) => true,                           // Mastercard
        (3400..=3499 | 3700..=3799, 15) => true,                           // American Express
        (3000..=3059 | 3095 | 3600..=3699 | 3800..=3999, 14..=19) => true, // Diners Club
        // JCB has 3528 to 3589; the rest of 35 is nobody's, and generators of test cards take all of it.
        (3500..=3599, 16..=19) | (2131 | 1800, 15) => true,
        (6011 | 6440..=6599 | 6221..=6229, 16..=19) => true, // Discover
        (6200..=6299 | 8100..=8171, 16..=19) => true,        // UnionPay
        (2200..=2204, 16..=19) => true,                      // Mir
        (5000..=5099 | 5600..=5899 | 6000..=6999, 12..=19) => true, // Maestro
        _ => false,
    }
}
