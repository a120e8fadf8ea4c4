//! Telephone numbers. Their forms overlap with those of many other numbers: what form alone does not tell, the words
//! around must.

use super::view::View;
use super::{Kind, Match, Settings};

/// A telephone number: international, or national by its form or by the words around it.
///
/// The normal form is E.164's where the country is known: `+` and digits; else the digits.
pub(super) fn phone(view: &View<'_>, at: usize, settings: &Settings) -> Option<Match> {
    if !has_digits(view, at, 7) {
        return None;
    }
    let Shape { digits, groups, mut end, plus, open, slashed, separators } = shape(view, at)?;
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
        if !is_assigned(rest) {
            return None;
        }
        0.95
    } else if slashed {
        // `030/1234567`, as Germany and Austria part the area code from the rest.
        let area = (3..=6).contains(&groups[0]) && value.starts_with('0') && !value.starts_with("00");
        let good = area && digits.len() >= if told || settings.calling_code.is_some() { 8 } else { 9 };
        good.then_some(if told { 0.95 } else { 0.8 })?
    } else {
        national(&groups, open, &separators, value, told)?
    };
    // Extensions as they are written in North America.
    let x = view.spaces(if view.is(end, b',') { end + 1 } else { end });
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
            // Its trunk prefix is no part of a number, but Italy's and San Marino's.
            let trunk = match code.as_str() {
                "39" | "378" => "",
                "1" if value.len() == 11 => "1",
                "7" if value.len() == 11 => "8",
                _ => "0",
            };
            format!("+{code}{}", value.strip_prefix(trunk).unwrap_or(value))
        }
        // Its own numbers begin so in North America only.
        (None, false) if groups.len() == 4 && is_toll_free(value) => format!("+{value}"),
        (None, false) => value.to_owned(),
    };
    Some(Match { confidence, ..Match::new(Kind::Phone, end, Some(normal + &suffix)) })
}

/// Whether there are so many digits, with signs between them as telephone numbers have: most numbers are shorter.
fn has_digits(view: &View<'_>, mut at: usize, wanted: usize) -> bool {
    let (mut digits, mut signs) = (0, 0);
    while digits < wanted {
        match view.get(at) {
            Some(byte) if byte.is_ascii_digit() => (digits, signs) = (digits + 1, 0),
            Some(b' ' | b'-' | b'.' | b'(' | b')' | b'/' | b'+') if signs < 3 => signs += 1,
            _ => return false,
        }
        at += 1;
    }
    true
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
    /// Whether a slash stands behind the first group.
    slashed: bool,
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
        slashed: false,
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
        if !trunk
            && (shape.groups.len() == 1 && !plus || plus && shape.groups.len() == 2)
            && let Some(after) = slash(view, at)
        {
            (shape.slashed, at) = (true, after);
            shape.separators.push(b'/');
            continue;
        }
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

/// One past a slash that parts digits from more of them, a space on both sides or on none.
fn slash(view: &View<'_>, at: usize) -> Option<usize> {
    let spaced = usize::from(view.is(at, b' '));
    if !view.is(at + spaced, b'/') || spaced == 1 && !view.is(at + 2, b' ') {
        return None;
    }
    let next = at + 1 + 2 * spaced;
    // `1/2` and `01/02/2024` are none.
    let (count, _) = view.digits(next);
    (count >= 2 && !view.is(next + count, b'/')).then_some(next)
}

/// `1 800`, `1 888`, ...: North America's numbers that whoever is called pays for.
fn is_toll_free(digits: &str) -> bool {
    digits.len() == 11 && ["1800", "1833", "1844", "1855", "1866", "1877", "1888"].contains(&&digits[..4])
}

/// Whether a number begins with a calling code that the ITU has assigned (list to E.164), and is as long as its shortest.
fn is_assigned(digits: &str) -> bool {
    let code = |length: usize| digits.get(..length).and_then(|code| code.parse::<u16>().ok()).unwrap_or_default();
    match code(1) {
        // North America, Russia and Kazakhstan: all their numbers have ten digits.
        1 => digits.len() == 11 && !matches!(digits.as_bytes()[1], b'0' | b'1'),
        7 => digits.len() == 11,
        0 => false,
        _ if TWO_DIGITS.contains(&code(2)) => digits.len() >= 8,
        _ => THREE_DIGITS.iter().any(|(first, last)| (*first..=*last).contains(&code(3))),
    }
}

const TWO_DIGITS: &[u16] = &[
    20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62,
    63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
];
/// First and last of a row of codes.
const THREE_DIGITS: &[(u16, u16)] = &[
    (211, 213),
    (216, 216),
    (218, 218),
    (220, 258),
    (260, 269),
    (290, 291),
    (297, 299),
    (350, 359),
    (370, 378),
    (380, 383),
    (385, 387),
    (389, 389),
    (420, 421),
    (423, 423),
    (500, 509),
    (590, 599),
    (670, 670),
    (672, 683),
    (685, 692),
    (800, 800),
    (808, 808),
    (850, 850),
    (852, 853),
    (855, 856),
    (870, 870),
    (878, 878),
    (880, 883),
    (886, 886),
    (888, 888),
    (960, 968),
    (970, 977),
    (979, 979),
    (992, 996),
    (998, 998),
];

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
