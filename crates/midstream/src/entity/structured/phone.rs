//! Telephone numbers. Their forms overlap with those of many other numbers: what form alone does not tell, the words
//! around must.

use super::view::View;
use super::{Kind, Match, Settings};

/// A telephone number: international, or national by its form or by the words around it.
///
/// The normal form is E.164's where the country is known: `+` and digits; else the digits.
pub(super) fn phone(view: &View<'_>, at: usize, settings: &Settings) -> Option<Match> {
    let Shape { digits, groups, mut end, plus, open, separators } = shape(view, at)?;
    let value = digits.as_str();
    let (international, rest) = if plus {
        (true, value)
    } else if let Some(rest) = value.strip_prefix("00").filter(|rest| !rest.starts_with('0') && rest.len() >= 8) {
        (true, rest)
    } else {
        (false, value)
    };
    if !(7..=15).contains(&rest.len()) {
        return None;
    }
    let told = is_told(view, at, end);
    // `0044 0532 ...`: behind a country's code there is no trunk prefix, but in Italy. It is the rest of some other number.
    if international && !plus && groups.len() > 2 && !value.starts_with("0039") {
        let first = groups[0];
        if first <= 5 && value[first..].starts_with('0') {
            return None;
        }
    }
    // Nor is that rest by itself.
    let follows = at > 1 && view.bytes[at - 1] == b' ' && view.bytes[at - 2].is_ascii_digit();
    if follows && !international && !told && !open {
        return None;
    }
    let confidence = if international {
        if rest.starts_with('0') {
            return None;
        }
        0.95
    } else {
        national(&groups, open, &separators, value, told)?
    };
    // Extensions as they are written in North America.
    let x = view.spaces(end);
    let extension = [("x", 1), ("ext", 3), ("ext.", 4)].iter().rev().find(|(mark, _)| {
        mark.bytes().zip(x..).all(|(byte, at)| view.get(at).is_some_and(|found| found.eq_ignore_ascii_case(&byte)))
    });
    let mut suffix = String::new();
    if let Some((_, length)) = extension {
        let start = view.spaces(x + length);
        let (count, _) = view.digits(start);
        if (1..=6).contains(&count) && !view.is_word(start + count) {
            suffix = format!(";ext={}", view.text(start, start + count));
            end = start + count;
        }
    }
    if view.is_word(end) {
        return None;
    }
    let normal = match (&settings.calling_code, international) {
        (_, true) => format!("+{rest}"),
        (Some(code), false) => {
            let national = value.strip_prefix('0').unwrap_or(value);
            let known = code == "1" && national.len() == 11 && national.starts_with('1');
            format!("+{}{national}", if known { "" } else { code })
        }
        (None, false) => value.to_owned(),
    };
    Some(Match { confidence, ..Match::new(Kind::Phone, end, Some(normal + &suffix)) })
}

struct Shape {
    /// Without a trunk prefix in brackets: `+41 (0)69` is `+4169`.
    digits: String,
    /// Lengths of the groups.
    groups: Vec<usize>,
    separators: Vec<u8>,
    end: usize,
    plus: bool,
    /// Whether the first group stands in brackets.
    open: bool,
}

/// Digits in groups, parted by one space, hyphen or point each.
fn shape(view: &View<'_>, at: usize) -> Option<Shape> {
    let plus = view.is(at, b'+');
    let mut shape = Shape {
        digits: String::new(),
        groups: Vec::new(),
        separators: Vec::new(),
        end: at + usize::from(plus),
        plus,
        open: false,
    };
    let mut at = shape.end;
    while shape.digits.len() <= 15 {
        let bracket = view.is(at, b'(');
        let (count, value) = view.digits(at + usize::from(bracket));
        if count == 0 || bracket && !view.is(at + 1 + count, b')') {
            break;
        }
        let trunk = bracket && count == 1 && value == 0 && !shape.groups.is_empty();
        let start = at + usize::from(bracket);
        if !trunk {
            // A prefix without its zero is one group with what follows: `(0)69` is `69`.
            shape.open |= bracket && shape.groups.is_empty();
            shape.digits += view.text(start, start + count);
            shape.groups.push(count);
        }
        at = start + count + usize::from(bracket);
        shape.end = at;
        match view.get(at) {
            Some(byte @ (b' ' | b'-' | b'.')) if view.is_digit(at + 1) || view.is(at + 1, b'(') => {
                shape.separators.push(byte);
                at += 1;
            }
            Some(_) if bracket && view.is_digit(at) => {}
            Some(b'(') => {}
            _ => break,
        }
    }
    // A date or another number behind: `.../555-1234/2` is no phone.
    let goes_on =
        matches!(view.get(shape.end), Some(b'/' | b':' | b',' | b'.' | b'@' | b'%')) && view.is_digit(shape.end + 1);
    (!shape.groups.is_empty() && !goes_on).then_some(shape)
}

/// How likely digits without a country's prefix are a telephone number; `None` where they are likelier something else.
fn national(groups: &[usize], open: bool, separators: &[u8], digits: &str, told: bool) -> Option<f32> {
    let alike = separators.windows(2).all(|pair| pair[0] == pair[1]);
    let typical = match groups {
        // The North American form, whose area code and exchange don't begin with 0 or 1.
        [3, 3, 4] => (open || alike) && !digits.starts_with(['0', '1']) || digits.starts_with('0'),
        [1, 3, 3, 4] => digits.starts_with('1'),
        // A social security number, a nine-digit postal code, a date.
        [3, 2, 4] if separators[0] == b'-' => return None,
        [3, 2, 4] | [5, 4] | [4, 2, 2] | [2, 2, 4] => return told.then_some(0.5),
        _ if open => groups.len() >= 2,
        // A trunk prefix, nine digits or more, three groups or more.
        _ => {
            digits.starts_with('0') && digits.len() >= 9 && groups.len() >= 3 && groups.iter().all(|&count| count <= 5)
        }
    };
    let pairs = groups.len() >= 4 && alike && groups.iter().all(|&count| count == 2);
    let groups_fit = groups.len() >= 2 && groups.iter().all(|&count| (2..=8).contains(&count));
    match (typical, told) {
        (true, true) => Some(0.95),
        (true, false) => Some(0.8),
        (false, true) if groups_fit || groups.len() == 1 && digits.len() <= 12 => Some(0.8),
        (false, false) if pairs && separators[0] == b'-' => Some(0.6),
        _ => None,
    }
}

/// Whether a word close by says that this is a telephone number.
fn is_told(view: &View<'_>, at: usize, end: usize) -> bool {
    let before = &view.bytes[at.saturating_sub(CONTEXT)..at];
    let mut words = before.split(|byte| !byte.is_ascii_alphabetic()).filter(|word| !word.is_empty()).rev().take(6);
    let is_cue = |word: &[u8]| CUES.iter().any(|cue| word.eq_ignore_ascii_case(cue.as_bytes()));
    if words.any(is_cue) {
        return true;
    }
    let start = view.run(end, |byte| byte == b' ' || byte == b'-' || byte == b'(');
    let stop = view.run(start, |byte| byte.is_ascii_alphabetic());
    start <= end + 3 && is_cue(&view.bytes[start..stop])
}

/// Bytes before the number in which a word counts.
pub(super) const CONTEXT: usize = 48;
const CUES: &[&str] = &[
    "phone",
    "telephone",
    "tel",
    "mobile",
    "cell",
    "cellphone",
    "fax",
    "call",
    "calls",
    "calling",
    "dial",
    "ring",
    "text",
    "sms",
    "whatsapp",
    "desk",
    "office",
    "hotline",
    "helpline",
    "voicemail",
    "reach",
    "answering",
    "ph",
    "landline",
    "messages",
    "message",
    "contact",
    "pager",
    "handy",
    "telefon",
];
